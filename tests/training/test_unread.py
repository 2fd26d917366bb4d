"""A reader of letters: tasks, and questions that each have their own answer."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nlu.decisions import Decisions
from nlu.labels import Labels
from nlu.unread import ANY_NUMBER, LetterReader, with_any_number
from training.data import Example
from training.sureness import Sureness
from training.unread import learn_letters

PATTERNS = {
    "cancel": ("取消{}", "{}不要了", "把{}撤掉", "{}帮我取消"),
    "status": ("{}到哪了", "{}发货没", "查一下{}", "{}什么时候到"),
    "faq/hours": ("{}几点开门", "{}营业时间", "{}周日开吗", "{}几点关门"),
    "faq/wrap": ("{}能包装吗", "{}礼品盒", "{}送礼包装", "{}包装纸"),
}
GOODS = ("订单", "衣服", "鞋子", "杯子", "灯", "书")


@pytest.fixture(scope="module")
def reader() -> LetterReader:
    examples = [
        Example(pattern.format(goods), intent=label.split("/")[0], response_key=key)
        for label, patterns in PATTERNS.items()
        for key in (label if "/" in label else None,)
        for pattern in patterns
        for goods in GOODS
    ]
    learnt = learn_letters(examples, Sureness(), seed=0)
    assert learnt is not None
    return learnt


def test_a_question_brings_its_answer_with_a_title(reader: LetterReader) -> None:
    ((best, *others),) = reader(["帽子几点关门"]).answers
    assert best.key == "faq/hours"
    assert best.title == "订单几点开门"
    assert best.score > sum(other.score for other in others)
    assert reader.decisions.retrieval is not None


def test_a_task_is_no_question(reader: LetterReader) -> None:
    found = reader(["取消帽子"])
    assert reader.labels.intents[int(found.chances[0].argmax())] == "cancel"
    assert all(hit.score < 0.5 for hit in found.answers[0])


def test_which_number_an_order_has_says_nothing(reader: LetterReader) -> None:
    assert with_any_number("取消2055,2055") == "取消2055,2055"  # an amount's digits are its own
    assert with_any_number("取消订单98765吧") == f"取消订单{ANY_NUMBER}吧"
    first, second = reader(["取消订单2055", "取消订单90011"]).chances
    assert np.array_equal(first, second)
    assert reader.labels.intents[int(first.argmax())] == "cancel"


def test_it_is_kept_whole(reader: LetterReader) -> None:
    kept = LetterReader.of(json.loads(json.dumps(reader.to_json())), reader.arrays())
    assert kept.titles == reader.titles
    assert kept(["帽子几点关门"]).answers[0][0].key == "faq/hours"


def test_without_questions_nothing_is_to_be_answered() -> None:
    examples = [
        Example(pattern.format(goods), intent=label)
        for label in ("cancel", "status")
        for pattern in PATTERNS[label]
        for goods in GOODS
    ]
    learnt = learn_letters(examples, Sureness(), seed=0)
    assert learnt is not None
    assert learnt.decisions.retrieval is Decisions().retrieval is None
    assert learnt(["取消帽子"]).answers == [()]


def test_many_small_chances_of_questions_make_no_large_one() -> None:
    labels = Labels(["cancel", *(f"faq/{n}" for n in range(100))])
    logits = np.array([[1.0] + [0.5] * 100])
    assert labels.intents == ("cancel", "faq")
    assert labels.likeliest_logits(logits, 1.0).argmax() == 0
    assert labels.intent_logits(logits, 1.0).argmax() == 1
