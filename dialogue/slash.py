"""Slash messages: `/intent@0.9{"entity": "value"}` says what it means and bypasses the model."""

from __future__ import annotations

import json
import re

from dialogue.domain import Domain
from nlu.types import Entity, IntentScore, Understanding

_SLASH = re.compile(
    r"^/(?P<intent>[^{@\s]+)(?:@(?P<confidence>[0-9.]+))?\s*(?P<entities>\{.*\})?\s*$", re.S
)
EXTRACTOR = "RegexMessageHandler"


def parse_slash(text: str, domain: Domain, message_id: str | None = None) -> Understanding | None:
    """The understanding a slash message spells out.

    None when it is ordinary text, or names an intent the domain does not have. Unknown entities
    are dropped, as Rasa does.
    """
    found = _SLASH.match(text.strip())
    if found is None or found["intent"].split("/", 1)[0] not in domain.intents:
        return None
    confidence = _confidence(found["confidence"])
    intent = IntentScore(found["intent"].split("/", 1)[0], confidence)
    return Understanding(
        text=text,
        intent_ranking=(intent,),
        entities=tuple(_entities(found["entities"], found.start("entities"), domain)),
        message_id=message_id,
    )


def _confidence(text: str | None) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 1.0
    except ValueError:
        return 1.0


def _entities(text: str | None, start: int, domain: Domain) -> list[Entity]:
    if not text:
        return []
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        return []
    found = []
    for name, value in given.items():
        if name not in domain.entities:
            continue
        for one in value if isinstance(value, list) else [value]:
            found.append(Entity(name, one, start, start + len(text), extractor=EXTRACTOR))
    return found
