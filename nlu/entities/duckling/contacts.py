"""Addresses and numbers of people: e-mail, telephone, web, cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException

from nlu.entities.duckling.found import Found
from nlu.redact import EMAIL, card_spans

FEWEST_DIGITS, MOST_DIGITS = 6, 15  # of a telephone number (E.164)
_PHONE = re.compile(r"(?<![\w@.,/-])\(?\+?\(?\d(?:[ ()/.\-]{0,3}\d)+(?![\w@]|[-/.,]\d)")
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?([./-])\d\d?\1(?:\d{4}|\d\d)")
_URL = re.compile(
    r"(?<![\w@.])(?:(?:https?|ftp)://)?(?P<domain>(?:[a-z0-9-]{1,63}\.)+[a-z]{2,10}|localhost)"
    r"(?::\d{1,5})?(?:/[^\s<>\"]*[^\s<>\".,;:!?)])?(?![\w@])",
    re.IGNORECASE,
)
_ISSUERS = (
    ("visa", re.compile(r"4")),
    ("amex", re.compile(r"3[47]")),
    ("discover", re.compile(r"6(?:011|4[4-9]|5)")),
    ("mastercard", re.compile(r"5[1-5]|2[2-7]")),
    ("dinerclub", re.compile(r"3(?:0[0-5]|[68])")),
)


def emails(text: str) -> Iterator[Found]:
    """E-mail addresses."""
    for match in EMAIL.finditer(text):
        yield Found(*match.span(), {"value": match.group()})


def urls(text: str) -> Iterator[Found]:
    """Addresses in the web, with their domain."""
    for match in _URL.finditer(text):
        domain = match["domain"].lower()
        yield Found(*match.span(), {"value": match.group(), "domain": domain})


def phone_numbers(text: str) -> Iterator[Found]:
    """Telephone numbers: their digits, and before them the country's code if it is said."""
    for match in _PHONE.finditer(text):
        written = match.group()
        digits = "".join(filter(str.isdecimal, written))
        if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or _DATE.fullmatch(written):
            continue
        value = digits
        if "+" in written:
            try:
                number = phonenumbers.parse(f"+{digits}")
            except NumberParseException:
                continue
            value = f"(+{number.country_code}) {number.national_number}"
        yield Found(*match.span(), {"value": value})


def card_numbers(text: str) -> Iterator[Found]:
    """Numbers of credit cards, with who issued them."""
    for span in card_spans(text):
        digits = "".join(filter(str.isdecimal, text[span.start : span.end]))
        issuer = next((name for name, starts in _ISSUERS if starts.match(digits)), "other")
        yield Found(span.start, span.end, {"value": digits, "issuer": issuer})
