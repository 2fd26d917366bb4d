"""What a model reads beside intents: feelings, and Chinese that its encoder cannot read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nlu.engine import Engine, load_engine
from nlu.errors import SourceError
from nlu.explaining import explain
from nlu.types import Feeling, Understanding
from tests.nlu import tiny
from training.feelings import read_feelings
from training.pipeline import train

GLAD = ["I love it", "wonderful, thank you", "great service", "so happy with the shoes",
        "lovely lamp", "best shop ever", "really good", "it works perfectly"]  # fmt: skip
CROSS = ["I hate it", "this is a disgrace", "awful service", "so angry about the shoes",
         "terrible lamp", "worst shop ever", "really bad", "it is broken again"]  # fmt: skip
CHINESE = """\
version: "3.1"
nlu:
- intent: order_status
  examples: |
    - 我的订单到哪了
    - 订单什么时候发货
    - 物流一直不更新
    - 订单到哪里了
    - 查一下物流
    - 我的包裹到哪了
- intent: cancel_order
  examples: |
    - 我要取消订单
    - 帮我取消
    - 不想要了，取消吧
    - 订单可以取消吗
    - 取消这个订单
    - 请取消
- intent: greet
  examples: |
    - 你好
    - 您好
    - 早上好
    - 嗨，你好呀
    - 晚上好
    - 在吗，你好
"""


def write_feelings(folder: Path, name: str, rows: list[tuple[str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("text", "label"), *rows])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one-pass")
    project = tiny.write_project(folder / "project")
    (project / "nlu" / "chinese.yml").write_text(CHINESE, encoding="utf-8")
    rows = [(text, "positive") for text in GLAD] + [(text, "negative") for text in CROSS]
    write_feelings(project / "feelings", "sentiment", rows)
    judging = [("I am so happy", "positive"), ("that is awful", "negative")]
    write_feelings(project / "test" / "feelings", "sentiment", judging)
    trained = train(project, folder / "models", tiny.PLAN)
    assert trained.metrics["feelings"]["sentiment"]["accuracy"] == 1.0
    assert trained.metrics["by_letters"] == 18
    return folder / "models" / trained.version


@pytest.fixture(scope="module")
def both(model: Path) -> Engine:
    return load_engine(model)


def test_a_feeling_is_read_beside_the_intent(both: Engine) -> None:
    glad, cross = both.parse_batch(["I am so happy, great shop", "terrible, I hate the lamp"])
    assert glad.sentiment is not None and glad.sentiment.name == "positive"
    assert cross.sentiment is not None and cross.sentiment.name == "negative"
    assert 0.5 <= cross.sentiment.confidence <= 1.0
    assert cross.urgency is None, "nothing taught it"
    assert both.parse("😀").sentiment is None


def test_a_model_without_feelings_says_none(engine: Engine) -> None:
    meaning = engine.parse("terrible, I hate the lamp")
    assert (meaning.sentiment, meaning.urgency) == (None, None)
    assert meaning.language == "en"


def test_letters_read_what_the_encoder_cannot(both: Engine) -> None:
    found = both.parse_batch(["where is my order", "请问我的订单到哪了", "取消订单吧", "hello"])
    guesses = [
        next(one.name for one in meaning.intent_ranking if one.name != "nlu_fallback")
        for meaning in found
    ]
    assert guesses == ["order_status", "order_status", "cancel_order", "greet"]
    assert [meaning.language for meaning in found] == ["en", "zh", "zh", None]
    assert found[1].retrieval == () and found[1].sentiment is None
    assert [(e.value, e.start) for e in both.parse("订单1042到哪了").entities] == [("1042", 2)]


def test_it_says_why_it_understands_chinese(both: Engine) -> None:
    why = explain(both, "请问我的订单到哪了")
    assert why.explained == "order_status" and why.words == ()


def test_a_parse_result_is_read_back(both: Engine) -> None:
    for text in ("terrible, I hate the lamp", "取消订单", "1042", ""):
        meaning = both.parse(text)
        again = Understanding.from_rasa(meaning.to_rasa())
        assert (again.sentiment, again.urgency) == (meaning.sentiment, meaning.urgency)
        assert again.language == meaning.language
    assert Feeling.from_rasa("negative") == Feeling("negative", 1.0)
    assert Feeling.from_rasa(["odd"]) is None


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        ("sentimnt", [("a", "x")], "there is no feeling 'sentimnt'"),
        ("urgency", [("at once", "urgent")] * 5, "there is only one label, 'urgent'"),
        ("urgency", [("now", "urgent"), ("Now!", "calm")], "'Now!' is calm here and urgent at"),
        ("urgency", [("now", "urgent"), ("later", "calm")], "too few examples"),
    ],
)
def test_a_mistake_in_a_table_is_told_with_its_file(
    tmp_path: Path, name: str, rows: list[tuple[str, str]], said: str
) -> None:
    write_feelings(tmp_path / "feelings", name, rows)
    with pytest.raises(SourceError) as error:
        read_feelings(tmp_path)
    assert said in str(error.value) and f"{name}.csv" in str(error.value)


def test_a_text_that_judges_may_not_teach(tmp_path: Path) -> None:
    rows = [(f"text {n}", "calm" if n % 2 else "urgent") for n in range(12)]
    write_feelings(tmp_path / "feelings", "urgency", rows)
    write_feelings(tmp_path / "test" / "feelings", "urgency", [("Text 3", "calm")])
    with pytest.raises(SourceError, match="also stands in the test set"):
        read_feelings(tmp_path)
