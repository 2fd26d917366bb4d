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
from nlu.decisions import Decisions
from nlu.encoder import Encoder, chosen_device, load_pretrained, tokenized
from nlu.engine import Networks
from nlu.entities import Patterns
from nlu.labels import Labels
from nlu.probe import Probe
from training.data import Example, TrainingData, class_of
from training.deciding import Embedded, inside_and_outside, learn_decisions
from training.errors import NotEnoughExamples
from training.finetune import Outcome
from training.fitting import Fitted, Ground, fit, named_examples
from training.index import embed, unit_vectors
from training.plan import Plan
from training.probing import choose_strength, fit_probe
from training.progress import Clock, Progress, part
from training.recipe import Recipe, gentler
from training.splits import Split, stratified
from training.sureness import Sureness

VALIDATION_SHARE = 0.15
ENOUGH_HELD_OUT = 600  # examples; more would be missed in learning
OUTSIDE_VALIDATION_SHARE = 0.4  # of the out-of-scope examples: they teach the decision
FEW = 12  # examples a class: with fewer, the final classifier learns from the held-out ones too


@dataclass(frozen=True)
class Made:
    """The files of a new model, the encoder it began with, and how its training went."""

    contents: Mapping[str, bytes]
    encoder: str
    metrics: dict[str, Any]


@dataclass(frozen=True)
class _Learnt:
    """Everything that was learnt; `best` tells of the training that the decisions come from."""

    ground: Ground
    fitted: Fitted
    best: Outcome
    probe: Probe
    decisions: Decisions
    tuned: Embedded


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
    everything = [*examples, *labels]
    split = Split(tuple(everything), tuple(held_out))
    if not held_out:
        split = _split(examples, labels, plan.seed)
    classes = Labels(sorted({class_of(example) for example in split.train}))
    if len(classes.intents) < 2 or not split.held_out:
        raise NotEnoughExamples("At least two intents with four examples each are needed.")
    few = not held_out and len(split.train) < FEW * len(classes.names)

    with clock.measuring("loading the encoder"):
        pretrained = load_pretrained(plan.encoder)
    if start is not None and not _same_encoder(start, pretrained.encoder, plan.recipe):
        start = None  # another encoder: nothing to go on from
    with clock.measuring("embedding"):
        texts = _texts([*everything, *named_examples(classes)])
        vectors = embed(texts, pretrained, plan.encoder, chosen_device(plan.machine.device))
        original = Embedded.of_texts(texts, vectors)  # (N, H)
    if start is not None:
        plan = replace(plan, recipe=gentler(plan.recipe))
    ground = Ground(classes, pretrained, original, start)
    again = tuple(everything) if few else ()
    learnt = _learn(ground, split, again, everything, plan, sureness, clock, progress)
    metrics = {
        "examples": len(everything),
        "labels": len(labels),
        "intents": len(classes.intents),
        "epochs": learnt.best.best_epoch,
        "train_seconds": clock.seconds["fine-tuning"],
        "seconds": clock.seconds,
        "validation_accuracy": learnt.best.best.accuracy,
        "continued_from": None if start is None else start.manifest.version,
    }
    contents = _contents(learnt, everything, split.train, data, plan)
    return Made(contents, pretrained.name, metrics)


def _learn(
    ground: Ground,
    split: Split,
    again: Sequence[Example],
    everything: Sequence[Example],
    plan: Plan,
    sureness: Sureness,
    clock: Clock,
    progress: Progress | None,
) -> _Learnt:
    """Classifier, probe and decisions; then, from `again`, classifier and probe once more."""
    classes, pretrained, original = ground.classes, ground.pretrained, ground.original
    where = chosen_device(plan.machine.device)
    silent = Probe.silent(len(classes.names), pretrained.encoder.width)

    def fitted(split: Split, plan: Plan, progress: Progress | None) -> Fitted:
        with clock.measuring("fine-tuning"):
            return fit(ground, split.train, split.held_out, plan, progress)

    def probe_of(examples: Sequence[Example]) -> Probe:
        return fit_probe(original.of(examples), ground.targets(examples), len(classes.names))

    def tuned_space(examples: Sequence[Example], by: Fitted) -> Embedded:
        texts = _texts(examples)
        vectors = unit_vectors(texts, by.classifier.encoder, pretrained.tokenizer, where)
        return Embedded.of_texts(texts, vectors)

    found = fitted(split, plan, part(progress, 0.0, 0.45 if again else 0.95))
    with clock.measuring("calibrating"):
        networks = Networks(
            found.classifier, pretrained.encoder, pretrained.tokenizer, where, silent
        )
        ids = tokenized(pretrained.tokenizer, [example.text for example in split.held_out])
        reading = networks.read(ids)
        probe, strength = silent, 0.0
        if plan.recipe.probe:
            probe = probe_of(split.train)
            opinion = probe(reading.pretrained)  # (N, C)
            strength = choose_strength(reading.logits, opinion, ground.targets(split.held_out))
            reading = reading._replace(logits=reading.logits + strength * opinion)
        tuned = tuned_space(everything, found)
        decisions = learn_decisions(classes, split, reading, original, tuned, sureness)
    kept = found
    if again:
        # So few examples are dear: what was held out to choose by is learnt from as well.
        chosen = replace(plan.recipe, epochs=found.outcome.best_epoch)
        last = part(progress, 0.5, 0.95)
        kept = fitted(Split(tuple(again), ()), replace(plan, recipe=chosen), last)
        if strength:
            probe = probe_of(again)
        with clock.measuring("embedding"):
            tuned = tuned_space(everything, kept)
    return _Learnt(ground, kept, found.outcome, probe.times(strength), decisions, tuned)


def _contents(
    learnt: _Learnt,
    everything: Sequence[Example],
    train: Sequence[Example],
    data: TrainingData,
    plan: Plan,
) -> dict[str, bytes]:
    """The files of the bundle."""
    ground, classifier = learnt.ground, learnt.fitted.classifier
    questions = [example for example in everything if example.response_key]
    inside, outside = inside_and_outside(train)
    index = {
        "questions": learnt.tuned.of(questions),
        "inside": ground.original.of(inside),
        "outside": ground.original.of(outside),
        "examples": learnt.tuned.of(everything),
        "probe_weights": learnt.probe.weights,
        "probe_bias": learnt.probe.bias,
    }
    architecture = {
        "classifier": classifier.encoder.config,
        "embedder": ground.pretrained.encoder.config,
        "cosine": plan.recipe.cosine,
    }
    patterns = Patterns(data.regexes, data.lookups, data.synonyms)
    return {
        files.CLASSIFIER: _weights(classifier),
        files.EMBEDDER: _weights(ground.pretrained.encoder),
        files.INDEX: safetensors.numpy.save(index),
        files.EXAMPLES: json_bytes([(e.text, class_of(e), e.source) for e in everything]),
        files.ENCODER: json_bytes(architecture),
        files.TOKENIZER: ground.pretrained.tokenizer.to_str().encode(),
        files.LABELS: json_bytes(ground.classes.names),
        files.DECISIONS: json_bytes(learnt.decisions.to_json()),
        files.PATTERNS: json_bytes(patterns.to_json()),
        files.RETRIEVAL: json_bytes([example.response_key for example in questions]),
    }


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
