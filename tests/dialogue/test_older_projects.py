"""Projects as they are found: spellings of Rasa 2.0 to 3.6, and what Rasa runs with a warning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bot_stories import Bot, first_told, project_of, write

from dialogue.domain import MappingCondition, MappingType, SlotMapping, SlotType
from dialogue.project import load_project
from dialogue.stories import ActionStep, LoopStep, OrStep, SlotStep, UserStep, flat
from nlu.types import Entity

MakeBot = Callable[..., Bot]

TABLE = """
    version: "2.0"
    intents: [inform, ask, greet]
    entities: [cuisine, number]
    slots:
      cuisine: {type: text, influence_conversation: false}
      guests: {type: float, min_value: 0, max_value: 20, auto_fill: false}
      outdoor: {type: unfeaturized}
    responses:
      utter_ask_cuisine: [text: Which cuisine?]
      utter_ask_guests: [text: How many?]
      utter_ask_outdoor: [text: Outside?]
      utter_done: [text: Booked]
"""
BOOKING = """
    rules:
    - rule: begin
      steps: [{intent: ask}, {action: table_form}, {form: table_form}]
    - rule: end
      condition: [{form: table_form}]
      steps: [{action: table_form}, {form: null}, {action: utter_done}]
"""


@pytest.mark.parametrize(
    "form",
    [
        "forms: {table_form: {required_slots: {cuisine: [{type: from_entity, entity: cuisine}],"
        " guests: [{type: from_entity, entity: number, not_intent: greet}]}}}",
        "forms: {table_form: {cuisine: [{type: from_entity, entity: cuisine}],"
        " guests: [{type: from_entity, entity: number}]}}",
        "forms: {table_form: {required_slots: {cuisine: [],"
        " guests: [{type: from_entity, entity: number}]}}}",
    ],
    ids=["2.6", "2.0", "without mappings"],
)
def test_a_form_of_rasa_2_with_its_mappings(make_bot: MakeBot, form: str):
    """forms (1.x/2.x dict form of required_slots with mappings is legacy)."""
    bot = make_bot(domain=TABLE, forms=form, rules=BOOKING)
    assert bot.project.domain.forms["table_form"].required_slots == ("cuisine", "guests")
    assert bot.hears("/ask") == ["Which cuisine?"]
    assert bot.hears('/inform{"cuisine": "thai"}') == ["How many?"]
    assert bot.hears('/inform{"number": 4}') == ["Booked"]
    assert (bot.slot("cuisine"), bot.slot("guests")) == ("thai", 4)


def test_a_mapping_in_a_form_counts_while_the_form_is_active(tmp_path: Path):
    project = project_of(
        tmp_path,
        domain=TABLE,
        forms="""
            forms:
              f: {required_slots: {outdoor: [{type: from_intent, intent: greet, value: 1}]}}
        """,
    )
    assert project.domain.slots["outdoor"].mappings == (
        SlotMapping(
            MappingType.FROM_INTENT,
            intents=frozenset({"greet"}),
            value=1,
            conditions=(MappingCondition("f"),),
        ),
    )


def test_slots_without_mappings_are_filled_by_the_entity_of_their_name(tmp_path: Path):
    """config{store_entities_as_slots (legacy, default true)}, auto_fill of 2.x."""
    domain = project_of(tmp_path, domain=TABLE).domain
    assert domain.slots["cuisine"].mappings == (
        SlotMapping(MappingType.FROM_ENTITY, entity="cuisine"),
    )
    assert domain.slots["guests"].mappings == domain.slots["outdoor"].mappings == ()
    write(tmp_path, more="config: {store_entities_as_slots: false}")
    assert load_project(tmp_path).domain.slots["cuisine"].mappings == ()


def test_slots_without_mappings_are_warned_of_with_their_place(tmp_path: Path):
    warnings = project_of(tmp_path, domain=TABLE).warnings
    assert f"{tmp_path}/domain.yml:6: the slot 'cuisine' has no mappings; the entity" in warnings[0]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("unfeaturized", SlotType.ANY),
        ("rasa.shared.core.slots.TextSlot", SlotType.TEXT),
        ("rasa.core.slots.UnfeaturizedSlot", SlotType.ANY),
        ("rasa.shared.core.slots.BooleanSlot", SlotType.BOOL),
        ("actions.slots.Mine", SlotType.ANY),
    ],
)
def test_older_slot_types(tmp_path: Path, written: str, kind: SlotType):
    project = project_of(tmp_path, domain=f"slots: {{s: {{type: {written}, mappings: []}}}}")
    assert project.domain.slots["s"].type is kind
    assert ("Mine" in written) == any("is not loaded" in one for one in project.warnings)


@pytest.mark.parametrize("version", ['version: "2.0"', 'version: "3.1"', "version: 3.0", ""])
def test_versions_and_a_session_that_never_ends(tmp_path: Path, version: str):
    """session_config 0.0 is used in the wild, and so is a file with no version key."""
    session = (
        "session_config: {session_expiration_time: 0.0, carry_over_slots_to_new_session: true}"
    )
    (tmp_path / "domain.yml").write_text(f"{version}\nintents: [greet]\n{session}\n")
    assert load_project(tmp_path).domain.session.expiration_minutes == 0


def test_templates_are_responses(tmp_path: Path):
    project = project_of(tmp_path, domain="templates: {utter_a: [text: one]}")
    assert set(project.domain.responses) == {"utter_a"}


def test_a_response_may_stand_in_another_file_than_the_rule(tmp_path: Path):
    project = project_of(
        tmp_path,
        a__domain="intents: [greet]",
        z__nlu="version: '3.1'\nnlu: []\nresponses: {utter_a: [text: one]}",
        rules="rules: [{rule: r, steps: [{intent: greet}, {action: utter_a}]}]",
    )
    assert project.warnings == ()


def steps_of(tmp_path: Path, steps: str) -> list:
    project = project_of(
        tmp_path,
        domain=TABLE + "    actions: [action_x]\n    forms: [table_form]\n",
        rules=f"rules:\n- rule: r\n  steps:\n{steps}",
    )
    return list(project.rules[0].steps)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- form: table_form", [LoopStep("table_form")]),
        ("- form: null", [LoopStep(None)]),
        ("- active_loop: null", [LoopStep(None)]),
        ("- ...\n  - action: action_x", [ActionStep("action_x")]),
        ("- action: '...'\n  - action: action_x", [ActionStep("action_x")]),
        (
            "- slot_was_set:\n    - cuisine: thai\n      guests: 2",
            [SlotStep("cuisine", "thai"), SlotStep("guests", 2)],
        ),
        ("- slot_was_set: {cuisine: null}", [SlotStep("cuisine", None)]),
        ("- slot_was_set: [cuisine]", [SlotStep("cuisine", any_value=True)]),
        ("- slot_was_set: cuisine", [SlotStep("cuisine", any_value=True)]),
        ("- slot_was_set: [{cuisine: [a, b]}]", [SlotStep("cuisine", ["a", "b"])]),
        (
            "- {intent: inform, entities: [cuisine]}",
            [UserStep("inform", (Entity("cuisine", True, 0, 0),))],
        ),
        (
            "- {intent: inform, entities: {cuisine: thai}}",
            [UserStep("inform", (Entity("cuisine", "thai", 0, 0),))],
        ),
        (
            "- {intent: inform, entities: [{cuisine: thai, role: first, group: 1}]}",
            [UserStep("inform", (Entity("cuisine", "thai", 0, 0, "first", "1"),))],
        ),
        ("- {intent: inform, entities: []}", [UserStep("inform")]),
        ("- intent: /greet", [UserStep("greet")]),
        (
            "- or:\n    - intent: greet\n    - intent: ask",
            [OrStep(((UserStep("greet"),), (UserStep("ask"),)))],
        ),
        (
            "- or:\n    - slot_was_set: [cuisine]\n    - slot_was_set: [guests]",
            [
                OrStep(
                    (
                        (SlotStep("cuisine", any_value=True),),
                        (SlotStep("guests", any_value=True),),
                    )
                )
            ],
        ),
    ],
)
def test_a_step_in_every_shape(tmp_path: Path, written: str, read: list):
    assert steps_of(tmp_path, f"  {written}\n") == read


def test_or_of_two_intents_in_a_rule(make_bot: MakeBot):
    """rules that use `or:` of two intents"""
    bot = make_bot(
        domain=TABLE,
        rules="""
            rules:
            - rule: r
              steps: [{or: [{intent: greet}, {intent: ask}]}, {action: utter_done}]
        """,
    )
    assert bot.hears("/greet") == bot.hears("/ask") == ["Booked"]


def test_an_intent_of_their_own_named_restart(make_bot: MakeBot):
    """an intent of their own named `restart`"""
    bot = make_bot(
        domain="intents: [restart, greet]\nresponses: {utter_hello: [text: Hello]}",
        rules="rules: [{rule: r, steps: [{intent: restart}, {action: action_restart}]},"
        " {rule: g, steps: [{intent: greet}, {action: utter_hello}]}]",
    )
    bot.hears("/restart")
    assert bot.actions[0] == "action_restart"
    assert bot.hears("/greet") == ["Hello"]


def test_what_nobody_declared_is_warned_of_and_runs(make_bot: MakeBot):
    """Rasa warns of an intent, an entity or a slot in a story that the domain lacks."""
    bot = make_bot(
        domain="intents: [greet]\nresponses: {utter_hello: [text: Hello]}",
        rules="""
            rules:
            - rule: r
              condition: [{slot_was_set: [nobody: null]}]
              steps: [{intent: greet, entities: [nothing]}, {action: utter_hello}]
            - rule: empty
              steps: []
            - rule: s
              steps: [{intent: greeet}, {action: utter_hello}]
        """,
    )
    told = [warning.split(": ", 1)[1] for warning in bot.project.warnings]
    assert told == [
        "unknown entity 'nothing'",
        "unknown slot 'nobody'",
        "the rule 'empty' has no steps",
        "unknown intent 'greeet'; did you mean 'greet'?",
    ]
    bot.meanings.teach("helo", "greeet")
    assert bot.hears("helo") == ["Hello"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("## intent:greet\n- hi\n- hello\n", "examples"),
        ('# Stories\n\n## happy path\n* greet{"name": "Ann"}\n  - utter_hello\n', "stories"),
        ("# Returns\n\n* within 30 days\n  - with the receipt\n\n## intent of the law\n", None),
    ],
)
def test_markdown_of_rasa_1_is_named_with_how_to_convert_it(
    tmp_path: Path, text: str, what: str | None
):
    write(tmp_path, domain="intents: [greet]")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "old.md").write_text(text)
    warnings = load_project(tmp_path).warnings
    if what is None:
        assert warnings == ()
        return
    (warning,) = warnings
    assert warning.startswith(f"{tmp_path}/data/old.md:") and f"these are {what} in" in warning
    assert "rasa data convert" in warning


@pytest.mark.parametrize(
    "text",
    [
        "stories: 1",
        "stories: [1]",
        "stories: [null]",
        "stories: [{story: s, steps: 1}]",
        "stories: [{story: s, steps: [null]}]",
        "stories: [{story: s, steps: [[]]}]",
        "stories: [{story: s, steps: [{intent: []}]}]",
        "stories: [{story: s, steps: [{user: null}]}]",
        "stories: [{story: s, steps: [{user: {a: b}}]}]",
        "stories: [{story: s, steps: [{bot: []}]}]",
        "stories: [{story: s, steps: [{slot_was_set: 5}]}]",
        "stories: [{story: s, steps: [{or: {intent: a}}]}]",
        "stories: [{story: s, steps: [{intent: a, entities: 5}]}]",
        "stories: [{story: s, metadata: 5, steps: [{intent: a}]}]",
        "intents: {a: b}",
        "entities: text",
        "slots: []",
        "slots: {a: null}",
        "forms: {f: {required_slots: 5}}",
        "forms: 5",
        "responses: {utter_a: null}",
        "responses: {utter_a: 5}",
        "responses: [utter_a]",
        "actions: {a: b}",
        "session_config: [1]",
        "config: 5",
        "stories: [",
    ],
)
def test_nothing_that_is_malformed_ends_in_a_traceback(tmp_path: Path, text: str):
    (tmp_path / "bad.yml").write_text(text)
    try:
        told = first_told(tmp_path)
    except IndexError:
        return  # nothing to tell
    assert told.startswith(f"{tmp_path}/bad.yml:1: "), told


def test_a_step_knows_its_line(tmp_path: Path):
    steps = steps_of(
        tmp_path, "  - intent: greet\n  - or:\n    - intent: ask\n  - action: action_x\n"
    )
    assert [step.line for step in flat(steps)] == [4, 6, 7]
