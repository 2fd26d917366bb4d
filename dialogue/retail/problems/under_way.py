"""Parcels under way that customers ask for, or complain of, in whatever words.

"Where is the rest", "the tees are late" are of a parcel under way: nothing of it can be sent back,
and nothing of it is missing from what has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import Lateness, OrderStatus, ProblemKind, Remedy
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.people.tickets import say_who_reads
from dialogue.retail.problems.remedies import asks_for_either, said_delivered, wish_in
from dialogue.retail.problems.still_to_come import (
    LATE,
    READ,
    REST,
    Portion,
    lines_to_come,
    names_any,
    portions,
    say_rest,
    speaks_of_rest,
    to_come,
)
from dialogue.retail.returning.picking import Picked, mentioned
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
from dialogue.retail.task_slots import leave_form
from dialogue.retail.viewing.parcel_questions import wants_one_box
from dialogue.retail.which_order.pointing import pointed, says_another_order
from dialogue.retail.wording import Wording, wording

SOON = 4  # messages after parcels were told of
TOLD = frozenset({"utter_rest", "utter_rest_of", "utter_rest_none", "utter_missing_none"})
_LATE_TOLD = frozenset({"utter_parcel_lost", "utter_parcel_delayed", "utter_rest", "utter_rest_of"})
_SPLIT_TOLD = TOLD | {f"utter_status_{OrderStatus.PARTIALLY_SHIPPED}", "utter_parcel_delayed"}
_WANTS_TO_KNOW = re.compile(
    r"\b(?:just|only) (?:ask|asking|asked|want(?:ed)? to (?:know|ask))\b|\b(?:i )?wonder\b"
    r"|\bwant to know\b|\bwhere(?:['’]?s| is| are)\b|\bwhen (?:do|does|will|is|are)\b"
    r"|只?(?:想|是)问",
    re.IGNORECASE,
)
_WHAT_NOW = re.compile(
    r"\bwhat (?:can|could|should|do|shall) (?:i|we|you)\b(?: \w+){0,2} do\b|\bwhat now\b"
    r"|\bwhat (?:happens|are my options)\b"
    r"|\bdo (?:something|anything)\b|\bhelp\b|怎么办|怎么处理|帮我|投诉",
    re.IGNORECASE,
)
# What is asked for with it, in a question too: "can you send it again?".
_ASKS_FOR = re.compile(
    r"\b(?:can|could|will|would) (?:you|u|i|we)\b|\bplease\b|\bpls\b|能不能|可以|可不可以|能",
    re.IGNORECASE,
)
_GETS_BACK = re.compile(
    r"\b(?:do|can|could|will|would|shall|may) (?:i|we) (?:\w+ )?(?:get|have)\b.{0,20}"
    r"\b(?:money|refund|new ones?|replacements?)\b|怎么赔|赔(?:偿|吗|钱)|给退|能退|会退",
    re.IGNORECASE,
)
_SENT_BACK = re.compile(
    r"(?<!don['’]t want to )(?<!dont want to )(?<!not )(?<!no )"
    r"\b(?:return|send (?:it|them) back|cancel)\b",
    re.I,
)
_IS_LATE = re.compile(
    r"(?:\b(?:is|are|running)|['’]s|['’]re)\s(?:\w+ ){0,2}?(?:late\b(?!r)|delayed|overdue)"
    r"|迟了|延误|晚点了|还没到",
    re.IGNORECASE,
)
REFUND = "refund_status"  # of a late parcel that was just told of, a wish for the money
# What messages of parcels under way are taken for; who names another matter wants that.
_NEAR = frozenset(
    {
        "damaged_item",
        "delivery_not_received",
        "deny",
        "exchange_item",
        "help",
        "inform",
        "list_orders",
        "missing_item",
        "modify_order",
        "nlu_fallback",
        "order_status",
        "out_of_scope",
        REFUND,
        "repeat_that",
        "return_item",
        "shipping_options",
        "shipping_updates",
        "stop",
        "wrong_item",
    }
)
# The same, once a parcel was told of as lost or late.
_NEAR_LATE = _NEAR | {"faq", "return_policy", "ticket_status"}
_YES = frozenset(
    {"affirm", "thank", "goodbye", "cancel_order", "check_stock", "correct_that"}
)  # "yes send it again"
_ASKED_OF_PARCELS = frozenset({Facet.WHEN, Facet.WHERE, Facet.UNTIL})
_TAKEN_FOR_GOODS = frozenset({"return_item", "exchange_item", "modify_order", "nlu_fallback"})


def about_parcels(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Tell what is not here yet; of what is late, begin to put it right. None for other matters."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order = None if _is_being_reported(tracker) else _order_meant(services, tracker)
    if order is None:
        return _reported_though_here(services, words, tracker)
    text = latest_text(tracker)[:READ]
    named = _portions_meant(words, text, order)
    coming = [one for one in named if not one.is_here] or ([] if named else to_come(order))
    late = [one for one in coming if one.lateness is not Lateness.ON_TIME]
    left = leave_form(tracker) if _is_no_more_of(tracker, text) else []
    reports = latest_intent(tracker) == ProblemKind.DELIVERY_NOT_RECEIVED
    asks = facet_in(text) in _ASKED_OF_PARCELS or _WANTS_TO_KNOW.search(text)
    if late and (_wants_it_right(text) or (reports and not asks)):
        say_who_reads(dispatcher, tracker)
        return [*left, *_to_put_right(tracker, order, late, text)]
    say_rest(services, words, dispatcher, order, named or None, asked=_day_asked(tracker))
    left_for = SlotSet("order_number", order.number)
    return [*left, left_for, *([FollowupAction("action_listen")] if left else [])]


def _reported_though_here(
    services: RetailServices, words: Wording, tracker: Tracker
) -> Events | None:
    """Begin the report of goods called late that have arrived by what the carrier says."""
    text, viewer = latest_text(tracker)[:READ], viewer_of(tracker)
    busy = (tracker.active_loop or {}).get("name") or latest_intent(tracker) not in _NEAR
    if busy or not viewer.signed_in or is_question(text) or not _IS_LATE.search(text):
        return None
    known, holding = words.in_records(text), []
    for one in services.store.recent_orders(viewer, limit=10):
        lines = {item.line for item in one.items if names_any(known, one, [item.line])}
        if lines and said_delivered(one, lines) and lines.isdisjoint(lines_to_come(one)):
            holding.append((one, lines))
    if len(holding) != 1:
        return None
    [(order, lines)] = holding
    return [
        SlotSet("order_number", order.number),
        SlotSet("problem_kind", str(ProblemKind.DELIVERY_NOT_RECEIVED)),
        SlotSet("item", str(Picked(dict.fromkeys(sorted(lines))))),
        FollowupAction("problem_form"),
    ]


def means_parcels(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message is about what is not here yet, and no answer to a form."""
    return not _is_being_reported(tracker) and _order_meant(services, tracker) is not None


