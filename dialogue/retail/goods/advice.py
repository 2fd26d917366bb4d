"""Recommending goods: what the customer means, and the answer as cards with their reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, Match, query_words
from dialogue.orders.views import ProductView, Viewer
from dialogue.recommending.hobbies import hobby
from dialogue.recommending.opinions import Named, Popular, Reason
from dialogue.recommending.recommender import SHOWN, Suggestion
from dialogue.recommending.refining import Sought, goes_on, kept_search, leave_out
from dialogue.recommending.wishes import Kind, Wish, heard
from dialogue.retail.goods.cards import card, reason_words
from dialogue.retail.goods.conditions import (
    colours_in,
    conditioned,
    fits,
    in_known_sizes,
    in_words,
    left_out,
    note,
    size_in,
    without_colours,
)
from dialogue.retail.goods.details import ProductDetailsAction
from dialogue.retail.goods.first_asked import answered_first
from dialogue.retail.goods.named import ProductAction
from dialogue.retail.goods.search_on import FOR_CHILDREN, MOST, go_on, refined, remember
from dialogue.retail.goods.stock import CheckStockAction, asks_for_colour
from dialogue.retail.services import (
    Dispatcher,
    Events,
    latest_entity,
    latest_text,
    viewer_of,
)
from dialogue.retail.wording import Wording

_FOR = re.compile(
    r"\bfor (?:(?:my|our|the|an?|his|her|their) )?(?P<whom>[\w-]+)|给(?P<who>.{1,6}?)用"
)
# "She likes cooking" tells more of the one for whom something is sought already.
_TASTE = re.compile(
    r"\b(?:likes?|loves?|enjoys?|(?:is|are|['’]?s|hes|shes) (?:really |very )?into)\b|喜欢|爱好",
    re.IGNORECASE,
)
# For whom nothing is meant that is for children.
_GROWN_UP = re.compile(
    r"\b(?:dad|daddy|father|mum|mom|mother|parents|wife|husband|girlfriend|boyfriend|boss|colleague"
    r"|aunt|uncle|grand(?:ma|pa|mother|father|parents)|teacher|neighbou?r)\b"
    r"|爸|妈|老婆|老公|女朋友|男朋友|同事|老板|老师|爷爷|奶奶|外公|外婆",
    re.IGNORECASE,
)
_OF_CHILDREN = ("baby", "children", "toddler")
_CHILD = re.compile(
    r"\b(?:niece|nephew|kids?|child|children|toddler|boy|girl"
    r"|(?:he|she)(?:['’]?s| is) (?:[1-9]|1[0-2])(?![\d.])"
    r"|(?:[1-9]|1[0-2])[- ]?(?:years?[- ]olds?|y/?o))\b"
    r"|(?<!女)儿童|孩|侄|外甥|小朋友|(?<!\d)(?:[1-9]|1[0-2]) ?岁",
    re.IGNORECASE,
)
_GIFT = re.compile(r"\b(?:gift|present)\b|礼物", re.IGNORECASE)
_SIBLING = re.compile(
    r"\b(?:brother|sister|friends?|cousin)\b|[弟妹哥姐]|朋友|嫂|邻居|亲戚", re.IGNORECASE
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
SPOKEN_OF = 0.3  # of a name, from which on it is what "my tent" and "the Summit jacket" mean


class RecommendAction(ProductAction):
    """Recommends goods by what is said, looked at and bought, each with its reason."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_recommend_product"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Cards, or in words why there are none; the product spoken of is remembered."""
        told = answered_first(self, dispatcher, tracker)
        if told is not None:
            return told
        if asks_for_colour(self, tracker):
            return CheckStockAction(self.services).run(dispatcher, tracker, domain)
        if self.pointed_at(tracker) is not None and not heard(latest_text(tracker)).compares:
            return ProductDetailsAction(self.services).run(dispatcher, tracker, domain)
        went_on = go_on(self, dispatcher, tracker)
        if went_on is not None:
            return went_on
        asked, spoken_of = refined(self, tracker), tracker.get_slot("product") is not None
        words = self.words(tracker)
        said, without = leave_out(words.in_records(latest_text(tracker)))
        viewer, wish = viewer_of(tracker), heard(said)
        pressed = not latest_text(tracker) and latest_entity(tracker, "product")
        if pressed or (asked is not None and asked.about_price and spoken_of):
            wish = replace(wish, kind=Kind.LIKE_IT)
        about = self._about(tracker, wish, viewer)
        if about is None and wish.kind is not Kind.FITTING:
            if not query_words(wish.words):
                dispatcher.utter_message(response="utter_which_product")
                return []
            wish = replace(wish, kind=Kind.FITTING)
        wish, without = _for_whom(
            wish, without, kept_search(tracker.get_slot("sought")), latest_text(tracker)[:READ]
        )
        wanted = self._conditions(said, wish, without)
        wish = replace(wish, words=without_colours(wish.words, wanted.colours))
        found, near = self._found(viewer, wish, about, wanted)
        facts = {}
        if conditioned(wanted) and (found or near):
            facts = {"conditions": in_words(words, wanted, (found or near)[0].product.currency)}
        if about:
            price = words.money(about.price_cents, about.currency)
            facts |= {"name": about.name, "price": price}
            if wish.limit_cents is not None:
                facts["limit"] = words.money(wish.limit_cents, about.currency)
        answer = _answer(wish, about, found, latest_text(tracker))
        if conditioned(wanted) and not found and near:
            answer = "utter_search_unfit"
        elif conditioned(wanted) and found and wish.kind is not Kind.WITH_IT:
            like = about is not None and wish.compares
            answer = "utter_recommend_like_fitting" if like else "utter_search_fitting"
        cards = [_card(words, one, wanted) for one in found or near]
        dispatcher.utter_message(response=answer, **facts, **({"elements": cards} if cards else {}))
        return _remembered(wish, about, found or near, wanted)

    def _conditions(self, said: str, wish: Wish, without: tuple[str, ...]) -> Sought:
        """What is asked of the goods beside what they are."""
        goods = self.services.catalogue.products()
        wanted = Sought(
            "",
            limit_cents=wish.limit_cents,
            floor_cents=wish.floor_cents,
            colours=() if wish.kind is Kind.WITH_IT else colours_in(said, goods),
            without=without,
            size=size_in(said),
        )
        return in_known_sizes(wanted, goods)

    def _found(
        self, viewer: Viewer, wish: Wish, about: ProductView | None, wanted: Sought
    ) -> tuple[tuple[Suggestion, ...], tuple[Suggestion, ...]]:
        """What is recommended under these conditions; else what comes nearest."""
        count = MOST if wanted.without or conditioned(wanted) else SHOWN
        sku = about.sku if about else None
        some = self.services.recommender.recommend(viewer, wish, sku, count)
        found = [one for one in some if fits(one.product, wanted)]
        named = [one for one in found if isinstance(one.reason, Named) and one.reason.words]
        if wanted.colours and named:  # no mere neighbours of the kind
            found = named
        if found or not conditioned(wanted):
            return tuple(found[:SHOWN]), ()
        near = [one for one in some if not left_out(one.product, wanted.without)]
        return (), tuple(near[:SHOWN])

    def _about(self, tracker: Tracker, wish: Wish, viewer: Viewer) -> ProductView | None:
        """The product of a button or of the words; else the page's; else the one spoken of."""
        catalogue = self.services.catalogue
        said = latest_entity(tracker, "product")
        known = (catalogue.product(said) if said else None) or self.pointed_at(tracker)
        if known is None and wish.words and wish.compares:
            known = self._meant(catalogue.search(wish.words), viewer)
        if known is not None:
            return known if wish.compares else None
        for sku in (looked_at(tracker), tracker.get_slot("product")):
            product = catalogue.product(str(sku)) if sku else None
            if product is not None:
                return product
        return None

    def _meant(self, matches: tuple[Match, ...], viewer: Viewer) -> ProductView | None:
        """The product that words speak of, rather one that the customer has."""
        named = [match.product for match in matches if match.coverage >= SPOKEN_OF]
        if not named:
            return None
        mine = {sku for sku, _ in self.services.recommender.owned(viewer).kept}
        return next((product for product in named if product.sku in mine), named[0])


