"""Events are written and read in Rasa's JSON."""

from __future__ import annotations

import json

import pytest
from event_strategies import events
from hypothesis import given

from dialogue.errors import EventError
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    LoopInterrupted,
    SlotSet,
    UserUttered,
    event_from_json,
)
from dialogue.messages import BotMessage
from nlu.types import IntentScore, RetrievalHit, Understanding


@given(events)
def test_what_is_written_is_read_back(event):
    through_a_wire = json.loads(json.dumps(event.to_json()))
    assert event_from_json(through_a_wire) == event


def test_a_message_carries_what_it_means():
    meaning = Understanding(
        "gift?", (IntentScore("faq", 0.9),), retrieval=(RetrievalHit("faq/wrapping", 0.7),)
    )
    written = UserUttered("gift?", meaning, "rest", "m1", timestamp=3.0).to_json()
    assert written["event"] == "user"
    assert written["text"] == "gift?"
    assert written["input_channel"] == "rest"
    assert written["message_id"] == "m1"
    assert written["parse_data"]["intent"] == {
        "name": "faq",
        "confidence": 0.9,
        "full_retrieval_intent_name": "faq/wrapping",
    }


def test_an_image_stands_as_the_attachment_too():
    written = BotUttered(BotMessage("look", image="a.png")).to_json()
    assert written["data"]["attachment"] == "a.png"
    assert written["data"]["buttons"] is None


def test_older_names_are_understood():
    assert event_from_json({"event": "form", "name": "f"}) == ActiveLoop("f")
    assert event_from_json({"event": "form", "name": None}) == ActiveLoop(None)
    older = {"event": "form_validation", "validate": False, "timestamp": 1.0}
    assert event_from_json(older) == LoopInterrupted(True, timestamp=1.0)


def test_what_an_action_server_leaves_out_is_not_needed():
    assert event_from_json({"event": "slot", "name": "a", "value": 1, "metadata": None}) == SlotSet(
        "a", 1
    )
    said = event_from_json({"event": "user", "text": "hi", "parse_data": {"intent": {}}})
    assert isinstance(said, UserUttered)
    assert said.intent is None
    guessed = {"event": "user", "text": "hi", "parse_data": {"intent": {"name": "greet"}}}
    assert event_from_json(guessed).intent == "greet"
    assert event_from_json({"event": "action", "name": "a"}) == ActionExecuted("a")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "with the key 'event'"),
        ("slot", "with the key 'event'"),
        ({"event": "slott"}, "no kind of event 'slott'"),
        ({"event": "slot", "name": "a"}, "lacks 'value'"),
        ({"event": "slot", "value": "a"}, "lacks 'name'"),
        ({"event": "slot", "name": 3, "value": 1}, "has the name 3"),
        ({"event": "followup"}, "lacks 'name'"),
        ({"event": "entities", "entities": [{"entity": "city"}]}, "'entity' and 'value'"),
        ({"event": "user", "parse_data": {"entities": ["x"]}}, "'entity' and 'value'"),
        ({"event": "user", "parse_data": {"intent": "greet"}}, "'intent' is an object"),
        ({"event": "bot", "data": "x"}, "'data' is an object"),
        ({"event": "bot", "data": {"buttons": "x"}}, "'buttons' is a list of objects"),
        ({"event": "bot", "data": {"elements": ["x"]}}, "'elements' is a list of objects"),
        ({"event": "bot", "text": 3}, "'text' is a string"),
        ({"event": "user", "text": ["x"]}, "'text' is a string"),
        ({"event": "user", "parse_data": {"intent": {"name": {"a": 1}}}}, "an intent has a name"),
        (
            {"event": "user", "parse_data": {"intent": {"name": "a", "confidence": "b"}}},
            "'confidence' is a number",
        ),
        (
            {"event": "user", "parse_data": {"intent": {"name": "a", "confidence": 10**400}}},
            "'confidence' is a number",
        ),
        (
            {"event": "user", "parse_data": {"out_of_scope_score": "high"}},
            "'out_of_scope_score' is a number",
        ),
        (
            {
                "event": "user",
                "parse_data": {
                    "response_selector": {
                        "faq": {"ranking": [{"intent_response_key": "faq/a", "confidence": "b"}]}
                    }
                },
            },
            "'confidence' is a number",
        ),
        ({"event": "user", "parse_data": {"intent_ranking": ["x"]}}, "is a list of objects"),
        ({"event": "bot", "metadata": "x"}, "'metadata' is an object"),
        ({"event": "restart", "timestamp": "now"}, "a timestamp is a number"),
        ({"event": "restart", "timestamp": -1}, "since 1970"),
        ({"event": "restart", "timestamp": 1e300}, "since 1970"),
        ({"event": "reminder", "intent": "a"}, "lacks 'date_time'"),
        ({"event": "reminder", "date_time": "2026-01-01"}, "lacks 'intent'"),
        ({"event": "loop_interrupted"}, "lacks 'is_interrupted'"),
        ({"event": "action", "name": "a", "confidence": "high"}, "has the confidence 'high'"),
    ],
)
def test_what_is_no_event_is_refused(data, complaint):
    with pytest.raises(EventError, match=complaint):
        event_from_json(data)


