"""What is asked of warranty and delivery is answered, and not all that is known of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        ("what is the warranty?", "two-year warranty. If something stops"),
        ("and if it breaks after three years?", "After the two years"),
        ("do i need the receipt", "No receipt needed"),
        ("what does it cost me", "Nothing: within the two years"),
        ("how long does a repair take", "15 working days"),
        ("保修要发票吗", "No receipt needed"),
        ("保修期过了怎么办", "After the two years"),
        ("保修多久", "two-year warranty. If something stops"),
    ],
)
def test_the_warranty(customer: NewCustomer, asks: str, told: str) -> None:
    assert told in customer().says_as("warranty", asks).text


def test_goods_named_afterwards_have_it_too(customer: NewCustomer) -> None:
    guest = customer().says_as("warranty", "what is the warranty?")
    assert guest.says_as("warranty", "and on lamps?").text.startswith("Yes, that too")


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        ("and express?", "no faster way"),
        ("能加急吗", "no faster way"),
        ("can you bring it on a saturday", "Monday to Saturday"),
        ("do you ship to Norway, on saturdays too?", "Norway"),
        ("how much is shipping", "€4.95"),
    ],
)
def test_delivery(customer: NewCustomer, asks: str, told: str) -> None:
    assert told in customer().says_as("shipping_options", asks).text
