"""An answer with a question beside it: "I don't like it, is an open box ok?", "yes. is it free?".

The answer counts, whoever answers the question.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.reasons import reason_in
from dialogue.orders.states import ReturnReason
from dialogue.questions import asks_after_ok, is_question
from dialogue.retail.problems.remedies import FOR_GOODS, wish_in
from dialogue.retail.returning.picking import count_in
from dialogue.retail.services import latest_text
from dialogue.retail.talk.correcting import agrees
from dialogue.retail.task_slots import REQUESTED_SLOT

READ = 300  # characters
_HERE = frozenset({"damaged_item", "missing_item", "wrong_item"})
_PARTS = re.compile(
    r"(?<=[?？!！.。;；,，])\s*|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|\s+(?=(?:and|but|also)\s)",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^\W*(?:(?:and|but|also|well|because|cause|因为)\b\W*)+", re.IGNORECASE)
_WHY = re.compile(
    r"\btoo (?:small|large|big|tight|loose|long|short|wide|narrow|thin|thick|heavy|light|dark"
    r"|bright|warm|itchy|scratchy|rough|loud|stiff|expensive)\b"
    r"|(?:\b(?:do|does|did|is|are)n['’]?t|\bnot)\s+(?:really\s+)?"
    r"(?:match|go with|suit|fit|like)\b"
    r"|\b(?:was|is|as|got (?:it|them) as) an? (?:\w+ )?(?:present|gift)\b"
    r"|\b(?:has|have|had|got|owns?) (?:one|it|them|two|the same(?: one)?|that) already\b"
    r"|\balready (?:has|have|had|got|owns?) (?:one|it|them|two|the same)\b"
    r"|\b(?:ordered|bought) (?:it |them |one |this )?(?:twice|by (?:mistake|accident))\b"
    r"|\b(?:un)?comfortable\b|已经有.{0,6}了|(?:礼物|送人的)|买[错重]|(?:太|偏|有点儿?)[大小长短紧松厚薄重深浅]|买[大小]|[大小]了(?:点|一[号码])"
    r"|不(?:太|怎么|大|是很)?(?:搭|配|喜欢|合适|合身|好看|舒服)|难看|缩水",
    re.IGNORECASE,
)
# What is a reason only where one was asked for.
_ANSWERS_WHY = re.compile(
    r"n['’]?t\b.{0,12}\b(?:need|want|work|use|look)\b"
    r"|\bnot? (?:longer )?(?:need(?:ed)?|want(?:ed)?|liked)\b"
    r"|\bchanged my mind\b|\bno (?:longer|reason|use)\b|\brather not say\b"
    r"|不(?:想|需)要|用不[上着]|买[错多重]|不想说",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"^\W*(?:yes|yeah|yep|sure|please do|do it|go ahead)\b|^\W*(?:是的|好的|对的|确定|可以)",
    re.IGNORECASE,
)
_YET = re.compile(
    r"\b(?:but|if|unless|only|except|wait)\b|^.{0,12}\bfirst\b|但|如果|要是|不过|先", re.IGNORECASE
)
# What costs the customer nothing is only taken from clear words; "is it too late?" is none.
CLEAR = frozenset({ReturnReason.DAMAGED, ReturnReason.WRONG_ITEM, ReturnReason.NOT_AS_DESCRIBED})


def says_why(text: str) -> bool:
    """Whether words give a reason for sending back where nobody has asked for one."""
    return _WHY.search(text) is not None or reason_in(text) in CLEAR


def reason_beside(tracker: Tracker) -> str | None:
    """The reason in a message that also asks something, where the reason was asked for."""
    if tracker.get_slot(REQUESTED_SLOT) != "return_reason":
        return None
    told, asks = _apart(latest_text(tracker)[:READ])
    reasons = [one for one in told if says_why(one) or _ANSWERS_WHY.search(one)]
    return ", ".join(reasons) if asks and reasons else None


def pieces_beside(tracker: Tracker) -> str | None:
    """The number of pieces in a message that also asks something, where it was asked for."""
    asked = next((one for one in reversed(tracker.events) if _asks_how_many(one)), None)
    if tracker.get_slot(REQUESTED_SLOT) != "pieces" or asked is None:
        return None
    left = int(str(asked["metadata"].get("left") or 0))
    told, asks = _apart(latest_text(tracker)[:READ])
    counts = [count for one in told if (count := count_in(one, left)) is not None]
    return str(counts[0]) if asks and len(counts) == 1 and 1 <= counts[0] <= left else None


def _asks_how_many(event: dict[str, Any]) -> bool:
    return (event.get("metadata") or {}).get("utter_action") == "utter_ask_how_many"


def yes_beside(tracker: Tracker) -> bool:
    """Whether a message that asks something begins with a clear yes to what was asked."""
    text = latest_text(tracker)[:READ]
    if tracker.get_slot(REQUESTED_SLOT) != "confirmed" or _YET.search(text):
        return False
    if asks_after_ok(text):
        return False
    told, asks = _apart(text)
    return asks and bool(_SURE.search(text)) and bool(told) and agrees(told[0])


def kept_beside(tracker: Tracker) -> dict[str, Any]:
    """The slots that the latest message answers beside its question."""
    reason = reason_beside(tracker)
    if reason:
        return {"return_reason": reason}
    pieces, wish = pieces_beside(tracker), wish_beside(tracker)
    if pieces:
        return {"pieces": pieces}
    if wish:
        return {"wish": wish}
    return {"confirmed": True} if yes_beside(tracker) else {}


def wish_beside(tracker: Tracker) -> str | None:
    """What is wished for goods that arrived wrong, in a message that also asks something."""
    if tracker.get_slot(REQUESTED_SLOT) != "wish" or tracker.get_slot("problem_kind") not in _HERE:
        return None
    told, asks = _apart(latest_text(tracker)[:READ])
    wish = wish_in(", ".join(told)) if asks and told else None
    return wish if wish in FOR_GOODS else None


def _apart(text: str) -> tuple[list[str], bool]:
    """The parts of a text that are no question, and whether one is."""
    parts = [_LEADING.sub("", part).strip(" ,，.。;；!！") for part in _PARTS.split(text)]
    parts = [part for part in parts if part]
    marks = [part for part in parts if is_question(part)]
    return [part for part in parts if part not in marks], bool(marks)
