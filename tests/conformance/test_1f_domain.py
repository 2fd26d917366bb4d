"""Section 1f, domain.yml and slot mappings: what no test of another folder proves."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from rasa_sdk import Action, ValidationAction
from rasa_sdk.events import BotUttered, SlotSet

from dialogue.domain import Slot, SlotType
from dialogue.project import load_project
from dialogue.responses import Responses, Utterance
from nlu.types import Entity
from tests.dialogue.bot_stories import Bot, project_of

# Without a fallback, which would take the message and its slots back.
SILENT = "policies: [{name: RulePolicy, enable_fallback_prediction: false}]"


def bot_of(folder: Path, *actions: Any, **files: str) -> Bot:
    return Bot(project_of(folder, **files), actions)


def test_every_section_of_a_domain_is_read_without_a_warning(tmp_path: Path) -> None:
    project = project_of(
        tmp_path,
        domain="""
            version: "3.1"
            intents: [greet]
            entities: [city]
            slots: {city: {type: text, mappings: [{type: from_entity, entity: city}]}}
            responses: {utter_ask_city: [text: Where?]}
            actions: [action_own]
            forms: {trip: {required_slots: [city]}}
            e2e_actions: []
            session_config: {session_expiration_time: 0.0, carry_over_slots_to_new_session: true}
            config: {store_entities_as_slots: true}
        """,
    )
    assert project.warnings == ()
    assert project.domain.document["e2e_actions"] == []


def test_a_folder_of_domain_files_is_one_domain(tmp_path: Path) -> None:
    project = project_of(
        tmp_path,
        config="language: en",
        domain__one="intents: [greet]\nresponses: {utter_a: [text: a]}",
        domain__deeper__two="intents: [bye]\nresponses: {utter_b: [text: b]}",
    )
    assert {"greet", "bye"} <= set(project.domain.intents)
    assert set(project.domain.responses) == {"utter_a", "utter_b"}


def test_the_intents_that_every_domain_has(tmp_path: Path) -> None:
    intents = project_of(tmp_path, domain="intents: [greet]").domain.intents
    always = {"restart", "back", "out_of_scope", "session_start", "nlu_fallback"}
    assert set(intents) == {"greet", *always}


def test_use_entities_hides_from_the_policies_and_still_fills_slots(tmp_path: Path) -> None:
    bot = bot_of(
        tmp_path,
        domain="""
            intents: [{book: {use_entities: []}}, {move: {ignore_entities: [city]}}]
            entities: [city]
            slots:
              city: {type: text, influence_conversation: false,
                     mappings: [{type: from_entity, entity: city}]}
            responses: {utter_city: [text: seen], utter_ok: [text: "To {city}"]}
            rules:
            - {rule: b, steps: [{intent: book}, {action: utter_ok}]}
            - {rule: m, steps: [{intent: move}, {action: utter_ok}]}
            - {rule: c, steps: [{intent: book, entities: [city]}, {action: utter_ok}]}
        """,
    )
    for number, intent in enumerate(("book", "move")):
        assert bot.hears(f'/{intent}{{"city": "Rome{number}"}}') == [f"To Rome{number}"]
        assert bot.tracker.history.present.entities == frozenset()


def test_responses_and_retrieval_answers_need_not_be_listed_as_actions(tmp_path: Path) -> None:
    bot = bot_of(
        tmp_path,
        domain="""
            intents: [greet]
            actions: [utter_hello]
            responses: {utter_hello: [text: Hello], utter_more: [text: More]}
            rules:
            - rule: g
              steps: [{intent: greet}, {action: utter_hello}, {action: utter_more}]
        """,
    )
    assert bot.hears("/greet") == ["Hello", "More"], "listed or not"


def test_an_empty_value_of_a_categorical_slot_is_ignored(tmp_path: Path) -> None:
    slot = "{type: categorical, values: [Low, null, high], mappings: [{type: custom}]}"
    found = project_of(tmp_path, domain=f"slots: {{risk: {slot}}}").domain.slots["risk"]
    assert found.values == ("low", "high")
    assert found.feature("LOW") == (1.0, 0.0, 0.0)
    assert found.feature("odd") == (0.0, 0.0, 1.0), "any other value"
    assert found.feature(None) is None


@pytest.mark.parametrize(
    ("value", "feature"), [(5, (1.0, 0.0)), (10, (1.0, 0.0)), (15, (1.0, 0.5)), (99, (1.0, 1.0))]
)
def test_a_float_is_clamped_and_scaled_by_its_limits(value: float, feature: Any) -> None:
    assert Slot("a", SlotType.FLOAT, min_value=10, max_value=20).feature(value) == feature


def test_initial_values_and_slots_that_do_not_influence(tmp_path: Path) -> None:
    bot = bot_of(
        tmp_path,
        domain="""
            intents: [greet]
            slots:
              visits: {type: float, initial_value: 3, mappings: [{type: custom}]}
              note: {type: text, influence_conversation: false, initial_value: x,
                     mappings: [{type: custom}]}
            responses: {utter_hello: [text: "{visits} {note}"]}
            rules: [{rule: g, steps: [{intent: greet}, {action: utter_hello}]}]
        """,
    )
    assert bot.hears("/greet") == ["3 x"]
    assert {name for name, _ in bot.tracker.history.present.slots} == {"visits"}


def test_a_mapping_of_an_undeclared_entity_or_intent_is_skipped(tmp_path: Path) -> None:
    bot = bot_of(
        tmp_path,
        config=SILENT,
        domain="""
            intents: [inform]
            entities: [size]
            slots:
              city: {type: text, mappings: [{type: from_entity, entity: city}]}
              sure: {type: bool, mappings: [{type: from_intent, intent: yes_please, value: true}]}
              size: {type: text, mappings: [{type: from_entity, entity: size}]}
        """,
    )
    bot.meanings.teach("yes", "yes_please", city="Rome", size="s")
    bot.hears("yes")
    assert (bot.slot("city"), bot.slot("sure"), bot.slot("size")) == (None, None, "s")
    assert "unknown intent 'yes_please'" in " ".join(bot.project.warnings)
    assert "unknown entity 'city'" in " ".join(bot.project.warnings)


FORM = """
    intents: [order, inform, aside, deny]
    entities: [size]
    slots:
      name:
        type: text
        influence_conversation: false
        mappings: [{type: from_text, conditions: [{active_loop: trip, requested_slot: name}]}]
      note:
        type: text
        influence_conversation: false
        mappings:
        - type: from_text
          not_intent: order
          conditions: [{active_loop: null}, {active_loop: trip, requested_slot: name}]
      everything:
        {type: text, influence_conversation: false, mappings: [{type: from_text}]}
      by:
        type: text
        influence_conversation: false
        mappings: [{type: from_trigger_intent, intent: order, value: an order}]
    forms: {trip: {required_slots: [name], ignored_intents: [aside]}}
    responses: {utter_ask_name: [text: Your name?], utter_aside: [text: Sure?]}
    rules:
    - {rule: begin, steps: [{intent: order}, {action: trip}, {active_loop: trip}]}
    stories:
    - story: aside
      steps:
      - intent: order
      - action: trip
      - active_loop: trip
      - intent: aside
      - action: utter_aside
      - intent: deny
      - action: trip
      - active_loop: trip
