"""Domain YAML, spread over any number of files, to one checked `Domain`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.domain import (
    ALWAYS_INTENTS,
    REQUESTED_SLOT,
    SESSION_METADATA_SLOT,
    Domain,
    EntityKind,
    Form,
    Intent,
    SessionConfig,
    Slot,
    SlotType,
)
from dialogue.response_reader import read_variations
from dialogue.slot_reader import form_mappings, read_slot
from dialogue.yaml_source import YamlFile, plain

DOMAIN_KEYS = (
    "intents",
    "entities",
    "slots",
    "responses",
    "templates",
    "actions",
    "forms",
    "e2e_actions",
    "session_config",
)


@dataclass(frozen=True)
class _Found:
    """A definition, and the node and key that hold it."""

    file: YamlFile
    node: Any
    key: Any

    @property
    def value(self) -> Any:
        return self.node[self.key]


@dataclass
class _Merged:
    """The sections of all files, by name, still as YAML."""

    intents: dict[str, tuple[_Found, Mapping[str, Any]]] = field(default_factory=dict)
    entities: dict[str, tuple[_Found, Mapping[str, Any]]] = field(default_factory=dict)
    slots: dict[str, _Found] = field(default_factory=dict)
    responses: dict[str, _Found] = field(default_factory=dict)
    translations: dict[str, list[_Found]] = field(default_factory=dict)
    forms: dict[str, _Found] = field(default_factory=dict)
    actions: dict[str, Any] = field(default_factory=dict)
    session: _Found | None = None


def read_domain(files: Iterable[YamlFile]) -> tuple[Domain, tuple[str, ...]]:
    """Merge and check the domain sections of these files; also returns warnings.

    Raises SourceError, with file, line and the nearest valid name.
    """
    merged = _Merged()
    for file in files:
        if isinstance(file.content, Mapping):
            _collect(file, merged)
    warnings: list[str] = []
    intents = {name: _intent(name, *found, merged) for name, found in merged.intents.items()}
    intents |= {name: Intent(name) for name in ALWAYS_INTENTS if name not in intents}
    forms = {name: _form(name, found, merged) for name, found in merged.forms.items()}
    slots = {name: _slot(name, found, merged, warnings) for name, found in merged.slots.items()}
    slots |= _implicit_slots(slots, forms)
    domain = Domain(
        intents=intents,
        entities={name: _entity(name, *found) for name, found in merged.entities.items()},
        slots=slots,
        responses={
            name: tuple(
                variation
                for one in (found, *merged.translations.get(name, ()))
                for variation in read_variations(one.file, one.node, name)
            )
            for name, found in merged.responses.items()
        },
        forms=forms,
        declared_actions=frozenset(merged.actions),
        session=_session(merged.session),
        document=_document(merged),
    )
    _check_mappings(domain, merged, warnings)
    _check_responses(domain, merged)
    return domain, tuple(warnings)


def _collect(file: YamlFile, merged: _Merged) -> None:
    content = file.content
    for section in ("intents", "entities"):
        if section not in content:
            continue
        items = content[section]
        for name, options, index in file.named_entries(content, section, f"'{section}'"):
            getattr(merged, section)[name] = (_Found(file, items, index), options)
    for section, key in (
        ("slots", "slots"),
        ("responses", "responses"),
        ("responses", "templates"),
        ("forms", "forms"),
    ):
        if key in content:
            _collect_mapping(file, key, getattr(merged, section), merged)
    if "actions" in content:
        for name, options, _ in file.named_entries(content, "actions", "'actions'"):
            merged.actions[name] = {name: plain(options)} if options else name
    if "session_config" in content:
        merged.session = _Found(file, content, "session_config")


def _collect_mapping(
    file: YamlFile, section: str, target: dict[str, _Found], merged: _Merged
) -> None:
    content = file.content
    if isinstance(content[section], Sequence) and not isinstance(content[section], str):
        # `forms: [a, b]`, as older projects write it
        items: Mapping[str, Any] = dict.fromkeys(
            name for name, _, _ in file.named_entries(content, section, section)
        )
    else:
        items = file.mapping(content, section, f"'{section}'")
    for name in items:
        if section == "responses" and _is_translation(items[name]):
            merged.translations.setdefault(str(name), []).append(_Found(file, items, name))
            continue
        earlier = target.get(str(name))
        if earlier is not None and plain(earlier.value) != plain(items[name]):
            raise file.error(
                f"'{name}' is defined otherwise in {earlier.file.path}", content[section], name
            )
        target[str(name)] = _Found(file, items, name)


def _is_translation(variations: Any) -> bool:
    """Whether a response's wordings are all in another language; its usual ones stand elsewhere."""
    if not isinstance(variations, Sequence) or not variations:
        return False
    return all(isinstance(one, Mapping) and "language" in one for one in variations)


def _intent(name: str, found: _Found, options: Mapping[str, Any], merged: _Merged) -> Intent:
    file = found.file
    known = ("use_entities", "ignore_entities", "triggers", "is_retrieval_intent")
    file.only_keys(options, known, f"the intent '{name}'")
    use, ignore = options.get("use_entities", True), options.get("ignore_entities")
    used = None if use is True else frozenset[str]()
    if use not in (True, False, None):
        used = frozenset(file.names(options, "use_entities", "use_entities"))
    ignored = frozenset(file.names(options, "ignore_entities", "ignore_entities")) if ignore else ()
    for entity in {*(used or ()), *ignored}:
        if entity not in merged.entities:
            raise file.unknown("entity", entity, merged.entities, found.node, found.key)
    triggers = options.get("triggers")
    action = None if triggers is None else file.text(options, "triggers", "'triggers'")
    return Intent(name, used, frozenset(ignored), action)


