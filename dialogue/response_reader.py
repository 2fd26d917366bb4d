"""The wordings of one response, from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogue.domain import SlotCondition, Variation
from dialogue.yaml_source import YamlFile, plain

PARTS = (
    "text",
    "buttons",
    "quick_replies",
    "image",
    "attachment",
    "elements",
    "custom",
    "metadata",
)
_KEYS = (*PARTS, "channel", "language", "condition", "id", "button_type")
_LISTS = ("buttons", "quick_replies", "elements")


def read_variations(file: YamlFile, responses: Any, name: str) -> tuple[Variation, ...]:
    """Read `responses[name]`. Raises SourceError when there is nothing to say."""
    items = file.sequence(responses, name, f"the response '{name}'")
    if not items:
        raise file.error(f"the response '{name}' has no variations", responses, name)
    return tuple(_variation(file, items, index, name) for index in range(len(items)))


def _variation(file: YamlFile, items: Any, index: int, name: str) -> Variation:
    if isinstance(items[index], str):
        return Variation({"text": str(items[index])})
    options = file.mapping(items, index, f"a variation of '{name}'")
    file.only_keys(options, _KEYS, f"a variation of '{name}'")
    parts = {key: plain(options[key]) for key in PARTS if options.get(key) is not None}
    if not any(key in parts for key in PARTS if key != "metadata"):
        raise file.error(f"a variation of '{name}' says nothing", items, index)
    for key in _LISTS:
        if key in parts and not _is_list_of_mappings(parts[key]):
            raise file.error(f"the {key} of '{name}' must be a list of mappings", options, key)
    for index_of, button in enumerate(parts.get("buttons", ())):
        if "title" not in button:
            raise file.error(f"a button of '{name}' needs a 'title'", options["buttons"], index_of)
    if "text" in parts:
        parts["text"] = str(parts["text"])
    channel, language = options.get("channel"), options.get("language")
    return Variation(
        parts=parts,
        conditions=_conditions(file, options, name) if "condition" in options else (),
        channel=None if channel is None else str(channel),
        language=None if language is None else str(language),
        id=None if options.get("id") is None else str(options["id"]),
    )


def _conditions(file: YamlFile, options: Mapping[str, Any], name: str) -> tuple[SlotCondition, ...]:
    items = file.sequence(options, "condition", f"the condition of '{name}'")
    conditions = []
    for index in range(len(items)):
        condition = file.mapping(items, index, f"a condition of '{name}'")
        file.only_keys(condition, ("type", "name", "value"), f"a condition of '{name}'")
        if condition.get("type", "slot") != "slot" or "name" not in condition:
            raise file.error(
                f"a condition of '{name}' has 'type: slot', 'name' and 'value'", items, index
            )
        slot = file.text(condition, "name", "a slot's name")
        conditions.append(SlotCondition(slot, plain(condition.get("value"))))
    return tuple(conditions)


def _is_list_of_mappings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
