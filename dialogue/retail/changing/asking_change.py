"""What a change of an order's contents asks the customer: what shall become of it, and a yes."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders import rules
from dialogue.orders.views import ItemView, VariantView
from dialogue.retail.changing.contents import change_of, item_of
from dialogue.retail.changing.more_or_less import REMOVE
from dialogue.retail.goods.variants import other_variants
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    current_order,
    latest_text,
)
from dialogue.retail.wording import Button, button

READ = 300
_WRAPS = re.compile(r"\b(?:gift[ -]?)?wrap(?:ped|ping)?\b|礼品包装|包(?:装)?成礼物", re.IGNORECASE)


class AskChange(RetailAction):
    """Asks what shall become of a line, with what is possible as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_change"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Out of the order, fewer pieces, or one of the variants in stock."""
        order, item = current_order(self.services, tracker), item_of(self.services, tracker)
        if order is None or item is None:
            return []
        words = self.words(tracker)
        buttons: list[Button] = []
        if len(order.items) > 1:
            buttons.append(words.button("take_out", "inform", change=REMOVE))
        fewer = range(1, item.quantity)
        buttons += [
            button(words.say("button_only", count=n), "inform", change=str(n)) for n in fewer
        ][:3]
        others = other_variants(self.services, item, item.quantity)
        near = sorted(others, key=lambda one: not _shares(one, item))
        buttons += [button(words.variant(v.label), "inform", change=v.label) for v in near[:8]]
        response = "utter_ask_what_change" if item.quantity > 1 else "utter_ask_what_change_of_one"
        if len(order.items) == item.quantity == 1:
            response = "utter_ask_what_change_or_cancel"
            buttons.append(words.button("cancel", "cancel_order", order_number=order.number))
        dispatcher.utter_message(
            response=response,
            item=words.item(item.label),
            number=order.number,
            buttons=buttons,
        )
        return []


class AskModifyOrder(RetailAction):
    """Shows what would change and what is paid back, and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_modify_order_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Nothing is paid back for another variant: all cost the same."""
        order, change = current_order(self.services, tracker), change_of(self.services, tracker)
        if order is None or change is None:
            return []
        item, words = change.item, self.words(tracker)
        if _WRAPS.search(latest_text(tracker)[:READ]):
            dispatcher.utter_message(response="utter_wrapped_before")
        back = rules.item_refund_cents(
            item.unit_cents,
            item.quantity - change.quantity,
            order.subtotal_cents,
            order.discount_cents,
        )
        facts = {
            "number": order.number,
            "item": words.item(item.label),
            "left": change.quantity,
            "amount": words.money(back, order.currency),
            "method": words.term(order.method),
        }
        if change.variant is not None:
            fewer = change.quantity < item.quantity
            dispatcher.utter_message(
                response="utter_confirm_fewer_variant" if fewer else "utter_confirm_variant",
                replacement=words.variant(change.variant.label),
                **facts,
            )
        elif change.quantity:
            dispatcher.utter_message(response="utter_confirm_fewer", **facts)
        else:
            dispatcher.utter_message(response="utter_confirm_remove", **facts)
        return []


def _shares(variant: VariantView, item: ItemView) -> bool:
    """Whether it has the colour or the size of the item: these are wanted rather than others."""
    return not {variant.colour, variant.size}.isdisjoint(item.variant.split(", "))
