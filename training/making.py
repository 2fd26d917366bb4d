"""Making a model: from examples to the files of a bundle, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors.numpy
import safetensors.torch
import torch
from tokenizers import Tokenizer
from torch import nn

from nlu import bundle as files
from nlu.bundle import Bundle, json_bytes
from nlu.encoder import Encoder, Pretrained, chosen_device, load_pretrained
from nlu.entities import Patterns
from nlu.feelings import FeelingReader
from nlu.labels import Labels
from nlu.unread import LetterReader
from training.answering import entries_of, sentences_of
from training.data import Example, TrainingData, class_of, classes_of, normalised
from training.deciding import Embedded, inside_and_outside
from training.errors import NotEnoughExamples
from training.export import embedder, exported
from training.feelings import learn_feeling
from training.fitting import Ground, named_examples
from training.index import embed, unit_vectors
from training.learning import Learnt, learn
from training.patterns import patterns_of
from training.plan import Plan
from training.progress import Clock, Progress, tell
from training.rasa_config import Setup
from training.recipe import Recipe, gentler
from training.splits import Split, folds, rank, stratified
from training.spotting import figures_json
from training.tagging import TaughtTagger, learn_tagger
from training.unread import apart

VALIDATION_SHARE = 0.15
ENOUGH_HELD_OUT = 600  # examples; more would be missed in learning
OUTSIDE_VALIDATION_SHARE = 0.4  # of the out-of-scope examples: they teach the decision
FEW = 12  # examples a class: with fewer, none is held out for good
FOLDS = 5
MOST_UNLABELLED = 20_000  # each is compared with each


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
    setup: Setup,
    *,
    held_out: Sequence[Example] = (),
    marked: Sequence[Example] = (),
    unlabelled: Sequence[str] = (),
    start: Bundle | None = None,
    progress: Progress | None = None,
) -> Made:
    """Fine-tune, calibrate and index.

    `held_out` decides which epoch is kept and when the model is sure; without it, a share of
    the examples does, or each in its turn where they are few. `labels` are learnt from but never
    held out. `marked` teach entities and nothing else. `unlabelled` are sentences of the same kind
    that nobody has labelled: the model guesses at them and learns from that. With `start`, a model
    fine-tuned from the same encoder, its weights are trained on gently instead of the pretrained
    ones. `setup` is the project's. Raises NotEnoughExamples when fewer than two intents can be told
    apart.
    """
    clock = Clock()
    with clock.measuring("loading the encoder"):
        pretrained = load_pretrained(plan.encoder)
    given = len(examples) + len(labels)
    with clock.measuring("letters"):
        tokenizer = pretrained.tokenizer
        letters, examples, labels = apart(examples, labels, tokenizer, setup.sureness, plan.seed)
    everything = [*examples, *labels]
    classes = classes_of(everything)
    splits = _splits(examples, labels, held_out, classes, plan.seed)
    unlabelled = _new(unlabelled, everything, plan.seed)
    if start is not None and not _same_encoder(start, pretrained.encoder, plan.recipe):
        start = None  # another encoder: nothing to go on from
    with clock.measuring("embedding"):
        told = [entry.text for entry in sentences_of(data.answers)]
        sentences = [*everything, *held_out, *named_examples(classes)]
        texts = [*_texts(sentences), *unlabelled, *told]
        vectors = embed(texts, pretrained, plan.encoder, chosen_device(plan.machine.device))
        original = Embedded.of_texts(texts, vectors)  # (N, H)
    if start is not None:
        plan = replace(plan, recipe=gentler(plan.recipe))
    ground = Ground(classes, pretrained, original, start, data.answers)
    learnt = learn(ground, splits, everything, unlabelled, plan, setup.sureness, clock, progress)
    with clock.measuring("embedding"):
        device = chosen_device(plan.machine.device)
        texts = _texts(everything)
        vectors = unit_vectors(texts, learnt.classifier.encoder, pretrained.tokenizer, device)
        tuned = Embedded.of_texts(texts, vectors)
    with clock.measuring("feelings"):
        feelings = _feelings(data, learnt, pretrained.tokenizer, device)
    patterns = patterns_of(data, setup)
    contents = _contents(learnt, ground, tuned, everything, data, feelings, letters, plan)
    contents |= _as_asked(patterns, setup)
    if data.retrieves:
        with clock.measuring("exporting"):
            contents.update(embedder(pretrained, export=plan.machine.export))
    tell(progress, 0.97, "teaching it entities")
    with clock.measuring("teaching entities"):
        taught = _taught((*examples, *marked), patterns, learnt, pretrained, setup, plan)
    if taught is not None:
        contents |= taught.contents
    exports: dict[str, Any] = {}
    if plan.machine.export:
        with clock.measuring("exporting"):
            judges = [one for split in splits for one in inside_and_outside(split.held_out)[0]]
            written = exported(learnt, ground, judges, taught, plan.machine.runtime.threads)
            contents, exports = {**contents, **written.contents}, written.figures
    metrics = {
        "examples": len(everything),
        "labels": len(labels),
        "by_letters": given - len(everything),
        "unlabelled": len(unlabelled),
        "intents": len(classes.intents),
        "epochs": learnt.epochs,
        "distance": learnt.distance,
        "train_seconds": clock.seconds["fine-tuning"],
        "seconds": clock.seconds,
        "validation_accuracy": learnt.accuracy,
        "continued_from": None if start is None else start.manifest.version,
        "exports": exports,
        "entities": {} if taught is None else figures_json(taught.figures),
    }
    return Made(contents, pretrained.name, metrics)


def _taught(
    examples: Sequence[Example],
    patterns: Patterns,
    learnt: Learnt,
    pretrained: Pretrained,
    setup: Setup,
    plan: Plan,
) -> TaughtTagger | None:
    """A tagger of what is annotated, if there is anything and the project wants it found."""
    if not setup.tags:
        return None
    encoder, device = learnt.classifier.encoder, chosen_device(plan.machine.device)
    everywhere = setup.pipeline is not None
    return learn_tagger(
        examples, patterns, encoder, pretrained.tokenizer, device, plan.seed, everywhere=everywhere
    )


def _splits(
    examples: Sequence[Example],
    labels: Sequence[Example],
    held_out: Sequence[Example],
    classes: Labels,
    seed: int,
) -> list[Split]:
    """What is learnt from and what judges: one split, or folds where examples are few.

    Raises NotEnoughExamples.
    """
    everything = (*examples, *labels)
    splits = [Split(everything, tuple(held_out))]
    if not held_out and len(everything) < FEW * len(classes.names):
        splits = [_with(split, labels) for split in folds(examples, FOLDS, seed)]
    elif not held_out:
        splits = [_split(examples, labels, seed)]
    known = [split for split in splits if _intents(split.held_out)]
    if len(classes.intents) < 2:
        named = f"only '{classes.intents[0]}'" if classes.intents else "none"
        raise NotEnoughExamples(
            f"Two intents are needed, to tell them apart, and there is {named}: write a few "
            "examples of another."
        )
    if not known:
        raise NotEnoughExamples("No intent has two examples: write some more.")
    return splits


def _with(split: Split, labels: Sequence[Example]) -> Split:
    return Split((*split.train, *labels), split.held_out)


def _intents(examples: Sequence[Example]) -> set[str]:
    return {example.intent for example in examples if not example.outside}


def _new(unlabelled: Sequence[str], examples: Sequence[Example], seed: int) -> list[str]:
    """Unlabelled texts that no example has: each once, and so many as can be compared."""
    seen = {normalised(example.text) for example in examples}
    found = {normalised(text): text for text in unlabelled if normalised(text) not in seen}
    found.pop("", None)
    return sorted(found.values(), key=lambda text: rank(text, seed))[:MOST_UNLABELLED]


def _feelings(
    data: TrainingData, learnt: Learnt, tokenizer: Tokenizer, device: torch.device
) -> dict[str, FeelingReader]:
    """A reader of each feeling that the project has texts for, on the finished encoder."""
    found = {}
    for name, examples in data.feelings.items():
        texts = [example.text for example in examples]
        vectors = unit_vectors(texts, learnt.classifier.encoder, tokenizer, device)
        found[name] = learn_feeling(examples, vectors, learnt.ngrams)
    return found


def _as_asked(patterns: Patterns, setup: Setup) -> dict[str, bytes]:
    """The files of what the project itself says of entities, and of a Rasa project's pipeline."""
    contents = {files.PATTERNS: json_bytes(patterns.to_json())}
    if setup.pipeline is not None:
        contents[files.PIPELINE] = json_bytes(setup.pipeline.to_json())
    return contents


