"""Questions about the shop that want a yes or a no get one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("what are your opening hours", "Our stores in Hamburg and Copenhagen are open"),
        ("are you open on Sunday?", "No, on Sundays"),
        ("are you open on Christmas Eve?", "For public holidays I have no hours"),
        (
            "what are your opening hours, are you open now?",
            "Yes, our stores in Hamburg and Copenhagen are open now",
        ),
        ("do you take klarna", "I'm sorry, no."),
        ("do you take apple pay", "I'm sorry, no."),
        ("do you take PayPal", "Yes. You can pay by"),
        ("do you take money", "You can pay by card"),
    ],
)
def test_a_question_for_a_yes_or_no_gets_one(customer: NewCustomer, asked: str, told: str) -> None:
    assert customer().says(asked).text.startswith(told)
