"""What a message means where it is said: the conversation so far makes some intents likelier.

An interpreter reads each message by itself: by Bayes' rule its probabilities are to be multiplied
by P(intent | context) / P(intent) to hold in a conversation. A project's `expected:` gives these
weights, entry by entry, each under conditions; where several entries hold, their weights multiply.
An entry may also say that in its place one intent means another ("leave it" is a no to "shall I
cancel it?"), or the latest wish again ("and 1043?"); or that some intents are alike there: between
these nothing needs to be asked back, and the likeliest is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.domain import Domain
from dialogue.events import ActiveLoop, UserUttered
from dialogue.questions import plainly
from dialogue.tracker import Tracker
from dialogue.yaml_source import YamlFile
from nlu.labels import intent_of
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, IntentScore, Understanding

SURE = 0.4  # probability that the likeliest intent must have, where the model does not say
MARGIN = 0.05  # by which it must be before the next
FLOOR = 0.1  # of the weighed probability: what hardly anything speaks for does not win by default
OUTSIDE = 0.5  # probability from which a message stays out of scope
LOOKED_BACK = 3  # messages, for the wish that an "and 1043?" goes on with

_CONDITIONS = ("form", "forms", "asked", "set", "unset", "entities", "says", "besides", "after")
_WORD = re.compile(r"\w+")
_KEYS = (*_CONDITIONS, "weights", "means", "again", "alike")
_DECISIONS = (FALLBACK_INTENT, OUT_OF_SCOPE_INTENT)


@dataclass(frozen=True)
class Expectation:
    """Conditions, None where an entry has not this one, and what then holds of intents.

    `form`: whether a form is active; `forms`: which ones may be. `asked`: the slots, of which one
    is being asked for. `filled` and `empty`: slots that all have a value, or none. `entities`: of
    which the message holds at least one; when there are none in the list, it must hold none at all.
    `says`: words of which the message holds at least one. `besides`: the words of which alone it
    consists, its entities apart. `after`: the wishes, of which the latest is one.
    """

    form: bool | None = None
    forms: frozenset[str] | None = None
    asked: frozenset[str] | None = None
    filled: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    entities: frozenset[str] | None = None
    says: frozenset[str] | None = None
    besides: frozenset[str] | None = None
    after: frozenset[str] | None = None
    weights: tuple[tuple[str, float], ...] = ()
    means: tuple[tuple[str, str], ...] = ()
    again: frozenset[str] = frozenset()
    alike: frozenset[str] = frozenset()

    def holds(self, meaning: Understanding, tracker: Tracker, wish: str | None) -> bool:
        """Whether the message is said under these conditions; `wish` is the latest."""
        named = {entity.name for entity in meaning.entities}
        return (
            self.form in (None, tracker.active_loop_name is not None)
            and (self.forms is None or tracker.active_loop_name in self.forms)
            and (self.asked is None or tracker.requested_slot in self.asked)
            and all(tracker.slots.get(slot) is not None for slot in self.filled)
            and all(tracker.slots.get(slot) is None for slot in self.empty)
            and (self.entities is None or _holds_some(self.entities, named))
            and (self.says is None or _says_some(self.says, meaning.text))
            and (self.besides is None or self.besides.issuperset(_words_besides(meaning)))
            and (self.after is None or wish in self.after)
        )


@dataclass(frozen=True)
class Expectations:
    """All entries of a project; `wishes` are those that any of them may follow."""

    entries: tuple[Expectation, ...] = ()
    wishes: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        after = (entry.after or frozenset() for entry in self.entries)
        object.__setattr__(self, "wishes", frozenset().union(*after))

    def in_context(self, meaning: Understanding, tracker: Tracker) -> Understanding:
        """What a message means in this conversation, with the probabilities that it has there.

        The decision is taken anew: an intent that is likely enough here is answered although the
        message alone was unclear, and the other way round.
        """
        others = (one for one in meaning.intent_ranking if one.name not in _DECISIONS)
        alone = {one.name: one.confidence for one in others}
        wish = _latest_wish(tracker, self.wishes)
        holding = [entry for entry in self.entries if entry.holds(meaning, tracker, wish)]
        if not alone or not holding:
            return meaning
        weights = _weights(holding)
        here = {name: chance * weights.get(name, 1.0) for name, chance in alone.items()}
        unnamed = max(0.0, 1.0 - sum(alone.values()))  # the intents that the ranking left out
        fits = (sum(here.values()) + unnamed) / (sum(alone.values()) + unnamed)
        outside = _outside(meaning, fits, weights.get(OUT_OF_SCOPE_INTENT, 1.0))
        for source, target in _renamed(holding, wish):
            if source in here:
                here[target] = here.get(target, 0.0) + here.pop(source)
        ranked = _ranked(here, unnamed)
        first, decided = ranked[0].name, meaning.intent_ranking[0]
        least = decided.confidence if decided.name == FALLBACK_INTENT else SURE
        alike = [entry.alike for entry in holding if first in entry.alike]
        clear = here[first] >= FLOOR and _is_clear(ranked, least, alike)
        if _is_answered(meaning) and (not clear or first == decided.name):
            return meaning
        if decided.name == OUT_OF_SCOPE_INTENT and outside >= OUTSIDE:
            ranked = (IntentScore(OUT_OF_SCOPE_INTENT, outside), *ranked)
        elif not clear or first in tracker.domain.retrieval_intents:
            # A question without a sure answer is not understood either.
            ranked = (IntentScore(FALLBACK_INTENT, least), *ranked)
        return replace(meaning, intent_ranking=ranked)


def read_expectations(files: Iterable[YamlFile], domain: Domain) -> Expectations:
    """The `expected:` of a project. Raises SourceError for what is no list of such entries."""
    return Expectations(
        tuple(
            _entry(file, entries, index, domain)
            for file in files
            if file.content.get("expected") is not None
            for entries in (file.sequence(file.content, "expected", "expected"),)
            for index in range(len(entries))
        )
    )


def _entry(file: YamlFile, entries: Sequence[Any], index: int, domain: Domain) -> Expectation:
    node = file.mapping(entries, index, "an expectation")
    file.only_keys(node, _KEYS, "an expectation")
    intents, slots = (*domain.intents, *_DECISIONS), tuple(domain.slots)

    def known(key: str, what: str, names: Iterable[str]) -> tuple[str, ...]:
        found = file.names(node, key, key)
        for name in found:
            if name not in names:
                raise file.unknown(what, name, names, node, key)
        return found

    def few(key: str, what: str, names: Iterable[str]) -> frozenset[str] | None:
        return frozenset(known(key, what, names)) if key in node else None

    def words(key: str) -> frozenset[str] | None:
        return frozenset(map(plainly, file.names(node, key, key))) if key in node else None

    weights, means = [], []
    if "weights" in node:
        told = file.mapping(node, "weights", "weights")
        for name in told:
            if name not in intents:
                raise file.unknown("intent", str(name), intents, told, name)
            weight = file.number(told, name, 1.0)
            if weight <= 0:
                raise file.error(f"the weight of '{name}' must be above 0", told, name)
            weights.append((str(name), weight))
    if "means" in node:
        told = file.mapping(node, "means", "means")
        for name in told:
            pair = (str(name), file.text(told, name, f"what '{name}' means"))
            for one in pair:
                if one not in domain.intents:
                    raise file.unknown("intent", one, domain.intents, told, name)
            means.append(pair)
    again = frozenset(known("again", "intent", intents))
    if again and "after" not in node:
        raise file.error("'again' needs the wishes that it may follow, as 'after'", node, "again")
    return Expectation(
        form=file.flag(node, "form", False) if "form" in node else None,
        forms=few("forms", "form", domain.forms),
        asked=few("asked", "slot", slots),
        filled=known("set", "slot", slots),
        empty=known("unset", "slot", slots),
        entities=few("entities", "entity", domain.entities),
        says=words("says"),
        besides=words("besides"),
        after=few("after", "intent", intents),
        weights=tuple(weights),
        means=tuple(means),
        again=again,
        alike=frozenset(known("alike", "intent", intents)),
    )


def _holds_some(wanted: frozenset[str], named: set[str]) -> bool:
    return not wanted.isdisjoint(named) if wanted else not named


def _says_some(words: frozenset[str], text: str) -> bool:
    """Whether a text holds one of these words; a sign of Chinese is no word for itself."""
    said = plainly(text.casefold())
    whole = set(_WORD.findall(said))
    return any(word in whole if word.isascii() else word in said for word in words)


def _words_besides(meaning: Understanding) -> list[str]:
    """The words of a message that belong to none of its entities, in lower case."""
    left = list(meaning.text)
    for entity in meaning.entities:
        left[entity.start : entity.end] = " " * (entity.end - entity.start)
    return _WORD.findall(plainly("".join(left).casefold()))


def _latest_wish(tracker: Tracker, wishes: frozenset[str]) -> str | None:
    """The latest of these intents, of the last few messages; answers in a form do not count."""
    left, in_form = LOOKED_BACK, False
    for event in reversed(tracker.applied):
        if isinstance(event, ActiveLoop):
            in_form = event.name is None
        elif isinstance(event, UserUttered):
            if event.intent in wishes:
                return event.intent
            left -= not in_form
            if not left:
                return None
    return None


def _is_answered(meaning: Understanding) -> bool:
    """Whether an answer to the message was found, and is sure enough."""
    first = meaning.intent_ranking[0].name
    return any(intent_of(hit.key) == first for hit in meaning.retrieval)


def _weights(entries: Iterable[Expectation]) -> dict[str, float]:
    found: dict[str, float] = {}
    for entry in entries:
        for name, weight in entry.weights:
            found[name] = found.get(name, 1.0) * weight
    return found


def _renamed(entries: Iterable[Expectation], wish: str | None) -> Iterator[tuple[str, str]]:
    """What is to be taken for what."""
    for entry in entries:
        yield from entry.means
        if wish is not None:
            yield from ((name, wish) for name in entry.again if name != wish)


def _outside(meaning: Understanding, fits: float, weight: float) -> float:
    """The probability that the message is out of scope: the less, the better it fits in here."""
    decided, *_ = meaning.intent_ranking
    before = meaning.out_of_scope_score
    if before is None:
        before = decided.confidence if decided.name == OUT_OF_SCOPE_INTENT else 0.0
    beyond = before * weight
    return beyond / (beyond + (1.0 - before) * fits) if beyond else 0.0


def _ranked(chances: Mapping[str, float], unnamed: float) -> tuple[IntentScore, ...]:
    """The probabilities by falling size; `unnamed` is that of intents that the ranking left out."""
    whole = sum(chances.values()) + unnamed
    falling = sorted(chances.items(), key=lambda one: -one[1])
    return tuple(IntentScore(name, chance / whole) for name, chance in falling)


def _is_clear(ranked: Sequence[IntentScore], least: float, alike: Sequence[frozenset[str]]) -> bool:
    """Whether the first, with what is like it, is likely enough and before all others."""
    first, *_ = ranked
    same = {first.name}.union(*alike)
    chance = sum(one.confidence for one in ranked if one.name in same)
    others = [one.confidence for one in ranked if one.name not in same]
    return chance >= least and chance - max(others, default=0.0) >= MARGIN
