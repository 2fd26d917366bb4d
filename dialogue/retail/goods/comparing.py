"""Several goods side by side: what differs, which costs less, and of which a quality is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, query_words, words_of
from dialogue.orders.views import ProductView
from dialogue.recommending.refining import kept_search
from dialogue.recommending.wishes import LESS, MORE
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.describing import asks_aspect, described
from dialogue.retail.goods.named import PART, ProductAction, called, shown_products
from dialogue.retail.goods.qualities import is_quality, said_of, stem
from dialogue.retail.goods.search_on import refined
from dialogue.retail.services import Dispatcher, Events, latest_text
from dialogue.retail.which_order.pointing import pointed
from dialogue.retail.wording import Wording

MOST = 3  # goods that are named in one comparison
_COMPARES = re.compile(
    r"\b(?:diff?e?r[ea]n[cs]es?|differs?|different from|better than|versus|vs"
    r"|compar(?:e|ed|ing|ison))\b"
    r"|区别|差别|有何不同|对比|相比|比较一下|比较.{0,4}[个款件]|第.{1,3}[和跟]第.{1,3}比|比一[下比]",
    re.IGNORECASE,
)
# In any place, and not "do I get the difference back".
_EITHER = re.compile(  # "headlamp or flask?"
    r"^\W*(?:(?:and|so|ok|hm+|rather|better)\W+)*(?:the |an? )?[\w'’-]+(?: [\w'’-]+){0,2} or "
    r"(?:the |an? )?[\w'’-]+(?: [\w'’-]+){0,2}\W*$|^\W*(?:买)?.{2,8}还是.{2,8}(?:好)?[呢吗]?\W*$",
    re.IGNORECASE,
)
_DIFFER = re.compile(
    r"\bdiff?e?r[ea]n[cs]es? (?:between|of)\b|\b(?:differs?|compare|versus|vs)\b"
    r"|区别|对比|比较一下",
    re.IGNORECASE,
)
# "Which lamp is better, arc or ceramic".
_WHICH_OF_NAMED = re.compile(
    r"\bwhich\b.{0,20}\b(?:is|are|would)\b.{2,60}\bor\b|哪[个款双条件].{0,6}(?:好|大|轻|暖|热).{0,20}还是",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\bwhich(?: (?!orders?|parcels?|returns?|codes?|cards?|stores?|shops?|sizes?|colou?rs?|days?)"
    r"[\w-]+)?(?:['’]?s\b)?"
    r"(?: of (?:the (?:(?:first|last|top) )?(?:two|three|2|3)|them|these|those|both))?"
    r"(?: do you (?:find|think))?"
    r"(?:(?<=['’]s)| (?:is|are|would|was|has|have|keeps?|can|goes|holds?|fits?|costs?|weighs?"
    r"|lasts?|should)\b)"
    r"|\bwhat(?:['’]?s| is| would be) (?:the )?better\b"
    r"|\b(?:is|are) (?:any|one|some|either) of (?:them|these|those)\b"
    r"|\bany of (?:them|these|those)\b"
    r"|哪[一]?[个款件双条只盏把](?!.{0,4}(?:订单|店))|这[些几].{0,3}(?:有|哪)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:between|and|or|versus|vs|with|to|from|than)\b|[,;:?]|和|跟|与|还是|比", re.IGNORECASE
)
_MORE_OF_IT = re.compile(
    r"^\W*(?:(?:and|or|but|ok)\W+)*(?:which is |the )?(\w{4,12}er)\W*$", re.IGNORECASE
)
_ADVISES = re.compile(
    r"^\W*(?:(?:and|so|ok|hm+)\W+)*(?:which|what) (?:ones? )?"
    r"(?:of (?:them|these|those|the (?:two|three)) )?(?:would|do|should|shall) "
    r"(?:you|u|i) (?:yourself )?(?:take|choose|recommend|pick|buy|prefer|get|go for|give)\b"
    r"|^\W*(?:那|你)?.{0,4}(?:推荐|选|买)哪[一]?[个款]",
    re.IGNORECASE,
)
_SENTENCE = re.compile("[?!.;。？！；]")
_THIS = re.compile(r"\b(?:it|this|this one|that one)\b|这[个款件]|它", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:two|three|2|3)\b|[两三](?=[个款种件盏])", re.IGNORECASE)
_OF_STOCK = re.compile(
    r"\b(?:sold out|out of stock|in stock|gone|unavailable|available)\b|有货|没货|缺货|卖完|售罄",
    re.IGNORECASE,
)
# "Which of the two is warmer": those that were shown, whatever else is said.
_OF_SHOWN = re.compile(
    r"\b(?:which|one|either|any|each) of (?:the (?:two|three|2|3)|them|these|those|both)\b"
    r"|这[两三][个款件]?|[两三][个款件](?:里|中|哪)",
    re.IGNORECASE,
)
_THEM = re.compile(r"\b(?:them|these|those|both)\b|它们|这些|这几", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:the|that|your|a|an) ([a-z]\w+)", re.IGNORECASE)
_PRICE = re.compile(
    r"\b(?:cheap\w*|price\w*|costs?|expensive|dearer|affordable)\b|便宜|贵|价格", re.IGNORECASE
)
# "The first two", of more: 前两个.
_SOME = re.compile(
    r"\b(?P<which>first|top|last|bottom) (?P<number>two|2|three|3)\b"
    r"|(?P<from>最后|前|后)(?P<figure>[两二三23])[个款件]",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last)(?: (?:one|two|three|2|3))?\b", re.IGNORECASE
)
_FROM_THE_END = frozenset({"last", "bottom", "后", "最后"})
# Words of a comparison that ask for no quality.
_FILLERS = frozenset(
    """
    any best better between both buy choose compare compared comparison costs dear difference
    different differ either find fine good keep made material most nicer of ones or prefer quality
    rather recommend main meant right should suited suitable take tell thing think those two use
    versus vs weather what whats work would
    """.split()  # noqa: SIM905  a list of words is read more easily
)
_CHINESE_QUALITIES = re.compile("防水|保暖|木头|金属|羊毛|容量|续航|皮|轻|重|暖|电|大|小|装|热")


def compare(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """Answer a comparison of goods named or just shown; None when the message asks for none.

    What is asked beside it of one of those shown is told too: "can I wash the down one?".
    """
    text = action.words(tracker).in_records(latest_text(tracker))[:READ]
    if _OF_STOCK.search(text) and not _COMPARES.search(text):
        return None  # "are any of them gone"
    done = _compare(action, dispatcher, tracker, text)
    for sentence in _SENTENCE.split(text) if done is not None else ():
        one = called(sentence, action.shown(tracker))
        asks = asks_aspect(sentence) and not (_WHICH.search(sentence) or _COMPARES.search(sentence))
        told = described(sentence, one).told if one is not None and asks else ""
        if one is not None and told:
            dispatcher.utter_message(response="utter_product_told", name=one.name, told=told)
    return done


def _compare(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker, text: str
) -> Events | None:
    words, shown = action.words(tracker), action.shown(tracker)
    which = _WHICH.search(text) is not None or (len(shown) > 1 and _only_asks_more(text))
    either = _either(action, text, shown)
    side_by_side = len(either) > 1 or _COMPARES.search(text) is not None
    asks = which or side_by_side
    at_places = pointed(text, len(shown)) if asks and _PLACE.search(text) else ()
    goods = either or tuple(shown[place] for place in at_places)
    before = action.services.catalogue.product(str(tracker.get_slot("product")))
    if len(goods) == 1 and before not in (None, *goods) and _THIS.search(text):
        goods = (before, *goods)  # "is this better than the first"
    if asks and len(goods) < 2 and 1 < len(shown) <= MOST and _OF_SHOWN.search(text):
        goods = shown
    if asks and len(goods) < 2:
        goods = _named_first(action, tracker, text, shown)
    if asks and len(goods) < 2 and set(goods) <= {*shown}:
        goods = _of_shown(shown, text)
    asked_on = refined(action, tracker)
    of_all = asked_on is not None and asked_on.cheapest and kept_search(tracker.get_slot("sought"))
    if len(goods) < 2 or (len(goods) > MOST and not asks) or of_all:
        return None  # "the cheapest" is of all that was found
    if _PRICE.search(text) or LESS.search(text) or MORE.search(text):
        return _by_price(words, dispatcher, goods)
    if asked_on is not None:
        return None  # the cheapest, another colour
    clause = next((one for one in _SENTENCE.split(text) if _WHICH.search(one)), text)
    asked = _qualities(clause, goods)
    if not which:  # "compare them, sorry": what is no quality is only talk
        asked = [word for word in asked if is_quality(word)]
    if asked and not (len(goods) > 2 and _names_others(action, text, goods)):
        return by_quality(words, dispatcher, goods, asked)
    if len(goods) > MOST and not side_by_side:
        return None
    return _show(words, dispatcher, "utter_compare", goods, _described(words, goods))


def _either(
    action: ProductAction, text: str, shown: Sequence[ProductView]
) -> tuple[ProductView, ...]:
    """The goods of a text that names two and asks nothing but which: those shown, else the best."""
    if not _EITHER.search(text):
        return ()
    found: list[ProductView] = []
    for part in _BETWEEN.split(text):
        named = {*query_words(part)}
        goods = [one.product for one in action.services.catalogue.search(part) if one.hits & named]
        found += [next((one for one in goods if one in shown), goods[0])] if goods else []
    return tuple(dict.fromkeys(found)) if len(found) > 1 else ()


def asks_to_compare(text: str) -> bool:
    """Whether it is asked how goods differ."""
    return (_DIFFER.search(text[:READ]) or _WHICH_OF_NAMED.search(text[:READ])) is not None


def advise(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """What speaks for each of a few goods that were shown: "which would you take?"."""
    words, shown = action.words(tracker), action.shown(tracker)
    if not _ADVISES.search(latest_text(tracker)[:READ]) or len(shown) < 2:
        return None
    shown = shown[:MOST]  # the best are shown first
    return _show(words, dispatcher, "utter_compare_advice", shown, _described(words, shown))


def _of_shown(goods: tuple[ProductView, ...], text: str) -> tuple[ProductView, ...]:
    """Those of the goods that a text points at: "the first two", "1 and 3"; else all."""
    some = _SOME.search(text)
    if some is not None:
        count = 3 if some["number"] in ("three", "3") or some["figure"] in ("三", "3") else 2
        return (
            goods[-count:]
            if (some["which"] or some["from"]).casefold() in _FROM_THE_END
            else goods[:count]
        )
    places = pointed(text, len(goods))
    return tuple(goods[place] for place in places) if len(places) > 1 else goods


def _only_asks_more(text: str) -> bool:
    """Whether nothing but a comparative is said: "and lighter?"."""
    found = _MORE_OF_IT.search(text)
    return found is not None and stem(found[1].casefold()) != found[1].casefold()


def named_beside(
    action: ProductAction, tracker: Tracker, text: str, shown: Sequence[ProductView]
) -> tuple[ProductView, ...]:
    """The goods that the parts of a text name, each by itself; the one spoken of beside one.

    Of several that a part may name, the one that was shown, or that is of the kind of the others.
    "Your two table lamps" are the first two that are found.
    """
    search = action.services.catalogue.search
    before = action.services.catalogue.product(str(tracker.get_slot("product")))
    known = {product.sku for product in shown} | ({before.sku} if before else set())
    found: dict[str, ProductView] = {}
    unsure: list[list[ProductView]] = []
    for part in _BETWEEN.split(_PLACE.sub(" ", text)):
        said = {*query_words(part)}
        every = search(_COMPARES.sub(" ", part))
        matches = [m for m in every if m.hits & said or m.coverage >= PART]
        best = [m for m in matches if m.score > 0.9 * matches[0].score]
        if not best or (best[0].coverage < PART and len(matches) > 1):
            continue
        near = [m.product for m in best if m.product.sku in known]
        rivals = near or [m.product for m in best]
        if len(rivals) == 1:
            found[rivals[0].sku] = rivals[0]
        else:
            unsure.append(rivals)
    kinds = {word for product in found.values() for word in _kind_of(product)}
    for rivals in unsure:
        same = [product for product in rivals if kinds & _kind_of(product)]
        if len(same) == 1:
            found[same[0].sku] = same[0]
    number = _NUMBER.search(text)
    if len(found) < 2 and number is not None and not _SOME.search(text):
        count = 3 if number[0].casefold() in ("three", "3", "三") else 2
        said = {*query_words(text)} - _FILLERS
        matches = [m for m in search(" ".join(said)) if m.hits & said]
        return tuple(m.product for m in matches[:count])
    if len(found) == 1 and before is None and _THEM.search(text):
        return (*(one for one in shown[: MOST - 1] if one.sku not in found), *found.values())
    if len(found) == 1 and before is not None:
        found = {before.sku: before, **found}
    return tuple(found.values())[:MOST]


def _named_first(
    action: ProductAction, tracker: Tracker, text: str, shown: Sequence[ProductView]
) -> tuple[ProductView, ...]:
    """Those that a sentence which compares names by itself, else all that the text names.

    "What differs between the lantern and the shade? Which is better to read in bed?" is of two.
    """
    for sentence in _SENTENCE.split(text):
        if _DIFFER.search(sentence) or _WHICH_OF_NAMED.search(sentence):
            parts = [part for part in _BETWEEN.split(sentence) if query_words(part)]
            goods = named_beside(action, tracker, sentence, shown) if len(parts) > 1 else ()
            if len(goods) > 1:
                return goods
    return named_beside(action, tracker, text, shown)


def _kind_of(product: ProductView) -> set[str]:
    return {product.category, *product.tags, *words_of(product.name)}


def _qualities(text: str, goods: Sequence[ProductView]) -> list[str]:
    """What is asked of the goods, beside their names."""
    names = set(query_words(" ".join(product.name.replace("-", " ") for product in goods)))
    names |= set(query_words(" ".join(product.name for product in goods)))
    called = set(query_words(" ".join(_CALLED.findall(text))))  # "the daypack" is one of them
    names |= called & set(query_words(" ".join(" ".join(product.tags) for product in goods)))
    left = query_words(_PLACE.sub(" ", text))
    asked = [word for word in left if word not in _FILLERS | names]
    asked = asked or [
        word for word in left if is_quality(word)
    ]  # "best for rain", of a rain jacket
    if {"last", "hot", "warm", "cold", "cool"} & {*asked}:  # "which lasts longer"
        asked = [word for word in asked if word not in ("long", "longer")]
    return [*(word for word in asked if word.isascii()), *_CHINESE_QUALITIES.findall(text)]


def _names_others(action: ProductAction, text: str, goods: Sequence[ProductView]) -> bool:
    """Whether a text names goods that are not among these."""
    skus = {product.sku for product in goods}
    left = " ".join(word for word in text.split() if stem(word.strip(".,?!").casefold()) == word)
    named = [m for m in action.services.catalogue.search(left) if m.coverage >= 2 * PART]
    return any(match.product.sku not in skus for match in named)


def _by_price(
    words: Wording, dispatcher: Dispatcher, goods: Sequence[ProductView]
) -> Events | None:
    if len(goods) > MOST:
        return None
    ranked = sorted(goods, key=lambda product: product.price_cents)
    first, last = ranked[0], ranked[-1]
    facts = {
        "name": first.name,
        "price": words.money(first.price_cents, first.currency),
        "other": last.name,
        "dearer": words.money(last.price_cents, last.currency),
    }
    same = first.price_cents == last.price_cents
    response = "utter_compare_same_price" if same else "utter_compare_price"
    shown = _show(words, dispatcher, response, goods, [""] * len(goods), **facts)
    return [*shown, SlotSet("product", None if same else first.sku)]


def by_quality(
    words: Wording, dispatcher: Dispatcher, goods: Sequence[ProductView], asked: Sequence[str]
) -> Events:
    """Of each what it says of what is asked; of many, only those that say something."""
    told = [_sizes(words, product, asked) or _told(words, product, asked) for product in goods]
    said = words.listing(dict.fromkeys(words.term(stem(one)) for one in asked))
    if not any(told):
        texts = _described(words, goods) if len(goods) <= MOST else [""] * len(goods)
        return _show(words, dispatcher, "utter_compare_untold", goods, texts, asked=said)
    if len(goods) > 2:
        goods = [product for product, one in zip(goods, told, strict=True) if one]
        told = list(filter(None, told))
    elif told.count("") == 1:
        name = next(product.name for product, one in zip(goods, told, strict=True) if one)
        texts = [one or words.say("compare_untold") for one in told]
        return _show(
            words, dispatcher, "utter_compare_told_one", goods, texts, asked=said, name=name
        )
    texts = [one or words.say("compare_untold") for one in told]
    return _show(words, dispatcher, "utter_compare_told", goods, texts, asked=said)


def _sizes(words: Wording, product: ProductView, asked: Sequence[str]) -> str:
    """The sizes in which it comes, where sizes are asked for."""
    sizes = dict.fromkeys(variant.size for variant in product.variants if variant.size)
    if not sizes or not {"size", "码"} & {*asked}:
        return ""
    return words.say("compare_sizes", sizes=words.listing(sizes))


def _described(words: Wording, goods: Sequence[ProductView]) -> list[str]:
    return [words.say("compare_told", told=product.description) for product in goods]


def _told(words: Wording, product: ProductView, asked: Sequence[str]) -> str:
    """What the description says of it, else the tags under which it is found."""
    told = " ".join(dict.fromkeys(filter(None, (said_of(product, one) for one in asked))))
    if told:
        return words.say("compare_told", told=told)
    tags = [tag for tag in product.tags if tag in {stem(one) for one in asked} | set(asked)]
    return words.say("reason_fits", words=", ".join(map(words.term, tags))) if tags else ""


def _show(
    words: Wording,
    dispatcher: Dispatcher,
    response: str,
    goods: Sequence[ProductView],
    texts: Sequence[str],
    **facts: Any,
) -> Events:
    """The goods as cards, each with its text; these are spoken of then, and none of them alone."""
    cards = [card(words, product, told) for product, told in zip(goods, texts, strict=True)]
    dispatcher.utter_message(response=response, elements=cards, **facts)
    return [shown_products(goods), SlotSet("product", None)]
