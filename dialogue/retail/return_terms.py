"""What is told of sending back: the shop's terms, and until when for the order spoken of."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.policies import ShopPolicies
from dialogue.orders.rules import return_days
from dialogue.orders.views import ItemView, OrderView, ReturnView
from dialogue.retail.choice import announced_returns
from dialogue.retail.items import returnable
from dialogue.retail.services import Dispatcher, Events, RetailAction, current_order, latest_text

READ = 300  # characters that are looked through
_UNTIL_WHEN = re.compile(
    r"\b(?:until|till?|by) when\b|\bhow (?:long|many days|much time|late)\b"
    r"|\b(?:deadline|last day|latest|time limit|too late|still|days|weeks)\b"
    r"|多久|几天|多少天|什么时候|何时|截止|期限|最晚|最迟|来得及|还能",
    re.IGNORECASE,
)


class ReturnPolicyAction(RetailAction):
    """How returns work; who asks until when hears the day of the order spoken of first."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_return_policy"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """The parcel that is announced, else what of the order may still come back."""
        order = current_order(self.services, tracker)
        if order is not None and _UNTIL_WHEN.search(latest_text(tracker)[:READ]):
            self._say_until_when(dispatcher, tracker, order)
        dispatcher.utter_message(response="utter_return_policy")
        return []

    def _say_until_when(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        words, policies = self.words(tracker), self.services.policies
        for parcel in announced_returns(order):
            dispatcher.utter_message(
                response="utter_hand_in_until",
                reference=parcel.reference,
                items=words.items(parcel.items),
                last_day=words.day(hand_in_until(parcel, policies)),
            )
        for last_day, items in groupby(
            sorted(returnable(self.services, order), key=lambda one: _last_day(one, policies)),
            key=lambda one: _last_day(one, policies),
        ):
            dispatcher.utter_message(
                response="utter_return_until",
                number=order.number,
                items=words.items(item.pieces(item.returnable) for item in items),
                last_day=words.day(last_day),
            )


def hand_in_until(parcel: ReturnView, policies: ShopPolicies) -> date:
    """The last day on which an announced parcel is to be handed in."""
    return parcel.created_at.date() + timedelta(days=policies.returns.hand_in_days)


def _last_day(item: ItemView, policies: ShopPolicies) -> date:
    """Of an item that may still be returned: the day until which it may."""
    days = return_days(item.article, policies)
    return (item.delivered_on or date.max) + timedelta(days=days or 0)
