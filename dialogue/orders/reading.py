"""From rows to views: the only place that knows both."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import selectinload

from dialogue.orders import models, rules
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.states import (
    Lateness,
    PaymentStatus,
    ReturnKind,
    ReturnStatus,
    ShipmentStatus,
)
from dialogue.orders.views import (
    AddressView,
    CustomerView,
    ItemView,
    OrderView,
    PaymentView,
    ProblemView,
    ProductView,
    PromotionView,
    ReturnView,
    ShipmentView,
    TrackingView,
    VariantView,
    Viewer,
    variant_label,
)

# What `order_view` reads, for many orders at once in a few queries (for one, lazily is faster).
ORDER_PARTS = (
    selectinload(models.Order.items)
    .joinedload(models.OrderItem.stock)
    .joinedload(models.Stock.product),
    selectinload(models.Order.items)
    .selectinload(models.OrderItem.return_items)
    .joinedload(models.ReturnItem.parcel),
    selectinload(models.Order.shipments).selectinload(models.Shipment.events),
    selectinload(models.Order.payments),
    selectinload(models.Order.returns)
    .selectinload(models.Return.items)
    .joinedload(models.ReturnItem.replacement),
    selectinload(models.Order.problems),
)


def customer_view(row: models.Customer) -> CustomerView:
    """A customer as they see themselves."""
    return CustomerView(row.id, row.first_name, row.last_name, row.email)


def order_view(row: models.Order, viewer: Viewer, today: date, policies: ShopPolicies) -> OrderView:
    """An order as `viewer` may see it today: a guest's view has the address covered."""
    address = AddressView(row.recipient, row.street, row.postcode, row.city, row.country)
    owner = viewer.customer_id == row.customer_id
    return OrderView(
        number=str(row.number),
        status=row.status,
        placed_at=row.placed_at,
        expected_on=row.expected_on,
        currency=row.currency,
        subtotal_cents=row.subtotal_cents,
        discount_cents=row.discount_cents,
        shipping_cents=row.shipping_cents,
        total_cents=row.total_cents,
        address=address if owner else address.masked(),
        items=tuple(item_view(item) for item in row.items),
        shipments=tuple(shipment_view(each, today, policies) for each in row.shipments),
        payments=tuple(payment_view(payment, policies) for payment in row.payments),
        returns=tuple(return_view(parcel) for parcel in row.returns),
        problems=tuple(problem_view(problem) for problem in row.problems),
        version=row.version,
    )


def item_view(row: models.OrderItem) -> ItemView:
    """One line of an order."""
    delivered_at = row.shipment.delivered_at if row.shipment else None
    return ItemView(
        line=row.line,
        sku=row.stock.product.sku,
        name=row.stock.product.name,
        variant=variant_label(row.stock.colour, row.stock.size),
        quantity=row.quantity,
        unit_cents=row.unit_cents,
        delivered_on=delivered_at.date() if delivered_at else None,
        returnable=pieces_left(row),
        category=row.stock.product.category,
        reduced=row.unit_cents < row.stock.product.price_cents,
    )


def pieces_left(row: models.OrderItem) -> int:
    """How many pieces of a line are not in a return yet."""
    coming = (i for i in row.return_items if i.parcel.status is not ReturnStatus.WITHDRAWN)
    return row.quantity - sum(item.quantity for item in coming)


def article(row: models.OrderItem) -> rules.Article:
    """What the rules want to know of a line's article."""
    product = row.stock.product
    return rules.Article(product.sku, product.category, row.unit_cents < product.price_cents)


def shipment_lateness(row: models.Shipment, today: date, policies: ShopPolicies) -> Lateness:
    """How late a parcel is that has not arrived."""
    if row.status is ShipmentStatus.LOST:
        return Lateness.LOST
    if row.status is ShipmentStatus.DELIVERED:
        return Lateness.ON_TIME
    return rules.lateness(row.expected_on, today, policies)


def shipment_view(row: models.Shipment, today: date, policies: ShopPolicies) -> ShipmentView:
    """One parcel with its sightings."""
    return ShipmentView(
        carrier=row.carrier,
        tracking_number=row.tracking_number,
        status=row.status,
        shipped_at=row.shipped_at,
        expected_on=row.expected_on,
        delivered_at=row.delivered_at,
        lines=tuple(sorted(item.line for item in row.items)),
        events=tuple(TrackingView(e.at, e.place, e.description) for e in row.events),
        tracking_page=policies.deliveries.tracking_page(row.carrier, row.tracking_number),
        lateness=shipment_lateness(row, today, policies),
    )


def payment_view(row: models.Payment, policies: ShopPolicies) -> PaymentView:
    """One payment or refund."""
    under_way = row.status in (PaymentStatus.PENDING, PaymentStatus.SENT)
    due_on = row.created_at.date()
    return PaymentView(
        kind=row.kind,
        status=row.status,
        method=row.method,
        amount_cents=row.amount_cents,
        currency=row.currency,
        created_at=row.created_at,
        settled_at=row.settled_at,
        expected_by=(rules.refund_expected_by(due_on, row.method, policies) if under_way else None),
    )


def return_reference(row: models.Return) -> str:
    """What stands on the parcel of a return."""
    return f"R-{row.id:05d}"


def return_view(row: models.Return) -> ReturnView:
    """A return with what will be paid back; an exchange pays nothing back."""
    order = row.order
    refund = sum(
        rules.item_refund_cents(
            item.order_item.unit_cents, item.quantity, order.subtotal_cents, order.discount_cents
        )
        for item in row.items
    )
    return ReturnView(
        reference=return_reference(row),
        kind=row.kind,
        status=row.status,
        created_at=row.created_at,
        items=tuple(_piece(item.order_item.stock, item.quantity) for item in row.items),
        replacements=tuple(
            _piece(item.replacement, item.quantity) for item in row.items if item.replacement
        ),
        refund_cents=refund - row.postage_cents if row.kind is ReturnKind.RETURN else 0,
        currency=order.currency,
        postage_cents=row.postage_cents,
    )


def problem_view(row: models.Problem) -> ProblemView:
    """A reported problem; its details stay with the shop."""
    return ProblemView(f"P-{row.id:05d}", row.kind, row.created_at, row.wish)


def product_view(row: models.Product) -> ProductView:
    """An article with its variants."""
    return ProductView(
        sku=row.sku,
        name=row.name,
        department=row.department,
        category=row.category,
        description=row.description,
        price_cents=row.price_cents,
        currency=row.currency,
        tags=tuple(row.tags),
        variants=tuple(VariantView(s.colour, s.size, s.quantity, s.restock_on) for s in row.stock),
    )


def promotion_view(row: models.Promotion) -> PromotionView:
    """A promotion with its conditions."""
    return PromotionView(
        code=row.code,
        title=row.title,
        percent=row.percent,
        minimum_cents=row.minimum_cents,
        department=row.department,
        ends_on=row.ends_on,
        starts_on=row.starts_on,
        amount_cents=row.amount_cents,
        first_order_only=row.first_order_only,
        once_per_customer=row.once_per_customer,
        public=row.public,
    )


def _piece(stock: models.Stock, quantity: int) -> str:
    label = variant_label(stock.colour, stock.size)
    count = f"{quantity} × " if quantity > 1 else ""
    return f"{count}{stock.product.name}" + (f" ({label})" if label else "")
