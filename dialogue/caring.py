"""Whether a customer who has just become unhappy is to be met with care before the answer."""

from __future__ import annotations

from dialogue.questions import is_question
from dialogue.repeating import last_wording
from dialogue.tracker import Tracker
from nlu.types import FALLBACK_INTENT, Understanding

CARE = "utter_care"
SURE = 0.85  # that they are unhappy: an apology that nobody needed is odd
SURE_OF_QUESTION = 0.92  # "why only 30 days?" asks, and hardly complains
_UNHAPPY = "negative"


def needs_care(meaning: Understanding, tracker: Tracker) -> bool:
    """Whether this message is the first that is surely unhappy, and nothing else will say so.

    The response `utter_care` names in its metadata what is answered with care itself:
    `not_beside`, intents and slots that are asked for. So is what is not understood outside a form.
    """
    wordings = tracker.domain.responses.get(CARE)
    felt = meaning.sentiment
    sure = SURE_OF_QUESTION if is_question(meaning.text) else SURE
    unhappy = felt is not None and felt.name == _UNHAPPY and felt.confidence >= sure
    if not wordings or not unhappy or last_wording(tracker, CARE) is not None:
        return False
    intent = meaning.intent.name if meaning.intent else FALLBACK_INTENT
    if intent == FALLBACK_INTENT and tracker.active_loop is None:
        return False
    metadata = wordings[0].parts.get("metadata") or {}
    return {intent, tracker.requested_slot}.isdisjoint(metadata.get("not_beside") or ())
