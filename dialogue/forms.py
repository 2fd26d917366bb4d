"""The form loop: ask for one slot after the other, validate, reject, go on or end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialogue.actions.extraction import extract_into
from dialogue.actions.runner import ActionResult
from dialogue.domain import LISTEN, REQUESTED_SLOT, Form
from dialogue.errors import ActionRejected
from dialogue.events import ActionExecuted, ActiveLoop, Event, LoopInterrupted, SlotSet
from dialogue.turn import TurnInProgress


@dataclass(frozen=True)
class Validated:
    """What `validate_<form>` said: its answer, and the slot it wants asked next, if it says."""

    result: ActionResult | None
    called: bool = False

    @property
    def events(self) -> tuple[Event, ...]:
        """The slots it set, without the one it wants asked."""
        events = self.result.events if self.result else ()
        return tuple(e for e in events if not _requests(e))

    @property
    def asks(self) -> SlotSet | None:
        """The slot it wants asked, None inside when it wants the form to end."""
        events = self.result.events if self.result else ()
        return next((e for e in events if isinstance(e, SlotSet) and _requests(e)), None)


def run_form(
    turn: TurnInProgress, form: Form, executed: ActionExecuted, previous_action: str | None
) -> None:
    """Run a form once. Raises ActionRejected when the message filled nothing the form wants.

    `previous_action` is the action before this one: validation runs only after listening.
    """
    tracker = turn.tracker
    loop = tracker.active_loop
    validated = Validated(None)
    if loop is None or loop.name != form.name:
        turn.apply(executed, ActiveLoop(name=form.name))
        extract_into(turn, activating=form.name)
        slots = tracker.slots
        filled = {n: slots[n] for n in form.required_slots if slots.get(n) is not None}
        validated = _validate(turn, form, filled, requested=None)
    elif previous_action == LISTEN and not loop.is_interrupted:
        validated = _validate_answer(turn, form)
        turn.apply(executed)
    else:
        turn.apply(executed)
        if loop.is_interrupted:
            turn.apply(LoopInterrupted(is_interrupted=False))
    if validated.called:
        turn.perform(validated.result)
        turn.apply(*validated.events)
    if tracker.active_loop is None:  # a validator ended it
        return
    if validated.asks is not None:
        asked = validated.asks.value
    else:
        asked = _next_slot(turn, form)
    turn.apply(SlotSet(name=REQUESTED_SLOT, value=asked))
    if asked is None:
        turn.apply(ActiveLoop(name=None))
        return
    _ask(turn, form, asked)


def _next_slot(turn: TurnInProgress, form: Form) -> str | None:
    """The slot to ask: the one asked before if it is still empty, else the first empty one.

    After a side question the validator is not called, so the slot it had chosen is kept.
    """
    slots = turn.tracker.slots
    requested = slots.get(REQUESTED_SLOT)
    if requested is not None and slots.get(requested) is None:
        return str(requested)
    return next((name for name in form.required_slots if slots.get(name) is None), None)


def _validate_answer(turn: TurnInProgress, form: Form) -> Validated:
    """Take the customer's answer. Raises ActionRejected when it answers nothing."""
    tracker = turn.tracker
    requested = tracker.slots.get(REQUESTED_SLOT)
    wanted = {*form.required_slots, requested}
    candidates = {n: v for n, v in tracker.slots_set_since_user().items() if n in wanted}
    validated = _validate(turn, form, candidates, requested)
    if requested and not candidates and not validated.events:
        raise ActionRejected(form.name, f"nothing for slot '{requested}' in the message")
    return validated


def _validate(
    turn: TurnInProgress, form: Form, candidates: dict[str, Any], requested: str | None
) -> Validated:
    """Have `validate_<form>` look at the candidates, if there is such an action."""
    validator = f"validate_{form.name}"
    if validator not in turn.domain.actions:
        return Validated(None)
    seen: list[Event] = [
        SlotSet(name=REQUESTED_SLOT, value=requested),
        ActionExecuted(name=form.name),
        *(SlotSet(name=name, value=value) for name, value in candidates.items()),
    ]
    return Validated(turn.call(validator, before=seen), called=True)


def _requests(event: Event) -> bool:
    return isinstance(event, SlotSet) and event.name == REQUESTED_SLOT


def _ask(turn: TurnInProgress, form: Form, slot: str) -> None:
    """Ask with the first that exists of the four names Rasa tries."""
    for name in (f"ask_{form.name}_{slot}", f"ask_{slot}"):
        if f"action_{name}" in turn.domain.actions:
            turn.apply(*turn.perform(turn.call(f"action_{name}")))
            return
        if turn.utter(f"utter_{name}"):
            return
    turn.problems.append(f"form '{form.name}' has no way to ask for '{slot}'")
