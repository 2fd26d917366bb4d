"""The `nlu:` section of a YAML file as items: intents, synonyms, regular expressions, lookups.

What Rasa passes over with a warning is passed over here with one; what is only a typing mistake
away from a sound file is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from nlu.source import DATA_VERSION, data_version, line_of, nearest
from nlu.yaml_lines import LiteralText
from training.notes import Notes

ITEM_KINDS = ("intent", "synonym", "regex", "lookup")
ITEM_KEYS = (*ITEM_KINDS, "examples", "metadata")
EXAMPLE_KEYS = ("text", "metadata")
# What else Rasa keeps in YAML of the same tree; other rooms read it.
TOP_KEYS = (
    *("version", "nlu", "responses", "stories", "rules", "intents", "entities", "slots"),
    *("actions", "forms", "e2e_actions", "session_config", "config"),
    *("recipe", "assistant_id", "language", "pipeline", "policies", "importers", "imports"),
    *("additional_languages", "slot_mappings"),
)


class Entry(NamedTuple):
    """One example of an item, as it is written."""

    text: str
    line: int | None
    metadata: Any = None


class Item(NamedTuple):
    """`kind` is one of ITEM_KINDS, `metadata` its own, as they are read."""

    kind: str
    name: str
    entries: list[Entry]
    metadata: Any
    file: str
    line: int | None


def items(loaded: Any, file: str, notes: Notes) -> Iterator[Item]:
    """The sound items of a parsed file; what is wrong with the others goes into `notes`."""
    if not isinstance(loaded, Mapping):
        return
    for key in loaded:
        hint = nearest(str(key), TOP_KEYS)
        if key not in TOP_KEYS and ("nlu" in loaded or nearest(str(key), ["nlu"])):
            notes.warn(f"unknown key '{key}' is not read{hint}", file, line_of(loaded, key))
    if "nlu" not in loaded or not is_readable(loaded, file, notes):
        return
    section = loaded["nlu"] if loaded["nlu"] is not None else []
    if not isinstance(section, list):
        notes.problem("'nlu' must be a list", file, line_of(loaded, "nlu"))
        return
    for index, item in enumerate(section):
        found = _item(item, file, line_of(section, index), notes)
        if found is not None:
            yield found


def is_readable(loaded: Mapping[str, Any], file: str, notes: Notes) -> bool:
    """Whether a file's version is not above what we know; one that is odd or older is told."""
    version = loaded.get("version")
    if version is None:
        return True
    line, ours = line_of(loaded, "version"), ".".join(map(str, DATA_VERSION))
    if not isinstance(version, str):
        notes.warn(f'version {version} should be written in quotes: "{ours}"', file, line)
        return True
    numbers = data_version(version)
    if numbers is None:
        notes.warn(f"version '{version}' is no version; the file is read as {ours}", file, line)
        return True
    if numbers > DATA_VERSION:
        notes.warn(f"version {version} is above {ours}: the file is left out", file, line)
        return False
    if numbers < DATA_VERSION:
        notes.warn(f"version {version} is older than {ours}; the file is read", file, line)
    return True


def _item(item: Any, file: str, line: int | None, notes: Notes) -> Item | None:
    kinds = ", ".join(ITEM_KINDS)
    if not isinstance(item, Mapping):
        notes.warn(f"an item needs one of {kinds}; this one is left out", file, line)
        return None
    kind = next((kind for kind in ITEM_KINDS if kind in item), None)
    for key in item:
        if key not in ITEM_KEYS:
            told = f"unknown key '{key}'{nearest(str(key), ITEM_KEYS)}"
            # Without it there would be nothing of the item.
            note = notes.warn if kind and "examples" in item else notes.problem
            note(told, file, line_of(item, key))
    if kind is None:
        if all(key in ITEM_KEYS for key in item):
            notes.problem(f"an item needs one of {kinds}", file, line)
        return None
    name = "" if item[kind] is None else str(item[kind]).strip()
    if not name:
        notes.problem(f"the {kind} has no name", file, line_of(item, kind) or line)
        return None
    entries = list(_entries(item, file, line, f"{kind} '{name}'", notes))
    return Item(kind, name, entries, item.get("metadata"), file, line)


def _entries(item: Any, file: str, line: int | None, what: str, notes: Notes) -> Iterator[Entry]:
    """The examples of an item: a block of ``- text`` lines, or a list."""
    examples = item.get("examples")
    at = line_of(item, "examples") or line
    if not examples:
        if all(key in ITEM_KEYS for key in item):  # otherwise the mistake is told already
            notes.warn(f"{what} has no examples", file, line)
        return
    if isinstance(examples, str):
        yield from _block(examples, file, at, notes)
        return
    if not isinstance(examples, list):
        notes.problem("'examples' must be a block of lines or a list", file, at)
        return
    for index, entry in enumerate(examples):
        at = line_of(examples, index)
        if isinstance(entry, (str, int, float)):
            yield from _said(str(entry).strip(), at, None, file, notes)
        elif not isinstance(entry, Mapping) or "text" not in entry:
            notes.problem("an example needs 'text'", file, at)
        else:
            for key in entry:
                if key not in EXAMPLE_KEYS:
                    hint = nearest(str(key), EXAMPLE_KEYS)
                    notes.warn(f"unknown key '{key}'{hint}", file, line_of(entry, key))
            for written in str(entry["text"]).splitlines():
                if stripped := written.strip():
                    text = stripped.removeprefix("-").strip()
                    yield from _said(text, at, entry.get("metadata"), file, notes)


def _block(block: str, file: str, at: int | None, notes: Notes) -> Iterator[Entry]:
    for index, written in enumerate(block.splitlines()):
        line = block.line + index if isinstance(block, LiteralText) else at
        stripped = written.strip()
        if not stripped:
            continue
        if not stripped.startswith("-"):
            told = f"an example must begin with '-', so this is left out: {stripped[:60]}"
            notes.warn(told, file, line)
            continue
        yield from _said(stripped[1:].strip(), line, None, file, notes)


def _said(text: str, line: int | None, metadata: Any, file: str, notes: Notes) -> Iterator[Entry]:
    if text:
        yield Entry(text, line, metadata)
    else:
        notes.warn("an example is empty", file, line)
