"""The state of a training on disk, so that a killed one goes on after its last whole epoch."""

from __future__ import annotations

import logging
import pickle
from pathlib import Path
from typing import Any

import torch

_log = logging.getLogger(__name__)


def save_checkpoint(file: Path, state: dict[str, Any]) -> None:
    """Write a state beside its place and move it there whole.

    A disk that is full costs the checkpoint and not the training: that is logged.
    """
    beside = file.with_suffix(".part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, beside)
        beside.replace(file)
    except (OSError, RuntimeError) as error:
        _log.warning("the training cannot be resumed if it is killed: %s", error)
        beside.unlink(missing_ok=True)


def read_checkpoint(file: Path, device: torch.device) -> dict[str, Any] | None:
    """The state that was saved, on a device, or None. One that cannot be read is left aside and
    logged.
    """
    if not file.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(file, map_location=device, weights_only=True)
    except (OSError, RuntimeError, EOFError, LookupError, pickle.UnpicklingError) as error:
        _log.warning("%s cannot be read, so the training starts anew: %s", file, error)
        return None
    return state
