"""The demonstration shop's goods and people, without a database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class ShopStub:
    """The catalogue and people of the demonstration shop, in memory."""

    _people = (
        SimpleNamespace(id=1, first_name="Maya", last_name="Lindqvist"),
        SimpleNamespace(id=2, first_name="Tom", last_name="Becker"),
    )
    _goods = tuple(
        SimpleNamespace(
            sku=sku,
            name=name,
            department=department,
            category=category,
            description=f"{name}, made to last.",
            price_cents=price,
            in_stock=stock,
            variants=[SimpleNamespace(colour=colour, size="M") for colour in colours],
        )
        for sku, name, department, category, price, stock, colours in (
            ("CL-JA-01", "Rain Jacket", "clothing", "jackets", 12990, True, ["moss", "navy"]),
            ("HK-CT-05", "Teapot", "home & kitchen", "coffee & tea", 4290, True, ["sage"]),
            ("OU-CA-01", "Two-Person Tent", "outdoor", "camping", 22900, False, ["orange"]),
            ("EL-AU-01", "Wireless Earbuds", "electronics", "audio", 7990, True, []),
        )
    )

    def products(self, department: str = "") -> list[Any]:
        return [one for one in self._goods if department in ("", one.department)]

    def departments(self) -> list[str]:
        return ["clothing", "electronics", "home & kitchen", "outdoor"]

    def product(self, sku: str) -> Any:
        return next((one for one in self._goods if one.sku == sku), None)

    def customers(self) -> tuple[Any, ...]:
        return self._people

    def customer(self, customer_id: object) -> Any:
        return next((one for one in self._people if one.id == customer_id), None)
