"""`policies:` of config.yml: every name of Rasa 1.x to 3.x, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bot_stories import Bot, project_of

from dialogue.policy_names import KNOWN
from nlu.errors import SourceError

MakeBot = Callable[..., Bot]
DOMAIN = """
    intents: [{greet: {triggers: utter_hello}}, order]
    responses: {utter_hello: [text: Hello], utter_default: [text: Pardon?],
                utter_sorry: [text: Sorry]}
"""
FORMS = """
    slots: {size: {type: text, mappings: [{type: from_text, conditions: [
              {active_loop: order_form, requested_slot: size}]}]}}
    forms: {order_form: {required_slots: [size]}}
    responses: {utter_ask_size: [text: Which size?], utter_default: [text: Pardon?]}
    intents: [order]
"""


def warnings_of(folder, config: str, domain: str = DOMAIN) -> tuple[str, ...]:
    (folder / "config.yml").write_text(config)
    return project_of(folder, domain=domain).warnings


@pytest.mark.parametrize("name", ["TEDPolicy", "EmbeddingPolicy", "KerasPolicy", "SklearnPolicy"])
def test_what_learned_in_rasa_is_replaced_in_one_line(tmp_path, name: str):
    (line,) = warnings_of(
        tmp_path, f"recipe: default.v1\npolicies:\n- name: RulePolicy\n- name: {name}\n"
    )
    assert line.startswith(f"{tmp_path}/config.yml:4: {name} is replaced by the learned policy")


@pytest.mark.parametrize("name", sorted(KNOWN))
@pytest.mark.parametrize("module", ["", "rasa.core.policies.some_module."])
def test_every_name_of_rasa_is_known(tmp_path, name: str, module: str):
    lines = warnings_of(tmp_path, f"policies:\n- name: {module}{name}\n")
    assert len(lines) == bool(KNOWN[name].becomes)
    assert all(f"config.yml:2: {name} is " in line for line in lines)


def test_unexpected_intents_are_accepted_and_not_used(tmp_path):
    (line,) = warnings_of(
        tmp_path,
        "policies:\n- name: UnexpecTEDIntentPolicy\n  max_history: 5\n  epochs: 100\n"
        "  tolerance: 0.1\n",
    )
    assert "UnexpecTEDIntentPolicy is accepted and not used" in line


def test_an_unknown_policy_is_left_out_with_its_place_and_the_nearest_name(tmp_path):
    (line,) = warnings_of(tmp_path, "policies:\n- name: RulePolicy\n- name: TedPolicy\n")
    assert line == (
        f"{tmp_path}/config.yml:3: there is no policy 'TedPolicy', it is left out; "
        "did you mean 'TEDPolicy'?"
    )


def test_an_unknown_option_is_told_with_its_line(tmp_path):
    (_, line) = warnings_of(
        tmp_path, "policies:\n- name: TEDPolicy\n  epochs: 3\n  constrain_similarity: true\n"
    )
    assert line == (
        f"{tmp_path}/config.yml:4: the policy 'TEDPolicy' has no option 'constrain_similarity'; "
        "did you mean 'constrain_similarities'?"
    )


def test_options_of_rasa_3_are_read_without_a_word(tmp_path):
    config = """policies:
- name: MemoizationPolicy
  max_history: 3
  use_nlu_confidence_as_score: false
- name: RulePolicy
  core_fallback_threshold: 0.4
  core_fallback_action_name: action_default_fallback
  enable_fallback_prediction: true
  restrict_rules: true
  check_for_contradictions: true
