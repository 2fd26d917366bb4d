"""Forms that never begin or cannot ask, slots that nothing fills or that take every message."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue.domain import (
    LANGUAGE_SLOT,
    REQUESTED_SLOT,
    SESSION_METADATA_SLOT,
    Form,
    MappingType,
    SlotMapping,
)
from dialogue.forms import ASKED_AGAIN
from dialogue.stories import SlotStep
from dialogue.validating.bot import CheckedBot
from dialogue.validating.findings import Findings
from dialogue.validating.names import active_loops
from nlu.types import FEELINGS

_ENGINE_FILLS = frozenset(
    {REQUESTED_SLOT, SESSION_METADATA_SLOT, LANGUAGE_SLOT, ASKED_AGAIN, *FEELINGS}
)


def check_forms(bot: CheckedBot, findings: Findings) -> None:
    """Every form is begun by somebody, and has words for each of its slots."""
    begun = active_loops(bot)
    for form in bot.domain.forms.values():
        place = bot.place("forms", form.name)
        if form.name not in begun and not bot.code.speaks_of(form.name):
            findings.warn(
                "form_never_active", f"no rule or story begins the form '{form.name}'", place
            )
        if form.name in bot.domain.declared_actions:
            continue  # the form's own code asks
        for slot in form.required_slots:
            if not _can_ask(form, slot, bot):
                names = f"utter_ask_{form.name}_{slot} or utter_ask_{slot}"
                message = f"the form '{form.name}' cannot ask for '{slot}': there is no {names}"
                findings.error("form_cannot_ask", message, place)


def _can_ask(form: Form, slot: str, bot: CheckedBot) -> bool:
    domain = bot.domain
    return any(
        f"action_ask_{name}" in domain.declared_actions or f"utter_ask_{name}" in domain.responses
        for name in (f"{form.name}_{slot}", slot)
    )


def check_slots(bot: CheckedBot, findings: Findings) -> None:
    """Every slot is filled by something, and none by every message."""
    told = {step.name for step, _ in bot.steps if isinstance(step, SlotStep)}
    for slot in bot.domain.slots.values():
        place = bot.place("slots", slot.name)
        if slot.name in _ENGINE_FILLS:
            continue
        filled = _fills(slot.mappings) or slot.initial_value is not None or slot.name in told
        if not filled and bot.actions_are_known and not bot.code.speaks_of(slot.name):
            findings.warn("slot_never_filled", f"nothing fills the slot '{slot.name}'", place)
        if any(_is_greedy(mapping) for mapping in slot.mappings):
            message = (
                f"the slot '{slot.name}' takes every message: its 'from_text' has neither "
                "'conditions' nor 'intent'"
            )
            findings.warn("greedy_from_text", message, place)


def _fills(mappings: Sequence[SlotMapping]) -> bool:
    return any(one.type is not MappingType.CUSTOM or one.action is not None for one in mappings)


def _is_greedy(mapping: SlotMapping) -> bool:
    return mapping.type is MappingType.FROM_TEXT and not mapping.conditions and not mapping.intents
