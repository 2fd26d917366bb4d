"""When a message is not understood: ask whether a guess was meant, ask for other words, give up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from dialogue.actions.context import ActionContext
from dialogue.domain import (
    ASK_AFFIRMATION,
    ASK_REPHRASE,
    DEFAULT_FALLBACK,
    LISTEN,
    TWO_STAGE_FALLBACK,
)
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from dialogue.messages import BotMessage
from dialogue.tracker import Tracker
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, IntentScore

MOST_CHOICES = 5  # in one question
_REPHRASE_TEXT = "Sorry, I did not get that. Could you put it in other words?"


def default_fallback(context: ActionContext) -> Sequence[Event]:
    """Say that the message was not understood, and forget it."""
    return [*context.utter("utter_default"), UserUtteranceReverted()]


def ask_affirmation(context: ActionContext) -> Sequence[Event]:
    """Ask whether the likeliest intent was meant; "no" is the intent `out_of_scope`.

    Where the conformal set says that one of a few intents was meant, it asks which (as CICC does,
    Hengst et al. 2024).
    """
    message = context.tracker.latest_message
    ranking = message.understanding.intent_ranking if message else ()
    names = [score.name for score in ranking if score.name != FALLBACK_INTENT]
    if not names:
        return ask_rephrase(context)
    meant = message.understanding.conformal_set if message else ()
    if len(meant) in range(2, MOST_CHOICES + 1):
        return _ask_which(meant)
    buttons: tuple[dict[str, Any], ...] = (
        {"title": "Yes", "payload": f"/{names[0]}"},
        {"title": "No", "payload": f"/{OUT_OF_SCOPE_INTENT}"},
    )
    question = BotMessage(
        text=f"Did you mean '{names[0]}'?",
        buttons=buttons,
        metadata={"utter_action": ASK_AFFIRMATION},
    )
    return [BotUttered(question)]


def _ask_which(intents: Sequence[str]) -> Sequence[Event]:
    *others, last = [f"'{name}'" for name in intents]
    none = {"title": "Something else", "payload": f"/{OUT_OF_SCOPE_INTENT}"}
    question = BotMessage(
        text=f"Did you mean {', '.join(others)} or {last}?",
        buttons=(*({"title": name, "payload": f"/{name}"} for name in intents), none),
        metadata={"utter_action": ASK_AFFIRMATION},
    )
    return [BotUttered(question)]


def ask_rephrase(context: ActionContext) -> Sequence[Event]:
    """Ask for other words."""
    return context.utter_or("utter_ask_rephrase", _REPHRASE_TEXT)


def revert_fallback_events(context: ActionContext) -> Sequence[Event]:
    """Forget the questions of the fallback and let the clear message stand in their place."""
    tracker = context.tracker
    if tracker.active_loop_name == TWO_STAGE_FALLBACK:
        return [*_forget_loop(tracker), *_clear_message(tracker)]
    return []


def two_stage_fallback(context: ActionContext) -> Sequence[Event]:
    """One run of the loop.

    The first time it asks whether the guess was meant. A "no" is asked to rephrase; if that is
    not understood either, it asks about the new guess, and a second "no" ends it. So do two
    messages in a row that are not understood. A clear message ends it, and goes on as if it had
    been said at first.
    """
    tracker = context.tracker
    if tracker.active_loop_name != TWO_STAGE_FALLBACK:
        begin = ActiveLoop(TWO_STAGE_FALLBACK)
        return [begin, *context.run_own_or(ASK_AFFIRMATION, ask_affirmation)]
    said = [message.intent for message in _messages_of_loop(tracker)]
    if said[-1] not in (FALLBACK_INTENT, OUT_OF_SCOPE_INTENT):
        forget, clear = _forget_loop(tracker), _clear_message(tracker)
        return [ActiveLoop(None), *forget, *clear]
    denied_twice = [OUT_OF_SCOPE_INTENT, FALLBACK_INTENT, OUT_OF_SCOPE_INTENT]
    if said[-2:] == [FALLBACK_INTENT, FALLBACK_INTENT] or said[-3:] == denied_twice:
        gave_up = context.run_own_or(DEFAULT_FALLBACK, default_fallback)
        rest = [event for event in gave_up if not isinstance(event, UserUtteranceReverted)]
        if len(rest) == len(gave_up):  # the project's own fallback keeps the messages
            return [ActiveLoop(None), *rest]
        return [ActiveLoop(None), *rest, *_forget_loop(tracker)]
    if said[-1] == FALLBACK_INTENT:
        return context.run_own_or(ASK_AFFIRMATION, ask_affirmation)
    return context.run_own_or(ASK_REPHRASE, ask_rephrase)


def _messages_of_loop(tracker: Tracker) -> list[UserUttered]:
    """What the person said since the loop began, with the message that began it."""
    return list(_backwards(tracker))[::-1]


def _backwards(tracker: Tracker) -> Iterator[UserUttered]:
    begun = False
    for event in reversed(tracker.applied):
        if isinstance(event, ActiveLoop):
            begun = True
        if isinstance(event, UserUttered):
            yield event
            if begun:
                return


def _forget_loop(tracker: Tracker) -> list[Event]:
    """Take back every message of the loop, so that it never began."""
    return [UserUtteranceReverted() for _ in _messages_of_loop(tracker)]


def _clear_message(tracker: Tracker) -> list[Event]:
    """The latest message again, now certain, with the slots that it filled."""
    message = tracker.latest_message
    if message is None or message.intent is None:
        return []
    ranking = (IntentScore(message.intent, 1.0), *message.understanding.intent_ranking[1:])
    certain = replace(message, understanding=replace(message.understanding, intent_ranking=ranking))
    filled = [SlotSet(name, value) for name, value in tracker.slots_since_message().items()]
    return [ActionExecuted(LISTEN), certain, *filled]
