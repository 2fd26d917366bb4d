"""Reading a domain from Rasa YAML. Every mistake is named with file, line and the nearest name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dialogue.domain import (
    DEFAULT_ACTIONS,
    DEFAULT_INTENTS,
    LISTEN,
    REQUESTED_SLOT,
    SESSION_METADATA,
    Domain,
    Form,
    Intent,
    MappingCondition,
    SessionConfig,
    Slot,
    SlotCondition,
    SlotMapping,
    Variation,
)
from nlu.errors import SourceError
from nlu.source import line_of, nearest

DOMAIN_KEYS = {"intents", "entities", "slots", "responses", "actions", "forms", "e2e_actions",
               "session_config", "config"}  # fmt: skip
SLOT_TYPES = ("text", "bool", "float", "categorical", "list", "any")
MAPPING_TYPES = ("from_entity", "from_text", "from_intent", "from_trigger_intent", "custom")
ANY_LOOP = "\0any"


class DomainReader:
    """Collects the domain keys of several files, then builds one checked `Domain`."""

    def __init__(self) -> None:
        self._intents: dict[str, Intent] = {name: Intent(name) for name in DEFAULT_INTENTS}
        self._entities: dict[str, bool] = {}
        self._slots: dict[str, Slot] = {}
        self._forms: dict[str, Form] = {}
        self._responses: dict[str, tuple[Variation, ...]] = {}
        self._actions: set[str] = set()
        self._session = SessionConfig()
        self._references: list[tuple[str, str, str, int | None]] = []

    def add(self, path: Path, document: Mapping[str, Any]) -> None:
        """Read the domain keys of one file. Raises SourceError."""
        file = str(path)
        for name, options, line in _named(document, "intents", file):
            self._intents[name.split("/", 1)[0]] = _intent(name, options, file, line)
        for name, options, _ in _named(document, "entities", file):
            self._entities[name] = bool((options or {}).get("influence_conversation", True))
        for name, options, line in _named(document, "actions", file):
            self._actions.add(name)
            del options, line
        for name, options, line in _entries(document, "slots", file):
            self._slots[name] = self._slot(name, options, file, line)
        for name, options, line in _entries(document, "forms", file):
            self._forms[name] = self._form(name, options, file, line)
        for name, options, line in _entries(document, "responses", file):
            self._responses[name] = tuple(self._variations(name, options, file, line))
        config = document.get("session_config")
        if config is not None:
            self._session = _session(config, file, line_of(document, "session_config"))

    def build(self) -> Domain:
        """The whole domain. Raises SourceError for a name that nothing declares."""
        slots = dict(self._slots)
        if self._forms:
            slots.setdefault(REQUESTED_SLOT, Slot(REQUESTED_SLOT, "text", influences=False))
        slots.setdefault(SESSION_METADATA, Slot(SESSION_METADATA, "any", influences=False))
        retrieval = {
            name.removeprefix("utter_").split("/", 1)[0] for name in self._responses if "/" in name
        }
        intents = dict(self._intents)
        for name in retrieval:
            intents.setdefault(name, Intent(name))
        known: dict[str, set[str]] = {
            "slot": set(slots),
            "form": set(self._forms) | {ANY_LOOP},
            "intent": set(intents),
            "entity": set(self._entities),
        }
        for kind, name, file, line in self._references:
            if name not in known[kind]:
                hint = nearest(name, known[kind] - {ANY_LOOP})
                raise SourceError(f"unknown {kind} '{name}'{hint}", file, line)
        return Domain(
            intents=intents,
            entities=dict(self._entities),
            slots=slots,
            forms=dict(self._forms),
            responses=dict(self._responses),
            actions=frozenset(self._actions),
            session=self._session,
        )

    def _slot(self, name: str, options: Any, file: str, line: int | None) -> Slot:
        if not isinstance(options, Mapping):
            raise SourceError(f"slot '{name}' needs a type", file, line)
        kind = str(options.get("type", "any"))
        if kind in {"unfeaturized"}:
            kind = "any"
        if kind not in SLOT_TYPES and "." not in kind:
            raise SourceError(
                f"slot '{name}' has the unknown type '{kind}'{nearest(kind, SLOT_TYPES)}",
                file,
                line_of(options, "type"),
            )
        mappings = options.get("mappings") or []
        if not isinstance(mappings, list):
            raise SourceError(f"'mappings' of slot '{name}' must be a list", file, line)
        return Slot(
            name=name,
            type=kind if kind in SLOT_TYPES else "any",
            initial_value=_plain(options.get("initial_value")),
            influences=bool(options.get("influence_conversation", True)) and kind in SLOT_TYPES,
            values=tuple(str(v).lower() for v in options.get("values") or () if v is not None),
            min_value=float(options.get("min_value", 0.0)),
            max_value=float(options.get("max_value", 1.0)),
            mappings=tuple(
                self._mapping(name, mapping, file, line_of(mappings, index) or line)
                for index, mapping in enumerate(mappings)
            ),
        )

    def _mapping(self, slot: str, options: Any, file: str, line: int | None) -> SlotMapping:
        if not isinstance(options, Mapping) or "type" not in options:
            raise SourceError(f"a mapping of slot '{slot}' needs a type", file, line)
        kind = str(options["type"])
        if kind not in MAPPING_TYPES:
            raise SourceError(
                f"slot '{slot}' has the unknown mapping type '{kind}'{nearest(kind, MAPPING_TYPES)}",
                file,
                line,
            )
        if kind == "from_entity":
            entity = options.get("entity")
            if not entity:
                raise SourceError(f"a from_entity mapping of '{slot}' names no entity", file, line)
            self._references.append(("entity", str(entity), file, line))
        intents = _names(options.get("intent"))
        not_intents = _names(options.get("not_intent"))
        for intent in intents | not_intents:
            self._references.append(("intent", intent, file, line))
        return SlotMapping(
            type=kind,
            entity=_text(options.get("entity")),
            role=_text(options.get("role")),
            group=_text(options.get("group")),
            intents=intents,
            not_intents=not_intents,
            value=_plain(options.get("value")),
            action=_text(options.get("action")),
            conditions=tuple(self._conditions(options.get("conditions") or (), file, line)),
        )

    def _conditions(self, listed: Any, file: str, line: int | None) -> Iterator[MappingCondition]:
        for condition in listed:
            loop = _text(condition.get("active_loop"))
            slot = _text(condition.get("requested_slot"))
            if loop is not None:
                self._references.append(("form", loop, file, line_of(condition) or line))
            if slot is not None:
                self._references.append(("slot", slot, file, line_of(condition) or line))
            yield MappingCondition(loop, slot)

    def _form(self, name: str, options: Any, file: str, line: int | None) -> Form:
        options = options or {}
        if not isinstance(options, Mapping):
            raise SourceError(f"form '{name}' must be a mapping with required_slots", file, line)
        required = options.get("required_slots") or []
        names = tuple(str(slot) for slot in required)
        for slot in names:
            self._references.append(("slot", slot, file, line_of(options, "required_slots")))
        return Form(name, names, _names(options.get("ignored_intents")))

    def _variations(
        self, name: str, listed: Any, file: str, line: int | None
    ) -> Iterator[Variation]:
        if not isinstance(listed, list) or not listed:
            raise SourceError(f"response '{name}' needs a list of variations", file, line)
        for index, variation in enumerate(listed):
            here = line_of(listed, index) or line
            content = {"text": variation} if isinstance(variation, str) else variation
            if not isinstance(content, Mapping):
                raise SourceError(f"a variation of '{name}' must be a mapping", file, here)
            conditions = []
            for condition in content.get("condition") or ():
                slot = str(condition.get("name"))
                self._references.append(("slot", slot, file, line_of(condition) or here))
                conditions.append(SlotCondition(slot, _plain(condition.get("value"))))
            said = {k: _plain(v) for k, v in content.items() if k not in {"condition", "channel"}}
            yield Variation(said, _text(content.get("channel")), tuple(conditions))


def _named(
    document: Mapping[str, Any], key: str, file: str
) -> Iterator[tuple[str, Mapping[str, Any] | None, int | None]]:
    """The entries of a list whose items are a name, or one name with options."""
    listed = document.get(key)
    if listed is None:
        return
    if not isinstance(listed, list):
        raise SourceError(f"'{key}' must be a list", file, line_of(document, key))
    for index, item in enumerate(listed):
        line = line_of(listed, index)
        if isinstance(item, Mapping):
            if len(item) != 1:
                raise SourceError(f"an entry of '{key}' must have one name", file, line)
            name, options = next(iter(item.items()))
            yield str(name), options, line
        elif item is not None:
            yield str(item), None, line


def _entries(
    document: Mapping[str, Any], key: str, file: str
) -> Iterator[tuple[str, Any, int | None]]:
    """The entries of a mapping."""
    mapping = document.get(key)
    if mapping is None:
        return
    if not isinstance(mapping, Mapping):
        raise SourceError(f"'{key}' must be a mapping of names", file, line_of(document, key))
    for name, options in mapping.items():
        yield str(name), options, line_of(mapping, name)


def _intent(name: str, options: Any, file: str, line: int | None) -> Intent:
    options = options or {}
    if not isinstance(options, Mapping):
        raise SourceError(f"the options of intent '{name}' must be a mapping", file, line)
    used = options.get("use_entities", True)
    seen = None if used is True else frozenset(str(e) for e in used or ())
    return Intent(name.split("/", 1)[0], seen, _names(options.get("ignore_entities")))


def _session(config: Any, file: str, line: int | None) -> SessionConfig:
    try:
        return SessionConfig(
            float(config.get("session_expiration_time", 60)),
            bool(config.get("carry_over_slots_to_new_session", True)),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise SourceError("session_config needs a number of minutes", file, line) from error


def _names(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    return frozenset([value] if isinstance(value, str) else map(str, value))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _plain(value: Any) -> Any:
    """ruamel's values as plain Python, fit for JSON."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value) if isinstance(value, str) else value


__all__ = ["DEFAULT_ACTIONS", "LISTEN", "DomainReader"]
