"""What can happen in a conversation: one frozen dataclass for each of Rasa's events.

`to_json` writes Rasa's JSON and `event_from_json` reads it, with the older names `form` and
`form_validation` too. An event's timestamp (seconds since 1970) is None until it is recorded.
What an older or another program left in a log is read by `logged_event`, which refuses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar, Self

from dialogue.errors import EventError
from dialogue.event_fields import (
    mapping,
    mappings,
    moment,
    read_entities,
    read_understanding,
    string,
)
from dialogue.messages import BotMessage
from nlu.source import nearest
from nlu.types import Entity, Understanding

_COMMON = ("timestamp", "metadata")
_CHECKED_TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "bool": bool,
    "str | None": (str, type(None)),
    "float | None": (int, float, type(None)),
}
EXTERNAL = "is_external"  # in the metadata of a message that no person wrote


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events."""

    KIND: ClassVar[str]
    timestamp: float | None = None
    metadata: Any = field(default_factory=dict)  # an object as a rule, but any JSON

    def to_json(self) -> dict[str, Any]:
        """Rasa's JSON object for this event."""
        data: dict[str, Any] = {"event": self.KIND, "timestamp": self.timestamp}
        if self.metadata:
            data["metadata"] = self.metadata
        return data | self._own_json()

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """`to_json` as JSON's own values, which share nothing with the event. Made once."""
        value: dict[str, Any] = json.loads(json.dumps(self.to_json()))
        return value

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read this kind of event. Raises EventError for a key that is missing or wrong."""
        return cls(timestamp=moment(data), metadata=data.get("metadata") or {}, **cls._own(data))

    def _own_json(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _COMMON}

    @classmethod
    def _own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """The values of this kind's own fields; the JSON keys are the fields' names."""
        values = {}
        for own in fields(cls):
            if own.name in _COMMON:
                continue
            if own.name not in data:
                if own.default is MISSING:
                    raise EventError(f"an event '{cls.KIND}' lacks '{own.name}'")
                continue
            value, kind = data[own.name], _CHECKED_TYPES.get(str(own.type))
            if kind is not None and not isinstance(value, kind):
                raise EventError(f"an event '{cls.KIND}' has the {own.name} {value!r}")
            values[own.name] = value
        return values


@dataclass(frozen=True)
class UserUttered(Event):
    """A person said something, and what it means."""

    KIND = "user"
    text: str | None = None
    understanding: Understanding = field(default_factory=lambda: Understanding(text=""))
    input_channel: str | None = None
    message_id: str | None = None

    @property
    def intent(self) -> str | None:
        """The decided intent's name, None when nothing was understood."""
        decided = self.understanding.intent
        return decided.name if decided else None

    @property
    def is_external(self) -> bool:
        """Whether no person said it: a reminder or another program triggered the intent."""
        return isinstance(self.metadata, Mapping) and self.metadata.get(EXTERNAL) is True

    def parse_data(self) -> dict[str, Any]:
        """Rasa's parse result; a retrieval intent also tells which entry was found."""
        parsed = self.understanding.to_rasa()
        found = next(
            (
                hit.key
                for hit in self.understanding.retrieval
                if hit.key.startswith(f"{self.intent}/")
            ),
            None,
        )
        if found is not None:
            parsed["intent"] = {**parsed["intent"], "full_retrieval_intent_name": found}
        return parsed

    def _own_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "parse_data": self.parse_data(),
            "input_channel": self.input_channel,
            "message_id": self.message_id,
        }

    @classmethod
    def _own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        text = string(data, "text")
        return {
            "text": text,
            "understanding": read_understanding(mapping(data, "parse_data"), text or ""),
            "input_channel": string(data, "input_channel"),
            "message_id": string(data, "message_id"),
        }


