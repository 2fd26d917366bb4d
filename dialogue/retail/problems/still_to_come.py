"""What of an order is not here yet, portion by portion, each with its own day."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from dialogue.orders import rules
from dialogue.orders.states import Lateness, OrderStatus, ShipmentStatus
from dialogue.orders.views import OrderView, ShipmentView
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import Dispatcher, RetailServices
from dialogue.retail.wording import Button, Wording

READ = 240  # characters that are looked through
LATE = re.compile(
    r"(?<!too )(?<!how )(?<!of )\blate\b(?!r)|\bdelay(?:ed)?\b|\boverdue\b"
    r"|(?:\b(?:never|not|yet to)|n['’]?t) (?:even )?(?:arrived?|came|come|got|get|received?"
    r"|reached|here|there|turned up)\b"
    r"|\bstill (?:not|missing|waiting|on (?:its|the) way)\b|\bstill (?:has|have)n['’]?t\b"
    r"|\b(?:is|are|was|were|got|be|gone) (?:probably )?lost\b|\bparcel lost\b"
    r"|\blost (?:parcel|package)\b"
    r"|没到|没收到|没有收到|没来|迟了|晚了|太晚|延误|延迟|丢了|丢失|丢件|怎么还没|还在路上",
    re.IGNORECASE,
)
REST = re.compile(
    r"\bthe (?:rest|others?|remaining \w+|other (?:half|part|things?|items?|ones?|stuff))\b"
    r"|\b(?:other|second|third|2nd|3rd|next|last) (?:parcels?|packages?|box|shipment|delivery"
    r"|half)\b"
    r"|\bonly (?:got |received )?(?:half|part|some|one (?:parcel|package|box|thing|item))\b"
    r"|\b(?:half|part) of (?:my|the|an?) (?:order|stuff|things)\b|\bnot (?:everything|all of it)\b"
    r"|剩下|其余|其他的(?:呢|在|什么)|另(?:外)?(?:一|那)?(?:半|个包裹|个快递|件)|第[二三2３3]个?(?:包裹|快递|件)"
    r"|只(?:到|收到)了?(?:一半|一部分|一个|一件)|还(?:差|少)(?:一个|一件|的)",
    re.IGNORECASE,
)
# To "is something missing from what has arrived?": no.
_FINE = re.compile(
    r"\W*(?:(?:oh|ah|well|hm+)\W+)?(?:ok(?:ay)?|fine|good|great|thanks?|thank you|i see|i get it"
    r"|got it"
    r"|all ?right|alright|understood|nothing|no|nope|never ?mind|i['’]?ll wait"
    r"|then i(?:['’]?ll)? wait)\b"
    r"|\W*(?:好|嗯|哦|知道|明白|谢谢|没有|没少|不用|那(?:我)?等)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Portion:
    """What comes together: a parcel, or what no parcel holds yet. `place` counts from 1."""

    place: int
    labels: tuple[str, ...]
    lines: frozenset[int]
    due: date
    parcel: ShipmentView | None

    @property
    def is_here(self) -> bool:
        """Whether it was delivered, or lost and settled: nothing of it is to come."""
        done = (ShipmentStatus.DELIVERED, ShipmentStatus.LOST)
        return self.parcel is not None and self.parcel.status in done

    @property
    def lateness(self) -> Lateness:
        """How late it is; what has not left is not late by this."""
        return self.parcel.lateness if self.parcel else Lateness.ON_TIME


def portions(order: OrderView) -> list[Portion]:
    """All of an order as it travels: its parcels, then what waits in the warehouse."""
    labels = {item.line: item.label for item in order.items}
    packed = {line for parcel in order.shipments for line in parcel.lines}
    found = [
        Portion(
            place,
            tuple(labels[line] for line in parcel.lines if line in labels),
            frozenset(parcel.lines),
            parcel.expected_on,
            parcel,
        )
        for place, parcel in enumerate(order.shipments, 1)
    ]
    left = [item for item in order.items if item.line not in packed]
    if left and order.status in rules.OPEN:
        names, lines = tuple(i.label for i in left), frozenset(i.line for i in left)
        found.append(Portion(len(found) + 1, names, lines, order.expected_on, None))
    return found


def to_come(order: OrderView) -> list[Portion]:
    """What of an order is not here yet; empty where it does not travel or all has arrived."""
    if order.status in (OrderStatus.CANCELLED, OrderStatus.RETURNED) or not order.shipments:
        return []
    return [one for one in portions(order) if not one.is_here]


def lines_to_come(order: OrderView) -> frozenset[int]:
    """The lines of an order that are not here yet."""
    return frozenset(line for one in to_come(order) for line in one.lines)


def speaks_of_rest(text: str) -> bool:
    """Whether the text speaks of a part of an order that is still to come."""
    text = text[:READ]
    return REST.search(text) is not None or LATE.search(text) is not None


def tells_nothing_missing(words: Wording, order: OrderView, text: str) -> bool:
    """Whether the text tells of nothing that is missing from what has arrived of an order."""
    text, coming = text[:READ], lines_to_come(order)
    known = words.in_records(text)
    if names_any(known, order, [i.line for i in order.items if i.line not in coming]):
        # "I got the windbreaker, but where is the rest?" is of the rest.
        return REST.search(text) is not None
    if names_any(known, order, coming) or speaks_of_rest(text):
        return True
    return _FINE.match(text) is not None


def say_not_due(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView
) -> None:
    """That it is not late yet; who waits on the day itself has waited."""
    due = max(parcel.expected_on for parcel in order.shipments)
    today = due == services.clock().date()
    dispatcher.utter_message(
        response="utter_parcel_due_today" if today else "utter_parcel_not_due",
        number=order.number,
        expected=words.day(due),
        buttons=[words.status_button(order.number), words.person_button()],
    )


def say_rest(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    named: Sequence[Portion] | None = None,
    asked: date | None = None,
) -> None:
    """Of these portions, or all that are to come, what is in each and when it comes.

    `asked` is a day of which it was asked whether it is that.
    """
    told = list(named) if named else to_come(order)
    if not told:
        dispatcher.utter_message(response="utter_rest_none", number=order.number)
        return
    several = len(portions(order)) > 1
    sentences = words.sentences(_sentence(services, words, one, several=several) for one in told)
    if asked is not None and len(told) == 1:
        right = told[0].due == asked and told[0].lateness is Lateness.ON_TIME
        sentences = words.say("rest_yes" if right else "rest_no", told=sentences)
    dispatcher.utter_message(
        response="utter_rest_of" if named else "utter_rest",
        number=order.number,
        count=len(portions(order)),
        parcels=sentences,
        buttons=_buttons(services, words, order, told),
    )


def _sentence(services: RetailServices, words: Wording, portion: Portion, *, several: bool) -> str:
    parcel, held = portion.parcel, words.items(portion.labels)
    if several:
        held = words.say("rest_parcel", place=portion.place, held=held)
    if parcel is None:
        return words.say("rest_waiting", day=words.day(portion.due), held=held)
    tracking = f"{parcel.carrier} {parcel.tracking_number}"
    if parcel.tracking_page:
        tracking = words.say("parcel_tracking", tracking=tracking, page=parcel.tracking_page)
    if parcel.delivered_at is not None:
        return words.say("rest_arrived", day=words.day(parcel.delivered_at), held=held)
    last = rules.working_days_after(parcel.expected_on, services.policies.deliveries.lost_after)
    return words.say(
        f"rest_{parcel.lateness}",
        day=words.day(parcel.expected_on),
        lost_on=words.day(last),
        tracking=tracking,
        held=held,
    )


def _buttons(
    services: RetailServices, words: Wording, order: OrderView, told: Sequence[Portion]
) -> list[Button]:
    number = order.number
    buttons = []
    if any(one.lateness is not Lateness.ON_TIME for one in told):
        buttons.append(words.button("late", "delivery_not_received", order_number=number))
    if services.extras is not None and any(not one.is_here for one in told):
        buttons.append(words.button("updates", "shipping_updates", order_number=number))
    return [*buttons, words.person_button()]


def names_any(text: str, order: OrderView, lines: Collection[int]) -> bool:
    """Whether the text names goods of these lines."""
    return bool(mentioned(text, [item for item in order.items if item.line in lines]))
