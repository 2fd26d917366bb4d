"""After a problem was reported: another wish, noted on its ticket, and how long it takes."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.extras import ShopExtras
from dialogue.orders.states import ProblemKind, Remedy
from dialogue.orders.tickets import TicketNotFound
from dialogue.questions import is_question
from dialogue.retail.people.tickets_told import ADDED, SETTLED, Facts, ticket_of, told
from dialogue.retail.problems.problem_words import adds
from dialogue.retail.problems.remedies import FOR_GOODS, wish_in
from dialogue.retail.problems.side_questions import noted_on, state_of
from dialogue.retail.problems.side_table import State
from dialogue.retail.returning.picking import mentioned
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
from dialogue.retail.talk.asking_back import say_how_long
from dialogue.retail.wording import Wording, wording

READ = 200  # characters that are looked through
SOON = 4  # messages after a report within which one comes back to its wish
CHANGED = "utter_wish_changed"
_REPORTED = frozenset(
    {"utter_problem_reported", "utter_problem_added", "utter_problem_known", CHANGED}
)
_STILL = frozenset(
    {"utter_broken_kept", "utter_photo_added", "utter_ticket_added", "utter_back_time"}
)
_INSTEAD = re.compile(
    r"\b(?:rather|instead|actually|prefer|after all|better|changed? my (?:mind|wish)"
    r"|different(?:ly)?|(?:change|switch|make) (?:it|that|this|to)|no|wait|than|not|oops"
    r"|wrong button)\b"
    r"|改|换成|还是|不要|不想|不用|宁愿|算了",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\bi(?:['’]?d| would)? (?:like|want|prefer|take|need|choose)\b|\b(?:please|pls)\b"
    r"|\b(?:can|can['’]?t|could|couldn['’]?t|will|won['’]?t|would) (?:you|u|they)\b"
    r"|我?(?:想|要|选)|能|可以",
    re.IGNORECASE,
)
# "Can you send me a mail?": what is sent then is no goods.
_NO_GOODS = re.compile(
    r"\b(?:send|sent|post|mail|give)\b.{0,20}\b(?:e-?mails?|mails?|message|sms|text|confirmation"
    r"|proof|invoice|receipt|links?|label|number|code|photo\w*|pictures?|update|news|answer|word"
    r"|some(?:one|body)|address|voucher|discount)\b"
    r"|邮件|短信|发票|确认|照片|链接|单号|通知|消息",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:(?:and|but|so|ok|hm+)\W+){0,2}(?:when|where|how|why|what|who|has|did|is)\b"
    r"|^(?!.{0,6}(?:改|换成)).*(?:多久|什么时候|到账)",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(
    r"\bhow (?:long|soon|fast|quick(?:ly)?|many (?:days|weeks))\b|\bhow much time\b"
    r"|\b(?:when|by when)\b.{0,15}\b(?:do|will|can|would|does|is|are|shall)\b.{0,20}"
    r"\b(?:get|come|be|hear|money|refund|replacement|new one|answer|write|reply|know|done)\b"
    r"|多久|几天|多长时间|什么时候.{0,8}(?:到|回|退|处理|发|收|好)",
    re.IGNORECASE,
)

# "And if the new one is sold out?"
_SOLD_OUT = re.compile(
    r"\b(?:if|in case)\b.{0,40}"
    r"(?:\b(?:sold out|out of stock|unavailable|no longer (?:there|available))\b"
    r"|(?:\b(?:not|none|no more)|n['’]?t)\b.{0,25}\b(?:stock|available|any|left|have)\b)"
    r"|(?:没有?|缺|断|无)(?:现)?货|卖完|售罄|没有新的",
    re.IGNORECASE,
)

# That nothing need be done any more: "cancel that, I found it", 修好了，不用处理了.
_SETTLED = re.compile(
    r"\b(?:cancel|close|drop|withdraw|delete|stop|forget|scrap)(?: about)?"
    r" (?:it|that|this|(?:the|my) (?:report|complaint|ticket|case|replacement|refund|claim))\b"
    r"|\b(?:no longer|not) (?:needed|necessary)\b"
    r"|\b(?:solved|sorted|resolved|fixed|mended|glued|repaired) (?:it|itself|itself out)\b"
    r"|\b(?:it|that|everything)(?:['’]?s| is| works?) (?:all )?(?:fine|ok(?:ay)?|good|right|solved"
    r"|sorted|settled|working)(?: now| again| after all)\b|\bfound (?:it|them|the \w+)\b"
    r"|(?:撤销|取消|关掉|关闭|撤回).{0,6}(?:投诉|工单|报告|登记)|不用(?:处理|管|退|补发|换)了?(?!吗)"
    r"|(?:解决|修好|找到)了(?!吗|没)",
    re.IGNORECASE,
)
_REQUEST = re.compile(r"\b(?:can|could|would) (?:you|u|i|we)\b|能|可以", re.IGNORECASE)
_NOT_SETTLED = re.compile(
    r"\b(?:not|never|n['’]t|don['’]?t|until|unless|if|but)\b|没|还不|但", re.I
)


def settled(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Note on the ticket just spoken of that it is settled, or not wished any more."""
    text, in_form = latest_text(tracker)[:READ], bool((tracker.active_loop or {}).get("name"))
    asks = is_question(text) and not _REQUEST.search(text)
    if in_form or asks or not _SETTLED.search(text) or _NOT_SETTLED.search(text):
        return None
    if state_of(services, tracker) not in (State.REPORTED, State.COMPLAINED) or wish_in(text):
        return None
    return _noted(services, dispatcher, tracker, SETTLED)


