"""What a customer's reason for a return means for who pays: a few words, and one default."""

from __future__ import annotations

import re

from dialogue.orders.states import ReturnReason

# The first that is found decides. What is not understood costs what a change of mind costs.
_WORDS = (
    (
        ReturnReason.DAMAGED,
        r"\b(damag\w*|brok\w*|crack\w*|defect\w*|faulty|scratch\w*|torn|stain\w*|shatter\w*"
        r"|chip(?:s|ped)?|dent(?:s|ed)?|leak\w*|ripped|bent|snapped|stopped working"
        r"|does(n't| not) work|hole)\b|坏|破|损|瑕疵|裂|碎"
        r"|线头|开线|脱线|掉色|起球|质量(?:太|很|有点)?(?:差|不行|不好|有?问题)",
    ),
    (
        ReturnReason.WRONG_ITEM,
        r"\bwrong (item|article|thing|product|one|size|colou?r)\b|\bnot what i ordered\b"
        r"|\bmix[- ]?up\b|发错|不是我买的",
    ),
    (
        ReturnReason.NOT_AS_DESCRIBED,
        r"\bnot as (described|shown|pictured)\b|\b(un|not )like the (picture|photo|description)\b"
        r"|描述不[符同]|(?:跟|和|与)?(?:图片?|图上|照片|描述|网上|页面)[^，。]{0,6}不(?:一样|同|符)|色差|货不对板",
    ),
    (ReturnReason.LATE, r"\b(arrived|came|was|is|too|very) (too )?late\b|到得太晚|太晚"),
    (
        ReturnReason.DOES_NOT_FIT,
        r"\btoo (small|large|big|tight|loose|long|short|wide|narrow)\b|\b(does(n't| not)|not) fit"
        r"|太[小大长短紧松]|[偏买][大小]|有点儿?[小大长短紧松]|[大小]了(?:点|一[号码])?|不合身|不合适",
    ),
)
_PATTERNS = tuple((reason, re.compile(words, re.IGNORECASE)) for reason, words in _WORDS)


def reason_in(text: str) -> ReturnReason:
    """The reason that `text` gives; a change of mind when it gives none that we know."""
    plain = text.replace("_", " ").replace("’", "'")
    for reason, pattern in _PATTERNS:
        if pattern.search(plain):
            return reason
    return ReturnReason.CHANGED_MIND
