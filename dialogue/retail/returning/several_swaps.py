"""Pieces of one article that are swapped for different variants: one exchange after the other.

"One white L and one black L", "no, one of them should be black".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.views import ItemView, VariantView
from dialogue.questions import is_question
from dialogue.retail.figures import FIGURE
from dialogue.retail.goods.variants import named_variant, say_sold_out
from dialogue.retail.proof.identity import begins
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.picking import WORDS, Picked, named_in, number_of
from dialogue.retail.returning.returns import chosen_to_return
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_text,
)
from dialogue.retail.talk.tasks import WAITING, kept_wishes, wish
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import wording

READ = 200  # characters
_PARTS = re.compile(r",|;|&|\+|，|；|、|\band\b|\bplus\b|和|(?<=[码色LMS])\s?另", re.IGNORECASE)
_COUNT = re.compile(rf"^\W*({'|'.join(WORDS)}|\d|{FIGURE})(?:\s|[个件只双条])", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\b(?:one|1) (?:of (?:them|these|those|the two|the \w+)|should|in|white|black|\w+) "
    r"|其中一|有?一[个件双]",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:no|nope|wait|sorry|actually|but)\b|\bonly one\b|\bone of\b|^\W*不|其中", re.I
)


@dataclass(frozen=True, slots=True)
class Swap:
    """So many pieces for this variant."""

    pieces: int
    variant: VariantView


def several_swaps(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Go on with the first of them; the others wait for their turn."""
    found = swaps_meant(services, tracker)
    if found is None:
        return None
    item, swaps = found
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    gone = next((one for one in swaps if one.variant.quantity < one.pieces), None)
    if gone is not None:
        say_sold_out(words, dispatcher, item, gone.variant, gone.pieces)
        return []
    told = [f"{one.pieces} × {words.variant(one.variant.label)}" for one in swaps]
    dispatcher.utter_message(
        response="utter_swaps_one_by_one", first=told[0], rest=words.listing(told[1:])
    )
    number, (first, *others) = str(tracker.get_slot("order_number")), swaps
    later = [
        wish(
            "exchange_item",
            None,
            order_number=number,
            item=_lines(item, one),
            replacement=one.variant.label,
        )
        for one in others
    ]
    return [
        SlotSet("item", _lines(item, first)),
        SlotSet("pieces", None),
        SlotSet("replacement", first.variant.label),
        SlotSet("confirmed", None),
        SlotSet(WAITING, [*later, *kept_wishes(tracker, WAITING)]),
    ]


def means_several(services: RetailServices, tracker: Tracker) -> bool:
    """Whether an exchange is met with different wishes for the pieces of its article."""
    asked = tracker.get_slot(REQUESTED_SLOT) in ("confirmed", "pieces", "replacement")
    return asked and swaps_meant(services, tracker) is not None


def swaps_meant(
    services: RetailServices, tracker: Tracker
) -> tuple[ItemView, tuple[Swap, ...]] | None:
    """The article of the exchange, and what is wished for its pieces, where that is several."""
    form, text = (tracker.active_loop or {}).get("name"), latest_text(tracker)[:READ]
    chosen, order = chosen_to_return(services, tracker), current_order(services, tracker)
    asks = is_question(text) and not begins(tracker)
    if form != "exchange_form" or len(chosen) != 1 or order is None or asks:
        return None
    item, pieces = chosen[0]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    named = named_in(words.in_records(text), returnable(services, order), names_first=True)
    others = isinstance(named, Picked) and set(named.pieces) != {item.line}
    if item.returnable < 2 or others:
        return None
    parts = [words.in_records(part) for part in _PARTS.split(text)]
    swaps = _said(services, parts, item) or _but_one(services, tracker, text, item, pieces)
    enough = sum(one.pieces for one in swaps) <= item.returnable
    return (item, swaps) if len(swaps) > 1 and enough else None


def _said(services: RetailServices, parts: Sequence[str], item: ItemView) -> tuple[Swap, ...]:
    """What each part wishes; none where they are no different variants."""
    found: list[Swap] = []
    colours: list[bool] = []
    sizes: list[bool] = []
    for part in parts:
        variant = named_variant(services, part, item)
        if variant is not None:
            said = _COUNT.search(part)
            count = number_of(said[1]) if said and said[1] != variant.size else 1
            found.append(Swap(count, variant))
            colours.append(variant.colour.casefold() in part.casefold())
            sizes.append(variant.size.casefold() in re.findall(r"[\w-]+", part.casefold()))
    labels = {one.variant.label for one in found}
    alike = all(colours) or all(sizes)  # "black, XL" is one
    return tuple(found) if alike and len(labels) == len(found) > 1 else ()


def _but_one(
    services: RetailServices, tracker: Tracker, text: str, item: ItemView, pieces: int
) -> tuple[Swap, ...]:
    """One of the pieces otherwise than was chosen for all of them: "one of them in black"."""
    chosen = str(tracker.get_slot("replacement") or "")
    if tracker.get_slot(REQUESTED_SLOT) != "confirmed" or pieces < 2 or not chosen:
        return ()
    if not (_NO.search(text) and _ONE_OF.search(text)):
        return ()
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    other = named_variant(services, words.in_records(text), replace(item, variant=chosen))
    before = named_variant(services, chosen, item)
    return (Swap(1, other), Swap(pieces - 1, before)) if before and other else ()


def _lines(item: ItemView, swap: Swap) -> str:
    return str(Picked({item.line: swap.pieces}))
