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
from dialogue.orders.views import OrderView, PaymentView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.people.waiting import IN_QUEUE, was_asked_for
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.returning.side_answers import say_on_the_side
from dialogue.retail.returning.side_questions import NEAR, Asked, names_own_thing
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
from dialogue.retail.which_order.choice import has_refunds
from dialogue.retail.which_order.pointing import order_naming
from dialogue.retail.wording import wording

READ = 120  # characters; who goes on says it shortly
SOON = 3  # messages after the refund was told
_TOLD = re.compile(r"utter_refund_(?!after_return|once_cancelled|none)")
_CANCELLED = "utter_order_cancelled"
_MONEY_TOLD = re.compile(r"utter_(?:refund_|order_cancelled|cancel_|return_|aside_|faq/refund)")
_FASTER = re.compile(
    r"\b(?:faster|sooner|quicker|speed (?:it|that|this) up|hurry|earlier)\b"
    r"|(?:快|早)一?[点些]|加[快急]|急用|急着用|提前",
    re.IGNORECASE,
)
_MEANT = NEAR | {"cancel_order", "get_invoice"}
# Right after a refund was told, what surely means something else all the same.
_OTHERWISE = frozenset(
    {
        "complaint",
        "goodbye",
        "greet",
        "human_agent",
        "list_orders",
        "praise",
        "remind_me",
        "return_item",
        "stop",
        "thank",
    }
)
# "And the puzzle? I didn't get the money either" is no parcel that is missing.
_OF_MONEY = re.compile(
    r"\b(?:money|refund\w*|paid back)\b|退款|(?:收|拿|看|退|等)(?:到|回)?.{0,3}钱"
    r"|钱.{0,4}(?:没|到|退)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:can|could|may|please|rather|instead|send|go|transfer|pay)\b.{0,40}"
    r"\b(?:paypal|vouchers?|gift cards?|store credit"
    r"|(?:other|another|new|different|bank) (?:card|account)|iban)\b"
    r"|(?:退|转|换|打)到?.{0,8}(?:贝宝|paypal|支付宝|微信|别的|其他|另|银行|账户)",
    re.IGNORECASE,
)
# "Did it go to my card or PayPal?" asks only which way it went.
_WENT = re.compile(
    r"\b(?:did|does|do|was|is|has|will)\b.{0,20}\b(?:go|goes|gone|going|went|paid|sent|come|comes)\b"
    r"|到的?是",
    re.IGNORECASE,
)
# "Why to a gift card?", 为啥退礼品卡: no question of how long it takes.
_TO_METHOD = re.compile(
    r"\bwhy\b.{0,25}\b(?:gift card|paypal|card|bank|account)\b"
    r"|(?:为什么|为啥|怎么).{0,6}(?:退|到).{0,6}(?:卡|账户|贝宝|paypal)",
    re.IGNORECASE,
)
# Where money may go that was refused: "to my new account, please", or a yes to passing it on.
_TO = re.compile(
    r"\b(?:to|on|onto|into|via|by|use)\b.{0,25}\b(?:account|paypal|card|bank|iban)\b"
    r"|\b[A-Z]{2}\d{2}(?: ?\d{4}){3}|\bpass (?:it|that|this|me) on\b"
    r"|\btell (?:them|a person|a colleague)\b"
    r"|(?:退|转|打|汇)(?:到|给|去).{0,10}(?:账户|账号|银行|卡|贝宝|paypal)|转(?:告|给)?(?:同事|人工)",
    re.IGNORECASE,
)
_WHY = re.compile(r"\bwhy\b|为什么|怎么会|为何", re.IGNORECASE)
# Of money that is on its way: it is not there, or for long.
_NOT_THERE = re.compile(
    r"(?:\b(?:nothing|not|never|no money)|n['’]t)\b.{0,25}\b(?:come|came|there|here"
    r"|arrived?|received?|got|get|see|seen|shows?|yet)\b"
    r"|\b(?:it['’]?s|has|have|already)\b.{0,12}\b(?:been|gone)?\b.{0,12}\b(?:days?|weeks?|months?)\b"
    r"|\b(?:still )?(?:waiting|nothing)\W*$"
    r"|没(?:有)?(?:到|收到|看到|查到|见到)|(?:查|看)了.{0,12}没|(?:什么|东西|钱)(?:都|也)?没(?:有|了)?\W*$|(?:好几|\d+|两|三)(?:天|周|个?星期)了",
    re.IGNORECASE,
)
# Of money that is said to be with the bank, in anger: "you took my money and I have nothing".
_ACCUSES = re.compile(r"\b(?:scam\w*|fraud\w*|crooks?|thie(?:f|ves)|stole)\b|骗", re.IGNORECASE)
_DIGITS = re.compile(
    r"\b(?:last|final) (?:\w+ )?(?:digits|numbers)\b"
    r"|\bwhich (?:of my )?(?:bank )?(?:cards?|accounts?)\b"
    r"|尾号|后四位|哪[张个](?:银行)?(?:卡|账户|账号)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\bhow much\b|\bwhat (?:sum|amount)\b|多少", re.IGNORECASE)
