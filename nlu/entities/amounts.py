"""Amounts of money, how many of something, and which one of several.

price-parser reads prices as shops of all countries write them, number-parser reads words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from number_parser import parse_number
from price_parser import Price

from nlu.entities.signs import DIGITS, one_of, words
from nlu.types import Entity

MONEY = "amount-of-money"
QUANTITY = "quantity"
ORDINAL = "ordinal"

_NUMBERS = words(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    """
)
_SMALL = one_of(_NUMBERS)
WORD_NUMBER = (
    rf"(?:(?:an?\s(?=hundred|thousand))?(?:{_SMALL}|hundred|thousand)"
    rf"(?:[\s-](?:and\s)?(?:{_SMALL}|hundred|thousand))*)"
)
_FIGURE = r"\d{1,3}(?:[.,' ]?\d{3})*(?:[.,]\d{1,2}|[.,]?-)?(?!\d)|\d+(?:[.,]\d{1,2})?"
_CURRENCIES = {
    "EUR": r"€|eur(?:o|os)?\b",
    "GBP": r"£|gbp\b|pounds?\b(?!\s(?:of|in)\s)|quid\b",
    "USD": r"\$|usd\b|us\sdollars?\b|dollars?\b|bucks?\b",
    "CHF": r"chf\b|(?:swiss\s)?francs?\b|franken\b",
    "PLN": r"pln\b|zł|zloty\b",
    "SEK": r"sek\b|kronor\b",
    "DKK": r"dkk\b|kroner\b",
    "NOK": r"nok\b",
    "CZK": r"czk\b|kč",
}
_CURRENCY = "|".join(_CURRENCIES.values())
_MONEY = re.compile(
    rf"(?P<before>{_CURRENCY})\s?(?P<amount>{_FIGURE})(?![\d%])(?:\s?(?:eur|usd|gbp|chf)\b)?"
    rf"|(?<![\d.,])(?P<figure>{_FIGURE})\s?(?P<after>{_CURRENCY})(?:\s?(?P<cents>\d\d)\b)?"
    rf"|\b(?P<words>{WORD_NUMBER})[\s-](?P<named>{_CURRENCY})(?:\s(?P<rest>{_SMALL}(?:-{_SMALL})?)\b)?"
    r"|(?<![\d.,])(?P<small>\d{1,3})\s?(?:cents?|ct)\b",
    re.IGNORECASE,
)

