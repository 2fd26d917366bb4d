"""The ways to pay: a yes or a no for one that is named."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.goods.describing import RETURN_IN_STORE, also_asked
from dialogue.retail.services import Dispatcher, Events, RetailAction, latest_text

READ = 300  # characters that are looked through
_TAKEN = re.compile(
    r"\b(?:visa|master ?card|(?:credit|debit|gift) ?cards?|pay ?pal|bank transfer|wire)\b"
    r"|信用卡|借记卡|礼品卡|银行转账|贝宝|刷卡|银行卡|\bcards?\b",
    re.IGNORECASE,
)
_NOT_TAKEN = re.compile(
    r"\b(?:klarna|(?:on|by|per|with|an|no) invoice|on account|instal?ments?|(?:in|by|with) cash"
    r"|cash on delivery|cod|che(?:ck|que)s?|bitcoins?|crypto\w*|ali ?pay|we ?chat(?: pay)?|sofort"
    r"|giropay|ideal|direct debit|sepa debit|(?:apple|google|samsung|amazon) pay)\b"
    r"|货到付款|现金|分期|支付宝|微信|发票付款|先用后付|比特币",
    re.IGNORECASE,
)


# Of cards that not every shop takes; we know nothing of them.
_BRANDS = re.compile(
    r"\b(?:am(?:erican )?ex(?:press)?|diners(?: club)?|discover|jcb|union ?pay|maestro)\b"
    r"|银联|运通",
    re.IGNORECASE,
)


class PaymentMethodsAction(RetailAction):
    """How one can pay."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_payment_methods"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """No to what we do not take, yes to what we take, and all of them in each answer.

        Whether goods come back to a store, asked beside it, is answered too.
        """
        text = latest_text(tracker)[:READ]
        taken, refused = _TAKEN.search(text), _NOT_TAKEN.search(text)
        brand = _BRANDS.search(text)
        if brand:
            dispatcher.utter_message(response="utter_payment_brand", brand=brand[0])
        elif taken and refused:
            facts = {"taken": taken[0], "refused": refused[0]}
            dispatcher.utter_message(response="utter_payment_some", **facts)
        elif refused:
            dispatcher.utter_message(response="utter_payment_not_that_way")
        elif taken:
            dispatcher.utter_message(response="utter_payment_that_way")
        else:
            dispatcher.utter_message(response="utter_payment_methods")
        if RETURN_IN_STORE in also_asked(text):
            dispatcher.utter_message(response=RETURN_IN_STORE)
        return []