BOT_DATA = {
    "elements": None, "quick_replies": None, "buttons": None,
    "attachment": None, "image": None, "custom": None,
}  # fmt: skip
# Each row of the contract's table with the keys that it has beside event, timestamp and metadata.
ROWS = [
    {"event": "bot", "text": "hi", "data": BOT_DATA, "metadata": {"utter_action": "utter_hi"}},
    {"event": "action", "name": "a", "policy": "p", "confidence": 0.5, "action_text": None,
     "hide_rule_turn": True},
    {"event": "action", "name": None, "policy": None, "confidence": None, "action_text": "Good day",
     "hide_rule_turn": False},
    {"event": "slot", "name": "city", "value": ["a", 1, None]},
    {"event": "active_loop", "name": "form"},
    {"event": "active_loop", "name": None},
    {"event": "loop_interrupted", "is_interrupted": True},
    {"event": "action_execution_rejected", "name": "a", "policy": "p", "confidence": 1.0},
    {"event": "followup", "name": "a"},
    {"event": "reset_slots"},
    {"event": "restart"},
    {"event": "session_started"},
    {"event": "pause"},
    {"event": "resume"},
    {"event": "export", "path": None},
    {"event": "undo"},
    {"event": "rewind"},
    {"event": "reminder", "intent": "i", "entities": {"a": 1}, "date_time": "2026-05-01T09:00:00Z",
     "name": "n", "kill_on_user_msg": False},
    {"event": "cancel_reminder", "name": None, "intent": None, "entities": None},
    {"event": "agent", "text": "hello", "data": {"x": 1}},
    {"event": "entities", "entities": [{"entity": "a", "value": 1, "start": 0, "end": 1}]},
    {"event": "user_featurization", "use_text_for_featurization": True},
    {"event": "session_ended", "metadata": {"_reason": "timeout"}},
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["event"])
def test_each_row_of_the_table_is_written_with_exactly_its_keys(row):
    data = {"timestamp": 12.5, **row}
    assert event_from_json(data).to_json() == data


def test_a_user_event_has_the_contracts_keys():
    """user: text, parse_data{…}, input_channel, message_id, metadata."""
    data = {
        "event": "user", "timestamp": 1.0, "text": "to Oslo", "input_channel": "rest",
        "message_id": "m1", "metadata": {"a": 1},
        "parse_data": {
            "text": "to Oslo", "message_id": "m1", "metadata": {"a": 1},
            "intent": {"name": "go", "confidence": 0.9},
            "intent_ranking": [{"name": "go", "confidence": 0.9}],
            "entities": [{"entity": "city", "value": "Oslo", "start": 3, "end": 7, "role": "to",
                          "confidence_entity": 0.8, "extractor": "DIETClassifier"}],
            "response_selector": {"all_retrieval_intents": []},
        },
    }  # fmt: skip
    written = event_from_json(data).to_json()
    assert list(written) == [
        "event", "timestamp", "metadata", "text", "parse_data", "input_channel", "message_id",
    ]  # fmt: skip
    parsed = written.pop("parse_data")
    expected = data.pop("parse_data")
    assert written == data
    assert {key: parsed[key] for key in expected} == expected


def test_reminders_leave_out_what_has_a_default():
    """kill_on_user_msg (default true); cancel_reminder: all absent = cancel all for sender."""
    soon = event_from_json(
        {"event": "reminder", "intent": "i", "date_time": "2026-01-01T00:00:00Z"}
    )
    assert soon.kill_on_user_msg
    assert soon.name is None
    assert event_from_json({"event": "cancel_reminder"}).to_json()["intent"] is None


def test_the_inverse_of_an_older_validation():
    """Legacy `form_validation` {validate} = inverse of is_interrupted."""
    for validate in (True, False):
        read = event_from_json({"event": "form_validation", "validate": validate})
        assert read.to_json()["is_interrupted"] is not validate


def test_an_entity_keeps_all_its_keys():
    """Entity object: confidence_entity, extractor, role, group, their confidences, processors."""
    entity = {
        "entity": "city", "value": "Oslo", "start": 0, "end": 4, "role": "to", "group": "1",
        "extractor": "DIETClassifier", "confidence_entity": 0.9, "confidence_role": 0.8,
        "confidence_group": 0.7, "processors": ["EntitySynonymMapper"],
    }  # fmt: skip
    written = event_from_json({"event": "entities", "entities": [entity]}).to_json()
    assert written["entities"] == [entity]
