"""Making a model: from examples to the files of a bundle, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import safetensors.numpy
import safetensors.torch
from torch import nn

from nlu import bundle as files
from nlu.bundle import Bundle, json_bytes
from nlu.encoder import Encoder, chosen_device, load_pretrained, tokenized
from nlu.engine import Networks
from nlu.entities import Patterns
from nlu.labels import Labels
from training.data import Example, TrainingData, class_of
from training.deciding import Embedded, inside_and_outside, learn_decisions
from training.errors import NotEnoughExamples
from training.fitting import Fitted, Ground, fit, named_examples
from training.index import embed, unit_vectors
from training.plan import Plan
from training.progress import Clock, Progress, part
from training.recipe import Recipe
from training.splits import Split, stratified
from training.sureness import Sureness

VALIDATION_SHARE = 0.15
ENOUGH_HELD_OUT = 600  # examples; more would be missed in learning
OUTSIDE_VALIDATION_SHARE = 0.4  # of the out-of-scope examples: they teach the decision
FEW = 20  # examples a class: with fewer, the final classifier learns from the held-out ones too


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
    plan: Plan,
    sureness: Sureness,
    *,
    held_out: Sequence[Example] = (),
    start: Bundle | None = None,
    progress: Progress | None = None,
) -> Made:
    """Fine-tune, calibrate and index.

    `held_out` decides which epoch is kept and when the model is sure; without it, a share of
    the examples does. `labels` are learnt from but never held out. With `start`, a model
    fine-tuned from the same encoder, its weights are trained on gently instead of the pretrained
    ones. Raises NotEnoughExamples when fewer than two intents can be told apart.
    """
    clock = Clock()
    where = chosen_device(plan.machine.device)
    split = Split((*examples, *labels), tuple(held_out))
    if not held_out:
        split = _split(examples, labels, plan.seed)
    classes = Labels(sorted({class_of(example) for example in split.train}))
    if len(classes.intents) < 2 or not split.held_out:
        raise NotEnoughExamples("At least two intents with four examples each are needed.")

    with clock.measuring("loading the encoder"):
        pretrained = load_pretrained(plan.encoder)
    if start is not None and not _same_encoder(start, pretrained.encoder, plan.recipe):
        start = None  # another encoder: nothing to go on from
    everything = [*examples, *labels]
    questions = [example for example in everything if example.response_key]
    inside, outside = inside_and_outside(split.train)

    with clock.measuring("embedding"):
        texts = _texts([*everything, *named_examples(classes)])
        vectors = embed(texts, pretrained, plan.encoder, where)  # (N, H)
        original = Embedded.of_texts(texts, vectors)
    ground = Ground(classes, pretrained, original, start)
    few = not held_out and len(split.train) < FEW * len(classes.names)

    def fitted(split: Split, plan: Plan, progress: Progress | None) -> Fitted:
        with clock.measuring("fine-tuning"):
            return fit(ground, split.train, split.held_out, plan, progress)

    def tuned_space(examples: Sequence[Example], by: Fitted) -> Embedded:
        texts = _texts(examples)
        vectors = unit_vectors(texts, by.classifier.encoder, pretrained.tokenizer, where)
        return Embedded.of_texts(texts, vectors)

    found = fitted(split, plan, part(progress, 0.0, 0.45 if few else 0.95))
    with clock.measuring("calibrating"):
        networks = Networks(found.classifier, pretrained.encoder, pretrained.tokenizer, where)
        ids = tokenized(pretrained.tokenizer, [example.text for example in split.held_out])
        reading = networks.read(ids)
        tuned = tuned_space(questions, found)
        decisions = learn_decisions(classes, split, reading, original, tuned, sureness)
    kept = found
    if few:
        # So few examples are dear: what was held out to choose by is learnt from as well.
        chosen = replace(plan.recipe, epochs=found.outcome.best_epoch)
        again = replace(plan, recipe=chosen)
        kept = fitted(Split(tuple(everything), ()), again, part(progress, 0.5, 0.95))
    with clock.measuring("embedding"):
        tuned = tuned_space(everything, kept)
    index = {
        "questions": tuned.of(questions),
        "inside": original.of(inside),
        "outside": original.of(outside),
        "examples": tuned.of(everything),
    }
    patterns = Patterns(data.regexes, data.lookups, data.synonyms)
    architecture = {
        "classifier": kept.classifier.encoder.config,
        "embedder": pretrained.encoder.config,
        "cosine": plan.recipe.cosine,
    }
    contents = {
        files.CLASSIFIER: _weights(kept.classifier),
        files.EMBEDDER: _weights(pretrained.encoder),
        files.INDEX: safetensors.numpy.save(index),
        files.EXAMPLES: json_bytes([(e.text, class_of(e), e.source) for e in everything]),
        files.ENCODER: json_bytes(architecture),
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
        "epochs": found.outcome.best_epoch,
        "train_seconds": clock.seconds["fine-tuning"],
        "seconds": clock.seconds,
        "validation_accuracy": found.outcome.best.accuracy,
        "continued_from": None if start is None else start.manifest.version,
    }
    return Made(contents, pretrained.name, metrics)


def _same_encoder(start: Bundle, encoder: Encoder, recipe: Recipe) -> bool:
    """Whether the weights of an earlier model fit this encoder under this recipe."""
    architecture = start.json(files.ENCODER)
    theirs = dict(architecture["classifier"])
    if architecture["cosine"] != recipe.cosine:
        return False
    if recipe.layers:
        theirs["num_hidden_layers"] = encoder.config.get("num_hidden_layers")
    return bool(theirs == encoder.config)


def _texts(examples: Sequence[Example]) -> list[str]:
    """The different texts of some examples."""
    return list(dict.fromkeys(example.text for example in examples))


def _split(examples: Sequence[Example], labels: Sequence[Example], seed: int) -> Split:
    """Part the examples; out-of-scope ones by their own share, labels not at all."""
    inside, outside = inside_and_outside(examples)
    share = min(VALIDATION_SHARE, ENOUGH_HELD_OUT / max(1, len(inside)))
    known = stratified(inside, share, seed)
    unknown = stratified(outside, OUTSIDE_VALIDATION_SHARE, seed)
    return Split((*known.train, *unknown.train, *labels), (*known.held_out, *unknown.held_out))


def _weights(module: nn.Module) -> bytes:
    tensors = {name: tensor.cpu().contiguous() for name, tensor in module.state_dict().items()}
    return bytes(safetensors.torch.save(tensors))
