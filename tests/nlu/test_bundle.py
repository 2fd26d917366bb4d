"""A model folder is believed only when every byte of it is what was written."""

from __future__ import annotations

import json
import pickle
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nlu.bundle import FILES, MANIFEST, open_bundle, read_manifest, write_bundle
from nlu.engine import load_engine
from nlu.errors import ModelRefused
from nlu.pointer import Pointer, read_pointer, write_pointer
from nlu.runtime import Runtime

MADE = {
    "created_at": datetime(2026, 11, 23, 15, 5, 1, tzinfo=UTC),
    "data_version": "d",
    "code_version": "c",
    "encoder": "e",
    "metrics": {"accuracy": 0.9},
}
CONTENTS = {name: name.encode() * 3 for name in FILES}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / write_bundle(tmp_path, CONTENTS, **MADE).version


def test_what_was_written_is_read_back(bundle: Path) -> None:
    opened = open_bundle(bundle)
    assert opened.contents == CONTENTS
    assert opened.manifest.metrics == {"accuracy": 0.9}
    assert bundle.name.startswith("20261123-150501-")
    assert [path.name for path in bundle.parent.iterdir()] == [bundle.name], "nothing left beside"


@pytest.mark.parametrize("name", sorted([*FILES, MANIFEST]))
def test_one_changed_byte_is_refused_and_the_file_named(bundle: Path, name: str) -> None:
    content = bytearray((bundle / name).read_bytes())
    for position in (0, len(content) // 2, len(content) - 1):
        changed = bytearray(content)
        changed[position] ^= 1
        (bundle / name).write_bytes(changed)
        with pytest.raises(ModelRefused, match=name):
            open_bundle(bundle)


def test_a_byte_changed_after_opening_is_never_used(bundle: Path) -> None:
    opened = open_bundle(bundle)
    path = bundle / "labels.json"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelRefused, match=r"labels\.json"):
        opened.contents["labels.json"]


@pytest.mark.parametrize("name", sorted([*FILES, MANIFEST]))
def test_a_missing_file_is_refused(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    with pytest.raises(ModelRefused, match=name):
        open_bundle(bundle)


def test_a_longer_file_is_refused(bundle: Path) -> None:
    with (bundle / "labels.json").open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelRefused, match=r"labels\.json"):
        open_bundle(bundle)


def test_a_foreign_file_is_refused_a_pickle_above_all(bundle: Path) -> None:
    (bundle / "pytorch_model.bin").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(ModelRefused, match=r"pytorch_model\.bin"):
        open_bundle(bundle)


def test_a_link_is_refused(bundle: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    shutil.move(bundle / "labels.json", outside)
    (bundle / "labels.json").symlink_to(outside)
    with pytest.raises(ModelRefused, match=r"labels\.json"):
        open_bundle(bundle)


def test_a_manifest_that_names_a_file_elsewhere_is_refused(bundle: Path) -> None:
    manifest = json.loads((bundle / MANIFEST).read_text())
    manifest["files"]["../../secret"] = manifest["files"].pop("labels.json")
    (bundle / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelRefused, match=MANIFEST):
        open_bundle(bundle)


def test_another_format_is_refused(bundle: Path) -> None:
    manifest = json.loads((bundle / MANIFEST).read_text())
    (bundle / MANIFEST).write_text(json.dumps({**manifest, "format_version": 1}))
    with pytest.raises(ModelRefused, match="format 1"):
        read_manifest(bundle)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused):
        open_bundle(tmp_path / "nowhere")


def test_sound_checksums_around_nonsense_are_refused_by_the_engine(bundle: Path) -> None:
    with pytest.raises(ModelRefused):
        load_engine(bundle, Runtime("cpu"))


def test_a_bundle_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match=r"labels\.json"):
        write_bundle(tmp_path, {n: b"" for n in FILES if n != "labels.json"}, **MADE)
    assert list(tmp_path.iterdir()) == []


def test_the_pointer_moves_and_refuses_names_that_are_no_folders(tmp_path: Path) -> None:
    assert read_pointer(tmp_path) is None
    write_pointer(tmp_path, Pointer("b", ("a",)))
    assert read_pointer(tmp_path) == Pointer("b", ("a",))
    for spoilt in ('{"version": "../x", "history": []}', "{", "[]", '{"version": 1}'):
        (tmp_path / "serving.json").write_text(spoilt)
        with pytest.raises(ModelRefused):
            read_pointer(tmp_path)
