"""Section 1g, rules, stories, policies and forms: what no test of another folder proves."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from rasa_sdk import Action, FormValidationAction
from rasa_sdk.executor import ActionExecutor

from dialogue.actions.context import ActionContext
from dialogue.actions.perform import perform
from dialogue.actions.runner import InProcessRunner
from dialogue.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from dialogue.responses import Responses
from dialogue.stories import SlotStep, paths_through
from nlu.types import IntentScore, Understanding
from tests.dialogue.bot_stories import Bot, project_of

MEMORY = "policies: [{name: RulePolicy}, {name: MemoizationPolicy}]"
DOMAIN = """
    intents: [greet, order, inform, yes_please, no_thanks, weather, stop]
    entities: [size, drink]
    slots:
      size: {type: text, influence_conversation: false,
             mappings: [{type: from_entity, entity: size}]}
      drink: {type: text, influence_conversation: false,
              mappings: [{type: from_entity, entity: drink}]}
      vip: {type: bool, mappings: [{type: from_intent, intent: yes_please, value: true}]}
    forms: {meal: {required_slots: [size, drink]}}
    responses:
      utter_hello: [text: Hello]
      utter_vip: [text: Welcome back]
      utter_sunny: [text: Sunny]
      utter_done: [text: "One {size}, one {drink}"]
      utter_thanks: [text: Thanks]
      utter_default: [text: Pardon?]
      utter_ask_size: [text: Which size?]
      utter_ask_drink: [text: Which drink?]
"""
FORM_RULES = """
    rules:
    - rule: begin
      steps: [{intent: order}, {action: meal}, {active_loop: meal}]
    - rule: submit
      condition: [{active_loop: meal}]
      steps:
      - action: meal
      - active_loop: null
      - slot_was_set: [{requested_slot: null}]
      - action: utter_done
    - rule: cancel
      condition: [{active_loop: meal}]
      steps:
      - intent: stop
      - action: action_deactivate_loop
      - active_loop: null
      - action: utter_thanks
