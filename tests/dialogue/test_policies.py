"""What the bot does next: rules, stories, and who of them is heard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bot_stories import Bot
from rasa_sdk import Action
from rasa_sdk.events import SlotSet

MakeBot = Callable[..., Bot]

DOMAIN = """
    intents: [greet, order, bye, chitchat, affirm, deny]
    entities: [{city: {roles: [to]}}, size]
    slots:
      vip: {type: bool, mappings: [{type: from_intent, intent: affirm, value: true}]}
      size: {type: categorical, values: [small, large],
             mappings: [{type: from_entity, entity: size}]}
    responses:
      utter_hello: [text: Hello]
      utter_hello_vip: [text: Welcome back]
      utter_order: [text: Which size?]
      utter_small: [text: Small it is]
      utter_sized: [text: Noted]
      utter_rome: [text: Rome]
      utter_bye: [text: Goodbye]
      utter_chat: [text: Nice weather]
      utter_sure: [text: Sure]
      utter_welcome: [text: Welcome to the shop]
      utter_default: [text: Pardon?]
"""


def test_the_most_specific_rule_is_followed(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        rules="""
            rules:
            - rule: greet
              steps: [{intent: greet}, {action: utter_hello}]
            - rule: greet a good customer
              condition: [{slot_was_set: [vip: true]}]
              steps: [{intent: greet}, {action: utter_hello_vip}]
            - rule: order
              steps: [{intent: order}, {action: utter_order}]
            - rule: order a small one
              steps: [{intent: order, entities: [{size: small}]}, {action: utter_small}]
            - rule: order any size
              condition: [{slot_was_set: [size]}]
              steps: [{intent: order}, {action: utter_sized}]
            - rule: yes
              steps: [{intent: affirm}, {action: utter_sure}]
            - rule: order to a place
              steps: [{intent: order, entities: [{city: Rome, role: to}]}, {action: utter_rome}]
        """,
    )
    assert bot.hears("/greet") == ["Hello"]
    assert bot.hears("/affirm") == ["Sure"]
    assert bot.hears("/greet") == ["Welcome back"]
    assert bot.hears("/order") == ["Which size?"]
    assert bot.hears('/order{"size": "small"}') == ["Small it is"]
    assert bot.hears('/order{"size": "large"}') == ["Noted"]
    assert bot.actions == ["utter_sized", "action_listen"]


def test_a_rule_may_ask_that_a_slot_is_empty(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        rules="""
            rules:
            - rule: stranger
              condition: [{slot_was_set: [vip: null]}]
              steps: [{intent: greet}, {action: utter_hello}]
            - rule: "yes"
              steps: [{intent: affirm}, {action: utter_sure}]
        """,
    )
    assert bot.hears("/greet") == ["Hello"]
    bot.hears("/affirm")
    assert bot.hears("/greet") == ["Pardon?"]


def test_a_rule_for_the_start_of_a_conversation(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        rules="""
            rules:
            - rule: first words
              conversation_start: true
              steps: [{intent: greet}, {action: utter_welcome}]
            - rule: later
              steps: [{intent: greet}, {action: utter_hello}]
        """,
    )
    assert bot.hears("/greet") == ["Welcome to the shop"]
    assert bot.hears("/greet") == ["Hello"]


def test_a_rule_that_does_not_wait_lets_another_go_on(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        rules="""
            rules:
            - rule: greet
              wait_for_user_input: false
              steps: [{intent: greet}, {action: utter_hello}]
            - rule: and then
              steps: [{action: utter_hello}, {action: utter_order}]
        """,
    )
    assert bot.hears("/greet") == ["Hello", "Which size?"]
    assert bot.actions == ["utter_hello", "utter_order", "action_listen"]


def test_a_rule_of_two_intents(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        rules="""
            rules:
            - rule: hello or goodbye
              steps: [{or: [{intent: greet}, {intent: bye}]}, {action: utter_hello}]
        """,
    )
    assert bot.hears("/greet") == ["Hello"]
    assert bot.hears("/bye") == ["Hello"]


def test_what_no_rule_knows_is_not_understood_and_forgotten(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN, rules="rules: [{rule: g, steps: [{intent: greet}, {action: utter_hello}]}]"
    )
    assert bot.hears("/order") == ["Pardon?"]
    assert bot.actions == ["action_default_fallback", "action_listen"]
    assert bot.tracker.latest_message is None
    assert bot.hears("/greet") == ["Hello"]


class GivesUp(Action):
    def name(self):
        return "action_give_up"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="I give up")
        return []


def test_a_project_may_choose_its_fallback(make_bot: MakeBot):
    bot = make_bot(
        GivesUp,
        domain=DOMAIN + "    actions: [action_give_up]\n",
        config="policies: [{name: RulePolicy, core_fallback_action_name: action_give_up}]",
    )
    assert bot.hears("/greet") == ["I give up"]
    assert bot.actions == ["action_give_up", "action_listen"]


def test_a_project_may_do_without_a_fallback(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        config="policies: [{name: RulePolicy, enable_fallback_prediction: false}]",
    )
    assert bot.hears("/greet") == []
    assert bot.actions == ["action_listen"]


STORIES = """
    stories:
    - story: order and size
      steps:
      - intent: greet
      - action: utter_hello
      - intent: order
      - action: utter_order
      - intent: deny
      - action: utter_sure