# Of money that was refused.
_CLOSED = re.compile(
    r"\b(?:account|card|bank)\b.{0,25}\b(?:closed|cancel\w*|expired?|blocked|lost|stolen|changed"
    r"|gone|replaced|no longer|new|old)\b"
    r"|\b(?:closed|cancelled|changed|lost|new|switched) (?:my |the |that )?"
    r"(?:account|card|bank)s?\b"
    r"(?!.{0,20}[?])|(?:卡|账户|银行).{0,6}(?:注销|销户|过期|丢|没了|不用了|换|冻结|关)",
    re.IGNORECASE,
)
_NEEDED = re.compile(
    r"\bneed\b.{0,20}\b(?:from|of) me\b|\bwhat (?:do|else do|must|should|can|shall)\b.{0,15}"
    r"\b(?:need|do|send|give|tell|know)\b|\biban\b|\b(?:bank|account) (?:details|number|data)\b"
    r"|\bwhat now\b|需要(?:我|什么)|要我(?:做|提供)|提供什么|怎么办|账号",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b(?:again|retry|once more|re-?send)\b|再(?:试|退|打|转)|重新", re.IGNORECASE)
_UNKNOWN = frozenset({"nlu_fallback", "out_of_scope", "promo_code_problem", "repeat_that"})
_IF_NOT = re.compile(
    r"\b(?:what if|and if|if)\b.{0,30}(?:n['’]?t|\bnot|\bnever|\bnothing)\b"
    r"|(?:如果|要是|万一).{0,12}(?:没|不)",
    re.IGNORECASE,
)
_WAY = re.compile(
    r"\b(?:by|to|on|with|onto|via) (?:my |the |which |what )?(?:card|paypal|bank|account|invoice)\b"
    r"(?! game)"
    r"|\bwhich (?:card|account|way)\b|\bwhere (?:does|did|will|do)\b"
    r"|(?:卡(?!牌)|贝宝|paypal|账户|哪里|哪张).{0,6}(?:吗|呢|[?？])|退到哪",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"\bwhen\b.{0,15}\b(?:did|was|have)\b.{0,15}\b(?:sen[dt]|start\w*|pa(?:y|id)|book\w*|do|done)\b"
    r"|\bsince when\b"
    r"|\b(?:is|was|has|have|did)\b.{0,15}\b(?:it|that|the money|the refund)\b.{0,15}"
    r"\b(?:sent|gone out|been (?:sent|paid)|processed|left|started|paid(?: out)?)\b"
    r"|什么时候(?:退|汇|发)出?的|哪天退的|已经(?:退|汇|发)(?:出|了)",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\bwhy\b.{0,30}\b(?:only|so little|that (?:much|little)|less|not (?:all|everything|more))\b"
    r"|\bis (?:that|this|it) (?:all|everything)\b"
    r"|\b(?:whole|full|entire|complete|total) (?:amount|sum|price|money)\b"
    r"|\bwhere(?:['’]?s| is| are) the (?:rest|remaining|other|difference|missing)\b"
    r"|\b(?:keep|kept|deduct\w*|withh\w+|hold|held)\b.{0,25}\b(?:fees?|costs?|shipping|delivery|postage|money)\b"
    r"|\bi (?:had )?paid (?:\w+ )?[€$]?\d|\b\d+(?:[.,]\d\d)? (?:is|are|was|were) missing\b"
    r"|\b(?:shipping|delivery|postage)\b.{0,25}\b(?:not|n['’]t|also|too|included|refunded|back|part)\b"
    r"|(?:只|才)退|这么少|少了|比.{0,6}少|剩下的|其余的|付了\s?\d|(?:运费|邮费).{0,8}退|退.{0,4}(?:运费|邮费)",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"^\W*(?:oh |ah |no |sorry |wait |i )*(?:sorry|mean|meant|no|not|and|what about|how about)\b"
    r"|^\W*(?:不|我(?:说|问|是)|那)|[那这][个单笔]"
    r"|\b(?:one|another|also) for (?:the|my|a)\b"
    r"|\b(?:my|the|a) refunds? (?:for|of)\b|\bmoney (?:for|of|back for)\b|退款",
    re.IGNORECASE,
)


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
        _asks_elsewhere(text) or _TO_METHOD.search(text) is not None
    )
    meant = latest_intent(tracker) in _MEANT or _OF_MONEY.search(text)
    if order is None or not short or not told or not (meant or _just_told(tracker)):
        return None
    refund = max(order.refunds, key=lambda one: one.created_at, default=None)
    if refund is not None and refund.status is PaymentStatus.FAILED and _tells_where(tracker):
        return _hand_over(services, dispatcher, tracker, refund)
    other = _other_meant(services, tracker, order)
    if other is not None:
        return _go_to(services, dispatcher, tracker, other)
    said = (_LESS, _NOT_THERE, _CLOSED, _AGAIN, _ACCUSES, _DIGITS)
    told_of_it = any(words.search(text) for words in said)
    if refund is None or not (is_question(text) or told_of_it) or _of_goods(tracker, order):
        return None
    return _Refund(services, dispatcher, tracker, order, refund).say(text)


