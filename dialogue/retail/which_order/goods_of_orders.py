"""Goods that a message about orders names: of another order than the one spoken of, or of none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz import utils
from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.which_order.pointing import names_goods_of, pointed, says_another_order
from dialogue.retail.wording import Wording, wording

READ = 100  # characters
POINTS = 30  # characters of who only points at one of the list
SOON = 3  # messages after an order was told of
FORM, INVOICE_FORM = "order_status_form", "invoice_form"
_INVOICE = re.compile("utter_invoice")
_NAMED = re.compile(
    r"\b(?:the|my|those|these|our)\s([a-z][a-z-]{2,20})\b(?:\s([a-z][a-z-]{2,20})\b)?", re.I
)
_WHERE_ARE = re.compile(
    r"^\W*(?:and |but |so |ok |hi |hello )?"
    r"(?:i (?:just )?(?:want(?:ed)?|(?:would |['’]d )?like) to (?:know|ask) |tell me )?"
    r"(?:where|wheres|when)(?:['’]?s| is| are| do| does| will)?"
    r" (?:the|my|those|these)\s[\w -]{3,40}\W*$"
    r"|^\W*(?:那)?我?的?.{1,8}(?:在哪|到哪|呢|什么时候到)(?:里|儿|了)?\W*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.?!])\s+|(?<=[。？！])\s*(?=\S)")
_AND_THE = re.compile(
    r"^\W*(?:and |but |what about |how about |ok )+(?:the|my|those|these)\s[\w -]{3,40}\W*$"
    r"|^\W*(?:那|还有).{1,8}呢?\W*$|[那这](?:一)?[个单笔](?:订单)?(?:呢|到哪.{0,3})?\W*$"
    r"|^\W*(?:and |but |no |ok )*(?:the )?other (?:one|order)\W+(?:the|my|with)\s[\w -]{3,40}\W*$",
    re.IGNORECASE,
)
_IN_IT = re.compile(
    r"\b(?:the|my) [\w -]{3,30}(?:n['’]?t| not) (?:in|on|with|part of) (?:it|that|there|the list)\b"
    r"|\b(?:which|what) (?:one|order) (?:is|has|are)\b|(?:哪|那)个?(?:订?单).{0,4}(?:有|是)",
    re.IGNORECASE,
)
ORDERS_TOLD = re.compile(
    r"utter_(?:status_|parcel_|rest|list_orders|order_contents|it_is_|day_|order_assumed)"
)
_LISTED = "utter_list_"
_UNSURE = frozenset({"inform", "nlu_fallback", "out_of_scope"})
# What a short question after goods may be taken for, where it is not taken for one about orders.
_NEAR = frozenset(
    {
        "check_stock",
        "delivery_not_received",
        "inform",
        "list_orders",
        "missing_item",
        "nlu_fallback",
        "out_of_scope",
        "product_details",
        "product_search",
        "recommend_product",
        "repeat_that",
        "store_location",
    }
)
# Words that goods of ours may have in their names and that are none by themselves.
_NO_GOODS_TEXT = """
    address box card case code day delivery email first friday home invoice item items last mail
    monday money name new number old one ones order orders other parcel parcels package packages
    pack paper phone photo price return saturday second set size sunday thing things thursday
    time tuesday way wednesday whole
"""
_NO_GOODS = frozenset(_NO_GOODS_TEXT.split())


def goods_named(
    services: RetailServices, words: Wording, text: str, orders: Sequence[OrderView]
) -> str | None:
    """A word for goods of the shop ("cancel the lamp") that are in none of these orders."""
    for said in _named(text[:READ]):
        if any(mentioned(words.in_records(said), order.items) for order in orders):
            return None
        if _is_article(services, said):
            return said
    return None


def only_one(
    words: Wording, text: str, recent: Sequence[OrderView], possible: Sequence[OrderView]
) -> OrderView | None:
    """The order that alone holds what is named, if the wish can't be for it; else the only one."""
    said = words.in_records(text[:READ])
    holding = [order for order in recent if mentioned(said, order.items)]
    if len(holding) == 1 and holding[0] not in possible:
        return holding[0]  # of which it is heard why it can't be
    return possible[0] if len(possible) == 1 else None


def order_with(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Tell where goods are that are asked for: "where are the mugs?", "and the jacket?"."""
    text, viewer = latest_text(tracker), viewer_of(tracker)
    if (
        not viewer.signed_in
        or not text
        or len(text) > READ
        or latest_entity(tracker, "order_number")
    ):
        return None
    told = any(map(ORDERS_TOLD.match, said_within(tracker, SOON)))
    told |= any(map(_INVOICE.match, said_within(tracker, 1)))
    shown, viewed = tracker.get_slot("shown_orders") or (), said_within(tracker, 1)
    listed = any(one.startswith(_LISTED) for one in viewed)
    answers = is_question(text) or len(text) <= POINTS  # "the second one"
    places = pointed(text, len(shown)) if listed and answers else ()
    number = None
    if len(places) == 1 and latest_intent(tracker) in _UNSURE:  # "why is the second one late?"
        number = shown[places[0]]
    elif told and says_another_order(text):
        number = _other_open(services, tracker)
    if number is not None:
        return [SlotSet("order_number", number), FollowupAction(FORM)]
    last = _SENTENCE.split(text.strip())[-1]  # "hello, how are you? Where is my lamp"
    asks = _WHERE_ARE.search(last) or (told and (_AND_THE.search(text) or _IN_IT.search(text)))
    if not asks or latest_intent(tracker) not in _NEAR:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    known, recent = words.in_records(text), services.store.recent_orders(viewer, limit=10)
    with_it = [order for order in recent if names_goods_of(known, order)]
    coming = [order for order in with_it if order.status in rules.OPEN]
    meant = coming if len(coming) == 1 else with_it
    if len(meant) == 1:
        last = said_within(tracker, 1)
        of_invoice = not _WHERE_ARE.search(text) and any(map(_INVOICE.match, last))
        form = INVOICE_FORM if of_invoice else FORM
        return [SlotSet("order_number", meant[0].number), FollowupAction(form)]
    goods = None if with_it else goods_named(services, words, text, recent)
    if not with_it and goods is None:
        return None
    if goods is not None:
        dispatcher.utter_message(response="utter_goods_in_no_order", goods=goods)
    offered = (with_it or recent)[:5]
    buttons = [words.order_button(order, "order_status") for order in offered]
    dispatcher.utter_message(response="utter_ask_which_order", buttons=buttons)
    return [SlotSet("shown_orders", [order.number for order in offered])]


def _other_open(services: RetailServices, tracker: Tracker) -> str | None:
    """The number of the only other order that is still to come, for who speaks of the other one."""
    recent = services.store.recent_orders(viewer_of(tracker), limit=10)
    present = tracker.get_slot("order_number")
    others = [o for o in recent if o.status in rules.OPEN and o.number != present]
    return others[0].number if len(others) == 1 else None


def _named(text: str) -> Iterator[str]:
    """What follows "the" or "my": its second word first, which is the thing itself."""
    for found in _NAMED.finditer(text):
        for word in (found[2], found[1]):
            if word and word.casefold() not in _NO_GOODS:
                yield word


def _is_article(services: RetailServices, said: str) -> bool:
    """Whether an article of the shop is called so, not only described with the word."""
    word = _singular(said)
    return any(
        word in {_singular(one) for one in utils.default_process(match.product.name).split()}
        for match in services.catalogue.search(said)
    )


def _singular(word: str) -> str:
    word = word.casefold()
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
