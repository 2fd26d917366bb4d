"""Sending something back for the money."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders import rules
from dialogue.orders.errors import (
    ChangedMeanwhile,
    NotReturnable,
    NotReturnableReason,
    OrderError,
)
from dialogue.orders.reasons import reason_in
from dialogue.orders.states import ReturnReason
from dialogue.orders.views import ItemView, OrderView
from dialogue.retail.proof.identity import begins
from dialogue.retail.returning.announced import say_if_reported
from dialogue.retail.returning.answer_beside import reason_beside, says_why
from dialogue.retail.returning.deadlines import hand_in_until
from dialogue.retail.returning.items import PIECES, Chosen, ItemForm, chosen_pieces, returnable
from dialogue.retail.returning.off_again import asks_if_off, say_if_off
from dialogue.retail.returning.own_questions import tells_use
from dialogue.retail.returning.picking import (
    Picked,
    WrongNumber,
    all_but,
    decoded,
    says_everything,
)
from dialogue.retail.returning.side_answers import say_at_once
from dialogue.retail.returning.side_replies import Matter
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_text,
    once_for,
    plain_words,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.task_slots import REQUESTED_SLOT, value_before_message
from dialogue.retail.viewing.orders import ChangeAction
from dialogue.retail.which_order.choice import announced_returns, may_cancel
from dialogue.retail.wording import Button, Wording

MAX_REASON = 500
_READ = 300  # characters of a wish that are looked through for its reason
_ASKED_BEFORE = (None, "order_number", "item", "pieces")  # the reason is asked for


class ReturnForm(ItemForm):
    """The order, what of it, why, and a yes."""

    form = "return_form"

    def possible(self, order: OrderView) -> tuple[ItemView, ...]:
        """What may come back today."""
        return returnable(self.services, order)

    def named(self, said: str, possible: tuple[ItemView, ...]) -> Picked | WrongNumber | None:
        """Also everything, or all but what stays."""
        rest = all_but(said, possible)
        found = None if rest else super().named(said, possible)
        if found is None and rest is None and says_everything(said):
            return Picked({item.line: item.returnable for item in possible}) if possible else None
        return rest or found

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """What the very wish asks as well is answered first."""
        events: Events = await super().get_validation_events(dispatcher, tracker, domain)
        if not begins(tracker) or not latest_text(tracker):
            return events
        order = current_order(self.services, tracker)
        told = say_at_once(self.services, dispatcher, tracker, order, Matter.RETURN)
        return [*events, *told]

    def extract_return_reason(
        self, _dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """What the wish says of why, "too small", or an answer that also asks something."""
        beside = reason_beside(tracker)
        if beside and not self._question_waits(tracker, domain):
            return {"return_reason": beside}
        asked, text = tracker.get_slot("requested_slot"), latest_text(tracker)[:_READ]
        if asked not in _ASKED_BEFORE or tracker.get_slot("return_reason"):
            return {}
        return {"return_reason": text} if says_why(text) else {}

    def validate_return_reason(
        self, value: Any, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Any reason will do; a number of pieces is none, nor what stays."""
        text = latest_text(tracker)
        answers = tracker.get_slot(REQUESTED_SLOT) == "return_reason"
        corrected = tracker.get_slot("item") != value_before_message(tracker, "item")
        if text and (PIECES.fullmatch(meant_in(str(value))) or (corrected and answers)):
            return {"return_reason": None}
        return {"return_reason": plain_words(value)[:MAX_REASON] or None}


