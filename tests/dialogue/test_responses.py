"""What the bot says: wordings, placeholders, and what actions add."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bot_stories import Bot, project_of
from hypothesis import given
from hypothesis import strategies as st
from rasa_sdk import Action

from dialogue.domain import SlotCondition
from dialogue.errors import EventError
from dialogue.responses import Responses, Utterance, interpolate

MakeBot = Callable[..., Bot]

DOMAIN = """
    slots:
      name: {type: text, mappings: [{type: custom}]}
      vip: {type: bool, mappings: [{type: custom}]}
    responses:
      utter_hello:
      - text: Hello {name}
      - text: Hello on the web
        channel: web
      - text: Welcome back
        condition: [{type: slot, name: vip, value: true}]
      - text: Welcome back on the web
        channel: web
        condition: [{type: slot, name: vip, value: true}]
      utter_dice: [{text: one}, {text: two}, {text: three}]
      utter_app: [{text: app, channel: app}]
      utter_rich:
      - text: "Hi {name}"
        image: "https://shop/{name}.png"
        buttons: [{title: "I am {name}", payload: '/inform{"name": "{name}"}'}]
        custom: {to: ["{name}"], count: 3}
        metadata: {tone: warm}
"""


@pytest.fixture
def responses(tmp_path: Path) -> Responses:
    domain = project_of(tmp_path, domain=DOMAIN).domain
    return Responses(domain, random.Random(1))


@pytest.mark.parametrize(
    ("slots", "channel", "text"),
    [
        ({"name": "Ann"}, "rest", "Hello Ann"),
        ({"name": "Ann"}, "web", "Hello on the web"),
        ({"name": "Ann", "vip": True}, "rest", "Welcome back"),
        ({"name": "Ann", "vip": True}, "web", "Welcome back on the web"),
        ({"name": "Ann", "vip": "TRUE"}, "web", "Hello on the web"),
        ({"name": "Ann", "vip": False}, "rest", "Hello Ann"),
        ({}, "rest", "Hello {name}"),
    ],
)
def test_the_wording_that_fits_best(responses: Responses, slots, channel, text):
    assert responses.say_utterance(Utterance("utter_hello"), slots, channel).text == text


def test_equal_wordings_are_drawn_and_the_draw_can_be_repeated(tmp_path: Path):
    domain = project_of(tmp_path, domain=DOMAIN).domain

    def draw() -> list[str | None]:
        responses = Responses(domain, random.Random(4))
        return [
            responses.say_utterance(Utterance("utter_dice"), {}, "rest").text for _ in range(20)
        ]

    assert draw() == draw()
    assert set(draw()) == {"one", "two", "three"}


@pytest.mark.parametrize(
    ("wanted", "value", "holds"),
    [
        ("none", None, False),
        (None, None, True),
        (None, "none", False),
        ("Gold", "gold", True),
        ("4", 4, False),
        (4, 4.0, True),
        (True, True, True),
        (False, None, False),
    ],
)
def test_when_a_condition_on_a_slot_holds(wanted: Any, value: Any, holds: bool):
    """Only two texts are compared without regard to case; an empty slot equals no text."""
    assert SlotCondition("cover", wanted).holds({"cover": value}) is holds


def test_what_is_not_meant_for_the_channel_is_not_said(responses: Responses):
    assert responses.say_utterance(Utterance("utter_app"), {}, "rest") is None
    assert responses.say_utterance(Utterance("utter_app"), {}, "app").text == "app"
    assert responses.say_utterance(Utterance("utter_unknown"), {}, "rest") is None


def test_placeholders_are_filled_everywhere(responses: Responses):
    said = responses.say_utterance(Utterance("utter_rich"), {"name": "Ann"}, "rest")
    assert said.text == "Hi Ann"
    assert said.image == "https://shop/Ann.png"
    assert said.buttons == ({"title": "I am Ann", "payload": '/inform{"name": "Ann"}'},)
    assert said.custom == {"to": ["Ann"], "count": 3}
    assert said.metadata == {"tone": "warm", "utter_action": "utter_rich"}


def test_a_chinese_value_stands_without_spaces_and_a_name_with_them():
    asked = "把 {a} 换成 {b} 吗？满 {c} 可用。"
    filled = interpolate(asked, {"a": "Linen Shirt（白色）", "b": "Linen Shirt", "c": "€50"}, "zh")
    assert filled == "把 Linen Shirt（白色）换成 Linen Shirt 吗？满 €50 可用。"
    assert interpolate("寄到 {a} 吗", {"a": "荷兰"}, "zh") == "寄到荷兰吗"
    assert interpolate("to {a} then", {"a": "荷兰"}, "zh") == "to 荷兰 then"


def test_what_is_not_marked_as_chinese_is_said_as_it_was_written():
    assert interpolate("寄到 {a} 吗", {"a": "荷兰"}) == "寄到 荷兰 吗"


def test_json_in_a_text_stays_whole():
    payload = '/inform{"size": "large"}'
    assert interpolate(payload, {"size": 1}) == payload
    assert interpolate("{a} and {b}", {"a": 1}) == "{a} and {b}"
    assert interpolate("{a}{{a}}", {"a": "{b}", "b": 1}) == "{b}{{b}}"


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=4), st.integers(), max_size=3))
def test_any_text_can_be_filled(text, variables):
    assert isinstance(interpolate(text, variables), str)
    if "{" not in text:
        assert interpolate(text, variables) == text


def test_an_action_may_add_to_a_response(responses: Responses):
    utterance = Utterance.from_json(
        {
            "response": "utter_rich",
            "template": "utter_rich",
            "text": None,
            "image": "https://other",
            "buttons": [{"title": "More", "payload": "/more"}],
            "elements": [],
            "custom": {},
            "name": "Bob",
        }
    )
    said = responses.say_utterance(utterance, {"name": "Ann"}, "rest")
    assert said.text == "Hi Bob"
    assert said.image == "https://other"
    assert [button["title"] for button in said.buttons] == ["I am Bob", "More"]
    assert said.custom == {"to": ["Bob"], "count": 3}
    assert said.metadata["utter_action"] == "utter_rich"


def test_older_actions_say_template(responses: Responses):
    utterance = Utterance.from_json({"template": "utter_hello", "name": "Eve"})
    assert responses.say_utterance(utterance, {}, "rest").text == "Hello Eve"


@pytest.mark.parametrize(
    "data", ["hello", {"buttons": "yes"}, {"buttons": ["yes"]}, {"elements": {"a": 1}}]
)
def test_what_is_no_utterance_is_refused(data):
    with pytest.raises(EventError):
        Utterance.from_json(data)


class SaysMore(Action):
    def name(self):
        return "action_say"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="plain")
        dispatcher.utter_message(response="utter_helo", name="Ann")
        dispatcher.utter_message(json_message={"handoff": True})
        return [{"event": "slot", "name": "nme", "value": 1}]


def test_mistakes_of_an_action_are_told_to_the_operator(make_bot: MakeBot):
    bot = make_bot(
        SaysMore,
        domain=DOMAIN + "    intents: [greet]\n    actions: [action_say]\n",
        rules="rules: [{rule: g, steps: [{intent: greet}, {action: action_say}]}]",
    )
    assert bot.hears("/greet") == ["plain", None]
    assert bot.turn.messages[1].custom == {"handoff": True}
    assert bot.problems == (
        "the action 'action_say' wants the unknown response 'utter_helo';"
        " did you mean 'utter_hello'?",
        "the action 'action_say' set the unknown slot 'nme'; did you mean 'name'?",
    )


def test_a_response_for_another_channel_is_a_problem(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN + "    intents: [greet]\n",
        rules="rules: [{rule: g, steps: [{intent: greet}, {action: utter_app}]}]",
    )
    assert bot.hears("/greet") == []
    assert "utter_app" in bot.problems[0]
    assert bot.hears("/greet", channel="app") == ["app"]


FAQ = """
    intents: [faq]
    responses:
      utter_faq/wrap: [text: We wrap]
      utter_faq/return: [text: "30 days"]
      utter_action_failed: [text: Our fault]
    rules: [{rule: faq, steps: [{intent: faq}, {action: utter_faq}]}]
"""


def test_a_retrieval_intent_is_answered_with_what_was_found(make_bot: MakeBot):
    bot = make_bot(faq=FAQ)
    bot.meanings.teach("can I return it", "faq", retrieval=["faq/return", "faq/wrap"])
    assert bot.hears("can I return it") == ["30 days"]
    assert bot.turn.messages[0].metadata["utter_action"] == "utter_faq/return"
    assert bot.hears("/faq/wrap") == ["We wrap"]


@pytest.mark.parametrize("found", [[], ["faq/gone"]])
def test_nothing_found_is_said_and_told(make_bot: MakeBot, found: list[str]):
    bot = make_bot(faq=FAQ)
    bot.meanings.teach("hm", "faq", retrieval=found)
    assert bot.hears("hm") == ["Our fault"]
    assert "'utter_faq' has no answer" in bot.problems[0]
