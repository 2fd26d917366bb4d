"""Two things in one sentence: one goes back and one is swapped, or goods of two orders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import OrderView
from dialogue.retail.goods.variants import wanted_at_once
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.picking import Picked, mentioned, pick
from dialogue.retail.services import RetailServices, latest_intent, latest_text
from dialogue.retail.wording import wording

READ = 200  # characters that are looked through
_PARTS = re.compile(
    r",|;|&|\band\b|\bthen\b|\bplus\b|\balso\b|，|；|、|和|还有|然后", re.IGNORECASE
)
_SENDS_BACK = re.compile(r"\breturn\b|\bsend\b.{0,60}\bback\b|退(?!款)", re.IGNORECASE)
_BACK = re.compile(r"\breturn\b|\bsend\b.{0,60}\bback\b|\bback\b|退", re.IGNORECASE)
_SWAP = re.compile(
    r"\b(?:make|swap|exchange|change|replace|get|have|need|want)\b|换|改", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ReturnAndSwap:
    """What goes back, and the line that is swapped for another variant, as slots keep them."""

    back: str
    swapped: str
    replacement: str


def return_and_swap(
    services: RetailServices, tracker: Tracker, order: OrderView
) -> ReturnAndSwap | None:
    """ "Return the mugs and make the shirt an L": both, where each names its own goods."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    possible = returnable(services, order)
    back = swapped = None
    for part in _PARTS.split(latest_text(tracker)[:READ]):
        said = words.in_records(part)
        found = pick(mentioned(said, possible), possible)
        if not isinstance(found, Picked):
            continue
        if _BACK.search(part):
            back = found
        elif _SWAP.search(part) and len(found.pieces) == 1:
            swapped = (found, said)
    if back is None or swapped is None or not set(back.pieces).isdisjoint(swapped[0].pieces):
        return None
    item = next(one for one in possible if one.line in swapped[0].pieces)
    wanted = wanted_at_once(services, swapped[1], item)
    return ReturnAndSwap(str(back), str(swapped[0]), wanted.label) if wanted else None


def invoice_and_return(tracker: Tracker, numbers: Sequence[str]) -> tuple[str, ...]:
    """ "The invoice of 2055, and send 1896 back": of an invoice's orders those that come back."""
    if latest_intent(tracker) != "get_invoice":
        return ()
    parts = [p for p in _PARTS.split(latest_text(tracker)[:READ]) if _SENDS_BACK.search(p)]
    return tuple(one for one in numbers[1:] if any(one in part for part in parts))


def orders_by_goods(text: str, orders: Sequence[OrderView]) -> dict[str, str]:
    """The orders that each hold some of the goods named, with these as slots keep them.

    None where goods may be of two of the orders.
    """
    found: dict[str, dict[int, int | None]] = {}
    for part in _PARTS.split(text[:READ]):
        holding = [(order.number, named) for order in orders if (named := _named(part, order))]
        if len(holding) > 1:
            return {}
        for number, pieces in holding:
            found.setdefault(number, {}).update(pieces)
    return {n: str(Picked(pieces)) for n, pieces in found.items()} if len(found) > 1 else {}


def _named(part: str, order: OrderView) -> dict[int, int | None]:
    found = pick(mentioned(part, order.items), order.items)
    return dict(found.pieces) if isinstance(found, Picked) else {}
