"""What opens an order, its number and its e-mail address, as customers write them."""

from __future__ import annotations

import re

from dialogue.orders.rules import plain_digits

# Chinese is written without spaces: its letters and punctuation are the end of what is written
# in ours.
_CHINESE = r"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_NUMBER = re.compile(
    rf"(?<![^\W{_CHINESE}]|-)(?<!\d[.,])#?(\d{{3,10}})(?![^\W{_CHINESE}]|-\d|[.,]\d)"
)
# Bounded, so that a long text without an @ costs no more than its length.
_INSIDE = rf"[^\s@<>()\[\]{{}},;:\"'{_CHINESE}]"
_EMAIL = re.compile(rf"{_INSIDE}{{1,64}}@{_INSIDE}{{1,190}}\.[^\W\d_]{{2,24}}")
_LIKE_EMAIL = re.compile(r"@|\(at\)|\bat\b.{1,80}\b(?:dot|com|de|org|net)\b", re.IGNORECASE)


def number_in(text: str) -> str | None:
    """The first bare number of three to ten digits."""
    found = _NUMBER.search(plain_digits(text))
    return found.group(1) if found else None


def email_in(text: str) -> str | None:
    """The first e-mail address."""
    found = _EMAIL.search(text)
    return found.group(0) if found else None


def resembles_number(text: str) -> bool:
    """Whether somebody may have tried to give a number: there are digits, and no e-mail address."""
    return any(map(str.isdigit, text)) and "@" not in text


def resembles_email(text: str) -> bool:
    """Whether somebody may have tried to give an e-mail address: ``anna at example dot com``."""
    return _LIKE_EMAIL.search(text) is not None


def is_email(text: str) -> bool:
    """Whether the whole text is an e-mail address."""
    return _EMAIL.fullmatch(text) is not None
