"""What is asked on the side of goods that come back: in the form, and after it was done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer

from dialogue.questions import is_question
from dialogue.retail.facets import facet_in
from dialogue.retail.returning.answer_beside import says_why

NewCustomer = Callable[..., Customer]
HERE, OTHER = "90001", "90003"  # of data/shop


def asks_all(customer: Customer, table: dict[str, str]) -> None:
    for asked, told in table.items():
        assert is_question(asked) or facet_in(asked), asked
        assert told in customer.says_as("nlu_fallback", asked).text, asked


def test_before_a_return_is_announced(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back")
    asks_all(
        robin,
        {
            "does it cost anything?": "sending it back is free",
            "until when?": "You can announce it until",
            "how much money do i get?": "For Linen Shirt (sky, L) that is",
            "how long does it take?": "by card it then takes up to 5 working days",
            "do i get a mail?": "stands here in the chat",
            "can i change my mind later?": "you can still take it back",
            "can i tear the box open, is it ok once opened?": "trying it at home is fine",
        },
    )
    assert robin.form == "return_form" and robin.slot("return_reason") is None
    assert "Shall I announce" in robin.says("i dont like it, is it free?").text
    assert robin.slot("return_reason") == "i don't like it"
    assert "is announced" in robin.says_as("affirm", "yes. does it cost anything?").text
    asks_all(
        robin,
        {
            "do i get a mail?": "stands here in the chat",
            "why only that, i paid 144.40": "The rest is for what you keep",
            "can i still change it later?": "as long as the parcel is not with us",
        },
    )


def test_what_becomes_of_a_new_one_that_does_not_fit(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the linen shirt of {HERE}")
    unfit = "can't be swapped once more, but it can go back for the money"
    asks_all(robin, {"what if the new one doesn't fit either?": unfit, "万一还是太小呢": unfit})
    assert robin.form == "exchange_form" and robin.slot("replacement") is None
    robin.says("M").says("yes")
    asks_all(robin, {"and if M is too small too?": unfit, "can i exchange it again?": unfit})


@pytest.mark.parametrize("goods", ["mugs", "windbreaker"])
def test_more_may_lie_in_the_same_box(customer: NewCustomer, goods: str) -> None:
    robin = customer("Robin").says(f"swap the linen shirt of {HERE} for M").says("yes")
    robin.says_as("exchange_item", f"can I send the {goods} in the same parcel?")
    assert "needs a number of its own" in robin.text and robin.form is None
    assert robin.presses("Return it").form == "return_form"


def test_beside_the_yes_to_a_return(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says("too small")
    for intent, asked, told in (
        ("deny", "yes but not today, next week", "You can announce it until"),
        ("nlu_fallback", "hmm is an exchange quicker", "leaves as soon as yours is with us"),
        ("faq", "put the money on my other card please", "way it was paid, by card"),
        ("order_status", "do i get it before you have the parcel", "As soon as the parcel is with"),
    ):
        assert told in robin.says_as(intent, asked).text, asked
        assert robin.form == "return_form" and robin.slot("confirmed") is None
    robin.says("yes")
    for intent, asked, told in (
        ("faq", "no printer at home", "Nothing to print"),
        ("faq", "i can only send it in three weeks", "announce it anew"),
        ("inform", "i'll post it next week", "hand it in at any parcel shop by"),
        ("nlu_fallback", "do i get that in writing?", "stands here in the chat"),
        ("nlu_fallback", "which shirt did i just return?", "is announced: Linen Shirt"),
        ("nlu_fallback", "how much is it then?", "€59.90 goes back"),
    ):
        assert told in robin.says_as(intent, asked).text, asked


def test_another_size_after_it_was_announced(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says("too small")
    robin.says("yes").says_as("exchange_item", "i meant M not money. can i get an M instead")
    assert "Shall I take return" in robin.text
    assert "for sky, M?" in robin.says("yes").text
    assert "for sky, S?" in robin.says_as("deny", "no, S").text
    robin.says("yes").says_as("correct_that", "oh no i meant XL")
    assert "Shall I take exchange" in robin.text and "for sky, XL?" in robin.says("yes").text


def test_another_number_after_it_was_announced(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send two mugs of {HERE} back").says("rather not say")
    robin.says("yes").says_as("order_status", "what about the third one?")
    assert "1 × Speckled Mug" in robin.text
    assert "Shall I take return" in robin.says_as("inform", "only one of them actually").text
    robin.says("yes").says("rather not say")
    assert "the return of 1 × Speckled Mug" in robin.text
    robin.says("yes").says_as("cancel_order", "i want all three gone").says("rather not say")
    assert "the return of 2 × Speckled Mug" in robin.text


def test_what_there_is_of_what_is_swapped(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the linen shirt of {HERE}")
    for size in ("S", "M", "L"):  # a variant is named where it alone is sold out
        text = robin.says_as("check_stock", f"have you got it in {size} sand?").text
        assert "is sold out" not in text or f"Linen Shirt (sand, {size}) is sold out" in text
    robin.says_as("product_details", "how does it fit, is it large?")
    assert "colleague" in robin.text and "parcel shop" not in robin.text


def test_not_the_mugs_leaves_the_rest(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"return something of {HERE}").says("not the mugs")
    robin.says("rather not say")
    assert "T-Shirt (white, M) and Linen Shirt (sky, L) from" in robin.text
    again = customer("Robin").says(f"return the mugs of {HERE}").says("and the shirt as well")
    assert "Linen Shirt (sky, L) and 3 × Speckled Mug" in again.says("rather not say").text


def test_which_of_all_may_come_back(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("return_policy", "which of my stuff can still go back")
    assert robin.text.count("can come back until") == 3


def test_what_is_left_after_a_return_came_too_late(customer: NewCustomer) -> None:
    robin = customer("Robin").says("send the beanie of 90012 back")
    for said in ("so i can do nothing about the beanie?", "那我就没办法了吗"):
        assert "two things are left" in robin.says_as("nlu_fallback", said).text
    assert robin.offered == ["Warranty", "Talk to a person"]


def test_before_an_exchange(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the linen shirt of {HERE} for M")
    asks_all(
        robin,
        {
            "do you send the new shirt before you have the old one?": "Yours comes back first",
            "is there a fee?": "there and back",
            "how long does it take?": "leaves as soon as yours is with us",
        },
    )
    assert robin.form == "exchange_form" and robin.slot("replacement") == "sky, M"


def test_after_it_was_taken_back(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back").says("too small")
    robin.says("yes").says("i changed my mind")
    robin.says_as("affirm", "yes. i didn't send it yet, is that ok?")
    assert "you simply keep it" in robin.text and "is taken back" in robin.text
    asks_all(
        robin,
        {
            "so no refund is coming, right?": "no money goes back",
            "can i still return it later?": "announce it again until",
        },
    )


def test_other_goods_than_those_assumed(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"send the linen shirt of {HERE} back")
    robin.says_as("nlu_fallback", "sorry, i mean the windbreaker")
    assert robin.slot("order_number") == OTHER and robin.slot("return_reason") is None
    assert "Tern Windbreaker (yellow, M)" in robin.says("too big").text


@pytest.mark.parametrize("said", ["i have no order, just asking", "just asking, who pays?"])
def test_who_only_asks_is_asked_no_number(customer: NewCustomer, said: str) -> None:
    guest = customer().says_as("return_item", "i want to return something")
    guest.says_as("nlu_fallback", said)
    assert guest.form is None and "within 30 days" in guest.text


def test_after_a_refund_was_told(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("refund_status", "refund of order 90010")
    asks_all(
        robin,
        {
            "why did the card refuse it?": "does not tell us",
            "can it go to my paypal instead?": "a colleague does that",
        },
    )


def test_it_is_passed_on_where_refused_money_may_go(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("refund_status", "refund of order 90010")
    robin.says_as("faq", "no, I want the 27,85 paid to my new bank account, the card is closed")
    assert "passing you on" in robin.text  # and is no card game


def test_a_refund_is_doubted_and_another_asked_for(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("refund_status", "refund of order 90011")
    assert "€21.85" in robin.says_as("affirm", "are you sure").text
    assert "for Card Game Wayfarers" in robin.says_as("repeat_that", "what was it for again").text
    robin.says_as("order_status", "thanks, and what about 90010")
    assert "could not be paid out" in robin.text


def test_what_is_not_in_a_refund_is_told(customer: NewCustomer) -> None:
    tom = customer("Tom").says_as("refund_status", "refund of order 1852")
    for said in (
        "I paid 44,85 though. where's the rest",
        "was the shipping cost not refunded?",
        "and the shipping cost?",
    ):
        assert "for delivery is not part of it" in tom.says_as("refund_status", said).text


def test_a_paid_refund_that_is_not_there_is_traced(customer: NewCustomer) -> None:
    tom = customer("Tom").says_as("refund_status", "refund of order 1852")
    for said in ("you are crooks, I have nothing", "I checked my card, nothing there"):
        assert "a colleague can trace it" in tom.says_as("charged_twice", said).text
    assert "by card" in tom.says_as("refund_status", "which card, what are the last digits?").text
    assert "digits I can't see" in tom.text


def test_refunds_in_general_ask_for_no_order(customer: NewCustomer) -> None:
    robin = customer("Robin").says_as("return_policy", "how do refunds work with you?")
    assert "by PayPal up to 2 working days" in robin.text
    assert "which order" in robin.says_as("refund_status", "where is my refund").text.lower()
    robin.says_as("inform", "none of them, just generally")
    assert robin.form is None and "the way it was paid" in robin.text
    robin.trusted |= {"language": "zh"}
    assert "最多" in robin.says_as("refund_status", "退款一般多久到账").text


@pytest.mark.parametrize(
    ("text", "why"), [("too small", True), ("不喜欢", True), ("is it free", False)]
)
def test_what_gives_a_reason(text: str, why: bool) -> None:
    assert says_why(text) is why


def test_of_two_colours_the_new_one_is_wanted_and_a_bare_one_corrects(
    customer: NewCustomer,
) -> None:
    robin = customer("Robin").says("exchange one of my white t-shirts from order 90001 for black L")
    assert "for black, L?" in robin.text
    robin.says_as("correct_that", "no, the moss one")
    assert "for moss, L?" in robin.text
    robin.says_as("inform", "black, XL please")
    assert "for black, XL?" in robin.text
    robin.says_as("correct_that", "no, one white L")
    assert "for white, L?" in robin.text and robin.slot("order_number") == "90001"


def test_sizes_and_colours_of_what_is_swapped(customer: NewCustomer) -> None:
    robin = customer("Robin").says(f"swap the linen shirt of {HERE} for M")
    for asked in ("do you have XL too, or another colour?", "which other colours are there?"):
        assert "Linen Shirt (€59.90) is in stock" in robin.says_as("check_stock", asked).text
    told = robin.says_as("nlu_fallback", "can i keep both colours and pay the second one?").text
    assert "An exchange is one for the other" in told and "for sky, M" in told
    told = robin.says_as("check_stock", "do you have gloves in black?").text
    assert "Linen Shirt (€59.90)" not in told


def test_what_is_asked_beside_whether_it_may_come_back(customer: NewCustomer) -> None:
    tom = customer("Tom")
    told = tom.says_as(
        "return_policy", "can i return the towel i bought? and does it cost anything"
    ).text
    assert "Waffle Towel" in told and "Bamboo" not in told and "free" in told
    told = tom.says_as("faq", "i washed it once, is that ok? and do i get the shipping back").text
    assert "washed or used we can't take back" in told and "You paid nothing" in told


def test_a_present_is_a_reason(customer: NewCustomer) -> None:
    assert says_why("it was a present and she has one already") and says_why("买重了")
    assert not says_why("is it a good idea?") and not says_why("can it be a day later?")


WISH = "I want to return the linen shirt of order 90001"
WHY = (WISH, "don't like it")
DONE = (*WHY, "yes")
TWO = ("I want to return 2 of the 3 mugs of order 90001", "rather not say", "yes")
BACK = (*TWO, "cancel the return")


@pytest.mark.parametrize(
    ("before", "said", "told"),
    [
        ((WISH,), "could i have it in M instead?", "swap Linen Shirt (sky, L) for sky, M"),
        ((WISH,), "what about the mugs?", "3 × Speckled Mug (sand) can come back until"),
        ((WISH,), "not the shirt, i meant the mugs. shirt is fine", "How many of the 3"),
        ((WISH,), "is it made of cotton?", "why do you send it back"),
        (WHY, "please wait", "Take your time"),
        (WHY, "i washed it once", "washed or used we can't take back"),
        (WHY, "the tags are off", "a cut-off tag alone is no problem"),
        (WHY, "yes do it, and one mug too", "Linen Shirt (sky, L) and 1 × Speckled Mug"),
        (DONE, "what do i write on the parcel?", "write R-"),
        (DONE, "and if i miss the date", "announce it anew"),
        (DONE, "can my sister bring it to the post office?", "anybody can hand it in"),
        (DONE, "错过日期怎么办", "announce it anew"),
        ((WISH,), "wait, do I have to pay for the shipping back?", "sending it back is free"),
        (TWO, "does the last mug have to stay unused if i send that later?", "1 × Speckled Mug"),
        (
            TWO,
            "and the linen shirt, can i return that later too?",
            "90001, Linen Shirt",
        ),
        (TWO, "剩下的那个杯子以后想退的话，还得保持全新吗", "Only what has been worn"),
        (BACK, "no, the two go back. can i send the third one later too?", "stays announced"),
        (BACK, "no, the two go back. can i send the third one later too?", "1 × Speckled Mug"),
    ],
)
def test_short_messages_of_a_return_are_of_that_return(
    customer: NewCustomer, before: tuple[str, ...], said: str, told: str
) -> None:
    robin = customer("Robin")
    for text in before:
        robin.says(text)
    assert told in robin.says(said).text


def test_no_size_is_offered_as_a_reason_where_there_is_none(customer: NewCustomer) -> None:
    robin = customer("Robin").says("I want to return one mug of order 90001")
    assert "Too small" not in robin.offered and "Rather not say" in robin.offered


def test_nothing_is_put_aside_before_it_is_here(customer: NewCustomer) -> None:
    maya = customer("Maya").says("can I get the down jacket of order 2023 in L instead of XL?")
    assert "Once it is here" in maya.text
    told = maya.says_as("back_in_stock", "can you put a black L aside for me until then?").text
    assert "a colleague can tell you" in told and "can't put one aside" in told
    maya.trusted["language"] = "zh"
    assert "没法提前预留" in maya.says_as("back_in_stock", "能先帮我留一件黑色L吗").text


def test_of_several_returns_each_is_told(customer: NewCustomer) -> None:
    robin = customer("Robin").says(WISH).says("don't like it").says("yes")
    robin.says("return one mug of order 90001").says("rather not say").says("yes")
    told = robin.says_as("gift_card", "how much do i get in total?").text
    assert "59.90" in told and "14.90" in told
    told = robin.says_as("faq", "can i put both in one box?").text
    assert "R-" in told and "one box will do" in told
    told = robin.says_as("withdraw_return", "i want to keep the mug after all").text
    assert "You keep Speckled Mug" in told and robin.slot("confirmed") is None
