"""A customer's orders, the newest first, page by page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.errors import SignInRequired
from dialogue.orders.states import OrderStatus, PaymentKind
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.viewing.order_contents import asks_contents
from dialogue.retail.viewing.orders import OrderStatusAction
from dialogue.retail.which_order.asking_which import lacks_number
from dialogue.retail.which_order.orders_named import LOOKED_THROUGH, order_before
from dialogue.retail.which_order.pointing import says_before
from dialogue.retail.wording import wording

READ = 500  # characters that are looked through
SHOWN = 5
_OLDER = re.compile(
    r"\b(?:older|earlier|previous|before (?:that|those|these)|the rest|the others?|more|next"
    r"|go on)\b"
    r"|更早|以前的|之前的|其他|其它|更多|还有|下一页|继续",
    re.IGNORECASE,
)
READ_SUM, SUMMED = 120, 200  # characters of who asks for the sum of all orders; so many are added
MOST_WORDS, READ_MORE = 6, 40  # of who wants the next page
_MORE = re.compile(
    r"\b(?:more|older|earlier ones|(?<!come )(?<!comes )(?<!arrives )next(?: page)?"
    r"|the rest|go on|others)\b(?! (?:about|info\w*|details?)\b)"
    r"|更多|更早|还有(?:吗|呢|别的)|下一页|继续|其他的",
    re.IGNORECASE,
)


# Some of the orders alone, by where they are; the first that fits.
_WHICH: dict[str, tuple[frozenset[OrderStatus], re.Pattern[str]]] = {
    "not_sent": (
        rules.IN_WAREHOUSE,
        re.compile(
            r"\b(?:not|n['’]?t)\b.{0,15}\b(?:sent|shipped|dispatched|left)\b|\bunshipped\b"
            r"|\bstill (?:with you|in (?:the|your) warehouse|be(?:ing)? prepared)\b"
            r"|(?:没|未|还没)有?(?:发货|发出|寄出)",
            re.IGNORECASE,
        ),
    ),
    "open": (
        rules.OPEN,
        re.compile(
            r"\b(?:open|outstanding|pending)\b(?!.{0,10}\bpayments?\b)"
            r"|\b(?:not|n['’]?t)\b.{0,15}\b(?:arrived|here|delivered|come|received|got(?:ten)?)\b"
            r"|\b(?:comes?|coming|arrives?|arriving|delivered) next\b|\bon (?:its|the|their) way\b"
            r"|\bwhere(?:['’]?s| is| are)\b.{0,12}\b(?:all|everything)\b"
            r"|\bwhat(?:['’]?s| is)\b.{0,12}\bcoming\b"
            r"|\bstill (?:to come|coming|on (?:the|their) way|missing)\b"
            r"|(?:没|未)有?(?:收到|送到|到货?)|在路上",
            re.IGNORECASE,
        ),
    ),
    "cancelled": (
        frozenset({OrderStatus.CANCELLED}),
        re.compile(r"\bcancell?ed\b|取消(?:了的|的|掉的)", re.IGNORECASE),
    ),
    "delivered": (
        frozenset({OrderStatus.DELIVERED}),
        re.compile(r"\b(?:delivered|arrived)\b|(?:送到|收到|到)了?的", re.IGNORECASE),
    ),
}
MOST_ONLY, READ_ONLY = 10, 60  # of who wants some of those listed
_ONLY_THOSE = re.compile(
    r"\b(?:only|just|which|the ones|those|the \w+ ones?)\b|\bis anything\b|只(?:要|看)|哪些|哪几",
    re.IGNORECASE,
)

# One of them is asked about: "the second one, why was it cancelled?"
_ONE = re.compile(r"\b(?:why|first|second|third|last)\b|为什么|第[一二三四五]|最后", re.IGNORECASE)

_SUM = re.compile(
    r"\bspen[dt]\b.{0,30}\b(?:al(?:l ?|l-)?together|in total|overall|so far|on all|this year|ever"
    r"|with you|(?:here|at larkspur|in (?:this|your) shop)(?! (?:card|voucher)))\b"
    r"|\bspending\b|\b(?:total|sum) of (?:all|them|these)\b|(?:一共|总共).{0,6}花|花了.{0,6}多少",
    re.IGNORECASE,
)


class ListOrdersAction(RetailAction):
    """The signed-in customer's latest orders; a guest hears how to see them."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_list_orders"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Newest first, each with a button; "and the older ones" goes on where it ended."""
        one, text = current_order(self.services, tracker), latest_text(tracker)
        named = one is not None and latest_entity(tracker, "order_number") == one.number
        viewer = viewer_of(tracker)
        if one is not None and not named and viewer.signed_in and says_before(text):
            return self._before(dispatcher, tracker, one)
        if one is not None and (named or asks_contents(text)):
            OrderStatusAction(self.services).answer(dispatcher, tracker, one)
            return []
        shown = tracker.get_slot("shown_orders") or ()
        which = _of_which(text)
        older = which is None and bool(shown) and _OLDER.search(text[:READ]) is not None
        most = SHOWN if which is None and not older else LOOKED_THROUGH
        try:
            orders = self.services.store.recent_orders(viewer, most)
        except SignInRequired:
            again = "utter_list_orders_guest" in said_within(tracker, 2)
            lacks = again or lacks_number(text)
            where = "utter_where_order_number" if lacks else "utter_list_orders_guest"
            dispatcher.utter_message(response=where)
            return []
        if older:
            places = [place for place, each in enumerate(orders) if each.number in shown]
            orders = orders[max(places, default=-1) + 1 :][:SHOWN]
        if older and not orders:
            dispatcher.utter_message(response="utter_no_older_orders")
            return []
        if not orders:
            dispatcher.utter_message(response="utter_no_orders_yet")
            return []
        return self._told(dispatcher, tracker, orders, which, older=older)

    def _told(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        orders: Sequence[OrderView],
        which: str | None,
        *,
        older: bool,
    ) -> Events:
        """These, or the latest of those that alone are asked for, which are shown from now on."""
        fitting = (o for o in orders if which is None or o.status in _WHICH[which][0])
        orders = tuple(islice(fitting, SHOWN))
        if not orders:
            dispatcher.utter_message(response=f"utter_list_none_{which}")
            return []
        words = self.words(tracker)
        lines = [
            f"{order.number} · {words.day(order.placed_at)} · {words.contents(order)} · "
            f"{words.money(order.total_cents, order.currency)} · {words.status(order)}"
            for order in orders
        ]
        dispatcher.utter_message(
            response=f"utter_list_{which or ('older' if older else 'orders')}",
            orders="\n".join(lines),
            buttons=[words.order_button(order, "order_status") for order in orders],
        )
        shown = [order.number for order in orders]
        of_none = [] if (tracker.active_loop or {}).get("name") else [SlotSet("order_number", None)]
        return [*of_none, SlotSet("shown_orders", shown)]

    def _before(self, dispatcher: Dispatcher, tracker: Tracker, one: OrderView) -> Events:
        """The order before the one spoken of, which is spoken of from now on."""
        before = order_before(self.services, tracker)
        if before is None:
            dispatcher.utter_message(response="utter_no_order_before", number=one.number)
            return []
        OrderStatusAction(self.services).answer(dispatcher, tracker, before)
        return [SlotSet("order_number", before.number)]


