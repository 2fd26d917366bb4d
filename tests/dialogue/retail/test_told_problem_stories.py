"""What the first words about a delivery tell is not asked again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.retail.problems.problem_words import problem_told, wish_told
from dialogue.retail.services import RetailServices

NewCustomer = Callable[..., Customer]
HERE = "90001"  # of data/shop/cases.yml: arrived


def test_what_is_wrong_with_what_is_not_asked_again(customer: NewCustomer) -> None:
    told = f"the linen shirt of {HERE} arrived broken, it has a hole"
    robin = customer("Robin").says(told)
    assert "What would you prefer" in robin.text and "sorry" in robin.text
    assert robin.slot("problem_details") == told


def test_what_is_wished_is_not_asked_again(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"a mug of {HERE} is cracked, I want a replacement")
    assert "T-" in robin.text and "replacement" in robin.text
    assert robin.form is None


def test_of_what_is_only_broken_it_is_asked_what_is(
    customer: NewCustomer, services: RetailServices
) -> None:
    robin = customer("Robin").says(f"the linen shirt of {HERE} arrived broken")
    assert "What exactly is wrong with it (Linen Shirt (sky, L))" in robin.text
    assert "For Linen Shirt (sky, L) that is" in robin.says("what would the money be?").text
    number = re.search(r"T-\d+", robin.says("a button came off").says("a refund please").text)
    assert number and services.extras is not None
    told = services.extras.tickets.shown(number[0]).text
    assert told == "Linen Shirt (sky, L): a button came off"


@pytest.mark.parametrize("intent", ["modify_order", "return_item", "exchange_item"])
def test_what_is_missing_is_reported_and_not_swapped(customer: NewCustomer, intent: str) -> None:
    text = f"one mug is missing from my order {HERE}, please send a new one"
    robin = customer("Robin").says_as(intent, text)
    assert "T-" in robin.text and "replacement" in robin.text


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
def test_own_goods_that_are_torn_are_a_report(customer: NewCustomer, intent: str) -> None:
    robin = customer("Robin").says_as(intent, "the zip of my windbreaker is torn")
    assert robin.form == "problem_form"
    assert robin.slot("order_number") == "90003" and "Tern Windbreaker" in robin.text


def test_an_order_named_with_it_is_meant(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("inform", f"{HERE} the mugs are broken")
    assert robin.form == "problem_form" and "Speckled Mug" in robin.text


@pytest.mark.parametrize(
    "text",
    [
        "I want to return the mug, it is cracked",
        "exchange the shirt, it has a hole",
        "what if it tears?",
        "do you have shirts with holes",
        "where is my order",
        "the shirt is too small",
    ],
)
def test_what_goes_back_or_is_only_asked_is_no_report(text: str) -> None:
    assert problem_told(text) is None


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("the mug is cracked, I want my money back", "refund"),
        ("a mug is missing, please send a new one", "replacement"),
        ("the mug has a chip, I'd keep it for a partial refund", "reduction"),
        ("I got another set of mugs", None),
        ("the mug is cracked", None),
    ],
)
def test_the_wish_of_a_report(text: str, wish: str | None) -> None:
    assert wish_told(text) == wish


def test_the_parcel_that_holds_what_is_named_is_meant(
    customer: NewCustomer, services: RetailServices
) -> None:
    robin = customer("Robin").says("the windbreaker of 90003 says delivered but never arrived")
    assert "Sometimes a neighbour has it" in robin.text and "Running Tee" not in robin.text
    robin.says("neighbours dont have it either").says("my money back please")
    assert "noted it under T-20001" in robin.text
    assert services.extras is not None
    text = services.extras.tickets.shown("T-20001").text
    assert text == "Tern Windbreaker (yellow, M): neighbours dont have it either"


def test_another_parcel_than_was_taken_can_be_named(customer: NewCustomer) -> None:
    robin = customer("Robin").says("order 90003 never arrived")
    assert "Running Tee" in robin.text
    said = "no, the windbreaker is the one that says delivered"
    assert "Sometimes a neighbour has it" in robin.says_as("inform", said).text


def test_what_is_asked_before_the_choice_is_answered(customer: NewCustomer) -> None:
    robin = customer("Robin").says("the mug in 90001 came broken, one has a crack")
    assert "What would you prefer" in robin.text
    assert "in stock" in robin.says_as("check_stock", "is the mug still in stock?").text
    assert "one working day" in robin.says_as("inform", "hm whats faster").text


def test_too_late_for_a_report_is_a_case_for_the_warranty(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("damaged_item", "the wool beanie of 90012 came broken")
    assert "the warranty still covers it" in robin.text
    assert "case for the warranty" in robin.presses("Warranty").text  # it was told what is wrong
    robin.says_as("damaged_item", "it has a hole at the seam")
    assert "case for the warranty" in robin.text and "a hole at the seam" in robin.text
    robin.says_as("affirm", "yes pass it on")
    assert "passing you on" in robin.text or "colleagues are back" in robin.text
    robin.says_as("damaged_item", "the hole is torn wide open now")
    assert "my colleague reads it here" in robin.text


def test_of_a_lost_parcel_it_is_chosen_at_once(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is order 90004")
    assert "What shall I do?" in robin.text and "My money back" in robin.offered
    robin.says_as("return_policy", "and now? my money or new ones?")
    assert "What shall I do?" in robin.text
    assert "Shall I pay you back" in robin.says_as("inform", "my money back please").text


def test_a_complaint_beside_a_lost_parcel_is_noted_once(customer: NewCustomer) -> None:
    robin = customer("Robin").says("where is order 90004")
    assert "noted as T-20001" in robin.says_as("complaint", "i want to complain").text
    assert "What shall I do?" in robin.text
    robin = customer("Robin").says_as(
        "delivery_not_received", "90004 never came! I want to complain!"
    )
    assert "noted as T-" in robin.text and "counts as lost" in robin.text
    robin.says_as("ticket_status", "who deals with my complaint?")
    assert "answers within one working day" in robin.text and "noted as" not in robin.text
    assert "Shall I pay you back" in robin.says_as("inform", "refund").text


def test_what_happened_is_told_with_the_order(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("missing_item", "something was missing in my parcel")
    robin.says_as("missing_item", "90001, only two mugs were inside, i ordered 3")
    assert "What would you prefer" in robin.text


def test_a_report_of_goods_that_are_in_a_return(customer: NewCustomer) -> None:
    robin = customer("Robin").says("return the linen shirt of order 90001")
    robin.presses("I don't like it").presses("Yes")
    robin.says_as("damaged_item", "the linen shirt of 90001 came torn")
    assert "Both are possible" in robin.says_as("faq", "a new one or my money back?").text
    robin.presses("Send it again")
    assert "is announced as well" in robin.text
    assert "is announced as well" in robin.says_as("nlu_fallback", "do the two clash?").text


def test_neither_remedy_is_wished(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("damaged_item", "the linen shirt of 90001 came torn")
    assert "dropped" in robin.says_as("deny", "none of these").text and robin.form is None


@pytest.mark.parametrize(
    ("intent", "said", "kind"),
    [
        ("faq", "I have a lamp at home from you and it doesn't work anymore", "damaged_item"),
        ("nlu_fallback", "the lamp I ordered flickers", "damaged_item"),
        ("correct_that", "I got the wrong thing", "wrong_item"),
        ("nlu_fallback", "I need a new kettle, my old one leaks", None),
        ("faq", "the website doesn't work", None),
        ("product_search", "do you have a lamp that doesn't flicker?", None),
    ],
)
def test_what_is_at_home_and_broken_is_a_report(
    customer: NewCustomer, intent: str, said: str, kind: str | None
) -> None:
    guest = customer().says_as(intent, said)
    assert guest.slot("problem_kind") == kind
    assert (guest.form == "problem_form") is (kind is not None)


def test_one_colour_for_another_is_asked_of_which_thing_only(
    customer: NewCustomer, services: RetailServices
) -> None:
    robin = customer("Robin").says_as("wrong_item", f"I ordered sky and they sent navy, {HERE}")
    assert "What would you prefer" in robin.text  # only one thing of it is sky
    other = customer("Robin").says_as("wrong_item", "I ordered white and they sent black")
    other.says(HERE)
    assert "Which of the things" in other.text
    other.says_as("inform", "the t-shirt").says("money please")
    number = re.search(r"T-\d+", other.text)
    assert number and services.extras is not None
    assert "they sent black (the t-shirt)" in services.extras.tickets.shown(number[0]).text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("which order do you mean", "It is about order 90001"),
        ("does the warranty cover it?", "don't need the warranty"),
        ("will I get the shipping back too?", "my colleague decides"),
        ("is that with the old one sent back first?", "need not send anything back"),
    ],
)
def test_beside_the_choice_of_a_remedy(customer: NewCustomer, asked: str, told: str) -> None:
    robin = customer("Robin").says(f"the linen shirt of {HERE} arrived broken, it has a hole")
    assert told in robin.says_as("return_policy", asked).text
    assert robin.slot("requested_slot") == "wish"


@pytest.mark.parametrize(
    "wish",
    ["keep it for a partial refund", "i could keep it if i get some money off", "退我一点钱就行"],
)
def test_what_is_kept_for_a_part_of_the_price_is_no_refund(
    customer: NewCustomer, wish: str
) -> None:
    robin = customer("Robin").says(f"the linen shirt of {HERE} arrived broken, it has a hole")
    robin.says_as("refund_status", wish)
    assert "wish for a part of the price back" in robin.text or "退一部分钱" in robin.text
    assert "only a colleague can decide" in robin.text or "只有同事能决定" in robin.text


def test_a_return_of_what_is_reported_names_the_report(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"the linen shirt of {HERE} arrived broken, it has a hole")
    assert "T-20001" in robin.says("send it again").text
    robin.says(f"return the linen shirt of {HERE}, too large").says("yes")
    assert "is still with a colleague (T-20001)" in robin.text
    robin.says_as("withdraw_return", "did I also announce a return for the shirt?")
    assert "is announced: Linen Shirt" in robin.text and robin.form is None


@pytest.mark.parametrize(
    "words",
    ["send it again.. no actually id rather have the money", "好重新发吧……算了还是退款"],
)
def test_a_second_thought_between_the_ways_to_settle_counts(
    customer: NewCustomer, words: str
) -> None:
    robin = customer("Robin").says_as("delivery_not_received", "order 90004 never arrived")
    robin.says_as("inform", words)
    assert robin.slot("wish") == "refund"
    assert "€" in robin.text
