"""Which goods a message is about, and showing them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import (
    READ,
    Match,
    in_other_money,
    is_of_colour,
    only_one,
    query_words,
    words_of,
)
from dialogue.orders.views import ProductView
from dialogue.recommending.refining import leave_out
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.describing import also_asked, without_parts, without_services
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    latest_entity,
    latest_text,
    said_within,
)
from dialogue.retail.which_order.pointing import pointed
from dialogue.retail.wording import Wording

MAX_CARDS = 5
PART = 0.3  # of a name, from which on it is spoken of
NAMED = 0.6  # of a name, from which on "it" is that one, and not the one spoken of before
_IT = re.compile(r"\b(?:it|its|they|(?:this|that) one)\b|它|[这那][个款件]", re.IGNORECASE)
_THE = re.compile(r"\b(?:the|this|that) ([a-z][\w-]+)")
# "How long does the bottle keep it warm", of a bottle spoken of.
_THE_ONE = re.compile(
    r"\b(?:the|this|that) ([a-z][\w-]+)(?=\W*$|[?.,!]"
    r"| (?:keep|hold|is|are|have|has|come|fit|look|weigh"
    r"|cost|stay|work|last|need)\w*\b)"
)
# "Which is lighter", "how many pairs are in a pack": of the goods spoken of.
_NO_NAME = re.compile(
    r"\b(?:lighter|warmer|brighter|bigger|smaller|heavier|softer|thicker|quieter|cheaper)\b"
    r"|\bhow many \w+(?: (?:are|come|is))?"
    r"(?: (?:there )?in (?:a|the|one|each) (?:pack|set|box|pair))?\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")  # what is left of it names nothing in the records

# "The cheaper one", 贵的那个: of those shown, by the price.
_CHEAPER_ONE = re.compile(
    r"\bthe (?:cheap(?:er|est)?|less expensive|least expensive|more affordable) (?:one|of (?:the )?"
    r"(?:two|them|these|those|both))\b|便宜(?:一?点|一?些)?的?那[个款件]",
    re.IGNORECASE,
)
_DEARER_ONE = re.compile(
    r"\bthe (?:expensive|pric(?:e?y|ier|iest)|dear(?:er|est)?|more expensive|most expensive)"
    r" (?:one|of (?:the )?(?:two|them|these|those|both))\b|贵(?:一?点|一?些)?的?那[个款件]",
    re.IGNORECASE,
)

# "The arc one", 750的那款.
_CALLED_ONE = re.compile(
    r"\b(?:the|that|this) (?:(?!first|last|other)([a-z][\w-]+|\d{2,4}))(?: ?(?:ml|l|cm))?"
    r" (?:one|model|version)\b"
    r"|([A-Za-z][\w-]+|\d{2,4})\s?(?:ml|L|cm)?\s?(?:的那?一?|那一?|这一?)?[个款盏]",
    re.IGNORECASE,
)

# A sum tells what delivery and wrapping cost.
_SUMS = {"utter_goods_sum", "utter_goods_sum_delivered", "utter_goods_sum_free"}
_IN_SUMS = {"utter_shipping_options", "utter_faq/gift_wrapping"}
SOON = 2  # messages after goods were shown
# Of which responses goods are shown or told of.
_OF_GOODS = (
    "buy_",
    "colours",
    "compare",
    "goods_",
    "product",
    "recommend",
    "search",
    "stock",
    "store_",
    "which_of_these",
)
# Words of questions about goods that name none.
_NO_NAMES = frozenset(
    """
    about also amount anything back heavy hold last left long many material one piece restock
    soon something sth still stuff then thing tomorrow until weigh wide
    """.split()  # noqa: SIM905  a list of words is read more easily
)


@dataclass(frozen=True)
class Meant:
    """What a message is about: one product for certain, or several that it may be."""

    product: ProductView | None
    candidates: tuple[ProductView, ...] = ()


class ProductAction(RetailAction):
    """An answer about goods."""

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """The answer, and then those to what else is asked in the same message."""
        if in_other_money(latest_text(tracker)):
            dispatcher.utter_message(response="utter_prices_in_euro")
        done = self.answer(dispatcher, tracker, domain)
        said = {message.get("response") for message in dispatcher.messages}
        for response in also_asked(latest_text(tracker)):
            if response not in said and not (said & _SUMS and response in _IN_SUMS):
                dispatcher.utter_message(response=response)
        return done

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """What is asked of goods."""
        raise NotImplementedError

    def meant(self, tracker: Tracker, part: str | None = None) -> Meant:
        """The product of a pressed button, of the words, or the one spoken of before.

        `part` is what to read of the words, where not all of them speak of goods.
        """
        said = latest_entity(tracker, "product")
        known = self.services.catalogue.product(said) if said else None
        known = known or self.pointed_at(tracker)
        if known is not None:
            return Meant(known)
        text = self.words(tracker).in_records(latest_text(tracker)) if part is None else part
        text = _NO_NAME.sub(" ", without_parts(without_services(leave_out(text)[0])))
        matches = self.services.catalogue.search(text or (said if part is None else "") or "")
        certain = only_one(matches) or _sole(matches)
        if certain is not None:
            return Meant(certain)
        before = self.services.catalogue.product(str(tracker.get_slot("product")))
        if before is not None and {*_THE_ONE.findall(text[:READ].casefold())} & words_of(
            before.name
        ):
            return Meant(before)
        spoken = _spoken_of(text, matches, self.shown(tracker))
        if spoken is not None:
            return Meant(spoken)
        by_it = _IT.search(text[:READ]) is not None
        named = any(match.coverage >= (NAMED if by_it else PART) for match in matches)
        # "How many are in the set", of a set: it names no others.
        its_own = before is not None and named and matches[0].hits <= words_of(before.name)
        if before is not None and (not named or its_own):
            return Meant(before)
        shown = self.shown(tracker) if by_it and not named else ()
        return Meant(None, shown or products_of(matches))

    def shown(self, tracker: Tracker) -> tuple[ProductView, ...]:
        """The products whose cards were shown last, in order."""
        listed = tracker.get_slot("shown_products") or ()
        known = {product.sku: product for product in self.services.catalogue.products(listed)}
        return tuple(known[sku] for sku in listed if sku in known)

    def pointed_at(self, tracker: Tracker) -> ProductView | None:
        """ "The second one", "the blue one", of the cards that were shown last."""
        text = self.words(tracker).in_records(latest_text(tracker))[:READ]
        cards = self.shown(tracker)
        skus = [product.sku for product in cards]
        present = tracker.get_slot("product")
        places = pointed(text, len(cards), skus.index(present) if present in skus else None)
        if len(places) == 1:
            return cards[places[0]]
        by_price = _by_price(text, cards)
        if by_price is not None:
            return by_price
        by_name = called(text, cards)
        if by_name is not None:
            return by_name
        if present is not None or not re.search(r"\bone\b|[这那][个款件]", text, re.IGNORECASE):
            return None
        words = set(re.findall(r"[\w-]{3,}", text.casefold()))
        fitting = [
            c for c in cards if any(is_of_colour(w, v.colour) for w in words for v in c.variants)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def names_goods(self, tracker: Tracker) -> bool:
        """Whether the latest message has words that may name goods, known or not."""
        text = _CHINESE.sub(" ", self.words(tracker).in_records(latest_text(tracker)))
        return any(word not in _NO_NAMES for word in query_words(text))

    def ask_which(self, dispatcher: Dispatcher, tracker: Tracker, meant: Meant) -> Events:
        """Show what may be meant, else what was just shown where nothing else is named, or ask."""
        goods = meant.candidates or (() if self.names_goods(tracker) else self.shown(tracker))
        if goods:
            dispatcher.utter_message(
                response="utter_which_of_these", elements=cards_of(self.words(tracker), goods)
            )
            return [shown_products(goods)]
        dispatcher.utter_message(response="utter_which_product")
        return []


def _spoken_of(
    text: str, matches: Sequence[Match], shown: Sequence[ProductView]
) -> ProductView | None:
    """The one that "the springform" means, beside words that others are found by; shown or not.

    Of several of that name it is the only one that was shown.
    """
    near = [match.product for match in matches if match.coverage >= PART]
    several = len(near) > 1
    near = [one for one in near if one in shown] if several else near
    if len(near) != 1:
        return None
    named = words_of(near[0].name)
    said = any(word in named for word in query_words(" ".join(_THE.findall(text.casefold()))))
    return near[0] if said or (near[0] in shown and not several) else None


def called(text: str, shown: Sequence[ProductView]) -> ProductView | None:
    """The only one of several that has a word, or the measure, of its name: "the arc one"."""
    said = {(found[1] or found[2]).casefold() for found in _CALLED_ONE.finditer(text)}
    fitting = [one for one in shown if said.intersection(one.name.casefold().split())]
    return fitting[0] if len(shown) > 1 and len(fitting) == 1 else None


def _by_price(text: str, shown: Sequence[ProductView]) -> ProductView | None:
    """The one of several that is pointed at by its price."""
    if len(shown) < 2:
        return None
    ranked = sorted(shown, key=lambda product: product.price_cents)
    if _CHEAPER_ONE.search(text):
        return ranked[0]
    return ranked[-1] if _DEARER_ONE.search(text) else None


def spoken_of_goods(tracker: Tracker, messages: int = SOON) -> bool:
    """Whether the bot has just shown goods, or told of them."""
    said = said_within(tracker, messages)
    return any(one.removeprefix("utter_").startswith(_OF_GOODS) for one in said)


def _sole(matches: Sequence[Match]) -> ProductView | None:
    """The only product that was found by its name, though by a part of it."""
    return matches[0].product if len(matches) == 1 and matches[0].coverage >= PART else None


def finds_all(action: RetailAction, text: str) -> bool:
    """Whether some product is found by each word of a text, as it is written."""
    asked = {*query_words(text)} - _NO_NAMES
    return any(asked and asked <= match.hits for match in action.services.catalogue.search(text))


def shown_products(products: Sequence[ProductView]) -> dict[str, Any]:
    """The slot event that remembers which cards were shown, in order."""
    return dict(SlotSet("shown_products", [product.sku for product in products[:MAX_CARDS]]))


def products_of(matches: Sequence[Match]) -> tuple[ProductView, ...]:
    """The products that were found, the best first."""
    return tuple(match.product for match in matches)


def cards_of(words: Wording, products: Sequence[ProductView]) -> list[dict[str, Any]]:
    """The first few as cards."""
    return [card(words, product) for product in products[:MAX_CARDS]]
