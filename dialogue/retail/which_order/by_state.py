"""The order that is named by how it stands: "the late one", "the one that I cancelled"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dialogue.orders import rules
from dialogue.orders.states import Lateness, OrderStatus
from dialogue.orders.views import OrderView

MAX_TEXT = 300

_ONE = r"(?:one|order|parcel|package|delivery|shipment)\b"
_EIN = r"的?(?:那|这)?[个单件笔]?(?:订单|包裹|快递)?"


def _late(lateness: Lateness) -> Callable[[OrderView], bool]:
    return lambda order: any(parcel.lateness is lateness for parcel in order.shipments)


def _is(*states: OrderStatus) -> Callable[[OrderView], bool]:
    return lambda order: order.status in states


# By a name that can mean nothing else.
_CALLED: tuple[tuple[Callable[[OrderView], bool], re.Pattern[str]], ...] = (
    (
        _late(Lateness.DELAYED),
        re.compile(
            rf"\b(?:late|delayed|overdue) {_ONE}|\bone (?:that|which)(?:['’]?s| is) (?:so )?"
            rf"(?:late|delayed|overdue)\b|(?:晚点|晚到|迟到|延误|延迟|超时)了?的{_EIN}",
            re.IGNORECASE,
        ),
    ),
    (
        _late(Lateness.LOST),
        re.compile(
            rf"\blost {_ONE}|\bone (?:that|which) (?:got|was|is) lost\b"
            rf"|(?:丢了?|弄丢了?|丢失)的{_EIN}",
            re.IGNORECASE,
        ),
    ),
    (
        _is(OrderStatus.CANCELLED),
        re.compile(
            rf"\bcancell?ed {_ONE}|\bone (?:that |which )?(?:i|was|is|got) cancell?ed\b"
            rf"|(?:取消)(?:了|掉)?的{_EIN}",
            re.IGNORECASE,
        ),
    ),
    (
        _is(*rules.IN_WAREHOUSE),
        re.compile(
            rf"\b(?:unshipped|unsent) {_ONE}|\bone (?:that|which)(?: is|['’]s| has| was)?"
            r"(?: not|n['’]t)(?: yet)?(?: been)? (?:sent|shipped|left|dispatched|packed)\b"
            rf"|(?:还?没|未)(?:有)?发货?的{_EIN}",
            re.IGNORECASE,
        ),
    ),
)
# By a word that may as well tell what was done: only of who asks how something stands.
_TOLD: tuple[tuple[Callable[[OrderView], bool], re.Pattern[str]], ...] = (
    (
        _is(OrderStatus.CANCELLED),
        re.compile(r"\bcancell?ed\b|取消(?:了|掉)?的|取消了", re.IGNORECASE),
    ),
    (
        _is(OrderStatus.OUT_FOR_DELIVERY),
        re.compile(r"\bout for delivery\b|(?:派送|配送|送货)中|(?:正在|在)[派配]送", re.IGNORECASE),
    ),
)


def called_by_state(text: str, orders: Sequence[OrderView]) -> OrderView | None:
    """The only one of these orders in the state by which the text calls it: "the late one"."""
    return _only(text, orders, _CALLED)


def in_state_told(text: str, orders: Sequence[OrderView]) -> OrderView | None:
    """The only one in a state that the text tells of, whatever for: "I cancelled it, didn't I?"."""
    return _only(text, orders, _TOLD)


def _only(
    text: str,
    orders: Sequence[OrderView],
    states: Sequence[tuple[Callable[[OrderView], bool], re.Pattern[str]]],
) -> OrderView | None:
    fits = [state for state, words in states if words.search(text[:MAX_TEXT])]
    found = [order for order in orders if any(state(order) for state in fits)]
    return found[0] if len(found) == 1 else None
