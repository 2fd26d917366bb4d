"""The bot: a message in, a turn out."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from dialogue.actions.context import ActionContext
from dialogue.actions.defaults import session_start
from dialogue.actions.extraction import extract_slots
from dialogue.actions.perform import perform
from dialogue.actions.runner import ActionRunner
from dialogue.domain import LANGUAGE_SLOT, LISTEN, SESSION_METADATA_SLOT, SESSION_START
from dialogue.errors import ActionError, ActionRejected
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    LoopInterrupted,
    SlotSet,
    UserFeaturization,
    UserUtteranceReverted,
    UserUttered,
    event_from_json,
)
from dialogue.forms import unchecked_candidates
from dialogue.heard import felt_in
from dialogue.messages import BotMessage, UserMessage
from dialogue.policies.prediction import Prediction, in_words
from dialogue.project import Project
from dialogue.responses import Responses
from dialogue.slash import read_slash
from dialogue.tracker import Tracker
from dialogue.turn import Recorder, Turn
from dialogue.wording import WordingServer
from nlu.errors import InterpreterUnavailable
from nlu.types import FEELINGS, Interpreter, Understanding

MOST_ACTIONS_IN_A_TURN = 10
KEPT_RANKING = 10
NOT_SPOKEN = "utter_language_not_spoken"
UNAVAILABLE = "utter_nlu_unavailable"
ACTION_FAILED = "utter_action_failed"
_UNAVAILABLE_TEXT = "Sorry, I cannot read messages right now. Please try again in a moment."
_ACTION_FAILED_TEXT = "Sorry, something went wrong on our side. Please try again in a moment."


class Agent:
    """Answers messages of a project's conversations.

    It keeps nothing of a conversation, so it may serve several threads or greenlets at once, as
    long as no two of them use the same tracker.
    """

    def __init__(
        self,
        project: Project,
        interpreter: Interpreter,
        runner: ActionRunner,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        wording: WordingServer | None = None,
    ) -> None:
        self.project = project
        self._domain = project.domain
        self.interpreter = interpreter
        self._runner = runner
        self._clock = clock
        self._responses = Responses(project.domain, rng or random.Random(), wording)

    def tracker_of(self, sender_id: str, events: Iterable[Mapping[str, Any]]) -> Tracker:
        """The tracker that these events (Rasa's JSON) fold to. Raises EventError."""
        read = (event_from_json(event) for event in events)
        return Tracker.from_events(sender_id, self._domain, read)

    def respond(
        self,
        tracker: Tracker,
        message: UserMessage,
        trusted_slots: Mapping[str, Any] | None = None,
    ) -> Turn:
        """Take a turn: the tracker gets its events, and they are returned.

        `trusted_slots` are set before the message is read; they are what the caller vouches for.
        A failing action or interpreter is answered in words and told in `problems`; nothing is
        raised for it. The turn ends listening after at most `MOST_ACTIONS_IN_A_TURN` actions.
        """
        recorder = Recorder(tracker, self._clock)
        if self._needs_session(tracker):
            self._begin_session(recorder, message)
        self._trust(recorder, trusted_slots or {})
        if tracker.latest_action_name != LISTEN and not tracker.paused:
            recorder.happen(ActionExecuted(LISTEN))  # an earlier turn was cut off
        understanding = self._understand(message, recorder)
        recorder.happen(_uttered(message, understanding))
        if tracker.paused and (understanding is None or not _restarts(understanding)):
            return recorder.turn(understanding)
        if understanding is None:
            recorder.happen(ActionExecuted(UNAVAILABLE))
            self._say(UNAVAILABLE, _UNAVAILABLE_TEXT, recorder, message.input_channel)
            recorder.happen(ActionExecuted(LISTEN))
        else:
            self._notice(understanding, recorder, message.input_channel)
            context = self._context(recorder, message.input_channel)
            recorder.happen(*extract_slots(context))
            self._act(recorder, message.input_channel)
        return recorder.turn(understanding)

    def start_session(self, tracker: Tracker, channel: str = "rest") -> Turn:
        """Begin a session without a message, so that the bot can speak first."""
        recorder = Recorder(tracker, self._clock)
        self._run_session_start(recorder, channel)
        return recorder.turn()

    def _needs_session(self, tracker: Tracker) -> bool:
        if not tracker.applied or tracker.ended:
            return True
        minutes = self._domain.session.expiration_minutes
        last = tracker.latest_message
        if minutes <= 0 or last is None or last.timestamp is None:
            return False
        return self._clock() - last.timestamp > minutes * 60

    def _begin_session(self, recorder: Recorder, message: UserMessage) -> None:
        if message.metadata:
            recorder.happen(SlotSet(SESSION_METADATA_SLOT, message.metadata))
        self._run_session_start(recorder, message.input_channel)
        self._trust(recorder, dict.fromkeys(FEELINGS))  # of another day

    def _run_session_start(self, recorder: Recorder, channel: str) -> None:
        context = self._context(recorder, channel)
        try:
            events = perform(SESSION_START, context)
        except ActionError as error:
            recorder.problems.append(str(error))
            events = session_start(context)
        recorder.happen(ActionExecuted(SESSION_START), *events)
        if recorder.tracker.latest_action_name != LISTEN:
            recorder.happen(ActionExecuted(LISTEN))

    def _trust(self, recorder: Recorder, slots: Mapping[str, Any]) -> None:
        for name, value in slots.items():
            if name in recorder.tracker.slots and recorder.tracker.slots[name] != value:
                recorder.happen(SlotSet(name, value))

    def _understand(self, message: UserMessage, recorder: Recorder) -> Understanding | None:
        meaning = read_slash(message.text, self._domain)
        if meaning is None:
            try:
                meaning = self.interpreter.parse(message.text, message.message_id)
            except InterpreterUnavailable as error:
                recorder.problems.append(f"the message was not understood: {error}")
                return None
        return replace(meaning, message_id=message.message_id, metadata=message.metadata)

    def _notice(self, meaning: Understanding, recorder: Recorder, channel: str) -> None:
        """Set the slots `sentiment`, `urgency` and `language`, where the domain has them.

        They last until there is another; that the bot does not speak a language is said once.
        """
        if meaning.model_version is None:
            return  # a button says nothing of the customer
        spoken = recorder.tracker.slots.get(LANGUAGE_SLOT)
        self._trust(recorder, {**felt_in(meaning), LANGUAGE_SLOT: meaning.language or spoken})
        language, ours = recorder.tracker.slots.get(LANGUAGE_SLOT), self.project.languages
        if language not in (None, spoken) and ours and language not in ours:
            recorder.happen(*self._context(recorder, channel).utter(NOT_SPOKEN))

    def _act(self, recorder: Recorder, channel: str) -> None:
        """Predict and run actions until the bot listens."""
        taken: list[Prediction] = []
        for _ in range(MOST_ACTIONS_IN_A_TURN):
            prediction = self._next(recorder.tracker)
            taken.append(prediction)
            goes_on = self._run(prediction, recorder, channel)
            if not goes_on or _falls_silent(recorder.tracker):
                break
        else:
            recorder.problems.append(
                f"the turn was stopped after {MOST_ACTIONS_IN_A_TURN} actions without listening: "
                + in_words(taken)
            )
        if recorder.tracker.latest_action_name != LISTEN:
            recorder.happen(ActionExecuted(LISTEN))

    def _next(self, tracker: Tracker) -> Prediction:
        if tracker.followup_action is not None:
            return Prediction("followup", 0, tracker.followup_action, 1.0)
        return self.project.policies.predict(tracker)

    def _run(self, prediction: Prediction, recorder: Recorder, channel: str) -> bool:
        """Run one action; whether another one should follow."""
        name = prediction.action or LISTEN
        if prediction.by_words:
            recorder.happen(UserFeaturization(use_text_for_featurization=True))
        context = self._context(recorder, channel)
        before: list[Event] = [LoopInterrupted(True)] if prediction.resumes_loop else []
        is_text = name in self._domain.spoken_texts
        executed = ActionExecuted(
            None if is_text else name,
            prediction.policy,
            prediction.confidence,
            action_text=name if is_text else None,
            hide_rule_turn=prediction.hidden,
        )
        try:
            events = perform(name, context.supposing(before))
        except ActionRejected:
            recorder.happen(ActionExecutionRejected(name, prediction.policy, prediction.confidence))
            return True
        except ActionError as error:
            self._apologise(error, executed, recorder, channel)
            return False
        rejected = any(isinstance(event, ActionExecutionRejected) for event in events)
        if not rejected:
            recorder.happen(*before, executed)
        recorder.happen(*events)
        if events and isinstance(events[-1], UserUtteranceReverted):
            # The message is taken back, so there is nothing left to answer.
            return recorder.tracker.followup_action is not None
        return name not in (LISTEN, SESSION_START)

    def _apologise(
        self, error: ActionError, executed: ActionExecuted, recorder: Recorder, channel: str
    ) -> None:
        """An action failed: say so, and do nothing that relies on it.

        What a form took from the message is dropped, because nothing has checked it.
        """
        recorder.problems.append(str(error))
        form = self._domain.forms.get(executed.name or "")
        unchecked = unchecked_candidates(form, recorder.tracker) if form else []
        recorder.happen(executed, *unchecked)
        self._say(ACTION_FAILED, _ACTION_FAILED_TEXT, recorder, channel)

    def _say(self, name: str, text: str, recorder: Recorder, channel: str) -> None:
        recorder.happen(*self._context(recorder, channel).utter_or(name, text))

    def _context(self, recorder: Recorder, channel: str) -> ActionContext:
        return ActionContext(
            recorder.tracker,
            self._domain,
            self._responses,
            self._runner,
            channel,
            recorder.problems,
        )


def _uttered(message: UserMessage, understanding: Understanding | None) -> UserUttered:
    """The event of a message; of a long ranking the top is kept."""
    meaning = understanding or Understanding(text=message.text, message_id=message.message_id)
    return UserUttered(
        text=message.text,
        understanding=replace(meaning, intent_ranking=meaning.intent_ranking[:KEPT_RANKING]),
        input_channel=message.input_channel,
        message_id=message.message_id,
        metadata=message.metadata,
    )


def _falls_silent(tracker: Tracker) -> bool:
    """An action paused the conversation, so that nothing more is said."""
    message = tracker.latest_message
    return tracker.paused and not (message and _restarts(message.understanding))


def _restarts(understanding: Understanding) -> bool:
    """A paused bot still lets itself be restarted."""
    return understanding.intent is not None and understanding.intent.name == "restart"


__all__ = ["Agent", "BotMessage", "Turn", "UserMessage"]
