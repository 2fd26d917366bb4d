"""Slash messages, `/intent@0.9{"entity": "value"}`: they say what they mean, without the model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from dialogue.domain import Domain
from nlu.types import Entity, IntentScore, RetrievalHit, Understanding

_SLASH = re.compile(
    r"/(?P<intent>[^{@\s]+)(?:@(?P<confidence>[0-9.]+))?\s*(?P<entities>\{.*)?", re.DOTALL
)
EXTRACTOR = "RegexMessageHandler"
MOST_ENTITIES = 50  # a list of a thousand costs its writer nothing, and us a thousand each
# What no text of a message holds either: control characters, halves of characters.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def read_slash(text: str, domain: Domain) -> Understanding | None:
    """What a slash message means; None when the text is an ordinary message.

    An intent that the domain does not have makes it ordinary, and so do more than 50 entities; an
    entity that the domain does not have is dropped. `/faq/entry` asks for that entry of a retrieval
    intent.
    """
    stripped = text.strip()
    found = _SLASH.fullmatch(stripped)
    if found is None:
        return None
    written = found["intent"]
    intent = written.split("/", 1)[0]
    if intent not in domain.intents:
        return None
    if written != intent and f"utter_{written}" not in domain.responses:
        return None
    entities = _entities(found["entities"], found.start("entities"), domain)
    if entities is None:
        return None
    return Understanding(
        text=stripped,
        intent_ranking=(IntentScore(intent, _confidence(found["confidence"])),),
        entities=entities,
        retrieval=(RetrievalHit(written, 1.0),) if written != intent else (),
    )


def _confidence(written: str | None) -> float:
    try:
        return min(max(float(written), 0.0), 1.0) if written else 1.0
    except ValueError:
        return 1.0


def _entities(written: str | None, start: int, domain: Domain) -> tuple[Entity, ...] | None:
    """The entities of the JSON part; None when it is no JSON object."""
    if not written:
        return ()
    try:
        values = json.loads(written, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or any(map(_UNSTORABLE.search, _strings(values))):
        return None
    found = tuple(_each(values, start, start + len(written), domain))
    return found if len(found) <= MOST_ENTITIES else None


def _strings(value: object) -> Iterator[str]:
    """All strings in a JSON value, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value:
            yield from _strings(one)
        if isinstance(value, dict):
            yield from _strings(list(value.values()))


def _no_number(written: str) -> None:
    """NaN and infinities are no JSON, and no database keeps them in it."""
    raise ValueError(f"{written} is no number")


def _each(values: dict[str, object], start: int, end: int, domain: Domain) -> Iterator[Entity]:
    for name, value in values.items():
        if name not in domain.entities:
            continue
        for one in value if isinstance(value, list) else [value]:
            yield Entity(name, one, start, end, extractor=EXTRACTOR, confidence=1.0)