"""


def test_conditions_are_alternatives(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, config=SILENT, domain=FORM)
    bot.meanings.teach("before", "inform")
    bot.hears("before")
    assert bot.slot("note") == "before", "no loop is active"
    bot.hears("/order")
    bot.meanings.teach("Ann", "inform")
    bot.hears("Ann")
    assert (bot.slot("note"), bot.slot("name")) == ("Ann", "Ann"), "the form asks for the name"


def test_from_text_without_conditions_takes_every_message(tmp_path: Path) -> None:
    """What users trip over; `frontdesk validate` warns of it."""
    bot = bot_of(tmp_path, config=SILENT, domain=FORM)
    for text in ("one", "/order", "Ann"):
        bot.meanings.teach(text, "inform")
        bot.hears(text)
        assert bot.slot("everything") == text


def test_a_trigger_intent_counts_when_the_form_begins(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, config=SILENT, domain=FORM)
    bot.meanings.teach("hm", "inform")
    bot.hears("hm")
    assert bot.slot("by") is None
    bot.hears("/order")
    assert bot.slot("by") == "an order", "the mapping is read again when the form is active"


def test_a_declined_form_takes_no_answer_to_its_question_by_a_condition(tmp_path: Path) -> None:
    """Outside the form, in the middle of a story, the next message is no answer to it."""
    policies = """
        policies:
        - {name: RulePolicy, enable_fallback_prediction: false}
        - {name: MemoizationPolicy}
    """
    bot = bot_of(tmp_path, config=policies, domain=FORM)
    bot.hears("/order")
    bot.meanings.teach("well", "aside")
    assert bot.hears("well") == ["Sure?"]
    assert bot.tracker.active_loop.rejected
    bot.meanings.teach("no", "deny")
    assert bot.hears("no") == ["Your name?"]
    assert (bot.slot("name"), bot.slot("everything")) == (None, "no")


def test_of_two_entities_the_last_counts_and_a_role_must_be_absent_where_none_is_asked(
    tmp_path: Path,
) -> None:
    bot = bot_of(
        tmp_path,
        config=SILENT,
        domain="""
            intents: [inform]
            entities: [{city: {roles: [to], groups: ["1"]}}]
            slots:
              city: {type: text, mappings: [{type: from_entity, entity: city}]}
              both: {type: text, mappings: [{type: from_entity, entity: city, role: to, group: 1}]}
              all: {type: list, mappings: [{type: from_entity, entity: city}]}
        """,
    )
    said = [
        Entity("city", "Bonn", 0, 1),
        Entity("city", "Kiel", 2, 3),
        Entity("city", "Rome", 4, 5, role="to"),
        Entity("city", "Oslo", 6, 7, role="to", group="1"),
    ]
    bot.meanings.teach("cities", "inform", entities=said)
    bot.hears("cities")
    assert (bot.slot("city"), bot.slot("both")) == ("Kiel", "Oslo")
    assert bot.slot("all") == ["Bonn", "Kiel"]


class Guess(Action):
    def name(self) -> str:
        return "action_guess"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        return [
            SlotSet("guess", tracker.latest_message["text"]),
            BotUttered("I guess"),
            {"event": "followup", "name": "utter_no"},
            {"event": "pause"},
        ]


class Checks(ValidationAction):
    def validate_guess(self, value: Any, *_: Any) -> dict[str, Any]:
        return {"guess": f"{value}!"}

    def validate_size(self, value: Any, *_: Any) -> dict[str, Any]:
        return {"size": None}


def test_a_custom_mappings_action_gives_slots_and_messages_alone_then_all_is_checked(
    tmp_path: Path,
) -> None:
    """The check sees every candidate; what it does not mention is kept, null refuses."""
    bot = bot_of(
        tmp_path,
        Guess,
        Checks,
        domain="""
            intents: [inform]
            entities: [size, city]
            actions: [action_guess, action_validate_slot_mappings]
            slots:
              guess: {type: text, mappings: [{type: custom, action: action_guess}]}
              size: {type: text, mappings: [{type: from_entity, entity: size}]}
              city: {type: text, mappings: [{type: from_entity, entity: city}]}
            responses: {utter_ok: [text: ok], utter_no: [text: "no"]}
            rules: [{rule: ok, steps: [{intent: inform}, {action: utter_ok}]}]
        """,
    )
    bot.meanings.teach("hm", "inform", size="s", city="Rome")
    assert bot.hears("hm") == ["I guess", "ok"]
    assert (bot.slot("guess"), bot.slot("size"), bot.slot("city")) == ("hm!", None, "Rome")
    assert not bot.tracker.paused


CHOICES = """
    slots:
      tier: {type: text, mappings: [{type: custom}]}
      vip: {type: bool, mappings: [{type: custom}]}
    responses:
      utter_hello:
      - {text: default}
      - {text: web, channel: web}
      - text: gold
        condition: [{type: slot, name: tier, value: Gold}]
      - text: gold vip
        channel: app
        condition: [{type: slot, name: tier, value: Gold}, {type: slot, name: vip, value: true}]
