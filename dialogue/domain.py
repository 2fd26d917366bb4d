"""What the bot knows: intents, entities, slots, forms, responses and actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, Entity

REQUESTED_SLOT = "requested_slot"
SESSION_METADATA_SLOT = "session_started_metadata"
KNOWLEDGE_BASE_ACTION = "action_query_knowledge_base"  # rasa-sdk's, which keeps its place in:
KNOWLEDGE_BASE_SLOTS = (
    "knowledge_base_listed_objects",
    "knowledge_base_last_object",
    "knowledge_base_last_object_type",
)
LANGUAGE_SLOT = "language"  # of the conversation, where the domain declares it
ALWAYS_INTENTS = ("restart", "back", "session_start", OUT_OF_SCOPE_INTENT, FALLBACK_INTENT)

LISTEN = "action_listen"
RESTART = "action_restart"
SESSION_START = "action_session_start"
DEFAULT_FALLBACK = "action_default_fallback"
DEACTIVATE_LOOP = "action_deactivate_loop"
REVERT_FALLBACK = "action_revert_fallback_events"
ASK_AFFIRMATION = "action_default_ask_affirmation"
ASK_REPHRASE = "action_default_ask_rephrase"
TWO_STAGE_FALLBACK = "action_two_stage_fallback"
UNLIKELY_INTENT = "action_unlikely_intent"
BACK = "action_back"
EXTRACT_SLOTS = "action_extract_slots"
VALIDATE_SLOTS = "action_validate_slot_mappings"

DEFAULT_ACTIONS = (
    LISTEN,
    RESTART,
    SESSION_START,
    DEFAULT_FALLBACK,
    DEACTIVATE_LOOP,
    REVERT_FALLBACK,
    ASK_AFFIRMATION,
    ASK_REPHRASE,
    TWO_STAGE_FALLBACK,
    UNLIKELY_INTENT,
    BACK,
    EXTRACT_SLOTS,
)

Feature = tuple[float, ...]


class SlotType(StrEnum):
    """What a slot holds, which decides how it is seen by the policies."""

    TEXT = "text"
    BOOL = "bool"
    FLOAT = "float"
    CATEGORICAL = "categorical"
    LIST = "list"
    ANY = "any"


class MappingType(StrEnum):
    """Where a slot's value comes from."""

    FROM_ENTITY = "from_entity"
    FROM_TEXT = "from_text"
    FROM_INTENT = "from_intent"
    FROM_TRIGGER_INTENT = "from_trigger_intent"
    CUSTOM = "custom"


@dataclass(frozen=True)
class MappingCondition:
    """A mapping counts while this loop is active (None: no loop) and asks for this slot."""

    active_loop: str | None
    requested_slot: str | None = None


@dataclass(frozen=True)
class SlotMapping:
    """One way to fill a slot from a message."""

    type: MappingType
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    intents: frozenset[str] = frozenset()
    not_intents: frozenset[str] = frozenset()
    value: Any = None
    action: str | None = None
    conditions: tuple[MappingCondition, ...] = ()

    def fits(self, entity: Entity) -> bool:
        """Whether an entity is the one that this from_entity mapping names."""
        return (entity.name, entity.role, entity.group) == (self.entity, self.role, self.group)


@dataclass(frozen=True)
class Slot:
    """One thing that a conversation remembers."""

    name: str
    type: SlotType
    mappings: tuple[SlotMapping, ...] = ()
    influence_conversation: bool = True
    initial_value: Any = None
    values: tuple[str, ...] = ()
    min_value: float = 0.0
    max_value: float = 1.0

    def feature(self, value: Any) -> Feature | None:
        """How the policies see `value`: Rasa's feature vector, or None when they see nothing.

        Text and list: (1) when set and not empty. Bool: (1, value). Float: (1, value scaled to
        0..1). Categorical: one-hot over the lower-cased values and, last, any other value.
        """
        if not self.influence_conversation or self.type is SlotType.ANY or value is None:
            return None
        if self.type is SlotType.TEXT:
            return (1.0,)
        if self.type is SlotType.LIST:
            return (1.0,) if isinstance(value, (list, tuple)) and value else None
        if self.type is SlotType.BOOL:
            return (1.0, float(_as_bool(value)))
        if self.type is SlotType.FLOAT:
            return (1.0, self._scaled(value))
        one_hot = [0.0] * (len(self.values) + 1)
        text = str(value).lower()
        one_hot[self.values.index(text) if text in self.values else -1] = 1.0
        return tuple(one_hot)

    def _scaled(self, value: Any) -> float:
        try:
            number = min(max(float(value), self.min_value), self.max_value)
        except (TypeError, ValueError):
            return 0.0
        span = self.max_value - self.min_value
        return (number - self.min_value) / span if span else 0.0


@dataclass(frozen=True)
class Form:
    """A loop that asks for slots until all are filled."""

    name: str
    required_slots: tuple[str, ...] = ()
    ignored_intents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Intent:
    """An intent and which entities the policies see with it (None: all that are not ignored).

    `triggers` is the action that Rasa 1's MappingPolicy answers it with.
    """

    name: str
    use_entities: frozenset[str] | None = None
    ignore_entities: frozenset[str] = frozenset()
    triggers: str | None = None


