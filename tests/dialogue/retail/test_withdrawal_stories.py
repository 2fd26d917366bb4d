"""Keeping after all what was announced to come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer
from sqlalchemy import text

from dialogue.orders.states import ReturnStatus

NewCustomer = Callable[..., Customer]
SHIRTS, OPEN = "90001", "90006"  # of data/shop/cases.yml: arrived; still in the warehouse


@pytest.fixture
def robin(customer: NewCustomer) -> Customer:
    """Has announced that a linen shirt comes back."""
    robin = customer("Robin").says(f"return the linen shirt of order {SHIRTS}")
    robin.presses("I don't like it").presses("Yes")
    assert robin.order(SHIRTS).returns
    return robin


def states(someone: Customer) -> list[ReturnStatus]:
    return [parcel.status for parcel in someone.order(SHIRTS).returns]


@pytest.mark.parametrize("words", ["cancel the return", "cancel {0}", "I keep it after all"])
def test_what_was_announced_is_kept(robin: Customer, words: str) -> None:
    reference = robin.order(SHIRTS).returns[0].reference
    robin.says(words.format(reference))
    assert f"take return {reference} back?" in robin.text and "Linen Shirt" in robin.text
    robin.presses("Yes, I keep it")
    assert f"return {reference} is taken back" in robin.text
    assert states(robin) == [ReturnStatus.WITHDRAWN]
    robin.says(f"refund of order {SHIRTS}")
    assert "no refund" in robin.text
    robin.says(f"return the linen shirt of order {SHIRTS}").presses("I don't like it").presses(
        "Yes"
    )
    assert states(robin) == [ReturnStatus.WITHDRAWN, ReturnStatus.REQUESTED]


def test_a_no_leaves_it_announced(robin: Customer) -> None:
    robin.says("cancel the return").presses("No, it comes back")
    assert "stays announced" in robin.text
    assert states(robin) == [ReturnStatus.REQUESTED]


def test_which_one_is_asked_when_there_are_several(robin: Customer) -> None:
    robin.says(f"exchange the t-shirt of order {SHIRTS}").says("one").says("size L, white")
    robin.presses("Yes")
    first, second = (parcel.reference for parcel in robin.order(SHIRTS).returns)
    robin.says("cancel the return")
    assert [title[:7] for title in robin.offered] == [first, second]
    robin.says("the second one")
    assert f"take exchange {second} back?" in robin.text and "set aside" in robin.text
    robin.says(f"no, {first}")
    assert f"take return {first} back?" in robin.text
    robin.says("yes")
    assert states(robin) == [ReturnStatus.WITHDRAWN, ReturnStatus.REQUESTED]
    robin.says(f"cancel {second}").says("yes")
    assert f"exchange {second} is taken back" in robin.text
    assert states(robin) == [ReturnStatus.WITHDRAWN] * 2


def test_without_one_there_is_nothing_to_take_back(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"order {OPEN}").says("cancel the return")
    assert "nothing to take back" in robin.text
    assert robin.form is None


def test_where_no_order_has_one_none_is_asked_for(customer: NewCustomer) -> None:
    robin = customer("Robin").says("take my return back")
    assert "nothing to take back" in robin.text and robin.form is None
    assert "Return something" in robin.offered, robin.offered


def test_what_has_arrived_with_the_shop_is_not_taken_back(robin: Customer) -> None:
    with robin.engine.begin() as connection:
        connection.execute(text("UPDATE shop_returns SET status = 'received'"))
    robin.says(f"cancel the return of order {SHIRTS}")
    assert "could still be taken back" in robin.text
    assert states(robin) == [ReturnStatus.RECEIVED]


def test_a_guest_needs_the_code(robin: Customer, customer: NewCustomer) -> None:
    guest = customer()
    guest.says(f"cancel the return of order {SHIRTS}").says("robin@example.com").says("yes")
    assert guest.slot("requested_slot") == "order_code"
    assert states(robin) == [ReturnStatus.REQUESTED]
    guest.types_the_code()
    assert states(robin) == [ReturnStatus.WITHDRAWN]


def test_a_stranger_hears_nothing_of_anothers_return(
    robin: Customer, customer: NewCustomer
) -> None:
    reference = robin.order(SHIRTS).returns[0].reference
    for stranger in (customer("Maya"), customer()):
        stranger.says(f"cancel {reference}").says(f"cancel the return of order {SHIRTS}")
        assert "Linen Shirt" not in stranger.text and "take return" not in stranger.text
    assert states(robin) == [ReturnStatus.REQUESTED]


def test_what_is_announced_already_is_neither_returned_nor_swapped_in_place_of_another(
    robin: Customer,
) -> None:
    reference = robin.order(SHIRTS).returns[0].reference
    for wish in ("return", "exchange"):
        robin.says(f"{wish} the linen shirt of order {SHIRTS}")
        assert f"already announced as {reference}" in robin.text
        assert robin.form is None
    robin.presses("Keep it after all").presses("Yes")
    robin.says(f"exchange the linen shirt of order {SHIRTS}")
    assert robin.slot("requested_slot") == "replacement"


@pytest.mark.parametrize(
    "words",
    ["send it back? no: scrap my return", "I don't want to return the shirt any more",
     "I keep the shirt I was to send back", "please cancel this silly return"],
)  # fmt: skip
def test_what_sounds_like_a_new_return_takes_the_announced_one_back(
    robin: Customer, words: str
) -> None:
    robin.says(words)
    assert robin.form == "withdraw_return_form", robin.text
    assert "back?" in robin.text and "Linen Shirt" in robin.text


def test_without_an_announced_return_nothing_is_taken_back(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"I keep the shirt and send the mugs of {SHIRTS} back")
    assert robin.form == "return_form"


@pytest.mark.parametrize(
    "words",
    [
        "I changed my mind, I don't want to return the earbuds anymore",
        "I no longer want to send the earbuds back",
        "actually I won't return it after all",
    ],
)
def test_what_is_not_wanted_back_any_more_begins_no_return(
    customer: NewCustomer, words: str
) -> None:
    robin = customer("Robin").says(words.replace("return it", "return my order"))
    assert "nothing to take back" in robin.text and robin.form is None


def test_what_was_announced_is_kept_when_it_is_not_wanted_back_any_more(robin: Customer) -> None:
    robin.says("I don't want to return the linen shirt anymore")
    assert f"take return {robin.order(SHIRTS).returns[0].reference} back?" in robin.text


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("I want to keep the shirt but return the mugs", "withdraw_return_form"),  # first
        ("I don't want the mugs anymore, I return them", "return_form"),
        ("I want to return the mugs after all", "return_form"),
    ],
)
def test_who_keeps_one_thing_may_return_another(robin: Customer, words: str, form: str) -> None:
    robin.says(words)
    assert robin.form == form


def test_each_return_brings_its_own_sum(robin: Customer) -> None:
    robin.says(f"return the mugs of order {SHIRTS}").says("2").presses("I don't like it")
    robin.presses("Yes")
    shirt, mugs = (parcel.reference for parcel in robin.order(SHIRTS).returns)
    robin.says(f"refund of order {SHIRTS}")
    assert "€59.90" in robin.text and "€29.80" in robin.text
    assert "€29.80" not in robin.says_as("nlu_fallback", f"how much is it for {shirt}?").text
    robin.says("cancel the return").says_as("faq", "the shirt, the mugs stay announced")
    assert f"take return {shirt} back?" in robin.text
    robin.says_as("order_status", "is the other one with the mugs still running?")
    assert f"Return {mugs}" in robin.text and robin.form == "withdraw_return_form"
    robin.presses("Yes, I keep it").says_as("faq", "so what do i get back for the rest?")
    assert mugs in robin.text and "€29.80" in robin.text


def test_the_only_goods_of_an_order_may_be_announced_again(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return order {SHIRTS}").presses("All of it")
    robin.presses("I don't like it").presses("Yes").says("cancel the return")
    robin.says_as("nlu_fallback", "can i still return it later?")
    assert "announce it again until" in robin.text


@pytest.mark.parametrize(
    ("instead", "as_intent"),
    [
        (
            "then i keep it. but can i send back one of the mugs instead, theyre unused",
            "return_item",
        ),
        ("I changed my mind. Can I return one mug instead?", "withdraw_return"),
    ],
)
def test_kept_and_another_comes_back(customer: NewCustomer, instead: str, as_intent: str) -> None:
    robin = customer("Robin").says("send the linen shirt of 90001 back, too small").says("yes")
    assert "Shall I take return" in robin.says_as(as_intent, instead).text
    assert "Why do you send it back" in robin.says("yes").text
    assert "1 × Speckled Mug" in robin.says("not liked").text
    told = robin.says_as("deny", "yes. and the shirt return is cancelled now, right?").text
    assert "for Speckled Mug (sand) is announced" in told and "is taken back" in told


def test_a_return_that_still_stands_is_not_off(customer: NewCustomer) -> None:
    robin = customer("Robin").says("send the linen shirt of 90001 back, too small").says("yes")
    robin.says("send one mug of 90001 back, not liked")
    told = robin.says_as("nlu_fallback", "is the shirt return cancelled now?").text
    assert "is still announced" in told and robin.form == "return_form"
    assert "Linen Shirt" in robin.says_as("list_orders", "what have i got as returns now?").text


@pytest.mark.parametrize("intent", ["cancel_order", "withdraw_return", "nlu_fallback"])
def test_the_other_one_is_the_other_return(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin").says("send the linen shirt of 90001 back").says("too big").says("yes")
    robin.says("send the mugs of 90001 back").says("all").says("too big").says("yes")
    robin.says_as("withdraw_return", "keep the shirt after all").says("yes")
    robin.says_as(intent, "cancel the other one too")
    assert "keep 3 × Speckled Mug" in robin.text
    robin.says("yes").says_as(intent, "cancel the other one too")
    assert "only one" in robin.text and "Cancel an order" in robin.offered
    assert "cancel order 90006" in robin.says_as("cancel_order", "cancel order 90006 too").text
