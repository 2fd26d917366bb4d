"""What a person who takes a conversation over should know at once, in a few plain words.

It is made from the conversation's events, and says nothing that does not stand in them: what the
customer wanted, about which order, what was done or failed, what is left, and the last question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.retail.talk.tasks import LEFT, WAITING, intent_of

MOST = 4
LONGEST = 200
_TALK = frozenset(
    {
        "affirm",
        "deny",
        "inform",
        "greet",
        "thank",
        "goodbye",
        "stop",
        "help",
        "bot_challenge",
        "human_agent",
        "nlu_fallback",
        "out_of_scope",
        "repeat_that",
        "go_back",
        "correct_that",
        "praise",
    }
)
_WANTED = {
    "cancel_order": "cancellation",
    "change_address": "new address",
    "modify_order": "change of an order",
    "delivery_not_received": "missing parcel",
    "missing_item": "missing item",
    "damaged_item": "damaged item",
    "wrong_item": "wrong item",
    "return_item": "return",
    "exchange_item": "exchange",
    "refund_status": "refund",
    "get_invoice": "invoice",
    "shipping_updates": "messages about an order",
    "order_status": "where an order is",
    "list_orders": "their orders",
    "faq": "a question about the shop",
}

# What came of it, by the response in which the customer was told.
_DONE = {
    "utter_order_cancelled": "order {number} was cancelled",
    "utter_order_cancelled_unpaid": "order {number} was cancelled",
    "utter_order_kept": "order {number} was kept",
    "utter_address_changed": "the address of order {number} was changed",
    "utter_address_locked": "the address of order {number} could not be changed any more",
    "utter_order_changed": "order {number} was changed",
    "utter_order_changed_refund": "order {number} was changed",
    "utter_modify_add": "something more for order {number} was not possible",
    "utter_modify_too_late": "order {number} could not be changed any more",
    "utter_return_announced": "return {reference} of order {number} was announced",
    "utter_return_announced_postage": "return {reference} of order {number} was announced",
    "utter_exchange_announced": "exchange {reference} of order {number} was announced",
    "utter_replacement_sold_out": "the wanted {item} was sold out",
    "utter_no_other_variant": "there was nothing to swap {item} for",
    "utter_already_cancelled": "order {number} was cancelled before",
    "utter_already_shipped": "order {number} was {status} already",
    "utter_already_partly_sent": "order {number} was {status} already",
    "utter_already_delivered": "order {number} was delivered already",
    "utter_delivered_before": "order {number} was delivered already",
    "utter_not_returnable_too_late": "it was too late to return order {number}",
    "utter_not_returnable_not_delivered": "order {number} had not arrived, so no return",
    "utter_not_returnable_not_sent": "order {number} had not left, so no return",
    "utter_not_here_yet": "{items} of order {number} had not arrived, so no return",
    "utter_not_here_yet_expected": "{items} of order {number} had not arrived, so no return",
    "utter_problem_reported": "the problem was noted as {reference}",
    "utter_problem_known": "the problem was known as {reference}",
    "utter_problem_added": "more was added to {reference}",
    "utter_delay_noted": "the delay was noted as {reference}",
    "utter_lost_wait": "the lost parcel of order {number} is looked for as {reference}",
    "utter_lost_replacement": "the lost parcel of order {number} is sent again as {reference}",
    "utter_lost_refund": "{amount} for the lost parcel of order {number} was paid back",
    "utter_invoice_details_noted": "the invoice of order {number} is to say “{told}”",
    "utter_complaint": "a complaint was noted as {ticket}",
    "utter_complaint_aside": "a complaint was noted as {ticket}",
    "utter_complaint_beside": "a complaint was noted as {ticket}",
    "utter_wrong_pair": "number and e-mail address did not belong together",
    "utter_too_many_attempts": "the proof was stopped after too many tries",
    "utter_code_too_many_tries": "the code was wrong too many times",
    "utter_order_not_in_account": "order {number} is not in the account",
    "utter_action_failed": "something failed on our side",
    "utter_said_before": "the same question was asked again",
    "utter_answered_before": "the same question was asked again",
}
_UNCLEAR = frozenset(
    {
        "utter_did_not_fit",
        "utter_did_you_mean",
        "utter_ask_rephrase",
        "utter_fallback_again",
        "utter_no_answer",
        "utter_no_sure_answer",
        "utter_not_sure",
        "utter_out_of_scope",
        "utter_out_of_scope_again",
        "utter_default",
    }
)


@dataclass(frozen=True, slots=True)
class Briefing:
    """`wanted`, `done` and `left` are phrases; `order` a number; `asked` the customer's words."""

    wanted: tuple[str, ...] = ()
    order: str | None = None
    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    asked: str | None = None

    def __bool__(self) -> bool:
        return bool(self.wanted or self.done or self.left or self.asked)

    @property
    def line(self) -> str:
        """The most important of it in one line, for a list."""
        about = f"order {self.order}" if self.order else ""
        parts = [", ".join(self.wanted[-2:]), about, "; ".join(self.done[-1:])]
        return " · ".join(part for part in parts if part)[:LONGEST]


