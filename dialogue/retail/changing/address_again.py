"""After an address was changed: another part of it, the one before it, or where it goes now."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.addresses import NewAddress, complete_address
from dialogue.orders.errors import InvalidAddress, OrderNotFound
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import AddressView, OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.address_parts import put_beside, put_right
from dialogue.retail.changing.told_address import address_in, say_what_it_lacks, street_told
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
    viewer_of,
)
from dialogue.retail.talk.tasks import LEFT, gone_on_with, intent_of, kept_wishes
from dialogue.retail.task_slots import forget_task, value_before_message
from dialogue.retail.which_order.choice import may_change_address
from dialogue.retail.which_order.pointing import order_naming
from dialogue.retail.wording import Wording, wording

SENT_TO = "sent_to"  # of the order whose address was changed last: what it was, and what it is
READ = 150  # characters that are looked through
SOON = 3  # messages after the change in which it is thought over
FORM = "change_address_form"
_THOUGHT_AGAIN = frozenset(
    {
        "affirm",
        "change_address",
        "correct_that",
        "deny",
        "go_back",
        "inform",
        "modify_order",
        "nlu_fallback",
        "out_of_scope",
        "stop",
        "update_account",
    }
)
_BEFORE = re.compile(
    r"\b(?:old|previous|former|original|first|earlier|other|last)\s+(?:delivery )?"
    r"(?:address|one)\b"
    r"|\b(?:address|one)\s+(?:from |as |that was )?before\b|\bback to (?:how|what|where) it was\b"
    r"|\b(?:undo|revert|reverse)\b|\bchange it back\b"
    r"|(?:原来|之前|以前|旧|老)的?(?:那个)?地址|改回",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"\b(?:too|also|as well|same)\b|^\W*and (?:for )?(?:the|my)\b|也|同样|一样", re.IGNORECASE
)
_WHERE_TO = re.compile(
    r"\bwhere\b.{0,30}\b(?:going|goes|go|sen[dt]|shipp\w+|deliver\w*)\b(?:\s+(?:to|now|then))"
    r"|\b(?:which|what)(?: is|['’]?s)?\b.{0,20}\badd?res+s?\b"
    r".{0,30}\b(?:have|going|goes|go|sent|use|used|now|order|on it|deliver\w*)\b"
    r"|\b(?:show|tell|give|see|read)\b.{0,20}\badd?res+\b.{0,20}\b(?:going|goes|sent|now|order)\b"
    r"|\bwhere (?:do|will|would|did|are|shall) you (?:now )?(?:send|ship|deliver)\s+(?:it|that|this"
    r"|them|(?:my|the) \w+|order \d+|\d+)\b"
    r"|(?:寄|送|发)(?:到|去|往)哪(?!里?儿?了)|(?:收货|寄送|现在的?|登记的?)(?:是哪个)?地址(?:是|在)?(?:什么|哪)|哪个地址",
    re.IGNORECASE,
)


def sent_to(tracker: Tracker, number: str) -> dict[str, Any]:
    """The addresses of this order that the conversation knows: ``before`` and ``now``.

    Nothing for anybody else than who changed it: a guest may not see what the owner could.
    """
    kept, viewer = tracker.get_slot(SENT_TO), tracker.get_slot("customer_id")
    theirs = isinstance(kept, dict) and (kept.get("number"), kept.get("by")) == (number, viewer)
    return dict(kept) if theirs else {}


def written(address: AddressView) -> str:
    """An order's address as it is written in full, its country by its name."""
    return str(NewAddress(address.street, address.postcode, address.city, address.country))


def another_address(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Begin the change again with the part that is put right, or with the address before."""
    order, text = _order_before(services, tracker), latest_text(tracker)[:READ]
    known = sent_to(tracker, order.number) if order else {}
    if order is None or not known or latest_intent(tracker) not in _THOUGHT_AGAIN:
        return None
    if "utter_address_changed" not in said_within(tracker, SOON):
        return None
    now, person = str(known.get("now")), latest_entity(tracker, "person")
    if (other := _same_for_other(services, tracker, order, text)) is not None:
        return [
            *forget_task(tracker),
            SlotSet("order_number", other.number),
            SlotSet("new_address", now),
            FollowupAction(FORM),
        ]
    address = put_right(now, text, surely=True) or put_beside(now, text, person)
    back = address is None and _BEFORE.search(text) is not None
    if address is None and not back:
        return None
    if back and not known.get("before") and may_change_address(order, services.policies):
        dispatcher.utter_message(response="utter_address_before_unknown")
    return [
        *forget_task(tracker),
        SlotSet("order_number", order.number),
        SlotSet("new_address", known.get("before") if back else address),
        FollowupAction(FORM),
    ]


def _same_for_other(
    services: RetailServices, tracker: Tracker, order: OrderView, text: str
) -> OrderView | None:
    """The other order that shall go to the same address: "and for the candle too"."""
    viewer = viewer_of(tracker)
    if not viewer.signed_in or not _ALSO.search(text) or is_question(text):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    recent = services.store.recent_orders(viewer, limit=10)
    others = [o for o in recent if o.number != order.number and o.status in rules.OPEN]
    said = words.in_records(text)
    return order_naming(said, others) if not mentioned(said, order.items) else None


def address_of_left(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """An address is the answer to the wish for another one that a side question left open.

    A part of one is too: what is missing is asked for.
    """
    left = kept_wishes(tracker, LEFT)[:1]
    if not left or intent_of(left[0]) != "change_address":
        return None
    address = address_in(tracker) if latest_intent(tracker) in _THOUGHT_AGAIN else None
    part, order = street_told(tracker), current_order(services, tracker)
    if address is None and part is None:
        return None
    if address is None and order is not None:
        try:
            complete_address(str(part), order.address.country)
        except InvalidAddress as error:
            words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
            say_what_it_lacks(words, dispatcher, error)
    known = {**(left[0].get("known") or {}), "new_address": address}
    return gone_on_with(tracker, {**left[0], "known": known})


def _order_before(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """The order that was spoken of: a postcode in the latest message is none."""
    number = value_before_message(tracker, "order_number")
    try:
        return services.store.order(viewer_of(tracker), str(number))
    except OrderNotFound:
        return None


def asks_where(text: str) -> bool:
    """Whether the address of an order is asked for."""
    return _WHERE_TO.search(text[:READ]) is not None


def where_it_goes(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Tell the address of the order that is spoken of, as far as this viewer may see it."""
    order = current_order(services, tracker)
    if not asks_where(latest_text(tracker)) or order is None:
        return None
    if order.status not in {*rules.OPEN, OrderStatus.DELIVERED}:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    say_where(words, dispatcher, order, may_change_address(order, services.policies))
    return []


def say_where(words: Wording, dispatcher: Dispatcher, order: OrderView, may_change: bool) -> None:
    """The address of an order, with a button to change it where that may be."""
    change = words.button("change_address", "change_address", order_number=order.number)
    there = order.status is OrderStatus.DELIVERED
    dispatcher.utter_message(
        response="utter_order_went_to" if there else "utter_order_goes_to",
        number=order.number,
        address=words.address(written(order.address)),
        buttons=[change] if may_change else [],
    )
