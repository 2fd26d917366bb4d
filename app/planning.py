"""How models are made here: the settings' encoder, recipe and device as a `Plan`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from app.settings import Settings
from training.plan import Machine, Plan
from training.recipe import Recipe, changed


def plan_of(
    settings: Settings,
    *,
    seed: int = 0,
    recipe: Iterable[str] = (),
    processes: int = 1,
    adapters: Path | None = None,
    export: bool = True,
) -> Plan:
    """The settings' plan; `recipe` are ``name=value`` settings that win over theirs.

    Models are exported, because they are to be served, unless `export` says otherwise.
    Raises UnknownSetting for a recipe that cannot be.
    """
    chosen = changed(changed(Recipe(), settings.recipe.split()), recipe)
    machine = Machine(settings.device, processes, adapters=adapters, export=export)
    return replace(Plan(settings.encoder or None, chosen, seed), machine=machine)
