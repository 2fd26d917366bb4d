"""What is kept of a message: its event, and which of its feelings count for the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dialogue.events import EXTERNAL, UserUttered
from dialogue.messages import UserMessage
from dialogue.tracker import Tracker
from nlu.types import FEELINGS, Entity, IntentScore, Understanding

SURE = 0.6  # probability from which a feeling counts
UNMOVED = ("neutral", "calm")  # one ordinary sentence does not undo what was felt before it
LASTS = 2  # messages after one that showed a feeling, until it has passed
KEPT_RANKING = 10


def felt_in(meaning: Understanding) -> dict[str, str]:
    """The feelings that a message surely shows, by their names."""
    found = {name: getattr(meaning, name) for name in FEELINGS}
    return {
        name: felt.name
        for name, felt in found.items()
        if felt is not None and felt.confidence >= SURE and felt.name not in UNMOVED
    }


def felt_lately(meaning: Understanding, tracker: Tracker) -> dict[str, str | None]:
    """Each feeling as the message or one shortly before it shows it; None once it has passed."""
    said = (event.understanding for event in tracker.applied if isinstance(event, UserUttered))
    typed = [one for one in said if one.model_version is not None]  # a button shows nothing
    lately = reversed(typed[-LASTS:])
    shown = [felt_in(one) for one in (meaning, *lately)]
    return {name: next((f[name] for f in shown if name in f), None) for name in FEELINGS}


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
