"""Rules and stories: how they are read, and how mistakes in them are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from bot_stories import first_told, project_of, write

from dialogue.project import load_project
from dialogue.stories import (
    ActionStep,
    LoopStep,
    OrStep,
    SlotStep,
    UserStep,
    paths_through,
)
from nlu.errors import SourceError
from nlu.types import Entity

DOMAIN = """
    intents: [greet, order, stop, faq]
    entities: [{city: {roles: [to]}}, size]
    slots:
      city: {type: text, mappings: [{type: from_entity, entity: city, role: to}]}
      vip: {type: bool, mappings: [{type: custom}]}
    forms: {trip: {required_slots: [city]}}
    actions: [action_book]
    responses:
      utter_hello: [text: Hello]
      utter_faq/wrap: [text: We wrap.]
"""


def test_every_kind_of_step(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain=DOMAIN,
        stories="""
            version: "3.1"
            stories:
            - story: all
              metadata: {by: me}
              steps:
              - or:
                - intent: greet
                - intent: order
                  entities: [{city: Rome, role: to}, size]
              - action: utter_hello
              - slot_was_set:
                - vip: true
                - city
              - action: trip
              - active_loop: trip
              - slot_was_set: {city: null}
              - active_loop: null
              - intent: faq/wrap
              - action: utter_faq
        """,
    )
    (story,) = project.stories
    named = (Entity("city", "Rome", 0, 0, "to"), Entity("size", True, 0, 0))
    assert story.steps == (
        OrStep(((UserStep("greet"),), (UserStep("order", named),))),
        ActionStep("utter_hello"),
        SlotStep("vip", True),
        SlotStep("city", None, any_value=True),
        ActionStep("trip"),
        LoopStep("trip"),
        SlotStep("city", None),
        LoopStep(None),
        UserStep("faq"),
        ActionStep("utter_faq"),
    )
    assert len(paths_through(project.stories)) == 2


def test_checkpoints_join_stories_and_circles_end(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain=DOMAIN,
        stories="""
            stories:
            - story: begin
              steps: [{intent: greet}, {action: utter_hello}, {checkpoint: asked}]
            - story: once more
              steps:
              - checkpoint: asked
              - intent: order
              - action: utter_hello
              - checkpoint: asked
            - story: stop
              steps: [{checkpoint: asked}, {intent: stop}, {action: utter_hello}]
            - story: only for some
              steps:
              - checkpoint: asked
                slot_was_set: [vip: true]
              - action: action_book
        """,
    )
    paths = paths_through(project.stories)
    assert [[s.intent for s in path if isinstance(s, UserStep)] for path in paths] == [
        ["greet", "order"],
        ["greet", "stop"],
    ]


def test_stories_may_speak_in_texts(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain=DOMAIN,
        stories="""
            stories:
            - story: texts
              steps: [{user: hello there}, {bot: hi}]
            - story: intents with their text
              steps: [{user: hello there, intent: greet}, {action: utter_hello}]
        """,
    )
    assert project.stories[0].steps == (
        UserStep(None, text="hello there"),
        ActionStep("hi", is_text=True),
    )
    assert project.stories[1].steps[0] == UserStep("greet", text="hello there")
    assert project.domain.said_texts == {"hello there"}
    assert project.domain.spoken_texts == {"hi"}
    assert project.warnings == ()


def test_a_rule_has_conditions_and_an_end(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain=DOMAIN,
        rules="""
            rules:
            - rule: r
              condition:
              - active_loop: trip
              - slot_was_set: [vip: null]
              conversation_start: true
              wait_for_user_input: false
              steps: [{intent: stop}, {action: action_deactivate_loop}, {active_loop: null}]
        """,
    )
    (rule,) = project.rules
    assert rule.conditions == (LoopStep("trip"), SlotStep("vip", None))
    assert rule.conversation_start
    assert not rule.wait_for_user_input


MISTAKES = [
    ("- intent: greeet", 4, "unknown intent 'greeet'; did you mean 'greet'?"),
    ("- action: utter_helo", 4, "unknown action 'utter_helo'; did you mean 'utter_hello'?"),
    ("- action: action_boook", 4, "did you mean 'action_book'?"),
    ("- active_loop: tripp", 4, "unknown form 'tripp'; did you mean 'trip'?"),
    ("- slot_was_set: [{citty: Rome}]", 4, "unknown slot 'citty'; did you mean 'city'?"),
    ("- {intent: greet, entities: [sise]}", 4, "unknown entity 'sise'; did you mean 'size'?"),
    ("- {intent: greet, entities: [{city: a, size: b}]}", 4, "an entity has one name"),
    ("- acton: utter_hello", 4, "unknown kind of step 'acton'; did you mean 'action'?"),
    ("- intent: ''", 4, "must be a name"),
    ("- utter_hello", 4, "a step must be a mapping"),
    ("- or: [{action: utter_hello}]", 4, "an alternative is 'intent' or 'slot_was_set'"),
    ("- checkpoint: c", 4, "a rule cannot have checkpoints"),
]


@pytest.mark.parametrize(("step", "line", "complaint"), MISTAKES)
def test_a_mistake_in_a_step(tmp_path: Path, step: str, line: int, complaint: str):
    write(tmp_path, domain=DOMAIN)
    file = tmp_path / "rules.yml"
    file.write_text(f"rules:\n- rule: r\n  steps:\n  {step}\n")
    told = first_told(tmp_path)
    assert told.startswith(f"{file}:{line}: "), told
    assert complaint in told


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ("rules:\n- rule: r", "rules.yml:2: the rule 'r' has no steps"),
        ("rules:\n- steps: [{intent: greet}]", "rules.yml:2: a rule needs 'rule: its name'"),
        ("rules:\n- rule: r\n  stps: []", "did you mean 'steps'?"),
        ("rules: {rule: r}", "rules.yml:1: 'rules' must be a list"),
        (
            "rules:\n- rule: r\n  condition: [{intent: greet}]\n  steps: [{intent: greet}]",
            "a condition is 'active_loop' or 'slot_was_set'",
        ),
        (
            "rules:\n- rule: r\n  conversation_start: 1\n  steps: [{intent: greet}]",
            "must be true or false",
        ),
    ],
)
def test_a_mistake_in_a_rule(tmp_path: Path, rules: str, complaint: str):
    write(tmp_path, domain=DOMAIN)
    (tmp_path / "rules.yml").write_text(rules)
    assert complaint in first_told(tmp_path)


@pytest.mark.parametrize(
    ("policies", "complaint"),
    [
        ("policies: RulePolicy", "must be a list"),
        ("policies: [{max_history: 3}]", "needs a 'name'"),
        ("policies: [{name: MemoizationPolicy, max_history: few}]", "must be a number"),
        (
            "policies: [{name: RulePolicy, core_fallback_action_name: utter_helo}]",
            "did you mean 'utter_hello'?",
        ),
    ],
)
def test_a_mistake_in_the_policies(tmp_path: Path, policies: str, complaint: str):
    write(tmp_path, domain=DOMAIN, config=policies)
    with pytest.raises(SourceError) as mistake:
        load_project(tmp_path)
    assert complaint in str(mistake.value)


def test_policies_that_we_do_not_have_are_warned_of(tmp_path: Path):
    project = project_of(
        tmp_path, domain=DOMAIN, config="policies: [{name: RulePolicy}, {name: TEDPolicy}]"
    )
    assert len(project.warnings) == 1
    assert "TEDPolicy" in project.warnings[0]


def test_too_many_conversations_are_refused(tmp_path: Path):
    choice = "{or: [{intent: greet}, {intent: order}, {intent: stop}]}, {action: utter_hello}"
    write(
        tmp_path,
        domain=DOMAIN,
        stories=f"stories: [{{story: s, steps: [{', '.join([choice] * 10)}]}}]",
    )
    with pytest.raises(SourceError, match="more than 20000 conversations"):
        load_project(tmp_path)