def _entity(name: str, found: _Found, options: Mapping[str, Any]) -> EntityKind:
    file = found.file
    file.only_keys(options, ("roles", "groups", "influence_conversation"), f"the entity '{name}'")
    return EntityKind(
        name=name,
        roles=file.names(options, "roles", "roles"),
        groups=file.names(options, "groups", "groups"),
        influence_conversation=file.flag(options, "influence_conversation", True),
    )


def _form(name: str, found: _Found, merged: _Merged) -> Form:
    file = found.file
    options = file.mapping(found.node, found.key, f"the form '{name}'")
    if "required_slots" not in options and options:
        file.only_keys(options, ("required_slots", "ignored_intents"), f"the form '{name}'")
    required: tuple[str, ...] = ()
    if isinstance(options.get("required_slots"), Mapping):
        required = tuple(str(slot) for slot in options["required_slots"])
    elif "required_slots" in options:
        required = file.names(options, "required_slots", "required_slots")
    for slot in required:
        if slot not in merged.slots:
            raise file.unknown("slot", slot, merged.slots, options, "required_slots") from None
    ignored = file.names(options, "ignored_intents", "ignored_intents")
    known = {*merged.intents, *ALWAYS_INTENTS}
    for intent in ignored:
        if intent not in known:
            raise file.unknown("intent", intent, known, options, "ignored_intents")
    return Form(name, required, frozenset(ignored))


def _slot(name: str, found: _Found, merged: _Merged, warnings: list[str]) -> Slot:
    slot = read_slot(found.file, found.node, name, merged.entities, warnings)
    older = tuple(
        mapping
        for form_name, form in merged.forms.items()
        if isinstance(form.value, Mapping)
        for mapping in form_mappings(form.file, form.value, form_name, name)
    )
    if not older:
        return slot
    return Slot(**{**slot.__dict__, "mappings": (*older, *slot.mappings)})


def _implicit_slots(slots: Mapping[str, Slot], forms: Mapping[str, Form]) -> dict[str, Slot]:
    """The slots that Rasa adds; one that the domain declares itself stays as it is."""
    implicit = {}
    if forms and REQUESTED_SLOT not in slots:
        implicit[REQUESTED_SLOT] = Slot(REQUESTED_SLOT, SlotType.TEXT, influence_conversation=False)
    if SESSION_METADATA_SLOT not in slots:
        implicit[SESSION_METADATA_SLOT] = Slot(
            SESSION_METADATA_SLOT, SlotType.ANY, influence_conversation=False
        )
    return implicit


def _session(found: _Found | None) -> SessionConfig:
    if found is None:
        return SessionConfig()
    file = found.file
    options = file.mapping(found.node, found.key, "'session_config'")
    file.only_keys(
        options,
        ("session_expiration_time", "carry_over_slots_to_new_session"),
        "session_config",
    )
    return SessionConfig(
        expiration_minutes=file.number(options, "session_expiration_time", 60.0),
        carry_over_slots=file.flag(options, "carry_over_slots_to_new_session", True),
    )


def _check_mappings(domain: Domain, merged: _Merged, warnings: list[str]) -> None:
    """Mappings name forms and slots that exist; what they miss in intents is only warned of."""
    for name, slot in domain.slots.items():
        found = merged.slots.get(name)
        if found is None:
            continue
        for mapping in slot.mappings:
            for condition in mapping.conditions:
                if condition.active_loop and condition.active_loop not in domain.loops:
                    raise found.file.unknown(
                        "form", condition.active_loop, domain.loops, found.node, name
                    )
                if condition.requested_slot and condition.requested_slot not in domain.slots:
                    raise found.file.unknown(
                        "slot", condition.requested_slot, domain.slots, found.node, name
                    )
            if mapping.entity and mapping.entity not in domain.entities:
                warnings.append(f"slot '{name}': there is no entity '{mapping.entity}'")
            warnings.extend(
                f"slot '{name}': there is no intent '{intent}'"
                for intent in sorted(mapping.intents | mapping.not_intents)
                if intent not in domain.intents
            )


def _check_responses(domain: Domain, merged: _Merged) -> None:
    """Conditions of responses name slots that exist, and translations responses that do."""
    for name, translations in merged.translations.items():
        if name not in domain.responses:
            one = translations[0]
            raise one.file.unknown("response", name, domain.responses, one.node, name)
    for name, variations in domain.responses.items():
        found = merged.responses[name]
        for condition in (one for variation in variations for one in variation.conditions):
            if condition.slot not in domain.slots:
                raise found.file.unknown("slot", condition.slot, domain.slots, found.node, name)


def _document(merged: _Merged) -> dict[str, Any]:
    """The merged domain as JSON, which Rasa's actions are handed."""

    def listed(items: Mapping[str, tuple[_Found, Mapping[str, Any]]]) -> list[Any]:
        return [{name: plain(opts)} if opts else name for name, (_, opts) in items.items()]

    session = _session(merged.session)
    return {
        "version": "3.1",
        "session_config": {
            "session_expiration_time": session.expiration_minutes,
            "carry_over_slots_to_new_session": session.carry_over_slots,
        },
        "intents": listed(merged.intents),
        "entities": listed(merged.entities),
        "slots": {name: plain(found.value) or {} for name, found in merged.slots.items()},
        "responses": {
            name: [
                *plain(found.value),
                *(other for one in merged.translations.get(name, ()) for other in plain(one.value)),
            ]
            for name, found in merged.responses.items()
        },
        "actions": list(merged.actions.values()),
        "forms": {name: plain(found.value) or {} for name, found in merged.forms.items()},
        "e2e_actions": [],
    }
