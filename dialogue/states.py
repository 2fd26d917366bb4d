"""What the policies see of a conversation at one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogue.domain import Feature


def words(text: str) -> str:
    """What stands for the intent of a message whose words themselves count (end to end)."""
    return f'"{text}"'


@dataclass(frozen=True)
class State:
    """One moment of a conversation, hashable. `previous_action` is None at the very start.

    `intent` is the message's, or its words in quotes where the words themselves count.
    """

    previous_action: str | None = None
    intent: str | None = None
    entities: frozenset[str] = frozenset()
    slots: frozenset[tuple[str, Feature]] = frozenset()
    active_loop: str | None = None

    def feature(self, slot: str) -> Feature | None:
        """What is seen of a slot; None when it is empty."""
        return next((feature for name, feature in self.slots if name == slot), None)


@dataclass(frozen=True)
class Moment:
    """A state, the action that followed, and whether stories know nothing of that turn."""

    state: State
    action: str
    hidden: bool = False


@dataclass(frozen=True)
class OnlyInRules:
    """Slots and loops that rules speak of and stories do not: stories must not see them."""

    slots: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()

    def hide(self, state: State) -> State:
        """The state without what only rules know."""
        if not self.slots and not self.loops:
            return state
        return replace(
            state,
            slots=frozenset(slot for slot in state.slots if slot[0] not in self.slots),
            active_loop=None if state.active_loop in self.loops else state.active_loop,
        )
