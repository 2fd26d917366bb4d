"""From labelled examples to a fine-tuned classifier, with whatever the recipe adds around it."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import safetensors.torch
import torch

from nlu import bundle as files
from nlu.bundle import Bundle
from nlu.classifier import IntentClassifier
from nlu.decisions import probabilities
from nlu.encoder import Pretrained, chosen_device
from nlu.labels import Labels, intent_of
from nlu.outofscope import Array
from training import adapters
from training.data import Example, class_of
from training.deciding import Embedded, inside_and_outside
from training.distributed import finetune_in
from training.ensemble import cross_taught
from training.finetune import Job, Outcome, Rows, class_logits
from training.plan import Machine, Plan
from training.progress import Progress, part
from training.pruning import pruned
from training.recipe import Recipe

NAMED = "name:"  # source of an example that is the name of its class


@dataclass(frozen=True)
class Ground:
    """What every training of one model starts from.

    `original` has the vectors of all examples, and of the sentences of the `answers` to questions
    by their keys, in the pretrained space; `start` is an earlier model to go on from.
    """

    classes: Labels
    pretrained: Pretrained
    original: Embedded
    start: Bundle | None = None
    answers: Mapping[str, str] = field(default_factory=dict)

    def targets(self, examples: Sequence[Example]) -> list[int]:
        """The number of each example's class."""
        return [self.classes.names.index(class_of(example)) for example in examples]


@dataclass(frozen=True)
class Fitted:
    """A trained classifier, and how its training went."""

    classifier: IntentClassifier
    outcome: Outcome


def fit(
    ground: Ground,
    train: Sequence[Example],
    held_out: Sequence[Example],
    plan: Plan,
    progress: Progress | None = None,
) -> Fitted:
    """A classifier that learnt from `train`: of the epoch that does best on `held_out`.

    With teachers in the recipe, these are trained first, and the classifier learns from them too.
    """
    recipe, seed, machine = plan.recipe, plan.seed, plan.machine
    if recipe.intent_names:
        train = [*train, *named_examples(ground.classes)]
    if not recipe.teachers:
        return _fit(ground, train, held_out, plan, progress)
    alone = replace(recipe, teachers=0)
    trainings = recipe.teachers + 1

    def teach(rows: Sequence[int], judged: Sequence[int], own_seed: int) -> Array:
        number = own_seed - seed - 1
        stretch = part(progress, number / trainings, (number + 1) / trainings)
        learnt = [train[row] for row in rows]
        own = replace(plan, recipe=alone, seed=own_seed)
        teacher = _fit(ground, learnt, (), own, stretch).classifier
        texts = [train[row].text for row in judged]
        tokenizer, device = ground.pretrained.tokenizer, chosen_device(machine.device)
        return probabilities(class_logits(teacher, tokenizer, texts, device))

    taught = cross_taught(train, recipe.teachers, seed, teach)
    stretch = part(progress, recipe.teachers / trainings, 1.0)
    return _fit(ground, train, held_out, plan, stretch, taught)


def named_examples(classes: Labels) -> list[Example]:
    """The name of each class, written as words, as an example of it."""
    return [
        Example(
            text=" ".join(name.split("/", 1)[-1].replace("-", "_").split("_")),
            intent=intent_of(name),
            source=NAMED + name,
            response_key=name if "/" in name else None,
        )
        for name in classes.names
        if name != classes.outside
    ]


def _fit(
    ground: Ground,
    train: Sequence[Example],
    held_out: Sequence[Example],
    plan: Plan,
    progress: Progress | None,
    taught: Array | None = None,
) -> Fitted:
    recipe, seed, machine = plan.recipe, plan.seed, plan.machine
    torch.manual_seed(seed)
    classifier = beginning(ground, train, recipe)
    targets = ground.targets(train)
    if recipe.lora_rank:
        adapters.attach(classifier, recipe.lora_rank)
    inside, _ = inside_and_outside(held_out)
    job = Job(
        classifier=classifier,
        tokenizer=ground.pretrained.tokenizer,
        classes=ground.classes,
        train=Rows([example.text for example in train], targets, taught),
        held_out=Rows(
            [example.text for example in inside],
            [ground.classes.intents.index(example.intent) for example in inside],
        ),
        recipe=recipe,
        seed=seed,
        device=str(chosen_device(machine.device)),
    )
    job = replace(job, checkpoint=_checkpoint(job, ground, machine))
    outcome = finetune_in(machine.processes, job, progress)
    if recipe.lora_rank:
        if machine.adapters is not None:
            adapters.save(classifier, machine.adapters)
        adapters.merge(classifier)
    return Fitted(classifier, outcome)


def beginning(ground: Ground, train: Sequence[Example], recipe: Recipe) -> IntentClassifier:
    """What a training begins with: the encoder, and a head of each class's prototype."""
    encoder = ground.pretrained.encoder
    encoder = pruned(encoder, recipe.layers) if recipe.layers else copy.deepcopy(encoder)
    classifier = IntentClassifier(encoder, len(ground.classes.names), scale=recipe.cosine)
    vectors = torch.from_numpy(ground.original.of(train))  # (N, H)
    classifier.start_from_prototypes(vectors, torch.tensor(ground.targets(train)))
    if ground.start is not None:
        _take_over(classifier, ground.classes, ground.start)
    return classifier


def _take_over(classifier: IntentClassifier, classes: Labels, start: Bundle) -> None:
    """The weights of an earlier model; a class that it does not know keeps its prototype."""
    earlier: list[str] = start.json(files.LABELS)
    weights = safetensors.torch.load(start.contents[files.CLASSIFIER])
    known = [name for name in classes.names if name in earlier]
    ours = [classes.names.index(name) for name in known]
    theirs = [earlier.index(name) for name in known]
    for name in ("head.weight", "head.bias"):
        own = classifier.state_dict()[name].clone()
        own[ours] = weights[name][theirs]
        weights[name] = own
    classifier.load_state_dict(weights)


def _checkpoint(job: Job, ground: Ground, machine: Machine) -> Path | None:
    """A file name that only the very same training has."""
    if machine.checkpoints is None:
        return None
    start = None if ground.start is None else ground.start.manifest.version
    same = [
        *(ground.pretrained.name, start, ground.classes.names, asdict(job.recipe), job.seed),
        *(job.train.texts, job.train.labels, job.held_out.texts, machine.processes),
    ]
    digest = hashlib.sha256(json.dumps(same).encode()).hexdigest()
    return machine.checkpoints / f"{digest[:16]}.pt"
