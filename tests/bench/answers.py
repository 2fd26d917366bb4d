"""What the answer index finds: questions, documents, questions without an answer; prints JSON.

Each branch is judged alone and all together, on every question; then the bot as it serves, which
looks up only what its classifier takes for a question or does not understand, and which declines
when it is not sure. With `--entries N` an index of that many made-up entries is timed; with
`--thresholds` only the model's own answers are looked at, given from each of some probabilities.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app.documents.reading import read_documents
from app.knowledge import passages
from dialogue.retail.talk.conversation import LIKELY_ENOUGH
from nlu.answers.entries import Entry
from nlu.answers.index import AnswerIndex, Asked
from nlu.engine import Engine, load_engine
from nlu.head import normalised
from nlu.runtime import Runtime
from nlu.source import read_yaml
from nlu.tokens import tokenized
from nlu.types import Understanding
from training.data import Example
from training.evaluate import DECISIONS
from training.reading import read_training_data

ROOT = Path(__file__).parents[2]
TEST = ROOT / "data/test"
AT_ONCE = 128
THRESHOLDS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)


def main() -> None:
    """Judge the model in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--entries", type=int, default=0)
    parser.add_argument("--thresholds", action="store_true")
    arguments = parser.parse_args()
    engine = load_engine(arguments.model, Runtime("cpu"))
    if arguments.thresholds:
        print(json.dumps(answered_from(engine, THRESHOLDS), indent=1))
        return
    if arguments.entries:
        print(json.dumps(timed(engine, arguments.entries), indent=1))
        return
    print(json.dumps(judged(engine), indent=1))


def judged(engine: Engine) -> dict[str, Any]:
    """All figures of a model with the shop's documents."""
    documents, _ = read_documents(ROOT / "data")
    questions = [
        (example.text, str(example.response_key))
        for example in read_training_data(TEST / "faq.yml").examples
    ]
    found: dict[str, Any] = {"questions": branches(engine, engine.answers, questions)}
    told = passages(documents, "faq", "")
    engine.answers = engine.index_with(told)
    about_documents = _document_questions(engine.answers)
    alone = AnswerIndex(told, engine.embed([entry.text for entry in told]))
    found["documents"] = {
        "passages": branches(engine, alone, [(q, key) for q, key, _ in about_documents]),
        "sentences": _sentences(engine, alone, about_documents),
        "among the questions": _sentences(engine, engine.answers, about_documents),
    }
    served = engine_parses(engine, [text for text, _ in questions])
    found["questions_served"] = _served(
        served, [lambda hit, key=key: hit.key == key for _, key in questions]
    )
    served = engine_parses(engine, [text for text, _, _ in about_documents])
    found["documents_served"] = _served(
        served, [lambda hit, key=key: hit.key == key for _, key, _ in about_documents]
    )
    unanswerable = [e.text for e in read_training_data(TEST / "answers/unanswerable.yml").examples]
    served = engine_parses(engine, unanswerable)
    answered = [_answers(one, engine) for one in served]
    found["unanswerable"] = {
        "questions": len(served),
        "answered": float(np.mean(answered)),
        "declined": float(np.mean([one.intent.name in DECISIONS for one in served if one.intent])),
    }
    return found


def answered_from(engine: Engine, thresholds: Sequence[float]) -> list[dict[str, float]]:
    """Shares of the test sets that are answered, by the probability from which answers are given:
    questions (rightly, wrongly), questions without an answer, and what is no question."""
    questions = read_training_data(TEST / "faq.yml").examples
    unanswerable = read_training_data(TEST / "answers/unanswerable.yml").examples
    others = read_training_data(TEST / "nlu.yml").examples
    found = []
    for threshold in thresholds:
        engine.decisions = replace(engine.decisions, retrieval=threshold)

        def answers(examples: Sequence[Example]) -> list[str | None]:
            """The keys of what is answered."""
            meanings = engine_parses(engine, [example.text for example in examples])
            return [
                one.retrieval[0].key if one.retrieval and _answers(one, engine) else None
                for one in meanings
            ]

        keys = answers(questions)
        right = [key == one.response_key for key, one in zip(keys, questions, strict=True) if key]
        found.append(
            {
                "threshold": threshold,
                "right": sum(right) / len(questions),
                "wrong": (len(right) - sum(right)) / len(questions),
                "unanswerable": float(np.mean([key is not None for key in answers(unanswerable)])),
                "no_questions": float(np.mean([key is not None for key in answers(others)])),
            }
        )
    return found


def branches(
    engine: Engine, index: AnswerIndex, questions: Sequence[tuple[str, str]]
) -> dict[str, dict[str, float]]:
    """Recall at 1 and 3 and mean reciprocal rank of the right key, by branch."""
    asked = as_asked(engine, [text for text, _ in questions])
    looked = index.branches(asked)
    scorer = engine.scorer
    ranks: dict[str, list[float]] = {}
    for one, found, (_, key) in zip(asked, looked, questions, strict=True):
        keys = [index.keys[at] for at in found.keys]
        right = keys.index(key)
        fused = index.chances(one, found, scorer)
        for name, scores in (
            ("dense", found.dense),
            ("bm25", found.lexical),
            ("dense and bm25", scorer.question.scores(*found.said)),
            ("classifier", found.opinion),
            ("fused", fused),
        ):
            better = (scores > scores[right]).sum() + (scores == scores[right]).sum() - 1
            ranks.setdefault(name, []).append(float(better) + 1)
    return {name: _figures(of_name) for name, of_name in ranks.items()}


