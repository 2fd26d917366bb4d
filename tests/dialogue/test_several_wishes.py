"""Telling the wishes of one message apart, and hearing those that wait."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.agent import Agent, UserMessage
from dialogue.project import Project, load_project
from dialogue.wishes import MOST_PARTS, WAITING_WISHES, WishGroups, parts_of, told_apart
from nlu.errors import InterpreterUnavailable, SourceError
from nlu.types import Entity, IntentScore, Understanding

BOT = """
version: "3.1"
intents: [weather, hours, greet]
slots:
  waiting_wishes: {type: list, influence_conversation: false, mappings: [{type: custom}]}
responses:
  utter_weather: [{text: "It rains."}]
  utter_hours: [{text: "From nine."}]
  utter_greet: [{text: "Hello."}, {text: "Hi."}]
  utter_next_wish: [{text: "And then:"}]
  utter_said_before: [{text: "As I said."}]
rules:
  - {rule: weather, steps: [{intent: weather}, {action: utter_weather}]}
  - {rule: hours, steps: [{intent: hours}, {action: utter_hours}]}
  - {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
wishes: [[weather], [hours]]
policies: [{name: RulePolicy}]
"""
APART = WishGroups((frozenset({"cancel", "refund"}), frozenset({"track"})))


class Known:
    """Understands by one word, the first of the list that is found."""

    calls = 0
    broken = False

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        names = ("rain", "open", "hello", "cancel", "refund", "track")
        meant = dict(zip(names, ("weather", "hours", "greet", *names[3:]), strict=True))
        intent = next((meant[word] for word in names if word in text.casefold()), "greet")
        found = [
            Entity("order_number", word, text.index(word), text.index(word) + len(word))
            for word in text.replace("?", " ").split()
            if word.isdecimal() and word.isascii()
        ]
        return Understanding(text, (IntentScore(intent, 0.9),), tuple(found), message_id=message_id)

    def parse_batch(self, texts: list[str]) -> list[Understanding]:
        self.calls += 1
        if self.broken:
            raise InterpreterUnavailable("away")
        return [self.parse(text) for text in texts]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("bot")
    (folder / "bot.yml").write_text(BOT)
    return load_project(folder)


def said(project: Project, interpreter: Known, *texts: str) -> list[str]:
    """What the bot answers to the last of the texts."""
    agent = Agent(project, interpreter, None, rng=random.Random(1))  # type: ignore[arg-type]
    tracker = agent.tracker_of("c", [])
    for text in texts:
        turn = agent.respond(tracker, UserMessage(text, "c", "m"))
        assert turn.problems == ()
    assert tracker.slots[WAITING_WISHES] is None
    again = agent.tracker_of("c", [event.to_json() for event in tracker.events])
    assert again.slots == tracker.slots
    return [message.text or "" for message in turn.messages]


def split(text: str) -> list[str]:
    known, spans = Known(), parts_of(text)
    parts = known.parse_batch([text[low:high] for low, high in spans])
    return [wish.text for wish in told_apart(text, spans, parts, APART)]


def test_two_wishes_are_answered_in_one_turn(project: Project) -> None:
    answers = said(project, Known(), "will it rain today and when do you open?")
    assert answers == ["It rains.", "And then:", "From nine."]


def test_a_message_of_one_part_costs_no_second_call(project: Project) -> None:
    interpreter = Known()
    assert said(project, interpreter, "will it rain today") == ["It rains."]
    assert interpreter.calls == 0


def test_parts_that_cannot_be_understood_now_leave_the_message_whole(project: Project) -> None:
    interpreter = Known()
    interpreter.broken = True
    assert said(project, interpreter, "will it rain today and when do you open?") == ["It rains."]


def test_the_same_answer_to_the_same_question_is_owned_up_to(project: Project) -> None:
    assert said(project, Known(), "rain?", "hello", "rain?") == ["It rains.", "As I said."]


def test_another_wording_is_taken_the_second_time(project: Project) -> None:
    interpreter = Known()
    first, second = said(project, interpreter, "hello"), said(project, interpreter, *["hello"] * 2)
    assert {*first, *second} == {"Hello.", "Hi."}


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("cancel 1042 and track 1043", ["cancel 1042", "track 1043"]),
        ("Hi. Please cancel 1042. I don't want it. Then track 1043 please.",
         ["Hi. Please cancel 1042. I don't want it.", "track 1043 please."]),
        ("cancel 1042 and refund 1043", ["cancel 1042", "refund 1043"]),
        ("please cancel 1042 and refund it", []),
        ("cancel and track it", []),  # the first has no thing of its own
        ("track 1 and cancel 2 and refund 3 and track 4", []),  # too many for one turn
        ("cancel the shirt and the socks", []),
        ("/cancel and track 12", []),
    ],
)  # fmt: skip
def test_where_a_message_is_taken_apart(text: str, wishes: list[str]) -> None:
    assert split(text) == wishes


def test_entities_stand_where_they_stood() -> None:
    text = "Hi. Please cancel 1042 and track 1043"
    spans = parts_of(text)
    parts = Known().parse_batch([text[low:high] for low, high in spans])
    for wish in told_apart(text, spans, parts, APART):
        for entity in wish.entities:
            assert wish.text[entity.start : entity.end] == entity.value


@given(st.text(alphabet=st.sampled_from("ab and.?! also，还有。track cancel12\n/"), max_size=120))
def test_parts_are_in_order_and_of_the_text(text: str) -> None:
    spans = parts_of(text)
    assert 1 <= len(spans) <= MOST_PARTS
    ends = [place for span in spans for place in span]
    assert ends == sorted(ends)
    assert ends[-1] <= len(text)
    split(text)


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("wishes: [[wether]]", "unknown intent 'wether'"),
        ("wishes: 3", "must be a list"),
        ("wishes: [[3]]", "must be a name"),
    ],
)
def test_mistakes_in_the_list_of_wishes_are_named(
    tmp_path: Path, written: str, mistake: str
) -> None:
    (tmp_path / "bot.yml").write_text(BOT.replace("wishes: [[weather], [hours]]", written))
    with pytest.raises(SourceError, match=mistake):
        load_project(tmp_path)


def test_a_forged_queue_is_passed_over(project: Project) -> None:
    agent = Agent(project, Known(), None)  # type: ignore[arg-type]
    odd = [3, {"intent": {"name": "nothing"}}, {"text": "open"}, {"intent": {"name": "hours"}}]
    event = {"event": "slot", "name": WAITING_WISHES, "value": odd}
    tracker = agent.tracker_of("c", [event])
    turn = agent.respond(tracker, UserMessage("rain?", "c", "m"))
    assert [m.text for m in turn.messages] == ["It rains.", "And then:", "From nine."]