class AskReturn(RetailAction):
    """Shows what would come back, what it costs and pays, and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_return_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the pieces, in what state they must be, who pays the way, and the refund."""
        order, chosen = (
            current_order(self.services, tracker),
            chosen_to_return(self.services, tracker),
        )
        if order is None:
            return []
        policies, words = self.services.policies, self.words(tracker)
        worth = sum(
            rules.item_refund_cents(
                item.unit_cents, pieces, order.subtotal_cents, order.discount_cents
            )
            for item, pieces in chosen
        )
        reason = reason_in(tracker.get_slot("return_reason") or "")
        postage = rules.postage_cents(
            reason,
            worth,
            viewer_of(tracker).signed_in,
            policies,
        )
        say_conditions(self.services, words, dispatcher, chosen)
        why = str(tracker.get_slot("return_reason") or "")
        used = reason is not ReturnReason.DAMAGED and tells_use(why)
        if used and "utter_aside_opened" not in said_within(tracker, 3):
            dispatcher.utter_message(response="utter_aside_opened")
        prices = [item.unit_cents for item, _ in chosen]
        if reason is ReturnReason.DAMAGED and rules.stays_when_broken(prices, policies):
            limit = words.money(policies.damages.kept_below, order.currency)
            dispatcher.utter_message(response="utter_broken_may_stay", limit=limit)
        dispatcher.utter_message(
            response="utter_confirm_return_postage" if postage else "utter_confirm_return",
            number=order.number,
            items=words.items(item.pieces(pieces) for item, pieces in chosen),
            amount=words.money(worth - postage, order.currency),
            worth=words.money(worth, order.currency),
            postage=words.money(postage, order.currency),
            method=words.term(order.method),
        )
        return []


class ReturnAction(ChangeAction):
    """Announces the return after a yes; says why not when the rules forbid it."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_return_items"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Announce, keep, or explain."""
        chosen, confirmed = chosen_to_return(self.services, tracker), tracker.get_slot("confirmed")
        words = self.words(tracker)
        if confirmed is False:
            dispatcher.utter_message(response="utter_return_dropped")
        elif confirmed is not True:
            if not chosen:
                named = decoded(tracker.get_slot("item"))
                say_not_returnable(self.services, words, dispatcher, order, named)
        else:  # of a turn that is taken again nothing is left to choose, and the key knows
            reason = tracker.get_slot("return_reason") or ""
            try:
                parcel = self.services.store.request_return(
                    viewer_of(tracker),
                    order.number,
                    {item.line: pieces for item, pieces in chosen},
                    reason,
                    once_for(tracker, order),
                )
            except OrderError as error:
                say_why_it_stays(self.services, words, dispatcher, error, order)
                return
            dispatcher.utter_message(
                response=(
                    "utter_return_announced_postage"
                    if parcel.postage_cents
                    else "utter_return_announced"
                ),
                number=order.number,
                reference=parcel.reference,
                items=words.items(parcel.items),
                last_day=words.day(hand_in_until(parcel, self.services.policies)),
                amount=words.money(parcel.refund_cents, parcel.currency),
                postage=words.money(parcel.postage_cents, parcel.currency),
                method=words.term(order.method),
                days=words.say(
                    "working_days", count=self.services.policies.refunds.days_for(order.method)
                ),
                buttons=[words.button("return_else", "return_item", order_number=order.number)],
            )
            say_if_reported(self.services, words, dispatcher, tracker, order, parcel)
            if asks_if_off(latest_text(tracker)):
                say_if_off(words, dispatcher, order, latest_text(tracker), parcel)


def say_conditions(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, chosen: Chosen
) -> None:
    """What has come back already, and in what state the pieces must be where there is a rule."""
    for item, pieces in chosen:
        if item.returnable < item.quantity:
            dispatcher.utter_message(
                response="utter_item_partly_announced",
                item=item.name,
                count=item.quantity - item.returnable,
                quantity=item.quantity,
            )
        condition = rules.return_condition(item.article, services.policies)
        if condition is not None:
            dispatcher.utter_message(
                response=f"utter_only_{condition}", item=words.item(item.pieces(pieces))
            )


