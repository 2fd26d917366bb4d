"""Reminders: set, listed, moved and deleted, and the moment that is meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from retail_stories import NOW, Customer, hears

from dialogue.retail.later.reminder_topics import about_in
from dialogue.retail.later.when import SHOP_ZONE, moment_in

NewCustomer = Callable[..., Customer]


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


def test_a_question_beside_a_reminder_is_answered(customer: NewCustomer) -> None:
    guest = customer().says("remind me at 6 pm to be home and what happens if im not in?")
    assert "“be home”" in guest.text and "carrier tries once more" in guest.text
    guest.says("delete that reminder, its too late. but what if im not home when the mixer comes?")
    assert "Deleted" in guest.text and "carrier tries once more" in guest.text
    guest.says("remind me on Sunday to ask what it costs and when it opens")
    assert "“ask what it costs and when it opens”" in guest.text


def test_the_reminder_just_set_is_corrected_without_naming_it(customer: NewCustomer) -> None:
    guest = customer().says("remind me tomorrow to feed the cat")
    guest.says("remind me on Friday to water the fern")

    def left() -> list[tuple[str, str]]:
        return [(one["about"], one["at"][:16]) for one in guest.slot("reminders")]

    guest.says("no, make it 8 pm")
    assert left() == [("feed the cat", "2026-03-17T09:00"), ("water the fern", "2026-03-20T20:00")]
    guest.says("no, rather at 7 in the evening")
    assert left()[1] == ("water the fern", "2026-03-20T19:00")
    guest.says("actually, today at 5 pm instead")
    assert left()[1] == ("water the fern", "2026-03-16T17:00")
    guest.says("delete the one about the cat")
    assert [about for about, _ in left()] == ["water the fern"]
    guest.says("oh, forget it")
    assert left() == []


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


def two_reminders(customer: NewCustomer) -> Customer:
    """Someone who has set two."""
    guest = customer().says("remind me tomorrow at nine to take the pizza out")
    return guest.says("remind me tomorrow at ten to blow out the candles")


def left(guest: Customer) -> list[tuple[str, str]]:
    """The reminders that stand, with their local times."""
    return [(one["about"], one["at"][8:16]) for one in guest.slot("reminders")]


def test_which_of_several_is_said_by_its_place_or_its_words(customer: NewCustomer) -> None:
    guest = two_reminders(customer)
    guest.says("make the candles one 3 hours later")
    assert left(guest)[1] == ("blow out the candles", "17T13:00")
    guest.says("the second one half an hour earlier please")
    assert left(guest)[1] == ("blow out the candles", "17T12:30")
    guest.says("move the second one to nine")
    assert left(guest)[1] == ("blow out the candles", "17T09:00")
    guest.says("make one of them an hour later")
    assert "Which reminder shall I move?" in guest.text
    guest.presses("Tue 17 Mar 09:00: “take the pizza")
    assert ("take the pizza out", "17T10:00") in left(guest)
    assert "candles" in guest.says("what's left?").text and "pizza" in guest.text
    guest.says("cancel the oven one")  # no word of either
    assert "Which reminder shall I delete?" in guest.text and len(guest.offered) == 3
    assert guest.form is None
    guest.says("cancel the pizza one")
    assert left(guest) == [("blow out the candles", "17T09:00")] and guest.form is None
    guest.says("remind me tomorrow to pack").says("delete the first one")
    assert [about for about, _ in left(guest)] == ["pack"]


def test_an_order_is_meant_where_it_is_named(customer: NewCustomer) -> None:
    guest = two_reminders(customer)
    guest.says("cancel my order of candles")
    assert guest.form == "cancel_order_form" and len(left(guest)) == 2
    guest.says("never mind").says("hello").says("hello").says("hello")
    guest.says("cancel the second one")  # of reminders nobody speaks any more
    assert guest.form == "cancel_order_form" and len(left(guest)) == 2


def test_one_more_is_set_without_the_word(customer: NewCustomer) -> None:
    guest = two_reminders(customer)
    guest.says("and in 2 hours about the oven")
    assert left(guest)[2] == ("the oven", "16T15:00")
    guest.says("set another one for tomorrow evening to water the plants")
    assert left(guest)[3] == ("water the plants", "17T19:00")


def test_another_reminder_may_be_meant_while_one_is_set(customer: NewCustomer) -> None:
    guest = two_reminders(customer).says("remind me to feed the cat")
    assert guest.form == "reminder_form"
    guest.says("what reminders are left?")
    assert "candles" in guest.text and "When shall I remind you?" in guest.text
    guest.says("cancel the pizza one")
    assert "Deleted" in guest.text and guest.form == "reminder_form"
    guest.says("make the candles one 2 hours later")
    assert left(guest) == [("blow out the candles", "17T12:00")]
    guest.says("tomorrow at 8")
    assert left(guest)[1] == ("feed the cat", "17T08:00") and guest.form is None
    guest.says("remind me to feed the dog").says("no more reminders at all")
    assert left(guest) == [] and guest.form is None
    guest.says("remind me tomorrow at nine").says("delete the old photos")
    assert left(guest) == [("delete the old photos", "17T09:00")]


def test_several_reminders_in_chinese(customer: NewCustomer) -> None:
    guest = customer()
    guest.trusted |= {"language": "zh"}
    guest.says("remind 明天九点提醒我拿披萨").says("remind 明天十点提醒我吹蜡烛")
    guest.says("把蜡烛那个推迟三小时")
    assert left(guest) == [("拿披萨", "17T09:00"), ("吹蜡烛", "17T13:00")]
    guest.says("再设一个明天晚上浇花")
    assert left(guest)[2] == ("浇花", "17T19:00")
    assert "吹蜡烛" in guest.says("还有哪些提醒").text
    guest.says("删掉第二个")
    assert [about for about, _ in left(guest)] == ["拿披萨", "浇花"]


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
        ("提醒我明天下午三点打电话", "打电话"),
        ("remind me of the candles in 2 hours", "the candles"),
        ("and then drive to the shop", "and then drive to the shop"),
        ("one more at 5pm to feed the cat", "feed the cat"),
        ("and about the candles in 2 hours", "the candles"),
        ("还有两小时后吹蜡烛", "吹蜡烛"),
        ("x" * 900, "x" * 200),
    ],
)
def test_what_one_wants_to_be_reminded_of(said: str, about: str) -> None:
    assert about_in(said) == about


def test_a_few_words_go_on_with_the_reminders(customer: NewCustomer) -> None:
    maya = customer("Maya").says("remind me in 2 hours: tea")
    assert "“tea”" in maya.text
    maya.says("remind me tuesday 8 in the evening to water the plants")
    assert "20:00" in maya.text and "“water the plants”" in maya.text
    assert "here in this chat" in maya.says_as("remind_me", "do u send it by mail or how?").text
    assert "“tea”" in maya.says_as("remind_me", "几点？").text
    assert "“tea”" in maya.says("my reminders?").text
    assert "“tea” and “water the plants”" in maya.says_as("remind_me", "delete all").text
    assert "no reminder set" in maya.says_as("repeat_that", "list them again").text


@pytest.mark.parametrize(
    ("correction", "then"),
    [
        ("thursday is a holiday, make it friday at 5 in the afternoon", "20T17:00"),
        ("no that's wrong, i wanted the reminder on friday at 17:30", "20T17:30"),
        ("make it friday, 9 am", "20T09:00"),
        ("make it 11 instead, i always sleep in on thursdays", "17T11:00"),
        ("better on friday because i'm away before", "20T09:00"),
        ("明天不行，改到后天上午十点", "18T10:00"),
    ],
)
def test_the_day_told_at_last_is_meant(customer: NewCustomer, correction: str, then: str) -> None:
    guest = customer().says("remind me tomorrow at nine to call my sister")
    guest.says_as("remind_me", correction)
    assert left(guest) == [("call my sister", then)]


def test_two_reminders_of_one_message(customer: NewCustomer) -> None:
    guest = customer().says(
        "remind me in 10 minutes to take the cake out, and next friday at 8 to pack for the trip"
    )
    assert left(guest) == [("take the cake out", "16T13:10"), ("pack for the trip", "20T08:00")]
    guest.says_as("remind_me", "提醒我半小时后关火，还有明天八点收拾行李")
    assert left(guest)[2:] == [("关火", "16T13:30"), ("收拾行李", "17T08:00")]


def test_another_day_keeps_the_hour_and_the_words_can_be_changed(customer: NewCustomer) -> None:
    guest = customer().says("remind me tomorrow at 10:30 to measure the shelf")
    guest.says_as("inform", "push it to friday then, same time")
    assert left(guest) == [("measure the shelf", "20T10:30")]
    guest.says_as("inform", "11:30 i said")
    assert left(guest) == [("measure the shelf", "20T11:30")]
    guest.says_as("remind_me", "and another one on wednesday evening: call the plumber")
    assert left(guest)[1] == ("call the plumber", "18T19:00")
    guest.says_as("faq", "the text should just say ring Mr Ludd")
    assert left(guest)[1] == ("ring Mr Ludd", "18T19:00")
    assert "measure the shelf" in guest.says_as("praise", "is that all my reminders?").text
    guest.says_as("cancel_order", "delete the ludd one")
    assert left(guest) == [("measure the shelf", "20T11:30")]
    guest.says_as("thank", "thx. delete it, i did it already")
    assert left(guest) == []
