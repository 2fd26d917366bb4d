"""What the order database tells: frozen values, already narrowed to what the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dialogue.orders.rules import Article
from dialogue.orders.states import (
    Lateness,
    OrderStatus,
    PaymentKind,
    PaymentStatus,
    ProblemKind,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks: a signed-in customer, a guest with proven order numbers, or a stranger."""

    customer_id: int | None = None
    proven_orders: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether the shop vouches for who this is."""
        return self.customer_id is not None


@dataclass(frozen=True, slots=True)
class Once:
    """That a change happens once: under a key, and to the order as it was when it was seen.

    The same key again, for the same command, order and customer, changes nothing and gives the
    first result for a day. With the `version` of the `OrderView` that was looked at, an order that
    somebody else has changed since is left alone (`ChangedMeanwhile`). Either may be left out.
    """

    key: str | None = None
    version: int | None = None


ANYHOW = Once()


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer, to themselves."""

    id: int
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True)
class AddressView:
    """Where an order goes; a guest's view has the private parts covered."""

    recipient: str
    street: str
    postcode: str
    city: str
    country: str

    def __str__(self) -> str:
        return f"{self.street}, {self.postcode} {self.city}, {self.country}"

    def masked(self) -> AddressView:
        """The same address with everything covered but first letters and the country."""
        return AddressView(
            recipient=_cover(self.recipient),
            street=_cover(self.street),
            postcode=_cover(self.postcode),
            city=_cover(self.city),
            country=self.country,
        )


@dataclass(frozen=True, slots=True)
class ItemView:
    """One line of an order. `returnable` counts the pieces that no return covers yet."""

    line: int
    sku: str
    name: str
    variant: str
    quantity: int
    unit_cents: int
    delivered_on: date | None
    returnable: int
    category: str = ""
    reduced: bool = False

    @property
    def article(self) -> Article:
        """What the rules want to know of it."""
        return Article(self.sku, self.category, self.reduced)

    def pieces(self, quantity: int) -> str:
        """Some pieces of it as a person would say it: ``1 × Linen Shirt (white, M)`` of two."""
        count = f"{quantity} × " if quantity > 1 or self.quantity > 1 else ""
        return f"{count}{self.name}" + (f" ({self.variant})" if self.variant else "")

    @property
    def label(self) -> str:
        """The item as a person would say it: ``2 × Linen Shirt (white, M)``."""
        count = f"{self.quantity} × " if self.quantity > 1 else ""
        return f"{count}{self.name}" + (f" ({self.variant})" if self.variant else "")


@dataclass(frozen=True, slots=True)
class TrackingView:
    """One sighting of a parcel."""

    at: datetime
    place: str
    description: str


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """One parcel, its lines, and where it was seen, oldest first."""

    carrier: str
    tracking_number: str
    status: ShipmentStatus
    shipped_at: datetime
    expected_on: date
    delivered_at: datetime | None
    lines: tuple[int, ...]
    events: tuple[TrackingView, ...]
    tracking_page: str | None = None
    lateness: Lateness = Lateness.ON_TIME


@dataclass(frozen=True, slots=True)
class PaymentView:
    """Money that came (charge) or goes back (refund); `expected_by` is set until it is there."""

    kind: PaymentKind
    status: PaymentStatus
    method: str
    amount_cents: int
    currency: str
    created_at: datetime
    settled_at: datetime | None
    expected_by: date | None


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A return or exchange; `reference` is what the customer writes on the parcel."""

    reference: str
    kind: ReturnKind
    status: ReturnStatus
    created_at: datetime
    items: tuple[str, ...]
    replacements: tuple[str, ...]
    refund_cents: int
    currency: str
    postage_cents: int = 0  # already taken off the refund

    @property
    def to_come(self) -> bool:
        """Whether the parcel is announced and not with the shop yet."""
        return self.status is ReturnStatus.REQUESTED

    @property
    def brings_money(self) -> bool:
        """Whether it is for the money, and the customer has not kept the goods after all."""
        return self.kind is ReturnKind.RETURN and self.status is not ReturnStatus.WITHDRAWN


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A reported problem of a delivery."""

    reference: str
    kind: ProblemKind
    created_at: datetime
    wish: str | None = None


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its owner, or a guest who proved it, may see it.

    `version` is another after each change.
    """

    number: str
    status: OrderStatus
    placed_at: datetime
    expected_on: date
    currency: str
    subtotal_cents: int
    discount_cents: int
    shipping_cents: int
    total_cents: int
    address: AddressView
    items: tuple[ItemView, ...]
    shipments: tuple[ShipmentView, ...] = ()
    payments: tuple[PaymentView, ...] = ()
    returns: tuple[ReturnView, ...] = ()
    problems: tuple[ProblemView, ...] = ()
    version: int = 0

    @property
    def refunds(self) -> tuple[PaymentView, ...]:
        """The money that goes back to the customer."""
        return tuple(p for p in self.payments if p.kind is PaymentKind.REFUND)

    @property
    def method(self) -> str:
        """How it was paid; empty when nothing was."""
        return next((p.method for p in self.payments if p.kind is PaymentKind.CHARGE), "")

    @property
    def delivered_on(self) -> date | None:
        """The day the last parcel arrived, or None while one is missing; lost ones do not count."""
        lost = {
            line
            for parcel in self.shipments
            if parcel.status is ShipmentStatus.LOST
            for line in parcel.lines
        }
        days = [item.delivered_on for item in self.items if item.line not in lost]
        return None if None in days else max((day for day in days if day), default=None)


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice: its lines are those of the order; the tax is contained in the total."""

    reference: str
    issued_on: date
    order: OrderView
    vat_percent: int
    vat_cents: int


@dataclass(frozen=True, slots=True)
class VariantView:
    """One colour and size of a product and how many there are."""

    colour: str
    size: str
    quantity: int
    restock_on: date | None = None

    @property
    def label(self) -> str:
        """The variant as a person would say it: ``moss, M``; empty when there is only one."""
        return variant_label(self.colour, self.size)


@dataclass(frozen=True, slots=True)
class ProductView:
    """An article of the catalogue with all its variants."""

    sku: str
    name: str
    department: str
    category: str
    description: str
    price_cents: int
    currency: str
    tags: tuple[str, ...] = ()
    variants: tuple[VariantView, ...] = field(default=())

    @property
    def in_stock(self) -> bool:
        """Whether at least one piece of any variant can be sent now."""
        return any(variant.quantity for variant in self.variants)


@dataclass(frozen=True, slots=True)
class PromotionView:
    """A promotion with its conditions; it takes off `percent`, or `amount_cents`."""

    code: str
    title: str
    percent: int
    minimum_cents: int
    department: str | None
    ends_on: date
    starts_on: date = date.min
    amount_cents: int = 0
    first_order_only: bool = False
    once_per_customer: bool = False
    public: bool = True


def variant_label(colour: str, size: str) -> str:
    """How a colour and a size are written together."""
    return ", ".join(part for part in (colour, size) if part)


def _cover(text: str) -> str:
    return " ".join(f"{word[0]}•••" for word in text.split())