"""


def bot_of(folder: Path, *actions: Any, **files: str) -> Bot:
    return Bot(project_of(folder, **{"domain": DOMAIN, **files}), actions)


class Says(Action):
    """Says its own name, and returns the given events."""

    def __init__(self, name: str, *events: dict[str, Any]) -> None:
        self._name, self._events = name, events

    def name(self) -> str:
        return self._name

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(text=self._name)
        return list(self._events)


# Story and rule files


def test_listening_before_a_message_and_at_the_end_need_not_be_written(tmp_path: Path) -> None:
    written = """
        stories:
        - story: s
          steps: [{%s}, {action: utter_hello}%s, {intent: order}, {action: utter_thanks}%s]
    """
    listens = ", {action: action_listen}"
    plain = project_of(tmp_path / "a", domain=DOMAIN, s=written % ("intent: greet", "", ""))
    told = project_of(
        tmp_path / "b", domain=DOMAIN, s=written % ("intent: greet", listens, listens)
    )
    for project in (plain, told):
        bot = Bot(project)
        assert bot.hears("/greet") == ["Hello"]
        assert bot.hears("/order") == ["Thanks"]
        assert bot.actions == ["utter_thanks", "action_listen"]


def test_or_of_slots_makes_a_story_for_each(tmp_path: Path) -> None:
    project = project_of(
        tmp_path,
        domain=DOMAIN,
        stories="""
            stories:
            - story: s
              steps:
              - intent: greet
              - or: [{slot_was_set: [vip: true]}, {slot_was_set: [vip: null]}]
              - action: utter_hello
        """,
    )
    told = [
        [one.value for one in path if isinstance(one, SlotStep)]
        for path in paths_through(project.stories)
    ]
    assert told == [[True], [None]]


@pytest.mark.parametrize("value", [True, False])
def test_a_slot_named_alone_has_any_value_but_null(tmp_path: Path, value: bool) -> None:
    rules = """
        rules:
        - rule: any
          condition: [{slot_was_set: [vip]}]
          steps: [{intent: greet}, {action: utter_vip}]
        - {rule: none, steps: [{intent: greet}, {action: utter_hello}]}
    """
    bot = bot_of(tmp_path, rules=rules)
    assert bot.hears("/greet") == ["Hello"]
    assert bot.hears("/greet", vip=value) == ["Welcome back"]
    assert bot.hears("/greet", vip=None) == ["Hello"]


def test_no_loop_in_a_rule_says_that_none_may_be_active(tmp_path: Path) -> None:
    rules = (
        FORM_RULES
        + """
    - rule: outside alone
      condition: [{active_loop: null}]
      steps: [{intent: weather}, {action: utter_sunny}]
    """
    )
    bot = bot_of(tmp_path, rules=rules)
    assert bot.hears("/weather") == ["Sunny"]
    bot.hears("/order")
    assert bot.hears("/weather") == ["Pardon?"]


def test_a_rule_holds_after_any_history_and_dots_say_nothing_more(tmp_path: Path) -> None:
    rules = """
        rules:
        - {rule: r, steps: [..., {intent: greet}, {action: utter_hello}]}
        - {rule: w, steps: [{action: ...}, {intent: weather}, {action: utter_sunny}]}
    """
    bot = bot_of(tmp_path, rules=rules)
    for _ in range(3):
        assert bot.hears("/weather") == ["Sunny"]
        assert bot.hears("/greet") == ["Hello"]


# The turn


def test_the_order_of_a_turn(tmp_path: Path) -> None:
    """Session metadata, session, message, slots, actions with their events, listening."""
    rules = (
        "rules: [{rule: o, steps: [{intent: inform}, {action: action_a}, {action: utter_hello}]}]"
    )
    bot = bot_of(
        tmp_path,
        Says("action_a", {"event": "slot", "name": "vip", "value": True}),
        more="actions: [action_a]",
        rules=rules,
    )
    bot.hears('/inform{"size": "s"}', metadata={"page": 1})
    told = [(event.KIND, getattr(event, "name", None)) for event in bot.turn.events]
    assert told == [
        ("slot", "session_started_metadata"),
        ("action", "action_session_start"),
        ("session_started", None),
        ("slot", "session_started_metadata"),
        ("action", "action_listen"),
        ("user", None),
        ("slot", "size"),
        ("action", "action_a"),
        ("bot", None),
        ("slot", "vip"),
        ("action", "utter_hello"),
        ("bot", None),
        ("action", "action_listen"),
    ]


def test_a_turn_has_ten_predictions_at_most(tmp_path: Path) -> None:
    rules = """
        rules:
        - {rule: a, wait_for_user_input: false, steps: [{intent: greet}, {action: utter_hello}]}
        - rule: b
          wait_for_user_input: false
          steps: [{action: utter_hello}, {action: utter_thanks}]
        - rule: c
          wait_for_user_input: false
          steps: [{action: utter_thanks}, {action: utter_hello}]
    """
    bot = bot_of(tmp_path, rules=rules)
    assert bot.hears("/greet") == ["Hello", "Thanks"] * 5
    assert bot.actions[-1] == "action_listen"
    assert "10 actions" in bot.problems[0]


def test_what_an_actions_name_stands_for(tmp_path: Path) -> None:
    """Default, unless declared; retrieval; e2e text; response; form, unless declared; custom."""
    bot = bot_of(
        tmp_path,
        *(Says(name) for name in ("action_restart", "snack", "action_own")),
        domain="""
            intents: [a, b, c, d, e, faq, restart]
            slots: {size: {type: text, mappings: [{type: custom}]}}
            actions: [action_restart, snack, action_own]
            forms: {meal: {required_slots: [size]}, snack: {required_slots: [size]}}
            responses:
              utter_a: [text: A response]
              utter_faq: [text: What about?]
              utter_faq/hours: [text: At nine]
              utter_ask_size: [text: Which size?]
              utter_default: [text: Pardon?]
            rules:
            - {rule: a, steps: [{intent: a}, {action: utter_a}]}
            - {rule: b, steps: [{intent: b}, {action: snack}]}
            - {rule: c, steps: [{intent: c}, {action: action_own}]}
            - {rule: d, steps: [{intent: d}, {bot: In these words}]}
            - {rule: e, steps: [{intent: e}, {action: meal}, {active_loop: meal}]}
            - {rule: faq, steps: [{intent: faq}, {action: utter_faq}]}
        """,
    )
    assert bot.hears("/a") == ["A response"]
    assert bot.hears("/b") == ["snack"], "a form's name that is declared is the custom action"
    assert bot.hears("/c") == ["action_own"]
    assert bot.hears("/d") == ["In these words"]
    assert bot.hears("/faq/hours") == ["At nine"], "a retrieval action comes before a response"
    assert bot.hears("/faq") == ["What about?"], "and where nothing was retrieved it is said"
    assert bot.hears("/restart") == ["action_restart"], "declared, so it is not the default one"
    bot.hears("/back")
    assert "action_back" in bot.actions, "a default action"
    assert bot.hears("/e") == ["Which size?"]


# Whose prediction counts


def test_a_forms_own_turn_comes_before_words_and_everything_else(tmp_path: Path) -> None:
    rules = (
        FORM_RULES
        + """
    - rule: words
      steps: [{user: a small one}, {action: utter_sunny}]
    """
    )
    bot = bot_of(tmp_path, rules=rules)
    bot.meanings.teach("a small one", "inform", size="small")
    assert bot.hears("a small one") == ["Sunny"], "words before the fallback"
    bot = bot_of(tmp_path, rules=rules)
    bot.meanings.teach("a small one", "inform", size="small")
    bot.hears("/order")
    assert bot.hears("a small one") == ["Which drink?"]


STORY = """
    stories:
    - story: s
      steps: [{intent: greet}, {action: utter_hello}, {intent: weather}, {action: utter_sunny}]
