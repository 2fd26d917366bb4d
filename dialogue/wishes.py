"""Several wishes in one message: told apart when each is surely understood, and kept in a slot.

"Cancel 1042 and tell me when 1043 comes" is heard as two messages. The first is answered at once;
the others wait in the slot `waiting_wishes`, where the domain has it, until nothing else is being
done. A project's `wishes:` says which intents are wishes: a list of groups, and what belongs to
one group is one wish ("cancel it and refund me") unless each part names a number of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from dialogue.domain import Domain, MappingType
from dialogue.event_fields import read_understanding
from dialogue.questions import asks_after_ok
from dialogue.tracker import Tracker
from dialogue.yaml_source import YamlFile
from nlu.types import Entity, Understanding

WAITING_WISHES = "waiting_wishes"
ANNOUNCED = "announced"  # the key of a kept wish of which it has been said that it comes next
MOST_WISHES = 3  # of one message, and in one turn
MOST_PARTS = 6
LONGEST = 600  # characters; a longer message tells a story
SURE = 0.7  # probability from which a part is a wish: the one that it seems, or one of its group
ORDER = "order_number"

# Where one wish may end and another begin: after a sentence, or at a conjunction.
_BREAK = re.compile(
    r"(?<=[.!?;])\s+(?:and\s+|also\s*,?\s+|then\s+|plus\s+)?"
    r"|\s*(?<=[。！？；])\s*"
    r"|,?\s+(?:and(?:\s+(?:also|then))?|also|plus|then|as\s+well\s+as)\s+"
    r"|(?:\s*[，,]\s*|\s+)(?:还有|另外|然后|同时|顺便|并且|再)[，,]?\s*",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"\w+")
# Words of which none names what is wished: "will it work" belongs to what was said before.
_NAMES_NOTHING = frozenset(
    """
    also am are can could did do does has have i is it may should that they this was we will work
    works would you
    """.split()  # noqa: SIM905  a list of words is read more easily
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class WishGroups:
    """Which intents are wishes, and which of them are one wish when they are said together."""

    groups: tuple[frozenset[str], ...] = ()
    intents: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "intents", frozenset().union(*self.groups))

    def chance(self, part: Understanding) -> float:
        """How probable it is that a part is the wish that it seems, or one of its group."""
        first = _intent(part)
        groups = [frozenset({first}), *(group for group in self.groups if first in group)]
        return max(
            sum(one.confidence for one in part.intent_ranking if one.name in group)
            for group in groups
        )

    def one_wish(self, first: Understanding, second: Understanding) -> bool:
        """Whether two parts belong together."""
        names = {_intent(first), _intent(second)}
        if not any(names <= group for group in self.groups):
            return False
        numbers = _numbers(first), _numbers(second)
        return not (all(numbers) and numbers[0].isdisjoint(numbers[1]))


def read_wishes(files: Iterable[YamlFile], domain: Domain) -> WishGroups:
    """The `wishes:` of a project. Raises SourceError for what is no list of groups of intents."""
    groups = []
    for file in files:
        if file.content.get("wishes") is None:
            continue
        entries = file.sequence(file.content, "wishes", "wishes")
        for index in range(len(entries)):
            names = file.names(entries, index, "a group of wishes")
            for name in names:
                if name not in domain.intents:
                    raise file.unknown("intent", name, domain.intents, entries, index)
            groups.append(frozenset(names))
    return WishGroups(tuple(groups))


def parts_of(text: str) -> list[tuple[int, int]]:
    """Where the parts of a message begin and end; one part when it cannot be several wishes."""
    if len(text) > LONGEST or text.lstrip().startswith("/"):
        return [(0, len(text))]
    spans, begin = [], 0
    for found in _BREAK.finditer(text):
        spans.append((begin, found.start()))
        begin = found.end()
    spans = [(low, high) for low, high in [*spans, (begin, len(text))] if text[low:high].strip()]
    return spans if 1 < len(spans) <= MOST_PARTS else [(0, len(text))]


def may_hold_several(tracker: Tracker) -> bool:
    """Not while a form has asked for something that any words may answer."""
    if WAITING_WISHES not in tracker.domain.slots:
        return False
    asked = tracker.domain.slots.get(tracker.requested_slot or "")
    if tracker.active_loop_name is None or asked is None:
        return True
    return all(mapping.type is not MappingType.FROM_TEXT for mapping in asked.mappings)


def told_apart(
    text: str, spans: Sequence[tuple[int, int]], parts: Sequence[Understanding], known: WishGroups
) -> list[Understanding]:
    """The wishes of a message as messages of their own; one or none when there are not several.

    A part that is no wish by itself belongs to the one before it, the first ones to the first.
    """
    begins: list[int] = []
    for index, part in enumerate(parts):
        if not _is_wish(part, known):
            continue
        if any(known.one_wish(parts[before], part) for before in begins):
            continue
        begins.append(index)
    if not 2 <= len(begins) <= MOST_WISHES:
        return []
    firsts = [0, *begins[1:], len(parts)]
    wishes = []
    for wish, (low, high) in zip(begins, pairwise(firsts), strict=True):
        start, end = spans[low][0], spans[high - 1][1]
        entities = [
            _moved(entity, spans[index][0] - start)
            for index in range(low, high)
            for entity in parts[index].entities
        ]
        wishes.append(replace(parts[wish], text=text[start:end], entities=tuple(entities)))
    return wishes


def answer_and_wish(
    text: str,
    spans: Sequence[tuple[int, int]],
    parts: Sequence[Understanding],
    known: WishGroups,
    tracker: Tracker,
) -> list[Understanding]:
    """ "Yes please, and give me the invoice": the answer to a form's question, then the wish.

    The form's own wish said once more is no other: "no, not all! Cancel only the shirt". Nor is
    "ok, and where is the other one?" an answer.
    """
    asked = tracker.domain.slots.get(tracker.requested_slot or "")
    if tracker.active_loop_name is None or asked is None or len(parts) < 2:
        return []
    if asks_after_ok(text):
        return []
    answers = {
        intent
        for mapping in asked.mappings
        if mapping.type is MappingType.FROM_INTENT
        for intent in mapping.intents
    }
    first, second = parts[0], parts[1]
    sure = first.intent is not None and first.intent.confidence >= SURE
    if not sure or _intent(first) not in answers or not _is_wish(second, known):
        return []
    begun = tracker.active_loop.trigger_message if tracker.active_loop else None
    if begun is not None and begun.intent == _intent(second):
        return []
    begin, end = spans[1][0], spans[-1][1]
    entities = [
        _moved(e, low - begin)
        for (low, _), p in zip(spans[1:], parts[1:], strict=True)
        for e in p.entities
    ]
    return [
        replace(first, text=text[slice(*spans[0])]),
        replace(second, text=text[begin:end], entities=tuple(entities)),
    ]


def as_waiting(wishes: Iterable[Understanding]) -> list[dict[str, Any]]:
    """Wishes as the slot keeps them: Rasa's parse results, without the rest of the ranking."""
    return [replace(w, intent_ranking=w.intent_ranking[:1]).to_rasa() for w in wishes]


