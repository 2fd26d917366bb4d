"""The form loop: read an answer, check it, ask for the next slot, until all are filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogue.actions.context import ActionContext
from dialogue.actions.extraction import extract_slots
from dialogue.domain import LISTEN, REQUESTED_SLOT, Domain, Form
from dialogue.errors import ActionRejected
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
)
from dialogue.repeating import was_understood
from dialogue.tracker import Tracker

ASKED_AGAIN = "asked_again"
MOST_AGAIN = 3
ASKED_OFTEN = "utter_asked_often"  # said the third time, before the question


def run_form(form: Form, context: ActionContext) -> list[Event]:
    """One run of a form: its events, the question included.

    Raises ActionRejected when a slot was asked for and the message fills nothing that the form
    wants, and ActionFailed when a custom action of the form fails.
    """
    events: list[Event] = []
    checked = False
    if context.tracker.active_loop_name != form.name:
        events, checked = _activation(form, context)
    if not _is_done(events):
        if not checked:
            events += _checked_message(form, context, events)
        if not _is_rejection(events):
            events += _next_question(form, context, events)
    if _is_done(events):
        events += _end(events)
    return events


def unchecked_candidates(form: Form, tracker: Tracker) -> list[Event]:
    """Events that empty what the latest message gave the form, because its check failed."""
    return [SlotSet(name, None) for name in _candidates(form, tracker)]


def _activation(form: Form, context: ActionContext) -> tuple[list[Event], bool]:
    """Begin the form: read the message once more, now for the form, and check what is filled.

    Also tells whether anything was, so that it need not be checked again.
    """
    begin = ActiveLoop(form.name)
    begun = context.supposing([begin])
    extracted = extract_slots(begun)
    begun = begun.supposing(extracted)
    slots = begun.tracker.slots
    filled = {name: slots[name] for name in form.required_slots if slots.get(name) is not None}
    checked = _validate(form, begun, filled) if filled else []
    return [begin, *extracted, *checked], bool(filled)


def _checked_message(form: Form, context: ActionContext, before: Sequence[Event]) -> list[Event]:
    """What the form's validation makes of the message; nothing was asked yet when it begins."""
    tracker = context.tracker
    loop = tracker.active_loop if tracker.active_loop_name == form.name else None
    is_answer = loop is None or (tracker.latest_action_name == LISTEN and not loop.is_interrupted)
    now = context.supposing(before)
    if not is_answer:
        # Coming back from something else: only ask the validation which slot is next.
        return _validate(form, now, {})
    candidates = _candidates(form, now.tracker)
    events = _validate(form, now, candidates)
    filled = _fills_slots(events) if _has_validation(form, context.domain) else bool(candidates)
    requested = tracker.requested_slot if loop is not None else None
    if requested and not filled and not _is_rejection(events) and not _is_done(events):
        raise ActionRejected(form.name, f"the message gives no value for '{requested}'")
    return events


def _candidates(form: Form, tracker: Tracker) -> dict[str, Any]:
    """The slots of the form, and the one it asked for, that were set since the message."""
    wanted = {*form.required_slots}
    if tracker.active_loop_name == form.name and tracker.requested_slot:
        wanted.add(tracker.requested_slot)
    since = tracker.slots_since_message()
    return {name: value for name, value in since.items() if name in wanted}


def _has_validation(form: Form, domain: Domain) -> bool:
    return f"validate_{form.name}" in domain.declared_actions


def _validate(form: Form, context: ActionContext, candidates: Mapping[str, Any]) -> list[Event]:
    """Run `validate_<form>`, if the project has it, on these candidates.

    It finds them as the last slot events, after an event of the form itself.
    """
    if not _has_validation(form, context.domain):
        return []
    tracker = context.tracker
    requested = tracker.requested_slot if tracker.active_loop_name == form.name else None
    supposed: list[Event] = [SlotSet(REQUESTED_SLOT, requested), ActionExecuted(form.name)]
    supposed += [SlotSet(name, value) for name, value in candidates.items()]
    return context.supposing(supposed).run_custom(f"validate_{form.name}")


def _next_question(form: Form, context: ActionContext, before: Sequence[Event]) -> list[Event]:
    """Ask for the slot that the validation chose, or for the first that is empty."""
    if _is_done(before):
        return []
    now = context.supposing([*before, ActionExecuted(form.name)])
    chosen = _last_request(before)
    if chosen is not None:
        return _ask_in_turn(form, now, str(chosen.value), context.tracker)
    slots = now.tracker.slots
    missing = next((name for name in form.required_slots if slots.get(name) is None), None)
    request = SlotSet(REQUESTED_SLOT, missing)
    if missing is None:
        return [request]
    return [request, *_ask_in_turn(form, now.supposing([request]), missing, context.tracker)]


