"""Rules and stories that say different things of the same moment, and rules that say too little."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogue.domain import LISTEN, UNLIKELY_INTENT, Place
from dialogue.history import history_of
from dialogue.policies.patterns import Pattern, StatePattern, patterns_of
from dialogue.policies.rule_index import RuleIndex
from dialogue.policies.rule_policy import INTENT_ACTIONS
from dialogue.states import Moment, State
from dialogue.stories import (
    ActionStep,
    LoopStep,
    Path,
    PlainStep,
    Rule,
    SlotStep,
    Story,
    UserStep,
    alternatives,
    flat,
    story_events,
    told_paths,
)
from dialogue.validating.bot import CheckedBot
from dialogue.validating.findings import Findings

Moments = Sequence[tuple[Story, Path, Sequence[Moment]]]


def check_contradictions(bot: CheckedBot, findings: Findings, max_history: int | None) -> None:
    """Rules among themselves, rules and stories, stories among themselves.

    `max_history` is how many states the project's memory of stories looks back; None: all.
    """
    _same_names(bot.rules, "rule", findings)
    _same_names(bot.stories, "story", findings)
    owners = {pattern: rule for rule in bot.rules for pattern in patterns_of([rule], bot.domain)}
    _among_rules(owners, findings)
    _incomplete(bot, findings)
    moments = [
        (story, path, history_of(story_events(path, bot.domain), bot.domain).moments)
        for story, path in told_paths(bot.stories)
    ]
    _rules_and_stories(owners, moments, findings)
    _among_stories(moments, max_history, findings)


def _place(one: Rule | Story) -> Place:
    return Place(one.file, one.line)


def _at(one: Rule | Story) -> str:
    return f"{one.file}:{one.line}"


def _same_names(items: Iterable[Rule | Story], title: str, findings: Findings) -> None:
    first: dict[str, Rule | Story] = {}
    for item in items:
        earlier = first.setdefault(item.name, item)
        if earlier is not item:
            message = f"a {title} named '{item.name}' already stands at {_at(earlier)}"
            findings.warn("duplicate_name", message, _place(item))


def _among_rules(owners: dict[Pattern, Rule], findings: Findings) -> None:
    """Of two patterns that ask for the same the same action must follow.

    One that asks for more than another is more specific, which is no contradiction.
    """
    first: dict[tuple[StatePattern, ...], Pattern] = {}
    told = set()
    for pattern, rule in owners.items():
        earlier = first.setdefault(pattern.states, pattern)
        other = owners[earlier]
        if earlier.action != pattern.action and (id(rule), id(other)) not in told:
            told.add((id(rule), id(other)))
            message = (
                f"the rule '{rule.name}' contradicts the rule '{other.name}' at {_at(other)}: "
                f"{_when(pattern.states[-1])} one does '{pattern.action}', the other "
                f"'{earlier.action}'"
            )
            findings.error("contradicting_rules", message, _place(rule))


def _rules_and_stories(owners: dict[Pattern, Rule], stories: Moments, findings: Findings) -> None:
    index = RuleIndex(sorted(owners, key=lambda one: one.specificity, reverse=True))
    told = set()
    for story, path, moments in stories:
        states = [moment.state for moment in moments]
        for end, moment in enumerate(moments, start=1):
            pattern = index.best(states[max(0, end - index.reach) : end])
            if pattern is None or pattern.action == moment.action or _is_exempt(moment, pattern):
                continue
            rule = owners[pattern]
            if (story.name, rule.name) in told:
                continue
            told.add((story.name, rule.name))
            message = (
                f"the story '{story.name}' contradicts the rule '{rule.name}' at {_at(rule)}: "
                f"{_when(moment.state)} the story does '{moment.action}', the rule "
                f"'{pattern.action}'"
            )
            line = _line_of(moment.action, path) or story.line
            findings.error("contradicting_story", message, Place(story.file, line))


def _is_exempt(moment: Moment, pattern: Pattern) -> bool:
    """Moments at which the rules are not asked: default intents, and a form's own turns."""
    state = moment.state
    if state.previous_action == LISTEN and (state.intent or "") in INTENT_ACTIONS:
        return True
    if moment.action == UNLIKELY_INTENT:
        return True
    if state.active_loop is None:
        return False
    own_turn = moment.action == state.active_loop or (
        state.previous_action == state.active_loop and moment.action == LISTEN
    )
    return own_turn or (pattern.action == LISTEN and not pattern.within_loop)


