"""Which of a signed-in customer's orders a wish may be about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from dialogue.orders import rules
from dialogue.orders.errors import OrderError
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import ItemView, OrderView

Fits = Callable[[OrderView, date], bool]


def returnable_items(order: OrderView, today: date) -> tuple[ItemView, ...]:
    """The lines of an order that may still be sent back."""
    return tuple(item for item in order.items if may_return(order, item, today))


def may_return(order: OrderView, item: ItemView, today: date) -> bool:
    """Whether the rules let this line come back today."""
    return _allowed(
        lambda: rules.check_return(
            order.number, order.status, item.delivered_on, item.returnable, today
        )
    )


def may_cancel(order: OrderView) -> bool:
    """Whether the rules let this order be cancelled."""
    return _allowed(lambda: rules.check_cancel(order.number, order.status))


def may_change_address(order: OrderView) -> bool:
    """Whether the rules let this order go elsewhere."""
    return _allowed(lambda: rules.check_address_change(order.number, order.status))


def fitting(form: str, orders: Sequence[OrderView], today: date) -> list[OrderView]:
    """Of these orders, the ones that the form's wish can be about."""
    fits = _FITS.get(form)
    return [order for order in orders if fits is None or fits(order, today)]


def _allowed(check: Callable[[], None]) -> bool:
    try:
        check()
    except OrderError:
        return False
    return True


_FITS: dict[str, Fits] = {
    "order_status_form": lambda order, _: order.status in rules.OPEN,
    "cancel_order_form": lambda order, _: may_cancel(order),
    "change_address_form": lambda order, _: may_change_address(order),
    "modify_order_form": lambda order, _: order.status in rules.IN_WAREHOUSE,
    "return_form": lambda order, today: bool(returnable_items(order, today)),
    "exchange_form": lambda order, today: bool(returnable_items(order, today)),
    "refund_status_form": lambda order, _: bool(order.refunds or order.returns),
    "problem_form": lambda order, _: (
        order.status not in rules.IN_WAREHOUSE and order.status is not OrderStatus.CANCELLED
    ),
}
