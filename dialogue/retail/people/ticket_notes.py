"""What a customer adds to a ticket that they have, and whether it stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.extras import ShopExtras
from dialogue.orders.tickets import TicketNotFound, TicketView, ticket_number_in
from dialogue.questions import is_question
from dialogue.retail.people.tickets import MAX_TEXT, READ, SAYS_SOMETHING, note_complaint
from dialogue.retail.people.tickets_told import (
    ADDED,
    MAIL_NOTED,
    PHONE_NOTED,
    TOLD,
    Facts,
    ticket_of,
    ticket_spoken_of,
    told,
)
from dialogue.retail.proof.order_keys import email_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    listener_of,
    said_within,
    viewer_of,
)
from dialogue.retail.wording import wording

SHOWN = 200  # characters of a note that are said back
SHORT = 6  # words with which one points at a ticket
TELLS, SIGNS = 4, 8  # words, or Chinese signs, with which one tells something more
LATELY = 4  # messages, the latest included, in which a ticket was spoken of
UNSURE = 0.5  # up to which probability an intent is none to go by, where more may be told
WHAT, WHICH = "utter_ticket_add_what", "utter_ticket_which"
_PHONE = re.compile(r"(?<![\w-])\+?\d[\d /().-]{7,18}\d(?![\w-])")
FEWEST_DIGITS = 9  # of a telephone's number: an order's has fewer
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
    r"|to|i|want|would like|too|ok)\W{1,9})*"
)
_GAP = r"\W{0,9}"  # bounded: nothing else between the words may take long to read
_BEFORE = re.compile(
    rf"{_GAP}{_POLITE}(?:tell|let) (?:them|him|her|(?:the|your) colleagues?)(?: know)?(?: that)?\b"
    rf"[\s:,]{{0,9}}|{_GAP}{_POLITE}{_ADD}\b[\s:,]{{0,9}}"
    rf"(?:(?:also|too|please|something|it|this|that)\b{_GAP}){{0,3}}"
    r"(?:(?:in|to|into|on)\s+(?:(?:it|that|there)\b"
    rf"|(?:(?:my|the|this|that)\s+)?{_TICKET}(?:\s+(?:number\s+)?T?[-–\s]?\d{{5}})?)"
    rf"{_GAP})?(?:(?:please|that)\b{_GAP})*"
    rf"|{_GAP}(?:请|麻烦|帮我)?(?:你|您)?(?:告诉|转告|跟)(?:他们|同事|客服)(?:说|一声|一下)?[：:，,\s]{{0,9}}"
    rf"|{_GAP}(?:请|麻烦)?(?:我的)?(?:投诉|工单)?里?(?:请|麻烦)?(?:再|帮我)?(?:补充|加上|添加)"
    r"(?:一下|一点|一句)?(?:到?(?:投诉|工单)里?)?[：:，,\s]{0,9}",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"[\s,.;:!–-]{{1,9}}{_POLITE}{_ADD}\s+(?:that|this|it)(?:\s+(?:too|as well|also|please"
    rf"|(?:in|to|into)\s+(?:(?:my|the)\s+)?{_TICKET}))*{_GAP}$"
    r"|[\s,.;:!–-]{1,9}(?:please|pls|plz)\s+(?:also\s+)?(?:add|note)\W{0,9}$"
    r"|[，,。\s]{0,9}(?:请|麻烦)?(?:也|把这个)?"
    rf"(?:补充|加上|添加|记上)(?:一下|进去|去)?{_GAP}$",
    re.IGNORECASE,
)
# "No, I meant the complaint about the courier, T-20009, add …".
_MEANT = re.compile(
    rf"{_GAP}(?:(?:no|nope|sorry|wait|oh)\W{{1,9}}){{0,3}}"
    r"(?:i (?:meant|mean)|not (?:that|this)(?: one)?"
    r"|the other|(?:that|it|this)(?:['’]s| is| was) for)\b"
    rf"[^.!?\n]{{0,80}}?\b(?:{_TICKET}|one)\b[^.!?\n,:;]{{0,30}}"
    rf"{_GAP}(?:T[-–\s]?\d{{5}}{_GAP})?"
    rf"|{_GAP}(?:不是?[，,\s]{{0,9}})?我(?:说|指|要)的是.{{0,20}}?(?:投诉|工单|T-\d{{5}}){_GAP}",
    re.IGNORECASE,
)
_PLACES = (
    re.compile(r"\b(?:first|latest|newest|last)\b|第一|最新|最近", re.IGNORECASE),
    re.compile(r"\bsecond\b|第二", re.IGNORECASE),
    re.compile(r"\bthird\b|第三", re.IGNORECASE),
)
_WORD = re.compile(r"[^\W\d_]{4,}|[\u4e00-\u9fff]{2}")
_SIGN = re.compile(r"[\u4e00-\u9fff]")
_CALLED = frozenset({"complaint", "ticket", "report", "case", "meant", "about", "that", "this"})
_TO_GOODS = re.compile(
    r"\b(?:to|in|into) (?:my|the|this|that) (?:order|cart|basket|bag|account|list)\b|购物车|订单里",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(
    r"\W{0,9}(?:(?:and|so|but|ok)\W{1,9})?(?:did|have|has|was|is|were)\b|.{0,30}(?:了吗|了没)",
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
        which = _asked_which(tracker)
        if which is not None and _points(text):
            note = str(which.get("note") or "")
        elif not note and last is not None and _MEANT.match(text[:READ]):
            note = str(last.get("note") or "")  # it went to another ticket than was meant
        _add(services, services.extras, dispatcher, tracker, note)
    return []


def mail_noted(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Note the e-mail address or telephone for the answer to a ticket that was just told of."""
    text = latest_text(tracker)[:READ]
    email, phone = email_in(text), _phone_in(text)
    in_form = (tracker.active_loop or {}).get("name")
    lately = not said_within(tracker, LATELY).isdisjoint(TOLD)
    if services.extras is None or not (email or phone) or in_form or not lately:
        return None
    number = ticket_spoken_of(tracker) or next(filter(None, map(ticket_of, told(tracker))), None)
    if number is None or (email and latest_entity(tracker, "order_number")):
        return None
    viewer, listener = viewer_of(tracker), listener_of(tracker)
    wanted = f"write to {email}" if email else f"call {phone}"
    try:
        noted = services.extras.tickets.note(viewer, listener, number, f"Please {wanted}")
    except TicketNotFound:
        return None
    response = "utter_ticket_no_more" if noted is None else MAIL_NOTED if email else PHONE_NOTED
    dispatcher.utter_message(response=response, ticket=number, email=email, phone=phone)
    return []


