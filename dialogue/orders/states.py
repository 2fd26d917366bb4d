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
    LOST = "lost"


class PaymentKind(StrEnum):
    """Which way the money flows: from the customer, or back to the customer."""

    CHARGE = "charge"
    REFUND = "refund"


class PaymentStatus(StrEnum):
    """How far money has come: still with us, with the bank, there, or refused by the bank."""

    PENDING = "pending"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"


class ReturnKind(StrEnum):
    """Whether the customer wants the money or another article for what comes back."""

    RETURN = "return"
    EXCHANGE = "exchange"


class ReturnReason(StrEnum):
    """Why something comes back, as far as it decides who pays."""

    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    LATE = "late"
    DOES_NOT_FIT = "does_not_fit"
    CHANGED_MIND = "changed_mind"


class ReturnStatus(StrEnum):
    """How far the parcel that comes back has come."""

    REQUESTED = "requested"
    RECEIVED = "received"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"  # the customer keeps the goods after all


class ProblemKind(StrEnum):
    """What may be wrong with a delivery."""

    DELIVERY_NOT_RECEIVED = "delivery_not_received"
    MISSING_ITEM = "missing_item"
    DAMAGED_ITEM = "damaged_item"
    WRONG_ITEM = "wrong_item"


class Remedy(StrEnum):
    """What a customer may choose when a parcel is late or something is wrong with it."""

    WAIT = "wait"
    REPLACEMENT = "replacement"
    REFUND = "refund"
    REDUCTION = "reduction"  # kept, for a part of the price; people decide whether


class Lateness(StrEnum):
    """How late a parcel is."""

    ON_TIME = "on_time"
    DELAYED = "delayed"
    LOST = "lost"
