"""More annotated messages from few: the same with other values in the entities' places.

So the token classifier learns what stands around a name, and not the names. The other values are
those of the same kind in the data; where most of a kind's values are towns, people or colours, the
lists of such names give more; addresses get other numbers and names.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from nlu.entities.name_lists import COLOURS, FAMILY_NAMES, GIVEN_NAMES, LARGE_TOWNS, TOWNS
from nlu.types import Entity
from training.data import Example

SWAPPED = 0.75  # of the entities
LOWERED = 0.2  # of the messages
LISTED = 0.5  # of a kind's values, for a list to be of its kind
FROM_LIST = 0.5  # of the new values, where there is such a list
TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr.", "Frau", "Herr", "Mme", "Prof.")

Draw = Callable[[random.Random], str]

_WORD = re.compile(r"[^\W\d_]+")


class Swapper:
    """Puts other values in the places of entities of some kinds."""

    def __init__(
        self, examples: Iterable[Example], kinds: Sequence[str], lists: Mapping[str, Sequence[str]]
    ) -> None:
        """`examples` give the values of each kind, `lists` the names of the world."""
        values: dict[str, list[str]] = {kind: [] for kind in kinds}
        for example in examples:
            for one in example.entities:
                if one.name in values:
                    values[one.name].append(example.text[one.start : one.end])
        self._draws = {
            kind: _draw(sorted(set(found)), lists) for kind, found in values.items() if found
        }

    def swapped(self, example: Example, rng: random.Random) -> Example:
        """The same message with other values, and sometimes without capitals."""
        lower = rng.random() < LOWERED
        text, at = "", 0
        entities: list[Entity] = []
        for one in sorted(example.entities, key=lambda entity: entity.start):
            if one.start < at:
                continue  # two entities of one place: the first stays
            value = example.text[one.start : one.end]
            if one.name in self._draws and rng.random() < SWAPPED:
                new = self._draws[one.name](rng)
                value = new.lower() if value.islower() else new
            text += example.text[at : one.start]
            entities.append(replace(one, value=value, start=len(text), end=len(text) + len(value)))
            text += value
            at = one.end
        text += example.text[at:]
        if lower and len(text.lower()) == len(text):
            text = text.lower()
        return replace(example, text=text, entities=tuple(entities))


def _draw(values: Sequence[str], lists: Mapping[str, Sequence[str]]) -> Draw:
    """How a new value of a kind is drawn, of which there are these."""

    def share(names: Iterable[str]) -> float:
        known = {name.lower() for name in names}
        return sum(value.lower() in known for value in values) / len(values)

    given, family = lists[GIVEN_NAMES], lists[FAMILY_NAMES]
    people = {name.lower() for name in (*given, *family)}

    def of_person(value: str) -> bool:
        words = _WORD.findall(value.lower())
        return bool(words) and sum(word in people for word in words) * 2 >= len(words)

    counts = Counter(word for value in values for word in set(_WORD.findall(value)))
    common = {word for word, count in counts.items() if count > 1 or len(word) < 4}  # Street, Via

    def own(rng: random.Random) -> str:
        return rng.choice(values)

    def person(rng: random.Random) -> str:
        first, last = rng.choice(given), rng.choice(family)
        forms = (f"{first} {last}", first, f"{rng.choice(TITLES)} {last}", f"{first[0]}. {last}")
        return rng.choices((*forms, last), (10, 5, 3, 1, 1))[0]

    def address(rng: random.Random) -> str:
        renumbered = re.sub(r"\d+", lambda found: _number(found.group(), rng), rng.choice(values))
        names = [w for w in _WORD.findall(renumbered) if w[0].isupper() and w not in common]
        if names and rng.random() < FROM_LIST:
            return renumbered.replace(rng.choice(names), rng.choice(family), 1)
        return renumbered

    towns = (*lists[LARGE_TOWNS], *lists[TOWNS])
    mixed = sum(bool(_WORD.search(v)) and any(map(str.isdigit, v)) for v in values)
    if mixed > LISTED * len(values):
        return address
    if share(towns) > LISTED:
        listed: Draw = lambda rng: rng.choice(lists[LARGE_TOWNS if rng.random() < 0.5 else TOWNS])  # noqa: E731
    elif share(lists[COLOURS]) > LISTED:
        listed = lambda rng: rng.choice(lists[COLOURS])  # noqa: E731
    elif sum(map(of_person, values)) > LISTED * len(values):
        listed = person
    else:
        return own
    return lambda rng: listed(rng) if rng.random() < FROM_LIST else own(rng)


def _number(digits: str, rng: random.Random) -> str:
    """Another number of about the same length."""
    return str(rng.randint(1, 10 ** len(digits) - 1))
