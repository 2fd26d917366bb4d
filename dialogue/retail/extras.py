"""What the actions beside the orders share: the shop may not have what they are about."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.extras import ShopExtras
from dialogue.retail.services import Dispatcher, Events, RetailAction


class ExtrasAction(RetailAction, ABC):
    """An action over `ShopExtras`; where there are none, a person is offered."""

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Answer, or say honestly that this is done by people here."""
        if self.services.extras is None:
            dispatcher.utter_message(response="utter_done_by_people")
            return []
        return self.answer(self.services.extras, dispatcher, tracker, domain)

    @abstractmethod
    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Do what the action is for."""
