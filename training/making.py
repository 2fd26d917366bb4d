"""Making a model: from examples to the files of a bundle, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from torch import nn

from nlu import bundle as files
from nlu.bundle import Bundle, json_bytes
from nlu.classifier import IntentClassifier
from nlu.decisions import probabilities
from nlu.encoder import Encoder, Pretrained, chosen_device, load_pretrained, tokenized
from nlu.engine import Networks
from nlu.entities import Patterns
from nlu.labels import Labels
from nlu.types import OUT_OF_SCOPE_INTENT
from training.data import Example, TrainingData, class_of
from training.deciding import Embedded, inside_and_outside, learn_decisions
from training.errors import NotEnoughExamples
from training.finetune import Judgement, Progress, Recipe, Rows, class_logits, finetune
from training.index import embed
from training.splits import Split, stratified
from training.sureness import Sureness

CONTINUED = Recipe(epochs=3, encoder_rate=3e-5, head_rate=3e-4)
VALIDATION_SHARE = 0.15
OUTSIDE_VALIDATION_SHARE = 0.4  # of the out-of-scope examples: they teach the decision


@dataclass(frozen=True)
class Made:
    """The files of a new model, the encoder it began with, and how its training went."""

    contents: Mapping[str, bytes]
    encoder: str
    metrics: dict[str, Any]


def make_model(
    examples: Sequence[Example],
    labels: Sequence[Example],
    data: TrainingData,
    *,
    encoder: str | Path | None,
    device: str,
    seed: int,
    sureness: Sureness,
    start: Bundle | None = None,
    recipe: Recipe | None = None,
    progress: Progress | None = None,
) -> Made:
    """Fine-tune, calibrate and index. `labels` are learnt from but never held out.

    With `start`, a model fine-tuned from the same encoder, its weights are trained on gently
    instead of the pretrained ones: what it knows is kept, and all examples are seen again, so
    that nothing is forgotten. Raises NotEnoughExamples when fewer than two intents can be told
    apart.
    """
    where = chosen_device(device)
    split = _split(examples, labels, seed)
    classes = Labels(sorted({class_of(example) for example in split.train}))
    if len(classes.intents) < 2 or not split.held_out:
        raise NotEnoughExamples("At least two intents with four examples each are needed.")

    pretrained = load_pretrained(encoder)
    if start is not None and start.json(files.ENCODER) != pretrained.encoder.config:
        start = None  # another encoder: nothing to go on from
    recipe = recipe or (Recipe() if start is None else CONTINUED)
    everything = [*examples, *labels]
    questions = [example for example in everything if example.response_key]
    inside, outside = inside_and_outside(split.train)

    def embedded(examples: Sequence[Example], by: Encoder) -> Embedded:
        texts = list(dict.fromkeys(example.text for example in examples))
        vectors = embed(texts, by, pretrained, encoder, where)  # (N, H)
        return Embedded(dict(zip(texts, vectors, strict=True)), by.width)

    original = embedded(everything, pretrained.encoder)
    classifier = IntentClassifier(_copy(pretrained.encoder), len(classes.names), recipe.dropout)
    targets = [classes.names.index(class_of(example)) for example in split.train]
    classifier.start_from_prototypes(
        torch.from_numpy(original.of(split.train)), torch.tensor(targets)
    )
    if start is not None:
        _take_over(classifier, classes, start)
    outcome = finetune(
        classifier,
        Rows(_ids(pretrained, split.train), targets),
        recipe,
        validate=_validation(classifier, classes, split, pretrained, where),
        device=where,
        seed=seed,
        progress=progress,
    )

    networks = Networks(classifier, pretrained.encoder, pretrained.tokenizer, where)
    reading = networks.read(_ids(pretrained, split.held_out))
    tuned = embedded(everything, classifier.encoder)
    decisions = learn_decisions(classes, split, reading, original, tuned, sureness)
    index = {
        "questions": tuned.of(questions),
        "inside": original.of(inside),
        "outside": original.of(outside),
        "examples": tuned.of(everything),
    }
    patterns = Patterns(data.regexes, data.lookups, data.synonyms)
    contents = {
        files.CLASSIFIER: _weights(classifier),
        files.EMBEDDER: _weights(pretrained.encoder),
        files.INDEX: safetensors.numpy.save(index),
        files.EXAMPLES: json_bytes([(e.text, class_of(e), e.source) for e in everything]),
        files.ENCODER: json_bytes(pretrained.encoder.config),
        files.TOKENIZER: pretrained.tokenizer.to_str().encode(),
        files.LABELS: json_bytes(classes.names),
        files.DECISIONS: json_bytes(decisions.to_json()),
        files.PATTERNS: json_bytes(patterns.to_json()),
        files.RETRIEVAL: json_bytes([example.response_key for example in questions]),
    }
    metrics = {
        "examples": len(everything),
        "labels": len(labels),
        "intents": len(classes.intents),
        "epochs": outcome.best_epoch,
        "train_seconds": round(outcome.seconds, 1),
        "validation_accuracy": outcome.best.accuracy,
        "continued_from": None if start is None else start.manifest.version,
    }
    return Made(contents, pretrained.name, metrics)


def _take_over(classifier: IntentClassifier, classes: Labels, start: Bundle) -> None:
    """The weights of an earlier model; a class that it does not know keeps its prototype."""
    earlier: list[str] = start.json(files.LABELS)
    weights = safetensors.torch.load(start.contents[files.CLASSIFIER])
    known = [name for name in classes.names if name in earlier]
    ours = [classes.names.index(name) for name in known]
    theirs = [earlier.index(name) for name in known]
    for part in ("head.weight", "head.bias"):
        own = classifier.state_dict()[part].clone()
        own[ours] = weights[part][theirs]
        weights[part] = own
    classifier.load_state_dict(weights)


def _split(examples: Sequence[Example], labels: Sequence[Example], seed: int) -> Split:
    """Part the examples; out-of-scope ones by their own share, labels not at all."""
    inside, outside = inside_and_outside(examples)
    known = stratified(inside, VALIDATION_SHARE, seed)
    unknown = stratified(outside, OUTSIDE_VALIDATION_SHARE, seed)
    return Split((*known.train, *unknown.train, *labels), (*known.held_out, *unknown.held_out))


def _validation(
    classifier: IntentClassifier,
    classes: Labels,
    split: Split,
    pretrained: Pretrained,
    device: torch.device,
) -> Callable[[], Judgement]:
    """Judges the classifier as it is on the held-out in-scope examples, by intent."""
    examples = [example for example in split.held_out if example.intent != OUT_OF_SCOPE_INTENT]
    ids = _ids(pretrained, examples)
    truth = np.array([classes.intents.index(example.intent) for example in examples])

    def judged() -> Judgement:
        logits = class_logits(classifier, ids, device)  # (N, C)
        chances = probabilities(classes.intent_logits(logits, 1.0))  # (N, K)
        loss = -np.log(chances[np.arange(len(truth)), truth] + 1e-12).mean()
        return Judgement(float(loss), float((chances.argmax(axis=1) == truth).mean()))

    return judged


def _ids(pretrained: Pretrained, examples: Sequence[Example]) -> list[list[int]]:
    return tokenized(pretrained.tokenizer, [example.text for example in examples])


def _copy(encoder: Encoder) -> Encoder:
    copied = Encoder.from_config(encoder.config)
    copied.load_state_dict(encoder.state_dict())
    return copied


def _weights(module: nn.Module) -> bytes:
    tensors = {name: tensor.cpu().contiguous() for name, tensor in module.state_dict().items()}
    return bytes(safetensors.torch.save(tensors))
