"""One turn of the bot: understand, fill slots, predict and run actions until it listens."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.actions.defaults import DEFAULTS
from dialogue.actions.extraction import extract_into
from dialogue.actions.runner import ActionRunner
from dialogue.domain import LISTEN, SESSION_METADATA
from dialogue.errors import ActionRejected
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    SlotSet,
    UserUttered,
    event_from_json,
)
from dialogue.forms import run_form
from dialogue.policies import Prediction
from dialogue.project import Project
from dialogue.responses import BotMessage, Responses
from dialogue.slash import parse_slash
from dialogue.tracker import Tracker
from dialogue.turn import TurnInProgress
from nlu.errors import InterpreterUnavailable
from nlu.types import Interpreter, Understanding

MAX_PREDICTIONS = 10
UNAVAILABLE_RESPONSE = "utter_nlu_unavailable"
UNAVAILABLE_TEXT = "I cannot read your message right now. Please try again in a moment."


@dataclass(frozen=True)
class UserMessage:
    """What a customer sent."""

    text: str
    sender_id: str
    message_id: str
    input_channel: str = "rest"
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """What came of a message: every new event in order, what was said, what went wrong."""

    events: tuple[Event, ...]
    messages: tuple[BotMessage, ...]
    understanding: Understanding | None
    problems: tuple[str, ...]


class Agent:
    """The bot of one project. Immutable; answers several conversations at once."""

    def __init__(
        self,
        project: Project,
        interpreter: Interpreter,
        runner: ActionRunner,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        self.project = project
        self.interpreter = interpreter
        self._runner = runner
        self._clock = clock
        self._responses = Responses(project.domain, rng or random.Random())

    def tracker_of(self, sender_id: str, events: Iterable[Mapping[str, Any]]) -> Tracker:
        """The tracker that a conversation's event log (Rasa's JSON) folds to."""
        read = (event_from_json(event) for event in events)
        return Tracker.from_events(sender_id, self.project.domain, read)

    def respond(
        self,
        tracker: Tracker,
        message: UserMessage,
        trusted_slots: Mapping[str, Any] | None = None,
    ) -> Turn:
        """Take one message through a whole turn; `tracker` grows by its events.

        `trusted_slots` are facts that the caller vouches for, such as who is signed in; they
        cannot come from a message. A failing action or interpreter is noted in `problems` and
        answered in words; it is never raised.
        """
        turn = TurnInProgress(
            self.project.domain, tracker, self._responses, self._runner, self._clock,
            message.input_channel,
        )  # fmt: skip
        self._start_session_if_needed(turn, message)
        self._set_trusted(turn, trusted_slots or {})
        understanding = self._understand(turn, message)
        if understanding is None:
            if not turn.utter(UNAVAILABLE_RESPONSE):
                turn.say(BotMessage(text=UNAVAILABLE_TEXT))
            turn.apply(ActionExecuted(name=LISTEN))
        else:
            turn.apply(_uttered(message, understanding))
            self._answer(turn)
        return Turn(tuple(turn.events), tuple(turn.messages), understanding, tuple(turn.problems))

    def _start_session_if_needed(self, turn: TurnInProgress, message: UserMessage) -> None:
        tracker = turn.tracker
        spoken = [event for event in tracker.applied_events() if event.timestamp]
        minutes = self.project.domain.session.expiration_minutes
        last = tracker.latest_message
        since = (self._clock() - (last or spoken[-1]).timestamp) / 60 if spoken else 0.0
        if spoken and (minutes == 0 or since <= minutes):
            return
        if message.metadata:
            turn.apply(SlotSet(name=SESSION_METADATA, value=dict(message.metadata)))
        self._run(turn, Prediction("action_session_start", "session", 1.0))
        turn.apply(ActionExecuted(name=LISTEN))

    def _set_trusted(self, turn: TurnInProgress, facts: Mapping[str, Any]) -> None:
        for name, value in facts.items():
            if name in turn.domain.slots and turn.tracker.slots.get(name) != value:
                turn.apply(SlotSet(name=name, value=value))

    def _understand(self, turn: TurnInProgress, message: UserMessage) -> Understanding | None:
        if message.text.lstrip().startswith("/"):
            spelt_out = parse_slash(message.text, turn.domain, message.message_id)
            if spelt_out is not None:
                return spelt_out
        try:
            return self.interpreter.parse(message.text, message.message_id)
        except InterpreterUnavailable as error:
            turn.problems.append(f"the interpreter is unavailable: {error}")
            return None

    def _answer(self, turn: TurnInProgress) -> None:
        """Slots, then actions until the bot listens, at most `MAX_PREDICTIONS`."""
        if turn.tracker.paused:
            return
        extract_into(turn)
        for _ in range(MAX_PREDICTIONS):
            prediction = self.project.policies.predict(turn.tracker)
            self._run(turn, prediction)
            if prediction.action == LISTEN:
                return
        turn.problems.append(f"the turn was cut off after {MAX_PREDICTIONS} actions")
        turn.apply(ActionExecuted(name=LISTEN))

    def _run(self, turn: TurnInProgress, prediction: Prediction) -> None:
        """Run one action: its event goes before what it brings about, as in Rasa."""
        name, domain = prediction.action, turn.domain
        previous = turn.tracker.latest_action_name
        policy, confidence = prediction.policy, prediction.confidence
        executed = ActionExecuted(name=name, policy=policy, confidence=confidence)
        overridden = name in domain.actions
        try:
            if name in DEFAULTS and not overridden:
                turn.apply(executed)
                DEFAULTS[name](turn)
            elif name in domain.forms and not overridden:
                run_form(turn, domain.forms[name], executed, previous)
            elif self._utter(turn, executed):
                pass
            else:
                result = turn.call(name)
                turn.apply(executed)
                turn.apply(*turn.perform(result))
        except ActionRejected:
            turn.apply(ActionExecutionRejected(name=name, policy=policy, confidence=confidence))

    def _utter(self, turn: TurnInProgress, executed: ActionExecuted) -> bool:
        """A response, or for a retrieval intent the answer that was retrieved."""
        name = executed.name or ""
        key = name
        if name not in turn.domain.responses:
            message = turn.tracker.latest_message
            selectors = (message.parse_data.get("response_selector") or {}) if message else {}
            chosen = selectors.get(name.removeprefix("utter_")) or {}
            hit = (chosen.get("response") or {}).get("intent_response_key")
            if not hit or f"utter_{hit}" not in turn.domain.responses:
                return False
            key = f"utter_{hit}"
        turn.apply(executed)
        if not turn.utter(key):
            turn.problems.append(f"response '{key}' has no variation that fits")
        return True


def _uttered(message: UserMessage, understanding: Understanding) -> UserUttered:
    parsed = understanding.to_rasa()
    return UserUttered(
        text=message.text,
        parse_data=parsed,
        input_channel=message.input_channel,
        message_id=message.message_id,
        metadata=dict(message.metadata),
    )
