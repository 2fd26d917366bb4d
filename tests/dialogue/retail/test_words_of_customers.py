"""What the words of a message say by themselves: a yes, what is left out, who is asked about."""

from __future__ import annotations

import pytest

from dialogue.retail.changing.instead import STATUS, _of_sending
from dialogue.retail.people.ticket_questions import YES_AND
from dialogue.retail.talk.correcting import agrees_to_lose


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("嗯取消吧，不想要了", True),
        ("取消吧，用不着了", True),
        ("对，取消掉，不需要了", True),
        ("yes cancel it, i dont want it", True),
        ("不想取消了", False),
        ("先别取消吧", False),
        ("好的，但是我还没想好要不要", False),
        ("yes but i don't need the shirt", False),
        ("取消什么时候可以退钱", False),
    ],
)
def test_a_yes_with_its_why(text: str, yes: bool) -> None:
    assert agrees_to_lose(text) is yes


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("我昨天下的单怎么还没发货", STATUS),
        ("why hasn't it been sent yet", STATUS),
        ("怎么还没发货，取消吧", None),
        ("why hasn't it left? i don't want it any more", None),
    ],
)
def test_who_asks_why_it_waits_cancels_nothing(text: str, form: str | None) -> None:
    assert _of_sending("cancel_order", text) == form


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("转吧，投诉完了会怎么处理？", True),
        ("yes please, and what happens then?", True),
        ("ok, and who reads that?", False),
        ("好，那会怎么处理？", False),
        ("不用了，那补偿怎么算？", False),
    ],
)
def test_a_yes_to_a_person_before_a_question(text: str, yes: bool) -> None:
    assert (YES_AND.match(text) is not None) is yes
