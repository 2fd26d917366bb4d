"""What the annotated examples have to teach a token classifier."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlu.entities import Patterns, Scheme
from nlu.entities.finder import KNOWN
from training.data import Example
from training.splits import rank

LEAST = 8  # examples of a kind, to be tagged, and of a role or group, to be told
MOST_OTHERS = 1_000  # examples without an entity, where all are annotated
LABEL = "label:"  # source of what agents labelled: they name intents, and mark nothing


@dataclass(frozen=True)
class Material:
    """Examples of files that annotate something, and the kinds that each example's file does."""

    examples: tuple[Example, ...]
    taught: tuple[frozenset[str], ...]


def annotated(examples: Iterable[Example], *, everywhere: bool = False) -> Material:
    """The examples that teach entities.

    A file teaches those kinds of which it annotates at least one: in others, a colour may stand
    unmarked. Unless `everywhere` what can be annotated is: then all examples teach all kinds.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    marked = [one for one in examples if not one.source.startswith(LABEL)]
    for one in marked:
        kinds[_file(one)].update(entity.name for entity in one.entities)
    if everywhere:
        return _whole(marked)
    teaching = [one for one in marked if kinds[_file(one)]]
    return Material(tuple(teaching), tuple(frozenset(kinds[_file(one)]) for one in teaching))


def _whole(examples: Sequence[Example]) -> Material:
    """All annotated examples, and so many others that they show what is none."""
    kinds = frozenset(entity.name for example in examples for entity in example.entities)
    marking = [one for one in examples if one.entities]
    unmarked = (one for one in examples if not one.entities)
    others = sorted(unmarked, key=lambda one: rank(one.text, 0))
    chosen = (*marking, *others[:MOST_OTHERS]) if kinds else ()
    return Material(chosen, (kinds,) * len(chosen))


def scheme_of(
    examples: Sequence[Example],
    patterns: Patterns,
    layers: Sequence[int],
    *,
    everywhere: bool = False,
) -> Scheme:
    """What examples can teach: the kinds that nothing else finds, and the parts of all kinds.

    Where entities are annotated `everywhere` one example teaches a kind, declared or not, and what
    patterns find is taught as well: they may know some of its values and not all.
    """
    entities = [entity for example in examples for entity in example.entities]
    least = 1 if everywhere else LEAST
    declared = None if everywhere else patterns.wanted
    given = {*patterns.regexes, *patterns.lookups}
    known = KNOWN if patterns.wanted is None else KNOWN & patterns.wanted
    by_form = known if everywhere else given | known
    counts = Counter(one.name for one in entities)
    kinds = {
        name
        for name, count in counts.items()
        if count >= least and name not in by_form and (declared is None or name in declared)
    }
    told = kinds | by_form | (given - patterns.hints)
    return Scheme(
        kinds=tuple(sorted(kinds)),
        context=tuple(sorted(given | known)),
        roles=_often(((one.name, one.role) for one in entities if one.name in told), least),
        groups=_often(((one.name, one.group) for one in entities if one.name in told), least),
        layers=tuple(layers),
    )


def _often(pairs: Iterable[tuple[str, str | None]], least: int) -> Mapping[str, tuple[str, ...]]:
    """The parts of each kind that stand in the data often enough."""
    found: dict[str, list[str]] = defaultdict(list)
    for (kind, part), count in sorted(Counter(pair for pair in pairs if pair[1]).items()):
        if count >= least:
            found[kind].append(str(part))
    return {kind: tuple(parts) for kind, parts in found.items()}


def _file(example: Example) -> str:
    return example.source.rpartition(":")[0]
