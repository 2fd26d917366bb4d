"""The goods and the purchases of a shop whose orders are behind an HTTP API.

They are optional there: an API that does not know an address of this part (404) has no goods, no
offers, or no purchases to recommend by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialogue.orders.errors import SignInRequired
from dialogue.orders.purchases import Owned
from dialogue.orders.search import Match, rank
from dialogue.orders.shop_api import NoSuchPlace, ShopApi
from dialogue.orders.subscriptions import Listener
from dialogue.orders.views import ProductView, PromotionView, Viewer


@dataclass(frozen=True, slots=True)
class _Products:
    products: tuple[ProductView, ...] = ()


@dataclass(frozen=True, slots=True)
class _Promotions:
    promotions: tuple[PromotionView, ...] = ()


@dataclass(frozen=True, slots=True)
class _Noted:
    noted: bool


@dataclass(frozen=True, slots=True)
class _Everyone:
    purchases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Own:
    kept: tuple[tuple[str, date], ...] = ()
    just_returned: tuple[str, ...] = ()


class HttpCatalogue:
    """`Catalogue` over HTTP; sentences are searched on our side, among all products."""

    def __init__(self, api: ShopApi) -> None:
        self._api = api

    def product(self, sku: str) -> ProductView | None:
        """See `Catalogue.product`."""
        return next(iter(self.products([sku.upper()])), None)

    def products(self, skus: Sequence[str] | None = None) -> tuple[ProductView, ...]:
        """See `Catalogue.products`."""
        wanted = None if skus is None else {sku for sku in skus if "," not in sku}
        if wanted is not None and not wanted:
            return ()
        params = {} if wanted is None else {"skus": ",".join(sorted(wanted))}
        try:
            found = self._api.read(_Products, "products", params=params).products
        except NoSuchPlace:
            return ()
        return found if wanted is None else tuple(each for each in found if each.sku in wanted)

    def search(self, text: str, limit: int = 6) -> tuple[Match, ...]:
        """See `Catalogue.search`."""
        return rank(text, self.products())[:limit]

    def promotions(self) -> tuple[PromotionView, ...]:
        """See `Catalogue.promotions`."""
        try:
            return self._api.read(_Promotions, "promotions").promotions
        except NoSuchPlace:
            return ()

    def alert(
        self,
        viewer: Viewer,
        sku: str,
        colour: str,
        size: str,
        listener: Listener | None = None,  # noqa: ARG002
    ) -> None:
        """See `Catalogue.alert`. The shop tells the customer by its own ways, not in the chat."""
        if viewer.customer_id is None:
            raise SignInRequired
        body = {"sku": sku, "colour": colour, "size": size}
        self._api.tell(_Noted, "alerts", viewer, body)


class HttpPurchases:
    """`Purchases` over HTTP."""

    def __init__(self, api: ShopApi) -> None:
        self._api = api

    def everyone(self) -> tuple[tuple[str, ...], ...]:
        """See `Purchases.everyone`."""
        try:
            return self._api.read(_Everyone, "purchases").purchases
        except NoSuchPlace:
            return ()

    def of(self, viewer: Viewer) -> Owned:
        """See `Purchases.of`."""
        if viewer.customer_id is None:
            return Owned()
        try:
            own = self._api.read(_Own, "customer/purchases", viewer)
        except NoSuchPlace:
            return Owned()
        return Owned(own.kept, frozenset(own.just_returned))
