"""Why a problem of a delivery cannot be recorded, and what can be done instead."""

from __future__ import annotations

from dialogue.orders.errors import OrderAlreadyCancelled, OrderError, ProblemTooLate
from dialogue.orders.states import Lateness, ProblemKind
from dialogue.orders.views import OrderView
from dialogue.retail.services import Dispatcher, RetailServices
from dialogue.retail.viewing.orders import next_steps
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.wording import Wording


def say_why_no_report(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    error: OrderError,
    order: OrderView,
    kind: ProblemKind,
) -> None:
    """That an order is cancelled, that it is too late, or that nothing has come yet."""
    match error:
        case OrderAlreadyCancelled():
            dispatcher.utter_message(
                response="utter_already_cancelled",
                number=order.number,
                buttons=[words.refund_button(order.number)],
            )
        case ProblemTooLate(last_day=last_day):
            dispatcher.utter_message(
                response="utter_problem_too_late",
                number=order.number,
                days=services.policies.damages.report_within_days,
                last_day=words.day(last_day),
                buttons=[
                    words.button("warranty", "warranty"),
                    words.person_button(reason="warranty"),
                ],
            )
        case _:
            late = late_parcels(order, Lateness.DELAYED) or late_parcels(order, Lateness.LOST)
            here = "utter_not_arrived_late" if late else "utter_not_arrived_yet"
            lost = kind is ProblemKind.DELIVERY_NOT_RECEIVED
            dispatcher.utter_message(
                response="utter_not_sent_yet" if lost else here,
                number=order.number,
                status=words.status(order),
                expected=words.day(order.expected_on),
                buttons=next_steps(services, words, order),
            )
