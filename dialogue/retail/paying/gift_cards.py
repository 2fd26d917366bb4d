"""Gift cards: what is left on one, and how they work."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet
from rasa_sdk.forms import FormValidationAction

from dialogue.orders.errors import SignInRequired
from dialogue.orders.extras import ShopExtras
from dialogue.orders.gift_cards import GiftCardView, code_in, pin_in
from dialogue.retail.extras import ExtrasAction
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    plain_words,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.asked_beside import answer_beside
from dialogue.retail.task_slots import REQUESTED_SLOT, leave_form
from dialogue.retail.wording import Wording

FORM = "gift_card_form"
SLOTS = ("gift_code", "gift_pin")
SHOWN = 5
LATELY = 3  # messages in which a card was spoken of
READ = 300  # characters that are looked through
_BALANCE = re.compile(
    r"\bbalance\b|\bleft\b|\bremain|\bhow much (?:is|money|do i have|have i)\b|\bcredit\b"
    r"|\bstill (?:has|have|holds?|got|worth)\b"
    r"|余额|剩|还有多少",
    re.IGNORECASE,
)
_REDEEM = re.compile(
    r"\b(?:redeem|use|pay(?:ing)? with|spend|apply|enter|type|put (?:it|them|that) in|check-?out"
    r"|works?|part(?:ly)?|bit of)\b"
    r"|怎么用|使用|兑换",
    re.IGNORECASE,
)
_BUY = re.compile(r"\b(?:buy|order|get|purchase|give)\b|\bsell\b|买|购", re.IGNORECASE)
_LEAVES = re.compile(
    r"\b(?:forget|never ?mind|skip|leave) (?:it|the|that)?|算了|[不别]用?查", re.IGNORECASE
)

_LATER = re.compile(
    r"\bi(?:['’]?ll| will| have to| need to| must| can)? (?:just )?(?:look|check|search)\b.{0,20}"
    r"\b(?:home|later|tonight|tomorrow|at work)\b|\b(?:at home|later|another time)\W*$"
    r"|(?:回家|晚点|一会儿?|待会儿?|明天|等下).{0,4}(?:看|找|查)",
    re.IGNORECASE,
)
# What is asked of other things by the same words, and by what these are told.
_OF_OTHERS_TOO = frozenset({"utter_gift_card_buy", "utter_gift_card_day", "utter_gift_card_fails"})
_OF_OTHERS = frozenset(
    {
        "check_stock",
        "damaged_item",
        "order_status",
        "product_details",
        "product_search",
        "recommend_product",
        "return_item",
        "warranty",
    }
)
_ELSEWHERE = re.compile(r"\b(?:orders?|parcels?|package)\b|订单|包裹|快递", re.IGNORECASE)
_CARD = re.compile(r"\b(?:cards?|vouchers?|gift)\b|卡", re.IGNORECASE)
BUY, BUY_BY_PEOPLE = "utter_gift_card_buy", "utter_gift_card_buy_by_people"
# "Can I buy a jacket with it" is about using a card.
_PAYS_WITH = re.compile(
    r"\b(?:with|using|by) (?:it|them|one|(?:a|the|my|this|gift) (?:gift )?(?:cards?|vouchers?))\b"
    r"|\buse (?:it|them|(?:the|my) (?:gift )?card)\b|[用拿].{0,6}[买购]",
    re.IGNORECASE,
)
# What else is asked of gift cards, and the response; the first that fits answers.
_REST = r"(?:the rest|remain\w*|remainder|left ?over|unused|what['’]?s left|not used)"
_TOPICS = (
    (
        r"\b(?:it|that|this|they|cards?|vouchers?)\b.{0,15}\b(?:pays?|covers?|includes?)\b.{0,15}"
        r"\b(?:shipping|delivery|postage)\b"
        r"|\b(?:(?:use[ds]?|spend|spent) (?:it|them|one|(?:\w+ ){0,2}(?:cards?|vouchers?))"
        r"|(?:it|cards?|vouchers?) (?:\w+ )?(?:works?|counts?|good|valid|goes))\b.{0,12}"
        r"\b(?:for|on|towards?)\b.{0,12}\b(?:shipping|delivery|postage)\b"
        r"|\b(?:shipping|delivery|postage)\b.{0,30}\b(?:with|by|from|off|using) (?:it|them"
        r"|(?:a|the|my|this) (?:gift )?(?:card|voucher)|gift ?cards?)\b"
        r"|(?:抵|[用拿]来付?|用于|用在|[能来够卡]付|可以付|包括|包含)[^，。]{0,6}(?:运费|邮费|配送费)"
        r"|(?:运费|邮费|配送费).{0,8}(?:抵|用.{0,3}卡)",
        "utter_gift_card_shipping",
    ),
    (
        r"\b(?:by|in the|per|via|through the) (?:post|letter)\b|\bpost(?:ed)? (?:it|them|one)\b"
        r"|\b(?:physical|plastic|printed|paper|real) (?:gift )?(?:cards?|vouchers?|one|form)\b"
        r"|\bprint\w* (?:it|them|one|out|the card)\b|\ban envelope\b|\bletterbox\b"
        r"|邮寄|快递寄|寄(?:到|给|过来|出)|实体卡|纸质|打印",
        "utter_gift_card_by_post",
    ),
    (
        r"\bexpir\w*|\bruns? out\b|\bpast its date\b|过期|到期",
        "utter_gift_card_valid",
    ),
    (
        rf"\b{_REST}\b.{{0,40}}\b(?:lost|lose|gone|forfeit\w*|disappears?|vanish\w*|stays?|kept|keep"
        r"|later|next time|wasted|void|another (?:time|order))\b"
        rf"|\b(?:lose|what happens (?:to|with)) (?:\w+ ){{0,2}}{_REST}\b"
        r"|\b(?:use|spend) (?:it|the (?:gift )?card|everything|the whole \w+) ?(?:up )?(?:all )?"
        r"(?:at once|in one (?:go|order)|several times|for (?:two|several) orders)\b"
        r"|(?:剩|余额|余下|没用完|用不完|花不完).{0,8}(?:作废|没了|清零|浪费|还能|还可以|怎么办|下次|还在)"
        r"|一次(?:性)?(?:用|花)完|分(?:几|两|多)次",
        "utter_gift_card_rest",
    ),
    (
        r"\b(?:(?:does|do|did|is|was|will)(?:n['’]?t| not)|won['’]?t|cannot|can['’]?t)"
        r" (?:\w+ )?"
        r"(?:work\w*|accept\w*|valid|go through|recogni[sz]ed)\b"
        r"|\b(?:invalid|rejected|refused|declined|error)\b|用不了|不能用|无效|不被接受|失败",
        "utter_gift_card_fails",
    ),
    (
        r"\b(?:send\w*|sent|arrive|gets? there|deliver\w*|come|choose|pick|set|schedul\w*)\b.{0,40}"
        r"\b(?:(?:certain|particular|specific|later|exact|given|own) (?:date|day|time)"
        r"|the (?:date|day)\b"
        r"|on (?:her|his|their|the|my) (?:birthday|day)|on (?:the )?\d{1,2}(?:st|nd|rd|th)?\b)"
        r"|(?:指定|选择?|定时|定个?).{0,6}(?:日期|时间|哪天|那天|[日号])"
        r"|(?:发|送|寄|到).{0,6}\d[号日]|\d[号日].{0,6}(?:发|送|寄|到)"
        r"|生日(?:那天|当天).{0,6}(?:发|送|寄|到)",
        "utter_gift_card_day",
    ),
    (
        r"\bhow (?:long|soon|fast)\b.{0,25}\b(?:arrive|come|comes|get (?:it|there|here)|sent)\b"
        r"|\b(?:straight|directly) to (?:my|a|the) \w+\b"
        r"|(?:送|发)(?:给|到)?.{0,3}(?:朋友|别人|家人|对方)"
        r"|(?:多久|什么时候|几天).{0,4}(?:发货|发给|发到|能?收到|能?到(?!期))",
        "utter_gift_card_sent",
    ),
    (
        r"\bwhat amounts?\b|\b(?:buy|get|have) (?:one|a card|it) (?:for|of|with|over) [€$]?\d"
        r"|面额|[买购].{0,4}\d+(?:欧元?|元|块)?的",
        "utter_gift_card_amounts",
    ),
    (
        r"\b(?:where|how|which page|can|could|may|do)\b.{0,30}\b(?:buy|purchase)\b"
        r"|\b(?:want|like|trying|going|wish|need) to (?:\w+ )?(?:buy|purchase|order)\b"
        r"|\b(?:buy|get|order|purchase)\b.{0,30}\b(?:in (?:the|this) chat|from you|through you"
        r"|(?:on|over) the (?:web)?site|right here|here\W*$)"
        r"|\bwhere exactly\W*$|\bwhich (?:page|button|menu)\b"
        r"|\b(?:not|n['’]t|nt) (?:yet )?(?:bought|buy|have one|got one)\b"
        r"|(?:怎么|哪[里儿个]?|如何|想要?|能|可以|还没|直接).{0,8}(?:[买购](?!的)|下单)"
        r"|[买购].{0,2}(?:[一两几]|\d+)?张|[买购]礼品卡|[买购].{0,8}(?:送人|哪)|点哪|哪个(?:页面|网页)",
        BUY,
    ),
    (
        r"\b(?:lost|stolen|stole|deleted|misplaced|threw|thrown)\b|\bcan['’]?t find\b"
        r"|丢|找不到|弄没|删|被偷",
        "utter_gift_card_lost",
    ),
    (
        r"\bcash\b|\bpa(?:y|id) out\b|\breal money\b|\bgive (?:it|that|them|the card) back\b"
        r"|\b(?:swap|turn|change|exchange|get)\b.{0,20}\b(?:for|into|to|in) (?:the )?money\b"
        r"|现金|提现|变现|换成?钱|退卡|退钱|(?:可以|能|支持|给)退[吗么？?]",
        "utter_gift_card_in_cash",
    ),
    (
        r"^(?!.{0,200}(?:\b(?:returns?|exchang\w*|bring|open\w*)\b|[退换开])).{0,200}?"
        r"(?:\b(?:stores?|till|counter|branch|in person|offline|hamburg|copenhagen)\b"
        r"|门店|实体店|店里|汉堡|哥本哈根)",
        "utter_gift_card_in_store",
    ),
    (
        r"\bcosts? (?:more|less)\b|\b(?:several|two|three|many) (?:gift )?(?:cards|vouchers)\b"
        r"|\bcombine\b|\bthe (?:rest|difference)\b|\bnot enough\b|差额|不够|几张|一起用",
        "utter_gift_card_part_payment",
    ),
)
MOST = 2  # things that are asked of cards in one message
# Where one question ends and another begins.
_NEXT = re.compile(
    r"[?？!。；;]|,? \band (?=(?:also )?(?:can|could|may|what|how|is|are|does|do|will|where|when"
    r"|until|till|if)\b)|[，,](?=.{0,2}(?:能|可以|怎么|多久|有效|过期))",
    re.IGNORECASE,
)
_OURS = ("utter_gift_", "utter_ask_gift_")
_TOPIC = tuple((re.compile(words, re.IGNORECASE), response) for words, response in _TOPICS)


class GiftCardAction(ExtrasAction):
    """What a gift card's question is about: a balance, or how cards are bought and used."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_gift_card"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """A balance is told at once to the owner; anybody else is asked for code and PIN."""
        text = latest_text(tracker)
        code = code_in(text)
        about = latest_entity(tracker, "gift_topic") or ""
        if code is None and not about and _say_topic(self, dispatcher, tracker):
            return leave_form(tracker) if _LEAVES.search(text[:READ]) else []
        if code is not None or about == "code":
            return _ask_for(code, pin_in(text))
        if about == "balance" or _BALANCE.search(text):
            cards = self._owned(extras, tracker)
            if not cards:
                return _ask_for(None, None)
            for card in cards[:SHOWN]:
                _tell(self.words(tracker), dispatcher, card)
            return []
        if _REDEEM.search(text):
            response = "utter_gift_card_use"
        else:
            response = BUY if _BUY.search(text) else "utter_gift_card"
        dispatcher.utter_message(response=response, **_terms(self, tracker))
        return []

    def _owned(self, extras: ShopExtras, tracker: Tracker) -> tuple[GiftCardView, ...]:
        try:
            return extras.gift_cards.owned(viewer_of(tracker))
        except SignInRequired:
            return ()


