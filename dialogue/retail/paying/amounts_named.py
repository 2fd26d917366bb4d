"""Amounts of money that a message names."""

from __future__ import annotations

import re

from nlu.entities import amounts

_BARE = re.compile(
    r"\b(?:for|of|costs?|worth|is|total(?: of)?|was) (\d{1,4})\b"
    r"(?!\s?(?:[%/.,:\d]|days?|years?|pieces|x\b|of\b))"
    r"|(\d{1,4})\s?[块元欧]",
    re.IGNORECASE,
)
READ = 300  # characters that are looked through


def worth_cents(text: str) -> int | None:
    """The amount of money that the text names, in cents of the shop's currency."""
    found = next(amounts.money(text[:READ]), None)
    return None if found is None else _cents(str(found.value))


def bare_cents(text: str) -> int | None:
    """The amount where a code was just told and only a figure stands: "a pan for 40", 40块."""
    found = _BARE.search(text[:READ])
    return None if found is None else int(found[1] or found[2]) * 100


def _cents(value: str) -> int | None:
    found = re.match(r"(\d{1,7})(?:\.(\d{1,2}))?\s*EUR", value)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None
