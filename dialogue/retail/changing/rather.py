"""Another change of the order instead of the one that is asked about: "no, change where it goes".

A model hears the no alone; what is wished in its stead is begun, and nothing else is changed.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.retail.changing.aside_answers import ADDRESS, CANCEL, CHANGE
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
)
from dialogue.retail.task_slots import leave_form

READ = 100  # characters; who rather wants something else says it shortly
_NEAR = frozenset({"correct_that", "deny", "inform", "nlu_fallback", "out_of_scope", "stop"})
_NO = re.compile(
    r"^\W*(?:(?:hm+|oh|ok|wait|then|well|but|actually)\W+){0,3}(?:no|nope|nah|forget|never ?mind"
    r"|leave|skip|rather|instead|don['’]?t)\b|\b(?:rather|instead)\b|^\W*(?:不|算了|还是|别)",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?:n['’]t|\b(?:dont|not|never))\W+(?:\w+\W+){0,2}$|[别不]要?$", re.IGNORECASE)
_WISHES = (
    (
        CANCEL,
        re.compile(
            r"\bcancel (?:it|this|that|everything|(?:the|my) (?:whole )?order)\b"
            r"|取消(?:它|订单|这[个单]|整单)",
            re.IGNORECASE,
        ),
    ),
    (
        ADDRESS,
        re.compile(
            r"\bchange (?:where it (?:goes|is sent)|(?:the |my )?(?:delivery )?add?res+)\b"
            r"|\b(?:send|ship|deliver) it (?:somewhere|elsewhere|to (?:another|a different|my))\b"
            r"|[改换]一?[个下]?(?:收货)?地址",
            re.IGNORECASE,
        ),
    ),
    (
        CHANGE,
        re.compile(
            r"\bchange (?:what['’]?s in it|(?:the )?contents?|the items?)\b"
            r"|改(?:一下)?(?:内容|商品)",
            re.IGNORECASE,
        ),
    ),
)


def rather_other(services: RetailServices, tracker: Tracker) -> bool:
    """Whether another change of this order is wished instead of the one a form prepares."""
    return _form_meant(services, tracker) is not None


def rather(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Leave the one and begin the other, which asks for its own yes."""
    form, order = _form_meant(services, tracker), current_order(services, tracker)
    if form is None or order is None:
        return None
    number = SlotSet("order_number", order.number)
    return [*leave_form(tracker), number, FollowupAction(form)]


def _form_meant(services: RetailServices, tracker: Tracker) -> str | None:
    active, text = (tracker.active_loop or {}).get("name"), latest_text(tracker)
    if active not in (CANCEL, ADDRESS, CHANGE) or not 0 < len(text) <= READ:
        return None
    if latest_intent(tracker) not in _NEAR or latest_entity(tracker, "order_number"):
        return None
    if not _NO.search(text) or current_order(services, tracker) is None:
        return None
    for form, words in _WISHES:
        found = words.search(text)
        if form != active and found and not _NOT.search(text[: found.start()]):
            return form
    return None
