"""`/conversations/{id}/execute` and `/trigger_intent`: the bot acts without a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from app.channels.payloads import rest_messages
from app.external import External, Happened
from app.noting import bot_data
from app.rasa_api.access import admin_only
from app.rasa_api.asking import (
    fraction_of,
    object_body,
    optional_string,
    shown_events,
    string_of,
)
from app.rasa_api.senders import Senders
from app.transcript import parts_json
from dialogue.agent import BotMessage
from dialogue.event_fields import read_entities
from dialogue.tracker_views import tracker_json

LATEST = "latest"
# These carry what the bot says to the customer by themselves; for others it stands in the answer.
DELIVERING = frozenset({"widget", "socketio", "callback"})


def happening_routes(api: Blueprint, external: External, senders: Senders) -> None:
    """Add the routes to the blueprint."""

    def channel_of(conversation_id: str) -> str | None:
        """The delivering channel that `?output_channel=` names, None for the collecting one."""
        asked = request.args.get("output_channel")
        if asked == LATEST:
            asked = external.tracker(conversation_id).latest_input_channel
        return asked if asked in DELIVERING else None

    def told(happened: Happened, channel: str | None) -> Response:
        body: dict[str, Any] = {"tracker": tracker_json(happened.tracker, shown_events())}
        if channel is None or happened.channel not in DELIVERING:  # else nobody would hear it
            body["messages"] = _collected(happened.tracker.sender_id, happened.said)
        return jsonify(body)

    @api.post("/conversations/<path:conversation_id>/execute")
    def execute(conversation_id: str) -> Response:
        admin_only()
        shown_events()
        body = object_body()
        name, policy = string_of(body, "name"), optional_string(body, "policy")
        confidence = fraction_of(body, "confidence")
        found = senders.made(conversation_id, g.caller)
        channel = channel_of(found)
        return told(external.execute(found, name, channel, policy, confidence), channel)

    @api.post("/conversations/<path:conversation_id>/trigger_intent")
    def trigger_intent(conversation_id: str) -> Response:
        shown_events()
        body = object_body()
        name, entities = string_of(body, "name"), read_entities(body.get("entities"))
        found = senders.made(conversation_id, g.caller)
        channel = channel_of(found)
        return told(external.trigger(found, name, entities, channel), channel)


def _collected(sender: str, said: Sequence[BotMessage]) -> list[dict[str, Any]]:
    """Bot messages as the REST channel writes them."""
    return [
        part
        for message in said
        for part in rest_messages(sender, parts_json(message.text, bot_data(message)))
    ]
