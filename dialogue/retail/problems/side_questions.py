"""What is asked beside a problem of a delivery: in its form, and after it was told or noted.

What is answered stands in `side_table`.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.states import Lateness, ProblemKind
from dialogue.orders.tickets import TicketNotFound
from dialogue.orders.views import ItemView, OrderView, ShipmentView
from dialogue.questions import is_question
from dialogue.retail.people.tickets_told import ticket_of, ticket_spoken_of, told
from dialogue.retail.problems.photographs import can_send
from dialogue.retail.problems.problem_questions import (
    items_told,
    kind_of,
    late_of,
    only_waits,
)
from dialogue.retail.problems.problem_words import names_problem
from dialogue.retail.problems.remedies import (
    FOR_GOODS,
    asks_for_either,
    asks_what_waiting_brings,
    says_found,
    wish_in,
)
from dialogue.retail.problems.side_table import (
    AFTER,
    ASKED_IN,
    BESIDE,
    COMES_BACK,
    KEPT,
    REST,
    STOCK,
    TABLE,
    TICKETED,
    State,
)
from dialogue.retail.problems.side_words import (
    KEEPS,
    READ,
    Side,
    asked_beside,
    only_asks,
)
from dialogue.retail.problems.still_to_come import say_rest
from dialogue.retail.returning.picking import decoded
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    listener_of,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.asking_back import HERE, say_stock
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.which_order.choice import inside
from dialogue.retail.wording import Wording, wording

_SENTENCES = re.compile(r"(?<=[.;!?。；！？])")
_TELLS = re.compile(r"\w\W+\w+\W+\w|[\u4e00-\u9fff]{3}")
# What the question of another matter may be taken for, and what answers it.
_ASKING = frozenset(
    {
        "check_stock",
        "exchange_item",
        "faq",
        "inform",
        "modify_order",
        "nlu_fallback",
        "opening_hours",
        "order_status",
        "product_details",
        "return_policy",
        "shipping_info",
        "out_of_scope",
        "ticket_status",
    }
)
PHOTO = "utter_side_photo"
SOON = 8  # messages after something was told or noted, of which the talk still is


def beside_problem(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer what is asked beside a problem; the form, if one is active, then asks again."""
    responses = _answers(services, tracker)
    wishes = not is_question(latest_text(tracker)[:READ])
    if "utter_side_trouble" in responses and wishes and noted_on(services, tracker):
        responses = ["utter_trouble_undecided"]
    _say(services, dispatcher, tracker, responses)
    return [] if responses else None


def noted_on(services: RetailServices, tracker: Tracker) -> str | None:
    """The ticket that was told last, once the latest message is noted on it; else None."""
    ticket = next(filter(None, map(ticket_of, told(tracker))), None)
    state, extras = state_of(services, tracker), services.extras
    if extras is None or ticket is None or state not in TICKETED:
        return None
    viewer, listener = viewer_of(tracker), listener_of(tracker)
    try:
        noted = extras.tickets.note(viewer, listener, ticket, latest_text(tracker)[:READ])
    except TicketNotFound:
        return None
    return noted.number if noted else None