"""
    assert warnings_of(tmp_path, config) == ()


def test_a_priority_of_ones_own_is_told_not_to_count(tmp_path):
    (line,) = warnings_of(tmp_path, "policies:\n- name: RulePolicy\n  priority: 1\n")
    assert "config.yml:3: 'priority' is not read" in line


def test_thresholds_of_the_pipeline_are_sent_there(tmp_path):
    lines = warnings_of(
        tmp_path,
        "policies:\n- name: FallbackPolicy\n  nlu_threshold: 0.4\n  ambiguity_threshold: 0.1\n"
        "  core_threshold: 0.3\n",
    )
    assert [line.partition("config.yml:")[2].partition(":")[0] for line in lines] == ["2", "3", "4"]
    assert "'nlu_threshold' is not read here; it belongs to FallbackClassifier" in lines[1]


def test_the_fallback_of_rasa_1_is_followed(make_bot: MakeBot):
    """FallbackPolicy: its action, where no policy is as sure as its core_threshold."""
    bot = make_bot(
        domain=DOMAIN,
        config="policies: [{name: MemoizationPolicy}, "
        "{name: FallbackPolicy, core_threshold: 0.3, fallback_action_name: utter_sorry}]",
    )
    assert bot.hears("/order") == ["Sorry"]


def test_two_stages_of_rasa_1_are_a_rule(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        config="policies: [{name: TwoStageFallbackPolicy, fallback_core_action_name: utter_sorry}]",
    )
    bot.meanings.teach("mumble", "nlu_fallback", "greet")
    bot.meanings.teach("more mumble", "nlu_fallback", "greet")
    assert bot.hears("mumble") == ["Did you mean 'greet'?"]
    assert bot.hears("/out_of_scope") == [
        "Sorry, I did not get that. Could you put it in other words?"
    ]
    assert bot.hears("/order") == ["Sorry"]


def test_a_rule_of_the_project_comes_before_the_two_stages(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        config="policies: [{name: RulePolicy}, {name: TwoStageFallbackPolicy}]",
        rules="rules: [{rule: f, steps: [{intent: nlu_fallback}, {action: utter_sorry}]}]",
    )
    assert bot.hears("/nlu_fallback") == ["Sorry"]


def test_triggers_of_rasa_1_are_rules(make_bot: MakeBot):
    """MappingPolicy: `triggers` of an intent; without the policy they do nothing."""
    bot = make_bot(domain=DOMAIN, config="policies: [{name: MappingPolicy}]")
    assert bot.hears("/greet") == ["Hello"]
    assert bot.hears("/order") == []
    bot = make_bot(domain=DOMAIN, config="policies: [{name: RulePolicy}]")
    assert bot.hears("/greet") == ["Pardon?"]


def test_a_trigger_of_an_unknown_action_is_told(tmp_path):
    domain = DOMAIN.replace("triggers: utter_hello", "triggers: utter_helo")
    _, line = warnings_of(tmp_path, "policies:\n- name: MappingPolicy\n", domain)
    assert "config.yml:2: the intent 'greet' triggers the unknown action 'utter_helo'" in line
    assert "did you mean 'utter_hello'?" in line


def test_forms_of_rasa_1_run(make_bot: MakeBot):
    stories = """
        stories:
        - story: order
          steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
    """
    bot = make_bot(
        domain=FORMS,
        stories=stories,
        config="policies: [{name: MemoizationPolicy}, {name: FormPolicy}]",
    )
    bot.hears("/order")
    assert bot.loop == "order_form"
    bot.hears("large")
    assert bot.loop is None


def test_forms_without_rules_are_warned_of(tmp_path):
    (line,) = warnings_of(tmp_path, "policies:\n- name: MemoizationPolicy\n", FORMS)
    assert line == f"{tmp_path}/config.yml: the forms do not run without RulePolicy"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("policies: TEDPolicy", "'policies' must be a list"),
        ("policies: [TEDPolicy]", "a policy must be a mapping"),
        ("policies: [{max_history: 3}]", "a policy needs a 'name'"),
        ("policies: [{name: 3}]", "a policy's name must be a name"),
        ("policies: [{name: TEDPolicy, max_history: five}]", "'max_history' must be a number"),
        ("policies: [{name: TEDPolicy, max_history: 0}]", "'max_history' must be a number"),
        ("policies: [{name: FallbackPolicy, core_threshold: high}]", "must be a number"),
        ("policies: [{name: FallbackPolicy, fallback_action_name: utter_sory}]", "utter_sorry"),
        ("policies: [{name: RulePolicy, enable_fallback_prediction: 1}]", "true or false"),
    ],
)
def test_what_is_wrong_has_file_and_line(tmp_path, config: str, message: str):
    with pytest.raises(SourceError, match=message) as raised:
        warnings_of(tmp_path, config)
    assert f"{tmp_path}/config.yml:1" in str(raised.value)