def say_not_returnable(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    named: Collection[int] = (),
) -> None:
    """Why nothing of an order may come back, or not what was named of it, by lines."""
    today = services.clock().date()
    reason, last_day = NotReturnableReason.ALREADY_RETURNED, None
    items = [item for item in order.items if item.line in named] or order.items
    for item in items:
        try:
            rules.check_return(
                order.number,
                order.status,
                item.delivered_on,
                item.returnable,
                today,
                services.policies,
                item.article,
            )
        except NotReturnable as error:
            reason, last_day = error.reason, error.last_day
    left = returnable(services, order)
    if reason is NotReturnableReason.ALREADY_RETURNED and left:
        _say_announced(words, dispatcher, order, items[0])
        return
    if reason is NotReturnableReason.NOT_DELIVERED and left:
        _say_not_here(services, words, dispatcher, order, items)
        return
    if reason is NotReturnableReason.NOT_DELIVERED:
        items = [item for item in items if item.delivered_on is None]
    phrase = "what_is_in_order" if reason is NotReturnableReason.EXCLUDED else "the_order"
    what = words.say(phrase, number=order.number)
    announced_all = reason is NotReturnableReason.ALREADY_RETURNED
    keep = _keep_it(words, order) if announced_all else []
    unsent = not keep and may_cancel(order, services.policies)
    cancel = [words.button("cancel", "cancel_order", order_number=order.number)] if unsent else []
    if 0 < len(items) < len(order.items):
        what = words.items(item.label for item in items)
    dispatcher.utter_message(
        response="utter_not_returnable_not_sent"
        if unsent and reason is NotReturnableReason.NOT_DELIVERED
        else f"utter_not_returnable_{reason}",
        what=what,
        subject=what[:1].upper() + what[1:],
        number=order.number,
        last_day=words.day(last_day) if last_day else "",
        days=services.policies.returns.days,
        buttons=[*keep, *cancel, *_after(words, reason, order.number)],
    )


def _say_not_here(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    items: Collection[ItemView],
) -> None:
    """What of an order has not arrived, when it should, and what has and may come back."""
    here = returnable(services, order)
    coming = [item for item in items if item.delivered_on is None]
    expected = _expected(order, coming)
    due = expected is not None and expected >= services.clock().date()
    dispatcher.utter_message(
        response="utter_not_here_yet_expected" if due else "utter_not_here_yet",
        items=words.items(item.label for item in coming),
        number=order.number,
        expected=words.day(expected) if expected else "",
        here=words.items(item.pieces(item.returnable) for item in here),
        buttons=[
            words.button("return_else", "return_item", order_number=order.number),
            words.status_button(order.number),
            words.person_button(),
        ],
    )


def _expected(order: OrderView, items: Collection[ItemView]) -> date | None:
    """The day by which all of these should be there."""
    lines = {item.line for item in items}
    parcels = [parcel for parcel in order.shipments if lines & set(parcel.lines)]
    packed = {line for parcel in parcels for line in parcel.lines}
    days = [parcel.expected_on for parcel in parcels]
    if not lines <= packed:
        days.append(order.expected_on)
    return max(days, default=None)


def _say_announced(
    words: Wording, dispatcher: Dispatcher, order: OrderView, item: ItemView
) -> None:
    """That all pieces of an item are in a return; others of the order may still come back."""
    of_it = [one for one in order.returns if any(item.name in piece for piece in one.items)]
    parcel = next((one for one in reversed(of_it) if one.to_come), None)
    dispatcher.utter_message(
        response="utter_item_announced" if parcel else "utter_item_returned",
        item=words.item(item.label),
        reference=parcel.reference if parcel else "",
        buttons=[
            *_keep_it(words, order),
            words.button("return_else", "return_item", order_number=order.number),
        ],
    )


def _keep_it(words: Wording, order: OrderView) -> list[Button]:
    """Take back what is announced: then it can be swapped or sent back otherwise."""
    announced = announced_returns(order)
    number = order.number
    return [words.button("withdraw", "withdraw_return", order_number=number)] if announced else []


def say_why_it_stays(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    error: OrderError,
    order: OrderView,
) -> None:
    """Tell why this does not come back, and what can be done instead."""
    if isinstance(error, ChangedMeanwhile):
        dispatcher.utter_message(
            response="utter_order_changed_meanwhile",
            number=order.number,
            buttons=[words.status_button(order.number)],
        )
    else:
        say_not_returnable(services, words, dispatcher, order)


def _after(words: Wording, reason: NotReturnableReason, number: str) -> list[Button]:
    """What helps when nothing may come back."""
    match reason:
        case NotReturnableReason.NOT_DELIVERED:
            return [words.status_button(number), words.person_button()]
        case NotReturnableReason.TOO_LATE:
            return [words.button("warranty", "warranty"), words.person_button()]
    return [words.refund_button(number), words.person_button()]


def chosen_to_return(services: RetailServices, tracker: Tracker) -> Chosen:
    """The pieces that the form is about so far."""
    order = current_order(services, tracker)
    return chosen_pieces(
        returnable(services, order) if order else (),
        tracker.get_slot("item"),
        tracker.get_slot("pieces"),
    )
