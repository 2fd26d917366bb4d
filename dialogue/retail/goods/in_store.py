"""Whether goods are in one of the stores: nobody sees a shelf, but what can be fetched there."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.search import READ, mentioned_variants
from dialogue.retail.goods.named import Meant, ProductAction, cards_of, shown_products
from dialogue.retail.goods.stock_words import alert_button, stock_lines, when_back
from dialogue.retail.services import Dispatcher, Events, latest_text, said_within
from dialogue.retail.wording import Button, Wording

_CITY = r"(?:hamburg|copenhagen|k[øo]benhavn|kopenhagen)"
_PLACE = r"(?:stores?|shops?|branch(?:es)?|one|outlets?)"
_STORE = re.compile(
    rf"\b(?:in|at|from) (?:the |your |ur |that )?{_CITY}(?:['’]s)?\b(?: {_PLACE}\b)?"
    rf"|\b(?:(?:in|at|from) )?(?:the |your |ur )?{_CITY} {_PLACE}\b"
    r"|\b(?:in|at) (?:the|a|any|one of (?:the|your)|your (?:local|physical)|either|both)"
    r" (?:local |physical |actual |real )?(?:stores?|branch(?:es)?)\b"
    r"|\bin (?:any of )?your (?:stores|shops|branches)\b"
    r"|\bin[- ]stores?\b|\bphysical (?:store|shop)s?\b|\b(?:on|off) (?:the|your) shel(?:f|ves)\b"
    r"|在?(?:汉堡|哥本哈根)(?:那边|那里|的)?(?:分店|门店|店)?(?:里面|里|那边)?|在?(?:门店|实体店|线下)(?:里面|里)?",
    re.IGNORECASE,
)
# "Do they have the down jacket?", where the stores were just told of.
_THEY = re.compile(
    r"\b(?:do|can|have) they\b.{0,15}\b(?:have|sell|carry|got|stock)\b|\b(?:is"
    r"|are) .{2,40} there\W*$"
    r"|那[里边](?:有|卖)|他们(?:有|卖)",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\b(?:see|try|look at|touch|feel|test)\b.{0,12}\b(?:it|them|that|this|one|these)\b"
    r"|(?:看|试)(?:一下|到|穿|用)?",
    re.IGNORECASE,
)
_OF_STORES = ("utter_store_location", "utter_opening_hours", "utter_open_", "utter_closed_now")
_LIVES = re.compile(
    rf"\b(?:live|lives|living|based|am|i['’]?m|we['’]?re|deliver\w*|ship\w*|send|sent)\b"
    rf"[\w ]{{0,20}}{_CITY}"
    r"|住在|[寄送发]到",
    re.IGNORECASE,
)
_CITIES = (
    ("hamburg", re.compile("hamburg|汉堡", re.IGNORECASE)),
    ("copenhagen", re.compile("copenhagen|k[øo]benhavn|kopenhagen|哥本哈根", re.IGNORECASE)),
)


def say_of_stores(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """Answer a question after goods in a store; None when the message asks after none.

    What is on the shelves is not known: the product's page says whether a store carries it, and
    what is in stock online can be collected there.
    """
    text = latest_text(tracker)[:READ]
    they = any(one.startswith(_OF_STORES) for one in said_within(tracker, 1))
    if not (_STORE.search(text) or (they and _THEY.search(text))) or _LIVES.search(text):
        return None
    words = action.words(tracker)
    said = words.in_records(_STORE.sub(" ", text))
    meant = action.meant(tracker, said)
    store = words.say(f"store_{_store(text)}")
    where = words.button("store", "store_location")
    if meant.product is None:
        return _say_of_any(words, dispatcher, meant, store, where)
    product = meant.product
    wanted = mentioned_variants(said, product.variants)
    one = words.variant(wanted[0].label) if len(wanted) == 1 and wanted[0].label else ""
    there = stock_lines(words, wanted)
    facts = {
        "store": store,
        "name": product.name,
        "variant": words.say("stock_variant", variant=one) if one else "",
        "price": words.money(product.price_cents, product.currency),
    }
    if any(variant.quantity for variant in wanted):
        several = len(wanted) > 1
        dispatcher.utter_message(
            response="utter_store_stock_list" if several else "utter_store_stock",
            **facts,
            variants=there,
            buttons=[where, words.person_button()],
        )
    else:
        dispatcher.utter_message(
            response="utter_store_sold_out",
            **facts,
            when=when_back(words, wanted),
            buttons=[alert_button(words, product), where, words.person_button()],
        )
    return [SlotSet("product", product.sku)]


def say_seen_in_store(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """The same, where goods just shown are to be seen there: "can I try it on in the store"."""
    text = latest_text(tracker)[:READ]
    return say_of_stores(action, dispatcher, tracker) if _SEEN.search(text) else None


def _say_of_any(
    words: Wording, dispatcher: Dispatcher, meant: Meant, store: str, where: Button
) -> Events:
    cards = cards_of(words, meant.candidates)
    dispatcher.utter_message(
        response="utter_store_goods",
        store=store,
        buttons=[where, words.person_button()],
        **({"elements": cards} if cards else {}),
    )
    return [shown_products(meant.candidates)] if cards else []


def _store(text: str) -> str:
    """Which store is asked after: ``hamburg``, ``copenhagen``, or ``any``."""
    cities = [name for name, city in _CITIES if city.search(text)]
    return cities[0] if len(cities) == 1 else "any"
