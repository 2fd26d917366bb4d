"""Conversation tests: how they are read, played, compared and reported."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from bot_stories import Meanings, project_of, write
from rasa_sdk import Action
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor
from ruamel.yaml import YAML

from dialogue.actions.runner import InProcessRunner
from dialogue.mistakes import Mistakes
from dialogue.project import Project, load_project
from dialogue.testing.playing import Played, Stage, play_all
from dialogue.testing.report import as_text, figures, write_failed
from dialogue.testing.scripts import read_scripts, script_files
from dialogue.testing.told_actions import ToldActions
from nlu.errors import SourceError
from nlu.types import Entity
from training.annotations import parse_annotated

DOMAIN = """
    intents: [greet, ask, inform, stop, chitchat, faq]
    entities: [{city: {roles: [to]}}, size]
    slots:
      city: {type: text, mappings: [{type: from_entity, entity: city, role: to}]}
      size: {type: text, influence_conversation: false,
             mappings: [{type: from_entity, entity: size}]}
      seats: {type: float, influence_conversation: false, mappings: [{type: custom}]}
    forms: {trip: {required_slots: [city]}}
    actions: [action_seats]
    responses:
      utter_hello: [{text: Hello}, {text: "Hi, {city}"}]
      utter_chat: [text: Nice weather]
      utter_ask_city: [text: Where to?]
      utter_done: [{text: "Off to {city}"}]
      utter_faq/wrap: [text: We wrap.]
      utter_faq/send: [text: We send.]
      utter_default: [text: Pardon?]
"""
RULES = """
    rules:
    - rule: greet
      steps: [{intent: greet}, {action: utter_hello}]
    - rule: chat
      steps: [{intent: chitchat}, {action: utter_chat}]
    - rule: begin
      steps: [{intent: ask}, {action: trip}, {active_loop: trip}]
    - rule: end
      condition: [{active_loop: trip}]
      steps: [{action: trip}, {active_loop: null}, {action: action_seats}, {action: utter_done}]
    - rule: questions
      steps: [{intent: faq}, {action: utter_faq}]
"""


class Seats(Action):
    def name(self):
        return "action_seats"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Two seats are left.")
        return [SlotSet("seats", 2)]


Play = Callable[..., list[Played]]


def marked(text: str) -> tuple[str, tuple[Entity, ...]]:
    found = parse_annotated(text)
    return found.text, found.entities


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "bot").mkdir()
    return project_of(tmp_path / "bot", domain=DOMAIN, rules=RULES)


@pytest.fixture
def play(project: Project, tmp_path: Path) -> Play:
    """Play tests; by what they say themselves, or by an interpreter."""

    def played(text: str, interpreter=None, run_actions=True) -> list[Played]:
        file = write(tmp_path, test_it=text) / "test_it.yml"
        scripts = read_scripts([file], project.domain, marked, Mistakes())
        executor = ActionExecutor()
        executor.register_action(Seats)

        @contextmanager
        def stage(_script):
            yield Stage(InProcessRunner(executor) if run_actions else ToldActions())

        return list(play_all(scripts, project, interpreter, stage))

    return played


TRIP = """
    version: "3.1"
    stories:
    - story: a trip
      steps:
      - user: |
          hello
        intent: greet
      - action: utter_hello
      - bot: Hello
      - user: I want a trip
        intent: ask
      - action: trip
      - active_loop: trip
      - slot_was_set:
        - requested_slot: city
      - user: nice day
        intent: chitchat
      - action: utter_chat
      - action: trip
      - user: |
          to [Rome]{"entity": "city", "role": "to"} with a [big](size:large) bag
        intent: inform
      - slot_was_set:
        - city: rome
        - size
      - action: trip
      - active_loop: null
      - slot_was_set:
        - requested_slot: null
      - action: action_seats
      - bot: Two seats are left.
      - slot_was_set:
        - seats: 2
      - action: utter_done
      - bot: Off to Rome
      - action: action_listen
