"""Who wants to be called on the telephone: what a bot can say of that, and who reads it."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction

from dialogue.domain import LANGUAGE_SLOT
from dialogue.questions import is_question
from dialogue.retail.people.waiting import IN_QUEUE, was_asked_for
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
)
from dialogue.retail.the_shop.staff_hours import back_at
from dialogue.retail.wording import button, wording

READ = 200  # characters that are looked through
_NEAR = frozenset(
    {
        "complaint",
        "contact_details",
        "deny",
        "faq",
        "human_agent",
        "inform",
        "nlu_fallback",
        "out_of_scope",
        "remind_me",
        "stop",
        "update_account",
    }
)
_CALL = re.compile(
    r"(?:^|[,.;!?]\s*|\b(?:can|could|please|pls|just|should|must|shall|want|like|let|then|ok|so|someone"
    r"|somebody|anyone|you)\b[^,.;!?]{0,30})(?:call|ring|phone)(?:s|ed)? me\b"
    r"|\b(?:want|need|like|get|arrange|have|for) an? (?:phone )?call ?-?back\b"
    r"|给我(?:回|打|来)个?(?:电话|手机)|(?:回|打|来)个?电话给我|打给我|打我(?:的)?(?:电话|手机)"
    r"|(?<!给)(?:你们|客服|同事|有人).{0,6}(?:回|打)个?电话|回个?电(?:话|给我)|回拨",
    re.IGNORECASE,
)
# That nobody called is a complaint, and who shall be called is no wish.
_TELLS = re.compile(
    r"\b(?:never|nobody|no one|didn['’]?t|did not|hasn['’]?t|haven['’]?t|don['’]?t|do not|said"
    r"|promised|would)\b.{0,30}\b(?:call|ring|phone)"
    r"|(?:没有?人?|从来没|不要|别|不用|说好|答应).{0,8}(?:电话|回电|打)|提醒",
    re.IGNORECASE,
)

_NUMBER = r"(?:call|ring|phone|telephone|number|hotline)"
_NOW = r"(?:now|right away|immediately|tonight|this evening|at this (?:hour|time)|today|still)"
_CALL_NOW = re.compile(
    rf"\b{_NUMBER}\b(?!.{{0,10}}\bme\b).{{0,30}}\b{_NOW}\b"
    rf"|\b{_NOW}\b.{{0,30}}\b{_NUMBER}\b(?! me\b)"
    r"|(?:现在|今晚|马上|这会儿|这么晚).{0,10}(?:电话|打给你们|热线)|电话.{0,12}(?:现在|今晚|马上|这会儿)",
    re.IGNORECASE,
)


def called_back(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say that no bot can promise a call, and that a colleague reads the wish; hand it over.

    Who waits for a person stays in the queue, though they give up waiting for it here.
    """
    text, intent = latest_text(tracker)[:READ], latest_intent(tracker)
    if (tracker.active_loop or {}).get("name") or not wants_call(text):
        return None
    if tracker.get_slot(IN_QUEUE):
        dispatcher.utter_message(response="utter_call_back_waiting")
        return []
    if intent not in _NEAR and not was_asked_for(tracker):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    wants = intent == "human_agent"
    dispatcher.utter_message(
        response="utter_call_back",
        buttons=[] if wants else [button(words.say("button_pass_on"), "human_agent")],
    )
    return [FollowupAction("action_request_human")] if wants else []


def calls_now(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """The number to call right now, and from when it is answered; None while it is."""
    text, in_form = latest_text(tracker)[:READ], (tracker.active_loop or {}).get("name")
    back = back_at(services.policies.people, services.clock())
    if in_form or back is None or not _CALL_NOW.search(text) or not is_question(text):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    waits = bool(tracker.get_slot(IN_QUEUE))
    dispatcher.utter_message(
        response="utter_phone_closed",
        when=words.moment(back),
        buttons=[] if waits else [words.person_button()],
    )
    return []


def wants_call(text: str) -> bool:
    """Whether the customer wishes to be called."""
    return _CALL.search(text[:READ]) is not None and _TELLS.search(text[:READ]) is None
