"""What may be asked of goods in any of their questions, however the intent was read."""

from __future__ import annotations

from rasa_sdk import Tracker

from dialogue.retail.goods.adding import say_addition
from dialogue.retail.goods.comparing import advise, compare
from dialogue.retail.goods.having import say_colours, say_lacking
from dialogue.retail.goods.in_store import say_of_stores
from dialogue.retail.goods.named import ProductAction
from dialogue.retail.goods.of_shown import say_of_shown
from dialogue.retail.goods.ratings import say_ratings
from dialogue.retail.goods.search_on import go_on_unless_pointed
from dialogue.retail.goods.seeking import say_for_purpose
from dialogue.retail.goods.sums import say_sum
from dialogue.retail.services import Dispatcher, Events, latest_text

_STEPS = (
    say_of_stores,
    say_ratings,
    say_addition,
    say_sum,
    say_of_shown,
    advise,
    compare,
    say_colours,
    say_lacking,
    say_for_purpose,
)


def answered_first(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """Answer a message that asks one of these; None when it does not, or is a pressed button."""
    if not latest_text(tracker):
        return None
    for step in _STEPS:
        told = step(action, dispatcher, tracker)
        if told is not None:
            return told
    return None


def answered_or_gone_on(
    action: ProductAction, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """The same, and a message that goes on with the last search; None for other messages."""
    told = answered_first(action, dispatcher, tracker)
    return go_on_unless_pointed(action, dispatcher, tracker) if told is None else told
