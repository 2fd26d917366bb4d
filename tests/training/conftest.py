"""The tiny shop and its model, trained once a run (see `tests.nlu.tiny`)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.nlu import tiny
from training.registry import Registry


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny shop's `project` and `models`; not to be changed."""
    folder = tmp_path_factory.getbasetemp() / "tiny-shop"
    tiny.trained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_version(tiny_folder: Path) -> str:
    return tiny.trained(tiny_folder).version


@pytest.fixture
def registry(tmp_path: Path, tiny_folder: Path, tiny_version: str) -> Registry:
    """A registry of a test's own in which the tiny model serves."""
    models_dir = tmp_path / "models"
    shutil.copytree(tiny_folder / "models", models_dir, copy_function=os.link)
    made = Registry(models_dir)
    made.promote(tiny_version)
    return made
