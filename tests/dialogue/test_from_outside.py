"""What the bot does without a message: triggers, logged messages, single actions, events."""

from __future__ import annotations

import pytest
from bot_stories import Bot
from rasa_sdk import Action

from dialogue.errors import EventError, NoSuchName
from dialogue.event_fields import read_entities
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    EntitiesAdded,
    Restarted,
    SessionEnded,
    SessionStarted,
    SlotSet,
    Unread,
    UserUttered,
)
from dialogue.messages import BotMessage, UserMessage
from dialogue.tracker_views import Shown, as_it_was, tracker_json
from nlu.types import Entity, IntentScore, Understanding

DOMAIN = """
    intents: [greet, dry_plant, restart]
    entities: [plant]
    slots:
      plant: {type: text, mappings: [{type: from_entity, entity: plant}]}
      customer_id: {type: any, influence_conversation: false, mappings: [{type: custom}]}
    actions: [action_water]
    responses:
      utter_greet: [{text: hello}]
      utter_dry: [{text: "your {plant} is dry"}]
"""
RULES = """
    rules:
    - {rule: hello, steps: [{intent: greet}, {action: utter_greet}]}
    - {rule: dry, steps: [{intent: dry_plant}, {action: utter_dry}]}
"""


class Water(Action):
    def name(self):
        return "action_water"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"watered for {tracker.get_slot('customer_id')}")
        return [{"event": "slot", "name": "plant", "value": "wet"}]


@pytest.fixture
def bot(make_bot) -> Bot:
    return make_bot(Water, domain=DOMAIN, rules=RULES)


def texts(turn) -> list[str | None]:
    return [said.text for said in turn.messages]


def user_event(turn) -> UserUttered:
    return next(event for event in turn.events if isinstance(event, UserUttered))


def test_external_trigger_has_rasas_text_mark_and_confidence(bot: Bot):
    """External trigger: `EXTERNAL: <intent>`, metadata.is_external true, confidence 1.0."""
    bot.hears("/greet", channel="socketio")
    turn = bot.agent.trigger(bot.tracker, "dry_plant", read_entities({"plant": "orchid"}))
    assert texts(turn) == ["your orchid is dry"]
    written = user_event(turn).to_json()
    assert written["text"] == "EXTERNAL: dry_plant"
    assert written["metadata"] == {"is_external": True}
    assert written["parse_data"]["intent"] == {"name": "dry_plant", "confidence": 1.0}
    assert written["input_channel"] == "socketio"  # the latest one stays known
    assert bot.tracker.latest_action_name == "action_listen"


@pytest.mark.parametrize(
    "entities", [{"plant": "fern"}, [{"entity": "plant", "value": "fern", "start": 0, "end": 0}]]
)
def test_entities_of_a_trigger_are_a_list_or_an_object(bot: Bot, entities):
    """trigger_intent: `{name, entities? (list or dict)}`."""
    bot.agent.trigger(bot.tracker, "dry_plant", read_entities(entities))
    assert bot.slot("plant") == "fern"


@pytest.mark.parametrize(
    "entities", ["fern", 3, [{"entity": "plant"}], [{"value": 1, "entity": 2}]]
)
def test_other_entities_are_refused(entities):
    with pytest.raises(EventError):
        read_entities(entities)


def test_a_trigger_in_a_fresh_conversation_begins_a_session(bot: Bot):
    turn = bot.agent.trigger(bot.tracker, "dry_plant")
    assert [event.KIND for event in turn.events][:3] == ["action", "session_started", "action"]


def test_an_unknown_intent_is_refused_with_the_nearest(bot: Bot):
    with pytest.raises(NoSuchName, match="did you mean 'dry_plant'"):
        bot.agent.trigger(bot.tracker, "dry_plants")
    assert bot.tracker.events == []


