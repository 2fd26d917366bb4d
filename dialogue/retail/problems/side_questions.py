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
from dialogue.orders.states import Lateness, Remedy
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.people.tickets_told import ticket_of, ticket_spoken_of, told
from dialogue.retail.problems.problem_questions import kind_of, late_of
from dialogue.retail.problems.problem_words import names_problem
from dialogue.retail.problems.remedies import asks_for_either, asks_what_waiting_brings, wish_in
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
from dialogue.retail.wording import wording

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
READ = 160  # characters; who asks beside something asks shortly
SOON = 4  # messages after something was told or noted


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


class Side(StrEnum):
    """What is asked there."""

    HEAR = auto()  # how and where one hears of it
    FOUND = auto()  # what if it turns up after all
    BACK = auto()  # whether anything must be sent back
    ELSEWHERE = auto()  # whether it can go to another address
    PART = auto()  # whether a part is sent, or the whole
    TROUBLE = auto()  # something for the trouble
    COST = auto()
    HOW_LONG = auto()
    QUICKER = auto()  # which of the remedies is
    EITHER = auto()  # whether it is sent again or paid back
    AGAIN = auto()  # how long it takes, and what it costs, to have it sent again
    SIGNED = auto()  # who took it, or where it was left
    SEEN = auto()  # where it was seen last
    REMARK = auto()  # what else of the order is kept: nothing is asked


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
    r"utter_(?:side_|trouble_|broken_kept|back_|care|thank|did_you_mean|ask_rephrase|fallback|next_wish|next_people"
    r"|parcel_|status_|sure_)"
)
_SIDES: tuple[tuple[Side, re.Pattern[str]], ...] = tuple(
    (side, re.compile(words, re.IGNORECASE))
    for side, words in (
        (
            Side.HEAR,
            r"\bhow (?:will|do|would|can|does|are|is)\b.{0,30}\b(?:hear|reach|contact|answer|write"
            r"|reply|tell|get back|let me know|inform|notif\w+)\b"
            r"|\b(?:by|via|per|through) (?:e-?mail|mail|phone|telephone|sms|text|chat|post)\b"
            r"|\b(?:e-?mail|mail|call|phone|write|ring|text) me\b"
            r"|\b(?:send|get) (?:me )?an? e?-?mail\b"
            r"|\b(?:my|an|the) (?:e-?mail|address|mail)\b.{0,12}\b(?:have|need|got)\b"
            r"|\b(?:have|need|got) my (?:e-?mail|address|mail|number)\b"
            r"|\bhere in (?:the|this) chat\b"
            r"|(?:怎么|如何|用什么).{0,6}(?:通知|联系|回复|告诉|知道)|(?:发|用|是)(?:邮件|短信|电话)|打电话给我",
        ),
        (
            Side.SIGNED,
            r"\bwho\b.{0,15}\b(?:signed|accepted|took)\b|\bsignature\b|\bproof of delivery\b"
            r"|\bwhere\b.{0,25}\b(?:left|put|dropped)\b|签[收字名]|放在?(?:哪|了哪)",
        ),
        (
            Side.SEEN,
            r"\b(?:where|when)\b.{0,25}\b(?:last|seen|stuck|scanned)\b"
            r"|\blast (?:seen|scan\w*|known|update)\b|最后.{0,8}(?:哪|看到|扫描|更新)|卡在哪",
        ),
        (
            Side.AGAIN,
            r"\b(?:how long|how soon|when)\b.{0,40}\b(?:new one|replacement|sen[dt]|resend)\b"
            r"|\b(?:new one|replacement|sen[dt]|resend)\b[^.;!]{0,25}\b(?:how (?:long|soon)|when)\b"
            r"|(?:多久|什么时候|几天).{0,8}(?:重发|补发|重新)|(?:重发|补发|重新).{0,10}(?:多久|什么时候|几天)",
        ),
        (
            Side.FOUND,
            r"\b(?:turns?|turned|shows?) up\b|\bwhat if\b(?!.{0,20}(?:n['’]?t|not|never)\b).{0,25}"
            r"\b(?:find|found|comes?|arrives?)\b"
            r"|\bif (?:it|the (?:parcel|package|old)|they|i)\b(?!.{0,12}(?:n['’]?t|not|never)\b)"
            r".{0,25}\b(?:comes?|arrives?|find|found|still)\b"
            r"|(?:如果|万一|要是|之后|后来).{0,8}(?:又?到了|找到|出现|收到)",
        ),
        (
            Side.ELSEWHERE,
            r"\b(?:other|another|different|new|wrong|old) add?ress\b|\badd?ress\b.{0,15}\bchanged\b"
            r"|\b(?:moved|somewhere else|to (?:my|a) (?:work|office|neighbou?r|pick-?up)\w*)\b"
            r"|(?:别的|另一?个|其他|新)(?:的)?地址|地址.{0,4}(?:变|换|改)|搬家",
        ),
        (
            Side.PART,
            r"\bonly\b.{0,25}\b(?:or|missing|part|parts|piece|pieces)\b|\bor the whole\b"
            r"|\bthe whole (?:thing|kit|set|order|article)\b|\bjust one\b|\bnot all of\b"
            r"|(?:只|就)(?:补|发|寄).{0,8}(?:还是|吗)|整(?:套|个|份)",
        ),
        (
            Side.TROUBLE,
            r"\bfor (?:the|my|all this) trouble\b|\bcompensat\w+|\b(?:voucher|discount|goodwill)\b"
            r"|\b(?:get|give|receive|offer)\b.{0,12}\b(?:something|anything|sth)\b"
            r"|补偿|赔偿|代金券",
        ),
        (
            Side.BACK,
            r"\b(?:send|give|bring|post|ship|return)\b[^.,;!?]{0,30}\b(?<!money )back\b"
            r"|\bdo with (?:the|it|them|that)\b"
            r"|\b(?:keep|throw)\b.{0,15}\b(?:it|them|that|away|the)\b|\breturn (?:it|them|the)\b"
            r"|(?:要|需要|用)(?:不用)?(?:寄|退|送)回|怎么处理.{0,6}(?:坏|错)|(?:坏|错)的.{0,8}(?:怎么|要)",
        ),
    )
)
_KEEPS = re.compile(
    r"\b(?:i|we)(?:['’]?ll)? (?:will )?keep\b|\bi['’]m keeping\b|\bthe rest (?:is|was) fine\b"
    r"|\b(?:all|everything) else\b|\bthe others?\b|我?(?:留着|留下)|其他的?(?:没问题|不用|留)",
    re.IGNORECASE,
)
_QUICKER = re.compile(
    r"\b(?:quicker|faster|sooner|quickest|fastest)\b|哪个.{0,3}快|更快|快一点", re.IGNORECASE
)
_OF_FACET = {
    Facet.COST: Side.COST,
    Facet.HOW_LONG: Side.HOW_LONG,
    Facet.WHEN: Side.HOW_LONG,
    Facet.UNTIL: Side.HOW_LONG,
    Facet.MAIL: Side.HEAR,
}
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
    (State.LOST, Side.REMARK): "utter_side_only_this",
    (State.DELAYED, Side.REMARK): "utter_side_only_this",
    (State.HERE, Side.REMARK): "utter_side_noted_rest",
}


