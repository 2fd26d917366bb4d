"""What is asked of the returns that are announced: which there are, and what each brings.

"Is the other one with the mugs still running?", "and what do I get for the rest?", "I reported it,
too: do the two clash?". Each return has its own sum; what was reported of the same goods is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import ProblemKind
from dialogue.orders.views import OrderView, ReturnView
from dialogue.questions import is_question
from dialogue.retail.returning.answer_beside import yes_beside
from dialogue.retail.returning.deadlines import hand_in_until
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.off_again import asks_if_off, say_if_off
from dialogue.retail.returning.picking import decoded, mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
    listener_of,
    said_within,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT, leave_form
from dialogue.retail.which_order.choice import announced_returns
from dialogue.retail.which_order.pointing import parcels_meant, reference_in
from dialogue.retail.wording import Wording, wording

READ = 160  # characters
SOON = 8  # messages after a return was announced or a problem reported
FORM, REPORT = "withdraw_return_form", "problem_form"
SENDING = frozenset({"return_form", "exchange_form"})
_WHICH = re.compile(
    r"\b(?:did|have|has) (?:i|we)\b.{0,15}\b(?:announce\w*|register\w*|start\w*|request\w*)\b"
    r".{0,12}\b(?:returns?|exchanges?)\b|\bis there an? (?:return|exchange)\b"
    r"|\b(?:which|what|any|how many)\b.{0,12}\b(?:returns?|exchanges?)\b.{0,25}"
    r"\b(?:announced|registered|open|running|active|going|pending|there|have)\b"
    r"|\b(?:other|others|rest|return|exchange|mugs?|R-?\s?\d{4,6})\b.{0,30}"
    r"\bstill (?:running|announced|open|active|on|valid|standing)\b"
    r"|\b(?:what|which)\b.{0,20}\bi got\b.{0,12}\b(?:returns?|exchanges?)\b"
    r"|\b(?:which|what) \w+ (?:did|have) i (?:\w+ )?(?:return|sen[dt] back|announce|swap)"
    r"|\b(?:show|list|see)\b.{0,10}\bmy (?:\w+ )?returns\b|退货.{0,4}(?:哪些|几个)"
    r"|\bwhat (?:have|did) i (?:now )?(?:announced?|returned|registered?|sen[dt] back)\b"
    r"|(?:哪些|哪几个|几个|什么).{0,8}(?:退货|换货).{0,6}(?:登记|在|有|$)"
    r"|(?:登记|有)了?(?:哪些|几个).{0,4}(?:退|换)货|(?:另|别的|其他|剩下).{0,12}(?:还|也)(?:在|有效|算)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bhow much\b|\bget (?:\w+ ){0,3}back\b|\b(?:money|refund)\b|\bback for\b|多少|退款|退多",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:in total|altogether|all together|in all|overall)\b|一共|总共|合计|加起来", re.IGNORECASE
)
_ONE_BOX = re.compile(
    r"\b(?:one|same|single) (?:\w+ )?(?:box|parcel|package|bag)\b"
    r"|\b(?:pack|put|send)\b.{0,30}\b(?:both|together|two)\b"
    r"|(?:一|同一?)个?(?:箱|盒|包裹)|一起(?:寄|装|打包)",
    re.IGNORECASE,
)
_REST = re.compile(r"\b(?:rest|others?|what['’]?s left)\b|其余|其他|剩下|另", re.IGNORECASE)
_BOTH = re.compile(
    r"\b(?:conflict|clash)\w*\b|\b(?:both|two|twice|double)\b.{0,40}"
    r"\b(?:report\w*|return\w*|announc\w*|complain\w*|register\w*|problem|wrong|ok|fine|now|what)\b"
    r"|\balready\b.{0,12}\b(?:announced|registered|returning|in a return)\b"
    r"|冲突|矛盾|两个.{0,4}都|都登记|重复|已经.{0,4}(?:登记|报).{0,4}退",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[.;,!。；，！]|\b(?:and|but)\b|但", re.IGNORECASE)
_STAYS = re.compile(
    r"\b(?:stays?|remains?|not|still comes?|goes back)\b|不|还是退|照退", re.IGNORECASE
)
_TOLD = re.compile(r"utter_(?:problem_(?:reported|added|known)|return_and_report)")


def about_announced(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say which returns are announced, or what one of them brings; None for anything else."""
    text, form = latest_text(tracker)[:READ], (tracker.active_loop or {}).get("name")
    if not text or form not in (None, FORM, REPORT, *SENDING):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order = current_order(services, tracker)
    if order is not None and _asks_of_both(tracker, order, text):
        _say_both(words, dispatcher, order, announced_returns(order))
        return leave_form(tracker) if form == FORM else []
    if form != REPORT and is_question(text) and _WHICH.search(text):
        return _say_which(services, words, dispatcher, tracker)
    if order is None or form == REPORT:
        return None
    if asks_if_off(text) and say_if_off(words, dispatcher, order, text):
        return []
    return None if form in SENDING else _of_order(services, words, dispatcher, tracker, order)