"""


@pytest.mark.parametrize(("threshold", "said"), [(0.3, "Sunny"), (1.0, "Pardon?")])
def test_what_is_learnt_beats_the_fallback_above_its_threshold(
    tmp_path: Path, threshold: float, said: str
) -> None:
    config = f"""
        policies:
        - {{name: RulePolicy, core_fallback_threshold: {threshold}}}
        - {{name: TEDPolicy}}
    """
    bot = bot_of(tmp_path, config=config, stories=STORY)
    assert bot.hears("/weather") == [said]


def test_the_fallback_action_and_its_confidence(tmp_path: Path) -> None:
    bot = bot_of(tmp_path)
    bot.hears("/greet")
    (fallback,) = (
        event
        for event in bot.turn.events
        if isinstance(event, ActionExecuted) and event.name == "action_default_fallback"
    )
    assert (fallback.policy, fallback.confidence) == ("RulePolicy", 0.3)


def test_memory_is_certain_and_knows_whole_conversations(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, config=MEMORY, stories=STORY)
    assert bot.hears("/weather") == ["Pardon?"], "no story begins so"
    bot.hears("/greet")
    said = next(e for e in bot.turn.events if getattr(e, "name", None) == "utter_hello")
    assert (said.policy, said.confidence) == ("MemoizationPolicy", 1.0)
    assert bot.hears("/weather") == ["Sunny"]


def test_an_action_that_declined_is_out_of_the_next_prediction_alone(tmp_path: Path) -> None:
    rejection = {"event": "action_execution_rejected", "name": "action_a"}
    bot = bot_of(
        tmp_path,
        Says("action_a", rejection),
        more="actions: [action_a]",
        rules="rules: [{rule: g, steps: [{intent: greet}, {action: action_a}]}]",
    )
    for _ in range(2):
        assert bot.hears("/greet") == ["action_a", "Pardon?"]


# Forms


class Checks(FormValidationAction):
    """Remembers what it was handed; a size `huge` is refused."""

    def __init__(self) -> None:
        self.handed: list[list[tuple[Any, ...]]] = []

    def name(self) -> str:
        return "validate_meal"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        shown = [(e["event"], e.get("name"), e.get("value")) for e in tracker.events]
        self.handed.append(shown)
        return await super().run(dispatcher, tracker, domain)

    def validate_size(self, value: Any, *_: Any) -> dict[str, Any]:
        return {"size": None if value == "huge" else value}


CHECKED = {"more": "actions: [validate_meal]", "rules": FORM_RULES}


def test_a_form_that_begins_with_answers_checks_them_once(tmp_path: Path) -> None:
    checks = Checks()
    bot = bot_of(tmp_path, checks, **CHECKED)
    assert bot.hears('/order{"size": "small"}') == ["Which drink?"]
    assert len(checks.handed) == 1
    assert checks.handed[0][-1] == ("slot", "size", "small")
    kinds = [(e.KIND, getattr(e, "name", None)) for e in bot.turn.events]
    begun = kinds.index(("action", "meal"))
    assert kinds[begun + 1] == ("active_loop", "meal")


def test_the_check_is_handed_the_question_the_form_and_the_candidates(tmp_path: Path) -> None:
    checks = Checks()
    bot = bot_of(tmp_path, checks, **CHECKED)
    bot.hears("/order")
    bot.meanings.teach("both", "inform", size="large", drink="tea")
    assert bot.hears("both") == ["One large, one tea"]
    assert checks.handed[-1][-4:] == [
        ("slot", "requested_slot", "size"),
        ("action", "meal", None),
        ("slot", "size", "large"),
        ("slot", "drink", "tea"),
    ]


def test_a_refused_value_is_asked_for_again(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, Checks(), **CHECKED)
    bot.hears("/order")
    bot.meanings.teach("huge", "inform", size="huge")
    assert bot.hears("huge") == ["Which size?"]
    assert (bot.slot("size"), bot.slot("requested_slot")) == (None, "size")


def test_after_something_else_the_form_asks_without_checking_the_message(tmp_path: Path) -> None:
    """A story that comes back after listening interrupts the loop, which then skips its check."""
    stories = """
        stories:
        - story: not now
          steps:
          - intent: order
          - action: meal
          - active_loop: meal
          - intent: weather
          - action: utter_sunny
          - {intent: no_thanks, entities: [size]}
          - action: meal
          - active_loop: meal
    """
    checks = Checks()
    bot = bot_of(tmp_path, checks, config=MEMORY, stories=stories, **CHECKED)
    bot.hears("/order")
    assert bot.hears("/weather") == ["Sunny"]
    assert bot.tracker.active_loop.rejected
    assert bot.hears('/no_thanks{"size": "huge"}') == ["Which drink?"]
    assert "loop_interrupted" in [event.KIND for event in bot.turn.events]
    assert bot.slot("size") == "huge", "nothing has refused it"
    assert ("slot", "requested_slot", "size") in checks.handed[-1]
    assert checks.handed[-1][-1] == ("action", "meal", None), "no candidate is handed to the check"


@pytest.mark.parametrize("value", [False, 0, []])
def test_false_zero_and_an_empty_list_count_as_filled(tmp_path: Path, value: Any) -> None:
    bot = bot_of(
        tmp_path,
        domain="""
            intents: [order]
            slots: {given: {type: any, influence_conversation: false, mappings: [{type: custom}]}}
            forms: {meal: {required_slots: [given]}}
            responses: {utter_ask_given: [text: Given?], utter_done: [text: Done]}
        """,
        rules=FORM_RULES.split("    - rule: cancel")[0],
    )
    assert bot.hears("/order", given=value) == ["Done"]


def test_a_form_that_nobody_answers_declines_and_the_fallback_speaks(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, rules=FORM_RULES)
    bot.hears("/order")
    bot.meanings.teach("mumble", "inform")
    assert bot.hears("mumble") == ["Pardon?"]
    assert "action_execution_rejected" in [event.KIND for event in bot.turn.events]
    assert bot.loop == "meal"


def test_the_idioms_of_beginning_submitting_and_leaving(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, rules=FORM_RULES)
    assert bot.hears("/order") == ["Which size?"]
    assert bot.hears("/stop") == ["Thanks"]
    assert (bot.loop, bot.slot("requested_slot")) == (None, None)
    assert bot.hears('/order{"size": "s", "drink": "tea"}') == ["One s, one tea"]
    assert (bot.loop, bot.slot("requested_slot")) == (None, None)


def test_a_forms_questions_and_answers_leave_no_trace_in_stories(tmp_path: Path) -> None:
    """A story tells of the form once, however many questions it asked."""
    stories = """
        stories:
        - story: s
          steps:
          - intent: order
          - action: meal
          - active_loop: meal
          - active_loop: null
          - slot_was_set: [{requested_slot: null}]
          - action: utter_done
          - intent: greet
          - action: utter_thanks
    """
    bot = bot_of(tmp_path, config=MEMORY, stories=stories)
    assert bot.hears("/order") == ["Which size?"]
    assert bot.hears('/inform{"size": "s"}') == ["Which drink?"]
    assert bot.hears('/inform{"drink": "tea"}') == ["One s, one tea"]
    assert bot.hears("/greet") == ["Thanks"]


# Default actions


@pytest.fixture
def unclear(tmp_path: Path) -> Bot:
    rules = """
        rules:
        - {rule: greet, steps: [{intent: greet}, {action: utter_hello}]}
        - {rule: w, steps: [{intent: weather}, {action: utter_sunny}]}
        - {rule: f, steps: [{intent: nlu_fallback}, {action: action_two_stage_fallback},
                            {active_loop: action_two_stage_fallback}]}
    """
    bot = bot_of(tmp_path, rules=rules)
    bot.meanings.teach("mumble", "nlu_fallback", "weather", "greet")
    bot.hears("/greet")
    return bot


def test_the_question_of_the_two_stages_is_about_the_second_of_the_ranking(unclear: Bot) -> None:
    assert unclear.hears("mumble") == ["Did you mean 'weather'?"]
    assert unclear.buttons == [
        {"title": "Yes", "payload": "/weather"},
        {"title": "No", "payload": "/out_of_scope"},
    ]
    assert unclear.loop == "action_two_stage_fallback"


def test_a_clear_message_is_played_again_as_certain(unclear: Bot) -> None:
    unclear.hears("mumble")
    unclear.meanings.teach("how is the weather", "weather")
    assert unclear.hears("how is the weather") == ["Sunny"]
    said = [event for event in unclear.tracker.applied if isinstance(event, UserUttered)]
    assert [event.text for event in said] == ["/greet", "how is the weather"]
    assert said[-1].understanding.intent.confidence == 1.0
    assert unclear.loop is None


def test_the_questions_can_be_taken_back_by_name(unclear: Bot) -> None:
    """action_revert_fallback_events leaves the clear message in place of all of them."""
    unclear.hears("mumble")
    domain, tracker = unclear.project.domain, unclear.tracker
    meaning = Understanding("sun?", (IntentScore("weather", 0.9),))
    tracker.apply(UserUttered("sun?", meaning))
    responses, runner = Responses(domain, Random(0)), InProcessRunner(ActionExecutor())
    context = ActionContext(tracker, domain, responses, runner, "rest")
    tracker.apply(*perform("action_revert_fallback_events", context))
    said = [event.text for event in tracker.applied if isinstance(event, UserUttered)]
    assert said == ["/greet", "sun?"]


def test_an_unlikely_intent_is_only_on_record(tmp_path: Path) -> None:
    bot = bot_of(
        tmp_path,
        rules="rules: [{rule: g, steps: [{intent: greet}, {action: action_unlikely_intent}]}]",
    )
    assert bot.hears("/greet") == []
    assert bot.actions == ["action_unlikely_intent", "action_listen"]


def test_a_restart_says_its_response_and_begins_again(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, more="responses: {utter_restart: [text: From the start]}")
    bot.hears("/yes_please")
    assert bot.hears("/restart") == ["From the start"]
    assert "restart" in [event.KIND for event in bot.turn.events]
    assert bot.slot("vip") is None


def test_going_back_takes_two_messages_back(tmp_path: Path) -> None:
    rules = """
        rules:
        - rule: g
          steps: [{or: [{intent: greet}, {intent: inform}]}, {action: utter_hello}]
    """
    bot = bot_of(tmp_path, rules=rules, more="responses: {utter_back: [text: Back]}")
    bot.hears("/greet")
    bot.hears('/inform{"size": "s"}')
    assert bot.hears("/back") == ["Back"]
    assert [event.KIND for event in bot.turn.events].count("rewind") == 2
    assert bot.slot("size") is None


def test_leaving_a_loop_empties_the_question(tmp_path: Path) -> None:
    bot = bot_of(tmp_path, rules=FORM_RULES)
    bot.hears("/order")
    bot.hears("/stop")
    happened = [e for e in bot.turn.events if isinstance(e, ActiveLoop | SlotSet)]
    assert [getattr(event, "name", None) for event in happened] == [None, "requested_slot"]
    assert happened[1].value is None


def test_a_message_that_is_not_understood_has_the_rule_of_nlu_fallback(tmp_path: Path) -> None:
    rules = "rules: [{rule: f, steps: [{intent: nlu_fallback}, {action: utter_sunny}]}]"
    bot = bot_of(tmp_path, rules=rules)
    bot.meanings.teach("mumble", "nlu_fallback", "weather")
    assert bot.hears("mumble") == ["Sunny"]
