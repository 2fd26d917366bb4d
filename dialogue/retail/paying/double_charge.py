"""What follows on "I was charged twice": which order it is, how long it takes, how one hears."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.people.handing_over import RequestHumanAction
from dialogue.retail.people.waiting import IN_QUEUE, was_asked_for
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.task_slots import FORM_OF_INTENT
from dialogue.retail.wording import wording

READ = 200  # characters
SOON = 4  # messages after it was told
TOLD = "utter_charged_twice"
_BANK, _NEEDED, _UNSEEN = "utter_charge_bank", "utter_charge_needed", "utter_charge_unseen"
_ASKED = (_BANK, _NEEDED, _UNSEEN)
OFFERS = ("utter_charge_look", "utter_charge_hear", "utter_charge_how_long", *_ASKED)
_GOES_ON = frozenset({TOLD, *OFFERS, "utter_charge_read"})
_CHARGE = re.compile(
    r"\b(?:charg\w*|twice|double|doubled|booked|both|debited|reservation|deducted|two times)\b"
    r"|扣|两次|重复|入账",
    re.IGNORECASE,
)
# What else is asked or offered there, and what is answered; the first that fits.
_ASIDE = tuple(
    (response, re.compile(words, re.IGNORECASE))
    for response, words in (
        (_BANK, r"\bbank\b|银行"),
        (
            _NEEDED,
            r"\bneed\b.{0,20}\b(?:from|of) me\b|\bwhat (?:do you|else do you) need\b"
            r"|(?<!on my )(?<!in my )(?<!on the )(?<!my bank )"
            r"\b(?:screen ?shots?|statements?|photo\w*|pictures?|proof|evidence)\b"
            r"|需要(?:我|什么)|截图|账单|凭证",
        ),
        (
            _UNSEEN,
            r"\b(?:can|could|do|don['’]?t) (?:you|u)\b.{0,15}\b(?:see|check|look|find|tell)\b"
            r"|\bwhich (?:of|one)\b|(?:能|可以)?(?:看到|查到|看一下|查一下)",
        ),
    )
)
# A yes to a colleague, with whatever else; and "do pass it on", which needs no offer just before.
_CLAUSE = re.compile(r"[.,;!。，；！]|\b(?:and|but)\b")
_YES = re.compile(
    r"^\W*(?:(?:ok|so|oh|well)\W+)*(?:yes|yeah|yep|yup|sure|please do|do it|go ahead)\b"
    r"|^\W*(?:好的?|是的|可以|行|嗯|要)(?:[啊呀吧的]|\W|$)",
    re.IGNORECASE,
)
_PASS_ON = re.compile(
    r"\b(?:please|pls|do|yes|just|then)\b[^.!?]{0,12}\b(?:pass|hand|forward|look into)\b"
    r"|^\W*(?:ok\W+)?(?:pass|hand|forward|look into)\b"
    r"|(?:请|麻烦|帮我|那就).{0,4}(?:转|查(?:一?[下查])?[吧\W]*$)",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:wait|later|first|not|never|no need|dont|if)\b|n['’]t\b|先|别|不|等|如果", re.IGNORECASE
)
_TELLS = frozenset({"inform", "nlu_fallback", "out_of_scope"})
_ENOUGH = 4  # words of what is told of it
_ELSEWHERE = frozenset({"greet", "goodbye", "thank", "stop", "deny", "affirm", "human_agent"})
_OF_GOODS = frozenset(
    {"check_stock", "product_details", "product_search", "shipping_options", "opening_hours"}
)
_CHANGES = frozenset(
    {"cancel_order", "change_address", "exchange_item", "modify_order", "return_item"}
)
_LONG = frozenset({Facet.HOW_LONG, Facet.WHEN, Facet.UNTIL, Facet.REFUND})


def passed_by_a_yes(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Pass on who agrees to that in words, with what else they say of it; None for all else."""
    passed = bool(tracker.get_slot(IN_QUEUE)) or was_asked_for(tracker)
    if passed or not _goes_on(tracker) or not _agrees(tracker):
        return None
    return RequestHumanAction(services).run(dispatcher, tracker, domain)


