"""Which words of a message are promotion codes, and the code that was named before."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rasa_sdk import Tracker

from dialogue.orders.promotion_codes import LONGEST
from dialogue.orders.views import PromotionView

READ = 2_000  # characters of a message that are looked through for a code
_SIGNS = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9]{4,}(?![A-Za-z0-9_-])")  # 用COSY15
LOOKED_BACK = 4  # messages in which the code may stand that is still spoken of
_CALLED = re.compile(
    r"\b([A-Za-z]{4,})(?= (?:code|coupon)\b)|\b(?:code|coupon) ([A-Za-z]{4,})\b", re.I
)
_LOOKS = re.compile(r"(?=.*[A-Za-z])(?=.*\d)|[A-Z]+$")


def codes_in(text: str) -> list[str]:
    """The words of a text that look like codes: letters with figures, or capitals alone."""
    words = [word for word in _SIGNS.findall(text[:READ]) if _is_like_a_code(word)]
    return sorted(words, key=str.isalpha)  # capitals alone may be shouted words: they come last


def _is_like_a_code(word: str) -> bool:
    return len(word) > LONGEST or _LOOKS.match(word) is not None


def code_before(tracker: Tracker) -> str | None:
    """The code of one of the last few messages: "and for 60 euros?" goes on about it."""
    said = [event for event in tracker.events if event.get("event") == "user"][-LOOKED_BACK:-1]
    named = [codes_in(str(event.get("text") or "")) for event in said]
    return next((codes[0] for codes in reversed(named) if codes), None)


def without_codes(text: str) -> str:
    """The text without the words that look like codes."""
    text = _CALLED.sub(" ", text[:READ])
    return _SIGNS.sub(lambda found: " " if _is_like_a_code(found[0]) else found[0], text)


def spelled_in(text: str, offers: Iterable[PromotionView]) -> list[str]:
    """Those of these codes that are called by their letters: "the cosy code"."""
    names = {word.casefold() for pair in _CALLED.findall(text[:READ]) for word in pair if word}
    return [one.code for one in offers if one.code.rstrip("0123456789").casefold() in names]
