"""Short questions that go on about an order whose state was just told: what time, who brings it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.states import Lateness, OrderStatus, ShipmentStatus
from dialogue.orders.views import OrderView, ShipmentView
from dialogue.questions import plainly
from dialogue.retail.changing.cancelling import asks_for_goods
from dialogue.retail.problems.still_to_come import portions, say_not_due, say_rest
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.viewing.asked_of_parcel import of_parcel
from dialogue.retail.viewing.by_day import say_whether_by
from dialogue.retail.viewing.day_words import OTHER_DAY, WHEN, WHY_LONG
from dialogue.retail.viewing.order_contents import asks_contents, say_contents
from dialogue.retail.viewing.orders import OrderStatusAction, next_steps
from dialogue.retail.viewing.parcel_questions import (
    asks_if_apart,
    asks_if_together,
    asks_to_fetch,
    asks_when_arrived,
    say_if_together,
    say_when_arrived,
    say_where_fetched,
    wants_one_box,
)
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.which_order.pointing import names_goods_of, says_before
from dialogue.retail.wording import Button, Wording, wording

READ = 100  # characters; such questions are short
SOON = 3  # messages after the order was told of
TOLD = re.compile(
    r"utter_(?:status_|parcel_|day_|left_|why_so_long|carrier_|tracking_|other_day_|it_is_|means_|next_open"
    r"|order_goes_to|order_contents|address_changed|nobody_in|faq/split|by_day_|fetched_|together_|arrived_|address_on_its_way"
    r"|not_returnable_not_(?:delivered|sent)|already_shipped|refuse_|part_not_left|money_when_refused)"
)
_ELSEWHERE = re.compile(
    r"\b(?:open\w*|stores?|shops?|returns?|refund\w*|money|invoices?|chat|colleague|sale|offer|code"
    r"|warranty|exchange|back|cancel\w*)\b|门店|开门|营业|退|换|发票|取消|客服|优惠",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(?:who['’]?s?|which (?:carrier|company|service|courier)|what (?:carrier|courier|company))\b"
    r".{0,20}\b(?:brings?|bringing|delivers?|delivering|carr(?:y|ies)|ships?|has it|is it|comes"
    r"|carriers?|courier)\b"
    r"|\b(?:which|what) (?:carrier|courier)\b|谁.{0,2}送|哪家.{0,4}(?:快递|送|配送)|什么快递",
    re.IGNORECASE,
)
_TRACKING = re.compile(
    r"\btracking\b.{0,12}\b(?:number|code|link|id|no|page)\b|\btrack (?:it|that|this)\b"
    r"|(?:快递|运|物流)单?号|怎么跟踪|物流链接",
    re.IGNORECASE,
)
_IF_NOT = re.compile(
    r"(?:[今明]天|今晚|那天|到时候?|周.|星期.).{0,4}[没不]有?(?:能|送)?到.{0,3}(?:怎么办|呢|找谁)"
    r"|(?:要是|如果|万一).{0,8}[没不]有?(?:能|送|收)?到",
)
_LEFT = re.compile(
    r"\b(?:has|did|was|is|have)\b.{0,15}\b(?:it|that|they|order|parcel|package)\b.{0,15}"
    r"\b(?:left|leave|gone(?: out)?|sent|shipped|dispatched|under ?way|on (?:its|the) way)\b"
    r"|(?:发货|发出|寄出)[了没吗]|(?:已经|还没).{0,3}(?:发货|发出|寄出).{0,3}[吗么没]",
    re.IGNORECASE,
)
_ELSE_IN = re.compile(
    r"\b(?:is|are) there\b.{0,25}\b(?:else|other|more)\b.{0,20}\b(?:in|inside|with)\b"
    r"|\b(?:anything|something|what) else\b.{0,15}\b(?:in|inside|with|come|comes|coming)\b"
    r"|\bis (?:that|this|it) (?:all|everything)\b.{0,25}$"
    r"|(?:还有|有没有)(?:别的|其他).{0,4}(?:吗|东西|商品)?",
    re.IGNORECASE,
)
_IS_IT = re.compile(
    r"\b(?:is|was|are) (?:it|that|this|those|these)\b.{0,12}\b(?:one|order|parcel|package|ones)?\s?"
    r"(?:with|for|containing|of|from)\b"
    r"|\bis (?:it|that|this) the [\w-]{2,20} ones?\b"
    r"|\b(?:is|are) (?:the|my) [\w -]{2,30} in (?:it|that|this|there)\b"
    r"|[这那](?:个|单)?是.{1,12}(?:吗|么|那[个单])",
    re.IGNORECASE,
)


def about_order(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer of the order spoken of; where it is not known, that is said."""
    text, order = plainly(latest_text(tracker)), current_order(services, tracker)
    if order is None or not text or len(text) > READ or latest_entity(tracker, "order_number"):
        return None
    if not any(map(TOLD.match, said_within(tracker, SOON))):
        return None
    if asks_to_fetch(text):
        return say_where_fetched(dispatcher, order, page_of(order))
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if of_parcel(words, dispatcher, order, text):
        return []
    if says_before(text) or _ELSEWHERE.search(text) or asks_for_goods(tracker):
        return None
    return _answer(services, dispatcher, tracker, order)


