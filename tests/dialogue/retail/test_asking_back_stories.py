"""What is asked back in a form, and what is asked and added after something was announced."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

NewCustomer = Callable[..., Customer]
HERE, OPEN, PACKED = "90001", "90006", "2043"  # of data/shop: arrived; may change; may not


@pytest.mark.parametrize(
    "asked",
    ["why do you need that?", "Why?", "does it matter?", "what if I don't know?", "do I have to?"],
)
def test_who_asks_why_hears_it_and_is_asked_again(customer: NewCustomer, asked: str) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says(asked)
    assert "helps us to do better" in robin.text
    assert "why do you send it back" in robin.text.casefold()
    assert robin.slot("return_reason") is None


def test_a_reply_is_no_failed_try(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back")
    for _ in range(4):
        robin.says("what are the options?")
        assert "These are the possibilities" in robin.text
        assert "goes nowhere" not in robin.text


@pytest.mark.parametrize("reason", ["too small", "why did I ever buy it", "it matters to me"])
def test_a_reason_is_still_a_reason(customer: NewCustomer, reason: str) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says(reason)
    assert robin.slot("return_reason") == reason


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("how long does a replacement take?", "within one working day"),
        ("what would the money be?", "For 3 × Speckled Mug (sand) that is €44.70"),
        ("do I have to send it back?", "need not send anything back"),
        ("can I have both?", "for you to choose"),
    ],
)
def test_what_is_asked_of_a_remedy_chooses_none(
    customer: NewCustomer, asked: str, reply: str
) -> None:
    robin = customer("Robin").says(f"{HERE} arrived broken").says("the mugs have no handles")
    assert "What would you prefer" in robin.text
    robin.says(asked)
    assert reply in robin.text
    assert robin.form == "problem_form" and robin.slot("wish") is None
    assert "T-" in robin.says("a refund please").text


def test_what_happened_is_no_question(customer: NewCustomer) -> None:
    told = "when I opened it the lid came off and both were cracked"
    robin = customer("Robin").says(f"{HERE} arrived broken").says(told)
    assert robin.slot("problem_details") == told


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("and until when?", "at any parcel shop by"),
        ("where do I take it?", "at any parcel shop by"),
        ("does the money go to my card?", "goes back the way you paid, by card"),
        ("when do I get it?", "As soon as the parcel R-"),
        ("what does it cost?", "It is free"),
    ],
)
def test_what_is_asked_after_a_return_is_of_its_parcel(
    customer: NewCustomer, asked: str, reply: str
) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says("too small")
    assert reply in robin.says("yes").says(asked).text


@pytest.mark.parametrize(
    "asked", ["when do you open?", "do you have it in stock in blue?", "suggest a gift for him"]
)
def test_other_questions_are_answered_as_ever(customer: NewCustomer, asked: str) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says("too small")
    assert "R-" not in robin.says("yes").says(asked).text


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        ("when does the new one come?", "leaves as soon as Linen Shirt (sky, L) is with us"),
        ("do I send the old one first?", "Yes, please send Linen Shirt (sky, L) first"),
        ("and until when?", "at any parcel shop by"),
    ],
)
def test_what_is_asked_after_an_exchange_is_of_it(
    customer: NewCustomer, asked: str, reply: str
) -> None:
    robin = customer("Robin").says(f"swap the linen shirt of {HERE} for M").says("yes")
    assert "set aside" in robin.text
    assert reply in robin.says(asked).text


@pytest.mark.parametrize("more", ["2 mugs too please", "and two of the mugs"])
def test_more_of_the_order_is_sent_back_after_it(customer: NewCustomer, more: str) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says("too small")
    robin.says("yes").says(more)
    assert robin.form == "return_form" and robin.slot("order_number") == HERE
    assert "2 × Speckled Mug (sand)" in robin.says("too small").text


def test_what_is_asked_after_a_report_is_of_it(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"{HERE} arrived broken").says("the mugs have no handles")
    assert "T-" in robin.says("a refund please").text
    assert "by card takes up to 5 working days" in robin.says("when do I get the money?").text
    assert "need not send anything back" in robin.says("do I send it back?").text


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("no, only the shirt", "Shall I take Flannel Check Shirt (red, M) out"),
        ("just the flannel shirt please", "Shall I take Flannel Check Shirt (red, M) out"),
        ("the flannel shirt stays", "Shall I take 3 × Everyday T-Shirt (moss, S) out"),
        ("all except the flannel shirt", "Shall I take 3 × Everyday T-Shirt (moss, S) out"),
        ("only one of the t-shirts", "Shall I send only 2 instead of 3"),
    ],
)
def test_a_part_of_an_order_is_taken_out_instead(
    customer: NewCustomer, said: str, asks: str
) -> None:
    robin = customer("Robin").says(f"cancel {OPEN}").says(said)
    assert asks in robin.text
    assert robin.form == "modify_order_form"
    assert "is cancelled" not in robin.text


@pytest.mark.parametrize("said", ["no", "no, I keep it", "yes"])
def test_without_a_part_the_whole_order_is_meant(customer: NewCustomer, said: str) -> None:
    robin = customer("Robin").says(f"cancel {OPEN}").says(said)
    assert robin.form is None
    assert ("is cancelled" in robin.text) == (said == "yes")


def test_of_a_packed_order_nothing_is_taken_out_alone(customer: NewCustomer) -> None:
    tom = customer("Tom").says(f"cancel {PACKED}").says("just the rice cooker")
    assert "can't take anything out of it alone" in tom.text
    assert tom.form == "cancel_order_form"
