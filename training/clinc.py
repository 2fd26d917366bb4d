"""CLINC150's JSON: lists of ``[text, intent]`` by split (Larson et al., EMNLP 2019)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from nlu.errors import SourceError
from nlu.source import nearest
from nlu.types import OUT_OF_SCOPE_INTENT
from training.data import Example, class_of
from training.splits import split_names
from training.tables import example_of
from training.whole_files import read_whole, replacing

_BETWEEN = re.compile(r"[ \t\r\n,:]*")
_DECODER = json.JSONDecoder()


def read_clinc(path: Path, split: str) -> Iterator[Example]:
    """The sentences of a split; the out-of-scope ones stand under ``oos_<split>``.

    Raises SourceError with the line of what cannot be read.
    """
    text = read_whole(path)
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        words = f"not JSON: {getattr(error, 'msg', 'too deep')}"
        raise SourceError(words, str(path), getattr(error, "lineno", None)) from error
    if not isinstance(loaded, dict):
        raise SourceError("it must hold an object with a list for each split", str(path), 1)
    wanted = next((name for name in split_names(split) if name in loaded), None)
    if wanted is None:
        raise SourceError(f"there is no split '{split}'{nearest(split, list(loaded))}", str(path))
    lists = (wanted, f"oos_{wanted}")
    for name in lists:
        if not isinstance(loaded.get(name, []), list):
            raise SourceError(f"'{name}' must be a list of [text, intent]", str(path))
    for name, entry, line in _entries(text):
        if name in lists:
            if not isinstance(entry, list) or len(entry) != 2:
                words = f"an entry of '{name}' is no [text, intent]"
                raise SourceError(words, str(path), line)
            yield example_of(entry[0], entry[1], path, line)


def write_clinc(examples: Sequence[Example], path: Path, split: str) -> None:
    """One split, its out-of-scope sentences apart; entities are left out."""
    inside = [[e.text, class_of(e)] for e in examples if e.intent != OUT_OF_SCOPE_INTENT]
    outside = [[e.text, "oos"] for e in examples if e.intent == OUT_OF_SCOPE_INTENT]
    with replacing(path) as file:
        json.dump({split: inside, f"oos_{split}": outside}, file, ensure_ascii=False, indent=1)


def _entries(text: str) -> Iterator[tuple[str, object, int]]:
    """The entries of an object's lists: key, entry, line. `text` is JSON that was read before."""
    at = text.index("{") + 1
    line, counted = 1, 0
    while text[at := _next(text, at)] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _next(text, at)
        if text[at] != "[":
            _, at = _DECODER.raw_decode(text, at)
            continue
        at += 1
        while text[at := _next(text, at)] != "]":
            entry, after = _DECODER.raw_decode(text, at)
            line += text.count("\n", counted, at)
            counted = at
            yield key, entry, line
            at = after
        at += 1


def _next(text: str, at: int) -> int:
    """Where the next value or closing bracket stands."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