_NO_COUNT = r"(?<!chapter\s)(?<!step\s)(?<!page\s)(?<!part\s)(?<!size\s)(?<!level\s)(?<!sizes\s)"
_PIECES = (
    r"(?:of\s(?:them|these|those|the|each|my|your|that|this|it)\b"
    r"|(?:more\s|other\s|extra\s|separate\s)?"
    r"(?:pieces?|pcs|items?|units?|pairs?|sets?|things|articles|products|copies|packs?|ones)\b)"
)
_SHADES = (
    r"(?:(?:light|dark|matt|ink)\s)?(?:black|white|red|blue|green|gr[ae]y|yellow|orange|pink|purple"
    r"|brown|beige|navy|sand|rust|sage|moss|forest|clay|cream|olive|charcoal|camel|oatmeal|teal|plum"
    r"|mustard|coral|amber|slate|silver|gold|copper|indigo|tan|cognac|wine|sky)"
)
_SIZE = r"(?:XXS|XS|S|M|L|XL|XXL|small|medium|large)"
# Of 28 to 49 there are hardly pieces: so trousers and shoes are measured.
_PIECE_COUNT = r"(?!(?:2[89]|3\d|4\d)\b)\d{1,3}"
_COUNT = (
    rf"(?P<count>{_PIECE_COUNT}|an?\s(?:dozen|couple|pair)|half\sa\sdozen|two\sdozen|dozen|couple|pair"
    rf"|{_SMALL}(?:[\s-]{_SMALL})?)"
)
_END = (
    r"(?=\s*(?:[,.;:!?)]|$)|\s(?:and|or|not|but|please|pls|plz|in|to|for|from|of|more|instead|at"
    r"|make)\b)"
)
# After these a number counts pieces though nothing says of what.
_ASKED = re.compile(
    r"\b(?:make\s(?:it|that|this)|instead\sof|only\s(?:want|need|got|ordered|received|sent|have)"
    r"|i\sordered|we\sordered|just|got|billed\sfor|charged\sfor|returning|returned"
    r"|another|keep(?:ing)?|send|add|want|received)[:\s]\s?(?:only\s|just\s|another\s|me\s)?"
    rf"(?P<count>{_PIECE_COUNT}|{_SMALL}){_END}(?!\sof\s(?:you|us)\b)",
    re.IGNORECASE,
)
_AMOUNTING_TO = re.compile(r"\b(?:qty|quantity):?\s?(?P<count>\d{1,3})\b", re.IGNORECASE)
_MORE = re.compile(
    rf"(?<![\w.,:/-])(?!one\b)(?P<count>{_PIECE_COUNT}|{_SMALL})\s(?:more|ordered|arrived|missing)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    rf"(?<![\w.,:/-])(?<!the\s)(?<!that\s)(?<!this\s)(?P<count>{_PIECE_COUNT}|{_SMALL})"
    rf"\s(?:(?:in\s)?{_SHADES}\b(?!\s(?:energy|tea|wine|friday))|in\s{_SIZE}\b)",
    re.IGNORECASE,
)
_MULTIPLIED = re.compile(
    r"(?<![\w.,:/€$£-])(?:\d{1,3}\s?[x×](?=\s[a-z]|\s*$|[a-z]{3})(?!\s(?:by|as)\b)"
    r"|[x×]\s?\d{1,3}(?![\w.]|\s?(?:[x×]|cm|mm|m)\b))",
    re.IGNORECASE,
)
_DOZENS = {
    **dict.fromkeys(("a dozen", "dozen"), 12),
    **dict.fromkeys(("couple", "a couple", "pair", "a pair"), 2),
    "half a dozen": 6,
    "two dozen": 24,
}
_NOT_PIECES = re.compile(
    r"one\sof\s(?:you|us|your|my|our|th[eo]se\s(?:days|times|people)|the\s(?:best|few|reasons))\b"
)

_NTH = {
    **{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7},
    **{"eighth": 8, "ninth": 9, "tenth": 10},
    **{"secnd": 2, "secound": 2, "thrid": 3, "forth": 4, "fith": 5},
    **dict.fromkeys(("last", "latest", "final", "newest"), -1),
}
_WHICH = rf"(?:\d{{1,2}}\s?(?:st|nd|rd|th)|{one_of(_NTH)})"
_POINTED_AT = (
    r"(?:one|ones|orders?|items?|parcels?|packages?|products?|options?|thing|entry|line|article"
    r"|suggestion|results?|address|shipment|return|purchase|invoice|picture|photo|two|three|pair)\b"
)
_NUMBERED = re.compile(
    r"\bnumber\s(?:one|two|three|four|five|\d{1,2})(?=\s(?:on|in|from)\s(?:your|the|this|that)\b)",
    re.IGNORECASE,
)
_BY_ITSELF = one_of(_NTH.keys() - {"latest", "final", "newest"})
# "on the 3rd" is a day, "the first time" is no choice among things.
_ALONE = re.compile(
    rf"(?<!\bon\s)(?<!\bby\s)(?<!since\s)(?<!until\s)(?<!till\s)(?<!before\s)(?<!after\s)"
    rf"(?<!from\s)(?<!between\s)\b(?:the|my|that|and|or|than)\s(?:the\s)?"
    rf"(?P<nth>{_BY_ITSELF}|[1-9]\s?(?:st|nd|rd|th)|1[0-2]th)"
    r"(?=\s*(?:[,.;!?)]|$)|\s(?:please|pls|and|or|then|too|from|is|was|are|in|on|not|looks|cheaper"
    r"|has|than|you|that|with|arrived|came|instead|to)\b)",
    re.IGNORECASE,
)

# A text without any of these holds none of the kind (`nlu.entities.signs`).
MONEY_SIGNS = words(
    """
    € $ £ eur euro euros euroes gbp pound pounds quid usd dollar dollars buck bucks chf franc francs
    franken pln zł zloty sek kronor dkk kroner nok czk kč cent cents ct
    """
)
QUANTITY_SIGNS = DIGITS | _NUMBERS | words("x × dozen couple pair")
ORDINAL_SIGNS = words("number st nd rd th").union(_NTH)


