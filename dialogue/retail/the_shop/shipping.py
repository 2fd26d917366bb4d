"""Where the shop delivers, what it costs and how long it takes."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.addresses import COUNTRIES, countries_in
from dialogue.questions import is_question
from dialogue.retail.paying.amounts_named import worth_cents
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_entity,
    latest_text,
    said_within,
)

READ = 300  # characters that are looked through
LOOKED_BACK = 3  # messages; what was told since then need not be told whole again
_NOT_THERE = "utter_ships_not_there"
_NO_CUSTOMS = "utter_faq/customs_duties"
ABOUT_SHIPPING = (
    "utter_shipping_options",
    "utter_shipping_cost",
    "utter_shipping_time",
    "utter_shipping_free",
    "utter_shipping_not_free",
    "utter_ships_elsewhere",
    "utter_ships_there",
    _NOT_THERE,
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
_DAYS_TO = re.compile(
    r"\bhow (?:long|many days)\b.{0,30}\bto\b|\b(?:ship|deliver|send)\b.{0,12}\bto\b"
    r"|(?:几天|多久|多少天).{0,6}[到寄送发]|[寄送发].{0,8}(?:几天|多久|多少天|吗)",
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
            customs = _CUSTOMS.search(text) or _NO_CUSTOMS in said_within(tracker, LOOKED_BACK)
            if customs and COUNTRIES.keys() >= {*named}:
                dispatcher.utter_message(
                    response="utter_ships_without_customs",
                    country=words.locale.territories[named[0]],
                )
            return []
        if _FASTER.search(text) or _WEEKEND.search(text):
            weekend = _WEEKEND.search(text) is not None
            dispatcher.utter_message(
                response="utter_faq/saturday_delivery" if weekend else "utter_no_express"
            )
            return []
        dispatcher.utter_message(response=self._terms(tracker, text))
        return []

    def _terms(self, tracker: Tracker, text: str) -> str:
        """Whether an amount goes free; else everything, or what was asked once more."""
        cost, time = bool(_COST.search(text)), bool(_TIME.search(text))
        worth, free_from = worth_cents(text), self.services.policies.deliveries.free_from
        if cost and not time and worth is not None:
            return "utter_shipping_free" if worth >= free_from else "utter_shipping_not_free"
        lately = said_within(tracker, LOOKED_BACK)
        if lately.isdisjoint(ABOUT_SHIPPING) or not (cost or time):
            return "utter_shipping_options"
        if cost and time:
            return "utter_ships_elsewhere" if _NOT_THERE in lately else "utter_shipping_options"
        return "utter_shipping_cost" if cost else "utter_shipping_time"


def asks_terms(text: str) -> bool:
    """Whether the cost or the time of something is asked for."""
    return any(asks.search(text[:READ]) for asks in (_COST, _TIME))


def customs_elsewhere(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Customs of a country where we do not deliver, or the days: that we don't deliver there."""
    text = latest_text(tracker)[:READ]
    free = not (tracker.active_loop or {}).get("name") and not latest_entity(
        tracker, "order_number"
    )
    asks = _CUSTOMS.search(text) or (free and _DAYS_TO.search(text))
    if not asks or not is_question(text) or COUNTRIES.keys() >= {*countries_in(text)}:
        return None
    return ShippingAction(services).run(dispatcher, tracker, domain)
