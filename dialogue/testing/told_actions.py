"""Custom actions that are not run: what the test tells after them happens, as Rasa does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from dialogue.actions.runner import ActionResult
from dialogue.domain import LISTEN, REQUESTED_SLOT, SESSION_START, Domain
from dialogue.events import ActiveLoop, Event, SessionStarted, SlotSet
from dialogue.responses import Utterance
from dialogue.stories import ActionStep, LoopStep, PlainStep, SlotStep, some_value
from dialogue.tracker import Tracker

VALIDATES = "validate_"


class ToldActions:
    """An `ActionRunner` for one conversation at a time; `tell` it each turn before it is taken."""

    def __init__(self) -> None:
        self._turn: tuple[PlainStep, ...] = ()
        self._left: tuple[PlainStep, ...] = ()

    def tell(self, steps: Sequence[PlainStep]) -> None:
        """What the test says of the coming turn."""
        self._turn = self._left = tuple(steps)

    def run(self, name: str, tracker: Tracker, domain: Domain) -> ActionResult:
        """What the test tells after the action `name`."""
        if name == SESSION_START:
            return ActionResult((SessionStarted(),))
        if name.startswith(VALIDATES):
            return ActionResult(tuple(self._validated(name.removeprefix(VALIDATES), tracker)))
        after = _after(self._left, name)
        if after is None:  # it reads the message, or asks for a slot
            heard = takewhile(lambda step: not _is_action(step), self._turn)
            if tracker.latest_action_name != LISTEN:
                return ActionResult()
            return ActionResult(tuple(_events(tuple(heard), domain)))
        self._left = after
        told = tuple(takewhile(lambda step: not _is_action(step), after))
        said = (step.name for step in told if isinstance(step, ActionStep))
        return ActionResult(
            tuple(_events(told, domain)), tuple(Utterance(parts={"text": text}) for text in said)
        )

    def _validated(self, form: str, tracker: Tracker) -> list[Event]:
        """The form's candidates are right, unless the test gives another value."""
        told = {
            step.name: step.value
            for step in self._turn
            if isinstance(step, SlotStep) and not step.any_value and step.name != REQUESTED_SLOT
        }
        candidates: dict[str, object] = {}
        for event in reversed(tracker.events):
            if not isinstance(event, SlotSet):
                break
            candidates.setdefault(event.name, event.value)
        events: list[Event] = [
            SlotSet(name, told.get(name, value)) for name, value in reversed(candidates.items())
        ]
        after = _after(self._turn, form)
        for step in takewhile(lambda step: not _is_action(step), after or ()):
            if isinstance(step, SlotStep) and step.name in told and step.name not in candidates:
                events.append(SlotSet(step.name, step.value))
        first = next((step for step in self._turn if _is_action(step)), None)
        asked = tracker.requested_slot
        if not events and asked and isinstance(first, ActionStep) and first.name == form:
            events = [SlotSet(asked, None)]  # the form asks again
        return events + _told_end(takewhile(lambda step: not _is_action(step), after or ()))


def _told_end(steps: Iterable[PlainStep]) -> list[Event]:
    """Which slot is asked for next, or that the form ends, where the test tells it."""
    events: list[Event] = []
    for step in steps:
        if isinstance(step, SlotStep) and step.name == REQUESTED_SLOT and not step.any_value:
            events = [SlotSet(REQUESTED_SLOT, step.value)]
        elif isinstance(step, LoopStep) and step.name is None:
            events = [SlotSet(REQUESTED_SLOT, None)]
    return events


def _after(steps: Sequence[PlainStep], name: str) -> tuple[PlainStep, ...] | None:
    """The steps behind the action `name`; None when it is not told."""
    for index, step in enumerate(steps):
        if isinstance(step, ActionStep) and step.name == name:
            return tuple(steps[index + 1 :])
    return None


def _is_action(step: PlainStep) -> bool:
    return isinstance(step, ActionStep) and not step.is_text


def _events(steps: Sequence[PlainStep], domain: Domain) -> list[Event]:
    events: list[Event] = []
    for step in steps:
        if isinstance(step, SlotStep):
            events.append(SlotSet(step.name, some_value(step, domain)))
        elif isinstance(step, LoopStep):
            events.append(ActiveLoop(step.name))
    return events
