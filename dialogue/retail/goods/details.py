"""Saying what goods are."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, colour_words
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.describing import also_asked, asks_aspect, described, service_asked
from dialogue.retail.goods.first_asked import answered_or_gone_on
from dialogue.retail.goods.having import tell_beside
from dialogue.retail.goods.named import (
    MAX_CARDS,
    Meant,
    ProductAction,
    shown_products,
    spoken_of_goods,
)
from dialogue.retail.goods.qualities import has
from dialogue.retail.goods.stock import CheckStockAction, asks_for_colour
from dialogue.retail.services import Dispatcher, Events, answers_within, latest_text

LATELY = 4  # messages after which a description is still in sight
_DESCRIBES = frozenset({"utter_product_details", "utter_product_told", "utter_product_untold"})
# "Which sizes are there", but not "how big is it".
_SIZES = re.compile(
    r"\b(?:what|which|other|any|all) sizes?\b|\bsizes\b"
    r"|(?:哪些|什么|几种)(?:码|号)|尺码",
    re.IGNORECASE,
)

_IN = re.compile(
    r"\b(?:comes?|have|got|get|had|available|exists?|made|is it|there)\b.{0,30}"
    r"\bin (?:the |a )?(\w{3,})"
    r"|有(?:没有)?[^，。]{0,8}色",
    re.IGNORECASE,
)


class ProductDetailsAction(ProductAction):
    """Material, measures and care of a product: what was asked of them, else all."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_product_details"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """What the catalogue says, and that it does not say what was asked."""
        told = answered_or_gone_on(self, dispatcher, tracker)
        if told is not None:
            return told
        if (
            asks_for_colour(self, tracker)
            or _asks_if_in(self, tracker)
            or _SIZES.search(latest_text(tracker)[:READ])
        ):
            tell_beside(self, dispatcher, tracker)
            return CheckStockAction(self.services).answer(dispatcher, tracker, _domain)
        meant, service = self.meant(tracker), service_asked(latest_text(tracker))
        guaranteed = meant.product is not None and has(meant.product, "guarantee")
        beside = meant.product is not None and service in also_asked(latest_text(tracker))
        beside = beside and asks_aspect(latest_text(tracker))
        if service is not None and not beside and not (service == "utter_warranty" and guaranteed):
            dispatcher.utter_message(response=service)
            return [SlotSet("product", meant.product.sku)] if meant.product else []
        if meant.product is None:
            return self._tell_of_each(dispatcher, tracker, meant) or self.ask_which(
                dispatcher, tracker, meant
            )
        product, words = meant.product, self.words(tracker)
        answer = described(latest_text(tracker), product)
        stock = words.button("stock", "check_stock", product=product.sku)
        if answer.told:
            more = words.button("all_details", "product_details", product=product.sku)
            dispatcher.utter_message(
                response="utter_product_told",
                name=product.name,
                told=answer.told,
                buttons=[stock, more],
            )
            if answer.lacks:
                dispatcher.utter_message(
                    response="utter_product_rest_untold", buttons=[words.person_button()]
                )
            return [SlotSet("product", product.sku)]
        untold = "utter_product_untold"
        if answer.asked and _told_of(tracker, product.name):
            untold = "utter_product_untold_too"
        dispatcher.utter_message(
            response=untold if answer.asked else "utter_product_details",
            name=product.name,
            price=words.money(product.price_cents, product.currency),
            description=product.description,
            buttons=[stock, *([words.person_button()] if answer.asked else [])],
        )
        return [SlotSet("product", product.sku)]

    def _tell_of_each(self, dispatcher: Dispatcher, tracker: Tracker, meant: Meant) -> Events:
        """What is asked of "it" where several were shown, of each; nothing where none tells it."""
        text, words = latest_text(tracker), self.words(tracker)
        goods = meant.candidates[:MAX_CARDS] or self.shown(tracker)
        if not asks_aspect(text) or not spoken_of_goods(tracker):
            return []
        told = [described(text, product).told for product in goods]
        if not any(told):
            if len(goods) < 2 or not {*goods} <= {*self.shown(tracker)}:
                return []
            cards = [card(words, product, product.description) for product in goods]
            dispatcher.utter_message(
                response="utter_told_of_none", elements=cards, buttons=[words.person_button()]
            )
            return [shown_products(goods)]
        lines = [words.say("compare_told", told=one) if one else "" for one in told]
        untold = words.say("compare_untold")
        cards = [card(words, p, line or untold) for p, line in zip(goods, lines, strict=True)]
        dispatcher.utter_message(response="utter_told_of_each", elements=cards)
        return [shown_products(goods)]


def _told_of(tracker: Tracker, name: str) -> bool:
    """Whether the customer has just read the description of a product, or parts of it."""
    facts = answers_within(tracker, LATELY)
    return any(one.get("utter_action") in _DESCRIBES and one.get("name") == name for one in facts)


def _asks_if_in(action: ProductAction, tracker: Tracker) -> bool:
    """Whether it is asked if goods come in a colour: "does it come in blue as well?"."""
    text = action.words(tracker).in_records(latest_text(tracker))[:READ]
    asked = _IN.search(text)
    known = colour_words(action.services.catalogue.products())
    return asked is not None and (asked[1] is None or asked[1].casefold() in known)
