"""What a customer adds to a ticket that they have, and whether it stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.extras import ShopExtras
from dialogue.orders.tickets import TicketNotFound, ticket_number_in
from dialogue.retail.people.tickets import MAX_TEXT, READ, SAYS_SOMETHING, note_complaint
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
    listener_of,
    said_within,
    viewer_of,
)
from dialogue.retail.wording import wording

SHOWN = 200  # characters of a note that are said back
TELLS = 4  # words with which one tells something more
LATELY = 4  # messages, the latest included, in which a ticket was spoken of
WHAT = "utter_ticket_add_what"
ADDED = "utter_ticket_added"
_OF_TICKETS = frozenset(
    {
        "utter_complaint",
        "utter_complaint_aside",
        "utter_ticket_open",
        ADDED,
        "utter_ticket_is_added",
    }
)
_TELLING = frozenset({"inform", "nlu_fallback", "complaint", "out_of_scope"})
_NOT_A_NOTE = frozenset({"stop", "deny", "human_agent", "greet", "goodbye", "thank", "help"})
_ADD = r"(?:add|attach|append|include|note|mention|put down|write down|put)"
_TICKET = r"(?:complaint|ticket|report|case|T[-–\s]?\d{5})"
_NUMBER = re.compile(
    r"(?<![\w-])T[-–\s]?\d{5,9}\b|\b(?:ticket|complaint|report|case)\s(?:number\s)?\d{5,9}\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b{_ADD}\b.{{0,80}}?\b{_TICKET}\b|\b{_TICKET}\b.{{0,40}}?\b{_ADD}\b"
    r"|(?:补充|加上|添加|加到|追加).{0,10}(?:投诉|工单)|(?:投诉|工单).{0,10}(?:补充|加上|添加|追加)",
    re.IGNORECASE,
)
_POLITE = (
    r"(?:(?:no|thanks|thank you|but|actually|and|also|oh|please|pls|can|could|would|will|you|plus"
    r"|to|i|want|would like|too|ok)\W+)*"
)
_BEFORE = re.compile(
    rf"\W*{_POLITE}{_ADD}\s+(?:(?:also|too|please|something|it|this|that)\b\W*){{0,3}}"
    rf"(?:(?:in|to|into|on)\s+(?:(?:my|the|this|that)\s+)?{_TICKET}(?:\s+(?:number\s+)?T?[-–\s]?\d{{5}})?"
    r"\W*)?(?:(?:please|that)\b\W*)*|\W*(?:请|麻烦)?(?:再|帮我)?(?:补充|加上|添加)(?:一下|一点|一句)?"
    r"(?:到?(?:投诉|工单)里?)?[：:，,\s]*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"[\s,.;:!–-]+{_POLITE}{_ADD}\s+(?:that|this|it)(?:\s+(?:too|as well|also|please"
    rf"|(?:in|to|into)\s+(?:(?:my|the)\s+)?{_TICKET}))*\W*$|[，,。\s]*(?:请|麻烦)?(?:也|把这个)?"
    r"(?:补充|加上|添加|记上)(?:一下|进去|去)?\W*$",
    re.IGNORECASE,
)
_TO_GOODS = re.compile(
    r"\b(?:to|in|into) (?:my|the|this|that) (?:order|cart|basket|bag|account|list)\b|购物车|订单里",
    re.IGNORECASE,
)
_IS_ADDED = re.compile(
    r"\b(?:is|was|were|has|have|did)\b.{0,25}\b(?:added|noted|written down|in there|add (?:it|that)"
    r"|note (?:it|that))\b|(?:加上|加进去|记下|补充)(?:了吗|了没|好了吗)",
    re.IGNORECASE,
)


def about_ticket(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Add the customer's words to a ticket of theirs and say them back; or that this was done.

    The ticket is the one that is named, or spoken of, or their only open one; else there is a new
    complaint. None where nothing of this is meant.
    """
    if services.extras is None or not means_ticket(services, tracker):
        return None
    text, last = latest_text(tracker), _last_added(tracker)
    if last is not None and _asks_whether(text, tracker):
        facts = {key: str(last.get(key) or "") for key in ("ticket", "note")}
        dispatcher.utter_message(response="utter_ticket_is_added", **facts)
    else:
        note = text[:MAX_TEXT] if _was_asked(tracker) else note_in(text)
        _add(services, services.extras, dispatcher, tracker, note)
    return []


