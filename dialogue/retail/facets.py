"""What a short question wants to know, whatever it is about: the price, the day, the reason.

What it is about stands in the conversation (the form that is active, what was just done or told);
who knows that asks here for the facet, and answers it for the matter at hand.
"""

from __future__ import annotations

import re
from enum import StrEnum, auto

from dialogue.questions import plainly

READ = 160  # characters; who asks on asks shortly


class Facet(StrEnum):
    """What may be asked of anything that the shop does."""

    COST = auto()  # what the customer pays for it
    REFUND = auto()  # what comes back, how, where to
    DIFFERENCE = auto()  # why it is this sum and no other
    UNTIL = auto()  # the last day
    HOW_LONG = auto()  # the time that it takes
    WHEN = auto()  # the day or the hour
    WHERE = auto()  # where to bring, find or see it
    WHO = auto()  # who brings it or does it
    MAIL = auto()  # whether a mail comes, and how one hears of it
    WHY = auto()
    HOW = auto()
    UNDO = auto()  # whether it may be changed or taken back later


# The first that is found is meant: from the particular to the general.
_PATTERNS: tuple[tuple[Facet, re.Pattern[str]], ...] = tuple(
    (facet, re.compile(words, re.IGNORECASE))
    for facet, words in (
        (
            Facet.DIFFERENCE,
            r"\b(?:why|how come|but|wait|only|just|not)\b.{0,25}\d+(?:[.,]\d\d)?.{0,40}\b(?:i|we)\s"
            r"(?:have\s)?(?:paid|payed|was charged)\b"
            r"|\b(?:why|how come)\b.{0,20}\b(?:only|just|less|not (?:all|everything|the full))\b"
            r".{0,20}(?:\d|\b(?:back|money|refund\w*)\b)"
            r"|\b(?:why|how come)\b.{0,15}\bso (?:little|few|low)\b|(?:怎么|为什么).{0,4}这么少"
            r"|(?:为什么|怎么)(?:只|才|少).{0,12}(?:退|钱|\d)|(?:付|交)了\s?\d",
        ),
        (
            Facet.UNTIL,
            r"\b(?:until|till?|by) (?:when|what (?:day|date|time))\b|\bdead ?line\b"
            r"|\bhow (?:long|much time|many days)\b(?!.{0,15}\btakes?\b).{0,20}"
            r"\b(?:have i|i have|do i have"
            r"|i(?:['’]ve)? got|can i (?:still )?(?:wait|return|send|keep))\b"
            r"|\bhow (?:long|much time|many (?:days|weeks))\b.{0,20}\b(?:left|remain\w*)\W*$"
            r"|\b(?:last|latest) (?:day|date)\b|\bhow late can\b|\bexpires?\b|\bstill valid\b"
            r"|最晚|最后(?:期限|一天)|截止|什么时候(?:之?前|为止)|(?:多少|几)天(?:之?内|以内)"
            r"|剩下?(?:几|多少)天|还有(?:几|多少)天(?!.{0,4}到)",
        ),
        (
            Facet.COST,
            r"\b(?:does|did|will|would|do|is) (?:(?:the|a|an|my) )?(?:it|that|this|they|changing"
            r"|cancel\w*|return\w*|delivery|exchange|swap)\b.{0,20}\bcosts?\b"
            r"|\b(?:costs?|charge|pay) (?:me )?(?:anything|something|extra|money)\b"
            r"|\b(?:for free|free of charge|any (?:fees?|costs?|charges?)"
            r"|(?:is|are) (?:it|that|this|(?:(?:the|my) )?(?:returns?|returning|exchang\w+|swap\w*"
            r"|way back|postage|repair))(?: \w+)? (?:really |all |actually )?free"
            r"|is there an? (?:\w+ )?(?:fee|charge|cost)|fees?\W*$)\b"
            r"|\bdo i (?:have to |need to )?pay\b"
            r"|\bwho pays\b|\bpostage\b|\bextra (?:cost|charge|fee)s?\b"
            r"|(?:要|收|需要|花)(?:不要)?(?:另外|额外|我)?(?:付|花|出|收|加|补)?(?:钱|费)|收费|免费|手续费|到付"
            r"|(?:要|收|付|出|有).{0,3}(?:运费|邮费)|运费(?:谁|要|我)|谁(?:付|出)",
        ),
        (
            Facet.REFUND,
            r"\b(?:money|refund\w*|cash|pa(?:ys?|id) (?:it |me )?back|reimburs\w+)\b"
            r"|\b(?:how much|what) (?:\w+ ){0,4}back\b|\bhow much (?:do|will|would|can) i get\b"
            r"|\bfull (?:amount|price|sum)\b|退款|退多少"
            r"|(?:便宜|少[付花收])了多少|退到|退钱|钱.{0,6}(?:退|到|回)",
        ),
        (
            Facet.MAIL,
            r"\b(?:e-?mails?|mails?|sms|texts?|notif\w+|confirmation)\b"
            r"|\bhow (?:will|do|would|can) i (?:know|hear|find out|be told|get told|notice)\b"
            r"|\b(?:tell|let) me know\b|\bin writing\b"
            r"|书面|邮件|短信|通知|确认信|怎么知道|发.{0,4}邮箱",
        ),
        (
            Facet.UNDO,
            r"\b(?:change my mind|take (?:it|that) back|undo|go back"
            r"|later (?:on )?(?:still )?change)\b"
            r"|\b(?:can|could|may) i (?:still |also )?(?:change|cancel|stop|undo) (?:it|that)\b"
            r"|反悔|后悔|撤销|撤回|还能(?:改|取消)",
        ),
        (
            Facet.HOW_LONG,
            r"\bhow (?:long|soon|fast|quick(?:ly)?|many (?:days|weeks|hours))\b|\bhow much time\b"
            r"|多久|几天|多长时间|要多少天|多少天",
        ),
        (
            Facet.WHEN,
            r"\bwhen\b(?! (?:i|you|we|he|she|they) )"
            r"|\b(?:what (?:day|date|time)|which day|by when)\b"
            r"|\bwill (?:it|that|they|(?:the|my) \w+)\b.{0,20}\b(?:later|longer|delayed?)\b"
            r"|什么时候|哪[天日]|几[点号]|何时",
        ),
        (
            Facet.WHO,
            r"\b(?:who(?:['’]?s)?|which (?:carrier|courier|company|shipper))\b"
            r"|谁|哪个?(?:快递|物流|公司)",
        ),
        (
            Facet.WHERE,
            r"\b(?:where|which (?:shop|store|place|address))\b|哪里|哪儿|何处|什么地方"
            r"|到哪(?!个|种|款)",
        ),
        (Facet.WHY, r"\b(?:why|how come|what for|for what reason)\b|为什么|为啥|为何|怎么会|干嘛"),
        (Facet.HOW, r"\b(?:how(?! (?:many|much|big|old|about)\b)|in what way)\b|怎么|如何|怎样"),
    )
)


def facet_in(text: str) -> Facet | None:
    """What the text asks for first of all, in its first 160 characters; None when nothing is.

    Whether it asks at all is told by `dialogue.questions.is_question`.
    """
    text = plainly(text[:READ])
    return next((facet for facet, words in _PATTERNS if words.search(text)), None)
