"""Where the model stands that serves from a folder."""

from __future__ import annotations

from pathlib import Path

from nlu.bundle import MANIFEST
from nlu.pointer import read_pointer


def served_from(folder: Path) -> Path | None:
    """The model that a folder serves: itself, or the one its pointer names; None without either.

    Raises ModelRefused when the pointer is spoilt.
    """
    if (folder / MANIFEST).is_file():
        return folder
    pointer = read_pointer(folder)
    return None if pointer is None else folder / pointer.version
