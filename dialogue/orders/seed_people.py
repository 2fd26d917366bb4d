"""The people who buy in the demonstration shop: names, places and tastes put together."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dialogue.orders.models import Address, Customer
from nlu.source import read_yaml

MAIL_HOSTS = ("example.com", "example.net", "example.org")


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer with the weights of what they like and how often they buy."""

    customer: Customer
    taste: dict[str, float]
    keenness: float


def make_shoppers(path: Path, count: int, today: date, rng: random.Random) -> list[Shopper]:
    """`count` people, the demonstration's own first; every e-mail address is used once."""
    source = read_yaml(path)
    tastes: dict[str, dict[str, float]] = source["tastes"]
    places = {place["city"]: place for place in source["places"]}
    shoppers = []
    for person in source["demo"]:
        customer = Customer(
            email=person["email"], first_name=person["first"], last_name=person["last"], demo=True
        )
        shopper = _shopper(customer, tastes[person["taste"]], today, rng)
        _settle(customer, places[person["place"]], person["street"])
        shoppers.append(shopper)
    taken = {shopper.customer.email for shopper in shoppers}
    while len(shoppers) < count:
        first, last = rng.choice(source["first_names"]), rng.choice(source["last_names"])
        email = f"{_plain(first)}.{_plain(last)}@{rng.choice(MAIL_HOSTS)}"
        if email in taken:
            continue
        taken.add(email)
        customer = Customer(email=email, first_name=first, last_name=last, demo=False)
        place = rng.choice(source["places"])
        _settle(customer, place, f"{rng.choice(place['streets'])} {rng.randint(1, 140)}")
        shoppers.append(_shopper(customer, tastes[rng.choice(sorted(tastes))], today, rng))
    return shoppers


def make_person(source: Any, mark: str, rng: random.Random) -> Customer:
    """Someone with a name and a place of `source`; `mark` makes the e-mail address theirs alone."""
    first, last = rng.choice(source["first_names"]), rng.choice(source["last_names"])
    customer = Customer(
        email=f"{_plain(first)}.{_plain(last)}.{mark}@{rng.choice(MAIL_HOSTS)}",
        first_name=first,
        last_name=last,
        demo=False,
    )
    place = rng.choice(source["places"])
    _settle(customer, place, f"{rng.choice(place['streets'])} {rng.randint(1, 140)}")
    return customer


def _shopper(
    customer: Customer, taste: dict[str, float], today: date, rng: random.Random
) -> Shopper:
    """Long a customer, and one of a few who buy often or of the many who buy rarely."""
    joined = datetime.combine(today, time(9), UTC) - timedelta(days=rng.randint(200, 900))
    customer.created_at = joined
    return Shopper(customer, dict(taste), keenness=rng.paretovariate(2.5))


def _settle(customer: Customer, place: dict[str, Any], street: str) -> None:
    customer.addresses.append(
        Address(
            street=street,
            postcode=place["postcode"],
            city=place["city"],
            country=place["country"],
        )
    )


def _plain(name: str) -> str:
    """The letters of a name that an e-mail address takes."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", ascii_only.lower())