def _phone_in(text: str) -> str | None:
    """A telephone's number in the text, as it is written there."""
    numbers = (found[0].strip() for found in _PHONE.finditer(text))
    return next((one for one in numbers if sum(map(str.isdigit, one)) >= FEWEST_DIGITS), None)


def _add(
    services: RetailServices,
    extras: ShopExtras,
    dispatcher: Dispatcher,
    tracker: Tracker,
    note: str,
) -> None:
    viewer, listener = viewer_of(tracker), listener_of(tracker)
    number = _meant(extras, tracker)
    if number is None:
        of_theirs = [one for one in extras.tickets.mine(viewer, listener) if one.is_open]
        if not of_theirs:
            _complain(extras, dispatcher, tracker, note)
            return
        if len(of_theirs) > 1:
            words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
            numbers = words.listing((one.number for one in of_theirs), "or")
            dispatcher.utter_message(response=WHICH, tickets=numbers, note=note)
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


def _meant(extras: ShopExtras, tracker: Tracker) -> str | None:
    """The ticket that is named by its number, its place or its matter, else that spoken of."""
    text = latest_text(tracker)[:READ]
    which = _asked_which(tracker)
    named = _NUMBER.search(text)
    if named or (which is not None and ticket_number_in(text, bare=True)):
        return ticket_number_in(named[0] if named else text, bare=True)
    meant = _MEANT.match(text)
    if which is None and meant is None:
        return ticket_spoken_of(tracker)
    mine = extras.tickets.mine(viewer_of(tracker), listener_of(tracker))
    return _by_words([one for one in mine if one.is_open], meant[0] if meant else text)