def as_asked(engine: Engine, texts: Sequence[str]) -> list[Asked]:
    """Texts as the engine puts them to its index, whatever their intent."""
    asked: list[Asked] = []
    for start in range(0, len(texts), AT_ONCE):
        chunk = texts[start : start + AT_ONCE]
        reading = engine.read(chunk, tokenized(engine.tokenizer, chunk))
        opinions = engine.labels.opinions(reading.logits, engine.decisions.temperature)
        vectors = engine.embed(chunk)
        asked += [Asked(t, v, *o) for t, v, o in zip(chunk, vectors, opinions, strict=True)]
    return asked


def engine_parses(engine: Engine, texts: Sequence[str]) -> list[Understanding]:
    """What the engine makes of many texts."""
    return [
        one
        for start in range(0, len(texts), AT_ONCE)
        for one in engine.parse_batch(texts[start : start + AT_ONCE])
    ]


def timed(engine: Engine, entries: int) -> dict[str, Any]:
    """Milliseconds a search takes in an index of made-up entries, and what is found of them."""
    rng = np.random.default_rng(0)
    words = [f"{a}{b}" for a in ("blue", "ra", "ko", "zu", "mi", "lo") for b in range(3000)]
    texts = [" ".join(rng.choice(words, 8)) for _ in range(entries)]
    centres = rng.standard_normal((entries // 20, engine.answers.vectors.shape[1]))
    near = centres[rng.integers(0, len(centres), entries)]
    vectors = normalised((near + 0.7 * rng.standard_normal(near.shape)).astype(np.float32))
    started = time.perf_counter()
    index = AnswerIndex([Entry(f"faq/{n}", text, "x") for n, text in enumerate(texts)], vectors)
    built = time.perf_counter() - started
    chosen = rng.integers(0, entries, 300)
    spent, found = [], 0
    for at in chosen:
        beside = vectors[at] + 0.02 * rng.standard_normal(vectors.shape[1])
        vector = normalised(beside[None].astype(np.float32))[0]
        one = Asked(texts[at], vector, {}, -1.0, -1.0)
        started = time.perf_counter()
        (hits,) = index.search([one], engine.scorer, 5)
        spent.append(1000 * (time.perf_counter() - started))
        found += hits[0].key == f"faq/{at}"
    return {
        "entries": entries,
        "seconds_to_build": built,
        "median_ms": float(np.median(spent)),
        "p99_ms": float(np.percentile(spent, 99)),
        "found_first": found / len(chosen),
    }


def _document_questions(index: AnswerIndex) -> list[tuple[str, str, str]]:
    """Questions of the test set, each with the key and the sentence that answer it."""
    asked = []
    for one in read_yaml(TEST / "answers/documents.yml")["questions"]:
        answer = " ".join(str(one["answer"]).split())
        entry = next(
            entry
            for entry in index.entries
            if f"/{one['document']}#" in entry.key and answer in str(entry.answer)
        )
        asked.append((str(one["question"]), entry.key, str(entry.answer)))
    return asked


def _sentences(
    engine: Engine, index: AnswerIndex, questions: Sequence[tuple[str, str, str]]
) -> dict[str, float]:
    """How often the first hit's sentence is the one that answers."""
    hits = index.search(as_asked(engine, [q for q, _, _ in questions]), engine.scorer, 3)
    first = [
        bool(found) and found[0].text == sentence
        for found, (_, _, sentence) in zip(hits, questions, strict=True)
    ]
    return {"recall_at_1": float(np.mean(first))}


def _answers(meaning: Understanding, engine: Engine) -> bool:
    """Whether the bot would say something that it looked up."""
    return meaning.intent is not None and meaning.intent.name in engine.labels.retrieval


def _served(
    meanings: Sequence[Understanding], right: Sequence[Callable[[Any], bool]]
) -> dict[str, float]:
    """Shares of questions by what the bot does with them."""
    said = [
        bool(one.intent and one.retrieval and one.intent.name == one.retrieval[0].key.split("/")[0])
        for one in meanings
    ]
    good = [
        answered and is_right(one.retrieval[0])
        for answered, one, is_right in zip(said, meanings, right, strict=True)
    ]
    declined = [one.intent is not None and one.intent.name in DECISIONS for one in meanings]
    offered = [
        refused and any(hit.score >= LIKELY_ENOUGH and is_right(hit) for hit in one.retrieval[:3])
        for refused, one, is_right in zip(declined, meanings, right, strict=True)
    ]
    return {
        "right": float(np.mean(good)),
        "offered": float(np.mean(offered)),  # among three, of what is declined
        "wrong": float(np.mean(said)) - float(np.mean(good)),
        "declined": float(np.mean(declined)),
        "another_intent": 1 - float(np.mean(said)) - float(np.mean(declined)),
    }


def _figures(ranks: Sequence[float]) -> dict[str, float]:
    places = np.array(ranks)
    return {
        "recall_at_1": float((places <= 1).mean()),
        "recall_at_3": float((places <= 3).mean()),
        "mrr": float((1 / places).mean()),
    }


if __name__ == "__main__":
    main()
