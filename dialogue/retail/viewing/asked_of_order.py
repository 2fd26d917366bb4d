"""What is asked of an order beside where it is: why it was cancelled or is split, who takes it in.

The order may be the one spoken of, named, or pointed at in the list that was shown.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import ItemView, OrderView
from dialogue.retail.changing.cancelling import asks_for_refund
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
from dialogue.retail.viewing.day_words import asks_hour
from dialogue.retail.viewing.order_contents import asks_contents, say_contents
from dialogue.retail.viewing.order_questions import (
    TOLD,
    page_of,
    say_other_day,
    say_when,
)
from dialogue.retail.viewing.orders import RefundStatusAction
from dialogue.retail.which_order.pointing import names_goods_of, pointed
from dialogue.retail.wording import Wording, wording

READ = 120
MOST = 3  # orders that are told of at once
SOON = 4  # messages after the order was told of
_WHY_CANCELLED = re.compile(
    r"\b(?:why|how come|who|what for)\b.{0,40}\bcancel+ed\b"
    r"|为(?:什么|啥|何).{0,10}取消|怎么.{0,6}取消了|谁.{0,4}取消",
    re.IGNORECASE,
)
_WHY_SPLIT = re.compile(
    r"\b(?:why|how come)\b.{0,40}\b(?:two|three|several|separate|split|different|more than one)\b"
    r".{0,15}\b(?:parcels?|packages?|deliver\w*|boxes)|为(?:什么|啥|何).{0,10}(?:分开|分.{0,4}包裹|[两三二]个包裹)",
    re.IGNORECASE,
)
_NOBODY_IN = re.compile(
    r"\bneighbou?rs?\b|\b(?:flat|room|house) ?mates?\b|\bdoorman\b|\bconcierge\b"
    r"|\bcan (?:my|the|some|any)\s?\w+\b.{0,12}\b(?:take it|accept it|sign)\b|室友|门卫"
    r"|\b(?:nobody|no one|noone)\b.{0,15}\b(?:in|home|there)\b"
    r"|\b(?:not|n['’]?t)\b.{0,12}\b(?:home|in|there)\b.{0,30}$"
    r"|\b(?:i|we)(?:['’]m|['’]ll be| am| are| will be)\b.{0,12}\b(?:away|out of town|abroad"
    r"|travell?ing|on (?:a )?(?:holidays?|vacation|business trip))\b|出差|出门|去旅游|去度假"
    r"|\bi (?:have to|must|need to|['’]?ve got to) (?:leave|go|be out|go out|go to work)\b"
    r"|\b(?:be|stay) (?:at )?home\b|邻居|不在家|没人(?:在家|收)|家里没人",
    re.IGNORECASE,
)
_TELLS_CARRIER = re.compile(
    r"\b(?:talk|speak|call|contact|write|ask|tell|ring)\b.{0,10}"
    r"\b(?:carriers?|couriers?|drivers?|delivery (?:company|guy|man|person|service))\b"
    r"|(?:联系|告诉|跟|让|打给).{0,3}(?:快递|司机|配送|派送)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b(?:change|correct|update|different|another|other)\b.{0,25}\badd?ress\b|改.{0,4}地址|地址.{0,6}改",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"\b(?:account|profile|e-?mail|billing|invoice)\b|账户|账号|邮箱|发票", re.I)
_WHEN_ORDERED = re.compile(
    r"\bwhen (?:did|have) (?:i|we) (?:\w+ )?(?:order|buy|bought|ordered|place|get)\b"
    r"|什么时候(?:买|下单|订)的?|哪天(?:买|下单|订)",
    re.IGNORECASE,
)
_WHAT_PAID = re.compile(
    r"\b(?:how much|what)\b.{0,12}\b(?:did|have) (?:i|we) (?:\w+ )?(?:pay|paid|spend|spent)\b"
    r"|\bhow much (?:was|were) (?:the|my|that|those)\b"
    r"|多少钱(?:买|下|订)的?|(?:花|付)了?多少|(?:当时|那时|原来|买的时候).{0,8}(?:多少|什么价|价格)",
    re.IGNORECASE,
)
_MONEY_WENT = re.compile(
    r"\b(?:money|refund\w*)\b.{0,40}\b(?:go|goes|went|gone|sent|back)\b"
    r"|\b(?:which|what) (?:card|account)\b|(?:钱|款).{0,6}退|退.{0,4}(?:到|去|哪)",
    re.IGNORECASE,
)
_GIFT_CARD = re.compile(r"\bgift ?cards?\b|礼品卡", re.IGNORECASE)
_GENERAL = frozenset({"faq", "inform", "nlu_fallback", "out_of_scope", "payment_methods"})
_HOW = re.compile(
    r"^\W*(?:(?:and|but|ok|so)\W+)?how\b.{0,25}$|^\W*(?:那)?怎么.{0,6}$", re.IGNORECASE
)
_OTHER_DAY = frozenset({"utter_other_day_on_its_way", "utter_other_day_open"})

_UNSURE = frozenset({"faq", "nlu_fallback", "out_of_scope", "refund_status"})
_NEAR_AN_ADDRESS = frozenset({"faq", "nlu_fallback", "update_account"})


def asked_of_order(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer it of the order that is meant, which is spoken of from now on."""
    text = latest_text(tracker)
    if not text or len(text) > READ:
        return None
    if _WHEN_ORDERED.search(text) and (placed := _say_when_ordered(services, dispatcher, tracker)):
        return placed
    order = _order_meant(services, tracker)
    if order is None:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    done = _answer(services, words, dispatcher, tracker, order)
    return None if done is None else [SlotSet("order_number", order.number), *done]


