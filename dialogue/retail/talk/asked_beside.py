"""A short question beside what was just told or is being asked: what it costs, until when, how.

One table says which response answers it; what it is about is the form that is active, else what was
told last. A question that names a matter of its own is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.addresses import countries_in
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    answers_within,
    latest_entity,
    latest_intent,
    latest_text,
    listener_of,
)

READ = 90  # characters; who asks on asks shortly
FEW = 4  # words that need no sign of a question: "by mail"
SOON = 3  # messages after it was told


@dataclass(frozen=True)
class Matter:
    """What side questions may be about.

    `told` fits the responses after which it is spoken of, `named` the words that name it. `form` is
    the form that asks for it.
    """

    told: re.Pattern[str]
    named: re.Pattern[str]
    answers: Mapping[Facet, str]
    form: str | None = None
    asking: bool = False  # only while the form asks


def _matter(
    told: str,
    named: str,
    answers: Mapping[Facet, str],
    form: str | None = None,
    *,
    asking: bool = False,
) -> Matter:
    return Matter(re.compile(told), re.compile(named, re.I), answers, form, asking)


_CARDS = r"(?:gift ?)?cards?|vouchers?|codes?|pins?|礼品卡|卡号|密码"
_REMINDERS = r"remind\w*|提醒"
_UPDATES = r"messages?|updates?|notif\w+|通知"
_INVOICES = r"invoices?|bill|receipt|pdf|vat|发票"
_OF_CARDS = {
    Facet.COST: "utter_gift_card_free",
    Facet.REFUND: "utter_gift_card_in_cash",
    Facet.UNDO: "utter_gift_card_in_cash",
    Facet.UNTIL: "utter_gift_card_valid",
    Facet.HOW_LONG: "utter_gift_card_valid",
    Facet.WHEN: "utter_gift_card_valid",
    Facet.WHERE: "utter_gift_card_where",
    Facet.WHO: "utter_gift_card_buy",
    Facet.MAIL: "utter_gift_card_buy",
    Facet.HOW: "utter_gift_card_use",
}
_OF_REMINDERS = {
    Facet.COST: "utter_reminder_free",
    Facet.MAIL: "utter_reminder_how",
    Facet.HOW: "utter_reminder_how",
    Facet.WHERE: "utter_reminder_how",
    Facet.WHO: "utter_reminder_how",
    Facet.UNDO: "utter_reminder_undo",
}
_OF_UPDATES = {
    Facet.COST: "utter_updates_free",
    Facet.MAIL: "utter_updates_mail",
    Facet.UNTIL: "utter_updates_how",
    Facet.UNDO: "utter_updates_undo",
}
_OF_INVOICES = {
    Facet.COST: "utter_invoice_free",
    Facet.MAIL: "utter_invoice_mail",
    Facet.WHERE: "utter_invoice_mail",
    Facet.WHEN: "utter_invoice_mail",
    Facet.HOW_LONG: "utter_invoice_mail",
    Facet.UNTIL: "utter_invoice_mail",
    Facet.HOW: "utter_invoice_mail",
    Facet.UNDO: "utter_invoice_undo",
}
# The first that fits.
MATTERS = (
    _matter(
        "utter_gift_",
        _CARDS,
        {
            **_OF_CARDS,
            Facet.HOW: "utter_gift_where",
            Facet.WHERE: "utter_gift_where",
            Facet.MAIL: "utter_gift_where",
            Facet.WHY: "utter_gift_why",
        },
        "gift_card_form",
        asking=True,
    ),
    _matter(
        "utter_gift_balance",
        rf"{_CARDS}|balance|余额",
        {
            **_OF_CARDS,
            Facet.UNTIL: "utter_gift_balance_until",
            Facet.HOW_LONG: "utter_gift_balance_until",
            Facet.WHEN: "utter_gift_balance_until",
            Facet.WHY: "utter_gift_balance_why",
            Facet.DIFFERENCE: "utter_gift_balance_why",
        },
    ),
    _matter("utter_gift_", _CARDS, _OF_CARDS),
    _matter(
        "utter_reminder",
        _REMINDERS,
        {
            **_OF_REMINDERS,
            Facet.UNTIL: "utter_reminder_far",
            Facet.HOW_LONG: "utter_reminder_far",
            Facet.WHY: "utter_reminder_why",
        },
        "reminder_form",
        asking=True,
    ),
    _matter("utter_(?:reminder|notice_reminder)", _REMINDERS, _OF_REMINDERS),
    _matter("utter_(?:updates_|notice_order_)", _UPDATES, _OF_UPDATES, "shipping_updates_form"),
    # How long other details take is told with them, see `invoice_questions`.
    _matter(
        "utter_invoice_details_",
        _INVOICES,
        {Facet.COST: "utter_invoice_free", Facet.UNDO: "utter_invoice_undo"},
    ),
    _matter("utter_invoice", _INVOICES, _OF_INVOICES, "invoice_form"),
    _matter(
        "utter_payment_(?!problem)",
        r"pay\w*|card|paypal|付款|支付",
        {
            Facet.COST: "utter_payment_free",
            Facet.WHEN: "utter_payment_when",
            Facet.UNDO: "utter_payment_undo",
        },
    ),
    _matter(
        "utter_warranty",
        r"warranty|repair\w*|保修|维修",
        {
            Facet.COST: "utter_warranty_cost",
            Facet.UNTIL: "utter_warranty_years",
            Facet.HOW_LONG: "utter_warranty_years",
            Facet.HOW: "utter_warranty_how",
            Facet.WHERE: "utter_warranty_how",
            Facet.MAIL: "utter_warranty_how",
        },
    ),
    _matter(
        "utter_reset_",
        r"password|link|密码",
        {
            Facet.COST: "utter_reset_free",
            Facet.MAIL: "utter_reset_mail_missing",
            Facet.WHO: "utter_reset_mail_missing",
            Facet.HOW_LONG: "utter_reset_password",
            Facet.UNTIL: "utter_reset_password",
        },
    ),
    _matter(
        "utter_(?:shipping_|ships_there|no_express)",
        r"shipping|deliver\w*|parcels?|运费|配送|快递",
        {
            Facet.MAIL: "utter_shipping_mail",
            Facet.UNDO: "utter_shipping_undo",
            Facet.WHO: "utter_faq/which_carrier",
        },
    ),
    _matter(
        "utter_return_policy",
        r"returns?|refund|退",
        {
            Facet.COST: "utter_return_policy_free",
            Facet.REFUND: "utter_return_policy_money",
            Facet.UNDO: "utter_return_policy_undo",
        },
    ),
    _matter(
        "utter_(?:status_|day_|only_the_day)",
        r"orders?|parcels?|it|订单|包裹",
        {Facet.MAIL: "utter_shipping_mail"},
    ),
)
_QUESTIONS = re.compile(
    r"[?？.,，]\s*(?:and|also)?\s*\w|\band (?:do|does|will|is|can)\b", re.IGNORECASE
)
# What else is surely meant where no form asks: "and where is it?" after an invoice.
_WISHES = frozenset(
    {
        "cancel_order",
        "change_address",
        "code_not_received",
        "exchange_item",
        "human_agent",
        "order_status",
        "remind_me",
        "return_item",
        "shipping_updates",
    }
)
# What is said beside these, and leaves them spoken of.
_BESIDE = re.compile(
    r"utter_(?:care|thank|did_you_mean|no_(?:sure_)?answer|ask_rephrase|fallback_again|unasked|said_before|faq|all_that_)"
)
_WHERE_IS = re.compile(r"\bwhere(?:['’]?s| is| are) (?:the|my) \w{3,}", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:orders?|parcels?|package|returns?|refunds?|exchange|deliver\w*|shipping|stock|sizes?"
    r"|colou?rs?|account|password|codes?|coupons?|discounts?|warranty|stores?|shops?|colleague"
    r"|person|tickets?|balance)\b"
    r"|订单|包裹|退|换货|快递|运费|尺码|颜色|账户|密码|优惠码|保修|门店|人工|余额|支付宝|微信支付|扣款",
    re.IGNORECASE,
)


_DO_IT = re.compile(
    r"\b(?:can|could|will|would|can['’]?t|cannot|couldn['’]?t) (?:you|u) (?:please )?(?:just )?"
    r"(?:do|change|set|reset|make|create)\b"
    r"|(?:帮我|替我)(?:办|改|弄|做)",
    re.IGNORECASE,
)
_REPAIR = re.compile(
    r"\b(?:take|repair|fix|mend|replace)\w*\b|(?<!保)修(?:[好要完多]|几天)|换", re.IGNORECASE
)
_POINTS = r"(?:points?|leaves|leafs?|balance)"
_POINTS_WRONG = re.compile(
    rf"\b(?:my|\d+|the) {_POINTS}\b.{{0,30}}\b(?:wrong|missing|gone|lost|disappeared|vanished"
    r"|incorrect|not (?:there|right|correct|credited|added)"
    r"|(?:are|were)n['’]?t (?:there|right|credited|added))\b"
    rf"|\b(?:missing|lost) (?:my |\d+ |some )?{_POINTS}\b"
    rf"|\bdidn['’]?t get (?:my|any|the) {_POINTS}\b"
    rf"|\b(?:had|have) \d+ {_POINTS}\b.{{0,20}}\b(?:now|only|but)\b"
    r"|(?:积分|叶子|Leaves).{0,10}(?:不对|少了|没了|不见|错|没到|没有到)",
    re.IGNORECASE,
)
_OF_ACCOUNTS = re.compile(r"utter_(?:reset_|update_account|create_account|delete_account)")


def asks_to_do(text: str) -> bool:
    """Whether a yes asks for a deed: "yes please send me my data"."""
    return re.search(r"\b(?:send|do|give|change|delete)\b|发|办|改|删", text[:READ]) is not None


def done_by_people(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Of accounts, what customers can't do by themselves is done by people: "do it for me"."""
    said = next((str(one.get("utter_action")) for one in answers_within(tracker, SOON)), "")
    if not _OF_ACCOUNTS.match(said) or not _DO_IT.search(latest_text(tracker)[:READ]):
        return None
    dispatcher.utter_message(response="utter_done_by_people")
    return []


