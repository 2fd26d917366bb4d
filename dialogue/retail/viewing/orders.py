"""Looking at orders: where they are, what they cost, what comes back."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders import rules
from dialogue.orders.invoices import credit_notes
from dialogue.orders.states import (
    Lateness,
    OrderStatus,
    ShipmentStatus,
)
from dialogue.orders.views import ItemView, OrderView, ShipmentView
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.problems.remedies import remedy_buttons
from dialogue.retail.proof.identity import OrderForm
from dialogue.retail.proof.proving import may_change
from dialogue.retail.returning.announced import say_money_of
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_text,
    listener_of,
    order_known,
    viewer_of,
)
from dialogue.retail.talk.tasks import LEFT, intent_of, kept_wishes, offer_left, order_of
from dialogue.retail.task_slots import forget_task
from dialogue.retail.viewing.by_day import say_whether_by
from dialogue.retail.viewing.invoice_details import DETAILS, SHOWN_OR_NOTED, say_told_at_once
from dialogue.retail.viewing.order_contents import asks_contents, say_contents
from dialogue.retail.which_order.choice import (
    announced_returns,
    has_refunds,
    inside,
    late_parcels,
    may_cancel,
    may_change_address,
    may_change_contents,
    returnable_items,
)
from dialogue.retail.which_order.pointing import parcels_meant
from dialogue.retail.wording import Button, Wording

READ = 500  # characters that are looked through
_HOW_MONEY = re.compile(
    r"\bhow\b|\bwhen\b|\bpaypal\b|\bcard\b|怎么|多久|几天|什么时候|退到", re.IGNORECASE
)
SHOWN_WITHIN = timedelta(days=7)  # of a settled refund, until a bank shows it
LOOKED_BACK = 3  # messages in which it may stand what shall be on an invoice


class OrderStatusForm(OrderForm):
    """Only the order itself."""

    form = "order_status_form"


class RefundStatusForm(OrderForm):
    """Only the order itself."""

    form = "refund_status_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> list[str]:
        """Not even the order where none of the customer's latest has anything to refund."""
        if no_refunds(self.services, tracker):
            return []
        return await super().required_slots(domain_slots, dispatcher, tracker, domain)


class InvoiceForm(OrderForm):
    """Only the order itself."""

    form = "invoice_form"


class OrderAction(RetailAction, ABC):
    """Answers about the order that a form has found; forgets the form's slots afterwards."""

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Answer, unless the form ended because nobody proved anything; that has been said."""
        order = current_order(self.services, tracker)
        if order is not None:
            self.answer(dispatcher, tracker, order)
        offer_left(self.words(tracker), dispatcher, tracker)
        return forget_task(tracker)

    @abstractmethod
    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Say something about `order`, which the viewer may see."""


class ChangeAction(OrderAction):
    """Changes the order that a form has found; only for whoever has proved to be its customer."""

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Whatever the form has asked for: without the proof a yes does nothing."""
        if tracker.get_slot("confirmed") is True and not may_change(self.services, tracker):
            say_unproven(self.words(tracker), dispatcher, tracker)
            return forget_task(tracker)
        return super().run(dispatcher, tracker, domain)


class OrderStatusAction(OrderAction):
    """Where an order is, parcel by parcel, with what may be done next."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_order_status"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """One sentence for the order, one for each parcel; what is in it where that is asked."""
        words = self.words(tracker)
        if asks_contents(latest_text(tracker)):
            say_contents(words, dispatcher, order)
            return
        *steps, person = next_steps(self.services, words, order)
        lost, delayed = (late_parcels(order, one) for one in (Lateness.LOST, Lateness.DELAYED))
        if lost and not delayed:
            steps = steps[1:]  # what can be done is offered below
        all_lost = order.status is OrderStatus.SHIPPED and len(lost) == len(order.shipments)
        say_whether_by(self.services, words, dispatcher, order, latest_text(tracker))
        dispatcher.utter_message(
            response="utter_status_lost" if all_lost else f"utter_status_{order.status}",
            number=order.number,
            contents=words.contents(order),
            expected=words.day(order.expected_on),
            delivered=words.day(order.delivered_on) if order.delivered_on else "",
            parcels=words.sentences(_parcel(words, one, order) for one in order.shipments),
            count=len(order.shipments) + any(_waits(item, order) for item in order.items),
            buttons=[*steps, *self._also(words, tracker, order), person],
        )
        for parcel in delayed:
            say_late(self.services, words, dispatcher, order, parcel)
        say_lost(self.services, words, dispatcher, order, lost)

    def _also(self, words: Wording, tracker: Tracker, order: OrderView) -> list[Button]:
        """What few think of asking: to be told of the next steps, and the invoice."""
        also = []
        extras, listener = self.services.extras, listener_of(tracker)
        followed = extras is not None and order.number in extras.subscriptions.followed(listener)
        if order.status in rules.OPEN and extras is not None and not followed:
            also.append(words.button("updates", "shipping_updates", order_number=order.number))
        if order.status not in {*rules.IN_WAREHOUSE, OrderStatus.CANCELLED}:
            also.append(words.button("invoice", "get_invoice", order_number=order.number))
        return also


