"""What is asked of the parcels of an order: if they are one, where they wait, when they came."""

from __future__ import annotations

import re

from dialogue.orders import rules
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.services import Dispatcher, Events
from dialogue.retail.wording import Wording

# "Parcel shop" is a place here, not one of our shops.
_FETCHED = re.compile(
    r"\b(?:pick[ -]?up|collection)[ -]?(?:point|station|place|shop|location)s?\b|\bpackstation\b"
    r"|\b(?:parcel|package|dhl|ups)[ -]?(?:shop|locker|station|box)s?\b|\blockers?\b"
    r"|\bpost office\b|\b(?:collect|pick|fetch)\b.{0,12}\b(?:it|the parcel|my (?:parcel|order))\b"
    r"|\b(?:collect|pick|fetch)\b.{0,20}\bsomewhere\b|自提|快递柜|驿站|代收点|丰巢|自己去取|自取",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"\b(?:returns?|send(?:ing)? back|bring(?:ing)? back|hand in|drop)\b|退|换货|寄回",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:same|one|single) (?:parcel|package|box|delivery|shipment)\b"
    r"|\b(?:come|comes|coming|arrive|arrives|arriving|sent|delivered|shipped|both|all)\b.{0,25}"
    r"\btogether\b|一起(?:到|送|寄|发)|(?:同一个?|一个)包裹",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\b(?:comes?|coming|sent|ship\w*|deliver\w*|arriv\w+)\b.{0,12}"
    r"\b(?:extra|separate(?:ly)?|apart|alone|on (?:its|their) own|by itself)\b"
    r"|分开(?:送|到|寄|发)|单独(?:送|到|寄|发)",
    re.IGNORECASE,
)
_ONE_BOX = re.compile(
    r"\b(?:can|could|would|please|pls)\b.{0,20}\b(?:put|send|pack|ship|combine)\b.{0,20}"
    r"\b(?:in(?:to)? one|together|the same)\b"
    r"|(?:放|装|合|并)(?:在|到|成)?一[起个]",
    re.IGNORECASE,
)
_ARRIVED = re.compile(
    r"\b(?:when|what time|what (?:day|hour)|which day)\b.{0,20}\b(?:did|was|has|had)\b.{0,20}"
    r"\b(?:arriv\w+|deliver\w*|come|came|here|handed|get|got)\b|\bwhen exactly\W*$"
    r"|(?:几点|什么时候|什么时间|哪天).{0,6}(?:送到|到|签收|送达)",
    re.IGNORECASE,
)


def asks_to_fetch(text: str) -> bool:
    """Whether a parcel shall come to a place where it is fetched."""
    return _FETCHED.search(text) is not None and _RETURNED.search(text) is None


def asks_if_together(text: str) -> bool:
    """Whether it is asked if all comes in one parcel."""
    return is_question(text) and _TOGETHER.search(text) is not None


def asks_if_apart(text: str) -> bool:
    """Whether it is asked if something comes in a parcel of its own."""
    return _APART.search(text) is not None


def wants_one_box(text: str) -> bool:
    """Whether all of it shall be put into one parcel."""
    return _ONE_BOX.search(text) is not None


def asks_when_arrived(text: str) -> bool:
    """Whether the time is asked at which a parcel came."""
    return _ARRIVED.search(text) is not None


def say_where_fetched(dispatcher: Dispatcher, order: OrderView, page: str | None) -> Events | None:
    """Such a place is chosen when ordering; of what is under way, on the carrier's page."""
    if order.status not in rules.OPEN:
        return None
    dispatcher.utter_message(
        response="utter_fetched_on_its_way" if page else "utter_fetched_open",
        number=order.number,
        page=page or "",
    )
    return []


def say_if_together(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events | None:
    """Whether one parcel holds it all; before it has left, that this is not known."""
    if len(order.items) < 2 or order.status is OrderStatus.CANCELLED:
        return None
    lines = {item.line for item in order.items}
    together = any(lines <= set(parcel.lines) for parcel in order.shipments)
    response = "utter_together_yes" if together else "utter_together_no"
    dispatcher.utter_message(
        response=response if order.shipments else "utter_together_open",
        number=order.number,
        contents=words.contents(order),
        expected=words.day(order.expected_on),
    )
    return []


def say_when_arrived(words: Wording, dispatcher: Dispatcher, order: OrderView) -> Events | None:
    """The day; the hour stands with the carrier."""
    if order.status is not OrderStatus.DELIVERED or order.delivered_on is None:
        return None
    page = next((one.tracking_page for one in order.shipments if one.tracking_page), None)
    dispatcher.utter_message(
        response="utter_arrived_on" if page else "utter_arrived_on_day",
        number=order.number,
        delivered=words.day(order.delivered_on),
        page=page or "",
    )
    return []