"""


@pytest.mark.parametrize("run_actions", [True, False])
def test_a_conversation_that_goes_as_told(play: Play, run_actions: bool):
    """Actions run, or what is told after them happens."""
    (played,) = play(TRIP, run_actions=run_actions)
    assert played.passed, as_text([played])
    told = figures([played])
    assert (told["conversations"], told["passed"], told["failures"]) == (1, 1, [])
    assert told["actions"] == {"right": 7, "wrong": 0}
    assert told["intents"] == {"right": 4, "wrong": 0}
    assert told["entities"] == {"right": 1, "wrong": 0}
    assert told["texts"] == {"right": 3, "wrong": 0}


def differences(played: Played) -> list[tuple]:
    return [(r.kind, r.line, r.expected, r.actual) for r in played.rows if not r.right]


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        (
            "action: utter_chat\n",
            "action: utter_default\n",
            [("action", "utter_default", "utter_chat")],
        ),
        ("      - action: utter_chat\n", "", [("action", "", "utter_chat")]),
        (
            "      - action: utter_chat\n",
            "      - action: utter_chat\n      - action: utter_hello\n",
            [("action", "utter_hello", "")],
        ),
        ("city: rome", "city: Paris", [("slot", "city: Paris", "city: Rome")]),
        ("active_loop: null", "active_loop: trip", [("loop", "trip", "null")]),
        ("bot: Hello", "bot: Hallo", [("text", "Hallo", "Hi, None")]),
        ("bot: Off to Rome", "bot: Off to Paris", [("text", "Off to Paris", "Off to Rome")]),
        ("seats: 2", "seats: 3", [("slot", "seats: 3", "seats: 2")]),
    ],
)
def test_what_is_otherwise_is_told_with_its_line(
    play: Play, before: str, after: str, difference: list[tuple]
):
    (played,) = play(TRIP.replace(before, after))
    found = [(kind, expected, actual) for kind, _, expected, actual in differences(played)]
    assert found == difference
    text = as_text([played])
    assert "✗" in text and "0 of 1 conversations passed" in text


def test_any_wording_of_a_response_will_do(play: Play):
    (played,) = play("""
        stories:
        - story: s
          steps:
          - slot_was_set: [city: Rome]
          - {user: hello, intent: greet}
          - action: utter_hello
          - bot: Hi, Rome
    """)
    assert played.passed


def test_a_wrong_intent_fails_the_conversation_which_goes_on_as_it_was_meant(play: Play):
    meanings = Meanings()
    meanings.teach("hello", "stop")
    (played,) = play(
        """
        stories:
        - story: s
          steps:
          - {user: hello, intent: greet}
          - action: utter_hello
        """,
        meanings,
    )
    assert differences(played) == [("intent", 5, "greet", "stop")]
    assert played.count("action", right=True) == 1


@pytest.mark.parametrize(
    ("found", "difference"),
    [
        ([Entity("city", "Rome", 3, 7, role="to")], None),
        ([Entity("city", "Roma", 3, 7, role="to")], None),  # the words stand for something
        ([], "no entities"),
        ([Entity("city", "Rome", 3, 7)], "city=Rome"),
        (
            [Entity("city", "Rome", 3, 7, role="to"), Entity("size", "x", 0, 1)],
            "city=Rome (to), size=x",
        ),
        ([Entity("city", "Rome", 3, 7, role="to"), Entity("undeclared", "x", 0, 1)], None),
    ],
)
def test_entities_are_compared(play: Play, found: list[Entity], difference: str | None):
    meanings = Meanings()
    meanings.teach("to Rome", "ask", entities=found)
    (played,) = play(
        """
        stories:
        - story: s
          steps:
          - user: |
              to [Rome]{"entity": "city", "role": "to"}
            intent: ask
          - action: trip
          - active_loop: trip
          - active_loop: null
          - action: action_seats
          - action: utter_done
        """,
        meanings,
    )
    wrong = [actual for kind, _, _, actual in differences(played)]
    assert wrong == ([] if difference is None else [difference])


def test_the_entry_of_a_retrieval_intent_is_compared(play: Play):
    meanings = Meanings()
    meanings.teach("do you wrap", "faq", retrieval=["faq/send", "faq/wrap"])
    text = """
        stories:
        - story: s
          steps:
          - {user: do you wrap, intent: faq/wrap}
          - action: utter_faq
          - bot: We wrap.
    """
    (played,) = play(text, meanings)
    assert differences(played) == [("intent", 5, "faq/wrap", "faq/send")]
    (played,) = play(text)
    assert played.passed


def test_slash_messages_and_steps_without_text(play: Play):
    """2.x: `user: /intent{...}`, and an intent alone."""
    played = play("""
        stories:
        - story: slash
          steps:
          - user: /greet
            intent: greet
          - action: utter_hello
          - user: '/ask{"size": "large"}'
            intent: ask
          - slot_was_set: {size: large}
          - action: trip
          - active_loop: trip
        - story: intents alone
          steps:
          - intent: greet
          - action: utter_hello
          - intent: ask
            entities: [{size: large}]
          - slot_was_set: [size: large]
          - action: trip
    """)
    assert [one.passed for one in played] == [True, True], as_text(played)


def test_or_makes_several_conversations_and_a_checkpoint_joins_two(play: Play):
    played = play("""
        stories:
        - story: either
          steps:
          - or:
            - {user: hello, intent: greet}
            - {user: hi, intent: greet}
          - action: utter_hello
          - checkpoint: greeted
        - story: then
          steps:
          - checkpoint: greeted
          - {user: nice day, intent: chitchat}
          - action: utter_chat
    """)
    assert [one.script.name for one in played] == ["either", "either"]
    assert [one.count("action", right=True) for one in played] == [2, 2]


def test_a_test_of_words_alone_is_compared_by_words_alone(play: Play):
    meanings = Meanings()
    meanings.teach("hello", "greet")
    text = "stories: [{story: s, steps: [{user: hello}, {bot: Hello}]}]"
    (played,) = play(text, meanings)
    assert played.passed
    (played,) = play(text.replace("Hello", "Bye"), meanings)
    assert differences(played) == [("text", 1, "Bye", "Hi, None")]


def test_each_conversation_begins_with_nothing(play: Play):
    one = "{steps: [{user: hi, intent: greet}, {action: utter_hello}, {slot_was_set: [city: null]}]"
    given = (
        "{steps: [{slot_was_set: [city: Rome]}, {user: hi, intent: greet}, {action: utter_hello}]"
    )
    played = play(f"stories: [{given}, story: a}}, {one}, story: b}}]")
    assert [one.passed for one in played] == [True, True], as_text(played)


def test_slots_given_at_the_start_are_known_before_the_bot_first_listens(tmp_path: Path):
    """A test that is word for word a story, played by the memory of stories alone."""
    told = """
    stories:
    - story: %s
      steps:
      - slot_was_set: [member: true]
      - intent: greet
      - action: utter_welcome
    """
    domain = """
    intents: [greet]
    slots: {member: {type: bool, mappings: [{type: custom}]}}
    responses: {utter_welcome: [text: Welcome back]}
    policies: [{name: MemoizationPolicy}]
    """
    project = project_of(tmp_path, domain=domain, stories=told % "members")
    file = write(tmp_path, test_it=told % "played") / "test_it.yml"

    @contextmanager
    def stage(_script):
        yield Stage(ToldActions())

    scripts = read_scripts([file], project.domain, marked, Mistakes())
    (played,) = play_all(scripts, project, None, stage)
    assert played.passed, as_text([played])


class TestToldForms:
    """Without actions a form's validation takes what the test tells."""

    def domain(self, tmp_path: Path) -> Project:
        write(tmp_path / "bot", more="actions: [validate_trip]")
        return load_project(tmp_path / "bot")

    def play(self, project: Project, tmp_path: Path, text: str) -> Played:
        file = write(tmp_path, test_it=text) / "test_it.yml"
        (script,) = read_scripts([file], project.domain, marked, Mistakes())

        @contextmanager
        def stage(_script):
            yield Stage(ToldActions())

        (played,) = play_all([script], project, None, stage)
        return played

    @pytest.mark.parametrize("told", ["rome", "Roma Capitale"])
    def test_a_value_is_taken_as_it_is_or_as_told(self, project, tmp_path, told):
        text = f"""
            stories:
            - story: s
              steps:
              - {{user: a trip, intent: ask}}
              - action: trip
              - active_loop: trip
              - user: |
                  to [rome]{{"entity": "city", "role": "to"}}
                intent: inform
              - action: trip
              - slot_was_set: [city: {told}]
              - active_loop: null
              - action: action_seats
              - action: utter_done
        """
        played = self.play(self.domain(tmp_path), tmp_path, text)
        assert played.passed, as_text([played])

    def test_a_form_that_asks_again(self, project, tmp_path):
        text = """
            stories:
            - story: s
              steps:
              - {user: a trip, intent: ask}
              - action: trip
              - active_loop: trip
              - {user: somewhere, intent: inform}
              - action: trip
              - slot_was_set: [requested_slot: city]
              - {user: nice day, intent: chitchat}
              - action: utter_chat
              - action: trip
        """
        played = self.play(self.domain(tmp_path), tmp_path, text)
        assert played.passed, as_text([played])


