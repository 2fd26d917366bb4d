"""Order numbers: by default four to six digits that are no part of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.entities.patterns import Compiled, matches
from nlu.entities.signs import words
from nlu.entities.times import MONTH
from nlu.redact import PersonalSpan
from nlu.types import Entity

ORDER_NUMBER = "order_number"
DEFAULT: Compiled = (ORDER_NUMBER, re.compile(r"#\s?\d{4,6}|[1-9]\d{3,5}"))

# What may not touch an order number: the rest of a longer number, a word, an amount, a date.
_BEFORE = re.compile(
    r"(?:\w(?<!order)(?<!orders)(?<!nr)(?<!no)(?<!number)|[@+\\]|(?<!\d{3})/|\d[.,:-]|\b[rpt]\s?-\s?|\br\s|[€$£]\s?|[€$£]\s?\d*[.,])$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\w@]|[.,:-]\d|/\d(?!\d{3,5}\b)"
    r"|\s?(?:[€$£%°]|(?:eur|euros?|usd|dollars?|gbp|pounds?|chf|cents?|kr|zł|w|watts?|kw|kwh|volts?|v"
    r"|mah|ml|l|g|kg|km|mm|cm|m|lumens?|lm|rpm|hz|steps|people|points|years|days|hours|pieces"
    r"|sheets|pages|thread|fill|denier|kelvin|k)\b)",
    re.IGNORECASE,
)
# Numbers of something else.
_OTHER = re.compile(
    r"(?:\bcode|\bpin|\bending(?:\s(?:in|with))?|\bdigits|\berror|\bpage|\bstep|\bchapter|\bmodel"
    r"|\btype|\bversion|\bsms|\btex|\biso|\ben|\bdin|\bcard|\bvoucher|\bwindows|\bextension|\broom"
    r"|\b(?:customer|serial|account|article|item|part|model|member|ticket|case|invoice|house|flat"
    r"|batch|store|gift\scard|phone|tax|vat)\s(?:numbers?|no\.?|nr\.?|id|code)(?:\sis)?)[\s-]?[.:#]?\s?#?$",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"\b{MONTH}\.?,?\s(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?$", re.IGNORECASE)
_CUE = re.compile(
    r"(?:\bord(?:e?r|n)(?:s|number|nr|no|\s(?:number|numbers|no|nr|id|ref|reference))?|\b(?:numbers?|no|nr|ref|reference))"
    r"\.?:?\s?(?:is\s|was\s)?(?:#\s?)?$",
    re.IGNORECASE,
)
# A bare number after another word belongs to that: "model 3000", "code 5031".
_BARE_AFTER = words(
    """
    a about add again also am an and any are as at be because been believe besides both but by
    can cancel cancelled change check chk did do does eta exchange exchanging find follow for
    from get got guess had has hasnt have hello hey hi hope how i if in info into investigate
    invoice is isnt it its just know like mean meant merge my need no not now of ok on only or
    order ordered orders out package packages parcel parcels placed please pls plz purchase re
    refund regarding return returning says see send sent since so status still stop suppose than
    that thats the them then there these they think this those to too trace track tracking uhh
    um under up update via w want was wasnt were what whats when where wheres which why will
    with without wrong yes your
    """
)
_WORD_BEFORE = re.compile(r"([^\W\d_]+)['’]?([^\W\d_]*)\s$")
_SPOKEN_OF = re.compile(r"\bord(?:e?r|n)|delivery note", re.IGNORECASE)
# What is asked for an order; the number at the message's end is that one's: "cancel my lamp 1042".
_ASKED_OF_ONE = re.compile(
    r"\b(?:cancel\w*|return(?:ing)?|refund|exchange|swap|invoice|track(?:ing)?)\b", re.IGNORECASE
)
_END = re.compile(r"[\s.!?]*")
_NUMBERS = re.compile(r"\bord(?:e?r|n)|number|#", re.IGNORECASE)
_ENUMERATION = re.compile(r"\s?,?\s?(?:and|or|&|,|/)\s?#?|\s?,\s?", re.IGNORECASE)
_REACH_OF_A_CUE = 32  # characters


def find(
    text: str, patterns: Sequence[Compiled], personal: Sequence[PersonalSpan]
) -> Iterator[Entity]:
    """Order numbers of these forms that are no part of something else.

    Where one is announced ("order 1042", "#1042"), bare numbers beside it (a postcode, a year)
    are not order numbers.
    """
    announced: list[Entity] = []
    bare: list[Entity] = []
    for pattern in patterns:
        for match in matches(pattern, text):
            start, end, written = match.start, match.end, str(match.value)
            before = text[max(0, start - _REACH_OF_A_CUE) : start]
            if (
                _BEFORE.search(before)
                or (_MONTH.search(before) and "#" not in written)
                or _OTHER.search(before)
                or ("/" in text[max(0, start - 1) : end + 1] and not _NUMBERS.search(text))
                or _AFTER.match(text, end)
                or any(start < span.end and span.start < end for span in personal)
            ):
                continue
            goes_on = announced and _ENUMERATION.fullmatch(text, announced[-1].end, start)
            cued = written.startswith("#") or _CUE.search(before) or goes_on
            last = _END.fullmatch(text, end) and _ASKED_OF_ONE.search(text)
            of_an_order = cued or last or _SPOKEN_OF.search(text)
            if not of_an_order and _belongs_to_another_word(before):
                continue
            entity = Entity(ORDER_NUMBER, written.lstrip("# "), start, end)
            (announced if cued else bare).append(entity)
    yield from announced or bare


def _belongs_to_another_word(before: str) -> bool:
    found = _WORD_BEFORE.search(before)
    return found is not None and "".join(found.groups()).lower() not in _BARE_AFTER