def _is_being_reported(tracker: Tracker) -> bool:
    """Whether a form asks about just that already."""
    form, kind = (tracker.active_loop or {}).get("name"), tracker.get_slot("problem_kind")
    return form == "problem_form" and kind == ProblemKind.DELIVERY_NOT_RECEIVED


def _order_meant(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """The order of whose rest the latest message speaks; None where it speaks of none."""
    text = latest_text(tracker)[:READ]
    lately = not said_within(tracker, SOON).isdisjoint(_LATE_TOLD)
    wishes = lately and not is_question(text) and wish_in(text) is not None
    near = latest_intent(tracker) in (_NEAR_LATE if lately else _NEAR)
    if not text or not (near or (wishes and latest_intent(tracker) in _YES)):
        return None
    viewer, number = viewer_of(tracker), latest_entity(tracker, "order_number")
    present = current_order(services, tracker)
    recent: Sequence[OrderView] = ()
    if viewer.signed_in:
        recent = services.store.recent_orders(viewer, limit=10)
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    known = words.in_records(text)
    if number is not None:
        named = [one for one in (*recent, *([present] if present else [])) if one.number == number]
        if not named or not to_come(named[0]):
            return None
        return named[0] if _speaks(tracker, known, named[0]) else None
    if present is not None and to_come(present) and _speaks(tracker, known, present):
        others = [one for one in recent if one.number != present.number]
        if mentioned(known, present.items) or not any(mentioned(known, o.items) for o in others):
            return present
    if not speaks_of_rest(text):
        return None
    holding = [one for one in recent if names_any(known, one, lines_to_come(one))]
    return holding[0] if len(holding) == 1 and _speaks(tracker, known, holding[0]) else None


def _speaks(tracker: Tracker, text: str, order: OrderView) -> bool:
    """Whether the text speaks of what is to come of this order.

    Of one parcel alone the talk about its state is elsewhere, unless it was taken for goods that
    shall go back or be changed.
    """
    if _SENT_BACK.search(text) or says_another_order(text) or wants_one_box(text):
        return False
    several, coming = len(portions(order)) > 1, lines_to_come(order)
    here = [item.line for item in order.items if item.line not in coming]
    if names_any(text, order, here) and not (REST.search(text) or names_any(text, order, coming)):
        return False  # of what has arrived by the carrier's word
    if speaks_of_rest(text) and latest_intent(tracker) != REFUND:
        return several or latest_intent(tracker) in _TAKEN_FOR_GOODS
    said = said_within(tracker, SOON)
    late = any(one.lateness is not Lateness.ON_TIME for one in to_come(order))
    of_rest = _asked_of_rest(tracker) and names_any(text, order, coming)
    if of_rest or (late and not said.isdisjoint(_LATE_TOLD) and _wants_it_right(text)):
        return True
    lately = not said.isdisjoint(_SPLIT_TOLD) and latest_intent(tracker) != REFUND
    if not (several and lately and (is_question(text) or _WANTS_TO_KNOW.search(text))):
        return False
    of_parcels = re.search(r"\b(?:parcels?|packages?|box(?:es)?)\b|包裹|快递", text, re.IGNORECASE)
    points = pointed(text, len(portions(order)))
    when = facet_in(text) in _ASKED_OF_PARCELS
    goods = names_any(text, order, lines_to_come(order)) and (
        when or _day_asked(tracker) is not None
    )
    return bool(of_parcels or points or goods)


def _asked_of_rest(tracker: Tracker) -> bool:
    """Whether it was just asked if something is missing from what has arrived."""
    return not said_within(tracker, 1).isdisjoint({"utter_rest_all_here", "utter_rest_none_here"})


def _portions_meant(words: Wording, text: str, order: OrderView) -> list[Portion]:
    """The portions that the text points at: by their place, or by the goods in them."""
    all_of_it = portions(order)
    known = words.in_records(text)
    goods = [one for one in all_of_it if names_any(known, order, one.lines) and not one.is_here]
    if goods:
        return goods
    places = pointed(text, len(all_of_it))
    return [all_of_it[place] for place in places]


def _wants_it_right(text: str) -> bool:
    """Whether something shall be done about it: it is asked for, or told and not asked."""
    asks = is_question(text) or _WANTS_TO_KNOW.search(text) is not None
    if _WHAT_NOW.search(text):
        return True
    if asks_for_either(text) or (asks and _GETS_BACK.search(text)):
        return True
    wished = wish_in(text) in (Remedy.REPLACEMENT, Remedy.REFUND)
    if asks:
        return wished and _ASKS_FOR.search(text) is not None
    return wished or LATE.search(text) is not None


def _to_put_right(tracker: Tracker, order: OrderView, late: Sequence[Portion], text: str) -> Events:
    """Begin the talk about a late parcel, with what was said of it already."""
    wish = wish_in(text)
    told = [SlotSet("wish", str(wish))] if wish in (Remedy.REPLACEMENT, Remedy.REFUND) else []
    lines = late[0].lines if len(late) == 1 else frozenset[int]()
    goods = [SlotSet("item", str(Picked(dict.fromkeys(sorted(lines)))))] if lines else []
    return [
        *leave_form(tracker),
        SlotSet("order_number", order.number),
        SlotSet("problem_kind", str(ProblemKind.DELIVERY_NOT_RECEIVED)),
        *goods,
        *told,
        FollowupAction("problem_form"),
    ]


def _is_no_more_of(tracker: Tracker, text: str) -> bool:
    """Whether the active form was begun by mistake: nothing here goes back or is missing."""
    form = (tracker.active_loop or {}).get("name")
    if form == "problem_form":
        return True
    return form is not None and LATE.search(text) is not None


def _day_asked(tracker: Tracker) -> date | None:
    """The day that the latest message names, where it names one."""
    said = latest_entity(tracker, "time")
    try:
        return date.fromisoformat(str(said)[:10]) if said else None
    except ValueError:
        return None