class RefundStatusAction(OrderAction):
    """What money goes back, and when it should be there."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_refund_status"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Say that no order has one, or answer for the order that was found."""
        if no_refunds(self.services, tracker):
            words = self.words(tracker)
            dispatcher.utter_message(
                response="utter_refunds_none",
                buttons=[words.button("return", "return_item"), words.person_button()],
            )
        return super().run(dispatcher, tracker, domain)

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Each refund; the returns that will bring one; else what would."""
        words = self.words(tracker)
        waiting = [parcel for parcel in order.returns if parcel.brings_money and parcel.to_come]
        for refund in order.refunds:
            there = refund.settled_at.date() if refund.settled_at else None
            long_ago = there is not None and self.services.clock().date() - there > SHOWN_WITHIN
            dispatcher.utter_message(
                response=f"utter_refund_{refund.status}{'_long_ago' if long_ago else ''}",
                number=order.number,
                amount=words.money(refund.amount_cents, refund.currency),
                method=words.term(refund.method),
                expected=words.day(refund.expected_by) if refund.expected_by else "",
                settled=words.day(refund.settled_at) if refund.settled_at else "",
            )
        said = words.in_records(latest_text(tracker)[:READ])
        for parcel in parcels_meant(said, order, waiting) or waiting:
            say_money_of(self.services, words, dispatcher, order, parcel)
        if waiting:
            return
        if not order.refunds and self._is_being_cancelled(tracker, order):
            dispatcher.utter_message(
                response="utter_refund_once_cancelled",
                number=order.number,
                amount=words.money(order.total_cents, order.currency),
                method=words.term(order.method),
                days=words.say(
                    "working_days", count=self.services.policies.refunds.days_for(order.method)
                ),
            )
        elif not order.refunds and late_parcels(order, Lateness.LOST):
            say_lost(self.services, words, dispatcher, order, late_parcels(order, Lateness.LOST))
        elif not order.refunds:
            asked = _HOW_MONEY.search(latest_text(tracker)[:READ])
            days = self.services.policies.refunds.days_for(order.method)
            dispatcher.utter_message(
                response="utter_refund_would" if asked and order.method else "utter_refund_none",
                number=order.number,
                method=words.term(order.method) if order.method else "",
                days=words.say("working_days", count=days),
                buttons=next_steps(self.services, words, order),
            )

    def _is_being_cancelled(self, tracker: Tracker, order: OrderView) -> bool:
        """Whether the customer was about to cancel this very order when they asked."""
        left = kept_wishes(tracker, LEFT)[:1]
        this = bool(left) and order_of(left[0]) == order.number
        wanted = this and intent_of(left[0]) == "cancel_order"
        return bool(wanted and order.method and may_cancel(order, self.services.policies))


class InvoiceAction(OrderAction):
    """The invoice, line by line."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_invoice"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """What was bought, taken off, added for shipping, and the tax in it."""
        words = self.words(tracker)
        invoice = self.services.store.invoice(viewer_of(tracker), order.number)
        lines = [
            words.say(
                "invoice_line",
                item=words.item(item.label),
                amount=words.money(item.unit_cents * item.quantity, order.currency),
            )
            for item in order.items
        ]
        if order.discount_cents:
            off = words.money(order.discount_cents, order.currency)
            lines.append(words.say("invoice_discount", amount=off))
        if order.shipping_cents:
            way = words.money(order.shipping_cents, order.currency)
            lines.append(words.say("invoice_shipping", amount=way))
        viewer, papers = viewer_of(tracker), self.services.papers
        said = _since_invoice(tracker)[-LOOKED_BACK:]
        if any(DETAILS.search(str(event.get("text") or "")[:READ]) for event in said):
            dispatcher.utter_message(response="utter_invoice_details")
        notes = credit_notes(order, self.services.policies)
        response, links = "utter_invoice", {}
        if papers is not None:
            links = {
                "invoice_link": papers.link(tracker.sender_id, viewer, order.number, "invoice"),
                "credits_link": papers.link(tracker.sender_id, viewer, order.number, "credits"),
            }
            response = "utter_invoice_credited" if notes else "utter_invoice_pdf"
        dispatcher.utter_message(
            response=response,
            **links,
            credits=words.listing(note.reference for note in notes),
            credited=words.money(sum(note.tax.gross_cents for note in notes), order.currency),
            reference=invoice.reference,
            number=order.number,
            issued=words.day(invoice.issued_on),
            lines="\n".join(lines),
            total=words.money(order.total_cents, order.currency),
            vat=words.money(invoice.vat_cents, order.currency),
            percent=invoice.vat_percent,
        )
        say_told_at_once(words, dispatcher, tracker, order)
        if facet_in(latest_text(tracker)) is Facet.MAIL:
            dispatcher.utter_message(response="utter_invoice_mail")


