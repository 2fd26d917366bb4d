"""E-mail addresses, and telephone numbers as ITU-T E.164 writes them (the phonenumbers library)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from nlu.redact import EMAIL, PHONE_REGIONS, PersonalSpan
from nlu.types import Entity

EMAIL_ADDRESS = "email"
PHONE_NUMBER = "phone-number"


def find(text: str, personal: Sequence[PersonalSpan]) -> Iterator[Entity]:
    """The addresses and numbers among what is personal in a text."""
    for match in EMAIL.finditer(text):
        yield Entity(EMAIL_ADDRESS, match.group(), *match.span())
    for span in personal:
        if span.kind == "phone":
            written = text[span.start : span.end]
            yield Entity(PHONE_NUMBER, e164(written), span.start, span.end)


def e164(written: str) -> str:
    """The number in its international form; as it is written where no plan knows it.

    Without a country's code it may belong to several plans: a mobile number of one of them is
    likelier than a long number of a landline.
    """
    found: dict[bool, phonenumbers.PhoneNumber] = {}
    for region in (None, *PHONE_REGIONS):
        try:
            number = phonenumbers.parse(written, region)
        except NumberParseException:
            continue
        if region is None or phonenumbers.is_valid_number(number):
            kind = phonenumbers.number_type(number)
            found.setdefault(region is None or kind == PhoneNumberType.MOBILE, number)
    if not found:
        return written
    chosen = found.get(True) or found[False]
    return str(phonenumbers.format_number(chosen, PhoneNumberFormat.E164))
