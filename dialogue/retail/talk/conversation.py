"""What belongs to no task: greeting, misunderstandings and stopping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from dialogue.caring import CARE
from dialogue.orders.errors import SignInRequired
from dialogue.orders.states import ProblemKind
from dialogue.questions import is_question
from dialogue.retail.paying.double_charge import OFFERS
from dialogue.retail.people.handing_over import RequestHumanAction
from dialogue.retail.people.waiting import IN_QUEUE, leave_queue, was_asked_for
from dialogue.retail.problems.problem_questions import kind_of, parcel_found
from dialogue.retail.problems.remedies import says_gone
from dialogue.retail.proof.counter_questions import did_not_fit
from dialogue.retail.proof.proving import code_of_left
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.asked_beside import asks_to_do
from dialogue.retail.talk.leading import GoBackAction
from dialogue.retail.talk.tasks import (
    LEFT,
    MOST_LEFT,
    WAITING,
    called,
    forget_wishes,
    kept_wishes,
)
from dialogue.retail.talk.told_with_address import number_and_address
from dialogue.retail.task_slots import REQUESTED_SLOT, leave_form
from dialogue.retail.viewing.orders import next_steps
from dialogue.retail.which_order.orders_named import only_this_order
from dialogue.retail.which_order.resting import RESTS, taken_up
from dialogue.retail.wording import Wording, button

FALLBACK, OUTSIDE = "nlu_fallback", "out_of_scope"
CHOICES_OFFERED = 2  # when the model cannot say which intents may be meant
MOST_CHOICES = 4  # of those that it says may be meant
QUESTIONS_OFFERED = 3
SURELY = 0.9  # probability from which a message is surely out of scope
FEW_WORDS, STEM = 2, 4  # words of a message that may be nonsense; letters by which two are one
_WORD = re.compile(r"[a-z]+")
_COMMON = frozenset(
    {"abou", "have", "into", "some", "that", "them", "this", "what", "with", "your"}
)
LIKELY_ENOUGH = 0.1  # the probability from which a question is offered that is not sure enough
OFFERS_A_PERSON = (
    *OFFERS,
    "utter_complaint",
    "utter_complaint_unnoted",
    "utter_charged_twice",
    "utter_fallback_again",
    "utter_no_machine",
    "utter_invoice_details_not_passed",
    "utter_invoice_details_noted",
    "utter_out_of_scope_again",
    "utter_refund_again",
    "utter_refund_again_by",
    "utter_refund_closed",
    "utter_refund_failed",
    "utter_refund_needed",
    "utter_refund_unknown",
    "utter_side_unknown",
)
READ = 500  # characters that are looked through
_HOW_ARE_YOU = re.compile(
    r"\bhow(?:['’]?s| is| are| r)\s(?:you|u|it going|things|everything|life|your day)\b"
    r"|\bhow do you do\b|\bhow you doing\b|\bwhat['’]?s up\b"
    r"|[你您]好吗|(?:最近|过得)(?:怎么样|好吗)",
    re.IGNORECASE,
)
SOON = 4  # messages after asking for a person, in which what is told is for that person
NOTED_MISSING = frozenset({"utter_problem_reported", "utter_delay_noted", "utter_problem_known"})
OFFERS_TO_GO_ON = ("utter_offer_earlier", "utter_stopped_next", RESTS)


class GreetAction(RetailAction):
    """Greets, a signed-in customer by name."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_greet"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """The name comes from the account, never from the conversation."""
        if asks_how_we_are(latest_text(tracker)):
            dispatcher.utter_message(response="utter_how_we_are")
        try:
            customer = self.services.store.customer(viewer_of(tracker))
        except SignInRequired:
            dispatcher.utter_message(response="utter_greet")
        else:
            dispatcher.utter_message(response="utter_greet_by_name", name=customer.first_name)
        return []


def asks_how_we_are(text: str) -> bool:
    """Whether a text asks how we are, as one does when one greets."""
    return _HOW_ARE_YOU.search(text[:READ]) is not None


