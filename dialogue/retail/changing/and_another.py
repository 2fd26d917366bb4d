"""Another change beside the one that a yes is asked for: "yes, and the shirt in L"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.more_or_less import ADD, REMOVE, more_or_less, said_change
from dialogue.retail.goods.variants import wanted_at_once
from dialogue.retail.returning.picking import Picked, WrongNumber, named_in
from dialogue.retail.services import Events, RetailServices, latest_text
from dialogue.retail.talk.correcting import corrects, meant_in, said_beside_yes
from dialogue.retail.talk.tasks import WAITING, kept_wishes, wish
from dialogue.retail.wording import Wording

READ = 200  # characters
_PARTS = re.compile(r"[,;.，。；]|\b(?:and|plus|also)\b|还有|另外", re.IGNORECASE)
_OUT = re.compile(r"^\W*(?:the|my)\s[\w -]{2,30}\sout\W*$", re.IGNORECASE)


def another_change(
    services: RetailServices,
    words: Wording,
    tracker: Tracker,
    order: OrderView,
    items: tuple[ItemView, ...],
    present: ItemView,
) -> Events:
    """Events that keep the other change for its turn, where it is asked for by itself; or none.

    `items` may change, and `present` is the one that the yes is to, said or not.
    """
    text = latest_text(tracker)
    beside = said_beside_yes(text)
    if beside is None and (is_question(text) or corrects(tracker)):
        return []
    beside = text if beside is None else beside
    rest = words.in_records(meant_in(beside))
    found = named_in(rest, items)
    lines = list(found.pieces) if isinstance(found, Picked) else []
    other = next((one for one in items if lines == [one.line] and one.line != present.line), None)
    if other is None:
        return []
    variant = wanted_at_once(services, rest, other)
    change = variant.label if variant is not None else more_or_less(rest)
    if change is None or change == ADD:
        return []
    return changes_wait(tracker, order, [(str(other.line), change)])


def changes_wait(tracker: Tracker, order: OrderView, told: Sequence[tuple[str, str]]) -> Events:
    """Keep these changes of lines of the order for their turn."""
    later = [
        wish("modify_order", None, order_number=order.number, item=item, change=change)
        for item, change in told
    ]
    return [SlotSet(WAITING, [*later, *kept_wishes(tracker, WAITING)])] if later else []


def several_changes(
    services: RetailServices,
    words: Wording,
    text: str,
    items: tuple[ItemView, ...],
    present: ItemView | None,
) -> list[tuple[str, str]]:
    """Lines of the order and what each becomes, where a text tells it of several: "the flannel
    shirt in L and only 2 tees". What names no line is of the `present` one, if it comes first.
    """
    told: dict[str, str] = {}
    for part in _PARTS.split(text[:READ]):
        said = words.in_records(part)
        found = named_in(said, items)
        lines = set(found.pieces) if isinstance(found, Picked) else set[int]()
        named = [one for one in items if one.line in lines]
        if isinstance(found, WrongNumber):
            named = [found.item]
        if not named and present is not None and not told:
            named = [present]
        if len(named) != 1:
            continue
        change = _change_of(services, said, named[0])
        if change is not None:
            told.setdefault(str(named[0].line), change)
    return list(told.items())


def _change_of(services: RetailServices, said: str, item: ItemView) -> str | None:
    variant = wanted_at_once(services, said, item)
    if variant is not None:
        return variant.label if variant.quantity >= item.quantity else None
    change = REMOVE if _OUT.search(said) else said_change(said, item.quantity)
    return None if change == ADD else change
