"""Parcel numbers of carriers, and postcodes beside a place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.types import Entity

TRACKING_NUMBER = "tracking_number"
POSTCODE = "postcode"

# UPS, DHL (JJD...), the Universal Postal Union's S10, and long numbers of DHL, DPD, GLS and Hermes.
_SURE = re.compile(
    r"(?<![\w])(?:1Z(?:\s?[0-9A-Z]){16}|JJD(?:\s?\d){9,18}|JD(?:\s?\d){16,18}"
    r"|[A-Z]{2}\s?\d{3}\s?\d{3}\s?\d{3}\s?[A-Z]{2}|(?:00)?3[34](?:\s?\d){16})(?!\w)",
    re.IGNORECASE,
)
_LONG = re.compile(r"(?<![\w+,.(-])(?:\d[ ]?){10,21}\d(?!\w|[-,.]\d)")
_CUE = re.compile(
    r"track|parcel|package|shipment|consignment|dhl|dpd|gls|hermes|\bups\b|\bpost\b|carrier|waybill"
    r"|evri|courier|deliver|update|arriv|\bsent\b|\blost\b|scan|status|label|neighbour|belong",
    re.IGNORECASE,
)
_CARRIER = re.compile(
    r"(?:track|parcel|package|shipment|dhl|dpd|gls|hermes|ups|evri|waybill)\D*$", re.IGNORECASE
)
_TELEPHONE = re.compile(
    r"(?:phone|call|mobile|cell|tel|ring|reach|text|whatsapp)\D{0,24}$", re.IGNORECASE
)
_OTHER = re.compile(
    r"(?:card|iban|account|ean|isbn|barcode|gift|voucher|serial|imei|customer|tax|vat)\D{0,20}$",
    re.IGNORECASE,
)
_LENGTHS = (11, 12, 14, 16, 20)

_BRITISH = re.compile(
    r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE
)
_DUTCH = re.compile(r"\b[1-9]\d{3} ?(?!SA|SD|SS)[A-Z]{2}\b")
# Four or five digits; in Sweden, Greece and the Czech Republic three and two.
_BEFORE_PLACE = re.compile(
    r"(?<![\w#.,:/€$£-])(?:[A-Z]{1,2}-)?(?P<code>\d{4,5}|\d{3}\s\d\d)(?=\s[A-ZÄÖÜÉ][\w.'-]{2,})"
)
_AFTER_CUE = re.compile(
    r"\b(?:post\s?(?:al\s)?code|zip(?:\scode)?|plz)(?:\s(?:is|was|now|to|be|instead|should|of))*:?\s"
    r"(?P<code>\d{4}\s?[a-z]{2}\b|\d{4,5})\b"
    r"(?:,?\s(?:not|instead\sof|rather\sthan)\s(?P<other>\d{4,5})\b)?",
    re.IGNORECASE,
)
_LEADING_ZERO = re.compile(r"(?<![\w.,:/-])(?P<code>0\d{4})(?=\s[^\W\d_]{3,})")


def tracking_numbers(text: str) -> Iterator[Entity]:
    """Parcel numbers; one of digits alone only where parcels are spoken of."""
    for match in _SURE.finditer(text):
        yield _tracking(match)
    if _CUE.search(text):
        for match in _LONG.finditer(text):
            before = text[max(0, match.start() - 40) : match.start()]
            known = sum(map(str.isdigit, match.group())) in _LENGTHS
            landline = match.group()[0] == "0" != match.group()[1] and not _CARRIER.search(before)
            if (
                known
                and not landline
                and not _TELEPHONE.search(before)
                and not _OTHER.search(before)
            ):
                yield _tracking(match)


def postcodes(text: str) -> Iterator[Entity]:
    """Postcodes by their form, by what announces them, or before a place's name."""
    for pattern in (_BRITISH, _DUTCH):
        for match in pattern.finditer(text):
            yield Entity(POSTCODE, match.group().upper(), *match.span())
    for pattern in (_BEFORE_PLACE, _AFTER_CUE, _LEADING_ZERO):
        for match in pattern.finditer(text):
            yield Entity(POSTCODE, match["code"].upper(), *match.span("code"))
            if match.groupdict().get("other"):
                yield Entity(POSTCODE, match["other"], *match.span("other"))


def _tracking(match: re.Match[str]) -> Entity:
    return Entity(TRACKING_NUMBER, match.group().replace(" ", "").upper(), *match.span())
