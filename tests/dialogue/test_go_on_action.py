"""`action_go_on`: a message that a response would answer may go on with the conversation."""

from __future__ import annotations

from collections.abc import Callable

from bot_stories import Bot
from rasa_sdk import Action
from rasa_sdk.events import SlotSet

MakeBot = Callable[..., Bot]

DOMAIN = """
    intents: [parcel, weather]
    slots:
      last: {type: text, influence_conversation: false}
    responses:
      utter_parcel: [text: On its way]
      utter_weather: [text: Sunny]
    actions: [action_go_on, action_parcel]
"""
RULES = """
    rules:
    - rule: parcel
      steps: [{intent: parcel}, {action: action_parcel}, {action: utter_parcel}]
    - rule: weather
      steps: [{intent: weather}, {action: utter_weather}]
"""


class Parcel(Action):
    def name(self) -> str:
        return "action_parcel"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("last", "parcel")]


class GoOn(Action):
    def name(self) -> str:
        return "action_go_on"

    def run(self, dispatcher, tracker, domain):
        if tracker.get_slot("last") is None:
            return []
        dispatcher.utter_message(text="The parcel stays dry.")
        return [SlotSet("last", None)]


class Broken(GoOn):
    def run(self, dispatcher, tracker, domain):
        raise RuntimeError("away")


def test_what_goes_on_is_answered_in_place_of_the_response(make_bot: MakeBot) -> None:
    bot = make_bot(Parcel(), GoOn(), domain=DOMAIN, rules=RULES)
    assert bot.hears("/weather") == ["Sunny"]
    assert bot.hears("/parcel") == ["On its way"]  # only the first action of a turn is looked at
    assert bot.hears("/weather") == ["The parcel stays dry."]
    assert bot.hears("/weather") == ["Sunny"]


def test_without_it_or_when_it_fails_the_response_is_said(make_bot: MakeBot) -> None:
    bot = make_bot(Parcel(), Broken(), domain=DOMAIN, rules=RULES)
    assert bot.hears("/weather") == ["Sunny"]
