"""The language in which a conversation goes on: that of the message, unless another was wished."""

from __future__ import annotations

import re
from collections.abc import Collection

from dialogue.domain import LANGUAGE_SLOT
from dialogue.events import UserUttered
from dialogue.heard import is_surely_in, only_names
from dialogue.tracker import Tracker
from nlu.entities.goods import PRODUCT
from nlu.types import Understanding

READ = 60  # characters of a message that may wish for a language; such a wish is short
MOST_WORDS = 7
SENTENCE_WORDS, SENTENCE_SIGNS = 4, 6  # of a whole sentence: words, or Chinese signs
_ASKING = r"(?:speak|talk|write|answer|reply|respond|continue|switch|change|use|go on)"
_WISHES = {
    language: re.compile(
        rf"\b{_ASKING}\s(?:\w+\s)?(?:(?:in|to)\s)?{name}\b"
        rf"|^\W*(?:(?:sorry|ok|no|please|but)\W+)?(?:in\s)?{name}(?:\s(?:please|pls|again|only))?\W*$"
        rf"|[用说讲换改成到]{zh}|^\W*{zh}(?:吧|谢谢|可以吗|好吗)?\W*$|{zh}(?:回答|回复)",
        re.IGNORECASE,
    )
    for language, name, zh in (
        ("en", "english", "英[文语]"),
        ("zh", "(?:chinese|mandarin)", "(?:中文|汉语|普通话)"),
    )
}
_WORD = re.compile(r"[A-Za-z]+")
_SIGN = re.compile(r"[\u4e00-\u9fff]")


def language_after(
    meaning: Understanding, tracker: Tracker, ours: Collection[str]
) -> tuple[str | None, bool]:
    """The language from the latest message on, and whether it is a foreign one.

    `ours` are the languages that the bot speaks; one of them that was wished for holds until a
    whole sentence of another comes.
    """
    spoken = tracker.slots.get(LANGUAGE_SLOT)
    wished = _wished(tracker, ours)
    if wished is not None:
        return wished, False
    language = meaning.language or spoken
    foreign = bool(ours) and language not in (None, spoken, *ours)
    if not foreign:
        return language, False
    named = any(entity.name == PRODUCT for entity in meaning.entities) or only_names(meaning)
    if named or tracker.active_loop_name is not None:
        return spoken, False  # goods and streets have names of all languages
    surely = is_surely_in(str(language), meaning.text, amid_ours=spoken in ours)
    return (language, True) if surely else (spoken, False)


def _wished(tracker: Tracker, ours: Collection[str]) -> str | None:
    """The language that the customer asked for last, and has not left since."""
    wished: str | None = None
    for event in tracker.applied:
        if not isinstance(event, UserUttered) or event.understanding.model_version is None:
            continue
        said = event.understanding
        language = _wish_in(said.text)
        if language in ours:
            wished = language
        elif wished not in (None, said.language) and _is_sentence(said):
            wished = None
    return wished


def _wish_in(text: str) -> str | None:
    if len(text) > READ or len(text.split()) > MOST_WORDS:
        return None
    return next((language for language, wish in _WISHES.items() if wish.search(text)), None)


def _is_sentence(said: Understanding) -> bool:
    """Whether a message is a whole sentence of its language, not one with words of another."""
    words, signs = _WORD.findall(said.text[:500]), _SIGN.findall(said.text[:500])
    if said.language == "zh":
        return len(signs) >= SENTENCE_SIGNS and len(words) < SENTENCE_WORDS
    return said.language is not None and len(words) >= SENTENCE_WORDS and not signs
