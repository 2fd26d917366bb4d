"""Cancelling a placed order, and why an order cannot be changed any more."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders import rules
from dialogue.orders.errors import (
    OrderAlreadyCancelled,
    OrderAlreadyShipped,
    OrderError,
)
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import OrderView
from dialogue.retail.changing.cancelling import (
    agrees,
    asks_for_refund,
    asks_until,
    cancels_all,
    regrets,
    say_for_good,
    say_paid_back,
)
from dialogue.retail.changing.part_of_order import Part, part_meant, taken_out
from dialogue.retail.proof.identity import begins
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
from dialogue.retail.talk.correcting import agrees_to_lose
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.viewing.orders import ChangeAction
from dialogue.retail.which_order.by_goods import OrderByGoods
from dialogue.retail.which_order.choice import may_cancel, may_change_contents
from dialogue.retail.wording import Wording

# What a yes with its why may be taken for.
_MAY_MEAN_YES = frozenset({"affirm", "cancel_order", "deny", "inform", "nlu_fallback", "stop"})


class CancelOrderForm(OrderByGoods):
    """The order, and a yes, which is not asked for when the rules forbid it anyway."""

    form = "cancel_order_form"

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Ask for a yes only when the order may be cancelled."""
        order = current_order(self.services, tracker)
        return own if order and may_cancel(order, self.services.policies) else []

    def extract_confirmed(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """That it is not wanted any more is only why: "yes cancel it, I don't want it"."""
        found = super().extract_confirmed(dispatcher, tracker, domain)
        asked = tracker.get_slot(REQUESTED_SLOT) == "confirmed" and not begins(tracker)
        mean = latest_intent(tracker) in _MAY_MEAN_YES
        if found or not asked or not mean:
            return found
        return {"confirmed": True} if agrees_to_lose(latest_text(tracker)) else {}

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Who names a part of the order wants that alone taken out; "no, all of it" is a yes.

        Said where a yes is asked for, or by a guest before the order was proven. Where nothing can
        be taken out any more, that is said, and the yes asked for.
        """
        before, part = current_order(self.services, tracker), None
        asked = tracker.get_slot(REQUESTED_SLOT) == "confirmed"
        if before is not None and asked and not self.other_order(tracker):
            part = part_meant(tracker, self.words(tracker), before)
            if part is not None and may_change_contents(before, self.services.policies):
                return [SlotSet(REQUESTED_SLOT, None), SlotSet("confirmed", False)]
            if part is not None:
                dispatcher.utter_message(response="utter_only_whole_order", number=before.number)
                return [SlotSet("confirmed", None)]
            if cancels_all(latest_text(tracker)) or agrees(latest_text(tracker)):
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
            said = latest_text(tracker)
            if begins(tracker) and asks_until(said):
                stage = self.services.policies.changes.cancel_until
                dispatcher.utter_message(response=f"utter_aside_until_{stage}")
            if (begins(tracker) or cancels_all(said)) and asks_for_refund(said):
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
        if confirmed is False and order.status is not OrderStatus.CANCELLED:  # meanwhile
            dispatcher.utter_message(response="utter_order_kept", number=order.number)
            return
        try:
            if confirmed is not True:
                rules.check_cancel(order.number, order.status, self.services.policies)
                return
            done = self.services.store.cancel(
                viewer_of(tracker), order.number, once_for(tracker, order)
            )
        except OrderAlreadyCancelled as error:
            if regrets(latest_text(tracker)):
                say_for_good(words, dispatcher, order)
            else:
                say_why_not(self.services, words, dispatcher, error, order)
            return
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
            sent = {line for parcel in order.shipments for line in parcel.lines}
            here = [item.label for item in order.items if item.line not in sent] if sent else []
            dispatcher.utter_message(
                response="utter_already_partly_sent" if here else "utter_already_shipped",
                items=words.items(here),
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
