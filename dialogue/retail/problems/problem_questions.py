"""What is asked about a delivery that went wrong: what happened, what shall be done, and a yes."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.errors import ProblemAlreadyReported
from dialogue.orders.states import Lateness, ProblemKind, Remedy
from dialogue.orders.views import ItemView, OrderView, ShipmentView
from dialogue.questions import is_question
from dialogue.retail.goods.variants import named_variant
from dialogue.retail.people.tickets import added_to_ticket, note_in_passing, problem_number
from dialogue.retail.problems.photographs import (
    HINDERED,
    SENT,
    UNCLEAR,
    can_send,
    declines,
    is_hindered,
    wants_photo,
)
from dialogue.retail.problems.problem_words import (
    adds,
    names_problem,
    problem_told,
    tells_more,
    tells_wrong,
)
from dialogue.retail.problems.remedies import (
    MAX_DETAILS,
    late_parcel,
    or_else,
    remedy_buttons,
    said_delivered,
    says_found,
    sold_out,
    wants_goods,
    why_no_problem,
)
from dialogue.retail.problems.still_to_come import (
    lines_to_come,
    say_rest,
    speaks_of_rest,
    tells_nothing_missing,
    to_come,
)
from dialogue.retail.proof.identity import begins
from dialogue.retail.returning.picking import Picked, decoded, mentioned, pick
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_intent,
    latest_text,
    plain_words,
    said_within,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.viewing.orders import say_late
from dialogue.retail.which_order.choice import inside
from dialogue.retail.which_order.pointing import orders_meant
from dialogue.retail.wording import Wording, wording

DONE_AT_ONCE = frozenset({Remedy.REPLACEMENT, Remedy.REFUND})
YES = "Yes, it is missing."  # as a colleague reads it
WHICH_WRONG = "utter_ask_which_wrong"
NOT_HERE, NOT_TWICE = "utter_photo_not_here", 5  # messages in which it is said once
_OTHER_ORDER = re.compile(
    r"\b(?:it['’]?s|it is|i mean|i meant|about|from|of|in)"
    r"\s(?:\w+ )?(?:other|another|different) order\b"
    r"|\bnot (?:this|that) order\b|(?:另一?个?|别的|其他|弄错)订单|不是这[个张]?(?:订)?单",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\bactually\b|\bnot (?:really )?(?:broken|damaged|wrong|missing)\b|不是(?:坏|破|错|少)", re.I
)
JUST_TOLD = 2  # messages in which it need not be told twice how late a parcel is


class AskSettle(RetailAction):
    """Asks for a yes before a lost parcel is sent again or paid back."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_problem_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name what was in it, and where the goods or the money go."""
        order, wish = current_order(self.services, tracker), tracker.get_slot("wish")
        late = late_of(tracker, order) if order else None
        if order is None or late is None or wish not in DONE_AT_ONCE:
            return []
        words, policies = self.words(tracker), self.services.policies
        note_in_passing(self.services, dispatcher, tracker)
        said = words.in_records(latest_text(tracker))
        if wish == Remedy.REPLACEMENT and _wants_another(self.services, said, late, order):
            dispatcher.utter_message(response="utter_resent_as_it_was")
        dispatcher.utter_message(
            response=f"utter_confirm_lost_{wish}",
            number=order.number,
            contents=words.items(inside(late, order)),
            amount=words.money(_paid_back_cents(late, order), order.currency),
            method=words.term(order.method),
            days=words.say("working_days", count=policies.refunds.days_for(order.method)),
            resent=words.say("working_days", count=policies.deliveries.resent_after),
            buttons=[words.button("yes", "affirm"), words.button("leave", "deny")],
        )
        return []


def _paid_back_cents(parcel: ShipmentView, order: OrderView) -> int:
    lost = [item for item in order.items if item.line in parcel.lines]
    return rules.lost_refund_cents(
        [(item.unit_cents, item.quantity) for item in lost],
        len(lost) == len(order.items),
        order.total_cents,
        order.subtotal_cents,
        order.discount_cents,
    )


