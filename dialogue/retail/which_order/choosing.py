"""Choosing the order that a wish is about; the wish that it interrupts is kept aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders.errors import OrderNotFound
from dialogue.orders.states import ProblemKind
from dialogue.orders.views import OrderView
from dialogue.retail.changing.instead import (
    RESEND,
    SWAP,
    form_instead,
    form_meant,
    kind_meant,
    part_to_cancel,
)
from dialogue.retail.changing.part_of_order import Part, taken_out
from dialogue.retail.proof.proving import code_of_left
from dialogue.retail.returning.answer_beside import reason_beside
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.returning.two_things import (
    ReturnAndSwap,
    invoice_and_return,
    orders_by_goods,
    return_and_swap,
)
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    order_known,
    viewer_of,
)
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.talk.not_yet import asks_whether_done
from dialogue.retail.talk.tasks import (
    LEFT,
    RESUMED,
    WAITING,
    intent_of,
    kept_aside,
    kept_wishes,
    others_wait,
    wish,
)
from dialogue.retail.task_slots import (
    FORM_OF_INTENT,
    RESUMABLE,
    forget_task,
    intent_of_form,
    value_before_message,
)
from dialogue.retail.which_order.choice import fitting, may_change_contents
from dialogue.retail.which_order.goods_of_orders import goods_named, only_one
from dialogue.retail.which_order.order_dates import placed_then
from dialogue.retail.which_order.orders_named import order_before, own_numbers
from dialogue.retail.which_order.pointing import (
    names_goods_of,
    orders_meant,
    reference_in,
    says_before,
    says_it,
)
from dialogue.retail.which_order.resting import rested
from dialogue.retail.wording import Wording

# Forms that decide what becomes of goods: who begins one in the middle of another has thought
# again, and is not asked whether to go on with the first.
DECIDING = frozenset(
    {
        "cancel_order_form",
        "exchange_form",
        "modify_order_form",
        "problem_form",
        "return_form",
        "withdraw_return_form",
    }
)


_BACK = {"exchange_form", "return_form"}
_SENDING = frozenset({"exchange_item", "modify_order", "return_item"})
AS_IT_WAS = "order_version"  # of the order when a yes was said to what shall become of it
# Wishes that only look: in the middle of another they are about its order.
LOOKING = frozenset({"get_invoice", "order_status", "refund_status", "shipping_updates"})


class ChooseOrder(RetailAction):
    """Begins a wish: forgets the one before, and assumes the order when there is only one.

    It names what it assumes. Of a guest it assumes nothing.
    """

    def name(self) -> str:
        """Rasa's name."""
        return "action_choose_order"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Clear the task's slots, and fill or clear the order's number.

        What was being done is kept aside; what was known of a wish that goes on is there again.
        Where the order's state makes another wish of this one, its form is begun.
        """
        if asks_whether_done(tracker):
            dispatcher.utter_message(response="utter_not_yet")
            return [FollowupAction((tracker.active_loop or {})["name"])]
        code_typed = code_of_left(self.services, dispatcher, tracker)
        if code_typed:
            return code_typed
        events = [
            *left_behind(self.services, tracker),
            *_begun_anew(tracker),
            *forget_task(tracker),
            *_same_goods(tracker),
        ]
        chosen = self._choose(dispatcher, tracker)
        events += chosen
        numbers = [one["value"] for one in chosen if one.get("name") == "order_number"]
        number = numbers[-1] if numbers else tracker.get_slot("order_number")
        resumed = tracker.get_slot(RESUMED)
        if isinstance(resumed, dict):
            if resumed.get("intent") == latest_intent(tracker):
                known = dict(resumed.get("known") or {})
                if known.pop(AS_IT_WAS, None) != version_of(self.services, tracker, number):
                    known.pop("confirmed", None)  # the yes was for another state of the order
                events += [SlotSet(n, known[n]) for n in RESUMABLE if known.get(n) is not None]
            events.append(SlotSet(RESUMED, None))
        if latest_intent(tracker) in set(ProblemKind):
            events.append(SlotSet("problem_kind", latest_intent(tracker)))
        both = self._return_and_swap(tracker, number)
        if both is not None:
            dispatcher.utter_message(response="utter_return_then_swap")
            later = wish(
                "exchange_item",
                None,
                order_number=str(number),
                item=both.swapped,
                replacement=both.replacement,
            )
            waiting = SlotSet(WAITING, [later, *kept_wishes(tracker, WAITING)])
            return [*events, SlotSet("item", both.back), waiting, FollowupAction("return_form")]
        cancelled = part_to_cancel(self.services, tracker, number)
        if cancelled is not None:
            return [*events, *self._part_cancelled(dispatcher, tracker, *cancelled)]
        form = form_instead(self.services, tracker, number)
        meant = form_meant(self.services, tracker)
        if meant is not None:
            kind = [SlotSet("problem_kind", kind_meant(tracker))] if meant == RESEND else []
            return [*events, *kind, FollowupAction(meant)]
        if form is not None:
            if form == SWAP or self._may_change_contents(tracker, number):
                dispatcher.utter_message(response=f"utter_{form}_instead", number=number)
            events.append(FollowupAction(form))
        return events

    def _part_cancelled(
        self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView, part: Part
    ) -> Events:
        """Take it out; where nothing can be taken out any more, that is said first."""
        if may_change_contents(order, self.services.policies):
            dispatcher.utter_message(
                response="utter_modify_order_form_instead", number=order.number
            )
            return taken_out(tracker, order, part)
        dispatcher.utter_message(response="utter_only_whole_order", number=order.number)
        return []

    def _return_and_swap(self, tracker: Tracker, number: object) -> ReturnAndSwap | None:
        """Both, of the order that was chosen."""
        if latest_intent(tracker) not in _SENDING or number is None:
            return None
        try:
            order = self.services.store.order(viewer_of(tracker), str(number))
        except OrderNotFound:
            return None
        return return_and_swap(self.services, tracker, order)

    def _may_change_contents(self, tracker: Tracker, number: str) -> bool:
        order = self.services.store.order(viewer_of(tracker), number)
        return may_change_contents(order, self.services.policies)

    def _choose(self, dispatcher: Dispatcher, tracker: Tracker) -> Events:
        viewer = viewer_of(tracker)
        if not viewer.signed_in:
            return [SlotSet("order_number", one) for one in own_numbers(tracker, [])]
        recent = self.services.store.recent_orders(viewer, limit=10)
        back = reference_in(latest_text(tracker))  # "cancel R-00186"
        returned = [o.number for o in recent if back in {one.reference for one in o.returns}]
        if returned:
            return [SlotSet("order_number", returned[0])]
        several = own_numbers(tracker, [order.number for order in recent])
        if several or latest_entity(tracker, "order_number"):
            return _one_after_the_other(tracker, several)
        if says_before(latest_text(tracker)) and order_known(self.services, tracker):
            return self._before(dispatcher, tracker)
        return [] if _still_deciding(tracker, recent) else self._of(dispatcher, tracker, recent)

    def _of(self, dispatcher: Dispatcher, tracker: Tracker, recent: Sequence[OrderView]) -> Events:
        """The orders that are named, else what is clear without a name."""
        form = form_meant(self.services, tracker) or FORM_OF_INTENT.get(latest_intent(tracker), "")
        possible = fitting(form, recent, self.services.clock().date(), self.services.policies)
        named = self._named(dispatcher, tracker, recent, possible)
        if named:
            goods = orders_by_goods(latest_text(tracker), possible)
            return _one_after_the_other(tracker, named, goods)
        return self._unnamed(dispatcher, tracker, recent, possible)

    def _before(self, dispatcher: Dispatcher, tracker: Tracker) -> Events:
        """The order placed before the one spoken of, if there is one."""
        before, present = order_before(self.services, tracker), tracker.get_slot("order_number")
        if before is None:
            dispatcher.utter_message(response="utter_no_order_before", number=present)
            return []
        say_assumed(self.words(tracker), dispatcher, before)
        return [SlotSet("order_number", before.number)]

    def _unnamed(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        recent: Sequence[OrderView],
        possible: Sequence[OrderView],
    ) -> Events:
        """The order spoken of, or the only possible one; not when goods of no order are named."""
        elsewhere = self._goods_elsewhere(tracker, recent)
        if possible and elsewhere:
            dispatcher.utter_message(response="utter_goods_in_no_order", goods=elsewhere)
            return [SlotSet("order_number", None)]
        text, present = latest_text(tracker), tracker.get_slot("order_number")
        known = self.words(tracker).in_records(text)
        named = [order.number for order in recent if names_goods_of(known, order)]
        if len(named) > 1 and present not in named:
            return [SlotSet("order_number", None)]  # one of these, and not the one spoken of
        looks = latest_intent(tracker) in LOOKING and (tracker.active_loop or {}).get("name")
        if looks and order_known(self.services, tracker):
            return []  # in the middle of something about this order
        it = present in named or (says_it(text) and order_known(self.services, tracker))
        it = it or form_instead(self.services, tracker, present) is not None
        if it or any(order.number == present for order in possible):
            return []  # the order spoken of, whether or not the wish can be granted
        only = only_one(self.words(tracker), text, recent, possible)
        if only is not None:
            if only.number != present:
                say_assumed(self.words(tracker), dispatcher, only)
            return [SlotSet("order_number", only.number)]
        return [SlotSet("order_number", None)] if possible else []

    def _goods_elsewhere(self, tracker: Tracker, recent: Sequence[OrderView]) -> str | None:
        """Goods of the shop that the message names and that are in none of the orders."""
        text = latest_text(tracker)
        said = latest_entity(tracker, "product") if text else None
        words = self.words(tracker)
        if said is None:
            return goods_named(self.services, words, text, recent)
        known = words.in_records(said)
        if any(mentioned(known, order.items) for order in recent):
            return None
        return said if self.services.catalogue.search(known) else None

    def _named(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        recent: Sequence[OrderView],
        possible: Sequence[OrderView],
    ) -> tuple[str, ...]:
        """The orders that the words point at; the first is named, unless it was spoken of."""
        text, present = meant_in(latest_text(tracker)), tracker.get_slot("order_number")
        known = self.words(tracker).in_records(text)
        present = None if present is None else str(present)
        shown = tracker.get_slot("shown_orders") or ()
        named = orders_meant(known, shown, recent, present)
        named = named or orders_meant(known, (), possible, present)
        if len(named) < 2 and present is None:
            named = tuple(orders_by_goods(text, possible)) or named
        then = placed_then(text, possible, self.services.clock().date())
        named = named or ((then.number,) if then else ())
        for order in recent:
            if order.number in named[:1] and order.number != present:
                say_assumed(self.words(tracker), dispatcher, order)
        return named


class AskOrderNumber(RetailAction):
    """Asks which order is meant, with the customer's own as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_order_number"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Guests get told what else we shall need."""
        left = left_wish(self.services, tracker)
        rests = rested(self.words(tracker), dispatcher, tracker, left)
        if rests is not None:
            return rests
        viewer = viewer_of(tracker)
        if not viewer.signed_in:
            dispatcher.utter_message(response="utter_ask_order_number_guest")
            return []
        recent = self.services.store.recent_orders(viewer, limit=10)
        form = (tracker.active_loop or {}).get("name") or ""
        possible = fitting(form, recent, self.services.clock().date(), self.services.policies)
        if not recent:
            dispatcher.utter_message(response="utter_no_orders_yet")
            return []
        words, said = self.words(tracker), latest_text(tracker)
        known = words.in_records(said)
        holding = [order for order in possible or recent if mentioned(known, order.items)]
        offered = ((holding if said else []) or possible or recent)[:5]
        buttons = [words.order_button(order) for order in offered]
        dispatcher.utter_message(response="utter_ask_which_order", buttons=buttons)
        return [SlotSet("shown_orders", [order.number for order in offered])]


