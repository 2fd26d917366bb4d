"""The words in which the shop's records speak: states of orders, payments, returns, problems."""

from __future__ import annotations

from enum import StrEnum


class OrderStatus(StrEnum):
    """Where an order is on its way from the checkout to the customer, or back."""

    PROCESSING = "processing"
    PACKED = "packed"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class ShipmentStatus(StrEnum):
    """Where one parcel is."""

    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"


class PaymentKind(StrEnum):
    """Which way the money flows: from the customer, or back to the customer."""

    CHARGE = "charge"
    REFUND = "refund"


class PaymentStatus(StrEnum):
    """A pending payment is on its way; a settled one has arrived."""

    PENDING = "pending"
    SETTLED = "settled"


class ReturnKind(StrEnum):
    """Whether the customer wants the money or another article for what comes back."""

    RETURN = "return"
    EXCHANGE = "exchange"


class ReturnStatus(StrEnum):
    """How far the parcel that comes back has come."""

    REQUESTED = "requested"
    RECEIVED = "received"
    COMPLETED = "completed"


class ProblemKind(StrEnum):
    """What may be wrong with a delivery."""

    DELIVERY_NOT_RECEIVED = "delivery_not_received"
    MISSING_ITEM = "missing_item"
    DAMAGED_ITEM = "damaged_item"
    WRONG_ITEM = "wrong_item"
