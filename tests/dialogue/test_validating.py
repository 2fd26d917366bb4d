"""`frontdesk validate`: what it finds in a project's dialogue, all in one reading."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from bot_stories import write

from dialogue.domain import Place
from dialogue.validating.action_code import code_files
from dialogue.validating.bot import Taught
from dialogue.validating.checks import check_bot
from dialogue.validating.findings import Findings
from tests.conftest import REPOSITORY

DOMAIN = """
    intents: [greet, ask, affirm]
    entities: [city]
    slots:
      city: {type: text, mappings: [{type: from_entity, entity: city}]}
    forms:
      trip: {required_slots: [city]}
    actions: [action_book]
    responses:
      utter_ask_city: [text: Where to?]
      utter_hello: [text: Hello]
      utter_bye: [text: Bye]
"""
RULES = """
    rules:
    - rule: greet
      steps: [{intent: greet}, {action: utter_hello}]
    - rule: begin
      steps: [{intent: ask}, {action: trip}, {active_loop: trip}]
    - rule: end
      condition: [{active_loop: trip}]
      steps: [{action: trip}, {active_loop: null}, {action: action_book}]
    - rule: yes
      steps: [{intent: affirm}, {action: utter_bye}]
"""
CODE = """
    from rasa_sdk import Action

    BOOK = "action_book"

    class Book(Action):
        def name(self):
            return BOOK
"""


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Findings]:
    """Check a project that is sound but for what a test changes."""

    def checked(code: str = CODE, taught: Taught | None = None, **files: str) -> Findings:
        write(tmp_path, **{"domain": DOMAIN, "rules": RULES, **files})
        (tmp_path / "actions").mkdir(exist_ok=True)
        (tmp_path / "actions" / "actions.py").write_text(dedent(code))
        return check_bot(tmp_path, taught or Taught())

    return checked


def told(findings: Findings, kind: str) -> list[str]:
    """The findings of a kind, each from the file's name on."""
    found = [one for one in (*findings.errors, *findings.warnings) if one.kind == kind]
    return [str(one).replace(f"{Path(one.place.file).parent}/", "") for one in found]


def test_a_sound_project_has_nothing_to_tell(check):
    findings = check()
    assert findings.errors == findings.warnings == []


def test_the_banks_project_is_sound():
    findings = check_bot(REPOSITORY / "tests" / "projects" / "bank", Taught())
    assert findings.errors == []


def test_every_mistake_of_all_files_is_told_in_one_reading(check):
    findings = check(
        more="""
            slots:
              a: {type: txt, mappings: []}
              b: {type: text, mapings: []}
            forms: {f: {required_slots: [nothing]}}
            rules:
            - rule: first
              steps: [{intent: greeet}, {action: utter_helo}]
            - rule: second
              steps: [{acton: x}]
            stories:
            - story: third
              steps: [{intent: greet}, {action: action_boook}, {active_loop: tripp}]
        """,
        broken="rules: [",
    )
    lines = told(findings, "mistake")
    wrong = ("txt", "mapings", "nothing", "greeet", "utter_helo", "acton", "action_boook", "tripp")
    for name in wrong:
        assert any(f"'{name}'" in line for line in lines), name
    assert len(lines) == len(wrong) + 1
    assert any(line.startswith("broken.yml:") for line in lines)


def test_two_rules_that_do_different_things_at_the_same_moment(check):
    findings = check(
        more="rules:\n- rule: greet too\n  steps: [{intent: greet}, {action: utter_bye}]\n"
    )
    (line,) = told(findings, "contradicting_rules")
    assert line.startswith("rules.yml:3: the rule 'greet' contradicts the rule 'greet too' at ")
    assert (
        "more.yml:2" in line and "on 'greet' one does 'utter_hello', the other 'utter_bye'" in line
    )


def test_a_more_specific_rule_contradicts_nothing(check):
    findings = check(
        more="""
            rules:
            - rule: greet somebody of a city
              condition: [{slot_was_set: [city]}]
              steps: [{intent: greet}, {action: utter_bye}]
        """
    )
    assert told(findings, "contradicting_rules") == []


def test_a_story_that_does_something_else_than_a_rule(check):
    findings = check(
        stories="""
            stories:
            - story: another way
              steps:
              - intent: affirm
              - action: utter_bye
              - intent: greet
              - action: utter_bye
        """
    )
    (line,) = told(findings, "contradicting_story")
    assert "the story 'another way' contradicts the rule 'greet' at " in line
    assert "rules.yml:3: on 'greet' the story does 'utter_bye', the rule 'utter_hello'" in line


def test_a_story_through_a_form_and_a_side_question_contradicts_nothing(check):
    findings = check(
        stories="""
            stories:
            - story: a side question
              steps:
              - intent: ask
              - action: trip
              - active_loop: trip
              - intent: greet
              - action: utter_hello
              - action: trip
              - active_loop: null
              - action: action_book
        """
    )
    assert told(findings, "contradicting_story") == []


