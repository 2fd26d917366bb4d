"""Changing what is in an order while it is in the warehouse: fewer, another variant, or less."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders import rules
from dialogue.orders.errors import OrderError, OutOfStock
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import ItemView, OrderView, VariantView
from dialogue.retail.changing.and_another import another_change, changes_wait, several_changes
from dialogue.retail.changing.both_changes import both_said, parts_of
from dialogue.retail.changing.cancelling import cancels_all, say_for_good
from dialogue.retail.changing.changes import say_why_not
from dialogue.retail.changing.more_or_less import (
    ADD,
    REMOVE,
    more_or_less,
    pieces_before,
    said_change,
    so_many,
    wants_more,
)
from dialogue.retail.changing.no_more import say_no_more, say_no_more_pieces
from dialogue.retail.goods.variants import (
    colour_and_size,
    named_variant,
    say_sold_out,
    variant_in,
    wanted_at_once,
)
from dialogue.retail.returning.items import (
    PIECES,
    ItemForm,
    changeable,
    chosen_pieces,
)
from dialogue.retail.returning.picking import (
    Picked,
    WrongNumber,
    by_variant,
    decoded,
    mentioned,
    named_in,
    pick,
)
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
    once_for,
    viewer_of,
)
from dialogue.retail.talk.correcting import corrects, left_of_no, meant_in, said_beside_yes
from dialogue.retail.task_slots import value_before_message
from dialogue.retail.viewing.orders import ChangeAction, next_steps
from dialogue.retail.which_order.choice import may_change_contents

MAX_CHANGE = 300
# What has not left is changed instead of swapped, and loses a line instead of being cancelled.
_BEGIN = ("modify_order", "exchange_item", "cancel_order")
_ONLY = re.compile(r"\b(?:only|just|instead|down|make|reduce|to)\b|只|改成|改为", re.IGNORECASE)
_REMOVED = re.compile(rf"{REMOVE}(?: (\d{{1,4}}))?")  # the line, or so many of its pieces


@dataclass(frozen=True, slots=True)
class Change:
    """What a line becomes: so many pieces of a variant; none for a line that is taken out."""

    item: ItemView
    quantity: int
    variant: VariantView | None = None


class ModifyOrderForm(ItemForm):
    """The order, which line, what shall become of it, and a yes."""

    form = "modify_order_form"

    def possible(self, order: OrderView) -> tuple[ItemView, ...]:
        """All lines, as long as the order may change."""
        return changeable(self.services, order)

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Nothing is asked of who wants more, which needs another payment, or the last one out."""
        if tracker.get_slot("change") == ADD:
            return []
        needed = super().slots_for(tracker, own)
        order, change = current_order(self.services, tracker), change_of(self.services, tracker)
        if order is not None and change is not None and _empties(order, change):
            return [slot for slot in needed if slot != "confirmed"]
        return needed

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Who says "no, all of it" to a part that is to go, says no to that part."""
        asked, change = tracker.get_slot("requested_slot"), tracker.get_slot("change")
        if asked == "confirmed" and change == REMOVE and cancels_all(latest_text(tracker)):
            return [SlotSet("requested_slot", None), SlotSet("confirmed", False)]
        if asked == "confirmed" and (later := self._also_changed(tracker)):
            agreed = said_beside_yes(latest_text(tracker)) is not None or None
            if not agreed:
                dispatcher.utter_message(response="utter_change_next")
            tracker.slots["confirmed"] = agreed
            return [*later, SlotSet("confirmed", agreed)]
        if asked == "confirmed" and (both := self._both(tracker)):
            tracker.slots.update(change=both, confirmed=None)
            return [SlotSet("change", both), SlotSet("confirmed", None)]
        if asked in (None, "item", "change") and (several := self._several_told(tracker)):
            return several
        known = value_before_message(tracker, "order_number")
        events = await super().get_validation_events(dispatcher, tracker, domain)
        order = current_order(self.services, tracker)
        if asked != "order_number" or known or order is None or tracker.get_slot("change"):
            return events
        return [*events, *self._told_with_order(tracker)]

    def _several_told(self, tracker: Tracker) -> Events:
        """Of several changes in one message the first now; the others wait for their turn."""
        order, text = current_order(self.services, tracker), latest_text(tracker)
        if order is None or not text:
            return []
        before = chosen_pieces(self.possible(order), value_before_message(tracker, "item"), None)
        present, words = before[0][0] if len(before) == 1 else None, self.words(tracker)
        told = several_changes(self.services, words, text, self.possible(order), present)
        if len(told) < 2:
            return []
        (item, change), *_ = told
        tracker.slots.update(item=item, change=change)
        waiting = changes_wait(tracker, order, told[1:])
        return [SlotSet("item", item), SlotSet("change", change), *waiting]

    def _also_changed(self, tracker: Tracker) -> Events:
        """What keeps another change that a yes is said with."""
        order, item = current_order(self.services, tracker), item_of(self.services, tracker)
        if order is None or item is None:
            return []
        words, items = self.words(tracker), self.possible(order)
        return another_change(self.services, words, tracker, order, items, item)

    def _both(self, tracker: Tracker) -> str | None:
        """The change that is asked about, and what the latest message changes beside it."""
        item, change = item_of(self.services, tracker), tracker.get_slot("change")
        if item is None or not latest_text(tracker):
            return None
        words, items = self.words(tracker), self.items(tracker)
        both = both_said(self.services, words, latest_text(tracker), items, item, change)
        return None if both == change else both

    def _told_with_order(self, tracker: Tracker) -> Events:
        """Also the item and its change, in the message that says which order is meant."""
        item = None if tracker.get_slot("item") else self.said_item(tracker)
        change = more_or_less(latest_text(tracker)) or self.named_change(tracker)
        told = {"item": str(item.line) if item else None, "change": change}
        for name, value in told.items():
            if value is not None:
                tracker.slots[name] = value
        return [SlotSet(name, value) for name, value in told.items() if value is not None]

    def extract_change(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """What the very wish says: "add a mug", "take the socks out"."""
        begins = latest_intent(tracker) in _BEGIN and not tracker.get_slot("requested_slot")
        text = latest_text(tracker)
        if corrects(tracker) and tracker.get_slot("requested_slot") == "confirmed":
            item = item_of(self.services, tracker)
            words = self.words(tracker).in_records(meant_in(text))
            wanted = named_variant(self.services, words, item) if item else None
            is_count = item is not None and PIECES.fullmatch(words) is not None
            return {"change": words} if wanted is not None or is_count else {}
        if tracker.get_slot("requested_slot") == "item":
            change = more_or_less(text) or self.named_change(tracker)
            return {"change": change} if change else {}
        if not begins or tracker.get_slot("change"):
            return {}
        change = more_or_less(text) or self.named_change(tracker)
        return {"change": change} if change else {}

    def extract_item(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        """Also another item than the one whose change is asked for: that is gone on with."""
        if tracker.get_slot("requested_slot") == "change" and not corrects(tracker):
            present, other = item_of(self.services, tracker), self.said_item(tracker)
            if present is not None and other is not None and other.line != present.line:
                return {"item": str(other.line)}
        return super().extract_item(dispatcher, tracker, domain)

    def named(self, said: str, possible: tuple[ItemView, ...]) -> Picked | WrongNumber | None:
        """Of several that are named, the one of so many pieces: "the shirts, 2 instead of 3"."""
        had = pieces_before(said)
        of_so_many = [one for one in possible if one.quantity == had]
        if len(of_so_many) == 1 and mentioned(said, of_so_many):
            return Picked({of_so_many[0].line: None})
        return super().named(said, possible)

    def said_item(self, tracker: Tracker) -> ItemView | None:
        """The one item that the latest message names, or points at by its colour or size."""
        possible, text = self.items(tracker), latest_text(tracker)[:MAX_CHANGE]
        said = self.words(tracker).in_records(meant_in(text))
        found = named_in(said, possible)
        if isinstance(found, WrongNumber):
            return found.item
        if not isinstance(found, Picked):
            return by_variant(said, possible)
        named = [item for item in possible if item.line in found.pieces]
        return named[0] if len(named) == 1 else None

    def named_change(self, tracker: Tracker) -> str | None:
        """Another variant, or so many pieces, that the very wish names with its item."""
        begun, text = self.begun_with(tracker), latest_text(tracker)[:MAX_CHANGE]
        of_it = [item for item in self.items(tracker) if begun and item.line in begun.pieces]
        named = of_it[0] if len(of_it) == 1 else None
        item = named or (self.said_item(tracker) if begun is None else None)
        if item is None:
            return None
        of_it, said = [item], self.words(tracker).in_records(meant_in(text))
        if both := both_said(self.services, self.words(tracker), text, self.items(tracker), item):
            return both
        variant = wanted_at_once(self.services, said, item)
        if variant is not None:  # "in 42 instead of 41" is a size
            return variant.label
        if wants_more(text, item.quantity):
            return ADD
        if count := so_many(text):
            return ADD if count > item.quantity else str(count)
        meant = pick(mentioned(said, of_it), of_it)
        count = meant.pieces.get(item.line) if isinstance(meant, Picked) else None
        fewer = count is not None and count < item.quantity and _ONLY.search(text)
        return str(count) if fewer else None

    def validate_item(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """One line at a time."""
        if more_or_less(latest_text(tracker)) == ADD and self.said_item(tracker) is None:
            return {"item": None}  # nothing can be added, which is said then
        found = super().validate_item(value, dispatcher, tracker, domain)
        if len(decoded(found["item"])) > 1:
            dispatcher.utter_message(response="utter_one_line_at_a_time")
            return {"item": None}
        return found

    def validate_change(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Taken out, so many pieces, or another variant that is there."""
        words = self.words(tracker)
        text = words.in_records(str(value)[:MAX_CHANGE])
        if text == ADD or _REMOVED.fullmatch(text) or all(parts_of(text)):
            return {"change": text}
        item = item_of(self.services, tracker) or self.said_item(tracker)
        if item is None:
            return {"change": None}
        if both := both_said(self.services, words, text, self.items(tracker), item):
            return {"change": both}
        wanted = named_variant(self.services, words.in_records(left_of_no(text)), item)
        if wanted is not None:
            if wanted.quantity >= item.quantity:
                if wants_more(text, item.quantity):
                    say_no_more_pieces(words, dispatcher, item)
                return {"change": wanted.label}
            say_sold_out(words, dispatcher, item, wanted, item.quantity, may_return=False)
            return {"change": None}
        change = said_change(text, item.quantity)
        if change is None:
            several = item.quantity > 1
            dispatcher.utter_message(
                response="utter_change_unclear" if several else "utter_change_unclear_one",
                left=item.quantity - 1,
            )
        return {"change": change}


