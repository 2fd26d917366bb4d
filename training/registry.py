"""The models on disk: which there are, which one serves, and moving that pointer."""

from __future__ import annotations

import builtins
from pathlib import Path

from nlu.bundle import MANIFEST, Manifest, open_bundle, read_manifest
from nlu.errors import ModelRefused
from nlu.pointer import (
    Pointer,
    check_version_name,
    drop_pointer,
    read_pointer,
    write_pointer,
)
from training.errors import NoSuchModel

REPORTS = "reports"
LONGEST_HISTORY = 50


class Registry:
    """The folder of models: ``<version>/`` each, ``serving.json``, and ``reports/``.

    Two processes may use it at once: models are immutable, and the pointer is replaced whole.
    """

    def __init__(self, models_dir: Path) -> None:
        self._models_dir = models_dir

    def list(self) -> builtins.list[Manifest]:
        """Every readable model, the newest first."""
        found = []
        for path in sorted(self._models_dir.glob(f"[!.]*/{MANIFEST}"), reverse=True):
            try:
                manifest = read_manifest(path.parent)
            except ModelRefused:
                continue  # `promote` and `open_bundle` say what is wrong with it
            if manifest.version == path.parent.name:
                found.append(manifest)
        return found

    def path(self, version: str) -> Path:
        """The folder of a model. Raises NoSuchModel."""
        try:
            check_version_name(version)
        except ModelRefused as error:
            raise NoSuchModel(str(error)) from error
        path = self._models_dir / version
        if not (path / MANIFEST).is_file():
            raise NoSuchModel(f"There is no model '{version}'.")
        return path

    def report_path(self, version: str) -> Path:
        """Where the report of a model's retraining stands, if it came from one."""
        check_version_name(version)
        return self._models_dir / REPORTS / f"{version}.html"

    def evaluation_path(self, version: str) -> Path:
        """The folder for the report of a model's evaluation."""
        check_version_name(version)
        return self._models_dir / REPORTS / f"{version}-evaluation"

    def serving(self) -> str | None:
        """The version that serves, or None."""
        pointer = read_pointer(self._models_dir)
        return None if pointer is None else pointer.version

    def promote(self, version: str) -> None:
        """Let `version` serve. Raises NoSuchModel, and ModelRefused when a byte is wrong."""
        self._verify(version)
        pointer = read_pointer(self._models_dir)
        if pointer is None:
            write_pointer(self._models_dir, Pointer(version))
        elif pointer.version != version:
            history = (*pointer.history, pointer.version)[-LONGEST_HISTORY:]
            write_pointer(self._models_dir, Pointer(version, history))

    def withdraw(self) -> None:
        """Let no model serve, until one is promoted."""
        drop_pointer(self._models_dir)

    def rollback(self) -> str:
        """Let the version that served before serve again, and return it.

        Raises NoSuchModel when none served before, and ModelRefused when it is not sound.
        """
        pointer = read_pointer(self._models_dir)
        if pointer is None or not pointer.history:
            raise NoSuchModel("No other model served before this one.")
        *earlier, version = pointer.history
        self._verify(version)
        write_pointer(self._models_dir, Pointer(version, tuple(earlier)))
        return version

    def _verify(self, version: str) -> None:
        bundle = open_bundle(self.path(version))
        if bundle.manifest.version != version:
            raise ModelRefused(f"The folder {version} holds the model {bundle.manifest.version}.")