def _wants_another(
    services: RetailServices, said: str, late: ShipmentView, order: OrderView
) -> bool:
    """Whether what is sent again shall be of another size or colour."""
    lost = [item for item in order.items if item.line in late.lines]
    return bool(said) and any(named_variant(services, said, item) for item in lost)


class AskWish(RetailAction):
    """Asks what would make it good; about a late parcel, after saying honestly how late it is."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_problem_form_wish"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Only the remedies that the policies name, and that are possible."""
        order, kind = current_order(self.services, tracker), kind_of(tracker)
        late = late_of(tracker, order) if order else None
        if order is None or late is None:
            if order and begins(tracker) and latest_text(tracker):
                dispatcher.utter_message(response="utter_sorry_for_it")
            first = not tracker.get_slot("asked_again")
            if (
                first
                and NOT_HERE not in said_within(tracker, NOT_TWICE)
                and order
                and wants_photo(self.services, order, kind)
                and not can_send(tracker)
            ):
                dispatcher.utter_message(response=NOT_HERE)
            dispatcher.utter_message(response="utter_ask_wish")
            return []
        words = self.words(tracker)
        note_in_passing(self.services, dispatcher, tracker)
        told = "utter_parcel_lost" in said_within(tracker, JUST_TOLD)
        if not told and not tracker.get_slot("asked_again"):
            say_late(self.services, words, dispatcher, order, late)
        lost = late.lateness is Lateness.LOST
        dispatcher.utter_message(
            response="utter_ask_lost_wish" if lost else "utter_ask_delayed_wish",
            buttons=[
                *remedy_buttons(self.services, words, order, late, "inform"),
                words.person_button(),
            ],
        )
        return []


def say_what_waiting_brings(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, parcel: ShipmentView
) -> None:
    """Until when a late parcel is looked for, and what may be chosen then."""
    last = rules.working_days_after(parcel.expected_on, services.policies.deliveries.lost_after)
    dispatcher.utter_message(response=f"utter_waiting_{parcel.lateness}", lost_on=words.day(last))