def means_beside(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message asks something beside the question of the problem's form."""
    if (tracker.active_loop or {}).get("name") != "problem_form":
        return False
    if is_other_question(tracker):
        return True
    return bool(_answers(services, tracker)) and not _tells_too(tracker)


def say_beside(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> None:
    """Answer what is asked in the same breath with what happened, which is kept."""
    if _tells_too(tracker):
        photo = (
            PHOTO if state_of(services, tracker) is State.HERE else ""
        )  # which is asked for next
        responses = [one for one in _answers(services, tracker) if one != photo]
        _say(services, dispatcher, tracker, responses)


def _answers(services: RetailServices, tracker: Tracker) -> list[str]:
    """The responses to all that the latest message asks there."""
    state = state_of(services, tracker)
    sides = _sides(tracker) if state else []
    found = [TABLE[state, side] for side in sides if state and (state, side) in TABLE]
    order = current_order(services, tracker)
    if not found and Side.BACK in sides and order is not None and order.problems:
        found = ["utter_back_keep"]  # of what was reported, whatever was added to it since
    if not found and state in (State.RESENT, State.PAID_BACK):
        found = [TABLE[state, Side.FOUND]] if says_found(latest_text(tracker)[:READ]) else []
    if order is not None and _stays(services, tracker, order):
        found = [KEPT if one in COMES_BACK else one for one in found]
    return list(dict.fromkeys(found))


def _stays(services: RetailServices, tracker: Tracker, order: OrderView) -> bool:
    """Whether what is broken need not come back at all."""
    prices = [one.unit_cents for one in order.items]
    broken = _kind(tracker, order) is ProblemKind.DAMAGED_ITEM
    return broken and rules.stays_when_broken(prices, services.policies)


def _say(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, responses: list[str]
) -> None:
    facts = _facts(services, tracker) if responses else {}
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order = current_order(services, tracker)
    for response in responses:
        if response == REST and order is not None:
            say_rest(services, words, dispatcher, order)
        elif response == STOCK and order is not None:
            say_stock(services, words, dispatcher, _goods(services, tracker, order))
        else:
            dispatcher.utter_message(response=response, **facts)


def _goods(services: RetailServices, tracker: Tracker, order: OrderView) -> list[ItemView]:
    """What is to be sent again, as far as it is known; else all of the order."""
    late = late_of(tracker, order)
    lines = late.lines if late else tuple(decoded(tracker.get_slot("item")))
    goods = [one for one in order.items if one.line in lines]
    ticket, extras = _last_ticket(tracker), services.extras
    if not goods and ticket is not None and extras is not None:
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        try:
            noted = extras.tickets.ticket(viewer_of(tracker), listener_of(tracker), ticket)
            goods = items_told(words, order, noted.text[:READ])
        except TicketNotFound:
            pass  # who signed out meanwhile
    return goods or list(order.items)


def _tells_too(tracker: Tracker) -> bool:
    """Whether what happened is told beside a question: "nobody has it. who signed for it?"."""
    if tracker.get_slot(REQUESTED_SLOT) != "problem_details":
        return False
    parts = [part for part in _SENTENCES.split(latest_text(tracker)[:READ]) if _TELLS.search(part)]
    return len(parts) > 1 and any(not is_question(part) for part in parts)


def is_other_question(tracker: Tracker) -> bool:
    """Whether nothing but a question of something else is asked: no answer to the form's."""
    text, asked = latest_text(tracker)[:READ], tracker.get_slot(REQUESTED_SLOT)
    if asked not in ("problem_details", "wish") or latest_intent(tracker) not in _ASKING:
        return False
    if names_problem(text) or (asked == "wish" and asks_what_waiting_brings(text)):
        return False
    parts = [part for part in _SENTENCES.split(text) if part.strip()]
    return bool(parts) and is_question(text) and all(map(is_question, parts)) and not wish_in(text)


def state_of(services: RetailServices, tracker: Tracker) -> State | None:
    """Where the talk about a problem is; None where it is about something else."""
    form = (tracker.active_loop or {}).get("name")
    if form == "problem_form":
        return _state_in_form(services, tracker)
    if form is not None:
        return None
    said = said_within(tracker, SOON)
    for facts in told(tracker):
        response = str(facts.get("utter_action"))
        if response in AFTER and response in said:
            return AFTER[response]
        if not BESIDE.match(response):
            return None
    return None


def _state_in_form(services: RetailServices, tracker: Tracker) -> State | None:
    order, asked = current_order(services, tracker), tracker.get_slot(REQUESTED_SLOT)
    if order is None and asked == "order_number":
        return State.WHICH
    if order is None or asked not in ASKED_IN:
        return None
    if kind_of(tracker) in HERE:
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        return State.REST if only_waits(words, tracker, order) else State.HERE
    late = late_of(tracker, order)
    if late is None:
        return State.SEARCH
    return State.LOST if late.lateness is Lateness.LOST else State.DELAYED


def _sides(tracker: Tracker) -> list[Side]:
    """What the latest message asks; what it also wishes is the form's to hear."""
    text, in_form = latest_text(tracker)[:READ], bool((tracker.active_loop or {}).get("name"))
    number = latest_entity(tracker, "order_number")
    if not text or (number is not None and number != tracker.get_slot("order_number")):
        return []
    asked, beside = tracker.get_slot(REQUESTED_SLOT), asked_beside(text)
    if asked == "photo" and Side.PHOTO in beside:
        return []
    wishes = asked in ("wish", "confirmed") and wish_in(text) in FOR_GOODS
    if in_form and not is_question(text) and not beside:
        remark = asked in ("wish", "confirmed") and not wishes and KEEPS.search(text)
        return [Side.REMARK] if remark else []
    told_with_it = not beside or beside[0] not in (Side.ELSEWHERE, Side.HEAR, Side.OTHER)
    wishes = wishes or (not in_form and (_wishes_first(text) or _only_wishes(text)))
    if wishes and not only_asks(text) and told_with_it:
        return []
    if asked == "wish" and asks_for_either(text):
        return [Side.EITHER]
    return beside


def _only_wishes(text: str) -> bool:
    """Whether a remedy is wished, and nothing is asked: "money, and something on top"."""
    return not is_question(text) and wish_in(text) in FOR_GOODS


def _wishes_first(text: str) -> bool:
    """Whether a remedy is wished before something is asked: "the money. how long does it take?"."""
    parts = [part for part in _SENTENCES.split(text) if part.strip()]
    first = parts[0] if len(parts) > 1 else ""
    return bool(first) and not is_question(first) and wish_in(first) in FOR_GOODS


def _facts(services: RetailServices, tracker: Tracker) -> dict[str, str]:
    """All that the answers may name."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order = current_order(services, tracker)
    ticket = ticket_spoken_of(tracker) or _last_ticket(tracker)
    last = next((one for one in told(tracker) if str(one.get("utter_action")) in AFTER), {})
    wishes = (str(one["wish"]) for one in told(tracker) if one.get("wish") and ticket_of(one))
    return {
        "ticket": ticket or words.say("side_no_number"),
        "where": words.say("side_signed_in" if viewer_of(tracker).signed_in else "side_guest"),
        "number": order.number if order else "",
        "expected": str(last.get("expected") or ""),
        "wish": next(wishes, words.say("remedy_open")),
        "photo": words.say(f"side_photo_{_photo_of(tracker, order)}"),
        **(_of_order(services, tracker, order) if order else {}),
    }


def _photo_of(tracker: Tracker, order: OrderView | None) -> str:
    """Whether a photograph helps: of what is not there, none can be made."""
    if _kind(tracker, order) in (ProblemKind.MISSING_ITEM, ProblemKind.DELIVERY_NOT_RECEIVED):
        return "none"
    return "helps" if can_send(tracker) else "not_here"


def _kind(tracker: Tracker, order: OrderView | None) -> ProblemKind | None:
    """The kind of what is being reported, or was last."""
    if (tracker.active_loop or {}).get("name") == "problem_form":
        return kind_of(tracker)
    problems = sorted(order.problems if order else (), key=lambda one: one.created_at)
    return problems[-1].kind if problems else None


def _of_order(services: RetailServices, tracker: Tracker, order: OrderView) -> dict[str, str]:
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    policies, late = services.policies, late_of(tracker, order)
    due = late.expected_on if late else order.expected_on
    days = policies.refunds.days_for(order.method)
    parcel = late or next(iter(reversed(order.shipments)), None)
    lines = decoded(tracker.get_slot("item"))
    holding = [one for one in order.shipments if not set(lines).isdisjoint(one.lines)]
    parcel = holding[0] if holding and late is None else parcel
    seen = parcel.events[-1] if parcel and parcel.events else None
    return {
        "came": _came(words, parcel) if parcel else "",
        "seen": words.say(
            "parcel_seen",
            day=words.day(seen.at),
            place=words.term(seen.place),
            event=words.term(seen.description),
        )
        if seen
        else words.say("parcel_unseen"),
        "contents": words.items(inside(late, order)) if late else words.contents(order),
        "method": words.term(order.method),
        "days": words.say("working_days", count=days),
        "resent": words.say("working_days", count=policies.deliveries.resent_after),
        "lost_on": words.day(rules.working_days_after(due, policies.deliveries.lost_after)),
        "report_days": str(policies.damages.report_within_days),
        "limit": words.money(policies.damages.kept_below, order.currency),
    }


def _came(words: Wording, parcel: ShipmentView) -> str:
    """When a parcel was brought by its carrier's word, or was to come."""
    tracking = f"{parcel.carrier} {parcel.tracking_number}"
    if parcel.tracking_page:
        tracking = words.say("parcel_tracking", tracking=tracking, page=parcel.tracking_page)
    return words.say(
        "side_due" if parcel.delivered_at is None else "side_came",
        day=words.day(parcel.delivered_at or parcel.expected_on),
        expected=words.day(parcel.expected_on),
        tracking=tracking,
    )


def _last_ticket(tracker: Tracker) -> str | None:
    return next(filter(None, map(ticket_of, told(tracker))), None)
