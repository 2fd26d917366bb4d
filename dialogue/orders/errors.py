"""Why the order database says no; each error carries the facts that an answer needs."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from dialogue.orders.states import OrderStatus, ProblemKind


class OrdersUnavailable(Exception):
    """The order system cannot be reached, does not answer in time, or answers nonsense.

    No `OrderError`: it says nothing about an order, and whoever explains why an order cannot be
    changed lets it pass, to the one place that answers it (`dialogue.retail.outage`). `unsure`: a
    change was under way, and nobody knows whether it happened; otherwise nothing has changed. The
    text is for the operator and names no customer.
    """

    def __init__(self, reason: str, *, unsure: bool = False) -> None:
        self.unsure = unsure
        super().__init__(reason)


class OrderError(Exception):
    """Base of everything that `dialogue.orders` raises on purpose about an order."""


class OrderNotFound(OrderError):
    """No such order, or not this viewer's: one error and one text, so that nobody can tell."""

    def __init__(self) -> None:
        super().__init__("There is no such order for this viewer.")


class SignInRequired(OrderError):
    """The viewer is a guest, and the question is about a whole account."""

    def __init__(self) -> None:
        super().__init__("This needs a signed-in customer.")


class OrderAlreadyCancelled(OrderError):
    """The order was cancelled before; nothing more happens to it."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"Order {number} is already cancelled.")


class OrderAlreadyShipped(OrderError):
    """The order, or a part of it, has left the warehouse; `status` says how far it has come."""

    def __init__(self, number: str, status: OrderStatus) -> None:
        self.number = number
        self.status = status
        super().__init__(f"Order {number} has already shipped ({status}).")


class AddressLocked(OrderError):
    """The parcel is packed and its label is printed, so the address cannot change any more."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"Order {number} is packed and labelled.")


class ContentsLocked(OrderError):
    """The order is too far packed for what is in it to change."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"What is in order {number} is packed.")


class NothingLeft(OrderError):
    """The change would take the last piece out of an order, which is then better cancelled."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"Nothing would be left of order {number}.")


class WrongQuantity(OrderError):
    """Fewer pieces than one, or more than there are; `left` says how many there are."""

    def __init__(self, number: str, line: int, left: int) -> None:
        self.number = number
        self.line = line
        self.left = left
        super().__init__(f"Order {number}, line {line}: between 1 and {left} pieces.")


class InvalidAddress(OrderError):
    """What was typed is not a complete address; `missing` names what lacks."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(f"The address lacks {', '.join(missing)}.")


class NotDeliveredThere(InvalidAddress):
    """The address is in a country, here by its code, to which we do not deliver."""

    def __init__(self, country: str) -> None:
        self.country = country
        super().__init__(("country to which we deliver",))


class NotReturnableReason(StrEnum):
    """Why something cannot be sent back."""

    CANCELLED = "cancelled"
    NOT_DELIVERED = "not_delivered"
    TOO_LATE = "too_late"
    ALREADY_RETURNED = "already_returned"
    EXCLUDED = "excluded"


class NotReturnable(OrderError):
    """The item cannot be returned or exchanged; `last_day` is set when it is too late."""

    def __init__(
        self, number: str, reason: NotReturnableReason, last_day: date | None = None
    ) -> None:
        self.number = number
        self.reason = reason
        self.last_day = last_day
        super().__init__(f"Order {number} cannot be returned: {reason}.")


class NoReturnAnnounced(OrderError):
    """The order has no such return, or its parcel is with the shop already."""

    def __init__(self, number: str, reference: str) -> None:
        self.number = number
        self.reference = reference
        super().__init__(f"Order {number} has no return {reference} that is still to come.")


class ItemNotFound(OrderError):
    """The order has no such line."""

    def __init__(self, number: str, line: int) -> None:
        self.number = number
        self.line = line
        super().__init__(f"Order {number} has no line {line}.")


class VariantNotFound(OrderError):
    """The product does not exist in this colour and size."""

    def __init__(self, product: str) -> None:
        self.product = product
        super().__init__(f"There is no such variant of {product}.")


class OutOfStock(OrderError):
    """The wanted variant is sold out; `restock_on` is when more are expected, if known."""

    def __init__(self, product: str, variant: str, restock_on: date | None) -> None:
        self.product = product
        self.variant = variant
        self.restock_on = restock_on
        super().__init__(f"{product} ({variant}) is out of stock.")


class ProblemNotPossible(OrderError):
    """A problem with a delivery was reported before there was a delivery."""

    def __init__(self, number: str, kind: ProblemKind, status: OrderStatus) -> None:
        self.number = number
        self.kind = kind
        self.status = status
        super().__init__(f"Order {number} is {status}; {kind} cannot be reported yet.")


class ProblemTooLate(OrderError):
    """What was wrong with a parcel could be told until `last_day`."""

    def __init__(self, number: str, kind: ProblemKind, last_day: date) -> None:
        self.number = number
        self.kind = kind
        self.last_day = last_day
        super().__init__(f"Order {number}: {kind} could be told until {last_day}.")


class ParcelNotLost(OrderError):
    """The parcel has arrived, is not the order's, or is not late enough to count as lost."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"No parcel of order {number} counts as lost.")


class ProblemAlreadyReported(OrderError):
    """The same problem of the same order is being worked on under `reference`."""

    def __init__(self, number: str, reference: str) -> None:
        self.number = number
        self.reference = reference
        super().__init__(f"Order {number}: already reported as {reference}.")


class ChangedMeanwhile(OrderError):
    """Somebody else changed the order between our reading and our writing; ask again."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"Order {number} was changed meanwhile.")