class AskProblemDetails(RetailAction):
    """Asks what happened, in words that fit the kind of problem."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_problem_details"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """One response for each kind, and one for what is known already."""
        order = current_order(self.services, tracker)
        if order is None:
            return []
        kind = kind_of(tracker)
        known = why_no_problem(self.services, order, kind)
        if isinstance(known, ProblemAlreadyReported):
            words = self.words(tracker)
            dispatcher.utter_message(
                response="utter_ask_details_more",
                number=order.number,
                reference=problem_number(self.services, known.reference),
                buttons=[words.button("nothing_new", "stop"), words.person_button()],
            )
            return []
        words = self.words(tracker)
        if kind is ProblemKind.MISSING_ITEM and to_come(order):
            here = [one.label for one in order.items if one.line not in lines_to_come(order)]
            if not tracker.get_slot("asked_again"):
                say_rest(self.services, words, dispatcher, order)
            response = "utter_rest_all_here" if here else "utter_rest_none_here"
            dispatcher.utter_message(response=response, items=words.items(here))
            return []
        lines = decoded(tracker.get_slot("item"))
        named = [one for one in order.items if one.line in lines]
        if kind is ProblemKind.WRONG_ITEM and tells_wrong(_first_told(tracker)) and not named:
            dispatcher.utter_message(response=WHICH_WRONG, number=order.number)
        elif kind is ProblemKind.DAMAGED_ITEM and named:
            items = words.items(item.label for item in named)
            dispatcher.utter_message(response="utter_ask_what_is_wrong", items=items)
        elif kind is ProblemKind.DELIVERY_NOT_RECEIVED and (
            came := said_delivered(order, lines or [one.line for one in order.items])
        ):
            dispatcher.utter_message(
                response="utter_ask_details_said_delivered",
                number=order.number,
                items=words.items(inside(came, order)),
                day=words.day(came.delivered_at) if came.delivered_at else "",
            )
        else:
            dispatcher.utter_message(response=f"utter_ask_details_{kind}", number=order.number)
        return []


def items_told(words: Wording, order: OrderView, text: str) -> list[ItemView]:
    """The goods of an order that a text names; the only ones where there are no others."""
    if len(order.items) == 1:
        return list(order.items)
    found = pick(mentioned(words.in_records(text), order.items), order.items)
    return [i for i in order.items if isinstance(found, Picked) and i.line in found.pieces]


def told_details(tracker: Tracker, value: object) -> str | None:
    """What was told of a problem; a pressed yes tells that the parcel is missing."""
    yes = YES if latest_intent(tracker) == "affirm" else None
    told = plain_words(value)[:MAX_DETAILS] or yes
    if told and WHICH_WRONG in said_within(tracker, 1):
        return f"{_first_told(tracker)} ({told})"[:MAX_DETAILS]
    return told


def another_problem(services: RetailServices, tracker: Tracker) -> dict[str, Any] | None:
    """What changes where another order is meant after all, or another kind of problem told.

    The other order where the words point at one, else it is asked; None where neither is so.
    """
    text, kind, viewer = latest_text(tracker)[:MAX_DETAILS], kind_of(tracker), viewer_of(tracker)
    tells_goods = kind is not ProblemKind.WRONG_ITEM and not is_question(text)
    if viewer.signed_in and tells_goods and _OTHER_ORDER.search(text):
        recent = services.store.recent_orders(viewer, limit=10)
        said = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text)
        present = tracker.get_slot("order_number")
        others = [one for one in orders_meant(said, (), recent, present) if one != present]
        number = others[0] if len(others) == 1 else None
        return {"problem_details": None, "item": None, "order_number": number}
    other = problem_told(text)
    of_goods = kind is not ProblemKind.DELIVERY_NOT_RECEIVED
    sure = other == latest_intent(tracker) or _NOT_SO.search(text)
    if of_goods and other not in (None, kind) and sure:
        return {"problem_kind": str(other), "problem_details": told_details(tracker, text)}
    return None


def wish_or_more(
    dispatcher: Dispatcher, tracker: Tracker, text: str, late: ShipmentView | None
) -> dict[str, Any]:
    """What is made of an answer to the question for a remedy that names none of them.

    "I want the white one" is the goods; more of what happened is added to what was told.
    """
    told = plain_words(text)[:MAX_DETAILS]
    if late is not None:
        dispatcher.utter_message(response="utter_late_wish_unclear")
        return {"wish": None}
    if wants_goods(told) and not is_question(told):
        return {"wish": Remedy.REPLACEMENT}
    before = tracker.get_slot("problem_details")
    if before and not is_question(told) and tells_more(told):
        dispatcher.utter_message(response="utter_wish_told_more")
        return {"wish": None, "problem_details": f"{before} / {told}"[:MAX_DETAILS]}
    dispatcher.utter_message(response="utter_wish_unclear")
    return {"wish": None}


def photo_or_more(dispatcher: Dispatcher, tracker: Tracker, value: object) -> dict[str, Any]:
    """What is made of an answer to the question for a photograph: sent, skipped, or neither.

    What is told more of the problem is kept; what hinders a photograph is explained.
    """
    text, told = latest_text(tracker), latest_intent(tracker)
    before = tracker.get_slot("problem_details")
    hindered = is_hindered(text)
    tells = told in set(ProblemKind) or names_problem(text) or adds(text)
    tells = tells and value != SENT and not (hindered or is_question(text))
    if before and text and tells and not declines(tracker):
        dispatcher.utter_message(response="utter_wish_told_more")
        return {"photo": None, "problem_details": f"{before} / {text}"[:MAX_DETAILS]}
    said = {SENT: "utter_photo_thanks", "": HINDERED if hindered else UNCLEAR}
    dispatcher.utter_message(response=said.get(str(value), "utter_photo_skipped"))
    return {"photo": value or None}


def _first_told(tracker: Tracker) -> str:
    """What began the form, where it was written."""
    begun = (tracker.active_loop or {}).get("trigger_message") or {}
    return plain_words(begun.get("text") or "")[:MAX_DETAILS]


def or_else_of(
    services: RetailServices, tracker: Tracker, order: OrderView | None, told: str
) -> Remedy | None:
    """What "send it again if you have it, otherwise my money" comes to, by what is in stock."""
    if order is None or not or_else(told):
        return None
    late, lines = late_of(tracker, order), decoded(tracker.get_slot("item"))
    meant = late.lines if late else tuple(lines) or tuple(one.line for one in order.items)
    gone = sold_out(services, [one for one in order.items if one.line in meant])
    return Remedy.REFUND if gone else Remedy.REPLACEMENT


def of_goods(words: Wording, order: OrderView, details: str, item: str | None) -> str:
    """What a colleague reads of it: the goods before words that name none of several."""
    lines = decoded(item)
    named = [one.label for one in order.items if one.line in lines]
    if not named or len(order.items) < 2 or items_told(words, order, details):
        return details
    return f"{', '.join(named)}: {details}"


def parcel_found(tracker: Tracker) -> bool:
    """Whether the latest message says that a parcel reported as missing is there after all."""
    missing = kind_of(tracker) is ProblemKind.DELIVERY_NOT_RECEIVED
    return missing and says_found(latest_text(tracker))


def say_found(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, tracker: Tracker, number: str
) -> None:
    """That we are glad; where the search was noted before, a colleague reads it too."""
    order, kind = current_order(services, tracker), ProblemKind.DELIVERY_NOT_RECEIVED
    noted = [one.reference for one in order.problems if one.kind is kind] if order else []
    told = noted and added_to_ticket(
        services, tracker, kind, latest_text(tracker), number, noted[-1]
    )
    dispatcher.utter_message(
        response="utter_parcel_found_noted" if told else "utter_parcel_found",
        number=number,
        reference=told or "",
        buttons=[words.person_button()] if noted else [],
    )


def waits_for_rest(
    words: Wording, tracker: Tracker, order: OrderView, told_now: object = None
) -> bool:
    """Whether what is told as missing is only what is still to come of the order.

    By what was told of it, or the first words as far as they speak of the rest.
    """
    if kind_of(tracker) is not ProblemKind.MISSING_ITEM or not to_come(order):
        return False
    details = told_now or tracker.get_slot("problem_details")
    told = str(details) if details else _first_told(tracker)
    if details is None and not speaks_of_rest(told):
        return False
    return tells_nothing_missing(words, order, told)


def first_or_order(tracker: Tracker) -> bool:
    """Whether the latest message began the form, or says which order it is, and perhaps more."""
    return begins(tracker) or tracker.get_slot(REQUESTED_SLOT) == "order_number"


def only_waits(words: Wording, tracker: Tracker, order: OrderView) -> bool:
    """Whether something is reported missing while only what is to come is not here."""
    missing = kind_of(tracker) is ProblemKind.MISSING_ITEM and bool(to_come(order))
    untold = tracker.get_slot("problem_details") is None
    return missing and (untold or waits_for_rest(words, tracker, order))


def late_of(tracker: Tracker, order: OrderView) -> ShipmentView | None:
    """The late parcel that the report is about, by the goods that were named."""
    return late_parcel(order, kind_of(tracker), decoded(tracker.get_slot("item")))


def other_goods(
    words: Wording, tracker: Tracker, order: OrderView | None
) -> dict[int, int | None] | None:
    """The goods that the latest message names instead: they came by what the carrier says."""
    if order is None or kind_of(tracker) is not ProblemKind.DELIVERY_NOT_RECEIVED:
        return None
    lines = {one.line: None for one in items_told(words, order, latest_text(tracker)[:MAX_DETAILS])}
    other = lines.keys() != decoded(tracker.get_slot("item")).keys()
    return dict(lines) if lines and other and said_delivered(order, lines) else None


def kind_of(tracker: Tracker) -> ProblemKind:
    """What kind of problem the conversation is about; a lost parcel unless it was said."""
    try:
        return ProblemKind(tracker.get_slot("problem_kind"))
    except ValueError:
        return ProblemKind.DELIVERY_NOT_RECEIVED
