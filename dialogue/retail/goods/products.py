"""Finding goods, and saying what they are."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.lacking import thing_asked_for
from dialogue.orders.search import only_one, price_limit_cents
from dialogue.recommending.refining import Sought, goes_on, kept_search, leave_out
from dialogue.recommending.wishes import heard
from dialogue.retail.goods.advice import RecommendAction, for_whom_before, is_gift
from dialogue.retail.goods.describing import described, service_asked
from dialogue.retail.goods.first_asked import answered_first
from dialogue.retail.goods.named import ProductAction, cards_of, products_of
from dialogue.retail.goods.qualities import has
from dialogue.retail.goods.search_on import (
    MOST,
    go_on,
    go_on_unless_pointed,
    left_out,
    refined,
    remember,
    say_nothing_within,
)
from dialogue.retail.goods.stock import CheckStockAction, asks_for_colour
from dialogue.retail.services import (
    Dispatcher,
    Events,
    latest_entity,
    latest_text,
)


class ProductSearchAction(ProductAction):
    """Shows what fits a wish as cards; a wish that compares goods is one for advice."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_product_search"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """The best few within the price that was named; the one certain hit is remembered."""
        told = answered_first(self, dispatcher, tracker)
        if told is not None:
            return told
        if asks_for_colour(self, tracker):
            return CheckStockAction(self.services).run(dispatcher, tracker, domain)
        if self.pointed_at(tracker) is not None:
            return ProductDetailsAction(self.services).run(dispatcher, tracker, domain)
        went_on = go_on(self, dispatcher, tracker)
        if went_on is not None:
            return went_on
        asked, spoken_of = refined(self, tracker), tracker.get_slot("product") is not None
        text = latest_text(tracker) or latest_entity(tracker, "product") or ""
        of_gift = is_gift(self.words(tracker).in_records(text))
        before = kept_search(tracker.get_slot("sought"))
        if (
            of_gift
            or for_whom_before(before, text)
            or heard(text).compares
            or (asked is not None and asked.about_price and spoken_of)
        ):
            return RecommendAction(self.services).run(dispatcher, tracker, domain)
        return self._search(dispatcher, tracker, text)

    def _search(self, dispatcher: Dispatcher, tracker: Tracker, text: str) -> Events:
        """A new search; one that begins with "and" keeps the price of the last."""
        words = self.words(tracker)
        known, without = leave_out(words.in_records(text))
        limit, before = price_limit_cents(text), kept_search(tracker.get_slot("sought"))
        if limit is None and before is not None and goes_on(text):
            limit = before.limit_cents
        matches = self.services.catalogue.search(known, limit=MOST)
        every = [one for one in products_of(matches) if not left_out(one, without)]
        if not every:
            thing = thing_asked_for(words.in_records(text))
            dispatcher.utter_message(
                response="utter_products_none_named" if thing else "utter_products_none",
                sought=words.term(thing) if thing else "",
            )
            return [SlotSet("product", None), SlotSet("sought", None)]
        sought = Sought(known, limit_cents=limit, without=without)
        found = [product for product in every if limit is None or product.price_cents <= limit]
        if limit is not None and not found:
            best = say_nothing_within(words, dispatcher, limit, every)
            return remember(sought, [best])
        if limit is not None:
            said = words.money(limit, found[0].currency)
            dispatcher.utter_message(
                response="utter_search_within", limit=said, elements=cards_of(words, found)
            )
        else:
            dispatcher.utter_message(
                response="utter_products_found", elements=cards_of(words, found)
            )
        certain = only_one(matches)
        slots = remember(sought, found)
        return [*slots, SlotSet("product", certain.sku)] if certain else slots


class ProductDetailsAction(ProductAction):
    """Material, measures and care of a product: what was asked of them, else all."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_product_details"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """What the catalogue says, and that it does not say what was asked."""
        told = answered_first(self, dispatcher, tracker)
        if told is None:
            told = go_on_unless_pointed(self, dispatcher, tracker)
        if told is not None:
            return told
        meant, service = self.meant(tracker), service_asked(latest_text(tracker))
        guaranteed = meant.product is not None and has(meant.product, "guarantee")
        if service is not None and not (service == "utter_warranty" and guaranteed):
            dispatcher.utter_message(response=service)
            return [SlotSet("product", meant.product.sku)] if meant.product else []
        if meant.product is None:
            return self.ask_which(dispatcher, tracker, meant)
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
            return [SlotSet("product", product.sku)]
        dispatcher.utter_message(
            response="utter_product_untold" if answer.asked else "utter_product_details",
            name=product.name,
            price=words.money(product.price_cents, product.currency),
            description=product.description,
            buttons=[stock, *([words.person_button()] if answer.asked else [])],
        )
        return [SlotSet("product", product.sku)]
