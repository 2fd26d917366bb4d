"""What a customer names of an order that is to be cancelled as a whole: "no, only the shirt"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rasa_sdk import Tracker

from dialogue.orders.views import ItemView, OrderView
from dialogue.retail.returning.picking import Picked, mentioned, pick
from dialogue.retail.services import latest_entity, latest_text
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.wording import Wording

READ = 120  # who names a part names it shortly
# What is named after one of these stays, and the others go.
_EXCEPT = re.compile(
    r"\b(?:except|but not|apart from|all but|everything but|other than|without|not)\b|除了"
    r"|不要取消|别取消",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"\b(?:stays?|keep(?:ing)?|leave|still want|want to have|need)\b|留|还要|保留", re.IGNORECASE
)
_SHIRT = re.compile(r"\bshirts?\b", re.IGNORECASE)
_T_SHIRT = re.compile(r"\bt[ -]?shirts?\b|\btees?\b", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only|just)\b|只|就", re.IGNORECASE)
_ASKS = re.compile(
    r"[?？]|吗|\b(?:what|when|why|how|which|instead of|size|colou?r)\b|尺码|颜色", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of an order, with so many of its pieces or all, and the lines that go after it.

    None where it is not clear which line.
    """

    item: str | None
    later: tuple[str, ...] = ()


def part_meant(tracker: Tracker, words: Wording, order: OrderView) -> Part | None:
    """The lines that alone shall be taken out; None where the message names no part."""
    text = latest_text(tracker)
    if not text or len(text) > READ or latest_entity(tracker, "order_number"):
        return None
    said = words.in_records(text)
    if latest_entity(tracker, "size") and not _ONLY.search(said):
        return None  # "no, I need the shirt in L"
    polite = re.search(r"\b(?:can|could|would) you\b|可以|能", text, re.IGNORECASE)
    if _ASKS.search(text) and not polite:
        return None
    if _EXCEPT.search(said) or _STAYS.search(said):
        gone = _left(said, order.items)
    else:
        gone = _named(said, order.items)
    if not gone and _ONLY.search(said) and mentioned(said, order.items):
        return Part(None)  # several can be meant: it is asked which
    everything = len(gone) >= len(order.items) and all(n is None for n in gone.values())
    if not gone or everything:
        return None
    first, *later = (str(Picked({line: pieces})) for line, pieces in gone.items())
    return Part(first, tuple(later))


def _left(said: str, items: tuple[ItemView, ...]) -> dict[int, int | None]:
    """What goes where the words say what stays: what else they name, or all the others."""
    kept = _named(said, items)
    named = _named(meant_in(said), items) if meant_in(said) != said.strip() else {}
    if named and set(named) < set(kept):  # "not the shirt, the mugs"
        return named
    return {item.line: None for item in items if item.line not in kept} if kept else {}


def _named(said: str, items: tuple[ItemView, ...]) -> dict[int, int | None]:
    """The lines that are named; a yes is asked for, so "the shirt" may be the one besides a tee."""
    if _SHIRT.search(said) and not _T_SHIRT.search(said):
        items = tuple(one for one in items if not _T_SHIRT.search(one.name)) or items
    found = pick(mentioned(said, items), items)
    return dict(found.pieces) if isinstance(found, Picked) else {}
