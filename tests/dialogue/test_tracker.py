"""A tracker is the fold of its events and nothing else."""

from __future__ import annotations

import json

import pytest
from bot_stories import project_of
from event_strategies import events
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import Tracker as SdkTracker

from dialogue.domain import Domain
from dialogue.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    ConversationPaused,
    ConversationResumed,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
    event_from_json,
)
from dialogue.tracker import Tracker
from nlu.types import Entity, IntentScore, Understanding

LISTEN = ActionExecuted("action_listen")
DOMAIN = """
    intents: [greet, order, faq, stop]
    entities: [size, city]
    slots:
      name: {type: text, mappings: [{type: custom}]}
      size: {type: text, initial_value: medium, mappings: [{type: from_entity, entity: size}]}
      colours: {type: list, mappings: [{type: custom}]}
    forms: {order_form: {required_slots: [size]}, other_form: {required_slots: [name]}}
    responses: {utter_greet: [text: hello], utter_ask_size: [text: "size?"]}
"""


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return project_of(tmp_path_factory.mktemp("bot"), domain=DOMAIN).domain


def said(intent: str, text: str = "") -> UserUttered:
    return UserUttered(text or intent, Understanding(text, (IntentScore(intent, 1.0),)), "rest")


def fold(domain: Domain, *happened) -> Tracker:
    return Tracker.from_events("someone", domain, happened)


def test_a_conversation_begins_with_its_initial_slots(domain):
    tracker = fold(domain)
    assert tracker.slots == {
        "name": None,
        "size": "medium",
        "colours": None,
        "requested_slot": None,
        "session_started_metadata": None,
    }
    state = tracker.current_state()
    assert state["latest_message"]["intent"] == {}
    assert state["active_loop"] == {}
    assert state["events"] == []
    assert state["latest_event_time"] is None


def test_rewinding_takes_back_a_message_and_all_since(domain):
    before = [LISTEN, said("greet"), ActionExecuted("utter_greet"), SlotSet("name", "Ann")]
    after = [LISTEN, said("order"), SlotSet("name", "Bob"), ActionExecuted("order_form")]
    after += [ActiveLoop("order_form")]
    tracker = fold(domain, *before, *after, UserUtteranceReverted())
    assert tracker.slots["name"] == "Ann"
    assert tracker.active_loop is None
    assert tracker.latest_action_name == "utter_greet"
    assert tracker.latest_message.intent == "greet"
    assert len(tracker.events) == len(before) + len(after) + 1


def test_undoing_takes_back_the_latest_action(domain):
    tracker = fold(
        domain, LISTEN, said("greet"), ActionExecuted("action_x"), SlotSet("name", "x"),
        ActionReverted(),
    )  # fmt: skip
    assert tracker.slots["name"] is None
    assert tracker.latest_action_name == "action_listen"


def test_undoing_more_than_there_was_is_harmless(domain):
    tracker = fold(domain, ActionReverted(), UserUtteranceReverted(), SlotSet("name", "x"))
    assert tracker.slots["name"] == "x"


def test_restarting_forgets_everything_and_wants_a_session(domain):
    tracker = fold(domain, LISTEN, said("greet"), SlotSet("name", "x"), Restarted())
    assert tracker.slots["name"] is None
    assert tracker.latest_message is None
    assert tracker.followup_action == "action_session_start"
    assert tracker.applied == []
    tracker.apply(ActionExecuted("action_session_start"))
    assert tracker.followup_action is None


def test_a_session_begins_afresh_and_keeps_what_is_set_after_it(domain):
    tracker = fold(domain, said("greet"), SlotSet("name", "x"), SessionStarted())
    assert tracker.slots["name"] is None
    tracker.apply(SlotSet("name", "x"))
    tracker.apply(UserUtteranceReverted())
    assert tracker.slots["name"] is None  # nothing was said in this session


def test_resetting_slots_brings_back_initial_values(domain):
    tracker = fold(domain, SlotSet("size", "large"), SlotSet("name", "x"), AllSlotsReset())
    assert (tracker.slots["size"], tracker.slots["name"]) == ("medium", None)


def test_a_slot_that_the_domain_does_not_have_is_not_kept(domain):
    assert "shoe" not in fold(domain, SlotSet("shoe", 1)).slots


