"""The learned policy: conversations that nobody wrote word for word."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from bot_stories import Bot
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa_sdk import Action
from rasa_sdk.events import SlotSet as SlotWasSet

from dialogue.domain import LISTEN
from dialogue.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, Event, SlotSet
from dialogue.policies.learned import LearnedPolicy
from dialogue.policies.prediction import Prediction
from dialogue.project import Project, load_project
from dialogue.states import OnlyInRules
from dialogue.stories import UserStep, paths_through, story_events
from dialogue.tracker import Tracker
from nlu.types import Entity

MakeBot = Callable[..., Bot]
MOVERS = Path(__file__).parent / "movers"
NOTHING_HIDDEN = OnlyInRules()


@cache
def movers() -> Project:
    return load_project(MOVERS)


@cache
def paths() -> tuple:
    return paths_through(movers().stories)


@cache
def learned() -> LearnedPolicy:
    return LearnedPolicy(movers().domain, paths(), NOTHING_HIDDEN)


def after(*steps: str | Event, policy: LearnedPolicy | None = None) -> Prediction:
    """What comes after `/intent` messages, actions and events."""
    tracker = Tracker("someone", movers().domain)
    for step in steps:
        if isinstance(step, Event):
            tracker.apply(step)
        elif step.startswith("/"):
            intent, _, entity = step[1:].partition(" ")
            entities = (Entity(entity, "3", 0, 1),) if entity else ()
            heard = story_events([UserStep(intent, entities)], movers().domain)
            tracker.apply(*heard[:-1])  # without the listening after it
        else:
            tracker.apply(ActionExecuted(step))
    return (policy or learned()).predict(tracker, tracker.history)


PLANNED = (SlotSet("known_customer", True), SlotSet("move_status", "planned"))
UNKNOWN = SlotSet("known_customer", False)
SMALL_TALK = ("/chitchat", "utter_chat")
CANCELLING = ("/cancel_move", "action_find_move", *PLANNED, "utter_ask_cancel")
QUOTED = ("/quote rooms", "action_quote", "utter_ask_book")


@pytest.mark.parametrize(
    ("steps", "action"),
    [
        # an extra turn of small talk in the middle
        (("/quote", "utter_ask_rooms", *SMALL_TALK, "/inform rooms"), "action_quote"),
        ((*CANCELLING, *SMALL_TALK, "/affirm"), "action_cancel"),
        # a side question
        ((*CANCELLING, "/insurance", "utter_insurance", "/deny"), "utter_kept"),
        (("/quote", "utter_ask_rooms", "/insurance"), "utter_insurance"),
        # two stories glued together
        (
            ("/human", "utter_ask_human", "/affirm", "utter_human", *QUOTED, "/affirm"),
            "utter_ask_day",
        ),
        # what an action found decides
        ((*SMALL_TALK, "/track", "action_find_move", *PLANNED), "utter_planned"),
        ((*SMALL_TALK, "/change_date", "action_find_move", UNKNOWN), "utter_no_move"),
        # the same word answers another question
        (("/bye", "utter_bye", "/human", "utter_ask_human", "/affirm"), "utter_human"),
    ],
)
def test_what_no_story_has_word_for_word_is_handled(steps: Sequence[str | Event], action: str):
    predicted = after(*steps)
    assert predicted.action == action
    assert 0.3 < predicted.confidence <= 1


@pytest.mark.parametrize("message", ["/affirm", "/deny", "/inform", "/stop"])
def test_an_answer_to_no_question_is_left_to_the_fallback(message: str):
    assert after(message).confidence < 0.3
    assert after("/greet", "utter_greet", message).confidence < 0.3
    assert after("/thanks", "utter_welcome", message).confidence < 0.3


@pytest.mark.parametrize("steps", [("/restart",), ("/nlu_fallback",), ("/greet", "action_restart")])
def test_it_says_nothing_after_what_no_story_has(steps: Sequence[str]):
    assert after(*steps).action is None


def test_it_says_nothing_in_a_forms_own_turn():
    running = ("/complain", "utter_sorry", "complaint_form", ActiveLoop("complaint_form"))
    assert after(*running).action is None
    assert after(*running, "/inform day").action is None
    declined = ActionExecutionRejected("complaint_form")
    assert after(*running, "/insurance", declined).action == "utter_insurance"


def test_an_action_that_declined_is_not_predicted_again():
    declined = ActionExecutionRejected("utter_greet")
    assert after("/greet").action == "utter_greet"
    assert after("/greet", declined).action != "utter_greet"


def test_the_same_stories_teach_the_same():
    again = LearnedPolicy(movers().domain, paths(), NOTHING_HIDDEN)
    for steps in (("/greet",), ("/quote",), ("/quote", "utter_ask_rooms", "/chitchat")):
        assert after(*steps, policy=again) == after(*steps)


def test_stories_left_out_one_by_one_are_mostly_foretold():
    """Every sixth story is left out: its decisions, and with small talk in its middle."""
    right = total = 0
    for number in range(5, len(paths()), 6):
        path = paths()[number]
        rest = [*paths()[:number], *paths()[number + 1 :]]
        policy = LearnedPolicy(movers().domain, rest, NOTHING_HIDDEN)
        messages = [at for at, step in enumerate(path) if isinstance(step, UserStep)]
        cut = random.Random(number).choice(messages)
        small_talk = paths()[1]
        for way in (path, path[:cut] + small_talk + path[cut:]):
            for tracker, action in _decisions(way):
                right += policy.predict(tracker, tracker.history).action == action
                total += 1
    assert right / total > 0.85


def _decisions(path):
    """The trackers of a path before each action that follows a message, and that action."""
    tracker = Tracker("someone", movers().domain)
    for event in story_events(path, movers().domain):
        waits = tracker.latest_action_name == LISTEN and tracker.latest_message is not None
        if isinstance(event, ActionExecuted) and waits:
            yield tracker.copy(), event.name
        tracker.apply(event)


words = st.one_of(
    st.sampled_from(sorted(f"/{name}" for name in movers().domain.intents)),
    st.sampled_from(sorted(movers().domain.actions)),
    st.sampled_from((*PLANNED, SlotSet("rooms", "2"), ActiveLoop("complaint_form"))),
    st.sampled_from((ActiveLoop(None), ActionExecutionRejected("complaint_form"))),
)


@given(st.lists(words, max_size=12))
@settings(deadline=None)
def test_whatever_happened_it_predicts_an_action_of_the_domain_or_nothing(steps):
    predicted = after(*steps)
    assert predicted.action is None or predicted.action in movers().domain.actions
    assert 0 <= predicted.confidence <= 1


DOMAIN = """
    intents: [greet, order, chitchat, affirm, bye]
    responses:
      utter_hello: [text: Hello]
      utter_order: [text: Shall I?]
      utter_done: [text: Done]
      utter_chat: [text: Nice weather]
      utter_welcome: [text: Welcome]
      utter_default: [text: Pardon?]