def money(text: str) -> Iterator[Entity]:
    """Amounts with a currency; as value two decimals and the code of ISO 4217, ``49.90 EUR``."""
    for match in _MONEY.finditer(text):
        if match["small"]:  # most coins of that name are of the euro
            yield Entity(MONEY, f"{int(match['small']) / 100:.2f} EUR", *match.span())
            continue
        sign = match["before"] or match["after"] or match["named"]
        if match["words"]:
            hundredths = _number(match["rest"]) if match["rest"] else 0
            amount: float | None = (_number(match["words"]) or 0) + (hundredths or 0) / 100
        else:
            figure = match["amount"] or match["figure"]
            written = f"{figure}.{match['cents']}" if match["cents"] else figure
            amount = Price.fromstring(written.rstrip(",.-").replace("'", "")).amount_float
        if amount is None:
            continue
        code = next(
            code for code, signs in _CURRENCIES.items() if re.match(signs, sign, re.IGNORECASE)
        )
        yield Entity(MONEY, f"{float(amount):.2f} {code}", *match.span())


def counted(goods: tuple[str, ...], firsts: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of a number before pieces of something, or before one of these words for goods.

    At most two words, such as a colour, may stand between. Directly before one of the first words
    of products' names a number in figures counts too.
    """
    between = r"(?:(?!of\b|the\b|and\b|or\b|to\b|with\b|for\b)[a-z'-]+\s){0,2}"
    return re.compile(
        rf"(?<![\w.,:/#€$£-]){_NO_COUNT}{_COUNT}(?:\s|(?=pcs))"
        rf"(?=(?:{_PIECES}|(?:of\s)?{between}{one_of(goods)}(?:e?s)?\b|(?<=\d\s){one_of(firsts)}\b))",
        re.IGNORECASE,
    )


def quantities(text: str, number_of_goods: re.Pattern[str]) -> Iterator[Entity]:
    """How many are wanted or were bought, as a whole number."""
    for match in _MULTIPLIED.finditer(text):
        yield Entity(QUANTITY, int(match.group().strip("xX× ")), *match.span())
    found = [number_of_goods.finditer(text)]
    found += [pattern.finditer(text) for pattern in (_ASKED, _AMOUNTING_TO, _MORE, _EACH)]
    for match in chain(*found):
        written = " ".join(match["count"].lower().split())
        start, end = match.span("count")
        value = _DOZENS.get(written) or _number(written)
        if written.startswith("a "):  # the article is no part of the number
            start += 2
        if value and not _NOT_PIECES.match(text.lower(), start):
            yield Entity(QUANTITY, int(value), start, end)


def ordinals(text: str, one_of_goods: re.Pattern[str]) -> Iterator[Entity]:
    """Which of several is meant, counted from 1; the last one is -1."""
    for match in _NUMBERED.finditer(text):
        yield Entity(ORDINAL, int(_number(match.group().split()[1]) or 0), *match.span())
    for match in chain(one_of_goods.finditer(text), _ALONE.finditer(text)):
        written = match["nth"].lower()
        figure = re.match(r"\d+", written)
        # Of letters that only look like ours ("th\u0131rd") a pattern matches more than is known.
        value = int(figure[0]) if figure else _NTH.get(written)
        if value is not None:
            yield Entity(ORDINAL, value, *match.span("nth"))


def pointed_at(goods: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of an ordinal before something to choose, or one of these words for goods."""
    named = one_of(goods)
    return re.compile(
        rf"(?<!\bno\s)(?<!\bon\sthe\s)\b(?P<nth>{_WHICH})\s(?:hand\s(?={named}))?"
        rf"(?=(?:(?!time|of|hand|name|class|aid|week|day|month|year|night|thing)[a-z'-]+\s)?"
        rf"(?:{_POINTED_AT}|{named}s?\b)"
        rf"|and\s{_WHICH}\b)",
        re.IGNORECASE,
    )


def _number(written: str) -> int | None:
    """A number in figures or words."""
    spelt = re.sub(r"^an?\s", "one ", written.lower().strip()).replace("-", " ")
    found = parse_number(spelt)
    return None if found is None else int(found)