def left_of_refund(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Right after a refund was told: of what nothing else answers, a colleague knows."""
    text, order = latest_text(tracker), current_order(services, tracker)
    if order is None or not 0 < len(text) <= READ or latest_entity(tracker, "order_number"):
        return None
    asks = latest_intent(tracker) in _UNKNOWN and is_question(text)
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
    return _ELSEWHERE.search(text) is not None and not _WENT.search(text)


def _just_told(tracker: Tracker) -> bool:
    """Whether nothing but a refund was spoken of in the last answer."""
    said = said_within(tracker, 1) - {"utter_order_assumed"}
    told = bool(said) and (any(map(_TOLD.match, said)) or said == {_CANCELLED})
    return told and latest_intent(tracker) not in _OTHERWISE


def _of_goods(tracker: Tracker, order: OrderView) -> bool:
    """Whether goods are named that are not in the order."""
    text, moves = latest_text(tracker)[:READ], latest_intent(tracker) == "order_status"
    named = latest_entity(tracker, "product") or (moves and names_own_thing(text))
    return bool(named) and not mentioned(text, order.items)


def _asks_faster(tracker: Tracker, text: str) -> bool:
    lately = any(map(_MONEY_TOLD.match, said_within(tracker, SOON)))
    return lately and latest_intent(tracker) in _MEANT and _FASTER.search(text) is not None


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
    if _TO.search(latest_text(tracker)):
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
    return not is_question(text) and (_TO.search(text) is not None or (agrees and lately))


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
        elif not failed and _TO_METHOD.search(text):
            self._say("utter_refund_way")
        elif not failed and facet is Facet.WHY:
            self._say_where_it_is("utter_refund_why_long")
        elif facet is Facet.MAIL:
            self.dispatcher.utter_message(response="utter_aside_goods_mail")
        elif _asks_elsewhere(text):
            if _WHY.search(text):
                self._say("utter_refund_why_failed")
            self._say("utter_refund_elsewhere", reason="refund_failed")
        elif failed and facet is Facet.WHY:
            self._say("utter_refund_why_failed", reason="refund_failed")
        elif not failed and _IF_NOT.search(text):
            self._say("utter_refund_if_not", reason="refund_not_arrived")
        elif facet is Facet.DIFFERENCE or _LESS.search(text):
            self._say_why_less()
        else:
            return self._say_way_and_day(text, facet)
        return []

    def _say_way_and_day(self, text: str, facet: Facet | None) -> Events | None:
        way, since = _WAY.search(text) or _DIGITS.search(text), _SINCE.search(text)
        if way:
            self._say("utter_refund_way")
        if _DIGITS.search(text):
            self.dispatcher.utter_message(response="utter_refund_digits")
        if since:
            self._say("utter_refund_since")
        days = (Facet.WHEN, Facet.HOW_LONG, Facet.UNTIL, Facet.REFUND)
        if not way and not since:
            asks = facet in days or _AMOUNT.search(text)
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

    def _say_why_less(self) -> None:
        order, amount = self.order, self.refund.amount_cents
        if amount >= order.total_cents:
            self._say("utter_refund_is_all")
            return
        parcel = next((one for one in order.returns if one.refund_cents == amount), None)
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
    missing = _NOT_THERE.search(text) or _ACCUSES.search(text)
    return missing is not None and not _IF_NOT.search(text)


def _of_failed(text: str, facet: Facet | None) -> str | None:
    """The response to what is asked or told of money that could not be paid out."""
    if _CLOSED.search(text):
        return "utter_refund_closed"
    if _NEEDED.search(text):
        return "utter_refund_needed"
    if _AGAIN.search(text):
        return "utter_refund_again"
    if facet in (Facet.WHEN, Facet.HOW_LONG, Facet.UNTIL):
        return "utter_refund_again_by"
    return None


def _other_meant(services: RetailServices, tracker: Tracker, order: OrderView) -> OrderView | None:
    """The other order with a refund whose goods are named: "I mean the first aid kit"."""
    text, viewer = latest_text(tracker), viewer_of(tracker)
    if not viewer.signed_in or not _ANOTHER.search(text):
        return None
    text = _WAY.sub(" ", text)  # "to my card" is no card game
    said = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text)
    recent = services.store.recent_orders(viewer, limit=10)
    named = order_naming(said, [one for one in recent if has_refunds(one)])
    return None if named is None or named.number == order.number else named
