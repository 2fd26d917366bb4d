"""One turn while it is being taken: what happens is applied to the tracker and recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dialogue.events import BotUttered, Event
from dialogue.messages import BotMessage
from dialogue.tracker import Tracker
from nlu.types import Understanding


@dataclass(frozen=True)
class Turn:
    """What one message led to.

    `events` are all new events in order, the person's message included; `messages` what the bot
    said; `understanding` is None when the message could not be understood at all; `problems` are
    for the operator.
    """

    events: tuple[Event, ...]
    messages: tuple[BotMessage, ...]
    understanding: Understanding | None
    problems: tuple[str, ...]


@dataclass
class Recorder:
    """Lets events happen in a conversation, with the time, and keeps them for the `Turn`."""

    tracker: Tracker
    clock: Callable[[], float]
    events: list[Event] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    apologised: bool = False  # for an action that failed

    def happen(self, *events: Event) -> None:
        """Apply these events now, in order."""
        for event in events:
            self.record(replace(event, timestamp=self.clock()))

    def record(self, event: Event) -> None:
        """Apply an event that happened when it says, or now if it does not say."""
        dated = event if event.timestamp is not None else replace(event, timestamp=self.clock())
        self.tracker.apply(dated)
        self.events.append(dated)

    def turn(self, understanding: Understanding | None = None) -> Turn:
        """Everything that was recorded."""
        said = tuple(event.message for event in self.events if isinstance(event, BotUttered))
        return Turn(tuple(self.events), said, understanding, tuple(self.problems))
