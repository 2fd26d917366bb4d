"""The address that a customer tells: in the very wish, in the middle of a sentence, bit by bit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.addresses import (
    COUNTRY_CODES,
    complete_address,
    country_named,
    elsewhere,
    looks_like_address,
    parse_address,
)
from dialogue.orders.errors import InvalidAddress, NotDeliveredThere
from dialogue.retail.services import latest_text

ASKED = "new_address"
READ = 40  # characters at the end of an answer
_QUESTION = re.compile(r"(?:[?？]|[吗呢])\W{0,3}$")
# A street alone is an odd message.
_ANSWERS = ("inform", "change_address", "nlu_fallback", "out_of_scope")


def address_in(tracker: Tracker) -> str | None:
    """The one address that the latest message's entities make up, without the words around it.

    Who receives the parcel belongs to it. None unless street, postcode and town are all there
    once: of several addresses only the customer knows which is meant.
    """
    return _address(latest_text(tracker), (tracker.latest_message or {}).get("entities") or [])


def _address(text: str, entities: Sequence[Mapping[str, Any]]) -> str | None:
    """The address that entities make up; the country may stand in the text after the town."""
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


def asks_something(text: str) -> bool:
    """Whether a text is a question, which is no address whatever number stands in it."""
    return _QUESTION.search(text[-READ:]) is not None


def read_address(tracker: Tracker, written: str, present_country: str) -> str:
    """The complete address in what was just written, or in that after the answer before it.

    Raises InvalidAddress, which names what is missing of both together, or NotDeliveredThere.
    """
    readings = [*filter(None, [address_in(tracker)]), written]
    latest = (tracker.latest_message or {}).get("entities") or []
    for earlier, found in _answers_before(tracker):
        if _is_elsewhere(earlier):
            break  # that has been answered
        told = {one.get("entity"): one for one in (*found, *latest)}  # the latest of each kind
        readings += filter(None, [_address(written, list(told.values()))])
        readings.append(f"{earlier}, {written}")
    missing = InvalidAddress(("street", "postcode and town"))
    for reading in readings:
        try:
            return str(complete_address(reading, present_country))
        except NotDeliveredThere:
            raise  # without the country's name another reading could be an address of ours
        except InvalidAddress as error:
            missing = error
    raise missing


def _only(entities: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    found = [entity for entity in entities if entity.get("entity") == name]
    return found[0] if len(found) == 1 else None


def _is_country(entity: Mapping[str, Any]) -> bool:
    """Whether what was taken for a town is a country."""
    return entity.get("entity") == "city" and country_named(str(entity.get("value"))) is not None


def _is_elsewhere(text: str) -> bool:
    """Whether the text is an address where we do not deliver."""
    try:
        parse_address(text)
    except NotDeliveredThere:
        return True
    except InvalidAddress:
        return False
    return False


def _country(after_town: str) -> str | None:
    """The country that is named after the town; a code only right behind a comma.

    One where we do not deliver only as a part of the address: "…, 0154 Oslo, Norway".
    """
    code = re.match(r"\s*,\s*([A-Z]{2})\b", after_town)
    if code and code.group(1).casefold() in COUNTRY_CODES:
        return code.group(1)
    lowered = after_town.casefold()
    names = (name for name in COUNTRY_CODES if len(name) > 2)
    ours = next((name for name in names if re.search(rf"\b{name}\b", lowered)), None)
    parts = [re.sub(r"^\s*in\s+", "", part) for part in re.split(r"[,;.\n，；。]", after_town)]
    return ours or next((part.strip() for part in parts if elsewhere(part)), None)


def _answers_before(tracker: Tracker) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """What was answered right before the latest message, if an address was asked for then too,
    and its entities."""
    asked = None
    answers: list[tuple[str, Sequence[Mapping[str, Any]]]] = [("", ())]
    for event in tracker.events:
        if event.get("event") == "slot" and event.get("name") == "requested_slot":
            asked = event.get("value")
        elif event.get("event") == "user":
            parsed = event.get("parse_data") or {}
            intent = (parsed.get("intent") or {}).get("name")
            answered = asked == ASKED and intent in _ANSWERS
            text = event.get("text") or "" if answered else ""
            answers.append((text, parsed.get("entities") or ()))
    if len(answers) > 2 and answers[-2][0]:
        yield answers[-2]