def test_while_paused_only_restart_is_acted_on_and_all_is_logged(bot: Bot):
    """While paused only intent "restart" is acted on; messages are still logged."""
    bot.hears("/greet")
    bot.tracker.apply(ConversationPaused())
    assert bot.hears("/greet") == []
    assert bot.tracker.latest_message.text == "/greet"
    assert texts(bot.agent.trigger(bot.tracker, "dry_plant")) == []
    assert bot.tracker.latest_message.text == "EXTERNAL: dry_plant"
    assert bot.tracker.paused
    bot.agent.trigger(bot.tracker, "restart")
    assert not bot.tracker.paused


def test_a_resumed_conversation_answers_again(bot: Bot):
    bot.hears("/greet")
    bot.tracker.apply(ConversationPaused())
    bot.hears("/greet")
    bot.tracker.apply(ConversationResumed())
    assert bot.hears("/greet") == ["hello"]


def test_session_ended_closes_the_session(bot: Bot):
    """session_ended: metadata{_reason?}; accept and close the session."""
    bot.hears("/greet")
    bot.tracker.apply(SessionEnded(metadata={"_reason": "done"}))
    bot.hears("/greet")
    assert bot.turn.events[1].KIND == "session_started"
    assert not bot.tracker.ended


def test_restart_is_followed_by_a_session_start(bot: Bot):
    """`restart` = reset everything, then follow-up action_session_start."""
    bot.hears("/greet")
    bot.tracker.apply(SlotSet("plant", "fern"), Restarted())
    assert bot.slot("plant") is None
    assert bot.agent.predict(bot.tracker).action == "action_session_start"


def test_a_logged_message_fills_slots_and_is_not_answered(bot: Bot):
    """messages: logs the user turn + slot extraction, NO action prediction."""
    message = UserMessage('/dry_plant{"plant": "ivy"}', "someone", "m1")
    turn = bot.agent.log_message(bot.tracker, message)
    assert bot.slot("plant") == "ivy"
    assert turn.messages == ()
    assert turn.events[-1] == SlotSet("plant", "ivy", timestamp=turn.events[-1].timestamp)
    assert bot.agent.predict(bot.tracker).action == "utter_dry"


def test_a_logged_message_may_bring_its_meaning(bot: Bot):
    """messages: `parse_data?`."""
    meaning = Understanding(
        "dry!", (IntentScore("dry_plant", 0.7),), (Entity("plant", "elm", 0, 3),)
    )
    bot.agent.log_message(bot.tracker, UserMessage("dry!", "someone", "m1"), meaning)
    assert bot.meanings.asked == []
    assert bot.slot("plant") == "elm"


def test_one_named_action_is_executed(bot: Bot):
    """execute: `{name, policy?, confidence?}`."""
    bot.hears("/greet")
    turn = bot.agent.execute(
        bot.tracker, "action_water", policy="mine", confidence=0.4, trusted_slots={"customer_id": 7}
    )
    assert texts(turn) == ["watered for 7"]
    done = next(event for event in turn.events if isinstance(event, ActionExecuted))
    assert (done.name, done.policy, done.confidence) == ("action_water", "mine", 0.4)
    assert bot.slot("plant") == "wet"
    again = bot.agent.execute(bot.tracker, "utter_greet", trusted_slots={"customer_id": 7})
    assert [event.KIND for event in again.events] == ["action", "bot"]  # no listening between
    with pytest.raises(NoSuchName, match="utter_greet"):
        bot.agent.execute(bot.tracker, "utter_greets")


def test_appended_events_keep_their_time_and_follow_a_session_start(bot: Bot):
    """events: new ids get a session first."""
    turn = bot.agent.append(bot.tracker, [BotUttered(BotMessage("hi"), timestamp=5.0)])
    assert [event.KIND for event in turn.events] == ["action", "session_started", "action", "bot"]
    assert turn.events[-1].timestamp == 5.0
    more = bot.agent.append(bot.tracker, [SlotSet("plant", "x")])
    assert [event.KIND for event in more.events] == ["slot"]
    assert more.events[0].timestamp is not None


