"""What is asked beside a change of an order, by its words: what is in it, lockers.

More particular than the facets that may be asked of anything; the first that fits is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogue.retail.changing.address_again import say_where
from dialogue.retail.changing.aside_answers import (
    ADDRESS,
    CANCEL,
    CHANGE,
    Matter,
    Say,
    comes,
    money,
    plain,
    until,
    when,
)
from dialogue.retail.services import Dispatcher, RetailServices
from dialogue.retail.wording import Wording

ALL = frozenset({CANCEL, ADDRESS, CHANGE})


def _contents(
    _services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    order = matter.order
    if order is None:
        plain("order_first")(_services, words, dispatcher, matter)
        return
    dispatcher.utter_message(
        response="utter_order_contents",
        number=order.number,
        placed=words.day(order.placed_at),
        items=words.items(item.label for item in order.items),
        total=words.money(order.total_cents, order.currency),
    )


def _only_this(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    plain("only_this" if matter.order else "each")(services, words, dispatcher, matter)


def _where(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    if matter.order is None:
        plain("order_first")(services, words, dispatcher, matter)
    else:
        say_where(words, dispatcher, matter.order, may_change=False)


def _same_way(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    """To the very card or account that it was paid with, which nobody sees here."""
    order = matter.order
    if order is None or not order.method:
        money(services, words, dispatcher, matter)
        return
    dispatcher.utter_message(
        response="utter_aside_same_way", number=order.number, method=words.term(order.method)
    )


def _still(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, matter: Matter
) -> None:
    """How far the order is: until it leaves it may be done."""
    order = matter.order
    if order is None or matter.done:
        until(services, words, dispatcher, matter)
        return
    dispatcher.utter_message(
        response="utter_aside_still", number=order.number, status=words.status(order)
    )


def _says(response: str) -> Say:
    """One of the responses that stand elsewhere."""

    def say(
        _services: RetailServices, _words: Wording, dispatcher: Dispatcher, matter: Matter
    ) -> None:
        number = matter.order.number if matter.order else ""
        dispatcher.utter_message(response=response, number=number)

    return say


@dataclass(frozen=True)
class Beside:
    """Words that ask something of the change that one of `forms` makes, and what answers them."""

    words: re.Pattern[str]
    say: Say
    forms: frozenset[str] = ALL
    done: bool = True  # whether it is asked of a change that was made, too


def _beside(words: str, say: Say, *forms: str, done: bool = True) -> Beside:
    return Beside(re.compile(words, re.IGNORECASE), say, frozenset(forms) or ALL, done)


_IT = r"(?:it|that|this|they|them|these|those|(?:the|my) (?:order|parcel|package|rest|goods))"
_BESIDES = (
    _beside(
        r"\b(?:all|every|each|both|the others?|(?:my )?other)\b.{0,12}\borders\b|\bfor all(?: of)?"
        r"(?: them| my orders)?\W*$|\ball of them\b|\bevery order\b"
        r"|(?:所有|全部|其他|其它|别的|每个|每一?[个单]).{0,3}(?:的)?(?:订单|单)",
        _only_this,
        ADDRESS,
        CHANGE,
    ),
    _beside(
        r"\bwhat (?:size|colou?r)s?\b.{0,15}\b(?:i|we)\b.{0,15}"
        r"\b(?:order|have|take|pick|choose|chose|buy)"
        r"|\bwhat(?:['’]?s| is| are| was| were)?\b.{0,15}\b(?:else|(?:the |those )?"
        r"(?:\d{1,2}|one|two|three|other|others|rest)(?: \d{1,2})?(?: more| other| others)?"
        r"(?: things| items| ones)?(?=\W*$))"
        rf"|\bwhat(?:['’]?s| is| are| was| were)?\b.{{0,20}}\b(?:in|inside) {_IT}\b"
        r"|\bwhat (?:did|have) (?:i|we) (?:order|buy|bought|pay|paid)\w*\b"
        r"|\b(?:which|what) (?:things|items|goods)\b"
        rf"|\bhow much (?:was|did) (?:{_IT}|i pay)\b"
        r"|(?:里面?|订单).{0,3}(?:有|是|都有|还有)(?:什么|哪些)|还有(?:什么|哪些)|我?(?:买|订)的?(?:是|了)?(?:什么|哪|几)(?:码|号|色|颜色|个|件)",
        _contents,
        done=False,
    ),
    _beside(
        r"\b(?:old|previous|current|present|original|first|first one)\b(?: \w+)? "
        r"?(?:one|address|street)\b.{0,25}$"
        r"|\b(?:which|what) (?:address|street)\b|\bwhat address\b"
        rf"|\bwhere (?:was|is|does|would) {_IT}\b.{{0,15}}\b(?:go|going|sent)\b"
        r"|(?:原来|之前|以前|旧|现在)的?(?:是|那个)?(?:哪个|什么)?地址",
        _where,
        ADDRESS,
        done=False,
    ),
    _beside(
        r"\bnames?\b.{0,25}\b(?:label|parcel|package|order|it|there)\b"
        r"|\b(?:label|parcel|package)\b.{0,25}\bname\b"
        r"|(?:收件人|名字|姓名).{0,8}(?:还是|变|不变|一样|改|写)|(?:面单|包裹).{0,8}(?:名字|姓名|收件人)",
        plain("name_stays"),
        ADDRESS,
    ),
    _beside(
        r"^(?!\W*do you\b).{0,60}"
        r"\b(?:lockers?|pack ?stations?|parcel (?:shop|store|station)s?|pick-?up points?"
        r"|post office)\b"
        r"|丰巢|快递柜|自提[点柜]|取件点|代收点|驿站",
        plain("no_locker"),
        ADDRESS,
    ),
    _beside(
        r"\b(?:pick\w*|collect\w*|fetch\w*|get)\b.{0,15}\b(?:store|shop|there myself)\b"
        r"|自提(?![点柜])|自取|[到去].{0,4}店里?.{0,2}[取拿]",
        _says("utter_no_pickup_now"),
        ADDRESS,
    ),
    _beside(
        r"\b(?:some(?:one|body)|any(?:one|body)|neighbou?rs?|(?:room|flat|house) ?mates?)\b.{0,12}"
        r"\b(?:else )?(?:take|takes|accept|receive|sign|get)\b"
        r"|\bleft? (?:it )?with (?:a|my|the) neigh"
        r"|别人.{0,4}[收签取]|[代帮][我]?[收签]|邻居",
        _says("utter_nobody_in_open"),
        ADDRESS,
    ),
    _beside(
        rf"\b(?:re-?order|order anew)\b|\b(?:order|buy|get) {_IT} (?:again|later|anew)\b"
        r"|\border again\b|再(?:次)?(?:买|订|下单)|重新(?:买|订|下单)",
        plain("order_again"),
        CANCEL,
    ),
    _beside(
        r"\b(?:can|could|may) (?:i|we)\b.{0,10}\b(?:do|decide|answer|say|think)\b.{0,15}"
        r"\b(?:later|tomorrow|tonight|over|first)\b|(?:晚点|待会儿?|等会儿?|明天)再(?:说|决定|取消|改)|考虑(?:一下|下)",
        until,
        done=False,
    ),
    _beside(
        rf"\b(?:is|was|has) (?:{_IT} )?(?:really |still )?(?:not |n['’]t )?(?:been )?(?:already )?"
        r"(?:sent|shipped|left|packed|gone|dispatched)\b"
        r"|\bis n['’]?t\b.{0,12}\b(?:sent|shipped|gone)\b"
        rf"|\b(?:has|is) {_IT} (?:\w+ )?(?:not )?(?:left|gone|packed|prepared)\b"
        r"|\bonly (?:just )?(?:ordered|bought)\b|\bjust (?:now )?ordered\b|\bnot too late\b"
        r"|(?:还没|没有|已经|真的没)(?:有)?发(?:货|出)?[了]?(?:吗|吧|？|\?)|刚(?:刚)?(?:才)?(?:下单|买)",
        _still,
        CANCEL,
        CHANGE,
        done=False,
    ),
    _beside(
        r"\A(?!.{0,160}\b(?:closed|expired|blocked|cancell?ed|lost|no longer)\b).{0,160}?"
        r"(?:\b(?:which|what|same|right|very) (?:bank )?(?:card|account)\b"
        r"(?!.{0,10}\b(?:delete|close))"
        r"|^\W*(?:by |to (?:my |the )?)?(?:card|paypal|account)\W*[?？]"
        r"|\b(?:card|account|one)\b.{0,12}\bi (?:had )?(?:used|paid (?:with|by|from))\b"
        r"|[哪那]一?(?:张|个)(?:银行)?(?:卡|账户|账号)|原来的?(?:卡|账户)|(?:付款|支付)(?:用)?的?(?:那张)?卡)",
        _same_way,
        CANCEL,
    ),
    _beside(
        r"\b(?:which|what|on(?:to)?|to) (?:the |my |a )?(?:same )?(?:bank )?"
        r"(?:account|card|paypal)\b(?!.{0,10}\b(?:delete|close))"
        r"|\b(?:gift ?card|paypal|credit ?card|bank)\b.{0,40}\b(?:back|on there|refund\w*)\b"
        r"|退.{0,4}(?:哪|什么)(?:个|张|里)?(?:账户|卡|地方)?|原路",
        money,
        CANCEL,
    ),
    _beside(
        r"\b(?:see|find|look (?:at|up)|view)\b.{0,15}\b(?:order|cancell?ation|it|that)\b"
        r"(?! (?:come|arrive))|(?:哪里?|还)能?(?:看到?|查到?|找到)",
        plain("seen"),
    ),
    _beside(
        rf"\b(?:will|would|does|do|is|are|when|still)\b.{{0,12}}\b{_IT}\b.{{0,20}}"
        r"\b(?:com(?:es?|ing)(?! in\b)|arriv\w+|here|deliver\w*|(?:on|in) time)\b"
        r"|\bwill (?:still )?(?:come|arrive)\b"
        r"|(?:还|会|能)(?:是|能|会)?.{0,4}(?:周|星期|准时|按时|[今明后]天).{0,4}(?:到|送)",
        comes,
        CANCEL,
        done=False,
    ),
    _beside(
        rf"\b(?:will|would|does|do|is|are|when|still)\b.{{0,12}}\b{_IT}\b.{{0,20}}"
        r"\b(?:com(?:es?|ing)(?! in\b)|arriv\w+|here|deliver\w*|(?:on|in) time)\b"
        r"|(?:还|会|能)(?:是|能|会)?.{0,4}(?:周|星期|准时|按时|[今明后]天).{0,4}(?:到|送)",
        when,
        ADDRESS,
        CHANGE,
    ),
)


def beside_change(text: str, form: str, *, done: bool) -> Say | None:
    """What answers a question that says it in these words; the text is bounded by who asks."""
    fits = (one for one in _BESIDES if form in one.forms and (one.done or not done))
    return next((one.say for one in fits if one.words.search(text)), None)
