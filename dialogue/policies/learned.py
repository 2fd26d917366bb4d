"""What the stories would do in conversations that nobody wrote down, learned from them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from dialogue.domain import LISTEN, Domain
from dialogue.history import History, story_states
from dialogue.policies.features import FloatValues, answer_of, features, float_values
from dialogue.policies.lessons import Lesson, Path, lessons_of, takes_form_turn
from dialogue.policies.prediction import Prediction
from dialogue.policies.softmax import Softmax
from dialogue.states import OnlyInRules, State
from dialogue.stories import UserStep
from dialogue.tracker import Tracker

NAME = "LearnedPolicy"
PRIORITY = 1
MAX_HISTORY = 5
HELD_OUT = 5  # each so manieth story calibrates
MOST_STORIES = 600  # to learn from, checkpoints and alternatives multiplied
FEWEST_STORIES = 10  # to calibrate with; of fewer each is needed to learn from


class LearnedPolicy:
    """Predicts what the stories do after similar states, with a calibrated probability.

    It is trained when it is made, always to the same. `max_history` is how many states count. It
    says nothing after a message or an action that no story has, and nothing in a form's own turn;
    it predicts only what some story does after that message, or that action. A message
    after which the stories do different things (a "yes") means something only after what it answers
    in one of them, or where it begins one.
    """

    def __init__(
        self,
        domain: Domain,
        paths: Sequence[Path],
        only_in_rules: OnlyInRules,
        max_history: int = MAX_HISTORY,
    ) -> None:
        if len(paths) > MOST_STORIES:
            paths = random.Random(0).sample(paths, MOST_STORIES)
        self._only_in_rules = only_in_rules
        self._max_history = max_history
        lessons = lessons_of(paths, domain, only_in_rules, max_history)
        self._possible: dict[tuple[str | None, str | None], set[str]] = {}
        for states, action in lessons:
            self._possible.setdefault(_cause(states[-1]), set()).add(action)
        self._after: dict[str | None, set[str]] = {}
        for (_, intent), actions in self._possible.items():
            self._after.setdefault(intent, set()).update(actions)
        self._answers = {answer_of(states) for states, _ in lessons}
        self._openings = {_first_message(path) for path in paths}
        self._floats = float_values((states[-1] for states, _ in lessons), domain)
        self._model = _trained(lessons, self._floats) if lessons else None
        if self._model is not None and len(paths) >= FEWEST_STORIES:
            self._model.temperature = _temperature(
                paths, domain, only_in_rules, max_history, self._floats
            )

    def predict(self, tracker: Tracker, history: History) -> Prediction:
        """The likeliest action with its probability, or nothing."""
        states = story_states(history, self._only_in_rules, self._max_history)
        loop = tracker.active_loop
        is_forms_turn = loop is not None and not loop.rejected
        if self._model is None or not states or is_forms_turn or takes_form_turn(states[-1]):
            return Prediction(NAME, PRIORITY, None)
        possible = self._possible.get(_cause(states[-1]), set()) - {tracker.rejected_action}
        if not possible or not self._in_place(states):
            return Prediction(NAME, PRIORITY, None)
        chances = self._model.probabilities(features(states, self._floats))
        action = max(sorted(possible), key=chances.__getitem__)
        return Prediction(NAME, PRIORITY, action, chances[action])

    def _in_place(self, states: Sequence[State]) -> bool:
        """Whether the message can be understood where it stands."""
        now = states[-1]
        if now.previous_action != LISTEN or now.intent in self._openings:
            return True
        return answer_of(states) in self._answers or len(self._after.get(now.intent, ())) == 1


def _first_message(path: Path) -> str | None:
    return next((step.intent for step in path if isinstance(step, UserStep)), None)


def _cause(state: State) -> tuple[str | None, str | None]:
    """What an action answers: a message, or the action before it."""
    listening = state.previous_action == LISTEN
    return state.previous_action, state.intent if listening else None


def _trained(lessons: Mapping[Lesson, float], floats: FloatValues) -> Softmax:
    return Softmax(
        [features(states, floats) for states, _ in lessons],
        [action for _, action in lessons],
        list(lessons.values()),
    )


def _temperature(
    paths: Sequence[Path],
    domain: Domain,
    only_in_rules: OnlyInRules,
    max_history: int,
    floats: FloatValues,
) -> float:
    """How much to trust the scores, by stories that a model of the others has not seen."""
    rest = [path for index, path in enumerate(paths) if index % HELD_OUT]
    unseen = lessons_of(paths[::HELD_OUT], domain, only_in_rules, max_history)
    model = _trained(lessons_of(rest, domain, only_in_rules, max_history), floats)
    rows = [features(states, floats) for states, _ in unseen]
    model.calibrate(rows, [action for _, action in unseen])
    return model.temperature
