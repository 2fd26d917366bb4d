"""What the front desk does for a patient."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.events import (
    ActionExecuted,
    EventType,
    FollowupAction,
    ReminderCancelled,
    ReminderScheduled,
    SessionStarted,
    SlotSet,
)
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.practice import DOCTORS, WEEKDAYS, find_doctor, next_free, now, show
from actions.times import parse_time

logger = logging.getLogger(__name__)

REMINDER = "EXTERNAL_reminder"
USUAL_HOURS_BEFORE = 24.0
KEPT_BETWEEN_SESSIONS = (
    "patient_name",
    "phone",
    "new_patient",
    "insurance",
    "appointment_start",
    "appointment_doctor",
    "appointment_shown",
)
OF_A_REQUEST = (
    "doctor",
    "appointment_time",
    "date_of_birth",
    "chosen_day",
    "new_time",
    "moved_from",
    "moved_to",
    "confirm_cancel",
)


def forgotten(*slots: Text) -> List[EventType]:
    return [SlotSet(slot, None) for slot in slots]


def appointment(doctor: Text, start: datetime) -> List[EventType]:
    return [
        SlotSet("appointment_doctor", doctor),
        SlotSet("appointment_start", start.isoformat()),
        SlotSet("appointment_shown", show(start)),
    ]


def reminder_name(tracker: Tracker) -> Text:
    return f"reminder_{tracker.sender_id}"


def reminder(tracker: Tracker, start: datetime, hours: float) -> Optional[EventType]:
    """A reminder of the appointment, so many hours before; None if that is past."""
    at = start - timedelta(hours=hours)
    if at <= now():
        return None
    return ReminderScheduled(
        REMINDER,
        trigger_date_time=at.astimezone(),
        entities={"reminder_of": start.isoformat()},
        name=reminder_name(tracker),
        kill_on_user_message=False,
    )


class ActionSessionStart(Action):
    def name(self) -> Text:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        name = tracker.get_slot("patient_name")
        if name:
            dispatcher.utter_message(response="utter_welcome_back", name=name.split()[0])
        else:
            dispatcher.utter_message(response="utter_welcome")
        events = [SessionStarted()]
        for slot in KEPT_BETWEEN_SESSIONS:
            value = tracker.get_slot(slot)
            if value is not None:
                events.append(SlotSet(slot, value))
        # The session begins by waiting for the patient.
        events.append(ActionExecuted("action_listen"))
        return events


class ActionBookAppointment(Action):
    def name(self) -> Text:
        return "action_book_appointment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        await asyncio.sleep(0.2)  # the diary takes its time
        doctor = tracker.get_slot("doctor")
        start = parse_time(tracker.get_slot("appointment_time"))
        logger.info("booked %s in conversation %s", start, tracker.sender_id)
        dispatcher.utter_message(
            response="utter_booked", appointment_doctor=doctor, appointment_shown=show(start)
        )
        events = [
            *appointment(doctor, start),
            *forgotten(*OF_A_REQUEST),
            SlotSet("new_patient", False),
        ]
        remind = reminder(tracker, start, USUAL_HOURS_BEFORE)
        if remind:
            events.append(remind)
        events.append(FollowupAction("action_tell_preparation"))
        return events


class ActionTellPreparation(Action):
    """Only some doctors want their patients to prepare."""

    def name(self) -> Text:
        return "action_tell_preparation"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        doctor = DOCTORS.get(tracker.get_slot("appointment_doctor"))
        if doctor is None or doctor.advice is None:
            raise ActionExecutionRejection(self.name(), "there is nothing to prepare")
        dispatcher.utter_message(response="utter_preparation", advice=doctor.advice)
        return []


class ActionShowAppointment(Action):
    def name(self) -> Text:
        return "action_show_appointment"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        dispatcher.utter_message(response="utter_appointment")
        return []


class ActionMoveAppointment(Action):
    def name(self) -> Text:
        return "action_move_appointment"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        await asyncio.sleep(0.1)
        doctor = tracker.get_slot("appointment_doctor")
        start = parse_time(tracker.get_slot("new_time"))
        dispatcher.utter_message(response="utter_moved", appointment_shown=show(start))
        events = [
            *appointment(doctor, start),
            *forgotten(*OF_A_REQUEST),
            ReminderCancelled(name=reminder_name(tracker)),
        ]
        remind = reminder(tracker, start, USUAL_HOURS_BEFORE)
        if remind:
            events.append(remind)
        return events


class ActionCancelAppointment(Action):
    def name(self) -> Text:
        return "action_cancel_appointment"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        if not tracker.get_slot("confirm_cancel"):
            dispatcher.utter_message(response="utter_kept")
            return forgotten("confirm_cancel")
        dispatcher.utter_message(response="utter_cancelled")
        return [
            *forgotten("appointment_start", "appointment_doctor", "appointment_shown"),
            *forgotten(*OF_A_REQUEST),
            ReminderCancelled(name=reminder_name(tracker)),
        ]


class ActionForgetRequest(Action):
    def name(self) -> Text:
        return "action_forget_request"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        return forgotten(*OF_A_REQUEST)


class ActionListFreeTimes(Action):
    def name(self) -> Text:
        return "action_list_free_times"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        await asyncio.sleep(0.3)  # the diary again
        is_moved = tracker.active_loop.get("name") == "move_form"
        doctor = tracker.get_slot("appointment_doctor" if is_moved else "doctor")
        # In the middle of a form a question does not fill the slot.
        asked = next(tracker.get_latest_entity_values("doctor"), None)
        doctor = find_doctor(asked) or doctor
        times = "; ".join(show(start) for start in next_free(doctor))
        dispatcher.utter_message(
            response="utter_free_times", who=doctor or "our doctors", times=times
        )
        return []


class ActionListDoctors(Action):
    def name(self) -> Text:
        return "action_list_doctors"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        for doctor in DOCTORS.values():
            days = ", ".join(f"{WEEKDAYS[day]}s" for day in doctor.weekdays)
            # From the time when responses were templates; it still works.
            dispatcher.utter_message(
                template="utter_doctor", doctor_name=doctor.name, field=doctor.field, days=days
            )
        return []


class ActionRemind(Action):
    """A reminder is due. If it is of an appointment that was moved since, we keep quiet."""

    def name(self) -> Text:
        return "action_remind"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        start = tracker.get_slot("appointment_start")
        reminded_of = next(tracker.get_latest_entity_values("reminder_of"), start)
        if start and reminded_of == start:
            dispatcher.utter_message(response="utter_reminder")
        return []


class ActionScheduleReminder(Action):
    def name(self) -> Text:
        return "action_schedule_reminder"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        start = parse_time(tracker.get_slot("appointment_start"))
        hours = tracker.get_slot("hours_before")
        if hours is None and next(tracker.get_latest_entity_values("number"), None) is not None:
            return []  # the number was refused, and the patient was told so
        hours = hours or USUAL_HOURS_BEFORE
        remind = reminder(tracker, start, hours)
        if remind is None:
            dispatcher.utter_message(response="utter_too_late_for_reminder")
            return forgotten("hours_before")
        shown = show(start - timedelta(hours=hours))
        dispatcher.utter_message(response="utter_reminder_set", shown=shown)
        return [
            ReminderCancelled(name=reminder_name(tracker)),
            remind,
            *forgotten("hours_before"),
        ]


class ActionForgetReminders(Action):
    def name(self) -> Text:
        return "action_forget_reminders"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        dispatcher.utter_message(response="utter_reminders_forgotten")
        return [ReminderCancelled(intent_name=REMINDER)]


class ActionSelfTest(Action):
    """Misbehaves on demand, to see whether anybody notices."""

    def name(self) -> Text:
        return "action_self_test"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[EventType]:
        fault = next(tracker.get_latest_entity_values("fault"), None)
        if fault == "rubbish":
            dispatcher.utter_message(text="This must not be said.")
            return [{"event": "slot", "value": {"nobody": "knows which"}}]
        if fault == "crash":
            raise RuntimeError("the self test was asked to crash")
        if fault == "slow":
            await asyncio.sleep(1.5)
        dispatcher.utter_message(response="utter_self_test_ok")
        return []
