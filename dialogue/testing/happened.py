"""What the bot did in one turn: its actions, and the conversation's state after each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.domain import LISTEN, SESSION_START
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
    UserUttered,
)
from dialogue.responses import Responses
from dialogue.tracker import Tracker


@dataclass
class Happened:
    """An action (None: the message was heard) with what was said and set, and the state it left.

    Each utterance is the tuple of its possible wordings, the one that was said first.
    """

    action: str | None
    texts: list[tuple[str, ...]] = field(default_factory=list)
    changes: list[SlotSet | ActiveLoop] = field(default_factory=list)
    slots: Mapping[str, Any] = field(default_factory=dict)
    loop: str | None = None


def what_happened(
    before: Tracker, events: Iterable[Event], responses: Responses, channel: str
) -> list[Happened]:
    """The turn's actions without listening; the first entry is the hearing of the message.

    A session that began before the message is not part of it; one that a restart brings is only
    if the bot says something in it. `before` is changed: it takes the events.
    """
    tracker = before
    found = [Happened(None)]
    heard = False
    for event in events:
        tracker.apply(event)
        if isinstance(event, UserUttered) and not heard:
            heard, found = True, [Happened(None)]
        elif isinstance(event, ActionExecuted):
            name = event.name or event.action_text
            if name != LISTEN:
                found.append(Happened(name))
        elif isinstance(event, SlotSet | ActiveLoop):
            found[-1].changes.append(event)
        elif isinstance(event, BotUttered) and event.message.text is not None:
            metadata = event.message.metadata
            name = str(metadata.get("utter_action"))
            others = responses.wordings(name, tracker.slots, channel, metadata)
            found[-1].texts.append((event.message.text, *others))
        found[-1].slots, found[-1].loop = dict(tracker.slots), tracker.active_loop_name
    if heard:
        found = [one for one in found if one.action != SESSION_START or one.texts]
    return found
