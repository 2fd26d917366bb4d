"""From numbers to a decision: what to answer, and when not to. All thresholds are learnt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlu.labels import intent_of
from nlu.outofscope import Array, OutOfScopeScore
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, IntentScore, RetrievalHit


@dataclass(frozen=True)
class Decisions:
    """How sure is sure enough.

    `temperature` calibrates the classifier. Below `fallback` confidence, or with less than
    `ambiguity` between the best guess and the next, no intent is answered; if `fallback` is None,
    the best guess always is. From `outside` upwards (a probability) a message is out of scope. An
    answer that was found is given from the probability `retrieval` upwards. Intents from the
    probability `conformal` upwards belong to the conformal set. Where one of these three is None
    the data could not teach the decision, and it is never taken; but a question is then answered
    with whatever is found first.
    """

    temperature: float = 1.0
    fallback: float | None = 0.0
    ambiguity: float = 0.0
    outside: float | None = None
    outside_score: OutOfScopeScore | None = None
    retrieval: float | None = None
    conformal: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "temperature": self.temperature,
            "fallback": self.fallback,
            "ambiguity": self.ambiguity,
            "outside": self.outside,
            "outside_score": None if self.outside_score is None else self.outside_score.to_json(),
            "retrieval": self.retrieval,
            "conformal": self.conformal,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Decisions:
        """The reverse of `to_json`. Raises KeyError when something is missing."""
        score = data["outside_score"]
        return cls(
            temperature=data["temperature"],
            fallback=data["fallback"],
            ambiguity=data["ambiguity"],
            outside=data["outside"],
            outside_score=None if score is None else OutOfScopeScore.from_json(score),
            retrieval=data["retrieval"],
            conformal=data["conformal"],
        )


def probabilities(logits: Array) -> Array:
    """The softmax (B, K) of logits (B, K)."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def decide(
    ranked: Sequence[IntentScore],
    outside_score: float | None,
    hits: Sequence[RetrievalHit],
    decisions: Decisions,
    retrieval: Collection[str] = (),
) -> tuple[IntentScore, ...]:
    """Put the decision first.

    `ranked` holds the intents by falling probability, `retrieval` names those that the answer
    index answers. A message that is out of scope or too unclear gets `out_of_scope` or
    `nlu_fallback` before them (the latter with the threshold as its confidence, as Rasa does),
    unless an answer to it is surely found: then the intent of that answer comes first. And a
    question to which no answer is surely found is not understood.
    """
    best = ranked[0]
    unsure = undecided(ranked, outside_score, decisions)
    if unsure is None and best.name not in retrieval:
        return tuple(ranked)
    if decisions.retrieval is None:
        return tuple(ranked) if unsure is None else (unsure, *ranked)
    if hits and hits[0].score >= decisions.retrieval:
        name = intent_of(hits[0].key)
        if unsure is None and name == best.name:
            return tuple(ranked)
        others = (intent for intent in ranked if intent.name != name)
        return (IntentScore(name, hits[0].score), *others)
    return (unsure or IntentScore(FALLBACK_INTENT, decisions.fallback or 0.0), *ranked)


def undecided(
    ranked: Sequence[IntentScore], outside_score: float | None, decisions: Decisions
) -> IntentScore | None:
    """What stands before the ranking of a message that is out of scope or too unclear."""
    if (
        outside_score is not None
        and decisions.outside is not None
        and outside_score >= decisions.outside
    ):
        return IntentScore(OUT_OF_SCOPE_INTENT, outside_score)
    if decisions.fallback is None:
        return None
    if ranked[0].confidence < decisions.fallback or _ambiguous(ranked, decisions.ambiguity):
        return IntentScore(FALLBACK_INTENT, decisions.fallback)
    return None


def conformal_set(ranked: Sequence[IntentScore], decisions: Decisions) -> tuple[str, ...]:
    """The intents that contain the true one with the chosen confidence, the likeliest first.

    Never empty, because the best guess belongs to it; of all intents when nothing was learnt.
    """
    least = decisions.conformal or 0.0
    return tuple(s.name for n, s in enumerate(ranked) if n == 0 or s.confidence >= least)


def _ambiguous(ranked: Sequence[IntentScore], least: float) -> bool:
    return len(ranked) > 1 and ranked[0].confidence - ranked[1].confidence < least
