"""Rasa's default actions: what every bot can do without anybody writing it."""

from __future__ import annotations

from collections.abc import Callable

from dialogue.actions.extraction import extract_into
from dialogue.domain import LISTEN, REQUESTED_SLOT
from dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from dialogue.responses import BotMessage
from dialogue.turn import TurnInProgress
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT

AFFIRM, DENY = "Yes", "No"


def listen(turn: TurnInProgress) -> None:
    """Do nothing and wait for the customer."""


def restart(turn: TurnInProgress) -> None:
    """Forget everything; the next action starts a session."""
    turn.utter("utter_restart")
    turn.apply(Restarted())


def session_start(turn: TurnInProgress) -> None:
    """Begin a session, carrying slots over if the domain says so, and listen."""
    carried = dict(turn.tracker.slots) if turn.domain.session.carry_over_slots else {}
    initial = turn.domain.initial_slots()
    turn.apply(SessionStarted())
    for name, value in carried.items():
        if name != REQUESTED_SLOT and value is not None and value != initial.get(name):
            turn.apply(SlotSet(name=name, value=value))
    turn.apply(FollowupAction(name=LISTEN))


def default_fallback(turn: TurnInProgress) -> None:
    """Say that nothing was understood, and forget the message."""
    turn.utter("utter_default")
    turn.apply(UserUtteranceReverted(), FollowupAction(name=LISTEN))


def deactivate_loop(turn: TurnInProgress) -> None:
    """Leave the form."""
    turn.apply(ActiveLoop(name=None), SlotSet(name=REQUESTED_SLOT, value=None))


def revert_fallback_events(turn: TurnInProgress) -> None:
    """Forget the exchange of a two-stage fallback."""
    turn.apply(UserUtteranceReverted())


def ask_affirmation(turn: TurnInProgress) -> None:
    """Ask whether the likeliest intent was meant."""
    message = turn.tracker.latest_message
    ranking = list(message.parse_data.get("intent_ranking") or ()) if message else []
    names = [guess["name"] for guess in ranking if guess.get("name") != FALLBACK_INTENT]
    if not names:
        ask_rephrase(turn)
        return
    buttons = (
        {"title": AFFIRM, "payload": f"/{names[0]}"},
        {"title": DENY, "payload": f"/{OUT_OF_SCOPE_INTENT}"},
    )
    question = f"Did you mean '{names[0].replace('_', ' ')}'?"
    turn.say(BotMessage(text=question, buttons=buttons))


def ask_rephrase(turn: TurnInProgress) -> None:
    """Ask for other words."""
    if not turn.utter("utter_ask_rephrase"):
        turn.say(BotMessage(text="I'm sorry, could you say that in other words?"))


def two_stage_fallback(turn: TurnInProgress) -> None:
    """Ask to affirm; when denied, ask to rephrase; then ask once more; then give up."""
    tracker = turn.tracker
    if tracker.active_loop is None:
        turn.apply(ActiveLoop(name="action_two_stage_fallback"))
        ask_affirmation(turn)
        return
    intents = _intents_in_loop(turn)
    if intents[-1] not in {FALLBACK_INTENT, OUT_OF_SCOPE_INTENT}:
        _understood_after_all(turn)
    elif intents[-2:] == [FALLBACK_INTENT, FALLBACK_INTENT] or intents[-3:] == [
        OUT_OF_SCOPE_INTENT,
        FALLBACK_INTENT,
        OUT_OF_SCOPE_INTENT,
    ]:
        turn.apply(ActiveLoop(name=None))
        default_fallback(turn)
    elif intents[-1] == OUT_OF_SCOPE_INTENT:
        ask_rephrase(turn)
    else:
        ask_affirmation(turn)


def back(turn: TurnInProgress) -> None:
    """Go back to before the customer's message before this one."""
    turn.utter("utter_back")
    turn.apply(UserUtteranceReverted(), UserUtteranceReverted(), FollowupAction(name=LISTEN))


def _intents_in_loop(turn: TurnInProgress) -> list[str | None]:
    """The customer's intents since the fallback loop began, the triggering one included."""
    intents: list[str | None] = []
    for event in reversed(turn.tracker.events):
        if isinstance(event, UserUttered):
            intents.append(event.intent)
        if isinstance(event, ActiveLoop) and event.name:
            intents.append(FALLBACK_INTENT)
            break
    return intents[::-1]


def _understood_after_all(turn: TurnInProgress) -> None:
    """End the loop and go on as if the clear message had come at once."""
    message = turn.tracker.latest_message
    turn.apply(ActiveLoop(name=None))
    if message is None:
        return
    intent = {"name": message.intent, "confidence": 1.0}
    data = {**message.parse_data, "intent": intent}
    turn.apply(
        ActionExecuted(name=LISTEN),
        UserUttered(
            text=message.text,
            parse_data=data,
            input_channel=message.input_channel,
            message_id=message.message_id,
        ),
    )


DEFAULTS: dict[str, Callable[[TurnInProgress], None]] = {
    LISTEN: listen,
    "action_restart": restart,
    "action_session_start": session_start,
    "action_default_fallback": default_fallback,
    "action_deactivate_loop": deactivate_loop,
    "action_revert_fallback_events": revert_fallback_events,
    "action_default_ask_affirmation": ask_affirmation,
    "action_default_ask_rephrase": ask_rephrase,
    "action_two_stage_fallback": two_stage_fallback,
    "action_unlikely_intent": listen,
    "action_back": back,
    "action_extract_slots": extract_into,
}
