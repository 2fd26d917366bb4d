"""What is asked of an order that has left us: to refuse it, to do without a part, its money."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.after_refusal import WHAT_NOW
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
from dialogue.retail.which_order.pointing import says_unwanted
from dialogue.retail.wording import Wording, wording

READ = 120  # characters; who asks on asks shortly
SOON = 3  # messages after it was told that the order has left
_TOLD = re.compile(
    r"utter_(?:status_|already_shipped|modify_too_late|left_yes|day_|faq/refuse_parcel|refuse_"
    r"|part_not_left|money_when_refused|not_returnable_not_delivered|other_day_on_its_way"
    r"|order_contents|nobody_in)"
)
_REFUSED = re.compile(
    r"utter_(?:refuse_or_return|already_shipped|faq/refuse_parcel|refuse_|part_not_left|money_when_refused"
    r"|not_returnable_not_delivered|modify_too_late)"
)
_REFUSE = re.compile(
    r"\b(?:refus\w+|reject\w*|(?:not|n['’]?t) accept)\b|拒收|拒签|不签收", re.IGNORECASE
)
_WITHOUT = re.compile(
    r"(?:n['’]?t|\b(?:not|no longer))\s(?:\w+\s)?(?:want|need|keep|like)\b"
    r"|\b(?:without|cancel\w*|stop|remove|take (?:\w+ ){1,3}out|drop|swap|change)\b"
    r"|不(?:想)?要|取消|去掉|拿掉|改|换|要退",
    re.IGNORECASE,
)
_NEAR_A_NO = frozenset({"deny", "inform", "nlu_fallback", "out_of_scope", "stop"})
_CLAUSE = re.compile(r"[,.;，。；]|\b(?:and|but)\b|但", re.IGNORECASE)
_KEEPS = re.compile(
    r"(?<!n't )(?<!n’t )(?<!not )\bkeep\b|\b(?:only|just) (?:want|need|keep|take)\b"
    r"|留下?|还要|只(?:想)?要|(?<!不)(?<!不想)我?要(?:的)?\W*$",
    re.IGNORECASE,
)
# A part of it, by whatever name: "can you take the bottle out of it?".
_PART_OF_IT = re.compile(
    r"\b(?:take|leave|get|remove|cancel|drop)\b.{3,30}\b(?:out of|from|in|inside) (?:it|there|that"
    r"|the (?:order|parcel|package))\b"
    r"|(?:取消|去掉|拿掉|不要).{0,4}(?:里面|里头|其中|当中)的?|(?:里面|里头|其中|当中).{1,12}(?:取消|去掉|拿掉|不要)",
    re.IGNORECASE,
)


def on_its_way(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """What can be done with the parcel, or with the article that is named of it."""
    order, text = current_order(services, tracker), latest_text(tracker)
    if order is None or order.status not in rules.ON_ITS_WAY or not text or len(text) > READ:
        return None
    other = latest_entity(tracker, "order_number") not in (None, order.number)
    said = said_within(tracker, SOON)
    if other or latest_intent(tracker) == "return_item" or not any(map(_TOLD.match, said)):
        return None
    return _answer(services, dispatcher, tracker, order, any(map(_REFUSED.match, said)))


def wanted_no_more(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """ "Nah, I don't want it any more", right after the order was told: it is to be cancelled."""
    order, text = current_order(services, tracker), latest_text(tracker)
    told = any(map(_TOLD.match, said_within(tracker, 1)))
    near = latest_intent(tracker) in _NEAR_A_NO and not is_question(text)
    if order is None or not told or not near or len(text) > READ or not says_unwanted(text):
        return None
    return [SlotSet("order_number", order.number), FollowupAction("cancel_order_form")]


def _answer(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
    refused: bool,
) -> Events | None:
    """`refused`: whether it was said that it can't be changed, or how it is refused."""
    text, words = latest_text(tracker), wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    named = _unwanted(words.in_records(text), order)
    facet = facet_in(text) if is_question(text) else None
    refuses = _REFUSE.search(text)
    money = facet is Facet.REFUND and refused
    if named and (refuses or _WITHOUT.search(text) or money):
        return _say_of_part(services, words, dispatcher, order, named)
    part = not named and len(order.items) > 1 and _PART_OF_IT.search(text)
    if part or not refused or named:
        return _say_no_part(services, words, dispatcher, order) if part else None
    if money:
        return _say_money(services, words, dispatcher, order)
    if facet is Facet.COST:
        days = services.policies.returns.days
        response = "utter_refuse_free" if refuses else "utter_refuse_or_return_free"
        dispatcher.utter_message(response=response, days=days)
        return []
    if WHAT_NOW.search(text) or (refuses and not is_question(text)):
        dispatcher.utter_message(
            response="utter_refuse_or_return",
            number=order.number,
            days=services.policies.returns.days,
            buttons=[words.status_button(order.number), words.person_button()],
        )
        return []
    return None


def _unwanted(text: str, order: OrderView) -> list[ItemView]:
    """The articles that are named, without those that shall be kept."""
    stay = [part for part in _CLAUSE.split(text) if _KEEPS.search(part)]
    kept = {item.line for part in stay for item in order.items if mentioned(part, [item])}
    return [one for one in order.items if mentioned(text, [one]) and one.line not in kept]


def _say_of_part(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    named: list[ItemView],
) -> Events:
    """Where it lies alone in its parcel, that one may be refused; else it is sent back later."""
    lines = {item.line for item in named}
    sent = {line for parcel in order.shipments for line in parcel.lines}
    if len(named) == len(order.items):
        response = "utter_refuse_all"
    elif not lines & sent:
        response = "utter_part_not_left"
    elif any(set(parcel.lines) == lines for parcel in order.shipments):
        response = "utter_refuse_its_parcel"
    else:
        response = "utter_refuse_only_whole"
    worth = sum(
        rules.item_refund_cents(
            item.unit_cents, item.quantity, order.subtotal_cents, order.discount_cents
        )
        for item in named
    )
    dispatcher.utter_message(
        response=response,
        number=order.number,
        items=words.items(item.label for item in named),
        amount=words.money(worth, order.currency),
        days=services.policies.returns.days,
        buttons=[words.status_button(order.number), words.person_button()],
    )
    return []


def _say_no_part(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView
) -> Events:
    """Whichever part is meant; the day with it, for it is often asked in the same breath."""
    dispatcher.utter_message(
        response="utter_refuse_no_part",
        number=order.number,
        expected=words.day(
            max((one.expected_on for one in order.shipments), default=order.expected_on)
        ),
        days=services.policies.returns.days,
        buttons=[words.status_button(order.number), words.person_button()],
    )
    return []


def _say_money(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView
) -> Events | None:
    """How the money of a parcel that was refused or sent back comes."""
    if not order.method:
        return None
    days = services.policies.refunds.days_for(order.method)
    dispatcher.utter_message(
        response="utter_money_when_refused",
        number=order.number,
        method=words.term(order.method),
        days=words.say("working_days", count=days),
    )
    return []
