"""The classifier's classes, and the intents they belong to.

A retrieval intent such as `faq` gathers questions that have little in common, so each of its keys
(`faq/gift_wrapping`) is a class of its own; the intent's probability is their sum.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from nlu.outofscope import Array
from nlu.types import OUT_OF_SCOPE_INTENT


class Labels:
    """C classes that belong to K intents; the class `outside`, out of scope, is no intent."""

    def __init__(self, names: Iterable[str], outside: str | None = OUT_OF_SCOPE_INTENT) -> None:
        self.names = tuple(names)
        self.outside = outside if outside in self.names else None
        columns: dict[str, list[int]] = {}
        for column, name in enumerate(self.names):
            if name != self.outside:
                columns.setdefault(intent_of(name), []).append(column)
        self.intents = tuple(sorted(columns))
        self._columns = [columns[intent] for intent in self.intents]
        keys = [name for name in self.names if "/" in name]
        self.retrieval = frozenset(map(intent_of, keys))  # intents answered by the answer index
        self._keys = {name: self.names.index(name) for name in keys}
        self._flat = [column for own in self._columns for column in own]

    def columns(self, intent: str) -> tuple[int, ...]:
        """The numbers of the classes that belong to an intent."""
        return tuple(self._columns[self.intents.index(intent)])

    def intent_logits(self, logits: Array, temperature: float) -> Array:
        """Logits (B, C) of the classes → logits (B, K) of the intents, at a temperature.

        Their softmax sums the probabilities of each intent's classes.
        """
        scaled = logits / temperature
        if len(self._flat) == len(self.intents):
            return np.asarray(scaled[:, self._flat])  # each intent is one class: nothing to sum
        summed = [np.logaddexp.reduce(scaled[:, columns], axis=1) for columns in self._columns]
        return np.stack(summed, axis=1)

    def likeliest_logits(self, logits: Array, temperature: float) -> Array:
        """The same, but each intent counts as its likeliest class.

        For a classifier that knows little of each key of a retrieval intent: many small chances
        would make a large one.
        """
        scaled = logits / temperature
        return np.stack([scaled[:, own].max(axis=1) for own in self._columns], axis=1)

    def opinions(
        self, logits: Array, temperature: float
    ) -> list[tuple[dict[str, float], float, float]]:
        """Of logits (B, C): log-probabilities of the keys of retrieval intents, of all these
        together, and of out of scope (that of one among C where there is no such class)."""
        chances = logits / temperature
        chances = chances - np.logaddexp.reduce(chances, axis=1, keepdims=True)  # (B, C)
        columns = list(self._keys.values())
        nothing = -float(np.log(len(self.names)))
        outside = -1 if self.outside is None else self.names.index(self.outside)
        return [
            (
                dict(zip(self._keys, row[columns].tolist(), strict=True)),
                float(np.logaddexp.reduce(row[columns])) if columns else nothing,
                float(row[outside]) if outside >= 0 else nothing,
            )
            for row in chances
        ]

    def outside_logit(self, logits: Array, temperature: float) -> Array | None:
        """The logit (B,) of the out-of-scope class, if the classifier has one."""
        if self.outside is None:
            return None
        return np.asarray(logits[:, self.names.index(self.outside)] / temperature)


def intent_of(label: str) -> str:
    """The intent a class belongs to: `faq` for `faq/gift_wrapping`."""
    return label.split("/", 1)[0]
