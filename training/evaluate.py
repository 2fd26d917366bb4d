"""Judging a model on sentences it never saw: figures, and every single answer behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, Entity, IntentScore, Understanding
from training.calibration import expected_calibration_error, expected_error_of_perfection
from training.data import Example
from training.spotting import ALL, SpanFigures, figures_json, spotted

ParseBatch = Callable[[Sequence[str]], list[Understanding]]
AT_ONCE = 256
DECISIONS = (OUT_OF_SCOPE_INTENT, FALLBACK_INTENT)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model made of one test sentence.

    `decided` is what the bot acts upon, `guess` the best intent had it been forced to choose.
    """

    text: str
    source: str
    expected: str
    decided: str
    guess: str
    confidence: float
    outside_score: float | None
    expected_key: str | None
    keys: tuple[str, ...]
    conformal_set: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    found: tuple[Entity, ...] = ()

    @property
    def right(self) -> bool:
        """The bot acted rightly; out of scope, asking again is right as well."""
        if self.expected == OUT_OF_SCOPE_INTENT:
            return self.decided in DECISIONS
        return self.decided == self.expected


@dataclass(frozen=True, slots=True)
class IntentFigures:
    """One intent's figures, each in [0, 1], and how many test sentences it has."""

    precision: float
    recall: float
    f1: float
    support: int

    def to_json(self) -> dict[str, float]:
        """The same as a JSON object."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "support": self.support,
        }


@dataclass(frozen=True)
class Evaluation:
    """Figures on a test set; None where the set has nothing to measure it on.

    In-scope sentences alone, the best guess counting: `accuracy`, `macro_f1`, `ece` (15 bins), and
    `ece_floor`, what chance alone would make of it were every confidence exactly right.
    In-scope against out-of-scope by score: `oos_auroc`; `oos_recall_at_95`, the share of
    out-of-scope sentences caught when 95 % of the in-scope ones are kept.
    With the decisions as they serve: `decided_accuracy` of in-scope sentences (asking again and
    declining count as wrong), `oos_declined`, the share of out-of-scope sentences not answered,
    and `in_scope_declined`. Of retrieval: `faq_recall_at_1` and `faq_recall_at_3`. Of conformal
    sets: how many hold the expected intent (`conformal_coverage`), and their mean size. Where the
    sentences are annotated, `entities` has the figures of each kind.
    """

    accuracy: float | None
    macro_f1: float | None
    ece: float | None
    ece_floor: float | None
    decided_accuracy: float | None
    in_scope_declined: float | None
    oos_auroc: float | None
    oos_recall_at_95: float | None
    oos_declined: float | None
    faq_recall_at_1: float | None
    faq_recall_at_3: float | None
    conformal_coverage: float | None
    conformal_size: float | None
    per_intent: dict[str, IntentFigures]
    confusion: dict[str, dict[str, int]]
    answers: tuple[Answer, ...]
    entities: dict[str, SpanFigures] = field(default_factory=dict)

    def figures(self) -> dict[str, float]:
        """The figures that could be measured."""
        found = {
            name: getattr(self, name)
            for name in (
                *("accuracy", "macro_f1", "ece", "ece_floor"),
                *("decided_accuracy", "in_scope_declined"),
                *("oos_auroc", "oos_recall_at_95", "oos_declined"),
                *("faq_recall_at_1", "faq_recall_at_3", "conformal_coverage", "conformal_size"),
            )
        }
        found["entity_f1"] = self.entities[ALL].f1 if self.entities else None
        return {name: value for name, value in found.items() if value is not None}

    def to_json(self) -> dict[str, Any]:
        """The figures, those of each intent, and the confusions; sentences are left out."""
        return {
            **self.figures(),
            "in_scope": sum(a.expected != OUT_OF_SCOPE_INTENT for a in self.answers),
            "out_of_scope": sum(a.expected == OUT_OF_SCOPE_INTENT for a in self.answers),
            "per_intent": {name: found.to_json() for name, found in self.per_intent.items()},
            "confusion": self.confusion,
            **({"entities": figures_json(self.entities)} if self.entities else {}),
        }


def evaluate(parse_batch: ParseBatch, examples: Sequence[Example]) -> Evaluation:
    """Let a model understand every example and measure what it made of them."""
    answers: list[Answer] = []
    for start in range(0, len(examples), AT_ONCE):
        chunk = examples[start : start + AT_ONCE]
        meanings = parse_batch([example.text for example in chunk])
        answers += [_answer(one, meaning) for one, meaning in zip(chunk, meanings, strict=True)]
    return measured(answers)


def measured(answers: Sequence[Answer]) -> Evaluation:
    """The figures of some answers."""
    inside = [answer for answer in answers if answer.expected != OUT_OF_SCOPE_INTENT]
    outside = [answer for answer in answers if answer.expected == OUT_OF_SCOPE_INTENT]
    asked = [answer for answer in inside if answer.expected_key]
    per_intent = _per_intent(inside)
    right = np.array([answer.guess == answer.expected for answer in inside], dtype=bool)
    confidence = np.array([answer.confidence for answer in inside])
    auroc, caught = _separation(inside, outside)
    return Evaluation(
        accuracy=_share(answer.guess == answer.expected for answer in inside),
        macro_f1=_mean([one.f1 for one in per_intent.values() if one.support]),
        ece=expected_calibration_error(confidence, right) if inside else None,
        ece_floor=expected_error_of_perfection(confidence) if inside else None,
        decided_accuracy=_share(answer.right for answer in inside),
        in_scope_declined=_share(answer.decided in DECISIONS for answer in inside),
        oos_auroc=auroc,
        oos_recall_at_95=caught,
        oos_declined=_share(answer.right for answer in outside),
        faq_recall_at_1=_share(answer.expected_key in answer.keys[:1] for answer in asked),
        faq_recall_at_3=_share(answer.expected_key in answer.keys[:3] for answer in asked),
        conformal_coverage=_share(answer.expected in answer.conformal_set for answer in inside),
        conformal_size=_mean([float(len(answer.conformal_set)) for answer in inside]),
        per_intent=per_intent,
        confusion=_confusion(answers),
        answers=tuple(answers),
        entities=spotted(
            [answer.entities for answer in answers],
            [answer.found for answer in answers],
            {one.name for answer in answers for one in answer.entities},
        ),
    )


def _answer(example: Example, meaning: Understanding) -> Answer:
    decided = meaning.intent or IntentScore(FALLBACK_INTENT, 0.0)
    guesses = [one for one in meaning.intent_ranking if one.name not in DECISIONS]
    guess = guesses[0] if guesses else decided
    return Answer(
        text=example.text,
        source=example.source,
        expected=example.intent,
        decided=decided.name,
        guess=guess.name,
        confidence=guess.confidence,
        outside_score=meaning.out_of_scope_score,
        expected_key=example.response_key,
        keys=tuple(hit.key for hit in meaning.retrieval),
        conformal_set=meaning.conformal_set,
        entities=example.entities,
        found=meaning.entities,
    )


def _per_intent(inside: Sequence[Answer]) -> dict[str, IntentFigures]:
    expected = [answer.expected for answer in inside]
    guesses = [answer.guess for answer in inside]
    names = sorted({*expected, *guesses})
    if not names:
        return {}
    columns = precision_recall_fscore_support(expected, guesses, labels=names, zero_division=0)
    return {
        name: IntentFigures(float(p), float(r), float(f), int(s))
        for name, p, r, f, s in zip(names, *columns, strict=True)
    }


def _separation(
    inside: Sequence[Answer], outside: Sequence[Answer]
) -> tuple[float | None, float | None]:
    """AUROC of the out-of-scope score, and the recall that costs 5 % of the in-scope ones."""
    kept = [answer.outside_score for answer in inside]
    declined = [answer.outside_score for answer in outside]
    if not kept or not declined or None in kept or None in declined:
        return None, None
    truth = [False] * len(kept) + [True] * len(declined)
    threshold = np.quantile(np.array(kept, dtype=float), 0.95)
    caught = (np.array(declined, dtype=float) > threshold).mean()
    return float(roc_auc_score(truth, [*kept, *declined])), float(caught)


def _confusion(answers: Sequence[Answer]) -> dict[str, dict[str, int]]:
    """How often the bot acted upon which intent, by the expected one."""
    table: dict[str, dict[str, int]] = {}
    for answer in answers:
        row = table.setdefault(answer.expected, {})
        row[answer.decided] = row.get(answer.decided, 0) + 1
    return {name: dict(sorted(table[name].items())) for name in sorted(table)}


def _share(flags: Any) -> float | None:
    return _mean([float(flag) for flag in flags])


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
