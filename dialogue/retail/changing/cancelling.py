"""What is asked where an order is about to be cancelled, or was: of a part of it, of the money.

"Does the pan still come?", "how much back?", "only the shirt then", "can that be undone?": a model
takes so few words for a question about goods, another order, or the taking back of a return.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.part_of_order import (
    keeps_all,
    means_order,
    names_order,
    part_meant,
    taken_out,
)
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.talk.tasks import WAITING, kept_wishes, wish
from dialogue.retail.task_slots import REQUESTED_SLOT, forget_task
from dialogue.retail.which_order.choice import may_change_contents
from dialogue.retail.wording import Wording, button, wording

READ = 100  # who asks back asks it shortly
SOON = 3  # messages after an order was cancelled in which it is thought over
FORM = "cancel_order_form"
_CANCELLED = re.compile(
    r"utter_(?:order_cancelled|cancelled_for_good|why_cancelled|already_cancelled|status_cancelled"
    r"|cancelled_|refund_)"
)
_WAY_BACK = re.compile(r"\b(?:which|what)\b.{0,12}\b(?:card|account)\b|哪.{0,3}(?:卡|账)", re.I)
_SENTENCE = re.compile(r"[.,;!，。；！]\s*(?:(?:and|but)\b)?")
_SENDS_BACK = re.compile(
    r"\bhow\b.{0,30}\b(?:return\w*|send(?:ing)?\b.{1,30}\bback)\b|怎么.{0,6}[退寄]", re.IGNORECASE
)
_FINAL = "utter_cancelled_for_good"
_REFUND = re.compile(
    r"\b(?:money|refund\w*|paid back|pay(?:ing)? back|get back|cash)\b"
    r"|\b(?:how much|what) (?:\w+ ){0,4}back\b|钱|退款|到账|退多少|退到",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(
    r"\b(?:how (?:much|long|soon)|when|what)\b|多少|多久|几天|什么时候", re.IGNORECASE
)
_ALL = re.compile(
    r"\b(?:everything|both|the (?:whole|rest|others?)|all of (?:it|them))\b"
    r"|全部|整单|都|其他|其它|别的",
    re.IGNORECASE,
)
_CANCEL_ALL = re.compile(
    r"\bcancel (?:all(?: of)?(?: it| this| that)?|everything|both|it all|(?:the|my) "
    r"(?:whole|entire|complete)(?: thing| order| lot)?)(?: then| please| pls)*\W*$"
    r"|(?:全部?|都|整单|整个订单?)取消(?:了|吧|掉|好了)*\W*$",
    re.IGNORECASE,
)
# "Yes, cancel it, I don't want it any more": said where that is asked, and nothing besides.
_AGREES = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|yup|ok|okay|sure|right|please|well|then|just|so|hm+|go ahead and"
    r"|(?:no\W+)?(?:(?:that|it)['’]?s )?too (?:late|long)(?: for (?:us|me))?)\W+)*"
    r"cancel (?:it|this|that|(?:the|this|my|that) order|order \d+|\d+)(?: then| now| please| pls)*"
    r"(?:\W+(?:(?:because|as) )?(?:i|we) (?:really )?(?:do not|don['’]?t|no longer) (?:want|need)"
    r" (?:it|that|this|them)(?: any ?more)?)?(?:\W+(?:please|pls|thanks?|thank you))?\W*$"
    r"|^(?!\W*取消\W*$)\W*(?:(?:嗯|恩|对|是|好|行|那|就|的|啊|呀|吧|可以|确认|请|帮我|麻烦)\W*)*"
    r"取消(?:掉|了|吧|它|这个|这单|订单|就行|就好|\W)*"
    r"(?:我?(?:真的|都)?(?:不想?要|不需要|用不着|不用)了?(?:吧|啊)?)?\W*(?:谢谢)?\W*$",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"n['’]?t\b|\b(?:not|never|except|but|if|or)\b|[?？]|吗|[别不]要?(?:全部?|都|整单)取消|除了|不是",
    re.IGNORECASE,
)
# A no at first is to the part that was asked about; what else is asked stands by itself.
_NO = re.compile(r"^\W*(?:no|nope|不是|不对|不)\W+", re.IGNORECASE)
_CLAUSES = re.compile(r"(?<=[.!?。！？])")
_OF_RETURNS = re.compile(r"\b(?:returns?|exchange|swap)\b|\bR\s?-?\s?\d|退货|换货", re.IGNORECASE)
# What is on sale, whatever is in the order: "do you have other candles?"
_OF_GOODS = frozenset({"check_stock", "product_details", "product_search", "recommend_product"})
_ON_SALE = re.compile(
    r"\b(?:do|would) you (?:\w+ )?(?:have|sell|carry|offer|stock)\b|\bhave you (?:\w+ )?got\b"
    r"|\b(?:is|are) there\b(?!.{0,20}\border\b)|\bin stock\b|\bavailable\b"
    r"|\bdoes\b.{0,40}\bcome in\b|\b(?:also|is|are) there in\b|卖|有货|你们.{0,4}有"
    r"|有没有(?:别|其|更)|还?有(?:别|其他|更|另)",
    re.IGNORECASE,
)
# Who would cancel to order anew is helped with less: "can't I just change the size?".
_RATHER_CHANGES = re.compile(
    r"\b(?:change|swap|switch|exchange|have|get|take)\b.{0,20}\b(?:size|colou?r)\b"
    r"|\b(?:another|other|different) (?:size|colou?r)\b"
    r"|(?:换|改)(?:个|成|一下)?.{0,4}(?:尺码|颜色|码|色)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\bcan\b.{0,30}\bcancel\b.{0,25}\b(?:tomorrow|tonight|later|next week|on \w+day|at any time)\b"
    r"|(?:明天|晚点|以后|过几天|随时).{0,6}(?:能|可以).{0,4}取消|(?:能|可以).{0,6}(?:明天|晚点|以后|过几天).{0,4}取消",
    re.IGNORECASE,
)
_REGRETS = re.compile(
    r"\b(?:undo|revert|reverse|restore|reinstate|reactivate|un-?cancel|regret|changed my mind"
    r"|second thoughts|by mistake|accident(?:al)?ly)\b"
    r"|\b(?:want|have|get|need|keep) (?:it|them|the order|my order) (?:back|after all|again)\b"
    r"|\b(?:take|call|turn|bring) (?:it|that|the (?:cancell?ation|order)) back\b"
    r"|\bback to how it was\b"
    r"|\bwant\b.{1,40}\bafter all\b|\bcancel the cancell?ation\b|恢复|后悔|撤回|撤销|改主意"
    r"|还是(?:要|想要)|又(?:想)?要(?:了|买)|不(?:想)?取消了|别取消"
    r"|\b(?:was|is|cancelled) the wrong (?:one|order)\W*$|\bnot that one\W*$|(?:取消|弄)错了",
    re.IGNORECASE,
)


def about_cancelling(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Where a yes to the cancellation is asked for: a part of the order, what goes, what it pays.

    Who keeps it all is understood as a no, whatever it was taken for.
    """
    order, text = current_order(services, tracker), latest_text(tracker)
    asked = tracker.get_slot(REQUESTED_SLOT) == "confirmed" and not asks_for_goods(tracker)
    if (tracker.active_loop or {}).get("name") != FORM or not asked or order is None or not text:
        return None
    same = latest_entity(tracker, "order_number") in (None, order.number)
    if same and (agrees(text) or keeps_all(text)):
        beside = [] if agrees(text) else _asked_beside(tracker)
        return [*beside, SlotSet("confirmed", agrees(text)), FollowupAction(FORM)]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    instead = _less_than_all(services, words, dispatcher, tracker, order)
    if instead is not None:
        return instead
    only = len(order.items) == 1 and re.search(r"\bone\b", text[:READ], re.IGNORECASE)
    named = (only or names_order(text)) and mentioned(words.in_records(text), order.items)
    if named or (same and means_order(text) and not is_question(text)):
        return [FollowupAction(FORM)]  # which one is meant is clear: a yes is still asked for
    if latest_intent(tracker) == "withdraw_return" and not _OF_RETURNS.search(text):
        return [SlotSet("confirmed", False), FollowupAction(FORM)]
    return _say_what_goes(services, words, dispatcher, tracker, order)


