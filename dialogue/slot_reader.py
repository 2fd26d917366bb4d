"""One slot of a domain file: its type, its limits and its mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dialogue.domain import MappingCondition, MappingType, Slot, SlotMapping, SlotType
from dialogue.mistakes import Mistakes
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
FORM_KEYS = ("required_slots", "ignored_intents")
_OLD_TYPES = {"unfeaturized": SlotType.ANY}
_CLASSES = {  # Rasa's own, by the names of their classes
    "TextSlot": SlotType.TEXT,
    "BooleanSlot": SlotType.BOOL,
    "FloatSlot": SlotType.FLOAT,
    "CategoricalSlot": SlotType.CATEGORICAL,
    "ListSlot": SlotType.LIST,
    "AnySlot": SlotType.ANY,
    "UnfeaturizedSlot": SlotType.ANY,
}


def read_slot(
    file: YamlFile, slots: Any, name: str, entities: Mapping[str, Any], mistakes: Mistakes
) -> Slot:
    """Read `slots[name]`; one of `entities` with its name fills it if it has no mappings.

    Raises SourceError for an unknown type, key or mapping type.
    """
    options = file.mapping(slots, name, f"the slot '{name}'")
    file.only_keys(options, _SLOT_KEYS, f"the slot '{name}'")
    kind = _type(file, options, slots, name, mistakes)
    if "mappings" in options:
        mappings = _mappings(file, options, name, ())
    else:
        mappings = _unwritten_mapping(options, name, entities)
        filled = f"; the entity '{name}' fills it" if mappings else ""
        mistakes.warn(file.error(f"the slot '{name}' has no mappings{filled}", slots, name))
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
    """Mappings that an older project wrote into the form; they count while the form is active.

    Where it wrote none, the entity of the slot's name fills the slot.
    """
    mappings = older_mappings(form)
    if mappings is None or slot not in mappings:
        return
    conditions = (MappingCondition(form_name),)
    if not mappings[slot]:
        yield SlotMapping(MappingType.FROM_ENTITY, entity=slot, conditions=conditions)
    else:
        yield from _read_mappings(file, mappings, slot, slot, conditions)


def older_mappings(form: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The mappings by slot that a form of Rasa 2 has in place of a list of slots.

    Before 2.6 they stood right below the form's name.
    """
    required = form.get("required_slots")
    if isinstance(required, Mapping):
        return required
    slots = {name: value for name, value in form.items() if name not in FORM_KEYS}
    if required is None and slots and all(_are_mappings(value) for value in slots.values()):
        return slots
    return None


def _are_mappings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _type(
    file: YamlFile, options: Mapping[str, Any], slots: Any, name: str, mistakes: Mistakes
) -> SlotType:
    if "type" not in options:
        raise file.error(f"the slot '{name}' needs a 'type'", slots, name)
    written = file.text(options, "type", "a slot's type")
    if written in _OLD_TYPES:
        return _OLD_TYPES[written]
    if written.startswith("rasa.") and written.rsplit(".", 1)[-1] in _CLASSES:
        return _CLASSES[written.rsplit(".", 1)[-1]]
    try:
        return SlotType(written)
    except ValueError:
        if "." not in written:
            raise file.unknown("slot type", written, list(SlotType), options, "type") from None
    loose = f"the class {written} is not loaded, the slot '{name}' holds anything"
    mistakes.warn(file.error(loose, options, "type"))
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
    return _read_mappings(file, options, "mappings", slot, default)


def _read_mappings(
    file: YamlFile, node: Any, key: str, slot: str, default: tuple[MappingCondition, ...]
) -> tuple[SlotMapping, ...]:
    items = file.sequence(node, key, f"the mappings of '{slot}'")
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