def _answer(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> Events | None:
    """What is in it, and in how many parcels; else what is asked of its way."""
    text, words = latest_text(tracker), wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if asks_if_together(text) or asks_if_apart(text) or wants_one_box(text):
        return _say_if_together(services, words, dispatcher, tracker, order)
    if _ELSE_IN.search(text) or asks_contents(text):
        say_contents(words, dispatcher, order)
        return []
    if _IS_IT.search(text):
        return _say_whether_in(services, words, dispatcher, tracker, order)
    meant = _with_goods_named(services, words, tracker, order)
    told = _say_of_the_way(services, words, dispatcher, tracker, meant)
    if told is None or meant is None or meant is order:
        return told
    return [SlotSet("order_number", meant.number), *told]


def _say_if_together(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> Events | None:
    """Of goods of another order, that they are of another."""
    known = words.in_records(latest_text(tracker))
    viewer = viewer_of(tracker)
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    others = [one for one in recent if one.number != order.number and names_goods_of(known, one)]
    if others and not names_goods_of(known, order):
        return _say_whether_in(services, words, dispatcher, tracker, order)
    text, apart = latest_text(tracker), len(portions(order)) > 1
    wants = wants_one_box(text)
    if apart and order.status in rules.OPEN and (wants or not asks_if_together(text)):
        response = "utter_no_one_box" if wants else "utter_comes_apart"
        dispatcher.utter_message(response=response, number=order.number)
        say_rest(services, words, dispatcher, order)
        return []
    told = say_if_together(words, dispatcher, order)
    if "utter_together_no" in [one.get("response") for one in dispatcher.messages]:
        OrderStatusAction(services).answer(dispatcher, tracker, order)
    return told


def _say_of_the_way(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView | None,
) -> Events | None:
    """Who brings it, with what number, and when; None where it may be one of several orders."""
    text = plainly(latest_text(tracker))
    if order is None:
        return None
    for said, tell in ((_WHO, _say_who), (_TRACKING, _say_tracking), (_LEFT, _say_whether_left)):
        if said.search(text):
            return tell(words, dispatcher, order)
    if asks_when_arrived(text) or (order.status is OrderStatus.DELIVERED and WHEN.search(text)):
        arrived = say_when_arrived(words, dispatcher, order)
        if arrived is not None:
            return arrived
    if say_whether_by(services, words, dispatcher, order, text):
        return []
    if (
        _IF_NOT.search(text)
        and order.status in rules.ON_ITS_WAY
        and order.shipments
        and not _late(order)
    ):
        say_not_due(services, words, dispatcher, order)
        return []
    return _say_of_the_day(services, words, dispatcher, tracker, order)


def _with_goods_named(
    services: RetailServices, words: Wording, tracker: Tracker, present: OrderView
) -> OrderView | None:
    """The order spoken of, unless the message names goods of another one that is to come."""
    viewer, known = viewer_of(tracker), words.in_records(latest_text(tracker))
    if not viewer.signed_in or names_goods_of(known, present):
        return present
    recent = services.store.recent_orders(viewer, limit=10)
    others = [o for o in recent if names_goods_of(known, o) and o.status in rules.OPEN]
    return others[0] if len(others) == 1 else (None if others else present)


def _say_of_the_day(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> Events | None:
    """When it comes, and why not sooner; of what is late or here already all that is known."""
    text = plainly(latest_text(tracker))
    late = _late(order)
    for said, say in ((OTHER_DAY, say_other_day), (WHY_LONG, _say_why_long), (WHEN, say_when)):
        if not said.search(text):
            continue
        if order.status in rules.OPEN and not late:
            return say(words, dispatcher, order)
        if late and say is not say_when:
            steps = next_steps(services, words, order)
            dispatcher.utter_message(response="utter_late_why", number=order.number, buttons=steps)
            return []
        if say is say_other_day:
            return None
        OrderStatusAction(services).answer(dispatcher, tracker, order)
        return []
    return None


def _say_whether_in(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> Events | None:
    """Whether it is the order with these goods; and if another of the customer's is, which."""
    text, viewer = latest_text(tracker), viewer_of(tracker)
    known = words.in_records(text)
    facts = {"number": order.number, "contents": words.contents(order)}
    if names_goods_of(known, order):
        dispatcher.utter_message(response="utter_it_is_the_one", **facts)
        return []
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    other = next((one for one in recent if names_goods_of(known, one)), None)
    if other is None:
        if not services.catalogue.search(known):
            return None
        dispatcher.utter_message(response="utter_it_is_not_the_one", **facts)
        return []
    dispatcher.utter_message(
        response="utter_it_is_another",
        other=other.number,
        other_contents=words.contents(other),
        buttons=[words.order_button(other, "order_status")],
        **facts,
    )
    return []


def _say_who(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events:
    parcels = _parcels(order)
    under_way = [one for one in parcels if one.status is not ShipmentStatus.DELIVERED]
    if not parcels and order.status in rules.IN_WAREHOUSE:
        dispatcher.utter_message(response="utter_carrier_open", number=order.number)
        return []
    if not parcels:
        return _say_tracking(words, dispatcher, order)
    dispatcher.utter_message(
        response="utter_carrier_is" if under_way else "utter_carrier_brought",
        number=order.number,
        carriers=words.listing(dict.fromkeys(one.carrier for one in under_way or parcels)),
    )
    return _say_tracking(words, dispatcher, order) if under_way else []


def _say_whether_left(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events | None:
    """In a sentence; None where more is to be told than that."""
    if order.status not in rules.OPEN or late_parcels(order, Lateness.DELAYED):
        return None
    waits = order.status in rules.IN_WAREHOUSE
    dispatcher.utter_message(
        response="utter_left_not_yet" if waits else "utter_left_yes",
        number=order.number,
        status=words.status(order),
    )
    return say_when(words, dispatcher, order)


def _say_tracking(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events:
    told = [_tracking(words, one) for one in _parcels(order)]
    if told:
        dispatcher.utter_message(
            response="utter_tracking_is", number=order.number, tracking=words.listing(told)
        )
    elif order.status in rules.OPEN:
        dispatcher.utter_message(
            response="utter_tracking_none", number=order.number, buttons=_updates(words, order)
        )
    else:  # cancelled before it left
        dispatcher.utter_message(
            response="utter_sure_status", number=order.number, status=words.status(order)
        )
    return []


def say_other_day(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events:
    """That the day is not ours to choose, and where it can be put off."""
    return _say_day(
        words, dispatcher, order, ("utter_other_day_on_its_way", "utter_other_day_open")
    )


def say_when(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events:
    """The day on which it comes; the hour stands with the carrier."""
    return _say_day(words, dispatcher, order, ("utter_day_and_page", "utter_day_known_only"))


def _say_day(
    words: Wording, dispatcher: Dispatcher, order: OrderView, responses: tuple[str, str]
) -> Events:
    """The expected day, in the response for a parcel that has a page of its carrier, or not."""
    page = page_of(order)
    dispatcher.utter_message(
        response=responses[0 if page else 1],
        number=order.number,
        expected=words.day(_expected(order)),
        page=page or "",
        buttons=_updates(words, order),
    )
    return []


def _say_why_long(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events:
    dispatcher.utter_message(
        response="utter_why_so_long",
        number=order.number,
        placed=words.day(order.placed_at),
        status=words.status(order),
        expected=words.day(_expected(order)),
    )
    return []


def _late(order: OrderView) -> bool:
    return bool(late_parcels(order, Lateness.DELAYED) or late_parcels(order, Lateness.LOST))


def _parcels(order: OrderView) -> list[ShipmentView]:
    return [one for one in order.shipments if one.status is not ShipmentStatus.LOST]


def _expected(order: OrderView) -> date:
    """The day of the parcel that is under way, if one is; else of the order."""
    under_way = [one for one in _parcels(order) if one.status is not ShipmentStatus.DELIVERED]
    return max((one.expected_on for one in under_way), default=order.expected_on)


def page_of(order: OrderView) -> str | None:
    """The carrier's page of the parcel that is under way."""
    under_way = [one for one in _parcels(order) if one.status is not ShipmentStatus.DELIVERED]
    return next((one.tracking_page for one in under_way if one.tracking_page), None)


def _tracking(words: Wording, parcel: ShipmentView) -> str:
    tracking = f"{parcel.carrier} {parcel.tracking_number}"
    if not parcel.tracking_page:
        return tracking
    return words.say("parcel_tracking", tracking=tracking, page=parcel.tracking_page)


def _updates(words: Wording, order: OrderView) -> list[Button]:
    return [words.button("updates", "shipping_updates", order_number=order.number)]