def means_announced(services: RetailServices, tracker: Tracker) -> bool:
    """Whether a report, or a yes to a withdrawal, is met with a question about other returns."""
    order, form = current_order(services, tracker), (tracker.active_loop or {}).get("name")
    text = latest_text(tracker)[:READ]
    if form in SENDING and is_question(text) and not yes_beside(tracker):
        off = order is not None and order.returns and asks_if_off(text)
        return bool(off) or _WHICH.search(text) is not None
    if order is None or form not in (FORM, REPORT):
        return False
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    money = form == FORM and is_question(text) and _MONEY.search(text) is not None
    asks = money and _of_which(words, tracker, order, text) is not None
    return asks or _asks_of_both(tracker, order, text)


def _of_order(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> Events | None:
    """What is asked of the returns of one order, or chosen of them."""
    text = latest_text(tracker)[:READ]
    chosen = chosen_parcel(words, tracker, order, text)
    if chosen is not None:
        return [SlotSet("announced_return", chosen.reference)]
    if _say_of_all(services, words, dispatcher, order, text):
        return []
    if _say_of_one_box(services, words, dispatcher, tracker, order):
        return []
    asks = _MONEY.search(text) and (is_question(text) or reference_in(text))
    parcel = _of_which(words, tracker, order, text) if asks else None
    if parcel is None:
        return None
    say_money_of(services, words, dispatcher, order, parcel)
    return []


def _say_of_all(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView, text: str
) -> bool:
    """Of several returns the money of each; False if that is not asked."""
    announced = sorted(announced_returns(order), key=lambda one: one.reference)
    if len(announced) < 2 or not is_question(text):
        return False
    if _TOTAL.search(text) and _MONEY.search(text):
        for parcel in announced:
            if parcel.brings_money:
                say_money_of(services, words, dispatcher, order, parcel)
        return True
    return False


def _say_of_one_box(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> bool:
    """Whether what is announced may travel with more, announced or not; False if not asked."""
    text, viewer = latest_text(tracker)[:READ], viewer_of(tracker)
    announced = sorted(announced_returns(order), key=lambda one: one.reference)
    if not announced or not is_question(text) or not _ONE_BOX.search(text):
        return False
    each = words.listing(f"{one.reference} ({words.items(one.items)})" for one in announced)
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else (order,)
    said = words.in_records(text)
    found = [(one, i) for one in (order, *recent) for i in returnable(services, one)]
    more = next(((one, item) for one, item in found if mentioned(said, [item])), None)
    if more is not None:
        number, line = more[0].number, str(more[1].line)
        dispatcher.utter_message(
            response="utter_one_box_more",
            item=more[1].name,
            each=each,
            buttons=[
                words.button("return_it", "return_item", order_number=number, item=line),
                words.button("swap_it", "exchange_item", order_number=number, item=line),
            ],
        )
    elif len(announced) > 1:
        dispatcher.utter_message(response="utter_each_its_number", each=each)
    return more is not None or len(announced) > 1


def chosen_parcel(
    words: Wording, tracker: Tracker, order: OrderView, text: str
) -> ReturnView | None:
    """To "which return shall I take back?", the one of the goods that are named first.

    "The shirt, and only that one; the mugs stay announced".
    """
    if tracker.get_slot(REQUESTED_SLOT) != "announced_return" or is_question(text):
        return None
    for part in _PARTS.split(text[:READ]):
        named = parcels_meant(words.in_records(part), order, announced_returns(order))
        if named and not _STAYS.search(part):
            return named[0] if len(named) == 1 else None
    return None


def say_money_of(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    parcel: ReturnView,
) -> None:
    """What this one return brings, once it is with the shop."""
    days = services.policies.refunds.days_for(order.method)
    dispatcher.utter_message(
        response="utter_refund_after_return",
        number=order.number,
        reference=parcel.reference,
        items=words.items(parcel.items),
        amount=words.money(parcel.refund_cents, parcel.currency),
        method=words.term(order.method),
        days=words.say("working_days", count=days),
    )


def say_if_returning(
    words: Wording, dispatcher: Dispatcher, order: OrderView, details: str, item: str | None
) -> None:
    """Of goods that are reported, by their words or lines: where they are in a return, that."""
    parcels = announced_returns(order)
    lines = decoded(item)
    labels = [one.name for one in order.items if one.line in lines or len(order.items) == 1]
    said = ", ".join(labels) or words.in_records(details)
    _say_both(words, dispatcher, order, parcels_meant(said, order, parcels))


def say_if_reported(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
    parcel: ReturnView,
) -> None:
    """After a return was announced: that something of the order is reported and still open."""
    if services.extras is None:
        return
    tickets = services.extras.tickets
    here = [p for p in order.problems if p.kind is not ProblemKind.DELIVERY_NOT_RECEIVED]
    reported = {tickets.number_of(problem.reference) for problem in here}
    mine = tickets.mine(viewer_of(tracker), listener_of(tracker))
    still_open = [one.number for one in mine if one.is_open and one.number in reported]
    if still_open:
        dispatcher.utter_message(
            response="utter_report_and_return",
            number=order.number,
            ticket=words.listing(still_open),
            items=words.items(parcel.items),
        )


def _say_both(
    words: Wording, dispatcher: Dispatcher, order: OrderView, parcels: Sequence[ReturnView]
) -> None:
    """That what was reported is in a return, too, and that nothing is lost by it."""
    for parcel in parcels[:1]:
        dispatcher.utter_message(
            response="utter_return_and_report",
            reference=parcel.reference,
            items=words.items(parcel.items),
            buttons=[
                words.button("withdraw", "withdraw_return", order_number=order.number),
                words.person_button(),
            ],
        )


def _asks_of_both(tracker: Tracker, order: OrderView, text: str) -> bool:
    """Whether it is asked what becomes of goods that were reported and are in a return."""
    reports = (tracker.active_loop or {}).get("name") == REPORT
    lately = any(map(_TOLD.match, said_within(tracker, SOON)))
    if not announced_returns(order) or not (reports or (order.problems and lately)):
        return False
    asks = is_question(text) or re.search(r"怎么办|\bwhat now\b", text, re.IGNORECASE)
    return bool(asks) and _BOTH.search(text) is not None


def _say_which(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """Each of them; None where the customer has none that may be seen."""
    viewer, order = viewer_of(tracker), current_order(services, tracker)
    orders: Sequence[OrderView] = (order,) if order else ()
    if viewer.signed_in:
        orders = services.store.recent_orders(viewer, limit=10)
    found = [(one, parcel) for one in orders for parcel in announced_returns(one)]
    for one, parcel in found:
        dispatcher.utter_message(
            response=f"utter_announced_{parcel.kind}",
            number=one.number,
            reference=parcel.reference,
            items=words.items(parcel.items),
            replacement=words.items(parcel.replacements),
            amount=words.money(parcel.refund_cents, parcel.currency),
            method=words.term(one.method),
            last_day=words.day(hand_in_until(parcel, services.policies)),
        )
    if not found and viewer.signed_in:
        dispatcher.utter_message(response="utter_announced_none")
        return []
    return [] if found else None


def _of_which(words: Wording, tracker: Tracker, order: OrderView, text: str) -> ReturnView | None:
    """The one return whose money is asked: by its reference or goods, or as the rest."""
    waiting = [one for one in announced_returns(order) if one.brings_money]
    named = parcels_meant(words.in_records(text), order, waiting)
    if reference_in(text) or (named and len(waiting) > 1) or _withdraws(tracker):
        return named[0] if len(named) == 1 else None
    kept = not said_within(tracker, SOON).isdisjoint({"utter_return_withdrawn"})
    rest = kept and _REST.search(text) and latest_intent(tracker) != "order_status"
    return waiting[0] if rest and len(waiting) == 1 else None


def _withdraws(tracker: Tracker) -> bool:
    return (tracker.active_loop or {}).get("name") == FORM
