"""What is no word of any language, "asdf lkjq", and what is only talk: "you there?"."""

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
from dialogue.retail.talk.conversation import GreetAction, asks_how_we_are

TALK = 80  # characters of a message that is only talk
SHORT = 40  # characters; who types on has something to say
RUN = 4  # keys beside each other, from which on they are no word
_NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
# What a short word that nobody knows is taken for, if not surely.
_CLOSINGS = frozenset({"goodbye", "praise", "thank"})
SURE, FEW_WORDS = 0.7, 2
_TALK = (
    (
        r"^\W*(?:(?:hi|hello|hey|so|ok)\W+)*(?:are |r )?(?:you|u|any(?:one|body)|some(?:one|body))"
        r" (?:still )?there\W*$|^\W*(?:还)?(?:在吗|在不在|有人(?:在)?吗)\W*$",
        "utter_here",
    ),
    (
        r"^\W*(?:(?:no|nothing|nah|i['’]?m|im|am|thanks|oh)\W+){0,4}(?:just|only) "
        r"(?:looking|browsing)(?: around)?(?: (?:for now|thanks|thx))?\W*$"
        r"|^\W*(?:我)?(?:只是|就是)?随便看看\W*$",
        "utter_just_looking",
    ),
    (
        r"^\W*(?:do|can) (?:you|u) (?:also )?(?:speak|talk|write|understand) "
        r"(?:english|chinese)\W*$"
        r"|^\W*[你您]?会?(?:说|讲|懂)(?:中文|英文|英语)吗?\W*$",
        "utter_speaks",
    ),
    (
        r"\b(?:do(?:n['’]?t| not)|dont|hate|not|no)\b.{0,25}\b(?:talk|speak|chat|deal|writ)\w* "
        r"(?:to|with) (?:an? |the |this |some )?(?:machine|robot|bot|computer|chatbot|ai)s?\b"
        r"|不[想要](?:和|跟)(?:机器|人工智能)",
        "utter_no_machine",
    ),
)
_TALKS = tuple((re.compile(words, re.IGNORECASE), response) for words, response in _TALK)
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


def only_talks(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Answer a message that asks for nothing of the shop; None for all others."""
    text = latest_text(tracker)
    if not text or len(text) > TALK:
        return None
    if latest_intent(tracker) in _NOT_UNDERSTOOD and asks_how_we_are(text):
        return GreetAction(services).run(dispatcher, tracker, domain)
    response = next((response for words, response in _TALKS if words.search(text)), None)
    if response is None:
        return None
    dispatcher.utter_message(response=response)
    return []


def no_words(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say that it was not understood, with the main things; None where there is a word."""
    text = latest_text(tracker)
    intent = (tracker.latest_message or {}).get("intent") or {}
    closes = intent.get("name") in _CLOSINGS and intent.get("confidence", 0.0) < SURE
    if len(text) > SHORT or not (closes or intent.get("name") in _NOT_UNDERSTOOD):
        return None
    if not text.isascii() or any(map(str.isdigit, text)):
        return None
    words = _WORD.findall(text.casefold())
    unknown = closes and len(words) <= FEW_WORDS  # "flurb" is no thanks
    if not words or not (unknown or all(map(_is_noise, words))):
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
