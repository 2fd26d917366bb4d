"""A folder of the Hugging Face hub, or one that `datasets` saved with `save_to_disk`.

A hub folder holds a file for each split, ``train.csv`` or ``data/train-00000-of-00001.parquet``; a
saved one holds Arrow files, in a folder for each split where it has several. What the numbers of
labels mean is read by `training.class_names`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlu.errors import SourceError
from training.class_names import Names, declared_names
from training.columns import read_columns
from training.data import Example
from training.splits import split_names
from training.tables import read_json_lines, read_table, write_json_lines

TRAINING = "train"
ENDINGS = ("parquet", "arrow", "jsonl", "csv")


def is_hub_folder(folder: Path) -> bool:
    """Whether a folder holds the files of some split."""
    return any(_files(folder, split) for split in (TRAINING, "test", "validation"))


def read_hub_folder(folder: Path, split: str) -> tuple[Example, ...]:
    """The examples of a split; a saved data set without splits counts as ``train``.

    Raises SourceError when the folder does not have the split, and for what cannot be read.
    """
    files = _files(folder, split)
    if not files:
        raise SourceError(f"there is no split '{split}'", str(folder))
    return tuple(example for file in files for example in _read(file, _names_for(file, folder)))


def read_hub_file(file: Path) -> tuple[Example, ...]:
    """The examples of a Parquet file, alone or where the hub keeps it. Raises SourceError."""
    folder = file.parent.parent if file.parent.name == "data" else file.parent
    return tuple(_read(file, _names_for(file, folder)))


def write_hub_folder(examples: Sequence[Example], folder: Path, split: str) -> None:
    """A folder with the split as JSON Lines, which the hub and `datasets` read as it is.

    Raises SourceError when the split stands there in another file already.
    """
    file = folder / f"{split}.jsonl"
    others = [other for other in _files(folder, split) if other != file]
    if others:
        raise SourceError(f"the split '{split}' already stands there", str(others[0]))
    folder.mkdir(parents=True, exist_ok=True)
    write_json_lines(examples, file)


def _read(file: Path, names: Names) -> Sequence[Example]:
    if file.suffix == ".csv":
        return tuple(read_table(file, ",", names))
    if file.suffix == ".jsonl":
        return tuple(read_json_lines(file, names))
    return tuple(read_columns(file, names))


def _names_for(file: Path, folder: Path) -> Names:
    """What the folder declares, and a saved split's own folder."""
    declared = declared_names(folder)
    return declared if file.parent == folder else {**declared, **declared_names(file.parent)}


def _files(folder: Path, split: str) -> list[Path]:
    saved = ["data-*.arrow"] if split == TRAINING else []
    for name in split_names(split):
        for ending in ENDINGS:
            saved.append(f"{name}.{ending}")
            saved.append(f"data/{name}.{ending}")
            saved.append(f"{name}-*.{ending}")
            saved.append(f"data/{name}-*.{ending}")
        saved.append(f"{name}/data-*.arrow")
    return next((found for pattern in saved if (found := sorted(folder.glob(pattern)))), [])
