"""Which slots a message fills."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bot_stories import Bot
from rasa_sdk import Action, ValidationAction
from rasa_sdk.events import SlotSet

from nlu.types import Entity

MakeBot = Callable[..., Bot]

DOMAIN = """
    intents: [inform, order, affirm, deny, stop, chitchat]
    entities: [{city: {roles: [from, to], groups: ["1"]}}, size]
    slots:
      city: {type: text, mappings: [{type: from_entity, entity: city}]}
      origin: {type: text, mappings: [{type: from_entity, entity: city, role: from}]}
      first: {type: text, mappings: [{type: from_entity, entity: city, group: 1}]}
      sizes: {type: list, mappings: [{type: from_entity, entity: size}]}
      size:
        type: text
        mappings:
        - {type: from_entity, entity: size, not_intent: stop}
      remark:
        type: text
        mappings:
        - {type: from_text, intent: inform}
      anything_but_no:
        type: text
        mappings: [{type: from_text, not_intent: [deny, stop]}]
      agreed:
        type: bool
        mappings:
        - {type: from_intent, intent: affirm, value: true}
        - {type: from_intent, intent: deny, value: false}
      either:
        type: text
        mappings:
        - {type: from_entity, entity: size, intent: order}
        - {type: from_intent, intent: affirm, value: as before}
      never: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""

# Without a fallback, which would take the message and its slots back.
SILENT = "policies: [{name: RulePolicy, enable_fallback_prediction: false}]"


def tell(bot: Bot, intent: str, *entities: Entity, **values) -> Bot:
    bot.meanings.teach("words", intent, entities=entities, **values)
    bot.hears("words")
    return bot


def test_from_entity_asks_for_the_same_role_and_group(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, config=SILENT)
    tell(bot, "inform", Entity("city", "Rome", 0, 4, role="from"))
    assert (bot.slot("origin"), bot.slot("city"), bot.slot("first")) == ("Rome", None, None)
    tell(bot, "inform", Entity("city", "Oslo", 0, 4, group="1"))
    assert (bot.slot("first"), bot.slot("city")) == ("Oslo", None)
    tell(bot, "inform", Entity("city", "Bonn", 0, 4), Entity("city", "Kiel", 5, 9))
    assert bot.slot("city") == "Kiel"
    assert bot.slot("origin") == "Rome"


def test_a_list_keeps_all_values(make_bot: MakeBot):
    bot = tell(
        make_bot(domain=DOMAIN, config=SILENT),
        "inform",
        Entity("size", "s", 0, 1),
        Entity("size", "m", 2, 3),
    )
    assert bot.slot("sizes") == ["s", "m"]
    assert bot.slot("size") == "m"


def test_intents_that_a_mapping_names_or_excludes(make_bot: MakeBot):
    bot = tell(make_bot(domain=DOMAIN, config=SILENT), "stop", size="s")
    assert bot.slot("size") is None
    assert bot.slot("sizes") == ["s"]
    tell(bot, "chitchat", size="l")
    assert bot.slot("size") == "l"


def test_from_text_takes_the_message_as_it_is(make_bot: MakeBot):
    bot = tell(make_bot(domain=DOMAIN, config=SILENT), "inform")
    assert bot.slot("remark") == "words"
    assert bot.slot("anything_but_no") == "words"
    bot = tell(make_bot(domain=DOMAIN, config=SILENT), "deny")
    assert bot.slot("remark") is None
    assert bot.slot("anything_but_no") is None


def test_from_intent_gives_false_too(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, config=SILENT)
    bot.hears("/affirm")
    assert bot.slot("agreed") is True
    bot.hears("/deny")
    assert bot.slot("agreed") is False


def test_the_first_mapping_that_yields_something_counts(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, config=SILENT)
    bot.hears('/order{"size": "xl"}')
    assert bot.slot("either") == "xl"
    bot.hears('/affirm{"size": "s"}')
    assert bot.slot("either") == "as before"


@pytest.mark.parametrize(
    "text", ["never", '/inform{"never": "x"}', '/inform{"size": {"never": 1}}']
)
def test_a_custom_slot_cannot_be_filled_by_a_message(make_bot: MakeBot, text: str):
    bot = make_bot(domain=DOMAIN, config=SILENT)
    bot.meanings.teach("never", "inform", never="x")
    bot.hears(text, metadata={"never": "x"})
    assert bot.slot("never") is None


def test_only_the_caller_can_vouch_for_a_slot(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, config=SILENT)
    bot.hears("/inform", never=7)
    assert bot.slot("never") == 7
    bot.hears("/inform", never=None)
    assert bot.slot("never") is None
    bot.hears("/inform", no_such_slot=1)
    assert "no_such_slot" not in bot.tracker.slots


CONDITIONS = """
    intents: [inform, order, side]
    entities: [size, city]
    slots:
      outside: {type: text, mappings: [{type: from_text, conditions: [{active_loop: null}]}]}
      size:
        type: text
        mappings:
        - {type: from_entity, entity: size, conditions: [{active_loop: trip}]}
      name:
        type: text
        mappings:
        - {type: from_text, conditions: [{active_loop: trip, requested_slot: name}]}
      origin: {type: text, mappings: [{type: from_entity, entity: city}]}
      target: {type: text, mappings: [{type: from_entity, entity: city}]}
      trigger:
        type: text
        mappings:
        - type: from_trigger_intent
          intent: order
          value: by order
          conditions: [{active_loop: trip}]
      other_trigger:
        type: text
        mappings:
        - {type: from_trigger_intent, intent: order, value: x, conditions: [{active_loop: other}]}
    forms:
      trip: {required_slots: [size, name, origin, target], ignored_intents: [side]}
      other: {required_slots: []}
    responses:
      utter_ask_size: [text: size?]
      utter_ask_name: [text: name?]
      utter_ask_origin: [text: from?]
      utter_ask_target: [text: to?]
      utter_side: [text: aside]
"""
RULES = """
    rules:
    - rule: begin
      steps: [{intent: order}, {action: trip}, {active_loop: trip}]
    - rule: aside
      steps: [{intent: side}, {action: utter_side}]
"""


