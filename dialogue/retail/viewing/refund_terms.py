"""How refunds go in general: which way the money goes back, and how long each way takes.

Who asks it of no order is not asked for one, and who is asked for one and says that they only want
to know in general is told.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.policies import Refunds
from dialogue.questions import is_question
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import leave_form
from dialogue.retail.wording import Wording, wording

READ = 160  # characters
SOON = 3  # messages after refunds were spoken of
FORM, TERMS = "refund_status_form", "utter_refund_terms"
_MONEY = re.compile(
    r"\b(?:refund\w*|money|paid back|pay back|get (?:it|that|everything) back)\b|退款|退钱|钱",
    re.IGNORECASE,
)
_GENERALLY = re.compile(
    r"\b(?:in general|general(?:ly)?|usual(?:ly)?|normal(?:ly)?|as a rule"
    r"|just (?:ask(?:ing)?|wondering|want(?:ed)? to know))\b|一般|通常|平时|总的|随便问|只是问",
    re.IGNORECASE,
)
# "How do refunds work?", "how long does a refund by PayPal take?": not "how long does my refund".
_HOW = re.compile(
    r"\bhow (?:do|does|are|is|long|fast|quick\w*|soon|many days)\b[^.;!?]{0,20}"
    r"(?<!my )(?<!the )(?<!this )\brefunds?\b(?! (?:of|for)\b)[^.;!?]{0,25}"
    r"\b(?:work|done|handled|paid|take|takes|go|made)\b"
    r"|\bhow (?:do|does) (?:\w+ )?refunds? work\b"
    r"|退款(?:是)?(?:怎么(?:退|算|弄|走|办)|流程|规则|都?(?:是)?原路)",
    re.IGNORECASE,
)
_MINE = re.compile(r"\b(?:my|this|that) (?:refund|money)\b|我的退款", re.IGNORECASE)
_NONE = re.compile(
    r"^\W*(?:(?:no|sorry|it['’]?s)\W+){0,2}(?:none|neither|not? (?:any|one|about any)|no order)\b"
    r"|^\W*(?:都不是|没有订单|不是哪个)",
    re.IGNORECASE,
)
_WAYS = {
    "card": re.compile(r"\b(?:credit |debit )?cards?\b(?! game)|卡", re.IGNORECASE),
    "PayPal": re.compile(r"\bpaypal\b|贝宝", re.IGNORECASE),
    "bank transfer": re.compile(r"\bbank (?:transfer|account)\b|转账|银行账户", re.IGNORECASE),
    "gift card": re.compile(r"\bgift (?:card|voucher)\b|礼品卡", re.IGNORECASE),
    "invoice": re.compile(r"\b(?:by|on) invoice\b|发票付|账单", re.IGNORECASE),
}


def refund_terms(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Tell how refunds go, and leave the question for an order; None where that is not asked."""
    if not means_refund_terms(services, tracker):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    refunds, text = services.policies.refunds, latest_text(tracker)[:READ]
    named = [
        way for way, said in _WAYS.items() if way in refunds.working_days and said.search(text)
    ]
    ways = named or [*refunds.working_days]
    dispatcher.utter_message(response=TERMS, ways=_days(words, refunds, ways))
    return leave_form(tracker) if (tracker.active_loop or {}).get("name") == FORM else []


def means_refund_terms(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether refunds are asked about, and that of no order."""
    text, form = latest_text(tracker)[:READ], (tracker.active_loop or {}).get("name")
    if not text or form not in (None, FORM) or latest_entity(tracker, "order_number"):
        return False
    if _HOW.search(text):
        return True
    generally = _GENERALLY.search(text) is not None
    if form == FORM and (generally or _NONE.match(text)):
        return generally or TERMS not in said_within(tracker, SOON)
    if not generally or _MINE.search(text):
        return False
    return _MONEY.search(text) is not None and is_question(text)


def _days(words: Wording, refunds: Refunds, ways: list[str]) -> str:
    return words.listing(
        words.say(
            "refund_way",
            method=words.term(way),
            days=words.say("working_days", count=refunds.days_for(way)),
        )
        for way in ways
    )
