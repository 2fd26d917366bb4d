"""Two things in one sentence: neither is lost."""

from __future__ import annotations

from collections.abc import Callable

from retail_stories import Customer

NewCustomer = Callable[..., Customer]
HERE = "90001"  # of data/shop/cases.yml: arrived


def test_one_goes_back_and_the_other_is_swapped(customer: NewCustomer) -> None:
    text = f"return one mug and make the linen shirt of {HERE} a size M"
    robin = customer("Robin").says_as("exchange_item", text)
    assert "first what goes back" in robin.text and robin.form == "return_form"
    assert "1 × Speckled Mug (sand)" in robin.says("too small").text
    robin.says("yes")
    assert "Shall I swap Linen Shirt (sky, L) for sky, M" in robin.text


def test_goods_of_two_orders_go_back_one_after_the_other(customer: NewCustomer) -> None:
    robin = customer("Robin").says("send the linen shirt and the earbuds back").says("too big")
    assert "Linen Shirt (sky, L) from order 90001" in robin.text
    robin.says("yes")
    assert robin.form == "return_form" and robin.slot("order_number") == "90002"
    assert "Wireless Earbuds" in robin.says("too big").text
