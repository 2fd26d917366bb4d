import time
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

REPAIRED = ["road bike", "mountain bike", "city bike", "cargo bike", "e-bike"]
LOOK_UP_SECONDS = 3


class ActionCheckRepair(Action):
    def name(self) -> str:
        return "action_check_repair"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        time.sleep(LOOK_UP_SECONDS)  # an old computer keeps the workshop's books
        dispatcher.utter_message(text="It is nearly done.")
        dispatcher.utter_message(template="utter_hours")
        return []


class ValidateRepairForm(FormValidationAction):
    def name(self) -> str:
        return "validate_repair_form"

    def validate_bike(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> dict[str, Any]:
        if str(slot_value).lower() in REPAIRED:
            return {"bike": str(slot_value).lower()}
        dispatcher.utter_message(text=f"We do not repair a {slot_value}, sorry.")
        return {"bike": None}
