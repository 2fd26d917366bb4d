"""What is kept of a message: its event, and which of its feelings count for the conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from dialogue.events import EXTERNAL, UserUttered
from dialogue.messages import UserMessage
from dialogue.tracker import Tracker
from nlu.types import FEELINGS, Entity, IntentScore, Understanding

FEWEST_WORDS, FEWEST_LETTERS = 3, 16  # of a foreign sentence amid ours: "so im off the list?"
SIGNS = 2  # letters of its own script that a language must show
_ENGLISH_WORDS = """
    about and any are arent back be but can cant could did didnt does doesnt dont from get got
    has have havent home how i id if im is isnt it its ive just long much my need not now of ok
    on only our please should still that thats the then there they this til till to want was
    wasnt what whats when where which who why will with wont would you your youre
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_LETTERS = re.compile(r"[^\W\d_]+")
_IN_OTHER_SCRIPTS = """
    am ar be bg bn el fa gu he hi hy ja ka kk km kn ko lo mk ml mr my ne pa ru si sr ta te th uk ur
    zh
"""
_OTHER_SCRIPTS = frozenset(_IN_OTHER_SCRIPTS.split())
_OF_NAMES = frozenset({"address", "city", "person", "postcode", "product"})
_PARTS = re.compile(r"[,;\n]")
_COMPANY = re.compile(
    r"\b(?:GmbH|UG|OHG|GbR|KG|AG|ApS|A/S|AB|Oy|BV|B\.V\.|SARL|SAS|Srl|S\.r\.l\.|SpA|S\.L\.|Lda|Ltd"
    r"|Sp\. z o\.o\.|e\.\s?[VK]\.)(?!\w)"
)
_GREETINGS = re.compile(
    r"\b(?:(?:mit )?(?:freundlichen?|besten?|lieben?|herzlichen?|vielen?|schönen?)"
    r"\s(?:gr(?:ü|ue)(?:ß|ss)en?|dank)"
    r"|mfg|lg|vg|(?:med )?(?:venlig|vänlig\w*|kærlig|bedste) hils(?:en|ningar?)|mvh|cordialement"
    r"|(?:bien )?à vous|saludos|(?:un )?saludo|cordiali saluti|groetjes|met vriendelijke groet"
    r"|pozdrawiam"
    r"|com os melhores cumprimentos)\b",
    re.IGNORECASE,
)
SURE = 0.6  # probability from which a feeling counts
SURE_OF = {"urgency": 0.8}  # of this one, which says that it can't wait
UNMOVED = ("neutral", "calm")  # one ordinary sentence does not undo what was felt before it
LASTS = 2  # messages after one that showed a feeling, until it has passed
KEPT_RANKING = 10
READ = 500  # characters that are looked through
LAST_LATIN = "\u024f"


def felt_in(meaning: Understanding) -> dict[str, str]:
    """The feelings that a message surely shows, by their names."""
    found = {name: getattr(meaning, name) for name in FEELINGS}
    return {
        name: felt.name
        for name, felt in found.items()
        if felt is not None
        and felt.confidence >= SURE_OF.get(name, SURE)
        and felt.name not in UNMOVED
    }


def felt_lately(meaning: Understanding, tracker: Tracker) -> dict[str, str | None]:
    """Each feeling as the message or one shortly before it shows it; None once it has passed."""
    said = (event.understanding for event in tracker.applied if isinstance(event, UserUttered))
    typed = [one for one in said if one.model_version is not None]  # a button shows nothing
    lately = reversed(typed[-LASTS - 1 :])  # the message itself is the last of them
    shown = [felt_in(one) for one in (meaning, *lately)]
    return {name: next((f[name] for f in shown if name in f), None) for name in FEELINGS}


def is_surely_in(language: str, text: str, *, amid_ours: bool) -> bool:
    """Whether a text that was taken for this language has enough of it to say so.

    A language of another script shows letters of it; in ours few letters may be nonsense, or slang,
    where the customer has written in our language before (`amid_ours`).
    """
    words = _LETTERS.findall(text[:READ])
    letters = "".join(words)
    if language in _OTHER_SCRIPTS:
        return sum(letter > LAST_LATIN for letter in letters) >= SIGNS
    english = sum(word.casefold() in _ENGLISH for word in words)
    if 2 * english >= len(words) > 1:
        return False  # "i dont get the mail" is taken for French
    return not amid_ours or (len(words) >= FEWEST_WORDS and len(letters) >= FEWEST_LETTERS)


def only_names(meaning: Understanding) -> bool:
    """Whether a message is a postal address, a company or a signature, and hardly a sentence.

    Streets, towns and people have names of all languages.
    """
    left = list(meaning.text[:READ])
    for entity in meaning.entities:
        if entity.name in _OF_NAMES:
            left[entity.start : entity.end] = " " * (entity.end - entity.start)
    text = "".join(left)
    parts = [part for part in _PARTS.split(text) if not _COMPANY.search(part)]
    words = _LETTERS.findall(_GREETINGS.sub(" ", ", ".join(parts)))
    named = text != meaning.text[:READ] or bool(_COMPANY.search(text) or _GREETINGS.search(text))
    return named and len(words) < FEWEST_WORDS


def of_a_person(message: UserMessage) -> UserMessage:
    """The message; its metadata may be the sender's, and does not say that nobody wrote it."""
    metadata = message.metadata
    if isinstance(metadata, Mapping) and EXTERNAL in metadata:
        kept = {key: value for key, value in metadata.items() if key != EXTERNAL}
        return replace(message, metadata=kept)
    return message


def uttered(message: UserMessage, understanding: Understanding | None) -> UserUttered:
    """The event of a message; of a long ranking the top is kept."""
    meaning = understanding or Understanding(text=message.text, message_id=message.message_id)
    return UserUttered(
        text=message.text,
        understanding=replace(meaning, intent_ranking=meaning.intent_ranking[:KEPT_RANKING]),
        input_channel=message.input_channel,
        message_id=message.message_id,
        metadata=message.metadata,
    )


def from_outside(intent: str, entities: tuple[Entity, ...], channel: str) -> UserUttered:
    """The event of an intent that no person wrote, as Rasa words it."""
    text = f"EXTERNAL: {intent}"
    meaning = Understanding(text, (IntentScore(intent, 1.0),), entities)
    return UserUttered(text, meaning, channel, metadata={EXTERNAL: True})
