"""What the rules say, and what forms do by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dialogue.domain import BACK, DEFAULT_FALLBACK, LISTEN, RESTART, SESSION_START
from dialogue.history import History
from dialogue.policies.patterns import Pattern, StatePattern, end_fits
from dialogue.policies.prediction import Prediction
from dialogue.policies.rule_index import RuleIndex
from dialogue.states import OnlyInRules, State
from dialogue.tracker import Tracker

NAME = "RulePolicy"
PRIORITY = 4
INTENT_ACTIONS = {"restart": RESTART, "back": BACK, "session_start": SESSION_START}


@dataclass(frozen=True)
class Fallback:
    """What to do when no rule fits, and how sure another policy must be to outweigh it."""

    action: str = DEFAULT_FALLBACK
    confidence: float = 0.3
    enabled: bool = True


@dataclass(frozen=True)
class _LoopPath:
    """How a rule or story goes on in the middle of a loop: it resumes it, or stays outside."""

    states: tuple[StatePattern, ...]
    resumes: bool

    def fits(self, states: Sequence[State]) -> bool:
        return end_fits(self.states, states)


class RulePolicy:
    """Predicts, in this order: default intents, the active form's turn, the rules, the fallback.

    `stories` are the histories of the stories; rules that they never use are hidden from them.
    """

    def __init__(
        self,
        index: RuleIndex,
        stories: Sequence[History],
        fallback: Fallback,
        only_in_rules: OnlyInRules,
    ) -> None:
        self._index = index
        self._reach = max(index.reach, 2)  # states; a loop's path is seen by two
        self._loop_paths = _by_loop(_loop_paths(index.patterns, stories))
        self._fallback = fallback
        self._only_in_rules = only_in_rules
        self._story_actions = {moment.action for story in stories for moment in story.moments}
        self._used_in_stories = self._rules_used_in(stories)

    def predict(self, tracker: Tracker, history: History) -> Prediction:
        """The next action; its confidence is 1, or the fallback's."""
        by_intent = self._default_intent(tracker, history.present)
        if by_intent is not None:
            return self._prediction(by_intent, hidden=by_intent not in self._story_actions)
        loop = tracker.active_loop
        if loop is not None and not loop.rejected:
            happy = LISTEN if tracker.latest_action_name == loop.name else loop.name
            hidden = loop.name in self._only_in_rules.loops
            return self._prediction(happy, without_message=True, hidden=hidden)
        states = history.latest_states(self._reach)
        pattern = self._index.best(states)
        if loop is not None:
            return self._in_rejected_loop(tracker, states, pattern)
        if pattern is None or pattern.action == tracker.rejected_action:
            return self._otherwise(tracker)
        return self._from(pattern)

    def _in_rejected_loop(
        self, tracker: Tracker, states: Sequence[State], pattern: Pattern | None
    ) -> Prediction:
        """Something else than the loop's question was said: a rule may deal with it.

        When the rule is done and says nothing of the loop, the loop takes over again.
        """
        loop = tracker.active_loop_name
        known = self._loop_paths.get((loop, states[-1].previous_action), ())
        paths = [path for path in known if path.fits(states)]
        resumes = any(path.resumes for path in paths)
        stays_outside = any(not path.resumes for path in paths)
        if pattern is not None and pattern.action == LISTEN and not pattern.within_loop:
            if not stays_outside:
                return self._from(pattern, action=loop, resumes_loop=True)
            pattern = None
        if pattern is not None and pattern.action == loop == tracker.rejected_action:
            # The message asks for the loop that is active already: it asks its question again.
            return self._from(pattern, resumes_loop=True)
        if pattern is not None and pattern.action == tracker.rejected_action:
            pattern = None
        if pattern is None and tracker.latest_action_name != LISTEN and not stays_outside:
            return self._prediction(str(loop), resumes_loop=True)
        if pattern is None:
            return self._otherwise(tracker, resumes_loop=resumes)
        return self._from(pattern, resumes_loop=resumes)

    def _default_intent(self, tracker: Tracker, now: State) -> str | None:
        if tracker.latest_message is None or tracker.latest_action_name != LISTEN:
            return None
        return INTENT_ACTIONS.get(now.intent or "")

    def _otherwise(self, tracker: Tracker, resumes_loop: bool = False) -> Prediction:
        """Nothing is known: a message is not understood, but after an answer we just listen."""
        action, confidence = self._fallback.action, self._fallback.confidence
        if tracker.latest_action_name != LISTEN:
            action = LISTEN
        elif not self._fallback.enabled:
            return Prediction(NAME, PRIORITY, None, resumes_loop=resumes_loop)
        hidden = action not in self._story_actions
        return Prediction(
            NAME, PRIORITY, action, confidence, resumes_loop=resumes_loop, hidden=hidden
        )

    def _from(
        self, pattern: Pattern, action: str | None = None, resumes_loop: bool = False
    ) -> Prediction:
        hidden = id(pattern) not in self._used_in_stories
        predicted = self._prediction(
            action or pattern.action, resumes_loop=resumes_loop, hidden=hidden
        )
        return replace(predicted, rule=pattern.rule)

    def _prediction(
        self,
        action: str,
        *,
        without_message: bool = False,
        resumes_loop: bool = False,
        hidden: bool = False,
    ) -> Prediction:
        return Prediction(NAME, PRIORITY, action, 1.0, without_message, resumes_loop, hidden)

    def _rules_used_in(self, stories: Iterable[History]) -> frozenset[int]:
        """The identities of the patterns that say what a story does, too."""
        used = set()
        for story in stories:
            states = story.states
            for end, moment in enumerate(story.moments, start=1):
                pattern = self._index.best(states[max(0, end - self._reach) : end])
                if pattern is not None and pattern.action == moment.action:
                    used.add(id(pattern))
        return frozenset(used)


def _loop_paths(patterns: Iterable[Pattern], stories: Iterable[History]) -> tuple[_LoopPath, ...]:
    """What rules and stories do in the middle of loops, each looked at by two states."""
    paths: dict[_LoopPath, None] = {}
    for states, action in _decisions(patterns, stories):
        now = states[-1]
        if not isinstance(now.active_loop, str):
            continue
        listening = now.previous_action == LISTEN
        if listening != (action == now.active_loop):
            continue
        earlier = states[-2].previous_action if len(states) > 1 else None
        seen = (StatePattern(earlier), now) if earlier is not None else (now,)
        paths[_LoopPath(seen, resumes=listening)] = None
    return tuple(paths)


def _by_loop(
    paths: Iterable[_LoopPath],
) -> dict[tuple[str | None, str | None], list[_LoopPath]]:
    """The paths by loop and by what was done last."""
    found: dict[tuple[str | None, str | None], list[_LoopPath]] = {}
    for path in paths:
        now = path.states[-1]
        if isinstance(now.active_loop, str):
            found.setdefault((now.active_loop, now.previous_action), []).append(path)
    return found


def _decisions(
    patterns: Iterable[Pattern], stories: Iterable[History]
) -> Iterable[tuple[tuple[StatePattern, ...], str]]:
    for pattern in patterns:
        yield pattern.states, pattern.action
    for story in stories:
        states = tuple(_exactly(moment.state) for moment in story.moments)
        for end, moment in enumerate(story.moments, start=1):
            yield states[max(0, end - 2) : end], moment.action


def _exactly(state: State) -> StatePattern:
    """The pattern that asks for everything a story's state shows."""
    return StatePattern(
        previous_action=state.previous_action,
        intent=state.intent,
        entities=state.entities,
        slots=frozenset(state.slots),
        active_loop=state.active_loop,
    )
