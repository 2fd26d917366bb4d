"""When the order system is away: one honest answer for every action, and the way back."""

from __future__ import annotations

import inspect
import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders.errors import OrdersUnavailable
from dialogue.orders.states import ProblemKind
from dialogue.retail.following_up import LISTEN
from dialogue.retail.proof.identity import number_meant
from dialogue.retail.services import Dispatcher, Events, RetailAction
from dialogue.retail.task_slots import FORM_OF_INTENT, leave_form
from dialogue.retail.wording import button

_log = logging.getLogger(__name__)
FIRST_WORD = "greet"  # in a conversation in which nobody has said anything
LONGEST_REPEATED = 500  # of a message that a button says once more

_INTENT_OF_FORM = {form: intent for intent, form in reversed(FORM_OF_INTENT.items())}


class Answered(Action):
    """A retail action that answers also when the orders cannot be reached.

    What it was about to say is dropped, for half of it may be missing; the form that is active
    ends, so that nothing waits for an answer that cannot be checked; and the turn ends, so that
    it is said once, and the customer waits once.
    """

    def __init__(self, action: RetailAction) -> None:
        self.action = action

    def name(self) -> str:
        """The action's own name."""
        return str(self.action.name())

    async def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Run the action, or say that our order system is away."""
        try:
            events = self.action.run(dispatcher, tracker, domain)
            done: Events = await events if inspect.isawaitable(events) else events
        except OrdersUnavailable as error:
            _log.warning("%s: the orders cannot be reached: %s", self.name(), error)
            dispatcher.messages.clear()
            dispatcher.utter_message(
                response="utter_orders_unsure" if error.unsure else "utter_orders_unavailable",
                again=_again(tracker),
            )
            number = SlotSet("order_number", number_meant(tracker))
            return [*leave_form(tracker), number, FollowupAction(LISTEN)]
        return done


def _again(tracker: Tracker) -> str:
    """What says the wish once more: that of the form, with its order, or else the last message."""
    intent = _INTENT_OF_FORM.get(_form_of_turn(tracker) or "")
    if intent is None:
        text = str((tracker.latest_message or {}).get("text") or "").strip()
        return text[:LONGEST_REPEATED] or f"/{FIRST_WORD}"
    if intent in set(ProblemKind):
        intent = tracker.get_slot("problem_kind") or intent
    number = number_meant(tracker)
    return button("", intent, **({"order_number": number} if number else {}))["payload"]


def _form_of_turn(tracker: Tracker) -> str | None:
    """The form that is active, or that ended in this turn, before its action failed."""
    ended = False
    for event in reversed(tracker.events):
        if event.get("event") == "active_loop":
            if event.get("name"):
                return str(event["name"])
            ended = True
        elif event.get("event") == "user" and not ended:
            break
    return (tracker.active_loop or {}).get("name")
