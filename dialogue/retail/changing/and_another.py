"""Another change beside the one that a yes is asked for: "yes, and the shirt in L"."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.more_or_less import ADD, more_or_less
from dialogue.retail.goods.variants import wanted_at_once
from dialogue.retail.returning.picking import Picked, named_in
from dialogue.retail.services import Events, RetailServices, latest_text
from dialogue.retail.talk.correcting import corrects, meant_in, said_beside_yes
from dialogue.retail.talk.tasks import WAITING, kept_wishes, wish
from dialogue.retail.wording import Wording


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
    later = wish(
        "modify_order", None, order_number=order.number, item=str(other.line), change=change
    )
    return [SlotSet(WAITING, [later, *kept_wishes(tracker, WAITING)])]
