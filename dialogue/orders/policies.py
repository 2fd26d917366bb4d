"""The shop's rules of business as its people write them, typed and checked.

They stand in `policies.yml` of the bot's project; a shop without that file has the defaults, and a
part that the file leaves out has its defaults too. What follows from them is in
`dialogue.orders.rules`.
"""

from __future__ import annotations

from datetime import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from dialogue.orders.checked_yaml import Part, read_checked
from dialogue.orders.states import Remedy, ReturnReason

FILE_NAME = "policies.yml"


def _cents(value: object) -> object:
    """Cents from an amount as people write it: ``4.95`` or ``"4.95"``."""
    try:
        cents = Decimal(str(value)) * 100
    except InvalidOperation:
        cents = Decimal("NaN")
    if isinstance(value, bool) or not cents.is_finite() or cents < 0 or cents != int(cents):
        raise ValueError(f"'{value}' is not an amount such as 4.95")
    return int(cents)


# In a file an amount, in Python (and as the defaults below) cents.
Cents = Annotated[int, BeforeValidator(_cents)]
Days = Annotated[int, Field(ge=0, le=3650)]
Stage = Literal["processing", "packed"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Condition(StrEnum):
    """In what state goods of a kind come back; the words for it are in the responses."""

    SEALED = "sealed"
    UNOPENED = "unopened"


class Changes(Part):
    """The last stage in the warehouse at which a customer may still do each thing."""

    cancel_until: Stage = "packed"
    address_until: Stage = "processing"
    contents_until: Stage = "processing"


class Goods(Part):
    """Goods for which returns differ: whole categories, or articles by number."""

    categories: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    returnable: bool = True
    days: Days | None = None
    only: Condition | None = None

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if not self.categories and not self.articles:
            raise ValueError("name 'categories' or 'articles'")
        return self


class Postage(Part):
    """What a return costs the customer when the shop does not pay for its reason."""

    amount: Cents = 0
    free_from: Cents | None = None
    free_for_members: bool = True


class Returns(Part):
    """Sending back and swapping: until when, what, and who pays."""

    days: Days = 30
    reduced_days: Days = 30
    hand_in_days: Days = 14
    replacement_kept_days: Days = 21
    goods: tuple[Goods, ...] = ()
    shop_pays_for: frozenset[ReturnReason] = frozenset(
        {ReturnReason.DAMAGED, ReturnReason.WRONG_ITEM, ReturnReason.NOT_AS_DESCRIBED}
    )
    postage: Postage = Postage()


class Refunds(Part):
    """Money goes back the way it came, after so many working days from when it is due."""

    working_days: dict[str, Days] = Field(default_factory=dict)
    other_methods: Days = 5

    def days_for(self, method: str) -> int:
        """Working days until a refund by `method` is there."""
        named = {name.casefold(): days for name, days in self.working_days.items()}
        return named.get(method.casefold(), self.other_methods)

    @property
    def most_days(self) -> int:
        """Working days after which a refund is there, by whatever method."""
        return max(self.other_methods, *self.working_days.values(), 0)


class Deliveries(Part):
    """Parcels: what they cost, whose they are, and when one is late. Days are working days."""

    shipping: Cents = 495
    free_from: Cents = 5_000
    wrapping: Cents = 390  # of an article, as a present
    soonest: Days = 2
    latest: Days = 5
    delayed_after: Days = 1
    lost_after: Days = 13
    when_delayed: tuple[Remedy, ...] = (Remedy.WAIT, Remedy.REPLACEMENT, Remedy.REFUND)
    when_lost: tuple[Remedy, ...] = (Remedy.WAIT, Remedy.REPLACEMENT, Remedy.REFUND)
    resent_after: Days = 3
    tracking_pages: dict[str, str] = Field(default_factory=dict)

    @field_validator("tracking_pages")
    @classmethod
    def _pages_have_a_place_for_the_number(cls, pages: dict[str, str]) -> dict[str, str]:
        for carrier, page in pages.items():
            if not page.startswith("https://") or page.count("{number}") != 1:
                raise ValueError(f"the page of {carrier} is https://… with one {{number}} in it")
        return pages

    @model_validator(mode="after")
    def _latest_is_not_sooner(self) -> Self:
        if self.soonest > self.latest:
            raise ValueError("'soonest' must not be more than 'latest'")
        return self

    @model_validator(mode="after")
    def _lost_is_later_than_delayed(self) -> Self:
        if self.lost_after <= self.delayed_after:
            raise ValueError("'lost_after' must be more than 'delayed_after'")
        return self

    def tracking_page(self, carrier: str, number: str) -> str | None:
        """Where the carrier shows a parcel, if we know."""
        page = self.tracking_pages.get(carrier)
        return None if page is None else page.replace("{number}", number)


class Damages(Part):
    """Things that arrived broken, wrong or not at all in their parcel."""

    report_within_days: Days = 14
    photo_from: Cents = 0
    kept_below: Cents = 1_500


class GiftCards(Part):
    """Between which amounts a gift card may be, and how long it is valid."""

    minimum: Cents = 1_000
    maximum: Cents = 25_000
    valid_years: Annotated[int, Field(ge=1, le=99)] = 3

    @model_validator(mode="after")
    def _minimum_is_less(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError("'minimum' must not be more than 'maximum'")
        return self


class Seller(Part):
    """Who stands on invoices as the one who sells."""

    name: str = "The shop"
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    vat_id: str = ""


class Hours(Part):
    """When people are there on some days of the week, in the shop's time zone."""

    days: tuple[Weekday, ...]
    opens: time
    closes: time

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("'opens' must be before 'closes'")
        return self


_PEOPLE = (
    Hours(days=("mon", "tue", "wed", "thu", "fri"), opens=time(9), closes=time(18)),
    Hours(days=("sat",), opens=time(10), closes=time(14)),
)
_STORES = (Hours(days=("mon", "tue", "wed", "thu", "fri", "sat"), opens=time(10), closes=time(19)),)


class ShopPolicies(Part):
    """All rules of business of a shop; money is in cents."""

    changes: Changes = Changes()
    returns: Returns = Returns()
    refunds: Refunds = Refunds()
    deliveries: Deliveries = Deliveries()
    damages: Damages = Damages()
    gift_cards: GiftCards = GiftCards()
    vat_percent: Annotated[int, Field(ge=0, le=100)] = 19
    people: tuple[Hours, ...] = _PEOPLE
    shop_hours: tuple[Hours, ...] = _STORES
    seller: Seller = Seller()


def project_policies(project: Path) -> ShopPolicies:
    """The policies of a bot's project folder; the defaults when it has no such file.

    Raises SourceError.
    """
    path = project / FILE_NAME
    return read_policies(path) if path.exists() else ShopPolicies()


def read_policies(path: Path) -> ShopPolicies:
    """The policies in one file. Raises SourceError with the line and field of each mistake."""
    return read_checked(path, ShopPolicies)
