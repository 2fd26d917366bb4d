"""Handing a conversation over to one of the shop's people."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.retail.people.tickets_told import told
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
)
from dialogue.retail.talk.tasks import LEFT, MOST_LEFT, WAITING, forget_wishes, kept_wishes
from dialogue.retail.task_slots import leave_form
from dialogue.retail.the_shop.staff_hours import back_at
from dialogue.retail.viewing.invoice_details import asks_details_first

NOT_ARRIVED = "refund_not_arrived"
READ = 80  # characters of who says nothing but that a person is wanted
_UNSURE = frozenset({"bot_challenge", "nlu_fallback", "out_of_scope"})
_A_PERSON = re.compile(
    r"\W*(?:(?:no|please|pls|ok|not (?:you|a (?:bot|machine|robot)))\W+){0,4}(?:i want )?"
    r"(?:a |an |the )?(?:real |live |actual )?(?:human|person|agent|colleague|somebody real)"
    r"(?:\W+(?:being|please|pls|now|instead)){0,2}\W*|\W*(?:不要你|不是你)?[，,。]?(?:真人|人工)\W*",
    re.IGNORECASE,
)


def means_person(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether a message that was not understood says only that a person is wanted."""
    text = latest_text(tracker)
    unsure = latest_intent(tracker) in _UNSURE and len(text) <= READ
    return unsure and _A_PERSON.fullmatch(text) is not None


class RequestHumanAction(RetailAction):
    """Asks for a person: the custom part tells the application to queue the conversation."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_request_human"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Ends the form that is active, so that nobody is asked the same thing later."""
        if asks_details_first(self.services, dispatcher, tracker):
            return []
        reason = latest_entity(tracker, "reason") if _pressed_ours(tracker) else None
        if reason == NOT_ARRIVED:
            self._say_traced(dispatcher, tracker)
        left = [*kept_wishes(tracker, WAITING), *kept_wishes(tracker, LEFT)]
        back = back_at(self.services.policies.people, self.services.clock())
        dispatcher.utter_message(
            response="utter_human_later" if back else "utter_human_requested",
            when=self.words(tracker).moment(back) if back else "",
            json_message={"handoff": True, "reason": reason or "asked"},
        )
        undone = [SlotSet(LEFT, left[:MOST_LEFT])] if left else []
        return [*leave_form(tracker), *forget_wishes(tracker), *undone]  # for who takes over

    def _say_traced(self, dispatcher: Dispatcher, tracker: Tracker) -> None:
        """Which refund is looked for, where one was told that did not come."""
        order, words = current_order(self.services, tracker), self.words(tracker)
        refunds = order.refunds if order else ()
        refund = max(refunds, key=lambda one: one.created_at, default=None)
        spoken = (o for o in told(tracker) if "refund" in str(o.get("utter_action")))
        number = next(spoken, {}).get("number")
        if order is not None and refund is not None and number == order.number:
            dispatcher.utter_message(
                response="utter_refund_traced",
                number=order.number,
                amount=words.money(refund.amount_cents, refund.currency),
                method=words.term(refund.method),
                since=words.day(refund.settled_at or refund.created_at),
            )


def _pressed_ours(tracker: Tracker) -> bool:
    """Whether the latest message is a button that the bot has shown.

    Staff read the reason of a handover as our word: no customer may write it.
    """
    shown = (
        button.get("payload")
        for event in tracker.events
        if event.get("event") == "bot"
        for button in (event.get("data") or {}).get("buttons") or ()
    )
    return (tracker.latest_message or {}).get("text") in shown
