"""1c, events and the tracker: as rasa-sdk makes and reads them."""

from __future__ import annotations

from pathlib import Path

from rasa_sdk.knowledge_base.utils import (
    SLOT_LAST_OBJECT,
    SLOT_LAST_OBJECT_TYPE,
    SLOT_LISTED_OBJECTS,
)

from dialogue.actions.runner import HttpRunner
from dialogue.domain import Domain
from dialogue.events import (
    AgentUttered,
    Event,
    SlotSet,
    UserUttered,
)
from dialogue.project import load_project
from dialogue.tracker import Tracker
from nlu.types import Entity, IntentScore, Understanding
from tests.conformance.conftest import BOT, LISTEN, Talk, seen


def test_every_event_that_the_sdk_makes_is_read_and_written_alike(
    runner: HttpRunner, tracker: Tracker, bot_domain: Domain
) -> None:
    """Legacy `form` and `form_validation` come out under their new names."""
    result = runner.run("action_tell_events", tracker, bot_domain)
    sent = [event.to_json() for event in result.events]
    kinds = [event["event"] for event in sent]
    assert kinds == [
        *("user", "bot", "slot", "restart", "session_started", "session_ended", "rewind"),
        *("reset_slots", "reminder", "cancel_reminder", "cancel_reminder", "undo", "export"),
        *("followup", "pause", "resume", "action", "agent", "active_loop", "active_loop"),
        *("loop_interrupted", "action_execution_rejected", "active_loop", "loop_interrupted"),
    ]
    by_kind = {event["event"]: event for event in reversed(sent)}
    assert by_kind["slot"]["value"] == [1, None, {"a": "b"}]
    reminder = by_kind["reminder"]
    assert reminder["date_time"] == "2030-01-01T09:00:00+00:00"
    assert (reminder["name"], reminder["kill_on_user_msg"]) == ("soon", False)
    assert reminder["entities"] == {"city": "Oslo"}
    assert by_kind["session_ended"]["metadata"] == {"_reason": "done"}
    assert by_kind["agent"]["data"] == {"x": 1}
    assert by_kind["user"]["parse_data"]["intent"] == {"name": "greet", "confidence": 0.9}
    assert (sent[-2]["name"], sent[-1]["is_interrupted"]) == ("trip_form", True)


def test_a_bot_events_attachment_falls_back_to_its_image(talk: Talk) -> None:
    talk.say("/greet")
    data = talk.events("bot")[0]["data"]
    assert data["attachment"] == data["image"] == "https://shop.example/old.png"
    assert set(data) == {"elements", "quick_replies", "buttons", "attachment", "image", "custom"}
    assert data["elements"] is data["quick_replies"] is data["custom"] is None


def test_a_bot_events_metadata_names_its_response(talk: Talk) -> None:
    talk.say("/greet")
    assert talk.events("bot")[0]["metadata"] == {
        "linkTarget": "_self",
        "utter_action": "utter_greet",
    }


def test_every_event_has_its_kind_and_its_time(talk: Talk) -> None:
    talk.say("/plan_trip", metadata={"page": 1})
    talk.say('/inform{"city": "oslo"}')
    log = talk.events()
    assert all(isinstance(event["timestamp"], float) for event in log)
    times = [event["timestamp"] for event in log]
    assert times == sorted(times)


def test_the_tracker_is_the_same_to_the_sdk_as_to_us(
    runner: HttpRunner, bot_domain: Domain
) -> None:
    """Tracker JSON: what rasa-sdk makes of it is what we meant."""
    meaning = Understanding(
        "to Oslo", (IntentScore("inform", 0.9),), (Entity("city", "Oslo", 3, 7, role="to"),)
    )
    said = UserUttered("to Oslo", meaning, "kiosk", "m1", timestamp=2.0)
    happened: list[Event] = [LISTEN, said, SlotSet("days", [1, "a", None], timestamp=3.0)]
    tracker = Tracker.from_events("ada", bot_domain, happened)
    state = seen(runner.run("action_look", tracker, bot_domain))["state"]
    own = tracker.current_state()
    for key in ("sender_id", "slots", "latest_message", "events", "paused", "active_loop"):
        assert state[key] == own[key], key
    assert state["latest_event_time"] == own["latest_event_time"] == 3.0
    assert state["latest_input_channel"] == "kiosk"
    (entity,) = state["latest_message"]["entities"]
    assert {"entity": "city", "value": "Oslo", "start": 3, "end": 7, "role": "to"}.items() <= (
        entity.items()
    )


def test_a_pause_from_an_action_ends_the_answers(talk: Talk) -> None:
    """While paused messages are logged and nothing is said; `restart` is acted on."""
    assert talk.say("/pause") == [{"text": "We open at nine."}]
    assert talk.say("/faq") == []
    assert talk.events("user")[-1]["text"] == "/faq"
    talk.say("/restart")
    assert talk.say("/faq") == [{"text": "We open at nine."}]


def test_implicit_slots_come_with_what_needs_them(tmp_path: Path, bot_domain: Domain) -> None:
    """requested_slot with a form, the knowledge base's with its action, and else neither."""
    (tmp_path / "domain.yml").write_text("intents: [greet]\nresponses: {utter_a: [{text: a}]}\n")
    assert list(load_project(tmp_path).domain.slots) == ["session_started_metadata"]
    of_knowledge = {name for name in bot_domain.slots if name.startswith("knowledge_base_")}
    assert of_knowledge == {SLOT_LAST_OBJECT, SLOT_LAST_OBJECT_TYPE, SLOT_LISTED_OBJECTS}
    assert bot_domain.slots["requested_slot"].influence_conversation is False


def test_a_persons_words_are_stored_and_mean_nothing_to_the_policies(bot_domain: Domain) -> None:
    """`agent`: core stores it, no effect on policies."""
    policies = load_project(BOT).policies
    understood = Understanding("/faq", (IntentScore("faq", 1.0),))
    happened: list[Event] = [LISTEN, UserUttered("/faq", understood, timestamp=2.0)]
    words = AgentUttered("I am Ben.", {"x": 1}, timestamp=3.0)
    plain = Tracker.from_events("ada", bot_domain, happened)
    spoken = Tracker.from_events("ada", bot_domain, [*happened, words])
    assert spoken.current_state()["events"][-1]["text"] == "I am Ben."
    assert policies.predict(spoken) == policies.predict(plain)
    assert policies.predict(spoken).action == "utter_faq"