def test_the_report_shows_expected_beside_actual(play: Play):
    (played,) = play(TRIP.replace("utter_chat", "utter_default"))
    text = as_text([played])
    lines = text.splitlines()
    assert lines[0].endswith("test_it.yml:4: a trip")
    (wrong,) = [line for line in lines if "✗" in line]
    assert "action: utter_default" in wrong and "action: utter_chat" in wrong
    assert wrong.endswith("test_it.yml:19")
    (failure,) = figures([played])["failures"]
    assert failure["differences"] == [
        {"what": "action", "line": 19, "expected": "utter_default", "actual": "utter_chat"}
    ]


def test_failed_conversations_are_written_as_stories(play: Play, tmp_path: Path):
    played = play(TRIP.replace("utter_chat", "utter_default"))
    path = write_failed(played, tmp_path / "out")
    written = YAML(typ="safe").load(path.read_text())
    assert [story["story"] for story in written["stories"]] == ["a trip"]
    assert written["stories"][0]["steps"][0] == {"user": "hello", "intent": "greet"}
    assert "- action: utter_default  # action: utter_chat" in path.read_text()
    assert YAML(typ="safe").load(write_failed([], tmp_path / "out").read_text())["stories"] == []


MISTAKES = [
    ("stories:\n- story: s\n  steps:\n  - action: utter_helo\n", 4, "did you mean 'utter_hello'?"),
    (
        "stories:\n- story: s\n  steps:\n  - user: '[a](city'\n    intent: greet\n",
        4,
        "never closed",
    ),
    ("nlu: []\n", 1, "there is no list 'stories'"),
    ("- a\n", 1, "there is no list 'stories'"),
    ("stories: [\n", 2, "not valid YAML"),
    ("stories:\n- story: s\n  steps:\n  - acton: x\n", 4, "did you mean 'action'?"),
]


