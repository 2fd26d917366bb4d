"""The weights of the answer index, and when an answer is sure enough, are learnt."""

from __future__ import annotations

import numpy as np

from nlu.answers.scoring import Scorer
from nlu.head import normalised
from nlu.labels import Labels
from training.answering import entries_of, learn_answers, sentences_of
from training.data import Example
from training.deciding import Embedded, Judged
from training.splits import Split

KEYS = [f"faq/topic_{n}" for n in range(10)]
CLASSES = Labels([*KEYS, "greet", "out_of_scope"])
ANSWERS = {key: f"The answer to {key} is long. It has two sentences." for key in KEYS}


def material(each: int, outside: int) -> tuple[Judged, Embedded]:
    """A judge of made-up questions: those of a key lie together, those out of scope anywhere."""
    rng = np.random.default_rng(0)
    centres = normalised(rng.standard_normal((len(KEYS), 32)))
    texts: dict[str, np.ndarray] = {}

    def example(text: str, vector: np.ndarray, intent: str, key: str | None = None) -> Example:
        texts[text] = normalised(vector[None])[0].astype(np.float32)
        return Example(text, intent, response_key=key)

    def questions(part: str) -> list[Example]:
        return [
            example(f"{part} {n} about {key}", c + 0.15 * rng.standard_normal(32), "faq", key)
            for key, c in zip(KEYS, centres, strict=True)
            for n in range(each)
        ]

    taught = questions("taught")
    asked = questions("asked")
    beyond = [
        example(f"beyond {n}", rng.standard_normal(32), "out_of_scope") for n in range(outside)
    ]
    for sentence in sentences_of(ANSWERS):
        place = KEYS.index(sentence.key)
        texts[sentence.text] = normalised((centres[place] + 0.2 * rng.standard_normal(32))[None])[
            0
        ].astype(np.float32)
    held_out = (*asked, *beyond)
    logits = rng.standard_normal((len(held_out), len(CLASSES.names)))
    vectors = np.stack([texts[one.text] for one in taught])
    judged = Judged(Split(tuple(taught), held_out), logits, np.zeros((0, 32)), vectors)
    return judged, Embedded(texts, 32)


def test_too_little_leaves_the_shipped_weights() -> None:
    judged, original = material(each=2, outside=10)
    learnt = learn_answers([judged], CLASSES, original, ANSWERS, 1.0)
    assert learnt.scorer == Scorer() and learnt.threshold is None


def test_weights_and_threshold_are_learnt() -> None:
    judged, original = material(each=8, outside=80)
    learnt = learn_answers([judged], CLASSES, original, ANSWERS, 1.0)
    weights = learnt.scorer.learnt
    # The opinions are noise here, the meanings are not.
    assert weights.dense > 10 * abs(weights.opinion)
    assert learnt.scorer.passage.dense > 1
    assert learnt.scorer.passage.opinion == 0
    assert learnt.threshold is not None and 0 < learnt.threshold < 1


def test_entries_are_the_questions_with_their_answers() -> None:
    examples = [
        Example("a", "faq", response_key=KEYS[0]),
        Example("b", "greet"),
        Example("c", "faq", response_key="faq/unanswered"),
    ]
    first, second = entries_of(examples, ANSWERS)
    assert (first.key, first.text, first.answer) == (KEYS[0], "a", ANSWERS[KEYS[0]])
    assert second.answer is None
    assert [one.text for one in sentences_of({"faq/x": "One. Two!"})] == ["One.", "Two!"]
