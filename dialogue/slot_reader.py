"""One slot of a domain file: its type, its limits and its mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dialogue.domain import MappingCondition, MappingType, Slot, SlotMapping, SlotType
from dialogue.yaml_source import YamlFile, plain

_SLOT_KEYS = (
    "type",
    "mappings",
    "influence_conversation",
    "initial_value",
    "values",
    "min_value",
    "max_value",
    "auto_fill",
)
_MAPPING_KEYS = (
    "type",
    "entity",
    "role",
    "group",
    "intent",
    "not_intent",
    "value",
    "action",
    "conditions",
)
_OLD_TYPES = {"unfeaturized": SlotType.ANY}


def read_slot(
    file: YamlFile, slots: Any, name: str, entities: Mapping[str, Any], warnings: list[str]
) -> Slot:
    """Read `slots[name]`. Raises SourceError for an unknown type, key or mapping type."""
    options = file.mapping(slots, name, f"the slot '{name}'")
    file.only_keys(options, _SLOT_KEYS, f"the slot '{name}'")
    kind = _type(file, options, slots, name, warnings)
    if "mappings" in options:
        mappings = _mappings(file, options, name, ())
    else:
        mappings = _unwritten_mapping(options, name, entities)
        warnings.append(f"slot '{name}' has no mappings")
    values = options.get("values") or ()
    if kind is SlotType.CATEGORICAL and not values:
        raise file.error(f"the categorical slot '{name}' needs 'values'", slots, name)
    influence = file.flag(options, "influence_conversation", kind is not SlotType.ANY)
    if kind is SlotType.ANY and influence and "." not in str(options.get("type")):
        raise file.error(
            f"the slot '{name}' of type any needs 'influence_conversation: false'", slots, name
        )
    return Slot(
        name=name,
        type=kind,
        mappings=mappings,
        influence_conversation=influence and kind is not SlotType.ANY,
        initial_value=plain(options.get("initial_value")),
        values=tuple(str(plain(value)).lower() for value in values if value is not None),
        min_value=file.number(options, "min_value", 0.0),
        max_value=file.number(options, "max_value", 1.0),
    )


def form_mappings(
    file: YamlFile, form: Mapping[str, Any], form_name: str, slot: str
) -> Iterator[SlotMapping]:
    """Mappings that an older project wrote into the form; they count while the form is active."""
    required = form.get("required_slots")
    if isinstance(required, Mapping) and isinstance(required.get(slot), Sequence):
        conditions = (MappingCondition(form_name),)
        yield from _mappings(file, {"mappings": required[slot]}, slot, conditions)


def _type(
    file: YamlFile, options: Mapping[str, Any], slots: Any, name: str, warnings: list[str]
) -> SlotType:
    if "type" not in options:
        raise file.error(f"the slot '{name}' needs a 'type'", slots, name)
    written = file.text(options, "type", "a slot's type")
    if written in _OLD_TYPES:
        return _OLD_TYPES[written]
    try:
        return SlotType(written)
    except ValueError:
        if "." not in written:
            raise file.unknown("slot type", written, list(SlotType), options, "type") from None
    warnings.append(f"slot '{name}': the class {written} is not loaded, the slot holds anything")
    return SlotType.ANY


def _unwritten_mapping(
    options: Mapping[str, Any], name: str, entities: Mapping[str, Any]
) -> tuple[SlotMapping, ...]:
    """Before version 3 a slot with an entity's name was filled by it."""
    if name in entities and options.get("auto_fill", True):
        return (SlotMapping(MappingType.FROM_ENTITY, entity=name),)
    return ()


def _mappings(
    file: YamlFile, options: Mapping[str, Any], slot: str, default: tuple[MappingCondition, ...]
) -> tuple[SlotMapping, ...]:
    items = file.sequence(options, "mappings", f"the mappings of '{slot}'")
    return tuple(_mapping(file, items, index, slot, default) for index in range(len(items)))


def _mapping(
    file: YamlFile, items: Any, index: int, slot: str, default: tuple[MappingCondition, ...]
) -> SlotMapping:
    options = file.mapping(items, index, f"a mapping of '{slot}'")
    if "type" not in options:
        raise file.error(f"a mapping of '{slot}' needs a 'type'", items, index)
    written = file.text(options, "type", "a mapping's type")
    try:
        kind = MappingType(written)
    except ValueError:
        raise file.unknown("mapping type", written, list(MappingType), options, "type") from None
    file.only_keys(options, _MAPPING_KEYS, f"a mapping of '{slot}'")
    needed = {
        MappingType.FROM_ENTITY: "entity",
        MappingType.FROM_INTENT: "value",
        MappingType.FROM_TRIGGER_INTENT: "value",
    }.get(kind)
    if needed and needed not in options:
        raise file.error(f"a {kind} mapping of '{slot}' needs '{needed}'", items, index)
    return SlotMapping(
        type=kind,
        entity=_optional(file, options, "entity"),
        role=_optional(file, options, "role"),
        group=_optional(file, options, "group"),
        intents=frozenset(file.names(options, "intent", "intent")),
        not_intents=frozenset(file.names(options, "not_intent", "not_intent")),
        value=plain(options.get("value")),
        action=_optional(file, options, "action"),
        conditions=tuple(_conditions(file, options, slot)) or default,
    )


def _conditions(
    file: YamlFile, options: Mapping[str, Any], slot: str
) -> Iterator[MappingCondition]:
    if "conditions" not in options:
        return
    items = file.sequence(options, "conditions", f"the conditions of '{slot}'")
    for index in range(len(items)):
        condition = file.mapping(items, index, f"a condition of '{slot}'")
        file.only_keys(condition, ("active_loop", "requested_slot"), f"a condition of '{slot}'")
        if "active_loop" not in condition:
            raise file.error(f"a condition of '{slot}' needs 'active_loop'", items, index)
        yield MappingCondition(
            active_loop=_optional(file, condition, "active_loop"),
            requested_slot=_optional(file, condition, "requested_slot"),
        )


def _optional(file: YamlFile, options: Mapping[str, Any], key: str) -> str | None:
    if options.get(key) is None:
        return None
    if isinstance(options[key], (int, float)) and not isinstance(options[key], bool):
        return str(plain(options[key]))  # `group: 1`
    return file.text(options, key, f"'{key}'")
