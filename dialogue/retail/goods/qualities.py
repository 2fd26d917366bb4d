"""What a description says of a quality that is asked for: "wood" is also oak, "warm" wool."""

from __future__ import annotations

import re
from functools import lru_cache

from dialogue.orders.search import words_of
from dialogue.orders.views import ProductView
from dialogue.retail.goods.describing import sentences_of

_WOOD = r"wood\w*|oak|walnut|beech|acacia|larch|cedar|bamboo|willow|木"
_RAIN = r"water(?:proof|-repellent|-resistant|tight| column)|rain\w*|rubber|taped|IPX?\d"
_WARM = (
    r"warm\w*|\w*wool\w*|merino|cashmere|down\b(?! to)|fleece|flannel|quilted|lined|lining|feather"
)
_ELECTRIC = (
    r"electric\w*|USB(?:-[AC])?|LEDs?|Bluetooth|batter\w*|rechargeable|mains|wireless|digital"
    r"|[\d.,]+ k?W|mAh|Wi-Fi"
)
_METAL = r"metal|\w*steel|iron|alumini?um|titanium|brass|copper"
_HOLDS = r"[\d.,]+(?:[ -](?:litres?|ml)| ?L)\b|litres?|cups|portions|holds|people"
_SIZE = rf"{_HOLDS}|[\d.,]+(?:(?: ?[x×] ?[\d.,]+)+|[ -](?:cm|inch(?:es)?)\b)|knee-length"
_HOT = r"hot|warm\w*|cold|double-walled|insulated"
_LASTS = r"[\d.,]+ hours?|hours?|batter\w*|months?"
# The words of a description by which a quality is told, by the stem of the word that asks for it.
_TOLD = (
    (("wood", "wooden", "木头", "木"), _WOOD),
    (("waterproof", "wet", "rain", "rainy", "防水", "雨"), _RAIN),
    (("warm", "cold", "winter", "保暖", "暖"), _WARM),
    (("electric", "electrical", "electronic", "electronics", "电"), _ELECTRIC),
    (("metal", "金属"), _METAL),
    (
        ("light", "lightweight", "heavy", "weight", "weigh", "轻", "重"),
        r"light\w*|(?<!\bto )(?<!\bholds )[\d.,]+ k?g\b",
    ),
    (
        (
            *("big", "large", "small", "roomy", "hold", "holds", "capacity", "volume", "size"),
            *(
                "space",
                "room",
                "long",
                "wide",
                "tall",
                "people",
                "persons",
                "person",
                "fit",
                "fits",
            ),
            *("大", "小", "大小", "容量", "装"),
        ),
        _SIZE,
    ),
    (("hot", "cool", "热", "冷"), _HOT),
    (("last", "lasts", "battery", "charge", "续航"), _LASTS),
    (("bright", "brightness", "亮"), r"[\d.,]+ (?:lumens?|lm)"),
    (
        ("outside", "outdoor", "outdoors", "garden", "户外", "室外"),
        rf"{_RAIN}|splash\w*|outdoors?|frost\w*|weather\w*",
    ),
    (("nonstick", "non-stick", "不粘"), r"non-?stick"),
    (("wool", "羊毛"), r"\w*wool\w*|merino"),
    (("leather", "皮"), r"leather(?!-look)|nubuck|suede"),
)
_NEGATED = r"(?<!\bno )(?<!\bnot )(?<!\bwithout )"


def said_of(product: ProductView, quality: str) -> str:
    """The sentences of its description that speak of a quality; empty when none does."""
    told = _told_by(stem(quality))
    said = " ".join(one for one in sentences_of(product) if told.search(one))
    measure = told.search(product.name)  # "35 L" is told by the name alone
    named = f"{measure[0]}." if measure and measure[0][0].isdigit() else ""
    return f"{named} {said}".strip()


def has(product: ProductView, quality: str) -> bool:
    """Whether its name, its tags or its description speak of a quality, or it is such a thing."""
    told, word = _told_by(stem(quality)), stem(quality)
    names = f"{product.name} {product.category} {' '.join(product.tags)}"
    if word in words_of(names) or told.search(product.description):
        return True
    return bool(told.search(product.name)) or (
        product.department == "electronics" and word.startswith("electr")
    )


def stem(word: str) -> str:
    """``warmer``, ``warmest`` and ``warm`` are asked of the same; so is ``bigger`` of ``big``."""
    for ending in ("est", "er"):
        short = word.removesuffix(ending)
        if short == word:
            continue
        for one in (short, f"{short}e", short[:-1], f"{short[:-1]}y"):
            if any(one in asked for asked, _ in _TOLD):
                return one
    return word


def is_quality(word: str) -> bool:
    """Whether a word is known to ask for a quality."""
    return any(stem(word) in asked for asked, _ in _TOLD)


@lru_cache(maxsize=256)
def _told_by(word: str) -> re.Pattern[str]:
    known = next((told for asked, told in _TOLD if word in asked), re.escape(word) + "s?")
    return re.compile(rf"{_NEGATED}(?<![\w-])(?:{known})(?!\w)", re.IGNORECASE)
