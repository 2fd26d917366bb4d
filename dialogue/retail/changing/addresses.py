"""Sending a placed order elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders import rules
from dialogue.orders.addresses import (
    COUNTRIES,
    complete_address,
    looks_like_address,
    parse_address,
)
from dialogue.orders.errors import AddressLocked, InvalidAddress, OrderAlreadyShipped, OrderError
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.address_again import SENT_TO, asks_where, say_where, sent_to, written
from dialogue.retail.changing.address_parts import (
    names_in_chinese,
    points_at_address,
    put_beside,
    put_right,
    same_but,
)
from dialogue.retail.changing.asides import asked_aside, say_aside
from dialogue.retail.changing.changes import say_why_not
from dialogue.retail.changing.told_address import (
    address_in,
    read_address,
    say_what_it_lacks,
    street_told,
    told_in,
)
from dialogue.retail.proof.identity import begins
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    once_for,
    viewer_of,
)
from dialogue.retail.talk.tasks import WAITING, kept_wishes, wish
from dialogue.retail.task_slots import REQUESTED_SLOT, value_before_message
from dialogue.retail.viewing.order_questions import page_of
from dialogue.retail.viewing.orders import ChangeAction, next_steps
from dialogue.retail.which_order.by_goods import OrderByGoods
from dialogue.retail.which_order.choice import may_change_address


class ChangeAddressForm(OrderByGoods):
    """The order, a complete address, and a yes."""

    form = "change_address_form"

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Ask for an address only when it may still change."""
        order = current_order(self.services, tracker)
        return own if order and may_change_address(order, self.services.policies) else []

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Also what a guest wrote before the order was proven, read once it is."""
        before = current_order(self.services, tracker)
        events = await super().get_validation_events(dispatcher, tracker, domain)
        order, told = current_order(self.services, tracker), tracker.get_slot("new_address")
        part = street_told(tracker)
        part = None if address_in(tracker) else part
        if begins(tracker) and order is not None and told is None and part is not None:
            try:
                complete_address(part, order.address.country)
            except InvalidAddress as error:
                say_what_it_lacks(self.words(tracker), dispatcher, error)
        if before is None and order is not None and told is not None:
            read = None
            try:
                read = str(complete_address(str(told), order.address.country))
            except InvalidAddress as error:
                say_what_it_lacks(self.words(tracker), dispatcher, error)
            tracker.slots["new_address"] = read
            events.append(SlotSet("new_address", read))
        return events

    async def get_extraction_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """A postcode that is put right is no order's number; a question beside it is answered."""
        aside = asked_aside(tracker) if self.holds_answer(tracker) else None
        if aside is not None and not begins(tracker):
            say_aside(self.services, dispatcher, tracker, aside)
        if self._put_right(tracker) is not None:
            tracker.slots["order_number"] = value_before_message(tracker, "order_number")
        return await super().get_extraction_events(dispatcher, tracker, domain)

    def extract_order_number(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """None in a correction of the address."""
        if self._put_right(tracker) is not None:
            return {"order_number": value_before_message(tracker, "order_number")}
        return super().extract_order_number(dispatcher, tracker, domain)

    def _put_right(self, tracker: Tracker) -> str | None:
        """The address that was asked about, with the part that the latest message corrects."""
        number = str(value_before_message(tracker, "order_number"))
        text = latest_text(tracker)
        if number in text:
            return None
        if begins(tracker):  # after it was changed
            right = put_right(str(sent_to(tracker, number).get("now")), text, surely=True)
            return right if right == tracker.get_slot("new_address") else None
        asked, person = tracker.get_slot(REQUESTED_SLOT), latest_entity(tracker, "person")
        known = value_before_message(tracker, "new_address")
        if asked == "confirmed" and known is not None:
            return put_right(str(known), text) or put_beside(str(known), text, person)
        order = current_order(self.services, tracker)
        if asked != "new_address" or order is None or not viewer_of(tracker).signed_in:
            return None  # a guest's view has the address covered
        present = written(order.address)
        right = put_right(present, text, surely=True) if same_but(text) else None
        return right or put_beside(present, text, person)

    def others_wait(self, tracker: Tracker, intent: str, numbers: Sequence[str]) -> Events:
        """The other orders shall go to the same address."""
        try:
            to = parse_address(str(tracker.get_slot("new_address")))
        except InvalidAddress:
            return super().others_wait(tracker, intent, numbers)
        city = f"{to.city}, {COUNTRIES[to.country][0]}" if to.country else to.city
        told = {"address": to.street, "postcode": to.postcode, "city": city}
        others = [wish(intent, None, order_number=number, **told) for number in numbers]
        return [SlotSet(WAITING, [*others, *kept_wishes(tracker, WAITING)])]

    def holds_answer(self, tracker: Tracker) -> bool:
        """Whether the address that is asked for stands in the latest message."""
        asked = tracker.get_slot(REQUESTED_SLOT) == "new_address"
        return asked and (address_in(tracker) or told_in(latest_text(tracker))) is not None

    def extract_new_address(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A complete address is the answer whatever its words were taken for; also in the wish.

        So is a part of the one that was asked about, which is put right.
        """
        right = self._put_right(tracker)
        if right is not None:
            return {"new_address": right}
        asked = tracker.get_slot(REQUESTED_SLOT) in ("new_address", "confirmed")
        begins = latest_intent(tracker) == "change_address" and address_in(tracker) is not None
        text = latest_text(tracker) or str(address_in(tracker) or "")  # or of a wish that waited
        return {"new_address": text} if begins or (asked and looks_like_address(text)) else {}

    def validate_new_address(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """The address as we read it, with its country; what is missing is named."""
        order = current_order(self.services, tracker)
        if self.other_order(tracker) is not None:
            return {"new_address": None}
        if names_in_chinese(latest_text(tracker)):
            dispatcher.utter_message(response="utter_name_in_latin")
            return {"new_address": value_before_message(tracker, "new_address")}
        if order is None:  # kept until the order is proven, which tells the country
            return {"new_address": address_in(tracker)}
        if is_question(str(value)) and not self.holds_answer(tracker) and not begins(tracker):
            words = self.words(tracker)
            if asks_where(str(value)):
                say_where(words, dispatcher, order, may_change=False)
            else:
                buttons = [words.person_button()]
                dispatcher.utter_message(response="utter_aside_unknown", buttons=buttons)
            return {"new_address": None}
        try:
            return {"new_address": read_address(tracker, str(value), order.address.country)}
        except InvalidAddress as error:
            if points_at_address(str(value)):
                dispatcher.utter_message(response="utter_address_not_known")
            else:
                say_what_it_lacks(self.words(tracker), dispatcher, error)
            return {"new_address": None}


class AskChangeAddress(RetailAction):
    """Shows where the order would go and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_change_address_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the order and the new address, as the customer has just typed it."""
        order = current_order(self.services, tracker)
        if order is not None:
            dispatcher.utter_message(
                response="utter_confirm_address",
                number=order.number,
                address=self.words(tracker).address(str(tracker.get_slot("new_address"))),
            )
        return []


class ChangeAddressAction(ChangeAction):
    """Changes the address after a yes; says why not when it is too late."""

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """What it was and what it is now is kept, should the customer think again."""
        order, typed = current_order(self.services, tracker), tracker.get_slot("new_address")
        events = super().run(dispatcher, tracker, domain)
        done = any(one.get("response") == "utter_address_changed" for one in dispatcher.messages)
        if not done or order is None:
            return events
        owner = viewer_of(tracker).signed_in  # a guest's view has the address covered
        before = written(order.address) if owner else sent_to(tracker, order.number).get("now")
        by = tracker.get_slot("customer_id")
        known = {"number": order.number, "by": by, "before": before, "now": typed}
        return [*events, SlotSet(SENT_TO, known)]

    def name(self) -> str:
        """Rasa's name."""
        return "action_change_address"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Change, keep, or explain."""
        confirmed, typed = tracker.get_slot("confirmed"), tracker.get_slot("new_address")
        words = self.words(tracker)
        if confirmed is False:
            now = sent_to(tracker, order.number).get("now")
            dispatcher.utter_message(
                response="utter_address_stays" if now else "utter_address_kept",
                number=order.number,
                address=words.address(str(now)),
            )
            return
        try:
            if confirmed is not True or typed is None:
                rules.check_address_change(order.number, order.status, self.services.policies)
                return
            self.services.store.change_address(
                viewer_of(tracker), order.number, parse_address(typed), once_for(tracker, order)
            )
        except AddressLocked:
            dispatcher.utter_message(
                response="utter_address_locked",
                number=order.number,
                buttons=next_steps(self.services, words, order),
            )
        except OrderAlreadyShipped as error:
            if order.status not in rules.ON_ITS_WAY:
                say_why_not(self.services, words, dispatcher, error, order)
                return
            page = page_of(order)
            dispatcher.utter_message(
                response="utter_address_on_its_way" if page else "utter_address_on_its_way_no_page",
                number=order.number,
                expected=words.day(order.expected_on),
                page=page or "",
                buttons=[words.status_button(order.number), words.person_button()],
            )
        except OrderError as error:
            say_why_not(self.services, words, dispatcher, error, order)
        else:
            dispatcher.utter_message(
                response="utter_address_changed",
                number=order.number,
                address=words.address(typed),
            )
