"""Amounts of money that a message names."""

from __future__ import annotations

import re

from nlu.entities import amounts

READ = 300  # characters that are looked through


def worth_cents(text: str) -> int | None:
    """The amount of money that the text names, in cents of the shop's currency."""
    found = next(amounts.money(text[:READ]), None)
    return None if found is None else _cents(str(found.value))


def _cents(value: str) -> int | None:
    found = re.match(r"(\d{1,7})(?:\.(\d{1,2}))?\s*EUR", value)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None
