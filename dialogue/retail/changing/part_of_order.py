"""What a customer names of an order that is to be cancelled: "no, only the shirt"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders.views import ItemView, OrderView
from dialogue.retail.changing.more_or_less import REMOVE
from dialogue.retail.returning.picking import Picked, mentioned, named_in
from dialogue.retail.services import Events, latest_entity, latest_text
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.talk.tasks import WAITING, kept_wishes, wish
from dialogue.retail.task_slots import forget_task
from dialogue.retail.wording import Wording

READ = 160  # who names a part names it shortly
# What is named after one of these stays, and the others go.
_EXCEPT = re.compile(
    r"\b(?:except|but not|apart from|all but|everything but|other than|without"
    r"|not(?! (?:want|need|have|like|any)\b)|don['’]?t cancel)\b|除了|不要取消|别取消",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"\b(?:stays?|keep(?:ing)?|leave|still (?:want|be sent|come)|want to have"
    r"|(?<!not )(?<!n't )(?<!n’t )(?<!nt )(?<!longer )need)\b"
    r"|留|还要|保留|照[发寄送]|继续[发寄送]",
    re.IGNORECASE,
)
# All of it stays, whatever is named beside: "I need those slippers. Leave it, don't cancel".
_ALL_STAYS = re.compile(
    r"\b(?:leave|keep) (?:it|that|this|them|everything|all|(?:the|my) (?:whole )?order)\b"
    r"|\b(?:don['’]?t|do not|not) (?:cancel|take)\b(?! (?:the|my|all|every\w*)\b)"
    r"|(?:先)?[别不]要?取消了?(?:吧|订单|这单)?\W*$|都留着|全留着",
    re.IGNORECASE,
)
_LEAVES = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|hm+|so|no|then|well|please|just|better|oh|i['’]?ll|rather)\W+)*"
    r"(?:leave|keep) (?:it|that|this|everything|it all|all of it|(?:the|my) (?:whole )?order)"
    r"(?: then| as it is| alone| please| all| after all)*\W*$"
    r"|^\W*(?:那|就|还是|先|算了)*(?:别|不)(?:要)?取消了?[吧啊]?\W*$",
    re.IGNORECASE,
)
# Where what goes and what stays are told apart.
_CLAUSE = re.compile(
    r"[.!;:,，。；！：]|\b(?:and|while|whereas|(?<!all )(?<!everything )but)\b|但", re.IGNORECASE
)
_ONLY = re.compile(r"\b(?:only|just)\b|只|就", re.IGNORECASE)
_ASKS = re.compile(
    r"[?？]|吗|\b(?:what|when|why|how|which|instead of|size|colou?r)\b|尺码|颜色", re.IGNORECASE
)
_POLITE = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|i|we)|is it (?:\w+ )?possible)\b"
    r"|可以|能|[行成好]吗|行不行",
    re.IGNORECASE,
)
# "Only one of them", "not everything": a part, and not which.
_NOT_WHOLE = re.compile(
    r"\bnot (?:everything|all of it|all|the (?:whole|entire|complete))\b"
    r"|\b(?:only|just) (?:a )?(?:one|part|some)\b"
    r"|\bpart(?:ly|ially)?\b.{0,20}\bcancel|\bcancel\w*\b.{0,20}\bpart(?:ly|ially)?\b"
    r"|不是(?:全部|都|整单)|[别不]要?全(?:部|都)?取消|只(?:要|想)?取消|部分取消|取消(?:其中)?一?部分",
    re.IGNORECASE,
)
# "The slippers one", "the order with the slippers": the order is named, and no part of it.
_ORDER_NAMED = re.compile(
    r"\b(?:order|the one) (?:with|w/|of|for|containing)(?!\w)"
    r"|\b(?:whole|entire|complete|full) (?:order|thing)\b"
    r"|\b(?:cancel|stop|drop)\s+(?:my|the|that|this)\s+"
    r"(?:(?!(?:in|from|of|out|and|or)\b)[\w-]+\s+){1,3}?order\b"
    r"|取消(?:一下|掉)?(?:我的?)?[^里中的从把，。]{1,8}的?订单(?!里|中|的)"
    r"|[那这](?:一)?(?:单|笔|个?订单)(?!里|中|的)|(?<!不是)(?<!不要)(?<!别)(?:整个|全部|整单)(?!都?不)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of an order, with so many of its pieces or all, and the lines that go after it.

    None where it is not clear which line.
    """

    item: str | None
    later: tuple[str, ...] = ()


