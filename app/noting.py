"""What of a turn the transcript notes beside the words: its meaning, a message's other parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.models import Conversation, Message
from dialogue.heard import KEPT_RANKING, felt_in
from dialogue.messages import BotMessage
from nlu.types import Understanding


def describe(conversation: Conversation, row: Message, heard: Understanding) -> None:
    """Put what was understood beside what was said, and keep how the customer sounds."""
    parsed = heard.to_rasa()
    parsed["intent_ranking"] = parsed["intent_ranking"][:KEPT_RANKING]
    row.understanding = parsed
    if heard.intent is not None:
        row.intent = heard.intent.name[:120]
        row.confidence = heard.intent.confidence
    for name, felt in felt_in(heard).items():
        setattr(conversation, name, felt)
    conversation.language = heard.language or conversation.language
    known = [
        value for value in (conversation.lowest_confidence, row.confidence) if value is not None
    ]
    conversation.lowest_confidence = min(known, default=None)


def bot_data(said: BotMessage) -> dict[str, Any]:
    """The parts of a bot message beside its text, as a message's `data`."""
    data = {
        "buttons": [dict(button) for button in said.buttons],
        "quick_replies": [dict(reply) for reply in said.quick_replies],
        "image": said.image,
        "attachment": said.attachment,
        "elements": [dict(element) for element in said.elements],
        "custom": said.custom,
        "metadata": dict(said.metadata or {}),
    }
    return {key: value for key, value in data.items() if value}


def queue_for_a_human(conversation: Conversation, said: BotMessage, now: datetime) -> None:
    """A bot message that carries `handoff` puts the conversation into the agents' queue.

    One that carries it as false takes it out.
    """
    custom = said.custom if isinstance(said.custom, Mapping) else {}
    if custom.get("handoff") and conversation.status != "waiting":
        conversation.status = "waiting"
        conversation.waiting_since = now
        conversation.handoff_reason = str(custom.get("reason") or "")[:200]
    elif custom.get("handoff") is False and conversation.status == "waiting":
        conversation.status = "open"
        conversation.waiting_since = conversation.handoff_reason = None