def of_points(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Leaves that are missing or wrong: only a colleague sees them."""
    if not _POINTS_WRONG.search(latest_text(tracker)[:READ]):
        return None
    dispatcher.utter_message(response="utter_points_by_people")
    return []


def side_question(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer it by the table; None where nothing is asked, or the table does not know."""
    found = answer_beside(tracker)
    wishes = latest_intent(tracker) in _WISHES and not (tracker.active_loop or {}).get("name")
    two = wishes and len(_QUESTIONS.findall(latest_text(tracker)[:READ])) > 0
    if found is None or (wishes and not two):
        return None
    response, facts = found
    if response == "utter_shipping_mail" and _follows(services, tracker):
        response = "utter_updates_mail"
    if response == "utter_warranty_years" and _REPAIR.search(latest_text(tracker)[:READ]):
        response = "utter_warranty_time"
    years = services.policies.gift_cards.valid_years
    dispatcher.utter_message(response=response, **{**facts, "years": years})
    return None if two else []


def _follows(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the conversation is told already when an order moves."""
    extras = services.extras
    return extras is not None and bool(extras.subscriptions.followed(listener_of(tracker)))


def answer_beside(tracker: Tracker) -> tuple[str, dict[str, Any]] | None:
    """The response to the latest message as a side question, and the facts told before."""
    text = latest_text(tracker)
    facet = facet_in(text) if text and len(text) <= READ else None
    if facet is None or not (is_question(text) or len(text.split()) <= FEW):
        return None
    if countries_in(text):
        return None  # "what's the postage to Spain" asks of the delivery there
    if latest_entity(tracker, "order_number") or latest_entity(tracker, "product"):
        return None
    matter, facts = _spoken_of(tracker) or (None, {})
    if matter is None or _names_another(matter, text):
        return None
    response = matter.answers.get(facet)
    return None if response is None else (response, facts)


def _spoken_of(tracker: Tracker) -> tuple[Matter, dict[str, Any]] | None:
    """The matter that is asked for or was told last, and the facts of that answer."""
    form = (tracker.active_loop or {}).get("name")
    if form is not None:
        return next(((one, {}) for one in MATTERS if one.form == form), None)
    for said in answers_within(tracker, SOON):
        response = str(said.get("utter_action"))
        found = next((o for o in MATTERS if not o.asking and o.told.match(response)), None)
        if found is not None:
            return found, {name: fact for name, fact in said.items() if name != "utter_action"}
        if not _BESIDE.match(response):
            return None
    return None


def _names_another(matter: Matter, text: str) -> bool:
    """Whether it is about something else by its own words."""
    others = matter.named.sub(" ", text)
    return (_ELSEWHERE.search(others) or _WHERE_IS.search(others)) is not None
