"""What is asked on the side of a change to an order, while it is prepared and once it is done.

"Does it cost anything?", "until when?", "will I get a mail?": one table tells, for each of these
matters and each facet, what answers it. The form then asks its question again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.cancelling import (
    asks_for_refund,
    cancels_all,
    say_for_good,
    say_paid_back,
)
from dialogue.retail.changing.told_address import told_in
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import Wording, wording

READ = 100  # who asks on the side asks it shortly
SOON = 4  # messages after it was done
CANCEL, ADDRESS, CHANGE = "cancel_order_form", "change_address_form", "modify_order_form"
_STAGES = {CANCEL: "cancel_until", ADDRESS: "address_until", CHANGE: "contents_until"}
_DONE = {
    "utter_order_cancelled": CANCEL,
    "utter_order_cancelled_unpaid": CANCEL,
    "utter_address_changed": ADDRESS,
    "utter_order_changed": CHANGE,
    "utter_order_changed_refund": CHANGE,
}
# What may have been said since, about the same matter.
_BESIDE = re.compile(
    r"utter_(?:aside_|refund_|sure_|next_|means_|care|thank|cancelled_for_good|day_|other_day_|update_account"
    r"|order_goes_to|did_you_mean|ask_rephrase|fallback_again|repeated)"
)
# These ask of something else: other goods, shops, what comes back, an account, the payment.
_ELSEWHERE = re.compile(
    r"\b(?:returns?|exchange|swap|send(?:ing)? back|stores?|shops?|open|invoice|code|warranty"
    r"|delivery costs?|shipping costs?|coupon|voucher|password|(?<!on my )(?<!to my )account"
    r"|call|phone|colleague|person"
    r"|human|agent|closed|expired|blocked)\b"
    r"|退货|换货|门店|营业|发票|验证码|保修|优惠|密码|(?<!到)(?<!到我)(?<!到我的)账户|电话|人工|客服|注销|过期",
    re.IGNORECASE,
)
# "What if it has left already?" asks until when it may be done.
_TOO_LATE = re.compile(
    r"\balready\b.{0,25}\b(?:left|gone|sent|shipped|dispatched|under way|on (?:its|the) way)\b"
    r"|\btoo late\b|已经?(?:发|寄)(?:货|出)?了?.{0,6}(?:怎么办|会)|来得及|来不及",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\b(?:arriv\w*|com(?:e|es|ing)|deliver\w*|(?:get|be) (?:here|to me))\b|送到|送达|到货",
    re.IGNORECASE,
)
# Whether the change itself costs time: "will it be late because of that?".
_DELAYED = re.compile(
    r"\b(?:will|does|would|is)\b.{0,30}\b(?:late|later|longer|delay\w*|slower|affect)\b"
    r"|(?:影响|耽误).{0,6}(?:送|到货|时间|日期|配送)|会不会.{0,10}(?:晚|迟|延|慢)"
    r"|会.{0,4}(?:晚到|迟到|延迟|推迟|变慢).{0,3}[吗？?]|(?:按时|准时|照常|原来的?时间).{0,3}(?:到|送)",
    re.IGNORECASE,
)
# Whether the new address is kept for later orders.
_SAVED = re.compile(
    r"\b(?:my|the) (?:account|profile|address book)\b|\bsaved?\b|\b(?:next time|from now on)\b"
    r"|\b(?:next|future|later) orders?\b"
    r"|账[户号]|以后的?订?单|下次|默认地址|保存",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\badd?res+\b|地址", re.IGNORECASE)
# Whether it can be collected in a store instead of being sent.
_COLLECT = re.compile(
    r"\b(?:pick|collect|fetch)\w*\b.{0,25}\b(?:store|shop|branch)\b|自提(?!点|柜)|自取|到店取",
    re.IGNORECASE,
)
_CANCELS = re.compile(r"\b(?:cancel|wait|decide)\w*\b|取消", re.IGNORECASE)
_TIME = frozenset({Facet.WHEN, Facet.HOW_LONG})
_ARRIVES = re.compile(
    r"\b(?:it|that|this|they|order|parcel)\b.{0,12}\b(?:here|arriv\w+|com(?:e|ing)|deliver\w*)\b|送到|送达|到货",
    re.IGNORECASE,
)
# Whether the delivery is paid back too.
_SHIPPING = r"(?:shipping|delivery|postage|运费|邮费|配送费)"
_SHIPPING_BACK = re.compile(
    rf"{_SHIPPING}.{{0,25}}(?:back|refund|too\b|as well|included|incl\b|退)"
    rf"|(?:back|refund\w*|includ\w+|with|plus|退|含|包括|连).{{0,20}}{_SHIPPING}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Matter:
    """What is spoken of: the form that makes the change, the order if known, whether it is done."""

    form: str
    order: OrderView | None
    done: bool


Say = Callable[[RetailServices, Wording, Dispatcher, Matter], None]


def asked_aside(tracker: Tracker) -> Say | None:
    """What answers the question that the latest message asks of the change a form prepares.

    None where it answers the form, or asks of something else.
    """
    form = str((tracker.active_loop or {}).get("name"))
    answer = _answer_of(tracker, form)
    if answer is _money and tracker.get_slot(REQUESTED_SLOT) == "order_code":
        return None  # the yes was said: the refund has a form of its own
    return answer


def say_aside(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, say: Say) -> None:
    """Answer it of the form that is active."""
    form = str((tracker.active_loop or {}).get("name"))
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    say(services, words, dispatcher, Matter(form, current_order(services, tracker), done=False))


def after_change(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer it of the change that was just made."""
    done = _just_done(services, tracker)
    say = _answer_of(tracker, done.form) if done else None
    if done is None or say is None or _names_another(services, tracker, done.order):
        return None
    say(services, wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)), dispatcher, done)
    return []


