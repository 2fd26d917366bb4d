"""No set of rules can keep the bot from listening; a circle of rules is bounded and named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bot_stories import Bot, project_of
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dialogue.acting import MOST_ACTIONS_IN_A_TURN
from dialogue.domain import LISTEN, Domain
from dialogue.domain_reader import read_domain
from dialogue.mistakes import Mistakes
from dialogue.policies.ensemble import PolicySettings, build_ensemble
from dialogue.project import Project
from dialogue.stories import ActionStep, LoopStep, OrStep, Rule, SlotStep, Story, UserStep
from dialogue.yaml_source import YamlFile

MakeBot = Callable[..., Bot]
DOMAIN = """
    intents: [greet, order]
    entities: [size]
    actions: [action_lookup]
    slots:
      size: {type: text, mappings: [{type: from_entity, entity: size}]}
    forms: {order_form: {required_slots: [size]}}
    responses:
      utter_a: [text: A]
      utter_b: [text: B]
      utter_ask_size: [text: Which size?]
      utter_default: [text: Pardon?]
"""
ROUND = """\
rules:
- rule: begin
  wait_for_user_input: false
  steps: [{intent: greet}, {action: utter_a}]
- rule: there
  wait_for_user_input: false
  steps: [{action: utter_a}, {action: utter_b}]
- rule: and back
  wait_for_user_input: false
  steps: [{action: utter_b}, {action: utter_a}]
"""


def test_a_circle_is_named_with_file_and_line_when_the_project_is_loaded(tmp_path):
    (tmp_path / "rules.yml").write_text(ROUND)
    (warning,) = project_of(tmp_path, domain=DOMAIN).warnings
    assert "go round without listening" in warning
    assert f"'there' ({tmp_path / 'rules.yml'}:5)" in warning
    assert f"'and back' ({tmp_path / 'rules.yml'}:8)" in warning
    assert "'begin'" not in warning
    assert "unless" not in warning


def test_a_circle_is_bounded_and_its_rules_are_named_to_the_operator(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, rules=ROUND)
    assert bot.hears("/greet") == ["A", "B"] * (MOST_ACTIONS_IN_A_TURN // 2)
    assert bot.actions[-1] == LISTEN
    (problem,) = bot.problems
    assert "after 10 actions without listening" in problem
    assert "'there'" in problem and "'and back'" in problem and "rules.yml:5" in problem
    assert "'begin'" not in problem
    assert bot.hears("/order") == ["Pardon?"]  # the conversation goes on


def test_a_circle_through_a_custom_action_may_end_by_what_it_does(tmp_path):
    project = project_of(
        tmp_path,
        domain=DOMAIN,
        rules="""
            rules:
            - rule: again
              wait_for_user_input: false
              steps: [{action: action_lookup}, {action: action_lookup}]
            - rule: found
              condition: [{slot_was_set: [size]}]
              steps: [{action: action_lookup}, {action: utter_a}]
        """,
    )
    (warning,) = project.warnings
    assert "unless one of these actions changes what they ask for: 'again'" in warning


@pytest.mark.parametrize(
    "rules",
    [
        # each ends by listening
        "[{rule: a, steps: [{intent: greet}, {action: utter_a}]},"
        " {rule: b, steps: [{action: utter_b}, {action: utter_a}]}]",
        # a more specific rule ends the circle
        "[{rule: a, wait_for_user_input: false, steps: [{action: utter_a}, {action: utter_b}]},"
        " {rule: b, wait_for_user_input: false, steps: [{action: utter_b}, {action: utter_a}]},"
        " {rule: c, steps: [{action: utter_b}, {action: utter_a}, {action: action_listen}]}]",
        # a form in between
        "[{rule: a, wait_for_user_input: false, steps: [{action: utter_a}, {action: order_form}]},"
        " {rule: b, wait_for_user_input: false, steps: [{action: order_form}, {action: utter_a}]}]",
    ],
)
def test_rules_that_come_to_an_end_are_not_warned_of(tmp_path, rules: str):
    assert project_of(tmp_path, domain=DOMAIN, rules=f"rules: {rules}").warnings == ()


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    return project_of(tmp_path_factory.mktemp("bot"), domain=DOMAIN).domain


INTENTS = ("greet", "order", "nlu_fallback")
ACTIONS = (
    "utter_a", "utter_b", "action_lookup", "order_form", "action_listen", "action_restart",
    "action_default_fallback", "action_two_stage_fallback", "action_session_start", "action_back",
    "action_deactivate_loop", "action_extract_slots",
)  # fmt: skip
acted = st.sampled_from(ACTIONS).map(ActionStep)
heard = st.sampled_from(INTENTS).map(UserStep)
slot = st.builds(SlotStep, st.just("size"), st.sampled_from((None, "small"))) | st.just(
    SlotStep("size", any_value=True)
)
loop = st.sampled_from((None, "order_form")).map(LoopStep)
EITHER = OrStep(((UserStep("greet"),), (UserStep("order"),)))
rules = st.builds(
    lambda begin, steps, conditions, start, waits, number: Rule(
        f"rule {number}", (*begin, *steps), tuple(conditions), start, waits
    ),
    st.tuples(heard) | st.just(()) | st.just((EITHER,)),
    st.lists(st.one_of(acted, acted, acted, slot, loop), min_size=1, max_size=4),
    st.lists(slot | loop, max_size=1),
    st.booleans(),
    st.sampled_from((False, False, True)),
    st.integers(0, 99),
)  # fmt: skip
stories = st.builds(
    lambda steps: Story("a story", tuple(steps)),
    st.lists(st.one_of(heard, acted, slot, loop), min_size=1, max_size=6),
)


@given(
    st.lists(rules, max_size=12),
    st.lists(stories, max_size=3),
    st.lists(st.sampled_from(("/greet", "/order", "/nlu_fallback", '/order{"size": "x"}', "hi"))),
)
@settings(max_examples=120, deadline=None)
def test_no_set_of_rules_runs_past_the_bound(domain, written, told, messages):
    """Whatever the rules and stories, a turn ends listening within its bound, and is answered."""
    settings_ = PolicySettings(learned=5)
    ensemble = build_ensemble(domain, written, told, settings_)
    bot = Bot(Project(domain, tuple(written), tuple(told), ensemble))
    for message in messages[:4]:
        bot.hears(message)
        predicted = [event for event in bot.turn.events if event.KIND == "action" and event.policy]
        assert len(predicted) <= MOST_ACTIONS_IN_A_TURN
        assert bot.tracker.latest_action_name in (LISTEN, None)


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True))
def test_every_circle_of_answers_is_found(circle):
    """A ring of rules of any length is warned of, once, and all its rules are named."""
    names = [f"utter_{name}" for name in circle]
    responses = ", ".join(f"{name}: [text: x]" for name in names)
    domain = _domain(f"responses: {{{responses}}}")
    ring = [
        Rule(f"from {here}", (ActionStep(here), ActionStep(there)), wait_for_user_input=False)
        for here, there in zip(names, (*names[1:], names[0]), strict=True)
    ]
    (warning,) = build_ensemble(domain, ring, [], PolicySettings()).warnings
    assert all(f"'from {name}'" in warning for name in names)


def _domain(text: str) -> Domain:
    return read_domain([YamlFile("domain.yml", YAML().load(text))], Mistakes())