def is_announced(tracker: Tracker) -> bool:
    """Whether the customer has been told what wish is taken up next."""
    kept = tracker.slots.get(WAITING_WISHES)
    first = next(iter(kept), None) if isinstance(kept, list) else None
    return isinstance(first, Mapping) and bool(first.get(ANNOUNCED))


def waiting(tracker: Tracker) -> list[Understanding]:
    """The wishes that wait; what is no wish of the domain is passed over."""
    kept = tracker.slots.get(WAITING_WISHES)
    found = []
    for one in kept if isinstance(kept, list) else []:
        if isinstance(one, Mapping):
            meaning = read_understanding(one, "")
            if _intent(meaning) in tracker.domain.intents:
                found.append(meaning)
    return found


def _is_wish(part: Understanding, known: WishGroups) -> bool:
    decided = part.intent
    if decided is None or decided.name not in known.intents or known.chance(part) < SURE:
        return False
    letters = _LETTERS.findall(part.text)
    if letters and _NAMES_NOTHING.issuperset(word.casefold() for word in letters):
        return False
    words = len(letters), len(_CHINESE.findall(part.text))
    named = words[1] >= 2 and bool(_numbers(part))  # 取消2055
    return words[0] >= 2 or words[1] >= 3 or named


def _intent(meaning: Understanding) -> str:
    return meaning.intent.name if meaning.intent else ""


def _numbers(meaning: Understanding) -> set[str]:
    return {str(one.value) for one in meaning.entities if one.name == ORDER}


def _moved(entity: Entity, by: int) -> Entity:
    return replace(entity, start=entity.start + by, end=entity.end + by)
