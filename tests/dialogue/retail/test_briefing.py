"""What a colleague reads in short: made from a real conversation's events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from retail_stories import Customer

from dialogue.orders.states import OrderStatus as S
from dialogue.retail.people.briefing import Briefing, briefing

NewCustomer = Callable[..., Customer]


def of(customer: Customer) -> Briefing:
    return briefing(event.to_json() for event in customer.tracker.events)


def test_it_says_what_was_wanted_done_and_asked_last(customer: NewCustomer) -> None:
    maya = customer("Maya")
    new, shipped = maya.number("Maya", S.PROCESSING), maya.number("Maya", S.SHIPPED)
    maya.says(f"cancel {new}").says("yes").says(f"cancel {shipped}").says("mumble mumble")
    maya.says("why do you not understand").says("a person please")
    told = of(maya)
    assert told.wanted == ("cancellation",)
    assert told.order == shipped
    assert told.done[0] == f"order {new} was cancelled"
    assert told.done[-1] == "not understood 2 times"
    assert told.asked == "why do you not understand"
    assert told.line.startswith(f"cancellation · order {shipped} · ")


def test_it_says_that_money_was_paid_back_and_a_complaint_noted(customer: NewCustomer) -> None:
    robin = customer("Robin").says("order 90005 never arrived").presses("My money back")
    robin.says("what a terrible service")
    assert of(robin).done == (
        "€54.90 for the lost parcel of order 90005 was paid back",
        "a complaint was noted as T-20001",
    )


def test_what_waited_for_its_turn_is_named(customer: NewCustomer) -> None:
    maya = customer("Maya")
    new = maya.number("Maya", S.PROCESSING)
    maya.says(f"cancel {new} and what are your opening hours").says("a person please")
    assert of(maya).left == ("opening hours",)
    maya.says("what are your opening hours?")
    assert maya.form is None


def test_nothing_said_is_nothing_to_tell() -> None:
    assert not briefing([])


_odd = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["event", "text", "name", "value", "metadata"]), inner)
    ),
    max_leaves=8,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"event": st.sampled_from(["user", "bot", "slot", "restart", "odd"])},
            optional={
                "text": _odd,
                "name": st.sampled_from(["order_number", "left_wishes", "waiting_wishes"]),
                "value": _odd,
                "metadata": _odd | st.just({"utter_action": "utter_order_cancelled"}),
                "parse_data": _odd,
            },
        ),
        max_size=6,
    )
)
def test_events_of_any_shape_are_told_or_passed_over(events: list[dict[str, Any]]) -> None:
    assert len(briefing(events).line) <= 200
