"""Wishes that were left for another one, and wishes that wait: kept, offered, and gone on with.

A wish is kept in the shape of a parse result, so that the engine can hear it again; of one that
was left also what the customer had answered so far; a yes, where only the code was missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.retail.services import Dispatcher, Events
from dialogue.retail.wording import Wording
from dialogue.wishes import ANNOUNCED

LEFT, WAITING, RESUMED = "left_wishes", "waiting_wishes", "resumed_wish"
MOST_LEFT = 3
MOST_WAITING = 9

_WORDS = {
    "return_item": ("return", "退货"),
    "exchange_item": ("exchange", "swap", "换货"),
    "cancel_order": ("cancel", "取消"),
    "change_address": ("address", "地址"),
    "modify_order": ("change of", "changing what", "改订单"),
    "refund_status": ("refund", "money", "退款"),
    "get_invoice": ("invoice", "receipt", "发票"),
    "damaged_item": ("damage", "broken", "坏"),
    "missing_item": ("missing", "少"),
    "wrong_item": ("wrong", "错"),
    "delivery_not_received": ("never arrived", "parcel", "包裹"),
    "order_status": (
        "where is",
        "where's",
        "where my",
        "where are my",
        "tracking",
        "delivery",
        "parcel",
        "查",
    ),
}


def wish(intent: str, slots: Mapping[str, Any] | None = None, **entities: str) -> dict[str, Any]:
    """A wish as a button would say it, with what is known already."""
    return {
        "text": f"/{intent}",
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "known": dict(slots or {}),
    }


def intent_of(kept: Mapping[str, Any]) -> str:
    """The intent of a kept wish."""
    return str((kept.get("intent") or {}).get("name") or "")


def order_of(kept: Mapping[str, Any]) -> str | None:
    """The number of the order that a kept wish is about, if it says one."""
    entities = kept.get("entities") or ()
    return next((e.get("value") for e in entities if e.get("entity") == "order_number"), None)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two kept wishes are one: of one kind, and not of two orders."""
    numbers = {order_of(one), order_of(other)} - {None}
    return intent_of(one) == intent_of(other) and len(numbers) < 2


def kept_wishes(tracker: Tracker, slot: str) -> list[dict[str, Any]]:
    """The wishes in one of the slots."""
    value = tracker.get_slot(slot)
    return [dict(one) for one in value] if isinstance(value, list) else []


def called(words: Wording, kept: Mapping[str, Any]) -> str:
    """What a wish is called, with its order."""
    phrase = f"wish_{intent_of(kept)}"
    if phrase in words.phrases.names:
        name = words.say(phrase)
    else:
        text = str(kept.get("text") or "").lstrip("/")[:60]
        name = words.say("wish_in_their_words", text=text)
    number = order_of(kept)
    if number is None:
        return name
    return words.say("wish_about_order", wish=name, number=number)


def kept_aside(tracker: Tracker, one: Mapping[str, Any]) -> Events:
    """Remember a wish that is left for another one; the latest stands first."""
    others = [kept for kept in kept_wishes(tracker, LEFT) if not _same(kept, one)]
    return [SlotSet(LEFT, [dict(one), *others][:MOST_LEFT])]


def others_wait(
    tracker: Tracker, intent: str, numbers: Sequence[str], goods: Mapping[str, str] | None = None
) -> Events:
    """Events with which the same wish about other orders waits for its turn.

    `goods` are the items of an order that it is about, where that was said.
    """
    known = {number: {"item": item} for number, item in (goods or {}).items()}
    others = [
        wish(intent, None, order_number=number, **known.get(number, {}))
        for number in numbers[:MOST_WAITING]
    ]
    return [SlotSet(WAITING, [*others, *kept_wishes(tracker, WAITING)])] if others else []


def offer_left(words: Wording, dispatcher: Dispatcher, tracker: Tracker) -> None:
    """After something was done: offer to go on with what was left for it."""
    left = kept_wishes(tracker, LEFT)
    if left and not tracker.get_slot(WAITING):
        dispatcher.utter_message(
            response="utter_offer_earlier",
            what=called(words, left[0]),
            buttons=[words.button("go_on", "go_back"), words.button("leave", "deny")],
        )


def gone_on_with(tracker: Tracker, one: Mapping[str, Any]) -> Events:
    """Events that take a kept wish up: it is heard again as soon as this turn's answer is given."""
    left = [kept for kept in kept_wishes(tracker, LEFT) if not _same(kept, one)]
    heard = {key: value for key, value in one.items() if key != "known"}
    heard[ANNOUNCED] = True
    return [
        SlotSet(LEFT, left or None),
        SlotSet(RESUMED, {"intent": intent_of(one), "known": dict(one.get("known") or {})}),
        SlotSet(WAITING, [heard, *kept_wishes(tracker, WAITING)]),
    ]


def forget_wishes(tracker: Tracker) -> Events:
    """Events that drop whatever waits or was left."""
    return [SlotSet(name, None) for name in (LEFT, WAITING, RESUMED) if tracker.get_slot(name)]


def named_wish(text: str, wishes: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of several kept wishes the one that the text speaks of; else the first."""
    found = list(wishes)
    intents = intents_named(text)
    named = [one for one in found if intent_of(one) in intents]
    return next(iter(named or found), None)


def intents_named(text: str) -> list[str]:
    """The wishes that the words of "back to the return" can mean."""
    lowered = text[:300].casefold()
    return [intent for intent, words in _WORDS.items() if any(word in lowered for word in words)]
