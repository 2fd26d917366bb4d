"""Choosing a response's variation and filling in its variables."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.domain import Domain, Variation

_VARIABLE = re.compile(r"\{([^{}\n]+)\}")


@dataclass(frozen=True)
class BotMessage:
    """One thing the bot says: text and whatever goes with it."""

    text: str | None = None
    buttons: tuple[Mapping[str, Any], ...] = ()
    quick_replies: tuple[Mapping[str, Any], ...] = ()
    elements: tuple[Mapping[str, Any], ...] = ()
    image: str | None = None
    attachment: Any = None
    custom: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Responses:
    """The domain's responses, said in a conversation."""

    def __init__(self, domain: Domain, rng: random.Random) -> None:
        self._domain = domain
        self._rng = rng

    def render(
        self,
        name: str,
        slots: Mapping[str, Any],
        channel: str | None,
        variables: Mapping[str, Any],
    ) -> BotMessage | None:
        """Say response `name`; None when the domain has none that fits."""
        variation = self._choose(name, slots, channel)
        if variation is None:
            return None
        said = _filled(variation.content, {**slots, **variables})
        metadata = {**(said.get("metadata") or {}), "utter_action": name}
        return message_of({**said, "metadata": metadata})

    def _choose(self, name: str, slots: Mapping[str, Any], channel: str | None) -> Variation | None:
        fitting = [
            variation
            for variation in self._domain.responses.get(name, ())
            if variation.channel in {None, channel}
            and all(_same(slots.get(c.slot), c.value) for c in variation.conditions)
        ]
        # Conditional for this channel, then for this channel, then conditional, then the rest.
        for wanted in ((True, True), (False, True), (True, False), (False, False)):
            group = [v for v in fitting if (bool(v.conditions), v.channel is not None) == wanted]
            if group:
                return self._rng.choice(group)
        return None


def message_of(said: Mapping[str, Any]) -> BotMessage:
    """An utterance (of a response, or of an action server) as a message."""
    text = said.get("text")
    return BotMessage(
        text=None if text is None else str(text),
        buttons=tuple(said.get("buttons") or ()),
        quick_replies=tuple(said.get("quick_replies") or ()),
        elements=tuple(said.get("elements") or ()),
        image=said.get("image"),
        attachment=said.get("attachment"),
        custom=dict(said.get("custom") or {}),
        metadata=dict(said.get("metadata") or {}),
    )


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    return bool(value == wanted)


def _filled(value: Any, variables: Mapping[str, Any]) -> Any:
    """`value` with every {variable} filled in; a text with an unknown one is left as it is."""
    if isinstance(value, str):
        names = _VARIABLE.findall(value)
        if not names or any(name not in variables for name in names):
            return value
        return _VARIABLE.sub(lambda found: str(variables[found.group(1)]), value)
    if isinstance(value, Mapping):
        return {key: _filled(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, variables) for inner in value]
    return value
