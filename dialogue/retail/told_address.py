"""The address that a customer tells: in the very wish, in the middle of a sentence, bit by bit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.addresses import COUNTRY_CODES, complete_address, looks_like_address
from dialogue.orders.errors import InvalidAddress
from dialogue.retail.services import latest_text

ASKED = "new_address"
_ANSWERS = (
    "inform",
    "change_address",
    "nlu_fallback",
    "out_of_scope",
)  # a street is an odd message


def address_in(tracker: Tracker) -> str | None:
    """The one address that the latest message's entities make up, without the words around it.

    Who receives the parcel belongs to it. None unless street, postcode and town are all there
    once: of several addresses only the customer knows which is meant.
    """
    text = latest_text(tracker)
    entities = (tracker.latest_message or {}).get("entities") or []
    places = [one for one in entities if not _is_country(one)]
    street, postcode, town = (_only(places, name) for name in ("address", "postcode", "city"))
    people = [entity for entity in entities if entity.get("entity") == "person"]
    if not (text and street and postcode and town) or len(people) > 1:
        return None
    place = f"{postcode['value']} {town['value']}"
    country = _country(text[town.get("end") or len(text) :])
    parts = [*(str(one["value"]) for one in people), street["value"], place, country]
    told = ", ".join(str(part) for part in parts if part)
    return told if looks_like_address(told) else None


def read_address(tracker: Tracker, written: str, present_country: str) -> str:
    """The complete address in what was just written, or in that after the answer before it.

    Raises InvalidAddress, which names what is missing of both together.
    """
    readings = [*filter(None, [address_in(tracker)]), written]
    readings += [f"{earlier}, {written}" for earlier in _answers_before(tracker)]
    missing = InvalidAddress(("street", "postcode and town"))
    for reading in readings:
        try:
            return str(complete_address(reading, present_country))
        except InvalidAddress as error:
            missing = error
    raise missing


def _only(entities: list[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    found = [entity for entity in entities if entity.get("entity") == name]
    return found[0] if len(found) == 1 else None


def _is_country(entity: Mapping[str, Any]) -> bool:
    """Whether what was taken for a town is a country."""
    return entity.get("entity") == "city" and str(entity.get("value")).casefold() in COUNTRY_CODES


def _country(after_town: str) -> str | None:
    """The country that is named after the town; a code only right behind a comma."""
    code = re.match(r"\s*,\s*([A-Z]{2})\b", after_town)
    if code and code.group(1).casefold() in COUNTRY_CODES:
        return code.group(1)
    lowered = after_town.casefold()
    names = (name for name in COUNTRY_CODES if len(name) > 2)
    return next((name for name in names if re.search(rf"\b{name}\b", lowered)), None)


def _answers_before(tracker: Tracker) -> Iterator[str]:
    """What was answered right before the latest message, if an address was asked for then too."""
    asked, answers = None, [""]
    for event in tracker.events:
        if event.get("event") == "slot" and event.get("name") == "requested_slot":
            asked = event.get("value")
        elif event.get("event") == "user":
            intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            answers.append(event.get("text") or "" if asked == ASKED and intent in _ANSWERS else "")
    if len(answers) > 2 and answers[-2]:
        yield answers[-2]
