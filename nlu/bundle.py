"""A trained model on disk: an immutable folder of safetensors and JSON, sealed by checksums.

This module reads and writes bytes and knows nothing of tensors, so that whoever only lists or
promotes models need not load a deep-learning library.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.errors import ModelRefused
from nlu.pointer import check_version_name

FORMAT_VERSION = 6
MANIFEST = "manifest.json"

CLASSIFIER = "classifier.safetensors"  # the fine-tuned encoder and its head
INDEX = "index.safetensors"  # the head as it serves, letters, embedded entries and examples
EXAMPLES = "examples.json"  # what the model learnt from: text, label, source
ENCODER = "encoder.json"  # architecture of the encoder and of the head
TOKENIZER = "tokenizer.json"
LABELS = "labels.json"
DECISIONS = "decisions.json"
PATTERNS = "patterns.json"
RETRIEVAL = "retrieval.json"  # entries of the answer index, and how they are scored
FILES = frozenset(
    (
        *(CLASSIFIER, ENCODER, TOKENIZER, LABELS, DECISIONS),
        *(INDEX, EXAMPLES, PATTERNS, RETRIEVAL),
    )
)
ONNX = "encoder.onnx"  # the encoder again, for ONNX Runtime
ONNX_INT8 = "encoder.int8.onnx"
EMBEDDER = "embedder.safetensors"  # the pretrained encoder, in whose space answers are found
EMBEDDER_ONNX = "embedder.int8.onnx"
PIPELINE = "pipeline.json"  # what a Rasa project's pipeline asks for
FEELINGS = "feelings.json"  # what the labels of sentiment and urgency are; weights in the index
UNREAD = "unread.json"  # how the letters decide alone; their weights in the index
TAGGER = "tagger.safetensors"  # the token classifier
TAGS = "tags.json"  # what it tells apart, and what else it was told
NAME_LISTS = "names.json"  # towns, given and family names, colours
TAGGING = frozenset((TAGGER, TAGS, NAME_LISTS))  # which a model has if entities are annotated
# Which a model may have.
OPTIONAL = TAGGING | frozenset(
    (ONNX, ONNX_INT8, EMBEDDER, EMBEDDER_ONNX, FEELINGS, UNREAD, PIPELINE)
)


@dataclass(frozen=True)
class Manifest:
    """What a model is made of. `files` maps each file to its SHA-256 and size in bytes."""

    version: str
    created_at: str
    data_version: str
    code_version: str
    encoder: str
    metrics: dict[str, Any]
    files: dict[str, dict[str, Any]]
    format_version: int = FORMAT_VERSION


@dataclass(frozen=True)
class Bundle:
    """A verified model; its contents give the very bytes whose checksums are right."""

    path: Path
    manifest: Manifest
    contents: Mapping[str, bytes]

    def json(self, name: str) -> Any:
        """One of the JSON files, parsed. Raises ModelRefused when it is not JSON."""
        try:
            return json.loads(self.contents[name])
        except ValueError as error:
            raise ModelRefused(f"{self.path / name} is not JSON: {error}") from error


def write_bundle(
    models_dir: Path,
    contents: Mapping[str, bytes],
    *,
    created_at: datetime,
    data_version: str,
    code_version: str,
    encoder: str,
    metrics: dict[str, Any],
) -> Manifest:
    """Write a model beside its place and move it there whole; its name comes from its content.

    `created_at` is in UTC. Raises ModelRefused when the files are not those of the format.
    """
    if wrong := _missing_or_foreign(contents):
        raise ModelRefused(f"missing or foreign files: {wrong}")
    files = {
        name: {"sha256": hashlib.sha256(contents[name]).hexdigest(), "size": len(contents[name])}
        for name in sorted(contents)
    }
    digest = hashlib.sha256(_canonical([files, data_version])).hexdigest()
    manifest = Manifest(
        version=f"{created_at:%Y%m%d-%H%M%S}-{digest[:6]}",
        created_at=created_at.isoformat(timespec="seconds"),
        data_version=data_version,
        code_version=code_version,
        encoder=encoder,
        metrics=metrics,
        files=files,
    )
    models_dir.mkdir(parents=True, exist_ok=True)
    beside = models_dir / f".{manifest.version}.{secrets.token_hex(4)}"
    beside.mkdir()
    try:
        for name, content in contents.items():
            _write(beside / name, content)
        _write(beside / MANIFEST, _sealed(manifest))
        beside.rename(models_dir / manifest.version)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return manifest


def read_manifest(path: Path) -> Manifest:
    """The manifest of the model in the folder `path`. Raises ModelRefused, naming the file."""
    file = path / MANIFEST
    try:
        written = file.read_bytes()
        loaded = json.loads(written)
        format_version = loaded["format_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"{file} cannot be read: {error}") from error
    if format_version != FORMAT_VERSION:
        raise ModelRefused(f"{file} is of format {format_version}; this is {FORMAT_VERSION}")
    try:
        loaded.pop("seal")
        manifest = Manifest(**loaded)
    except (KeyError, TypeError) as error:
        raise ModelRefused(f"{file} is incomplete or has foreign keys: {error}") from error
    if _sealed(manifest) != written:
        raise ModelRefused(f"{file} was altered: its seal is wrong")
    check_version_name(manifest.version)
    if wrong := _missing_or_foreign(manifest.files):
        raise ModelRefused(f"{file} lists missing or foreign files: {wrong}")
    return manifest


def open_bundle(path: Path) -> Bundle:
    """Read a model and verify every byte of it.

    Raises ModelRefused, saying which file, when one is missing, foreign, altered, a link, or not
    of this format.
    """
    if path.is_symlink() or not path.is_dir():
        raise ModelRefused(f"{path} is not a model folder")
    manifest = read_manifest(path)
    for entry in path.iterdir():
        if entry.name not in {*manifest.files, MANIFEST}:
            raise ModelRefused(f"{entry} does not belong to the model")
        if entry.is_symlink() or not entry.is_file():
            raise ModelRefused(f"{entry} is not a plain file")
    contents = _Verified(path, manifest)
    for name in contents:
        contents.verify(name)
    return Bundle(path, manifest, contents)


class _Verified(Mapping[str, bytes]):
    """The files of a model, read anew whenever they are wanted, and verified each time.

    So a model takes no memory beyond what is made of it, and no byte is used unverified.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self._path = path
        self._files = manifest.files

    def __getitem__(self, name: str) -> bytes:
        """A file's bytes. Raises ModelRefused when they are not those of the manifest."""
        try:
            content = (self._path / name).read_bytes()
        except OSError as error:
            raise ModelRefused(f"{self._path / name} cannot be read: {error}") from error
        self._compare(name, len(content), hashlib.sha256(content).hexdigest())
        return content

    def __contains__(self, name: object) -> bool:
        return name in self._files  # without reading it, as a Mapping would

    def verify(self, name: str) -> None:
        """Read a file without keeping it. Raises as `__getitem__` does."""
        try:
            with (self._path / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
        except OSError as error:
            raise ModelRefused(f"{self._path / name} cannot be read: {error}") from error
        self._compare(name, size, digest)

    def _compare(self, name: str, size: int, digest: str) -> None:
        expected, path = self._files[name], self._path / name
        if size != expected["size"]:
            raise ModelRefused(f"{path} is not as long as the manifest says")
        if digest != expected["sha256"]:
            raise ModelRefused(f"{path} was altered: its checksum is wrong")

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _missing_or_foreign(names: Iterable[str]) -> str:
    """The files that a model must have and has not, and those that it may not have."""
    found = set(names)
    tagging = TAGGING if found & TAGGING else frozenset[str]()
    return ", ".join(sorted(((FILES | tagging) - found) | (found - FILES - OPTIONAL)))


def json_bytes(value: Any) -> bytes:
    """How every JSON file of a bundle is written."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8")


def _sealed(manifest: Manifest) -> bytes:
    """The manifest's file: the same manifest always gives the same bytes."""
    body = asdict(manifest)
    seal = hashlib.sha256(_canonical(body)).hexdigest()
    return json.dumps({**body, "seal": seal}, sort_keys=True, indent=1).encode()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
