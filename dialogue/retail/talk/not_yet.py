"""Whether it is done, asked in the middle of a wish that ends in a change: not yet."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.retail.services import latest_text
from dialogue.retail.task_slots import REQUESTED_SLOT

READ = 80  # who asks whether it is done asks it shortly
CHANGES = frozenset(
    {
        "cancel_order_form",
        "change_address_form",
        "exchange_form",
        "modify_order_form",
        "problem_form",
        "return_form",
        "withdraw_return_form",
    }
)
_DONE = (
    r"(?:cancel+ed|changed|done|finished|completed?|through|saved|announced|swapped|exchanged"
    r"|updated|registered|confirmed|withdrawn|noted|all set|settled)"
)
_ASKS = re.compile(
    r"\b(?:is|are|was|were|has|have)\s+(?:it|that|this|they|everything"
    rf"|(?:the|my|our)\s+\w+)\s+(?:(?:all|been|now|already|really|gone)\s+){{0,3}}{_DONE}\b"
    r"|\bdid\s+(?:it|that|this|you)\s+(?:just\s+)?(?:work|go through|cancel|change)\b"
    rf"|^\W*(?:(?:and|so|ok|it['’]?s|its|all)\W+){{0,3}}{_DONE}(?: (?:now|already|yet|then))?\s*\?"
    r"|(?<![能以会再])(?:取消|改|换|退|办|弄|搞|登记)(?:成功|好|完|掉)?了?(?:吗|没有?[？?]?$)|(?:好|成功|完成)了(?:吗|没)",
    re.IGNORECASE,
)


def asks_whether_done(tracker: Tracker) -> bool:
    """Whether the latest message asks if the change that is being prepared has been made."""
    form = (tracker.active_loop or {}).get("name")
    if form not in CHANGES or tracker.get_slot(REQUESTED_SLOT) == "problem_details":
        return False
    text = latest_text(tracker)
    return len(text) <= READ and _ASKS.search(text) is not None
