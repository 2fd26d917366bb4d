"""Parts of a conversation's past: which events are shown, and how things stood at a moment."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dialogue.events import Event, Restarted
from dialogue.tracker import Tracker


class Shown(StrEnum):
    """Which events stand in a tracker's JSON, in Rasa's words."""

    ALL = "ALL"
    APPLIED = "APPLIED"
    AFTER_RESTART = "AFTER_RESTART"
    NONE = "NONE"


def tracker_json(tracker: Tracker, shown: Shown) -> dict[str, Any]:
    """Rasa's tracker JSON with these events; `events` is null for `NONE`."""
    state = tracker.current_state(include_events=False)
    if shown is not Shown.NONE:
        state["events"] = [event.to_json() for event in _shown(tracker, shown)]
    return state


def as_it_was(tracker: Tracker, moment: float) -> Tracker:
    """The tracker at a moment (seconds since 1970), with whatever had happened until then."""
    until = [event for event in tracker.events if (event.timestamp or 0.0) <= moment]
    return Tracker.from_events(tracker.sender_id, tracker.domain, until)


def _shown(tracker: Tracker, shown: Shown) -> list[Event]:
    if shown is Shown.APPLIED:
        return tracker.applied
    if shown is Shown.ALL:
        return tracker.events
    restarts = [at for at, event in enumerate(tracker.events) if isinstance(event, Restarted)]
    return tracker.events[restarts[-1] + 1 :] if restarts else tracker.events
