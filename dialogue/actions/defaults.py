"""Rasa's default actions: what every bot can do without anybody writing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dialogue.actions.context import ActionContext
from dialogue.actions.extraction import extract_slots
from dialogue.actions.two_stage_fallback import (
    ask_affirmation,
    ask_rephrase,
    default_fallback,
    revert_fallback_events,
    two_stage_fallback,
)
from dialogue.domain import (
    ASK_AFFIRMATION,
    ASK_REPHRASE,
    BACK,
    DEACTIVATE_LOOP,
    DEFAULT_FALLBACK,
    EXTRACT_SLOTS,
    LISTEN,
    REQUESTED_SLOT,
    RESTART,
    REVERT_FALLBACK,
    SESSION_START,
    TWO_STAGE_FALLBACK,
    UNLIKELY_INTENT,
)
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
)

DefaultAction = Callable[[ActionContext], Sequence[Event]]


def nothing(_context: ActionContext) -> Sequence[Event]:
    """Only be on record: listening, or an intent that was not to be expected."""
    return []


def restart(context: ActionContext) -> Sequence[Event]:
    """Forget everything; the next action is the start of a session."""
    return [*context.utter("utter_restart"), Restarted()]


def session_start(context: ActionContext) -> Sequence[Event]:
    """Begin a session, with the slots of the one before if the domain says so, and listen."""
    events: list[Event] = [SessionStarted()]
    if context.domain.session.carry_over_slots:
        initial = context.domain.initial_slots
        events += [
            SlotSet(name, value)
            for name, value in context.tracker.slots.items()
            if value != initial[name] and name != REQUESTED_SLOT
        ]
    return [*events, ActionExecuted(LISTEN)]


def deactivate_loop(_context: ActionContext) -> Sequence[Event]:
    """Leave the active form."""
    return [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]


def back(context: ActionContext) -> Sequence[Event]:
    """Undo the message before this one, and this one."""
    return [*context.utter("utter_back"), UserUtteranceReverted(), UserUtteranceReverted()]


DEFAULTS: Mapping[str, DefaultAction] = {
    LISTEN: nothing,
    RESTART: restart,
    SESSION_START: session_start,
    DEFAULT_FALLBACK: default_fallback,
    DEACTIVATE_LOOP: deactivate_loop,
    REVERT_FALLBACK: revert_fallback_events,
    ASK_AFFIRMATION: ask_affirmation,
    ASK_REPHRASE: ask_rephrase,
    TWO_STAGE_FALLBACK: two_stage_fallback,
    UNLIKELY_INTENT: nothing,
    BACK: back,
    EXTRACT_SLOTS: extract_slots,
}
