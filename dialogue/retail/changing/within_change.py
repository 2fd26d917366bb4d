"""What is said where it is asked how an item of an order shall change: more of it, another size.

"No, M", "is M sold out?", "yes, and make it two": a model takes these for a new change, or for a
question about goods; they are about the item that is spoken of.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.and_another import another_change
from dialogue.retail.changing.both_changes import both_said
from dialogue.retail.changing.contents import ModifyOrderForm, change_of, item_of
from dialogue.retail.changing.more_or_less import REMOVE, wants_more
from dialogue.retail.changing.no_more import say_no_more, say_no_more_pieces
from dialogue.retail.changing.part_of_order import means_order
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.goods.variants import named_variant, say_sold_out
from dialogue.retail.returning.items import changeable
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
from dialogue.retail.talk.correcting import meant_in, said_beside_yes
from dialogue.retail.task_slots import REQUESTED_SLOT, forget_task, value_before_message
from dialogue.retail.which_order.choice import may_change_contents
from dialogue.retail.wording import Wording, button, wording

READ = 120
SOON = 3  # messages after the change
FORM = "modify_order_form"
_NEAR = frozenset(
    {
        "affirm",
        "back_in_stock",
        "check_stock",
        "correct_that",
        "deny",
        "exchange_item",
        "faq",
        "inform",
        "modify_order",
        "nlu_fallback",
        "out_of_scope",
        "product_details",
        "product_search",
    }
)
_DONE = frozenset({"utter_order_changed", "utter_order_changed_refund", "utter_modify_add"})
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|sure|please do)\b|^\W*(?:好的?|是的?|可以)[，。,!！]", re.IGNORECASE
)
_MEASURES = re.compile(
    r"\b(?:how (?:big|large|small|wide|long)\b(?!.{0,12}\btak)|size (?:chart|guide|table)"
    r"|(?:is|are|does|do|will|would) (?:(?:it|they|an?|the|size) )?[\w-]{1,8} (?:\w+ )?"
    r"(?:big|small|large|tight|loose|fit|wide|narrow)(?= enough|\W*$)"
    r"|measure\w*|centimet\w+|inch(?:es)?|\d+ ?cm)\b|尺码表|尺寸|厘米|多[大长宽]",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow many\b(?! (?:days|weeks))|几[件个双条]|多少[件个双条]", re.IGNORECASE
)
_SHIPPING = re.compile(r"\b(?:shipping|delivery|postage|ship)\b|运费|邮费", re.IGNORECASE)


def asks_measures(services: RetailServices, tracker: Tracker) -> bool:
    """Whether it is asked how big an item is, or how many pieces it would be: no answer to us."""
    text, form = latest_text(tracker), (tracker.active_loop or {}).get("name")
    asked = form == FORM and tracker.get_slot(REQUESTED_SLOT) in ("change", "confirmed")
    if not asked or not is_question(text) or not _is_about_one(services, tracker):
        return False
    return _MEASURES.search(text) is not None or _HOW_MANY.search(text) is not None


def _is_about_one(services: RetailServices, tracker: Tracker) -> bool:
    item = item_of(services, tracker)
    return item is not None and _is_about(services, tracker, item)


def within_change(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Keep what is known of the change; another variant is taken, more pieces are refused."""
    asked, text = tracker.get_slot(REQUESTED_SLOT), latest_text(tracker)
    asks = (tracker.active_loop or {}).get("name") == FORM and asked in ("change", "confirmed")
    order, item = current_order(services, tracker), item_of(services, tracker)
    if not asks or order is None or item is None:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    answered = _more_than_asked(services, words, dispatcher, tracker, order, item)
    if answered is not None:
        return answered
    if not _is_about(services, tracker, item):
        return None
    if _say_of_item(services, words, dispatcher, tracker, item):
        return [FollowupAction(FORM)]
    known: Events = []
    wanted = named_variant(services, words.in_records(meant_in(text)), item)
    if wanted is not None and wanted.quantity >= item.quantity:
        known = [SlotSet("change", wanted.label)]
    elif wanted is not None:
        say_sold_out(words, dispatcher, item, wanted, item.quantity, may_return=False)
        known = [SlotSet("change", None)]
    elif asked == "confirmed" and _YES.match(text) and not is_question(text):
        known = [SlotSet("confirmed", True)]
    more = wants_more(text, item.quantity)
    if more:
        say_no_more_pieces(words, dispatcher, item)
    if not (more or wanted):
        return None  # a yes alone is the form's
    return [*known, FollowupAction(FORM)]


