"""Takes from a text what must not be kept: e-mail addresses, phone, card and account numbers.

Order numbers stay: they are what a shop's conversations are about, and worthless to a thief
without the e-mail address that proves them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from phonenumbers import PhoneNumberMatcher
from stdnum import iban, luhn

# Numbers written without a country code are tried as numbers of these countries, all of which
# demand a leading 0: without it, any long number would be somebody's telephone.
PHONE_REGIONS = ("DE", "AT", "GB", "FR", "NL", "BE", "IE", "CH")
SHORTEST_PHONE = 7  # digits

EMAIL = re.compile(r"[\w.%+'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
SHORTEST_CARD, LONGEST_CARD = 13, 19  # digits
_FIRST_CARD_DIGITS = "23456"  # what banks' and travel firms' cards begin with (ISO/IEC 7812)
_DIGIT_GROUPS = re.compile(r"(?<!\d)\d+(?:[ -]\d+)*(?!\d)")
_IBAN_START = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}")
_IBAN_LENGTHS = range(34, 14, -1)
_DIGITS_TOGETHER = re.compile(r"(?<!\w)\(?\+?\(?\d(?:[ ()/.\-\u2010-\u2015\u00a0]{0,3}\d)+")


class PersonalSpan(NamedTuple):
    """`text[start:end]` is personal; `kind` is email, phone, card or iban."""

    start: int
    end: int
    kind: str


def redact(text: str) -> str:
    """Replace personal data by ``<email>``, ``<phone>``, ``<card>`` and ``<iban>``.

    Redacting twice changes nothing more.
    """
    spans = personal_spans(text)
    while spans:
        for span in reversed(spans):
            text = f"{text[: span.start]}<{span.kind}>{text[span.end :]}"
        # What stood between two of them may only now be recognisable.
        spans = personal_spans(text)
    return text


def personal_spans(text: str) -> list[PersonalSpan]:
    """Where the personal data stands, in order and without overlaps."""
    taken: list[PersonalSpan] = []
    for find in (_emails, _ibans, card_spans, _phones):
        for span in find(text):
            if all(span.end <= other.start or other.end <= span.start for other in taken):
                taken.append(span)
    return sorted(taken)


def _emails(text: str) -> Iterator[PersonalSpan]:
    for match in EMAIL.finditer(text):
        yield PersonalSpan(*match.span(), "email")


def _ibans(text: str) -> Iterator[PersonalSpan]:
    """Account numbers whose check digits are right, written together or in groups."""
    for match in _IBAN_START.finditer(text):
        ends, compact = [], ""
        for position in range(match.start(), len(text)):
            character = text[position]
            if character.isascii() and character.isalnum():
                compact += character
                ends.append(position + 1)
            elif character not in " -":
                break
            if len(compact) == _IBAN_LENGTHS[0]:
                break
        for length in _IBAN_LENGTHS:
            if length > len(compact):
                continue
            end = ends[length - 1]
            whole = end == len(text) or not text[end].isalnum()
            if whole and iban.is_valid(compact[:length], check_country=False):
                yield PersonalSpan(match.start(), end, "iban")
                break


def card_spans(text: str) -> Iterator[PersonalSpan]:
    """Whole groups of digits that together have a card's length and check digit."""
    for run in _DIGIT_GROUPS.finditer(text):
        groups = [match.span() for match in re.finditer(r"\d+", run.group())]
        free = 0
        for first, (start, _) in enumerate(groups):
            if start < free or run.group()[start] not in _FIRST_CARD_DIGITS:
                continue
            digits, longest = "", None
            for begin, end in groups[first:]:
                digits += run.group()[begin:end]
                if len(digits) > LONGEST_CARD:
                    break
                if len(digits) >= SHORTEST_CARD and luhn.is_valid(digits):
                    longest = end
            if longest is not None:
                yield PersonalSpan(run.start() + start, run.start() + longest, "card")
                free = longest


def _phones(text: str) -> Iterator[PersonalSpan]:
    for match in _DIGITS_TOGETHER.finditer(text):
        written = match.group()
        if sum(character.isdecimal() for character in written) < SHORTEST_PHONE:
            continue
        if written.startswith(("+", "(+")):
            # Meant as a number of the whole world, whether or not such a one exists.
            yield PersonalSpan(*match.span(), "phone")
            continue
        for region in PHONE_REGIONS:
            found = list(PhoneNumberMatcher(written, region))
            for one in found:
                yield PersonalSpan(match.start() + one.start, match.start() + one.end, "phone")
            if found:
                break
