"""What is made is what was judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from nlu.bundle import Bundle, Manifest
from nlu.decisions import Decisions
from nlu.engine import Engine
from nlu.runtime import Runtime
from nlu.tokens import tokenized
from tests.nlu import tiny
from training import learning
from training.data import Example, TrainingData
from training.deciding import Judged
from training.making import make_model
from training.rasa_config import Setup

SAYINGS = {
    "order_status": ["where is my order", "when will it come", "track my parcel", "is it sent"],
    "cancel_order": ["cancel it", "I do not want it any more", "stop the order", "call it off"],
    "out_of_scope": ["who won the match", "will it rain", "tell me a joke", "sing for me"],
}
HELD_OUT = {"order_status": ["where has it got to"], "cancel_order": ["please do not send it"]}


def examples_of(sayings: dict[str, list[str]]) -> tuple[Example, ...]:
    return tuple(
        Example(text=text, intent=intent, source="a test")
        for intent, texts in sayings.items()
        for text in texts
    )


def test_the_model_that_serves_is_the_one_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """On sentences held out by the caller, and with each opinion having a say."""
    found: list[Judged] = []
    learn_decisions = learning.learn_decisions

    def listening(classes: object, judged: Sequence[Judged], *others: object) -> Decisions:
        found.extend(judged)
        return learn_decisions(classes, judged, *others)

    monkeypatch.setattr(learning, "learn_decisions", listening)
    monkeypatch.setattr(learning, "choose_strength", lambda *said: 1.0)
    examples, held_out = examples_of(SAYINGS), examples_of(HELD_OUT)
    data = TrainingData(examples)
    made = make_model(examples, (), data, tiny.PLAN, Setup(), held_out=held_out)
    manifest = Manifest("draft", "", "", "", made.encoder, {}, {})
    engine = Engine(Bundle(Path(), manifest, made.contents), Runtime("cpu"))
    texts = [example.text for example in held_out]
    served = engine.read(texts, tokenized(engine.tokenizer, texts)).logits
    np.testing.assert_allclose(served, found[0].logits, atol=0.01)
