"""All policies of a project, and whose word counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from dialogue.domain import LISTEN, Domain
from dialogue.history import History, history_of
from dialogue.policies.cycles import cycles_in
from dialogue.policies.learned import LearnedPolicy
from dialogue.policies.memoization import MemoizationPolicy
from dialogue.policies.patterns import patterns_of
from dialogue.policies.prediction import Policy, Prediction
from dialogue.policies.rule_index import RuleIndex
from dialogue.policies.rule_policy import Fallback, RulePolicy
from dialogue.states import OnlyInRules, words
from dialogue.stories import (
    LoopStep,
    Rule,
    SlotStep,
    Step,
    Story,
    flat,
    paths_through,
    story_events,
)
from dialogue.tracker import Tracker


@dataclass(frozen=True)
class PolicySettings:
    """Which policies a project uses, and how. None: not that one.

    `learned` is how many states the learned policy looks at; `rules` are what policies of older
    versions stand for, the project's own come before them.
    """

    fallback: Fallback | None = field(default_factory=Fallback)
    memory: MemorySettings | None = None
    learned: int | None = None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class MemorySettings:
    """How the stories are remembered."""

    max_history: int | None = None
    augmented: bool = False


class Ensemble:
    """Asks every policy and picks one answer. Immutable; safe from several threads at once.

    `warnings` are for the person who wrote the rules.
    """

    def __init__(self, policies: Sequence[Policy], warnings: tuple[str, ...] = ()) -> None:
        self._policies = tuple(policies)
        self.warnings = warnings

    def predict(self, tracker: Tracker) -> Prediction:
        """The next action.

        What does not depend on the message comes first (a form's turn), then what rules and
        stories know of its very words, then the highest confidence, then the policy's priority.
        An action that has just declined is not asked again, unless it comes back as a resumed
        loop. When nobody knows anything, we listen.
        """
        history = tracker.history
        text = tracker.latest_message.text if tracker.latest_message else None
        if text in tracker.domain.said_texts and tracker.latest_action_name == LISTEN:
            spoken = self._predict(tracker, replace(history, intent=words(text or "")))
            if spoken.confidence == 1.0 and not spoken.without_message:
                return replace(spoken, by_words=True)
        return self._predict(tracker, history)

    def _predict(self, tracker: Tracker, history: History) -> Prediction:
        predictions = [policy.predict(tracker, history) for policy in self._policies]
        possible = [
            prediction
            for prediction in predictions
            if prediction.action is not None
            and (prediction.action != tracker.rejected_action or prediction.resumes_loop)
        ]
        if not possible:
            return Prediction("Ensemble", 0, LISTEN)
        best = max(possible, key=lambda p: (p.without_message, p.confidence, p.priority))
        resumes = any(prediction.resumes_loop for prediction in predictions)
        return replace(best, resumes_loop=resumes)


def build_ensemble(
    domain: Domain, rules: Sequence[Rule], stories: Sequence[Story], settings: PolicySettings
) -> Ensemble:
    """Make the policies from rules and stories."""
    rules = (*rules, *settings.rules)
    paths = paths_through(stories)
    histories = [history_of(story_events(path, domain), domain) for path in paths]
    only_in_rules = _only_in_rules(rules, stories)
    policies: list[Policy] = []
    warnings: tuple[str, ...] = ()
    if settings.fallback is not None:
        index = RuleIndex(patterns_of(rules, domain))
        warnings = cycles_in(index, domain)
        policies.append(RulePolicy(index, histories, settings.fallback, only_in_rules))
    if settings.memory is not None:
        memory = settings.memory
        policies.append(
            MemoizationPolicy(
                domain, histories, only_in_rules, memory.max_history, memory.augmented
            )
        )
    if settings.learned is not None and paths:
        policies.append(LearnedPolicy(domain, paths, only_in_rules, settings.learned))
    return Ensemble(policies, warnings)


def _only_in_rules(rules: Sequence[Rule], stories: Sequence[Story]) -> OnlyInRules:
    in_rules = [step for rule in rules for step in flat((*rule.conditions, *rule.steps))]
    in_stories = [step for story in stories for step in flat(story.steps)]
    return OnlyInRules(
        slots=_slots(in_rules) - _slots(in_stories), loops=_loops(in_rules) - _loops(in_stories)
    )


def _slots(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(step.name for step in steps if isinstance(step, SlotStep))


def _loops(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(step.name for step in steps if isinstance(step, LoopStep) and step.name)