"""


@pytest.mark.parametrize(
    ("slots", "channel", "text"),
    [
        ({}, "rest", "default"),
        ({}, "web", "web"),
        ({"tier": "gold"}, "web", "web"),  # for the channel before conditional
        ({"tier": "GOLD"}, "rest", "gold"),  # conditional before default, whatever the case
        ({"tier": "gold", "vip": True}, "app", "gold vip"),  # conditional and for the channel
        ({"tier": "gold", "vip": False}, "app", "gold"),  # every condition must hold
    ],
)
def test_which_variation_is_said(tmp_path: Path, slots: Any, channel: str, text: str) -> None:
    responses = Responses(project_of(tmp_path, domain=CHOICES).domain, Random(1))
    assert responses.say_utterance(Utterance("utter_hello"), slots, channel).text == text


def test_every_key_of_a_variation_is_said(tmp_path: Path) -> None:
    """{slot} is filled in through all strings; a text with an unknown name is left whole."""
    bot = bot_of(
        tmp_path,
        domain="""
            intents: [greet]
            entities: [name]
            slots: {name: {type: text, mappings: [{type: from_entity, entity: name}]}}
            responses:
              utter_all:
              - id: "1"
                text: "Hi {name}"
                buttons: [{title: "{name}", payload: /greet, type: postback}]
                quick_replies: [{title: "Quick {name}", payload: /greet}]
                image: "https://x/{name}.png"
                attachment: {type: file, payload: {src: "{name}.pdf"}}
                elements: [{title: "{name}", subtitle: "{nobody}"}]
                custom: {deep: [{er: "{name}"}]}
                metadata: {tone: "{name}"}
            rules: [{rule: g, steps: [{intent: greet}, {action: utter_all}]}]
        """,
    )
    assert bot.hears('/greet{"name": "Ann"}') == ["Hi Ann"]
    (said,) = bot.turn.messages
    assert said.buttons == ({"title": "Ann", "payload": "/greet", "type": "postback"},)
    assert said.quick_replies == ({"title": "Quick Ann", "payload": "/greet"},)
    assert said.image == "https://x/Ann.png"
    assert said.attachment == {"type": "file", "payload": {"src": "Ann.pdf"}}
    assert said.elements == ({"title": "Ann", "subtitle": "{nobody}"},)
    assert said.custom == {"deep": [{"er": "Ann"}]}
    assert said.metadata["tone"] == "{name}"


def test_a_file_without_a_version_and_sessions_that_never_end(tmp_path: Path) -> None:
    project_of(tmp_path, domain="intents: [a]\nsession_config: {session_expiration_time: 0.0}")
    project = load_project(tmp_path)
    assert project.warnings == ()
    assert project.domain.session.expiration_minutes == 0
    assert project.domain.session.carry_over_slots, "what is not written has Rasa's default"
