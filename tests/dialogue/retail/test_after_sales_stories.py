"""Returns, exchanges, refunds, late parcels and changes, by the cases of `data/shop/cases.yml`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from retail_stories import Customer
from sqlalchemy import Engine, text

from dialogue.orders.errors import ChangedMeanwhile
from dialogue.orders.states import OrderStatus as S
from dialogue.orders.states import ReturnKind, ShipmentStatus
from dialogue.retail.changing.more_or_less import more_or_less
from dialogue.retail.services import RetailServices

NewCustomer = Callable[..., Customer]


@pytest.fixture
def robin(customer: NewCustomer) -> Customer:
    return customer("Robin")


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("one of the two t-shirts", ("Everyday T-Shirt (white, M)",)),
        ("both t-shirts", ("2 × Everyday T-Shirt (white, M)",)),
        ("2 of the mugs", ("2 × Speckled Mug (sand)",)),
        (
            "one t-shirt and the linen shirt",
            ("Everyday T-Shirt (white, M)", "Linen Shirt (sky, L)"),
        ),
        ("the linen shirt, two mugs", ("Linen Shirt (sky, L)", "2 × Speckled Mug (sand)")),
        (
            "everything",
            ("2 × Everyday T-Shirt (white, M)", "Linen Shirt (sky, L)", "3 × Speckled Mug (sand)"),
        ),
    ],
)
def test_some_pieces_of_some_lines_come_back(
    robin: Customer, said: str, items: tuple[str, ...]
) -> None:
    robin.says("I'd like to return something of order 90001").says(said)
    robin.presses("I don't like it")
    assert "costs you nothing" in robin.text
    assert "by card" in robin.text
    robin.presses("Yes, please")
    parcel = robin.order("90001").returns[0]
    assert parcel.items == items
    assert f"refund €{parcel.refund_cents // 100}" in robin.text
    assert "within 5 working days" in robin.text


def test_how_many_is_asked_when_it_was_not_said(robin: Customer) -> None:
    robin.says("return the mugs of order 90001")
    assert "How many of the 3 × Speckled Mug" in robin.text
    assert robin.offered == ["1", "2", "3"]
    robin.says("minus three")
    assert "between 1 and 3" in robin.text
    robin.says("17")
    assert "between 1 and 3" in robin.text
    robin.says("two").says("too large").says("yes")
    assert robin.order("90001").returns[0].items == ("2 × Speckled Mug (sand)",)
    assert robin.order("90001").items[2].returnable == 1


@pytest.mark.parametrize(
    "said", ["minus three mugs", "-3 mugs", "five of the mugs", "0 of the mugs"]
)
def test_a_number_that_cannot_be_is_explained_and_nothing_happens(
    robin: Customer, said: str
) -> None:
    robin.says("return order 90001").says(said)
    assert "between 1 and 3" in robin.text
    assert robin.form == "return_form"
    assert robin.order("90001").returns == ()


def test_a_number_that_cannot_be_leaves_the_item_clear(robin: Customer) -> None:
    robin.says("return order 90001").says("five of the mugs")
    assert robin.text.count("How many") == 1
    robin.says("one").presses("Not as described").says("yes")
    assert robin.order("90001").returns[0].items == ("Speckled Mug (sand)",)


def test_of_one_piece_no_number_is_asked_for(robin: Customer) -> None:
    robin.says("return order 90001").says("minus three linen shirts")
    assert "It can only be one Linen Shirt." in robin.text
    assert "between" not in robin.text and "which item" not in robin.text.casefold()
    robin.presses("Too large").says("yes")
    assert robin.order("90001").returns[0].items == ("Linen Shirt (sky, L)",)


def test_of_several_items_with_one_wrong_number_none_is_forgotten(robin: Customer) -> None:
    robin.says("return order 90001").says("five mugs and the linen shirt")
    assert "between 1 and 3" in robin.text
    assert robin.slot("item") is None


def test_a_very_long_answer_is_unclear_and_harmless(robin: Customer) -> None:
    robin.says("return order 90001").says("x" * 5_000)
    assert "not sure which item" in robin.text
    robin.says("-" * 5_000)
    assert robin.order("90001").returns == ()


def test_what_is_sealed_is_said_before_the_yes(robin: Customer) -> None:
    robin.says("return order 90002").says("the earbuds").presses("I don't like it")
    assert "hygiene seal unbroken" in robin.text
    assert "by PayPal" in robin.text
    robin.says("yes")
    assert "within 2 working days" in robin.text


def test_what_is_sealed_is_said_before_an_exchange_too(robin: Customer) -> None:
    robin.says("exchange order 90002").says("the swim shorts")
    robin.presses(robin.offered[0])
    assert "hygiene seal unbroken" in robin.text
    assert "Shall I swap" in robin.text


def test_one_working_day_is_one(robin: Customer, engine: Engine) -> None:
    _execute(engine, "UPDATE shop_payments SET method = 'gift card'")
    robin.says("return order 90002").says("the earbuds").presses("Not as described").says("yes")
    assert "within 1 working day." in robin.text
    robin.says("refund of order 90002")
    assert "up to 1 working day." in robin.text


def test_nothing_is_promised_back_of_an_order_that_was_not_paid(
    robin: Customer, engine: Engine
) -> None:
    _execute(engine, "DELETE FROM shop_payments")
    robin.says("cancel order 90006")
    assert "has not been paid" in robin.text
    assert "€" not in robin.text
    robin.says("yes")
    assert "Nothing had been paid" in robin.text


def test_who_would_cancel_what_came_long_ago_hears_that_the_time_is_over(robin: Customer) -> None:
    robin.says("cancel order 90012")
    assert "was delivered on" in robin.text
    assert "could be sent back until" in robin.text
    assert robin.offered == ["Warranty", "Talk to a person"]
    robin.says("cancel order 90001")
    assert "You can send things back until" in robin.text
    assert "Return something" in robin.offered


def test_a_guest_can_return_a_part_too(customer: NewCustomer) -> None:
    guest = customer().says("return order 90001").says("robin@example.com")
    guest.says("one t-shirt").says("broken").says("yes").types_the_code()
    assert guest.order("90001").returns[0].items == ("Everyday T-Shirt (white, M)",)


def test_one_of_two_is_swapped_for_another_size(robin: Customer, engine: Engine) -> None:
    _stock(engine, "CL-SH-03", "black", "L", 1)
    robin.says("exchange order 90001").says("one of the t-shirts").says("black in L")
    assert "Shall I swap 1 × Everyday T-Shirt (white, M) for black, L?" in robin.text
    robin.presses("Yes, please")
    assert "within 21 days" in robin.text
    parcel = robin.order("90001").returns[0]
    assert (parcel.kind, parcel.replacements) == (
        ReturnKind.EXCHANGE,
        ("Everyday T-Shirt (black, L)",),
    )
    assert _left(engine, "CL-SH-03", "black", "L") == 0


def test_what_is_sold_out_brings_an_alert_another_variant_or_the_money(
    robin: Customer, engine: Engine
) -> None:
    _stock(engine, "CL-SH-01", "white", "L", 0)
    robin.says("exchange order 90001").says("the linen shirt").says("white in L")
    assert "Linen Shirt in white, L is sold out" in robin.text
    assert {"Tell me when it is back", "Return it instead"} <= set(robin.offered)
    robin.presses("Tell me when it is back")
    assert _alerts(engine) == [("CL-SH-01", "white", "L")]
    assert robin.form == "exchange_form"
    robin.says("exchange order 90001").says("the linen shirt").says("white in L")
    robin.presses("Return it instead")
    assert robin.form == "return_form"


def test_more_than_there_are_cannot_be_swapped(robin: Customer, engine: Engine) -> None:
    _stock(engine, "CL-SH-03", "black", "L", 1)
    robin.says("exchange order 90001").says("both t-shirts").says("black in L")
    assert "we have only 1, and you want 2" in robin.text
    assert robin.order("90001").returns == ()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("90008", "is on its way by bank transfer"),
        ("90009", "We sent your refund"),
        ("90010", "the account refused it"),
        ("90011", "We refunded"),
    ],
)
def test_a_refund_is_told_in_each_state(robin: Customer, number: str, told: str) -> None:
    robin.says(f"refund of order {number}")
    assert told in robin.text
    assert "{" not in robin.text


def test_each_parcel_of_a_split_order_is_told(robin: Customer) -> None:
    robin.says("where is order 90003")
    assert "3 parcels" in robin.text
    assert "Tern Windbreaker (yellow, M) arrived on" in robin.text
    assert "https://kurier24.example/s/LK9000300000002" in robin.text
    assert "It is late, and I'm sorry" in robin.text
    assert "It is late: what now?" in robin.offered


def test_a_delayed_parcel_is_searched_for_and_the_wish_noted(robin: Customer) -> None:
    robin.says("where is order 90003").presses("It is late: what now?")
    assert "It is late" in robin.text
    robin.says("why, why, why?")
    assert "didn't quite get that" in robin.text
    robin.presses("My money back")
    assert "T-2000" in robin.text
    order = robin.order("90003")
    assert [(p.kind, p.wish) for p in order.problems] == [("delivery_not_received", "refund")]
    assert order.refunds == ()


def test_what_is_not_late_is_not_a_problem_yet(customer: NewCustomer) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", S.SHIPPED)
    maya.says(f"order {number} never arrived")
    assert "not late yet" in maya.text
    assert maya.form is None
    assert maya.order(number).problems == ()


def test_a_lost_parcel_is_sent_again(robin: Customer, engine: Engine) -> None:
    _stock(engine, "HK-TW-01", "sage", "", 5)
    robin.says("order 90004 never arrived")
    assert "counts as lost" in robin.text
    robin.presses("I'll wait")
    assert "go on looking" in robin.text
    robin.says("order 90004 never arrived").presses("Send it again")
    assert "is sent again" in robin.text
    order = robin.order("90004")
    assert order.status is S.PROCESSING
    assert order.shipments[0].status is ShipmentStatus.LOST
    assert order.problems[0].wish == "replacement"
    assert _left(engine, "HK-TW-01", "sage", "") == 3
    robin.says("where is order 90004")
    assert "being prepared" in robin.text


def test_a_lost_parcel_that_is_sold_out_is_not_promised_again(
    robin: Customer, engine: Engine
) -> None:
    _stock(engine, "HK-TW-01", "sage", "", 1)
    robin.says("order 90004 never arrived")
    assert "Send it again" not in robin.offered
    robin.says("send it again please")
    assert "can't send it again" in robin.text
    robin.presses("My money back")
    order = robin.order("90004")
    assert order.status is S.CANCELLED
    assert [(r.amount_cents, r.method) for r in order.refunds] == [
        (order.total_cents, "bank transfer")
    ]
    robin.says("order 90004 never arrived")
    assert "already cancelled" in robin.text
    assert len(robin.order("90004").refunds) == 1


def test_a_typed_wish_is_done_only_after_a_yes(robin: Customer, engine: Engine) -> None:
    _stock(engine, "HK-TW-01", "sage", "", 5)
    robin.says("order 90004 never arrived").says("I'll never buy here again!")
    assert "choose one" in robin.text
    robin.says("oh please send it again")
    assert "Shall I send 2 × Speckled Mug (sage) of order 90004 again" in robin.text
    assert robin.order("90004").problems == ()
    robin.says("no, rather my money back")
    assert "by bank transfer" in robin.text and "That is €" in robin.text
    robin.presses("No, leave it")
    assert "done nothing yet" in robin.text and robin.form is None
    assert robin.order("90004").problems == ()
    assert robin.offered == ["I'll wait", "Send it again", "My money back", "Talk to a person"]
    robin.presses("Send it again")
    assert "is sent again" in robin.text
    assert [p.wish for p in robin.order("90004").problems] == ["replacement"]


def test_a_guest_says_yes_and_then_types_the_code(customer: NewCustomer) -> None:
    guest = customer().says("order 90004 never arrived").says("robin@example.com")
    guest.says("refund please").says("yes")
    assert "code of six digits" in guest.text
    guest.types_the_code()
    assert "we refund" in guest.text
    assert guest.order("90004").status is S.CANCELLED


def test_a_second_late_parcel_is_added_to_the_ticket(
    robin: Customer, engine: Engine, services: RetailServices
) -> None:
    robin.says("order 90003 never arrived").presses("My money back")
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE shop_shipments SET status = 'in_transit', delivered_at = NULL"
                " WHERE tracking_number = 'LK9000300000001'"
            )
        )
    robin.says("order 90003 never arrived")
    assert "added that to T-20001" in robin.text
    robin.says("order 90003 never arrived")
    assert "being worked on under T-20001" in robin.text
    assert services.extras is not None
    told = services.extras.tickets.shown("T-20001").text.splitlines()
    assert [line.split()[1][-1] for line in told] == ["2", "1"]


def test_one_lost_parcel_of_two_is_paid_back_alone(robin: Customer) -> None:
    robin.says("order 90005 never arrived").presses("My money back")
    order = robin.order("90005")
    assert order.status is S.DELIVERED
    assert [refund.amount_cents for refund in order.refunds] == [5_490]
    robin.says("where is order 90005")
    assert "paid back" in robin.text
    robin.says("where is order 90005").says("order 90005 never arrived")
    assert "being worked on" in robin.text


def test_pieces_are_taken_out_of_an_order_and_paid_back(robin: Customer, engine: Engine) -> None:
    before = _left(engine, "CL-SH-03", "moss", "S")
    robin.says("I want to change order 90006: cancel nothing, add nothing")
    robin.says("never mind")
    robin.says('/modify_order{"order_number": "90006"}').says("the t-shirts")
    robin.presses("Only 1")
    assert "€39.80 back by PayPal" in robin.text
    robin.presses("Yes, change it")
    assert "Order 90006 is now: Everyday T-Shirt (moss, S) and Flannel" in robin.text
    order = robin.order("90006")
    assert (order.items[0].quantity, order.total_cents) == (1, 6_980)
    assert [refund.amount_cents for refund in order.refunds] == [3_980]
    assert _left(engine, "CL-SH-03", "moss", "S") == before + 2
    robin.says('/modify_order{"order_number": "90006"}').says("the t-shirt")
    robin.presses("Take it out").says("yes")
    robin.says('/modify_order{"order_number": "90006"}').says("take it out")
    assert "nothing would be left" in robin.text
    robin.presses("Cancel it").says("yes")
    order = robin.order("90006")
    assert order.status is S.CANCELLED
    assert sum(refund.amount_cents for refund in order.refunds) == 10_960


@pytest.mark.parametrize(
    ("said", "left"),
    [
        *(("take one out", 2), ("remove two of them", 1), ("one less", 2), ("少一件", 2)),
        *(("remove all of them", 0), ("I don't want them any more", 0), ("take that one out", 0)),
    ],
)
def test_so_many_pieces_go_and_the_others_stay(robin: Customer, said: str, left: int) -> None:
    robin.says('/modify_order{"order_number": "90006"}').says("the t-shirts").says(said)
    robin.presses("Yes, change it")
    items = robin.order("90006").items
    assert sum(item.quantity for item in items if item.name == "Everyday T-Shirt") == left


@pytest.mark.parametrize(
    ("said", "change"),
    [
        *(("I don't want the mug any more", "remove"), ("I don’t need two of them", "remove 2")),
        *(("take one out", "remove 1"), ("take the mug out", "remove"), ("one less", "remove 1")),
        *(("remove the 1,000-piece puzzle", "remove"), ("remove order 1042", "remove")),
        *(("去掉两件", "remove 2"), ("不想要了", "remove"), ("减少到两个", None)),
        *(("one more mug", "add"), ("再买一个", "add"), ("only two", None)),
    ],
)
def test_what_is_added_or_taken_out(said: str, change: str | None) -> None:
    assert more_or_less(said) == change


def test_a_number_in_a_circle_is_asked_about(robin: Customer) -> None:
    robin.says('/modify_order{"order_number": "90006"}').says("the t-shirts").says("②")
    assert "I didn't get that" in robin.text


def test_what_changed_meanwhile_is_not_called_an_addition(
    robin: Customer, services: RetailServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    robin.says('/modify_order{"order_number": "90006"}').says("the t-shirts").presses("Only 1")

    def at_the_same_moment(*_: object) -> None:
        raise ChangedMeanwhile("90006")

    monkeypatch.setattr(services.store, "change_contents", at_the_same_moment)
    robin.says("yes")
    assert "was being changed at the same moment" in robin.text
    assert "add" not in robin.text


@pytest.mark.parametrize("answer", ["one", "1件", "button"])
def test_fewer_pieces_are_swapped_where_there_are_not_so_many(
    robin: Customer, engine: Engine, answer: str
) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE shop_stock SET quantity = 1 WHERE product_id ="
                " (SELECT id FROM shop_products WHERE sku = 'CL-SH-03')"
            )
        )
    robin.says("exchange order 90001").says("both t-shirts")
    assert robin.offered == ["Only 1", "Return it instead"]
    robin.presses("Only 1") if answer == "button" else robin.says(answer)
    assert "not sure" not in robin.text
    robin.says("black in L")
    assert "Shall I swap 1 × Everyday T-Shirt (white, M) for black, L?" in robin.text


def test_another_size_is_sent_instead(robin: Customer, engine: Engine) -> None:
    _stock(engine, "CL-SH-05", "green", "L", 1)
    robin.says('/modify_order{"order_number": "90006"}').says("the flannel shirt")
    assert "send fewer" not in robin.text  # of one
    robin.says("1")
    assert "There is one of it" in robin.text
    robin.says("green in L").says("yes")
    order = robin.order("90006")
    assert order.items[1].variant == "green, L"
    assert order.refunds == ()
    assert _left(engine, "CL-SH-05", "green", "L") == 0


def test_more_is_not_promised_and_a_packed_order_stays(robin: Customer) -> None:
    robin.says("add a mug to my order 90006")
    assert "a colleague can" in robin.text
    robin.says("add a mug to my order 90007")
    assert "a colleague can" in robin.text
    robin.says("cancel order 90007").says("yes")
    assert "by gift card" in robin.text


def test_a_damage_is_told_within_two_weeks(robin: Customer) -> None:
    robin.says("order 90012 came broken")
    assert "for 14 days" in robin.text
    assert "Warranty" in robin.offered
    assert robin.order("90012").problems == ()


def test_what_is_broken_and_cost_little_stays_with_the_customer(
    robin: Customer, engine: Engine
) -> None:
    robin.says("return order 90001").says("the linen shirt").says("broken")
    assert "need not come back" not in robin.text  # it cost more than the limit
    robin.says("no")
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE shop_order_items SET unit_cents = 1499"))
    robin.says("return order 90001").says("one of the mugs").says("broken")
    assert "cost less than €15.00 need not come back" in robin.text
    robin.says("no").says("order 90001 came broken")
    robin.says("the handle is off").says("a new one please")
    assert "need not come back" in robin.text and len(robin.order("90001").problems) == 1
    assert "keep it or recycle it" in robin.says_as("faq", "so can I bin it?").text


def _execute(engine: Engine, statement: str) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(statement))


def _stock(engine: Engine, sku: str, colour: str, size: str, quantity: int) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(
            text(
                "UPDATE shop_stock SET quantity = :quantity WHERE colour = :colour AND size = :size"
                " AND product_id = (SELECT id FROM shop_products WHERE sku = :sku)"
            ),
            {"quantity": quantity, "colour": colour, "size": size, "sku": sku},
        )


def _left(engine: Engine, sku: str, colour: str, size: str) -> int:
    query = text(
        "SELECT quantity FROM shop_stock s JOIN shop_products p ON p.id = s.product_id"
        " WHERE p.sku = :sku AND s.colour = :colour AND s.size = :size"
    )
    with engine.connect() as connection:
        found = connection.execute(query, {"sku": sku, "colour": colour, "size": size})
        return int(found.scalar_one())


def _alerts(engine: Engine) -> list[tuple[str, str, str]]:
    query = text(
        "SELECT p.sku, s.colour, s.size FROM shop_stock_alerts a"
        " JOIN shop_stock s ON s.id = a.stock_id JOIN shop_products p ON p.id = s.product_id"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_who_becomes_unhappy_is_met_with_care_once(customer: NewCustomer) -> None:
    robin = customer("Robin").says("worst shop ever, order 90004 never arrived")
    assert robin.heard[0].text is not None and "went so badly" in robin.heard[0].text
    assert robin.heard[0].buttons[0]["title"] == "Talk to a person"
    robin.says("never mind").says("worst shop ever, where is order 90004?")
    assert "went so badly" not in robin.text


def test_care_also_for_an_answer_and_a_question_but_not_beside_our_apologies(
    customer: NewCustomer,
) -> None:
    for begin, said in (
        ("where is my order", "worst shop ever, 90004"),
        ("hello", "worst shop ever, what are your opening hours"),
    ):
        guest = customer(name=said).says(begin).says(said)
        assert "went so badly" in (guest.heard[0].text or "")
    for said in (
        "worst shop, terrible service",
        "worst shop, a person please",
        "worst shop mumble",
    ):
        assert "went so badly" not in customer(name=said).says(said).text


def test_what_of_an_order_has_not_arrived_is_named_with_what_may_come_back(
    customer: NewCustomer,
) -> None:
    robin = customer("Robin").says("I want to return the leggings")
    leggings, order = "Tempo Leggings (black, M)", robin.order("90003")
    assert f"Not here yet: {leggings} of order 90003 should arrive by" in robin.text
    assert f"{order.expected_on:%a} {order.expected_on.day}" in robin.text
    assert "may come back now: Tern Windbreaker" in robin.text
    assert robin.offered[0] == "Return something else" and robin.form is None
    assert "Keep it after all" not in robin.offered
    robin.says("I want to return the running tee of order 90003")
    assert "can be sent back once they have arrived" in robin.text  # the day has gone by
    robin.says("I want to return order 90005")
    assert "Oxford Shirt (white, M) has not been delivered yet" in robin.text


def test_a_parcel_that_nobody_has_is_reported_and_one_that_is_found_is_not(
    customer: NewCustomer,
) -> None:
    robin = customer("Robin").says("my parcel of order 90001 is not here")
    assert "shall I report the parcel of order 90001" in robin.text
    robin.says("no, nobody has it")
    assert "Send it again" in robin.offered and robin.slot("problem_details")
    robin.says("found it at the neighbours!")
    assert "How good that it has turned up" in robin.text and robin.form is None
    robin.says("my parcel of order 90001 is not here").presses("Yes, report it")
    robin.presses("My money back")
    assert "noted it under" in robin.text
    robin.says("found it at the neighbours!")
    assert "settled" in robin.text
    robin.says("my parcel of order 90002 is not here").says("no")
    assert robin.form is None and not robin.order("90002").problems


def test_why_it_comes_back_is_not_asked_again(customer: NewCustomer) -> None:
    robin = customer("Robin").says("return one of the white tshirts of order 90001, too small")
    assert "Shall I announce the return of 1 × Everyday T-Shirt" in robin.text
    robin.says("no").says("return order 90001")
    robin.says("the mugs, they don't match my kitchen").says("one")
    assert "Shall I announce the return of 1 × Speckled Mug" in robin.text


def test_goods_of_one_order_and_the_day_it_was_placed_choose_it(customer: NewCustomer) -> None:
    robin = customer("Robin").says("the wrong thing: the leggings, I got shorts instead")
    assert robin.slot("order_number") == "90003"
    robin.says("never mind")
    robin = customer("Robin").says("return something").says("the one from 8 march")
    assert robin.slot("order_number") == "90001"
