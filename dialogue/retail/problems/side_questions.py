"""What is asked beside a problem of a delivery: in its form, and after it was told or noted.

One table says what is answered: for each state of the talk, and each thing that may be asked there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.rules import working_days_after
from dialogue.orders.states import Lateness, ProblemKind, Remedy
from dialogue.orders.views import OrderView, ShipmentView
from dialogue.questions import is_question
from dialogue.retail.people.tickets_told import ticket_of, ticket_spoken_of, told
from dialogue.retail.problems.photographs import can_send
from dialogue.retail.problems.problem_questions import kind_of, late_of
from dialogue.retail.problems.problem_words import names_problem
from dialogue.retail.problems.remedies import asks_for_either, asks_what_waiting_brings, wish_in
from dialogue.retail.problems.side_words import (
    KEEPS,
    READ,
    Side,
    asked_beside,
    only_asks,
)
from dialogue.retail.returning.picking import decoded
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
from dialogue.retail.talk.asking_back import HERE
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
        "ticket_status",
    }
)
SOON = 8  # messages after something was told or noted, of which the talk still is


class State(StrEnum):
    """Where the talk is."""

    HERE = auto()  # something that arrived is being reported
    SEARCH = auto()  # a parcel that was delivered by its carrier's word is being reported
    DELAYED = auto()  # it is asked what shall be done about a late parcel
    LOST = auto()  # the same of a lost one
    REPORTED = auto()
    NOTED = auto()  # a delay, or that a lost parcel is looked for
    RESENT = auto()
    PAID_BACK = auto()
    TOLD_LOST = auto()  # of a parcel it was told that it is lost, or late
    TOLD_LATE = auto()
    COMPLAINED = auto()  # a complaint was noted, or a ticket told


_ASKED_IN = {"problem_details", "photo", "wish", "confirmed"}
_AFTER = {
    "utter_problem_reported": State.REPORTED,
    "utter_problem_added": State.REPORTED,
    "utter_problem_known": State.REPORTED,
    "utter_wish_changed": State.REPORTED,
    "utter_photo_added": State.REPORTED,
    "utter_delay_noted": State.NOTED,
    "utter_lost_wait": State.NOTED,
    "utter_lost_replacement": State.RESENT,
    "utter_lost_refund": State.PAID_BACK,
    "utter_parcel_lost": State.TOLD_LOST,
    "utter_parcel_delayed": State.TOLD_LATE,
    "utter_complaint": State.COMPLAINED,
    "utter_complaint_aside": State.COMPLAINED,
    "utter_ticket_open": State.COMPLAINED,
    "utter_ticket_open_of": State.COMPLAINED,
    "utter_ticket_added": State.COMPLAINED,
    "utter_ticket_mail_noted": State.COMPLAINED,
}
# What is said beside these, and leaves them spoken of.
_BESIDE = re.compile(
    r"utter_(?:side_|trouble_|broken_kept|back_|care|thank|did_you_mean|no_(?:sure_)?answer|ask_rephrase|fallback|next_wish|next_people"
    r"|parcel_|status_|sure_|unasked_|human_|queue_|ticket_says)"
)
_SETTLED = (State.LOST, State.RESENT, State.PAID_BACK)
_UNFOUND = (State.SEARCH, State.DELAYED, State.NOTED, State.LOST)
# What is answered. What is not in it is left to others.
_TABLE: Mapping[tuple[State, Side], str] = {
    **{(s, Side.HEAR): "utter_side_hear_once" for s in (State.HERE, State.SEARCH, State.DELAYED)},
    **{(s, Side.HEAR): "utter_side_hear" for s in (State.REPORTED, State.NOTED, State.COMPLAINED)},
    **{(s, Side.HEAR): "utter_side_hear_order" for s in _SETTLED},
    **{(s, Side.COST): "utter_side_free" for s in State if s is not State.COMPLAINED},
    **{(s, Side.TROUBLE): "utter_side_trouble" for s in State},
    (State.HERE, Side.EITHER): "utter_side_either",
    **{(s, Side.AGAIN): "utter_back_time" for s in (State.HERE, State.SEARCH, State.REPORTED)},
    **{(s, Side.AGAIN): "utter_side_lost_how_long" for s in (State.DELAYED, State.LOST)},
    **{(s, Side.SIGNED): "utter_side_signed" for s in _UNFOUND},
    **{(s, Side.SEEN): "utter_side_seen" for s in _UNFOUND},
    (State.HERE, Side.PART): "utter_side_part",
    (State.REPORTED, Side.PART): "utter_side_part",
    (State.REPORTED, Side.BACK): "utter_back_keep",
    **{
        (s, Side.BACK): "utter_side_nothing_back"
        for s in (
            State.SEARCH,
            State.DELAYED,
            State.LOST,
            State.NOTED,
            State.RESENT,
            State.PAID_BACK,
        )
    },
    (State.SEARCH, Side.FOUND): "utter_side_found_search",
    (State.DELAYED, Side.FOUND): "utter_side_found_search",
    (State.NOTED, Side.FOUND): "utter_side_found_search",
    **{(s, Side.FOUND): "utter_side_found_settled" for s in _SETTLED},
    (State.SEARCH, Side.HOW_LONG): "utter_side_search_how_long",
    (State.DELAYED, Side.HOW_LONG): "utter_waiting_delayed",
    (State.NOTED, Side.HOW_LONG): "utter_side_noted_how_long",
    (State.LOST, Side.HOW_LONG): "utter_side_lost_how_long",
    (State.RESENT, Side.HOW_LONG): "utter_side_settled_by",
    (State.PAID_BACK, Side.HOW_LONG): "utter_side_settled_by",
    (State.COMPLAINED, Side.HOW_LONG): "utter_side_ticket_how_long",
    **{
        (s, Side.ELSEWHERE): "utter_side_elsewhere"
        for s in (State.DELAYED, State.LOST, State.RESENT)
    },
    (State.LOST, Side.QUICKER): "utter_side_lost_how_long",
    (State.TOLD_LOST, Side.QUICKER): "utter_side_lost_how_long",
    (State.TOLD_LOST, Side.FOUND): "utter_side_found_settled",
    (State.TOLD_LATE, Side.FOUND): "utter_side_found_search",
    (State.TOLD_LOST, Side.BACK): "utter_side_nothing_back",
    (State.TOLD_LATE, Side.BACK): "utter_side_nothing_back",
    **{
        (s, Side.CAME): "utter_side_came"
        for s in (*_UNFOUND, State.REPORTED, State.RESENT, State.PAID_BACK)
    },
    (State.HERE, Side.WARRANTY): "utter_side_warranty",
    (State.REPORTED, Side.WARRANTY): "utter_side_warranty",
    **{(s, Side.SHIPPING): "utter_side_shipping" for s in (State.HERE, State.REPORTED)},
    **{
        (s, Side.ORDER): "utter_side_order"
        for s in (*_UNFOUND, State.HERE, State.REPORTED, State.RESENT, State.PAID_BACK)
    },
    (State.SEARCH, Side.THEN): "utter_side_then_search",
    (State.NOTED, Side.THEN): "utter_side_noted_how_long",
    (State.REPORTED, Side.THEN): "utter_back_time",
    (State.COMPLAINED, Side.THEN): "utter_side_then_complaint",
    **{
        (s, Side.NEEDED): "utter_side_needed"
        for s in (State.REPORTED, State.NOTED, State.COMPLAINED)
    },
    (State.HERE, Side.NEEDED): "utter_side_photo",
    **{(s, Side.NEEDED): "utter_side_nothing_needed" for s in _SETTLED},
    **{(s, Side.WISHED): "utter_side_wished" for s in (State.REPORTED, State.NOTED)},
    (State.LOST, Side.REMARK): "utter_side_only_this",
    (State.DELAYED, Side.REMARK): "utter_side_only_this",
    (State.HERE, Side.REMARK): "utter_side_noted_rest",
}


def beside_problem(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer what is asked beside a problem; the form, if one is active, then asks again."""
    responses = _answers(services, tracker)
    _say(services, dispatcher, tracker, responses)
    return [] if responses else None


