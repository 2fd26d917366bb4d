"""What a message means in its place of a conversation."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.agent import Agent, UserMessage
from dialogue.events import ActiveLoop, SlotSet, UserUttered
from dialogue.expecting import Expectations
from dialogue.project import Project, load_project
from dialogue.tracker import Tracker
from nlu.errors import SourceError
from nlu.types import Entity, IntentScore, RetrievalHit, Understanding

BOT = """
version: "3.1"
intents: [status, refund, inform, yes, no, stop, back, {faq: {is_retrieval_intent: true}}]
entities: [number, colour]
slots:
  left: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  sure: {type: bool, influence_conversation: false, mappings: [{type: custom}]}
  reason: {type: text, influence_conversation: false, mappings: [{type: custom}]}
forms: {cancel: {required_slots: [reason, sure]}}
responses:
  utter_refund: [{text: "It is on its way."}]
  utter_no: [{text: "Then not."}]
  utter_faq/hours: [{text: "From nine."}]
rules:
  - {rule: refund, steps: [{intent: refund}, {action: utter_refund}]}
  - {rule: "no", steps: [{intent: "no"}, {action: utter_no}]}
policies: [{name: RulePolicy}]
expected:
  - {unset: [left], weights: {back: 0.1}}
  - {form: false, entities: [number], after: [status, refund], again: [inform]}
  - {form: false, entities: [number], besides: [and, for], after: [status, refund], again: [status]}
  - {asked: [sure], weights: {"no": 4, out_of_scope: 0.5}, means: {stop: "no"}}
  - {asked: [reason], entities: [], weights: {inform: 6, out_of_scope: 0.1}}
  - {form: false, says: [refund, 退款], means: {"yes": refund}}
