"""Finding out which order is meant and whether the viewer may see it: the same in every form.

A signed-in customer only says which order. A guest gives its number together with its e-mail
address; a wrong pair gets one and the same answer whether the order exists or not, guesses are
counted, and only a right pair makes `proven_orders` longer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet

from dialogue.forms import ASKED_AGAIN
from dialogue.orders.addresses import looks_like_address
from dialogue.orders.rules import order_number
from dialogue.questions import asks_after_ok, is_question
from dialogue.retail.proof.number_and_address import identify
from dialogue.retail.proof.order_keys import (
    email_in,
    is_email,
    number_in,
    resembles_email,
    resembles_number,
)
from dialogue.retail.proof.proving import (
    CODE,
    checked_code,
    claim_of,
    code_under_way,
    early_code,
    may_change,
    speaks_of_orders,
    told_code,
)
from dialogue.retail.returning.answer_beside import kept_beside, yes_beside
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    latest_entity,
    latest_intent,
    latest_text,
    order_known,
    viewer_of,
)
from dialogue.retail.talk.asking_back import asked_back, asks_back, is_unanswered
from dialogue.retail.talk.correcting import agrees, corrects, meant_in, says_none, sets_condition
from dialogue.retail.talk.not_yet import asks_whether_done
from dialogue.retail.talk.tasks import others_wait
from dialogue.retail.task_slots import (
    CHOSEN_SLOTS,
    FORM_OF_INTENT,
    ORDER_SLOTS,
    REQUESTED_SLOT,
    TOLD_SLOTS,
    drop_emptied,
    intent_of_form,
    said_yes_to_another,
    unsaid,
    value_before_message,
)
from dialogue.retail.which_order.orders_named import (
    others_answered,
    own_numbers,
    pointed_at,
    said_with_another,
    several_answered,
)

MAX_READ = 300  # characters of a wish that are looked through
# "2 things from order 1952: the scale and the towel" is no address, whatever it looks like.
_SAYS_ORDER = re.compile(
    r"\border(?: number| no\.?| nr\.?)?\W{0,3}\d{4,6}\b|订单号?[\s:：#]{0,3}\d{4,6}", re.IGNORECASE
)
SURE_OF_A_YES = 0.6  # the probability of a yes from which an order is changed


class OrderForm(RetailAction, FormValidationAction):
    """The form validation that all forms about one order share.

    A subclass names its form, and in `slots_for` says which of the form's own slots it still
    needs once the order is known.
    """

    form = ""
    about_whole_orders = True  # else "the second one" is an item

    def name(self) -> str:
        """Rasa's name for the validation of `form`."""
        return f"validate_{self.form}"

    def slots_for(self, _tracker: Tracker, own: list[str]) -> list[str]:
        """Of the form's own slots, those to ask for; the order is known and visible."""
        return own

    def changes(self, tracker: Tracker, needed: list[str]) -> bool:
        """Whether the form, with these slots to ask for, ends in a change: it needs a code then."""
        return "confirmed" in needed and tracker.get_slot("confirmed") is not False

    async def required_slots(
        self, domain_slots: list[str], _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> list[str]:
        """The order first; then what the form needs for this order. None when blocked."""
        if tracker.get_slot("proof_blocked") or self._declines(tracker):
            return []
        own = [slot for slot in domain_slots if slot not in ("order_number", "order_email", CODE)]
        if order_known(self.services, tracker):
            needed = self.slots_for(tracker, own)
            proof = [CODE] if self.changes(tracker, needed) and CODE in domain_slots else []
            if proof and may_change(self.services, tracker):
                proof = []
            return ["order_number", *needed, *proof]
        if viewer_of(tracker).signed_in:
            return ["order_number", *own]
        return ["order_number", "order_email", *own]

    async def get_extraction_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """While a code is asked for, or under way, its six digits are not an order's number."""
        if self._asks_whether_done(tracker):
            dispatcher.utter_message(response="utter_not_yet")
            return []
        if self._asks_back(tracker):
            asked_back(self.services, dispatcher, tracker, domain)
            return []
        answers = _asked(tracker, CODE) and bool(latest_text(tracker))
        if (answers and not self._other_wish(tracker)) or self._early_code(tracker):
            tracker.slots["order_number"] = value_before_message(tracker, "order_number")
        events: Events = await super().get_extraction_events(dispatcher, tracker, domain)
        return events

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Each slot by itself first; then the order as a whole: is it this viewer's?"""
        asked = tracker.get_slot(REQUESTED_SLOT)
        if self._asks_whether_done(tracker) or self._asks_back(tracker):
            given = {
                name: value_before_message(tracker, name) for name in tracker.slots_to_validate()
            }
            again = {**given, asked: None, ASKED_AGAIN: 0}  # what was replied to is no failure
            again.update(kept_beside(tracker))
            return [SlotSet(name, value) for name, value in again.items()]
        if self._declines(tracker):
            return [SlotSet(asked, None), SlotSet("confirmed", False)]
        drop_emptied(tracker)
        events: Events = await super().get_validation_events(dispatcher, tracker, domain)
        verdict = {
            **self._early_proof(dispatcher, tracker),
            **unsaid(tracker),
            **self._outdated(tracker),
            **identify(self.services, dispatcher, tracker),
        }
        tracker.slots.update(verdict)
        if said_yes_to_another(tracker):
            verdict["confirmed"] = tracker.slots["confirmed"] = None
        waiting = self._others_answered(tracker)
        return [*events, *(SlotSet(name, value) for name, value in verdict.items()), *waiting]

    def _early_code(self, tracker: Tracker) -> str | None:
        """The code of this order that is under way, typed where something else is asked for."""
        number = value_before_message(tracker, "order_number")
        if number is None or _asked(tracker, CODE) or begins(tracker):
            return None
        return code_under_way(self.services, tracker, str(number))

    def _early_proof(self, dispatcher: Dispatcher, tracker: Tracker) -> dict[str, Any]:
        """What such a code proves; the question that was open is asked again."""
        code, number = self._early_code(tracker), value_before_message(tracker, "order_number")
        claim = claim_of(self.services, tracker, str(number)) if code else None
        if claim is None:
            return {}
        known = early_code(self.services, dispatcher, tracker, code, claim)
        return {"order_number": number, **{k: v for k, v in known.items() if k != CODE}}

    def extract_order_number(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """A bare number is the order's when we have just asked for it.

        An answer with other digits is handed on, so that the customer hears how they should look.
        """
        text = latest_text(tracker)
        if begins(tracker):
            viewer, signed_in = viewer_of(tracker), viewer_of(tracker).signed_in
            recent = self.services.store.recent_orders(viewer, limit=10) if signed_in else ()
            several = own_numbers(tracker, [order.number for order in recent])
            if several or signed_in:
                return {"order_number": several[0]} if several else {}
        if self._side_question(tracker, domain):
            return {}
        several = self._several(tracker)
        if several:
            yes = said_with_another(self.services, tracker)
            if len(several) > 1 and not yes and not _asked(tracker, "order_number"):
                dispatcher.utter_message(response="utter_one_after_the_other", number=several[0])
            return {"order_number": several[0]}
        if corrects(tracker) and tracker.get_slot(REQUESTED_SLOT):
            said = latest_entity(tracker, "order_number")
            same = said if said == value_before_message(tracker, "order_number") else None
            found = (number_in(meant_in(text)) or same) if said else None
            found = found or pointed_at(self.services, tracker)
            return {"order_number": found} if found else {}
        if not _asked(tracker, "order_number"):
            return {}
        answers = latest_intent(tracker) == "inform" and not latest_entity(tracker, "order_number")
        odd = text if answers and resembles_number(text) else None
        found = number_in(text) or pointed_at(self.services, tracker) or odd
        return {"order_number": found} if found else {}

    def extract_order_email(
        self, _dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """An e-mail address anywhere in the answer when we have just asked for one of the pair.

        What only resembles one is handed on, so that the customer hears how it should look.
        """
        text = latest_text(tracker)
        asked = _asked(tracker, "order_email") or _asked(tracker, "order_number")
        if not asked or self._side_question(tracker, domain):
            return {}
        found = email_in(text)
        if found:
            return {"order_email": found}
        answers = latest_intent(tracker) == "inform" and _asked(tracker, "order_email")
        return {"order_email": text} if answers and resembles_email(text) else {}

    def extract_order_code(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Six digits anywhere in the answer, or that they did not come."""
        if not _asked(tracker, CODE):
            return {}
        return told_code(tracker, other_wish=self._other_wish(tracker))

    def validate_order_code(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Each counts as a try; a right one proves that this order may be changed."""
        return checked_code(self.services, dispatcher, tracker, value)

    def extract_confirmed(
        self, _dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """A yes that says the wish once more, or asks something beside it: "yes cancel pls"."""
        text = latest_text(tracker)
        if begins(tracker) or not _asked(tracker, "confirmed"):
            return {}
        again = FORM_OF_INTENT.get(latest_intent(tracker)) == self.form and agrees(text)
        beside = yes_beside(tracker) and not self._question_waits(tracker, domain)
        also = self.about_whole_orders and said_with_another(self.services, tracker)
        return {"confirmed": True} if again or beside or also else {}

    def _question_waits(self, tracker: Tracker, domain: Any) -> bool:
        """Whether the latest message asks something that the rules have not answered yet."""
        return self._side_question(tracker, domain) and is_unanswered(tracker, self.form)

    def _others_answered(self, tracker: Tracker) -> Events:
        """Of several orders in the answer, those that wait until the first is done with."""
        several, intent = self._several(tracker), intent_of_form(tracker)
        if not several or intent is None or tracker.get_slot("order_number") != several[0]:
            return []
        return self.others_wait(tracker, intent, several[1:])

    def others_wait(self, tracker: Tracker, intent: str, numbers: Sequence[str]) -> Events:
        """The same wish about other orders waits for its turn."""
        return others_wait(tracker, intent, numbers)

    def _several(self, tracker: Tracker) -> tuple[str, ...]:
        """The orders of the answer to which it is, or whether it shall be this one."""
        if begins(tracker):
            return ()
        if _asked(tracker, "order_number"):
            return several_answered(self.services, tracker)
        asked = _asked(tracker, "confirmed") and self.about_whole_orders
        return others_answered(self.services, tracker, self.form) if asked else ()

    def _outdated(self, tracker: Tracker) -> dict[str, Any]:
        """What was said of another order, once it is clear that this one is meant."""
        before = value_before_message(tracker, "order_number")
        if before is None or tracker.get_slot("order_number") in (None, before):
            return {}
        new = tracker.slots_to_validate()
        return {n: None for n in ORDER_SLOTS if tracker.get_slot(n) is not None and n not in new}

    def names_something(self, tracker: Tracker) -> bool:
        """Whether the latest message holds a value for what was asked: "no, the navy one"."""
        return bool((tracker.latest_message or {}).get("entities"))

    def _asks_whether_done(self, tracker: Tracker) -> bool:
        return not begins(tracker) and asks_whether_done(tracker)

    def _asks_back(self, tracker: Tracker) -> bool:
        if begins(tracker) or self.holds_answer(tracker):
            return False
        by_rule = latest_intent(tracker) == "return_policy"  # whose action makes room for it
        return not by_rule and asks_back(tracker)

    def holds_answer(self, _tracker: Tracker) -> bool:
        """Whether a message that also asks something holds the answer to the form's question."""
        return False

    def _other_wish(self, tracker: Tracker) -> bool:
        """Whether the latest message asks for something of its own, if only for another order."""
        form = FORM_OF_INTENT.get(latest_intent(tracker))
        return form is not None and (form != self.form or speaks_of_orders(tracker))

    def _declines(self, tracker: Tracker) -> bool:
        """Whether a bare no answers what of the order shall change: the wish is dropped."""
        asked = tracker.get_slot(REQUESTED_SLOT) in CHOSEN_SLOTS
        text = latest_text(tracker)
        denies = latest_intent(tracker) == "deny" and not is_question(text)
        return asked and (says_none(text) or (denies and not self.names_something(tracker)))

    def _side_question(self, tracker: Tracker, domain: Any) -> bool:
        """Whether the latest message is one that the form leaves to the rules."""
        form = (domain.get("forms") or {}).get(self.form) or {}
        return latest_intent(tracker) in (form.get("ignored_intents") or ())

    def validate_order_number(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Only how it is written; whether there is such an order is nobody's business yet.

        A number in an address or a story (a postcode, a year) does not change the order.
        """
        before = value_before_message(tracker, "order_number")
        story = not corrects(tracker) and _tells_a_story(tracker)
        if before is not None and (story or self._early_code(tracker)):
            return {"order_number": before}
        number = order_number(str(value))
        if number is None:
            dispatcher.utter_message(response="utter_order_number_odd")
        return {"order_number": number}

    def validate_order_email(
        self, value: Any, dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Only how it is written."""
        email = str(value).strip().casefold()
        if not is_email(email):
            dispatcher.utter_message(response="utter_order_email_odd")
            return {"order_email": None}
        return {"order_email": email}

    def validate_confirmed(
        self, value: Any, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A yes counts for what was asked, not for what the same message has just changed.

        One that only may be a yes ("ok, then I keep them", "ok, is it free?") is asked for again.
        """
        intent = (tracker.latest_message or {}).get("intent") or {}
        sure = float(intent.get("confidence") or 0.0) >= SURE_OF_A_YES
        text = latest_text(tracker)
        sure = sure or said_with_another(self.services, tracker)
        if value and (not sure or asks_after_ok(text) or sets_condition(text)):
            return {"confirmed": None}
        if begins(tracker):  # the wish was left with its yes, and goes on
            return {"confirmed": bool(value)}
        changed = any(
            candidate != value_before_message(tracker, name)
            for name, candidate in tracker.slots_to_validate().items()
            if name != "confirmed"
        )
        return {"confirmed": None if changed else bool(value)}


def number_meant(tracker: Tracker) -> str | None:
    """The order that the conversation is about, when nothing could check the latest message."""
    before = value_before_message(tracker, "order_number")
    if before is not None and _tells_a_story(tracker):
        return str(before)
    return order_number(str(tracker.get_slot("order_number")))


def _asked(tracker: Tracker, slot: str) -> bool:
    return bool(tracker.get_slot(REQUESTED_SLOT) == slot)


def _tells_a_story(tracker: Tracker) -> bool:
    """Whether the latest message answers a question that any words can answer."""
    text = latest_text(tracker)
    asked = None if begins(tracker) else tracker.get_slot(REQUESTED_SLOT)
    address = looks_like_address(text) and not _SAYS_ORDER.search(text[:MAX_READ])
    return bool(text) and (asked in TOLD_SLOTS or address)


def begins(tracker: Tracker) -> bool:
    """Whether the latest message began the form; what is asked for is of the form before it."""
    trigger = (tracker.active_loop or {}).get("trigger_message") or {}
    latest = tracker.latest_message or {}
    return bool(trigger) and all(trigger.get(k) == latest.get(k) for k in ("text", "message_id"))
