"""Complaints that become tickets with a number, and how a ticket is going."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.forms import FormValidationAction

from dialogue.orders.extras import ShopExtras
from dialogue.orders.tickets import COMPLAINT, TicketNotFound, TicketView, ticket_number_in
from dialogue.questions import is_question
from dialogue.retail.extras import ExtrasAction
from dialogue.retail.people.outbursts import ANGER_ASIDE
from dialogue.retail.people.tickets_told import COMPLAINED, ticket_spoken_of
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    listener_of,
    plain_words,
    said_within,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import Wording

FORM = "complaint_form"
SHOWN = 60  # characters of what a ticket is about
MAX_TEXT = 2_000
READ = 1_000  # characters that are looked through for a number
SAYS_SOMETHING = re.compile(r"\w\W+\w|[\u4e00-\u9fff]{4}")
_ONLY_ANNOUNCES = re.compile(
    r"\W{0,9}(?:(?:hello|hi)\W{1,9})?(?:(?:where|how)\s)?(?:(?:can|may|could|do)\s)?(?:i(?:['’]d|['’]ve|\swould|\shave)?\s+)?"
    r"(?:(?:like|want|wish|need|got)\s+)?(?:to\s+)?(?:(?:make|file|lodge|submit|have)\s+)?"
    r"(?:(?:an?|my)\s+)?complain(?:t)?\W{0,9}(?:please|pls)?\W{0,9}|[我要想可以能吗个一点件事]*投诉\W{0,9}",
    re.IGNORECASE,
)
_COMPENSATION = re.compile(
    r"\b(?:compensat\w+|goodwill)\b"
    r"|\b(?:voucher|discount|something) for (?:it|this|that|the|my|all)\b"
    r"|补偿|赔偿",
    re.IGNORECASE,
)
SOON = 3  # messages after a complaint was noted in which it is asked what becomes of it
_HANDLED = re.compile(
    r"\b(?:how|what|who|will|do|does|apolog\w*|sorry|happens?|handle\w*|deal\w*)\b"
    r"|怎么|如何|处理|解决|道歉|谁|会.{0,12}吗",
    re.IGNORECASE,
)
_OF_COMPLAINT = re.compile(r"\b(?:my|the|this|that) complaint\b|投诉", re.IGNORECASE)
# Made beside something else: "I want to complain", 我要投诉.
_COMPLAINS = re.compile(r"\bcomplain(?:s|ing|ts?)?\b|投诉", re.IGNORECASE)
_NO_COMPLAINT = re.compile(
    r"(?:\b(?:no|not|never|without)\b|n['’]t\b)[^.,;!?]{0,20}\bcomplain"
    r"|不(?:是|想|要|用|会|打算|需要){0,3}.{0,2}投诉|没有?(?:什么)?投诉|撤(?:销|回).{0,4}投诉",
    re.IGNORECASE,
)
# "I don't like to complain, but ..." is one; a complaint that is taken back was one.
_YET = re.compile(r"\b(?:but|still|one to|withdraw)\b|但|可是|不过|撤", re.IGNORECASE)
_NEAR = frozenset({"complaint", "nlu_fallback", "out_of_scope", "ticket_status"})
# A question is none, but for who says so in it, or thinks that one is noted.
_OWN_COMPLAINT = re.compile(
    r"\bi(?:['’]d like| want| wish| would like| need|['’]m going) to (?:\w+ ){0,3}?complain"
    r"|\bwho\b.{0,30}\bmy complaint\b|\bmy complaint\b.{0,20}\b(?:handled|dealt)\b"
    r"|我要投诉|谁.{0,8}投诉|投诉.{0,6}谁",
    re.IGNORECASE,
)
HOW = frozenset({"utter_complaint_how", "utter_complaint_how_passed"})
BARE = "(a complaint)"  # where nothing more was said of it
_ABOUT_AN_ORDER = re.compile(r"\border\b|订单", re.IGNORECASE)


class ComplaintAction(RetailAction):
    """A complaint is noted under a number; who only pressed a button is asked what happened."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_complaint"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """In the middle of another form nothing is asked, so that the form is not lost."""
        text, extras = latest_text(tracker), self.services.extras
        in_form = bool((tracker.active_loop or {}).get("name"))
        if not text and ANGER_ASIDE in said_within(tracker, 1):
            text = _said_before(tracker)  # they wish it to be noted
        known = ticket_spoken_of(tracker) if said_within(tracker, SOON) & COMPLAINED else None
        if known is not None and is_question(text) and _HANDLED.search(text):
            dispatcher.utter_message(response="utter_complaint_how", ticket=known)
        elif extras is None:
            dispatcher.utter_message(response="utter_complaint_by_people")
        elif SAYS_SOMETHING.search(text) and not _ONLY_ANNOUNCES.fullmatch(text[:READ]):
            note_complaint(extras, dispatcher, tracker, text)
        elif not in_form:
            begin: Events = [SlotSet("complaint", None), SlotSet(REQUESTED_SLOT, None)]
            return [*begin, ActiveLoop(FORM)]
        else:
            dispatcher.utter_message(response="utter_complaint_unnoted")
        return []


