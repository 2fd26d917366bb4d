"""A question for the order that rests after several others, until the customer comes back to it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction

from dialogue.retail.services import Dispatcher, Events, said_within
from dialogue.retail.talk.tasks import LEFT, called, gone_on_with, kept_aside, kept_wishes, order_of
from dialogue.retail.task_slots import leave_form
from dialogue.retail.wording import Wording

LISTEN = "action_listen"
RESTS = "utter_question_rests"
MOST = 3  # other questions in a row: after the last of them it is not asked any more
SOON = 4  # messages in which a number is the answer to it
# What begins a form, or says that a message was no answer: after it, it is asked again.
_NO_ANSWER = frozenset(
    {
        "action_choose_order",
        "action_choose_updates",
        "action_correct",
        "action_did_you_mean",
        "action_go_back",
        "action_inform",
        "action_out_of_scope",
        "action_repeat",
        "action_session_start",
        "action_unasked",
    }
)
_SMALL_TALK = frozenset(
    {"action_ask_more", "action_greet", "utter_bot_challenge", "utter_praise", "utter_thank"}
)


def rested(
    words: Wording, dispatcher: Dispatcher, tracker: Tracker, left: dict[str, Any] | None
) -> Events | None:
    """Leave the form for now, its wish kept aside; None while its question may be asked again."""
    if left is None or _answered_meanwhile(tracker) < MOST:
        return None
    dispatcher.utter_message(response=RESTS, what=called(words, left))
    return [*leave_form(tracker), *kept_aside(tracker, left), FollowupAction(LISTEN)]


def taken_up(tracker: Tracker, number: str) -> Events | None:
    """The wish whose question rests goes on with this order; None where none does."""
    resting = kept_wishes(tracker, LEFT)[:1] if RESTS in said_within(tracker, SOON) else []
    if not resting or order_of(resting[0]) is not None:
        return None
    told = {"entity": "order_number", "value": number}
    return gone_on_with(tracker, {**resting[0], "entities": [told]})


def _answered_meanwhile(tracker: Tracker) -> int:
    """How many messages in a row, the latest included, asked something else and were answered."""
    form = (tracker.active_loop or {}).get("name")
    count, first = 0, ""
    for event in reversed(tracker.events):
        if event.get("event") == "action" and event.get("name") != LISTEN:
            first = str(event.get("name"))
        elif event.get("event") == "user":
            if not first or first == form or first in _NO_ANSWER:
                return count
            count, first = count + (first not in _SMALL_TALK), ""
    return count