def older_orders(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Right after the list, "more please" shows its next page, "only the open ones" these."""
    text = latest_text(tracker)
    said = {one for one in said_within(tracker, 1) if one.startswith("utter_list_")}
    if not text or not said or len(text) > READ_ONLY:
        return None
    more = len(text.split()) <= MOST_WORDS and len(text) <= READ_MORE and _MORE.search(text)
    few = len(text.split()) <= MOST_ONLY and not _ONE.search(text)
    some = few and _ONLY_THOSE.search(text) and _of_which(text)
    if not (more or some):
        return None
    return ListOrdersAction(services).run(dispatcher, tracker, domain)


def sum_of_orders(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """What was paid for all orders, and what of it goes back: "how much did I spend here?"."""
    text, viewer = latest_text(tracker)[:READ_SUM], viewer_of(tracker)
    if not _SUM.search(text) or not is_question(text):
        return None
    if not viewer.signed_in:
        dispatcher.utter_message(response="utter_list_orders_guest")
        return []
    orders = services.store.recent_orders(viewer, SUMMED)
    if not orders:
        dispatcher.utter_message(response="utter_no_orders_yet")
        return []
    words, currency = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)), orders[0].currency
    payments = [payment for order in orders for payment in order.payments]
    back = sum(one.amount_cents for one in payments if one.kind is PaymentKind.REFUND)
    paid = sum(one.amount_cents for one in payments if one.kind is PaymentKind.CHARGE)
    dispatcher.utter_message(
        response="utter_list_sum_back" if back else "utter_list_sum",
        orders=words.say("orders_counted", count=len(orders)),
        day=words.day(orders[-1].placed_at),
        paid=words.money(paid, currency),
        back=words.money(back, currency),
        left=words.money(paid - back, currency),
        buttons=[words.button("list_orders", "list_orders")],
    )
    return []


def _of_which(text: str) -> str | None:
    """The name of those orders that alone are asked for; None for all."""
    text = text[:READ_ONLY]
    return next((name for name, (_, words) in _WHICH.items() if words.search(text)), None)
