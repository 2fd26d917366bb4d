"""The signs by which a text is seen to hold nothing of some kind, so that nobody searches it.

Most messages hold few entities, and to look for all kinds takes longer than all else but encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DIGITS = frozenset("0123456789")

_SIGN = re.compile(r"[^\W\d_]+|\d|[€$£@×]")


def signs(text: str) -> frozenset[str]:
    """The words of a text in lower case, each digit, and signs of currencies and addresses."""
    return frozenset(_SIGN.findall(text.lower()))


def words(listed: str) -> frozenset[str]:
    """Words that are listed with white space between them."""
    return frozenset(listed.split())


def one_of(listed: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first; of none, one that matches nothing."""
    return rf"(?:{'|'.join(sorted(map(re.escape, listed), key=len, reverse=True)) or '(?!)'})"
