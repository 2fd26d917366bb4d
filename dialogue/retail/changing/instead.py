"""Where an order is decides what a wish about it can be: what has arrived is swapped for something
else, what has not left yet is simply changed. Customers need not know the difference.
"""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.states import ProblemKind
from dialogue.orders.views import OrderView
from dialogue.retail.changing.part_of_order import Part, part_meant
from dialogue.retail.problems.problem_words import problem_told
from dialogue.retail.returning.picking import mentioned
from dialogue.retail.services import RetailServices, latest_intent, latest_text, viewer_of
from dialogue.retail.which_order.choice import announced_returns, fitting, may_cancel
from dialogue.retail.wording import wording

READ = 300  # characters that are looked through
RESENT = str(ProblemKind.DELIVERY_NOT_RECEIVED)
_RESEND = re.compile(
    r"\bre-?send\b|\b(?:send|ship|post|mail|deliver)\b(?!.*\bback\b).{0,40}\bagain\b|重发|补发|再[发寄]一",
    re.IGNORECASE,
)
_RETURN = r"(?:returns?|retours?|retoure|exchange|swap)"
_TAKES_BACK = re.compile(
    r"\b(?:cancel|withdraw|undo|revoke|scrap|void|delete|annul|stop|remove|strike|kill|forget"
    r"|take back|call off)\s+(?:(?:the|my|that|this|a|our)\s+)?(?:\w+\s+)?"
    rf"(?:{_RETURN}\b|R\s?-?\s?\d{{4}})"
    rf"|\b{_RETURN}\b(?:(?!\bor\b).){{0,20}}\b(?:cancel|delete|scrap|void|undo)\b"
    r"|(?:取消|撤销|撤回|作废).{0,6}(?:退|换)|(?:退货|换货).{0,8}(?:取消|撤销|撤回|作废)|不[退换]了",
    re.IGNORECASE,
)
# "I keep the shirt I was to send back"; not "I keep the shirt but return the mugs".
_KEEPS = re.compile(
    r"\bkeep(?:ing)?\b(?:(?!\bbut\b|\band\b|[,;]).){0,60}\b(?:return\w*|announced|back)\b"
    r"|\b(?:don['’]?t|do not|no longer|not)\s+(?:want|need|going) to (?:send|return)\b",
    re.IGNORECASE,
)
_BACK = (
    r"(?:return(?:ing)?\b|send(?:ing)?\b[^,;.!?]{0,40}\bback\b|exchang(?:e|ing)\b|swap(?:ping)?\b)"
)
# "I don't want to return the earbuds anymore": whatever is announced, it begins no return.
_NO_LONGER = re.compile(
    rf"(?:n['’]t|\b(?:do|wo|did)nt|\bnot|\bnever)\s+(?:\w+\s+){{0,3}}?{_BACK}"
    r"[^,;.!?]{0,60}\b(?:any ?more|any longer|after all)\b"
    rf"|\bno longer\s+(?:\w+\s+){{0,3}}?{_BACK}"
    r"|不(?:想|要|用)?再?[退换](?:货)?了",
    re.IGNORECASE,
)
# "No exchange then, I'll just send it back": a return, and none is taken back.
_SENT_BACK_THEN = re.compile(
    r"\b(?:no|not|cancel|forget|stop|without|don['’]?t)\b.{0,20}\b(?:exchang|swap).{0,25}"
    r"\b(?:return|refund|money|send)|不换.{0,10}退(?!换)",
    re.IGNORECASE,
)
# "One mug is missing, send a new one" adds nothing to an order, and nothing is swapped.
_NEAR_A_REPORT = frozenset({"exchange_item", "get_invoice", "modify_order", "return_item"})
# "The shade is cracked, will you pay for it?" wants no invoice, and some say so.
_INVOICE = re.compile(
    r"(?<!\bno )(?<!\bnot an )(?<!\bnot the )\b(?:invoice|receipt|bill)\b"
    r"|(?<!不要)(?<!不是要)(?<!不是)(?<!不用)(?<!不开)发票",
    re.IGNORECASE,
)
_NEAR_A_WITHDRAWAL = frozenset({"cancel_order", "return_item", "exchange_item"})
_WHOLE = re.compile(
    r"\b(?:cancel\w*|stop|annul|call off)\s+"
    r"(?:(?:my|the|this|that|whole|entire|complete|full|of)\s+)*orders?\b(?!\W+(?:except|but|apart|without))"
    r"|(?<!not )(?<!not the )\b(?:whole|entire|everything(?! (?:but|except|apart|other)))\b"
    r"|\border\b.{0,20}\b(?:with|of|for|containing)\b"
    r"|整单|整个|(?<!不是)(?<!不要)(?<!别)全部|取消订单|订单取消",
    re.IGNORECASE,
)
RESEND, WITHDRAWAL = "problem_form", "withdraw_return_form"
STATUS = "order_status_form"
# "Why hasn't it left yet?" cancels nothing, nor asks for it.
_NOT_SENT_YET = re.compile(
    r"\b(?:why|when|how come|has|is)\b.{0,40}\b(?:sent|ship\w*|left|dispatched|arriv\w+|here)\b"
    r"|(?:怎么|为什么|为啥|咋).{0,6}(?:还|都)?(?:没|不).{0,4}(?:发|寄|送|到)|还没(?:发货|寄出|发出)"
    r"|什么时候.{0,6}(?:发货|发出|寄出)",
    re.IGNORECASE,
)
_CANCELS = re.compile(
    r"\b(?:cancel\w*|stop|withdraw)\b|(?:\bnot|n['’]?t|\bno longer)\s(?:want|need)\b"
    r"|取消|不要|不想要|退",
    re.IGNORECASE,
)
CHANGE, SWAP = "modify_order_form", "exchange_form"
CANCEL = "cancel_order_form"
# "I ordered the wrong size": nobody sent anything wrong.
_OWN_MISTAKE = re.compile(
    r"\bi (?:\w+ ){0,2}?(?:ordered|chose|picked|took|selected|bought|clicked)\b"
    r"(?!.{0,60}\b(?:but|got|sent|came|received)\b).{0,40}\b(?:wrong|too)\b"
    r"|我?(?:买|订|选|点|下)错了?(?!.{0,20}[发寄送收])",
    re.IGNORECASE,
)
# A return that is only thought of: "can I return it if it doesn't fit?".
_ONCE_HERE = re.compile(
    r"\b(?:if|in case|when|once|after)\b|如果|要是|万一|(?:收|等|送|寄)到|到[了货]|到时",
    re.IGNORECASE,
)
_OTHER = {
    "exchange_item": (SWAP, CHANGE),
    "modify_order": (CHANGE, SWAP),
    "return_item": ("return_form", CANCEL),
    "withdraw_return": (WITHDRAWAL, CANCEL),
}
_CANCELS_PART = frozenset({"cancel_order", "return_item"})  # what has not left is not sent back


