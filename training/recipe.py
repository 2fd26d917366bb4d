"""The recipe: every setting that decides how a classifier is trained, and what each is for."""

from __future__ import annotations

import typing
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Literal

from nlu.source import nearest
from training.errors import UnknownSetting

Precision = Literal["auto", "fp32", "bf16", "fp16"]


@dataclass(frozen=True)
class Recipe:
    """How a classifier is trained; a weight of 0 leaves its term out.

    What each term gains or costs is measured in tests/bench/RESULTS.md; what does not help is
    off by default.
    """

    epochs: int = 6
    most_steps: int = 4000  # of many examples fewer epochs are made: as many as fit in
    batch_size: int = 32
    encoder_rate: float = 1e-4  # learning rate of the encoder's last layer
    head_rate: float = 1e-3
    layer_decay: float = 1.0  # factor on the rate from each layer to the one below it
    weight_decay: float = 0.01
    warm_up: float = 0.1  # share of all steps
    largest_gradient: float = 1.0  # norm
    patience: int = 3  # epochs without a better validation loss
    frozen: int = 1  # lowest parts left as pretrained: 1 is the embeddings, 2 and one layer, …
    cosine: float = 20.0  # scale of a cosine head; 0 is a linear one
    dropout: float = 0.1  # before the head
    encoder_dropout: float = 0.1  # in the encoder's layers
    label_smoothing: float = 0.0
    contrastive: float = 0.0  # weight of the supervised contrastive loss
    contrastive_temperature: float = 0.1
    consistency: float = 0.0  # weight of R-Drop
    adversarial: float = 0.0  # length of the step against the word embeddings (FGM)
    interpolation: bool = True  # weights are drawn back towards their beginning if better
    averaging: float = 0.0  # decay of the exponential moving average of the weights
    augmentation: float = 0.0  # share of sentences changed in each epoch
    intent_names: bool = False  # an intent's name, as words, is one more example of it
    ngrams: bool = True  # a linear classifier on the letters of words joins in
    teachers: int = 0  # models of which the classifier learns beside the labels
    teaching: float = 0.5  # weight of the teachers' probabilities against the labels
    layers: int = 0  # layers kept of the encoder; 0 keeps all
    lora_rank: int = 0  # rank of low-rank adapters; 0 trains the weights themselves
    precision: Precision = "auto"


def epochs_of(recipe: Recipe, in_an_epoch: int) -> int:
    """How many epochs of so many steps the recipe allows, at least one."""
    return max(1, min(recipe.epochs, round(recipe.most_steps / in_an_epoch)))


def gentler(recipe: Recipe) -> Recipe:
    """The same for a model that is trained on: half the epochs, a third of the rates."""
    return replace(
        recipe,
        epochs=max(1, recipe.epochs // 2),
        most_steps=recipe.most_steps // 2,
        encoder_rate=recipe.encoder_rate * 0.3,
        head_rate=recipe.head_rate * 0.3,
    )


def changed(recipe: Recipe, settings: Iterable[str]) -> Recipe:
    """A recipe with some settings given as ``name=value``.

    Raises UnknownSetting for a name that there is not, and for a value of another kind.
    """
    kinds = typing.get_type_hints(Recipe)
    values: dict[str, object] = {}
    for setting in settings:
        name, equals, written = setting.partition("=")
        if name not in kinds:
            hint = nearest(name, [field.name for field in fields(Recipe)])
            raise UnknownSetting(f"A recipe has no setting '{name}'{hint}")
        if not equals:
            raise UnknownSetting(f"'{setting}' needs a value: {name}=…")
        values[name] = _read(name, written, kinds[name])
    return replace(recipe, **values)  # type: ignore[arg-type]


def _read(name: str, written: str, kind: type) -> object:
    choices = typing.get_args(kind)
    if choices:
        if written not in choices:
            raise UnknownSetting(f"'{name}' is one of {', '.join(choices)}, not '{written}'")
        return written
    if kind is bool:
        if written.lower() not in ("true", "false"):
            raise UnknownSetting(f"'{name}' is true or false, not '{written}'")
        return written.lower() == "true"
    try:
        number = kind(written)
    except ValueError as error:
        words = "a whole number" if kind is int else "a number"
        raise UnknownSetting(f"'{name}' is {words}, not '{written}'") from error
    if not number >= 0:
        raise UnknownSetting(f"'{name}' cannot be below zero")
    return number