def test_conditions_on_the_form_and_on_what_it_asks(make_bot: MakeBot):
    bot = make_bot(domain=CONDITIONS, rules=RULES, config=SILENT)
    bot.meanings.teach("small", "inform", size="small")
    bot.hears("small")
    assert (bot.slot("size"), bot.slot("outside")) == (None, "small")
    assert bot.hears("/order") == ["size?"]
    assert bot.slot("trigger") == "by order"
    assert bot.slot("other_trigger") is None
    assert bot.hears("small") == ["name?"]
    assert (bot.slot("size"), bot.slot("outside"), bot.slot("name")) == ("small", "/order", None)
    assert bot.hears("Ann") == ["from?"]
    assert bot.slot("name") == "Ann"


def test_an_ignored_intent_fills_nothing_of_the_form(make_bot: MakeBot):
    bot = make_bot(domain=CONDITIONS, rules=RULES, config=SILENT)
    bot.hears("/order")
    assert bot.hears('/side{"size": "small"}') == ["aside", "size?"]
    assert bot.slot("size") is None


def test_of_two_slots_for_one_entity_only_the_asked_one_is_filled(make_bot: MakeBot):
    bot = make_bot(domain=CONDITIONS, rules=RULES, config=SILENT)
    bot.hears("/order")
    bot.hears('/inform{"size": "s"}')
    bot.hears("Ann")
    assert bot.hears('/inform{"city": "Rome"}') == ["to?"]
    assert (bot.slot("origin"), bot.slot("target")) == ("Rome", None)
    bot.hears('/inform{"city": "Oslo"}')
    assert (bot.slot("origin"), bot.slot("target")) == ("Rome", "Oslo")


class Guess(Action):
    runs = 0

    def name(self):
        return "action_guess"

    def run(self, dispatcher, tracker, domain):
        Guess.runs += 1
        dispatcher.utter_message(text="I guess")
        return [SlotSet("guess", len(tracker.latest_message["text"])), {"event": "restart"}]


class Broken(Action):
    def name(self):
        return "action_guess"

    def run(self, dispatcher, tracker, domain):
        raise RuntimeError("no guess")


GUESSES = """
    intents: [inform, stop]
    actions: [action_guess]
    slots:
      guess: {type: any, influence_conversation: false,
              mappings: [{type: custom, action: action_guess, not_intent: stop}]}
      guess_too: {type: any, influence_conversation: false,
              mappings: [{type: custom, action: action_guess, not_intent: stop}]}
    responses: {utter_ok: [text: ok], utter_default: [text: Pardon?]}
"""
OK = "rules: [{rule: ok, steps: [{or: [{intent: inform}, {intent: stop}]}, {action: utter_ok}]}]"


def test_a_custom_mapping_runs_its_action_once(make_bot: MakeBot):
    Guess.runs = 0
    bot = make_bot(Guess, domain=GUESSES, rules=OK)
    assert bot.hears("/inform") == ["I guess", "ok"]
    assert bot.slot("guess") == len("/inform")
    assert Guess.runs == 1
    bot.hears("/stop")
    assert Guess.runs == 1


def test_a_guess_that_fails_is_a_problem_and_the_turn_goes_on(make_bot: MakeBot):
    bot = make_bot(Broken, domain=GUESSES, rules=OK)
    assert bot.hears("/inform") == ["ok"]
    assert "no guess" in bot.problems[0]


class Checks(ValidationAction):
    def validate_size(self, value, dispatcher, tracker, domain):
        if value == "huge":
            dispatcher.utter_message(text="We have no huge ones")
            return {"size": None}
        return {"size": value.upper()}


CHECKED = """
    intents: [inform]
    entities: [size, city]
    actions: [action_validate_slot_mappings]
    slots:
      size: {type: text, mappings: [{type: from_entity, entity: size}]}
      city: {type: text, mappings: [{type: from_entity, entity: city}]}
    responses: {utter_ok: [text: ok]}
"""


def test_the_project_checks_what_was_found(make_bot: MakeBot):
    rules = "rules: [{rule: ok, steps: [{intent: inform}, {action: utter_ok}]}]"
    bot = make_bot(Checks, domain=CHECKED, rules=rules)
    assert bot.hears('/inform{"size": "s", "city": "Rome"}') == ["ok"]
    assert (bot.slot("size"), bot.slot("city")) == ("S", "Rome")
    assert bot.hears('/inform{"size": "huge"}') == ["We have no huge ones", "ok"]
    assert bot.slot("size") is None


def test_nothing_is_taken_unchecked(make_bot: MakeBot):
    rules = "rules: [{rule: ok, steps: [{intent: inform}, {action: utter_ok}]}]"
    bot = make_bot(domain=CHECKED, rules=rules)
    assert bot.hears('/inform{"size": "s"}') == ["ok"]
    assert bot.slot("size") is None
    assert "action_validate_slot_mappings" in bot.problems[0]