def test_events_that_bring_their_session_get_no_other(make_bot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    events = [ActionExecuted("action_session_start"), SessionStarted(), SlotSet("plant", "x")]
    turn = bot.agent.append(bot.tracker, events)
    assert [event.KIND for event in turn.events] == ["action", "session_started", "slot"]


def test_unknown_events_are_inert_and_the_conversation_goes_on(bot: Bot):
    """A tracker with unknown events: a clear error with its place, and the conversation goes on."""
    bot.hears("/greet")
    log = [event.to_json() for event in bot.tracker.events]
    odd = [{"event": "stack", "timestamp": 1.0, "update": "[]"}, {"event": "slot"}]
    tracker = bot.agent.tracker_of("someone", [*log[:3], *odd, *log[3:]])
    unread = [event for event in tracker.events if isinstance(event, Unread)]
    assert [event.to_json() for event in unread] == odd
    assert unread[0].problem.startswith("there is no kind of event 'stack'")
    assert "lacks 'name'" in unread[1].problem
    assert tracker.slots == bot.tracker.slots
    answer = bot.agent.respond(tracker, UserMessage("/greet", "someone", "m9"))
    assert texts(answer) == ["hello"]


def test_which_events_are_shown(bot: Bot):
    """`include_events=ALL|APPLIED|AFTER_RESTART(default)|NONE`."""
    bot.hears("/greet")
    before = len(bot.tracker.events)
    bot.tracker.apply(Restarted(), SlotSet("plant", "x"))

    def kinds(shown: Shown) -> list[str] | None:
        events = tracker_json(bot.tracker, shown)["events"]
        return None if events is None else [event["event"] for event in events]

    assert len(kinds(Shown.ALL)) == before + 2
    assert kinds(Shown.AFTER_RESTART) == ["slot"]
    assert kinds(Shown.APPLIED) == ["slot"]
    assert kinds(Shown.NONE) is None


def test_a_tracker_as_it_was(bot: Bot):
    """`?until=ts`."""
    bot.hears("/greet")
    moment = bot.clock.now
    bot.hears('/dry_plant{"plant": "ivy"}')
    assert as_it_was(bot.tracker, moment).slots["plant"] is None
    assert as_it_was(bot.tracker, bot.clock.now).slots["plant"] == "ivy"


def test_entities_of_a_policy_join_the_message(bot: Bot):
    """`entities` entities[]: as when an end-to-end conversation is replayed."""
    found = Entity("plant", "ivy", 0, 3)
    said = UserUttered("ivy", Understanding("ivy"))
    bot.tracker.apply(ActionExecuted("action_listen"), said, EntitiesAdded((found, found)))
    assert bot.tracker.current_state()["latest_message"]["entities"] == [found.to_rasa()] * 2
    bot.tracker.apply(EntitiesAdded((found,)))
    assert len(bot.tracker.latest_message.understanding.entities) == 2  # known already
    bot.tracker.apply(ActionExecuted("utter_greet"), EntitiesAdded((Entity("plant", "x", 0, 1),)))
    assert len(bot.tracker.latest_message.understanding.entities) == 2  # too late


def test_the_latest_action_is_a_name_or_a_text(bot: Bot):
    """`latest_action: {"action_name"} | {"action_text"}`, `latest_action_name`."""
    bot.tracker.apply(ActionExecuted("utter_greet"))
    assert bot.tracker.current_state()["latest_action"] == {"action_name": "utter_greet"}
    bot.tracker.apply(ActionExecuted(None, action_text="Good day."))
    state = bot.tracker.current_state()
    assert state["latest_action"] == {"action_text": "Good day."}
    assert state["latest_action_name"] == "Good day."


def test_the_trackers_keys_are_exactly_rasas(bot: Bot):
    """Tracker JSON (`tracker.current_state`)."""
    bot.hears("/greet")
    bot.tracker.apply(ActiveLoop("x"))
    state = bot.tracker.current_state()
    assert list(state) == [
        "sender_id", "slots", "latest_message", "latest_event_time", "followup_action", "paused",
        "events", "latest_input_channel", "active_loop", "latest_action", "latest_action_name",
    ]  # fmt: skip
    assert set(state["active_loop"]) == {"name", "is_interrupted", "rejected", "trigger_message"}
    assert {"intent", "entities", "text", "message_id", "metadata", "intent_ranking"} <= set(
        state["latest_message"]
    )