"""
PROJECT = Path(__file__).parents[2] / "data"
DECISIONS = ("nlu_fallback", "out_of_scope")
NUMBER = (Entity("number", "1043", 0, 4),)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("expecting")
    (folder / "bot.yml").write_text(BOT)
    return load_project(folder)


def tracker_at(project: Project, asked: str | None = None, *said: str) -> Tracker:
    """A conversation in which intents were said, and perhaps a slot is being asked for."""
    events = [UserUttered("", Understanding("", (IntentScore(name, 1.0),))) for name in said]
    if asked:
        events += [ActiveLoop("cancel"), SlotSet("requested_slot", asked)]
    return Tracker.from_events("somebody", project.domain, events)


def heard(*ranking: tuple[str, float], **more) -> Understanding:
    return Understanding("…", tuple(IntentScore(*one) for one in ranking), **more)


def names(meaning: Understanding) -> list[str]:
    return [one.name for one in meaning.intent_ranking]


def test_what_has_nothing_to_go_back_to_is_something_else(project: Project) -> None:
    meaning = heard(("back", 0.6), ("refund", 0.3), ("no", 0.1))
    found = project.expected.in_context(meaning, tracker_at(project))
    assert names(found)[0] == "refund"
    assert sum(one.confidence for one in found.intent_ranking) == pytest.approx(1.0)


def test_it_stays_where_something_was_left(project: Project) -> None:
    tracker = tracker_at(project)
    tracker.apply(SlotSet("left", ["a wish"]))
    meaning = heard(("back", 0.6), ("refund", 0.3), ("no", 0.1))
    assert project.expected.in_context(meaning, tracker) == meaning


def test_to_break_off_is_a_no_to_the_question(project: Project) -> None:
    meaning = heard(("nlu_fallback", 0.4), ("stop", 0.38), ("no", 0.36), ("yes", 0.1))
    found = project.expected.in_context(meaning, tracker_at(project, "sure"))
    assert names(found) == ["no", "yes"]


def test_and_another_one_is_the_wish_again(project: Project) -> None:
    meaning = heard(("inform", 0.7), ("yes", 0.2), entities=NUMBER)
    found = project.expected.in_context(meaning, tracker_at(project, None, "refund", "yes"))
    assert names(found)[0] == "refund"


@pytest.mark.parametrize(
    ("text", "first"), [("1043", "refund"), ("And for 1043?", "refund"), ("find 1043", "status")]
)
def test_a_number_and_little_words_are_the_wish_again(
    project: Project, text: str, first: str
) -> None:
    start = text.index("1043")
    number = Entity("number", "1043", start, start + 4)
    ranking = (IntentScore("status", 0.8), IntentScore("yes", 0.2))
    meaning = Understanding(text, ranking, entities=(number,))
    found = project.expected.in_context(meaning, tracker_at(project, None, "refund"))
    assert names(found)[0] == first


@pytest.mark.parametrize(
    ("text", "asked", "first"),
    [
        ("Yes, a REFUND!", None, "refund"),
        ("好，退款吧", None, "refund"),
        ("yes, refunds are fine", None, "yes"),
        ("yes, a refund", "sure", "yes"),
    ],
)
def test_a_yes_that_names_a_task_wants_it(
    project: Project, text: str, asked: str | None, first: str
) -> None:
    ranking = (IntentScore("yes", 0.9), IntentScore("status", 0.1))
    found = project.expected.in_context(Understanding(text, ranking), tracker_at(project, asked))
    assert names(found)[0] == first


@pytest.mark.parametrize("said", [(), ("yes",), ("refund", "yes", "no", "yes")])
def test_without_a_wish_before_it_is_nothing_again(project: Project, said: tuple) -> None:
    meaning = heard(("inform", 0.7), ("yes", 0.2), entities=NUMBER)
    found = project.expected.in_context(meaning, tracker_at(project, None, *said))
    assert names(found)[0] == "inform"


def test_an_odd_answer_to_an_open_question_is_no_message_out_of_scope(project: Project) -> None:
    meaning = heard(("out_of_scope", 0.8), ("inform", 0.4), ("yes", 0.2), out_of_scope_score=0.8)
    found = project.expected.in_context(meaning, tracker_at(project, "reason"))
    assert names(found) == ["inform", "yes"]


def test_what_is_far_out_of_scope_stays_so(project: Project) -> None:
    meaning = heard(("out_of_scope", 0.99), ("yes", 0.5), out_of_scope_score=0.99)
    found = project.expected.in_context(meaning, tracker_at(project, "sure"))
    assert names(found)[0] == "out_of_scope"
    assert found.intent_ranking[0].confidence < 0.99


def test_unclear_in_its_place_is_not_understood(project: Project) -> None:
    meaning = heard(("back", 0.7), ("refund", 0.15), ("no", 0.15))
    found = project.expected.in_context(meaning, tracker_at(project))
    assert names(found) == ["nlu_fallback", "refund", "no", "back"]


def test_a_sure_answer_stays_one(project: Project) -> None:
    meaning = heard(("faq", 0.9), ("stop", 0.6), retrieval=(RetrievalHit("faq/hours", 0.9),))
    assert project.expected.in_context(meaning, tracker_at(project, "sure")) == meaning


def test_a_question_without_a_sure_answer_is_not_understood(project: Project) -> None:
    hits = (RetrievalHit("faq/hours", 0.3),)
    meaning = heard(("nlu_fallback", 0.4), ("faq", 0.9), ("stop", 0.1), retrieval=hits)
    found = project.expected.in_context(meaning, tracker_at(project, "sure"))
    assert names(found)[0] == "nlu_fallback"


@given(
    chances=st.dictionaries(
        st.sampled_from(["status", "refund", "inform", "yes", "no", "stop", "back"]),
        st.floats(1e-4, 1.0),
        min_size=1,
    ),
    beyond=st.floats(0.0, 1.0),
    declined=st.sampled_from([None, *DECISIONS]),
    asked=st.sampled_from([None, "sure", "reason"]),
)
def test_it_is_always_a_ranking(
    project: Project,
    chances: dict[str, float],
    beyond: float,
    declined: str | None,
    asked: str | None,
) -> None:
    whole = sum(chances.values())
    falling = sorted(((n, c / whole) for n, c in chances.items()), key=lambda one: -one[1])
    first = [] if declined is None else [(declined, 0.4 if declined == "nlu_fallback" else beyond)]
    meaning = heard(*first, *falling, out_of_scope_score=beyond)
    found = project.expected.in_context(meaning, tracker_at(project, asked))
    ranking = [one for one in found.intent_ranking if one.name not in DECISIONS]
    assert {one.name for one in ranking} <= {*chances, "no"}
    assert sum(one.confidence for one in ranking) == pytest.approx(1.0)
    assert [one.confidence for one in ranking] == sorted(
        (one.confidence for one in ranking), reverse=True
    )


def test_the_bot_acts_upon_it(project: Project) -> None:
    class Hears:
        def parse(self, text: str, message_id: str | None = None) -> Understanding:
            return heard(("back", 0.6), ("refund", 0.3), ("no", 0.1))

    agent = Agent(project, Hears(), None, rng=random.Random(0))
    tracker = agent.tracker_of("somebody", [])
    turn = agent.respond(tracker, UserMessage("where is it", "somebody", "m1"))
    assert [message.text for message in turn.messages] == ["It is on its way."]
    assert tracker.latest_message.intent == "refund"


def test_a_button_means_what_it_says(project: Project) -> None:
    agent = Agent(project, None, None, rng=random.Random(0))
    tracker = agent.tracker_of("somebody", [])
    agent.start_session(tracker)
    tracker.apply(ActiveLoop("cancel"))
    tracker.apply(SlotSet("requested_slot", "sure"))
    turn = agent.respond(tracker, UserMessage("/stop", "somebody", "m1"))
    assert [e.intent for e in turn.events if isinstance(e, UserUttered)] == ["stop"]


@pytest.fixture(scope="module")
def shop() -> Project:
    return load_project(PROJECT)


@given(
    chances=st.dictionaries(
        st.sampled_from(
            [
                "affirm",
                "deny",
                "stop",
                "inform",
                "correct_that",
                "repeat_that",
                "go_back",
                "cancel_order",
                "faq",
            ]
        ),
        st.floats(1e-3, 1.0),
        min_size=2,
    ),
    entities=st.sampled_from([(), (Entity("order_number", "1043", 0, 4),)]),
)
def test_nothing_makes_a_yes_likelier_where_an_order_would_be_changed(
    shop: Project, chances: dict[str, float], entities: tuple[Entity, ...]
) -> None:
    whole = sum(chances.values())
    ranking = sorted(((n, c / whole) for n, c in chances.items()), key=lambda one: -one[1])
    tracker = Tracker.from_events(
        "somebody",
        shop.domain,
        [ActiveLoop("cancel_order_form"), SlotSet("requested_slot", "confirmed")],
    )
    found = shop.expected.in_context(heard(*ranking, entities=entities), tracker)
    yes = {one.name: one.confidence for one in found.intent_ranking}.get("affirm", 0.0)
    assert yes <= dict(ranking).get("affirm", 0.0) + 1e-9


def test_without_expectations_nothing_changes(project: Project) -> None:
    meaning = heard(("back", 0.6), ("refund", 0.3))
    assert Expectations().in_context(meaning, tracker_at(project)) is meaning


@pytest.mark.parametrize(
    ("entry", "mistake"),
    [
        ("{weights: {refnd: 2}}", "unknown intent 'refnd'"),
        ("{weights: {refund: 0}}", "must be above 0"),
        ("{weights: {refund: high}}", "must be a number"),
        ("{asked: [sre]}", "unknown slot 'sre'"),
        ("{entities: [numbr]}", "unknown entity 'numbr'"),
        ('{means: {stop: "nope"}}', "unknown intent 'nope'"),
        ("{again: [inform]}", "needs the wishes"),
        ("{form: perhaps}", "must be true or false"),
        ("{wieghts: {refund: 2}}", "unknown key of an expectation 'wieghts'"),
        ("[refund]", "must be a mapping"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, entry: str, mistake: str) -> None:
    text = BOT[: BOT.index("expected:")] + f"expected:\n  - {entry}\n"
    (tmp_path / "bot.yml").write_text(text)
    with pytest.raises(SourceError, match=r"bot\.yml") as raised:
        load_project(tmp_path)
    assert mistake in str(raised.value)
    assert raised.value.line == len(text.splitlines())
