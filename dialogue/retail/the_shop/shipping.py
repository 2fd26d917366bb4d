"""Where the shop delivers, what it costs and how long it takes."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.addresses import COUNTRIES, countries_in
from dialogue.questions import is_question
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_text,
    said_within,
)

READ = 300  # characters that are looked through
LOOKED_BACK = 3  # messages; what was told since then need not be told whole again
ABOUT_SHIPPING = (
    "utter_shipping_options",
    "utter_shipping_cost",
    "utter_shipping_time",
    "utter_ships_there",
    "utter_ships_not_there",
)
_COST = re.compile(r"\b(?:cost|price|fee|charge|much|free|pay)\w*\b|运费|邮费|多少钱|免费", re.I)
_TIME = re.compile(
    r"\b(?:long|days?|when|time|fast|quick\w*|soon|arrive)\b|多久|几天|什么时候", re.I
)
_FASTER = re.compile(
    r"\bexpress\b|\b(?:fast|quick|soon)er\b|\b(?:next|same)[- ]day\b|\bovernight\b|\burgent\w*\b"
    r"|加急|加快|快一点|快点|次日达|当天送|特快",
    re.I,
)
_WEEKEND = re.compile(
    r"\b(?:satur|sun)days?\b|\bweekends?\b|周末|周[六日]|星期[六日天]|礼拜[六日天]", re.I
)
_CUSTOMS = re.compile(
    r"\b(?:customs|dut(?:y|ies)|tariffs?|import (?:tax|taxes|vat|fees?|charges?))\b"
    r"|关税|海关|清关|报关|进口税",
    re.I,
)


class ShippingAction(RetailAction):
    """Yes or no for a country that is named; else everything, or what was asked once more."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_shipping_options"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """One sentence where one is enough."""
        text, words = latest_text(tracker)[:READ], self.words(tracker)
        named = countries_in(text)
        for code in named[:2]:
            there = code in COUNTRIES
            dispatcher.utter_message(
                response="utter_ships_there" if there else "utter_ships_not_there",
                country=words.country(code),
            )
        if named:
            return []
        if _FASTER.search(text) or _WEEKEND.search(text):
            weekend = _WEEKEND.search(text) is not None
            dispatcher.utter_message(
                response="utter_faq/saturday_delivery" if weekend else "utter_no_express"
            )
            return []
        cost, time = bool(_COST.search(text)), bool(_TIME.search(text))
        lately = said_within(tracker, LOOKED_BACK)
        told = not lately.isdisjoint(ABOUT_SHIPPING) and cost is not time
        only = "utter_shipping_cost" if cost else "utter_shipping_time"
        dispatcher.utter_message(response=only if told else "utter_shipping_options")
        return []


def customs_elsewhere(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Customs of a country where we do not deliver: that we don't, not that there are none."""
    text = latest_text(tracker)[:READ]
    if (
        not _CUSTOMS.search(text)
        or not is_question(text)
        or COUNTRIES.keys() >= {*countries_in(text)}
    ):
        return None
    return ShippingAction(services).run(dispatcher, tracker, domain)
