"""What is asked on the side of a change to an order, while it is prepared and once it is done.

"Does it cost anything?", "until when?", "will I get a mail?": one table tells, for each of these
matters and each facet, what answers it. The form then asks its question again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.aside_answers import (
    ADDRESS,
    ANSWERS,
    CANCEL,
    CHANGE,
    STAGES,
    Matter,
    Say,
    comes,
    money,
    plain,
)
from dialogue.retail.changing.beside_change import beside_change
from dialogue.retail.changing.cancelling import asks_for_refund, cancels_all
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
from dialogue.retail.talk.correcting import sets_condition
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import wording

READ = 100  # who asks on the side asks it shortly
SOON = 4  # messages after it was done
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
    r"|order_goes_to|did_you_mean|no_(?:sure_)?answer|ask_rephrase|fallback_again|repeated)"
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
# "Do I really get it all back?"
_ALL_BACK = re.compile(
    r"\b(?:get|have|receive|paid)\b.{0,12}\b(?:all|everything|full|whole)\b.{0,20}\bback\b"
    r"|\bfull refund\b|全额|全(?:部|都)?退",
    re.IGNORECASE,
)


def asked_aside(tracker: Tracker) -> Say | None:
    """What answers the question that the latest message asks of the change a form prepares.

    None where it answers the form, or asks of something else.
    """
    form = str((tracker.active_loop or {}).get("name"))
    answer = _answer_of(tracker, form, done=False)
    if answer is money and tracker.get_slot(REQUESTED_SLOT) == "order_code":
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
    say = _answer_of(tracker, done.form, done=True) if done else None
    if done is None or say is None or _names_another(services, tracker, done.order):
        return None
    say(services, wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)), dispatcher, done)
    return []


def _answer_of(tracker: Tracker, form: str, *, done: bool) -> Say | None:
    """What answers the latest message of this form's change; None where it asks nothing of it."""
    text = latest_text(tracker)
    another = latest_entity(tracker, "order_number") and told_in(text) is None
    says = is_question(text) or sets_condition(text)
    asks = says and not cancels_all(text) and not another
    if form not in STAGES or len(text) > READ or not asks:
        return None
    if form == ADDRESS and _SAVED.search(text):
        return plain("account_stays")
    if form == CANCEL and _ADDRESS.search(text):
        return None
    beside = beside_change(text, form, done=done)
    if beside is not None:
        return beside
    facet = _facet(text)
    if form == CANCEL and facet in _TIME and _COMING.search(text):
        return comes if _ARRIVES.search(text) else None  # "when does the mixer come?"
    if form != CANCEL and _DELAYED.search(text):
        facet = Facet.WHEN
    return None if facet is None else ANSWERS[form].get(facet)


def _facet(text: str) -> Facet | None:
    if _SHIPPING_BACK.search(text) or _ALL_BACK.search(text):
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
