"""What else is asked of an order that was just told: what was paid, when it left, how big it is.

One table; what we can't know is said in a sentence, with who does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogue.orders.views import OrderView
from dialogue.questions import plainly
from dialogue.retail.services import Dispatcher
from dialogue.retail.viewing.order_contents import say_contents
from dialogue.retail.wording import Wording

READ = 100  # characters

Say = Callable[[Wording, Dispatcher, OrderView], bool]


def of_parcel(words: Wording, dispatcher: Dispatcher, order: OrderView, text: str) -> bool:
    """Whether the text asks one of these; it has been answered then."""
    text = plainly(text[:READ])
    return any(asked.search(text) and say(words, dispatcher, order) for asked, say in _ASKED)


def _paid(words: Wording, dispatcher: Dispatcher, order: OrderView) -> bool:
    say_contents(words, dispatcher, order)
    return True


def _left_on(words: Wording, dispatcher: Dispatcher, order: OrderView) -> bool:
    """The day on which the last of its parcels left; nothing of what is still here."""
    days = [one.shipped_at for one in order.shipments]
    if not days:
        return False
    dispatcher.utter_message(
        response="utter_left_on", number=order.number, day=words.day(max(days).date())
    )
    return True


def _says(response: str) -> Say:
    def say(_words: Wording, dispatcher: Dispatcher, order: OrderView) -> bool:
        dispatcher.utter_message(response=response, number=order.number)
        return True

    return say


_ASKED: tuple[tuple[re.Pattern[str], Say], ...] = tuple(
    (re.compile(words, re.IGNORECASE), say)
    for words, say in (
        (
            r"\b(?:what|how much) (?:did|have) (?:i|we) (?:paid|pay)\b"
            r"|\bhow much (?:was|did) (?:it|that|this|the order|they)\b"
            r"|\bwhat did (?:it|that) cost\b"
            r"|我?(?:付|花)了多少|(?:订单|一共|总共)(?:是)?多少钱",
            _paid,
        ),
        (
            r"\bwhen\b.{0,15}\b(?:it|that|this|they|order|parcel|package)\b.{0,10}"
            r"\b(?:sent|shipped|dispatched|leave|left|go out|handed)\b|什么时候(?:发|寄)的?货?",
            _left_on,
        ),
        (
            r"\bhow (?:big|large|heavy|tall|wide)\b.{0,20}\b(?:parcel|package|box|it|that)\b"
            r"|\b(?:does|will|would) (?:it|the parcel|the package) fit\b.{0,25}"
            r"\b(?:letter|mail) ?box\b"
            r"|(?:包裹|箱子|快递)(?:有|是)?多[大重]|放得?进信箱",
            _says("utter_parcel_size_unknown"),
        ),
        (r"\binsur(?:ed|ance)\b|保价|保险", _says("utter_parcel_insured")),
        (
            r"\bwho (?:do|can|should|must) (?:i|we) (?:call|ask|contact|write|turn|tell)\b"
            r"|\b(?:does|do|did|if)\b.{0,12}\b(?:n['’]?t|not)\b.{0,10}\b(?:show up|turn up)\b"
            r"|(?:没|不)(?:送到|来).{0,4}(?:找谁|怎么办)",
            _says("utter_parcel_not_there"),
        ),
    )
)
