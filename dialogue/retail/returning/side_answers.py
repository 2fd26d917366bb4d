"""Answers to what is asked on the side of goods that come back, from what is known of them."""

from __future__ import annotations

import re
from datetime import date

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.reasons import reason_in
from dialogue.orders.views import ItemView, OrderView, ReturnView, Viewer
from dialogue.retail.returning.deadlines import hand_in_until, return_until
from dialogue.retail.returning.own_questions import opens_inside
from dialogue.retail.returning.picking import decoded, mentioned
from dialogue.retail.returning.side_questions import Asked, asked_at_once
from dialogue.retail.returning.side_replies import (
    KEEP_AGAIN,
    MAIL,
    MISSED_DAY,
    SENT_RETURN,
    SWAP_TIME,
    UNDO,
    Matter,
)
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_text,
    viewer_of,
)
from dialogue.retail.talk.tasks import WAITING, kept_wishes
from dialogue.retail.which_order.choice import announced_returns, returnable_items
from dialogue.retail.wording import Button, Wording, wording

# Of what is asked of every return, not of a card game or a first aid kit.
_NO_GOODS = re.compile(r"\b(?:card|first|set|pack|box|one|new|old)\b", re.IGNORECASE)
_DELIVERY_FREE = "utter_aside_delivery_free"
_WITHOUT_ORDER = frozenset({MAIL, UNDO, SWAP_TIME, "utter_aside_swap_first"})


def about_other_goods(
    services: RetailServices, tracker: Tracker, order: OrderView, parcel: ReturnView | None
) -> bool:
    """Whether goods of the customer are named, and none that are spoken of."""
    viewer = viewer_of(tracker)
    orders = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else (order,)
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = _NO_GOODS.sub(" ", words.in_records(latest_text(tracker)))
    inside = [
        item
        for item in order.items
        if parcel is None or any(item.name in label for label in parcel.items)
    ]
    named = mentioned(said, [item for one in orders for item in one.items])
    return bool(named) and not mentioned(said, inside)


