"""Which of a signed-in customer's orders a wish may be about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from dialogue.orders import rules
from dialogue.orders.errors import OrderError
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.states import Lateness, OrderStatus, ShipmentStatus
from dialogue.orders.views import ItemView, OrderView, ReturnView, ShipmentView

Fits = Callable[[OrderView, date, ShopPolicies], bool]


def returnable_items(order: OrderView, today: date, policies: ShopPolicies) -> tuple[ItemView, ...]:
    """The lines of an order that may still be sent back."""
    return tuple(item for item in order.items if may_return(order, item, today, policies))


def may_return(order: OrderView, item: ItemView, today: date, policies: ShopPolicies) -> bool:
    """Whether the rules let this line come back today."""
    return _allowed(
        lambda: rules.check_return(
            order.number,
            order.status,
            item.delivered_on,
            item.returnable,
            today,
            policies,
            item.article,
        )
    )


def may_cancel(order: OrderView, policies: ShopPolicies) -> bool:
    """Whether the rules let this order be cancelled."""
    return _allowed(lambda: rules.check_cancel(order.number, order.status, policies))


def may_change_address(order: OrderView, policies: ShopPolicies) -> bool:
    """Whether the rules let this order go elsewhere."""
    return _allowed(lambda: rules.check_address_change(order.number, order.status, policies))


def may_change_contents(order: OrderView, policies: ShopPolicies) -> bool:
    """Whether the rules let what is in this order change."""
    return _allowed(lambda: rules.check_contents_change(order.number, order.status, policies))


def late_parcels(order: OrderView, lateness: Lateness) -> tuple[ShipmentView, ...]:
    """The parcels that are so late and about which nothing has been decided."""
    return tuple(
        parcel
        for parcel in order.shipments
        if parcel.lateness is lateness and parcel.status is not ShipmentStatus.LOST
    )


def has_refunds(order: OrderView) -> bool:
    """Whether money has gone back, or something is on its way that brings some."""
    return bool(order.refunds or any(parcel.brings_money for parcel in order.returns))


def announced_returns(order: OrderView) -> tuple[ReturnView, ...]:
    """The returns and exchanges that are announced and not with the shop yet."""
    return tuple(parcel for parcel in order.returns if parcel.to_come)


def inside(parcel: ShipmentView, order: OrderView) -> list[str]:
    """What a parcel holds, as labels."""
    labels = {item.line: item.label for item in order.items}
    return [labels[line] for line in parcel.lines if line in labels]


def fitting(
    form: str, orders: Sequence[OrderView], today: date, policies: ShopPolicies
) -> list[OrderView]:
    """Of these orders, the ones that the form's wish can be about."""
    fits = _FITS.get(form)
    return [order for order in orders if fits is None or fits(order, today, policies)]


def _allowed(check: Callable[[], None]) -> bool:
    try:
        check()
    except OrderError:
        return False
    return True


_FITS: dict[str, Fits] = {
    "order_status_form": lambda order, _today, _policies: order.status in rules.OPEN,
    "shipping_updates_form": lambda order, _today, _policies: order.status in rules.OPEN,
    "cancel_order_form": lambda order, _, policies: may_cancel(order, policies),
    "change_address_form": lambda order, _, policies: may_change_address(order, policies),
    "modify_order_form": lambda order, _today, _policies: order.status in rules.IN_WAREHOUSE,
    "return_form": lambda *about: bool(returnable_items(*about)),
    "exchange_form": lambda *about: bool(returnable_items(*about)),
    "refund_status_form": lambda order, _today, _policies: has_refunds(order),
    "withdraw_return_form": lambda order, _today, _policies: bool(announced_returns(order)),
    "problem_form": lambda order, _today, _policies: (
        order.status not in rules.IN_WAREHOUSE and order.status is not OrderStatus.CANCELLED
    ),
}