def test_a_loop_that_declines_is_free_again_after_its_next_run(domain):
    tracker = fold(domain, LISTEN, said("order"), ActionExecuted("order_form"))
    tracker.apply(ActiveLoop("order_form"), LISTEN, said("faq"))
    tracker.apply(ActionExecutionRejected("order_form"))
    assert tracker.active_loop.rejected
    assert tracker.rejected_action == "order_form"
    tracker.apply(ActionExecuted("utter_greet"))
    assert tracker.active_loop.rejected
    assert tracker.rejected_action is None
    tracker.apply(LoopInterrupted(True))
    assert tracker.active_loop.is_interrupted
    tracker.apply(ActionExecuted("order_form"))
    assert not tracker.active_loop.rejected
    assert not tracker.active_loop.is_interrupted
    loop = tracker.current_state()["active_loop"]
    assert loop["name"] == "order_form"
    assert loop["trigger_message"]["intent"]["name"] == "order"


def test_pausing_and_resuming(domain):
    tracker = fold(domain, ConversationPaused())
    assert tracker.paused
    tracker.apply(ConversationResumed())
    assert not tracker.paused


def test_a_followup_is_wanted_until_an_action_ran_or_somebody_spoke(domain):
    tracker = fold(domain, FollowupAction("action_x"))
    assert tracker.current_state()["followup_action"] == "action_x"
    assert fold(domain, FollowupAction("action_x"), said("greet")).followup_action is None
    assert fold(domain, FollowupAction("action_x"), LISTEN).followup_action is None
    declined = ActionExecutionRejected("action_x")
    assert fold(domain, FollowupAction("action_x"), declined).followup_action is None


def test_slots_since_the_message(domain):
    tracker = fold(domain, SlotSet("name", "old"), LISTEN, said("order"), SlotSet("size", "s"))
    tracker.apply(SlotSet("size", "m"), SlotSet("name", "new"))
    assert tracker.slots_since_message() == {"size": "m", "name": "new"}


def test_rasas_actions_understand_the_state(domain):
    meaning = Understanding(
        "a large one", (IntentScore("order", 0.9),), (Entity("size", "large", 2, 7),)
    )
    message = UserUttered("a large one", meaning, "web", "m7", timestamp=5.0)
    tracker = fold(domain, LISTEN, message, SlotSet("size", "large"), ActiveLoop("order_form"))
    sdk = SdkTracker.from_dict(json.loads(json.dumps(tracker.current_state())))
    assert sdk.get_slot("size") == "large"
    assert list(sdk.get_latest_entity_values("size")) == ["large"]
    assert sdk.get_intent_of_latest_message() == "order"
    assert sdk.get_latest_input_channel() == "web"
    assert sdk.active_loop_name == "order_form"
    assert sdk.latest_action_name == "action_listen"


def state_of(tracker: Tracker) -> tuple:
    return (
        tracker.slots,
        tracker.latest_message,
        tracker.latest_action_name,
        tracker.active_loop,
        tracker.followup_action,
        tracker.paused,
        tracker.ended,
        tracker.rejected_action,
        tracker.applied,
    )


@given(st.lists(events, max_size=25))
def test_a_replay_of_the_events_as_json_gives_the_same_state(domain, happened):
    tracker = fold(domain, *happened)
    log = json.loads(json.dumps([event.to_json() for event in tracker.events]))
    replayed = fold(domain, *map(event_from_json, log))
    assert state_of(replayed) == state_of(tracker)
    assert replayed.current_state() == tracker.current_state()


@given(st.lists(events, max_size=20), st.lists(events, max_size=5))
def test_what_is_supposed_on_a_copy_does_not_happen(domain, happened, supposed):
    tracker = fold(domain, *happened)
    before = json.dumps(tracker.current_state())
    twin = tracker.copy()
    twin.apply(*supposed)
    assert json.dumps(tracker.current_state()) == before
    assert state_of(twin) == state_of(fold(domain, *happened, *supposed))


@given(st.lists(events, max_size=25))
def test_only_what_is_applied_counts(domain, happened):
    """Folding the applied events alone gives the same state, but for what a restart leaves."""
    tracker = fold(domain, *happened)
    again = fold(domain, *tracker.applied)
    assert again.slots == tracker.slots
    assert again.active_loop == tracker.active_loop
    assert again.latest_message == tracker.latest_message
    assert again.paused == tracker.paused