def test_a_rule_that_lacks_what_others_tell_after_the_same_action(check):
    """incomplete rules (missing slot/loop events that other rules have)"""
    findings = check(
        more="""
            slots: {vip: {type: bool, mappings: [{type: custom}]}}
            rules:
            - rule: sets it
              steps: [{intent: greet, entities: [city]}, {action: action_book},
                      {slot_was_set: [vip: true]}]
            - rule: does not
              condition: [{active_loop: null}]
              steps: [{intent: affirm, entities: [city]}, {action: action_book}]
            - rule: goes on
              wait_for_user_input: false
              steps: [{intent: ask, entities: [{city: b}]}, {action: action_book}]
        """
    )
    lines = told(findings, "incomplete_rule")
    assert any(
        "in the rule 'does not' the action 'action_book' does not set 'vip'" in one for one in lines
    )
    assert {line.split("'")[1] for line in lines} == {"does not", "end"}


def test_a_rule_that_lacks_the_loop_that_others_begin(check):
    findings = check(
        rules="""
            rules:
            - rule: begin
              steps: [{intent: ask}, {action: trip}, {active_loop: trip}]
            - rule: no loop
              steps: [{intent: affirm}, {action: trip}]
        """
    )
    (line,) = told(findings, "incomplete_rule")
    assert line == (
        "rules.yml:6: in the rule 'no loop' the action 'trip' is not followed by 'active_loop': "
        "'trip', as in other rules"
    )


def test_stories_that_part_after_the_same_states(check):
    """stories that conflict (same history, different action)"""
    stories = """
        stories:
        - story: one
          steps: [{intent: greet}, {action: utter_hello}, {intent: affirm}, {action: utter_bye}]
        - story: other
          steps: [{intent: greet}, {action: utter_hello}, {intent: affirm}, {action: utter_hello}]
    """
    (line,) = told(check(rules="rules: []", stories=stories), "conflicting_stories")
    assert line.startswith("stories.yml:6: the story 'other' does 'utter_hello' where 'one' at ")


def test_names_that_stand_twice(check):
    findings = check(more="rules: [{rule: greet, steps: [{intent: greet}, {action: utter_hello}]}]")
    (line,) = told(findings, "duplicate_name")
    assert line.startswith("rules.yml:3: a rule named 'greet' already stands at ")


def test_a_rule_of_two_messages(check):
    more = """
        rules:
        - rule: two
          steps:
          - intent: greet
          - action: utter_hello
          - intent: affirm
          - action: utter_bye
    """
    (line,) = told(check(more=more), "too_many_turns")
    assert line == "more.yml:7: the rule 'two' has 2 messages; a rule answers one"
    allowed = "policies: [{name: RulePolicy, restrict_rules: false}]"
    assert told(check(more=more, config=allowed), "too_many_turns") == []


@pytest.mark.parametrize(
    ("more", "kind", "line"),
    [
        (
            "intents: [lonely]",
            "unused_intent",
            "more.yml:1: no rule, story or slot uses the intent",
        ),
        (
            "responses: {utter_x: [text: x]}",
            "unused_response",
            "more.yml:1: nothing says 'utter_x'",
        ),
        ("actions: [action_x]", "unused_action", "more.yml:1: no rule or story uses the action"),
        ("actions: [action_boook]", "action_without_code", "; did you mean 'action_book'?"),
        ("actions: [utter_helo]", "missing_response", "; did you mean 'utter_hello'?"),
        ("forms: {f: {required_slots: []}}", "form_never_active", "more.yml:1: no rule or story"),
        (
            "slots: {date: {type: text, mappings: [{type: from_intent, value: 1}]}}\n"
            "forms: {f: {required_slots: [date]}}",
            "form_cannot_ask",
            "more.yml:2: the form 'f' cannot ask for 'date': there is no utter_ask_f_date or",
        ),
        (
            "slots: {a: {type: bool, mappings: []}}",
            "slot_never_filled",
            "more.yml:1: nothing fills",
        ),
        (
            "slots: {a: {type: text, mappings: [{type: from_text}]}}",
            "greedy_from_text",
            "more.yml:1: the slot 'a' takes every message",
        ),
        (
            "slots: {a: {type: text, mappings: [{type: custom, action: action_boook}]}}",
            "unknown_action",
            "; did you mean 'action_book'?",
        ),
        (
            "responses: {utter_bye: [{text: Bye, buttons: [{title: x, payload: '/greeet{}'}]}]}",
            "unknown_payload",
            "unknown intent 'greeet'; did you mean 'greet'?",
        ),
    ],
)
def test_a_name_that_is_missing_or_not_used(check, more: str, kind: str, line: str):
    assert any(line in one for one in told(check(more=more), kind)), told(check(more=more), kind)


@pytest.mark.parametrize("mapping", ["conditions: [{active_loop: trip}]", "intent: greet"])
def test_from_text_with_a_condition_is_not_greedy(check, mapping: str):
    more = f"slots: {{a: {{type: text, mappings: [{{type: from_text, {mapping}}}]}}}}"
    assert told(check(more=more), "greedy_from_text") == []


