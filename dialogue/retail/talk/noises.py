"""What is no word of any language: "asdf lkjq"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
)

SHORT = 40  # characters; who types on has something to say
RUN = 4  # keys beside each other, from which on they are no word
_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
_ROWS = ("qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_WORD = re.compile(r"[a-z]+")
_VOWEL = re.compile(r"[aeiouy]")
# Said without a vowel, and meant.
_SHORT_FORMS = frozenset(
    """
    hmm hm mhm pls plz thx thks tks msg btw brb tbh tmrw sms pdf usb nvm dhl dpd gls html xxl
    xxs std pkg qty psst shh tsk grr brr pfft str nr pcs wtf cvv cvc
    """.split()  # noqa: SIM905  a list of words is read more easily
)


def no_words(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say that it was not understood, with the main things; None where there is a word."""
    text = latest_text(tracker)
    if latest_intent(tracker) not in _NOT_UNDERSTOOD or len(text) > SHORT:
        return None
    if not text.isascii() or any(map(str.isdigit, text)):
        return None
    words = _WORD.findall(text.casefold())
    if not words or not all(map(_is_noise, words)):
        return None
    dispatcher.utter_message(response="utter_no_words")
    return []


def _is_noise(word: str) -> bool:
    if word in _SHORT_FORMS or len(word) < len("abc"):
        return False
    return not _VOWEL.search(word) or _keys_in_row(word) >= RUN


def _keys_in_row(word: str) -> int:
    """The longest run of keys that lie beside each other."""
    longest = run = 1
    for one, other in pairwise(word):
        beside = any(
            abs(row.find(one) - row.find(other)) == 1 and {one, other} <= {*row} for row in _ROWS
        )
        run = run + 1 if beside else 1
        longest = max(longest, run)
    return longest
