"""What a start prepares: a model when there is none, or none that this version can read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import first_start
from app.first_start import prepare_everything
from app.settings import Settings, load_settings
from nlu.bundle import FILES, MANIFEST, write_bundle
from nlu.pointer import Pointer, write_pointer


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings of each training that was asked for; training itself has tests of its own."""
    found: list[Settings] = []
    monkeypatch.setattr(first_start, "_train", found.append)
    return found


def test_a_model_is_trained_only_where_none_can_serve(
    tmp_path: Path, trained: list[Settings]
) -> None:
    settings, said = load_settings(home=tmp_path), []
    prepare_everything(settings, said.append)
    assert trained == [settings] and "first start" in said[-1]

    manifest = write_bundle(
        settings.models_dir,
        dict.fromkeys(FILES, b"{}"),
        created_at=datetime.now(UTC),
        data_version="d",
        code_version="c",
        encoder="e",
        metrics={},
    )
    write_pointer(settings.models_dir, Pointer(manifest.version))
    prepare_everything(settings, said.append)
    assert len(trained) == 1, "there is one"

    path = settings.models_dir / manifest.version / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 2}))
    prepare_everything(settings, said.append)
    assert len(trained) == 2 and "is of format 2" in said[-1]