class StopAction(RetailAction):
    """Drops what we were doing."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_stop"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Nothing that was only talked about has been changed, and the answer says so."""
        if _goes_on(tracker):
            told = SlotSet("problem_details", latest_text(tracker)[:READ])
            again = [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
            return [*again, told, FollowupAction("problem_form")]
        in_form = bool((tracker.active_loop or {}).get("name"))
        if tracker.get_slot(IN_QUEUE) and not in_form:
            return leave_queue(dispatcher)
        next_ones = [*kept_wishes(tracker, WAITING), *kept_wishes(tracker, LEFT)][:MOST_LEFT]
        if not in_form or not next_ones:
            response = "utter_stopped" if in_form else "utter_nothing_to_stop"
            dispatcher.utter_message(response=response)
            return [*leave_form(tracker), *forget_wishes(tracker)]
        words = self.words(tracker)
        dispatcher.utter_message(
            response="utter_stopped_next",
            what=called(words, next_ones[0]),
            buttons=[words.button("yes", "go_back"), words.button("leave", "deny")],
        )
        return [*leave_form(tracker), SlotSet(WAITING, None), SlotSet(LEFT, next_ones)]


def _goes_on(tracker: Tracker) -> bool:
    """Whether a no to "shall I report it?" says that the parcel is nowhere: "no, nobody has it"."""
    asked = tracker.get_slot(REQUESTED_SLOT) == "problem_details"
    missing = kind_of(tracker) is ProblemKind.DELIVERY_NOT_RECEIVED
    return asked and missing and says_gone(latest_text(tracker))


class GoodbyeAction(RetailAction):
    """Lets the customer go, whatever was being asked."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_goodbye"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Of what is left unfinished it is said that nothing has been changed."""
        in_form = bool((tracker.active_loop or {}).get("name"))
        dispatcher.utter_message(
            response="utter_goodbye_unfinished" if in_form else "utter_goodbye"
        )
        return [*leave_form(tracker), *forget_wishes(tracker)]


class InformAction(RetailAction):
    """The customer gave a number or an address and did not say what for."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_inform"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Offer what can be done with the order; a stranger learns nothing about it."""
        if (tracker.active_loop or {}).get("name"):
            only = only_this_order(self.services, tracker)
            response = "utter_only_this_order" if only else did_not_fit(tracker)
            dispatcher.utter_message(response=response, **({"number": only} if only else {}))
            return []
        if parcel_found(tracker) and said_within(tracker, SOON) & NOTED_MISSING:
            return [FollowupAction("action_report_problem")]
        code_typed = code_of_left(self.services, dispatcher, tracker)
        if code_typed:
            return code_typed
        pair = number_and_address(tracker)
        if pair:
            return pair
        number = latest_entity(tracker, "order_number")
        waits = was_asked_for(tracker) or bool(tracker.get_slot(IN_QUEUE))
        if number is None or (waits and current_order(self.services, tracker) is None):
            dispatcher.utter_message(
                response=f"utter_inform_{'colleague' if waits else 'what_for'}"
            )
            return []
        return taken_up(tracker, number) or self._offer(dispatcher, tracker, number)

    def _offer(self, dispatcher: Dispatcher, tracker: Tracker, number: str) -> Events:
        order, words = current_order(self.services, tracker), self.words(tracker)
        buttons = (
            next_steps(self.services, words, order)
            if order
            else [
                button(words.say(f"title_{intent}"), intent, order_number=number)
                for intent in ("cancel_order", "return_item", "refund_status")
            ]
        )
        track = words.button("where", "order_status", order_number=number)
        dispatcher.utter_message(
            response="utter_inform_order", number=number, buttons=[track, *buttons]
        )
        return []


class UnaskedAction(RetailAction):
    """A yes or no that no question was waiting for, unless we had just offered a person."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_unasked"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Accept or decline the offered person; inside a form say that we wait for its answer."""
        yes, said = latest_intent(tracker) == "affirm", _said_last(tracker)
        if (tracker.active_loop or {}).get("name"):
            dispatcher.utter_message(response="utter_did_not_fit")
        elif yes and said.intersection(OFFERS_A_PERSON):
            return RequestHumanAction(self.services).run(dispatcher, tracker, domain)
        elif (
            yes
            and any(one.startswith("utter_faq") for one in said)
            and asks_to_do(latest_text(tracker))
        ):
            dispatcher.utter_message(response="utter_done_by_people")
        elif not yes and CARE in said_within(tracker, 0):
            return []  # "fuck this": a person has just been offered
        elif yes and said.intersection(OFFERS_TO_GO_ON):
            return GoBackAction(self.services).run(dispatcher, tracker, domain)
        else:
            dispatcher.utter_message(response="utter_unasked_yes" if yes else "utter_unasked_no")
            return forget_wishes(tracker)
        return []


class DidYouMeanAction(RetailAction):
    """We are not sure what was meant: offer what it may be, and a person the second time.

    To a customer who asks something, is unhappy or in a hurry, a person is offered the first time.
    """

    def name(self) -> str:
        """Rasa's name."""
        return "action_did_you_mean"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Inside a form its question is simply asked again."""
        if (tracker.active_loop or {}).get("name"):
            dispatcher.utter_message(response=did_not_fit(tracker))
            return []
        if parcel_found(tracker) and said_within(tracker, SOON) & NOTED_MISSING:
            return [FollowupAction("action_report_problem")]
        code_typed = code_of_left(self.services, dispatcher, tracker)
        if code_typed:
            return code_typed
        if was_asked_for(tracker):
            dispatcher.utter_message(response="utter_inform_colleague")
            return []
        message, words = tracker.latest_message or {}, self.words(tracker)
        buttons = _near(tracker)
        buttons += [button(words.say(f"title_{one}"), one) for one in _likely(words, message)]
        del buttons[MOST_CHOICES:]
        if _misunderstood_before(tracker) or _needs_care(tracker):
            person = words.person_button(reason="not_understood")
            others = [one for one in buttons if one.get("payload") != "/human_agent"]
            dispatcher.utter_message(response="utter_fallback_again", buttons=[*others, person])
        elif is_question(latest_text(tracker)):
            person, near = words.person_button(reason="not_understood"), buttons[:QUESTIONS_OFFERED]
            response = "utter_no_sure_answer" if near else "utter_no_answer"
            dispatcher.utter_message(response=response, buttons=[*near, person])
        elif buttons:
            other = words.button("something_else", "help")
            dispatcher.utter_message(response="utter_did_you_mean", buttons=[*buttons, other])
        else:
            dispatcher.utter_message(response="utter_ask_rephrase")
        return []


class OutOfScopeAction(RetailAction):
    """It is none of our skills; but perhaps a question that we can answer was meant."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_out_of_scope"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Offer the questions that come near, or say what we can do; the second time a person.

        A form asks again with its own buttons, beside which no others are seen.
        """
        if CARE in said_within(tracker, 1):
            return []  # who is angry has just been offered a person
        if (tracker.active_loop or {}).get("name"):
            dispatcher.utter_message(response="utter_out_of_scope")
            return []
        questions = _near(tracker)
        other = (words := self.words(tracker)).button("something_else", "help")
        if _misunderstood_before(tracker):
            person = words.person_button(reason="not_understood")
            dispatcher.utter_message(
                response="utter_out_of_scope_again", buttons=[*questions, person, other]
            )
        elif questions:
            dispatcher.utter_message(
                response="utter_not_sure", buttons=[*questions, other, words.person_button()]
            )
        else:
            dispatcher.utter_message(response="utter_out_of_scope")
        return []


def _near(tracker: Tracker) -> list[dict[str, Any]]:
    """The questions that come near; of nonsense, and of what is surely no matter of ours, only
    those that share a word with it."""
    message, text = tracker.latest_message or {}, latest_text(tracker)[:READ]
    questions, intent = _questions(message), message.get("intent") or {}
    words = _WORD.findall(text.casefold())
    surely = intent.get("name") == OUTSIDE and intent.get("confidence", 0.0) >= SURELY
    if not text.isascii() or not (surely or len(words) <= FEW_WORDS):
        return questions
    parts = {word[:STEM] for word in words if len(word) >= STEM} - _COMMON
    titles = [(one, _WORD.findall(one["title"].casefold())) for one in questions]
    return [one for one, said in titles if parts & {word[:STEM] for word in said}]


def _questions(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Buttons of what was found and is not sure enough to be told: a question, or a place."""
    selectors = message.get("response_selector") or {}
    found = [
        hit
        for name, selector in selectors.items()
        if name != "all_retrieval_intents"
        for hit in selector.get("ranking") or ()
        if hit.get("confidence", 0.0) >= LIKELY_ENOUGH
    ]
    offered: dict[str, dict[str, Any]] = {}
    for hit in sorted(found, key=lambda hit: -hit["confidence"]):
        own: Mapping[str, Any] = next(iter(hit.get("responses") or ()), {})
        if not own.get("title"):
            continue
        if own.get("link"):
            offered.setdefault(own["title"], {"title": own["title"], "url": own["link"]})
        else:
            title = own["title"][:1].upper() + own["title"][1:]
            payload = f"/{hit['intent_response_key']}"
            offered.setdefault(title, {"title": title, "payload": payload})
    return list(offered.values())[:QUESTIONS_OFFERED]


def _likely(words: Wording, message: Mapping[str, Any]) -> list[str]:
    """The intents to offer: those of the conformal set when it is small, else the likeliest.

    Intents without a phrase `title_…` (greetings and the like) are never offered.
    """
    titled = {
        name.removeprefix("title_") for name in words.phrases.names if name.startswith("title_")
    }
    ranked = [entry.get("name") for entry in message.get("intent_ranking") or ()]
    meant = [name for name in message.get("conformal_set") or () if name in titled]
    if len(meant) in range(1, MOST_CHOICES + 1):
        return meant
    return [name for name in ranked if name in titled][:CHOICES_OFFERED]


def _misunderstood_before(tracker: Tracker) -> bool:
    """Whether the message before the latest one was not understood either."""
    said = [event for event in tracker.events if event.get("event") == "user"]
    if len(said) < 2:
        return False
    intent = ((said[-2].get("parse_data") or {}).get("intent") or {}).get("name")
    return intent in (FALLBACK, OUTSIDE)


def _needs_care(tracker: Tracker) -> bool:
    """Whether the customer sounds unhappy, or in a hurry."""
    slots = tracker.slots
    return bool(slots.get("sentiment") == "negative" or slots.get("urgency") == "urgent")


def _said_last(tracker: Tracker) -> set[str]:
    """The responses of the bot's latest answer."""
    said: set[str] = set()
    for event in reversed(tracker.events):
        if event.get("event") == "user" and said:
            break
        if event.get("event") == "bot":
            said.add(str((event.get("metadata") or {}).get("utter_action")))
    return said