def test_code_that_uses_a_name_is_use(check):
    code = (
        CODE
        + """
    class Say(Action):
        def name(self):
            return "action_say"

        def run(self, dispatcher, tracker, domain):
            dispatcher.utter_message(response="utter_x")
            dispatcher.utter_message(response=f"utter_day_{tracker.slots['day']}")
            return []
    """
    )
    more = """
        actions: [action_say]
        slots: {day: {type: text, mappings: [{type: custom}]}}
        responses: {utter_x: [text: x], utter_day_monday: [text: m]}
        rules: [{rule: s, steps: [{intent: greet, entities: [city]}, {action: action_say}]}]
    """
    findings = check(code=code, more=more)
    assert findings.errors == findings.warnings == []


def test_code_that_says_a_response_that_is_not_there(check):
    code = CODE + "\n    SAID = 'utter_helo'\n"
    (line,) = told(check(code=code), "missing_response")
    assert "actions.py:" in line and "did you mean 'utter_hello'?" in line


def test_an_action_that_the_domain_does_not_list(check):
    code = (
        CODE
        + """
    class Validate(Action):
        def name(self):
            return "validate_trip"
    """
    )
    (line,) = told(check(code=code), "unlisted_action")
    assert "the domain does not list the action 'validate_trip', so it never runs" in line


def test_code_that_is_not_python(check):
    (line,) = told(check(code="def ("), "broken_code")
    assert line.startswith("actions.py:1: this is not Python")


@pytest.mark.parametrize("base", ["ValidationAction", "rasa_sdk.forms.ValidationAction"])
def test_the_name_of_a_validation_of_slots_is_the_sdk_s_own(check, base: str):
    code = f"""{CODE}
    class Slots({base}):
        def validate_city(self, value, dispatcher, tracker, domain):
            return {{"city": value}}
    """
    found = check(code=code, more="actions: [action_validate_slot_mappings]")
    assert not told(found, "action_without_code") and not told(found, "unlisted_action")


def test_code_is_read_wherever_the_project_stands(tmp_path: Path):
    """What is left out is a folder `tests` of the code, not one that the project stands in."""
    folder = tmp_path / "tests" / "bot"
    for place in ("actions", "actions/tests"):
        (folder / place).mkdir(parents=True)
        (folder / place / "book.py").write_text(dedent(CODE))
    assert code_files(folder) == [folder / "actions" / "book.py"]


def test_code_is_never_run(check, tmp_path: Path):
    check(code=f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    assert not (tmp_path / "ran").exists()


def test_what_is_taught_and_what_is_declared_are_held_together(check):
    """intents in NLU data that the domain does not have and the reverse; retrieval intents"""
    at = Place("nlu.yml", 7)
    taught = Taught(
        intents={"greet": at, "asks": at, "faq": at, "affirm": at},
        entities={"citty": at},
        entries={"faq/hours": at},
    )
    findings = check(taught=taught, more="responses: {utter_faq/price: [text: 5]}")
    assert "nlu.yml:7: the domain knows no intent 'asks'; did you mean 'ask'?" in [
        str(one) for one in findings.errors
    ]
    assert told(findings, "intent_without_examples") == [
        "domain.yml:2: the intent 'ask' of the domain has no examples"
    ]
    assert "citty" in told(findings, "unknown_entity")[0]
    assert "have no response 'utter_faq/hours'" in told(findings, "retrieval_without_response")[0]
    assert "no examples of 'faq/price'" in told(findings, "retrieval_without_examples")[0]


def test_two_thousand_rules_are_checked_in_seconds(tmp_path: Path):
    """contradiction check must take seconds (measured, and only a gross slip fails here)"""
    names = [f"i{number}" for number in range(500)]
    rules = [
        f"- rule: r{number}\n  condition: [{{slot_was_set: [{{s{number // 500}: true}}]}}]\n"
        f"  steps: [{{intent: i{number % 500}}}, {{action: utter_{number % 50}}}]"
        for number in range(2000)
    ]
    stories = [
        f"- story: s{number}\n  steps: [{{intent: i{number}}}, {{action: utter_{number % 50}}}]"
        for number in range(200)
    ]
    slots = "".join(f"  s{n}: {{type: bool, mappings: [{{type: custom}}]}}\n" for n in range(4))
    responses = "".join(f"  utter_{n}: [text: x]\n" for n in range(50))
    (tmp_path / "domain.yml").write_text(
        f"intents: {names}\nslots:\n{slots}responses:\n{responses}"
    )
    (tmp_path / "rules.yml").write_text("rules:\n" + "\n".join(rules))
    (tmp_path / "stories.yml").write_text("stories:\n" + "\n".join(stories))
    begun = time.process_time()
    findings = check_bot(tmp_path, Taught())
    print(f"{time.process_time() - begun:.1f} s")
    assert findings.errors == []
