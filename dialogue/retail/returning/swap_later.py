"""Another size or colour of what is on its way: not now, and how it goes once it is here.

An order of which a part has left can't be changed any more, nor what of it is still with the shop;
so nobody is asked what is missing, and everybody learns what there is to do.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.goods.variants import named_variant, other_variants
from dialogue.retail.problems.still_to_come import lines_to_come
from dialogue.retail.returning.own_questions import asks_first
from dialogue.retail.returning.picking import decoded, mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import REQUESTED_SLOT, leave_form
from dialogue.retail.wording import Wording, wording

READ = 160  # characters
SOON = 4  # messages after it was told
MOST = 6  # variants that are named
LOOKED_BACK = 8  # messages in which the goods were named
ONCE_HERE, KEPT = "utter_swap_once_here", "utter_swap_later_kept"
_TOLD = frozenset({ONCE_HERE, "utter_swap_later_how", KEPT, "utter_modify_too_late"})
_SWAPS = re.compile(
    r"\b(?:swap|exchange|switch)\w*\b|\bchange\b.{0,30}\b(?:to|for|into|size|colou?r)\b"
    r"|\b(?:other|another|different|smaller|bigger|larger) (?:size|colou?r|one)\b"
    r"|\b(?:instead of|rather than)\b|换(?!货(?:规则|政策))|改(?:成|为|要|小|大)",
    re.IGNORECASE,
)
_STOCK = re.compile(r"\b(?:in stock|available|do you have|is there)\b|有货|有没有|库存", re.I)
# Goods by a name that the records do not have.
_THING = re.compile(
    r"\b(?:the|my) (?!(?:size|colou?r|other|one|parcel|order|new|old|bigger|smaller|larger)\b)\w",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\bhow\b(?! (?:long|much|many)\b)|\bprocess\b|怎么|如何|流程|步骤", re.IGNORECASE
)
_ONCE = re.compile(
    r"\b(?:here|arriv\w+|(?:got|have) it|comes?|then)\b|收到|到了|到货", re.IGNORECASE
)
_KEEPS = re.compile(
    r"\breserv\w*|\b(?:set|put|lay|keep|hold|save)\b.{0,25}\b(?:aside|back|for me|away)\b"
    r"|预留|(?:留|保留)(?:一[件双个条]|着|住|个)|(?:帮|给|替)我.{0,2}留|留给我",
    re.IGNORECASE,
)
_FORMS = (None, "problem_form", "modify_order_form", "exchange_form")
_MEANT = frozenset(
    {
        "check_stock",
        "correct_that",
        "exchange_item",
        "faq",
        "inform",
        "missing_item",
        "modify_order",
        "nlu_fallback",
        "order_status",
        "out_of_scope",
        "return_policy",
        "wrong_item",
    }
)


def swap_later(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say why it can't be changed now and how it goes then, or answer what is asked of that."""
    order = current_order(services, tracker)
    if order is None or not means_swap_later(services, tracker):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    text = latest_text(tracker)[:READ]
    if _KEEPS.search(text):
        dispatcher.utter_message(response=KEPT, buttons=[words.person_button()])
    elif _asks_how(tracker, text):
        days = services.policies.returns.days
        dispatcher.utter_message(response="utter_swap_later_how", days=days)
    else:
        say_swap_later(
            services,
            words,
            dispatcher,
            order,
            named_to_come(words, tracker, order),
            words.in_records(text),
        )
    return leave_form(tracker) if tracker.active_loop else []


def means_swap_later(services: RetailServices, tracker: Tracker) -> bool:
    """Whether goods that are not here yet shall be another size or colour."""
    form, text = (tracker.active_loop or {}).get("name"), latest_text(tracker)[:READ]
    order, number = current_order(services, tracker), latest_entity(tracker, "order_number")
    # Of a parcel that is late or lost it is asked what shall be done.
    chooses = form == "problem_form" and tracker.get_slot(REQUESTED_SLOT) in ("wish", "confirmed")
    if not text or form not in _FORMS or order is None or chooses:
        return False
    if not lines_to_come(order) or number not in (None, order.number):
        return False
    told = not said_within(tracker, SOON).isdisjoint(_TOLD)
    keeps = told and _KEEPS.search(text) is not None and is_question(text)
    if keeps or latest_intent(tracker) not in _MEANT:
        return keeps
    if _SWAPS.search(text) is None:
        then = (_HOW.search(text) and _ONCE.search(text)) or asks_first(text)
        asks = is_question(text) and (then or _STOCK.search(text))
        return bool(told and asks) and latest_entity(tracker, "product") is None
    wishes = latest_intent(tracker) in ("exchange_item", "modify_order")
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    here = [item for item in order.items if item.line not in lines_to_come(order)]
    named = mentioned(words.in_records(text), _coming(order))
    if not named and mentioned(words.in_records(text), here):
        return False
    return bool(told or named or (wishes and not here))


def say_swap_later(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    lines: Collection[int] = (),
    wanted: str = "",
) -> None:
    """Until when it may be swapped once it is here, and what there is of it now."""
    coming = _coming(order)
    items = [item for item in coming if item.line in lines] or coming
    variants = _near(services, items[0], wanted) if len(items) == 1 else []
    dispatcher.utter_message(
        response=ONCE_HERE if variants else f"{ONCE_HERE}_some",
        number=order.number,
        status=words.status(order),
        items=words.items(item.label for item in items),
        variants=words.listing(f"“{words.variant(label)}”" for label in variants[:MOST]),
        days=services.policies.returns.days,
        buttons=[words.status_button(order.number), words.person_button()],
    )


def _near(services: RetailServices, item: ItemView, wanted: str) -> list[str]:
    """What is in stock of it: the variant that is named, else those that differ in one thing."""
    found = named_variant(services, wanted, item)
    others = other_variants(services, item)
    own = set(item.variant.split(", "))
    near = [v.label for v in others if v.colour in own or v.size in own]
    return [found.label] if found in others and found else near or [v.label for v in others]


def _asks_how(tracker: Tracker, text: str) -> bool:
    told = not said_within(tracker, SOON).isdisjoint(_TOLD)
    asked = _HOW.search(text) or facet_in(text) in (Facet.COST, Facet.UNTIL, Facet.WHERE)
    return told and (asks_first(text) or (bool(asked) and is_question(text)))


def _coming(order: OrderView) -> list[ItemView]:
    lines = lines_to_come(order)
    return [item for item in order.items if item.line in lines]


def named_to_come(words: Wording, tracker: Tracker, order: OrderView) -> set[int]:
    """The lines to come that are named, or were a few messages ago."""
    said = [str(one.get("text") or "") for one in reversed(tracker.events) if _user(one)]
    others = _THING.search(latest_text(tracker)[:READ]) is not None
    for one in said[: 1 if others else LOOKED_BACK]:
        known = words.in_records(one[:READ])
        lines = {item.line for item in _coming(order) if mentioned(known, [item])}
        if lines:
            return lines
    return set(decoded(tracker.get_slot("item")))


def _user(event: dict[str, Any]) -> bool:
    return event.get("event") == "user"
