"""What is wrong with a delivery by its facts, and what its customer may choose."""

from __future__ import annotations

import re

from dialogue.orders import rules
from dialogue.orders.errors import (
    OrderAlreadyCancelled,
    OrderError,
    ProblemAlreadyReported,
)
from dialogue.orders.states import Lateness, OrderStatus, ProblemKind, Remedy, ShipmentStatus
from dialogue.orders.views import OrderView, ShipmentView
from dialogue.retail.choice import late_parcels
from dialogue.retail.services import (
    RetailServices,
)

MAX_DETAILS = 2_000  # characters of what a customer tells
_WISHES = {
    Remedy.REFUND: r"refund|money|\b(?:pay|paid)\b.{0,30}\bback\b|reimburse|退款|退钱",
    Remedy.REPLACEMENT: (
        r"replac|\bnew\b|one more|again|another|resend|missing|重发|重新|补发|再寄|换.{0,2}新|换一"
    ),
    Remedy.WAIT: r"\bwait|patien|等",
}
# "Post me what was not in the box": it asks for goods where nothing else is asked for.
_SENT = re.compile(r"\b(?:send|post|ship|mail|deliver)\b(?!.*\bback\b)", re.IGNORECASE)


def wish_in(text: str) -> Remedy | None:
    """What the text asks for, if it is exactly one thing."""
    told = text[:MAX_DETAILS]
    meant = [wish for wish, words in _WISHES.items() if re.search(words, told, re.IGNORECASE)]
    if not meant and _SENT.search(told):
        return Remedy.REPLACEMENT
    return meant[0] if len(meant) == 1 else None


def remedies_for(services: RetailServices, late: ShipmentView | None) -> tuple[Remedy, ...]:
    """What may be chosen; for what has arrived there is nothing to wait for."""
    if late is None:
        return (Remedy.REPLACEMENT, Remedy.REFUND)
    deliveries = services.policies.deliveries
    lost = late.lateness is Lateness.LOST
    return deliveries.when_lost if lost else deliveries.when_delayed


def late_parcel(order: OrderView, kind: ProblemKind) -> ShipmentView | None:
    """The parcel that a missing delivery is about: a lost one first, then one that is delayed."""
    if kind is not ProblemKind.DELIVERY_NOT_RECEIVED:
        return None
    late = [*late_parcels(order, Lateness.LOST), *late_parcels(order, Lateness.DELAYED)]
    return late[0] if late else None


def not_due(order: OrderView, kind: ProblemKind) -> bool:
    """Whether everything that has left is still on its way, and in time."""
    return (
        kind is ProblemKind.DELIVERY_NOT_RECEIVED
        and bool(order.shipments)
        and late_parcel(order, kind) is None
        and all(
            parcel.status in (ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY)
            for parcel in order.shipments
        )
    )


def not_there_again(services: RetailServices, order: OrderView, parcel: ShipmentView) -> list[str]:
    """What of a parcel cannot be sent again, for there are too few pieces."""
    missing = []
    for item in order.items:
        if item.line in parcel.lines:
            product = services.catalogue.product(item.sku)
            here = [v for v in product.variants if v.label == item.variant] if product else []
            if not here or here[0].quantity < item.quantity:
                missing.append(item.label)
    return missing


def why_no_problem(
    services: RetailServices, order: OrderView, kind: ProblemKind
) -> OrderError | None:
    """Why such a problem of this order cannot be recorded, or None."""
    if order.status is OrderStatus.CANCELLED:
        return OrderAlreadyCancelled(order.number)
    for problem in order.problems:
        if problem.kind is kind:
            return ProblemAlreadyReported(order.number, problem.reference)
    try:
        rules.check_problem(
            order.number,
            order.status,
            kind,
            order.delivered_on,
            services.clock().date(),
            services.policies,
        )
    except OrderError as error:
        return error
    return None