def means_beside(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message asks something beside the question of the problem's form."""
    if (tracker.active_loop or {}).get("name") != "problem_form":
        return False
    if _is_other_question(tracker):
        return True
    return bool(_answers(services, tracker)) and not _tells_too(tracker)


def say_beside(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> None:
    """Answer what is asked in the same breath with what happened, which is kept."""
    if _tells_too(tracker):
        _say(services, dispatcher, tracker, _answers(services, tracker))


def _answers(services: RetailServices, tracker: Tracker) -> list[str]:
    """The responses to all that the latest message asks there."""
    state = _state(services, tracker)
    sides = _sides(tracker) if state else []
    found = [_TABLE[state, side] for side in sides if state and (state, side) in _TABLE]
    order = current_order(services, tracker)
    if not found and Side.BACK in sides and order is not None and order.problems:
        found = ["utter_back_keep"]  # of what was reported, whatever was added to it since
    return list(dict.fromkeys(found))


def _say(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, responses: list[str]
) -> None:
    facts = _facts(services, tracker) if responses else {}
    for response in responses:
        dispatcher.utter_message(response=response, **facts)


def _tells_too(tracker: Tracker) -> bool:
    """Whether what happened is told beside a question: "nobody has it. who signed for it?"."""
    if tracker.get_slot(REQUESTED_SLOT) != "problem_details":
        return False
    parts = [part for part in _SENTENCES.split(latest_text(tracker)[:READ]) if _TELLS.search(part)]
    return len(parts) > 1 and any(not is_question(part) for part in parts)


def _is_other_question(tracker: Tracker) -> bool:
    """Whether nothing but a question of something else is asked: no answer to the form's."""
    text, asked = latest_text(tracker)[:READ], tracker.get_slot(REQUESTED_SLOT)
    if asked not in ("problem_details", "wish") or latest_intent(tracker) not in _ASKING:
        return False
    if names_problem(text) or (asked == "wish" and asks_what_waiting_brings(text)):
        return False
    parts = [part for part in _SENTENCES.split(text) if part.strip()]
    return bool(parts) and is_question(text) and all(map(is_question, parts)) and not wish_in(text)


def _state(services: RetailServices, tracker: Tracker) -> State | None:
    form = (tracker.active_loop or {}).get("name")
    if form == "problem_form":
        return _state_in_form(services, tracker)
    if form is not None:
        return None
    said = said_within(tracker, SOON)
    for facts in told(tracker):
        response = str(facts.get("utter_action"))
        if response in _AFTER and response in said:
            return _AFTER[response]
        if not _BESIDE.match(response):
            return None
    return None


def _state_in_form(services: RetailServices, tracker: Tracker) -> State | None:
    order = current_order(services, tracker)
    if order is None or tracker.get_slot(REQUESTED_SLOT) not in _ASKED_IN:
        return None
    if kind_of(tracker) in HERE:
        return State.HERE
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
    wishes = asked in ("wish", "confirmed") and wish_in(text) in (Remedy.REPLACEMENT, Remedy.REFUND)
    if in_form and not is_question(text) and not beside:
        remark = asked in ("wish", "confirmed") and not wishes and KEEPS.search(text)
        return [Side.REMARK] if remark else []
    told_with_it = not beside or beside[0] not in (Side.ELSEWHERE, Side.HEAR)
    if in_form and wishes and not only_asks(text) and told_with_it:
        return []
    if asked == "wish" and asks_for_either(text):
        return [Side.EITHER]
    return beside


def _facts(services: RetailServices, tracker: Tracker) -> dict[str, str]:
    """All that the answers may name."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order = current_order(services, tracker)
    ticket = ticket_spoken_of(tracker) or _last_ticket(tracker)
    last = next((one for one in told(tracker) if str(one.get("utter_action")) in _AFTER), {})
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
    in_form = (tracker.active_loop or {}).get("name") == "problem_form"
    problems = sorted(order.problems if order else (), key=lambda one: one.created_at)
    kind = kind_of(tracker) if in_form else problems[-1].kind if problems else None
    if kind in (ProblemKind.MISSING_ITEM, ProblemKind.DELIVERY_NOT_RECEIVED):
        return "none"
    return "helps" if can_send(tracker) else "not_here"


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
        "lost_on": words.day(working_days_after(due, policies.deliveries.lost_after)),
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
