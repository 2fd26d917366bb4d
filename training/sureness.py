"""How sure the bot must be to act on its best guess: the FallbackClassifier of a Rasa project."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sureness:
    """Below `threshold`, or with less than `ambiguity` to the next guess, the bot asks again;
    never if `threshold` is None.

    The default follows from costs alone, because confidences are calibrated (Chow 1970): a wrong
    answer costs as much as a right one is worth, asking again a fifth of that, and
    (1 - 0.2) / (1 + 1) = 0.4.
    """

    threshold: float | None = 0.4
    ambiguity: float = 0.0
