from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from nlu.errors import ModelRefused
from training.errors import NoSuchModel
from training.registry import Registry


def copied(registry: Registry, version: str, as_version: str) -> Path:
    folder = registry.path(version)
    return Path(shutil.copytree(folder, folder.parent / as_version, copy_function=os.link))


def test_models_are_listed_and_one_serves(registry: Registry, tiny_version: str) -> None:
    assert [manifest.version for manifest in registry.list()] == [tiny_version]
    assert registry.list()[0].metrics["accuracy"] > 0.5
    assert registry.serving() == tiny_version
    assert registry.report_path(tiny_version).suffix == ".html"


def test_an_empty_registry(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    assert registry.list() == [] and registry.serving() is None
    with pytest.raises(NoSuchModel):
        registry.rollback()


@pytest.mark.parametrize("version", ["20200101-000000-abcdef", "", "..", "../models", "reports"])
def test_what_is_no_model_cannot_serve(registry: Registry, tiny_version: str, version: str) -> None:
    with pytest.raises(NoSuchModel):
        registry.promote(version)
    assert registry.serving() == tiny_version


def test_a_model_under_another_name_or_spoilt_cannot_serve(
    registry: Registry, tiny_version: str
) -> None:
    folder = copied(registry, tiny_version, "renamed")
    with pytest.raises(ModelRefused, match="holds the model"):
        registry.promote("renamed")
    (folder / "labels.json").unlink()
    (folder / "labels.json").write_text("[]")
    with pytest.raises(ModelRefused, match=r"labels\.json"):
        registry.promote("renamed")
    assert registry.serving() == tiny_version
    assert [manifest.version for manifest in registry.list()] == [tiny_version]


def test_promoting_what_serves_changes_nothing(registry: Registry, tiny_version: str) -> None:
    registry.promote(tiny_version)
    with pytest.raises(NoSuchModel, match="No other model"):
        registry.rollback()
