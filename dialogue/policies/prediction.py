"""What a policy says, and what every policy can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dialogue.states import History
from dialogue.tracker import Tracker


@dataclass(frozen=True)
class Prediction:
    """The next action in one policy's opinion.

    `confidence` is in [0, 1]; None for `action` says that the policy does not know.
    `without_message`: the prediction does not depend on what was said (a form takes its turn), so
    nothing outweighs it. `resumes_loop`: the active loop comes back from something else and must
    not take the message as an answer, whichever policy wins. `hidden`: stories know nothing of
    this turn. `by_words`: the words of the message decided, not its intent.
    """

    policy: str
    priority: int
    action: str | None
    confidence: float = 0.0
    without_message: bool = False
    resumes_loop: bool = False
    hidden: bool = False
    by_words: bool = False


class Policy(Protocol):
    """Predicts the next action.

    `predict` is a pure function of a conversation, so it may be called from several threads at
    once; `history` is the tracker's, computed once for all policies. Implemented by `RulePolicy`
    and `MemoizationPolicy`. The smallest one::

        class AlwaysListens:
            def predict(self, tracker, history):
                return Prediction("AlwaysListens", 1, "action_listen", 0.1)
    """

    def predict(self, tracker: Tracker, history: History) -> Prediction:
        """The next action after this history."""
        ...
