"""The state of one conversation: the fold of its events, and nothing else."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dialogue.domain import LISTEN, REQUESTED_SLOT, SESSION_START, Domain
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
    SessionEnded,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from dialogue.history import History, history_of

MARKS = 32  # latest actions and messages that can be taken back at no cost
_STATE = (
    "slots",
    "latest_message",
    "latest_action_name",
    "latest_action_text",
    "active_loop",
    "followup_action",
    "paused",
    "ended",
    "rejected_action",
    "history",
)
_NOTHING_SAID: Mapping[str, Any] = {
    "intent": {},
    "entities": [],
    "text": None,
    "message_id": None,
    "metadata": {},
    "intent_ranking": [],
    "response_selector": {},
}


@dataclass(frozen=True)
class Loop:
    """The active loop: whether it was interrupted or declined, and the message that began it."""

    name: str
    is_interrupted: bool = False
    rejected: bool = False
    trigger_message: UserUttered | None = None

    def to_json(self) -> dict[str, Any]:
        """Rasa's `active_loop` object."""
        trigger = self.trigger_message
        return {
            "name": self.name,
            "is_interrupted": self.is_interrupted,
            "rejected": self.rejected,
            "trigger_message": trigger.parse_data() if trigger else None,
        }


class Tracker:
    """One conversation. The same domain and the same events give the same state.

    Not for use by two threads at once. `events` are all that ever happened; `applied` those that
    count: since the last restart or session, without what was undone. `history` is what the
    policies see of those. An event costs the same however many there were before it; only taking
    back more than the latest `MARKS` actions and messages folds the conversation anew.
    """

    def __init__(self, sender_id: str, domain: Domain) -> None:
        self.sender_id = sender_id
        self.domain = domain
        self.events: list[Event] = []
        self.applied: list[Event] = []
        # After an action or message: how many events were applied, and the state then.
        self._marks: deque[tuple[int, dict[str, Any]]] = deque(maxlen=MARKS)
        self._forget()

    @classmethod
    def from_events(cls, sender_id: str, domain: Domain, events: Iterable[Event]) -> Tracker:
        """Fold `events` into a tracker."""
        tracker = cls(sender_id, domain)
        for event in events:
            tracker.apply(event)
        return tracker

    def copy(self) -> Tracker:
        """A tracker of its own with the same events, to look at what might be."""
        twin = Tracker(self.sender_id, self.domain)
        twin.__dict__.update(self.__dict__)
        twin.events, twin.applied = list(self.events), list(self.applied)
        twin._marks = self._marks.copy()
        return twin

    def apply(self, *events: Event) -> None:
        """Let events happen, in order."""
        for event in events:
            self.events.append(event)
            self._happen(event)

    @property
    def active_loop_name(self) -> str | None:
        """The active loop's name, if there is one."""
        return self.active_loop.name if self.active_loop else None

    @property
    def requested_slot(self) -> str | None:
        """The slot that the active loop has asked for."""
        requested = self.slots.get(REQUESTED_SLOT)
        return None if requested is None else str(requested)

    @property
    def latest_input_channel(self) -> str | None:
        """The channel on which the person, or a program, was heard last."""
        heard = (event for event in reversed(self.events) if isinstance(event, UserUttered))
        last_heard = next(heard, None)
        return last_heard.input_channel if last_heard else None

    def slots_since_message(self) -> dict[str, Any]:
        """The slots that were set since the person last spoke, with their latest values."""
        found: dict[str, Any] = {}
        for event in reversed(self.applied):
            if isinstance(event, UserUttered):
                break
            if isinstance(event, SlotSet):
                found.setdefault(event.name, event.value)
        return dict(reversed(found.items()))

    def current_state(self, include_events: bool = True) -> dict[str, Any]:
        """Rasa's tracker JSON."""
        message = self.latest_message
        action, spoken = self.latest_action_name, self.latest_action_text
        return {
            "sender_id": self.sender_id,
            "slots": dict(self.slots),
            "latest_message": message.parse_data() if message else dict(_NOTHING_SAID),
            "latest_event_time": self.events[-1].timestamp if self.events else None,
            "followup_action": self.followup_action,
            "paused": self.paused,
            "events": [event.to_json() for event in self.events] if include_events else None,
            "latest_input_channel": self.latest_input_channel,
            "active_loop": self.active_loop.to_json() if self.active_loop else {},
            "latest_action": self._latest_action(),
            "latest_action_name": action or spoken,
        }

    def _latest_action(self) -> dict[str, str]:
        if self.latest_action_name:
            return {"action_name": self.latest_action_name}
        return {"action_text": self.latest_action_text} if self.latest_action_text else {}

    def _forget(self) -> None:
        """The state of a conversation in which nothing has happened."""
        self.slots: dict[str, Any] = dict(self.domain.initial_slots)
        self.latest_message: UserUttered | None = None
        self.latest_action_name: str | None = None
        self.latest_action_text: str | None = None  # of an action that is a text (end to end)
        self.active_loop: Loop | None = None
        self.followup_action: str | None = None
        self.paused = False
        self.ended = False
        self.rejected_action: str | None = None  # by the latest event, if that was a rejection
        self.history = History.beginning(self.domain)

    def _happen(self, event: Event) -> None:
        match event:
            case ActionReverted():
                _drop_back_to(self.applied, ActionExecuted)
                self._refold()
            case UserUtteranceReverted():
                # A person speaks after the bot has begun to listen; that goes as well.
                _drop_back_to(self.applied, UserUttered)
                _drop_back_to(self.applied, ActionExecuted)
                self._refold()
            case Restarted():
                self._begin_again()
                self.followup_action = SESSION_START
            case SessionStarted():
                self._begin_again()
            case _:
                self.applied.append(event)
                self._fold(event)
                self._see(event)
                if isinstance(event, ActionExecuted | UserUttered):
                    self._marks.append((len(self.applied), self._state()))

    def _begin_again(self) -> None:
        self.applied = []
        self._marks.clear()
        self._forget()

    def _refold(self) -> None:
        """The state of the applied events, from the latest mark among them on."""
        while self._marks and self._marks[-1][0] > len(self.applied):
            self._marks.pop()
        if self._marks:
            known, state = self._marks[-1]
            self.__dict__.update(state)
        else:
            known = 0
            self._forget()
            self.history = self._history_of_all()
        for event in self.applied[known:]:
            self._fold(event)
            if known:
                self._see(event)

    def _state(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in _STATE}

    def _see(self, event: Event) -> None:
        """Let the history go on; a name that is new among the loops changes what was seen."""
        if isinstance(event, ActiveLoop) and event.name and event.name not in self.history.loops:
            self.history = self._history_of_all()
        else:
            self.history = self.history.after(event)

    def _history_of_all(self) -> History:
        return history_of(self.applied, self.domain)

    def _fold(self, event: Event) -> None:
        match event:
            case UserUttered():
                self.latest_message = event
                self.followup_action = None
            case ActionExecuted():
                self._fold_action(event.name)
                self.latest_action_text = event.action_text
            case ActionExecutionRejected():
                self._fold_rejection(event.name)
            case SlotSet():
                if event.name in self.slots:  # a new dict: marks and copies keep the old one
                    self.slots = {**self.slots, event.name: event.value}
            case AllSlotsReset():
                self.slots = dict(self.domain.initial_slots)
            case FollowupAction():
                self.followup_action = event.name
            case ConversationPaused() | ConversationResumed():
                self.paused = isinstance(event, ConversationPaused)
            case EntitiesAdded():
                self._fold_entities(event)
            case SessionEnded():
                self.ended = True
            case ActiveLoop() | LoopInterrupted():
                self._fold_loop(event)

    def _fold_action(self, name: str | None) -> None:
        self.latest_action_name = name
        self.followup_action = self.rejected_action = None
        if self.active_loop is not None:
            rejected = self.active_loop.rejected and name != self.active_loop.name
            self.active_loop = replace(self.active_loop, is_interrupted=False, rejected=rejected)

    def _fold_entities(self, event: EntitiesAdded) -> None:
        """Entities that a policy found in the message, while nothing has been done about it."""
        message = self.latest_message
        if message is None or self.latest_action_name != LISTEN:
            return
        known = message.understanding.entities
        new = tuple(entity for entity in event.entities if entity not in known)
        meaning = replace(message.understanding, entities=(*known, *new))
        self.latest_message = replace(message, understanding=meaning)

    def _fold_rejection(self, name: str) -> None:
        self.rejected_action = name
        if self.followup_action == name:
            self.followup_action = None
        if self.active_loop is not None and self.active_loop.name == name:
            self.active_loop = replace(self.active_loop, rejected=True)

    def _fold_loop(self, event: ActiveLoop | LoopInterrupted) -> None:
        if isinstance(event, LoopInterrupted):
            if self.active_loop is not None:
                self.active_loop = replace(self.active_loop, is_interrupted=event.is_interrupted)
        elif event.name is None:
            self.active_loop = None
        else:
            self.active_loop = Loop(event.name, trigger_message=self.latest_message)


def _drop_back_to(events: list[Event], kind: type[Event]) -> None:
    """Drop the latest events up to and including the last one of this kind."""
    while events:
        if isinstance(events.pop(), kind):
            return
