"""Changing a placed order: cancelling it, or sending it elsewhere."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders import rules
from dialogue.orders.addresses import (
    COUNTRIES,
    complete_address,
    looks_like_address,
    parse_address,
)
from dialogue.orders.errors import (
    AddressLocked,
    InvalidAddress,
    NotDeliveredThere,
    OrderAlreadyCancelled,
    OrderAlreadyShipped,
    OrderError,
)
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import OrderView
from dialogue.retail.changing.address_again import SENT_TO, sent_to, written
from dialogue.retail.changing.address_parts import put_right
from dialogue.retail.changing.cancelling import asks_for_refund, cancels_all, say_paid_back
from dialogue.retail.changing.part_of_order import Part, part_meant, taken_out
from dialogue.retail.changing.told_address import address_in, asks_something, read_address
from dialogue.retail.proof.identity import OrderForm, begins
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.returns import say_not_returnable
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
    once_for,
    plain_words,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT, value_before_message
from dialogue.retail.viewing.orders import ChangeAction, next_steps
from dialogue.retail.which_order.choice import may_cancel, may_change_address, may_change_contents
from dialogue.retail.wording import Wording


class CancelOrderForm(OrderForm):
    """The order, and a yes, which is not asked for when the rules forbid it anyway."""

    form = "cancel_order_form"

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Ask for a yes only when the order may be cancelled."""
        order = current_order(self.services, tracker)
        return own if order and may_cancel(order, self.services.policies) else []

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Who names a part of the order wants that alone taken out; "no, all of it" is a yes.

        Said where a yes is asked for, or by a guest before the order was proven. Where nothing can
        be taken out any more, that is said, and the yes asked for.
        """
        before, part = current_order(self.services, tracker), None
        if before is not None and tracker.get_slot(REQUESTED_SLOT) == "confirmed":
            part = part_meant(tracker, self.words(tracker), before)
            if part is not None and may_change_contents(before, self.services.policies):
                return [SlotSet(REQUESTED_SLOT, None), SlotSet("confirmed", False)]
            if part is not None:
                dispatcher.utter_message(response="utter_only_whole_order", number=before.number)
                return [SlotSet("confirmed", None)]
            if cancels_all(latest_text(tracker)):
                return [SlotSet("confirmed", True)]
        events = await super().get_validation_events(dispatcher, tracker, domain)
        order = current_order(self.services, tracker)
        if before is None and order is not None:
            part = _part_at_first(self, tracker, order)
        if order is None or part is None:
            return events
        if may_change_contents(order, self.services.policies):
            tracker.slots["confirmed"] = False
            return [*events, SlotSet("confirmed", False)]
        if may_cancel(order, self.services.policies):
            dispatcher.utter_message(response="utter_only_whole_order", number=order.number)
        return events


def _part_at_first(action: RetailAction, tracker: Tracker, order: OrderView) -> Part | None:
    """The part of the order that was named in the message that began the form."""
    begun = (tracker.active_loop or {}).get("trigger_message") or {}
    return part_meant(tracker, action.words(tracker), order, plain_words(begun.get("text") or ""))


class AskCancel(RetailAction):
    """Shows what would be cancelled and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_cancel_order_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the order, what is in it, and what is paid back; also how soon, if that is asked."""
        order, words = current_order(self.services, tracker), self.words(tracker)
        if order is not None:
            if begins(tracker) and asks_for_refund(latest_text(tracker)):
                say_paid_back(self.services, words, dispatcher, order)
            dispatcher.utter_message(
                response="utter_confirm_cancel" if order.method else "utter_confirm_cancel_unpaid",
                number=order.number,
                contents=words.contents(order),
                total=words.money(order.total_cents, order.currency),
            )
        return []


class CancelOrderAction(ChangeAction):
    """Cancels after a yes; says why not, and what can be done instead, when it is too late."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_cancel_order"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Where a part of it was named, that is taken out instead."""
        order = current_order(self.services, tracker)
        kept = order is not None and tracker.get_slot("confirmed") is False
        if not kept or order is None or not may_change_contents(order, self.services.policies):
            return super().run(dispatcher, tracker, domain)
        part = part_meant(tracker, self.words(tracker), order)
        part = part or _part_at_first(self, tracker, order)
        if part is None:
            return super().run(dispatcher, tracker, domain)
        return taken_out(tracker, order, part)

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Cancel, keep, or explain."""
        confirmed, words = tracker.get_slot("confirmed"), self.words(tracker)
        if confirmed is False:
            dispatcher.utter_message(response="utter_order_kept", number=order.number)
            return
        try:
            if confirmed is not True:
                rules.check_cancel(order.number, order.status, self.services.policies)
                return
            done = self.services.store.cancel(
                viewer_of(tracker), order.number, once_for(tracker, order)
            )
        except OrderError as error:
            say_why_not(self.services, words, dispatcher, error, order)
            return
        taken_again = order.status is OrderStatus.CANCELLED  # a turn whose answer was lost
        back = done.refunds if taken_again else done.refunds[len(order.refunds) :]
        dispatcher.utter_message(
            response="utter_order_cancelled" if back else "utter_order_cancelled_unpaid",
            number=order.number,
            amount=words.money(sum(refund.amount_cents for refund in back), order.currency),
            method=words.listing(words.term(refund.method) for refund in back),
            expected=words.day(max(r.expected_by for r in back if r.expected_by)) if back else "",
        )


