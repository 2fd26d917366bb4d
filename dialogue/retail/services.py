"""What the retail actions are given, and what they may know of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogue.orders.attempts import ProofAttempts
from dialogue.orders.catalogue import Catalogue
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.extras import ShopExtras
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.protocol import OrderStore, utc_now
from dialogue.orders.subscriptions import Listener
from dialogue.orders.views import OrderView, Viewer
from dialogue.recommending.recommender import Recommender

Events = list[dict[str, Any]]
Dispatcher = CollectingDispatcher


@dataclass(frozen=True)
class RetailServices:
    """The shop behind the actions; each part may be called from several threads at once."""

    store: OrderStore
    catalogue: Catalogue
    recommender: Recommender
    attempts: ProofAttempts
    clock: Callable[[], datetime] = utc_now
    policies: ShopPolicies = field(default_factory=ShopPolicies)
    extras: ShopExtras | None = None  # a shop may have none of it


class RetailAction(Action):
    """An action that is given the shop; it keeps nothing of a conversation between two runs."""

    def __init__(self, services: RetailServices) -> None:
        self.services = services


def viewer_of(tracker: Tracker) -> Viewer:
    """Who is asking: only from the two slots that no text, entity or button can fill."""
    customer_id = tracker.get_slot("customer_id")
    return Viewer(
        customer_id=None if customer_id is None else int(customer_id),
        proven_orders=frozenset(tracker.get_slot("proven_orders") or ()),
    )


def listener_of(tracker: Tracker) -> Listener:
    """The conversation, as one that may be told something later."""
    return Listener(str(tracker.sender_id)[:255], str(tracker.get_latest_input_channel())[:32])


def current_order(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """The order that the conversation is about, if the viewer may see it."""
    try:
        return services.store.order(viewer_of(tracker), str(tracker.get_slot("order_number")))
    except OrderNotFound:
        return None


def order_known(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the conversation is about an order that the viewer may see."""
    return services.store.sees(viewer_of(tracker), str(tracker.get_slot("order_number")))


def latest_text(tracker: Tracker) -> str:
    """What the customer just wrote; empty for a pressed button, whose text is a slash message."""
    return plain_words((tracker.latest_message or {}).get("text") or "")


def plain_words(value: object) -> str:
    """What a person wrote, stripped; empty for the slash message of a button."""
    text = str(value).strip()
    return "" if text.startswith("/") else text


def latest_intent(tracker: Tracker) -> str:
    """The decided intent of the latest message, or an empty string."""
    return ((tracker.latest_message or {}).get("intent") or {}).get("name") or ""


def latest_entity(tracker: Tracker, name: str) -> str | None:
    """The last value that the latest message gives for an entity."""
    values = [str(value) for value in tracker.get_latest_entity_values(name)]
    return values[-1] if values else None
