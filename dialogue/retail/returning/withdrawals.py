"""Keeping what was to be sent back: an announced return or exchange is taken back."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders.errors import ChangedMeanwhile, OrderError
from dialogue.orders.views import OrderView, ReturnView
from dialogue.retail.proof.identity import OrderForm
from dialogue.retail.returning.announced import chosen_parcel
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_text,
    once_for,
    order_known,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT, forget_task
from dialogue.retail.viewing.orders import ChangeAction
from dialogue.retail.which_order.choice import announced_returns, may_cancel
from dialogue.retail.which_order.pointing import parcels_meant, pointed, reference_in
from dialogue.retail.wording import button

ANNOUNCED = "announced_return"
READ = 150  # characters that are looked through
_CANCEL = re.compile(
    r"\bcancel\b(?!.{0,20}\b(?:return|exchange)\b)|取消(?!.{0,4}[退换])", re.IGNORECASE
)


class WithdrawReturnForm(OrderForm):
    """The order, which of its announced returns when there are several, and a yes."""

    form = "withdraw_return_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> list[str]:
        """Not even the order where none of the customer's has anything announced."""
        if none_announced(self.services, tracker):
            return []
        return await super().required_slots(domain_slots, dispatcher, tracker, domain)

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Nothing when nothing is announced; which one only when that is a question."""
        announced = self._announced(tracker)
        if not announced:
            return []
        return [slot for slot in own if slot != ANNOUNCED or len(announced) > 1]

    def extract_announced_return(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """By its reference in any message; by its place in the list where it was asked for."""
        text, announced = latest_text(tracker), self._announced(tracker)
        found = reference_in(text)
        if tracker.get_slot(REQUESTED_SLOT) == ANNOUNCED and found is None:
            places = pointed(text, len(announced))
            found = announced[places[0]].reference if len(places) == 1 else None
            order = current_order(self.services, tracker)
            if found is None and order is not None:
                chosen = chosen_parcel(self.words(tracker), tracker, order, text)
                found = chosen.reference if chosen else None
        if found is None and len(announced) > 1 and tracker.get_slot(ANNOUNCED) is None:
            found = self._named(tracker, announced)
        return {ANNOUNCED: found} if found else {}

    def validate_announced_return(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """One that this order has, and that is still to come."""
        known = [parcel.reference for parcel in self._announced(tracker)]
        found = reference_in(str(value))
        if found not in known and known:
            dispatcher.utter_message(response="utter_no_such_return", reference=str(value)[:20])
        return {ANNOUNCED: found if found in known else None}

    def _named(self, tracker: Tracker, announced: tuple[ReturnView, ...]) -> str | None:
        """The one whose goods are named: "I keep the mug"; the yes is asked for all the same."""
        order, text = current_order(self.services, tracker), latest_text(tracker)[:READ]
        said = self.words(tracker).in_records(text)
        named = parcels_meant(said, order, announced) if order else []
        return named[0].reference if len(named) == 1 else None

    def _announced(self, tracker: Tracker) -> tuple[ReturnView, ...]:
        order = current_order(self.services, tracker)
        return announced_returns(order) if order else ()


class AskAnnouncedReturn(RetailAction):
    """Asks which of the announced returns, with each as a button."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_announced_return"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Each by its reference and what is in it."""
        order, words = current_order(self.services, tracker), self.words(tracker)
        announced = announced_returns(order) if order else ()
        dispatcher.utter_message(
            response="utter_ask_which_return",
            buttons=[
                button(
                    f"{parcel.reference}: {words.items(parcel.items)}",
                    "inform",
                    announced_return=parcel.reference,
                )
                for parcel in announced
            ],
        )
        return []


class AskWithdrawal(RetailAction):
    """Shows what would be kept and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_withdraw_return_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Of a return the refund falls away, of an exchange the replacement.

        The yes is for this one, whatever is announced meanwhile.
        """
        order, words = current_order(self.services, tracker), self.words(tracker)
        announced = announced_returns(order) if order else ()
        named = tracker.get_slot(ANNOUNCED)
        for parcel in [one for one in announced if named in (None, one.reference)][:1]:
            dispatcher.utter_message(
                response=f"utter_confirm_withdraw_{parcel.kind}",
                reference=parcel.reference,
                items=words.items(parcel.items),
                replacement=words.items(parcel.replacements),
                amount=words.money(parcel.refund_cents, parcel.currency),
            )
            return [SlotSet(ANNOUNCED, parcel.reference)]
        return []


class WithdrawReturnAction(ChangeAction):
    """Takes the return back after a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_withdraw_return"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Say that none of the orders has one, or answer for the order that was found."""
        if none_announced(self.services, tracker):
            words = self.words(tracker)
            dispatcher.utter_message(
                response="utter_nothing_announced",
                buttons=[words.button("return", "return_item"), words.person_button()],
            )
        order = current_order(self.services, tracker)
        if order is not None and not order.returns and self._means_order(tracker, order):
            number = SlotSet("order_number", order.number)
            return [*forget_task(tracker), number, FollowupAction("cancel_order_form")]
        return super().run(dispatcher, tracker, domain)

    def _means_order(self, tracker: Tracker, order: OrderView) -> bool:
        """Whether it is the order itself that shall be cancelled: "not that one, cancel 2055"."""
        cancels = _CANCEL.search(latest_text(tracker)[:READ])
        return bool(cancels) and may_cancel(order, self.services.policies)

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Take it back, leave it announced, or say that there is none."""
        confirmed, words = tracker.get_slot("confirmed"), self.words(tracker)
        named = [p for p in order.returns if p.reference == tracker.get_slot(ANNOUNCED)]
        if confirmed is False:
            dispatcher.utter_message(response="utter_return_stays")
            return
        if confirmed is not True or not named:
            self._say_none(dispatcher, tracker, order)
            return
        parcel, *_ = named  # of a turn that is taken again it is taken back, and the key knows
        try:
            self.services.store.withdraw_return(
                viewer_of(tracker), order.number, parcel.reference, once_for(tracker, order)
            )
        except ChangedMeanwhile:
            dispatcher.utter_message(
                response="utter_order_changed_meanwhile",
                number=order.number,
                buttons=[words.status_button(order.number)],
            )
        except OrderError:
            self._say_none(dispatcher, tracker, order)
        else:
            dispatcher.utter_message(
                response=f"utter_{parcel.kind}_withdrawn",
                reference=parcel.reference,
                number=order.number,
                items=words.items(parcel.items),
                buttons=[words.button("return", "return_item", order_number=order.number)],
            )

    def _say_none(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """That none is announced, or that it is here already."""
        words = self.words(tracker)
        here = bool(order.returns)
        dispatcher.utter_message(
            response="utter_return_here_already" if here else "utter_no_return_announced",
            number=order.number,
            buttons=[
                *([words.refund_button(order.number)] if here else []),
                words.person_button(),
            ],
        )


def none_announced(services: RetailServices, tracker: Tracker) -> bool:
    """Whether a signed-in customer named no order, and none of the latest has a return to come."""
    viewer = viewer_of(tracker)
    if not viewer.signed_in or order_known(services, tracker):
        return False
    return not any(map(announced_returns, services.store.recent_orders(viewer, limit=10)))
