"""`/conversations/{id}/…`: how a conversation stands, and setting its events right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from app.errors import BadInput
from app.external import External, Happened
from app.rasa_api.access import admin_only
from app.rasa_api.asking import (
    events_of,
    flag,
    json_body,
    moment_asked,
    object_body,
    shown_events,
    string_of,
)
from app.rasa_api.failures import NotAllowed
from app.rasa_api.senders import Senders
from dialogue.agent import Agent
from dialogue.event_fields import mapping, read_understanding
from dialogue.events import Event
from dialogue.policies.prediction import Prediction
from dialogue.story_writer import story_yaml
from dialogue.tracker import Tracker
from dialogue.tracker_views import Shown, as_it_was, tracker_json

# A user may say things and begin anew. Slots, actions and the bot's words are what the shop's
# actions rely on, so a customer's own token writes none of them.
EVENTS_OF_A_USER = frozenset(
    {"user", "restart", "session_started", "session_ended", "pause", "resume", "reset_slots"}
)


def conversation_routes(api: Blueprint, external: External, senders: Senders) -> None:
    """Add the routes to the blueprint."""

    def known(asked: str) -> str:
        return senders.known(asked, g.caller)

    def made(asked: str) -> str:
        return senders.made(asked, g.caller)

    def answer(happened: Happened) -> Response:
        return jsonify(tracker_json(happened.tracker, shown_events()))

    @api.get("/conversations/<path:conversation_id>/tracker")
    def tracker(conversation_id: str) -> Response:
        shown, moment = shown_events(), moment_asked()
        found = external.tracker(made(conversation_id))
        return jsonify(tracker_json(found if moment is None else as_it_was(found, moment), shown))

    @api.post("/conversations/<path:conversation_id>/tracker/events")
    def append_events(conversation_id: str) -> Response:
        shown_events()
        events = _events()
        if not g.caller.is_admin:
            _check_events_of_a_user(events)
        happened = external.append(
            made(conversation_id), events, side_effects=flag("execute_side_effects")
        )
        return answer(happened)

    @api.put("/conversations/<path:conversation_id>/tracker/events")
    def replace_events(conversation_id: str) -> Response:
        admin_only()
        shown_events()
        events = _events()
        return answer(external.replace(made(conversation_id), events, g.caller.name))

    @api.get("/conversations/<path:conversation_id>/story")
    def story(conversation_id: str) -> Response:
        moment = moment_asked()
        found = external.tracker(known(conversation_id))
        past = found if moment is None else as_it_was(found, moment)
        text = story_yaml(past, all_sessions=flag("all_sessions"))
        return Response(text, mimetype="text/plain")

    @api.post("/conversations/<path:conversation_id>/messages")
    def add_message(conversation_id: str) -> Response:
        shown_events()
        body = object_body()
        text = string_of(body, "text")
        if body.get("sender") != "user":
            raise BadInput("Only messages of the sender 'user' can be added here.")
        given = mapping(body, "parse_data")
        parsed = read_understanding(given, text) if given else None
        metadata = mapping(body, "metadata")
        return answer(external.log_message(made(conversation_id), text, parsed, metadata=metadata))

    @api.post("/conversations/<path:conversation_id>/predict")
    def predict(conversation_id: str) -> Response:
        shown = shown_events()
        found, prediction = external.predict(known(conversation_id))
        return jsonify(prediction_json(found, prediction, shown))


def prediction_routes(api: Blueprint, agent: Agent) -> None:
    """`/model/predict`: what the bot would do next after some events, in no conversation."""

    @api.post("/model/predict")
    def predict_after() -> Response:
        shown = shown_events()
        events = events_of(json_body())
        tracker = agent.tracker_of("default", [event.to_json() for event in events])
        return jsonify(prediction_json(tracker, agent.predict(tracker), shown))


def prediction_json(tracker: Tracker, prediction: Prediction, shown: Shown) -> dict[str, Any]:
    """Rasa's prediction: the scores of all actions are the winning policy's."""
    names = sorted({*tracker.domain.actions, *filter(None, [prediction.action])})
    return {
        "scores": [
            {"action": name, "score": prediction.confidence if name == prediction.action else 0.0}
            for name in names
        ],
        "policy": prediction.policy,
        "confidence": prediction.confidence,
        "tracker": tracker_json(tracker, shown),
    }


def _events() -> list[Event]:
    events = events_of(json_body())
    if not events and request.method == "POST":
        raise BadInput("There is no event in the body.")
    return events


def _check_events_of_a_user(events: Sequence[Event]) -> None:
    for event in events:
        if event.KIND not in EVENTS_OF_A_USER:
            raise NotAllowed(f"User has insufficient permissions for the event '{event.KIND}'.")
