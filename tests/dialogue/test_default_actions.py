"""What every bot can do: sessions, restarting, going back, and not understanding."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bot_stories import Bot
from rasa_sdk import Action
from rasa_sdk.events import SessionStarted, SlotSet

from dialogue.events import ActionExecuted, ConversationPaused, SessionEnded, UserUttered
from nlu.types import IntentScore, Understanding

MakeBot = Callable[..., Bot]

DOMAIN = """
    intents: [greet, order, weather, chitchat]
    entities: [size]
    slots:
      size: {type: text, influence_conversation: false,
             mappings: [{type: from_entity, entity: size}]}
      visits: {type: float, initial_value: 0, mappings: [{type: custom}]}
    forms: {meal: {required_slots: [size]}}
    responses:
      utter_hello: [text: Hello]
      utter_weather: [text: Sunny]
      utter_noted: [text: "Size {size}"]
      utter_default: [text: Pardon?]
      utter_ask_size: [text: Which size?]
      utter_ask_rephrase: [text: In other words?]
      utter_back: [text: Back we go]
"""
RULES = """
    rules:
    - {rule: greet, steps: [{intent: greet}, {action: utter_hello}]}
    - {rule: weather, steps: [{intent: weather}, {action: utter_weather}]}
    - {rule: order, steps: [{intent: order}, {action: utter_noted}]}
    - {rule: unclear, steps: [{intent: nlu_fallback}, {action: action_two_stage_fallback}]}