def beside_problem(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer what is asked beside a problem; the form, if one is active, then asks again."""
    state = _state(services, tracker)
    side = _side(tracker) if state else None
    response = _TABLE.get((state, side)) if state and side else None
    order = current_order(services, tracker)
    if response is None and side is Side.BACK and order is not None and order.problems:
        response = "utter_back_keep"  # of what was reported, whatever was added to it since
    if response is None:
        return None
    dispatcher.utter_message(response=response, **_facts(services, tracker))
    return []


def means_beside(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message asks something beside the question of the problem's form."""
    if (tracker.active_loop or {}).get("name") != "problem_form":
        return False
    if _is_other_question(tracker):
        return True
    state = _state(services, tracker)
    side = _side(tracker) if state else None
    return (state, side) in _TABLE and not _tells_too(tracker)


def say_beside(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> None:
    """Answer what is asked in the same breath with what happened, which is kept."""
    state = _state(services, tracker)
    side = _side(tracker) if state and _tells_too(tracker) else None
    response = _TABLE.get((state, side)) if state and side else None
    if response is not None:
        dispatcher.utter_message(response=response, **_facts(services, tracker))


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


def _side(tracker: Tracker) -> Side | None:
    """What the latest message asks; what it also wishes is the form's to hear."""
    text, in_form = latest_text(tracker)[:READ], bool((tracker.active_loop or {}).get("name"))
    number = latest_entity(tracker, "order_number")
    if not text or (number is not None and number != tracker.get_slot("order_number")):
        return None
    asks, asked = is_question(text), tracker.get_slot(REQUESTED_SLOT)
    wishes = asked in ("wish", "confirmed") and wish_in(text) in (Remedy.REPLACEMENT, Remedy.REFUND)
    beside = _asked_beside(text, asks=asks)
    if in_form and not asks and beside is None:
        remark = asked in ("wish", "confirmed") and not wishes and _KEEPS.search(text)
        return Side.REMARK if remark else None
    if in_form and wishes and not _only_asks(text) and beside not in (Side.ELSEWHERE, Side.HEAR):
        return None
    if asked == "wish" and asks_for_either(text):
        return Side.EITHER
    return beside


def _asked_beside(text: str, *, asks: bool) -> Side | None:
    """The first of the sides that is asked for; how one hears may also be told."""
    found = next((side for side, words in _SIDES if words.search(text)), None)
    if found is None and asks:
        facet = facet_in(text)
        found = Side.QUICKER if _QUICKER.search(text) else _OF_FACET.get(facet) if facet else None
    return found if asks or found in (Side.HEAR, Side.ELSEWHERE) else None


def _only_asks(text: str) -> bool:
    """Whether the message has no other part than its question."""
    parts = r"[.,;!，。；！]|\b(?:and|but)\b|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
    return not re.search(parts, text.strip(" .!?？"), re.IGNORECASE)


def _facts(services: RetailServices, tracker: Tracker) -> dict[str, str]:
    """All that the answers may name."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order = current_order(services, tracker)
    ticket = ticket_spoken_of(tracker) or _last_ticket(tracker)
    last = next((one for one in told(tracker) if str(one.get("utter_action")) in _AFTER), {})
    return {
        "ticket": ticket or words.say("side_no_number"),
        "where": words.say("side_signed_in" if viewer_of(tracker).signed_in else "side_guest"),
        "number": order.number if order else "",
        "expected": str(last.get("expected") or ""),
        **(_of_order(services, tracker, order) if order else {}),
    }


def _of_order(services: RetailServices, tracker: Tracker, order: OrderView) -> dict[str, str]:
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    policies, late = services.policies, late_of(tracker, order)
    due = late.expected_on if late else order.expected_on
    days = policies.refunds.days_for(order.method)
    parcel = late or next(iter(reversed(order.shipments)), None)
    seen = parcel.events[-1] if parcel and parcel.events else None
    return {
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


def _last_ticket(tracker: Tracker) -> str | None:
    return next(filter(None, map(ticket_of, told(tracker))), None)
