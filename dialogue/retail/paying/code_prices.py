"""What goods cost with a promotion code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.extras import ShopExtras
from dialogue.orders.promotion_codes import CodeState
from dialogue.orders.search import only_one
from dialogue.orders.views import ProductView, PromotionView
from dialogue.retail.extras import ExtrasAction
from dialogue.retail.goods.named import ProductAction, cards_of, products_of
from dialogue.retail.paying.amounts_named import worth_cents
from dialogue.retail.paying.code_questions import (
    adds_code,
    asks_price_with_code,
    fails,
    with_code,
)
from dialogue.retail.paying.codes_named import without_codes
from dialogue.retail.paying.codes_told import explain, less
from dialogue.retail.paying.listed_codes import of_placed_order
from dialogue.retail.services import Dispatcher, latest_entity, latest_text, viewer_of
from dialogue.retail.talk.tasks import WAITING, intent_of, kept_wishes

MOST = 3  # articles of which it is told what they cost with a code
MANY = 100  # pieces from which on a number is none of goods
_AND = re.compile(r"\b(?:and|plus)\b|[,，、+&]|[和跟加]", re.IGNORECASE)
# "… for the pan | and a desk lamp?": nothing but goods, heard as a wish of its own.
_ONLY_GOODS = re.compile(
    r"\W*(?:(?:for|on|with|an?|the|my|one|some) ){1,3}[\w-]+(?: [\w-]+){0,3}\W*", re.IGNORECASE
)
_OF_GOODS = frozenset({"check_stock", "product_details", "product_search", "recommend_product"})


class CodePrices(ExtrasAction):
    """An answer about codes that may tell what goods cost with one."""

    def for_goods(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, code: str
    ) -> bool:
        """What goods cost with the code that is named; False where none are meant, or it is odd."""
        text, viewer = latest_text(tracker), viewer_of(tracker)
        offer = extras.codes.check(code, viewer).offer
        if offer is None or worth_cents(text) is not None:
            return False
        goods, asks = self._named(tracker), asks_price_with_code(tracker)
        of_it = (adds_code(text) or (asks and with_code(text))) and not of_placed_order(tracker)
        before = self.spoken_of(tracker) if of_it else None
        if not goods and before is not None and not self.meant(tracker)[1]:
            goods = [before]
        if not goods:
            several = asks and bool(self.meant(tracker)[1])
            return several and self.tell_price(extras, dispatcher, tracker, offer)
        if fails(text):  # why, if the goods are the reason; else what holds for it
            worth, kind = goods[0].price_cents * _count(tracker), {goods[0].department}
            if extras.codes.check(code, viewer, worth, kind).state is CodeState.VALID:
                return False
        fitting = [one for one in goods if offer.department in (None, one.department)]
        others = [one for one in goods if one not in fitting]
        if len(fitting) > 1 and _count(tracker) == 1:
            self._tell_together(extras, dispatcher, tracker, offer, fitting)
            fitting = []
        for product in fitting:
            self.tell_price(extras, dispatcher, tracker, offer, product)
        if others:
            self._tell_together(extras, dispatcher, tracker, offer, others)
        return True

    def _tell_together(
        self,
        extras: ShopExtras,
        dispatcher: Dispatcher,
        tracker: Tracker,
        offer: PromotionView,
        goods: Sequence[ProductView],
    ) -> None:
        """What several goods cost in one order with a code, or why it does not count for them."""
        words, worth = self.words(tracker), sum(one.price_cents for one in goods)
        name, price = words.listing(one.name for one in goods), words.money(worth, "EUR")
        kinds = {one.department for one in goods}
        verdict = extras.codes.check(offer.code, viewer_of(tracker), worth, kinds)
        if verdict.state is not CodeState.VALID:
            explain(words, dispatcher, offer.code, verdict, name=name, price=price)
            return
        reduced = words.money(max(0, worth - less(offer, worth)), "EUR")
        facts = {"code": offer.code, "name": name, "price": price, "reduced": reduced}
        dispatcher.utter_message(response="utter_code_price_together", **facts)

    def _named(self, tracker: Tracker) -> list[ProductView]:
        """The goods that are surely named."""
        skus = [*map(str, tracker.get_latest_entity_values("product")), *_waiting_goods(tracker)]
        catalogue = self.services.catalogue
        goods = catalogue.products(tuple(dict.fromkeys(skus))) if skus else ()
        text = without_codes(self.words(tracker).in_records(latest_text(tracker)))
        if goods:
            return list(goods[:MOST])
        parts = [only_one(catalogue.search(part)) for part in _AND.split(text)]
        several = list(dict.fromkeys(one for one in parts if one is not None))
        one = None if len(several) > 1 else only_one(catalogue.search(text))
        return several[:MOST] if one is None and len(several) > 1 else [one] if one else []

    def with_the_best(
        self,
        extras: ShopExtras,
        dispatcher: Dispatcher,
        tracker: Tracker,
        some: Sequence[PromotionView] = (),
    ) -> bool:
        """What goods cost with the code of these, else of today's, that saves most."""
        offers = some or self.services.catalogue.promotions()
        if not offers:
            return False
        product, count = self.meant(tracker)[0], _count(tracker)
        if product is None:
            return self.tell_price(extras, dispatcher, tracker, offers[0])
        worth, viewer = product.price_cents * count, viewer_of(tracker)

        def saved(offer: PromotionView) -> tuple[bool, bool, int]:
            verdict = extras.codes.check(offer.code, viewer, worth, {product.department})
            fits = verdict.state is not CodeState.OTHER_GOODS
            return verdict.state is CodeState.VALID, fits, less(offer, worth)

        return self.tell_price(extras, dispatcher, tracker, max(offers, key=saved))

    def meant(self, tracker: Tracker) -> tuple[ProductView | None, tuple[ProductView, ...]]:
        """The product that is named, else the one spoken of; and all that the words may mean."""
        catalogue, words = self.services.catalogue, self.words(tracker)
        text = without_codes(latest_text(tracker))
        found = catalogue.search(words.in_records(text))
        before = self.spoken_of(tracker)
        product = catalogue.product(latest_entity(tracker, "product") or "") or only_one(found)
        product = product or (found[0].product if len(found) == 1 else None)
        return product or (None if found else before), products_of(found)

    def spoken_of(self, tracker: Tracker) -> ProductView | None:
        """The product spoken of, else the only one that was shown."""
        shown = ProductAction(self.services).shown(tracker)
        product = self.services.catalogue.product(str(tracker.get_slot("product")))
        return product or (shown[0] if len(shown) == 1 else None)

    def tell_price(
        self,
        extras: ShopExtras,
        dispatcher: Dispatcher,
        tracker: Tracker,
        offer: PromotionView,
        meant: ProductView | None = None,
    ) -> bool:
        """What the product `meant`, else that named, else the one spoken of costs with a code."""
        words = self.words(tracker)
        product, found = (meant, ()) if meant else self.meant(tracker)
        if product is None:
            dispatcher.utter_message(
                response="utter_which_of_these" if found else "utter_which_product",
                elements=cards_of(words, found),
            )
            return True
        count = _count(tracker)
        worth = product.price_cents * count
        verdict = extras.codes.check(offer.code, viewer_of(tracker), worth, {product.department})
        if verdict.state is not CodeState.VALID:
            price = words.money(worth, product.currency)
            explain(words, dispatcher, offer.code, verdict, name=product.name, price=price)
            return True
        dispatcher.utter_message(
            response="utter_code_price_several" if count > 1 else "utter_code_price",
            code=offer.code,
            name=product.name,
            count=count,
            price=words.money(worth, product.currency),
            reduced=words.money(max(0, worth - less(offer, worth)), product.currency),
        )
        return True


def others_waiting(tracker: Tracker) -> list[dict[str, Any]] | None:
    """The wishes that still wait once goods that are named with a code are told; None for all."""
    kept = kept_wishes(tracker, WAITING)
    return kept[1:] if _waiting_goods(tracker) else None


def _waiting_goods(tracker: Tracker) -> list[str]:
    """The goods of the next wish, if it says nothing but them."""
    kept = next(iter(kept_wishes(tracker, WAITING)), {})
    if intent_of(kept) not in _OF_GOODS or not _ONLY_GOODS.fullmatch(str(kept.get("text"))[:100]):
        return []
    entities = kept.get("entities") or ()
    return [str(one.get("value")) for one in entities if one.get("entity") == "product"]


def _count(tracker: Tracker) -> int:
    """How many pieces are named; one unless it says more."""
    said = latest_entity(tracker, "quantity") or ""
    return int(said) if said.isdecimal() and 0 < int(said) < MANY else 1
