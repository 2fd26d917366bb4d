"""Reading a postal address that a person typed in one line or several."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from babel import Locale

from dialogue.orders.errors import InvalidAddress, NotDeliveredThere

# Where we deliver, by the names that are written there.
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

# Other countries are only recognised: by their names in the languages that customers write, and
# by the short ones of which no dictionary knows.
_LANGUAGES = ("en", "de", "zh")
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_SHORT_NAMES = {
    **dict.fromkeys(("usa", "us", "united states of america", "america"), "US"),
    **dict.fromkeys(("uk", "great britain", "england", "scotland", "wales"), "GB"),
    "northern ireland": "GB",
    **dict.fromkeys(("suisse", "svizzera"), "CH"),
    "norge": "NO",
    "turkey": "TR",
}

# Large towns, by which a country need not be said.
_TOWNS = {
    town: country
    for country, towns in {
        "AT": "vienna wien graz linz salzburg innsbruck",
        "BE": "brussels brussel bruxelles antwerp antwerpen ghent gent",
        "CZ": "prague praha brno ostrava",
        "DE": "berlin hamburg munich münchen cologne köln frankfurt stuttgart düsseldorf leipzig"
        " dresden bremen hannover nuremberg nürnberg essen dortmund bonn",
        "DK": "copenhagen københavn aarhus odense aalborg",
        "ES": "madrid barcelona valencia seville sevilla bilbao",
        "FI": "helsinki espoo tampere turku",
        "FR": "paris lyon marseille toulouse nice bordeaux lille strasbourg",
        "IE": "dublin cork galway limerick",
        "IT": "rome roma milan milano naples napoli turin torino florence firenze",
        "LU": "luxembourg luxemburg",
        "NL": "amsterdam rotterdam utrecht eindhoven groningen",
        "PL": "warsaw warszawa kraków krakow gdańsk gdansk wrocław wroclaw poznań poznan",
        "PT": "lisbon lisboa porto braga coimbra",
        "SE": "stockholm göteborg gothenburg malmö uppsala",
    }.items()
    for town in towns.split()
}

# Such towns as they are called in Chinese: a parcel's label is written in Latin letters.
_CHINESE_TOWN_NAMES = """
    维也纳:Wien 格拉茨:Graz 林茨:Linz 萨尔茨堡:Salzburg 因斯布鲁克:Innsbruck
    布鲁塞尔:Brussels 安特卫普:Antwerpen 根特:Gent 布拉格:Praha 布尔诺:Brno
    柏林:Berlin 汉堡:Hamburg 慕尼黑:München 科隆:Köln 法兰克福:Frankfurt
    斯图加特:Stuttgart 杜塞尔多夫:Düsseldorf 莱比锡:Leipzig 德累斯顿:Dresden
    不来梅:Bremen 汉诺威:Hannover 纽伦堡:Nürnberg 埃森:Essen 多特蒙德:Dortmund
    波恩:Bonn 哥本哈根:København 奥胡斯:Aarhus 欧登塞:Odense 马德里:Madrid
    巴塞罗那:Barcelona 瓦伦西亚:Valencia 塞维利亚:Sevilla 赫尔辛基:Helsinki
    巴黎:Paris 里昂:Lyon 马赛:Marseille 图卢兹:Toulouse 尼斯:Nice 波尔多:Bordeaux
    里尔:Lille 斯特拉斯堡:Strasbourg 都柏林:Dublin 科克:Cork 罗马:Roma 米兰:Milano
    那不勒斯:Napoli 都灵:Torino 佛罗伦萨:Firenze 阿姆斯特丹:Amsterdam
    鹿特丹:Rotterdam 乌得勒支:Utrecht 埃因霍温:Eindhoven 华沙:Warszawa
    克拉科夫:Kraków 格但斯克:Gdańsk 里斯本:Lisboa 波尔图:Porto 斯德哥尔摩:Stockholm
    哥德堡:Göteborg 马尔默:Malmö
"""
_CHINESE_TOWNS = dict(pair.split(":") for pair in _CHINESE_TOWN_NAMES.split())
_IN_CHINESE = re.compile("(" + "|".join(sorted(_CHINESE_TOWNS, key=len, reverse=True)) + ")市?")
_IN_CHINA = re.compile(r"上海|北京|广州|深圳|杭州|成都|南京|武汉|重庆|[寄送发到]国内|回国内?")

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
    r"(?<!\w)(?:(?P<country>[A-Z]{1,2})-)?"
    r"(?P<code>\d{4}\s?[A-Z]{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{3}\s\d{2}|\d{4,5}|[A-Z]\d[\dW]\s?[A-Z\d]{4})"
    r"(?!\w)"
)
_DISTRICT = re.compile(r"\s(?:[a-zøæå]{1,2}|\d{1,2})$")
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

    Raises InvalidAddress, which names what is missing, or NotDeliveredThere.
    """
    text = in_latin(_LEAD_IN.sub("", text.strip())[:250])
    parts = [part.strip(" .") for part in re.split(r"[,;\n，；]", text) if part.strip(" .")]
    country = country_named(parts[-1]) if parts else None
    if country in COUNTRIES:
        parts.pop()
    elif other := country or elsewhere(parts[-1] if parts else ""):
        raise NotDeliveredThere(other)
    joined = ", ".join(parts)
    codes = list(_POSTCODE.finditer(joined))
    if not codes:
        raise InvalidAddress(("street", "postcode and town") if not parts else ("postcode",))
    code = codes[-1]
    country = country or _country_before(code)
    before = joined[: code.start()].strip(" ,")
    after = joined[code.end() :].strip(" ,")
    street, city = _split_rest(before, after) if after else _split_town(before)
    missing = [name for name, value in (("street", street), ("town", city)) if not value]
    if street and not any(character.isdigit() for character in street):
        missing.append("house number")
    if missing:
        raise InvalidAddress(tuple(missing))
    return NewAddress(street[:120], code["code"], city[:80], country)


