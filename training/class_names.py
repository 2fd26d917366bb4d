"""What the numbers of a label column stand for, as the Hugging Face hub's files declare it.

A feature of type `ClassLabel` lists its names in the files' own schema, in ``dataset_info.json``
(a saved data set), in ``dataset_infos.json`` (the hub's older way), or in the YAML head of
README.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from nlu.errors import SourceError
from training.whole_files import read_whole

Names = Mapping[str, Mapping[int, str]]  # column -> number -> name
NO_NAMES: Names = {}


def declared_names(folder: Path) -> Names:
    """What the files of a folder declare, by column. Raises SourceError for one that is broken."""
    found: dict[str, Mapping[int, str]] = {}
    for file, read in (
        (folder / "README.md", _in_readme),
        (folder / "dataset_infos.json", _in_json),
        (folder / "dataset_info.json", _in_json),
    ):
        if file.is_file():
            found.update(read(file))
    return found


def names_in_features(features: object) -> Names:
    """The names in a `features` object, in its JSON form or in the one of a README's head."""
    declared: dict[str, object] = {}
    if isinstance(features, Mapping):
        for column, kind in features.items():
            if isinstance(kind, Mapping) and kind.get("_type") == "ClassLabel":
                declared[str(column)] = kind.get("names")
    elif isinstance(features, list):
        for feature in features:
            kind = feature.get("dtype") if isinstance(feature, Mapping) else None
            label = kind.get("class_label") if isinstance(kind, Mapping) else None
            if isinstance(label, Mapping):
                declared[str(feature.get("name"))] = label.get("names")
    return {column: named for column, names in declared.items() if (named := _numbered(names))}


def _numbered(names: object) -> dict[int, str]:
    if isinstance(names, list):
        return {number: str(name) for number, name in enumerate(names)}
    if isinstance(names, Mapping) and all(str(number).isdecimal() for number in names):
        return {int(number): str(name) for number, name in names.items()}
    return {}


def _in_readme(file: Path) -> Names:
    text = read_whole(file).replace("\r\n", "\n")
    if not text.startswith("---\n"):
        return {}
    head = text[4:].partition("\n---")[0]
    try:
        loaded: Any = YAML(typ="safe").load(head)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else None  # the head begins on the second line
        raise SourceError("its head is not YAML", str(file), line) from error
    infos = loaded.get("dataset_info") if isinstance(loaded, Mapping) else None
    return _in_infos(infos if isinstance(infos, list) else [infos])


def _in_json(file: Path) -> Names:
    try:
        loaded = json.loads(read_whole(file))
    except (ValueError, RecursionError) as error:
        raise SourceError("not JSON", str(file), getattr(error, "lineno", None)) from error
    if not isinstance(loaded, Mapping):
        return {}
    return _in_infos([loaded] if "features" in loaded else list(loaded.values()))


def _in_infos(infos: list[Any]) -> Names:
    found: dict[str, Mapping[int, str]] = {}
    for info in infos:
        if isinstance(info, Mapping):
            found = {**names_in_features(info.get("features")), **found}
    return found
