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
from dialogue.retail.problems.still_to_come import say_not_due
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
from dialogue.retail.viewing.order_contents import asks_contents, say_contents
from dialogue.retail.viewing.orders import OrderStatusAction, next_steps
from dialogue.retail.viewing.parcel_questions import (
    asks_if_together,
    asks_to_fetch,
    asks_when_arrived,
    say_if_together,
    say_when_arrived,
    say_where_fetched,
)
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.which_order.pointing import names_goods_of, says_before
from dialogue.retail.wording import Button, Wording, wording

READ = 100  # characters; such questions are short
SOON = 3  # messages after the order was told of
TOLD = re.compile(
    r"utter_(?:status_|parcel_|day_|left_|why_so_long|carrier_|tracking_|other_day_|it_is_|means_|next_open"
    r"|order_goes_to|order_contents|address_changed|nobody_in|faq/split|by_day_|fetched_|together_|arrived_|address_on_its_way"
    r"|not_returnable_not_delivered|already_shipped|refuse_|part_not_left|money_when_refused)"
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
_OTHER_DAY = re.compile(
    r"\b(?:can|could|may|will|would|possible|any chance)\b.{0,25}"
    r"\b(?:come|be here|arrive|get (?:it|here)|deliver\w*|brought|have it|moved?|postpone\w*|be)\b"
    r".{0,25}\b(?:today|tomorrow|tonight|instead|earlier|sooner|later|faster|quicker|before|\w+day)\b"
    # "Is it really only coming Monday, not tomorrow?"
    r"|\b(?:is|will|does|are) (?:it|that|this|they|the \w+)\b.{0,12}\b(?:really|still|only"
    r"|definitely|surely|not)\b.{0,25}\b(?:today|tomorrow|tonight|\w+day|earlier|sooner|later|then)\b"
    r"|\b(?:earlier|sooner|faster|quicker)\b\W*$"
    r"|(?:真的|一定|非?要)(?:要|得)?(?:到|等到)?(?:周|星期|下周|明天).{0,10}(?:吗|么)"
    r"|(?:能|可以).{0,6}(?:早|快|晚|提前|推迟|明天|今天|周.).{0,8}"
    r"|(?:改|换|推迟|延)(?:到|成|在|至)(?:下?个?(?:周|星期|礼拜)|明|后天|\d)",
    re.IGNORECASE,
)
_WHY_LONG = re.compile(
    r"\bwhy\b.{0,25}\b(?:long|slow|late|days|week|not (?:here|sooner|faster|yet)|delay\w*)\b"
    r"|\bwhy\b.{0,10}n['’]?t\b.{0,15}\b(?:here|come|arrived|there|moving|sent|shipped)\b"
    r"|\b(?:so|that|too) (?:long|slow|late)\b|\bwhat(?:['’]?s| is) taking\b"
    r"|\btaking (?:so|forever)\b"
    r"|(?:为什么|怎么).{0,6}(?:久|慢|晚|[还都]没|[还都]?不[发送到寄])|[这那]么(?:久|慢|晚)|太[久慢]|催",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^\W*(?:and |so |ok |but )?(?:(?:un)?til|by|at|from) (?:when|what (?:time|hour))\b.{0,25}$"
    r"|^\W*(?:and |so |ok |but )?(?:(?:un)?till?|by) (?:when|what (?:time|hour))\b.{0,15}"
    r"\b(?:they|it|he|she|courier|driver|parcel|delivery)\b.{0,12}\b(?:come|comes|here|there"
    r"|deliver\w*|arrive|arrives)\b"
    r"|^\W*(?:and |so )?(?:at )?(?:what|which) (?:time|hour|day)\b.{0,30}$"
    r"|^\W*(?:and |so |but )?when(?: exactly| then| is (?:it|that)(?: coming| due)?"
    r"| (?:will|does|do|should|would) (?:it|that|they|the parcel|i) (?:come|arrive|be here"
    r"|get (?:it|here)|be there|have it|be delivered))?(?: exactly| then| roughly| about)?\W*$"
    r"|^\W*(?:and |so |ok |but )?how (?:much longer|many more days|long (?:now|still))\b.{0,15}$"
    r"|几点(?:钟|能|会|可以)?到|几点送|\b(?:morning or (?:afternoon|evening)|what time"
    r"|how long (?:will|does|is) (?:it|that)(?: still)? tak\w*"
    r"|in the (?:morning|afternoon|evening)\W*$)"
    r"|^\W*(?:那)?(?:大概|具体)?(?:几点|什么时候(?:到|送到|能到)?|到什么时候|哪天|什么时间|上午还是下午|最晚什么时候|还要多久)(?:到|呢|左右)?\W*$",
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
    if asks_if_together(text):
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
    if asks_when_arrived(text) or (order.status is OrderStatus.DELIVERED and _WHEN.search(text)):
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
    for said, say in ((_OTHER_DAY, say_other_day), (_WHY_LONG, _say_why_long), (_WHEN, _say_when)):
        if not said.search(text):
            continue
        if order.status in rules.OPEN and not late:
            return say(words, dispatcher, order)
        if late and say is not _say_when:
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
    return _say_when(words, dispatcher, order)


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


def _say_when(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events:
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