def _asked_beside(tracker: Tracker) -> Events:
    """What keeps for its turn a question of sending back that is asked with a no."""
    asked = [one for one in _SENTENCE.split(latest_text(tracker)[:READ]) if _SENDS_BACK.search(one)]
    if not asked:
        return []
    later = {**wish("return_policy"), "text": asked[-1].strip()}
    return [SlotSet(WAITING, [later, *kept_wishes(tracker, WAITING)])]


def _less_than_all(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> Events | None:
    """Another size instead of the cancellation, or a part taken out, while that can be done."""
    part = part_meant(tracker, words, order)
    if may_change_contents(order, services.policies):
        if _RATHER_CHANGES.search(latest_text(tracker)[:READ]):
            begun = [SlotSet("order_number", order.number), FollowupAction("modify_order_form")]
            return [*forget_task(tracker), *begun]
        return None if part is None else taken_out(tracker, order, part)
    if part is None:
        return None
    dispatcher.utter_message(response="utter_only_whole_order", number=order.number)
    return []


def _say_what_goes(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> Events | None:
    """What would be cancelled, if that is asked."""
    text = latest_text(tracker)
    if len(text) > READ or latest_entity(tracker, "order_number") or not is_question(text):
        return None
    if not mentioned(words.in_records(text), order.items) and not _ALL.search(text):
        return None
    packed = "" if may_change_contents(order, services.policies) else "_packed"
    dispatcher.utter_message(
        response=f"utter_cancel_takes_all{packed}",
        number=order.number,
        contents=words.contents(order),
    )
    return []


def asks_for_goods(tracker: Tracker) -> bool:
    """Whether the latest message asks what is on sale, and not for what was ordered."""
    on_sale = _ON_SALE.search(latest_text(tracker)[:READ])
    return latest_intent(tracker) in _OF_GOODS and on_sale is not None


def cancels_all(text: str) -> bool:
    """Whether a short text says that all of it shall go: "no, cancel the whole order then"."""
    if len(text) > READ:
        return False
    clauses = [_NO.sub("", clause) for clause in _CLAUSES.split(_NO.sub("", text))]
    return any(_CANCEL_ALL.search(one) and not _BUT.search(one) for one in clauses)


def agrees(text: str) -> bool:
    """Whether a short text says once more that it shall be cancelled: "yes cancel it"."""
    return _AGREES.match(text[:READ]) is not None and len(text) <= READ


def asks_for_refund(text: str) -> bool:
    """Whether a wish asks on the side what is paid back, or how soon."""
    return bool(_HOW_MUCH.search(text[:READ]) and _REFUND.search(text[:READ]))


def asks_until(text: str) -> bool:
    """Whether a wish asks how long it can wait: "can I still cancel tomorrow?"."""
    later = _LATER.search(text[:READ]) or facet_in(text) is Facet.UNTIL
    return is_question(text) and bool(later)


def say_paid_back(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView
) -> None:
    """What a cancellation pays back, how, and how soon."""
    days = services.policies.refunds.days_for(order.method) if order.method else 0
    dispatcher.utter_message(
        response="utter_cancel_pays_back" if order.method else "utter_cancel_pays_nothing",
        total=words.money(order.total_cents, order.currency),
        method=words.term(order.method),
        days=words.say("working_days", count=days),
    )


def thought_again(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """A cancellation that was just made cannot be undone; the goods can be ordered anew."""
    order, text = current_order(services, tracker), latest_text(tracker)[:READ]
    if order is None or order.status is not OrderStatus.CANCELLED or not regrets(text):
        return None
    if _WAY_BACK.search(text):  # "on which card do I get it back?"
        return None
    if not any(map(_CANCELLED.match, said_within(tracker, SOON))):
        return None
    say_for_good(wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)), dispatcher, order)
    return []


def regrets(text: str) -> bool:
    """Whether a cancellation is to be undone."""
    return _REGRETS.search(text[:READ]) is not None


def say_for_good(words: Wording, dispatcher: Dispatcher, order: OrderView) -> None:
    """That it cannot be undone; the goods, to order them anew."""
    dispatcher.utter_message(
        response=_FINAL,
        number=order.number,
        contents=words.contents(order),
        buttons=[
            *(button(one.name, "product_details", product=one.sku) for one in order.items[:2]),
            words.person_button(),
        ],
    )
