"""Labelled texts in columns: Parquet, and the Arrow files of a saved Hugging Face data set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nlu.errors import SourceError
from training.class_names import NO_NAMES, Names, names_in_features
from training.data import Example, class_of
from training.tables import example_of, label_key, text_key
from training.whole_files import beside


def read_columns(file: Path, names: Names = NO_NAMES) -> Iterator[Example]:
    """The rows of a file; a row's number, from 1, stands in its source where others have a line.

    Names that the file declares itself win over `names`. Raises SourceError for what cannot be
    read, and without pyarrow.
    """
    arrow = _pyarrow(file)
    try:
        if file.suffix == ".arrow":
            with arrow.memory_map(str(file)) as mapped:
                table = arrow.ipc.open_stream(mapped).read_all()
        else:
            table = arrow.parquet.ParquetFile(file).read()
        columns = list(table.column_names)
        text_column = text_key(columns, file, None)
        label_column = label_key(columns, file, None)
        texts = table.column(text_column).to_pylist()
        labels = table.column(label_column).to_pylist()
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot be read: {_first_line(error)}", str(file)) from error
    named = {**names, **_declared(table.schema.metadata)}.get(label_column, {})
    for number, (text, label) in enumerate(zip(texts, labels, strict=True), 1):
        yield example_of(text, label, file, number, names=named)


def write_parquet(examples: Sequence[Example], path: Path) -> None:
    """Write `text` and `intent`; entities are left out. Raises SourceError without pyarrow."""
    arrow = _pyarrow(path)
    table = arrow.table(
        {"text": [one.text for one in examples], "intent": [class_of(one) for one in examples]}
    )
    with beside(path) as part:
        arrow.parquet.write_table(table, part)


def _declared(metadata: dict[bytes, bytes] | None) -> Names:
    """The names that the library `datasets` keeps in a file's schema."""
    try:
        loaded = json.loads((metadata or {}).get(b"huggingface", b"{}"))
    except ValueError:
        return {}
    info = loaded.get("info") if isinstance(loaded, dict) else None
    return names_in_features(info.get("features")) if isinstance(info, dict) else {}


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _pyarrow(file: Path) -> Any:
    try:
        import pyarrow  # noqa: PLC0415 - only these formats need it
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        words = "this format needs the package pyarrow: pip install 'frontdesk[parquet]'"
        raise SourceError(words, str(file)) from error
    return pyarrow