def _add(
    services: RetailServices,
    extras: ShopExtras,
    dispatcher: Dispatcher,
    tracker: Tracker,
    note: str,
) -> None:
    viewer, listener = viewer_of(tracker), listener_of(tracker)
    named = _NUMBER.search(latest_text(tracker)[:READ])
    number = ticket_number_in(named[0], bare=True) if named else _spoken_of(tracker)
    if number is None:
        of_theirs = [one for one in extras.tickets.mine(viewer, listener) if one.is_open]
        if not of_theirs:
            _complain(extras, dispatcher, tracker, note)
            return
        if len(of_theirs) > 1:
            words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
            numbers = words.listing((one.number for one in of_theirs), "or")
            dispatcher.utter_message(response="utter_ticket_which", tickets=numbers)
            return
        number = of_theirs[0].number
    try:
        if not note:
            extras.tickets.ticket(viewer, listener, number)
            dispatcher.utter_message(response=WHAT, ticket=number)
            return
        ticket = extras.tickets.note(viewer, listener, number, note)
    except TicketNotFound:
        dispatcher.utter_message(response="utter_ticket_unknown", ticket=number)
        return
    shown = note if len(note) <= SHOWN else f"{note[:SHOWN].rstrip()}…"
    response = ADDED if ticket is not None else "utter_ticket_no_more"
    dispatcher.utter_message(response=response, ticket=number, note=shown)


def _complain(extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, note: str) -> None:
    if note:
        note_complaint(extras, dispatcher, tracker, note)
    else:
        dispatcher.utter_message(response="utter_tickets_none")


def means_ticket(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message adds to a ticket, or asks whether that was done."""
    text = latest_text(tracker)[:READ]
    if services.extras is None or _TO_GOODS.search(text):
        return False
    if _was_asked(tracker):
        return latest_intent(tracker) not in _NOT_A_NOTE
    if _NAMED.search(text):
        return True
    if said_within(tracker, LATELY).isdisjoint(_OF_TICKETS):
        return False
    if _asks_whether(text, tracker):
        return _last_added(tracker) is not None
    return bool(_BEFORE.match(text) or _AFTER.search(text)) or _tells_more(text, tracker)


def _tells_more(text: str, tracker: Tracker) -> bool:
    """Whether more is told right after a complaint was noted: "it was on Tuesday, at the till"."""
    just_now = not said_within(tracker, 2).isdisjoint(_OF_TICKETS)
    tells = latest_intent(tracker) in _TELLING and len(text.split()) >= TELLS
    return just_now and tells and not text.rstrip().endswith(("?", "？"))


def note_in(text: str) -> str:
    """What is to be added: the words without those that ask for it."""
    told = text[:MAX_TEXT]
    after = _AFTER.search(told[-READ:])
    if after:
        told = told[: len(told) - len(after[0])]
    before = _BEFORE.match(told[:READ])
    note = told[before.end() if before else 0 :].strip(" \n\t,;:，：")
    return note if SAYS_SOMETHING.search(note) else ""


def _asks_whether(text: str, tracker: Tracker) -> bool:
    asks = _IS_ADDED.search(text[:READ])
    return bool(asks) and not said_within(tracker, LATELY).isdisjoint(_OF_TICKETS)


def _was_asked(tracker: Tracker) -> bool:
    """Whether the bot's latest answer asked what is to be added."""
    return WHAT in said_within(tracker, 2)


def _last_added(tracker: Tracker) -> Mapping[str, Any] | None:
    return next((facts for facts in _told(tracker) if facts.get("utter_action") == ADDED), None)


def _spoken_of(tracker: Tracker) -> str | None:
    """The number of the ticket of which the bot spoke last in this conversation."""
    spoken = _OF_TICKETS | {WHAT}
    found = (facts for facts in _told(tracker) if facts.get("utter_action") in spoken)
    return next((str(facts["ticket"]) for facts in found if facts.get("ticket")), None)


def _told(tracker: Tracker) -> list[Mapping[str, Any]]:
    """The facts of what the bot said, the latest first."""
    bot = (event for event in reversed(tracker.events) if event.get("event") == "bot")
    return [event.get("metadata") or {} for event in bot]