@dataclass(frozen=True)
class BotUttered(Event):
    """The bot said something. The event's metadata is the message's."""

    KIND = "bot"
    message: BotMessage = field(default_factory=BotMessage)

    def _own_json(self) -> dict[str, Any]:
        return {
            "text": self.message.text,
            "data": self.message.data(),
            "metadata": dict(self.message.metadata),
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read a bot event."""
        parts = mapping(data, "data")
        for name in ("buttons", "quick_replies", "elements"):
            mappings(parts, name)
        string(parts, "image")
        message = BotMessage.from_data(string(data, "text"), parts, mapping(data, "metadata"))
        return cls(message, timestamp=moment(data))


@dataclass(frozen=True)
class ActionExecuted(Event):
    """The bot did something. `hide_rule_turn`: the stories know nothing of this turn."""

    KIND = "action"
    name: str | None = None
    policy: str | None = None
    confidence: float | None = None
    action_text: str | None = None
    hide_rule_turn: bool = False


@dataclass(frozen=True)
class SlotSet(Event):
    """A slot got a value; None empties it."""

    KIND = "slot"
    name: str
    value: Any


@dataclass(frozen=True)
class ActiveLoop(Event):
    """A loop (a form, for example) begins; None ends the active one."""

    KIND = "active_loop"
    name: str | None


@dataclass(frozen=True)
class LoopInterrupted(Event):
    """The loop is resumed after something else, so the latest message is no answer to it."""

    KIND = "loop_interrupted"
    is_interrupted: bool


@dataclass(frozen=True)
class ActionExecutionRejected(Event):
    """An action declined to run."""

    KIND = "action_execution_rejected"
    name: str
    policy: str | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class FollowupAction(Event):
    """The next action is this one, whatever the policies say."""

    KIND = "followup"
    name: str


@dataclass(frozen=True)
class AllSlotsReset(Event):
    """Every slot takes its initial value."""

    KIND = "reset_slots"


@dataclass(frozen=True)
class Restarted(Event):
    """The conversation begins from nothing."""

    KIND = "restart"


@dataclass(frozen=True)
class SessionStarted(Event):
    """A new session begins; what is kept of the older one is set again after this event."""

    KIND = "session_started"


@dataclass(frozen=True)
class SessionEnded(Event):
    """The session is over; the next message begins another."""

    KIND = "session_ended"


@dataclass(frozen=True)
class ConversationPaused(Event):
    """The bot falls silent."""

    KIND = "pause"


@dataclass(frozen=True)
class ConversationResumed(Event):
    """The bot speaks again."""

    KIND = "resume"


@dataclass(frozen=True)
class StoryExported(Event):
    """The conversation was written to a file."""

    KIND = "export"
    path: str | None = None


@dataclass(frozen=True)
class ActionReverted(Event):
    """The latest action did not happen."""

    KIND = "undo"


@dataclass(frozen=True)
class UserUtteranceReverted(Event):
    """The latest message of the person, and all since, did not happen."""

    KIND = "rewind"


@dataclass(frozen=True)
class ReminderScheduled(Event):
    """An intent is to be triggered at `date_time` (ISO 8601)."""

    KIND = "reminder"
    intent: str
    date_time: str
    entities: Any = None
    name: str | None = None
    kill_on_user_msg: bool = True


@dataclass(frozen=True)
class ReminderCancelled(Event):
    """The reminders that fit are dropped; all of them when nothing is named."""

    KIND = "cancel_reminder"
    name: str | None = None
    intent: str | None = None
    entities: Any = None


@dataclass(frozen=True)
class AgentUttered(Event):
    """A person of the shop spoke in place of the bot."""

    KIND = "agent"
    text: str | None = None
    data: Any = None


@dataclass(frozen=True)
class EntitiesAdded(Event):
    """Entities found by a policy in the latest message."""

    KIND = "entities"
    entities: tuple[Entity, ...] = ()

    def _own_json(self) -> dict[str, Any]:
        return {"entities": [entity.to_rasa() for entity in self.entities]}

    @classmethod
    def _own(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {"entities": read_entities(data.get("entities"))}


@dataclass(frozen=True)
class UserFeaturization(Event):
    """Whether the next prediction looked at the text or at the intent of the latest message."""

    KIND = "user_featurization"
    use_text_for_featurization: bool


_OLDER = ("form", "form_validation")
_KINDS: dict[str, type[Event]] = {kind.KIND: kind for kind in Event.__subclasses__()}


@dataclass(frozen=True)
class Unread(Event):
    """An entry of a log that is no event we know: kept as it is, and without effect."""

    KIND = ""
    data: Any = None
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """What stood in the log."""
        return dict(self.data)


def event_from_json(data: Mapping[str, Any]) -> Event:
    """Read one event of Rasa's JSON. Raises EventError when it is none."""
    if not isinstance(data, Mapping) or not isinstance(data.get("event"), str):
        raise EventError(f"an event is an object with the key 'event', not {data!r:.200}")
    name = data["event"]
    if name == "form":
        name = ActiveLoop.KIND
    elif name == "form_validation":
        name, data = (
            LoopInterrupted.KIND,
            {**data, "is_interrupted": not data.get("validate", True)},
        )
    kind = _KINDS.get(name)
    if kind is None:
        raise EventError(f"there is no kind of event '{name}'{nearest(name, _KINDS)}")
    try:
        return kind.read(data)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise EventError(f"the event '{name}' cannot be read: {error!r}") from error


def knows(kind: str) -> bool:
    """Whether there is a kind of event of this name, or was."""
    return kind in _KINDS or kind in _OLDER


def logged_event(data: Mapping[str, Any]) -> Event:
    """Read an entry of a log; what is no event is `Unread`, and the conversation goes on."""
    try:
        return event_from_json(data)
    except EventError as error:
        return Unread(data if isinstance(data, Mapping) else {"event": "?"}, str(error))
