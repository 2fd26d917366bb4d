"""One turn in progress: the tracker it grows, what was said, what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from dialogue.actions.runner import ActionResult, ActionRunner
from dialogue.domain import Domain
from dialogue.errors import ActionError, ActionRejected
from dialogue.events import BotUttered, Event
from dialogue.responses import BotMessage, Responses, message_of
from dialogue.tracker import Tracker

FAILED_RESPONSE = "utter_action_failed"
FAILED_TEXT = "Sorry, that did not work just now. Please try again in a moment."


class TurnInProgress:
    """Applies events as they happen and keeps what the turn produced."""

    def __init__(
        self,
        domain: Domain,
        tracker: Tracker,
        responses: Responses,
        runner: ActionRunner,
        clock: Callable[[], float],
        channel: str,
    ) -> None:
        self.domain = domain
        self.tracker = tracker
        self.events: list[Event] = []
        self.messages: list[BotMessage] = []
        self.problems: list[str] = []
        self._responses = responses
        self._runner = runner
        self._clock = clock
        self._channel = channel

    def apply(self, *events: Event) -> None:
        """Let events happen now (those without a time get the present one)."""
        for event in events:
            dated = event if event.timestamp else replace(event, timestamp=self._clock())
            self.tracker.apply(dated)
            self.events.append(dated)

    def utter(self, name: str, variables: Mapping[str, Any] | None = None) -> bool:
        """Say a response of the domain; False when there is none that fits."""
        message = self._responses.render(name, self.tracker.slots, self._channel, variables or {})
        if message is None:
            return False
        self.say(message)
        return True

    def say(self, message: BotMessage) -> None:
        """Say something."""
        self.messages.append(message)
        data = {
            "elements": [dict(e) for e in message.elements] or None,
            "quick_replies": [dict(q) for q in message.quick_replies] or None,
            "buttons": [dict(b) for b in message.buttons] or None,
            "attachment": message.attachment or message.image,
            "image": message.image,
            "custom": dict(message.custom) or None,
        }
        self.apply(BotUttered(text=message.text, data=data, metadata=message.metadata))

    def call(self, name: str, before: Iterable[Event] = ()) -> ActionResult | None:
        """Run a custom action; `perform` then lets its answer happen.

        `before` are events that the action is to see and that do not happen (a form's
        candidates). A failure is noted for the operator and gives None; ActionRejected is raised
        for the caller to handle.
        """
        tracker = self.tracker
        extra = tuple(before)
        if extra:
            events = [*tracker.events, *extra]
            tracker = Tracker.from_events(tracker.sender_id, self.domain, events)
        try:
            return self._runner.run(name, tracker, self.domain)
        except ActionRejected:
            raise
        except ActionError as error:
            self.problems.append(str(error))
            return None

    def perform(self, result: ActionResult | None) -> tuple[Event, ...]:
        """Say what an action said (an apology if it failed) and return the events it wants."""
        if result is None:
            if not self.utter(FAILED_RESPONSE):
                self.say(BotMessage(text=FAILED_TEXT))
            return ()
        for response in result.responses:
            self._say_response(response)
        return result.events

    def _say_response(self, response: Mapping[str, Any]) -> None:
        """An action's utterance: a response of the domain with variables, or its own content."""
        name = response.get("response") or response.get("template")
        if not name:
            said = message_of(response)
            if said != BotMessage():
                self.say(said)
            return
        variables = {k: v for k, v in response.items() if k not in {"response", "template"}}
        message = self._responses.render(str(name), self.tracker.slots, self._channel, variables)
        if message is None:
            self.problems.append(f"unknown response '{name}'")
            return
        own = message_of(response)
        changes: dict[str, Any] = {
            key: getattr(own, key)
            for key in ("text", "elements", "image", "attachment", "custom")
            if getattr(own, key)
        }
        if own.buttons:
            changes["buttons"] = (*message.buttons, *own.buttons)
        self.say(replace(message, **changes))
