"""How and where a model is to be made: all that is not its examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nlu.runtime import Runtime
from training.recipe import Recipe


@dataclass(frozen=True)
class Machine:
    """Where trainings run.

    `device` is ``auto``, ``cpu``, ``cuda`` or ``cuda:1``; `processes` share each batch. Into the
    folder `checkpoints` goes what a killed training needs to go on, into `adapters` the low-rank
    adapters, if the recipe trains any. With `export`, models are written for ONNX Runtime too.
    """

    device: str = "auto"
    processes: int = 1
    checkpoints: Path | None = None
    adapters: Path | None = None
    export: bool = False

    @property
    def runtime(self) -> Runtime:
        """How models are run to be judged: as they will be."""
        return Runtime(self.device)


@dataclass(frozen=True)
class Plan:
    """An encoder (a folder or a name; None is the installed one), a recipe, a seed, a machine."""

    encoder: str | Path | None = None
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 0
    machine: Machine = field(default_factory=Machine)
