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
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.paying.amounts_named import worth_cents
from dialogue.retail.paying.gift_card_topics import AMOUNT, BUY, BUY_BY_PEOPLE, VALID, topic_of
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
    r"|\b(?:which|what|how many) (?:gift ?)?(?:cards?|vouchers?) (?:do i have|have i|are mine)\b"
    r"|\b(?:show|list) (?:me )?(?:all )?my (?:gift ?)?(?:cards|vouchers)\b"
    r"|\b(?:is|are) (?:empty|used up)\b"
    r"|余额|剩|还有多少|我有(?:哪些|什么|几张).{0,3}卡",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^\W*(?:and |so )?(?:which|哪)", re.IGNORECASE)  # of one's own
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
_OF_OTHERS_TOO = frozenset(
    {
        "utter_gift_card_buy",
        "utter_gift_card_day",
        "utter_gift_card_fails",
        "utter_gift_card_fast",
        "utter_gift_card_words",
    }
)
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
_HOW_LONG_VALID = frozenset({Facet.HOW_LONG, Facet.UNTIL})
MOST = 2  # things that are asked of cards in one message
# Where one question ends and another begins.
_NEXT = re.compile(
    r"[?？!。；;]|,? \band (?=(?:also )?(?:can|could|may|what|how|is|are|does|do|will|where|when"
    r"|until|till|if)\b)|[，,](?=.{0,2}(?:能|可以|怎么|多久|有效|过期))",
    re.IGNORECASE,
)
_OURS = ("utter_gift_", "utter_ask_gift_")


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
    topic = topic_of(text)
    if topic == VALID and "utter_gift_balance" in said_within(tracker, LATELY):
        return False  # of the card whose last day was just told
    if topic in _OF_OTHERS_TOO and not _CARD.search(text[:READ]):
        elsewhere = _ELSEWHERE.search(text[:READ]) or latest_intent(tracker) in _OF_OTHERS
        return lately and not elsewhere
    which = _WHICH.search(text[:READ]) is not None and _BALANCE.search(text[:READ]) is not None
    return (in_form or lately) and (topic is not None or which)


def _say_topic(action: RetailAction, dispatcher: Dispatcher, tracker: Tracker) -> bool:
    """Answer what else is asked of gift cards, in each sentence; False where nothing is."""
    text = latest_text(tracker)[:READ]
    whole = topic_of(text)
    if whole is None:
        return False
    parts = [part for part in _NEXT.split(text) if part.strip()]
    found = dict.fromkeys(filter(None, (_topic_among(part, len(parts)) for part in parts)))
    lately = said_within(tracker, LATELY)
    topics = list(found)[:MOST] or [whole]
    person = [action.words(tracker).person_button(reason="gift_card")]
    for topic in topics:
        again = topic == BUY and not lately.isdisjoint({BUY, BUY_BY_PEOPLE})
        response = _of_amount(action, text) if topic == AMOUNT else topic
        dispatcher.utter_message(
            response=BUY_BY_PEOPLE if again else response,
            **_terms(action, tracker),
            buttons=person if topic == topics[-1] else [],
        )
    return True


def _topic_among(part: str, parts: int) -> str | None:
    """What a part asks; of several, "how long is it valid" too, which alone may be of a balance."""
    valid = parts > 1 and facet_in(part) in _HOW_LONG_VALID
    return topic_of(part) or (VALID if valid else None)


def _of_amount(action: RetailAction, text: str) -> str:
    """Whether a card can be had for the amount that is named; for how much at all if none is."""
    policy, worth = action.services.policies.gift_cards, worth_cents(text)
    if worth is None:
        return "utter_gift_card"
    return AMOUNT if policy.minimum <= worth <= policy.maximum else f"{AMOUNT}_not"


def _terms(action: RetailAction, tracker: Tracker) -> dict[str, Any]:
    """For how much and for how long cards are sold."""
    policy, words = action.services.policies.gift_cards, action.words(tracker)
    return {
        "minimum": words.money(policy.minimum, "EUR"),
        "maximum": words.money(policy.maximum, "EUR"),
        "years": policy.valid_years,
    }


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
