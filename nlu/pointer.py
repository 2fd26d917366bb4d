"""The serving pointer: one small file that says which model serves, and which served before."""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from nlu.errors import ModelRefused

POINTER_FILE = "serving.json"
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Pointer:
    """The serving version, and the versions that served before it, the latest last."""

    version: str
    history: tuple[str, ...] = ()


def read_pointer(models_dir: Path) -> Pointer | None:
    """The pointer, or None where there is none yet. Raises ModelRefused when it is spoilt."""
    path = models_dir / POINTER_FILE
    try:
        loaded = json.loads(path.read_bytes())
        pointer = Pointer(loaded["version"], tuple(loaded["history"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"{path} is not a serving pointer: {error}") from error
    for version in (pointer.version, *pointer.history):
        check_version_name(version)
    return pointer


def write_pointer(models_dir: Path, pointer: Pointer) -> None:
    """Replace the pointer at one stroke: a reader sees the old one or the new one."""
    content = {"version": pointer.version, "history": list(pointer.history)}
    beside = models_dir / f".{POINTER_FILE}.{secrets.token_hex(4)}"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(models_dir / POINTER_FILE)


def drop_pointer(models_dir: Path) -> None:
    """Name no model any more."""
    (models_dir / POINTER_FILE).unlink(missing_ok=True)


def check_version_name(version: object) -> None:
    """Raises ModelRefused unless `version` is a plain folder name."""
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise ModelRefused(f"{version!r} is not the name of a model version")
