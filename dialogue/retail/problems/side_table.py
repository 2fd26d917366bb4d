"""What is answered to a question beside a problem, by where the talk is.

One table: for each state of the talk, and each thing that may be asked there, a response.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum, auto

from dialogue.retail.problems.side_words import Side


class State(StrEnum):
    """Where the talk is."""

    WHICH = auto()  # it is asked which order it is
    HERE = auto()  # something that arrived is being reported
    REST = auto()  # the same, while something of the order is still to come
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


ASKED_IN = {"problem_details", "photo", "wish", "confirmed"}
AFTER = {
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
    "utter_ask_lost_wish": State.TOLD_LOST,
    "utter_parcel_delayed": State.TOLD_LATE,
    "utter_ask_delayed_wish": State.TOLD_LATE,
    "utter_complaint": State.COMPLAINED,
    "utter_complaint_aside": State.COMPLAINED,
    "utter_ticket_open": State.COMPLAINED,
    "utter_ticket_open_of": State.COMPLAINED,
    "utter_ticket_added": State.COMPLAINED,
    "utter_ticket_mail_noted": State.COMPLAINED,
    "utter_ticket_phone_noted": State.COMPLAINED,
}
# What is said beside these, and leaves them spoken of.
BESIDE = re.compile(
    r"utter_(?:side_|complaint_(?:beside|how)|trouble_|broken_kept|back_|care|thank|did_you_mean|no_(?:sure_)?answer|ask_rephrase|fallback|next_wish|next_people"
    r"|parcel_|status_|sure_|unasked_|human_|queue_|ticket_says)"
)
TICKETED = (State.REPORTED, State.NOTED, State.COMPLAINED)
_SETTLED = (State.LOST, State.RESENT, State.PAID_BACK)
_ARRIVED = (State.HERE, State.REPORTED)
_UNFOUND = (State.SEARCH, State.DELAYED, State.NOTED, State.LOST)
REST, STOCK = "utter_rest", "utter_back_in_stock"  # these say what is so now
KEPT = "utter_broken_kept"  # instead of these, where what broke is worth too little to come back
COMES_BACK = frozenset({"utter_side_away", "utter_back_keep"})
# What is answered. What is not in it is left to others.
_TABLE: Mapping[tuple[State, Side], str] = {
    **{
        (s, Side.HEAR): "utter_side_hear_once"
        for s in (State.WHICH, State.HERE, State.SEARCH, State.DELAYED)
    },
    **{(s, Side.HEAR): "utter_side_hear" for s in (State.REPORTED, State.NOTED, State.COMPLAINED)},
    **{(s, Side.HEAR): "utter_side_hear_order" for s in _SETTLED},
    **{(s, Side.CALL): "utter_side_call_once" for s in (State.WHICH, State.HERE, State.SEARCH)},
    **{(s, Side.CALL): "utter_side_call" for s in TICKETED},
    **{(s, Side.OWN): "utter_side_own_fault" for s in _ARRIVED},
    (State.HERE, Side.LIMIT): "utter_side_limit",
    **{(s, Side.OTHER): "utter_side_same_again" for s in (State.DELAYED, State.LOST)},
    (State.DELAYED, Side.ADVICE): "utter_waiting_delayed",
    **{(s, Side.READS): "utter_side_reads" for s in TICKETED},
    **{(s, Side.CANCEL): "utter_side_no_cancel" for s in (State.DELAYED, State.LOST, State.NOTED)},
    **{(s, Side.COST): "utter_side_free" for s in State if s is not State.COMPLAINED},
    **{(s, Side.TROUBLE): "utter_side_trouble" for s in State},
    **{(s, Side.LESS): "utter_side_less" for s in _ARRIVED},
    **{(s, Side.AWAY): "utter_side_away" for s in (*_ARRIVED, State.COMPLAINED)},
    **{(s, Side.AWAY): "utter_side_found_settled" for s in _SETTLED},
    (State.HERE, Side.EITHER): "utter_side_either",
    **{(s, Side.AGAIN): "utter_back_time" for s in (State.HERE, State.SEARCH, State.REPORTED)},
    **{(s, Side.AGAIN): "utter_side_lost_how_long" for s in (State.DELAYED, State.LOST)},
    **{(s, Side.SIGNED): "utter_side_signed" for s in _UNFOUND},
    **{(s, Side.SEEN): "utter_side_seen" for s in _UNFOUND},
    (State.HERE, Side.PART): "utter_side_part",
    (State.REPORTED, Side.PART): "utter_side_part",
    **{(s, Side.BACK): "utter_back_keep" for s in _ARRIVED},
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
    **{(s, Side.ELSEWHERE): "utter_side_elsewhere" for s in (State.DELAYED, State.LOST)},
    (State.LOST, Side.QUICKER): "utter_side_lost_how_long",
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
    **{(s, Side.THEN): "utter_back_time" for s in _ARRIVED},
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
    **{(s, Side.STOCK): STOCK for s in (*_ARRIVED, State.DELAYED, State.LOST)},
    **{(s, Side.FAILS): "utter_side_fails" for s in (*_ARRIVED, State.LOST, State.RESENT)},
    **{(s, Side.REPAIR): "utter_side_repair" for s in _ARRIVED},
    **{(s, Side.ADVICE): "utter_side_advice" for s in (State.HERE, State.LOST)},
    **{(s, Side.OURS): "utter_side_ours" for s in _UNFOUND},
    **{(s, Side.WHITHER): "utter_side_whither" for s in _ARRIVED},
    **{(s, Side.WHITHER): "utter_side_elsewhere" for s in (State.DELAYED, State.LOST)},
    **{
        (s, Side.PHOTO): "utter_side_photo"
        for s in (*_ARRIVED, State.SEARCH, State.NOTED, State.COMPLAINED)
    },
    **{(State.REST, one): REST for one in (Side.HOW_LONG, Side.AGAIN, Side.SEEN, Side.CAME)},
    (State.REST, Side.HEAR): "utter_side_hear_order",
    # Before the order is known.
    (State.WHICH, Side.HOW_LONG): "utter_side_which_how_long",
    (State.WHICH, Side.AGAIN): "utter_side_which_how_long",
    (State.WHICH, Side.THEN): "utter_side_which_how_long",
    (State.WHICH, Side.EITHER): "utter_side_either",
    (State.WHICH, Side.MONEY): "utter_side_either",
    (State.WHICH, Side.BACK): "utter_back_keep",
    (State.WHICH, Side.WARRANTY): "utter_side_warranty",
}
# Of a parcel that was only told of, all but what is asked of its day, and told of what is kept.
_ELSEWHERE = {State.TOLD_LOST: (Side.REMARK,), State.TOLD_LATE: (Side.REMARK, Side.HOW_LONG)}
_AS = {State.TOLD_LOST: State.LOST, State.TOLD_LATE: State.DELAYED}
TABLE: Mapping[tuple[State, Side], str] = {
    **_TABLE,
    **{
        (told, side): response
        for told, asking in _AS.items()
        for (state, side), response in _TABLE.items()
        if state is asking and side not in _ELSEWHERE[told]
    },
}
