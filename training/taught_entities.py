"""What the annotated examples have to teach a token classifier."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlu.entities import Patterns, Scheme
from nlu.entities.finder import KNOWN
from training.data import Example

LEAST = 8  # examples of a kind, to be tagged, and of a role or group, to be told
LABEL = "label:"  # source of what agents labelled: they name intents, and mark nothing


@dataclass(frozen=True)
class Material:
    """Examples of files that annotate something, and the kinds that each example's file does."""

    examples: tuple[Example, ...]
    taught: tuple[frozenset[str], ...]


def annotated(examples: Iterable[Example]) -> Material:
    """The examples that teach entities.

    A file teaches those kinds of which it annotates at least one: in others, a colour may stand
    unmarked.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    marked = [one for one in examples if not one.source.startswith(LABEL)]
    for one in marked:
        kinds[_file(one)].update(entity.name for entity in one.entities)
    teaching = [one for one in marked if kinds[_file(one)]]
    return Material(tuple(teaching), tuple(frozenset(kinds[_file(one)]) for one in teaching))


def scheme_of(examples: Sequence[Example], patterns: Patterns, layers: Sequence[int]) -> Scheme:
    """What examples can teach: the kinds that nothing else finds, and the parts of all kinds."""
    entities = [entity for example in examples for entity in example.entities]
    declared = patterns.wanted
    given = {*patterns.regexes, *patterns.lookups}
    by_form = given | (KNOWN if declared is None else KNOWN & declared)
    counts = Counter(one.name for one in entities)
    kinds = {
        name
        for name, count in counts.items()
        if count >= LEAST and name not in by_form | KNOWN and (declared is None or name in declared)
    }
    told = kinds | by_form
    return Scheme(
        kinds=tuple(sorted(kinds)),
        context=tuple(sorted(by_form)),
        roles=_often((one.name, one.role) for one in entities if one.name in told),
        groups=_often((one.name, one.group) for one in entities if one.name in told),
        layers=tuple(layers),
    )


def _often(pairs: Iterable[tuple[str, str | None]]) -> Mapping[str, tuple[str, ...]]:
    """The parts of each kind that stand in the data often enough."""
    found: dict[str, list[str]] = defaultdict(list)
    for (kind, part), count in sorted(Counter(pair for pair in pairs if pair[1]).items()):
        if count >= LEAST:
            found[kind].append(str(part))
    return {kind: tuple(parts) for kind, parts in found.items()}


def _file(example: Example) -> str:
    return example.source.rpartition(":")[0]
