"""A message that goes on with what was just done or told, whatever it was taken for.

A model reads each message by itself, and takes a short one for a neighbour of what is meant: "why?"
after a promotion code for a question about returns, "cancel the pizza one" for an order's
cancellation. The action that it would begin makes room for what is meant.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet

from dialogue.actions.perform import GOES_ON
from dialogue.orders.read_once import orders_read_once
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_text,
)
from dialogue.retail.task_slots import value_before_message

LISTEN = "action_listen"
_READS = "validate_"  # what reads a form's answers

# Answers the latest message if it goes on with something; None when it does not.
FollowUp = Callable[[RetailServices, Dispatcher, Tracker, Any], Events | None]
# Whether the latest message is no answer to the form that is active, whatever it asks for.
NoAnswer = Callable[[RetailServices, Tracker], bool]
# Whether another action is meant, in a form too; and which.
Meant = tuple[Callable[[RetailServices, Tracker], bool], type[RetailAction]]


class GoOnAction(RetailAction):
    """Runs before a response answers a message: what goes on with something is answered instead."""

    def name(self) -> str:
        """The name that the bot knows it by."""
        return GOES_ON

    def run(self, _dispatcher: Dispatcher, _tracker: Tracker, _domain: Any) -> Events:
        """Nothing by itself: the response is said."""
        return []


class FollowedUp(RetailAction):
    """A retail action; where the message goes on with something else, that is answered instead.

    Only the first action of a turn decides it. `meant` and `anywhere` are looked at in a form too,
    which then asks again; `follow_ups` only where no form waits for an answer. A form declines what
    is `no_answer`, so that these are looked at.
    """

    def __init__(
        self,
        action: RetailAction,
        meant: Sequence[Meant],
        anywhere: Sequence[FollowUp],
        follow_ups: Sequence[FollowUp],
        no_answers: Sequence[NoAnswer] = (),
    ) -> None:
        super().__init__(action.services)
        self.action: Action = action
        self._meant, self._anywhere, self._follow_ups = meant, anywhere, follow_ups
        self._no_answers = no_answers

    def name(self) -> str:
        """The action's own name."""
        return str(self.action.name())

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """What goes on, or the action."""
        with orders_read_once():
            return await self._decide(dispatcher, tracker, domain)

    async def _decide(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        form = self.name().removeprefix(_READS)
        reads = form != self.name()
        if reads and self._is_declined(tracker, form):
            return [*_as_before(tracker), ActionExecutionRejected(form)]
        decides = not reads and _begins_turn(tracker)
        other = self._other_meant(tracker) if decides else None
        answered = self._goes_on(dispatcher, tracker, domain) if decides and not other else None
        if answered is not None:
            return _and_no_more(tracker, answered)
        if other is None or isinstance(self.action, other):
            return await _run(self.action, dispatcher, tracker, domain)
        done = await _run(other(self.services), dispatcher, tracker, domain)
        return _and_no_more(tracker, done)

    def _is_declined(self, tracker: Tracker, form: str) -> bool:
        """Whether the message is no answer to the form's question."""
        others = (other(self.services, tracker) for other in self._no_answers)
        return _may_answer(tracker, form) and any(others)

    def _other_meant(self, tracker: Tracker) -> type[RetailAction] | None:
        """The action that is meant whatever the message was taken for."""
        return next((meant for means, meant in self._meant if means(self.services, tracker)), None)

    def _goes_on(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events | None:
        """What the first that the message goes on with answers."""
        in_form = bool((tracker.active_loop or {}).get("name"))
        looked_at = (*self._anywhere, *(() if in_form else self._follow_ups))
        answers = (one(self.services, dispatcher, tracker, domain) for one in looked_at)
        return next((one for one in answers if one is not None), None)


async def _run(action: Action, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
    events = action.run(dispatcher, tracker, domain)
    done: Events = await events if inspect.isawaitable(events) else events
    return done


def _and_no_more(tracker: Tracker, events: Events) -> Events:
    """The events, and what comes next unless they say it: the active form, or nothing."""
    if any(event.get("event") == "followup" for event in events):
        return events
    loops = [event.get("name") for event in events if event.get("event") == "active_loop"]
    active = loops[-1] if loops else (tracker.active_loop or {}).get("name")
    return [*events, FollowupAction(str(active or LISTEN))]


def _may_answer(tracker: Tracker, form: str) -> bool:
    """Whether the form asked for something before the latest message, and is the first to read it.

    What begins a form answers nothing.
    """
    loop = tracker.active_loop or {}
    begun, latest = loop.get("trigger_message") or {}, tracker.latest_message or {}
    if loop.get("name") != form or not latest_text(tracker):
        return False
    if all(begun.get(key) == latest.get(key) for key in ("text", "message_id")):
        return False
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return not (event.get("metadata") or {}).get("is_external")
        if event.get("event") == "action" and event.get("name") not in (LISTEN, form):
            return False
    return False


def _as_before(tracker: Tracker) -> Events:
    """What the form took from the message is given back."""
    names = tracker.slots_to_validate()
    return [SlotSet(name, value_before_message(tracker, name)) for name in names]


def _begins_turn(tracker: Tracker) -> bool:
    """Whether somebody wrote the latest message and nothing was done about it yet."""
    if not latest_text(tracker):
        return False
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return not (event.get("metadata") or {}).get("is_external")
        if event.get("event") == "action" and event.get("name") != LISTEN:
            return False
    return False