class ModifyOrderAction(ChangeAction):
    """Changes a line after a yes; says what else can be done when that is not possible."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_modify_order"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Who wanted a part taken out and now says all of it, is asked whether to cancel."""
        events = super().run(dispatcher, tracker, domain)
        if tracker.get_slot("change") != REMOVE or not cancels_all(latest_text(tracker)):
            return events
        dispatcher.messages.clear()  # that all of it stays
        return [*events, FollowupAction("cancel_order_form")]

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Change, keep, or explain."""
        change, confirmed = change_of(self.services, tracker), tracker.get_slot("confirmed")
        if confirmed is False:
            dispatcher.utter_message(response="utter_order_kept", number=order.number)
        elif change is not None and _empties(order, change):
            dispatcher.utter_message(
                response="utter_nothing_would_be_left",
                number=order.number,
                buttons=next_steps(self.services, self.words(tracker), order),
            )
        elif change is None or confirmed is None:
            self._explain(dispatcher, tracker, order)
        else:
            self._do(dispatcher, tracker, order, change)

    def _do(
        self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView, change: Change
    ) -> None:
        colour, size = colour_and_size(self.services, change.item, change.variant)
        words = self.words(tracker)
        try:
            done = self.services.store.change_contents(
                viewer_of(tracker),
                order.number,
                change.item.line,
                change.quantity,
                colour,
                size,
                once_for(tracker, order),
            )
        except OutOfStock:
            if change.variant is not None:
                say_sold_out(
                    words,
                    dispatcher,
                    change.item,
                    change.variant,
                    change.quantity,
                    may_return=False,
                )
            return
        except OrderError as error:  # it was possible when the order was read
            say_why_not(self.services, words, dispatcher, error, order)
            return
        back = done.refunds[len(order.refunds) :]
        dispatcher.utter_message(
            response="utter_order_changed_refund" if back else "utter_order_changed",
            number=order.number,
            contents=words.items(item.label for item in done.items),
            amount=words.money(sum(refund.amount_cents for refund in back), order.currency),
            method=words.listing(words.term(refund.method) for refund in back),
            expected=words.day(max(r.expected_by for r in back if r.expected_by)) if back else "",
            buttons=next_steps(self.services, words, done),
        )

    def _explain(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """What is possible in the order's state."""
        words = self.words(tracker)
        if may_change_contents(order, self.services.policies):
            item = item_of(self.services, tracker)
            say_no_more(self.services, words, dispatcher, order, item, latest_text(tracker))
            return
        if order.status is OrderStatus.CANCELLED:
            say_for_good(words, dispatcher, order)
            return
        if order.status in rules.IN_WAREHOUSE:
            response = "utter_modify_open"
        else:
            response = "utter_modify_too_late"
        dispatcher.utter_message(
            response=response,
            number=order.number,
            status=words.status(order),
            buttons=next_steps(self.services, words, order),
        )


def item_of(services: RetailServices, tracker: Tracker) -> ItemView | None:
    """The line that shall change, as far as it is known."""
    order = current_order(services, tracker)
    possible = changeable(services, order) if order else ()
    chosen = chosen_pieces(possible, tracker.get_slot("item"), None)
    return chosen[0][0] if len(chosen) == 1 else None


def change_of(services: RetailServices, tracker: Tracker) -> Change | None:
    """What the form has found out, if it is a change that we make."""
    item, wanted = item_of(services, tracker), tracker.get_slot("change")
    if item is None or wanted is None or wanted == ADD:
        return None
    if removed := _REMOVED.fullmatch(wanted):
        pieces = int(removed[1] or 0) or decoded(tracker.get_slot("item")).get(item.line)
        return Change(item, max(0, item.quantity - (pieces or item.quantity)))
    count, label = parts_of(wanted)
    variant = variant_in(services, label, item) if label else None
    if (label and variant is None) or (count or 0) > item.quantity:
        return None
    return Change(item, item.quantity if count is None else count, variant)


def _empties(order: OrderView, change: Change) -> bool:
    return change.quantity == 0 and len(order.items) == 1