def say_assumed(words: Wording, dispatcher: Dispatcher, order: OrderView) -> None:
    """Name the order that we take to be meant."""
    dispatcher.utter_message(
        response="utter_order_assumed", number=order.number, contents=words.contents(order)
    )


def left_wish(services: RetailServices, tracker: Tracker) -> dict[str, Any] | None:
    """The wish of the active form with what is known of it; of a yes, to what order as it was."""
    intent = intent_of_form(tracker)
    if intent is None:
        return None
    known = {name: tracker.get_slot(name) for name in RESUMABLE}
    known["return_reason"] = reason_beside(tracker) or known["return_reason"]
    number = tracker.get_slot("order_number")
    before = value_before_message(tracker, "order_number")
    if latest_entity(tracker, "order_number"):  # the new wish's
        number = before
    entities = {"order_number": str(number)} if number else {}
    if known.get("confirmed"):
        known[AS_IT_WAS] = version_of(services, tracker, number)
    return wish(intent, {name: v for name, v in known.items() if v is not None}, **entities)


def version_of(services: RetailServices, tracker: Tracker, number: object) -> int | None:
    """Of an order that the viewer may see, what changes with each change of it."""
    try:
        return services.store.order(viewer_of(tracker), str(number)).version
    except OrderNotFound:
        return None


