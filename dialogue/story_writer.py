"""A conversation as a story: the reverse of the story reader."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from dialogue.domain import LISTEN, SESSION_START
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from dialogue.tracker import Tracker
from nlu.types import Entity

VERSION = "3.1"


def story_yaml(tracker: Tracker, all_sessions: bool = False) -> str:
    """The latest session, or each of them, as YAML stories; what was taken back is left out."""
    sessions = _sessions(tracker) if all_sessions else [tracker.applied]
    written = [steps for session in sessions if (steps := list(_steps(session)))]
    stories = [
        {"story": f"{tracker.sender_id}, story {number}" if len(written) > 1 else tracker.sender_id}
        | {"steps": steps}
        for number, steps in enumerate(written, 1)
    ]
    text = StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.dump({"version": VERSION, "stories": stories}, text)
    return text.getvalue()


def _sessions(tracker: Tracker) -> list[list[Event]]:
    """What counts of each session, in order."""
    parts: list[list[Event]] = [[]]
    for event in tracker.events:
        if isinstance(event, SessionStarted):
            parts.append([])
        parts[-1].append(event)
    return [Tracker.from_events(tracker.sender_id, tracker.domain, part).applied for part in parts]


def _steps(events: list[Event]) -> Iterator[dict[str, Any]]:
    for event in events:
        match event:
            case UserUttered():
                yield _user(event)
            case ActionExecuted(name=str(name)) if name not in (LISTEN, SESSION_START):
                yield {"action": name}
            case ActionExecuted(name=None, action_text=str(text)):
                yield {"bot": text}
            case SlotSet():
                yield {"slot_was_set": [{event.name: event.value}]}
            case ActiveLoop():
                yield {"active_loop": event.name}


def _user(event: UserUttered) -> dict[str, Any]:
    step: dict[str, Any] = {}
    if event.intent is not None:
        hits = (hit.key for hit in event.understanding.retrieval)
        step["intent"] = next((k for k in hits if k.startswith(f"{event.intent}/")), event.intent)
    if event.text and not event.text.startswith("/") and not event.is_external:
        step["user"] = event.text
    if event.understanding.entities:
        step["entities"] = [_entity(entity) for entity in event.understanding.entities]
    return step or {"user": ""}


def _entity(entity: Entity) -> dict[str, Any]:
    optional = {"role": entity.role, "group": entity.group}
    return {entity.name: entity.value} | {k: v for k, v in optional.items() if v is not None}
