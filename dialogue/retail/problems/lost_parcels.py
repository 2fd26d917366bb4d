"""What is done at once about a parcel that counts as lost: looked for, sent again, or paid back."""

from __future__ import annotations

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.errors import OrderError, OutOfStock
from dialogue.orders.states import ProblemKind, Remedy
from dialogue.orders.views import OrderView, ShipmentView
from dialogue.retail.problems.problem_questions import DONE_AT_ONCE
from dialogue.retail.proof.proving import may_change
from dialogue.retail.services import Dispatcher, RetailServices, once_for, viewer_of
from dialogue.retail.viewing.orders import say_unproven
from dialogue.retail.which_order.choice import inside
from dialogue.retail.wording import wording


def settle_lost(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
    late: ShipmentView,
    remedy: Remedy,
) -> None:
    """Do what was chosen for a lost parcel."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if remedy in DONE_AT_ONCE and not may_change(services, tracker):
        say_unproven(words, dispatcher, tracker)
        return
    try:
        done = services.store.settle_lost(
            viewer_of(tracker),
            order.number,
            late.tracking_number,
            remedy,
            once_for(tracker, order),
        )
    except OutOfStock as error:
        dispatcher.utter_message(
            response="utter_resend_sold_out",
            items=error.product,
            buttons=[
                words.button("money_back", "delivery_not_received", order_number=order.number),
                words.person_button(),
            ],
        )
        return
    except OrderError:
        dispatcher.utter_message(
            response="utter_order_changed_meanwhile",
            number=order.number,
            buttons=[words.status_button(order.number)],
        )
        return
    back = done.refunds[len(order.refunds) :]
    kind = ProblemKind.DELIVERY_NOT_RECEIVED
    dispatcher.utter_message(
        response=f"utter_lost_{remedy}",
        number=order.number,
        reference=next(one.reference for one in done.problems if one.kind is kind),
        contents=words.items(inside(late, order)),
        amount=words.money(sum(refund.amount_cents for refund in back), order.currency),
        method=words.listing(words.term(refund.method) for refund in back),
        expected=words.day(
            max((r.expected_by for r in back if r.expected_by), default=done.expected_on)
        ),
        buttons=[words.status_button(order.number), words.person_button()],
    )
