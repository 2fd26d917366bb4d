"""What Larkspur's assistant does."""

import logging
import re
import zlib
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.network import (
    COVERAGE,
    Plan,
    find_plan,
    price_of,
    read_volume,
    show,
    volume_of,
    zone_of,
)

logger = logging.getLogger(__name__)


class ActionNoteRestart(Action):
    def name(self) -> Text:
        return "action_note_restart"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        return [SlotSet("restart_tried", True)]


class ActionCheckCoverage(Action):
    def name(self) -> Text:
        return "action_check_coverage"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        return [SlotSet("coverage", COVERAGE.get(tracker.get_slot("postcode") or ""))]


class ActionCheckUsage(Action):
    """Only looks; the stories decide what is said."""

    def name(self) -> Text:
        return "action_check_usage"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        plan = find_plan(tracker.get_slot("plan_name"))
        if plan is None:
            return [SlotSet("data_left", None), SlotSet("shown_data_left", None)]
        # Nobody counts where there is no limit, but people like to see a number.
        shown = f"{plan.left * (plan.included or 500):g} GB"
        return [SlotSet("data_left", plan.left), SlotSet("shown_data_left", shown)]


class ActionTopUp(Action):
    def name(self) -> Text:
        return "action_top_up"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        logger.info("1 GB was added in conversation %s", tracker.sender_id)
        # Left from Rasa 2, where responses were templates.
        dispatcher.utter_message(template="utter_top_up_done")
        return [SlotSet("data_left", None), SlotSet("shown_data_left", None)]


class ActionComparePlans(Action):
    """Compares two plans, each with the volume that was named together with it."""

    def name(self) -> Text:
        return "action_compare_plans"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        wanted = [self._wanted(tracker, group) for group in ("1", "2")]
        if None in wanted:
            # Buttons, and people who name the plans only, tell us nothing of groups.
            plans = [find_plan(name) for name in tracker.get_latest_entity_values("plan")]
            wanted = [(plan, None) for plan in plans if plan is not None]
        if len(wanted) != 2:
            dispatcher.utter_message(response="utter_which_to_compare")
            return []
        prices = []
        for plan, volume in wanted:
            prices.append(price_of(plan, volume))
            dispatcher.utter_message(
                response="utter_plan_line",
                plan=plan.name,
                volume=volume_of(plan, volume),
                price=show(prices[-1]),
            )
        difference = prices[1] - prices[0]
        if difference:
            cheaper = wanted[0 if difference > 0 else 1][0]
            dispatcher.utter_message(
                response="utter_cheaper_plan", plan=cheaper.name, difference=show(abs(difference))
            )
        else:
            dispatcher.utter_message(response="utter_same_price")
        return []

    @staticmethod
    def _wanted(tracker: Tracker, group: Text) -> Optional[Tuple[Plan, Optional[int]]]:
        name = next(tracker.get_latest_entity_values("plan", entity_group=group), None)
        volume = next(tracker.get_latest_entity_values("data_volume", entity_group=group), None)
        plan = find_plan(name)
        return None if plan is None else (plan, read_volume(volume))


class ActionChangePlan(Action):
    def name(self) -> Text:
        return "action_change_plan"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        plan = find_plan(tracker.get_slot("wanted_plan"))
        if plan is None:
            dispatcher.utter_message(response="utter_unknown_plan")
            return [SlotSet("wanted_plan", None)]
        dispatcher.utter_message(response="utter_plan_changed", plan_name=plan.name)
        return [SlotSet("plan_name", plan.name), SlotSet("wanted_plan", None)]


class ActionBookTechnician(Action):
    def name(self) -> Text:
        return "action_book_technician"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        dispatcher.utter_message(response="utter_technician_booked")
        return [SlotSet("visit_day", None), SlotSet("contact_phone", None)]


class ActionFindZone(Action):
    def name(self) -> Text:
        return "action_find_zone"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        return [SlotSet("travel_zone", zone_of(tracker.get_slot("country")))]


class ActionBlockSim(Action):
    def name(self) -> Text:
        return "action_block_sim"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        dispatcher.utter_message(response="utter_sim_blocked")
        return [SlotSet("sim_blocked", True)]


class ActionOpenTicket(Action):
    def name(self) -> Text:
        return "action_open_ticket"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> List[EventType]:
        number = zlib.crc32((tracker.get_slot("complaint_text") or "").encode()) % 9000 + 1000
        return [SlotSet("ticket_number", f"LM-{number}"), SlotSet("complaint_text", None)]


class ValidateTechnicianForm(FormValidationAction):
    def name(self) -> Text:
        return "validate_technician_form"

    def validate_postcode(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        if slot_value in COVERAGE:
            return {"postcode": slot_value}
        dispatcher.utter_message(response="utter_unknown_postcode", code=slot_value)
        return {"postcode": None}

    def validate_visit_day(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        day = str(slot_value).capitalize()
        if day in ("Saturday", "Sunday"):
            dispatcher.utter_message(response="utter_no_visits_then", day=day)
            return {"visit_day": None}
        return {"visit_day": day}

    async def validate_contact_phone(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        digits = re.sub(r"\D", "", str(slot_value))
        if 7 <= len(digits) <= 13:
            return {"contact_phone": digits}
        dispatcher.utter_message(response="utter_wrong_phone")
        return {"contact_phone": None}
