"""What the bot does in a turn: predict an action, run it, apply its events, until it listens."""

from __future__ import annotations

from dialogue.actions.context import ActionContext
from dialogue.actions.perform import perform
from dialogue.actions.runner import ActionRunner
from dialogue.domain import LISTEN, SESSION_START
from dialogue.errors import ActionError, ActionRejected
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    Event,
    LoopInterrupted,
    UserFeaturization,
    UserUtteranceReverted,
)
from dialogue.forms import unchecked_candidates
from dialogue.policies.prediction import Prediction, in_words
from dialogue.project import Project
from dialogue.responses import Responses
from dialogue.tracker import Tracker
from dialogue.turn import Recorder
from nlu.types import Understanding

MOST_ACTIONS_IN_A_TURN = 10
ACTION_FAILED = "utter_action_failed"
_ACTION_FAILED_TEXT = "Sorry, something went wrong on our side. Please try again in a moment."


class Acting:
    """Runs a project's actions. It keeps nothing of a conversation, like the agent it serves."""

    def __init__(self, project: Project, runner: ActionRunner, responses: Responses) -> None:
        self._project = project
        self._runner = runner
        self._responses = responses

    def act(self, recorder: Recorder, channel: str) -> None:
        """Predict and run actions until the bot listens."""
        taken: list[Prediction] = []
        for _ in range(MOST_ACTIONS_IN_A_TURN):
            prediction = self.next(recorder.tracker)
            taken.append(prediction)
            goes_on = self.run(prediction, recorder, channel)
            if not goes_on or _falls_silent(recorder.tracker):
                break
        else:
            recorder.problems.append(
                f"the turn was stopped after {MOST_ACTIONS_IN_A_TURN} actions without listening: "
                + in_words(taken)
            )
        if recorder.tracker.latest_action_name != LISTEN:
            recorder.happen(ActionExecuted(LISTEN))

    def next(self, tracker: Tracker) -> Prediction:
        """What the bot would do next: the queued action, or else what the policies say."""
        if tracker.followup_action is not None:
            return Prediction("followup", 0, tracker.followup_action, 1.0)
        return self._project.policies.predict(tracker)

    def run(self, prediction: Prediction, recorder: Recorder, channel: str) -> bool:
        """Run one action; whether another one should follow."""
        name = prediction.action or LISTEN
        if prediction.by_words:
            recorder.happen(UserFeaturization(use_text_for_featurization=True))
        context = self.context(recorder, channel)
        before: list[Event] = [LoopInterrupted(True)] if prediction.resumes_loop else []
        is_text = name in self._project.domain.spoken_texts
        executed = ActionExecuted(
            None if is_text else name,
            prediction.policy,
            prediction.confidence,
            action_text=name if is_text else None,
            hide_rule_turn=prediction.hidden,
        )
        try:
            events = perform(name, context.supposing(before))
        except ActionRejected:
            recorder.happen(ActionExecutionRejected(name, prediction.policy, prediction.confidence))
            return True
        except ActionError as error:
            self._apologise(error, executed, recorder, channel)
            return name not in (LISTEN, SESSION_START)
        rejected = any(isinstance(event, ActionExecutionRejected) for event in events)
        if not rejected:
            recorder.happen(*before, executed)
        recorder.happen(*events)
        if events and isinstance(events[-1], UserUtteranceReverted):
            # The message is taken back, so there is nothing left to answer.
            return recorder.tracker.followup_action is not None
        return name not in (LISTEN, SESSION_START)

    def _apologise(
        self, error: ActionError, executed: ActionExecuted, recorder: Recorder, channel: str
    ) -> None:
        """An action failed: it counts as done without events, and once in a turn we say so.

        What a form took from the message is dropped, because nothing has checked it.
        """
        recorder.problems.append(str(error))
        form = self._project.domain.forms.get(executed.name or "")
        unchecked = unchecked_candidates(form, recorder.tracker) if form else []
        recorder.happen(executed, *unchecked)
        if not recorder.apologised:
            recorder.apologised = True
            self.say(ACTION_FAILED, _ACTION_FAILED_TEXT, recorder, channel)

    def say(self, name: str, text: str, recorder: Recorder, channel: str) -> None:
        """Say a response of the project, or this text where it has none."""
        recorder.happen(*self.context(recorder, channel).utter_or(name, text))

    def context(self, recorder: Recorder, channel: str) -> ActionContext:
        """What an action is given at this point of the turn."""
        return ActionContext(
            recorder.tracker,
            self._project.domain,
            self._responses,
            self._runner,
            channel,
            recorder.problems,
        )


def restarts(understanding: Understanding) -> bool:
    """A paused bot still lets itself be restarted."""
    return understanding.intent is not None and understanding.intent.name == "restart"


def _falls_silent(tracker: Tracker) -> bool:
    """An action paused the conversation, so that nothing more is said."""
    message = tracker.latest_message
    return tracker.paused and not (message and restarts(message.understanding))
