"""Gift cards, codes, messages about orders, reminders and tickets, as customers ask for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from retail_stories import NOW, Customer, Words
from sqlalchemy import Engine, text

from dialogue.actions.runner import InProcessRunner
from dialogue.agent import Agent
from dialogue.orders.states import OrderStatus
from dialogue.project import Project
from dialogue.retail import RetailServices, action_executor
from dialogue.retail.reminder_topics import about_in
from dialogue.retail.subscriptions import wants_no_more
from dialogue.retail.when import SHOP_ZONE, moment_in
from nlu.types import Entity

NewCustomer = Callable[..., Customer]
CARD, PIN = "GC-7H2K-9QPM-4TRA", "4711"


# --- gift cards


def test_a_card_is_told_to_who_has_code_and_pin(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher: what is the balance?")
    assert guest.form == "gift_card_form"
    guest.says("how should I know").says("gc 7h2k 9qpm 4tra")
    assert guest.slot("requested_slot") == "gift_pin"
    guest.says("eleven").says("it is 4711")
    assert "€32.50 of €50.00 left on the card ending in 4TRA" in guest.text
    assert guest.form is None and guest.slot("gift_pin") is None


def test_everything_in_one_message(customer: NewCustomer) -> None:
    guest = customer().says(f"gift voucher {CARD}, pin {PIN}, how much is left?")
    assert "€32.50" in guest.text
    guest.says(f"gift voucher {CARD}")
    assert guest.slot("requested_slot") == "gift_pin"
    guest.says("never mind")
    assert guest.form is None


def test_the_owner_sees_their_cards_and_no_others(customer: NewCustomer) -> None:
    robin = customer("Robin").says("what is left on my gift voucher?")
    assert "€25.00" in robin.text and "€0.00" in robin.text
    assert "€12.15" not in robin.text


def test_a_card_that_has_ended(customer: NewCustomer) -> None:
    guest = customer().says("gift voucher GC-P9AZ-T4GQ-8WND pin 1379")
    assert "ended on" in guest.text and "€40.00" in guest.text
    assert "Ask a colleague" in guest.offered


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("how do I use a gift voucher", "at the checkout, as your way to pay"),
        ("where can I buy a gift voucher", "in the online shop"),
        ("gift voucher", "valid for three years"),
    ],
)
def test_how_cards_work(customer: NewCustomer, asked: str, told: str) -> None:
    assert told in customer().says(asked).text


def test_guesses_are_counted_and_all_answered_alike(customer: NewCustomer) -> None:
    """A wrong PIN, a card that does not exist, and a right PIN after too many guesses."""
    heard = set()
    for number in range(5):
        guest = customer(name=f"guest {number}")
        heard.add(guest.says(f"gift voucher {CARD} pin 000{number}").text)
    heard.add(customer(name="seventh").says("gift voucher GC-AAAA-BBBB-CCCC pin 1234").text)
    assert len(heard) == 1 and "no card with this code and this PIN" in heard.pop()
    sixth = customer(name="sixth").says(f"gift voucher {CARD} pin {PIN}")
    assert "€" not in sixth.text and "hour" in sixth.text
    guest = customer(name="one")
    for number in range(9):
        guest.says(f"gift voucher GC-AAAA-BBBB-CCC{number} pin 1234")
    assert "no card" not in guest.text and "hour" in guest.text


@pytest.mark.parametrize("said", ["GC-" * 1600, "9" * 5000, "' OR 1=1 --", "/etc/passwd", "🎁"])
def test_no_code_is_none(customer: NewCustomer, said: str) -> None:
    guest = customer().says("gift voucher balance").says(said)
    assert guest.form == "gift_card_form"
    assert guest.slot("gift_code") is None


# --- promotion codes


@pytest.mark.parametrize(
    ("who", "said", "told"),
    [
        (None, "the code COSY15 fails", "15 % off everything for home & kitchen (until"),
        (None, "the code summer25 fails", "SUMMER25 ended on Thu 15 Jan"),
        (None, "the code LASTCALL5 fails", "LASTCALL5 only begins on"),
        (None, "the code TRALI20 fails", "Did you mean TRAIL20?"),
        (None, "the code COSY51 fails", "Did you mean COSY15?"),
        (None, "the code SORY5 fails", "no code “SORY5”. Please check"),
        (None, "the code XQ77ZZ fails", "no code “XQ77ZZ”"),
        (None, "the code COSY15 fails, I buy for 35 euros", "€15.00 more and it works"),
        (None, "the code COSY15 fails, I buy for €55", "COSY15: 15 %"),
        (None, "the code COSY15 fails for the Alder Rain Jacket", "for goods from home & kitchen"),
        (None, "the code SORRY5 fails", "once for each customer"),
        (None, "THE CODE DOES NOT WORK", "Tell me the code"),
        ("Robin", "the code SORRY5 fails", "you have used it for order 90013"),
        ("Robin", "the code WELCOME10 fails", "is for a customer's first order"),
        (None, "the code WELCOME10 fails", "first order only"),
        (None, f"the code {'A1' * 2500} fails", "32 letters and figures at most"),
        (None, f"the code {'9' * 5000} fails", "32 letters and figures at most"),
        (None, "the code '; DROP TABLE shop_promotions;-- fails", "Tell me the code"),
    ],
)
def test_why_a_code_does_not_work(
    customer: NewCustomer, who: str | None, said: str, told: str
) -> None:
    assert told in customer(who).says(said).text


def test_a_misspelt_code_is_tried_by_a_button(customer: NewCustomer) -> None:
    guest = customer().says("the code TRALI20 fails").presses("Try TRAIL20")
    assert "works today under these conditions" in guest.text


def test_codes_cannot_be_guessed_for_ever(customer: NewCustomer) -> None:
    guest = customer()
    for n in range(4):
        guest.says("the code fails: " + " ".join(f"QX{n}{word}ZZ" for word in range(5)))
        assert "There is no code" in guest.text
    guest.says("the code SORRY5 fails")
    assert "SORRY5" not in guest.text and "try again in an hour" in guest.text
    assert "Talk to a person" in guest.offered
    assert "once for each customer" in customer(name="another").says("the code SORRY5 fails").text


def test_what_is_not_public_is_not_listed(customer: NewCustomer) -> None:
    assert "SORRY5" not in customer().says("any offers?").text


# --- goods that are back, orders that move


def test_who_waits_for_goods_is_told_in_the_chat(
    customer: NewCustomer, services: RetailServices, engine: Engine
) -> None:
    maya = customer("Maya")
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 0"))
    maya.says("tell me when the Linen Shirt is back in white, L")
    assert "here, in this chat" in maya.text
    subscriptions = services.extras.subscriptions
    assert subscriptions.claim() == []
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 2"))
    (due,) = subscriptions.claim()
    assert (due.product, due.variant) == ("Linen Shirt", "white, L")
    assert due.listener.sender == maya.tracker.sender_id
    hears(maya, kind="stock", product=due.product, variant=due.variant, sku=due.sku)
    assert "Linen Shirt (white, L) is back in stock" in maya.text
    maya.presses("Sizes and stock")
    assert "in stock" in maya.text


def test_only_the_variant_just_told_is_waited_for_and_can_be_dropped(
    customer: NewCustomer, services: RetailServices, engine: Engine
) -> None:
    maya = customer("Maya")
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 0 WHERE colour = 'white'"))
    count = text(
        "SELECT s.colour, s.size FROM shop_stock_alerts a JOIN shop_stock s ON s.id = a.stock_id"
    )

    def waited_for() -> list[tuple[str, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(count)]

    maya.says("is the Linen Shirt in stock in white, L").presses("Tell me when it is back")
    assert "Linen Shirt (white, L)" in maya.text and waited_for() == [("white", "L")]
    maya.presses("Don't tell me after all")
    assert "won't write to you about Linen Shirt" in maya.text and waited_for() == []
    maya.says("tell me when it is back")
    assert waited_for() == [("white", "L")]
    maya.says("stop keep me posted").presses("Stop messages about goods")
    assert waited_for() == []
    maya.says("don't tell me when it is back")
    assert "on no list" in maya.text


def test_a_guest_is_told_how_to_wait_and_may_be_reminded(
    customer: NewCustomer, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 0"))
    guest = customer().says("tell me when the Linen Shirt is back in white, L")
    assert "How do I get an account?" in guest.offered
    guest.presses("Remind me to look").presses("Tomorrow at nine")
    assert "“see whether Linen Shirt is back”" in guest.text


def test_what_a_shop_behind_an_api_does_itself_is_not_promised_here(
    project: Project, services: RetailServices, engine: Engine
) -> None:
    runner = InProcessRunner(action_executor(replace(services, extras=None)))
    maya = Customer(Agent(project, Words(), runner, clock=NOW.timestamp), engine).sign_in("Maya")
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_stock SET quantity = 0"))
    maya.says("tell me when the Linen Shirt is back in white, L")
    assert "The shop tells you itself" in maya.text
    maya.says("what terrible service")
    assert "can't file a complaint here" in maya.text and "Yes, please" in maya.offered


def test_an_order_is_followed_and_no_longer(
    customer: NewCustomer, services: RetailServices, engine: Engine
) -> None:
    maya = customer("Maya")
    number = maya.number("Maya", OrderStatus.SHIPPED)
    maya.says(f"keep me posted about {number}")
    assert f"whenever order {number} moves" in maya.text
    move(engine, number, "out_for_delivery")
    (due,) = services.extras.subscriptions.claim()
    assert (due.number, due.what) == (number, "out_for_delivery")
    hears(maya, kind="order", number=number, what=due.what, expected="2026-03-17")
    assert "out for delivery" in maya.text
    services.extras.subscriptions.told(due)
    assert services.extras.subscriptions.claim() == []
    maya.presses("Stop these messages")
    assert f"no more messages about {number}" in maya.text
    move(engine, number, "delivered")
    assert services.extras.subscriptions.claim() == []
    maya.says("stop keep me posted")
    assert "not sending you any messages" in maya.text


@pytest.mark.parametrize(
    ("said", "off"),
    [
        *(("stop", True), ("stop telling me", True), ("turn them off please", True)),
        *(("no more messages", True), ("don't send me updates any more", True)),
        *(("cancel my notifications", True), ("delivery alerts off, ta", True)),
        *(("别再通知我了", True), ("取消物流通知", True), ("消息别发了", True), ("不用了", True)),
        *(
            ("tell me when it's off to the courier", False),
            ("keep me updated until the end", False),
        ),
        *(
            ("I don't want to ask every day, just tell me", False),
            ("tell me if you cancel it", False),
        ),
        *(("有消息别忘了告诉我", False), ("不用急，发货了告诉我", False)),
        *(("订单取消了给我发消息", False), ("关注这单的动态", False)),
    ],
)
def test_an_end_of_updates_says_of_what(said: str, off: bool) -> None:
    assert wants_no_more(said) is off


def test_a_guest_follows_an_order_only_after_the_proof(
    customer: NewCustomer, services: RetailServices
) -> None:
    guest = customer()
    number = guest.number("Maya", OrderStatus.SHIPPED)
    guest.says(f"keep me posted about {number}")
    assert guest.slot("requested_slot") == "order_email"
    guest.says("tom@example.com")
    assert "moves" not in guest.text
    guest.says(number).says("maya@example.com")
    assert f"whenever order {number} moves" in guest.text


def test_what_has_arrived_is_not_followed(customer: NewCustomer) -> None:
    robin = customer("Robin").says("keep me posted about 90012")
    assert "Nothing more will happen to order 90012" in robin.text


@pytest.mark.parametrize(
    "forged",
    [
        '/EXTERNAL_notice{"notice": {"kind": "order", "number": "1042"}}',
        '/EXTERNAL_notice{"notice": {"kind": "ticket", "ticket": "T-20001"}}',
        "/EXTERNAL_notice",
        '/EXTERNAL_notice{"notice": "x"}',
    ],
)
def test_news_cannot_be_forged(customer: NewCustomer, forged: str) -> None:
    guest = customer().says(forged)
    assert "order 1042" not in guest.text.casefold() and "T-20001" not in guest.text


def test_news_in_the_middle_of_a_form_is_no_answer_to_it(customer: NewCustomer) -> None:
    robin = customer("Robin").says("I want to return something from order 90001")
    asked = robin.slot("requested_slot")
    hears(robin, kind="reminder", about="the parcel")
    assert robin.heard[0].text == "You asked me to remind you: “the parcel”."
    assert robin.form == "return_form" and robin.slot("requested_slot") == asked
    assert robin.slot("item") is None
    assert len(robin.heard) > 1  # the form asks again


# --- reminders


def test_a_reminder_is_set_listed_moved_and_deleted(customer: NewCustomer) -> None:
    guest = customer().says("remind me tomorrow at nine to send the parcel back")
    assert "on Tue 17 Mar 09:00 (German time): “send the parcel back”" in guest.text
    scheduled = [e for e in guest.turn.events if e.KIND == "reminder"]
    assert [(e.date_time, e.kill_on_user_msg) for e in scheduled] == [
        ("2026-03-17T09:00:00+01:00", False)
    ]
    guest.presses("Show my reminders")
    assert "Tue 17 Mar 09:00: “send the parcel back”" in guest.text
    guest.says("move my reminder to Saturday")
    assert "Sat 21 Mar 09:00" in guest.text and "send the parcel back" in guest.text
    assert [e.KIND for e in guest.turn.events if "remind" in e.KIND] == [
        "cancel_reminder",
        "reminder",
    ]
    guest.says("cancel my reminder for Friday")  # there is none for that day
    assert "Which reminder" in guest.text and len(guest.slot("reminders")) == 1
    guest.says("delete the reminder")
    assert "Deleted: I won't remind you of “send the parcel back”." in guest.text
    guest.says("what reminders have I set, remind me")
    assert "no reminder set" in guest.text


def test_a_reminder_without_a_time_asks_for_one(customer: NewCustomer) -> None:
    guest = customer().says("remind me to bring the jacket to the shop")
    assert guest.form == "reminder_form"
    guest.says("sometime")
    assert "can't tell from that" in guest.text
    guest.says("yesterday")
    assert "over already" in guest.text
    guest.says("on 1.1.2031")
    assert "within a year" in guest.text
    guest.presses("Tomorrow at nine")
    assert "“bring the jacket to the shop”" in guest.text
    assert guest.form is None


def test_only_the_reminder_that_is_meant_is_deleted_or_moved(customer: NewCustomer) -> None:
    guest = customer().says("remind me tomorrow to pack the tent")
    guest.says("remind me tomorrow to pay order 6120")
    guest.says("remind me on Friday to post the lamp")

    def left() -> list[str]:
        return [one["about"] for one in guest.slot("reminders")]

    guest.says("cancel my reminder for tomorrow")
    assert "Which reminder" in guest.text and len(left()) == 3
    assert len(guest.offered) == 2  # those of that day
    guest.says("don't remind me of the chair")  # of none of them
    assert "Delete them all" in guest.offered and len(left()) == 3
    guest.says("cancel my reminder about the tent")
    assert "“pack the tent”" in guest.text
    assert left() == ["pay order 6120", "post the lamp"]
    guest.says("move my reminder about the lamp to yesterday")
    assert "over already" in guest.text and guest.form == "reminder_form"
    guest.says("never mind")
    assert left() == ["pay order 6120", "post the lamp"]
    guest.says("move my reminder to Saturday").presses("Fri 20 Mar 09:00: “post")
    assert "Sat 21 Mar 09:00" in guest.text and left() == ["pay order 6120", "post the lamp"]
    guest.says("delete all my reminders")
    assert "“pay order 6120” and “post the lamp”" in guest.text and left() == []


def test_a_reminder_of_nothing_asks_what_of(customer: NewCustomer) -> None:
    guest = customer().says("what reminders have I set, remind me").presses("Set one")
    assert "What shall I remind you of?" in guest.text
    guest.says("the tent is to be packed")
    assert guest.slot("requested_slot") == "reminder_time"
    guest.presses("Tomorrow at nine")
    assert "“the tent is to be packed”" in guest.text
    guest.says("remind me tomorrow at nine").says("to air the tent")
    assert "Tue 17 Mar 09:00" in guest.text and "air the tent”" in guest.text
    hears(guest, kind="reminder", about='pack the "tent"')
    guest.presses("Remind me later")
    assert guest.slot("requested_slot") == "reminder_time"
    guest.presses("In an hour")
    assert '“pack the "tent"”' in guest.text


def test_a_reminder_in_the_past_and_one_too_many(customer: NewCustomer) -> None:
    guest = customer().says("remind me on 01.02.2026 to pay")
    assert "over already" in guest.text and guest.form == "reminder_form"
    guest.says("never mind")
    for hour in range(1, 11):
        guest.says(f"remind me in {hour} hours to look")
    guest.says("remind me in 11 hours to look")
    assert "10 reminders here already" in guest.text


@pytest.mark.parametrize(
    ("said", "local"),
    [
        ("tomorrow at nine", "2026-03-17 09:00"),
        ("at nine", "2026-03-17 09:00"),
        ("at five", "2026-03-16 17:00"),
        ("in two hours", "2026-03-16 15:00"),
        ("in half an hour", "2026-03-16 13:30"),
        ("on Friday", "2026-03-20 09:00"),
        ("Monday", "2026-03-23 09:00"),
        ("at the weekend", "2026-03-21 09:00"),
        ("tonight", "2026-03-16 20:00"),
        ("tomorrow at 7 in the evening", "2026-03-17 19:00"),
        ("on the 14th", "2026-04-14 09:00"),
        ("at half past seven tomorrow", "2026-03-17 07:30"),
        ("30 March at 8", "2026-03-30 08:00"),  # after the clocks have changed
        ("明天上午九点", "2026-03-17 09:00"),
        ("半小时后", "2026-03-16 13:30"),
        ("下周三下午三点", "2026-03-25 15:00"),
        ("今晚八点", "2026-03-16 20:00"),
        ("周五", "2026-03-20 09:00"),
        ("十点半", "2026-03-17 10:30"),
        ("next Monday at 3:15 pm", "2026-03-23 15:15"),
        ("tomorrow at 15:30", "2026-03-17 15:30"),
        ("2026-12-01 9:30", "2026-12-01 09:30"),
        ("at 12 tonight", "2026-03-17 00:00"),
        ("midnight tonight", "2026-03-17 00:00"),
        ("at 12 noon tomorrow", "2026-03-17 12:00"),
        ("今晚十二点", "2026-03-17 00:00"),
        ("明天 15:30", "2026-03-17 15:30"),
        ("12月1日9:30提醒我", "2026-12-01 09:30"),
        ("1月5号", "2027-01-05 09:00"),
        ("later", None),
        ("at 25", None),
        ("二十五点", None),
        ("9" * 5000, None),
    ],
)
def test_the_moment_that_is_meant(said: str, local: str | None) -> None:
    """In the shop's time: noon in UTC is one o'clock there."""
    expected = datetime.fromisoformat(local).replace(tzinfo=SHOP_ZONE) if local else None
    assert moment_in(said, NOW) == expected


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("remind me tomorrow at nine to send the parcel back", "send the parcel back"),
        ("remind me to pay for order 6120 tomorrow", "pay for order 6120"),
        ("remind me that the period ends", "the period ends"),
        ("明天九点提醒我寄包裹", "寄包裹"),
        ("x" * 900, "x" * 200),
    ],
)
def test_what_one_wants_to_be_reminded_of(said: str, about: str) -> None:
    assert about_in(said) == about


# --- tickets


def test_a_complaint_becomes_a_ticket_that_one_can_ask_for(customer: NewCustomer) -> None:
    tom = customer("Tom").says("what terrible service, two parcels lost")
    assert "T-20001" in tom.text and "Yes, please" in tom.offered
    tom.says("and terrible service on the telephone")
    assert "T-20001" in tom.text  # the same matter
    tom.says("my ticket?")
    assert "T-20001 of Mon 16 Mar is open" in tom.text
    other = customer("Maya").says("what about my ticket T-20001")
    assert "I find no T-20001 of yours" in other.text
    assert customer("Maya").says("ticket T-29999").text == other.text.replace("20001", "29999")
    guest = customer(name="a stranger").says("ticket T-20001")
    assert guest.text == other.text
    assert "no complaint or report" in customer("Maya").says("my tickets").text
    again = customer(name="Tom, elsewhere").sign_in("Tom").says("ticket 20001?")
    assert "is open" in again.text


def test_a_ticket_that_was_closed_tells_the_answer(
    customer: NewCustomer, services: RetailServices
) -> None:
    tom = customer("Tom").says("what terrible service, two parcels lost")
    assert services.extras.tickets.close("T-20001", "We send them again.", "anna")
    assert "“We send them again.”" in tom.says("my ticket T-20001").text
    hears(tom, kind="ticket", ticket="T-20001", closed="2026-03-16", answer="")
    assert "T-20001 was dealt with" in tom.text
    tom.says("now again terrible service, no answer")
    assert "T-20002" in tom.text


def test_who_only_says_that_they_complain_is_asked(customer: NewCustomer) -> None:
    guest = customer().says("/complaint")
    assert guest.form == "complaint_form"
    guest.says("the courier threw it over the fence")
    assert "T-20001" in guest.text and guest.form is None


def test_a_ticket_knows_the_order_only_if_it_is_ones_own(
    customer: NewCustomer, services: RetailServices
) -> None:
    robin = customer("Robin").says("where is order 90003").says("terrible service, always late")
    assert services.extras.tickets.shown("T-20001").order == "90003"
    assert robin.text
    guest = customer().says("where is order 90003").says("never mind")
    guest.says("terrible service, always late")
    assert services.extras.tickets.shown("T-20002").order is None


def test_a_reported_problem_has_a_number_too(customer: NewCustomer) -> None:
    tom = customer("Tom")
    number = tom.number("Tom", OrderStatus.DELIVERED)
    tom.says(f"order {number} came broken").says("the lid is cracked").says("a new one please")
    assert "T-20001" in tom.text
    tom.says(f"order {number} came broken")
    assert "T-20001" in tom.text
    assert "is open" in tom.says("my ticket T-20001").text


def test_a_shop_without_all_that_says_so(
    project: Project, services: RetailServices, engine: Engine
) -> None:
    runner = InProcessRunner(action_executor(replace(services, extras=None)))
    guest = Customer(Agent(project, Words(), runner, clock=NOW.timestamp), engine)
    guest.says("gift voucher balance")
    assert "done by my colleagues" in guest.text
    guest.says("terrible service, always late")
    assert "T-2" not in guest.text and "Yes, please" in guest.offered


def hears(someone: Customer, **notice: str) -> None:
    """Something happens that the customer is told of."""
    turn = someone.agent.trigger(
        someone.tracker, "EXTERNAL_notice", (Entity("notice", notice, 0, 0),), "rest"
    )
    assert turn.problems == ()
    someone.turn, someone.heard = turn, turn.messages


def move(engine: Engine, number: str, status: str) -> None:
    """The warehouse or the carrier writes where an order is."""
    query = text("UPDATE shop_orders SET status = :status WHERE number = :number")
    with engine.begin() as connection:
        connection.execute(query, {"status": status, "number": int(number)})
