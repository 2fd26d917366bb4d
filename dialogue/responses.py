"""From a response's name, or an action's utterance, to what the bot says."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.domain import LANGUAGE_SLOT, Domain, Variation
from dialogue.errors import EventError
from dialogue.messages import BotMessage
from dialogue.tracker import Tracker
from dialogue.wording import WordingServer

_VARIABLE = re.compile(r"{([^\n{}]+?)}")
# A wording marked as Chinese: a space beside a place is for a name in our letters that fills it.
_UNSPACED = "zh"
_WIDE = "[\u201c\u201d\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_FILLED = re.compile(rf"((?<={_WIDE}) )?{_VARIABLE.pattern}( (?={_WIDE}))?")
_BEGINS_WIDE, _ENDS_WIDE = re.compile(_WIDE), re.compile(rf"{_WIDE}\Z")
_LISTS = ("buttons", "quick_replies", "elements")
_PARTS = ("text", "image", "attachment", "custom", *_LISTS)


@dataclass(frozen=True)
class Utterance:
    """What a custom action wants said: a response by name, its own parts, or both.

    `variables` are the free keys, which fill in the response's placeholders.
    """

    response: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: Any) -> Utterance:
        """Read one entry of an action server's `responses`. Raises EventError when it is none."""
        if not isinstance(data, Mapping):
            raise EventError(f"an utterance is an object, not {data!r:.200}")
        for key in _LISTS:
            entries = data.get(key) or []
            if not isinstance(entries, list) or not all(isinstance(e, Mapping) for e in entries):
                raise EventError(f"the {key} of an utterance must be a list of objects")
        named = data.get("response") or data.get("template")
        free = {key: value for key, value in data.items() if key not in ("response", "template")}
        return cls(
            response=None if named is None else str(named),
            parts={key: free[key] for key in _PARTS if free.get(key)},
            variables={key: value for key, value in free.items() if key not in _PARTS},
        )


class Responses:
    """The domain's responses. Safe from several threads at once."""

    def __init__(
        self, domain: Domain, rng: random.Random, server: WordingServer | None = None
    ) -> None:
        self._domain = domain
        self._rng = rng
        self._server = server

    @property
    def is_served(self) -> bool:
        """Whether an NLG server words the responses."""
        return self._server is not None

    def served(
        self, name: str, tracker: Tracker, channel: str, variables: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The parts of a response as the NLG server words it; None when there is no such server.

        No part but metadata means that nothing is to be said. Raises WordingFailed.
        """
        if self._server is None:
            return None
        fitting = _best_group(self._domain.responses.get(name, ()), tracker.slots, channel)
        chosen = self._rng.choice(fitting).id if fitting else None
        words = self._server.words(name, chosen, variables, tracker, channel)
        return {**words, "metadata": {"utter_action": name}}

    def wordings(
        self, name: str, slots: Mapping[str, Any], channel: str, variables: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Every text that `say` may choose at this moment."""
        fitting = _best_group(self._domain.responses.get(name, ()), slots, channel)
        values = {**slots, **variables}
        return tuple(
            str(interpolate(variation.parts["text"], values, variation.language))
            for variation in fitting
            if variation.parts.get("text") is not None
        )

    def say_utterance(
        self,
        utterance: Utterance,
        slots: Mapping[str, Any],
        channel: str,
        served: Mapping[str, Any] | None = None,
        before: str | None = None,
    ) -> BotMessage | None:
        """What is to be said; None when it names a response that is not there, or not for now.

        Its buttons come after the response's; its other parts replace the response's. What was
        `served` is said in place of the domain's response. A wording other than the one said
        `before` is taken where there is one.
        """
        parts: dict[str, Any] = dict(served or {})
        if utterance.response is not None and served is None:
            own = self._parts(utterance.response, slots, channel, utterance.variables, before)
            if own is None:
                return None
            parts = own
        buttons = [*(parts.get("buttons") or ()), *(utterance.parts.get("buttons") or ())]
        metadata = {**utterance.variables, **(parts.get("metadata") or {})}
        return _message({**parts, **utterance.parts, "buttons": buttons, "metadata": metadata})

    def _parts(
        self,
        name: str,
        slots: Mapping[str, Any],
        channel: str,
        variables: Mapping[str, Any],
        before: str | None,
    ) -> dict[str, Any] | None:
        fitting = _best_group(self._domain.responses.get(name, ()), slots, channel)
        if not fitting:
            return None
        values = {**slots, **variables}
        if before is not None and len(fitting) > 1:
            others = [
                one
                for one in fitting
                if interpolate(one.parts.get("text"), values, one.language) != before
            ]
            fitting = others or fitting
        chosen = self._rng.choice(fitting)
        parts = {
            part: value if part == "metadata" else interpolate(value, values, chosen.language)
            for part, value in chosen.parts.items()
        }
        parts["metadata"] = {**(parts.get("metadata") or {}), "utter_action": name}
        return parts


def _filled(found: re.Match[str], variables: Mapping[str, Any]) -> str:
    value = str(variables[found[2]])
    before = "" if _BEGINS_WIDE.match(value) else found[1] or ""
    after = "" if _ENDS_WIDE.search(value) else found[3] or ""
    return f"{before}{value}{after}"


def interpolate(value: Any, variables: Mapping[str, Any], language: str | None = None) -> Any:
    """Fill `{name}` in every text within `value`.

    A text with a name that nothing fills is left as it is, so that JSON in a button stays whole.
    In a wording that is marked as Chinese no space stays beside what is filled in Chinese.
    """
    if isinstance(value, str):
        names = _VARIABLE.findall(value)
        if any(name not in variables for name in names):
            return value
        if language == _UNSPACED:
            return _FILLED.sub(lambda found: _filled(found, variables), value)
        return _VARIABLE.sub(lambda found: str(variables[found[1]]), value)
    if isinstance(value, Mapping):
        return {key: interpolate(entry, variables, language) for key, entry in value.items()}
    if isinstance(value, list):
        return [interpolate(entry, variables, language) for entry in value]
    return value


def _best_group(
    variations: Sequence[Variation], slots: Mapping[str, Any], channel: str
) -> list[Variation]:
    """The variations to choose from: those in the conversation's language before those in the
    usual one, conditional before general, for this channel before any."""
    fitting = [
        variation
        for variation in variations
        if variation.channel in (None, channel)
        and all(condition.holds(slots) for condition in variation.conditions)
    ]
    language = slots.get(LANGUAGE_SLOT)
    fitting = [v for v in fitting if v.language is not None and v.language == language] or [
        variation for variation in fitting if variation.language is None
    ]
    for conditional, for_channel in ((True, True), (False, True), (True, False)):
        group = [
            variation
            for variation in fitting
            if bool(variation.conditions) == conditional
            and (variation.channel is not None) == for_channel
        ]
        if group:
            return group
    return fitting


def _message(parts: Mapping[str, Any]) -> BotMessage:
    text = parts.get("text")
    return BotMessage(
        text=None if text is None else str(text),
        buttons=tuple(parts.get("buttons") or ()),
        quick_replies=tuple(parts.get("quick_replies") or ()),
        image=parts.get("image"),
        attachment=parts.get("attachment"),
        elements=tuple(parts.get("elements") or ()),
        custom=parts.get("custom") or None,
        metadata=parts.get("metadata") or {},
    )
