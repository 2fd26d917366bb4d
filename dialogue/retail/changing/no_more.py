"""That a paid order takes nothing more, and where the extra is ordered."""

from __future__ import annotations

from dialogue.orders.views import ItemView, OrderView
from dialogue.retail.changing.more_or_less import ADD, more_or_less
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import Dispatcher, RetailServices
from dialogue.retail.viewing.orders import next_steps
from dialogue.retail.wording import Wording, button


def say_no_more(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    item: ItemView | None,
    text: str,
) -> None:
    """Say it; `item` is offered where the text wants more of it, and no other goods."""
    other = more_or_less(text) == ADD
    if item is None or (other and not mentioned(words.in_records(text), [item])):
        more = button(words.say("title_product_search"), "product_search")
    else:
        more = button(item.name, "product_details", product=item.sku)
    dispatcher.utter_message(
        response="utter_modify_add",
        number=order.number,
        buttons=[more, *next_steps(services, words, order)],
    )


def say_no_more_pieces(words: Wording, dispatcher: Dispatcher, item: ItemView) -> None:
    """That so many pieces of it are all that this order can hold."""
    dispatcher.utter_message(
        response="utter_no_more_pieces", item=words.item(item.label), count=item.quantity
    )
