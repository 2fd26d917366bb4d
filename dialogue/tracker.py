"""A conversation's state: the fold of its events, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dialogue.domain import LISTEN, Domain
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    Event,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)


@dataclass(frozen=True)
class Loop:
    """The form that is being filled."""

    name: str
    is_interrupted: bool = False
    rejected: bool = False


class Tracker:
    """State of one conversation. Same domain and events, same state."""

    def __init__(self, sender_id: str, domain: Domain) -> None:
        self.sender_id = sender_id
        self._domain = domain
        self.events: list[Event] = []
        self._reset()

    @classmethod
    def from_events(cls, sender_id: str, domain: Domain, events: Iterable[Event]) -> Tracker:
        """Fold `events` into a tracker."""
        tracker = cls(sender_id, domain)
        for event in events:
            tracker.apply(event)
        return tracker

    def apply(self, event: Event) -> None:
        """Add one event and what follows from it."""
        self.events.append(event)
        self._fold(event)

    def applied_events(self) -> list[Event]:
        """The events that count: since the last restart or session, without what was undone."""
        applied: list[Event] = []
        for event in self.events:
            if isinstance(event, Restarted | SessionStarted):
                applied = []
            elif isinstance(event, ActionReverted):
                _undo_until(applied, lambda e: isinstance(e, ActionExecuted))
            elif isinstance(event, UserUtteranceReverted):
                _undo_until(applied, lambda e: isinstance(e, UserUttered))
                while applied and not isinstance(applied[-1], ActionExecuted):
                    applied.pop()
                if applied and applied[-1].name == LISTEN:  # type: ignore[attr-defined]
                    applied.pop()
                continue
            if not isinstance(event, ActionReverted):
                applied.append(event)
        return applied

    def last_user_event(self) -> UserUttered | None:
        """The last thing the customer said that counts."""
        return self.latest_message

    def slots_set_since_user(self) -> dict[str, Any]:
        """Slots set since the customer last spoke, newest values."""
        found: dict[str, Any] = {}
        for event in reversed(self.events):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, SlotSet):
                found.setdefault(event.name, event.value)
        return dict(reversed(list(found.items())))

    def current_state(self, include_events: bool = True) -> dict[str, Any]:
        """Rasa's tracker JSON."""
        message = self.latest_message
        loop = self.active_loop
        return {
            "sender_id": self.sender_id,
            "slots": dict(self.slots),
            "latest_message": (
                {**message.parse_data, "text": message.text, "message_id": message.message_id,
                 "metadata": dict(message.metadata)} if message else
                {"intent": {}, "entities": [], "text": None, "message_id": None, "metadata": {},
                 "intent_ranking": [], "response_selector": {}}
            ),
            "latest_event_time": self.events[-1].timestamp if self.events else None,
            "followup_action": self.followup_action,
            "paused": self.paused,
            "events": [event.to_json() for event in self.events] if include_events else None,
            "latest_input_channel": message.input_channel if message else None,
            "active_loop": (
                {"name": loop.name, "is_interrupted": loop.is_interrupted,
                 "rejected": loop.rejected, "trigger_message": None} if loop else {}
            ),
            "latest_action": {"action_name": self.latest_action_name},
            "latest_action_name": self.latest_action_name,
        }  # fmt: skip

    def _reset(self) -> None:
        self.slots: dict[str, Any] = self._domain.initial_slots()
        self.active_loop: Loop | None = None
        self.latest_message: UserUttered | None = None
        self.latest_action_name: str | None = None
        self.followup_action: str | None = LISTEN if not self.events else None
        self.paused = False
        self.rejected_action: str | None = None

    def _refold(self) -> None:
        applied = self.applied_events()
        paused = self.paused
        self._reset()
        self.followup_action = None
        for event in applied:
            self._fold(event)
        self.paused = paused

    def _fold(self, event: Event) -> None:  # noqa: PLR0912 - one line an event
        match event:
            case UserUttered():
                self.latest_message, self.followup_action = event, None
            case ActionExecuted():
                self.latest_action_name, self.followup_action = event.name, None
                self.rejected_action = None
                if self.active_loop and event.name == self.active_loop.name:
                    self.active_loop = Loop(event.name)
            case ActionExecutionRejected():
                self.rejected_action = event.name
                if self.active_loop and event.name == self.active_loop.name:
                    self.active_loop = Loop(event.name, self.active_loop.is_interrupted, True)
            case SlotSet():
                if event.name in self._domain.slots:
                    self.slots[event.name] = event.value
            case ActiveLoop():
                self.active_loop = Loop(event.name) if event.name else None
            case LoopInterrupted():
                if self.active_loop:
                    loop = self.active_loop
                    self.active_loop = Loop(loop.name, event.is_interrupted, loop.rejected)
            case FollowupAction():
                self.followup_action = event.name
            case EntitiesAdded():
                self._add_entities(event)
            case AllSlotsReset():
                self.slots = self._domain.initial_slots()
            case ConversationPaused():
                self.paused = True
            case ConversationResumed():
                self.paused = False
            case Restarted():
                self._reset()
                self.followup_action = "action_session_start"
            case SessionStarted():
                self._reset()
                self.followup_action = None
            case ActionReverted() | UserUtteranceReverted():
                self._refold()
                if isinstance(event, ActionReverted):
                    self.followup_action = LISTEN

    def _add_entities(self, event: EntitiesAdded) -> None:
        message = self.latest_message
        if message is not None:
            entities = [*message.parse_data.get("entities", ()), *event.entities]
            data = {**message.parse_data, "entities": entities}
            self.latest_message = UserUttered(
                text=message.text, parse_data=data, input_channel=message.input_channel,
                message_id=message.message_id, timestamp=message.timestamp,
                metadata=message.metadata,
            )  # fmt: skip


def _undo_until(applied: list[Event], found: Any) -> None:
    """Drop events from the end up to and with the first that is `found`."""
    while applied:
        if found(applied.pop()):
            return
