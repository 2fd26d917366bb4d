"""What a project's regular expressions, lookups and synonyms become in a model."""

from __future__ import annotations

from collections.abc import Mapping

from nlu.entities import Patterns
from training.data import TrainingData
from training.rasa_config import PatternUse, Setup

Named = Mapping[str, tuple[str, ...]]


def patterns_of(data: TrainingData, setup: Setup) -> Patterns:
    """The patterns by which a model finds entities.

    In Rasa's manner a pattern finds an entity of its own name, if the project has such a one and
    RegexEntityExtractor is in its pipeline; other patterns are hints, and nothing else is found by
    its form.
    """
    if setup.pipeline is None:
        return Patterns(data.regexes, data.lookups, data.synonyms, data.products, data.entities)
    annotated = {entity.name for example in data.examples for entity in example.entities}
    names = annotated | (data.entities or frozenset())
    regexes, lookups = _used(data, setup.extracts)
    found = {name for name in (*regexes, *lookups) if name in names}
    more_regexes, more_lookups = _used(data, setup.hints)
    hints = {*more_regexes, *more_lookups} - found
    use = setup.extracts or setup.hints or PatternUse()
    told = found | hints
    return Patterns(
        {name: own for name, own in {**regexes, **more_regexes}.items() if name in told},
        {name: own for name, own in {**lookups, **more_lookups}.items() if name in told},
        data.synonyms,
        wanted=frozenset(),
        hints=frozenset(hints),
        case_sensitive=use.case_sensitive,
        whole_words=use.whole_words,
    )


def _used(data: TrainingData, use: PatternUse | None) -> tuple[Named, Named]:
    """The expressions and the words that are used."""
    if use is None:
        return {}, {}
    return data.regexes if use.regexes else {}, data.lookups if use.lookups else {}