def _among_stories(stories: Moments, max_history: int | None, findings: Findings) -> None:
    """After the same states two stories must do the same, or neither can be remembered."""
    first: dict[tuple[State, ...], tuple[str, Story]] = {}
    told = set()
    for story, path, moments in stories:
        states = tuple(moment.state for moment in moments)
        for end, moment in enumerate(moments, start=1):
            start = 0 if max_history is None else max(0, end - max_history)
            action, other = first.setdefault(states[start:end], (moment.action, story))
            if action == moment.action or (story.name, other.name) in told:
                continue
            told.add((story.name, other.name))
            message = (
                f"the story '{story.name}' does '{moment.action}' where '{other.name}' at "
                f"{_at(other)} does '{action}', after the same {end - start} states"
            )
            line = _line_of(moment.action, path) or story.line
            findings.warn("conflicting_stories", message, Place(story.file, line))


def _line_of(action: str, path: Path) -> int | None:
    steps = (step for step in path if isinstance(step, ActionStep))
    return next((step.line for step in steps if step.name == action), None)


def _when(state: State | StatePattern) -> str:
    """A moment in words."""
    said = f"on '{state.intent}'" if state.previous_action == LISTEN and state.intent else ""
    after = f"after '{state.previous_action}'" if state.previous_action else "at the start"
    loop = f" in '{state.active_loop}'" if isinstance(state.active_loop, str) else ""
    return (said or after) + loop


def _incomplete(bot: CheckedBot, findings: Findings) -> None:
    """An action that sets slots or a loop in one rule must do so in every rule."""
    walks = [
        (rule, list(_effects(rule, steps)))
        for rule in bot.rules
        for steps in alternatives(rule.steps)
    ]
    # What the policies do not see needs not be told.
    seen = {slot.name for slot in bot.domain.slots.values() if slot.influence_conversation}
    usual_slots: dict[str, set[str]] = {}
    usual_loops: dict[str, set[str | None]] = {}
    for _, effects in walks:
        for action, own, _, _ in effects:
            usual_slots.setdefault(action.name, set()).update(
                step.name for step in own if isinstance(step, SlotStep) and step.name in seen
            )
            usual_loops.setdefault(action.name, set()).update(
                step.name for step in own if isinstance(step, LoopStep)
            )
    for rule, effects in walks:
        for number, (action, _, slots, loops) in enumerate(effects, start=1):
            if number == len(effects) and not rule.wait_for_user_input:
                continue  # what follows is left open
            place = Place(rule.file, action.line or rule.line)
            missing = sorted(usual_slots[action.name] - slots)
            if missing:
                names = ", ".join(f"'{name}'" for name in missing)
                message = (
                    f"in the rule '{rule.name}' the action '{action.name}' does not set {names}, "
                    "as it does in other rules"
                )
                findings.error("incomplete_rule", message, place)
            usual = usual_loops[action.name]
            loop = loops[-1].name if loops else None
            if usual and loop not in usual:
                names = ", ".join(f"'{name or 'null'}'" for name in sorted(usual, key=str))
                message = (
                    f"in the rule '{rule.name}' the action '{action.name}' is not followed by "
                    f"'active_loop': {names}, as in other rules"
                )
                findings.error("incomplete_rule", message, place)


def _effects(
    rule: Rule, steps: Sequence[object]
) -> Iterable[tuple[ActionStep, list[PlainStep], set[str], list[LoopStep]]]:
    """Each action of a rule, what is told right after it, and all that is known by then."""
    slots = {step.name for step in rule.conditions if isinstance(step, SlotStep)}
    loops = [step for step in rule.conditions if isinstance(step, LoopStep)]
    action: ActionStep | None = None
    own: list[PlainStep] = []
    for step in steps:
        if isinstance(step, ActionStep | UserStep):
            if action is not None:
                yield action, own, set(slots), list(loops)
            action, own = (step if isinstance(step, ActionStep) else None), []
        elif isinstance(step, SlotStep | LoopStep):
            own.append(step)
            if isinstance(step, SlotStep):
                slots.add(step.name)
            else:
                loops.append(step)
    if action is not None:
        yield action, own, set(slots), list(loops)


def check_turns(bot: CheckedBot, findings: Findings) -> None:
    """A rule answers one message, unless the project allows more (`restrict_rules: false`)."""
    if _allows_more(bot):
        return
    for rule in bot.rules:
        said = [step for step in flat(rule.steps) if isinstance(step, UserStep)]
        turns = max(
            (sum(isinstance(s, UserStep) for s in way) for way in alternatives(rule.steps)),
            default=0,
        )
        if turns > 1:
            place = Place(rule.file, said[-1].line or rule.line)
            message = f"the rule '{rule.name}' has {turns} messages; a rule answers one"
            findings.error("too_many_turns", message, place)


def _allows_more(bot: CheckedBot) -> bool:
    return any(
        isinstance(policy, dict) and policy.get("restrict_rules") is False
        for file in bot.files
        for policy in file.content.get("policies") or ()
    )
