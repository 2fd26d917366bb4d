"""Fewer pieces of an item and another variant of it at once: "2 instead of 3, and in M".

Kept in the form's slot as one change, ``2 × moss, M``, which is shown whole before the yes.
"""

from __future__ import annotations

import re

from dialogue.orders.views import ItemView
from dialogue.retail.changing.more_or_less import pieces_said
from dialogue.retail.goods.variants import variant_in, wanted_at_once
from dialogue.retail.returning.items import COUNT, PIECES
from dialogue.retail.returning.picking import Picked, count_in, named_in
from dialogue.retail.services import RetailServices
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.wording import Wording

READ = 160
_BOTH = re.compile(r"(\d{1,4}) × (.{1,80})")
# "No, M": what was asked about is not meant; "no, M as well" goes beside it.
_NO = re.compile(r"^\W*(?:no|nope|nah|不(?:是|对|要)?)(?![\w’'])", re.IGNORECASE)
_TOO = re.compile(r"\b(?:too|also|as well|both)\b|也|都|同时", re.IGNORECASE)


def parts_of(change: str | None) -> tuple[int | None, str | None]:
    """The pieces and the variant's label that a kept change says; None for what it leaves."""
    if change is None:
        return None, None
    if both := _BOTH.fullmatch(change):
        return int(both[1]), both[2]
    return (int(change), None) if COUNT.fullmatch(change) else (None, change)


def both_said(
    services: RetailServices,
    words: Wording,
    text: str,
    items: tuple[ItemView, ...],
    item: ItemView,
    change: str | None = None,
) -> str | None:
    """The change of `item` that the text means together with the one before; None for no such.

    `items` are those that may change: a text that changes another of them is none of this one.
    """
    text = text[:READ]
    said = words.in_records(meant_in(text))
    count = pieces_said(text)
    if count is None and parts_of(change)[1] and PIECES.fullmatch(said):
        count = count_in(said, item.quantity)  # "2" of those that are another variant now
    variant = wanted_at_once(services, said, item)
    fewer = count if count is not None and 1 <= count < item.quantity else None
    if (fewer is None and variant is None) or _is_of_another(services, said, items, item):
        return None
    label = variant.label if variant is not None else None
    if not _NO.search(text) or _TOO.search(text):
        before, other = parts_of(change)
        fewer, label = fewer or before, label or other
    if fewer is None or label is None or variant_in(services, label, item) is None:
        return None
    return f"{fewer} × {label}"


def _is_of_another(
    services: RetailServices, said: str, items: tuple[ItemView, ...], item: ItemView
) -> bool:
    """Whether other items alone are named, and can become what is said: a shirt in M no M."""
    found = named_in(said, items)
    lines = set(found.pieces) if isinstance(found, Picked) else set()
    others = [one for one in items if one.line in lines and one.line != item.line]
    if not others or item.line in lines:
        return False
    own = wanted_at_once(services, said, item)
    return own is None or any(wanted_at_once(services, said, one) for one in others)
