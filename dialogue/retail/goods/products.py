"""Finding goods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.lacking import thing_asked_for
from dialogue.orders.search import Match, only_one, words_of
from dialogue.orders.views import ProductView
from dialogue.recommending.refining import Sought, kept_search
from dialogue.recommending.wishes import heard
from dialogue.retail.goods.advice import RecommendAction, for_whom_before, is_gift
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.conditions import (
    asked_anew,
    conditioned,
    fits,
    in_known_sizes,
    in_words,
    left_out,
    nearest,
    note,
)
from dialogue.retail.goods.details import ProductDetailsAction
from dialogue.retail.goods.first_asked import answered_first
from dialogue.retail.goods.named import MAX_CARDS, ProductAction, products_of
from dialogue.retail.goods.search_on import (
    MOST,
    go_on,
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
from dialogue.retail.wording import Wording

NEAREST = 3  # goods that are shown where none keeps the conditions
HALF = 0.5  # of a name, from which on it is what is looked for


class ProductSearchAction(ProductAction):
    """Shows what fits a wish as cards; a wish that compares goods is one for advice."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_product_search"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
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
        return self.look_for(dispatcher, tracker, text)

    def look_for(self, dispatcher: Dispatcher, tracker: Tracker, text: str) -> Events:
        """A new search; what goes on with the last one keeps its conditions."""
        words, catalogue = self.words(tracker), self.services.catalogue
        wanted = asked_anew(words, catalogue.products(), text, tracker.get_slot("sought"))
        matches = catalogue.search(wanted.words, limit=MOST)
        every = [p for p in products_of(matches) if not left_out(p, wanted.without)]
        if not every:
            thing = thing_asked_for(words.in_records(text))
            dispatcher.utter_message(
                response="utter_products_none_named" if thing else "utter_products_none",
                sought=words.term(thing) if thing else "",
            )
            return [SlotSet("product", None), SlotSet("sought", None)]
        wanted = in_known_sizes(wanted, every)
        found = [product for product in every if fits(product, wanted)]
        if not found:
            return self._say_none_fits(dispatcher, tracker, wanted, every)
        response, facts = _introduced(words, wanted, matches[0], found)
        cards = [card(words, product, note(words, product, wanted)) for product in found]
        dispatcher.utter_message(response=response, **facts, elements=cards[:MAX_CARDS])
        certain = only_one(matches)
        slots = remember(wanted, found)
        return [*slots, SlotSet("product", certain.sku)] if certain in found else slots

    def _say_none_fits(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        wanted: Sought,
        every: Sequence[ProductView],
    ) -> Events:
        """That none keeps the conditions, and what comes nearest with what it breaks."""
        words = self.words(tracker)
        if wanted.limit_cents is not None and not conditioned(wanted):
            return remember(*say_nothing_within(self, dispatcher, tracker, wanted, every))
        near = nearest(every, wanted)[:NEAREST]
        dispatcher.utter_message(
            response="utter_search_unfit",
            conditions=in_words(words, wanted, near[0].currency),
            elements=[card(words, product, note(words, product, wanted)) for product in near],
        )
        return remember(wanted, near)


def _introduced(
    words: Wording, wanted: Sought, best: Match, found: Sequence[ProductView]
) -> tuple[str, dict[str, str]]:
    """The response above what was found, and its facts; what was named but does not fit is told."""
    named = words_of(best.product.name) & best.hits
    itself = best.coverage >= HALF and not any(words_of(p.name) & named for p in found)
    if not conditioned(wanted) and wanted.limit_cents is None:
        return "utter_products_found", {}
    currency = found[0].currency
    facts = {"conditions": in_words(words, wanted, currency)}
    if itself and not fits(best.product, wanted):
        broken, price = note(words, best.product, wanted), best.product.price_cents
        facts |= {"name": best.product.name, "price": words.money(price, currency), "why": broken}
        return "utter_search_but", facts
    if conditioned(wanted):
        return "utter_search_fitting", facts
    return "utter_search_within", {"limit": words.money(wanted.limit_cents or 0, currency)}
