"""Choosing the order that a wish is about; the wish that it interrupts is kept aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders.errors import OrderNotFound
from dialogue.orders.states import ProblemKind
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.instead import (
    CANCEL,
    RESEND,
    SWAP,
    form_instead,
    form_meant,
    kind_meant,
    part_to_cancel,
)
from dialogue.retail.changing.part_of_order import Part, taken_out
from dialogue.retail.proof.proving import code_of_left
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
    latest_entity,
    latest_intent,
    latest_text,
    order_known,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.talk.not_yet import asks_whether_done
from dialogue.retail.talk.tasks import (
    LEFT,
    RESUMED,
    WAITING,
    intent_of,
    kept_wishes,
    order_of,
    others_wait,
    wish,
)
from dialogue.retail.task_slots import (
    FORM_OF_INTENT,
    RESUMABLE,
    forget_task,
)
from dialogue.retail.which_order.by_goods import other_order
from dialogue.retail.which_order.by_state import called_by_state, in_state_told
from dialogue.retail.which_order.choice import fitting, may_change_contents
from dialogue.retail.which_order.goods_of_orders import ORDERS_TOLD, goods_named, only_one
from dialogue.retail.which_order.left import (
    AS_IT_WAS,
    DECIDING,
    LOOKING,
    left_behind,
    version_of,
)
from dialogue.retail.which_order.order_dates import due_today, placed_then
from dialogue.retail.which_order.orders_named import order_before, own_numbers
from dialogue.retail.which_order.pointing import (
    both_of,
    names_goods_of,
    orders_meant,
    reference_in,
    says_another_order,
    says_before,
    says_it,
    says_unwanted,
)
from dialogue.retail.wording import Wording

_BACK = {"exchange_form", "return_form"}
_WAITS_FOR_IT = frozenset({"delivery_not_received", "order_status"})
_CHANGES = frozenset({"cancel_order", "change_address", "modify_order"})
_UNWANTED_TODAY = frozenset({"cancel_order", "change_address"})
_SENDING = frozenset({"exchange_item", "modify_order", "return_item"})


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
        if not any(one.get("name") == WAITING for one in chosen):
            events += self._no_longer_waits(tracker, number)
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
            if form in (CANCEL, SWAP) or self._may_change_contents(tracker, number):
                dispatcher.utter_message(response=f"utter_{form}_instead", number=number)
            events.append(FollowupAction(form))
        return events

    def _no_longer_waits(self, tracker: Tracker, number: object) -> Events:
        """What is asked of this order by itself now is not answered once more in its turn."""
        waiting, intent = kept_wishes(tracker, WAITING), latest_intent(tracker)
        if not waiting or intent not in LOOKING or number is None:
            return []
        try:
            order = self.services.store.order(viewer_of(tracker), str(number))
        except OrderNotFound:
            return []
        words = self.words(tracker)
        others = [
            one
            for one in waiting
            if intent_of(one) != intent
            or (order_of(one) or order.number) != order.number
            or not (order_of(one) or names_goods_of(words.in_records(one["text"]), order))
        ]
        return [SlotSet(WAITING, others or None)] if len(others) < len(waiting) else []

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
        form = (tracker.active_loop or {}).get("name")
        if form and form == FORM_OF_INTENT.get(latest_intent(tracker)):
            other = other_order(self.services, tracker)  # "I don't want to return the kit, ..."
            if other is not None:
                say_assumed(self.words(tracker), dispatcher, other)
                return [SlotSet("order_number", other.number)]
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
        if says_another_order(latest_text(tracker)):
            others = [o for o in possible if o.number != tracker.get_slot("order_number")]
            if len(others) == 1:
                say_assumed(self.words(tracker), dispatcher, others[0])
            return [SlotSet("order_number", others[0].number if len(others) == 1 else None)]
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
        if len(named) > 1 and present not in named:  # one of these, and not the one spoken of
            fit = [order for order in possible if mentioned(known, order.items)]
            for order in fit if len(fit) == 1 else ():
                say_assumed(self.words(tracker), dispatcher, order)
            return [SlotSet("order_number", fit[0].number if len(fit) == 1 else None)]
        looks = latest_intent(tracker) in LOOKING and (tracker.active_loop or {}).get("name")
        if looks and order_known(self.services, tracker):
            return []  # in the middle of something about this order
        said = said_within(tracker, 1)
        told = any(map(ORDERS_TOLD.match, said))
        # "Can the address still change?" of the order just told of.
        asks = told and "utter_list_orders" not in said and is_question(text)
        still = asks and latest_intent(tracker) in _CHANGES
        unwanted = says_unwanted(text)
        meant = says_it(text) or (unwanted and told)
        it = present in named or ((meant or still) and order_known(self.services, tracker))
        unwanted = unwanted or latest_intent(tracker) != "return_item"
        it = it or (unwanted and form_instead(self.services, tracker, present) is not None)
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
        goods = {str(one) for one in tracker.get_latest_entity_values("product")}
        holding = [o for o in recent if goods & {item.sku for item in o.items}]
        if len(goods) == len(holding) == 1 and present not in (None, holding[0].number):
            say_assumed(self.words(tracker), dispatcher, holding[0])
            return (holding[0].number,)
        shown = tracker.get_slot("shown_orders") or ()
        named = orders_meant(known, shown, recent, present)
        named = named or orders_meant(known, (), possible, present)
        named = named or both_of(text, possible)  # those two of many that were shown
        if len(named) < 2 and present is None:
            named = tuple(orders_by_goods(text, possible)) or named
        then = placed_then(text, possible, self.services.clock().date())
        then = then or called_by_state(text, recent)
        if then is None and latest_intent(tracker) in LOOKING:
            then = in_state_told(text, possible)
        if then is None and present is None and latest_intent(tracker) in _WAITS_FOR_IT:
            then = due_today(text, possible, self.services.clock().date())
        if then is None and present is None and latest_intent(tracker) in _UNWANTED_TODAY:
            then = due_today(text, recent, self.services.clock().date())
        named = named or ((then.number,) if then else ())
        for order in recent:
            if order.number in named[:1] and order.number != present:
                say_assumed(self.words(tracker), dispatcher, order)
        return named


def say_assumed(words: Wording, dispatcher: Dispatcher, order: OrderView) -> None:
    """Name the order that we take to be meant."""
    dispatcher.utter_message(
        response="utter_order_assumed", number=order.number, contents=words.contents(order)
    )


def _still_deciding(tracker: Tracker, recent: Sequence[OrderView]) -> bool:
    """Whether goods are named of the order of which the active form decides."""
    if (tracker.active_loop or {}).get("name") not in DECIDING:
        return False
    number, text = tracker.get_slot("order_number"), meant_in(latest_text(tracker))
    return any(one.number == number and mentioned(text, one.items) for one in recent)


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