def about_double_charge(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say how it goes on; what is told of it a colleague reads. None for other matters."""
    text = latest_text(tracker)[:READ]
    if not _goes_on(tracker):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order, facet = _order_named(services, tracker), facet_in(text)
    passed = bool(tracker.get_slot(IN_QUEUE)) or was_asked_for(tracker)
    just_told = bool(said_within(tracker, 1) & _GOES_ON) or passed
    named = order is not None or latest_entity(tracker, "order_number") is not None
    spoken_of = _CHARGE.search(text) is not None
    if facet is Facet.MAIL and just_told:
        dispatcher.utter_message(response=f"utter_charge_hear{'_passed' if passed else ''}")
        return []
    if facet in _LONG and (spoken_of or (just_told and latest_intent(tracker) not in _OF_GOODS)):
        most = max(services.policies.refunds.working_days.values(), default=0)
        days = words.say("working_days", count=max(most, services.policies.refunds.other_methods))
        dispatcher.utter_message(
            response=f"utter_charge_how_long{'_passed' if passed else ''}", days=days
        )
        return []
    of_goods = latest_intent(tracker) in _OF_GOODS and is_question(text)
    aside = _aside(text) if just_told and not of_goods else None
    if aside is not None:
        dispatcher.utter_message(response=f"{aside}{'_passed' if passed else ''}")
        return []
    tells = latest_intent(tracker) in _TELLS and len(text.split()) >= _ENOUGH
    spoken_of = spoken_of or (just_told and tells and not is_question(text))
    changes = latest_intent(tracker) in _CHANGES  # "yes, and cancel order 2043"
    if changes or not (spoken_of or (named and just_told and not of_goods)):
        return None
    number = order.number if order else latest_entity(tracker, "order_number")
    dispatcher.utter_message(
        response="utter_charge_read" if passed else "utter_charge_look",
        about=words.say("charge_of_order", number=number) if number else "",
    )
    return [SlotSet("order_number", order.number)] if order else []


def _goes_on(tracker: Tracker) -> bool:
    """Whether a double charge was spoken of lately, and the message may be about it."""
    lately = not said_within(tracker, SOON).isdisjoint(_GOES_ON)
    in_form = (tracker.active_loop or {}).get("name") is not None
    elsewhere = latest_intent(tracker) in _ELSEWHERE
    return lately and not in_form and not elsewhere and bool(latest_text(tracker))


def _agrees(tracker: Tracker) -> bool:
    """Whether a colleague is agreed to, or asked for; no question and no "not yet" does that."""
    text, intent = latest_text(tracker)[:READ], latest_intent(tracker)
    other = intent != "refund_status" and (intent in FORM_OF_INTENT or intent in _OF_GOODS)
    if other or is_question(text) or _NOT_NOW.search(text):
        return False
    offered = bool(said_within(tracker, 1) & _GOES_ON)
    if offered and any(_YES.search(part) for part in _CLAUSE.split(text)):
        return True
    return (offered or _CHARGE.search(text) is not None) and _PASS_ON.search(text) is not None


def _aside(text: str) -> str | None:
    """The response to what is asked beside it; a proof may also be offered."""
    asks = is_question(text)
    return next(
        (name for name, said in _ASIDE if said.search(text) and (asks or name == _NEEDED)), None
    )


def _order_named(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """The order that is named by its number, or by goods that no other of the latest holds."""
    viewer, text = viewer_of(tracker), latest_text(tracker)[:READ]
    if not viewer.signed_in:
        return None
    recent = services.store.recent_orders(viewer, limit=10)
    number = latest_entity(tracker, "order_number")
    by_number = [order for order in recent if order.number == number]
    if by_number:
        return by_number[0]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    known = words.in_records(text)
    found = {one.number: len(mentioned(known, one.items).split()) for one in recent}
    most = max(found.values(), default=0)
    best = [order for order in recent if most and found[order.number] == most]
    return best[0] if len(best) == 1 else None