@pytest.mark.parametrize(("text", "line", "complaint"), MISTAKES)
def test_a_mistake_in_a_test_file_names_file_and_line(
    project: Project, tmp_path: Path, text: str, line: int, complaint: str
):
    file = tmp_path / "test_x.yml"
    file.write_text(text)
    with pytest.raises(SourceError) as mistake:
        read_scripts([file], project.domain, marked, Mistakes())
    assert str(mistake.value).startswith(f"{file}:{line}: "), mistake.value
    assert complaint in str(mistake.value)


def test_markdown_is_refused_with_a_clear_line(project: Project, tmp_path: Path):
    """1.x markdown test stories are refused"""
    file = tmp_path / "test_stories.md"
    file.write_text("## s\n* greet: hi\n  - utter_hello\n")
    assert list(script_files(tmp_path)) == [file]
    with pytest.raises(SourceError, match=r"test_stories\.md: .* the Markdown of Rasa 1"):
        read_scripts([file], project.domain, marked, Mistakes())


def test_files_are_found_below_a_project(tmp_path: Path):
    for name in ("tests/test_a.yml", "data/test/test_b.yaml", "test_c.yml", "tests/other.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("stories: []")
    for name in (".hidden/test_d.yml", "node_modules/test_e.yml", "results/test_f.yml"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("stories: []")
    found = [str(path.relative_to(tmp_path)) for path in script_files(tmp_path)]
    assert found == ["test_c.yml", "data/test/test_b.yaml", "tests/test_a.yml"]
    assert list(script_files(tmp_path / "tests" / "other.yml")) == [tmp_path / "tests/other.yml"]
