"""Numbers, and what is measured in a unit: durations, distances, temperatures, volumes, weights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from number_parser import parse_number

from nlu.entities.amounts import WORD_NUMBER, money
from nlu.entities.duckling.found import Found, plain, simple
from nlu.entities.signs import one_of

_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_NUMBER = rf"(?<![\w.,])(?:-\s?)?(?:{_FIGURES}|{WORD_NUMBER}\b)"
_ALONE = re.compile(rf"{_NUMBER}(?![\w%]|[.,:]\d)", re.IGNORECASE)
_MEASURED = rf"(?P<number>{_NUMBER}|\b(?:half\san?|an?(?:\scouple\sof)?|a\sfew))\s?-?"
_ARTICLES = {"a": 1, "an": 1, "a couple of": 2, "a few": 3, "half a": 0.5, "half an": 0.5}
_ORDINALS = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7},
    **{"eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13},
    **{"fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18},
    **{"nineteenth": 19, "twentieth": 20, "thirtieth": 30},
}
_ORDINAL = re.compile(
    rf"\b(?:(?P<figure>\d{{1,4}})\s?(?:st|nd|rd|th)|{one_of(_ORDINALS)})\b", re.IGNORECASE
)
_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "quarter": 7_775_999,
    "year": 31_536_000,
}
_DURATIONS = {
    **{"second": r"secs?|seconds?", "minute": r"mins?|minutes?", "hour": r"h|hrs?|hours?"},
    **{"day": "days?", "week": "weeks?|wks?", "month": "months?", "quarter": "quarters?"},
    "year": "years?|yrs?",
}
_DISTANCES = {
    **{"kilometre": r"km|kms|kilomet(?:er|re)s?", "metre": r"m|met(?:er|re)s?"},
    **{"centimetre": r"cm|centimet(?:er|re)s?", "millimetre": r"mm|millimet(?:er|re)s?"},
    **{"mile": r"mi|miles?", "foot": r"ft|foot|feet|'", "inch": r"inch(?:es)?|''|\""},
    "yard": r"yd|yds|yards?",
}
_VOLUMES = {
    **{"litre": r"l|lit(?:er|re)s?", "millilitre": r"ml|millilit(?:er|re)s?"},
    **{"gallon": r"gal|gallons?", "hectolitre": r"hl|hectolit(?:er|re)s?"},
}
_TEMPERATURES = {
    "celsius": r"°\s?c|(?:°|degrees?|deg\.?)\s?(?:c|celsius|centigrade)|celsius|centigrade",
    "fahrenheit": r"°\s?f|(?:°|degrees?|deg\.?)\s?(?:f|fahrenheit)|fahrenheit",
    "degree": r"°|degrees?",
}
_QUANTITIES = {
    **{"gram": r"g|grams?|grammes?", "kilogram": r"kg|kgs|kilos?|kilograms?", "cup": "cups?"},
    **{"pound": r"lbs?|pounds?", "ounce": r"oz|ounces?", "pint": "pints?", "quart": "quarts?"},
    **{"tablespoon": r"tbsp|tablespoons?", "teaspoon": r"tsp|teaspoons?", "bowl": "bowls?"},
    **{"dish": "dish(?:es)?"},
}
_OF = re.compile(r"\sof\s(?P<product>[^\W\d_]+)", re.IGNORECASE)


def _units(units: dict[str, str]) -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>{pattern})" for name, pattern in units.items())
    return re.compile(rf"{_MEASURED}(?:{named})(?!\w)", re.IGNORECASE)


_PATTERNS = {
    name: _units(units)
    for name, units in (
        ("duration", _DURATIONS),
        ("distance", _DISTANCES),
        ("volume", _VOLUMES),
        ("temperature", _TEMPERATURES),
        ("quantity", _QUANTITIES),
    )
}


def numbers(text: str) -> Iterator[Found]:
    """Numbers in figures or words."""
    for match in _ALONE.finditer(text):
        if (number := _read(match.group())) is not None:
            yield Found(*match.span(), simple(number))


def ordinals(text: str) -> Iterator[Found]:
    """``3rd``, ``third``."""
    for match in _ORDINAL.finditer(text):
        number = match["figure"] or _ORDINALS.get(match.group().lower())
        if number is not None:
            yield Found(*match.span(), simple(int(number)))


def amounts_of_money(text: str) -> Iterator[Found]:
    """Amounts with Duckling's units: ``$`` and ``£`` as signs, other currencies by their codes."""
    for entity in money(text):
        amount, code = str(entity.value).split()
        written = text[entity.start : entity.end].lower()
        unit = code
        if code == "USD" and "usd" not in written:
            unit = "$"
        elif code == "GBP" and "gbp" not in written:
            unit = "£"
        elif re.search(r"\d\s?(?:cents?|ct)$", written):
            amount, unit = str(round(100 * float(amount))), "cent"
        yield Found(entity.start, entity.end, simple(float(amount), unit=unit))


def durations(text: str) -> Iterator[Found]:
    """``3 days``, ``half an hour``, in the unit that is said and in seconds."""
    for start, end, number, unit in _measured("duration", text):
        seconds = {"value": plain(number * _SECONDS[unit]), "unit": "second"}
        if unit == "hour" and number % 1:
            number, unit = 60 * number, "minute"  # noqa: PLW2901
        told = {unit: plain(number), "unit": unit, "normalized": seconds}
        yield Found(start, end, simple(number, **told))


def distances(text: str) -> Iterator[Found]:
    """``5 km``, ``three miles``."""
    yield from _with_unit("distance", text)


def volumes(text: str) -> Iterator[Found]:
    """``2 litres``."""
    yield from _with_unit("volume", text)


def temperatures(text: str) -> Iterator[Found]:
    """``80 degrees fahrenheit``, ``3 °C``."""
    yield from _with_unit("temperature", text)


def quantities(text: str) -> Iterator[Found]:
    """``3 cups of sugar``, ``two kilos``, which are 2,000 grams."""
    for start, end, number, unit in _measured("quantity", text):
        amount, name = (1000 * number, "gram") if unit == "kilogram" else (number, unit)
        of = _OF.match(text, end)
        product = {"product": of["product"].lower()} if of else {}
        yield Found(start, of.end() if of else end, simple(amount, unit=name, **product))


def _with_unit(dimension: str, text: str) -> Iterator[Found]:
    for start, end, number, unit in _measured(dimension, text):
        yield Found(start, end, simple(number, unit=unit))


def _measured(dimension: str, text: str) -> Iterator[tuple[int, int, float, str]]:
    for match in _PATTERNS[dimension].finditer(text):
        named = match.groupdict()
        number = _read(named.pop("number"))
        unit = next(name for name, written in named.items() if written)
        if number is not None:
            yield match.start(), match.end(), number, unit


def _read(written: str) -> float | None:
    """A number in figures or words; None for what only looks like one."""
    spelt = " ".join(written.lower().replace(",", "").split())
    if spelt in _ARTICLES:
        return _ARTICLES[spelt]
    sign = -1 if spelt.startswith("-") else 1
    spelt = spelt.removeprefix("-").strip()
    try:
        return sign * float(spelt)
    except ValueError:
        found = parse_number(re.sub(r"^an?\s", "one ", spelt).replace("-", " "))
        return None if found is None else sign * float(found)
