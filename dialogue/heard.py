"""What of a message's feelings counts for the rest of the conversation."""

from __future__ import annotations

from nlu.types import FEELINGS, Understanding

SURE = 0.6  # probability from which a feeling counts
UNMOVED = ("neutral", "calm")  # an ordinary sentence does not undo what was felt before it


def felt_in(meaning: Understanding) -> dict[str, str]:
    """The feelings that a message surely shows, by their names."""
    found = {name: getattr(meaning, name) for name in FEELINGS}
    return {
        name: felt.name
        for name, felt in found.items()
        if felt is not None and felt.confidence >= SURE and felt.name not in UNMOVED
    }
