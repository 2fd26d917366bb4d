"""What there is not: a thing that no article is, and a colour beside the only one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.lacking import lacking
from dialogue.orders.search import READ, is_of_size, price_limit_cents
from dialogue.orders.views import ProductView
from dialogue.recommending.refining import Sought, leave_out
from dialogue.recommending.wishes import heard
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.conditions import size_in
from dialogue.retail.goods.describing import asks_aspect, described
from dialogue.retail.goods.named import ProductAction, cards_of
from dialogue.retail.goods.search_on import remember
from dialogue.retail.goods.stock_words import stock_lines, when_back
from dialogue.retail.services import Dispatcher, Events, latest_text
from dialogue.retail.wording import Wording

_COLOURS = re.compile(
    r"\b(?:other|another|different|more|which|what|any|further) colou?rs?\b|\bcolou?r options\b"
    r"|\bcolou?rs (?:of|for|does|do|are|is)\b|^\W*(?:and )?(?:the )?colou?rs?\W*$"
    r"|(?:别的|其他|其它|另外的?|还有|什么|哪些|哪几种|几种|换个)颜色",
    re.IGNORECASE,
)

_WHICH_SIZES = re.compile(r"\b(?:which|what) sizes\b|(?:哪些|什么|哪个)(?:尺?码|号)", re.IGNORECASE)
_PARTS = re.compile(r"[?？,，。:]|\band\b", re.IGNORECASE)
_OF_SIZES = re.compile(r"\bsizes?\b|尺码|[大小中]号|码", re.IGNORECASE)
_SOLD_OUT = re.compile(
    r"\bsold out\b|\bout of stock\b|\b(?:not|un)(?: |-)?available\b|缺货|卖完|没货|卖光",
    re.IGNORECASE,
)
_IN_STOCK = re.compile(r"\b(?:in stock|available|left)\b|有货|现货|库存", re.IGNORECASE)


def say_colours(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """That the product spoken of comes in one colour only, where another is asked for."""
    text = latest_text(tracker)[:READ]
    sizes_gone = _WHICH_SIZES.search(text) and _SOLD_OUT.search(text)
    if not (sizes_gone or _COLOURS.search(text)):
        return None
    said = action.words(tracker).in_records(_SOLD_OUT.sub(" ", _COLOURS.sub(" ", text)))
    product, words = action.meant(tracker, said).product, action.words(tracker)
    if product is None:
        return _say_of_several(words, dispatcher, action.shown(tracker))
    tell_beside(action, dispatcher, tracker)
    _say_size(words, dispatcher, product, size_in(words.in_records(text)))
    if _SOLD_OUT.search(text):
        gone = [words.variant(v.label) for v in product.variants if not v.quantity and v.label]
        dispatcher.utter_message(
            response="utter_stock_gone" if gone else "utter_stock_none_gone",
            name=product.name,
            variants=words.say("between_parts").join(gone),
        )
        return [SlotSet("product", product.sku)]
    colours, there = _colours_of(product), stock_lines(words, product.variants)
    if there and len(colours) > 1 and _IN_STOCK.search(text):
        facts = {"name": product.name, "price": words.money(product.price_cents, product.currency)}
        dispatcher.utter_message(response="utter_stock_list", **facts, variants=there)
        return [SlotSet("product", product.sku)]
    stock = words.button("stock", "check_stock", product=product.sku)
    like = words.button("more_like_this", "recommend_product", product=product.sku)
    if len(colours) > 1:
        dispatcher.utter_message(
            response="utter_colours",
            name=product.name,
            colours=words.listing(map(words.term, colours)),
            buttons=[stock],
        )
    else:
        dispatcher.utter_message(
            response="utter_colours_one" if colours else "utter_colours_none",
            name=product.name,
            colour=words.term(colours[0]) if colours else "",
            buttons=[like],
        )
    return [SlotSet("product", product.sku)]


def tell_beside(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> None:
    """What is asked of a product beside its colours: "how bright is it, and is it in white?"."""
    text, product = latest_text(tracker)[:READ], action.meant(tracker).product
    parts = [one for one in _PARTS.split(text) if asks_aspect(one) and not _OF_SIZES.search(one)]
    if product is None or not parts:
        return
    told = dict.fromkeys(filter(None, (described(one, product).told for one in parts)))
    if told:
        dispatcher.utter_message(
            response="utter_product_told", name=product.name, told=" ".join(told)
        )
    else:
        dispatcher.utter_message(response="utter_product_part_untold", name=product.name)


def _say_size(words: Wording, dispatcher: Dispatcher, product: ProductView, size: str) -> None:
    """What there is in a size that is asked for beside the colours."""
    sizes = {variant.size for variant in product.variants if variant.size}
    facts = {"name": product.name, "price": words.money(product.price_cents, product.currency)}
    there = [one for one in product.variants if is_of_size(size, one.size)]
    if not size:
        return
    if not sizes:
        dispatcher.utter_message(response="utter_stock_one_size", name=product.name)
    elif not there:
        dispatcher.utter_message(response="utter_stock_no_size", name=product.name, size=size)
    elif any(variant.quantity for variant in there):
        lines = stock_lines(words, there)
        dispatcher.utter_message(response="utter_stock_list", **facts, variants=lines)
    else:
        dispatcher.utter_message(
            response="utter_stock_none",
            **facts,
            variant=words.say("stock_variant", variant=size),
            when=when_back(words, there),
        )


def _say_of_several(
    words: Wording, dispatcher: Dispatcher, goods: Sequence[ProductView]
) -> Events | None:
    """In which colours each of the goods that were just shown comes."""
    if not goods:
        return None
    listed = [words.listing(map(words.term, _colours_of(product))) for product in goods]
    cards = [card(words, product, one) for product, one in zip(goods, listed, strict=True)]
    dispatcher.utter_message(response="utter_colours_each", elements=cards)
    return []


def _colours_of(product: ProductView) -> list[str]:
    return list(dict.fromkeys(v.colour for v in product.variants if v.colour))


def say_lacking(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """That the shop has no such thing, and then what comes near it at the price."""
    words, text = action.words(tracker), latest_text(tracker)
    if heard(text).compares or action.pointed_at(tracker) is not None:
        return None
    wanted = lacking(leave_out(words.in_records(text))[0], action.services.catalogue.products())
    if wanted is None:
        return None
    limit = price_limit_cents(text)
    near = [one for one in wanted.near if limit is None or one.price_cents <= limit]
    sought = words.term(wanted.sought)
    if not near:
        dispatcher.utter_message(response="utter_search_lacking", sought=sought)
        return [SlotSet("product", None), SlotSet("sought", None)]
    dispatcher.utter_message(
        response=f"utter_search_lacking_{'for' if wanted.for_it else 'near'}",
        sought=sought,
        elements=cards_of(words, near),
    )
    return remember(Sought(wanted.kind, limit_cents=limit), near)