def _by_words(tickets: Sequence[TicketView], said: str) -> str | None:
    """The one ticket, of those from the newest to the oldest, that the words point at."""
    words = {word.casefold() for word in _WORD.findall(said)} - _CALLED
    shared = [len(words & {w.casefold() for w in _WORD.findall(one.text)}) for one in tickets]
    if any(shared) and shared.count(max(shared)) == 1:
        return tickets[shared.index(max(shared))].number
    places = [at for at, place in enumerate(_PLACES) if place.search(said)]
    return tickets[places[0]].number if places and places[0] < len(tickets) else None


def _points(text: str) -> bool:
    """Whether a short answer says which ticket, and tells nothing to be added."""
    return len(text.split()) <= SHORT and not _BEFORE.match(text)


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
    if _was_asked(tracker) or (_asked_which(tracker) is not None and _points(text)):
        return latest_intent(tracker) not in _NOT_A_NOTE
    if _NAMED.search(text) and not _ASKS_WHETHER.match(text):
        return True
    return not said_within(tracker, LATELY).isdisjoint(TOLD) and _goes_on(text, tracker)


def _goes_on(text: str, tracker: Tracker) -> bool:
    """Whether the words go on with a ticket that was just spoken of."""
    if _asks_whether(text, tracker):
        return _last_added(tracker) is not None
    if _MEANT.match(text) and ADDED in said_within(tracker, 1):
        return True
    return bool(_BEFORE.match(text) or _AFTER.search(text)) or _tells_more(text, tracker)


def _tells_more(text: str, tracker: Tracker) -> bool:
    """Whether more is told right after a complaint was noted: "it was on Tuesday, at the till"."""
    just_now = not said_within(tracker, 2).isdisjoint(TOLD)
    long = len(text.split()) >= TELLS or len(_SIGN.findall(text)) >= SIGNS
    sure = float((tracker.latest_message or {}).get("intent", {}).get("confidence") or 0) > UNSURE
    tells = long and (latest_intent(tracker) in _TELLING or not sure)
    return just_now and tells and not is_question(text)


def note_in(text: str) -> str:
    """What is to be added: the words without those that ask for it."""
    said = text[:MAX_TEXT]
    after = _AFTER.search(said[-READ:])
    if after:
        said = said[: len(said) - len(after[0])]
    meant = _MEANT.match(said[:READ])
    said = said[meant.end() if meant else 0 :]
    before = _BEFORE.match(said[:READ])
    note = said[before.end() if before else 0 :].strip(" \n\t,;:，：")
    return note if SAYS_SOMETHING.search(note) else ""


def _asks_whether(text: str, tracker: Tracker) -> bool:
    asks = _IS_ADDED.search(text[:READ])
    return bool(asks) and not said_within(tracker, LATELY).isdisjoint(TOLD)


def _was_asked(tracker: Tracker) -> bool:
    """Whether the bot's latest answer asked what is to be added."""
    return WHAT in said_within(tracker, 2)


def _asked_which(tracker: Tracker) -> Facts | None:
    """The facts of the question to which ticket something is to be added, if it was just asked."""
    if WHICH not in said_within(tracker, 1):
        return None
    return next(facts for facts in told(tracker) if facts.get("utter_action") == WHICH)


def _last_added(tracker: Tracker) -> Facts | None:
    return next((facts for facts in told(tracker) if facts.get("utter_action") == ADDED), None)
