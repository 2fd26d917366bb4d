"""The address that a customer tells: in the very wish, in the middle of a sentence, bit by bit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from babel import Locale
from rasa_sdk import Tracker

from dialogue.orders.addresses import (
    COUNTRIES,
    COUNTRY_CODES,
    complete_address,
    countries_in,
    country_named,
    elsewhere,
    in_latin,
    looks_like_address,
    parse_address,
)
from dialogue.orders.errors import InvalidAddress, NotDeliveredThere
from dialogue.retail.changing.address_parts import LEADING
from dialogue.retail.services import Dispatcher, as_typed
from dialogue.retail.wording import Wording

ASKED, WISH = "new_address", "change_address"
MAX_TEXT = 300  # characters of a message that are looked through for an address
# Chinese around an address in one of our countries, which is written in Latin letters.
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
# Where the words of a message part, and the words that are said and stand in no address.
_PARTS = re.compile(
    r"[,;:\n?!]+|\.\s+(?=[a-z])|\s+(?=(?:and|but)\s+(?:how|when|what|do|does|is|are|can|will|please)\b)"
)
_TALK = re.compile(
    r"\b(?:i|it|its|my|me|you|we|is|are|to|not|sorry|wait|pl(?:ea)?se?|thanks?|ok|do|does|how|when|what|why"
    r"|can|will|that|this|address|moved|moving|because|and)\b",
    re.IGNORECASE,
)
# A street alone is an odd message.
_ANSWERS = ("inform", "change_address", "nlu_fallback", "out_of_scope")


def address_in(tracker: Tracker) -> str | None:
    """The one address that the latest message's entities make up, without the words around it.

    Who receives the parcel belongs to it. None unless street, postcode and town are all there
    once: of several addresses only the customer knows which is meant.
    """
    text = as_typed(tracker)
    found = _address(text, (tracker.latest_message or {}).get("entities") or [])
    return found or (told_in(text) if _CHINESE.search(text) else None)


def _address(text: str, entities: Sequence[Mapping[str, Any]]) -> str | None:
    """The address that entities make up; the country may stand in the text after the town."""
    places = [one for one in entities if not _is_country(one)]
    street, postcode, town = (_only(places, name) for name in ("address", "postcode", "city"))
    people = [entity for entity in entities if entity.get("entity") == "person"]
    if not (street and postcode and town) or len(people) > 1:
        return None
    place = f"{postcode['value']} {town['value']}"
    country = _country(text[town.get("end") or len(text) :])
    parts = [*(str(one["value"]) for one in people), street["value"], place, country]
    told = ", ".join(str(part) for part in parts if part)
    return told if looks_like_address(told) else None


def told_in(text: str) -> str | None:
    """The one address that stands in a text, without what is said around it; None without one."""
    text = in_latin(text[:MAX_TEXT])
    among = [one for one in _CHINESE.split(text) if looks_like_address(one)]
    if len(among) > 1 or not (among or looks_like_address(text)):
        return None
    parts = [part.strip() for part in _PARTS.split(among[0] if among else text)]
    said = [one for one in parts if one and (_has_digit(one) or not _TALK.search(one))]
    told = LEADING.sub("", ", ".join(said)).strip(" ,.")
    if not looks_like_address(told):
        return None
    named = countries_in("".join(_CHINESE.findall(text))) if among else ()
    return f"{told}, {Locale('en').territories[named[0]]}" if len(named) == 1 else told


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def read_address(tracker: Tracker, written: str, present_country: str) -> str:
    """The complete address in what was just written, or in that after the answer before it.

    Raises InvalidAddress, which names what is missing of both together, or NotDeliveredThere.
    """
    readings = [*filter(None, [address_in(tracker), told_in(written)]), written]
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
            if str(event.get("text")).startswith(f"/{WISH}"):
                continue  # the wish that is gone on with
            intent = (parsed.get("intent") or {}).get("name")
            found = parsed.get("entities") or ()
            answered = (asked == ASKED and intent in _ANSWERS) or _names_street(found)
            text = _from_the_street(event.get("text") or "", found) if answered else ""
            answers.append((text, found))
    if len(answers) > 2 and answers[-2][0]:
        yield answers[-2]


def street_told(tracker: Tracker) -> str | None:
    """The part of an address that the latest message names, from its street on; None without."""
    found = (tracker.latest_message or {}).get("entities") or []
    return _from_the_street(as_typed(tracker), found) if _names_street(found) else None


def _from_the_street(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """The text without what is said before the street, and between it and the town."""
    street, town = (_only(entities, name) for name in ("address", "city"))
    start, end = (street or {}).get("start"), (street or {}).get("end")
    if start is None or end is None:
        return text
    after = (town or {}).get("start", -1)
    if after < end:
        return text[start:]
    between = re.sub(r"^\s+(?:in|at)\s+$", ", ", text[end:after])
    return text[start:end] + between + text[after:]


def _names_street(entities: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a street with its number is among them: a part of an address, if not all of it."""
    return any(
        one.get("entity") == "address" and _has_digit(str(one.get("value"))) for one in entities
    )


def say_what_it_lacks(words: Wording, dispatcher: Dispatcher, error: InvalidAddress) -> None:
    """What is missing of an address, or where we deliver when it is elsewhere."""
    if isinstance(error, NotDeliveredThere):
        countries = sorted(words.locale.territories[code] for code in COUNTRIES)
        dispatcher.utter_message(
            response="utter_not_delivered_there",
            countries=words.listing(countries),
            buttons=[words.button("never_mind", "stop"), words.person_button()],
        )
    else:
        missing = words.listing(map(words.term, error.missing))
        dispatcher.utter_message(response="utter_address_incomplete", missing=missing)