"""
STORIES = """
    stories:
    - story: order
      steps: [{intent: greet}, {action: utter_hello}, {intent: order}, {action: utter_order},
              {intent: affirm}, {action: utter_done}]
    - story: chat
      steps: [{intent: chitchat}, {action: utter_chat}]
"""
TED = "policies: [{name: RulePolicy}, {name: MemoizationPolicy}, {name: TEDPolicy}]"


@pytest.mark.parametrize("files", [{"config": TED}, {}])
def test_it_is_used_for_ted_and_where_no_policies_are_listed(make_bot: MakeBot, files):
    bot = make_bot(domain=DOMAIN, stories=STORIES, **files)
    assert bot.hears("/order") == ["Shall I?"]
    assert bot.hears("/chitchat") == ["Nice weather"]
    assert bot.hears("/affirm") == ["Done"]
    assert bot.actions == ["utter_done", "action_listen"]
    assert bot.hears("/bye") == ["Pardon?"]


def test_a_number_that_no_story_has_is_like_the_nearest_that_one_has(make_bot: MakeBot):
    bot = make_bot(
        domain="""
            intents: [check]
            slots: {left: {type: float, mappings: [{type: custom}]}}
            responses: {utter_none: [text: None], utter_some: [text: Some],
                        utter_unknown: [text: Unknown]}
        """,
        stories="""
            stories:
            - story: none
              steps: [{slot_was_set: [{left: 0.0}]}, {intent: check}, {action: utter_none}]
            - story: some
              steps: [{slot_was_set: [{left: 0.4}]}, {intent: check}, {action: utter_some}]
            - story: much
              steps: [{slot_was_set: [{left: 0.8}]}, {intent: check}, {action: utter_some}]
            - story: unknown
              steps: [{slot_was_set: [{left: null}]}, {intent: check}, {action: utter_unknown}]
        """,
        config=TED,
    )
    assert bot.hears("/check", left=0.9) == ["Some"]
    assert bot.hears("/check", left=0.5) == ["Some"]
    assert bot.hears("/check", left=0.0) == ["None"]


def test_it_is_not_used_where_others_are_listed(make_bot: MakeBot):
    policies = "policies: [{name: RulePolicy}, {name: MemoizationPolicy}]"
    bot = make_bot(domain=DOMAIN, stories=STORIES, config=policies)
    assert bot.hears("/order") == ["Pardon?"]


def test_it_yields_to_rules_and_to_memory(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        stories=STORIES,
        rules="rules: [{rule: r, steps: [{intent: order}, {action: utter_welcome}]}]",
    )
    bot.hears("/chitchat")
    assert bot.hears("/order") == ["Welcome"]
    policies = {event.policy for event in bot.turn.events if isinstance(event, ActionExecuted)}
    assert policies == {"RulePolicy"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.8, "Much"),
        (0.79, "Much"),
        (0.95, "Much"),
        (0.4, "Little"),
        (0.35, "Little"),
        (0.05, "None"),
        (0.0, "None"),
        (None, "Which?"),
    ],
)
def test_values_of_a_float_that_no_story_has_are_judged_by_those_around_it(
    make_bot: MakeBot, value: float | None, said: str
):
    class Look(Action):
        def name(self):
            return "action_look"

        def run(self, dispatcher, tracker, domain):
            return [SlotWasSet("left", value)]

    told = {"utter_much": 0.8, "utter_little": 0.4, "utter_none": 0, "utter_ask": "null"}
    stories = "".join(
        f"""
        - story: {action}
          steps:
          - intent: check
          - action: action_look
          - slot_was_set: [left: {left}]
          - action: {action}"""
        for action, left in told.items()
    )
    bot = make_bot(
        Look,
        domain="""
        intents: [check]
        slots: {left: {type: float, mappings: [{type: custom}]}}
        actions: [action_look]
        responses:
          utter_much: [text: Much]
          utter_little: [text: Little]
          utter_none: [text: None]
          utter_ask: [text: Which?]
        """,
        stories=f"""
        stories:{stories}
        """,
        config="policies: [{name: RulePolicy}, {name: TEDPolicy}]",
    )
    assert bot.hears("/check") == [said]


def test_learning_needs_neither_torch_nor_sklearn():
    """The web process trains it, and imports neither."""
    code = (
        "import sys; from pathlib import Path; from dialogue.project import load_project; "
        f"load_project(Path({str(MOVERS)!r})); "
        "sys.exit(bool({'torch', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