def say_on_the_side(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    asked: Asked,
    order: OrderView | None,
    parcel: ReturnView | None = None,
) -> None:
    """The answer with what is known of the goods; a form's question comes by itself."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if order is None:
        if asked.response in _WITHOUT_ORDER:
            dispatcher.utter_message(response=asked.response)
        else:
            say_terms(services, words, dispatcher, viewer_of(tracker))
        return
    told = _Told(services, words, tracker, order, parcel)
    dispatcher.utter_message(
        response=told.response(asked.response),
        **told.facts(),
        buttons=told.buttons(asked.matter),
    )


def say_at_once(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView | None,
    matter: Matter,
) -> Events:
    """Answer what the wish that begins asks as well; it does not wait any more."""
    waiting = kept_wishes(tracker, WAITING)
    later = [one for one in waiting if not asked_at_once(str(one.get("text") or ""), matter)]
    texts = [latest_text(tracker), *(str(o.get("text") or "") for o in waiting if o not in later)]
    asked = [one for text in texts for one in asked_at_once(text, matter)]
    for one in dict.fromkeys(asked):
        say_on_the_side(services, dispatcher, tracker, one, order)
        if order is None:
            break  # the terms are all of it
    return [SlotSet(WAITING, later or None)] if len(later) < len(waiting) else []


def say_terms(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    viewer: Viewer,
    *,
    of_money: bool = False,
) -> None:
    """How any return goes, until when, at whose cost, and when the money comes; or this alone."""
    returns, refunds = services.policies.returns, services.policies.refunds
    dispatcher.utter_message(
        response="utter_return_terms_money" if of_money else "utter_return_terms",
        days_to_return=returns.days,
        days_to_hand_in=returns.hand_in_days,
        cost=say_cost(services, words, viewer),
        most_days=words.say("working_days", count=refunds.most_days),
    )


def say_cost(services: RetailServices, words: Wording, viewer: Viewer) -> str:
    """What it costs a viewer to send back, in a sentence."""
    postage = services.policies.returns.postage
    free = postage.amount == 0 or (viewer.signed_in and postage.free_for_members)
    return words.say("return_costs_nothing" if free else "return_may_cost")


class _Told:
    """What is known of the goods that are spoken of."""

    def __init__(
        self,
        services: RetailServices,
        words: Wording,
        tracker: Tracker,
        order: OrderView,
        parcel: ReturnView | None,
    ) -> None:
        self.services, self.words, self.tracker = services, words, tracker
        self.order, self.parcel = order, parcel
        today, policies = services.clock().date(), services.policies
        self.possible = returnable_items(order, today, policies)
        self.goods = _goods(tracker, self.possible)

    def response(self, response: str) -> str:
        """The response; where the goods or the postage make a difference, its other form."""
        fee = "utter_aside_delivery_fee_postage" if self._postage() else ""
        others = {
            "utter_aside_delivery_fee": fee if self.order.shipping_cents else _DELIVERY_FREE,
            "utter_back_money": "" if self.goods else "utter_back_money_paid",
            "utter_aside_return_free": "utter_aside_return_postage" if self._postage() else "",
            SENT_RETURN: f"{SENT_RETURN}_postage" if self._postage() else "",
            "utter_aside_difference": "" if self._because() else "utter_aside_difference_unknown",
            MISSED_DAY: "" if self._anew() else f"{MISSED_DAY}_late",
            KEEP_AGAIN: "" if self._last_day() else "utter_aside_keep_for_good",
        }
        if response == "utter_aside_opened":
            found = {self._condition(item) for item in self._spoken_of()} - {None}
            inside = "_inside" if opens_inside(latest_text(self.tracker)) else ""
            return f"{response}_{found.pop()}{inside}" if len(found) == 1 else response
        return others.get(response) or response

    def facts(self) -> dict[str, object]:
        """Whatever the responses name."""
        words, order, policies = self.words, self.order, self.services.policies
        parcel, last_day = self.parcel, self._last_day()
        goods = words.items(item.pieces(n) for item, n in self.goods)
        handed = hand_in_until(parcel, policies) if parcel else last_day
        handing_in = (handed - parcel.created_at.date()).days if parcel and handed else 0
        return {
            "number": order.number,
            "reference": parcel.reference if parcel else "",
            "items": words.items(parcel.items) if parcel else goods,
            "replacement": words.items(parcel.replacements) if parcel else "",
            "amount": words.money(self._amount(), order.currency),
            "postage": words.money(self._postage(), order.currency),
            "because": words.sentences(self._because()),
            "method": words.term(order.method),
            "days": words.say("working_days", count=policies.refunds.days_for(order.method)),
            "last_day": words.day(handed) if handed else "",
            "until": words.day(last_day) if last_day else "",
            "anew": words.day(anew) if (anew := self._anew()) else "",
            "days_to_return": policies.returns.days,
            "days_to_hand_in": policies.returns.hand_in_days,
            "handing_in": handing_in,
            "shipping": words.money(order.shipping_cents, order.currency),
            "kept": policies.returns.replacement_kept_days,
        }

    def buttons(self, matter: Matter) -> list[Button]:
        """What may be done next where no form asks for something."""
        number = self.order.number
        if matter in (Matter.ANNOUNCED, Matter.SWAPPED):
            return [self.words.button("withdraw", "withdraw_return", order_number=number)]
        if matter is Matter.KEPT and self.possible:
            return [self.words.button("return", "return_item", order_number=number)]
        return []

    def _spoken_of(self) -> list[ItemView]:
        """The goods of the parcel that was announced, else of the form."""
        if self.parcel is None:
            return [item for item, _ in self.goods]
        labels = self.parcel.items
        return [one for one in self.order.items if any(one.name in label for label in labels)]

    def _worth(self) -> int:
        order = self.order
        return sum(
            rules.item_refund_cents(i.unit_cents, n, order.subtotal_cents, order.discount_cents)
            for i, n in self.goods
        )

    def _postage(self) -> int:
        if self.parcel is not None:
            return self.parcel.postage_cents
        reason = reason_in(str(self.tracker.get_slot("return_reason") or ""))
        member = viewer_of(self.tracker).signed_in
        return rules.postage_cents(reason, self._worth(), member, self.services.policies)

    def _amount(self) -> int:
        return self.parcel.refund_cents if self.parcel else self._worth() - self._postage()

    def _because(self) -> list[str]:
        """Why the sum is not all that was paid for the order."""
        words, order = self.words, self.order
        causes = {
            "shipping": order.shipping_cents,
            "discount": order.discount_cents,
            "postage": self._postage(),
        }
        paid = order.total_cents - order.shipping_cents
        rest = paid - self._amount() - self._postage()
        said = [
            words.say(f"less_{name}", amount=words.money(cents, order.currency))
            for name, cents in causes.items()
            if cents
        ]
        return [*said, words.say("less_other_goods")] if rest > 0 else said

    def _condition(self, item: ItemView) -> str | None:
        found = rules.return_condition(item.article, self.services.policies)
        return None if found is None else str(found)

    def _last_day(self) -> date | None:
        goods = self._kept() or [item for item, _ in self.goods] or list(self.possible)
        return min((return_until(one, self.services.policies) for one in goods), default=None)

    def _anew(self) -> date | None:
        """Until when what is announced may be announced once more, if longer than it is now."""
        if self.parcel is None:
            return None
        days = [return_until(one, self.services.policies) for one in self._spoken_of()]
        anew = min(days, default=date.min)
        return anew if anew > hand_in_until(self.parcel, self.services.policies) else None

    def _kept(self) -> list[ItemView]:
        """What is in the return that is to be taken back, where it may come back again."""
        if (self.tracker.active_loop or {}).get("name") != "withdraw_return_form":
            return []
        named = self.tracker.get_slot("announced_return")
        parcels = [o for o in announced_returns(self.order) if named in (None, o.reference)]
        labels = [label for one in parcels for label in one.items]
        today, policies = self.services.clock().date(), self.services.policies
        return [
            item
            for item in self.order.items
            if any(item.name in label for label in labels) and return_until(item, policies) >= today
        ]


def _goods(tracker: Tracker, possible: tuple[ItemView, ...]) -> list[tuple[ItemView, int]]:
    """The goods of the form with their pieces; all that may come back where none is chosen."""
    lines = decoded(tracker.get_slot("item"))
    pieces = str(tracker.get_slot("pieces") or "")
    said = int(pieces) if len(lines) <= 1 and pieces.isdecimal() else None
    chosen = [item for item in possible if item.line in lines] or list(possible)
    return [(i, min(lines.get(i.line) or said or i.returnable, i.returnable)) for i in chosen]
