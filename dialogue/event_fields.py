"""Checked reading of the parts that Rasa's event objects are made of.

Every function raises EventError that says what stands there instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogue.errors import EventError
from nlu.types import (
    ALL_RETRIEVAL_INTENTS,
    DEFAULT_SELECTOR,
    Entity,
    Feeling,
    IntentScore,
    RetrievalHit,
    Understanding,
)

LATEST = 1e11  # seconds since 1970: the year 5138
LARGEST = 1e6  # of a score


def read_entities(items: Any) -> tuple[Entity, ...]:
    """Entities as a list of Rasa's objects, or as an object of names and values, or none.

    Raises EventError for anything else.
    """
    if isinstance(items, Mapping):
        items = [{"entity": name, "value": value} for name, value in items.items()]
    if items is None:
        return ()
    if not isinstance(items, (list, tuple)):
        raise EventError(f"entities are a list or an object, not {items!r:.200}")
    for item in items:
        if not isinstance(item, Mapping) or "entity" not in item or "value" not in item:
            raise EventError(f"an entity has 'entity' and 'value', not {item!r:.200}")
        if not isinstance(item["entity"], str):
            raise EventError(f"an entity's name is a string, not {item['entity']!r:.200}")
    return tuple(Entity.from_rasa(dict(item)) for item in items)


def read_understanding(parsed: Mapping[str, Any], text: str) -> Understanding:
    """Read a parse result that a person or another program may have written by hand."""
    intent = mapping(parsed, "intent")
    ranking = [entry for entry in mappings(parsed, "intent_ranking") if entry.get("name")]
    if not ranking and intent.get("name"):
        ranking = [intent]
    selectors = mapping(parsed, "response_selector")
    hits = [
        RetrievalHit.from_rasa(
            {
                **hit,
                "confidence": number(hit, "confidence", 1.0),
                "responses": mappings(hit, "responses"),
            }
        )
        for name, selector in selectors.items()
        if isinstance(selector, Mapping) and name != ALL_RETRIEVAL_INTENTS
        for hit in mappings(selector, "ranking")
        if string(hit, "intent_response_key")
    ]
    return Understanding(
        text=parsed["text"] if isinstance(parsed.get("text"), str) else text,
        intent_ranking=tuple(_score(entry) for entry in ranking),
        entities=read_entities(parsed.get("entities")),
        retrieval=tuple(sorted(hits, key=lambda hit: -hit.score)),
        sentiment=Feeling.from_rasa(parsed.get("sentiment")),
        urgency=Feeling.from_rasa(parsed.get("urgency")),
        language=string(parsed, "language"),
        out_of_scope_score=number(parsed, "out_of_scope_score"),
        model_version=string(parsed, "model_version"),
        message_id=string(parsed, "message_id"),
        metadata=parsed.get("metadata") or {},
        retrieval_intents=tuple(selectors.get(ALL_RETRIEVAL_INTENTS) or ()),
        one_selector=DEFAULT_SELECTOR in selectors,
    )


def _score(entry: Mapping[str, Any]) -> IntentScore:
    name, confidence = entry["name"], number(entry, "confidence", 1.0)
    if not isinstance(name, str) or confidence is None:
        raise EventError(f"an intent has a name and a confidence, not {dict(entry)!r:.200}")
    return IntentScore(name, confidence)


def moment(data: Mapping[str, Any]) -> float | None:
    """The `timestamp`, in seconds since 1970."""
    value = data.get("timestamp")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise EventError(f"a timestamp is a number of seconds, not {value!r:.200}")
    if not 0 <= value < LATEST:
        raise EventError(f"a timestamp is a number of seconds since 1970, not {value!r:.200}")
    return value


def number(data: Mapping[str, Any], key: str, default: float | None = None) -> float | None:
    """A number that is no larger than a score may be, or the default for null."""
    value = data.get(key)
    if value is None:
        return default
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not -LARGEST < value < LARGEST:
        raise EventError(f"'{key}' is a number, not {value!r:.200}")
    return float(value)


def string(data: Mapping[str, Any], key: str) -> str | None:
    """A string, or None."""
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise EventError(f"'{key}' is a string, not {value!r:.200}")
    return value


def mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object; an empty one for null."""
    value = data.get(key)
    if value is not None and not isinstance(value, Mapping):
        raise EventError(f"'{key}' is an object, not {value!r:.200}")
    return value or {}


def mappings(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """A list of objects; an empty one for null."""
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, (list, tuple)) or not all(isinstance(v, Mapping) for v in value):
        raise EventError(f"'{key}' is a list of objects, not {value!r:.200}")
    return list(value)
