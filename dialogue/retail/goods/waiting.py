"""What is asked after goods were put on the waiting list, or could not be; and what is sold out."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.search import READ
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.named import MAX_CARDS, shown_products, spoken_of_goods
from dialogue.retail.goods.stock import BackInStockAction
from dialogue.retail.goods.stock_words import alert_button, when_back
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_text,
    said_within,
)
from dialogue.retail.wording import wording

SHORT = 80  # characters of such a question
_WAITING = frozenset(
    {
        "utter_alert_noted",
        "utter_alerts_list",
        "utter_alert_how",
        "utter_alert_free",
        "utter_alert_day",
    }
)
_ANSWERS = {
    Facet.MAIL: "utter_alert_how",
    Facet.HOW: "utter_alert_how",
    Facet.WHERE: "utter_alert_how",
    Facet.COST: "utter_alert_free",
    Facet.UNDO: "utter_alert_free",
    Facet.WHEN: "utter_alert_day",
    Facet.HOW_LONG: "utter_alert_day",
    Facet.UNTIL: "utter_alert_day",
}
_RESERVED = re.compile(
    r"\b(?:reserv\w*|set aside|put aside|hold (?:it|one)|keep (?:it|one) for me"
    r"|(?:have|must) to buy|have i ordered|did i (?:just )?(?:order|buy))\b"
    r"|预留|留给我|算下单|必须买",
    re.IGNORECASE,
)
# "Tell me when it is", after it was told that it is sold out.
_TELL_ME = re.compile(
    r"\b(?:tell|let|notify|inform|ping|alert|message|write|mail|text)\b.{0,12}\bme\b"
    r"|\bput me on (?:the|that|your) list\b|(?:通知|告诉|提醒)我",
    re.IGNORECASE,
)
# What only asks puts nobody on the list.
_HEARS = re.compile(
    r"\bhow (?:do|will|would|can|could) i (?:know|hear|find out|see|notice)\b|怎么(?:知道|通知)",
    re.IGNORECASE,
)
_WHEN_HERE = re.compile(
    r"^\W*(?:(?:and|so|ok|but)\W+)*(?:when|how (?:long|soon|fast|quick(?:ly)?))\b.{0,25}"
    r"\b(?:get|have|receive|here|arrive|come|take|with me)\b.{0,12}$"
    r"|^\W*(?:那)?(?:多久|几天|什么时候)能?(?:收到|到货?|送到)[呢吗]?\W*$",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:sold out|out of stock|unavailable)\b|卖完|卖光|售罄|缺货|没货", re.IGNORECASE
)
# Not "which colours of the mixer", which asks for the variants of one.
_SOLD_OUT = re.compile(
    r"\b(?:what|which|anything|something|things?|products?|goods|articles?|items?"
    r"|any of (?:them|these|those|the|your))\b(?!\s(?:colou?rs?|sizes?)\b).{0,30}"
    r"\b(?:sold out|out of stock|unavailable)\b"
    r"|(?:什么(?!颜色|尺码)|哪些(?!颜色|尺码)|有没有).{0,8}(?:卖完|卖光|售罄|缺货|没货)",
    re.IGNORECASE,
)


def about_waiting_list(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Answer what is asked of the list, and which goods are sold out; None for all else."""
    text, of_order = latest_text(tracker)[:READ], tracker.get_slot("order_number") is not None
    if not text or latest_entity(tracker, "order_number"):
        return None
    if _SOLD_OUT.search(text) and not of_order:
        return _say_sold_out(services, dispatcher, tracker)
    if len(text) > SHORT:
        return None
    if "utter_stock_none" in said_within(tracker, 1) and _TELL_ME.search(text):
        noted: Events = BackInStockAction(services).run(dispatcher, tracker, domain)
        return noted
    if _WHEN_HERE.search(text) and not of_order:
        return _say_when_here(services, dispatcher, tracker)
    return _say_of_list(services, dispatcher, tracker, text)


def _say_how_to_wait(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """That the goods just told of have a list, and the button that puts one on it."""
    product = services.catalogue.product(str(tracker.get_slot("product")))
    if product is None:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response="utter_alert_offered", name=product.name, buttons=[alert_button(words, product)]
    )
    return []


def _say_of_list(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, text: str
) -> Events | None:
    """What being on the list means, just after somebody was put on it."""
    if "utter_stock_none" in said_within(tracker, 1) and _HEARS.search(text):
        return _say_how_to_wait(services, dispatcher, tracker)
    facet = facet_in(text)
    response = "utter_alert_free" if _RESERVED.search(text) else _ANSWERS.get(facet or Facet.WHY)
    product = services.catalogue.product(str(tracker.get_slot("product")))
    if response is None or product is None or not _WAITING & said_within(tracker, 1):
        return None
    named = BackInStockAction(services).named_for_sure(tracker)
    if named and (facet is Facet.UNDO or product not in named):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    gone = [variant for variant in product.variants if not variant.quantity]
    dispatcher.utter_message(
        response=response, name=product.name, when=when_back(words, gone), sku=product.sku
    )
    return []


def _say_when_here(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """When the goods that were just told of would come, or are back: "when would I get it?"."""
    product = services.catalogue.product(str(tracker.get_slot("product")))
    if product is None or not spoken_of_goods(tracker, 1):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    gone = [variant for variant in product.variants if not variant.quantity]
    if "utter_stock_none" in said_within(tracker, 1) and gone:
        dispatcher.utter_message(
            response="utter_stock_none",
            name=product.name,
            variant="",
            when=when_back(words, gone),
            buttons=[alert_button(words, product)],
        )
    else:
        dispatcher.utter_message(response="utter_shipping_options")
    return []


def _say_sold_out(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """The goods of which nothing is left, or of which some variants are, each with its return."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    text = words.in_records(latest_text(tracker)[:READ])
    kind = {match.product.sku for match in services.catalogue.search(_GONE.sub(" ", text))}
    goods = services.catalogue.products(tuple(kind)) if kind else services.catalogue.products()
    gone = [one for one in goods if any(not variant.quantity for variant in one.variants)]
    gone.sort(key=lambda one: (one.in_stock, one.sku))
    if not gone:
        cards = [card(words, one) for one in goods[:MAX_CARDS]]
        dispatcher.utter_message(response="utter_sold_out_nothing", elements=cards)
        return [shown_products(goods)]
    shown, cards = gone[:MAX_CARDS], []
    for product in shown:
        missing = [variant for variant in product.variants if not variant.quantity]
        labels = words.listing(words.variant(v.label) for v in missing[:3] if v.label)
        cards.append(card(words, product, words.say("sold_out_of", what=labels) if labels else ""))
    dispatcher.utter_message(response="utter_sold_out_some", elements=cards)
    only = shown[0].sku if len(shown) == 1 else None
    return [shown_products(shown), SlotSet("product", only)]
