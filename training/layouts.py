"""Data sets as others publish them: CLINC150's JSON, and folders of the Hugging Face hub.

A hub folder holds a file for each split, ``train.csv`` or ``data/train-00000-of-00001.parquet``;
labels may be numbers whose names stand in the YAML head of its README.md (`class_label`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from nlu.errors import SourceError
from nlu.source import nearest
from nlu.types import OUT_OF_SCOPE_INTENT
from training.data import Example, class_of
from training.tables import example_of, label_key, read_json_lines, read_table, write_json_lines
from training.whole_files import replacing

SPLIT_FILES = ("parquet", "jsonl", "csv")
SPLIT_NAMES = {"valid": ("valid", "validation", "val", "dev"), "validation": ("validation", "val")}


def read_clinc(path: Path, split: str) -> Iterator[Example]:
    """`[text, intent]` lists of a split; its out-of-scope sentences stand under ``oos_<split>``."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"not JSON: {error}", str(path)) from error
    if not isinstance(loaded, dict):
        raise SourceError("it must hold an object with a list for each split", str(path))
    wanted = next((name for name in _names(split) if name in loaded), None)
    if wanted is None:
        raise SourceError(f"there is no split '{split}'{nearest(split, list(loaded))}", str(path))
    for name in (wanted, f"oos_{wanted}"):
        for number, entry in enumerate(loaded.get(name, ()), 1):
            if not isinstance(entry, list) or len(entry) != 2:
                raise SourceError(f"entry {number} of '{name}' is no [text, intent]", str(path))
            yield example_of(entry[0], entry[1], path, None)


def write_clinc(examples: Sequence[Example], path: Path, split: str) -> None:
    """One split, and its out-of-scope sentences apart."""
    inside = [[e.text, class_of(e)] for e in examples if e.intent != OUT_OF_SCOPE_INTENT]
    outside = [[e.text, "oos"] for e in examples if e.intent == OUT_OF_SCOPE_INTENT]
    with replacing(path) as file:
        json.dump({split: inside, f"oos_{split}": outside}, file, ensure_ascii=False, indent=1)


def is_hub_folder(folder: Path) -> bool:
    """Whether a folder holds the files of some split."""
    return any(_files(folder, split) for split in ("train", "test", "validation"))


def read_hub_folder(folder: Path, split: str) -> tuple[Example, ...]:
    """The examples of a split. Raises SourceError when the folder does not have it."""
    files = _files(folder, split)
    if not files:
        raise SourceError(f"there is no split '{split}'", str(folder))
    names = _label_names(folder)
    found: list[Example] = []
    for file in files:
        if file.suffix == ".parquet":
            found += _read_parquet(file, names)
            continue
        rows = read_table(file, ",") if file.suffix == ".csv" else read_json_lines(file)
        found += [_named(example, names) for example in rows]
    return tuple(found)


def write_hub_folder(examples: Sequence[Example], folder: Path, split: str) -> None:
    """A folder with the split as JSON Lines, which the hub and `datasets` read as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json_lines(examples, folder / f"{split}.jsonl")


def _files(folder: Path, split: str) -> list[Path]:
    for name in _names(split):
        for ending in SPLIT_FILES:
            for pattern in (
                f"{name}.{ending}",
                f"data/{name}.{ending}",
                f"{name}-*.{ending}",
                f"data/{name}-*.{ending}",
            ):
                found = sorted(folder.glob(pattern))
                if found:
                    return found
    return []


def _names(split: str) -> tuple[str, ...]:
    return SPLIT_NAMES.get(split, (split,))


def _label_names(folder: Path) -> Mapping[str, str]:
    """The names of numbered labels, by number as text; none where none are declared."""
    readme = folder / "README.md"
    if not readme.is_file():
        return {}
    _, _, rest = readme.read_text(encoding="utf-8-sig").partition("---\n")
    head, _, _ = rest.partition("\n---")
    try:
        loaded = YAML(typ="safe").load(head)
    except YAMLError as error:
        raise SourceError(f"its head is not YAML: {error}", str(readme)) from error
    info = loaded.get("dataset_info", {}) if isinstance(loaded, dict) else {}
    for one in info if isinstance(info, list) else [info]:
        for feature in one.get("features", ()):
            kind = feature.get("dtype")
            if isinstance(kind, dict) and "class_label" in kind:
                names = kind["class_label"]["names"]
                pairs = names.items() if isinstance(names, dict) else enumerate(names)
                return {str(number): str(name) for number, name in pairs}
    return {}


def _named(example: Example, names: Mapping[str, str]) -> Example:
    """The example with the name of its numbered label. Raises SourceError for an unknown number."""
    label = class_of(example)
    if not names or not label.isdigit():
        return example
    if label not in names:
        file, _, line = example.source.rpartition(":")
        raise SourceError(f"label {label} has no name", file, int(line))
    file, _, line = example.source.rpartition(":")
    return example_of(example.text, names[label], Path(file), int(line), example.entities)


def _read_parquet(file: Path, names: Mapping[str, str]) -> Iterator[Example]:
    try:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415 - only for this format
    except ImportError as error:
        words = "Parquet needs the package pyarrow: pip install pyarrow"
        raise SourceError(words, str(file)) from error
    try:
        rows: list[dict[str, Any]] = parquet.read_table(file).to_pylist()
    except (ArrowException, OSError) as error:
        raise SourceError(f"not Parquet: {error}", str(file)) from error
    for number, row in enumerate(rows, 1):
        label = row[label_key(list(row), file, None)]
        if isinstance(label, int) and names:
            if str(label) not in names:
                raise SourceError(f"label {label} of row {number} has no name", str(file))
            label = names[str(label)]
        yield example_of(row.get("text"), str(label), file, None)