def in_latin(text: str) -> str:
    """The text with the large towns that it names in Chinese as they are written there."""
    return _IN_CHINESE.sub(lambda found: f" {_CHINESE_TOWNS[found[1]]} ", text)


def complete_address(text: str, present_country: str) -> NewAddress:
    """A typed address with its country: the present one unless it names one.

    Raises NotDeliveredThere, and InvalidAddress also when the postcode cannot be one of that
    country.
    """
    typed = parse_address(text)
    country = typed.country or _country_of_town(typed.city) or present_country
    shape = "".join("9" if c.isdigit() else "A" for c in typed.postcode if c.isalnum())
    if POSTCODES.get(country, "") not in ("", shape):
        raise InvalidAddress(
            ("country",) if typed.country is None else ("postcode of that country",)
        )
    return replace(typed, country=country)


def _country_of_town(city: str) -> str | None:
    """Of a large town, whose district may be named: ``København V``, ``Praha 1``."""
    name = city.casefold()
    return _TOWNS.get(name) or _TOWNS.get(_DISTRICT.sub("", name))


def looks_like_address(text: str) -> bool:
    """Whether the text is a complete address, be it where we do not deliver."""
    try:
        parse_address(text)
    except NotDeliveredThere:
        return any(character.isdigit() for character in text)
    except InvalidAddress:
        return False
    return True


def country_named(text: str) -> str | None:
    """The code of the country that `text` names, one of ours or another; None when it is none."""
    name = text.replace(".", "").strip().rstrip("啊呀的吧哦呢").casefold().removeprefix("the ")
    return _country_codes().get(name)


def countries_in(text: str) -> tuple[str, ...]:
    """The codes of the countries that a sentence names, in its order; two letters name none."""
    words = re.findall(r"[^\W\d_]+", text)
    found = []
    for start in range(len(words)):
        for length in (3, 2, 1):
            part = " ".join(words[start : start + length])
            code = country_named(part) if len(part) > 2 or part in ("UK", "US") else None
            if code is not None:
                found.append(code)
                break
    chinese = Locale("zh").territories.items()
    found += [code for code, name in chinese if len(code) == 2 and str(name) in text]
    found += ["CN"] if _IN_CHINA.search(text) else []
    return tuple(dict.fromkeys(found))


def elsewhere(part: str) -> str | None:
    """The country where we do not deliver that a part of an address is, or in which it ends.

    ``Norway``, and behind a postcode or a number ``8001 Zürich Switzerland``, ``NY 10118 USA``.
    """
    words = part.split()
    for length in range(1, min(4, len(words)) + 1):
        before = words[:-length]
        country = country_named(" ".join(words[-length:]))
        if country is None or country in COUNTRIES:
            continue
        numbered = not before or any(character.isdigit() for character in before[-1])
        if numbered or _POSTCODE.search(" ".join(before)):
            return country
    return None


@cache
def _country_codes() -> Mapping[str, str]:
    names = {  # without St. Martin, of which there are several
        name.casefold(): code
        for language in _LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code not in _NO_COUNTRIES and not name.startswith("St. ")
    }
    return {**names, **_SHORT_NAMES, **COUNTRY_CODES}


def _country_before(postcode: re.Match[str]) -> str | None:
    """The country whose code stands before a postcode: ``CH-8001``. Raises NotDeliveredThere."""
    country = postcode["country"]
    if country in COUNTRIES or country not in Locale("en").territories:
        return country if country in COUNTRIES else None
    raise NotDeliveredThere(country)


def _split_rest(before: str, after: str) -> tuple[str, str]:
    """``…, 10969 Berlin, 2nd floor``: what follows the town belongs to the street."""
    city, _, rest = after.partition(",")
    return ", ".join(part for part in (before, rest.strip()) if part), city.strip()


def _split_town(before: str) -> tuple[str, str]:
    """``12 High Street, Dublin`` (the postcode came last) into street and town."""
    street, _, city = before.rpartition(",")
    return street.strip(), city.strip()
