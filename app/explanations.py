"""Why the bot understood a message as it did, for the people at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.database import Database
from app.errors import NotFound, Unavailable
from app.models import Message
from nlu.errors import InterpreterUnavailable

LEVELS = 4  # shades of a word's weight
Explain = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ShadedWord:
    """A word, whether it spoke for the intent, and how strongly, from 0 to LEVELS."""

    text: str
    speaks_for: bool
    level: int


@dataclass(frozen=True)
class Why:
    """The NLU host's explanation of a message, and which model had understood it at the time."""

    explanation: Mapping[str, Any]
    words: tuple[ShadedWord, ...]
    understood_by: str | None

    @property
    def by_another_model(self) -> bool:
        """Whether the model that explains is not the one that had understood the message."""
        return bool(self.explanation["model_version"] != self.understood_by)


class Explanations:
    """Explains customers' messages, by the model that serves now."""

    def __init__(self, database: Database, explain: Explain) -> None:
        self._database = database
        self._explain = explain

    def of_message(self, message_id: int) -> Why:
        """Raises NotFound for what is no customer's text, and Unavailable without a host."""
        with self._database.read() as session:
            message = session.get(Message, message_id)
            if message is None or message.role != "customer" or not message.text:
                raise NotFound("There is no such message.")
            text, parsed = message.text, message.understanding or {}
        try:
            explanation = self._explain(text)
        except InterpreterUnavailable as error:
            raise Unavailable("The message cannot be explained right now: try again.") from error
        return Why(explanation, shaded(explanation["words"]), parsed.get("model_version"))


def shaded(words: list[Mapping[str, Any]]) -> tuple[ShadedWord, ...]:
    """The words with their weights as shades of the strongest one's."""
    strongest = max((abs(word["weight"]) for word in words), default=0.0) or 1.0
    return tuple(
        ShadedWord(
            word["text"], word["weight"] >= 0, round(LEVELS * abs(word["weight"]) / strongest)
        )
        for word in words
    )
