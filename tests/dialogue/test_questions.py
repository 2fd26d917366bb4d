"""What is a question, by its words."""

from __future__ import annotations

import pytest

from dialogue.questions import asks_after_ok, is_question


@pytest.mark.parametrize(
    "text",
    [
        "and when?",
        "will it be late",
        "ok so how much do i get",
        "is shipping free",
        "has it left",
        "who pays the way back",
        "什么时候到",
        "运费要我出吗",
        "那2014呢",
    ],
)
def test_asks(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "what a mess",
        "when i opened it the lid was broken",
        "was broken",
        "has a hole",
        "does not fit",
        "how awful",
        "what i got is the blue one",
        "太小了",
        "哪个都行",
        "4 Lime Street",
    ],
)
def test_tells(text: str) -> None:
    assert not is_question(text)


def test_a_long_text_is_read_in_bounded_time() -> None:
    assert not is_question("and " * 50_000)


@pytest.mark.parametrize(
    "text",
    [
        "ok. and where is my other order?",
        "ok and where is my jacket",
        "alright but when does it come",
        "ok tell me first where my jacket is",
        "好的，那我的羽绒服在哪里？",
        "行，你们还有别的手套吗",
    ],
)
def test_takes_note_and_asks(text: str) -> None:
    assert asks_after_ok(text)


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "ok?",
        "yes, and where is my jacket?",
        "ok do it. and where is my other order?",
        "ok go ahead, when do i get the money?",
        "ok, thanks",
        "sure, why not",
        "行，取消吧",
        "好的取消，钱什么时候到？",
    ],
)
def test_agrees_or_only_takes_note(text: str) -> None:
    assert not asks_after_ok(text)
