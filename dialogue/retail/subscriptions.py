"""Being told when an order moves; and telling what has happened meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.extras import ShopExtras
from dialogue.orders.subscriptions import NothingToFollow, TooManyWatches
from dialogue.retail.choosing import ChooseOrder
from dialogue.retail.extras import ExtrasAction
from dialogue.retail.identity import OrderForm
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    current_order,
    latest_entity,
    latest_text,
    listener_of,
    viewer_of,
)
from dialogue.retail.task_slots import forget_task

OFF = "off"
MAX_SHOWN = 4_000
EXTERNAL_TEXT = "EXTERNAL: "  # how the text of what nobody wrote begins
_OFF = re.compile(
    r"\b(?:stop|unsubscribe|no more|no longer|not any ?more|switch(?:ed)? off|turn(?:ed)? off|off"
    r"|needn['’]?t|don['’]?t (?:want|need|tell|send|write)|cancel|quit|end)\b"
    r"|取消|停止|关闭|关掉|别再|不要再|不用再|不用|退订",
    re.IGNORECASE,
)


class ChooseUpdates(ChooseOrder):
    """Begins the wish to be told of an order, or no longer."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_choose_updates"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """To be told no more, no order needs to be known."""
        if latest_entity(tracker, "updates") == OFF or _OFF.search(
            latest_text(tracker)[:MAX_SHOWN]
        ):
            return [*forget_task(tracker), SlotSet("updates", OFF)]
        return [*super().run(dispatcher, tracker, domain), SlotSet("updates", None)]


class ShippingUpdatesForm(OrderForm):
    """Only the order itself; nothing to be told no more."""

    form = "shipping_updates_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> list[str]:
        """See `OrderForm.required_slots`."""
        if tracker.get_slot("updates") == OFF:
            return []
        return await super().required_slots(domain_slots, dispatcher, tracker, domain)


class ShippingUpdatesAction(ExtrasAction):
    """Has this conversation told of an order from now on, or no longer."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_shipping_updates"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """What will be told, and when it ends."""
        done = [*forget_task(tracker), SlotSet("updates", None)]
        if tracker.get_slot("updates") == OFF:
            number = latest_entity(tracker, "order_number")
            left = extras.subscriptions.unfollow(listener_of(tracker), number)
            dispatcher.utter_message(
                response="utter_updates_off" if left else "utter_updates_none",
                orders=self.words(tracker).listing(left),
            )
            return done
        order = current_order(self.services, tracker)
        if order is None:
            return done
        response = "utter_updates_on"
        try:
            extras.subscriptions.follow(viewer_of(tracker), order.number, listener_of(tracker))
        except NothingToFollow:
            response = "utter_updates_over"
        except TooManyWatches:
            response = "utter_updates_many"
        dispatcher.utter_message(
            response=response,
            number=order.number,
            expected=self.words(tracker).day(order.expected_on),
        )
        return done


class NoticeAction(RetailAction):
    """Tells what has happened: goods are back, an order moved, a reminder, a ticket is closed.

    All that is told comes with the event, so that who forges one hears only their own words.
    """

    def name(self) -> str:
        """Rasa's name."""
        return "action_notice"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """One response for each kind of news."""
        values = list(tracker.get_latest_entity_values("notice"))
        text = str((tracker.latest_message or {}).get("text") or "")
        if not text.startswith(EXTERNAL_TEXT) or not values or not isinstance(values[-1], Mapping):
            dispatcher.utter_message(response="utter_ask_rephrase")
            return []
        told = {str(key): str(value)[:MAX_SHOWN] for key, value in values[-1].items()}
        return self._tell(dispatcher, tracker, told)

    def _tell(self, dispatcher: Dispatcher, tracker: Tracker, told: dict[str, str]) -> Events:
        idle = not (tracker.active_loop or {}).get("name")
        words = self.words(tracker)
        match told.get("kind"):
            case "stock":
                variant = words.variant(told.get("variant", ""))
                dispatcher.utter_message(
                    response="utter_notice_stock",
                    name=told.get("product", ""),
                    variant=words.say("notice_variant", variant=variant) if variant else "",
                    sku=told.get("sku", ""),
                )
                return [SlotSet("product", told.get("sku"))] if idle else []
            case "order":
                dispatcher.utter_message(
                    response=f"utter_notice_order_{told.get('what')}",
                    number=told.get("number", ""),
                    expected=words.day(date.fromisoformat(told["expected"])),
                    tracking=told.get("tracking", ""),
                )
                return [SlotSet("order_number", told.get("number"))] if idle else []
            case "reminder":
                about = told.get("about", "")
                dispatcher.utter_message(
                    response="utter_notice_reminder",
                    about=about,
                    buttons=[words.button("remind_later", "remind_me", reminder_about=about)],
                )
            case "ticket":
                dispatcher.utter_message(
                    response="utter_ticket_answered"
                    if told.get("answer")
                    else "utter_ticket_closed",
                    ticket=told.get("ticket", ""),
                    closed=words.day(date.fromisoformat(told["closed"])),
                    answer=told.get("answer", ""),
                )
        return []