"""


def test_a_story_is_followed_word_for_word(make_bot: MakeBot):
    bot = make_bot(domain=DOMAIN, stories=STORIES)
    assert bot.hears("/greet") == ["Hello"]
    assert bot.hears("/order") == ["Which size?"]
    assert bot.hears("/bye") == ["Pardon?"]
    assert bot.hears("/deny") == ["Sure"]


def test_only_the_latest_states_need_agree(make_bot: MakeBot):
    policies = "policies: [{name: RulePolicy}, {name: MemoizationPolicy, max_history: 1}]"
    bot = make_bot(domain=DOMAIN, stories=STORIES, config=policies)
    assert bot.hears("/order") == ["Which size?"]


def test_a_conversation_without_its_beginning_may_be_known(make_bot: MakeBot):
    policies = "policies: [{name: RulePolicy}, {name: AugmentedMemoizationPolicy}]"
    bot = make_bot(domain=DOMAIN, stories=STORIES, config=policies)
    bot.hears("/greet")
    bot.hears("/order")
    bot.hears("/deny")
    assert bot.hears("/greet") == ["Hello"]


def test_stories_that_contradict_each_other_are_not_remembered(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        config="policies: [{name: RulePolicy}, {name: MemoizationPolicy}]",
        stories="""
            stories:
            - story: one
              steps: [{intent: greet}, {action: utter_hello}]
            - story: two
              steps: [{intent: greet}, {action: utter_welcome}]
        """,
    )
    assert bot.hears("/greet") == ["Pardon?"]


def test_a_story_goes_on_after_a_turn_that_only_rules_know(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        stories=STORIES,
        rules="rules: [{rule: chat, steps: [{intent: chitchat}, {action: utter_chat}]}]",
    )
    bot.hears("/greet")
    assert bot.hears("/chitchat") == ["Nice weather"]
    assert bot.hears("/order") == ["Which size?"]
    assert bot.hears("/chitchat") == ["Nice weather"]
    assert bot.hears("/deny") == ["Sure"]


def test_a_rule_outweighs_a_story(make_bot: MakeBot):
    bot = make_bot(
        domain=DOMAIN,
        stories=STORIES,
        rules="rules: [{rule: greet, steps: [{intent: greet}, {action: utter_welcome}]}]",
    )
    assert bot.hears("/greet") == ["Welcome to the shop"]


class Declines(Action):
    def name(self):
        return "action_declines"

    def run(self, dispatcher, tracker, domain):
        return [{"event": "action_execution_rejected", "name": self.name()}]


def test_an_action_that_declines_leaves_it_to_a_story(make_bot: MakeBot):
    bot = make_bot(
        Declines,
        domain=DOMAIN + "    actions: [action_declines]\n",
        rules="rules: [{rule: greet, steps: [{intent: greet}, {action: action_declines}]}]",
        stories="stories: [{story: greet, steps: [{intent: greet}, {action: utter_hello}]}]",
    )
    assert bot.hears("/greet") == ["Hello"]


class Next(Action):
    def name(self):
        return "action_next"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("vip", True), {"event": "followup", "name": "utter_bye"}]


def test_an_action_may_say_what_follows(make_bot: MakeBot):
    bot = make_bot(
        Next,
        domain=DOMAIN + "    actions: [action_next]\n",
        rules="rules: [{rule: greet, steps: [{intent: greet}, {action: action_next}]}]",
    )
    assert bot.hears("/greet") == ["Goodbye"]
    assert bot.actions == ["action_next", "utter_bye", "action_listen"]
    assert bot.slot("vip") is True


@pytest.mark.parametrize("restart", ["/restart", "start over"])
def test_default_intents_need_no_rule(make_bot: MakeBot, restart: str):
    bot = make_bot(domain=DOMAIN + "      utter_restart: [text: From the start]\n")
    bot.meanings.teach("start over", "restart")
    bot.hears("/affirm")
    assert bot.hears(restart) == ["From the start"]
    assert bot.actions == ["action_restart", "action_session_start", "action_listen"]
    assert bot.slot("vip") is None
