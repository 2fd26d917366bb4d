"""Which entities are found in the messages of data/test/entities, by type; prints JSON.

Without a model, only those that have a form are looked for. An entity counts when its type and its
place are right; a leading "the" belongs to none. `values` is the share of those found that are also
read as they are meant. `roles` and `groups` are judged by type: an entity with one counts when its
type, its place and its role (or group) are right.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.bundle import open_bundle
from nlu.engine import Engine
from nlu.entities import EntityFinder, Patterns
from nlu.runtime import Runtime
from nlu.source import read_yaml
from nlu.types import Entity
from training.data import Example
from training.reading import read_training_data

NOW = datetime(2026, 3, 18, 10)  # Wednesday, by which the test set was written
ROOT = Path(__file__).parents[2]
Find = Callable[[str], Sequence[Entity]]


def main() -> None:
    """Judge on the test set, or on other files of the same form."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "data/test/entities")
    parser.add_argument("--model", type=Path, help="a trained model's folder")
    asked = parser.parse_args()
    examples = read_training_data(asked.folder).examples
    if asked.model is None:
        find: Find = EntityFinder(Patterns(products=product_names()), clock=lambda: NOW).find
    else:
        engine = Engine(open_bundle(asked.model), Runtime("cpu"), clock=lambda: NOW)
        find = lambda text: engine.parse(text).entities  # noqa: E731
    print(json.dumps(judged(examples, find), indent=1))


def product_names() -> dict[str, str]:
    """Article numbers by name, of the demonstration shop's catalogue."""
    catalogue = read_yaml(ROOT / "data/shop/catalogue.yml")
    goods = (product for category in catalogue["categories"] for product in category["products"])
    return {str(product["name"]): str(product["sku"]) for product in goods}


def judged(examples: Sequence[Example], find: Find) -> dict[str, Any]:
    """Precision, recall, F1 by type; false alarms where there is none; microseconds a message."""
    for example in examples:
        find(example.text)  # what is loaded once is not counted
    started = time.perf_counter()
    entities = [find(example.text) for example in examples]
    spent = time.perf_counter() - started
    found = [_places(one, e.text) for one, e in zip(entities, examples, strict=True)]
    meant = [_places(example.entities, example.text) for example in examples]
    types = sorted({name for places in meant for name, _, _ in places})
    alarms = Counter(
        name
        for places, true in zip(found, meant, strict=True)
        if not true
        for name, _, _ in places
        if name in types
    )
    return {
        "messages": len(examples),
        "without_any": sum(not places for places in meant),
        "false_alarms_where_there_is_none": dict(alarms),
        "microseconds_a_message": round(1e6 * spent / len(examples)),
        "by_type": {name: _figures(name, meant, found) for name in types},
        "roles": _of_parts("role", examples, entities),
        "groups": _of_parts("group", examples, entities),
    }


def _of_parts(
    part: str, examples: Sequence[Example], entities: Sequence[Sequence[Entity]]
) -> dict[str, Any]:
    """Figures of the entities that have a role (or a group), by type; the names of types and roles
    are taken together."""

    def named(some: Sequence[Entity], text: str) -> Places:
        own = [replace(e, name=f"{e.name} {getattr(e, part)}") for e in some if getattr(e, part)]
        return _places(own, text)

    meant = [named(example.entities, example.text) for example in examples]
    found = [named(some, e.text) for some, e in zip(entities, examples, strict=True)]
    names = sorted({name for places in meant for name, _, _ in places})
    figures = {name: _figures(name, meant, found) for name in names}
    true = {(row, *at) for row, places in enumerate(meant) for at in places}
    told = {(row, *at) for row, places in enumerate(found) for at in places}
    return {
        "count": len(true),
        "precision": round(len(true & told) / max(1, len(told)), 3),
        "recall": round(len(true & told) / max(1, len(true)), 3),
        "f1": round(2 * len(true & told) / max(1, len(true) + len(told)), 3),
        "by_name": {name: one["f1"] for name, one in figures.items()},
    }


Places = dict[tuple[str, int, int], str]


def _places(entities: Iterable[Entity], text: str) -> Places:
    places = {}
    for one in entities:
        article = 4 if text[one.start : one.end].lower().startswith("the ") else 0
        places[one.name, one.start + article, one.end] = str(one.value)
    return places


def _figures(name: str, meant: Sequence[Places], found: Sequence[Places]) -> dict[str, Any]:
    def of(places: Sequence[Places]) -> dict[tuple[int, int, int], str]:
        return {
            (row, start, end): value
            for row, one in enumerate(places)
            for (which, start, end), value in one.items()
            if which == name
        }

    true, told = of(meant), of(found)
    right = true.keys() & told.keys()
    return {
        "count": len(true),
        "precision": round(len(right) / max(1, len(told)), 3),
        "recall": round(len(right) / len(true), 3),
        "f1": round(2 * len(right) / (len(true) + len(told)), 3),
        "values": round(sum(true[at] == told[at] for at in right) / max(1, len(right)), 3),
    }


if __name__ == "__main__":
    main()
