"""What the bot said before, so that it seldom words a thing twice alike, and notices when."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.events import BotUttered, UserUttered
from dialogue.tracker import Tracker

REMEMBERED = 6  # answers that are compared
LOOKED_BACK = 80  # events


def last_wording(tracker: Tracker, response: str) -> str | None:
    """The text in which a response was said last."""
    for event in reversed(tracker.applied[-LOOKED_BACK:]):
        if isinstance(event, BotUttered):
            metadata = event.message.metadata or {}
            if metadata.get("utter_action") == response:
                return event.message.text
    return None


def repeats_itself(tracker: Tracker) -> bool:
    """Whether the answer to the latest message is, word for word, one that was given before.

    A response with `repeatable: true` in its metadata (please try again) is no such answer.
    """
    answers = list(_answers(tracker))
    return bool(answers) and bool(answers[0]) and answers[0] in answers[1:]


def said_lately(tracker: Tracker, text: str | None) -> bool:
    """Whether this text, word for word, was in the answer to one of the last few messages."""
    return text is not None and any(text in said for said in _answers(tracker))


def _answers(tracker: Tracker) -> Iterator[tuple[str, ...]]:
    """What was said after each message, the latest first: texts, and the titles of cards."""
    said: list[str] = []
    found = 0
    for event in reversed(tracker.applied):
        if isinstance(event, BotUttered) and event.message.text:
            if not (event.message.metadata or {}).get("repeatable"):
                cards = (str(card.get("title")) for card in event.message.elements or ())
                said += [*cards, event.message.text]
        elif isinstance(event, UserUttered):
            # What was told by itself answered nothing.
            yield () if event.is_external else tuple(reversed(said))
            said, found = [], found + 1
            if found > REMEMBERED:
                return