def _still_deciding(tracker: Tracker, recent: Sequence[OrderView]) -> bool:
    """Whether goods are named of the order of which the active form decides."""
    if (tracker.active_loop or {}).get("name") not in DECIDING:
        return False
    number, text = tracker.get_slot("order_number"), meant_in(latest_text(tracker))
    return any(one.number == number and mentioned(text, one.items) for one in recent)


def left_behind(services: RetailServices, tracker: Tracker) -> Events:
    """Keep the wish of the active form aside, unless the new wish takes its place."""
    form = (tracker.active_loop or {}).get("name")
    new = FORM_OF_INTENT.get(latest_intent(tracker))
    left = left_wish(services, tracker)
    if left is None or form == new or {form, new} <= DECIDING:
        return []
    return kept_aside(tracker, left)


def _same_goods(tracker: Tracker) -> Events:
    """Who returns instead of swapping, or the other way round, speaks of the same goods."""
    form, new = (tracker.active_loop or {}).get("name"), FORM_OF_INTENT.get(latest_intent(tracker))
    if {form, new} != _BACK or latest_entity(tracker, "order_number"):
        return []
    return [SlotSet(n, tracker.get_slot(n)) for n in ("item", "pieces") if tracker.get_slot(n)]


def _begun_anew(tracker: Tracker) -> Events:
    """Forget what was left of the same wish: it begins once more and need not be offered."""
    left = kept_wishes(tracker, LEFT)
    others = [one for one in left if intent_of(one) != latest_intent(tracker)]
    aside = (tracker.active_loop or {}).get("name")
    return [SlotSet(LEFT, others or None)] if len(others) < len(left) and not aside else []


def _one_after_the_other(
    tracker: Tracker, numbers: tuple[str, ...], goods: Mapping[str, str] | None = None
) -> Events:
    """The first of these orders now; the same wish about the others waits for its turn.

    `goods` are those that were named of an order.
    """
    if not numbers:
        return []
    back = invoice_and_return(tracker, numbers)
    intent = "return_item" if back else latest_intent(tracker)
    waiting = others_wait(tracker, intent, back or numbers[1:], goods)
    return [SlotSet("order_number", numbers[0]), *waiting]
