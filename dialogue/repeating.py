"""What the bot said before, so that it seldom words a thing twice alike, and notices when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dialogue.events import BotUttered, Event, UserUttered
from dialogue.excerpt import part_of
from dialogue.questions import is_question
from dialogue.tracker import Tracker

REMEMBERED = 6  # answers that are compared
LOOKED_BACK = 80  # events
READ = 500  # characters of a question
ALIKE = 0.6  # of the words of two questions that are the same one
_WORDS = re.compile(r"[\u4e00-\u9fff]|[^\W\d_\u4e00-\u9fff]+|\d+")


def last_wording(tracker: Tracker, response: str) -> str | None:
    """The text in which a response was said last."""
    for event in reversed(tracker.applied[-LOOKED_BACK:]):
        if isinstance(event, BotUttered):
            metadata = event.message.metadata or {}
            if metadata.get("utter_action") == response:
                return event.message.text
    return None


def repeats_itself(tracker: Tracker) -> bool:
    """Whether the latest message was asked before, in nearly the same words, and answered alike.

    A response with `repeatable: true` in its metadata (please try again) is no such answer.
    """
    asked, *before = [*_exchanges(tracker)] or [("", ())]
    question, answer = asked
    return bool(answer) and any(
        answer == earlier and _alike(question, words) for words, earlier in before
    )


def was_understood(tracker: Tracker) -> bool:
    """Whether the latest message was answered, and not with a response that says the contrary.

    Such a response has `not_understood: true` in its metadata.
    """
    for event in reversed(tracker.applied):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered) and (event.message.metadata or {}).get("not_understood"):
            return False
    return True


def said_lately(tracker: Tracker, text: str | None) -> bool:
    """Whether this text, word for word, was in the answer to one of the last few messages."""
    return text is not None and any(text in said for _, said in _exchanges(tracker))


def not_told_whole_again(events: Sequence[Event], tracker: Tracker) -> Sequence[Event]:
    """What an action says, where it was told lately only the part that answers the new question.

    It stays whole in a form, for what is no question or was asked alike before, and where no part
    of it answers.
    """
    said = list(_exchanges(tracker))
    question = said[0][0] if said else ""
    asked_alike = any(_alike(question, words) for words, _ in said[1:])
    if not is_question(question) or asked_alike or tracker.active_loop is not None:
        return events
    told = {text for _, before in said[1:] for text in before}
    return [
        _part_for(question, event)
        if isinstance(event, BotUttered) and event.message.text in told
        else event
        for event in events
    ]


def _part_for(question: str, event: BotUttered) -> BotUttered:
    text = event.message.text or ""
    part = part_of(text, question)
    if not part or (event.message.metadata or {}).get("repeatable"):
        return event
    return replace(event, message=replace(event.message, text=part))


def _alike(first: str, second: str) -> bool:
    """Whether two questions have most of their words in common; of Chinese, their signs."""
    one, other = (set(_WORDS.findall(text[:READ].casefold())) for text in (first, second))
    return one == other or len(one & other) >= ALIKE * len(one | other)


def _exchanges(tracker: Tracker) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each message and what was said after it, the latest first: texts, and titles of cards."""
    said: list[str] = []
    found = 0
    for event in reversed(tracker.applied):
        if isinstance(event, BotUttered) and event.message.text:
            if not (event.message.metadata or {}).get("repeatable"):
                cards = (str(card.get("title")) for card in event.message.elements or ())
                said += [*cards, event.message.text]
        elif isinstance(event, UserUttered):
            # What was told by itself answered nothing.
            yield str(event.text or ""), () if event.is_external else tuple(reversed(said))
            said, found = [], found + 1
            if found > REMEMBERED:
                return