def briefing(events: Iterable[Mapping[str, Any]]) -> Briefing:
    """The briefing of a conversation, from its events as Rasa's JSON, the oldest first."""
    wanted: list[str] = []
    done: list[str] = []
    slots: dict[str, Any] = {}
    order, asked, unclear = None, None, 0
    for event in events:
        match event.get("event"):
            case "user":
                intent = _intent(event)
                if intent and intent not in _TALK:
                    _put(wanted, _named(intent))
                text = str(event.get("text") or "").strip()
                if text and not text.startswith(("/", "EXTERNAL")) and intent != "human_agent":
                    asked = text
            case "bot":
                facts = event.get("metadata")
                facts = facts if isinstance(facts, Mapping) else {}
                response = str(facts.get("utter_action"))
                unclear += response in _UNCLEAR
                if response in _DONE:
                    _put(done, _filled(_DONE[response], facts))
            case "slot":
                slots[str(event.get("name"))] = event.get("value")
                if event.get("name") == "order_number" and event.get("value"):
                    order = str(event["value"])
            case "restart" | "session_started":
                slots = {}
    if unclear:
        done.append("not understood once" if unclear == 1 else f"not understood {unclear} times")
    return Briefing(
        tuple(wanted[-MOST:]),
        order[:20] if order else None,
        tuple(done[-MOST:]),
        tuple(dict.fromkeys(_left(slots)))[:MOST],
        asked[:LONGEST] if asked else None,
    )


def _left(slots: Mapping[str, Any]) -> Sequence[str]:
    """What still waits, or was left for something else."""
    kept = [
        one
        for name in (WAITING, LEFT)
        for one in (slots.get(name) if isinstance(slots.get(name), list) else None) or ()
        if isinstance(one, Mapping)
    ]
    return [_named(intent_of(one)) for one in kept if intent_of(one)]


def _put(phrases: list[str], phrase: str) -> None:
    """Add a phrase as the latest; each stands once."""
    if phrase in phrases:
        phrases.remove(phrase)
    phrases.append(phrase)


def _named(intent: str) -> str:
    return _WANTED.get(intent) or intent.replace("_", " ")[:60]


def _filled(phrase: str, facts: Mapping[str, Any]) -> str:
    """The phrase with its facts; what is missing is called by its name."""
    known = _Known({key: str(value)[:60] for key, value in facts.items()})
    return phrase.format_map(known)


class _Known(dict[str, str]):
    """Facts; one that is not there is called "it"."""

    def __missing__(self, _key: str) -> str:
        return "it"


def _intent(event: Mapping[str, Any]) -> str:
    parsed = event.get("parse_data")
    intent = parsed.get("intent") if isinstance(parsed, Mapping) else None
    name = intent.get("name") if isinstance(intent, Mapping) else None
    return str(name or "")
