"""Until when goods may come back, and until when a parcel that is announced is to be handed in."""

from __future__ import annotations

from datetime import date, timedelta

from dialogue.orders.policies import ShopPolicies
from dialogue.orders.rules import return_days
from dialogue.orders.states import ReturnKind
from dialogue.orders.views import ItemView, ReturnView


def hand_in_until(parcel: ReturnView, policies: ShopPolicies) -> date:
    """The last day on which an announced parcel is to be handed in.

    What is set aside in an exchange waits for a time of its own.
    """
    returns = policies.returns
    exchanged = parcel.kind is ReturnKind.EXCHANGE
    days = returns.replacement_kept_days if exchanged else returns.hand_in_days
    return parcel.created_at.date() + timedelta(days=days)


def return_until(item: ItemView, policies: ShopPolicies) -> date:
    """Of an item that may still be returned: the day until which it may."""
    days = return_days(item.article, policies)
    return (item.delivered_on or date.max) + timedelta(days=days or 0)
