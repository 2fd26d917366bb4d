"""A delivery that went wrong: recorded, so that a person can make it good."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from dialogue.orders import rules
from dialogue.orders.errors import (
    OrderAlreadyCancelled,
    OrderError,
    ProblemAlreadyReported,
)
from dialogue.orders.states import OrderStatus, ProblemKind
from dialogue.orders.views import OrderView
from dialogue.retail.identity import OrderForm
from dialogue.retail.orders import OrderAction, next_steps
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    current_order,
    plain_words,
    viewer_of,
)
from dialogue.retail.wording import day, refund_button, status

MAX_DETAILS = 2_000


class ProblemForm(OrderForm):
    """The order, what happened, and what would make it good."""

    form = "problem_form"

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Nothing more when there cannot be such a problem, or it is known already."""
        order = current_order(self.services, tracker)
        if order is None or _why_not(order, kind_of(tracker)) is not None:
            return []
        return own

    def validate_problem_details(
        self, value: Any, _dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Whatever the customer tells."""
        return {"problem_details": plain_words(value)[:MAX_DETAILS] or None}

    def validate_wish(
        self, value: Any, dispatcher: Dispatcher, _tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A replacement or the money, also in the customer's own words."""
        wish = wish_in(str(value))
        if wish is None:
            dispatcher.utter_message(response="utter_wish_unclear")
        return {"wish": wish}


class AskProblemDetails(RetailAction):
    """Asks what happened, in words that fit the kind of problem."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_problem_details"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """One response for each kind."""
        order = current_order(self.services, tracker)
        if order is None:
            return []
        kind = kind_of(tracker)
        if kind is ProblemKind.MISSING_ITEM and order.status is OrderStatus.PARTIALLY_SHIPPED:
            dispatcher.utter_message(
                response="utter_second_parcel",
                number=order.number,
                expected=day(order.expected_on),
            )
        dispatcher.utter_message(response=f"utter_ask_details_{kind}", number=order.number)
        return []


class ReportProblemAction(OrderAction):
    """Records the problem, or says why there is nothing to record."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_report_problem"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Record or explain."""
        kind, details = kind_of(tracker), tracker.get_slot("problem_details")
        error = _why_not(order, kind)
        if error is None and details is not None:
            wish = tracker.get_slot("wish")
            try:
                problem = self.services.store.report_problem(
                    viewer_of(tracker), order.number, kind, details, wish
                )
            except OrderError as raised:
                error = raised
            else:
                dispatcher.utter_message(
                    response="utter_problem_reported",
                    number=order.number,
                    reference=problem.reference,
                    wish=wish or "solution",
                )
                return
        if error is not None:
            self._explain(dispatcher, error, order, kind)

    def _explain(
        self, dispatcher: Dispatcher, error: OrderError, order: OrderView, kind: ProblemKind
    ) -> None:
        match error:
            case ProblemAlreadyReported(reference=reference):
                dispatcher.utter_message(
                    response="utter_problem_known", number=order.number, reference=reference
                )
            case OrderAlreadyCancelled():
                dispatcher.utter_message(
                    response="utter_already_cancelled",
                    number=order.number,
                    buttons=[refund_button(order.number)],
                )
            case _:
                lost = kind is ProblemKind.DELIVERY_NOT_RECEIVED
                dispatcher.utter_message(
                    response="utter_not_sent_yet" if lost else "utter_not_arrived_yet",
                    number=order.number,
                    status=status(order),
                    expected=day(order.expected_on),
                    buttons=next_steps(self.services, order),
                )


def kind_of(tracker: Tracker) -> ProblemKind:
    """What kind of problem the conversation is about; a lost parcel unless it was said."""
    try:
        return ProblemKind(tracker.get_slot("problem_kind"))
    except ValueError:
        return ProblemKind.DELIVERY_NOT_RECEIVED


def wish_in(text: str) -> str | None:
    """``replacement`` or ``refund``, if the text asks for exactly one of them."""
    lowered = text.casefold()
    money = any(word in lowered for word in ("refund", "money", "paid back", "reimburse"))
    goods = any(
        word in lowered for word in ("replace", "new one", "again", "another", "resend", "missing")
    )
    if money == goods:
        return None
    return "refund" if money else "replacement"


def _why_not(order: OrderView, kind: ProblemKind) -> OrderError | None:
    """Why such a problem of this order cannot be recorded, or None."""
    for problem in order.problems:
        if problem.kind is kind:
            return ProblemAlreadyReported(order.number, problem.reference)
    try:
        rules.check_problem(order.number, order.status, kind)
    except OrderError as error:
        return error
    return None
