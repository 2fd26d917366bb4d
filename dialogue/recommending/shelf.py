"""All that is known of the goods at one time, ready to be asked; nothing in it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.orders.views import ProductView
from dialogue.recommending.content import Content
from dialogue.recommending.copurchases import Copurchases
from dialogue.recommending.vectors import Vectors


@dataclass(frozen=True)
class Shelf:
    """N goods, by row: who bought them, and what they are unless nobody could say.

    `faults` tells a person what is wrong with the catalogue, a line each.
    """

    goods: tuple[ProductView, ...]
    rows: dict[str, int]
    copurchases: Copurchases
    content: Content | None
    version: str | None
    faults: tuple[str, ...]

    def known(self, skus: Sequence[str]) -> list[int]:
        """The rows of those articles that are on the shelf."""
        return [self.rows[sku] for sku in skus if sku in self.rows]


def presentable(goods: Sequence[ProductView]) -> tuple[ProductView, ...]:
    """The goods that can be shown to a customer: those with a name."""
    return tuple(product for product in goods if product.name.strip())


def name_key(product: ProductView) -> str:
    """What two goods have in common that a customer cannot tell apart by their names."""
    return " ".join(product.name.casefold().split())


def stock_shelf(
    goods: Sequence[ProductView],
    histories: Sequence[Sequence[str]],
    vectors: Vectors | None,
) -> Shelf:
    """A shelf of the presentable goods, from what each customer bought and their texts' vectors."""
    shown = presentable(goods)
    rows = {product.sku: row for row, product in enumerate(shown)}
    bought = [[rows[sku] for sku in history if sku in rows] for history in histories]
    return Shelf(
        goods=shown,
        rows=rows,
        copurchases=Copurchases(bought, len(shown)),
        content=Content(vectors.rows) if vectors is not None and len(shown) else None,
        version=vectors.version if vectors is not None else None,
        faults=tuple(_faults(goods)),
    )


def _faults(goods: Sequence[ProductView]) -> list[str]:
    nameless = [product.sku for product in goods if not product.name.strip()]
    faults = [f"{sku} has no name and is never recommended" for sku in nameless]
    alike = defaultdict(list)
    for product in presentable(goods):
        alike[name_key(product)].append(product)
    faults += [
        f"{', '.join(product.sku for product in same)} are all called {same[0].name!r}:"
        " only one of them is recommended at a time"
        for same in alike.values()
        if len(same) > 1
    ]
    return faults
