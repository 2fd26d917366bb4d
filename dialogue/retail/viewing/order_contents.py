"""What is in an order: whether that is asked, and the answer."""

from __future__ import annotations

import re

from dialogue.orders.views import OrderView
from dialogue.retail.services import Dispatcher
from dialogue.retail.wording import Wording

READ = 500  # characters that are looked through
# "What was in it?", "what did that order contain?" of the order spoken of.
_CONTENTS = re.compile(
    r"\bwhat(?:['’]?s)?\b.{0,40}?\b(?:in|inside) (?:it|that|this|there|(?:the|that|this|my)"
    r" (?:one|order|parcel|package|box))\b"
    r"|\bwhat\b.{0,20}?\b(?:it|that|this|one|order)\b.{0,15}?\b(?:contain|include|hold)"
    r"|\b(?:what|which) (?:items|things|goods|articles)\b.{0,25}?\b(?:it|that|this|the one"
    r"|in (?:the|my) (?:order|parcel|package))\b"
    r"|\bcontents?\b|(?:包裹|订单|箱子)里.{0,4}什么|里面?都?[有是装]|[包内]含",
    re.IGNORECASE,
)
# "What's the total of 2055?", "how much did I pay?": the contents are told with what it costs.
_TOTAL = re.compile(
    r"\b(?:total|sum|price)\b.{0,12}\b(?:of|for) (?:it|that|this|my|the|order|\d{4,6})\b"
    r"|\bwhat(?:['’]?s| is| was) the (?:total|sum)\b"
    r"|\bhow much (?:was|is|did|have|does)\s(?:it|that|this|i|we|(?:(?:the|my|this|that) )?order"
    r"|\d{4,6})\b(?! (?:cost )?to\b)"
    r"|(?:订单|这单|那单|\d{4,6}).{0,6}(?:一共|总共|多少钱|总价|总额)|(?:一共|总共)(?:是|要|付了?|花了?)?多少",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:shipping|delivery|postage|return\w*|refund\w*|back|cancel\w*|swap|exchange|change"
    r"|all (?:my|of)|orders)\b|运费|邮费|退|取消|换",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:where|when|arriv\w*|status|track\w*)\b|哪里|哪儿|到哪|什么时候", re.IGNORECASE
)


def asks_contents(text: str) -> bool:
    """Whether it is asked what is in an order or what it comes to, and nothing else of it."""
    text = text[:READ]
    total = _TOTAL.search(text) is not None and _ELSE.search(text) is None
    return (total or _CONTENTS.search(text) is not None) and _WHERE.search(text) is None


def say_contents(words: Wording, dispatcher: Dispatcher, order: OrderView) -> None:
    """Everything that is in an order."""
    dispatcher.utter_message(
        response="utter_order_contents",
        number=order.number,
        placed=words.day(order.placed_at),
        items=words.items(item.label for item in order.items),
        total=words.money(order.total_cents, order.currency),
        buttons=[words.status_button(order.number), words.person_button()],
    )