def _answer(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
) -> Events | None:
    text, told = latest_text(tracker), _told(tracker)
    if asks_contents(text) and latest_intent(tracker) in _UNSURE:
        say_contents(words, dispatcher, order)
        return []
    if told and _ADDRESS.search(text) and not _ACCOUNT.search(text):
        wanted = latest_intent(tracker) in _NEAR_AN_ADDRESS
        return [FollowupAction("change_address_form")] if wanted else None
    if _WHY_CANCELLED.search(text):
        told_why = _why_cancelled(words, dispatcher, tracker, order)
        if told_why is not None and order.refunds and asks_for_refund(text):
            RefundStatusAction(services).answer(dispatcher, tracker, order)
        return told_why
    if _WHY_SPLIT.search(text):
        return _why_split(dispatcher, order)
    return _of_the_door(words, dispatcher, tracker, order)


def _of_the_door(
    words: Wording, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> Events | None:
    """Who takes the parcel in, where it is left, and what the carrier shall be told."""
    text, told = latest_text(tracker), _told(tracker)
    reminds = latest_intent(tracker) == "remind_me"
    tells = told and order.status in rules.OPEN and _TELLS_CARRIER.search(text)
    if tells:
        person = [words.person_button()]
        dispatcher.utter_message(response="utter_carrier_not_told", buttons=person)
    if tells or (told and not reminds and asks_if_nobody_in(text) and order.status in rules.OPEN):
        return _nobody_in(words, dispatcher, order, text)
    if _HOW.match(text) and said_within(tracker, 1) & _OTHER_DAY:
        return say_other_day(words, dispatcher, order)
    return None


def _say_when_ordered(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """The day on which the goods that are named were ordered, of each order that holds them."""
    viewer = viewer_of(tracker)
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = words.in_records(latest_text(tracker))
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    found = [order for order in recent if names_goods_of(said, order)][:MOST]
    one = None if found else _order_meant(services, tracker)
    for order in [*found, *([one] if one else [])]:
        say_contents(words, dispatcher, order)
    return [SlotSet("order_number", found[0].number)] if len(found) == 1 else []


def asked_what_paid(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """What goods that are named cost when they were ordered: "what did I pay for the jacket"."""
    viewer, text = viewer_of(tracker), latest_text(tracker)[:READ]
    if not viewer.signed_in or not _WHAT_PAID.search(text):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said, told = words.in_records(text), list[str]()
    for order in services.store.recent_orders(viewer, limit=10):
        for item in (one for one in order.items if _is_named(said, one)):
            dispatcher.utter_message(
                response="utter_paid_for",
                number=order.number,
                placed=words.day(order.placed_at),
                item=words.item(item.pieces(1)),
                price=words.money(item.unit_cents, order.currency),
            )
            told.append(order.number)
        if len(told) >= MOST:
            break
    if not told:
        return None
    return [SlotSet("order_number", told[0])] if len({*told}) == 1 else []


def asked_refund_of(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """The refund of goods that are named: "to which card went the money for the teapot"."""
    viewer, text = viewer_of(tracker), latest_text(tracker)[:READ]
    general = latest_intent(tracker) in _GENERAL and _MONEY_WENT.search(text)
    if not viewer.signed_in or not general or _GIFT_CARD.search(text):
        return None
    said = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text)
    recent = services.store.recent_orders(viewer, limit=10)
    found = [one.number for one in recent if one.refunds and names_goods_of(said, one)]
    if len(found) != 1:
        return None
    return [SlotSet("order_number", found[0]), FollowupAction("refund_status_form")]


def _is_named(said: str, item: ItemView) -> bool:
    """Whether a text names an article of an order, by its name or by its kind: "the jacket"."""
    kind = re.escape(item.category.removesuffix("s"))
    of_kind = bool(kind) and re.search(rf"\b{kind}s?\b", said, re.IGNORECASE)
    return bool(of_kind or mentioned(said, [item]))


def asks_if_nobody_in(text: str) -> bool:
    """Whether it is asked what becomes of a parcel that nobody is there to take."""
    return _NOBODY_IN.search(text[:READ]) is not None


def _told(tracker: Tracker) -> bool:
    return any(map(TOLD.match, said_within(tracker, SOON)))


def _order_meant(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """The order pointed at in the list that was just shown, or else the one spoken of."""
    shown = tracker.get_slot("shown_orders") or ()
    listed = not said_within(tracker, 2).isdisjoint({"utter_list_orders", "utter_list_older"})
    places = pointed(latest_text(tracker), len(shown)) if listed else ()
    number = shown[places[0]] if len(places) == 1 else tracker.get_slot("order_number")
    number = latest_entity(tracker, "order_number") or number
    try:
        return services.store.order(viewer_of(tracker), str(number))
    except OrderNotFound:
        return None


def _why_cancelled(
    words: Wording, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> Events | None:
    """The reason is not on record, unless it was done in this conversation; who it can be."""
    if order.status is not OrderStatus.CANCELLED:
        return None
    refund = [words.refund_button(order.number)] if order.refunds else []
    dispatcher.utter_message(
        response="utter_why_cancelled_here"
        if _was_asked(tracker, order)
        else "utter_why_cancelled",
        number=order.number,
        buttons=[*refund, words.person_button()],
    )
    return []


def _was_asked(tracker: Tracker, order: OrderView) -> bool:
    """Whether it was cancelled in this conversation."""
    facts = (one.get("metadata") or {} for one in tracker.events if one.get("event") == "bot")
    return any(
        str(one.get("utter_action")).startswith("utter_order_cancelled")
        and str(one.get("number")) == order.number
        for one in facts
    )


def _why_split(dispatcher: Dispatcher, order: OrderView) -> Events | None:
    if order.status is OrderStatus.CANCELLED:
        return None
    dispatcher.utter_message(response="utter_faq/split_shipments")
    return []


def _nobody_in(words: Wording, dispatcher: Dispatcher, order: OrderView, text: str) -> Events:
    """Also the day, where the hour is asked: "before what hour? I have to leave at six"."""
    if asks_hour(text):
        say_when(words, dispatcher, order)
    page = page_of(order)
    dispatcher.utter_message(
        response="utter_nobody_in" if page else "utter_nobody_in_open",
        number=order.number,
        page=page or "",
    )
    return []
