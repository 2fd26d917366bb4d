"""`policies:` of a project's config.yml, as far as this engine has such policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dialogue.domain import DEFAULT_FALLBACK, Domain
from dialogue.policies.ensemble import MemorySettings, PolicySettings
from dialogue.policies.rule_policy import Fallback
from dialogue.yaml_source import YamlFile

_MEMORIES = ("MemoizationPolicy", "AugmentedMemoizationPolicy")
_KNOWN = ("RulePolicy", *_MEMORIES)


def read_policies(
    files: Iterable[YamlFile], domain: Domain
) -> tuple[PolicySettings, tuple[str, ...]]:
    """The policies of the project, and warnings about those that this engine does not have.

    Without a `policies:` list: rules, and memory of whole conversations. Raises SourceError.
    """
    listed = [
        file for file in files if isinstance(file.content, Mapping) and file.content.get("policies")
    ]
    if not listed:
        return PolicySettings(Fallback(), MemorySettings()), ()
    fallback: Fallback | None = None
    memory: MemorySettings | None = None
    warnings = []
    for file in listed:
        items = file.sequence(file.content, "policies", "'policies'")
        for index in range(len(items)):
            options = file.mapping(items, index, "a policy")
            if "name" not in options:
                raise file.error("a policy needs a 'name'", items, index)
            name = file.text(options, "name", "a policy's name").rsplit(".", 1)[-1]
            if name == "RulePolicy":
                fallback = _fallback(file, options, domain)
            elif name in _MEMORIES:
                memory = MemorySettings(_max_history(file, options), augmented=name != _MEMORIES[0])
            else:
                warnings.append(f"the policy '{name}' is not used; there are {', '.join(_KNOWN)}")
    return PolicySettings(fallback, memory), tuple(warnings)


def _fallback(file: YamlFile, options: Mapping[str, Any], domain: Domain) -> Fallback:
    action = DEFAULT_FALLBACK
    if options.get("core_fallback_action_name") is not None:
        action = file.text(options, "core_fallback_action_name", "the fallback action")
        if action not in domain.actions:
            known = domain.actions
            raise file.unknown("action", action, known, options, "core_fallback_action_name")
    return Fallback(
        action=action,
        confidence=file.number(options, "core_fallback_threshold", 0.3),
        enabled=file.flag(options, "enable_fallback_prediction", True),
    )


def _max_history(file: YamlFile, options: Mapping[str, Any]) -> int | None:
    value = options.get("max_history")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise file.error("'max_history' must be a number from 1 on", options, "max_history")
    return int(value)