class ComplaintForm(RetailAction, FormValidationAction):
    """What went wrong, in the customer's words."""

    def name(self) -> str:
        """Rasa's name for the validation of the form."""
        return f"validate_{FORM}"

    def validate_complaint(
        self, value: Any, _dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Whatever the customer tells."""
        return {"complaint": plain_words(value)[:MAX_TEXT] or None}


class ComplaintToldAction(ExtrasAction):
    """Notes what the form has asked for."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_complaint_told"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """The same answer as to a complaint in one message."""
        text = tracker.get_slot("complaint")
        if text:
            note_complaint(extras, dispatcher, tracker, str(text))
        return [SlotSet("complaint", None)]


class TicketStatusAction(ExtrasAction):
    """How a ticket is going; of another's ticket nobody learns that there is one."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ticket_status"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """The ticket that is named, else all of the customer's own."""
        text = latest_text(tracker)[:READ]
        bare = not _ABOUT_AN_ORDER.search(text)
        number = ticket_number_in(latest_entity(tracker, "ticket") or text, bare=bare)
        viewer, listener = viewer_of(tracker), listener_of(tracker)
        if number is not None:
            try:
                tickets: tuple[TicketView, ...] = (extras.tickets.ticket(viewer, listener, number),)
            except TicketNotFound:
                dispatcher.utter_message(response="utter_ticket_unknown", ticket=number)
                return []
        else:
            tickets = extras.tickets.mine(viewer, listener)
        complaints = tuple(one for one in tickets if one.kind == COMPLAINT)[:1]
        if number is None and complaints and _OF_COMPLAINT.search(text):
            tickets = complaints  # the latest, and no reports of goods
        if not tickets:
            dispatcher.utter_message(response="utter_tickets_none")
        for ticket in tickets:
            _tell(self.words(tracker), dispatcher, ticket, several=len(tickets) > 1)
        return []


def problem_ticket(
    services: RetailServices, tracker: Tracker, kind: str, text: str, order: str, reference: str
) -> str:
    """Note a reported problem as a ticket; the number that the customer is told."""
    if services.extras is None:
        return reference
    viewer, listener = viewer_of(tracker), listener_of(tracker)
    return services.extras.tickets.file(viewer, listener, kind, text, order, reference).number


def added_to_ticket(
    services: RetailServices, tracker: Tracker, kind: str, text: str, order: str, reference: str
) -> str | None:
    """Add what is new to the ticket of a reported problem; its number, or None without news."""
    if services.extras is None or not text:
        return None
    viewer, listener = viewer_of(tracker), listener_of(tracker)
    ticket = services.extras.tickets.add(viewer, listener, kind, text, order, reference)
    return ticket.number if ticket else None


def problem_number(services: RetailServices, reference: str) -> str:
    """The number under which the customer knows a reported problem."""
    known = services.extras.tickets.number_of(reference) if services.extras else None
    return known or reference


def note_complaint(extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, text: str) -> None:
    """Make a complaint a ticket, or add it to that of the same matter, and tell its number."""
    ticket = extras.tickets.file(
        viewer_of(tracker),
        listener_of(tracker),
        COMPLAINT,
        text[:MAX_TEXT],
        order=tracker.get_slot("order_number"),
    )
    in_form = bool((tracker.active_loop or {}).get("name"))  # which asks for a yes of its own
    dispatcher.utter_message(
        response="utter_complaint_aside" if in_form else "utter_complaint", ticket=ticket.number
    )
    if asks_compensation(text):
        dispatcher.utter_message(response="utter_trouble_undecided")


def wants_no_complaint(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Ask what is wished by who says that it is no complaint: "I just want my money back"."""
    text, near = latest_text(tracker)[:READ], latest_intent(tracker) in _NEAR
    if not near or not _NO_COMPLAINT.search(text) or _YET.search(text):
        return None
    dispatcher.utter_message(response="utter_no_complaint")
    return []


def complains(text: str) -> bool:
    """Whether somebody complains, or asks after a complaint that they think they made."""
    text = text[:READ]
    if not _COMPLAINS.search(text) or _NO_COMPLAINT.search(text):
        return False
    return not is_question(text) or _OWN_COMPLAINT.search(text) is not None


def note_in_passing(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, *, surely: bool = False
) -> str | None:
    """Note a complaint that is made beside a problem, once a message; its number, else None.

    `surely`: it is one, though its words do not say so.

    Who asks what becomes of one that is noted is told that.
    """
    text = latest_text(tracker)
    pressed = not text and latest_intent(tracker) == "complaint"
    if not (surely or pressed or complains(text)) or said_within(tracker, 0) & (COMPLAINED | HOW):
        return None
    known = ticket_spoken_of(tracker) if said_within(tracker, SOON) & COMPLAINED else None
    if known is not None and is_question(text) and _HANDLED.search(text):
        dispatcher.utter_message(response="utter_complaint_how_passed", ticket=known)
        return known
    if services.extras is None:
        dispatcher.utter_message(response="utter_complaint_by_people")
        return None
    bare = pressed or _ONLY_ANNOUNCES.fullmatch(text[:READ])
    ticket = services.extras.tickets.file(
        viewer_of(tracker),
        listener_of(tracker),
        COMPLAINT,
        (bare and _said_before(tracker)) or text[:MAX_TEXT] or BARE,
        order=tracker.get_slot("order_number"),
    )
    dispatcher.utter_message(response="utter_complaint_beside", ticket=ticket.number)
    return ticket.number


def say_who_reads(dispatcher: Dispatcher, tracker: Tracker) -> None:
    """What becomes of the complaint just noted, where that is asked beside something else."""
    known = ticket_spoken_of(tracker) if said_within(tracker, SOON) & COMPLAINED else None
    if known is not None and _OF_COMPLAINT.search(latest_text(tracker)[:READ]):
        dispatcher.utter_message(response="utter_complaint_how", ticket=known)


def asks_compensation(text: str) -> bool:
    """Whether something for the trouble is wished, which no bot can promise."""
    return _COMPENSATION.search(text[:READ]) is not None


def _said_before(tracker: Tracker) -> str:
    """What the customer wrote before the latest message."""
    said = [event for event in tracker.events if event.get("event") == "user"]
    return plain_words(said[-2].get("text") or "") if len(said) > 1 else ""


def _tell(
    words: Wording, dispatcher: Dispatcher, ticket: TicketView, *, several: bool = False
) -> None:
    """How it is going; of several also what each is about."""
    if ticket.is_open:
        response = "utter_ticket_open_of" if several else "utter_ticket_open"
    else:
        response = "utter_ticket_answered" if ticket.answer else "utter_ticket_closed"
    dispatcher.utter_message(
        response=response,
        ticket=ticket.number,
        since=words.day(ticket.created_at),
        closed=words.day(ticket.closed_at) if ticket.closed_at else "",
        answer=ticket.answer or "",
        about=f"{ticket.text[:SHOWN].strip()}…" if len(ticket.text) > SHOWN else ticket.text,
    )
