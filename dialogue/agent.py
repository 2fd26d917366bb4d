"""The bot: a message in, a turn out."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogue.acting import Acting, restarts
from dialogue.actions.defaults import session_start
from dialogue.actions.extraction import extract_slots
from dialogue.actions.perform import perform
from dialogue.actions.runner import ActionRunner
from dialogue.caring import CARE, needs_care
from dialogue.domain import LANGUAGE_SLOT, LISTEN, SESSION_METADATA_SLOT, SESSION_START
from dialogue.errors import ActionError, NoSuchName
from dialogue.events import (
    ActionExecuted,
    Event,
    SessionStarted,
    SlotSet,
    logged_event,
)
from dialogue.going_on import with_topic
from dialogue.heard import felt_lately, from_outside, of_a_person, uttered
from dialogue.messages import BotMessage, UserMessage
from dialogue.policies.prediction import Prediction
from dialogue.project import Project
from dialogue.repeating import repeats_itself
from dialogue.responses import Responses
from dialogue.slash import read_slash
from dialogue.spoken import language_after
from dialogue.tracker import Tracker
from dialogue.turn import Recorder, Turn
from dialogue.wishes import (
    MOST_WISHES,
    WAITING_WISHES,
    answer_and_wish,
    as_waiting,
    is_announced,
    may_hold_several,
    parts_of,
    told_apart,
    waiting,
)
from dialogue.wording import WordingServer
from nlu.errors import InterpreterUnavailable
from nlu.source import nearest
from nlu.types import (
    FEELINGS,
    BatchInterpreter,
    Entity,
    Interpreter,
    Understanding,
)

NOT_SPOKEN = "utter_language_not_spoken"
NEXT_WISH = "utter_next_wish"
SAID_BEFORE = "utter_said_before"
UNAVAILABLE = "utter_nlu_unavailable"
_UNAVAILABLE_TEXT = "Sorry, I cannot read messages right now. Please try again in a moment."


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
        self._clock = clock
        responses = Responses(project.domain, rng or random.Random(), wording)
        self._acting = Acting(project, runner, responses)

    def tracker_of(self, sender_id: str, events: Iterable[Mapping[str, Any]]) -> Tracker:
        """The tracker that these events (Rasa's JSON) fold to; unknown ones are inert in it."""
        return Tracker.from_events(sender_id, self._domain, map(logged_event, events))

    def respond(
        self,
        tracker: Tracker,
        message: UserMessage,
        trusted_slots: Mapping[str, Any] | None = None,
    ) -> Turn:
        """Take a turn: the tracker gets its events, and they are returned.

        `trusted_slots` are set before the message is read; they are what the caller vouches for.
        A session that the message begins has them from its beginning, before the bot first listens.
        A failing action or interpreter is answered in words and told in `problems`; nothing is
        raised for it. The turn ends listening after at most `MOST_ACTIONS_IN_A_TURN` actions.
        """
        message = of_a_person(message)
        recorder = self._listening(tracker, message.input_channel, message.metadata, trusted_slots)
        understanding = self._understand(message, recorder)
        if tracker.paused and (understanding is None or not restarts(understanding)):
            recorder.happen(uttered(message, understanding))
            return recorder.turn(understanding)
        wishes = self._wishes(message, understanding, tracker) if understanding else []
        first = wishes[0] if wishes else understanding
        recorder.happen(
            uttered(replace(message, text=wishes[0].text) if wishes else message, first)
        )
        if understanding is None:
            recorder.happen(ActionExecuted(UNAVAILABLE))
            self._acting.say(UNAVAILABLE, _UNAVAILABLE_TEXT, recorder, message.input_channel)
            recorder.happen(ActionExecuted(LISTEN))
        else:
            self._notice(understanding, recorder, message.input_channel)
            if wishes:
                later = [*as_waiting(wishes[1:]), *(tracker.slots.get(WAITING_WISHES) or ())]
                recorder.happen(SlotSet(WAITING_WISHES, later))
            self._answer(recorder, message.input_channel)
            self._take_up_waiting(recorder, message)
        return recorder.turn(understanding)

    def log_message(
        self,
        tracker: Tracker,
        message: UserMessage,
        parsed: Understanding | None = None,
        trusted_slots: Mapping[str, Any] | None = None,
    ) -> Turn:
        """Hear a message and fill slots from it, without doing anything about it.

        `parsed` is what it means, where the caller knows.
        """
        message = of_a_person(message)
        recorder = self._listening(tracker, message.input_channel, message.metadata, trusted_slots)
        understanding = parsed or self._understand(message, recorder)
        recorder.happen(uttered(message, understanding))
        if understanding is not None:
            context = self._acting.context(recorder, message.input_channel)
            recorder.happen(*extract_slots(context))
        return recorder.turn(understanding)

    def trigger(
        self,
        tracker: Tracker,
        intent: str,
        entities: tuple[Entity, ...] = (),
        channel: str = "rest",
        trusted_slots: Mapping[str, Any] | None = None,
    ) -> Turn:
        """Take a turn for an intent from outside: a reminder, another program.

        While the conversation is paused it is only put on record. Raises NoSuchName for an intent
        that the domain does not have.
        """
        if intent not in self._domain.intents:
            raise NoSuchName(
                f"there is no intent '{intent}'{nearest(intent, self._domain.intents)}"
            )
        recorder = self._listening(tracker, channel, {}, trusted_slots)
        told = from_outside(intent, entities, tracker.latest_input_channel or channel)
        recorder.happen(told)
        if not tracker.paused or restarts(told.understanding):
            recorder.happen(*extract_slots(self._acting.context(recorder, channel)))
            self._acting.act(recorder, channel)
        return recorder.turn()

    def predict(self, tracker: Tracker) -> Prediction:
        """What the bot would do next."""
        return self._acting.next(tracker)

    def execute(
        self,
        tracker: Tracker,
        name: str,
        channel: str = "rest",
        policy: str | None = None,
        confidence: float | None = None,
        trusted_slots: Mapping[str, Any] | None = None,
    ) -> Turn:
        """Run one action, whatever the policies say. Raises NoSuchName."""
        if name not in self._domain.actions:
            raise NoSuchName(f"there is no action '{name}'{nearest(name, self._domain.actions)}")
        recorder = self._opened(tracker, channel, {}, trusted_slots)
        certain = 1.0 if confidence is None else confidence
        self._acting.run(Prediction(policy or "execute", 0, name, certain), recorder, channel)
        return recorder.turn()

    def append(
        self,
        tracker: Tracker,
        events: Sequence[Event],
        channel: str = "rest",
        with_session: bool = True,
    ) -> Turn:
        """Let events from outside happen.

        `with_session`: a conversation in which nothing has happened begins a session before them,
        unless they bring its start along.
        """
        recorder = Recorder(tracker, self._clock)
        if with_session and not tracker.events and not _begins_session(events):
            self._run_session_start(recorder, channel, {})
        for event in events:
            recorder.record(event)
        return recorder.turn()

    def start_session(
        self,
        tracker: Tracker,
        channel: str = "rest",
        trusted_slots: Mapping[str, Any] | None = None,
    ) -> Turn:
        """Begin a session without a message, so that the bot can speak first."""
        recorder = Recorder(tracker, self._clock)
        self._run_session_start(recorder, channel, trusted_slots or {})
        return recorder.turn()

    def _answer(self, recorder: Recorder, channel: str) -> None:
        """Do what the latest message asks for; when the same was said before, say that we know.

        That is said in the response `utter_said_before`, where the domain has it.
        """
        tracker = recorder.tracker
        recorder.happen(*extract_slots(self._acting.context(recorder, channel)))
        self._acting.act(recorder, channel)
        message = tracker.latest_message
        if (
            SAID_BEFORE in self._domain.responses
            and message is not None
            and message.intent in self.project.wishes.intents
            and tracker.active_loop is None
            and repeats_itself(tracker)
        ):
            recorder.happen(*self._acting.context(recorder, channel).utter(SAID_BEFORE))

    def _take_up_waiting(self, recorder: Recorder, message: UserMessage) -> None:
        """Hear the wishes that wait, one after the other, as long as nothing is being done."""
        tracker, channel = recorder.tracker, message.input_channel
        for _ in range(MOST_WISHES):
            left = waiting(tracker)
            if not left or tracker.active_loop is not None or tracker.paused:
                return
            told = is_announced(tracker)
            recorder.happen(SlotSet(WAITING_WISHES, as_waiting(left[1:]) or None))
            if not told and NEXT_WISH in self._domain.responses:
                recorder.happen(*self._acting.context(recorder, channel).utter(NEXT_WISH))
            wish = replace(left[0], message_id=message.message_id, metadata=message.metadata)
            recorder.happen(uttered(replace(message, text=wish.text), wish))
            self._answer(recorder, channel)

    def _wishes(
        self, message: UserMessage, meaning: Understanding, tracker: Tracker
    ) -> list[Understanding]:
        """What of a message is to be done in turn, each a message of its own; else nothing.

        The parts are understood in one more call, which only a message of several parts costs.
        """
        asks = self.interpreter
        if not isinstance(asks, BatchInterpreter) or not may_hold_several(tracker):
            return []
        spans = parts_of(message.text)
        if len(spans) < 2 or (meaning.model_version is None and meaning.text.startswith("/")):
            return []
        try:
            parts = asks.parse_batch([message.text[low:high] for low, high in spans])
        except InterpreterUnavailable:
            return []  # the message as a whole has been understood
        known, expected = self.project.wishes, self.project.expected
        parts = [expected.in_context(part, tracker) for part in parts]
        wishes = told_apart(message.text, spans, parts, known)
        wishes = wishes or answer_and_wish(message.text, spans, parts, known, tracker)
        own = {"message_id": message.message_id, "metadata": message.metadata}
        return [replace(wish, **own) for wish in wishes]

    def _opened(
        self,
        tracker: Tracker,
        channel: str,
        metadata: Mapping[str, Any],
        trusted_slots: Mapping[str, Any] | None,
    ) -> Recorder:
        """A recorder in a session that goes on, or in a new one."""
        recorder = Recorder(tracker, self._clock)
        if self._needs_session(tracker):
            self._begin_session(recorder, channel, metadata, trusted_slots or {})
        self._trust(recorder, trusted_slots or {})
        return recorder

    def _listening(
        self,
        tracker: Tracker,
        channel: str,
        metadata: Mapping[str, Any],
        trusted_slots: Mapping[str, Any] | None,
    ) -> Recorder:
        """The same, ready to hear something."""
        recorder = self._opened(tracker, channel, metadata, trusted_slots)
        if tracker.latest_action_name != LISTEN and not tracker.paused:
            recorder.happen(ActionExecuted(LISTEN))  # an earlier turn was cut off
        return recorder

    def _needs_session(self, tracker: Tracker) -> bool:
        if not tracker.applied or tracker.ended:
            return True
        minutes = self._domain.session.expiration_minutes
        last = tracker.latest_message
        if minutes <= 0 or last is None or last.timestamp is None:
            return False
        return self._clock() - last.timestamp > minutes * 60

    def _begin_session(
        self,
        recorder: Recorder,
        channel: str,
        metadata: Any,
        trusted_slots: Mapping[str, Any],
    ) -> None:
        if metadata:
            recorder.happen(SlotSet(SESSION_METADATA_SLOT, metadata))
        forgotten = dict.fromkeys(FEELINGS)  # of another day
        self._run_session_start(recorder, channel, {**forgotten, **trusted_slots})

    def _run_session_start(
        self, recorder: Recorder, channel: str, trusted_slots: Mapping[str, Any]
    ) -> None:
        """Begin a session; what is vouched for is known before the bot listens, as in stories."""
        context = self._acting.context(recorder, channel)
        try:
            events = perform(SESSION_START, context)
        except ActionError as error:
            recorder.problems.append(str(error))
            events = session_start(context)
        listens = bool(events) and _is_listening(events[-1])
        recorder.happen(ActionExecuted(SESSION_START), *(events[:-1] if listens else events))
        self._trust(recorder, trusted_slots)
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
            meaning = self.project.expected.in_context(meaning, recorder.tracker)
            meaning = with_topic(meaning, recorder.tracker, self.project.going_on, self.interpreter)
        return replace(meaning, message_id=message.message_id, metadata=message.metadata)

    def _notice(self, meaning: Understanding, recorder: Recorder, channel: str) -> None:
        """Set the slots `sentiment`, `urgency` and `language`, where the domain has them.

        A feeling lasts for some messages, the language until there is another; that the bot does
        not speak a language is said once.
        Who has just become unhappy is met with care first, in the response `utter_care`, where the
        domain has it.
        """
        if meaning.model_version is None:
            return  # a button says nothing of the customer
        language, foreign = language_after(meaning, recorder.tracker, self.project.languages)
        self._trust(recorder, {**felt_lately(meaning, recorder.tracker), LANGUAGE_SLOT: language})
        if needs_care(meaning, recorder.tracker):
            recorder.happen(*self._acting.context(recorder, channel).utter(CARE))
        if foreign:
            recorder.happen(*self._acting.context(recorder, channel).utter(NOT_SPOKEN))


def _is_listening(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.name == LISTEN


def _begins_session(events: Sequence[Event]) -> bool:
    """Whether events bring the start of their session along."""
    first = [event for event in events[:2] if isinstance(event, ActionExecuted | SessionStarted)]
    return any(isinstance(event, SessionStarted) or event.name == SESSION_START for event in first)


__all__ = ["Agent", "BotMessage", "Turn", "UserMessage"]
