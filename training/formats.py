"""Labelled texts in whatever format they come, and out again.

| format | read | written |
|---|---|---|
| Rasa YAML: a file or a folder of them | yes | a file |
| CSV, TSV: a `text` column and one of `intent`, `label`, `category` | yes | yes |
| JSON Lines: the same keys in one object a line | yes | yes |
| Parquet: the same columns (needs pyarrow) | yes | yes |
| CLINC150's JSON: lists of `[text, intent]` by split | yes | one split |
| a Hugging Face data set: a folder with Parquet, JSON Lines or CSV by split | yes | JSON Lines |
| a folder that `datasets` saved with `save_to_disk` (needs pyarrow) | yes | no |
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlu.errors import SourceError
from training.clinc import read_clinc, write_clinc
from training.columns import write_parquet
from training.data import Example
from training.hub import (
    TRAINING,
    is_hub_folder,
    read_hub_file,
    read_hub_folder,
    write_hub_folder,
)
from training.rasa_yaml import write_yaml
from training.reading import read_training_data
from training.tables import read_json_lines, read_table, write_json_lines, write_table
from training.whole_files import read_whole

YAML = (".yml", ".yaml")
TABLES = {".csv": ",", ".tsv": "\t"}
KNOWN = (*YAML, *TABLES, ".jsonl", ".json", ".parquet")


def read_texts(path: Path) -> tuple[str, ...]:
    """Sentences without their labels: the lines of a text file, or the texts of any format.

    Raises SourceError as `read_examples` does.
    """
    if path.suffix.lower() != ".txt":
        return tuple(example.text for example in read_examples(path))
    texts = tuple(line.strip() for line in read_whole(path).splitlines() if line.strip())
    if not texts:
        raise SourceError("there is no sentence in it", str(path))
    return texts


def read_examples(path: Path, split: str | None = None) -> tuple[Example, ...]:
    """The examples of a file or folder; `split` chooses where a format has several.

    Without `split` those are the training rows. Each example's source is ``file:line``, in
    Parquet and Arrow ``file:row``. Raises SourceError for what cannot be read, naming file and
    line, and for a data set without an example.
    """
    if not path.exists():
        raise SourceError("there is no such file or folder", str(path))
    ending = path.suffix.lower()
    if path.is_dir():
        examples = (
            read_hub_folder(path, split or TRAINING)
            if is_hub_folder(path)
            else read_training_data(path).examples
        )
    elif ending in YAML:
        examples = read_training_data(path).examples
    elif ending in TABLES:
        examples = tuple(read_table(path, TABLES[ending]))
    elif ending == ".jsonl":
        examples = tuple(read_json_lines(path))
    elif ending == ".json":
        examples = tuple(read_clinc(path, split or TRAINING))
    elif ending == ".parquet":
        examples = read_hub_file(path)
    else:
        raise SourceError(f"the format is none of {', '.join(KNOWN)}", str(path))
    if not examples:
        raise SourceError("there is no example in it", str(path))
    return examples


def read_test_examples(path: Path) -> tuple[Example, ...]:
    """The examples that judge: the split ``test`` where the format has splits, else all.

    Raises SourceError as `read_examples` does.
    """
    return read_examples(path, "test" if has_splits(path) else None)


def has_splits(path: Path) -> bool:
    """Whether a path names a format that keeps several splits, there already or to be written."""
    if path.is_dir():
        return is_hub_folder(path) or not any(path.iterdir())
    return path.suffix.lower() in ("", ".json")


def write_examples(examples: Sequence[Example], path: Path, split: str | None = None) -> None:
    """Write examples in the format that the path's ending names; a folder is a Hugging Face one.

    What stood there before is replaced, whole or not at all. Tables, Parquet and CLINC's JSON
    hold no entities. Raises SourceError when an example cannot be written in
    that format.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    ending = path.suffix.lower()
    if path.is_dir() or not ending:
        write_hub_folder(examples, path, split or TRAINING)
    elif ending in YAML:
        write_yaml(examples, path)
    elif ending in TABLES:
        write_table(examples, path, TABLES[ending])
    elif ending == ".jsonl":
        write_json_lines(examples, path)
    elif ending == ".json":
        write_clinc(examples, path, split or TRAINING)
    elif ending == ".parquet":
        write_parquet(examples, path)
    else:
        raise SourceError(f"the format is none of {', '.join(KNOWN)}", str(path))
