"""What a policy says, and what every policy can do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dialogue.history import History
from dialogue.tracker import Tracker


@dataclass(frozen=True)
class Prediction:
    """The next action in one policy's opinion.

    `confidence` is in [0, 1]; None for `action` says that the policy does not know.
    `without_message`: the prediction does not depend on what was said (a form takes its turn), so
    nothing outweighs it. `resumes_loop`: the active loop comes back from something else and must
    not take the message as an answer, whichever policy wins. `hidden`: stories know nothing of
    this turn. `by_words`: the words of the message decided, not its intent. `rule` is the title of
    the rule that says so, if one does.
    """

    policy: str
    priority: int
    action: str | None
    confidence: float = 0.0
    without_message: bool = False
    resumes_loop: bool = False
    hidden: bool = False
    by_words: bool = False
    rule: str | None = None


class Policy(Protocol):
    """Predicts the next action.

    `predict` is a pure function of a conversation, so it may be called from several threads at
    once; `history` is the tracker's, of which it looks at a bounded part. Implemented by
    `RulePolicy`, `MemoizationPolicy` and `LearnedPolicy`. The smallest one::

        class AlwaysListens:
            def predict(self, tracker, history):
                return Prediction("AlwaysListens", 1, "action_listen", 0.1)
    """

    def predict(self, tracker: Tracker, history: History) -> Prediction:
        """The next action after this history."""
        ...


def in_words(taken: Sequence[Prediction]) -> str:
    """Which actions followed each other, and the rules that wanted them; for a turn without end."""
    actions = " → ".join(str(prediction.action) for prediction in taken)
    rules = [prediction.rule for prediction in taken if prediction.rule is not None]
    named = [rule for rule, times in Counter(rules).items() if times > 1]
    return f"{actions}; rules that go round: {' and '.join(named)}" if named else actions
