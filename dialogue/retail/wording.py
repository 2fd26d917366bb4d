"""How amounts, days, states and choices are written for customers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from dialogue.orders.states import OrderStatus
from dialogue.orders.views import OrderView, ProductView
from dialogue.recommending.opinions import Alike, Named, Popular, Reason, Taste, Together

Button = dict[str, str]

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STATUS = {
    OrderStatus.PROCESSING: "being prepared",
    OrderStatus.PACKED: "packed and waiting for the carrier",
    OrderStatus.PARTIALLY_SHIPPED: "partly on its way",
    OrderStatus.SHIPPED: "on its way",
    OrderStatus.OUT_FOR_DELIVERY: "out for delivery",
    OrderStatus.DELIVERED: "delivered",
    OrderStatus.CANCELLED: "cancelled",
    OrderStatus.RETURNED: "returned",
}


def money(cents: int, currency: str) -> str:
    """``€49.90``; other currencies than the common ones by their code: ``SEK 49.90``."""
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{symbol}{cents // 100:,}.{cents % 100:02d}"


def day(when: date | datetime) -> str:
    """``Tue 24 Nov``, whatever the machine's language is."""
    return f"{_DAYS[when.weekday()]} {when.day} {_MONTHS[when.month - 1]}"


def status(order: OrderView) -> str:
    """The state of an order as words that fit after ``Order 1042 is``."""
    return _STATUS[order.status]


def listing(parts: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    words = list(parts)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def contents(order: OrderView) -> str:
    """What is in an order, short enough for a sentence."""
    labels = [item.label for item in order.items]
    if len(labels) > 3:
        labels = [*labels[:2], f"{len(labels) - 2} more"]
    return listing(labels)


def button(title: str, intent: str, **entities: str) -> Button:
    """A quick reply that is understood as `intent` with these entities."""
    data = json.dumps(entities, ensure_ascii=False) if entities else ""
    return {"title": title, "payload": f"/{intent}{data}"}


def order_button(order: OrderView, intent: str = "inform") -> Button:
    """A quick reply that names an order by number and first item."""
    first = order.items[0].name if order.items else day(order.placed_at)
    return button(f"{order.number} · {first}", intent, order_number=order.number)


def person_button() -> Button:
    """A quick reply that fetches a person; it stands last."""
    return button("Talk to a person", "human_agent")


def status_button(number: str) -> Button:
    """A quick reply that asks where an order is."""
    return button("Where is it now?", "order_status", order_number=number)


def refund_button(number: str) -> Button:
    """A quick reply that asks for an order's refund."""
    return button("Where is my refund?", "refund_status", order_number=number)


def reason_words(reason: Reason) -> str:
    """Why a product is recommended, as a line of its card."""
    match reason:
        case Alike(other, dearer_cents, owned):
            bought = " you bought" if owned else ""
            return f"Like the {other.name}{bought}{_difference(dearer_cents, other.currency)}"
        case Together(other, owned):
            return f"Often bought with the {other.name}{' you bought' if owned else ''}"
        case Taste(category):
            return f"Popular with people who buy {category}"
        case Named(()):
            return "Close to what you describe"
        case Named(words):
            return f"Fits “{', '.join(words)}”"
        case Popular():
            return "One of our best-sellers"


def _difference(dearer_cents: int, currency: str) -> str:
    if not dearer_cents:
        return ", at the same price"
    return f", and {money(abs(dearer_cents), currency)} {'more' if dearer_cents > 0 else 'less'}"


def card(product: ProductView, reason: str = "", *more: Button) -> dict[str, Any]:
    """A product as a card with its two next questions, perhaps a reason, and more buttons."""
    state = "in stock" if product.in_stock else "sold out at the moment"
    return {
        "title": product.name,
        "subtitle": f"{money(product.price_cents, product.currency)} · {state}"
        + (f"\n{reason}" if reason else ""),
        "buttons": [
            button("Sizes and stock", "check_stock", product=product.sku),
            button("Details", "product_details", product=product.sku),
            *more,
        ],
    }