def _since_invoice(tracker: Tracker) -> list[dict[str, Any]]:
    """What the customer wrote after the last invoice was spoken of: that may be another one."""
    said: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        told = str((event.get("metadata") or {}).get("utter_action"))
        if event.get("event") == "bot" and told in SHOWN_OR_NOTED:
            break
        if event.get("event") == "user":
            said.insert(0, event)
    return said


def no_refunds(services: RetailServices, tracker: Tracker) -> bool:
    """Whether a signed-in customer named no order, and none of the latest has money to go back."""
    viewer = viewer_of(tracker)
    if not viewer.signed_in or order_known(services, tracker):
        return False
    return not any(map(has_refunds, services.store.recent_orders(viewer, limit=10)))


def next_steps(services: RetailServices, words: Wording, order: OrderView) -> list[Button]:
    """What the rules allow to be done with this order, as buttons; a person is always one."""
    today, policies = services.clock().date(), services.policies
    number = order.number
    steps = []
    if late_parcels(order, Lateness.DELAYED) or late_parcels(order, Lateness.LOST):
        steps.append(words.button("late", "delivery_not_received", order_number=number))
    if may_cancel(order, policies):
        steps.append(words.button("cancel", "cancel_order", order_number=number))
    if may_change_address(order, policies):
        steps.append(words.button("change_address", "change_address", order_number=number))
    if may_change_contents(order, policies):
        steps.append(words.button("modify", "modify_order", order_number=number))
    if returnable_items(order, today, policies):
        steps.append(words.button("return", "return_item", order_number=number))
    if order.status is OrderStatus.DELIVERED:
        steps.append(words.button("not_arrived", "delivery_not_received", order_number=number))
    if has_refunds(order):
        steps.append(words.button("my_refund", "refund_status", order_number=number))
    if announced_returns(order):
        steps.append(words.button("withdraw", "withdraw_return", order_number=number))
    return [*steps, words.person_button()]


def say_unproven(words: Wording, dispatcher: Dispatcher, tracker: Tracker) -> None:
    """Nothing was changed for want of a proof; nothing is said when the form has said why."""
    if not tracker.get_slot("proof_blocked"):
        dispatcher.utter_message(response="utter_code_needed", buttons=[words.person_button()])


def say_late(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    parcel: ShipmentView,
) -> None:
    """Honest words about a parcel that is late or counts as lost."""
    dispatcher.utter_message(
        response=f"utter_parcel_{parcel.lateness}",
        number=order.number,
        contents=words.items(inside(parcel, order)),
        tracking=f"{parcel.carrier} {parcel.tracking_number}",
        expected=words.day(parcel.expected_on),
        lost_on=words.day(
            rules.working_days_after(parcel.expected_on, services.policies.deliveries.lost_after)
        ),
    )


def say_lost(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    lost: Sequence[ShipmentView],
) -> None:
    """Parcels that count as lost, and what can be done at once about the first of them."""
    for parcel in lost:
        say_late(services, words, dispatcher, order, parcel)
    for parcel in lost[:1]:
        dispatcher.utter_message(
            response="utter_ask_lost_wish",
            buttons=remedy_buttons(services, words, order, parcel, "delivery_not_received"),
        )


def _waits(item: ItemView, order: OrderView) -> bool:
    """Whether a line is in no parcel yet."""
    return not any(item.line in parcel.lines for parcel in order.shipments)


def _parcel(words: Wording, shipment: ShipmentView, order: OrderView) -> str:
    """A sentence about one parcel."""
    held = words.items(inside(shipment, order))
    tracking = f"{shipment.carrier} {shipment.tracking_number}"
    if shipment.tracking_page:
        page = shipment.tracking_page
        tracking = words.say("parcel_tracking", tracking=tracking, page=page)
    if shipment.status is ShipmentStatus.LOST:
        if not held:
            return words.say("parcel_resent", tracking=tracking)
        return words.say("parcel_paid_back", held=held, tracking=tracking)
    if shipment.status is ShipmentStatus.DELIVERED and shipment.delivered_at:
        arrived = words.day(shipment.delivered_at)
        return words.say("parcel_arrived", held=held, day=arrived, tracking=tracking)
    phrase = "parcel_expected" if shipment.lateness is Lateness.ON_TIME else "parcel_was_expected"
    expected = words.day(shipment.expected_on)
    said = [words.say(phrase, held=held, day=expected, tracking=tracking)]
    for seen in shipment.events[-1:]:
        place, event = words.term(seen.place), words.term(seen.description)
        said.append(words.say("parcel_seen", day=words.day(seen.at), place=place, event=event))
    return words.sentences(said)
