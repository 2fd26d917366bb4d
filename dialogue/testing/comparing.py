"""What a test expects of one turn, beside what happened in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from dialogue.events import ActiveLoop, SlotSet
from dialogue.stories import ActionStep, LoopStep, PlainStep, SlotStep
from dialogue.testing.happened import Happened


@dataclass(frozen=True)
class Row:
    """One line of the report: `kind` is user, intent, entities, action, slot, loop or text.

    `expected` and `actual` are empty where the other side has something that this one lacks.
    """

    kind: str
    line: int | None
    expected: str
    actual: str
    right: bool


@dataclass
class _Group:
    """An expected action, and what is told after it."""

    action: ActionStep
    told: list[PlainStep] = field(default_factory=list)


def compare_turn(
    steps: Sequence[PlainStep],
    happened: Sequence[Happened],
    spoken_texts: frozenset[str],
    line: int | None = None,
) -> list[Row]:
    """Every expected action and the rest that the test tells, in order, beside what happened.

    `line` is where the turn begins; an action that the test does not tell has the line before it.
    A turn in which the test tells only what the bot says is compared by the texts alone.
    """
    heard: list[PlainStep] = []
    groups: list[_Group] = []
    for step in steps:
        if isinstance(step, ActionStep) and (not step.is_text or step.name in spoken_texts):
            groups.append(_Group(step))
        else:
            (groups[-1].told if groups else heard).append(step)
    if not groups and any(isinstance(step, ActionStep) for step in heard):
        return _compare_told(heard, _joined(happened))
    return _compare_told(heard, happened[0]) + _compare_actions(groups, happened[1:], line)


def _compare_actions(
    groups: Sequence[_Group], happened: Sequence[Happened], line: int | None
) -> list[Row]:
    rows: list[Row] = []
    names = [group.action.name for group in groups]
    matcher = SequenceMatcher(None, names, [one.action for one in happened], autojunk=False)
    for kind, low, high, start, end in matcher.get_opcodes():
        for group, one in zip_longest(groups[low:high], happened[start:end]):
            expected = group.action.name if group else ""
            line = group.action.line if group else line
            actual = str(one.action) if one else ""
            rows.append(Row("action", line, expected, actual, kind == "equal"))
            if kind == "equal":
                rows += _compare_told(group.told, one)
    return rows


def _joined(happened: Sequence[Happened]) -> Happened:
    """The whole turn as one."""
    texts = [text for one in happened for text in one.texts]
    changes = [change for one in happened for change in one.changes]
    return Happened(None, texts, changes, happened[-1].slots, happened[-1].loop)


def _compare_told(steps: Sequence[PlainStep], happened: Happened) -> list[Row]:
    """What is told after an action.

    Of two steps about the same thing the last tells the state that is left, and the earlier ones
    what came on the way.
    """
    rows = []
    said = list(happened.texts)
    for index, step in enumerate(steps):
        later = steps[index + 1 :]
        match step:
            case ActionStep():
                rows.append(_compare_text(step, said))
            case SlotStep():
                is_last = all(not isinstance(s, SlotStep) or s.name != step.name for s in later)
                rows.append(_compare_slot(step, happened, is_last))
            case LoopStep():
                is_last = not any(isinstance(other, LoopStep) for other in later)
                rows.append(_compare_loop(step, happened, is_last))
    return rows


def _compare_slot(step: SlotStep, happened: Happened, is_last: bool) -> Row:
    value = happened.slots.get(step.name)
    values = [value]
    if not is_last:
        changes = (one for one in happened.changes if isinstance(one, SlotSet))
        values += [change.value for change in changes if change.name == step.name]
    right = any(
        one is not None if step.any_value else same_value(one, step.value) for one in values
    )
    expected = "any value" if step.any_value else _shown(step.value)
    actual = expected if right and not step.any_value else _shown(value)
    return Row("slot", step.line, f"{step.name}: {expected}", f"{step.name}: {actual}", right)


def _compare_loop(step: LoopStep, happened: Happened, is_last: bool) -> Row:
    names = [happened.loop]
    if not is_last:
        names += [one.name for one in happened.changes if isinstance(one, ActiveLoop)]
    right = step.name in names
    actual = step.name if right else happened.loop
    return Row("loop", step.line, _shown(step.name), _shown(actual), right)


def _compare_text(step: ActionStep, said: list[tuple[str, ...]]) -> Row:
    """Whether the text was said, in any wording; what was said before it is passed over."""
    wanted = _squeezed(step.name)
    for index, wordings in enumerate(said):
        if any(_squeezed(text) == wanted for text in wordings):
            del said[: index + 1]
            return Row("text", step.line, step.name, wordings[0], right=True)
    actual = said.pop(0)[0] if said else ""
    return Row("text", step.line, step.name, actual, right=False)


def same_value(value: Any, wanted: Any) -> bool:
    """Equal, or written alike: YAML's 4 is the customer's "4", true is "True"."""
    if value is None or wanted is None:
        return value is wanted
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(map(same_value, value, wanted))
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return value == wanted
    return value == wanted or str(value).casefold() == str(wanted).casefold()


def _shown(value: Any) -> str:
    return "null" if value is None else str(value)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
