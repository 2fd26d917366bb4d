"""The gate: may a candidate take the serving model's place? Says why, in words and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

from training.evaluate import Answer, Evaluation

SIGNIFICANCE = 0.05
LARGEST_FALL = 0.3  # of an intent's test sentences, net
FEWEST_FALLEN = 3  # sentences; below that an intent has not fallen but flickered
LARGEST_ECE = 0.08
LARGEST_ECE_RISE = 0.03


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence on which two models differ: `serving` and `candidate` are what each decided."""

    text: str
    expected: str
    serving: str
    candidate: str
    gained: bool


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate passes, why, and the sentences that changed sides."""

    passed: bool
    reasons: tuple[str, ...]
    changed: tuple[Changed, ...]


@dataclass(frozen=True)
class Judged:
    """One model on the frozen test set and on the regression set."""

    test: Evaluation
    regression: Evaluation


def judge(candidate: Judged, serving: Judged | None) -> Verdict:
    """Compare on the same sentences. Without a serving model every candidate passes."""
    if serving is None:
        return Verdict(True, ("No model serves yet, so there is nothing to be worse than.",), ())
    passed, reasons = True, []
    changed: list[Changed] = []
    sets = (
        ("the frozen test set", candidate.test, serving.test),
        ("the sentences agents labelled", candidate.regression, serving.regression),
    )
    for name, new, old in sets:
        moved = changed_sides(new.answers, old.answers)
        changed += moved
        sound, reason = _not_worse(name, moved, new, old)
        passed &= sound
        reasons.append(reason)
    for sound, reason in (
        _no_intent_fell(candidate.test, serving.test),
        _calibrated(candidate.test, serving.test),
    ):
        passed &= sound
        reasons.append(reason)
    return Verdict(passed, tuple(reasons), tuple(changed))


def changed_sides(new: Sequence[Answer], old: Sequence[Answer]) -> list[Changed]:
    """The sentences that one model gets right and the other wrong."""
    return [
        Changed(one.text, one.expected, before.decided, one.decided, one.right)
        for one, before in zip(new, old, strict=True)
        if one.right != before.right
    ]


def sign_test(gained: int, lost: int) -> float:
    """Chance of losing at least `lost` of the sentences that changed, were both models equal.

    The exact one-sided form of McNemar's test (1947).
    """
    changed = gained + lost
    return float(sum(comb(changed, n) for n in range(lost, changed + 1)) / 2**changed)


def _not_worse(
    name: str, moved: Sequence[Changed], new: Evaluation, old: Evaluation
) -> tuple[bool, str]:
    if not new.answers:
        return True, f"There are no sentences in {name} yet."
    gained = sum(change.gained for change in moved)
    lost = len(moved) - gained
    chance = sign_test(gained, lost)
    right = sum(answer.right for answer in new.answers)
    before = sum(answer.right for answer in old.answers)
    sound = chance >= SIGNIFICANCE
    words = "not worse beyond chance" if sound else "worse, and not by chance"
    return sound, (
        f"On {name}: {words}. {right} of {len(new.answers)} right, {before} before; "
        f"{gained} gained, {lost} lost (p = {chance:.3f})."
    )


def _no_intent_fell(new: Evaluation, old: Evaluation) -> tuple[bool, str]:
    sizes = Counter(answer.expected for answer in new.answers)
    net: Counter[str] = Counter()
    for change in changed_sides(new.answers, old.answers):
        net[change.expected] += 1 if change.gained else -1
    fallen = [
        f"{intent} ({-count} of {sizes[intent]} sentences lost)"
        for intent, count in sorted(net.items())
        if -count >= max(FEWEST_FALLEN, LARGEST_FALL * sizes[intent])
    ]
    if fallen:
        return False, f"Fell too far: {', '.join(fallen)}."
    return True, f"No intent fell by {LARGEST_FALL:.0%} of its sentences or more."


def _calibrated(new: Evaluation, old: Evaluation) -> tuple[bool, str]:
    if new.ece is None:
        return True, "There is nothing to measure calibration on."
    # The error is itself an estimate: on few sentences it is large by chance alone.
    chance = 0.5 / sqrt(len(new.answers))
    bound = max(LARGEST_ECE, (old.ece or 0.0) + LARGEST_ECE_RISE) + chance
    sound = new.ece <= bound
    words = "is within its bound" if sound else "is beyond its bound"
    return sound, f"The calibration error, {new.ece:.3f}, {words} of {bound:.3f}."
