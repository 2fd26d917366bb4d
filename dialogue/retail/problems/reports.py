"""A delivery that went wrong: recorded, so that a person can make it good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders import rules
from dialogue.orders.errors import OrderError, ProblemAlreadyReported
from dialogue.orders.states import Lateness, ProblemKind, Remedy
from dialogue.orders.views import ItemView, OrderView, ShipmentView
from dialogue.retail.people.tickets import added_to_ticket, problem_number, problem_ticket
from dialogue.retail.problems.lost_parcels import settle_lost
from dialogue.retail.problems.no_report import say_why_no_report
from dialogue.retail.problems.photographs import INTENT as PHOTO
from dialogue.retail.problems.photographs import (
    SENT,
    answer_to_photo,
    can_send,
    new_photos,
    thank_for_photo,
    told_photos,
    wants_photo,
    wish_beside_photo,
    with_photos,
)
from dialogue.retail.problems.problem_questions import (
    DONE_AT_ONCE,
    another_problem,
    first_or_order,
    items_told,
    kind_of,
    late_of,
    of_goods,
    only_waits,
    or_else_of,
    other_goods,
    parcel_found,
    photo_or_more,
    say_found,
    say_what_waiting_brings,
    told_details,
    waits_for_rest,
    wish_or_more,
)
from dialogue.retail.problems.problem_words import tells_enough, wish_alone, wish_told
from dialogue.retail.problems.remedies import (
    MAX_DETAILS,
    as_late,
    asks_what_waiting_brings,
    not_due,
    not_there_again,
    remedies_for,
    remedy_buttons,
    why_no_problem,
    wish_in,
)
from dialogue.retail.problems.side_questions import say_beside
from dialogue.retail.problems.side_words import Side, asked_beside
from dialogue.retail.problems.still_to_come import (
    say_not_due,
    say_rest,
    speaks_of_rest,
)
from dialogue.retail.proof.identity import OrderForm
from dialogue.retail.returning.announced import say_if_returning
from dialogue.retail.returning.picking import Picked
from dialogue.retail.services import (
    Dispatcher,
    Events,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    once_for,
    order_known,
    plain_words,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.viewing.orders import OrderAction
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.wording import Wording


class ProblemForm(OrderForm):
    """The order, what happened, what would make it good, and a yes to what is done at once."""

    form = "problem_form"

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Nothing more when there cannot be such a problem; of a known one only what is new."""
        order, kind = current_order(self.services, tracker), kind_of(tracker)
        if order is None or parcel_found(tracker):
            return []
        late = late_of(tracker, order)
        if late is not None and late.lateness is Lateness.LOST:
            # Also when the search for it was noted before.
            at_once = tracker.get_slot("wish") in DONE_AT_ONCE
            return ["wish", "confirmed"] if at_once else ["wish"]
        if self._known(order, kind):
            return [] if new_photos(tracker) else ["problem_details"]
        if self._is_no_report(tracker, order):
            return []
        if late is not None:
            return ["wish"]
        asks = wants_photo(self.services, order, kind) and can_send(tracker)
        return [slot for slot in own if slot != "confirmed" and (slot != "photo" or asks)]

    def _is_no_report(self, tracker: Tracker, order: OrderView) -> bool:
        """Whether nothing can be reported, or is not to be yet."""
        kind = kind_of(tracker)
        return (
            why_no_problem(self.services, order, kind) is not None
            or not_due(order, kind)
            or waits_for_rest(self.words(tracker), tracker, order)
        )

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Also the goods that were named with what happened, once the order is known."""
        events = await super().get_validation_events(dispatcher, tracker, domain)
        order = current_order(self.services, tracker)
        begun = (tracker.active_loop or {}).get("trigger_message") or {}
        told = begun.get("text"), tracker.get_slot("problem_details")
        first = " ".join(plain_words(one or "") for one in told).strip()[:MAX_DETAILS]
        if order is None or not first or tracker.get_slot("item"):
            return events
        named = items_told(self.words(tracker), order, first)
        if not named:
            return events
        tracker.slots["item"] = str(Picked({one.line: None for one in named}))
        return [*events, SlotSet("item", tracker.slots["item"])]

    def _goods(self, tracker: Tracker, order: OrderView | None) -> Sequence[ItemView]:
        """What is in the order, or in all that it may be while it is not known which."""
        viewer = viewer_of(tracker)
        if order is not None:
            return order.items
        recent = self.services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
        return [item for one in recent for item in one.items]

    def _known(self, order: OrderView, kind: ProblemKind) -> bool:
        """Whether goods were reported before, and more can be added to the ticket."""
        return (
            self.services.extras is not None
            and kind is not ProblemKind.DELIVERY_NOT_RECEIVED
            and isinstance(why_no_problem(self.services, order, kind), ProblemAlreadyReported)
        )

    def extract_problem_details(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """What the very wish tells: all of a problem that is known, else where it says enough."""
        order, kind, text = current_order(self.services, tracker), kind_of(tracker), ""
        if order and latest_intent(tracker) == kind and self._known(order, kind):
            text = latest_text(tracker)
        elif first_or_order(tracker) and not tracker.get_slot("problem_details"):
            items, told = self._goods(tracker, order), latest_text(tracker)
            said = self.words(tracker).in_records(told)
            text = told if told and tells_enough(kind, told, items, said) else ""
            if text and order and waits_for_rest(self.words(tracker), tracker, order, text):
                text = ""  # perhaps something is missing from what has arrived, too
        return {"problem_details": text} if text else {}

    def extract_wish(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """What the very wish asks for, or another remedy than the one before a yes."""
        if first_or_order(tracker) and not tracker.get_slot("wish"):
            here = kind_of(tracker) is not ProblemKind.DELIVERY_NOT_RECEIVED
            told = wish_told(latest_text(tracker)) if here else None
            return {"wish": told} if told else {}
        if beside := wish_beside_photo(tracker):
            return {"wish": beside}
        if tracker.get_slot(REQUESTED_SLOT) != "confirmed":
            return {}
        wish = wish_in(latest_text(tracker))
        return {"wish": wish} if wish and wish != tracker.get_slot("wish") else {}

    def extract_photo(
        self, _dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """A photograph, also one that was sent before it was asked for; else what was answered."""
        if wish_beside_photo(tracker):
            return {}
        if tracker.get_slot(REQUESTED_SLOT) == "photo" and not self._side_question(tracker, domain):
            return {"photo": answer_to_photo(tracker) or ""}
        sent = new_photos(tracker) and order_known(self.services, tracker)
        return {"photo": SENT} if sent else {}

    def validate_photo(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Sent or skipped; what is neither is told more of it, or is explained, once."""
        if tracker.get_slot(REQUESTED_SLOT) == "photo":
            return photo_or_more(dispatcher, tracker, value)
        return {"photo": value or None}

    def changes(self, tracker: Tracker, needed: list[str]) -> bool:
        """What is chosen for a lost parcel is done at once; all else a colleague looks at first."""
        order = current_order(self.services, tracker)
        late = late_of(tracker, order) if order else None
        lost = late is not None and late.lateness is Lateness.LOST
        return lost and super().changes(tracker, needed)

    def validate_problem_details(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Whatever the customer tells; a photograph is welcome, and says too little alone."""
        if latest_intent(tracker) == PHOTO:
            thank_for_photo(dispatcher, tracker)
            return {"problem_details": None}
        if wish_alone(str(value)) and latest_text(tracker):
            dispatcher.utter_message(response="utter_wish_kept")
            return {"problem_details": None, "wish": wish_in(str(value))}  # and not what happened
        if other := another_problem(self.services, tracker):
            return other
        say_beside(self.services, dispatcher, tracker)
        return {"problem_details": told_details(tracker, value)}

    def validate_wish(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """One of the remedies that there are, also in the customer's own words.

        A button says clearly what is wished; what was typed is asked about before it is done.
        """
        order = current_order(self.services, tracker)
        late = late_of(tracker, order) if order else None
        if latest_intent(tracker) == PHOTO:
            thank_for_photo(dispatcher, tracker)
        if latest_intent(tracker) == PHOTO or str(value) == "/complaint":
            return {"wish": None}  # a complaint is noted where it is asked again
        if order and late and latest_text(tracker) and asks_what_waiting_brings(str(value)):
            say_what_waiting_brings(self.services, self.words(tracker), dispatcher, late)
            return {"wish": None}
        wish = wish_in(str(value)) or or_else_of(self.services, tracker, order, str(value))
        goods = other_goods(self.words(tracker), tracker, order) if wish is None else None
        if goods:
            return {"wish": None, "item": str(Picked(goods))}
        if wish is None or wish not in remedies_for(self.services, late):
            return wish_or_more(dispatcher, tracker, str(value), late)
        lost = late is not None and late.lateness is Lateness.LOST
        if order and late and lost and wish == Remedy.REPLACEMENT:
            missing = not_there_again(self.services, order, late)
            if missing:
                dispatcher.utter_message(
                    response="utter_resend_sold_out", items=self.words(tracker).items(missing)
                )
                return {"wish": None}
        if Side.TROUBLE in asked_beside(str(value)):
            dispatcher.utter_message(response="utter_side_trouble")
        if tracker.get_slot(REQUESTED_SLOT) == "photo":
            dispatcher.utter_message(response="utter_wish_kept")
        pressed = latest_entity(tracker, "wish") is not None and not latest_text(tracker)
        return {"wish": wish, "confirmed": True if pressed else None}


class ReportProblemAction(OrderAction):
    """Records the problem, or says why there is nothing to record."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_report_problem"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Photographs that were sent for this report belong to no later one."""
        return [*super().run(dispatcher, tracker, domain), *told_photos(tracker)]

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Settle, record or explain; a parcel that was found is reported no more."""
        if parcel_found(tracker):
            say_found(self.services, self.words(tracker), dispatcher, tracker, order.number)
            return
        kind, details = kind_of(tracker), tracker.get_slot("problem_details")
        wish, late = tracker.get_slot("wish"), late_of(tracker, order)
        words = self.words(tracker)
        if late is not None and late.lateness is Lateness.LOST:
            self._answer_lost(dispatcher, tracker, order, late)
            return
        error = why_no_problem(self.services, order, kind)
        if error is None and self._is_to_come(dispatcher, tracker, order):
            return
        if error is None and late is not None and wish is not None:
            details = as_late(late)
        if error is None and details is not None:
            error = self._report(dispatcher, tracker, order, details)
        if isinstance(error, ProblemAlreadyReported):
            self._add(dispatcher, tracker, error.reference, order, kind)
        elif error is not None:
            say_why_no_report(self.services, words, dispatcher, error, order, kind)

    def _answer_lost(
        self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView, late: ShipmentView
    ) -> None:
        """Do what was chosen, or ask what else shall be done."""
        wish, words = tracker.get_slot("wish"), self.words(tracker)
        if wish in DONE_AT_ONCE and tracker.get_slot("confirmed") is not True:
            dispatcher.utter_message(
                response="utter_lost_undecided",
                buttons=[
                    *remedy_buttons(self.services, words, order, late, "delivery_not_received"),
                    words.person_button(),
                ],
            )
        elif wish is not None:
            settle_lost(self.services, dispatcher, tracker, order, late, Remedy(wish))

    def _is_to_come(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> bool:
        """Whether it is only under way, and in time or told of as missing; then that is said."""
        words, details = self.words(tracker), tracker.get_slot("problem_details")
        if only_waits(words, tracker, order):
            if details is not None and not speaks_of_rest(str(details)):
                dispatcher.utter_message(response="utter_missing_none")
            else:
                say_rest(self.services, words, dispatcher, order)
            return True
        if late_of(tracker, order) is not None or not not_due(order, kind_of(tracker)):
            return False
        say_not_due(self.services, words, dispatcher, order)
        return True

    def _report(
        self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView, details: str
    ) -> OrderError | None:
        """Record it and say so, or why it cannot be recorded."""
        kind, wish, late = kind_of(tracker), tracker.get_slot("wish"), late_of(tracker, order)
        words = self.words(tracker)
        told = details if late else of_goods(words, order, details, tracker.get_slot("item"))
        told = with_photos(told, new_photos(tracker))
        try:
            problem = self.services.store.report_problem(
                viewer_of(tracker),
                order.number,
                kind,
                told,
                wish,
                once_for(tracker, order),
            )
        except OrderError as error:
            return error
        number = problem_ticket(self.services, tracker, kind, told, order.number, problem.reference)
        self._say_noted(words, dispatcher, number, order, late, wish, kind)
        if wish == Remedy.REDUCTION:
            dispatcher.utter_message(response="utter_side_less")
        prices = [item.unit_cents for item in order.items]
        policies = self.services.policies
        if kind is ProblemKind.DAMAGED_ITEM and rules.stays_when_broken(prices, policies):
            limit = words.money(policies.damages.kept_below, order.currency)
            dispatcher.utter_message(response="utter_broken_kept", limit=limit)
        say_if_returning(words, dispatcher, order, details, tracker.get_slot("item"))
        return None

    def _add(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        reference: str,
        order: OrderView,
        kind: ProblemKind,
    ) -> None:
        """To a problem that is known, add what is new: words, photographs, another late parcel."""
        details = tracker.get_slot("problem_details") or ""
        if kind is ProblemKind.DELIVERY_NOT_RECEIVED and not details:
            told = [as_late(parcel) for parcel in late_parcels(order, Lateness.DELAYED)]
        else:
            told = [with_photos(details, new_photos(tracker)).strip()]
        added = [
            added_to_ticket(self.services, tracker, kind, one, order.number, reference)
            for one in told
        ]
        numbers = [number for number in added if number]
        dispatcher.utter_message(
            response="utter_problem_added" if numbers else "utter_problem_known",
            number=order.number,
            reference=numbers[-1] if numbers else problem_number(self.services, reference),
        )

    def _say_noted(
        self,
        words: Wording,
        dispatcher: Dispatcher,
        reference: str,
        order: OrderView,
        late: ShipmentView | None,
        wish: str | None,
        kind: ProblemKind,
    ) -> None:
        lost_after = self.services.policies.deliveries.lost_after
        kind_here = kind is ProblemKind.DAMAGED_ITEM or kind is ProblemKind.WRONG_ITEM
        dispatcher.utter_message(
            response="utter_problem_reported" if late is None else "utter_delay_noted",
            keep=words.say("keep_goods") if kind_here else "",
            number=order.number,
            reference=reference,
            wish=words.say(f"remedy_{wish or 'open'}"),
            lost_on=(
                words.day(rules.working_days_after(late.expected_on, lost_after)) if late else ""
            ),
        )