def form_meant(services: RetailServices, tracker: Tracker) -> str | None:
    """The form of the wish that the words say, where it was taken for a neighbour of it.

    Goods that are torn or missing are a report, unless they shall go back.
    "Send it again" is no return: the shop shall send. "Scrap the return" takes one back, and where
    none is announced hears so; "I keep what I was to send back" takes back what is announced.
    """
    text, intent = latest_text(tracker)[:READ], latest_intent(tracker)
    if intent in _NEAR_A_REPORT and problem_told(text):
        return None if intent == "get_invoice" and _INVOICE.search(text) else RESEND
    sending = _of_sending(intent, text) or _of_own_mistake(services, tracker, text)
    if sending is not None:
        return sending
    viewer = viewer_of(tracker)
    if intent not in _NEAR_A_WITHDRAWAL or not viewer.signed_in:
        return None
    back = intent == "return_item" and _SENT_BACK_THEN.search(text)
    if not back and (_TAKES_BACK.search(text) or _no_longer(text)):
        return WITHDRAWAL
    if back or not _KEEPS.search(text):
        return None
    announced = map(announced_returns, services.store.recent_orders(viewer, limit=10))
    return WITHDRAWAL if any(announced) else None


def _of_own_mistake(services: RetailServices, tracker: Tracker, text: str) -> str | None:
    """What has not left is changed, what has come is swapped, by the goods that are named."""
    viewer = viewer_of(tracker)
    if latest_intent(tracker) != ProblemKind.WRONG_ITEM or not _OWN_MISTAKE.search(text):
        return None
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    named = [one for one in recent if mentioned(words.in_records(text), one.items)]
    today = services.clock().date()
    return CHANGE if fitting(CHANGE, named or recent, today, services.policies) else SWAP


def _of_sending(intent: str, text: str) -> str | None:
    if intent == "cancel_order" and _NOT_SENT_YET.search(text) and not _CANCELS.search(text):
        return STATUS
    return RESEND if intent == "return_item" and _RESEND.search(text) else None


def _no_longer(text: str) -> bool:
    """Whether something shall not come back any more, and nothing else shall instead."""
    left, found = _NO_LONGER.subn(" ", text)
    return found > 0 and re.search(_BACK, left, re.IGNORECASE) is None


def kind_meant(tracker: Tracker) -> str:
    """The kind of problem that such a report is about: told of the goods, else all is missing."""
    return str(problem_told(latest_text(tracker)) or RESENT)


def form_instead(services: RetailServices, tracker: Tracker, number: str | None) -> str | None:
    """The form that does for this order what the latest wish asks for, where its own cannot.

    What has not left is cancelled, not sent back; and who speaks of cancelling where nothing is
    announced means the order.
    """
    intent, text = latest_intent(tracker), latest_text(tracker)[:READ]
    meant = {"withdraw_return": _TAKES_BACK, "return_item": _ONCE_HERE}.get(intent)
    if meant is not None and meant.search(text):
        return None
    forms = _OTHER.get(intent)
    if number is None or forms is None:
        return None
    try:
        order = services.store.order(viewer_of(tracker), str(number))
    except OrderNotFound:
        return None
    own, other = (
        fitting(form, [order], services.clock().date(), services.policies) for form in forms
    )
    return forms[1] if other and not own else None


def part_to_cancel(
    services: RetailServices, tracker: Tracker, number: str | None
) -> tuple[OrderView, Part] | None:
    """The order and the part of it that alone shall be cancelled: "cancel just the shirt"."""
    text = latest_text(tracker)[:READ]
    if number is None or latest_intent(tracker) not in _CANCELS_PART or _WHOLE.search(text):
        return None
    try:
        order = services.store.order(viewer_of(tracker), str(number))
    except OrderNotFound:
        return None
    if not may_cancel(order, services.policies):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    part = part_meant(tracker, words, order)
    return None if part is None else (order, part)
