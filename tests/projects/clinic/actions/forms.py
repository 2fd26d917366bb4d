"""What the forms accept, and how they ask for a time."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Dict, List, Optional, Text

from rasa_sdk import Action, FormValidationAction, Tracker, ValidationAction
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import REQUESTED_SLOT
from rasa_sdk.types import DomainDict

from actions.practice import (
    WEEKDAYS,
    find_doctor,
    free_times,
    midnight,
    next_free,
    next_weekday,
    now,
    show,
    show_day,
    why_not,
)
from actions.times import (
    Entity,
    Wish,
    overlap,
    parse_stretch,
    parse_time,
    read_day,
    read_wish,
)

OLDEST_PATIENT = timedelta(days=120 * 365)


def heard(tracker: Tracker) -> List[Entity]:
    return tracker.latest_message.get("entities", [])


def is_aside(form: Text, tracker: Tracker, domain: DomainDict) -> bool:
    """Whether the message is no answer: a question in between may well name a day."""
    ignored = domain["forms"][form].get("ignored_intents", [])
    return tracker.get_intent_of_latest_message() in ignored


def settle(
    slot: Text, wish: Wish, doctor: Optional[Text], dispatcher: CollectingDispatcher
) -> Dict[Text, Any]:
    """A time that one can come at, or no value and a reason.

    Within some hours the first free time is taken. A whole day is kept, so that we ask for the
    time of day next.
    """
    nothing = {slot: None, "chosen_day": None}
    who = doctor or "our doctors"
    if isinstance(wish, dict):
        stretch = parse_stretch(wish)
        begin, end = stretch["from"], stretch["to"]
        if end <= now():
            dispatcher.utter_message(response="utter_time_is_past")
            return nothing
        free = free_times(doctor, begin, end)
        if not free:
            dispatcher.utter_message(response="utter_nothing_free", who=who)
            return nothing
        if end - begin >= timedelta(days=1):
            return {slot: None, "chosen_day": free[0].date().isoformat()}
        dispatcher.utter_message(response="utter_first_free_time", start=show(free[0]))
        return {slot: free[0].isoformat(), "chosen_day": None}
    start = parse_time(wish)
    if start is None:
        return nothing
    reason = why_not(doctor, start)
    if reason:
        dispatcher.utter_message(response=reason, who=who, start=show(start))
        return nothing
    return {slot: start.isoformat(), "chosen_day": None}


def ask_for_time(
    response: Text, doctor: Optional[Text], tracker: Tracker, dispatcher: CollectingDispatcher
) -> None:
    """Ask with buttons: on the day that was chosen, or on the next days."""
    chosen = tracker.get_slot("chosen_day")
    if chosen:
        day = midnight(date.fromisoformat(chosen))
        free = free_times(doctor, day, day + timedelta(days=1))[:4]
        response = "utter_ask_time_of_day"
    else:
        free = next_free(doctor)
    dispatcher.utter_message(
        response=response,
        day=show_day(date.fromisoformat(chosen)) if chosen else None,
        buttons=[
            {"title": show(start), "payload": f'/inform{{"time":"{start.isoformat()}"}}'}
            for start in free
        ],
    )


class ValidateSlots(ValidationAction):
    """Checks what patients mention at any time."""

    def validate_doctor(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        doctor = find_doctor(slot_value)
        if doctor is None:
            dispatcher.utter_message(response="utter_unknown_doctor", written=slot_value)
        return {"doctor": doctor}

    def validate_insurance(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        kinds = domain["slots"]["insurance"]["values"]
        insurance = str(slot_value).lower()
        return {"insurance": insurance if insurance in kinds else None}

    async def validate_hours_before(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        try:
            hours = float(slot_value)
        except (TypeError, ValueError):
            hours = 0.0
        if 0 < hours <= 48:
            return {"hours_before": hours}
        dispatcher.utter_message(response="utter_wrong_hours")
        return {"hours_before": None}


class ValidateBookingForm(FormValidationAction):
    def name(self) -> Text:
        return "validate_booking_form"

    async def required_slots(
        self,
        domain_slots: List[Text],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> List[Text]:
        if not tracker.get_slot("new_patient"):
            return domain_slots
        after = domain_slots.index("new_patient") + 1
        return [*domain_slots[:after], "date_of_birth", *domain_slots[after:]]

    async def extract_appointment_time(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Dict[Text, Any]:
        # A date of birth is a time, too, and so are parts of some phone numbers.
        if tracker.get_slot(REQUESTED_SLOT) in ("date_of_birth", "phone"):
            return {}
        if is_aside("booking_form", tracker, domain):
            return {}
        wish = read_wish(heard(tracker), tracker.get_slot("chosen_day"))
        return {"appointment_time": wish} if wish else {}

    async def extract_date_of_birth(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Dict[Text, Any]:
        if tracker.get_slot(REQUESTED_SLOT) != "date_of_birth":
            return {}
        if is_aside("booking_form", tracker, domain):
            return {}
        day = read_day(heard(tracker))
        if day is None:
            written = re.search(r"\d\d?\.\d\d?\.\d{4}", tracker.latest_message.get("text") or "")
            try:
                day = datetime.strptime(written.group(), "%d.%m.%Y").date() if written else None
            except ValueError:
                day = None
        return {"date_of_birth": day.isoformat()} if day else {}

    def validate_doctor(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        # Who it is, action_validate_slot_mappings has checked; is he in at the time we have?
        start = parse_time(tracker.get_slot("appointment_time"))
        if not slot_value or start is None or read_wish(heard(tracker)):
            return {"doctor": slot_value}
        reason = why_not(slot_value, start)
        if reason:
            dispatcher.utter_message(response=reason, who=slot_value, start=show(start))
            return {"doctor": slot_value, "appointment_time": None}
        return {"doctor": slot_value}

    def validate_appointment_time(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        return settle("appointment_time", slot_value, tracker.get_slot("doctor"), dispatcher)

    def validate_patient_name(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        name = " ".join(str(slot_value).split())
        if 2 <= len(name) <= 60 and not re.search(r"[\d/{}<>@]", name):
            return {"patient_name": name}
        dispatcher.utter_message(response="utter_wrong_name")
        return {"patient_name": None}

    def validate_new_patient(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        return {"new_patient": bool(slot_value)}

    def validate_date_of_birth(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        born, today = date.fromisoformat(slot_value), now().date()
        if today - OLDEST_PATIENT < born <= today:
            return {"date_of_birth": slot_value}
        dispatcher.utter_message(response="utter_wrong_date_of_birth")
        return {"date_of_birth": None}

    async def validate_phone(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        digits = re.sub(r"\D", "", str(slot_value))
        if 6 <= len(digits) <= 15:
            return {"phone": digits}
        dispatcher.utter_message(response="utter_wrong_phone")
        return {"phone": None}


class AskAppointmentTime(Action):
    def name(self) -> Text:
        return "action_ask_booking_form_appointment_time"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        ask_for_time("utter_ask_when", tracker.get_slot("doctor"), tracker, dispatcher)
        return []


class ValidateMoveForm(FormValidationAction):
    def name(self) -> Text:
        return "validate_move_form"

    def extract_new_time(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Dict[Text, Any]:
        if is_aside("move_form", tracker, domain):
            return {}
        wish = self._wish(heard(tracker), tracker.get_slot("chosen_day"))
        return {"new_time": wish} if wish else {}

    def _wish(self, entities: List[Entity], chosen_day: Optional[Text]) -> Optional[Wish]:
        """The time it is moved to; the one it is moved from must not get in the way."""
        days = [e for e in entities if e.get("entity") == "day"]
        to = [e for e in days if e.get("role") == "to"]
        fro = [e for e in days if e.get("role") == "from"]
        times = [e for e in entities if e.get("entity") in ("time", "number")]
        # Duckling takes 'from Monday to Friday' for one stretch of time.
        times = [e for e in times if not any(overlap(e, day) for day in fro)]
        wish = read_wish([e for e in times if not to or overlap(e, to[-1])], chosen_day)
        if wish or not to:
            return wish
        day = next_weekday(to[-1]["value"])
        if day is None:
            return None
        begin = midnight(day)
        return {"from": begin.isoformat(), "to": (begin + timedelta(days=1)).isoformat()}

    def validate_new_time(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        return settle("new_time", slot_value, tracker.get_slot("appointment_doctor"), dispatcher)


class AskNewTime(Action):
    def name(self) -> Text:
        return "action_ask_move_form_new_time"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        doctor = tracker.get_slot("appointment_doctor")
        start = parse_time(tracker.get_slot("appointment_start"))
        moved_from = str(tracker.get_slot("moved_from") or "").lower()
        named = [day for day in WEEKDAYS if day.lower() in moved_from]
        if start and named and WEEKDAYS[start.weekday()] not in named:
            dispatcher.utter_message(response="utter_wrong_day")
        ask_for_time("utter_ask_when", doctor, tracker, dispatcher)
        return [SlotSet("moved_from", None)]