@dataclass(frozen=True)
class EntityKind:
    """An entity and the roles and groups that it may have."""

    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    influence_conversation: bool = True


@dataclass(frozen=True)
class SlotCondition:
    """A variation is meant for conversations where this slot has this value."""

    slot: str
    value: Any

    def holds(self, slots: Mapping[str, Any]) -> bool:
        """Texts are compared without regard to case, anything else as it is."""
        value = slots.get(self.slot)
        if isinstance(value, str) and isinstance(self.value, str):
            return value.casefold() == self.value.casefold()
        return bool(value == self.value)


@dataclass(frozen=True)
class Variation:
    """One wording of a response: the parts as YAML gave them, and when it is meant.

    `language` (ISO 639-1) is None for the bot's usual one; `id` is what an NLG server knows it by.
    """

    parts: Mapping[str, Any]
    conditions: tuple[SlotCondition, ...] = ()
    channel: str | None = None
    language: str | None = None
    id: str | None = None


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int | None


@dataclass(frozen=True)
class SessionConfig:
    """When a conversation falls asleep (minutes; 0: never), and what the next one inherits."""

    expiration_minutes: float = 60.0
    carry_over_slots: bool = True


@dataclass(frozen=True)
class Domain:
    """Everything of the domain, checked. Immutable, so any number of threads may share it.

    `declared_actions` are the custom actions, which are run by an `ActionRunner`; one that has
    the name of a default action replaces it. `said_texts` are the words that stories and rules
    know persons to say, `spoken_texts` those that they let the bot say (end to end). `document` is
    the merged YAML as JSON, which custom actions receive and must not change. `places` tells where
    each name of a section is written: ``("slots", "city")``.
    """

    intents: Mapping[str, Intent] = field(default_factory=dict)
    entities: Mapping[str, EntityKind] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    responses: Mapping[str, tuple[Variation, ...]] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    declared_actions: frozenset[str] = frozenset()
    said_texts: frozenset[str] = frozenset()
    spoken_texts: frozenset[str] = frozenset()
    session: SessionConfig = SessionConfig()
    document: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, compare=False)

    @cached_property
    def retrieval_intents(self) -> frozenset[str]:
        """Intents whose answer is chosen by the retriever: there is `utter_<intent>/<entry>`."""
        names = (name.removeprefix("utter_") for name in self.responses if "/" in name)
        return frozenset(name.split("/", 1)[0] for name in names)

    @cached_property
    def loops(self) -> frozenset[str]:
        """What may be an active loop."""
        return frozenset({*self.forms, TWO_STAGE_FALLBACK})

    @cached_property
    def actions(self) -> frozenset[str]:
        """Every name that a rule or a story may give as an action."""
        retrieval = (f"utter_{intent}" for intent in self.retrieval_intents)
        return frozenset(
            {*DEFAULT_ACTIONS, *self.declared_actions, *self.responses, *self.forms, *retrieval}
        )

    @cached_property
    def initial_slots(self) -> Mapping[str, Any]:
        """Each slot's value at the start of a conversation."""
        return {name: slot.initial_value for name, slot in self.slots.items()}

    def sends_domain(self, name: str) -> bool:
        """Whether the action is marked `send_domain: true`."""
        listed = self.document.get("actions") or ()
        marks = (entry.get(name) for entry in listed if isinstance(entry, Mapping))
        return any(isinstance(mark, Mapping) and mark.get("send_domain") is True for mark in marks)

    def is_retrieval_action(self, name: str) -> bool:
        """Whether the action answers with the entry that the retriever found."""
        return name.startswith("utter_") and name.removeprefix("utter_") in self.retrieval_intents

    def visible_entities(self, intent: str | None, entities: Iterable[Entity]) -> frozenset[str]:
        """The entities that the policies see: `name`, `name#role` and `name#group`."""
        rules = self.intents.get(intent or "", Intent(""))
        seen: set[str] = set()
        for entity in entities:
            kind = self.entities.get(entity.name)
            if kind is None or not kind.influence_conversation:
                continue
            if entity.name in rules.ignore_entities:
                continue
            if rules.use_entities is not None and entity.name not in rules.use_entities:
                continue
            seen.add(entity.name)
            seen.update(
                f"{entity.name}#{part}"
                for part, known in ((entity.role, kind.roles), (entity.group, kind.groups))
                if part in known
            )
        return frozenset(seen)

    def slots_from_entities(self, entities: Iterable[Entity]) -> dict[str, Any]:
        """Slots that entities fill whatever else holds: from_entity mappings without conditions."""
        entities = tuple(entities)
        filled = {}
        for slot in self.slots.values():
            values = [
                entity.value
                for mapping in slot.mappings
                if mapping.type is MappingType.FROM_ENTITY and not mapping.conditions
                for entity in entities
                if mapping.fits(entity)
            ]
            if values:
                filled[slot.name] = values if slot.type is SlotType.LIST else values[-1]
        return filled


def _as_bool(value: Any) -> bool:
    """Rasa's reading of a bool slot: numbers and the words true and 1 count."""
    if isinstance(value, str):
        return value.strip().lower() in ("true", "1")
    return bool(value)
