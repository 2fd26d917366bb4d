"""Sending something back: for the money, or for another size or colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders import rules
from dialogue.orders.errors import (
    ChangedMeanwhile,
    NotReturnable,
    NotReturnableReason,
    OrderError,
    OutOfStock,
)
from dialogue.orders.reasons import reason_in
from dialogue.orders.search import mentioned_variants
from dialogue.orders.views import ItemView, OrderView, VariantView
from dialogue.retail.correcting import corrects, meant_in
from dialogue.retail.items import Chosen, ItemForm, chosen_pieces, returnable
from dialogue.retail.orders import ChangeAction
from dialogue.retail.picking import decoded
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_text,
    once_for,
    plain_words,
    viewer_of,
)
from dialogue.retail.wording import Button, Wording, button

MAX_REASON = 500


class ReturnForm(ItemForm):
    """The order, what of it, why, and a yes."""

    form = "return_form"

    def possible(self, order: OrderView) -> tuple[ItemView, ...]:
        """What may come back today."""
        return returnable(self.services, order)

    def validate_return_reason(
        self, value: Any, _dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Any reason will do."""
        return {"return_reason": plain_words(value)[:MAX_REASON] or None}


class ExchangeForm(ItemForm):
    """The order, which item, for which other variant, and a yes."""

    form = "exchange_form"

    def possible(self, order: OrderView) -> tuple[ItemView, ...]:
        """What may come back today."""
        return returnable(self.services, order)

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Without another variant to be had there is nothing to choose and to confirm."""
        needed = super().slots_for(tracker, own)
        chosen = _chosen(self.services, tracker)
        if len(chosen) != 1 or other_variants(self.services, chosen[0][0]):
            return needed
        return [slot for slot in needed if slot == "item"]

    def validate_item(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """One item at a time; each is exchanged for something of its own."""
        found = super().validate_item(value, dispatcher, tracker, domain)
        if len(decoded(found["item"])) > 1:
            dispatcher.utter_message(response="utter_one_item_at_a_time")
            return {"item": None}
        return found

    def extract_replacement(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Another variant than the one chosen before: "actually size L"."""
        chosen = _chosen(self.services, tracker)
        if not corrects(tracker) or tracker.get_slot("requested_slot") != "confirmed":
            return {}
        words = meant_in(latest_text(tracker))
        said = self.words(tracker).in_records(words)
        found = variant_in(self.services, said, chosen[0][0]) if len(chosen) == 1 else None
        if found is None or found.label == tracker.get_slot("replacement"):
            return {}
        return {"replacement": said}

    def validate_replacement(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """The one variant that the words can mean, if there are enough pieces of it."""
        chosen = _chosen(self.services, tracker)
        if len(chosen) != 1:
            return {"replacement": None}
        item, pieces = chosen[0]
        words = self.words(tracker)
        found = variant_in(self.services, words.in_records(meant_in(str(value))), item)
        if found is None or _differs(tracker, found):
            dispatcher.utter_message(response="utter_replacement_unclear")
            found = None
        elif found.quantity < pieces:
            say_sold_out(words, dispatcher, item, found, pieces)
            found = None
        return {"replacement": found.label if found else None}


class AskReplacement(RetailAction):
    """Asks for which variant, with those in stock as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_replacement"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """At most twelve buttons; more can be named."""
        words = self.words(tracker)
        for item, pieces in _chosen(self.services, tracker)[:1]:
            others = other_variants(self.services, item, pieces)
            dispatcher.utter_message(
                response="utter_ask_which_replacement" if others else "utter_none_has_so_many",
                item=words.item(item.pieces(pieces)),
                buttons=[
                    button(words.variant(v.label), "inform", replacement=v.label)
                    for v in others[:12]
                ],
            )
        return []


class AskReturn(RetailAction):
    """Shows what would come back, what it costs and pays, and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_return_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the pieces, in what state they must be, who pays the way, and the refund."""
        order, chosen = current_order(self.services, tracker), _chosen(self.services, tracker)
        if order is None:
            return []
        policies, words = self.services.policies, self.words(tracker)
        worth = sum(
            rules.item_refund_cents(
                item.unit_cents, pieces, order.subtotal_cents, order.discount_cents
            )
            for item, pieces in chosen
        )
        postage = rules.postage_cents(
            reason_in(tracker.get_slot("return_reason") or ""),
            worth,
            viewer_of(tracker).signed_in,
            policies,
        )
        for item, pieces in chosen:
            condition = rules.return_condition(item.article, policies)
            if condition is not None:
                dispatcher.utter_message(
                    response=f"utter_only_{condition}", item=words.item(item.pieces(pieces))
                )
        dispatcher.utter_message(
            response="utter_confirm_return_postage" if postage else "utter_confirm_return",
            number=order.number,
            items=words.items(item.pieces(pieces) for item, pieces in chosen),
            amount=words.money(worth - postage, order.currency),
            worth=words.money(worth, order.currency),
            postage=words.money(postage, order.currency),
            method=words.term(order.method),
        )
        return []


class AskExchange(RetailAction):
    """Shows what would be swapped for what and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_exchange_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the item and its replacement."""
        words = self.words(tracker)
        for item, pieces in _chosen(self.services, tracker)[:1]:
            dispatcher.utter_message(
                response="utter_confirm_exchange",
                item=words.item(item.pieces(pieces)),
                replacement=words.variant(str(tracker.get_slot("replacement"))),
            )
        return []


class ReturnAction(ChangeAction):
    """Announces the return after a yes; says why not when the rules forbid it."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_return_items"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Announce, keep, or explain."""
        chosen, confirmed = _chosen(self.services, tracker), tracker.get_slot("confirmed")
        words = self.words(tracker)
        if confirmed is False:
            dispatcher.utter_message(response="utter_return_dropped")
        elif confirmed is not True:
            if not chosen:
                say_not_returnable(self.services, words, dispatcher, order)
        else:  # of a turn that is taken again nothing is left to choose, and the key knows
            reason = tracker.get_slot("return_reason") or ""
            try:
                parcel = self.services.store.request_return(
                    viewer_of(tracker),
                    order.number,
                    {item.line: pieces for item, pieces in chosen},
                    reason,
                    once_for(tracker, order),
                )
            except OrderError as error:
                _say_why_not(self.services, words, dispatcher, error, order)
                return
            dispatcher.utter_message(
                response=(
                    "utter_return_announced_postage"
                    if parcel.postage_cents
                    else "utter_return_announced"
                ),
                number=order.number,
                reference=parcel.reference,
                items=words.items(parcel.items),
                amount=words.money(parcel.refund_cents, parcel.currency),
                postage=words.money(parcel.postage_cents, parcel.currency),
                method=words.term(order.method),
                days=self.services.policies.refunds.days_for(order.method),
                buttons=[words.button("return_else", "return_item", order_number=order.number)],
            )


class ExchangeAction(ChangeAction):
    """Sets the replacement aside after a yes; says why not when there is none."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_exchange_item"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Announce, keep, or explain."""
        chosen, confirmed = _chosen(self.services, tracker), tracker.get_slot("confirmed")
        words = self.words(tracker)
        if confirmed is False:
            dispatcher.utter_message(response="utter_return_dropped")
            return
        if not chosen:
            if confirmed is True:  # nothing is left in a turn that is taken again: the key knows
                self._announce(dispatcher, tracker, order, None, 0, None)
            else:
                say_not_returnable(self.services, words, dispatcher, order)
            return
        item, pieces = chosen[0]
        wanted = self._wanted(item, pieces, tracker.get_slot("replacement"))
        if wanted is None or confirmed is not True:
            dispatcher.utter_message(
                response="utter_no_other_variant",
                item=words.item(item.label),
                buttons=[
                    words.button("return_it", "return_item", order_number=order.number),
                    words.button("when_there_is", "back_in_stock", product=item.sku),
                    words.person_button(),
                ],
            )
        else:
            self._announce(dispatcher, tracker, order, item, pieces, wanted)

    def _wanted(self, item: ItemView, pieces: int, label: str | None) -> VariantView | None:
        others = other_variants(self.services, item, pieces)
        return next((variant for variant in others if variant.label == label), None)

    def _announce(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        order: OrderView,
        item: ItemView | None,
        pieces: int,
        wanted: VariantView | None,
    ) -> None:
        words = self.words(tracker)
        try:
            parcel = self.services.store.request_exchange(
                viewer_of(tracker),
                order.number,
                item.line if item else 0,
                wanted.colour if wanted else "",
                wanted.size if wanted else "",
                pieces,
                once_for(tracker, order),
            )
        except OrderError as error:
            if isinstance(error, OutOfStock) and item is not None and wanted is not None:
                say_sold_out(words, dispatcher, item, wanted, pieces)
            else:
                _say_why_not(self.services, words, dispatcher, error, order)
        else:
            dispatcher.utter_message(
                response="utter_exchange_announced",
                number=order.number,
                reference=parcel.reference,
                item=words.items(parcel.items),
                replacement=words.items(parcel.replacements),
                days=self.services.policies.returns.replacement_kept_days,
            )


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


def variants_of(services: RetailServices, item: ItemView) -> tuple[VariantView, ...]:
    """The other variants of an item's article, in stock or not."""
    product = services.catalogue.product(item.sku)
    variants = product.variants if product else ()
    return tuple(variant for variant in variants if variant.label != item.variant)


def other_variants(
    services: RetailServices, item: ItemView, pieces: int = 1
) -> tuple[VariantView, ...]:
    """What an item can be exchanged for: other variants with enough pieces."""
    return tuple(v for v in variants_of(services, item) if v.quantity >= pieces)


def _differs(tracker: Tracker, variant: VariantView) -> bool:
    """Whether the latest message wants a colour that this variant, though the only one, lacks."""
    wanted = [
        str(entity.get("value")).casefold()
        for entity in (tracker.latest_message or {}).get("entities") or []
        if entity.get("entity") == "colour" and entity.get("role") != "current"
    ]
    return bool(wanted) and not any(colour in variant.colour.casefold() for colour in wanted)


def variant_in(services: RetailServices, text: str, item: ItemView) -> VariantView | None:
    """The one other variant that the text names; of several, the one that is in stock."""
    others = variants_of(services, item)
    exact = [v for v in others if v.label == text]
    found = exact or narrow(text, [v for v in others if v.quantity], item)
    if len(found) != 1 and not exact:
        found = narrow(text, others, item)
    return found[0] if len(found) == 1 else None


def say_sold_out(
    words: Wording, dispatcher: Dispatcher, item: ItemView, wanted: VariantView, pieces: int = 1
) -> None:
    """The wanted variant is not there: an alert, or the money, or another one."""
    dispatcher.utter_message(
        response="utter_variant_too_few" if wanted.quantity else "utter_replacement_sold_out",
        variant=words.variant(wanted.label),
        item=item.name,
        left=wanted.quantity,
        pieces=pieces,
        buttons=[
            words.button(
                "back_in_stock",
                "back_in_stock",
                product=item.sku,
                colour=wanted.colour,
                size=wanted.size,
            ),
            words.button("return_instead", "return_item", item=str(item.line)),
        ],
    )


def say_not_returnable(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView
) -> None:
    """Why nothing of an order may come back."""
    today = services.clock().date()
    reason, last_day = NotReturnableReason.ALREADY_RETURNED, None
    for item in order.items:
        try:
            rules.check_return(
                order.number,
                order.status,
                item.delivered_on,
                item.returnable,
                today,
                services.policies,
                item.article,
            )
        except NotReturnable as error:
            reason, last_day = error.reason, error.last_day
    dispatcher.utter_message(
        response=f"utter_not_returnable_{reason}",
        number=order.number,
        last_day=words.day(last_day) if last_day else "",
        days=services.policies.returns.days,
        buttons=_after(words, reason, order.number),
    )


def _say_why_not(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    error: OrderError,
    order: OrderView,
) -> None:
    if isinstance(error, ChangedMeanwhile):
        dispatcher.utter_message(
            response="utter_order_changed_meanwhile",
            number=order.number,
            buttons=[words.status_button(order.number)],
        )
    else:
        say_not_returnable(services, words, dispatcher, order)


def _after(words: Wording, reason: NotReturnableReason, number: str) -> list[Button]:
    """What helps when nothing may come back."""
    match reason:
        case NotReturnableReason.NOT_DELIVERED:
            return [words.status_button(number), words.person_button()]
        case NotReturnableReason.TOO_LATE:
            return [words.button("warranty", "warranty"), words.person_button()]
    return [words.refund_button(number), words.person_button()]


def _chosen(services: RetailServices, tracker: Tracker) -> Chosen:
    """The pieces that the form is about so far."""
    order = current_order(services, tracker)
    return chosen_pieces(
        returnable(services, order) if order else (),
        tracker.get_slot("item"),
        tracker.get_slot("pieces"),
    )
