"""Reading a postal address that a person typed in one line or several."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dialogue.orders.errors import InvalidAddress

COUNTRIES = {
    "AT": ("Austria", "Österreich"),
    "BE": ("Belgium", "België", "Belgique"),
    "CZ": ("Czechia", "Czech Republic"),
    "DE": ("Germany", "Deutschland"),
    "DK": ("Denmark", "Danmark"),
    "ES": ("Spain", "España"),
    "FI": ("Finland", "Suomi"),
    "FR": ("France",),
    "IE": ("Ireland",),
    "IT": ("Italy", "Italia"),
    "LU": ("Luxembourg",),
    "NL": ("Netherlands", "The Netherlands", "Nederland", "Holland"),
    "PL": ("Poland", "Polska"),
    "PT": ("Portugal",),
    "SE": ("Sweden", "Sverige"),
}
COUNTRY_CODES = {
    name.casefold(): code for code, names in COUNTRIES.items() for name in (code, *names)
}

# How a postcode looks, digits as 9 and letters as A, without spaces and hyphens.
POSTCODES = {
    **dict.fromkeys(("AT", "BE", "DK", "LU"), "9999"),
    **dict.fromkeys(("CZ", "DE", "ES", "FI", "FR", "IT", "PL", "SE"), "99999"),
    "IE": "",  # too many shapes to tell
    "NL": "9999AA",
    "PT": "9999999",
}

# Four or five digits, or "1012 AB", "111 22", "00-950", "4000-123", "D02 X285", "L-1009"; before
# or after the town.
_POSTCODE = re.compile(
    r"(?<!\w)(?:[A-Z]{1,2}-)?"
    r"(\d{4}\s?[A-Z]{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3}\s\d{2}|\d{4,5}|[A-Z]\d[\dW]\s?[A-Z\d]{4})"
    r"(?!\w)"
)
_LEAD_IN = re.compile(
    r"^(?:(?:please\s+)?(?:send|ship|deliver|change|move)\s+(?:it|this|that|the\s+\w+)?\s*to|"
    r"(?:the\s+|my\s+)?(?:new\s+)?address\s*(?:is|:|=)|it'?s|to)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A complete address; `country` is a two-letter code, or None for the one it replaces."""

    street: str
    postcode: str
    city: str
    country: str | None = None

    def __str__(self) -> str:
        end = f", {COUNTRIES[self.country][0]}" if self.country else ""
        return f"{self.street}, {self.postcode} {self.city}{end}"


def parse_address(text: str) -> NewAddress:
    """Read ``Lindenstraße 12, 10969 Berlin, Germany`` and what resembles it.

    Raises InvalidAddress, which names what is missing.
    """
    text = _LEAD_IN.sub("", text.strip())[:250]
    parts = [part.strip(" .") for part in re.split(r"[,;\n]", text) if part.strip(" .")]
    country = COUNTRY_CODES.get(parts[-1].casefold()) if parts else None
    if country:
        parts.pop()
    joined = ", ".join(parts)
    codes = list(_POSTCODE.finditer(joined))
    if not codes:
        raise InvalidAddress(("street", "postcode and town") if not parts else ("postcode",))
    code = codes[-1]
    before = joined[: code.start()].strip(" ,")
    after = joined[code.end() :].strip(" ,")
    street, city = _split_rest(before, after) if after else _split_town(before)
    missing = [name for name, value in (("street", street), ("town", city)) if not value]
    if street and not any(character.isdigit() for character in street):
        missing.append("house number")
    if missing:
        raise InvalidAddress(tuple(missing))
    return NewAddress(street[:120], code.group(1), city[:80], country)


def complete_address(text: str, present_country: str) -> NewAddress:
    """A typed address with its country: the present one unless it names one.

    Raises InvalidAddress also when the postcode cannot be one of that country.
    """
    typed = parse_address(text)
    country = typed.country or present_country
    shape = "".join("9" if c.isdigit() else "A" for c in typed.postcode if c.isalnum())
    if POSTCODES.get(country, "") not in ("", shape):
        raise InvalidAddress(
            ("country",) if typed.country is None else ("postcode of that country",)
        )
    return replace(typed, country=country)


def looks_like_address(text: str) -> bool:
    """Whether the text is a complete address."""
    try:
        parse_address(text)
    except InvalidAddress:
        return False
    return True


def _split_rest(before: str, after: str) -> tuple[str, str]:
    """``…, 10969 Berlin, 2nd floor``: what follows the town belongs to the street."""
    city, _, rest = after.partition(",")
    return ", ".join(part for part in (before, rest.strip()) if part), city.strip()


def _split_town(before: str) -> tuple[str, str]:
    """``12 High Street, Dublin`` (the postcode came last) into street and town."""
    street, _, city = before.rpartition(",")
    return street.strip(), city.strip()
