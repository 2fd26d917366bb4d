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
from rasa_sdk.events import FollowupAction

from dialogue.retail.services import Dispatcher, Events, RetailAction, RetailServices, latest_text

LISTEN = "action_listen"
_OF_A_FORM = "validate_"  # what reads a form's answers

# Answers the latest message if it goes on with something; None when it does not.
FollowUp = Callable[[RetailServices, Dispatcher, Tracker, Any], Events | None]
# Whether another action is meant, in a form too; and which.
Meant = tuple[Callable[[RetailServices, Tracker], bool], type[RetailAction]]


class FollowedUp(RetailAction):
    """A retail action; where the message goes on with something else, that is answered instead.

    Only the first action of a turn decides it. `meant` and `anywhere` are looked at in a form too,
    which then asks again; `follow_ups` only where no form waits for an answer.
    """

    def __init__(
        self,
        action: RetailAction,
        meant: Sequence[Meant],
        anywhere: Sequence[FollowUp],
        follow_ups: Sequence[FollowUp],
    ) -> None:
        super().__init__(action.services)
        self.action: Action = action
        self._meant, self._anywhere, self._follow_ups = meant, anywhere, follow_ups

    def name(self) -> str:
        """The action's own name."""
        return str(self.action.name())

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """What goes on, or the action."""
        if self.name().startswith(_OF_A_FORM) or not _begins_turn(tracker):
            return await _run(self.action, dispatcher, tracker, domain)
        for means, meant in self._meant:
            if not means(self.services, tracker):
                continue
            if isinstance(self.action, meant):
                return await _run(self.action, dispatcher, tracker, domain)
            done = await _run(meant(self.services), dispatcher, tracker, domain)
            return _and_no_more(tracker, done)
        in_form = bool((tracker.active_loop or {}).get("name"))
        for follow_up in (*self._anywhere, *(() if in_form else self._follow_ups)):
            answered = follow_up(self.services, dispatcher, tracker, domain)
            if answered is not None:
                return _and_no_more(tracker, answered)
        return await _run(self.action, dispatcher, tracker, domain)


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
