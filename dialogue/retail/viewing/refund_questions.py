"""What is asked after a refund was told: which way it goes, since when, what if it does not come.

"By card? I thought by PayPal", "and if it is not there on Monday?", "no, the other one": of the
refund just spoken of, whatever a model takes so few words for.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import PaymentStatus
from dialogue.orders.views import OrderView, PaymentView, ReturnView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.people.waiting import IN_QUEUE, was_asked_for
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.returning.side_answers import say_on_the_side
from dialogue.retail.returning.side_questions import Asked, names_own_thing
from dialogue.retail.returning.side_replies import Matter
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.task_slots import forget_task
from dialogue.retail.viewing.orders import RefundStatusAction
from dialogue.retail.viewing.refund_words import (
    ACCUSES,
    AGAIN,
    ALSO,
    AMOUNT,
    ANOTHER,
    CLOSED,
    DIGITS,
    ELSEWHERE,
    FASTER,
    IF_NOT,
    LESS,
    MEANT,
    NEEDED,
    NOT_THERE,
    OF_MONEY,
    OTHERWISE,
    SINCE,
    SURE,
    TO,
    TO_METHOD,
    UNKNOWN,
    WAY,
    WENT,
    WHAT_FOR,
    WHY,
)
from dialogue.retail.which_order.choice import has_refunds
from dialogue.retail.which_order.pointing import order_naming
from dialogue.retail.wording import wording

READ = 120  # characters; who goes on says it shortly
SOON = 3  # messages after the refund was told
_TOLD = re.compile(r"utter_refund_(?!after_return|once_cancelled|none)")
_CANCELLED = "utter_order_cancelled"
_MONEY_TOLD = re.compile(r"utter_(?:refund_|order_cancelled|cancel_|return_|aside_|faq/refund)")


def about_refund(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer of the refund that was told last, or go on to the one that is meant."""
    text, order = latest_text(tracker), current_order(services, tracker)
    short = 0 < len(text) <= READ and not latest_entity(tracker, "order_number")
    if order is not None and short and _asks_faster(tracker, text) and has_refunds(order):
        _say_not_faster(services, dispatcher, tracker, order)
        return []
    told = any(map(_TOLD.match, said_within(tracker, SOON)))
    told |= _CANCELLED in said_within(tracker, 1) and (
        _asks_elsewhere(text) or TO_METHOD.search(text) is not None
    )
    meant = latest_intent(tracker) in MEANT or OF_MONEY.search(text)
    if order is None or not short or not told or not (meant or _just_told(tracker)):
        return None
    refund = max(order.refunds, key=lambda one: one.created_at, default=None)
    if refund is not None and refund.status is PaymentStatus.FAILED and _tells_where(tracker):
        return _hand_over(services, dispatcher, tracker, refund)
    other = _other_meant(services, tracker, order)
    if other is not None:
        return _go_to(services, dispatcher, tracker, other)
    said = (LESS, NOT_THERE, CLOSED, AGAIN, ACCUSES, DIGITS)
    told_of_it = any(words.search(text) for words in said)
    if refund is None or not (is_question(text) or told_of_it) or _of_goods(tracker, order):
        return None
    one = _Refund(services, dispatcher, tracker, order, refund)
    return [] if one.say_again(text) else one.say(text)


