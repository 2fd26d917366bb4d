"""What goes on with notices of goods and orders: which there are, how they come, their end."""

from __future__ import annotations

import re
from typing import Any, Literal

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.extras import ShopExtras
from dialogue.retail.goods.stock import BackInStockAction
from dialogue.retail.later.notice_words import (
    Wanted,
    about_goods,
    about_orders,
    ends_in_passing,
    names_notices,
    of_another,
    only_asks,
    turned_off,
    wanted_in,
)
from dialogue.retail.later.subscriptions import tell_no_more, wants_no_more
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    answers_within,
    latest_entity,
    latest_intent,
    latest_text,
    listener_of,
    viewer_of,
)
from dialogue.retail.task_slots import leave_form
from dialogue.retail.wording import wording

Kind = Literal["goods", "orders"]
GOODS: Kind = "goods"
ORDERS: Kind = "orders"
FORM = "shipping_updates_form"
READ = 120  # characters of an end that are looked through for days
SOON = 4  # messages after notices were spoken of
_OF_GOODS = re.compile(r"utter_(?:alert_noted|alert_by_shop|alerts_|notice_stock)")
_OF_ORDERS = re.compile(r"utter_(?:updates_|notice_order_)")
# What is said beside these, or in between, and leaves them spoken of.
_BESIDE = re.compile(
    r"utter_(?:care|thank|did_you_mean|no_(?:sure_)?answer|ask_rephrase|fallback_again|unasked|said_before|praise|faq|contact_details)"
)


# "Don't write to me at the weekend" ends nothing.
_ON_SOME_DAYS = re.compile(
    r"\b(?:on|at|over|during) (?:the )?(?:weekends?|nights?|\w+days?|mornings?|evenings?)\b"
    r"|周末|晚上|夜里|星期[六日天]|周[六日]",
    re.IGNORECASE,
)


def about_notices(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Tell which there are and how they come, or end them; None for all else.

    In a form only notices that are named are meant, or those that it is about.
    """
    text, extras = latest_text(tracker), services.extras
    form = (tracker.active_loop or {}).get("name")
    spoken_of = _spoken_of(tracker, form)
    if spoken_of is None and turned_off(text) and extras is not None:
        followed = extras.subscriptions.followed(listener_of(tracker))
        spoken_of = ORDERS if followed and form is None else None
    wanted = wanted_in(text, spoken_of=spoken_of is not None)
    of_updates = wanted is None and latest_intent(tracker) == "shipping_updates"
    if of_updates and only_asks(text) and not wants_no_more(text):
        wanted = Wanted.STATE  # a question turns nothing on
    named = latest_entity(tracker, "order_number") is not None and wanted is not Wanted.STATE
    if extras is None or wanted is None or named:
        return None
    kind = _named(text) or spoken_of or (ORDERS if wanted is Wanted.STATE else None)
    if kind is None or (form not in (None, FORM) and not names_notices(text)):
        return None
    if kind == ORDERS and wanted is Wanted.STOP and form == FORM:
        return _leave_wish(services, extras, dispatcher, tracker)
    if wanted is not Wanted.STOP:
        return _Told(services, extras, dispatcher, tracker).say(kind, wanted)
    if kind == GOODS:
        return _end_of_goods(services, extras, dispatcher, tracker)
    return _end_of_orders(services, extras, dispatcher, tracker)


def _end_of_orders(
    services: RetailServices, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker
) -> Events:
    """No more of them; not for who only wants none on some days, which can't be."""
    if _ON_SOME_DAYS.search(latest_text(tracker)[:READ]):
        dispatcher.utter_message(response="utter_updates_every_day")
        return []
    tell_no_more(services, extras, dispatcher, tracker)
    return []


def ended_in_passing(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """End the messages about orders where another wish follows in the same breath."""
    if services.extras is not None and ends_in_passing(latest_text(tracker)):
        tell_no_more(services, services.extras, dispatcher, tracker)
    return None  # the rest of the message is that wish


class _Told:
    """Tells of the notices that there are."""

    def __init__(
        self,
        services: RetailServices,
        extras: ShopExtras,
        dispatcher: Dispatcher,
        tracker: Tracker,
    ) -> None:
        self.subscriptions, self.dispatcher, self.tracker = (
            extras.subscriptions,
            dispatcher,
            tracker,
        )
        self.words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))

    def say(self, kind: Kind, wanted: Wanted) -> Events:
        """Of which goods or orders they are, and where they are written."""
        if kind == GOODS:
            return self._of_goods()
        numbers = self.subscriptions.followed(listener_of(self.tracker))
        none = "utter_updates_how" if wanted is Wanted.HOW else "utter_updates_none"
        self.dispatcher.utter_message(
            response="utter_updates_list" if numbers else none,
            orders=self.words.listing(numbers),
        )
        return []

    def _of_goods(self) -> Events:
        viewer = viewer_of(self.tracker)
        if not viewer.signed_in:
            self.dispatcher.utter_message(response="utter_alerts_list_guest")
            return []
        names = self.subscriptions.alerts(viewer)
        self.dispatcher.utter_message(
            response="utter_alerts_list" if names else "utter_alerts_list_none",
            names=self.words.listing(names),
        )
        return []


def _end_of_goods(
    services: RetailServices, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """No more of those that are named, else of all; other goods than these are none of ours."""
    action, text = BackInStockAction(services), latest_text(tracker)
    viewer = viewer_of(tracker)
    waited_for = set(extras.subscriptions.alerts(viewer)) if viewer.signed_in else set()
    named = action.named_for_sure(tracker)
    ours = not named or any(product.name in waited_for for product in named)
    if not ours and not names_notices(text) and not of_another(text):
        return None
    return action.tell_no_more(dispatcher, tracker)


def _leave_wish(
    services: RetailServices, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker
) -> Events:
    """Who is asked of which order, and wants no news, is not asked on."""
    if names_notices(latest_text(tracker)):
        tell_no_more(services, extras, dispatcher, tracker)
    else:
        dispatcher.utter_message(response="utter_stopped")
    return leave_form(tracker)


def _named(text: str) -> Kind | None:
    if not names_notices(text):
        return None
    goods, orders = about_goods(text), about_orders(text)
    return None if goods == orders else GOODS if goods else ORDERS


def _spoken_of(tracker: Tracker, form: str | None) -> Kind | None:
    """The kind of notices that the last answers were about."""
    if form == FORM:
        return ORDERS
    for facts in answers_within(tracker, SOON):
        response = str(facts.get("utter_action"))
        if _OF_GOODS.match(response):
            return GOODS
        if _OF_ORDERS.match(response):
            return ORDERS
        if not _BESIDE.match(response):
            return None
    return None
