"""Sending something back: for the money, or for another size or colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rapidfuzz import fuzz, process, utils
from rasa_sdk import Tracker

from dialogue.orders import rules
from dialogue.orders.errors import (
    NotReturnable,
    NotReturnableReason,
    OrderError,
    OutOfStock,
)
from dialogue.orders.search import mentioned_variants
from dialogue.orders.views import ItemView, OrderView, VariantView
from dialogue.retail.choice import returnable_items
from dialogue.retail.identity import OrderForm
from dialogue.retail.orders import OrderAction
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    plain_words,
    viewer_of,
)
from dialogue.retail.wording import (
    Button,
    button,
    day,
    listing,
    money,
    person_button,
    refund_button,
    status_button,
)

ALL_ITEMS = "all"
_ALL_WORDS = frozenset({"all", "both", "everything", "every", "whole", "complete", "entire"})
MAX_REASON = 500


class ItemForm(OrderForm):
    """A form about items of an order that may still be sent back."""

    def possible(self, tracker: Tracker) -> tuple[ItemView, ...]:
        """The items that the form can be about."""
        order = current_order(self.services, tracker)
        return _returnable(self.services, order) if order else ()

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Nothing when nothing may come back; which item only when there are several."""
        possible = self.possible(tracker)
        if not possible:
            return []
        return own if len(possible) > 1 else [slot for slot in own if slot != "item"]

    def validate_item(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A line's number from a button, or words of the item's name."""
        chosen = match_item(str(value), self.possible(tracker))
        if chosen is None:
            dispatcher.utter_message(response="utter_item_unclear")
        return {"item": chosen}


class ReturnForm(ItemForm):
    """The order, what of it, why, and a yes."""

    form = "return_form"

    def validate_return_reason(
        self, value: Any, _dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Any reason will do."""
        return {"return_reason": plain_words(value)[:MAX_REASON] or None}


class ExchangeForm(ItemForm):
    """The order, which item, for which other variant, and a yes."""

    form = "exchange_form"

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Without another variant to be had there is nothing to choose and to confirm."""
        needed = super().slots_for(tracker, own)
        items = _chosen(self.services, tracker)
        if len(items) != 1 or other_variants(self.services, items[0]):
            return needed
        return [slot for slot in needed if slot == "item"]

    def validate_item(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """One item at a time; each is exchanged for something of its own."""
        chosen = super().validate_item(value, dispatcher, tracker, domain)
        if chosen["item"] == ALL_ITEMS:
            dispatcher.utter_message(response="utter_one_item_at_a_time")
            return {"item": None}
        return chosen

    def validate_replacement(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """The one variant that the words can mean, if it is in stock."""
        items = _chosen(self.services, tracker)
        if len(items) != 1:
            return {"replacement": None}
        others = other_variants(self.services, items[0])
        exact = [v for v in others if v.label == str(value)]
        found = exact or narrow(str(value), others, items[0])
        if len(found) != 1:
            dispatcher.utter_message(response="utter_replacement_unclear")
            return {"replacement": None}
        return {"replacement": found[0].label}


class AskItem(RetailAction):
    """Asks which item, with the possible ones as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_item"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """All of them at once is a choice for a return, not for an exchange."""
        order = current_order(self.services, tracker)
        items = _returnable(self.services, order) if order else ()
        buttons = [button(item.label, "inform", item=str(item.line)) for item in items]
        if (tracker.active_loop or {}).get("name") == ReturnForm.form:
            buttons.append(button("All of it", "inform", item=ALL_ITEMS))
        dispatcher.utter_message(response="utter_ask_which_item", buttons=buttons)
        return []


class AskReplacement(RetailAction):
    """Asks for which variant, with those in stock as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_replacement"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """At most twelve buttons; more can be named."""
        items = _chosen(self.services, tracker)
        if len(items) == 1:
            others = other_variants(self.services, items[0])
            dispatcher.utter_message(
                response="utter_ask_which_replacement",
                item=items[0].label,
                buttons=[button(v.label, "inform", replacement=v.label) for v in others[:12]],
            )
        return []


class AskReturn(RetailAction):
    """Shows what would come back and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_return_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the items and what is paid back for them."""
        order, items = current_order(self.services, tracker), _chosen(self.services, tracker)
        if order is not None:
            refund = sum(
                rules.item_refund_cents(
                    item.unit_cents, item.returnable, order.subtotal_cents, order.discount_cents
                )
                for item in items
            )
            dispatcher.utter_message(
                response="utter_confirm_return",
                number=order.number,
                items=listing(item.label for item in items),
                amount=money(refund, order.currency),
            )
        return []


class AskExchange(RetailAction):
    """Shows what would be swapped for what and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_exchange_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the item and its replacement."""
        items = _chosen(self.services, tracker)
        if items:
            dispatcher.utter_message(
                response="utter_confirm_exchange",
                item=items[0].label,
                replacement=tracker.get_slot("replacement"),
            )
        return []


class ReturnAction(OrderAction):
    """Announces the return after a yes; says why not when the rules forbid it."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_return_items"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Announce, keep, or explain."""
        items, confirmed = _chosen(self.services, tracker), tracker.get_slot("confirmed")
        if not items:
            say_not_returnable(self.services, dispatcher, order)
        elif confirmed is True:
            lines = tuple(item.line for item in items)
            reason = tracker.get_slot("return_reason") or ""
            try:
                parcel = self.services.store.request_return(
                    viewer_of(tracker), order.number, lines, reason
                )
            except OrderError:
                say_not_returnable(self.services, dispatcher, order)
                return
            dispatcher.utter_message(
                response="utter_return_announced",
                number=order.number,
                reference=parcel.reference,
                items=listing(parcel.items),
                amount=money(parcel.refund_cents, parcel.currency),
                days=rules.REFUND_WORKING_DAYS,
                buttons=[button("Return something else", "return_item", order_number=order.number)],
            )
        elif confirmed is False:
            dispatcher.utter_message(response="utter_return_dropped")


class ExchangeAction(OrderAction):
    """Sets the replacement aside after a yes; says why not when there is none."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_exchange_item"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Announce, keep, or explain."""
        items, confirmed = _chosen(self.services, tracker), tracker.get_slot("confirmed")
        if not items:
            say_not_returnable(self.services, dispatcher, order)
            return
        wanted = self._wanted(items[0], tracker.get_slot("replacement"))
        if confirmed is False:
            dispatcher.utter_message(response="utter_return_dropped")
        elif wanted is None or confirmed is not True:
            dispatcher.utter_message(
                response="utter_no_other_variant",
                item=items[0].label,
                buttons=[
                    button("Return it", "return_item", order_number=order.number),
                    person_button(),
                ],
            )
        else:
            self._announce(dispatcher, tracker, order, items[0], wanted)

    def _wanted(self, item: ItemView, label: str | None) -> VariantView | None:
        others = other_variants(self.services, item)
        return next((variant for variant in others if variant.label == label), None)

    def _announce(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        order: OrderView,
        item: ItemView,
        wanted: VariantView,
    ) -> None:
        try:
            parcel = self.services.store.request_exchange(
                viewer_of(tracker), order.number, item.line, wanted.colour, wanted.size
            )
        except OutOfStock as error:
            dispatcher.utter_message(response="utter_replacement_sold_out", variant=error.variant)
        except OrderError:
            say_not_returnable(self.services, dispatcher, order)
        else:
            dispatcher.utter_message(
                response="utter_exchange_announced",
                number=order.number,
                reference=parcel.reference,
                item=listing(parcel.items),
                replacement=listing(parcel.replacements),
            )


def match_item(text: str, items: Sequence[ItemView]) -> str | None:
    """The line that `text` names, as a number in text; ``all`` for all; None when unclear."""
    words = utils.default_process(text).split()
    if text in {str(item.line) for item in items}:
        return text
    if len(items) > 1 and _ALL_WORDS & set(words):
        return ALL_ITEMS
    labels = {item.line: f"{item.name} {item.variant}" for item in items}
    ranked = process.extract(
        text, labels, scorer=fuzz.token_set_ratio, processor=utils.default_process, limit=2
    )
    if not ranked or ranked[0][1] < 60 or (len(ranked) > 1 and ranked[1][1] > ranked[0][1] - 5):
        return None
    return str(ranked[0][2])


def narrow(text: str, others: Sequence[VariantView], item: ItemView) -> list[VariantView]:
    """The variants that `text` can mean; what it does not name stays as the item has it."""
    found = list(mentioned_variants(text, others))
    if len(found) == len(others) > 1:
        return []
    if len(found) > 1:
        own = set(item.variant.split(", "))
        same = [v for v in found if v.colour in own or v.size in own]
        return same if len(same) == 1 else found
    return found


def other_variants(services: RetailServices, item: ItemView) -> tuple[VariantView, ...]:
    """What an item can be exchanged for: other variants with enough pieces."""
    product = services.catalogue.product(item.sku)
    variants = product.variants if product else ()
    return tuple(
        v for v in variants if v.label != item.variant and v.quantity >= max(item.returnable, 1)
    )


def say_not_returnable(services: RetailServices, dispatcher: Dispatcher, order: OrderView) -> None:
    """Why nothing of an order may come back."""
    today = services.clock().date()
    reason, last_day = NotReturnableReason.ALREADY_RETURNED, None
    for item in order.items:
        try:
            rules.check_return(
                order.number, order.status, item.delivered_on, item.returnable, today
            )
        except NotReturnable as error:
            reason, last_day = error.reason, error.last_day
    dispatcher.utter_message(
        response=f"utter_not_returnable_{reason}",
        number=order.number,
        last_day=day(last_day) if last_day else "",
        days=rules.RETURN_DAYS,
        buttons=_after(reason, order.number),
    )


def _after(reason: NotReturnableReason, number: str) -> list[Button]:
    """What helps when nothing may come back."""
    match reason:
        case NotReturnableReason.NOT_DELIVERED:
            return [status_button(number), person_button()]
        case NotReturnableReason.TOO_LATE:
            return [button("Warranty", "warranty"), person_button()]
    return [refund_button(number), person_button()]


def _returnable(services: RetailServices, order: OrderView) -> tuple[ItemView, ...]:
    return returnable_items(order, services.clock().date())


def _chosen(services: RetailServices, tracker: Tracker) -> tuple[ItemView, ...]:
    """The items that the form is about so far: the named ones, or the only possible one."""
    order, wanted = current_order(services, tracker), tracker.get_slot("item")
    items = _returnable(services, order) if order else ()
    if len(items) == 1 or wanted == ALL_ITEMS:
        return items
    return tuple(item for item in items if str(item.line) == wanted)
