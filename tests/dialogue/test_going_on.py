"""A short question is read together with the one that was answered before it."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from dialogue.agent import Agent, UserMessage
from dialogue.project import load_project
from dialogue.testing.told_actions import ToldActions
from nlu.errors import InterpreterUnavailable, SourceError
from nlu.types import Entity, IntentScore, RetrievalHit, Understanding

BOT = """
version: "3.1"
intents:
  [hours, ship, status, yes, more, out_of_scope, nlu_fallback, {faq: {is_retrieval_intent: true}}]
entities: [number]
responses:
  utter_hours: [{text: "From nine."}]
  utter_ship: [{text: "In two days."}]
  utter_status: [{text: "On its way."}]
  utter_yes: [{text: "Good."}]
  utter_more: [{text: "That is all."}]
  utter_no: [{text: "What?"}]
  utter_faq/wrap: [{text: "Yes, for two euros."}]
  utter_faq/dogs: [{text: "Yes, on a lead."}]
rules:
  - {rule: hours, steps: [{intent: hours}, {action: utter_hours}]}
  - {rule: ship, steps: [{intent: ship}, {action: utter_ship}]}
  - {rule: status, steps: [{intent: status}, {action: utter_status}]}
  - {rule: "yes", steps: [{intent: "yes"}, {action: utter_yes}]}
  - {rule: more, steps: [{intent: more}, {action: utter_more}]}
  - {rule: what, steps: [{intent: nlu_fallback}, {action: utter_no}]}
  - {rule: beyond, steps: [{intent: out_of_scope}, {action: utter_no}]}
  - {rule: faq, steps: [{intent: faq}, {action: utter_faq}]}
policies: [{name: RulePolicy}]
goes_on:
  after: [faq, hours, ship]
  means: more
  reads: [ship]
  unless: [status]
  weak: ["yes"]
  names: [number]
"""
WRAP = "do you wrap?"
ANSWERED = {
    WRAP: ("faq", 0.9, "faq/wrap"),
    "dogs?": ("faq", 0.9, "faq/dogs"),
    "open?": ("hours", 0.9),
}


class Read:
    """Understands the texts that it was given; anything else is not understood."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[object, ...]] = dict(ANSWERED)
        self.asked: list[str] = []
        self.fails = False

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """What the text was said to mean."""
        self.asked.append(text)
        if self.fails and len(self.asked) > 2:
            raise InterpreterUnavailable("gone")
        name, chance, *key = self.known.get(text, ("nlu_fallback", 0.4))
        return Understanding(
            text,
            (IntentScore(str(name), float(str(chance))),),
            tuple(Entity("number", n, 0, 1) for n in re.findall(r"\d+", text)),
            retrieval=tuple(RetrievalHit(str(one), 0.9) for one in key),
            message_id=message_id,
        )


@pytest.fixture
def read() -> Read:
    return Read()


@pytest.fixture
def agent(tmp_path: Path, read: Read) -> Agent:
    (tmp_path / "bot.yml").write_text(BOT)
    return Agent(load_project(tmp_path), read, ToldActions(), rng=random.Random(0))


def answers(agent: Agent, *texts: str) -> list[str | None]:
    tracker = agent.tracker_of("someone", [])
    turns = [agent.respond(tracker, UserMessage(text, "someone", text)) for text in texts]
    return [turn.messages[-1].text for turn in turns]


@pytest.mark.parametrize("alone", [("nlu_fallback", 0.4), ("yes", 0.9), ("hours", 0.9)])
def test_what_is_about_nothing_is_about_the_question_before(
    agent: Agent, read: Read, alone: tuple[object, ...]
) -> None:
    read.known |= {"what does it cost?": alone, f"{WRAP} what does it cost?": ANSWERED[WRAP]}
    assert answers(agent, WRAP, "what does it cost?") == ["Yes, for two euros.", "That is all."]


def test_it_goes_on_through_several_and_after_a_button(agent: Agent, read: Read) -> None:
    for text in ("how long?", "and why?"):
        read.known |= {f"{WRAP} {text}": ANSWERED[WRAP], f"wrap? {text}": ANSWERED[WRAP]}
    for first in (WRAP, "/faq/wrap"):
        assert answers(agent, first, "how long?", "and why?")[1:] == ["That is all."] * 2


def test_together_it_may_have_another_answer(agent: Agent, read: Read) -> None:
    read.known[f"{WRAP} what about that there?"] = ANSWERED["dogs?"]
    assert answers(agent, WRAP, "what about that there?")[1] == "Yes, on a lead."


@pytest.mark.parametrize(
    ("text", "alone", "told"),
    [
        ("where is it?", ("status", 0.9), "On its way."),  # an order's question, surely
        ("are dogs fine?", ANSWERED["dogs?"], "Yes, on a lead."),  # has a topic of its own
        ("and 1042?", ("nlu_fallback", 0.4), "What?"),  # names something
        ("good", ("yes", 0.9), "Good."),  # is no question
        ("is it " + "very " * 9 + "far?", ("yes", 0.9), "Good."),  # is not short
    ],
)
def test_what_means_something_by_itself_is_left_as_it_is(
    agent: Agent, read: Read, text: str, alone: tuple[object, ...], told: str
) -> None:
    read.known |= {text: alone, f"{WRAP} {text}": ANSWERED[WRAP]}
    assert answers(agent, WRAP, text)[1] == told
    assert read.asked == [WRAP, text]


def test_an_action_that_reads_the_words_is_asked_again(agent: Agent, read: Read) -> None:
    read.known |= {"ship?": ("ship", 0.9), "ship? klarna?": ("ship", 0.9)}
    read.known["klarna? and why?"] = ("ship", 0.9)
    assert answers(agent, "ship?", "klarna?", "and why?") == [*["In two days."] * 2, "That is all."]


def test_one_thing_is_added_to_what_was_asked(agent: Agent, read: Read) -> None:
    said = ("ship?", "and copenhagen?", "what does it cost?")
    read.known |= {"ship?": ("ship", 0.9), "and copenhagen?": ("faq", 0.9, "faq/dogs")}
    read.known["ship? and copenhagen?"] = ("ship", 0.9)
    read.known["ship? and copenhagen? what does it cost?"] = ("ship", 0.9)
    told = answers(agent, *said)
    assert told == ["In two days.", "Yes, on a lead.", "What?"]  # surely something by itself
    read.known["and copenhagen?"] = ("yes", 0.9)
    assert answers(agent, *said) == ["In two days."] * 3


def test_together_it_must_be_of_the_topic(agent: Agent, read: Read) -> None:
    read.known[f"{WRAP} is it far?"] = ("status", 0.9)
    assert answers(agent, WRAP, "is it far?")[1] == "What?"
    assert answers(agent, "is it far?") == ["What?"]  # where nothing was asked before


def test_when_the_second_look_fails_the_first_counts(agent: Agent, read: Read) -> None:
    read.fails = True
    assert answers(agent, WRAP, "how long?")[1] == "What?"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("after: [hour]", "hours"),
        ("means: mores", "more"),
        ("names: [numbers]", "number"),
        ("unless: [statu]", "status"),
    ],
)
def test_a_wrong_name_is_told_with_its_neighbour(tmp_path: Path, wrong: str, told: str) -> None:
    key = wrong.partition(":")[0]
    kept = [line for line in BOT.splitlines() if not line.startswith(f"  {key}:")]
    (tmp_path / "bot.yml").write_text("\n".join([*kept, f"  {wrong}"]))
    with pytest.raises(SourceError, match=rf"bot.yml:.*{told}"):
        load_project(tmp_path)