def _ask_in_turn(form: Form, context: ActionContext, slot: str, before: Tracker) -> list[Event]:
    """Ask, and keep in the slot `asked_again`, where there is one, how often it was in a row.

    It is 0 the first time; responses may depend on it. More than `MOST_AGAIN` is not counted.
    """
    if ASKED_AGAIN not in context.domain.slots:
        return _ask(form, context, slot)
    same = before.active_loop_name == form.name and before.requested_slot == slot
    same = same and not _put_right(form, slot, before, context.tracker)
    counted_so_far = int(context.tracker.slots.get(ASKED_AGAIN) or 0)
    times = min(counted_so_far + 1, MOST_AGAIN) if same else 0
    if times and before.latest_action_name != LISTEN and was_understood(before):
        times = 1  # a side question that was answered is no failure
    counted = SlotSet(ASKED_AGAIN, times)
    now = context.supposing([counted])
    often = times == MOST_AGAIN - 1 and ASKED_OFTEN in context.domain.responses
    asked = _ask(form, now, slot)
    return [counted, *(_with_offer(now.utter(ASKED_OFTEN), asked) if often else asked)]


def _put_right(form: Form, asked: str, before: Tracker, now: Tracker) -> bool:
    """Whether the message changed another answer of the form: to be asked of it is no failure."""
    values = ((before.slots.get(n), now.slots.get(n)) for n in form.required_slots if n != asked)
    return any(None not in (old, new) and old != new for old, new in values)


def _with_offer(offer: Sequence[Event], asked: Sequence[Event]) -> list[Event]:
    """An offer before a question; its buttons stand after those of the question.

    A channel may show the buttons of the latest message only.
    """
    offers = [event for event in offer if isinstance(event, BotUttered)]
    questions = [event for event in asked if isinstance(event, BotUttered)]
    if not questions:
        return [*offer, *asked]
    own = questions[-1].message.buttons
    titles = {button.get("title") for button in own}
    added = [b for one in offers for b in one.message.buttons if b.get("title") not in titles]
    words = [_with_buttons(one, ()) for one in offers]
    question = _with_buttons(questions[-1], (*own, *added))
    return [*words, *(question if event is questions[-1] else event for event in asked)]


def _with_buttons(said: BotUttered, buttons: tuple[Mapping[str, Any], ...]) -> BotUttered:
    return replace(said, message=replace(said.message, buttons=buttons))


def _ask(form: Form, context: ActionContext, slot: str) -> list[Event]:
    """Ask with the first of the four actions and responses that exists."""
    for name in (f"ask_{form.name}_{slot}", f"ask_{slot}"):
        if f"action_{name}" in context.domain.declared_actions:
            return context.run_custom(f"action_{name}")
        if f"utter_{name}" in {*context.domain.responses, *context.domain.declared_actions}:
            return context.utter(f"utter_{name}")
    context.problems.append(
        f"the form '{form.name}' cannot ask for '{slot}': there is no utter_ask_{slot}"
    )
    return []


def _end(events: Iterable[Event]) -> list[Event]:
    """The events that end a form, without those that its validation has given already."""
    loops = [event for event in events if isinstance(event, ActiveLoop)]
    ending: list[Event] = []
    if not loops or loops[-1].name is not None:
        ending.append(ActiveLoop(None))
    request = _last_request(events)
    if request is None or request.value is not None:
        ending.append(SlotSet(REQUESTED_SLOT, None))
    return ending


def _is_done(events: Sequence[Event]) -> bool:
    """Whether nothing is left to ask, or the validation ended the form."""
    if _is_rejection(events):
        return False
    request = _last_request(events)
    loops = [event for event in events if isinstance(event, ActiveLoop)]
    return (request is not None and request.value is None) or (
        bool(loops) and loops[-1].name is None
    )


def _last_request(events: Iterable[Event]) -> SlotSet | None:
    requests = [e for e in events if isinstance(e, SlotSet) and e.name == REQUESTED_SLOT]
    return requests[-1] if requests else None


def _fills_slots(events: Iterable[Event]) -> bool:
    return any(isinstance(e, SlotSet) and e.name != REQUESTED_SLOT for e in events)


def _is_rejection(events: Iterable[Event]) -> bool:
    return any(isinstance(event, ActionExecutionRejected) for event in events)
