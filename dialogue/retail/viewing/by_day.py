"""Whether an order comes by a day that is named: "will it be here before Tuesday?"."""

from __future__ import annotations

import re
from datetime import date

from dialogue.orders import rules
from dialogue.orders.states import Lateness
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.later.when import moment_in
from dialogue.retail.services import Dispatcher, RetailServices
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.wording import Wording

READ = 120  # characters
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*"
_ENGLISH_DAY = (
    r"(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow|the day after tomorrow"
    rf"|(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}})"
)
_BY = (
    re.compile(rf"\b(?P<before>before|ahead of)\s(?:this |next )?{_ENGLISH_DAY}", re.IGNORECASE),
    re.compile(rf"\b(?:sure|certain|positive)\b.{{0,25}}?\b{_ENGLISH_DAY}", re.IGNORECASE),
    re.compile(
        rf"\b(?:by|until|till?|on|in time for|at the latest)\s(?:this |next )?{_ENGLISH_DAY}"
        rf"|\b(?:here|arrive|come|be it|mine)\s{_ENGLISH_DAY.replace('day>', 'other>')}",
        re.IGNORECASE,
    ),
)
_CHINESE = re.compile(
    r"(?P<day>下?个?(?:周|星期|礼拜)[一二三四五六日天]|大?后天|明天|今天|\d{1,2}月\d{1,2}[日号])(?P<before>之?前)?"
)
_COMES = re.compile(
    r"\b(?:will|does|is|are|do|would|should)\b.{0,30}\b(?:it|that|they|be|here|come|coming|arriv\w+"
    r"|get|there|order|parcel)\b|\barriv\w+\b|\bsure\b|到|送达",
    re.IGNORECASE,
)
_NEEDED = re.compile(
    r"\b(?:i|we) (?:really )?need (?:it|that|this|them)\b|必须.{0,8}(?:到|收)", re.IGNORECASE
)
# Who asks for another day, or doubts the one that was told, is answered otherwise.
_OTHER = re.compile(
    r"\b(?:instead|earlier|sooner|faster|later|rather|really|only|can|could|not|possible"
    r"|deliver on)\b"
    r"|\b(?:what time|what hour|morning|afternoon|evening)\b"
    r"|几点|什么时|哪天|上午|下午|改|能不能|可以|提前|推迟|真的|只|[不没]到",
    re.IGNORECASE,
)


def say_whether_by(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView, text: str
) -> bool:
    """Say it by the expected day, if it is asked of an order that is to come in time."""
    asked = _day_asked(services, text)
    late = late_parcels(order, Lateness.DELAYED) or late_parcels(order, Lateness.LOST)
    if asked is None or order.status not in rules.OPEN or late:
        return False
    day, strictly = asked
    comes = order.expected_on < day or (order.expected_on == day and not strictly)
    dispatcher.utter_message(
        response="utter_by_day_yes" if comes else "utter_by_day_no",
        number=order.number,
        expected=words.day(order.expected_on),
    )
    return True


def _day_asked(services: RetailServices, text: str) -> tuple[date, bool] | None:
    """The day, and whether it shall be there before it."""
    text = text[:READ]
    asks = (is_question(text) and _COMES.search(text)) or _NEEDED.search(text)
    if not asks or _OTHER.search(text):
        return None
    for pattern in (*_BY, _CHINESE):
        found = pattern.search(text)
        if found is None:
            continue
        known = found.groupdict()
        moment = moment_in(str(known.get("day") or known.get("other")), services.clock())
        return None if moment is None else (moment.date(), bool(known.get("before")))
    return None
