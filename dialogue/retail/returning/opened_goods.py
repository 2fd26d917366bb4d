"""Goods that may only come back unopened, of which it is told that they are open."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.reasons import reason_in
from dialogue.orders.states import ReturnReason
from dialogue.retail.returning.own_questions import opens_inside, without_inside
from dialogue.retail.returning.returns import chosen_to_return
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_text,
)
from dialogue.retail.task_slots import leave_form, value_before_message
from dialogue.retail.wording import wording

READ = 160  # characters
_ARRIVED = re.compile(
    r"\b(?:arrived|came|when i (?:got|received))\b|收到时|到的时候", re.IGNORECASE
)
_FORMS = frozenset({"exchange_form", "return_form"})


def means_opened(services: RetailServices, tracker: Tracker) -> bool:
    """Whether it is told, of goods in a form that must be unopened, that they are open."""
    if (tracker.active_loop or {}).get("name") not in _FORMS:
        return False
    told = latest_text(tracker)
    if not _ARRIVED.search(told[:READ]):
        told = without_inside(told)  # the seal that is broken is no fault
    why = f"{value_before_message(tracker, 'return_reason') or ''} {told}"
    if not opens_inside(latest_text(tracker)) or reason_in(why) is ReturnReason.DAMAGED:
        return False
    chosen = chosen_to_return(services, tracker)
    policies = services.policies
    return bool(chosen) and all(rules.return_condition(i.article, policies) for i, _ in chosen)


def opened_goods(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say that they can't come back, and end the form."""
    order = current_order(services, tracker)
    if order is None or not means_opened(services, tracker):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    chosen = chosen_to_return(services, tracker)
    condition = rules.return_condition(chosen[0][0].article, services.policies)
    dispatcher.utter_message(
        response=f"utter_aside_opened_{condition}_inside",
        items=words.items(item.pieces(pieces) for item, pieces in chosen),
        buttons=[
            words.button("faulty", "damaged_item", order_number=order.number),
            words.person_button(),
        ],
    )
    return leave_form(tracker)