class ChangeAddressForm(OrderForm):
    """The order, a complete address, and a yes."""

    form = "change_address_form"

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Ask for an address only when it may still change."""
        order = current_order(self.services, tracker)
        return own if order and may_change_address(order, self.services.policies) else []

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Also what a guest wrote before the order was proven, read once it is."""
        before = current_order(self.services, tracker)
        events = await super().get_validation_events(dispatcher, tracker, domain)
        order, told = current_order(self.services, tracker), tracker.get_slot("new_address")
        asked = tracker.get_slot(REQUESTED_SLOT) == "new_address"
        if asked and told is not None and asks_something(latest_text(tracker)):
            return [*events, SlotSet("new_address", None)]  # a question is no address
        if before is None and order is not None and told is not None:
            read = None
            try:
                read = str(complete_address(str(told), order.address.country))
            except InvalidAddress as error:
                say_what_it_lacks(self.words(tracker), dispatcher, error)
            tracker.slots["new_address"] = read
            events.append(SlotSet("new_address", read))
        return events

    async def get_extraction_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """A postcode that is put right is no order's number."""
        if self._put_right(tracker) is not None:
            tracker.slots["order_number"] = value_before_message(tracker, "order_number")
        return await super().get_extraction_events(dispatcher, tracker, domain)

    def extract_order_number(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """None in a correction of the address."""
        if self._put_right(tracker) is not None:
            return {"order_number": value_before_message(tracker, "order_number")}
        return super().extract_order_number(dispatcher, tracker, domain)

    def _put_right(self, tracker: Tracker) -> str | None:
        """The address that was asked about, with the part that the latest message corrects."""
        known = value_before_message(tracker, "new_address")
        asked = tracker.get_slot(REQUESTED_SLOT) == "confirmed" and known is not None
        number = str(value_before_message(tracker, "order_number"))
        text = latest_text(tracker)
        return put_right(str(known), text) if asked and number not in text else None

    def extract_new_address(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A complete address is the answer whatever its words were taken for; also in the wish.

        So is a part of the one that was asked about, which is put right.
        """
        right = self._put_right(tracker)
        if right is not None:
            return {"new_address": right}
        asked = tracker.get_slot(REQUESTED_SLOT) in ("new_address", "confirmed")
        begins = latest_intent(tracker) == "change_address" and address_in(tracker) is not None
        text = latest_text(tracker)
        return {"new_address": text} if begins or (asked and looks_like_address(text)) else {}

    def validate_new_address(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """The address as we read it, with its country; what is missing is named."""
        order = current_order(self.services, tracker)
        if order is None:  # kept until the order is proven, which tells the country
            return {"new_address": address_in(tracker)}
        try:
            return {"new_address": read_address(tracker, str(value), order.address.country)}
        except InvalidAddress as error:
            say_what_it_lacks(self.words(tracker), dispatcher, error)
            return {"new_address": None}


class AskChangeAddress(RetailAction):
    """Shows where the order would go and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_change_address_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the order and the new address, as the customer has just typed it."""
        order = current_order(self.services, tracker)
        if order is not None:
            dispatcher.utter_message(
                response="utter_confirm_address",
                number=order.number,
                address=self.words(tracker).address(str(tracker.get_slot("new_address"))),
            )
        return []


class ChangeAddressAction(ChangeAction):
    """Changes the address after a yes; says why not when it is too late."""

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """What it was and what it is now is kept, should the customer think again."""
        order, typed = current_order(self.services, tracker), tracker.get_slot("new_address")
        events = super().run(dispatcher, tracker, domain)
        done = any(one.get("response") == "utter_address_changed" for one in dispatcher.messages)
        if not done or order is None:
            return events
        owner = viewer_of(tracker).signed_in  # a guest's view has the address covered
        before = written(order.address) if owner else sent_to(tracker, order.number).get("now")
        by = tracker.get_slot("customer_id")
        known = {"number": order.number, "by": by, "before": before, "now": typed}
        return [*events, SlotSet(SENT_TO, known)]

    def name(self) -> str:
        """Rasa's name."""
        return "action_change_address"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Change, keep, or explain."""
        confirmed, typed = tracker.get_slot("confirmed"), tracker.get_slot("new_address")
        words = self.words(tracker)
        if confirmed is False:
            dispatcher.utter_message(response="utter_address_kept", number=order.number)
            return
        try:
            if confirmed is not True or typed is None:
                rules.check_address_change(order.number, order.status, self.services.policies)
                return
            self.services.store.change_address(
                viewer_of(tracker), order.number, parse_address(typed), once_for(tracker, order)
            )
        except AddressLocked:
            dispatcher.utter_message(
                response="utter_address_locked",
                number=order.number,
                buttons=next_steps(self.services, words, order),
            )
        except OrderError as error:
            say_why_not(self.services, words, dispatcher, error, order)
        else:
            dispatcher.utter_message(
                response="utter_address_changed",
                number=order.number,
                address=words.address(typed),
            )


def say_what_it_lacks(words: Wording, dispatcher: Dispatcher, error: InvalidAddress) -> None:
    """What is missing of an address, or where we deliver when it is elsewhere."""
    if isinstance(error, NotDeliveredThere):
        countries = sorted(words.locale.territories[code] for code in COUNTRIES)
        dispatcher.utter_message(
            response="utter_not_delivered_there",
            countries=words.listing(countries),
            buttons=[words.button("never_mind", "stop"), words.person_button()],
        )
    else:
        missing = words.listing(map(words.term, error.missing))
        dispatcher.utter_message(response="utter_address_incomplete", missing=missing)


def say_why_not(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    error: OrderError,
    order: OrderView,
) -> None:
    """Why an order cannot be changed any more, and what can be done instead."""
    number = order.number
    facts = {
        "number": number,
        "status": words.status(order),
        "expected": words.day(order.expected_on),
        "delivered": words.day(order.delivered_on) if order.delivered_on else "",
        "days": services.policies.returns.days,
        "last_day": (
            words.day(rules.last_return_day(order.delivered_on, services.policies))
            if order.delivered_on
            else ""
        ),
    }
    match error:
        case OrderAlreadyCancelled():
            dispatcher.utter_message(
                response="utter_already_cancelled", **facts, buttons=[words.refund_button(number)]
            )
        case OrderAlreadyShipped(status=OrderStatus.DELIVERED):
            if not returnable(services, order):
                dispatcher.utter_message(response="utter_delivered_before", **facts)
                say_not_returnable(services, words, dispatcher, order)
                return
            dispatcher.utter_message(
                response="utter_already_delivered",
                **facts,
                buttons=[
                    words.button("return", "return_item", order_number=number),
                    words.button("exchange", "exchange_item", order_number=number),
                    words.person_button(),
                ],
            )
        case OrderAlreadyShipped(status=OrderStatus.RETURNED):
            dispatcher.utter_message(
                response="utter_already_returned", **facts, buttons=[words.refund_button(number)]
            )
        case OrderAlreadyShipped():
            dispatcher.utter_message(
                response="utter_already_shipped",
                **facts,
                buttons=[
                    words.status_button(number),
                    words.button("return_policy", "return_policy"),
                    words.person_button(),
                ],
            )
        case _:
            dispatcher.utter_message(
                response="utter_order_changed_meanwhile",
                **facts,
                buttons=[words.status_button(number)],
            )
