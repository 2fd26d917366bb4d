"""Making an order good: money that goes back, lost parcels, and lines that change in the warehouse.

These functions work on rows inside a transaction of the store; none of them commits.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from dialogue.orders import rules
from dialogue.orders.errors import NoReturnAnnounced, NothingLeft, ParcelNotLost
from dialogue.orders.models import Order, OrderItem, Payment, Problem, Shipment, Stock
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.reading import return_reference, shipment_lateness
from dialogue.orders.states import (
    Lateness,
    OrderStatus,
    PaymentKind,
    PaymentStatus,
    ProblemKind,
    Remedy,
    ReturnStatus,
    ShipmentStatus,
)
from dialogue.orders.stock import put_back, take_out

GIFT_CARD = "gift card"


def pay_back(order: Order, amount_cents: int, now: datetime) -> None:
    """Send money back the way it came, never more than came, onto a gift card last.

    An unpaid order has nothing to pay back.
    """
    charges = [p for p in order.payments if p.kind is PaymentKind.CHARGE]
    charges.sort(key=lambda charge: charge.method.casefold() == GIFT_CARD)
    returned = {
        method: sum(
            p.amount_cents
            for p in order.payments
            if p.kind is PaymentKind.REFUND and p.method == method
        )
        for method in {charge.method for charge in charges}
    }
    for charge in charges:
        before = min(returned[charge.method], charge.amount_cents)
        returned[charge.method] -= before
        back = min(amount_cents, charge.amount_cents - before)
        if back <= 0:
            continue
        amount_cents -= back
        order.payments.append(
            Payment(
                kind=PaymentKind.REFUND,
                status=PaymentStatus.PENDING,
                method=charge.method,
                amount_cents=back,
                currency=order.currency,
                created_at=now,
            )
        )


def settle_lost(
    session: Session,
    order: Order,
    tracking_number: str,
    remedy: Remedy,
    now: datetime,
    policies: ShopPolicies,
) -> None:
    """Do at once what the customer of a lost parcel chooses, and note it as a problem.

    Sent again, its lines lie in the warehouse once more, and the order with them; paid back, they
    stay with the lost parcel. Raises ParcelNotLost or OutOfStock.
    """
    parcel = _lost_parcel(order, tracking_number, now.date(), policies)
    _note(order, remedy, f"Parcel {tracking_number} counts as lost.", now)
    if remedy is Remedy.WAIT:
        return
    lines = list(parcel.items)
    parcel.status = ShipmentStatus.LOST
    if remedy is Remedy.REPLACEMENT:
        for item in sorted(lines, key=lambda item: item.stock_id):
            take_out(session, item.stock, item.quantity)
            item.shipment = None
        order.expected_on = rules.working_days_after(now.date(), policies.deliveries.resent_after)
    else:
        cents = rules.lost_refund_cents(
            [(item.unit_cents, item.quantity) for item in lines],
            len(lines) == len(order.items),
            order.total_cents,
            order.subtotal_cents,
            order.discount_cents,
        )
        pay_back(order, cents, now)
    order.status = _status_of(order)


def change_line(
    session: Session, order: Order, item: OrderItem, quantity: int, wanted: Stock, now: datetime
) -> None:
    """Make a line of an order in the warehouse smaller, or another variant, or take it out.

    `quantity` 0 takes it out. Stock, sums and the customer's money follow. What was shipped free
    of charge stays so. Raises WrongQuantity, NothingLeft or OutOfStock.
    """
    if quantity:
        rules.check_quantity(str(order.number), item.line, quantity, item.quantity)
    elif len(order.items) == 1:
        raise NothingLeft(str(order.number))
    if quantity and wanted.id != item.stock_id:
        take_out(session, wanted, quantity)
        put_back(session, item.stock_id, item.quantity)
    else:
        put_back(session, item.stock_id, item.quantity - quantity)
    before = order.total_cents
    less = item.unit_cents * (item.quantity - quantity)
    order.discount_cents -= (
        order.discount_cents * less // order.subtotal_cents if order.subtotal_cents else 0
    )
    order.subtotal_cents -= less
    order.total_cents = order.subtotal_cents - order.discount_cents + order.shipping_cents
    if quantity:
        item.quantity, item.stock = quantity, wanted
    else:
        order.items.remove(item)
        session.delete(item)
    pay_back(order, before - order.total_cents, now)


def withdraw_return(session: Session, order: Order, reference: str) -> None:
    """Take a return or exchange back that is announced and not here: nothing of it comes.

    What an exchange had set aside lies in the warehouse again. Raises NoReturnAnnounced.
    """
    for parcel in order.returns:
        if return_reference(parcel) == reference and parcel.status is ReturnStatus.REQUESTED:
            parcel.status = ReturnStatus.WITHDRAWN
            for item in parcel.items:
                if item.replacement_id is not None:
                    put_back(session, item.replacement_id, item.quantity)
            return
    raise NoReturnAnnounced(str(order.number), reference)


def _lost_parcel(
    order: Order, tracking_number: str, today: date, policies: ShopPolicies
) -> Shipment:
    for parcel in order.shipments:
        settled = parcel.status in (ShipmentStatus.LOST, ShipmentStatus.DELIVERED)
        lost = not settled and shipment_lateness(parcel, today, policies) is Lateness.LOST
        if lost and parcel.tracking_number == tracking_number:
            return parcel
    raise ParcelNotLost(str(order.number))


def _note(order: Order, remedy: Remedy, details: str, now: datetime) -> None:
    """The problem, or the wish of the one that is known already."""
    kind = ProblemKind.DELIVERY_NOT_RECEIVED
    for known in order.problems:
        if known.kind is kind:
            known.wish = remedy
            return
    order.problems.append(Problem(kind=kind, details=details, wish=remedy, created_at=now))


def _status_of(order: Order) -> OrderStatus:
    """Where an order is, by where its lines are."""
    waiting = [item for item in order.items if item.shipment is None]
    if waiting:
        everything = len(waiting) == len(order.items)
        return OrderStatus.PROCESSING if everything else OrderStatus.PARTIALLY_SHIPPED
    states = {parcel.status for parcel in order.shipments} - {ShipmentStatus.LOST}
    if not states:
        return OrderStatus.CANCELLED
    if states == {ShipmentStatus.DELIVERED}:
        return OrderStatus.DELIVERED
    if ShipmentStatus.OUT_FOR_DELIVERY in states:
        return OrderStatus.OUT_FOR_DELIVERY
    return OrderStatus.SHIPPED
