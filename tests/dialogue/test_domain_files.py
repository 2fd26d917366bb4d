"""Domain YAML: what it means, and how mistakes in it are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from bot_stories import first_told, project_of, write

from dialogue.domain import Slot, SlotType
from dialogue.project import load_project
from nlu.errors import SourceError
from nlu.types import Entity


def test_the_sections_may_stand_in_any_file(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain="version: '3.1'\nintents: [greet]\nentities: [city]",
        more__slots="slots: {city: {type: text, mappings: [{type: from_entity, entity: city}]}}",
        faq__gifts="""
            intents: [faq]
            nlu:
            - intent: faq/wrapping
              examples: |
                - do you wrap gifts
            responses: {utter_faq/wrapping: [text: We do.]}
        """,
        forms="forms: {trip: {required_slots: [city], ignored_intents: greet}}",
        rules="""
            rules:
            - rule: greet
              steps: [{intent: greet}, {action: utter_hello}]
            responses: {utter_hello: [text: Hello]}
        """,
    )
    domain = project.domain
    assert {"greet", "faq", "restart", "back", "out_of_scope", "nlu_fallback"} <= set(
        domain.intents
    )
    assert domain.forms["trip"].ignored_intents == {"greet"}
    assert "requested_slot" in domain.slots
    assert domain.retrieval_intents == {"faq"}
    assert {"utter_faq", "utter_hello", "trip", "action_listen"} <= domain.actions
    assert len(project.rules) == 1


def test_tests_shops_and_other_yaml_are_left_alone(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain="intents: [greet]",
        test__cases="stories: [{story: x, steps: [{intent: nonsense}]}]",
        shop__goods="products: [1]",
        test_stories="stories: [{story: x, steps: [{intent: nonsense}]}]",
        endpoints="action_endpoint: {url: 'http://x'}",
        compose="services: {web: {image: x}}",
    )
    assert project.stories == ()


def test_the_domain_is_handed_on_as_rasa_writes_it(tmp_path: Path):
    domain = project_of(
        tmp_path,
        domain="""
            intents: [greet, {ask: {use_entities: false}}]
            actions: [action_a, {action_b: {send_domain: true}}]
            slots: {age: {type: float, mappings: [{type: custom}], initial_value: 3}}
            forms: {f: {required_slots: [age]}}
            responses: {utter_a: [{text: "hi", buttons: [{title: A, payload: /greet}]}]}
            session_config: {session_expiration_time: 5}
        """,
    ).domain
    document = domain.document
    assert document["intents"] == ["greet", {"ask": {"use_entities": False}}]
    assert document["actions"] == ["action_a", {"action_b": {"send_domain": True}}]
    assert document["forms"] == {"f": {"required_slots": ["age"]}}
    assert document["slots"]["age"]["mappings"] == [{"type": "custom"}]
    assert document["responses"]["utter_a"][0]["buttons"][0]["payload"] == "/greet"
    assert domain.session.expiration_minutes == 5
    assert domain.session.carry_over_slots
    assert domain.declared_actions == {"action_a", "action_b"}


def test_older_files_are_read(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain="""
            version: "2.0"
            intents: [greet]
            entities: [city]
            slots:
              city: {type: text}
              note: {type: unfeaturized}
              kind: {type: my.slots.KindSlot, mappings: [{type: custom}]}
              seats: {type: float, mappings: [{type: custom}]}
            forms:
              trip:
                required_slots:
                  city: [{type: from_entity, entity: city}]
                  seats: [{type: from_text, not_intent: greet}]
              other: {}
            responses: {utter_a: ["plain text"]}
        """,
    )
    domain = project.domain
    assert [m.entity for m in domain.slots["city"].mappings] == ["city", "city"]
    assert domain.slots["city"].mappings[0].conditions[0].active_loop == "trip"
    assert domain.slots["kind"].type is SlotType.ANY
    assert domain.forms["trip"].required_slots == ("city", "seats")
    assert domain.responses["utter_a"][0].parts == {"text": "plain text"}
    assert any("KindSlot" in warning for warning in project.warnings)
    assert any("'city' has no mappings" in warning for warning in project.warnings)


def test_what_mappings_miss_in_entities_and_intents_is_only_warned_of(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain="""
            slots:
              a:
                type: text
                mappings:
                - {type: from_entity, entity: nowhere}
                - {type: from_text, intent: never}
        """,
    )
    assert project.warnings == (
        f"{tmp_path}/domain.yml:3: unknown entity 'nowhere'",
        f"{tmp_path}/domain.yml:3: unknown intent 'never'",
    )


MISTAKES = [
    ("slots:\n  a: {type: txt, mappings: []}", 2, "unknown slot type 'txt'; did you mean 'text'?"),
    ("slots:\n  a: {mappings: []}", 2, "needs a 'type'"),
    ("slots:\n  a: text", 2, "the slot 'a' must be a mapping, not 'text'"),
    ("slots:\n  a:\n    type: text\n    mapings: []", 4, "did you mean 'mappings'"),
    (
        "slots:\n  a:\n    type: text\n    mappings:\n    - type: from_entitty\n      entity: b",
        5,
        "unknown mapping type 'from_entitty'; did you mean 'from_entity'?",
    ),
    ("slots:\n  a:\n    type: text\n    mappings:\n    - type: from_entity", 5, "needs 'entity'"),
    ("slots:\n  a:\n    type: text\n    mappings:\n    - type: from_intent", 5, "needs 'value'"),
    ("slots:\n  a:\n    type: text\n    mappings:\n    - entity: x", 5, "needs a 'type'"),
    ("slots:\n  a: {type: categorical, mappings: []}", 2, "needs 'values'"),
    (
        "slots:\n  a: {type: any, influence_conversation: true, mappings: []}",
        2,
        "influence_conversation: false",
    ),
    (
        "slots:\n  a: {type: text, influence_conversation: maybe, mappings: []}",
        2,
        "must be true or false",
    ),
    ("slots:\n  a: {type: float, min_value: low, mappings: []}", 2, "must be a number"),
    (
        "forms: {trip: {required_slots: []}}\nslots:\n  a:\n    type: text\n    mappings:\n"
        "    - {type: from_text, conditions: [{active_loop: tripp}]}",
        3,
        "unknown form 'tripp'; did you mean 'trip'?",
    ),
    (
        "forms: {trip: {required_slots: []}}\nslots:\n  a:\n    type: text\n    mappings:\n"
        "    - {type: from_text, conditions: [{active_loop: trip, requested_slot: aa}]}",
        3,
        "unknown slot 'aa'",
    ),
    (
        "slots:\n  city: {type: text, mappings: []}\nforms:\n  trip:\n    required_slots: [citty]",
        5,
        "unknown slot 'citty'; did you mean 'city'?",
    ),
    (
        "intents: [stop]\nforms:\n  trip:\n    required_slots: []\n    ignored_intents: [stopp]",
        5,
        "unknown intent 'stopp'; did you mean 'stop'?",
    ),
    ("forms:\n  trip:\n    required_slot: [a]", 3, "did you mean 'required_slots'?"),
    ("responses:\n  utter_a: []", 2, "the response 'utter_a' has no variations"),
    ("responses:\n  utter_a:", 2, "the response 'utter_a' has no variations"),
    ("responses:\n  utter_a: hello", 2, "must be a list"),
    ("responses:\n  utter_a:\n  - txet: hello", 3, "did you mean 'text'?"),
    ("responses:\n  utter_a:\n  - channel: web", 3, "says nothing"),
    (
        "responses:\n  utter_a:\n  - text: a\n    buttons:\n    - payload: /x",
        5,
        "needs a 'title'",
    ),
    ("responses:\n  utter_a:\n  - text: a\n    buttons: yes", 4, "must be a list of mappings"),
    (
        "responses:\n  utter_a:\n  - text: a\n    condition:\n    - type: slot\n      nam: b",
        6,
        "did you mean 'name'?",
    ),
    (
        "slots:\n  vip: {type: bool, mappings: []}\nresponses:\n  utter_a:\n  - text: a\n"
        "    condition: [{type: slot, name: vipp, value: true}]",
        4,
        "unknown slot 'vipp'; did you mean 'vip'?",
    ),
    ("intents:\n- greet: {use_entitys: []}", 2, "did you mean 'use_entities'?"),
    (
        "entities: [city]\nintents:\n- greet: {use_entities: [citi]}",
        3,
        "unknown entity 'citi'; did you mean 'city'?",
    ),
    ("intents: greet", 1, "'intents' must be a list"),
    ("intents:\n- a: {}\n  b: {}", 2, "has one name"),
    ("entities:\n- city: {role: [a]}", 2, "did you mean 'roles'?"),
    ("actions:\n- [x]", 2, "must be a name"),
    ("session_config:\n  session_expiration_time: soon", 2, "must be a number"),
    ("intents: [greet]\nresponces:\n  utter_a: []", 2, "did you mean 'responses'?"),
    ("responces:\n  utter_a: []", 1, "did you mean 'responses'?"),
    ("intents: [greet\nslots: {}", 2, "not valid YAML"),
]


@pytest.mark.parametrize(("text", "line", "complaint"), MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, line: int, complaint: str):
    file = tmp_path / "domain.yml"
    file.write_text(text)
    told = first_told(tmp_path)
    assert told.startswith(f"{file}:{line}: "), told
    assert complaint in told


def test_of_two_files_that_disagree_the_later_counts(tmp_path: Path):
    write(tmp_path, a="responses: {utter_a: [text: one]}", b="responses: {utter_a: [text: two]}")
    project = load_project(tmp_path)
    assert project.domain.responses["utter_a"][0].parts == {"text": "two"}
    (warning,) = project.warnings
    assert warning.startswith(f"{tmp_path}/b.yml:1: 'utter_a' is defined otherwise in ")


def test_two_files_that_agree_are_none(tmp_path: Path):
    write(tmp_path, a="responses: {utter_a: [text: one]}", b="responses: {utter_a: [text: one]}")
    assert set(load_project(tmp_path).domain.responses) == {"utter_a"}


def test_a_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(SourceError, match="no such folder"):
        load_project(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("slot", "value", "feature"),
    [
        (Slot("a", SlotType.TEXT), "x", (1.0,)),
        (Slot("a", SlotType.TEXT), None, None),
        (Slot("a", SlotType.BOOL), False, (1.0, 0.0)),
        (Slot("a", SlotType.BOOL), "true", (1.0, 1.0)),
        (Slot("a", SlotType.LIST), [], None),
        (Slot("a", SlotType.LIST), [0], (1.0,)),
        (Slot("a", SlotType.FLOAT, min_value=10, max_value=20), 15, (1.0, 0.5)),
        (Slot("a", SlotType.FLOAT), 99, (1.0, 1.0)),
        (Slot("a", SlotType.FLOAT), "many", (1.0, 0.0)),
        (Slot("a", SlotType.CATEGORICAL, values=("red", "blue")), "Blue", (0.0, 1.0, 0.0)),
        (Slot("a", SlotType.CATEGORICAL, values=("red", "blue")), "green", (0.0, 0.0, 1.0)),
        (Slot("a", SlotType.ANY), "x", None),
        (Slot("a", SlotType.TEXT, influence_conversation=False), "x", None),
    ],
)
def test_what_policies_see_of_a_slot(slot, value, feature):
    assert slot.feature(value) == feature


def test_what_policies_see_of_entities(tmp_path: Path):
    domain = project_of(
        tmp_path,
        domain="""
            entities:
            - city: {roles: [from, to], groups: ["1"]}
            - note: {influence_conversation: false}
            - size
            intents: [all, {none: {use_entities: []}}, {some: {use_entities: [size]}},
                      {rest: {ignore_entities: [size]}}]
        """,
    ).domain
    found = [
        Entity("city", "Rome", 0, 1, role="to", group="1"),
        Entity("size", "s", 0, 1),
        Entity("note", "n", 0, 1),
        Entity("undeclared", "n", 0, 1),
    ]
    assert domain.visible_entities("all", found) == {"city", "city#to", "city#1", "size"}
    assert domain.visible_entities("none", found) == frozenset()
    assert domain.visible_entities("some", found) == {"size"}
    assert domain.visible_entities("rest", found) == {"city", "city#to", "city#1"}
