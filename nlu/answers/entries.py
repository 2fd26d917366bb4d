"""Entries of the answer index, and the file by which they reach the NLU host beside its model."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlu.errors import SourceError

ANSWERS_FILE = "answers.json"  # in the folder of models
MOST = 500_000
LONGEST = 2_000  # characters of a text
_OPTIONAL = ("answer", "title", "link")


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that is compared with questions, and what is said when it is the nearest.

    Several entries may share a `key`, such as the phrasings of one question or the sentences of
    one section; of a `passage` the text states what questions ask for. Without an `answer` the
    domain has a response for the key. `title` and `link` tell where the answer stands.
    """

    key: str
    text: str
    answer: str | None = None
    title: str | None = None
    link: str | None = None
    passage: bool = False


def write_entries(entries: Sequence[Entry], path: Path) -> None:
    """Write the file whole or not at all."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"entries": [asdict(entry) for entry in entries]}, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_entries(path: Path) -> tuple[Entry, ...]:
    """What `write_entries` wrote; nothing where there is no file.

    Raises SourceError, naming the file and the entry, when it holds anything else.
    """
    try:
        loaded = json.loads(path.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise SourceError(f"cannot be read: {error}", str(path)) from error
    entries = loaded.get("entries") if isinstance(loaded, dict) else None
    if not isinstance(entries, list) or len(entries) > MOST:
        raise SourceError(f"needs a list 'entries' of at most {MOST:,}", str(path))
    return tuple(_entry(one, number, path) for number, one in enumerate(entries, start=1))


def _entry(data: Any, number: int, path: Path) -> Entry:
    sound = (
        isinstance(data, dict)
        and all(isinstance(data.get(name), str) for name in ("key", "text"))
        and all(data.get(name) is None or isinstance(data[name], str) for name in _OPTIONAL)
        and isinstance(data.get("passage", False), bool)
    )
    if not sound:
        raise SourceError(
            f"entry {number} needs 'key' and 'text', and all its parts are texts", str(path)
        )
    optional = {name: data.get(name) for name in _OPTIONAL}
    passage = data.get("passage", False)
    return Entry(data["key"], data["text"][:LONGEST], **optional, passage=passage)
