"""After something was done or told: whether it is done, what comes next, what that means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.states import OrderStatus, ReturnStatus
from dialogue.orders.views import OrderView
from dialogue.retail.changing.address_again import written
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    answers_within,
    latest_text,
    viewer_of,
)
from dialogue.retail.viewing.orders import RefundStatusAction
from dialogue.retail.wording import wording

READ = 80  # characters; who asks so asks shortly
SOON = 6  # messages after it was done, within which one comes back to it
_LEAD = r"^\W*(?:(?:and|so|ok(?:ay)?|but|wait|hey|hm+|um)\W+){0,2}"
_DONE = re.compile(
    _LEAD + r"(?:are you (?:really |quite |very )?(?:sure|certain)|really|for real|seriously"
    r"|did (?:it|that|this) (?:really |all )?(?:work|go through)"
    r"|(?:did|have) you (?:really )?(?:set|done?|saved?|noted?|changed?|sent?) (?:it|that)"
    r"|has (?:it|that) (?:worked|gone through)"
    r"|(?:is|was) (?:it|that|this|everything) (?:all |really |now |already )?"
    r"(?:done|finished|saved|confirmed|sorted|settled|through|right|official|true|ok(?:ay)?)"
    r"|(?:all |is it )?done|all set|all good)"
    r"(?: (?:now|then|already|about (?:that|it)|of (?:that|it)))?\W*$"
    r"|^\W*(?:你|您)?(?:真的吗|真的|确定吗|确定|肯定吗|成功了吗|成功了没|(?:都|已经)?[办弄搞做]?好了吗|完成了吗"
    r"|办成了吗|弄完了吗)\W*$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    _LEAD + r"(?:now(?: what)?|then(?: what)?|what now|what(?:['’]?s| is| comes)? next"
    r"|(?:what|so what) (?:happens|will happen)(?: (?:next|now|then|with it))?"
    r"|what (?:do|must|should|shall|can) i (?:have to |need to )?do(?: (?:next|now|then))?"
    r"|do i (?:have|need) to do (?:anything|something)(?: (?:else|more|now|next))*|next)\W*$"
    r"|^\W*(?:那|那么)?(?:现在呢|然后呢|接下来呢|接下来(?:怎么办|要做什么|会怎样|做什么)|下一步(?:呢|是什么)?|我(?:还)?要做什么|之后呢)\W*$",
    re.IGNORECASE,
)
_MEANS = re.compile(
    _LEAD + r"(?:what (?:does|do|did|is) (?:that|this|it|you) (?:all )?(?:mean\w*|supposed to mean)"
    r"|meaning|i (?:do not|don['’]?t|dont|didn['’]?t|did not) (?:really |quite )?(?:understand|get)"
    r"(?: (?:that|it|this|you|what (?:that|this|you) means?|anything))?|i don['’]?t follow|huh)\W*$"
    r"|^\W*(?:这|那|这个|那个|这句话?|那句话?)?(?:是)?(?:什么|啥)意思\W*$|^\W*我?(?:没|不|看不|听不)[太]?(?:明白|懂|理解)\W*$",
    re.IGNORECASE,
)
_FOR_ME = re.compile(
    _LEAD + r"(?:can|could|will|would) (?:you|u) (?:please )?(?:do|handle|take care of|arrange) "
    r"(?:that|it|this)(?: (?:for me|please|now))*\W*$"
    r"|^\W*(?:你|您)?(?:可以|能)?(?:帮我|替我)(?:办|做|弄|处理)(?:一下)?吗?\W*$",
    re.IGNORECASE,
)
_KINDS = (("done", _DONE), ("next", _NEXT), ("means", _MEANS), ("for_me", _FOR_ME))
# What was done, by what was said of it.
_TASKS = {
    "utter_order_cancelled": "cancelled",
    "utter_order_cancelled_unpaid": "cancelled",
    "utter_address_changed": "address",
    "utter_order_changed": "changed",
    "utter_order_changed_refund": "changed",
    "utter_return_announced": "return",
    "utter_exchange_announced": "exchange",
    "utter_return_withdrawn": "withdrawn",
    "utter_exchange_withdrawn": "withdrawn",
    "utter_problem_reported": "people",
    "utter_complaint": "people",
    "utter_reminder_set": "reminder",
    "utter_updates_on": "updates",
    "utter_order_kept": "nothing",
    "utter_address_kept": "nothing",
    "utter_address_stays": "nothing",
    "utter_return_dropped": "nothing",
    "utter_return_stays": "nothing",
    **{f"utter_status_{status}": "status" for status in OrderStatus},
}
# What is said beside these, or in between, and leaves them spoken of.
_BESIDE = re.compile(
    r"utter_(?:sure_|next_|means_|done_already|refund_|care|day_|carrier_|tracking_|why_so_long"
    r"|other_day_|it_is_|did_you_mean|no_(?:sure_)?answer|ask_rephrase|fallback_again|thank|parcel_|repeated)"
)


def after_task(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Answer from how things are now; None where nothing was done just before."""
    text = latest_text(tracker)
    short = len(text) <= READ
    kind = next((name for name, said in _KINDS if short and said.search(text)), None)
    found = _last_done(tracker) if kind else None
    if found is None:
        return None
    task, facts = found
    order = _order_of(services, tracker, facts)
    if order is None and task in ("cancelled", "address", "changed", "status"):
        return None
    teller = _Teller(services, dispatcher, tracker, domain, facts, order)
    if kind == "for_me":
        return teller.say_that_it_is_done(task)
    if kind == "done":
        return teller.say_whether_done(task)
    return teller.say_what_it_means(task) if kind == "means" else teller.say_what_comes(task)