"""
SESSION = "session_config: {session_expiration_time: 10, carry_over_slots_to_new_session: "


def kinds(bot: Bot) -> list[str]:
    return [event.KIND for event in bot.turn.events]


def test_a_conversation_begins_with_a_session(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears("/greet", metadata={"page": "/shop"})
    assert kinds(bot) == [
        "slot", "action", "session_started", "slot", "action", "user", "action", "bot", "action",
    ]  # fmt: skip
    assert bot.slot("session_started_metadata") == {"page": "/shop"}
    bot.hears("/greet", metadata={"page": "/other"})
    assert "session_started" not in kinds(bot)
    assert bot.slot("session_started_metadata") == {"page": "/shop"}


@pytest.mark.parametrize(("carried", "size"), [("true", "large"), ("false", None)])
def test_after_a_long_silence_a_new_session_begins(make_bot: MakeBot, carried: str, size):
    bot = make_bot(domain=DOMAIN, rules=RULES, session=f"{SESSION}{carried}}}")
    bot.hears('/order{"size": "large"}')
    bot.clock.pass_minutes(9)
    bot.hears("/greet")
    assert "session_started" not in kinds(bot)
    bot.clock.pass_minutes(11)
    assert bot.hears("/greet") == ["Hello"]
    assert "session_started" in kinds(bot)
    assert bot.slot("size") == size
    assert bot.slot("visits") == 0


def test_a_form_does_not_outlive_its_session(make_bot: MakeBot):
    rules = "rules: [{rule: o, steps: [{intent: order}, {action: meal}, {active_loop: meal}]}]"
    bot = make_bot(domain=DOMAIN, rules=rules)
    bot.hears("/order")
    bot.clock.pass_minutes(61)
    bot.hears("/order")
    assert bot.slot("requested_slot") == "size"
    bot.clock.pass_minutes(61)
    bot.hears("/chitchat")
    assert (bot.loop, bot.slot("requested_slot")) == (None, None)


def test_sessions_may_last_for_ever(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN, rules=RULES, session="session_config: {session_expiration_time: 0}"
    )
    bot.hears("/greet")
    bot.clock.pass_minutes(100_000)
    bot.hears("/greet")
    assert "session_started" not in kinds(bot)


def test_an_ended_session_is_followed_by_another(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears("/greet")
    bot.tracker.apply(SessionEnded())
    bot.hears("/greet")
    assert "session_started" in kinds(bot)


class OwnStart(Action):
    def name(self):
        return "action_session_start"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Welcome")
        listen = {"event": "action", "name": "action_listen"}
        return [SessionStarted(), SlotSet("visits", tracker.get_slot("visits") + 1), listen]


def test_a_project_may_start_sessions_itself(make_bot: MakeBot):
    bot = make_bot(OwnStart, domain=DOMAIN + "    actions: [action_session_start]\n", rules=RULES)
    assert bot.hears("/greet") == ["Welcome", "Hello"]
    assert bot.slot("visits") == 1


def test_a_start_that_fails_does_not_keep_the_bot_from_answering(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN + "    actions: [action_session_start]\n", rules=RULES)
    assert bot.hears("/greet") == ["Hello"]
    assert "action_session_start" in bot.problems[0]


def test_the_bot_may_speak_first(make_bot: MakeBot):
    bot = make_bot(OwnStart, domain=DOMAIN + "    actions: [action_session_start]\n", rules=RULES)
    turn = bot.agent.start_session(bot.tracker, "web")
    assert [message.text for message in turn.messages] == ["Welcome"]
    assert bot.tracker.latest_action_name == "action_listen"


def test_going_back_undoes_the_message_before(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears("/greet")
    bot.hears('/order{"size": "large"}')
    assert bot.hears("/back") == ["Back we go"]
    assert bot.slot("size") is None
    assert bot.tracker.latest_message.intent == "greet"
    assert bot.tracker.latest_action_name == "action_listen"
    assert bot.hears("/back") == ["Back we go"]
    assert bot.hears("/back") == ["Back we go"]
    assert bot.hears("/greet") == ["Hello"]


def test_a_loop_can_be_ended_by_name(make_bot: MakeBot):
    rules = """
        rules:
        - {rule: o, steps: [{intent: order}, {action: meal}, {active_loop: meal}]}
        - rule: leave
          steps: [{intent: greet}, {action: action_deactivate_loop}, {active_loop: null}]
    """
    bot = make_bot(domain=DOMAIN, rules=rules)
    bot.hears("/order")
    bot.hears("/greet")
    assert (bot.loop, bot.slot("requested_slot")) == (None, None)


def test_a_paused_bot_listens_silently_until_it_is_restarted(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears("/greet")
    bot.tracker.apply(ConversationPaused())
    assert bot.hears("/greet") == []
    assert bot.tracker.latest_message.text == "/greet"
    bot.hears("/restart")
    assert bot.hears("/greet") == ["Hello"]


def test_a_turn_that_was_cut_off_does_not_confuse_the_next(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.hears("/greet")
    meaning = Understanding("hm", (IntentScore("weather", 1.0),))
    bot.tracker.apply(UserUttered("hm", meaning, timestamp=bot.clock()))
    bot.tracker.apply(ActionExecuted("utter_weather"))
    assert bot.hears("/greet") == ["Hello"]


def test_messages_that_a_person_answered_do_not_confuse_the_bot(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.tracker.apply(UserUttered("is anybody there", timestamp=bot.clock()))
    assert bot.hears("/greet") == ["Hello"]


# The two-stage fallback


@pytest.fixture
def bot(make_bot: MakeBot) -> Bot:
    bot = make_bot(domain=DOMAIN, rules=RULES)
    for text in ("mumble", "murmur"):
        bot.meanings.teach(text, "nlu_fallback", "order", "greet")
    bot.hears("/greet")
    return bot


def offered(bot: Bot) -> list[str]:
    return [button["payload"] for m in bot.turn.messages for button in m.buttons]


def test_it_asks_whether_the_guess_was_meant(bot: Bot):
    assert bot.hears("mumble") == ["Did you mean 'order'?"]
    assert offered(bot) == ["/order", "/out_of_scope"]
    assert bot.hears('/order{"size": "small"}') == ["Size small"]
    assert bot.loop is None
    assert bot.slot("size") == "small"
    said = [event.text for event in bot.tracker.applied if isinstance(event, UserUttered)]
    assert said == ["/greet", '/order{"size": "small"}']
    assert bot.hears("/weather") == ["Sunny"]


def test_a_clear_message_ends_it_as_well(bot: Bot):
    bot.hears("mumble")
    bot.meanings.teach("how is the weather", "weather")
    assert bot.hears("how is the weather") == ["Sunny"]
    assert bot.tracker.latest_message.understanding.intent.confidence == 1.0


def test_a_no_is_asked_to_rephrase(bot: Bot):
    bot.hears("mumble")
    assert bot.hears("/out_of_scope") == ["In other words?"]
    assert bot.hears("/weather") == ["Sunny"]
    assert bot.loop is None


def test_a_second_guess_that_is_right(bot: Bot):
    bot.hears("mumble")
    bot.hears("/out_of_scope")
    assert bot.hears("murmur") == ["Did you mean 'order'?"]
    assert bot.hears("/order") == ["Size None"]
    assert bot.loop is None


def test_a_second_no_ends_it(bot: Bot):
    bot.hears("mumble")
    bot.hears("/out_of_scope")
    bot.hears("murmur")
    assert bot.hears("/out_of_scope") == ["Pardon?"]
    assert bot.loop is None
    assert bot.hears("/greet") == ["Hello"]


def test_two_unclear_messages_end_it(bot: Bot):
    bot.hears("mumble")
    assert bot.hears("murmur") == ["Pardon?"]
    assert bot.loop is None
    assert bot.tracker.latest_action_name == "action_listen"
    assert bot.tracker.latest_message.intent == "greet"


class OwnQuestion(Action):
    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text

    def name(self):
        return self._name

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=self._text)
        return []


def test_a_project_may_put_the_questions_itself(make_bot: MakeBot):
    own = {
        "action_default_ask_affirmation": "Hm?",
        "action_default_ask_rephrase": "What?",
        "action_default_fallback": "I call somebody",
    }
    actions = [OwnQuestion(name, text) for name, text in own.items()]
    names = f"    actions: [{', '.join(own)}]\n"
    bot = make_bot(*actions, domain=DOMAIN + names, rules=RULES)
    bot.meanings.teach("mumble", "nlu_fallback", "order")
    assert bot.hears("mumble") == ["Hm?"]
    assert bot.hears("/out_of_scope") == ["What?"]
    assert bot.hears("mumble") == ["Hm?"]
    assert bot.hears("/out_of_scope") == ["I call somebody"]
    assert bot.loop is None


def test_without_a_guess_it_asks_for_other_words(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.meanings.teach("mumble", "nlu_fallback")
    assert bot.hears("mumble") == ["In other words?"]


def test_it_asks_which_of_those_that_may_be_meant(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.meanings.teach("mumble", "nlu_fallback", "order", may_be=("order", "greet"))
    assert bot.hears("mumble") == ["Did you mean 'order' or 'greet'?"]
    assert [one["title"] for one in bot.buttons] == ["order", "greet", "Something else"]
    assert bot.buttons[-1]["payload"] == "/out_of_scope"


def test_a_set_that_is_too_large_asks_about_the_best_guess(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=RULES)
    bot.meanings.teach("mumble", "nlu_fallback", "order", may_be=tuple("abcdefg"))
    assert bot.hears("mumble") == ["Did you mean 'order'?"]
