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
        ({"event": "user", "parse_data": {"intent": "greet"}}, "cannot be read"),
        ({"event": "bot", "data": "x"}, "cannot be read"),
    ],
)
def test_what_is_no_event_is_refused(data, complaint):
    with pytest.raises(EventError, match=complaint):
        event_from_json(data)
