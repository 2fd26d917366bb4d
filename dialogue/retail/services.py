"""What the retail actions are given, and what they may know of a conversation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogue.contractions import with_apostrophes
from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.attempts import ProofAttempts
from dialogue.orders.catalogue import Catalogue
from dialogue.orders.codes import OneTimeCodes
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.extras import ShopExtras
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.protocol import OrderStore, utc_now
from dialogue.orders.subscriptions import Listener
from dialogue.orders.views import Once, OrderView, Viewer
from dialogue.recommending.recommender import Recommender
from dialogue.retail.phrases import Phrases
from dialogue.retail.wording import Wording, wording

Events = list[dict[str, Any]]
Dispatcher = CollectingDispatcher


class PaperLinks(Protocol):
    """Addresses of papers, each for one conversation and a short time."""

    def link(
        self, sender: str, viewer: Viewer, number: str, paper: Literal["invoice", "credits"]
    ) -> str:
        """Where the customer of conversation `sender` finds a paper of an order they may see."""
        ...


@dataclass(frozen=True)
class RetailServices:
    """The shop behind the actions; each part may be called from several threads at once.

    Without `codes` there is no way to send a mail, and guests can look at orders only.
    """

    store: OrderStore
    catalogue: Catalogue
    recommender: Recommender
    attempts: ProofAttempts
    phrases: Phrases
    clock: Callable[[], datetime] = utc_now
    policies: ShopPolicies = field(default_factory=ShopPolicies)
    papers: PaperLinks | None = None  # without them an invoice is told in words alone
    codes: OneTimeCodes | None = None
    extras: ShopExtras | None = None  # a shop may have none of it


class RetailAction(Action):
    """An action that is given the shop; it keeps nothing of a conversation between two runs."""

    def __init__(self, services: RetailServices) -> None:
        self.services = services

    def words(self, tracker: Tracker) -> Wording:
        """What says things in the language of the conversation."""
        return wording(self.services.phrases, tracker.get_slot(LANGUAGE_SLOT))


def viewer_of(tracker: Tracker) -> Viewer:
    """Who is asking: only from the two slots that no text, entity or button can fill."""
    customer_id = tracker.get_slot("customer_id")
    return Viewer(
        customer_id=None if customer_id is None else int(customer_id),
        proven_orders=frozenset(tracker.get_slot("proven_orders") or ()),
    )


def once_for(tracker: Tracker, order: OrderView) -> Once:
    """That what the latest message asks for happens once, and to the order as it was just read.

    A turn that is taken again (after a crash) has the same key. A message without an id has none.
    """
    message_id = (tracker.latest_message or {}).get("message_id")
    told = json.dumps([tracker.sender_id, message_id]).encode()
    key = hashlib.sha256(told).hexdigest() if message_id else None
    return Once(key, order.version)


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
    """What the customer just wrote; empty for a pressed button, whose text is a slash message.

    Apostrophes that were left out stand in it: "isnt it here" is "isn't it here".
    """
    return with_apostrophes(as_typed(tracker))


def as_typed(tracker: Tracker) -> str:
    """The same to the letter, as the places of its entities count it."""
    return plain_words((tracker.latest_message or {}).get("text") or "")


def said_within(tracker: Tracker, messages: int) -> set[str]:
    """The responses with which the bot answered the last so many messages before this one."""
    return {str(facts.get("utter_action")) for facts in answers_within(tracker, messages)}


def answers_within(tracker: Tracker, messages: int) -> Iterator[Mapping[str, Any]]:
    """What the bot said to the last so many messages before this one, the latest first.

    Each is the facts that were told, and the response's name as `utter_action`.
    """
    heard = 0
    for event in reversed(tracker.events):
        heard += event.get("event") == "user"
        if heard > messages:
            return
        if event.get("event") == "bot":
            yield event.get("metadata") or {}


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
