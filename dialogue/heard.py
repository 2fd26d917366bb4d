"""What is kept of a message: its event, and which of its feelings count for the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dialogue.events import EXTERNAL, UserUttered
from dialogue.messages import UserMessage
from nlu.types import FEELINGS, Entity, IntentScore, Understanding

SURE = 0.6  # probability from which a feeling counts
UNMOVED = ("neutral", "calm")  # an ordinary sentence does not undo what was felt before it
KEPT_RANKING = 10


def felt_in(meaning: Understanding) -> dict[str, str]:
    """The feelings that a message surely shows, by their names."""
    found = {name: getattr(meaning, name) for name in FEELINGS}
    return {
        name: felt.name
        for name, felt in found.items()
        if felt is not None and felt.confidence >= SURE and felt.name not in UNMOVED
    }


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
