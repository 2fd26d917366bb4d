"""Names that are used and not there, or there and not used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.acting import ACTION_FAILED
from dialogue.actions.perform import GOES_ON
from dialogue.agent import NOT_SPOKEN, UNAVAILABLE
from dialogue.domain import (
    ALWAYS_INTENTS,
    DEFAULT_ACTIONS,
    VALIDATE_SLOTS,
    Domain,
    MappingType,
)
from dialogue.going_on import read_going_on
from dialogue.stories import ActionStep, LoopStep, UserStep
from dialogue.validating.bot import CheckedBot
from dialogue.validating.findings import Findings
from nlu.source import nearest

FROM_OUTSIDE = "EXTERNAL_"  # how Rasa's intents are called that nobody says

ENGINE_SAYS = frozenset(
    {
        *("utter_default", "utter_restart", "utter_back", "utter_ask_rephrase"),
        *(NOT_SPOKEN, UNAVAILABLE, ACTION_FAILED),
    }
)
_PAYLOAD = re.compile(r"/([^{@\s/]+)")


def check_names(bot: CheckedBot, findings: Findings) -> None:
    """Intents, entities, responses and actions."""
    for check in (_intents, _entities, _responses, _retrieval, _buttons, _actions):
        check(bot, findings)


def _intents(bot: CheckedBot, findings: Findings) -> None:
    domain = bot.domain
    used = {step.intent for step, _ in bot.steps if isinstance(step, UserStep)}
    used |= {*ALWAYS_INTENTS, *_payloads(domain)}
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            used |= mapping.intents | mapping.not_intents
    for form in domain.forms.values():
        used |= form.ignored_intents
    for name in domain.intents:
        if name not in used and not bot.code.speaks_of(name) and bot.actions_are_known:
            message = f"no rule, story or slot uses the intent '{name}'"
            findings.warn("unused_intent", message, bot.place("intents", name))
    if not bot.taught.intents:
        return
    decided = {*ALWAYS_INTENTS, read_going_on(bot.files, domain).means}
    for name in domain.intents:
        nobody_says_it = name in decided or name.startswith(FROM_OUTSIDE)
        if name not in bot.taught.intents and not nobody_says_it:
            message = f"the intent '{name}' of the domain has no examples"
            findings.warn("intent_without_examples", message, bot.place("intents", name))
    for name, place in bot.taught.intents.items():
        if name not in domain.intents:
            message = f"the domain knows no intent '{name}'{nearest(name, domain.intents)}"
            findings.error("unknown_intent", message, place)


def _entities(bot: CheckedBot, findings: Findings) -> None:
    domain = bot.domain
    for name, place in bot.taught.entities.items():
        if name not in domain.entities:
            message = f"the domain knows no entity '{name}'{nearest(name, domain.entities)}"
            findings.warn("unknown_entity", message, place)


def _responses(bot: CheckedBot, findings: Findings) -> None:
    domain = bot.domain
    used = {step.name for step, _ in bot.steps if isinstance(step, ActionStep)}
    used |= ENGINE_SAYS | bot.policy_texts | set(_questions(domain))
    for name in domain.responses:
        base = name.split("/", 1)[0]
        if {name, base} & used or bot.code.speaks_of(name) or bot.code.speaks_of(base):
            continue
        if bot.actions_are_known:
            findings.warn("unused_response", f"nothing says '{name}'", bot.place("responses", name))
    for name in sorted(domain.declared_actions):
        said = name in domain.responses or domain.is_retrieval_action(name)
        if name.startswith("utter_") and not said:
            message = f"there is no response '{name}'{nearest(name, domain.responses)}"
            findings.error("missing_response", message, bot.place("actions", name))
    for name, place in bot.code.responses():
        known = name in domain.actions or any(one.startswith(name) for one in domain.responses)
        if not known:
            message = f"there is no response '{name}'{nearest(name, domain.responses)}"
            findings.warn("missing_response", message, place)


def _retrieval(bot: CheckedBot, findings: Findings) -> None:
    responses = bot.domain.responses
    for key, place in bot.taught.entries.items():
        if f"utter_{key}" not in responses:
            hint = nearest(f"utter_{key}", responses)
            message = f"the examples of '{key}' have no response 'utter_{key}'{hint}"
            findings.error("retrieval_without_response", message, place)
    if not bot.taught.entries:
        return
    for name in responses:
        key = name.removeprefix("utter_")
        if "/" in name and key not in bot.taught.entries:
            message = f"'{name}' is never found: there are no examples of '{key}'"
            findings.warn("retrieval_without_examples", message, bot.place("responses", name))


def _buttons(bot: CheckedBot, findings: Findings) -> None:
    domain = bot.domain
    for name, variations in domain.responses.items():
        unknown = {
            intent
            for variation in variations
            for intent in _payloads_in(variation.parts.get("buttons") or ())
            if intent not in domain.intents
        }
        for intent in sorted(unknown):
            hint = nearest(intent, domain.intents)
            message = f"a button of '{name}' means the unknown intent '{intent}'{hint}"
            findings.warn("unknown_payload", message, bot.place("responses", name))


def _actions(bot: CheckedBot, findings: Findings) -> None:
    domain, code = bot.domain, bot.code
    for problem, where in code.broken:
        findings.error("broken_code", problem, where)
    expected = {step.name for step, _ in bot.steps if isinstance(step, ActionStep)}
    expected |= {VALIDATE_SLOTS, GOES_ON, *DEFAULT_ACTIONS, *domain.forms, *bot.policy_texts}
    expected |= {f"validate_{form}" for form in domain.forms}
    expected |= {name.replace("utter_", "action_", 1) for name in _questions(domain)}
    expected |= {m.action for slot in domain.slots.values() for m in slot.mappings if m.action}
    for name in sorted(one for one in domain.declared_actions if not one.startswith("utter_")):
        place = bot.place("actions", name)
        if name not in expected and not (code.speaks_of(name) and name not in code.actions):
            findings.warn("unused_action", f"no rule or story uses the action '{name}'", place)
        defined = name in code.actions or name in domain.forms or code.unnamed
        if code.files and not defined:
            message = f"no code defines the action '{name}'{nearest(name, code.actions)}"
            findings.error("action_without_code", message, place)
    for name, where in code.actions.items():
        if name not in domain.actions:
            message = f"the domain does not list the action '{name}', so it never runs"
            findings.warn("unlisted_action", message, where)
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            if mapping.type is MappingType.CUSTOM and mapping.action not in (
                None,
                *domain.declared_actions,
            ):
                hint = nearest(mapping.action or "", domain.declared_actions)
                message = f"the slot '{slot.name}' asks the unknown action '{mapping.action}'{hint}"
                findings.error("unknown_action", message, bot.place("slots", slot.name))


def _questions(domain: Domain) -> Iterator[str]:
    for form in domain.forms.values():
        for slot in form.required_slots:
            yield f"utter_ask_{form.name}_{slot}"
            yield f"utter_ask_{slot}"


def _payloads(domain: Domain) -> Iterator[str]:
    for variations in domain.responses.values():
        for variation in variations:
            yield from _payloads_in(variation.parts.get("buttons") or ())


def _payloads_in(buttons: object) -> Iterator[str]:
    """The intents of the slash messages that buttons send."""
    for button in buttons if isinstance(buttons, list | tuple) else ():
        found = _PAYLOAD.match(str(button.get("payload") or ""))
        if found:
            yield found[1]


def active_loops(bot: CheckedBot) -> set[str]:
    """Every loop that some rule or story begins or goes through."""
    named = {step.name for step, _ in bot.steps if isinstance(step, ActionStep | LoopStep)}
    return {name for name in named if name is not None}
