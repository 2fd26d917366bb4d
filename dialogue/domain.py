"""What a bot knows: intents, entities, slots, forms, responses and actions, as typed values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT

LISTEN = "action_listen"
REQUESTED_SLOT = "requested_slot"
SESSION_METADATA = "session_started_metadata"
DEFAULT_INTENTS = ("restart", "back", OUT_OF_SCOPE_INTENT, "session_start", FALLBACK_INTENT)
DEFAULT_ACTIONS = (
    LISTEN,
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "action_extract_slots",
)
TWO_STAGE = "action_two_stage_fallback"


@dataclass(frozen=True)
class MappingCondition:
    """When a mapping applies: a form (or none) is active, perhaps asking for a certain slot."""

    active_loop: str | None
    requested_slot: str | None = None


@dataclass(frozen=True)
class SlotMapping:
    """One way a slot is filled from a message."""

    type: str
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    intents: frozenset[str] = frozenset()
    not_intents: frozenset[str] = frozenset()
    value: Any = None
    action: str | None = None
    conditions: tuple[MappingCondition, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A slot's type, first value and mappings."""

    name: str
    type: str = "any"
    initial_value: Any = None
    influences: bool = True
    values: tuple[str, ...] = ()
    min_value: float = 0.0
    max_value: float = 1.0
    mappings: tuple[SlotMapping, ...] = ()

    def feature(self, value: Any) -> Any:
        """What policies see of a value: hashable, or None when they see nothing."""
        if not self.influences or value is None:
            return None
        if self.type == "bool":
            return bool(value)
        if self.type == "categorical":
            known = str(value).lower()
            return known if known in self.values else "__other__"
        if self.type == "float":
            return _scaled(value, self.min_value, self.max_value)
        if self.type == "list":
            return bool(value) or None
        return None if self.type == "any" else True


def _scaled(value: Any, low: float, high: float) -> float | None:
    try:
        number = min(max(float(value), low), high)
    except (TypeError, ValueError):
        return None
    return (number - low) / (high - low) if high > low else 0.0


@dataclass(frozen=True)
class Intent:
    """An intent and which entities policies see beside it (None: all)."""

    name: str
    used_entities: frozenset[str] | None = None
    ignored_entities: frozenset[str] = frozenset()

    def sees(self, entity: str) -> bool:
        """Whether policies see this entity beside the intent."""
        used = self.used_entities is None or entity in self.used_entities
        return used and entity not in self.ignored_entities


@dataclass(frozen=True)
class Form:
    """A form: the slots it asks for, in order, and intents that fill none of them."""

    name: str
    required_slots: tuple[str, ...]
    ignored_intents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SlotCondition:
    """A response variation's condition: this slot has this value."""

    slot: str
    value: Any


@dataclass(frozen=True)
class Variation:
    """One way to say a response."""

    content: Mapping[str, Any]
    channel: str | None = None
    conditions: tuple[SlotCondition, ...] = ()


@dataclass(frozen=True)
class SessionConfig:
    """How long a session lasts in minutes (0: for ever), and whether slots survive it."""

    expiration_minutes: float = 60.0
    carry_over_slots: bool = True


@dataclass(frozen=True)
class Domain:
    """Everything of `domain.yml`, checked. Immutable."""

    intents: Mapping[str, Intent] = field(default_factory=dict)
    entities: Mapping[str, bool] = field(default_factory=dict)  # name -> influences policies
    slots: Mapping[str, Slot] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    responses: Mapping[str, tuple[Variation, ...]] = field(default_factory=dict)
    actions: frozenset[str] = frozenset()
    session: SessionConfig = SessionConfig()
    source: Mapping[str, Any] = field(default_factory=dict)

    def action_names(self) -> set[str]:
        """Every action that rules and stories may name."""
        retrieval = {name.split("/", 1)[0] for name in self.responses if "/" in name}
        return {*DEFAULT_ACTIONS, *self.actions, *self.responses, *self.forms, *retrieval}

    def is_loop(self, name: str | None) -> bool:
        """Whether an action is a form (or the two-stage fallback, which loops like one)."""
        return name in self.forms or name == TWO_STAGE

    def initial_slots(self) -> dict[str, Any]:
        """Every slot at its initial value."""
        return {name: slot.initial_value for name, slot in self.slots.items()}

    def unknown(self, names: Iterable[str], known: Iterable[str]) -> list[str]:
        """The `names` that are not `known`."""
        return sorted(set(names) - set(known))