def tells_of_person(text: str) -> bool:
    """Whether a text tells of the one for whom something is sought: who it is, or their taste."""
    text = text[:READ]
    return any(told.search(text) for told in (_TASTE, _GROWN_UP, _CHILD, _SIBLING))


def is_gift(text: str) -> bool:
    """Whether a gift is sought for a person, whatever it be."""
    return tells_of_person(text) and _GIFT.search(text[:READ]) is not None


def for_whom_before(before: Sought | None, text: str) -> bool:
    """Whether a text tells more of the one for whom a present was just sought."""
    told = tells_of_person(text) or bool(hobby(text))
    return before is not None and before.for_another and told and not is_gift(text)


def _for_whom(
    wish: Wish, without: tuple[str, ...], before: Sought | None, text: str
) -> tuple[Wish, tuple[str, ...]]:
    """The wish with what is known of the person already, and what not to show them."""
    told_of, of_gift = _TASTE.search(text) is not None, for_whom_before(before, text)
    again = (told_of or goes_on(text) or of_gift) and wish.kind is Kind.FITTING
    of_child, liked = _CHILD.search(text) is not None, hobby(leave_out(text)[0])
    if before is not None and again:
        if wish.limit_cents is None and wish.floor_cents is None:
            wish = replace(wish, limit_cents=before.limit_cents, floor_cents=before.floor_cents)
        wish = replace(wish, for_another=wish.for_another or of_gift)
        if told_of or of_gift:
            without = tuple(dict.fromkeys((*before.without, *without)))
        of_child |= of_gift and FOR_CHILDREN in before.words and not _GROWN_UP.search(text)
    if not wish.for_another:
        return wish, without
    if _CHINESE.search(wish.words):  # what is left of it are no words of goods
        wish = replace(wish, words=" ".join(_CHINESE.sub(" ", wish.words).split()))
    if liked:
        wish = replace(wish, words=liked)
    if of_child:
        words = liked or (wish.words if told_of else "")
        return replace(wish, words=f"{FOR_CHILDREN} {words}".strip()), (*without, "newborn")
    return wish, (*without, *_OF_CHILDREN) if _GROWN_UP.search(text) else without


