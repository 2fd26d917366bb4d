"""The token classifier: entities that no pattern finds, and the roles and groups of all.

It reads the states of the encoder's layers that the intent was read from, so that a message is
encoded once. Words get tags (B and I of each kind, O for none) by a small network over a word and
its neighbours, and the best tags are chosen in which no I stands alone. A second network reads
each entity with what stands around it, and tells its role and its group.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding

from nlu.entities.finder import EXTRACTOR as FOUND_BY_FORM
from nlu.entities.finder import HINT
from nlu.entities.name_lists import NameLists
from nlu.entities.rows import Floats, Seen, WordReader, entity_rows, row_width, windows
from nlu.entities.scheme import Scheme
from nlu.entities.tags import best_tags, runs
from nlu.entities.words import Words, feature_count
from nlu.types import Entity

EXTRACTOR = "FrontdeskTokenClassifier"
REACH = 1  # neighbours on each side by which a word is tagged


class Tagger:
    """A trained token classifier."""

    def __init__(
        self, scheme: Scheme, lists: NameLists, weights: Mapping[str, npt.NDArray[np.float32]]
    ) -> None:
        """Raises KeyError or ValueError when the weights are not those of the scheme."""
        self.scheme = scheme
        self._weights = weights
        self.reader = WordReader(weights["project"], weights["bias"], scheme.context, lists)
        states = weights["project"].shape[1]
        width = (states + feature_count(scheme.context)) * (2 * REACH + 1)
        for name, rows, columns in (
            ("hidden", width, weights["hidden"].shape[1]),
            ("tags", weights["hidden"].shape[1], 1 + 2 * len(scheme.kinds)),
            ("parts_hidden", row_width(states, scheme), weights["parts_hidden"].shape[1]),
            ("roles", weights["parts_hidden"].shape[1], len(scheme.role_names)),
            ("groups", weights["parts_hidden"].shape[1], len(scheme.group_names)),
        ):
            shapes = weights[name].shape, weights[f"{name}_bias"].shape
            if shapes != ((rows, columns), (columns,)):
                raise ValueError(f"the tagger's {name} are not {rows} by {columns}")
        # Which role and group an entity of each kind may have; the first is none.
        self._roles = _allowed(scheme.all_kinds, scheme.roles, scheme.role_names)
        self._groups = _allowed(scheme.all_kinds, scheme.groups, scheme.group_names)

    def complete(
        self,
        texts: Sequence[str],
        encodings: Sequence[Encoding],
        states: Sequence[Floats],
        found: Sequence[tuple[Entity, ...]],
        meant: Callable[[Entity], Entity],
    ) -> list[tuple[Entity, ...]]:
        """The entities of N texts from left to right: those `found` by their form and those tagged.

        `states` are the encoder's, of each token (T, L H). `meant` gives an entity the value that
        its written form stands for. Hints are seen, and not told.
        """
        seen = self.reader.read(texts, encodings, states, found)
        completed = []
        for message, logits, entities in zip(seen, self.tag_logits(seen), found, strict=True):
            tagged = [meant(one) for one in self.tagged(message.words, logits)]
            told = joined([one for one in entities if one.extractor != HINT], tagged)
            completed.append(self._with_parts(message, told))
        return completed

    def tag_logits(self, seen: Sequence[Seen]) -> list[Floats]:
        """Log-probabilities (W, 1 + 2 K) of each message's tags: O, then B and I of each kind."""
        lengths = [len(one.words.spans) for one in seen]
        if not sum(lengths):
            return [np.zeros((0, 1 + 2 * len(self.scheme.kinds)), np.float32) for _ in seen]
        rows = np.concatenate([windows(np.hstack([s.states, s.told]), REACH) for s in seen])
        hidden = _relu(rows @ self._weights["hidden"] + self._weights["hidden_bias"])
        logits = _log_softmax(hidden @ self._weights["tags"] + self._weights["tags_bias"])
        return np.split(logits, np.cumsum(lengths)[:-1])

    def tagged(self, words: Words, logits: Floats) -> list[Entity]:
        """The entities that tags (W, 1 + 2 K) make, each as sure as the least sure of its words."""
        text = words.text
        made: list[Entity] = []
        for first, after, tag in runs(best_tags(logits)):
            kind = self.scheme.kinds[(tag - 1) // 2]
            start, end = words.spans[first][0], words.spans[after - 1][1]
            inside = logits[first:after, tag : tag + 2]  # B and I
            sure = float(np.exp(inside).sum(axis=1).min())
            if sure < self.scheme.least.get(kind, 0.0):
                continue
            made.append(
                Entity(kind, text[start:end], start, end, extractor=EXTRACTOR, confidence=sure)
            )
        return made

    def _with_parts(self, seen: Seen, entities: Sequence[Entity]) -> tuple[Entity, ...]:
        """The same entities with their roles and groups."""
        kinds = self.scheme.all_kinds
        asked = [one for one in entities if one.name in kinds]
        if not (self.scheme.roles or self.scheme.groups) or not any(
            one.name in self.scheme.roles or one.name in self.scheme.groups for one in asked
        ):
            return tuple(entities)
        rows = entity_rows(seen, asked, kinds)
        hidden = _relu(rows @ self._weights["parts_hidden"] + self._weights["parts_hidden_bias"])
        which = [kinds.index(one.name) for one in asked]
        told = []
        for name, names, allowed in (
            ("roles", self.scheme.role_names, self._roles),
            ("groups", self.scheme.group_names, self._groups),
        ):
            logits = hidden @ self._weights[name] + self._weights[f"{name}_bias"]
            best = np.where(allowed[which], logits, -np.inf).argmax(axis=1)
            told.append([names[column] for column in best])
        parted = {
            (one.start, one.end): replace(one, role=role, group=group)
            for one, role, group in zip(asked, *told, strict=True)
        }
        return tuple(parted.get((one.start, one.end), one) for one in entities)


def joined(found: Sequence[Entity], tagged: Sequence[Entity]) -> list[Entity]:
    """Both sorts from left to right, none touching another.

    What was tagged yields to what was found, unless it holds more than that and nobody's own
    pattern found it.
    """
    kept = [
        one
        for one in tagged
        if all(
            _apart(one, other) or (other.extractor == FOUND_BY_FORM and _holds(one, other))
            for other in found
        )
    ]
    rest = [one for one in found if all(_apart(one, other) for other in kept)]
    return sorted([*kept, *rest], key=lambda entity: entity.start)


def _apart(one: Entity, other: Entity) -> bool:
    return one.end <= other.start or other.end <= one.start


def _holds(longer: Entity, shorter: Entity) -> bool:
    inside = longer.start <= shorter.start and shorter.end <= longer.end
    return inside and longer.end - longer.start > shorter.end - shorter.start


def _allowed(
    kinds: Sequence[str], of_kinds: Mapping[str, Sequence[str]], names: Sequence[str | None]
) -> npt.NDArray[np.bool_]:
    """Which of the names an entity of each kind may have (K, N)."""
    return np.array(
        [[name is None or name in of_kinds.get(kind, ()) for name in names] for kind in kinds],
        dtype=bool,
    )


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0.0)


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float32)
