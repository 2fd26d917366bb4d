"""`policies:` of a project's config.yml, with every name of Rasa 1.x to 3.x."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dialogue.domain import DEFAULT_FALLBACK, TWO_STAGE_FALLBACK, Domain
from dialogue.policies.ensemble import MemorySettings, PolicySettings
from dialogue.policies.learned import MAX_HISTORY
from dialogue.policies.rule_policy import Fallback
from dialogue.policy_names import KNOWN, OF_THE_PIPELINE, KnownPolicy
from dialogue.stories import ActionStep, LoopStep, Rule, UserStep
from dialogue.yaml_source import YamlFile
from nlu.source import line_of, nearest
from nlu.types import FALLBACK_INTENT


def read_policies(
    files: Iterable[YamlFile], domain: Domain
) -> tuple[PolicySettings, tuple[str, ...]]:
    """The policies of the project, and a line for each that is replaced, ignored or unknown.

    Without a `policies:` list: rules, memory of whole conversations, and the learned policy.
    Raises SourceError.
    """
    listed = [
        file for file in files if isinstance(file.content, Mapping) and file.content.get("policies")
    ]
    if not listed:
        return PolicySettings(Fallback(), MemorySettings(), MAX_HISTORY), ()
    reader = _Reader(domain)
    for file in listed:
        items = file.sequence(file.content, "policies", "'policies'")
        for index in range(len(items)):
            options = file.mapping(items, index, "a policy")
            if "name" not in options:
                raise file.error("a policy needs a 'name'", items, index)
            reader.read(file, options, f"{file.path}:{line_of(items, index)}")
        if domain.forms and reader.settings.fallback is None:
            reader.lines.append(f"{file.path}: the forms do not run without RulePolicy")
    return reader.settings, tuple(reader.lines)


class _Reader:
    """Goes through the list; `settings` and `lines` are what it has found."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self.settings = PolicySettings(None, None, None)
        self.lines: list[str] = []

    def read(self, file: YamlFile, options: Mapping[str, Any], place: str) -> None:
        name = file.text(options, "name", "a policy's name").rsplit(".", 1)[-1]
        known = KNOWN.get(name)
        if known is None:
            hint = nearest(name, KNOWN)
            self.lines.append(f"{place}: there is no policy '{name}', it is left out{hint}")
            return
        if known.becomes:
            self.lines.append(f"{place}: {name} {known.becomes}")
        self._note_options(file, name, known, options)
        match name:
            case "RulePolicy":
                fallback = Fallback(
                    self._action(file, options, "core_fallback_action_name"),
                    file.number(options, "core_fallback_threshold", 0.3),
                    file.flag(options, "enable_fallback_prediction", True),
                )
                self.settings = replace(self.settings, fallback=fallback)
            case "MemoizationPolicy" | "AugmentedMemoizationPolicy":
                augmented = name != "MemoizationPolicy"
                memory = MemorySettings(_max_history(file, options), augmented)
                self.settings = replace(self.settings, memory=memory)
            case "TEDPolicy" | "EmbeddingPolicy" | "KerasPolicy" | "SklearnPolicy":
                learned = _max_history(file, options) or MAX_HISTORY
                self.settings = replace(self.settings, learned=learned)
            case "FallbackPolicy":
                self._old_fallback(file, options, "fallback_action_name")
            case "TwoStageFallbackPolicy":
                self._old_fallback(file, options, "fallback_core_action_name")
                self._add_rules(_two_stage_rule(file, options))
            case "MappingPolicy":
                self._add_rules(*self._triggered(file, options))
            case "FormPolicy":
                self._add_rules()

    def _note_options(
        self, file: YamlFile, name: str, known: KnownPolicy, options: Mapping[str, Any]
    ) -> None:
        for option in options:
            place = f"{file.path}:{line_of(options, option)}"
            if option not in known.read | known.accepted:
                hint = nearest(str(option), known.read | known.accepted)
                self.lines.append(f"{place}: the policy '{name}' has no option '{option}'{hint}")
            elif option in OF_THE_PIPELINE:
                self.lines.append(
                    f"{place}: '{option}' is not read here; it belongs to FallbackClassifier "
                    "in 'pipeline'"
                )
            elif option == "priority":
                self.lines.append(
                    f"{place}: 'priority' is not read: rules come before memory, memory before "
                    "what is learned"
                )

    def _old_fallback(self, file: YamlFile, options: Mapping[str, Any], key: str) -> None:
        fallback = Fallback(
            self._action(file, options, key), file.number(options, "core_threshold", 0.3)
        )
        if self.settings.fallback is None or not self.settings.fallback.enabled:
            self.settings = replace(self.settings, fallback=fallback)

    def _add_rules(self, *rules: Rule) -> None:
        """Rules that the policy stands for; without RulePolicy there is no fallback with them."""
        fallback = self.settings.fallback or Fallback(enabled=False)
        self.settings = replace(
            self.settings, fallback=fallback, rules=(*self.settings.rules, *rules)
        )

    def _triggered(self, file: YamlFile, options: Mapping[str, Any]) -> Iterable[Rule]:
        line, known = line_of(options), self._domain.actions
        for intent in self._domain.intents.values():
            if intent.triggers is None:
                continue
            if intent.triggers not in known:
                self.lines.append(
                    f"{file.path}:{line}: the intent '{intent.name}' triggers the unknown action "
                    f"'{intent.triggers}'{nearest(intent.triggers, known)}"
                )
                continue
            steps = (UserStep(intent.name), ActionStep(intent.triggers))
            yield Rule(f"triggers of {intent.name}", steps, file=file.path, line=line)

    def _action(self, file: YamlFile, options: Mapping[str, Any], key: str) -> str:
        if options.get(key) is None:
            return DEFAULT_FALLBACK
        action = file.text(options, key, "the fallback action")
        if action not in self._domain.actions:
            raise file.unknown("action", action, self._domain.actions, options, key)
        return action


def _two_stage_rule(file: YamlFile, options: Mapping[str, Any]) -> Rule:
    steps = (
        UserStep(FALLBACK_INTENT),
        ActionStep(TWO_STAGE_FALLBACK),
        LoopStep(TWO_STAGE_FALLBACK),
    )
    return Rule("two-stage fallback", steps, file=file.path, line=line_of(options))


def _max_history(file: YamlFile, options: Mapping[str, Any]) -> int | None:
    value = options.get("max_history")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise file.error("'max_history' must be a number from 1 on", options, "max_history")
    return int(value)