def _say_of_item(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    item: ItemView,
) -> bool:
    """Whether its measures or its pieces were asked for, which has been answered then."""
    text = latest_text(tracker)
    if not is_question(text):
        return False
    if _MEASURES.search(text):
        facts = {"item": item.name, "buttons": [words.person_button()]}
        dispatcher.utter_message(response="utter_measures_unknown", **facts)
        return True
    if not _HOW_MANY.search(text):
        return False
    change = change_of(services, tracker)
    dispatcher.utter_message(
        response="utter_change_pieces",
        count=change.quantity if change else item.quantity,
        item=item.name,
        before=item.quantity,
    )
    return True


def _more_than_asked(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
    item: ItemView,
) -> Events | None:
    """The whole order instead of the part; another change beside the yes, or joined to this one."""
    text, change = latest_text(tracker), tracker.get_slot("change")
    items = changeable(services, order)
    if tracker.get_slot(REQUESTED_SLOT) == "confirmed":
        if change == REMOVE and means_order(text):
            number = SlotSet("order_number", order.number)
            return [*forget_task(tracker), number, FollowupAction("cancel_order_form")]
        agreed = said_beside_yes(text) is not None
        if later := another_change(services, words, tracker, order, items, item):
            yes = [*later, SlotSet("confirmed", True)] if agreed else []  # else the form says it
            return [*yes, FollowupAction(FORM)]
        other = ModifyOrderForm(services).said_item(tracker)
        if other not in (None, item) and not agreed and wants_more(text, other.quantity):
            say_no_more_pieces(words, dispatcher, other)
            return [FollowupAction(FORM)]
    both = both_said(services, words, text, items, item, change)
    if both is None or both == change or latest_intent(tracker) not in _NEAR:
        return None
    return [SlotSet("change", both), FollowupAction(FORM)]


def more_of_it(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """After a change, or its refusal: more pieces are an order of their own."""
    order, text = current_order(services, tracker), latest_text(tracker)
    if order is None or not may_change_contents(order, services.policies) or len(text) > READ:
        return None
    said = said_within(tracker, SOON)
    if not text or said.isdisjoint(_DONE):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    extra = said & {"utter_modify_add", "utter_no_more_pieces"} and _SHIPPING.search(text)
    if extra and is_question(text) and facet_in(text) in (Facet.COST, None):
        deliveries = services.policies.deliveries
        dispatcher.utter_message(
            response="utter_extra_shipping",
            cost=words.money(deliveries.shipping, order.currency),
            free=words.money(deliveries.free_from, order.currency),
        )
        return []
    item = order.items[0] if len(order.items) == 1 else None
    more = latest_intent(tracker) in _NEAR and wants_more(text, item.quantity if item else 99)
    if more:
        say_no_more(services, words, dispatcher, order, item, text)
        return []
    return _say_how(words, dispatcher, tracker)


def _say_how(words: Wording, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    asks = re.match(r"^\W*(?:\w+\W+){0,3}how\b|^.{0,8}怎么", latest_text(tracker), re.IGNORECASE)
    refused = "utter_modify_add" in said_within(tracker, 1)
    if not (asks and refused and latest_intent(tracker) in _NEAR | {"ask_more", "faq"}):
        return None
    dispatcher.utter_message(
        response="utter_modify_add_how",
        buttons=[
            button(words.say("title_product_search"), "product_search"),
            words.person_button(),
        ],
    )
    return []


def _is_about(services: RetailServices, tracker: Tracker, item: ItemView) -> bool:
    """Whether the latest message can be about this item: it names no other one and no order."""
    text, form = latest_text(tracker), ModifyOrderForm(services)
    if not text or len(text) > READ or latest_intent(tracker) not in _NEAR:
        return False
    if latest_entity(tracker, "order_number") not in (
        None,
        value_before_message(tracker, "order_number"),
    ):
        return False
    other = form.said_item(tracker)
    return other is None or other.line == item.line
