"""Goods that are sought without a name, by what they shall do: "something to sit on"."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.purposes import purpose
from dialogue.orders.search import price_limit_cents, query_words
from dialogue.orders.views import ProductView
from dialogue.recommending.opinions import Named
from dialogue.recommending.refining import Sought, leave_out
from dialogue.recommending.wishes import Kind, Price, Wish, heard
from dialogue.retail.goods.conditions import left_out
from dialogue.retail.goods.named import ProductAction, cards_of, finds_all, products_of
from dialogue.retail.goods.search_on import MOST, remember, say_nothing_within
from dialogue.retail.services import Dispatcher, Events, latest_intent, latest_text, viewer_of

_SEEKING = 8  # words that tell what is sought, from which on a message tells a story


def say_for_purpose(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """Show what does what is wanted; what only comes near is called so. None where it has a name.

    What the catalogue's own words find is left to the search, and advice to the recommender.
    """
    text = latest_text(tracker)
    said, without = leave_out(text)
    meant, wish = purpose(said), heard(said)
    if meant is None or wish.compares or wish.for_another or len(query_words(said)) > _SEEKING:
        return None
    words, limit = action.words(tracker), price_limit_cents(text)
    advised = latest_intent(tracker) == "recommend_product"
    if not meant and (advised or finds_all(action, words.in_records(said))):
        return None
    doing = _that_do(action, meant, words.in_records(said)) if meant else []
    every = [one for one in doing or _near(action, tracker, said) if not left_out(one, without)]
    if not every:
        dispatcher.utter_message(response="utter_products_none")
        return [SlotSet("product", None), SlotSet("sought", None)]
    sought = Sought(meant or wish.words, not doing, limit_cents=limit, without=without)
    found = [one for one in every if limit is None or one.price_cents <= limit]
    if not found and limit is not None:
        return remember(*say_nothing_within(action, dispatcher, tracker, sought, every))
    dispatcher.utter_message(
        response="utter_products_found" if doing else "utter_search_nearest",
        elements=cards_of(words, found),
    )
    return remember(sought, found)


def _that_do(action: ProductAction, meant: str, text: str) -> list[ProductView]:
    """The goods with the words of a purpose; first those that fit what else is said."""
    search = action.services.catalogue.search
    also = {match.product.sku: match.score for match in search(text, MOST)}
    found = products_of(search(meant, MOST))
    return sorted(found, key=lambda product: -also.get(product.sku, 0.0))


def _near(action: ProductAction, tracker: Tracker, text: str) -> list[ProductView]:
    """What comes near to a purpose in meaning."""
    wish = Wish(Kind.FITTING, Price.ANY, text, None, for_another=False)
    advised = action.services.recommender.recommend(viewer_of(tracker), wish, None)
    return [one.product for one in advised if isinstance(one.reason, Named)]
