"""Domain YAML, spread over any number of files, to one checked `Domain`."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from dialogue.domain import (
    ALWAYS_INTENTS,
    KNOWLEDGE_BASE_ACTION,
    KNOWLEDGE_BASE_SLOTS,
    REQUESTED_SLOT,
    SESSION_METADATA_SLOT,
    Domain,
    EntityKind,
    Form,
    Intent,
    Place,
    SessionConfig,
    Slot,
    SlotMapping,
    SlotType,
    Variation,
)
from dialogue.mistakes import Mistakes
from dialogue.response_reader import read_variations
from dialogue.slot_reader import FORM_KEYS, form_mappings, older_mappings, read_slot
from dialogue.yaml_source import YamlFile, plain
from nlu.source import line_of

T = TypeVar("T")
Definition = TypeVar("Definition")

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

    @property
    def place(self) -> Place:
        return Place(self.file.path, line_of(self.node, self.key))


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
    action_places: dict[str, _Found] = field(default_factory=dict)
    session: _Found | None = None
    session_config: SessionConfig = field(default_factory=SessionConfig)
    fills_slots: bool = True  # entities fill the slots of their name, as before version 3


def read_domain(files: Iterable[YamlFile], mistakes: Mistakes) -> Domain:
    """Merge and check the domain sections of these files.

    A mistake is told with file, line and the nearest valid name. What Rasa only warns of is
    forgiven: a name that is defined twice (the later one counts), and names in mappings and
    responses that nothing declares.
    """
    merged = _Merged()
    for file in files:
        if isinstance(file.content, Mapping):
            _collect(file, merged, mistakes)
    intents = _read(merged.intents, lambda name, found: _intent(name, *found, merged), mistakes)
    intents |= {name: Intent(name) for name in ALWAYS_INTENTS if name not in intents}
    entities = _read(merged.entities, lambda name, found: _entity(name, *found), mistakes)
    forms = _read(merged.forms, lambda name, found: _form(name, found, merged, mistakes), mistakes)
    slots = _read(merged.slots, lambda name, found: _slot(name, found, merged, mistakes), mistakes)
    slots |= _implicit_slots(slots, forms, merged.actions)
    responses = _read(
        merged.responses, lambda name, found: _response(name, found, merged), mistakes
    )
    with mistakes.part():
        merged.session_config = _session(merged.session)
    domain = Domain(
        intents=intents,
        entities=entities,
        slots=slots,
        responses=responses,
        forms=forms,
        declared_actions=frozenset(merged.actions),
        session=merged.session_config,
        document=_document(merged),
        places=_places(merged),
    )
    _check_mappings(domain, merged, mistakes)
    _check_responses(domain, merged, mistakes)
    return domain


def _read(
    found: Mapping[str, Definition], read: Callable[[str, Definition], T], mistakes: Mistakes
) -> dict[str, T]:
    """Every definition that can be read."""
    values = {}
    for name, definition in found.items():
        with mistakes.part():
            values[name] = read(name, definition)
    return values


def _places(merged: _Merged) -> dict[tuple[str, str], Place]:
    sections: dict[str, Mapping[str, _Found]] = {
        "intents": {name: found for name, (found, _) in merged.intents.items()},
        "entities": {name: found for name, (found, _) in merged.entities.items()},
        "slots": merged.slots,
        "responses": merged.responses,
        "forms": merged.forms,
        "actions": merged.action_places,
    }
    return {
        (section, name): found.place
        for section, named in sections.items()
        for name, found in named.items()
    }


def _collect(file: YamlFile, merged: _Merged, mistakes: Mistakes) -> None:
    content = file.content
    if isinstance(content.get("config"), Mapping):
        with mistakes.part():
            merged.fills_slots = file.flag(content["config"], "store_entities_as_slots", True)
    for section in ("intents", "entities"):
        if section not in content:
            continue
        items = content[section]
        with mistakes.part():
            for name, options, index in file.named_entries(content, section, f"'{section}'"):
                getattr(merged, section)[name] = (_Found(file, items, index), options)
    for section, key in (
        ("slots", "slots"),
        ("responses", "responses"),
        ("responses", "templates"),
        ("forms", "forms"),
    ):
        if key in content:
            with mistakes.part():
                _collect_mapping(file, key, getattr(merged, section), merged, mistakes)
    if "actions" in content:
        with mistakes.part():
            for name, options, index in file.named_entries(content, "actions", "'actions'"):
                merged.actions[name] = {name: plain(options)} if options else name
                merged.action_places[name] = _Found(file, content["actions"], index)
    if "session_config" in content:
        merged.session = _Found(file, content, "session_config")


def _collect_mapping(
    file: YamlFile, section: str, target: dict[str, _Found], merged: _Merged, mistakes: Mistakes
) -> None:
    content = file.content
    if section == "forms" and isinstance(content[section], list):
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
            twice = f"'{name}' is defined otherwise in {earlier.file.path}"
            mistakes.forgive(file.error(twice, content[section], name))
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


def _form(name: str, found: _Found, merged: _Merged, mistakes: Mistakes) -> Form:
    file = found.file
    options = file.mapping(found.node, found.key, f"the form '{name}'")
    mappings = older_mappings(options)
    if mappings is not None:
        required = tuple(str(slot) for slot in mappings)
    else:
        file.only_keys(options, FORM_KEYS, f"the form '{name}'")
        required = file.names(options, "required_slots", "required_slots")
    for slot in required:
        if slot not in merged.slots:
            raise file.unknown("slot", slot, merged.slots, options, "required_slots")
    ignored = file.names(options, "ignored_intents", "ignored_intents")
    known = {*merged.intents, *ALWAYS_INTENTS}
    for intent in ignored:
        if intent not in known:
            mistakes.forgive(file.unknown("intent", intent, known, options, "ignored_intents"))
    return Form(name, required, frozenset(ignored))


def _slot(name: str, found: _Found, merged: _Merged, mistakes: Mistakes) -> Slot:
    entities = merged.entities if merged.fills_slots else {}
    slot = read_slot(found.file, found.node, name, entities, mistakes)
    older = tuple(
        mapping
        for form_name, form in merged.forms.items()
        if isinstance(form.value, Mapping)
        for mapping in form_mappings(form.file, form.value, form_name, name)
    )
    if not older:
        return slot
    return replace(slot, mappings=(*older, *slot.mappings))


def _response(name: str, found: _Found, merged: _Merged) -> tuple[Variation, ...]:
    return tuple(
        variation
        for one in (found, *merged.translations.get(name, ()))
        for variation in read_variations(one.file, one.node, name)
    )


def _implicit_slots(
    slots: Mapping[str, Slot], forms: Mapping[str, Form], actions: Container[str]
) -> dict[str, Slot]:
    """The slots that Rasa adds; one that the domain declares itself stays as it is."""
    kinds = {SESSION_METADATA_SLOT: SlotType.ANY}
    if forms:
        kinds[REQUESTED_SLOT] = SlotType.TEXT
    if KNOWLEDGE_BASE_ACTION in actions:
        kinds |= dict.fromkeys(KNOWLEDGE_BASE_SLOTS, SlotType.ANY)
    return {
        name: Slot(name, kind, influence_conversation=False)
        for name, kind in kinds.items()
        if name not in slots
    }


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


def _check_mappings(domain: Domain, merged: _Merged, mistakes: Mistakes) -> None:
    """Mappings name forms and slots that exist; what they miss otherwise is forgiven."""
    for name, slot in domain.slots.items():
        if name not in merged.slots:
            continue
        found = merged.slots[name]
        for mapping in slot.mappings:
            with mistakes.part():
                _check_conditions(mapping, found, domain)
            for what, wanted, known in _names_in(mapping, domain):
                if wanted not in known:
                    mistakes.forgive(found.file.unknown(what, wanted, known, found.node, name))


def _names_in(
    mapping: SlotMapping, domain: Domain
) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    if mapping.entity:
        yield "entity", mapping.entity, domain.entities
    for intent in sorted(mapping.intents | mapping.not_intents):
        yield "intent", intent, domain.intents


def _check_conditions(mapping: SlotMapping, found: _Found, domain: Domain) -> None:
    for condition in mapping.conditions:
        for what, wanted, known in (
            ("form", condition.active_loop, domain.loops),
            ("slot", condition.requested_slot, domain.slots),
        ):
            if wanted and wanted not in known:
                raise found.file.unknown(what, wanted, known, found.node, found.key)


def _check_responses(domain: Domain, merged: _Merged, mistakes: Mistakes) -> None:
    """Conditions of responses name slots that exist, and translations responses that do."""
    for name, translations in merged.translations.items():
        if name not in merged.responses:
            one = translations[0]
            with mistakes.part():
                raise one.file.unknown("response", name, domain.responses, one.node, name)
    for name, variations in domain.responses.items():
        found = merged.responses[name]
        for condition in (one for variation in variations for one in variation.conditions):
            if condition.slot not in domain.slots:
                error = found.file.unknown("slot", condition.slot, domain.slots, found.node, name)
                mistakes.forgive(error)


def _listed(variations: Any) -> list[Any]:
    return plain(variations) if isinstance(variations, list) else []


def _document(merged: _Merged) -> dict[str, Any]:
    """The merged domain as JSON, which Rasa's actions are handed."""

    def listed(items: Mapping[str, tuple[_Found, Mapping[str, Any]]]) -> list[Any]:
        return [{name: plain(opts)} if opts else name for name, (_, opts) in items.items()]

    session = merged.session_config
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
                *_listed(found.value),
                *(
                    other
                    for one in merged.translations.get(name, ())
                    for other in _listed(one.value)
                ),
            ]
            for name, found in merged.responses.items()
        },
        "actions": list(merged.actions.values()),
        "forms": {name: plain(found.value) or {} for name, found in merged.forms.items()},
        "e2e_actions": [],
    }
