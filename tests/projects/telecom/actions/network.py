"""What the network knows about plans, places and countries; all of it made up."""

import re
from dataclasses import dataclass
from typing import Dict, Optional, Text


@dataclass
class Plan:
    name: Text
    included: Optional[int]  # GB a month; None: no limit
    price: float  # euros a month
    left: float  # share of the data that our one customer has left


PLANS: Dict[Text, Plan] = {
    "S": Plan("S", 2, 9.0, 0.0),
    "M": Plan("M", 10, 17.0, 0.4),
    "L": Plan("L", 40, 29.0, 0.8),
    "XL": Plan("XL", None, 45.0, 0.9),
}
EXTRA_GB = 0.5  # euros a month for each GB above what is included

COVERAGE: Dict[Text, Text] = {
    "1010": "good",
    "1020": "good",
    "2040": "weak",
    "3050": "missing",
    "4060": "outage",
}
HOME_ZONE = ("austria", "france", "germany", "italy", "poland", "portugal", "spain")
FAR_ZONE = ("australia", "brazil", "canada", "japan", "kenya", "turkey", "usa")


def find_plan(written: Optional[Text]) -> Optional[Plan]:
    """'plan l' -> L; None if there is no such plan."""
    name = (written or "").strip().upper()
    if name.startswith("PLAN "):
        name = name[5:]
    return PLANS.get(name)


def read_volume(written: Optional[Text]) -> Optional[int]:
    """'20 GB' -> 20."""
    figures = re.search(r"\d{1,4}", written or "")
    return int(figures.group()) if figures else None


def price_of(plan: Plan, volume: Optional[int]) -> float:
    """What the plan costs with so many GB."""
    if plan.included is None or volume is None:
        return plan.price
    return plan.price + EXTRA_GB * max(0, volume - plan.included)


def volume_of(plan: Plan, volume: Optional[int]) -> Text:
    """What one gets: at least what is included."""
    if plan.included is None:
        return "as much data as you like"
    return f"{max(plan.included, volume or 0)} GB"


def zone_of(country: Optional[Text]) -> Optional[Text]:
    name = (country or "").strip().lower()
    if name in HOME_ZONE:
        return "home"
    return "far" if name in FAR_ZONE else None


def show(euros: float) -> Text:
    """9.0 -> '9', 10.5 -> '10.50'."""
    return f"{euros:.0f}" if euros == int(euros) else f"{euros:.2f}"
