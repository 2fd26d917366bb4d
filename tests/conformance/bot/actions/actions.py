"""Custom actions as Rasa's users write them: some well-behaved, some not, some out of date."""

from datetime import UTC, datetime, timedelta

from rasa_sdk import Action, FormValidationAction, ValidationAction, events
from rasa_sdk.events import ConversationPaused, SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection
from rasa_sdk.knowledge_base.actions import ActionQueryKnowledgeBase
from rasa_sdk.knowledge_base.storage import InMemoryKnowledgeBase

LATER = datetime(2030, 1, 1, 9, tzinfo=UTC)


class Look(Action):
    """Tells what the SDK sees of the conversation and of the domain."""

    def name(self):
        return "action_look"

    def run(self, dispatcher, tracker, domain):
        seen = {
            "sender_id": tracker.sender_id,
            "state": tracker.current_state(),
            "events": [event["event"] for event in tracker.events],
            "intent": tracker.get_intent_of_latest_message(),
            "cities": list(tracker.get_latest_entity_values("city")),
            "channel": tracker.get_latest_input_channel(),
            "domain": sorted(domain),
            "responses": sorted(domain["responses"]),
        }
        dispatcher.utter_message(json_message=seen)
        return []


class Marked(Look):
    """The domain asks to be sent to it."""

    def name(self):
        return "action_marked"


class SayParts(Action):
    """Says every part that a message has."""

    def name(self):
        return "action_say_parts"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="One.\n\nTwo.")
        dispatcher.utter_message(
            text="Pick.\n\nNow.",
            buttons=[{"title": "A", "payload": "/a", "type": "postback"}],
            image="https://shop.example/a.png",
            attachment={
                "type": "video",
                "payload": {"title": "t", "src": "https://shop.example/t"},
            },
            json_message={"answer": 42},
            elements=[{"title": "Card", "subtitle": "small", "buttons": [{"title": "Go"}]}],
        )
        return [SlotSet("note", "said")]


class SayResponses(Action):
    """Says the domain's responses, with more than they have, in the new way and the old."""

    def name(self):
        return "action_say_responses"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(
            response="utter_greet",
            name="Ann",
            buttons=[{"title": "Two", "payload": "/faq"}],
            image="https://shop.example/new.png",
        )
        dispatcher.utter_message(template="utter_greet", name="Bob")
        return []


class SayUnknown(Action):
    """Says a response that the domain has not, and then one that it has."""

    def name(self):
        return "action_say_unknown"

    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_gret")
        dispatcher.utter_message(text="Still here.")
        return []


class Decline(Action):
    """Does not want to run."""

    def name(self):
        return "action_decline"

    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection(self.name(), "not now")


class Break(Action):
    """Fails."""

    def name(self):
        return "action_break"

    def run(self, dispatcher, tracker, domain):
        return 1 / 0


class Babble(Action):
    """Returns a slot event without a value."""

    def name(self):
        return "action_babble"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Never said.")
        return [{"event": "slot", "name": "note"}]


class Pause(Action):
    """Makes the bot silent."""

    def name(self):
        return "action_pause"

    def run(self, dispatcher, tracker, domain):
        return [ConversationPaused()]


class TellEvents(Action):
    """Returns each kind of event that the SDK can make."""

    def name(self):
        return "action_tell_events"

    def run(self, dispatcher, tracker, domain):
        return [
            events.UserUttered(
                "hi", {"intent": {"name": "greet", "confidence": 0.9}}, None, "rest"
            ),
            events.BotUttered("hello", {"image": "https://shop.example/a.png"}, {"a": 1}),
            events.SlotSet("note", [1, None, {"a": "b"}]),
            events.Restarted(),
            events.SessionStarted(),
            events.SessionEnded(metadata={"_reason": "done"}),
            events.UserUtteranceReverted(),
            events.AllSlotsReset(),
            events.ReminderScheduled("greet", LATER, {"city": "Oslo"}, "soon", False),
            events.ReminderCancelled("soon", "greet", [{"entity": "city", "value": "Oslo"}]),
            events.ReminderCancelled(),
            events.ActionReverted(),
            events.StoryExported(),
            events.FollowupAction("action_look"),
            events.ConversationPaused(),
            events.ConversationResumed(),
            events.ActionExecuted("action_look", "RulePolicy", 0.5),
            events.AgentUttered("I am Ben.", {"x": 1}),
            events.ActiveLoop("trip_form"),
            events.ActiveLoop(None),
            events.LoopInterrupted(True),
            events.ActionExecutionRejected("action_look", "RulePolicy", 1.0),
            {"event": "form", "name": "trip_form"},
            {"event": "form_validation", "validate": False},
        ]


class Remind(Action):
    """Reminds of a city in half a second."""

    def name(self):
        return "action_remind"

    def run(self, dispatcher, tracker, domain):
        soon = datetime.now(UTC) + timedelta(seconds=0.5)
        city = next(tracker.get_latest_entity_values("city"), "tea")
        dispatcher.utter_message(text="I will.")
        return [events.ReminderScheduled("EXTERNAL_reminder", soon, {"city": city}, "soon")]


class ValidateTripForm(FormValidationAction):
    """Checks the trip, takes the note out of the text, and asks for no days in Nowhere."""

    def name(self):
        return "validate_trip_form"

    async def run(self, dispatcher, tracker, domain):
        seen = {
            "candidates": tracker.slots_to_validate(),
            "tail": [event["event"] for event in tracker.events[-4:]],
            "named": [event.get("name") for event in tracker.events[-4:]],
        }
        dispatcher.utter_message(json_message=seen)
        return await super().run(dispatcher, tracker, domain)

    async def required_slots(self, domain_slots, dispatcher, tracker, domain):
        slots = domain_slots if tracker.get_slot("city") != "Nowhere" else ["city"]
        return [*slots, "note"] if tracker.get_slot("days") == "99" else slots

    async def extract_note(self, dispatcher, tracker, domain):
        text = tracker.latest_message.get("text") or ""
        return {"note": text[5:]} if text.startswith("note ") else {}

    def validate_city(self, value, dispatcher, tracker, domain):
        if value == "Atlantis":
            dispatcher.utter_message(text="It has sunk.")
            return {"city": None}
        return {"city": value.title()}

    def validate_days(self, value, dispatcher, tracker, domain):
        return {"days": value if value.isdecimal() else None}


class ValidateMappings(ValidationAction):
    """Checks slots that belong to no form."""

    def validate_size(self, value, dispatcher, tracker, domain):
        return {"size": value.upper() if value in ("s", "m", "l") else None}

    def validate_city(self, value, dispatcher, tracker, domain):
        """Never called: the city is the form's business."""
        return {"city": "wrong"}


class Films(ActionQueryKnowledgeBase):
    """Lists films from a small knowledge base, as the SDK's own action does."""

    def __init__(self):
        super().__init__(InMemoryKnowledgeBase("films.json"))

    def __reduce__(self):
        """Be made anew in the server's worker: the SDK's own knowledge base can't be sent there."""
        return (Films, ())