def means_gift_card(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether something else is asked of gift cards, where they are spoken of."""
    text = latest_text(tracker)
    in_form = (tracker.active_loop or {}).get("name") == FORM
    lately = any(one.startswith(_OURS) for one in said_within(tracker, LATELY))
    if code_in(text) is not None:  # typed where cards are spoken of, and none was asked for
        return lately and not (tracker.active_loop or {}).get("name")
    topic = _topic(text)
    if topic in _OF_OTHERS_TOO and not _CARD.search(text[:READ]):
        elsewhere = _ELSEWHERE.search(text[:READ]) or latest_intent(tracker) in _OF_OTHERS
        return lately and not elsewhere
    return (in_form or lately) and topic is not None


def _terms(action: RetailAction, tracker: Tracker) -> dict[str, Any]:
    """For how much and for how long cards are sold."""
    policy, words = action.services.policies.gift_cards, action.words(tracker)
    return {
        "minimum": words.money(policy.minimum, "EUR"),
        "maximum": words.money(policy.maximum, "EUR"),
        "years": policy.valid_years,
    }


def _topic(text: str) -> str | None:
    found = [response for words, response in _TOPIC if words.search(text[:READ])]
    pays = _PAYS_WITH.search(text[:READ]) is not None
    return next((one for one in found if one != BUY or not pays), None)


def _say_topic(action: RetailAction, dispatcher: Dispatcher, tracker: Tracker) -> bool:
    """Answer what else is asked of gift cards, in each sentence; False where nothing is."""
    text = latest_text(tracker)[:READ]
    whole = _topic(text)
    if whole is None:
        return False
    found = dict.fromkeys(filter(None, map(_topic, _NEXT.split(text))))
    lately = said_within(tracker, LATELY)
    for response in list(found)[:MOST] or [whole]:
        again = response == BUY and not lately.isdisjoint({BUY, BUY_BY_PEOPLE})
        dispatcher.utter_message(
            response=BUY_BY_PEOPLE if again else response,
            **_terms(action, tracker),
            buttons=[action.words(tracker).person_button(reason="gift_card")],
        )
    return True


class GiftCardForm(RetailAction, FormValidationAction):
    """A card's code and its PIN, in one message or in two."""

    def name(self) -> str:
        """Rasa's name for the validation of the form."""
        return f"validate_{FORM}"

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Who drops the card and asks something else of cards is answered, and not asked on."""
        text = latest_text(tracker)[:READ]
        if _LATER.search(text) and code_in(text) is None:
            dispatcher.utter_message(response="utter_gift_later")
            return leave_form(tracker)
        if _LEAVES.search(text) and _say_topic(self, dispatcher, tracker):
            return leave_form(tracker)
        done: Events = await super().run(dispatcher, tracker, domain)
        return done

    def extract_gift_code(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Another code than before, where its PIN is asked for: "sorry, GC-…"."""
        code = code_in(latest_text(tracker))
        return {"gift_code": code} if code and tracker.get_slot("gift_code") else {}

    def extract_gift_pin(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Four figures in the message that brings the code, too."""
        pin = pin_in(latest_text(tracker))
        return {"gift_pin": pin} if pin else {}

    def validate_gift_code(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Only how it is written; whether there is such a card is told together with the PIN."""
        code = code_in(plain_words(value))
        if code is None:
            self._say_odd(dispatcher, tracker, value, "utter_gift_code_odd")
        return {"gift_code": code}

    def validate_gift_pin(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Only how it is written."""
        pin = pin_in(plain_words(value))
        if pin is None:
            self._say_odd(dispatcher, tracker, value, "utter_gift_pin_odd")
        return {"gift_pin": pin}

    def _say_odd(
        self, dispatcher: Dispatcher, tracker: Tracker, value: object, response: str
    ) -> None:
        """How it is written; to words without a figure where it stands, and who helps."""
        if code_in(plain_words(value)):
            return  # in place of the PIN: that is asked for next
        if any(map(str.isdigit, plain_words(value))):
            dispatcher.utter_message(response=response)
            return
        if _say_topic(self, dispatcher, tracker):
            return
        found = answer_beside(tracker)
        dispatcher.utter_message(
            response=found[0] if found else "utter_gift_where",
            years=self.services.policies.gift_cards.valid_years,
        )


class GiftBalanceAction(ExtrasAction):
    """Tells what is left, if code and PIN belong together; guesses are counted."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_gift_balance"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """One and the same answer for a wrong code and a wrong PIN, and one after too many."""
        code, pin = tracker.get_slot("gift_code"), tracker.get_slot("gift_pin")
        forgotten: Events = [SlotSet(slot, None) for slot in SLOTS]
        if code is None or pin is None:
            return forgotten
        number, attempts = f"gift card {code}", self.services.attempts
        looked_at = attempts.take(number, pin, tracker.sender_id)
        card = extras.gift_cards.check(code, pin)  # the same work, also when it does not count
        if not looked_at:
            dispatcher.utter_message(response="utter_too_many_attempts")
        elif card is None:
            attempts.missed(number, pin)
            dispatcher.utter_message(response="utter_gift_wrong")
            return [  # either may be put right in the next message
                SlotSet("gift_code", code),
                SlotSet("gift_pin", None),
                SlotSet(REQUESTED_SLOT, "gift_pin"),
                ActiveLoop(FORM),
                FollowupAction("action_listen"),
            ]
        else:
            attempts.proven(number)
            _tell(self.words(tracker), dispatcher, card)
        return forgotten


def _ask_for(code: str | None, pin: str | None) -> Events:
    """Begin the form with what is known."""
    known: Events = [SlotSet("gift_code", code), SlotSet("gift_pin", pin)]
    return [*known, SlotSet(REQUESTED_SLOT, None), ActiveLoop(FORM)]


def _tell(words: Wording, dispatcher: Dispatcher, card: GiftCardView) -> None:
    dispatcher.utter_message(
        response="utter_gift_expired" if card.expired else "utter_gift_balance",
        ending=card.ending,
        amount=words.money(card.balance_cents, card.currency),
        bought=words.money(card.bought_cents, card.currency),
        expires=words.full_day(card.expires_on),  # cards live long
    )