class _Teller:
    """Tells of one task, about the order as it is now if it was about one."""

    def __init__(
        self,
        services: RetailServices,
        dispatcher: Dispatcher,
        tracker: Tracker,
        domain: Any,
        facts: Mapping[str, Any],
        order: OrderView | None,
    ) -> None:
        self.services, self.dispatcher, self.tracker = services, dispatcher, tracker
        self.domain, self.facts, self.order = domain, facts, order
        self.words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))

    def say_whether_done(self, task: str) -> Events:
        """Yes only where it is so now; else how things are."""
        order, reference = self.order, str(self.facts.get("reference") or "")
        announced = {one.reference: one.status for one in order.returns} if order else {}
        as_told = {
            "cancelled": order is not None and order.status is OrderStatus.CANCELLED,
            "address": order is not None,
            "changed": order is not None,
            "return": announced.get(reference) is ReturnStatus.REQUESTED,
            "exchange": announced.get(reference) is ReturnStatus.REQUESTED,
            "withdrawn": announced.get(reference) is ReturnStatus.WITHDRAWN,
        }
        said = {"return": "announced", "exchange": "announced"}.get(task, task)
        if task == "nothing":
            return self._say("utter_sure_nothing")
        if task not in (*as_told, "status"):
            return self._say("utter_sure_noted")
        if not as_told.get(task) and order is None:
            return self._say("utter_sure_noted")
        return self._say(f"utter_sure_{said if as_told.get(task) else 'status'}")

    def say_that_it_is_done(self, task: str) -> Events | None:
        """To who asks us to do it; None where there was nothing to do."""
        if task in ("status", "nothing"):
            return None
        self.dispatcher.utter_message(response="utter_done_already")
        return self.say_what_comes(task)

    def say_what_comes(self, task: str) -> Events:
        """What the customer has to do, and what happens without them."""
        order = self.order
        if task == "people":
            reference = str(self.facts.get("reference") or self.facts.get("ticket") or "")
            return self._say("utter_next_people", reference=reference)
        if task not in ("cancelled", "address", "changed", "status") or order is None:
            return self._say(f"utter_next_{task}", **self._strings())
        if order.status in rules.OPEN:
            return self._say("utter_next_open")
        if order.status is not OrderStatus.CANCELLED:
            return self._say(f"utter_means_{order.status}")
        self._say("utter_next_cancelled")
        if order.refunds:
            RefundStatusAction(self.services).answer(self.dispatcher, self.tracker, order)
        return []

    def say_what_it_means(self, task: str) -> Events | None:
        """In plain words; None where these are no others than what comes next."""
        if task == "address":
            return self._say("utter_means_address")
        if task == "status" and self.order is not None:
            return self._say(f"utter_means_{self.order.status}")
        return self.say_what_comes(task)

    def _say(self, response: str, **facts: str) -> Events:
        order = self.order
        known = {} if order is None else self._of_order(order)
        reference = str(self.facts.get("reference") or "")
        self.dispatcher.utter_message(
            response=response, **{"reference": reference, **known, **facts}
        )
        return []

    def _of_order(self, order: OrderView) -> dict[str, str]:
        words = self.words
        return {
            "number": order.number,
            "status": words.status(order),
            "contents": words.contents(order),
            "expected": words.day(order.expected_on),
            "address": words.address(written(order.address)),
        }

    def _strings(self) -> dict[str, str]:
        """The facts that were told with it."""
        names = ("reference", "last_day", "amount", "days", "item", "replacement", "when")
        return {name: str(self.facts.get(name) or "") for name in names}


def _order_of(
    services: RetailServices, tracker: Tracker, facts: Mapping[str, Any]
) -> OrderView | None:
    number = facts.get("number") or tracker.get_slot("order_number")
    try:
        return services.store.order(viewer_of(tracker), str(number))
    except OrderNotFound:
        return None


def _last_done(tracker: Tracker) -> tuple[str, Mapping[str, Any]] | None:
    """The latest task that was done or told within a few messages, and the facts of its answer.

    Where something else was told after it, that is spoken of.
    """
    for facts in answers_within(tracker, SOON):
        response = str(facts.get("utter_action"))
        if response in _TASKS:
            return _TASKS[response], facts
        if not _BESIDE.match(response):
            return None
    return None