def _answer_of(tracker: Tracker, form: str) -> Say | None:
    """What answers the latest message of this form's change; None where it asks nothing of it."""
    text = latest_text(tracker)
    another = latest_entity(tracker, "order_number") and told_in(text) is None
    asks = is_question(text) and not cancels_all(text) and not another
    if form not in _STAGES or len(text) > READ or not asks:
        return None
    if form == ADDRESS and _SAVED.search(text):
        return _plain("account_stays")
    if form == ADDRESS and _COLLECT.search(text):
        return _plain("no_collecting")
    if form == CANCEL and _ADDRESS.search(text):
        return None
    facet = _facet(text)
    if form == CANCEL and facet in _TIME and _COMING.search(text):
        return _comes if _ARRIVES.search(text) else None  # "when does the mixer come?"
    if form != CANCEL and _DELAYED.search(text):
        facet = Facet.WHEN
    return None if facet is None else _ANSWERS[form].get(facet)


def _facet(text: str) -> Facet | None:
    if _SHIPPING_BACK.search(text):
        return Facet.DIFFERENCE
    if _ELSEWHERE.search(text):
        return None
    facet = Facet.UNTIL if _TOO_LATE.search(text) else facet_in(text)
    if facet is Facet.UNTIL and asks_for_refund(text) and not _CANCELS.search(text):
        return Facet.REFUND  # "how long till I have the money?"
    return facet


def _names_another(services: RetailServices, tracker: Tracker, order: OrderView | None) -> bool:
    """Whether goods of another order are named, and none of this one."""
    viewer = viewer_of(tracker)
    if order is None or not viewer.signed_in:
        return False
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    said = words.in_records(latest_text(tracker)[:READ])
    if mentioned(said, order.items):
        return False
    recent = services.store.recent_orders(viewer, limit=10)
    return any(one.number != order.number and mentioned(said, one.items) for one in recent)


def _just_done(services: RetailServices, tracker: Tracker) -> Matter | None:
    """The change that was made within a few messages, if nothing else was told since."""
    heard = 0
    for event in reversed(tracker.events):
        heard += event.get("event") == "user"
        if heard > SOON:
            return None
        if event.get("event") != "bot":
            continue
        facts: Mapping[str, Any] = event.get("metadata") or {}
        response = str(facts.get("utter_action"))
        if response in _DONE:
            try:
                order = services.store.order(viewer_of(tracker), str(facts.get("number")))
            except OrderNotFound:
                return None
            return Matter(_DONE[response], order, done=True)
        if not _BESIDE.match(response):
            return None
    return None


def _plain(response: str, then: str | None = None) -> Say:
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


def _until(
    services: RetailServices, _words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    """The last stage at which it may be done, by the shop's rules."""
    stage = getattr(services.policies.changes, _STAGES[matter.form])
    dispatcher.utter_message(response=f"utter_aside_until_{stage}")


def _comes(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    """When the goods come, should they be kept; nothing of what is cancelled already."""
    if matter.done or matter.order is None:
        _undo(services, words, dispatcher, matter)
    else:
        _plain("comes_if_kept")(services, words, dispatcher, matter)


def _when(services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter) -> None:
    known = "when" if matter.order else "when_unknown"
    _plain(known, then="when_done")(services, words, dispatcher, matter)


def _money(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    """What goes back, how, and how soon: of what was done what is so, else what would be."""
    order = matter.order
    if order is None:
        _plain("money")(services, words, dispatcher, matter)
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
        _money(services, words, dispatcher, matter)
        return
    dispatcher.utter_message(
        response="utter_aside_pays_all",
        number=order.number,
        total=words.money(order.total_cents, order.currency),
        goods=words.money(order.subtotal_cents - order.discount_cents, order.currency),
        shipping=words.money(order.shipping_cents, order.currency),
    )


def _undo(services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter) -> None:
    if matter.done and matter.order is not None:
        say_for_good(words, dispatcher, matter.order)
    else:
        _plain("cancel_is_final")(services, words, dispatcher, matter)


_OF_ALL: dict[Facet, Say] = {
    Facet.COST: _plain("free"),
    Facet.UNTIL: _until,
    Facet.MAIL: _plain("mail", then="mail_done"),
}
_STAYS: dict[Facet, Say] = {
    **_OF_ALL,
    Facet.UNDO: _plain("may_change_again"),
    Facet.HOW_LONG: _when,
    Facet.WHEN: _when,
}
_ANSWERS: dict[str, dict[Facet, Say]] = {
    CANCEL: {
        **_OF_ALL,
        Facet.UNDO: _undo,
        Facet.REFUND: _money,
        Facet.DIFFERENCE: _difference,
        Facet.HOW_LONG: _money,
        Facet.WHEN: _money,
    },
    ADDRESS: _STAYS,
    CHANGE: {**_STAYS, Facet.REFUND: _money},
}
