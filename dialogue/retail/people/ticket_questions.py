"""What is asked of a ticket: its number, who has it, what stands there."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.tickets import TicketNotFound, TicketView, ticket_number_in
from dialogue.questions import is_question
from dialogue.retail.people.tickets_told import COMPLAINED, TOLD, ticket_of, ticket_spoken_of, told
from dialogue.retail.people.waiting import asks_how_long
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_text,
    listener_of,
    said_within,
    viewer_of,
)
from dialogue.retail.wording import wording

READ, SHORT = 160, 60  # characters of a question; of one that does not name the ticket
SHOWN = 300  # characters of what is said back
LATELY = 6  # messages in which a ticket was spoken of
_NAMED = re.compile(
    r"\b(?:complaint|ticket|report|case)\b|\bT[-–\s]?\d{5}\b|投诉|工单|登记的", re.IGNORECASE
)
_ASKED = re.compile(
    r"\bwhat(?:['’]?s)?\b.{0,40}"
    r"\b(?:noted|written|write|wrote|stands?|says?|recorded|in (?:it|there))\b"
    r"|\b(?:number|reference)\b|\bwho(?:['’]?s)?\b.{0,12}\b(?:has|have|got|reads?|works?|working|handl\w+"
    r"|deal\w*|looks?|looking|on it|responsible|in charge)\b"
    r"|\b(?:has|did|have)\b.{0,10}\b(?:any|some)(?:one|body)\b.{0,15}"
    r"\b(?:read|look\w*|seen|see|answer\w*|work\w*)\b|有人(?:看|处理)(?:了|过)?[吗没]"
    r"|(?:写|记|登记)了?(?:些)?什么|编号|谁(?:在)?(?:处理|负责|跟进)",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:order|tracking|phone|telephone|invoice|card|customer|vat|parcel|account)\b|订单|快递|电话|发票",
    re.IGNORECASE,
)
# A yes to a person who is offered; "ok, and who reads it?" is none.
YES_AND = re.compile(
    r"^\W*(?:(?:(?:yes|yeah|yep|sure)\b|(?:ok(?:ay)?\W+)?(?:please|pls|pass me on)\b)"
    r"(?:\W+(?:please|pls|do|pass me on|go ahead)\b)*"
    r"|(?:好|行|可以|嗯|是)?的?[吧啊]?[，,]?(?:帮我|请)?转(?:人工)?[吧呗了]?|(?:要|是|对)的?[吧啊]?)"
    r"(?:[,.!;，。！；~～]|\s(?=and\b|but\b|so\b)|\s(?=[\u4e00-\u9fff]))+",
    re.IGNORECASE,
)
_PHOTOGRAPHS = re.compile(r"^Photographs: .*$", re.MULTILINE)  # for the colleague only


def asked_of_ticket(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say what stands on an open ticket, since when, and who has it; None for anything else."""
    ticket = _asked_about(services, tracker)
    if ticket is None:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    text = " / ".join(_PHOTOGRAPHS.sub("", ticket.text).split("\n")).strip(" /")
    wishes = (one for one in told(tracker) if one.get("wish") and ticket_of(one) == ticket.number)
    wish = next((str(one["wish"]) for one in wishes), "")
    dispatcher.utter_message(
        response="utter_ticket_says",
        ticket=ticket.number,
        since=words.day(ticket.created_at),
        says=text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}…",
        wished=words.say("ticket_wish", wish=wish) if wish else "",
    )
    return []


def passed_on(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """ "Yes. And what becomes of it?" to a person who is offered for a complaint: both."""
    text, offered = latest_text(tracker)[:READ], said_within(tracker, 1) & COMPLAINED
    ticket = ticket_spoken_of(tracker)
    yes = YES_AND.match(text)
    if not offered or ticket is None or yes is None or (tracker.active_loop or {}).get("name"):
        return None
    if not is_question(text[yes.end() :]):
        return None
    if not asks_how_long(text):  # who takes over, and when, is told with that
        dispatcher.utter_message(response="utter_complaint_how_passed", ticket=ticket)
    return [FollowupAction("action_request_human")]


def _asked_about(services: RetailServices, tracker: Tracker) -> TicketView | None:
    text, in_form = latest_text(tracker)[:READ], bool((tracker.active_loop or {}).get("name"))
    if services.extras is None or in_form or not _ASKED.search(text) or not is_question(text):
        return None
    lately = not said_within(tracker, LATELY).isdisjoint(TOLD)
    goes_on = lately and len(text) <= SHORT and not _ELSE.search(text)
    if not (_NAMED.search(text) or goes_on):
        return None
    last = next(filter(None, map(ticket_of, told(tracker))), None)
    number = ticket_number_in(text) or ticket_spoken_of(tracker) or last
    viewer, listener = viewer_of(tracker), listener_of(tracker)
    mine = services.extras.tickets.mine(viewer, listener)
    try:
        if number is not None:
            mine = (services.extras.tickets.ticket(viewer, listener, number),)
    except TicketNotFound:
        return None  # whose status says so
    return mine[0] if len(mine) == 1 and mine[0].is_open else None
