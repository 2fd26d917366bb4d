"""A shop's file of phrases: what is checked in it, and how it speaks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from retail_stories import PROJECT

from dialogue import retail
from dialogue.retail.phrases import Phrases, phrases_in, project_phrases, read_phrases
from dialogue.retail.wording import wording
from nlu.errors import SourceError
from training.data import normalised
from training.pipeline import frozen_test_set
from training.reading import read_training_data

HEAD = """\
locales: {en: en_GB, zh: zh_Hans_CN}
dates:
  day: {en: "EEE d MMM", zh: "M月d日EEE"}
  date: {en: "EEE d MMM y", zh: "y年M月d日"}
  moment: {en: "EEE d MMM HH:mm", zh: "M月d日EEE HH:mm"}
phrases:
"""
FIRST = HEAD.count("\n") + 1  # the line of the first phrase


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return project_phrases(PROJECT)


def read(folder: Path, text: str, *languages: str) -> Phrases:
    path = folder / "phrases.yml"
    path.write_text(text, encoding="utf-8")
    return read_phrases(path, languages or ("en", "zh"))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a: {en: Hello}", "a: the words in 'zh' are missing"),
        ("a: {en: Hello, zh: 您好, de: Hallo}", "a: the bot does not speak 'de'"),
        ("a: Hello", "a: say it in en and zh"),
        ('a: {en: "on {day}", zh: 好}', "a: not all languages and forms have {day}"),
        ('a: {en: "on {day", zh: 好}', "has a brace too many or too few"),
        ('a: {en: "on {0}", zh: "{0}"}', "{0} is no name of a place"),
        ("a: {en: 1, zh: 好}", "a: in 'en' something is no text: quote it"),
        (
            'a: {en: {other: "{count} more"}, zh: "{count} 件"}',
            "a: the plural forms of 'en' are ['one', 'other']",
        ),
        (
            'a: {en: {one: x, few: y, other: z}, zh: "好"}',
            "a: the plural forms of 'en' are ['one', 'other']",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_phrase(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(SourceError) as raised:
        read(tmp_path, f"{HEAD}  {line}\n")
    assert f"phrases.yml:{FIRST}: " in str(raised.value) and told in str(raised.value)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("en_GB", "mars", "there is no locale 'mars'"),
        ("  day:", "  dai:", "there is no such date"),
        ("EEE d MMM y", "yesterday", "'yesterday' is not written with E, d, M, y, H, m"),
        ("phrases:", "phrasis:", "there is no such part; did you mean 'phrases'"),
        (HEAD, "- 1", "a file of phrases is a mapping"),
    ],
)
def test_mistakes_above_the_phrases(tmp_path: Path, before: str, after: str, told: str) -> None:
    text = (HEAD + "  a: {en: x, zh: 好}\n").replace(before, after, 1)
    with pytest.raises(SourceError, match=r"phrases\.yml") as raised:
        read(tmp_path, text)
    assert told in str(raised.value)


def test_plurals_follow_the_language(tmp_path: Path) -> None:
    read_ = read(
        tmp_path,
        HEAD + '  left: {en: {one: a piece, other: "{count} pieces"}, zh: "{count} 件"}\n',
    )
    english, chinese = wording(read_, "en"), wording(read_, "zh")
    assert [english.say("left", count=n) for n in (0, 1, 2)] == ["0 pieces", "a piece", "2 pieces"]
    assert [chinese.say("left", count=n) for n in (1, 2)] == ["1 件", "2 件"]


def test_a_language_with_more_plural_forms_must_have_them_all(tmp_path: Path) -> None:
    head = "locales: {pl: pl_PL}\ndates:\n  day: {pl: d MMM}\n  date: {pl: d MMM y}\n"
    head += '  moment: {pl: "d MMM HH:mm"}\nphrases:\n'
    forms = 'a: {pl: {one: "{count} plik", few: "{count} pliki", '
    forms += 'many: "{count} plików", other: "{count} pliku"}}'
    polish = wording(read(tmp_path, f"{head}  {forms}\n", "pl"), "pl")
    assert [polish.say("a", count=n) for n in (1, 3, 5)] == ["1 plik", "3 pliki", "5 plików"]


@pytest.mark.parametrize(
    ("language", "spoken"), [("zh", "zh"), ("en", "en"), ("de", "en"), (None, "en")]
)
def test_a_language_that_is_not_spoken_is_answered_in_the_usual_one(
    phrases: Phrases, language: str | None, spoken: str
) -> None:
    assert wording(phrases, language).language == spoken


def test_days_amounts_and_lists_in_chinese(phrases: Phrases) -> None:
    chinese = wording(phrases, "zh")
    assert chinese.day(date(2026, 11, 24)) == "11月24日周二"
    assert chinese.full_day(date(2026, 11, 24)) == "2026年11月24日"
    assert chinese.moment(datetime(2026, 11, 24, 9, 5, tzinfo=UTC)) == "11月24日周二 09:05"
    assert chinese.money(123456, "EUR") == "€1,234.56"
    assert chinese.listing("abc") == "a、b和c"


def test_what_the_records_say_is_said_in_chinese_and_understood_again(phrases: Phrases) -> None:
    english, chinese = wording(phrases, "en"), wording(phrases, "zh")
    label = "2 × Linen Shirt (light blue, M)"
    assert english.item(label) == label
    assert chinese.item(label) == "2 × Linen Shirt（浅蓝色，M）"
    assert chinese.item("Bread Knife") == "Bread Knife"
    assert chinese.term("bank transfer") == "银行账户" and chinese.term("PayPal") == "PayPal"
    assert chinese.in_records("要浅蓝色42码的").split() == ["要", "light", "blue", "42", "码的"]
    assert english.in_records("the blue one") == "the blue one"
    address = "Hornsgatan 12, 118 20 Stockholm, Sweden"
    assert chinese.address(address) == "Hornsgatan 12, 118 20 Stockholm, 瑞典"
    assert english.address(address) == address


def test_braces_that_a_customer_writes_are_only_words(phrases: Phrases) -> None:
    said = wording(phrases, "en").say("wish_in_their_words", text="{count.__class__}")
    assert said == "“{count.__class__}”"


def test_every_phrase_that_the_actions_say_is_there(phrases: Phrases) -> None:
    said = phrases_in(Path(retail.__file__).parent.rglob("*.py"))
    assert len(said) > 60 and said <= set(phrases.names)


def test_a_bot_without_the_file_has_no_phrases(tmp_path: Path) -> None:
    none = wording(project_phrases(tmp_path), "zh")
    assert none.language == "en" and none.money(500, "EUR") == "€5.00"
    with pytest.raises(LookupError, match="no phrase 'button_cancel'"):
        none.button("cancel", "cancel_order")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_title_of_an_intent_is_an_example_of_it(phrases: Phrases, language: str) -> None:
    """Customers type what a button says; what is held out of the examples is one as well."""
    words = wording(phrases, language)
    examples = (*read_training_data(PROJECT).examples, *frozen_test_set(PROJECT))
    taught = {(one.intent, normalised(one.text)) for one in examples}
    intents = [n.removeprefix("title_") for n in phrases.names if n.startswith("title_")]
    titles = {(intent, normalised(words.say(f"title_{intent}"))) for intent in intents}
    assert titles - taught == set()
