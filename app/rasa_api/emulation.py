"""Parse results in the shapes of other services, for programs that were written for those."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from app.errors import BadInput

Parsed = dict[str, Any]


def emulated(mode: str | None, parsed: Parsed) -> dict[str, Any]:
    """A parse result of ours in this shape (`WIT`, `LUIS`, `DIALOGFLOW`), or as it is for None.

    Raises BadInput for another mode.
    """
    if mode is None:
        return parsed
    shape = _MODES.get(mode.upper())
    if shape is None:
        raise BadInput(f"'emulation_mode' must be one of {', '.join(_MODES)}.")
    return shape(parsed)


def _wit(parsed: Parsed) -> dict[str, Any]:
    entities: dict[str, list[dict[str, Any]]] = {}
    for entity in parsed["entities"]:
        name, role = entity["entity"], entity.get("role") or entity["entity"]
        found = {
            "name": name,
            "role": role,
            "start": entity["start"],
            "end": entity["end"],
            "body": parsed["text"][entity["start"] : entity["end"]],
            "value": entity["value"],
            "confidence": entity.get("confidence_entity", 1.0),
            "entities": [],
        }
        entities.setdefault(f"{name}:{role}", []).append(found)
    return {"text": parsed["text"], "intents": parsed["intent_ranking"], "entities": entities}


def _luis(parsed: Parsed) -> dict[str, Any]:
    entities: dict[str, Any] = {}
    instances: dict[str, list[dict[str, Any]]] = {}
    for entity in parsed["entities"]:
        key = entity.get("role") or entity["entity"]
        start, end = entity["start"], entity["end"]
        entities.setdefault(key, []).append(entity["value"])
        instances.setdefault(key, []).append(
            {
                "type": entity["entity"],
                "role": entity.get("role"),
                "text": parsed["text"][start:end],
                "startIndex": start,
                "length": end - start,
                "score": entity.get("confidence_entity", 1.0),
                "modelType": entity.get("extractor"),
            }
        )
    intents = {one["name"]: {"score": one["confidence"]} for one in parsed["intent_ranking"]}
    return {
        "query": parsed["text"],
        "prediction": {
            "normalizedQuery": parsed["text"],
            "topIntent": parsed["intent"]["name"],
            "intents": intents,
            "entities": {**entities, "$instance": instances},
        },
    }


def _dialogflow(parsed: Parsed) -> dict[str, Any]:
    parameters: dict[str, list[Any]] = {}
    for entity in parsed["entities"]:
        parameters.setdefault(entity["entity"], []).append(entity["value"])
    intent = parsed["intent"]
    return {
        "responseId": str(uuid.uuid4()),
        "queryResult": {
            "queryText": parsed["text"],
            "action": intent["name"],
            "parameters": parameters,
            "fulfillmentText": "",
            "fulfillmentMessages": [],
            "outputContexts": [],
            "intent": {"name": intent["name"], "displayName": intent["name"]},
            "intentDetectionConfidence": intent["confidence"],
        },
    }


_MODES: dict[str, Callable[[Parsed], dict[str, Any]]] = {
    "WIT": _wit,
    "LUIS": _luis,
    "DIALOGFLOW": _dialogflow,
}
