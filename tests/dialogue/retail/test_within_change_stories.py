"""More of an item, another size, and two things at once, where an order is being changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.retail.changing.more_or_less import said_change, wants_more

NewCustomer = Callable[..., Customer]
ORDER = "2073"  # one pair of gloves in S; there is an L, and no M


def test_a_size_that_is_sold_out_is_not_another_one(customer: NewCustomer) -> None:
    maya = customer("Maya").says_as("modify_order", f"gloves of {ORDER} in size M please")
    assert "in M is sold out" in maya.text
    maya.says_as("check_stock", "no, M not L. is M sold out?")
    assert "in M is sold out" in maya.text
    assert "Return it instead" not in maya.offered
    maya.says_as("modify_order", "ok L is fine, but can you make it 2 pairs?")
    assert "More than 1 ×" in maya.text and "Shall I send L" in maya.text


def test_a_yes_counts_beside_what_is_not_possible(customer: NewCustomer) -> None:
    maya = customer("Maya").says_as("modify_order", f"the gloves of {ORDER} in L")
    maya.says_as("modify_order", "yes. and make it 2 pairs please")
    assert "More than 1 ×" in maya.text and "Done." in maya.text
    assert [item.label for item in maya.order(ORDER).items] == ["Garden Gloves (L)"]
    maya.says_as("nlu_fallback", "thanks, and 2 pairs instead of one?")
    assert "can't add anything" in maya.text and "Garden Gloves" in maya.offered
    maya.says_as("faq", "how do i get a second pair then")
    assert "an order of its own" in maya.text


def test_instead_of_cancelling_it_is_changed(customer: NewCustomer) -> None:
    maya = customer("Maya").says(f"cancel {ORDER}").says("no")
    maya.says_as("exchange_item", "can i change the size instead?")
    assert "Garden Gloves (S)" in maya.text


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("can you make it 2 pairs?", True),
        ("i want 2 garden gloves, not 1", True),
        ("2 pairs instead of one", True),
        ("要三双", True),
        ("add another one", True),
        ("make it L", False),
        ("one pair is enough", False),
        ("i want 1 less", False),
        ("size 2 please", False),
        ("order 2073 please", False),
    ],
)
def test_more_than_one_is_wanted(text: str, more: bool) -> None:
    assert wants_more(text, 1) is more


@pytest.mark.parametrize(
    ("intent", "first", "words", "told"),
    [
        ("modify_order", "change 90006", "the t-shirts in M", "moss, M instead of 3 ×"),
        ("modify_order", "change my order", "90006, take the t-shirts out", "take 3 × Everyday"),
        ("modify_order", "change my order", "90006, the flannel shirt in L", "red, L instead of"),
        ("cancel_order", "cancel 90006", "can i not just change the size", "Which item is it?"),
        (
            "exchange_item",
            "swap the linen shirt of 90001",
            "no, the flannel shirt",
            "simply change",
        ),
    ],
)
def test_what_was_said_is_not_asked_again(
    customer: NewCustomer, intent: str, first: str, words: str, told: str
) -> None:
    robin = customer("Robin").says_as(intent, first)
    assert told in robin.says_as("inform", words).text


@pytest.mark.parametrize(
    ("said", "quantity", "change"),
    [
        ("perfect. and only one headlamp please, i dont need two", 2, "1"),
        ("i don't want two, only one", 3, "1"),
        ("不要三件了，只要一件", 3, "1"),
        ("2 instead of 3", 3, "2"),
        ("take only one out", 3, "remove"),
        ("just one more", 2, "add"),
        ("i dont want the headlamps", 2, "remove"),
    ],
)
def test_so_many_stay_or_go(said: str, quantity: int, change: str) -> None:
    assert said_change(said, quantity) == change


def test_an_orders_number_and_a_size_are_no_pieces(customer: NewCustomer) -> None:
    aisha = customer("Aisha").says_as("modify_order", "slippers of 2055 in 40 instead of 41 please")
    assert "Shall I send grey, 40 instead of Felt Slippers (grey, 41)" in aisha.text


FEWER = ("modify_order", "in 90006 i only need 2 of the t-shirts instead of 3")
OTHER = ("modify_order", "in order 90006 send the moss t-shirt in M instead of S")
NO_TEES = ("cancel_order", "take the t-shirts out of 90006")


@pytest.mark.parametrize(
    ("first", "intent", "words", "told"),
    [
        (FEWER, "modify_order", "yes please, and make the shirts M instead of S", "2 × moss, M"),
        (OTHER, "nlu_fallback", "yes but only 2 of them please", "2 × moss, M instead of 3 ×"),
        (OTHER, "modify_order", "make it two then, black", "2 × black, S instead of 3 ×"),
        (FEWER, "deny", "no, in M", "Shall I send moss, M instead of 3 ×"),
        (FEWER, "affirm", "yes", "2 × Everyday T-Shirt (moss, S)"),
        (FEWER, "check_stock", "another colour?", "comes in white, black, moss and rust"),
        (NO_TEES, "correct_that", "no i mean the whole order", "cancel order 90006 with 3 ×"),
        (NO_TEES, "deny", "no, keep the whole order", "stays as it is"),
    ],
)
def test_two_changes_of_an_item_are_confirmed_as_one(
    customer: NewCustomer, first: tuple[str, str], intent: str, words: str, told: str
) -> None:
    robin = customer("Robin").says_as(*first).says_as(intent, words)
    assert told in robin.text
    assert "Which item" not in robin.text


def test_both_changes_are_made_at_one_yes(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("modify_order", "in 90006 the t-shirts in M, and only 2")
    robin.says("yes")
    assert "Done." in robin.text and "refund" in robin.text
    assert robin.order("90006").items[0].label == "2 × Everyday T-Shirt (moss, M)"


def test_of_many_variants_those_near_to_the_item_are_offered(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("modify_order", "change 90006").presses("3 ×")
    assert "moss, M" in robin.offered and "moss, XL" in robin.offered


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no L", "Shall I send red, L"),
        ("no, L", "Shall I send red, L"),
        ("不 L", "Shall I send red, L"),
        ("no", "stays as it is"),
        ("no not L", "stays as it is"),
        ("no, it's too large", "stays as it is"),
    ],
)
def test_a_no_with_a_size_means_the_size(customer: NewCustomer, text: str, told: str) -> None:
    robin = customer("Robin").says_as("modify_order", "the flannel shirt of 90006 in another size")
    assert told in robin.says_as("deny", text).text


def test_a_number_alone_is_of_the_other_variant(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("modify_order", "change the number of t-shirts in 90006")
    robin.says_as("affirm", "yes and in M as well")
    assert "2 × moss, M instead of 3 ×" in robin.says_as("inform", "2").text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("yes and in L as well", "How many"),
        ("just one, and in L as well", "Shall I swap 1 × Everyday T-Shirt (white, M) for black, L"),
        ("both, and in L", "Shall I swap 2 × Everyday T-Shirt (white, M) for black, L"),
    ],
)
def test_a_size_beside_the_pieces_keeps_the_colour(
    customer: NewCustomer, text: str, told: str
) -> None:
    robin = customer("Robin").says_as("exchange_item", "swap the t-shirts of 90001 for black")
    assert told in robin.says_as("exchange_item", text).text
    if robin.slot("requested_slot") == "pieces":
        assert "for black, L" in robin.says("2").text


@pytest.mark.parametrize(
    ("intent", "text", "told", "next_told"),
    [
        ("inform", "one t shirt less", "only 2 instead of 3 ×", None),
        ("inform", "flannel in L and only 2 tees", "red, L instead of", "only 2 instead of 3 ×"),
        ("modify_order", "take the flannel out and add a belt", "take Flannel", None),
        ("modify_order", "can i add socks", "can't add anything", None),
    ],
)
def test_the_change_is_told_with_the_item(
    customer: NewCustomer, intent: str, text: str, told: str, next_told: str | None
) -> None:
    robin = customer("Robin").says_as("modify_order", "i want to change something in order 90006")
    assert told in robin.says_as(intent, text).text
    assert "not sure which item" not in robin.text
    if next_told:
        assert next_told in robin.says("yes").text


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("inform", "two, and the flannel out", "only 2 instead of 3 ×"),
        ("nlu_fallback", "what sizes do u have", "is in stock"),
        ("check_stock", "is M big", "measures I can't see"),
        ("product_details", "how many are there now", "Now there are 3"),
        ("deny", "forget that, cancel the order", "Shall I cancel order 90006"),
        ("deny", "no, change where it goes", "Where shall it go?"),
    ],
)
def test_beside_the_question_for_a_change(
    customer: NewCustomer, intent: str, text: str, told: str
) -> None:
    robin = customer("Robin").says_as("modify_order", "change the number of t-shirts in 90006")
    assert told in robin.says_as(intent, text).text
    assert robin.order("90006").items[0].quantity == 3


@pytest.mark.parametrize(
    ("intent", "text", "told"),
    [
        ("deny", "oh no 1 is enough", "only 1 instead of 2 ×"),
        ("cancel_order", "undo", "can't take a change back"),
    ],
)
def test_after_a_change_it_is_thought_over(
    customer: NewCustomer, intent: str, text: str, told: str
) -> None:
    robin = customer("Robin").says_as("modify_order", "only 2 t-shirts in order 90006").says("yes")
    assert "Done." in robin.text
    assert told in robin.says_as(intent, text).text


def test_a_wrong_size_of_ones_own_is_changed(customer: NewCustomer) -> None:
    text = "I think i ordered gloves in wrong size can u check"
    assert "Garden Gloves (S)" in customer("Maya").says_as("wrong_item", text).text
    robin = customer("Robin").says_as("wrong_item", "i ordered the mug but got the wrong one")
    assert robin.form == "problem_form"


def test_how_goods_fall_is_no_size(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as(
        "modify_order", "change size of the flannel shirt in 90006 to L"
    )
    assert robin.slot("change") == "red, L"
    robin.says_as("product_details", "how do they fit, small?")
    assert robin.slot("change") == "red, L"


def test_other_orders_are_changed_by_themselves(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("modify_order", "can i change something in my order")
    assert robin.slot("requested_slot") == "order_number"
    told = robin.says_as("list_orders", "the other orders?").text
    assert "by itself" in told and "order ;" not in told
