"""Whatever is said and whatever actions do: a turn ends, listening, and can be replayed."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from bot_stories import Bot, Clock, Meanings, project_of
from event_strategies import events
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.acting import MOST_ACTIONS_IN_A_TURN
from dialogue.actions.runner import ActionResult
from dialogue.agent import Agent, UserMessage
from dialogue.errors import ActionFailed, ActionNotFound, ActionRejected
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    FollowupAction,
    SlotSet,
)
from dialogue.project import Project
from dialogue.responses import Utterance
from dialogue.tracker import Tracker

PROJECT = """
    intents: [greet, order, size, stop]
    entities: [size, drink]
    actions: [action_x, action_ask_drink, validate_meal, action_guess,
              action_validate_slot_mappings]
    slots:
      size: {type: text, mappings: [{type: from_entity, entity: size}]}
      drink: {type: text, influence_conversation: false,
              mappings: [{type: from_text, conditions: [{active_loop: meal}]},
                         {type: custom, action: action_guess}]}
    forms: {meal: {required_slots: [size, drink], ignored_intents: [greet]}}
    responses:
      utter_greet: [text: hello]
      utter_ask_size: [text: which size]
      utter_default: [text: pardon]
      utter_restart: [text: again]
    rules:
    - {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
    - {rule: begin, steps: [{intent: order}, {action: meal}, {active_loop: meal}]}
    - rule: done
      condition: [{active_loop: meal}]
      steps: [{action: meal}, {active_loop: null}, {action: action_x}]
    - {rule: stop, steps: [{intent: stop}, {action: action_x}], wait_for_user_input: false}
    - {rule: round, steps: [{action: action_x}, {action: action_x}], wait_for_user_input: false}
    - {rule: unclear, steps: [{intent: nlu_fallback}, {action: action_two_stage_fallback}]}
    stories:
    - story: inside
      steps:
      - intent: order
      - action: meal
      - active_loop: meal
      - intent: stop
      - action: utter_greet
      - intent: size
      - action: meal
      - active_loop: meal
"""
TEXTS = st.sampled_from(
    [
        "/greet",
        "/order",
        "/stop",
        "/restart",
        "/back",
        "/session_start",
        "/nlu_fallback",
        "/out_of_scope",
        '/size{"size": "s"}',
        '/order{"size": "s", "drink": "tea"}',
        "tea",
        "",
        "\x00",
        "nobody can read this",
    ]
)
slot_events = st.lists(
    st.one_of(
        st.builds(SlotSet, st.sampled_from(["size", "drink"]), st.sampled_from([None, "s", "m"])),
        st.builds(
            SlotSet, st.just("requested_slot"), st.sampled_from([None, "size", "drink", "gone"])
        ),
        st.builds(ActiveLoop, st.sampled_from([None, "meal", "gone"])),
        st.builds(
            FollowupAction, st.sampled_from(["meal", "action_x", "utter_greet", "action_gone"])
        ),
        st.builds(ActionExecutionRejected, st.sampled_from(["meal", "action_x", "validate_meal"])),
    ),
    max_size=3,
)
outcomes = st.one_of(
    st.sampled_from([ActionRejected("a", "no"), ActionFailed("a", "x"), ActionNotFound("a", "?")]),
    slot_events.map(lambda found: ActionResult(tuple(found), (Utterance(parts={"text": "so"}),))),
    st.lists(events, max_size=4).map(lambda found: ActionResult(tuple(found))),
)


class Erratic:
    """A runner whose actions do what hypothesis thinks of."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def run(self, name, tracker, domain):
        outcome = self.data.draw(outcomes, label=name)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder: Path = tmp_path_factory.mktemp("bot")
    return project_of(folder, all=PROJECT)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_every_turn_ends_listening(project: Project, data: st.DataObject, texts: list[str]):
    meanings, clock = Meanings(), Clock()
    meanings.teach("tea", "size")
    agent = Agent(project, meanings, Erratic(data), clock=clock, rng=random.Random(1))
    tracker = agent.tracker_of("someone", [])
    for number, text in enumerate(texts):
        meanings.away = text.startswith("nobody")
        before = len(tracker.events)
        turn = agent.respond(tracker, UserMessage(text, "someone", f"m{number}"))

        assert tracker.events[before:] == list(turn.events)
        assert tracker.paused or tracker.latest_action_name == "action_listen"
        predicted = [e for e in turn.events if isinstance(e, ActionExecuted) and e.policy]
        assert len(predicted) <= MOST_ACTIONS_IN_A_TURN + 5  # events of actions name policies, too

        log = json.loads(json.dumps([event.to_json() for event in tracker.events]))
        again = agent.tracker_of("someone", log)
        assert again.current_state() == tracker.current_state()


def test_rules_in_a_circle_are_stopped(project: Project):
    class Agrees:
        def run(self, name, tracker: Tracker, domain):
            return ActionResult((FollowupAction("action_x"),))

    bot = Bot(project, runner=Agrees())
    bot.hears("/stop")
    assert bot.actions == ["action_x"] * MOST_ACTIONS_IN_A_TURN + ["action_listen"]
    assert "stopped after 10 actions" in bot.problems[0]


def test_a_bot_that_pauses_itself_stays_silent(project: Project):
    class Pauses:
        def run(self, name, tracker: Tracker, domain):
            return ActionResult((ConversationPaused(),))

    bot = Bot(project, runner=Pauses())
    bot.hears("/stop")
    assert bot.hears("/greet") == []