def looked_at(tracker: Tracker) -> str | None:
    """The article number of the page from which the customer writes, as the shop's page says it."""
    metadata = (tracker.latest_message or {}).get("metadata")
    told = metadata.get("product") if isinstance(metadata, dict) else None
    return told if isinstance(told, str) else None


def _remembered(
    wish: Wish, about: ProductView | None, found: tuple[Suggestion, ...], wanted: Sought
) -> Events:
    """What the next message may go on with; words of its own leave the product behind."""
    products = [one.product for one in found]
    if about is not None and wish.kind is Kind.WITH_IT:
        shown = SlotSet("shown_products", [product.sku for product in products])
        return [shown, SlotSet("product", about.sku), SlotSet("sought", None)]
    like = about.sku if about is not None and wish.compares else None
    sought = replace(
        wanted, words=wish.words, advised=True, like=like, for_another=wish.for_another
    )
    slots = remember(sought, products)
    if about is not None and not wish.words and not wish.for_another:
        return [*slots, SlotSet("product", about.sku)]
    return slots


def _answer(wish: Wish, about: ProductView | None, found: tuple[Suggestion, ...], text: str) -> str:
    """The name of the response that introduces the cards, or says that there are none."""
    beside = about is not None and wish.kind is Kind.WITH_IT
    instead = about is not None and not beside and wish.compares
    if not found:
        if instead:
            within = wish.limit_cents is not None
            return f"utter_recommend_none_{'within' if within else wish.price}"
        return "utter_recommend_none_with" if beside else "utter_products_none"
    if about is not None and instead:
        dear = wish.limit_cents is not None and about.price_cents > wish.limit_cents
        return f"utter_recommend_like_{'within' if dear else wish.price}"
    if beside:
        return "utter_recommend_with"
    return f"utter_recommend_{_found_by(wish, found[0].reason, text)}"


def _found_by(wish: Wish, reason: Reason, text: str) -> str:
    """By what goods were found: what they are said to be for, the person's taste, or sales."""
    if isinstance(reason, Named):
        return "fitting"
    purpose = _FOR.search(text[:READ].casefold())
    if purpose and not wish.for_another and query_words(purpose["whom"] or purpose["who"]):
        return "unknown"
    return "popular" if isinstance(reason, Popular) else "taste"


def _card(words: Wording, suggestion: Suggestion, wanted: Sought) -> dict[str, Any]:
    product = suggestion.product
    more = words.button("more_like_this", "recommend_product", product=product.sku)
    unfit = conditioned(wanted) and note(words, product, wanted)
    return card(words, product, unfit or reason_words(words, suggestion.reason), more)
