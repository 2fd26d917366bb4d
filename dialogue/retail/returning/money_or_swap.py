"""The money instead of the swap that is being prepared, or a swap instead of the money.

"Hmm no, I want the money back after all": of the same goods, whatever a model takes it for.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from dialogue.questions import is_question
from dialogue.retail.goods.variants import other_variants
from dialogue.retail.returning.returns import chosen_to_return
from dialogue.retail.services import Dispatcher, Events, RetailServices, latest_text
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.task_slots import REQUESTED_SLOT, leave_form

READ = 160  # characters
_MONEY = re.compile(
    r"\b(?:want|like|prefer|rather|just|take|have|give me|need)\b.{0,25}"
    r"\b(?:money(?: back)?|refund(?:ed)?|return (?:it|them|this|that|the)\b)"
    r"|\b(?:money back|refund|return it|send (?:it|them) back) (?:instead|after all|then|rather)\b"
    r"|(?:还是|要|想|直接|改成?)(?:把?钱)?退(?:钱|款|货|了)|退(?:钱|款|货|掉|了)?(?:吧|算了)"
    r"|(?:那就?|算了|不换了?)\W*(?:都|给我|直接)?退(?!回|换)",
    re.IGNORECASE,
)
_SWAP = re.compile(
    r"\b(?:want|like|prefer|rather|just|need)\b.{0,25}\b(?:exchange|swap)\b"
    r"|\b(?:exchange|swap) (?:it|them)? ?(?:instead|after all|then|rather)\b"
    r"|(?:还是|要|想|直接|改成?)换(?:一|货|个|大|小|成|尺|颜|吧)|换(?:货|掉|一[件个双])?(?:吧|算了)"
    r"|(?:那就?|算了|不退了?)\W*(?:都|给我|直接)?换",
    re.IGNORECASE,
)
_NO = r"(?:n['’]t|\b(?:dont|not|no longer))\s(?:\w+\s){0,3}"
_NO_MONEY = re.compile(rf"{_NO}(?:money|refund|return)\b|不(?:想|要|用)?退", re.IGNORECASE)
_NO_SWAP = re.compile(rf"{_NO}(?:exchange|swap)\b|不(?:想|要|用)?换", re.IGNORECASE)
# The form of the other, what wishes it, and what declines it.
_OTHER = {
    "exchange_form": ("return_form", _MONEY, _NO_MONEY),
    "return_form": ("exchange_form", _SWAP, _NO_SWAP),
}


# "Could I have it in M instead?" of what was to come back.
_IN_ANOTHER = re.compile(
    r"\b(?:have|get|take|want|like|need|make)\b.{0,20}\bin\b"
    r"|\b(?:another|other|different|bigger|smaller|larger) (?:size|colou?r|one)\b"
    r"|\b(?:one|a) size (?:up|down|bigger|smaller)\b|\binstead\b|换成?|大一|小一",
    re.IGNORECASE,
)


def means_the_other(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the form is met with a wish for the other of the two."""
    form, text = (tracker.active_loop or {}).get("name"), meant_in(latest_text(tracker)[:READ])
    if form not in _OTHER or tracker.get_slot(REQUESTED_SLOT) == "order_number" or not text:
        return False
    _, wishes, declines = _OTHER[form]
    if declines.search(text):
        return False
    if form == "return_form" and _wishes_variant(services, tracker, text):
        return True
    return bool(wishes.search(text)) and not is_question(text)


def _wishes_variant(services: RetailServices, tracker: Tracker, text: str) -> bool:
    """Whether it is asked for another size or colour of what there are others of."""
    chosen = chosen_to_return(services, tracker)
    if tracker.get_slot(REQUESTED_SLOT) == "item" or len(chosen) != 1:
        return False
    asks = is_question(text) and _IN_ANOTHER.search(text) is not None
    return asks and bool(other_variants(services, *chosen[0]))


def the_other(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Go on with the other about the same goods."""
    if not means_the_other(services, tracker):
        return None
    form = _OTHER[(tracker.active_loop or {})["name"]][0]
    goods = [SlotSet(n, tracker.get_slot(n)) for n in ("item", "pieces") if tracker.get_slot(n)]
    return [*leave_form(tracker), ActiveLoop(None), *goods, FollowupAction(form)]