def more_of_it(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Add to the report just made what else is wrong with it, unless other goods are named."""
    text, order = latest_text(tracker)[:READ], current_order(services, tracker)
    in_form, named = (tracker.active_loop or {}).get("name"), latest_entity(tracker, "order_number")
    if in_form or named or order is None or latest_intent(tracker) not in set(ProblemKind):
        return None
    if not adds(text) or state_of(services, tracker) is not State.REPORTED:
        return None
    words, viewer = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)), viewer_of(tracker)
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    others = (item for one in recent if one.number != order.number for item in one.items)
    if mentioned(words.in_records(text), list(others)):
        return None
    return _noted(services, dispatcher, tracker, ADDED)


def _noted(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, response: str
) -> Events | None:
    """Put the message on the ticket spoken of; None where there is none."""
    ticket = noted_on(services, tracker)
    if ticket is None:
        return None
    dispatcher.utter_message(response=response, ticket=ticket, note=latest_text(tracker)[:READ])
    return []


def another_remedy(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """The money instead of what is sent again: its order is cancelled, with a yes of its own."""
    text, order = latest_text(tracker)[:READ], current_order(services, tracker)
    state, wish = state_of(services, tracker), wish_in(text)
    if order is None or (tracker.active_loop or {}).get("name") or _ASKS.search(text):
        return None
    if state is State.RESENT and wish is Remedy.REFUND:
        return [SlotSet("order_number", order.number), FollowupAction("cancel_order_form")]
    if state is State.PAID_BACK and wish is Remedy.REPLACEMENT:
        dispatcher.utter_message(response="utter_lost_paid_already")
        return []
    return None


def after_report(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Note another wish on the ticket of the report just made, or say how long it takes.

    None where neither is meant.
    """
    text = latest_text(tracker)[:READ]
    in_form = bool((tracker.active_loop or {}).get("name"))
    if services.extras is None or in_form or said_within(tracker, SOON).isdisjoint(_REPORTED):
        return None
    facts = next(one for one in told(tracker) if one.get("utter_action") in _REPORTED)
    if latest_entity(tracker, "order_number") not in (None, facts.get("number")):
        return None
    if _SOLD_OUT.search(text) and is_question(text):
        dispatcher.utter_message(
            response="utter_wish_if_sold_out", reference=ticket_of(facts) or ""
        )
        return []
    wish, wants = wish_in(text), _INSTEAD.search(text) or _WANTS.search(text)
    noted: Events | None = None
    if wish in FOR_GOODS and wants and not (_ASKS.search(text) or _NO_GOODS.search(text)):
        noted = _note(services, services.extras, dispatcher, tracker, facts, wish, text)
    if _HOW_LONG.search(text):
        asked = _say_how_long(services, dispatcher, tracker, facts)
        return noted if asked is None else asked
    return noted


def _say_how_long(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, facts: Facts
) -> Events | None:
    """Only where the talk is still of it."""
    order = current_order(services, tracker)
    last = next(told(tracker), {}).get("utter_action")
    spoken_of = last in _STILL or last in _REPORTED
    if order is None or order.number != facts.get("number") or not spoken_of:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    say_how_long(services, words, dispatcher, order)
    return []


def _note(
    services: RetailServices,
    extras: ShopExtras,
    dispatcher: Dispatcher,
    tracker: Tracker,
    facts: Facts,
    wish: Remedy,
    text: str,
) -> Events | None:
    ticket = ticket_of(facts)
    if ticket is None:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    try:
        noted = extras.tickets.note(viewer_of(tracker), listener_of(tracker), ticket, text)
    except TicketNotFound:
        return None
    if noted is None:  # it was dealt with meanwhile
        dispatcher.utter_message(response="utter_ticket_no_more", ticket=ticket)
        return []
    same = next((one["wish"] for one in told(tracker) if one.get("wish")), "") == _said(words, wish)
    dispatcher.utter_message(
        response=ADDED if same else CHANGED,
        ticket=ticket,
        note=text,
        number=str(facts.get("number") or ""),
        reference=ticket,
        wish=_said(words, wish),
    )
    return []


def _said(words: Wording, wish: Remedy) -> str:
    return words.say(f"remedy_{wish}")
