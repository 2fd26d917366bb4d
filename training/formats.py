"""Labelled texts in whatever format they come, and out again.

| format | read | written |
|---|---|---|
| Rasa YAML: a file or a folder of them | yes | yes |
| CSV, TSV: a `text` column and one of `intent`, `label`, `category` | yes | yes |
| JSON Lines: the same keys in one object a line | yes | yes |
| CLINC150's JSON: lists of `[text, intent]` by split | yes | yes |
| a Hugging Face data set: a folder with Parquet, JSON Lines or CSV by split | yes | yes |
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlu.errors import SourceError
from training.data import Example, read_training_data
from training.layouts import (
    is_hub_folder,
    read_clinc,
    read_hub_folder,
    write_clinc,
    write_hub_folder,
)
from training.rasa_yaml import write_yaml
from training.tables import read_json_lines, read_table, write_json_lines, write_table

YAML = (".yml", ".yaml")
TABLES = {".csv": ",", ".tsv": "\t"}
KNOWN = (*YAML, *TABLES, ".jsonl", ".json")


def read_examples(path: Path, split: str | None = None) -> tuple[Example, ...]:
    """The examples of a file or folder; `split` chooses where a format has several.

    Each example's source is ``file:line`` where the format has lines. Raises SourceError for
    what cannot be read, naming file and line, and for a data set without an example.
    """
    if not path.exists():
        raise SourceError("there is no such file or folder", str(path))
    if path.is_dir():
        examples = (
            read_hub_folder(path, split or "train")
            if is_hub_folder(path)
            else read_training_data(path).examples
        )
    elif path.suffix in YAML:
        examples = read_training_data(path).examples
    elif path.suffix in TABLES:
        examples = tuple(read_table(path, TABLES[path.suffix]))
    elif path.suffix == ".jsonl":
        examples = tuple(read_json_lines(path))
    elif path.suffix == ".json":
        examples = tuple(read_clinc(path, split or "train"))
    else:
        raise SourceError(f"the format is none of {', '.join(KNOWN)}", str(path))
    if not examples:
        raise SourceError("there is no example in it", str(path))
    return examples


def write_examples(examples: Sequence[Example], path: Path, split: str | None = None) -> None:
    """Write examples in the format that the path's ending names; a folder is a Hugging Face one.

    What stood there before is replaced, whole or not at all. Raises SourceError when a text
    cannot be written in that format.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in YAML:
        write_yaml(examples, path)
    elif path.suffix in TABLES:
        write_table(examples, path, TABLES[path.suffix])
    elif path.suffix == ".jsonl":
        write_json_lines(examples, path)
    elif path.suffix == ".json":
        write_clinc(examples, path, split or "train")
    elif not path.suffix:
        write_hub_folder(examples, path, split or "train")
    else:
        raise SourceError(f"the format is none of {', '.join(KNOWN)}", str(path))