def another_refund(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Right after a refund was told, that of another order whose number is said: "and 90010?"."""
    number, viewer = latest_entity(tracker, "order_number"), viewer_of(tracker)
    also = ALSO.search(latest_text(tracker)[:READ]) and _just_told(tracker)
    if number is None or not also or not viewer.signed_in:
        return None
    recent = services.store.recent_orders(viewer, limit=10)
    other = next((one for one in recent if one.number == number and has_refunds(one)), None)
    return _go_to(services, dispatcher, tracker, other) if other else None


def left_of_refund(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Right after a refund was told: of what nothing else answers, a colleague knows."""
    text, order = latest_text(tracker), current_order(services, tracker)
    if order is None or not 0 < len(text) <= READ or latest_entity(tracker, "order_number"):
        return None
    asks = latest_intent(tracker) in UNKNOWN and is_question(text)
    refund = max(order.refunds, key=lambda one: one.created_at, default=None)
    if refund is None or not asks or not _just_told(tracker) or _of_goods(tracker, order):
        return None
    _Refund(services, dispatcher, tracker, order, refund).leave_to_people()
    return []


def _go_to(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, other: OrderView
) -> Events:
    """How the refund of another order stands; or whether it can go elsewhere, if that is asked."""
    number, text = SlotSet("order_number", other.number), latest_text(tracker)
    latest = max(other.refunds, key=lambda one: one.created_at, default=None)
    if latest is not None and _asks_elsewhere(text):
        _Refund(services, dispatcher, tracker, other, latest).say(text)
        return [number]
    return [*forget_task(tracker), number, FollowupAction("refund_status_form")]


def _asks_elsewhere(text: str) -> bool:
    return ELSEWHERE.search(text) is not None and not WENT.search(text)


def _just_told(tracker: Tracker) -> bool:
    """Whether nothing but a refund was spoken of in the last answer."""
    said = said_within(tracker, 1) - {"utter_order_assumed"}
    told = bool(said) and (any(map(_TOLD.match, said)) or said == {_CANCELLED})
    return told and latest_intent(tracker) not in OTHERWISE


def _of_goods(tracker: Tracker, order: OrderView) -> bool:
    """Whether goods are named that are not in the order."""
    text, moves = latest_text(tracker)[:READ], latest_intent(tracker) == "order_status"
    named = latest_entity(tracker, "product") or (moves and names_own_thing(text))
    return bool(named) and not mentioned(text, order.items)


def _asks_faster(tracker: Tracker, text: str) -> bool:
    lately = any(map(_MONEY_TOLD.match, said_within(tracker, SOON)))
    return lately and latest_intent(tracker) in MEANT and FASTER.search(text) is not None


def _say_not_faster(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> None:
    """The bank's days are not the shop's to shorten; a parcel that is sent early is paid early."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    latest = max(order.refunds, key=lambda one: one.created_at, default=None)
    dispatcher.utter_message(
        response="utter_refund_not_faster" if latest else "utter_refund_not_faster_return",
        expected=words.day(latest.expected_by or latest.created_at) if latest else "",
        buttons=[words.person_button()],
    )


def _hand_over(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, refund: PaymentView
) -> Events:
    """A colleague sends refused money elsewhere; who waits for one already is told so."""
    waits = tracker.get_slot(IN_QUEUE) or was_asked_for(tracker)
    if TO.search(latest_text(tracker)):
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        amount = words.money(refund.amount_cents, refund.currency)
        dispatcher.utter_message(response="utter_refund_where_noted", amount=amount)
    elif waits:
        dispatcher.utter_message(response="utter_inform_colleague")
    return [] if waits else [FollowupAction("action_request_human")]


def _tells_where(tracker: Tracker) -> bool:
    """Whether it is told, not asked, where refused money may go, or that a colleague shall know."""
    text = latest_text(tracker)
    agrees = latest_intent(tracker) == "affirm"
    lately = not said_within(tracker, 1).isdisjoint(
        {"utter_refund_failed", "utter_refund_elsewhere"}
    )
    return not is_question(text) and (TO.search(text) is not None or (agrees and lately))


class _Refund:
    """The refund that is spoken of."""

    def __init__(
        self,
        services: RetailServices,
        dispatcher: Dispatcher,
        tracker: Tracker,
        order: OrderView,
        refund: PaymentView,
    ) -> None:
        self.services, self.dispatcher, self.tracker = services, dispatcher, tracker
        self.order, self.refund = order, refund
        self.words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))

    def say(self, text: str) -> Events | None:
        """All of it that the text asks; None where that is something else."""
        facet, failed = facet_in(text), self.refund.status is PaymentStatus.FAILED
        if failed and (response := _of_failed(text, facet)):
            self._say(response, reason="refund_failed")
        elif not failed and _still_missing(text):
            self._say_it_is_missing()
        elif not failed and _asks_elsewhere(text):
            self._say("utter_refund_way")
            self._say("utter_refund_elsewhere", reason="asked")
        elif not failed and TO_METHOD.search(text):
            self._say("utter_refund_way")
        elif not failed and facet is Facet.WHY:
            self._say_where_it_is("utter_refund_why_long")
        elif facet is Facet.MAIL:
            self.dispatcher.utter_message(response="utter_aside_goods_mail")
        elif _asks_elsewhere(text):
            if WHY.search(text):
                self._say("utter_refund_why_failed")
            self._say("utter_refund_elsewhere", reason="refund_failed")
        elif failed and facet is Facet.WHY:
            self._say("utter_refund_why_failed", reason="refund_failed")
        elif not failed and IF_NOT.search(text):
            self._say("utter_refund_if_not", reason="refund_not_arrived")
        elif facet is Facet.DIFFERENCE or LESS.search(text):
            self._say_why_less()
        else:
            return self._say_way_and_day(text, facet)
        return []

    def _say_way_and_day(self, text: str, facet: Facet | None) -> Events | None:
        way, since = WAY.search(text) or DIGITS.search(text), SINCE.search(text)
        if way:
            self._say("utter_refund_way")
        if DIGITS.search(text):
            self.dispatcher.utter_message(response="utter_refund_digits")
        if since:
            self._say("utter_refund_since")
        days = (Facet.WHEN, Facet.HOW_LONG, Facet.UNTIL, Facet.REFUND)
        if not way and not since:
            asks = facet in days or AMOUNT.search(text)
            if not asks or latest_intent(self.tracker) == "get_invoice":
                return None
            RefundStatusAction(self.services).answer(self.dispatcher, self.tracker, self.order)
        return []

    def _say_where_it_is(self, response: str, reason: str = "") -> None:
        """Of money that is with the bank in time; of any other, how it stands."""
        refund, today = self.refund, self.services.clock().date()
        in_time = refund.expected_by is not None and refund.expected_by >= today
        if refund.status is PaymentStatus.SENT and in_time:
            self._say(response, reason)
        else:
            RefundStatusAction(self.services).answer(self.dispatcher, self.tracker, self.order)

    def _say_it_is_missing(self) -> None:
        """Of money that is paid out a colleague finds the way."""
        if self.refund.status is PaymentStatus.SETTLED:
            self._say("utter_refund_settled_unseen", reason="refund_not_arrived")
        else:
            self._say_where_it_is("utter_refund_not_yet", reason="refund_not_arrived")

    def leave_to_people(self) -> None:
        """Say that a colleague can look it up."""
        self._say("utter_refund_unknown", reason="asked")

    def say_again(self, text: str) -> bool:
        """How it stands, to who doubts it, or what it is for; False where neither is asked."""
        if SURE.search(text):
            RefundStatusAction(self.services).answer(self.dispatcher, self.tracker, self.order)
            return True
        if not WHAT_FOR.search(text):
            return False
        parcel, order, words = self._parcel(), self.order, self.words
        goods = words.items(parcel.items) if parcel else words.contents(order)
        self.dispatcher.utter_message(
            response="utter_refund_for",
            number=order.number,
            items=goods,
            amount=words.money(self.refund.amount_cents, self.refund.currency),
        )
        return True

    def _parcel(self) -> ReturnView | None:
        amount = self.refund.amount_cents
        return next((one for one in self.order.returns if one.refund_cents == amount), None)

    def _say_why_less(self) -> None:
        order, amount = self.order, self.refund.amount_cents
        if amount >= order.total_cents:
            self._say("utter_refund_is_all")
            return
        parcel = self._parcel()
        if parcel is None:
            self._say("utter_refund_less", reason="asked")
            return
        asked = Asked(Matter.RETURN, "utter_aside_difference")
        say_on_the_side(self.services, self.dispatcher, self.tracker, asked, order, parcel)

    def _say(self, response: str, reason: str = "") -> None:
        words, refund = self.words, self.refund
        self.dispatcher.utter_message(
            response=response,
            number=self.order.number,
            amount=words.money(refund.amount_cents, refund.currency),
            total=words.money(self.order.total_cents, self.order.currency),
            method=words.term(refund.method),
            since=words.day(refund.created_at),
            days=words.say("working_days", count=self._most_days()),
            expected=words.day(refund.expected_by or refund.settled_at or refund.created_at),
            buttons=[words.person_button(reason=reason)] if reason else None,
        )

    def _most_days(self) -> int:
        refunds = self.services.policies.refunds
        return max((*refunds.working_days.values(), refunds.other_methods))


def _still_missing(text: str) -> bool:
    missing = NOT_THERE.search(text) or ACCUSES.search(text)
    return missing is not None and not IF_NOT.search(text)


def _of_failed(text: str, facet: Facet | None) -> str | None:
    """The response to what is asked or told of money that could not be paid out."""
    if CLOSED.search(text):
        return "utter_refund_closed"
    if NEEDED.search(text):
        return "utter_refund_needed"
    if AGAIN.search(text):
        return "utter_refund_again"
    if facet in (Facet.WHEN, Facet.HOW_LONG, Facet.UNTIL):
        return "utter_refund_again_by"
    return None


def _other_meant(services: RetailServices, tracker: Tracker, order: OrderView) -> OrderView | None:
    """The other order with a refund whose goods are named: "I mean the first aid kit"."""
    text, viewer = latest_text(tracker), viewer_of(tracker)
    if not viewer.signed_in or not ANOTHER.search(text):
        return None
    text = WAY.sub(" ", text)  # "to my card" is no card game
    said = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text)
    recent = services.store.recent_orders(viewer, limit=10)
    named = order_naming(said, [one for one in recent if has_refunds(one)])
    return None if named is None or named.number == order.number else named
