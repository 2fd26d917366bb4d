"""What is heard in a message beside its intent: slots, wordings, and other languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bot_stories import Bot

from nlu.errors import SourceError
from nlu.types import Feeling, IntentScore, Understanding

CONFIG = """\
language: en
additional_languages: [zh]
"""
DOMAIN = """\
intents: [greet, chitchat]
slots:
  sentiment: &heard {type: text, influence_conversation: false, mappings: [{type: custom}]}
  urgency: *heard
  language: *heard
responses:
  utter_greet:
  - text: Hello
  - text: I am sorry
    condition: [{type: slot, name: sentiment, value: negative}]
  utter_language_not_spoken:
  - text: English or Chinese, please
  - {language: de, text: Englisch oder Chinesisch}
"""
CHINESE = """\
responses:
  utter_greet:
  - {language: zh, text: 您好}
"""
RULES = """\
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
"""

Making = Callable[..., Bot]


@pytest.fixture
def bot(make_bot: Making) -> Bot:
    return make_bot(config=CONFIG, domain=DOMAIN, chinese=CHINESE, rules=RULES)


def says(bot: Bot, text: str, language: str | None = None, **feelings: Feeling) -> list[str | None]:
    ranking = (IntentScore("greet", 0.9),)
    bot.meanings.known[text] = Understanding(
        text, ranking, language=language, model_version="m", **feelings
    )
    return bot.hears(text)


def test_an_unhappy_customer_is_met_with_care(bot: Bot) -> None:
    assert says(bot, "hi") == ["Hello"]
    assert says(bot, "hi!!", sentiment=Feeling("negative", 0.9)) == ["I am sorry"]
    assert bot.slot("sentiment") == "negative"
    assert bot.hears("/greet") == ["I am sorry"], "a button does not change how they feel"
    assert says(bot, "well", sentiment=Feeling("neutral", 0.9)) == ["I am sorry"], "it lasts"
    assert says(bot, "oh", sentiment=Feeling("positive", 0.5)) == ["I am sorry"], "not sure"
    assert says(bot, "so") == ["Hello"], "it has passed"
    says(bot, "now!", urgency=Feeling("urgent", 0.8), sentiment=Feeling("positive", 0.8))
    assert (bot.slot("sentiment"), bot.slot("urgency")) == ("positive", "urgent")
    bot.clock.pass_minutes(61)
    says(bot, "good morning")
    assert (bot.slot("sentiment"), bot.slot("urgency")) == (None, None), "another day"


def test_the_conversations_language_lasts(bot: Bot) -> None:
    assert says(bot, "你好", "zh") == ["您好"]
    assert says(bot, "1042") == ["您好"], "a number has no language"
    assert says(bot, "hello there", "en") == ["Hello"]


def test_what_is_not_spoken_is_said_once(bot: Bot) -> None:
    assert says(bot, "guten Tag", "de") == ["Englisch oder Chinesisch", "Hello"]
    assert says(bot, "hallo", "de") == ["Hello"]
    assert says(bot, "dzień dobry", "pl") == ["English or Chinese, please", "Hello"]
    assert says(bot, "hello", "en") == ["Hello"]


def test_amid_our_language_another_must_be_certain(bot: Bot) -> None:
    says(bot, "good morning", "en")
    assert says(bot, "so im off the list?", "de") == ["Hello"]
    assert says(bot, "asdf qwer jklj uiop", "ja") == ["Hello"], "none of its letters"
    assert says(bot, "wo ist denn meine Bestellung", "de") == ["Englisch oder Chinesisch", "Hello"]


def test_english_is_not_taken_for_another_language(bot: Bot) -> None:
    assert says(bot, "i dont get the mail", "fr") == ["Hello"]


@pytest.mark.parametrize("wish", ["in english please", "can you speak English?", "请用英文回答"])
def test_a_language_that_is_wished_holds_until_a_whole_sentence(bot: Bot, wish: str) -> None:
    assert says(bot, "我的订单到哪了", "zh") == ["您好"]
    assert says(bot, wish, "zh") == ["Hello"]
    assert says(bot, "那 refund 呢", "zh") == ["Hello"]
    assert says(bot, "我想知道退款什么时候到", "zh") == ["您好"]


def test_a_question_about_a_language_is_no_wish(bot: Bot) -> None:
    says(bot, "good morning", "en")
    assert says(bot, "is the manual in chinese too?", "en") == ["Hello"]
    assert says(bot, "switch to chinese", "en") == ["您好"]


def test_who_asks_is_not_apologized_to_unless_surely_unhappy(make_bot: Making) -> None:
    domain = DOMAIN + "  utter_care:\n  - text: Sorry\n"
    bot = make_bot(config=CONFIG, domain=domain, chinese=CHINESE, rules=RULES)
    for asks in ("why only 30 days?", "why do you want my mail"):
        assert "Sorry" not in says(bot, asks, sentiment=Feeling("negative", 0.88))
    assert "Sorry" in says(bot, "you lost it again", sentiment=Feeling("negative", 0.88))


def test_a_domain_without_the_slots_does_without(make_bot: Making) -> None:
    domain = "intents: [greet]\nresponses:\n  utter_greet:\n  - text: Hello\n"
    plain = make_bot(config=CONFIG, domain=domain, rules=RULES)
    assert says(plain, "guten Tag", "de", sentiment=Feeling("negative", 0.9)) == ["Hello"]


def test_a_translation_of_nothing_is_a_mistake(make_bot: Making) -> None:
    chinese = CHINESE.replace("utter_greet", "utter_great")
    with pytest.raises(SourceError, match=r"utter_great.*utter_greet"):
        make_bot(config=CONFIG, domain=DOMAIN, chinese=chinese, rules=RULES)
