"""What is said to a question beside a change of an order: its cost, until when, the money.

Each answer is told of a matter: the change that a form prepares, or the one that was just made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogue.orders.views import OrderView
from dialogue.retail.changing.cancelling import say_for_good, say_paid_back
from dialogue.retail.facets import Facet
from dialogue.retail.services import Dispatcher, RetailServices
from dialogue.retail.wording import Wording

CANCEL, ADDRESS, CHANGE = "cancel_order_form", "change_address_form", "modify_order_form"
STAGES = {CANCEL: "cancel_until", ADDRESS: "address_until", CHANGE: "contents_until"}


@dataclass(frozen=True, slots=True)
class Matter:
    """What is spoken of: the form that makes the change, the order if known, whether it is done."""

    form: str
    order: OrderView | None
    done: bool


Say = Callable[[RetailServices, Wording, Dispatcher, Matter], None]


def plain(response: str, then: str | None = None) -> Say:
    """Says this response; `then`: another one of the same once it is done."""

    def say(
        _services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
    ) -> None:
        order, name = matter.order, then if then and matter.done else response
        dispatcher.utter_message(
            response=f"utter_aside_{name}",
            number=order.number if order else "",
            expected=words.day(order.expected_on) if order else "",
        )

    return say


def until(
    services: RetailServices, _words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    """The last stage at which it may be done, by the shop's rules."""
    stage = getattr(services.policies.changes, STAGES[matter.form])
    dispatcher.utter_message(response=f"utter_aside_until_{stage}")


def comes(services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter) -> None:
    """When the goods come, should they be kept; nothing of what is cancelled already."""
    if matter.done or matter.order is None:
        undo(services, words, dispatcher, matter)
    else:
        plain("comes_if_kept")(services, words, dispatcher, matter)


def when(services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter) -> None:
    """The day on which it comes, which a change does not move."""
    known = "when" if matter.order else "when_unknown"
    plain(known, then="when_done")(services, words, dispatcher, matter)


def money(services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter) -> None:
    """What goes back, how, and how soon: of what was done what is so, else what would be."""
    order = matter.order
    if order is None:
        plain("money")(services, words, dispatcher, matter)
        return
    days = [refund.expected_by for refund in order.refunds if refund.expected_by]
    method = order.method
    facts = {
        "number": order.number,
        "total": words.money(order.total_cents, order.currency),
        "amount": words.money(sum(one.amount_cents for one in order.refunds), order.currency),
        "method": words.term(method) if method else "",
        "expected": words.day(max(days)) if days else "",
        "days": words.say("working_days", count=services.policies.refunds.days_for(method)),
    }
    if not method:
        response = "utter_cancel_pays_nothing"
    elif matter.done and days:
        response = "utter_aside_refund_comes"
    elif matter.done:
        response = "utter_aside_money_same"
    elif matter.form == CANCEL:
        say_paid_back(services, words, dispatcher, order)
        return
    else:
        response = "utter_aside_change_pays"
    dispatcher.utter_message(response=response, **facts)


def _difference(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    """That it is all that was paid, where it is."""
    order = matter.order
    back = sum(one.amount_cents for one in order.refunds) if order else 0
    if order is None or not order.method or (matter.done and back != order.total_cents):
        money(services, words, dispatcher, matter)
        return
    dispatcher.utter_message(
        response="utter_aside_pays_all",
        number=order.number,
        total=words.money(order.total_cents, order.currency),
        goods=words.money(order.subtotal_cents - order.discount_cents, order.currency),
        shipping=words.money(order.shipping_cents, order.currency),
    )


def undo(services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter) -> None:
    """That a cancellation is for good."""
    if matter.done and matter.order is not None:
        say_for_good(words, dispatcher, matter.order)
    else:
        plain("cancel_is_final")(services, words, dispatcher, matter)


_OF_ALL: dict[Facet, Say] = {
    Facet.COST: plain("free"),
    Facet.UNTIL: until,
    Facet.MAIL: plain("mail", then="mail_done"),
}
_STAYS: dict[Facet, Say] = {
    **_OF_ALL,
    Facet.UNDO: plain("may_change_again"),
    Facet.HOW_LONG: when,
    Facet.WHEN: when,
}
ANSWERS: dict[str, dict[Facet, Say]] = {
    CANCEL: {
        **_OF_ALL,
        Facet.UNDO: undo,
        Facet.REFUND: money,
        Facet.DIFFERENCE: _difference,
        Facet.HOW_LONG: money,
        Facet.WHEN: money,
    },
    ADDRESS: _STAYS,
    CHANGE: {**_STAYS, Facet.REFUND: money},
}
