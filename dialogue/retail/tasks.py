"""Wishes that were left for another one, and wishes that wait: kept, offered, and gone on with.

A wish is kept in the shape of a parse result, so that the engine can hear it again; of one that
was left also what the customer had answered so far, except for a yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.retail.services import Dispatcher, Events
from dialogue.retail.wording import button

LEFT, WAITING, RESUMED = "left_wishes", "waiting_wishes", "resumed_wish"
MOST_LEFT = 3

# What a wish is called in a sentence: "Shall we go on with ...?"
CALLED = {
    "order_status": "the question where your order is",
    "cancel_order": "the cancellation",
    "change_address": "the new address",
    "modify_order": "the change of your order",
    "delivery_not_received": "the missing parcel",
    "missing_item": "the missing item",
    "damaged_item": "the damaged item",
    "wrong_item": "the wrong item",
    "return_item": "the return",
    "exchange_item": "the exchange",
    "refund_status": "the refund",
    "get_invoice": "the invoice",
    "shipping_updates": "the messages about your order",
}
CALLED_CHINESE = {
    "order_status": "查订单",
    "cancel_order": "取消订单",
    "change_address": "改地址",
    "modify_order": "改订单内容",
    "delivery_not_received": "没收到的包裹",
    "missing_item": "少发的商品",
    "damaged_item": "损坏的商品",
    "wrong_item": "发错的商品",
    "return_item": "退货",
    "exchange_item": "换货",
    "refund_status": "退款",
    "get_invoice": "发票",
    "shipping_updates": "订单通知",
}
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
    "order_status": ("where", "tracking", "delivery", "parcel", "查"),
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


def kept_wishes(tracker: Tracker, slot: str) -> list[dict[str, Any]]:
    """The wishes in one of the slots."""
    value = tracker.get_slot(slot)
    return [dict(one) for one in value] if isinstance(value, list) else []


def called(tracker: Tracker, kept: Mapping[str, Any]) -> str:
    """What a wish is called in the conversation's language, with its order."""
    chinese = tracker.get_slot("language") == "zh"
    intent = intent_of(kept)
    names = CALLED_CHINESE if chinese else CALLED
    name = names.get(intent) or "“" + str(kept.get("text") or "").lstrip("/")[:60] + "”"
    number = next(
        (e.get("value") for e in kept.get("entities") or () if e.get("entity") == "order_number"),
        None,
    )
    if number is None:
        return name
    return f"{name}（订单 {number}）" if chinese else f"{name} (order {number})"


def kept_aside(tracker: Tracker, one: Mapping[str, Any]) -> Events:
    """Remember a wish that is left for another one; the latest stands first."""
    same = intent_of(one)
    others = [kept for kept in kept_wishes(tracker, LEFT) if intent_of(kept) != same]
    return [SlotSet(LEFT, [dict(one), *others][:MOST_LEFT])]


def offer_left(dispatcher: Dispatcher, tracker: Tracker) -> None:
    """After something was done: offer to go on with what was left for it."""
    left = kept_wishes(tracker, LEFT)
    if left and not tracker.get_slot(WAITING):
        chinese = tracker.get_slot("language") == "zh"
        dispatcher.utter_message(
            response="utter_offer_earlier",
            what=called(tracker, left[0]),
            buttons=[
                button("好的，继续" if chinese else "Yes, go on", "go_back"),
                button("不用了" if chinese else "No, leave it", "deny"),
            ],
        )


def gone_on_with(tracker: Tracker, one: Mapping[str, Any]) -> Events:
    """Events that take a kept wish up: it is heard again as soon as this turn's answer is given."""
    left = [kept for kept in kept_wishes(tracker, LEFT) if intent_of(kept) != intent_of(one)]
    heard = {key: value for key, value in one.items() if key != "known"}
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