def _contents(
    learnt: Learnt,
    ground: Ground,
    tuned: Embedded,
    everything: Sequence[Example],
    data: TrainingData,
    feelings: Mapping[str, FeelingReader],
    letters: LetterReader | None,
    plan: Plan,
) -> dict[str, bytes]:
    """The files of the bundle."""
    classifier = learnt.classifier
    head = classifier.head.as_it_serves()
    entries = entries_of(everything, data.answers)
    index: dict[str, npt.NDArray[Any]] = {
        "entries": ground.original.at([entry.text for entry in entries]),
        "examples": tuned.of(everything),
        "head_weights": head.weights,
        "head_bias": head.bias,
        "ngram_rarity": learnt.ngrams.rarity,
        "ngram_weights": learnt.ngrams.weights.astype(np.float16),
        "ngram_bias": learnt.ngrams.bias,
    }
    made_of = {
        "architecture": classifier.encoder.config,
        "cosine": plan.recipe.cosine,
        "embedder": ground.pretrained.encoder.config,
    }
    retrieval = {
        "entries": [asdict(entry) for entry in entries],
        "scorer": learnt.answering.scorer.to_json(),
    }
    for name, reader in feelings.items():
        index.update(reader.arrays(name))
    if letters is not None:
        index.update(letters.arrays())
    named = {name: reader.labels for name, reader in feelings.items()}
    return {
        files.CLASSIFIER: _weights(classifier),
        files.INDEX: safetensors.numpy.save(
            # It writes memory as it lies: columns first, if an array was made that way.
            {name: np.ascontiguousarray(array) for name, array in index.items()}
        ),
        files.EXAMPLES: json_bytes([(e.text, class_of(e), e.source) for e in everything]),
        files.ENCODER: json_bytes(made_of),
        files.TOKENIZER: ground.pretrained.tokenizer.to_str().encode(),
        files.LABELS: json_bytes(ground.classes.names),
        files.DECISIONS: json_bytes(learnt.decisions.to_json()),
        files.RETRIEVAL: json_bytes(retrieval),
        **({files.FEELINGS: json_bytes(named)} if named else {}),
        **({} if letters is None else {files.UNREAD: json_bytes(letters.to_json())}),
    }


def _same_encoder(start: Bundle, encoder: Encoder, recipe: Recipe) -> bool:
    """Whether the weights of an earlier model fit this encoder under this recipe."""
    made_of = start.json(files.ENCODER)
    theirs = dict(made_of["architecture"])
    if made_of["cosine"] != recipe.cosine:
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