def part_meant(
    tracker: Tracker, words: Wording, order: OrderView, text: str | None = None
) -> Part | None:
    """The lines that alone shall be taken out; None where the message names no part.

    `text` is another message than the latest, where one is meant.
    """
    text = latest_text(tracker) if text is None else text
    other = latest_entity(tracker, "order_number") not in (None, order.number)
    if not text or len(text) > READ or other or sum(item.quantity for item in order.items) < 2:
        return None
    said = words.in_records(text.replace(order.number, " "))
    if latest_entity(tracker, "size") and not _ONLY.search(said):
        return None  # "no, I need the shirt in L"
    if names_order(text) or (_ASKS.search(text) and not _POLITE.search(text)):
        return None
    parts = _CLAUSE.split(said)
    if any(_EXCEPT.search(part) or _STAYS.search(part) for part in parts):
        gone = _left(said, parts, order.items)
    else:
        gone = _named(said, order.items)
    if not gone and (_NOT_WHOLE.search(said) or _names_one_of_several(said, order.items)):
        return Part(None)  # several can be meant: it is asked which
    everything = len(gone) >= len(order.items) and all(n is None for n in gone.values())
    if not gone or everything:
        return None
    first, *later = (str(Picked({line: pieces})) for line, pieces in gone.items())
    return Part(first, tuple(later))


def names_order(text: str) -> bool:
    """Whether the text speaks of the order as one: "the order with the mugs", "all of it"."""
    text = text[:READ]
    return _ORDER_NAMED.search(text) is not None and _EXCEPT.search(text) is None


def means_order(text: str) -> bool:
    """Whether the order is meant, where a part of it was to go: "no, the whole order"."""
    text = text[:READ]
    return names_order(text) and _STAYS.search(text) is None and _NOT_WHOLE.search(text) is None


def keeps_all(text: str) -> bool:
    """Whether one clause says that nothing shall be cancelled: "hm, leave it then, and ..."."""
    return any(map(_LEAVES.match, _CLAUSE.split(text[:READ])))


def taken_out(tracker: Tracker, order: OrderView, part: Part) -> Events:
    """Events that begin to take this out of the order; what else goes waits for its turn."""
    later = [
        wish("modify_order", None, order_number=order.number, item=item, change=REMOVE)
        for item in part.later
    ]
    waiting = [SlotSet(WAITING, [*later, *kept_wishes(tracker, WAITING)])] if later else []
    return [
        *forget_task(tracker),
        SlotSet("order_number", order.number),
        SlotSet("item", part.item),
        SlotSet("change", REMOVE),
        *waiting,
        FollowupAction("modify_order_form"),
    ]


def _left(said: str, parts: list[str], items: tuple[ItemView, ...]) -> dict[int, int | None]:
    """What goes where the words say what stays: what else they name, or all the others."""
    stays = [part for part in parts if _EXCEPT.search(part) or _STAYS.search(part)]
    kept = {line for part in stays for line in _named(part, items)}
    apart = [_named(part, items) for part in parts if part not in stays]
    goes = {line: n for found in apart for line, n in found.items() if line not in kept}
    if goes:  # "only the shirt, the mugs stay"
        return goes
    if _ALL_STAYS.search(said):
        return {}
    named = _named(meant_in(said), items) if meant_in(said) != said.strip() else {}
    if named and set(named) < kept:  # "the mugs, not the shirt"
        return named
    return {item.line: None for item in items if item.line not in kept} if kept else {}


def _names_one_of_several(said: str, items: tuple[ItemView, ...]) -> bool:
    return _ONLY.search(said) is not None and bool(mentioned(said, items))


def _named(said: str, items: tuple[ItemView, ...]) -> dict[int, int | None]:
    """The lines that are named."""
    found = named_in(said, items)
    return dict(found.pieces) if isinstance(found, Picked) else {}
