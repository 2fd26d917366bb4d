"""Reading the files in which a shop describes its goods and promotions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from dialogue.orders.gift_cards import code_in
from nlu.errors import SourceError
from nlu.source import line_of, nearest, read_yaml

_PRODUCT_KEYS = frozenset({"sku", "name", "price", "colours", "sizes", "tags", "description"})
_PROMOTION_NEEDS = frozenset({"code", "title", "minimum", "from_day", "to_day"})
_PROMOTION_KEYS = _PROMOTION_NEEDS | {
    *("percent", "amount", "department"),
    *("first_order_only", "once_per_customer", "public"),
}
_CARD_NEEDS = frozenset({"code", "pin", "bought", "left", "sold_day"})
_CARD_KEYS = _CARD_NEEDS | {"owner", "expires_day"}


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product as `catalogue.yml` has it; one without colours or sizes has one empty of each."""

    sku: str
    name: str
    department: str
    category: str
    description: str
    price_cents: int
    currency: str
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    tags: tuple[str, ...]


def read_products(path: Path) -> list[ProductEntry]:
    """All products of a catalogue. Raises SourceError with the line of the first mistake."""
    source = read_yaml(path)
    entries: list[ProductEntry] = []
    seen: set[str] = set()
    called: dict[str, str] = {}
    for category in source.get("categories", ()):
        for product in category.get("products", ()):
            entry = _product(path, source.get("currency", "EUR"), category, product)
            if entry.sku in seen:
                raise SourceError(
                    f"the sku '{entry.sku}' is used twice", str(path), line_of(product)
                )
            seen.add(entry.sku)
            name = " ".join(entry.name.casefold().split())
            other = called.setdefault(name, entry.sku)
            if other != entry.sku:
                raise SourceError(
                    f"{entry.sku} has the name of {other}, '{entry.name}':"
                    " customers could not tell them apart",
                    str(path),
                    line_of(product, "name"),
                )
            entries.append(entry)
    return entries


def read_promotions(folder: Path) -> list[dict[str, Any]]:
    """The promotions of `promotions.yml`, with their amounts in cents. Raises SourceError."""
    path = folder / "promotions.yml"
    entries = []
    for promotion in read_yaml(path) or ():
        _check_keys(path, promotion, _PROMOTION_KEYS, required=_PROMOTION_NEEDS)
        if ("percent" in promotion) == ("amount" in promotion):
            raise SourceError("either 'percent' or 'amount'", str(path), line_of(promotion))
        amount = _cents(path, promotion, "amount") if "amount" in promotion else 0
        minimum = _cents(path, promotion, "minimum")
        entries.append({**promotion, "minimum_cents": minimum, "amount_cents": amount})
    return entries


def read_gift_cards(folder: Path) -> list[dict[str, Any]]:
    """The cards of `gift_cards.yml`, if there is one, in cents. Raises SourceError."""
    path = folder / "gift_cards.yml"
    entries = []
    for card in (read_yaml(path) or ()) if path.exists() else ():
        _check_keys(path, card, _CARD_KEYS, required=_CARD_NEEDS)
        if code_in(str(card["code"])) != card["code"]:
            raise SourceError("a code is written GC-XXXX-XXXX-XXXX", str(path), line_of(card))
        bought, left = _cents(path, card, "bought"), _cents(path, card, "left")
        entries.append({**card, "bought_cents": bought, "balance_cents": left})
    return entries


def _product(path: Path, currency: str, category: Any, product: Any) -> ProductEntry:
    _check_keys(path, product, _PRODUCT_KEYS, required={"sku", "name", "price", "description"})
    for key in ("sku", "name"):
        if not isinstance(product[key], str) or not product[key].strip():
            raise SourceError(f"'{key}' is empty or no text", str(path), line_of(product, key))
    words = (*category.get("words", ()), *product.get("tags", ()))
    return ProductEntry(
        sku=product["sku"],
        name=product["name"],
        department=category["department"],
        category=category["name"],
        description=product["description"],
        price_cents=_cents(path, product, "price"),
        currency=currency,
        colours=tuple(str(colour) for colour in product.get("colours", ("",))),
        sizes=tuple(str(size) for size in product.get("sizes", ("",))),
        tags=tuple(dict.fromkeys(str(word) for word in words)),
    )


def _check_keys(
    path: Path, entry: Any, known: frozenset[str], required: set[str] | frozenset[str]
) -> None:
    for key in entry:
        if key not in known:
            hint = nearest(str(key), known)
            raise SourceError(f"unknown key '{key}'{hint}", str(path), line_of(entry, key))
    for key in sorted(required):
        if key not in entry:
            raise SourceError(f"'{key}' is missing", str(path), line_of(entry))


def _cents(path: Path, entry: Any, key: str) -> int:
    try:
        cents = Decimal(str(entry[key])) * 100
    except InvalidOperation:
        cents = Decimal("0.5")
    if cents != int(cents) or cents < 0:
        raise SourceError(f"'{entry[key]}' is not an amount", str(path), line_of(entry, key))
    return int(cents)
