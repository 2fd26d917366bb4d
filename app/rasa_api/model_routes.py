"""`/model/…`, `/domain`, `/status`, `/version`: what is understood and by what, and new models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from ruamel.yaml import YAML
from werkzeug.datastructures import MIMEAccept

from app.api_jobs import TRAININGS
from app.errors import BadInput, TextTooLong, Unavailable
from app.jobs import Jobs
from app.rasa_api.asking import object_body, optional_string
from app.rasa_api.emulation import emulated
from app.rasa_api.failures import NoModel, NotAcceptable
from app.versions import Versions
from dialogue.actions.runner import PROTOCOL_VERSION
from dialogue.agent import Agent
from dialogue.events import UserUttered
from dialogue.slash import read_slash
from nlu.errors import InterpreterUnavailable
from nlu.pointer import check_version_name

OLDEST_COMPATIBLE = "3.5.0"
MODELS = "models"
MAX_PARSED = 4000
JSON_TYPE, YAML_TYPE = "application/json", "application/yaml"


def model_routes(api: Blueprint, agent: Agent, versions: Versions, jobs: Jobs) -> None:
    """Add the routes to the blueprint."""
    domain = agent.project.domain

    @api.get("/version")
    def version() -> Response:
        return jsonify(version=PROTOCOL_VERSION, minimum_compatible_version=OLDEST_COMPATIBLE)

    @api.get("/status")
    def status() -> Response:
        serving = versions.serving()
        if serving is None:
            raise NoModel("No model serves.")
        return jsonify(
            model_file=f"{MODELS}/{serving}",
            model_id=serving,
            num_active_training_jobs=jobs.active(TRAININGS),
        )

    @api.get("/domain")
    def show_domain() -> Response:
        accepted = request.accept_mimetypes or MIMEAccept([(JSON_TYPE, 1)])
        best = accepted.best_match([JSON_TYPE, YAML_TYPE, "application/x-yaml"])
        if best is None:
            raise NotAcceptable(f"The domain can be had as {JSON_TYPE} or {YAML_TYPE}.")
        if best == JSON_TYPE:
            return jsonify(domain.document)
        return Response(_as_yaml(domain.document), mimetype=YAML_TYPE)

    @api.post("/model/parse")
    def parse() -> Response:
        body = object_body()
        text, message_id = _text_of(body), optional_string(body, "message_id")
        meaning = read_slash(text, domain)
        if meaning is None:
            try:
                meaning = agent.interpreter.parse(text, message_id)
            except InterpreterUnavailable as error:
                if versions.serving() is None:
                    raise NoModel("No model serves.") from error
                raise Unavailable("The model cannot be asked right now.") from error
        parsed = UserUttered(text, replace(meaning, message_id=message_id)).parse_data()
        return jsonify(emulated(request.args.get("emulation_mode"), parsed))

    @api.put("/model")
    def replace_model() -> tuple[str, int]:
        body = object_body()
        for remote in ("model_server", "remote_storage"):
            if body.get(remote) is not None:
                raise BadInput(f"'{remote}': models are taken from this registry alone.")
        versions.promote(version_of(optional_string(body, "model_file") or ""), g.caller.name)
        return "", 204

    @api.delete("/model")
    def unload_model() -> tuple[str, int]:
        versions.withdraw(g.caller.name)
        return "", 204


def version_of(written: str) -> str:
    """The version that `models/<version>.tar.gz`, or a part of it, names. Raises ModelRefused."""
    name = written.removeprefix(f"{MODELS}/").removesuffix(".tar.gz")
    check_version_name(name)
    return name


def _text_of(body: Mapping[str, Any]) -> str:
    """The text to parse; Dialogflow's clients wrap it. Raises BadInput."""
    text = body.get("text")
    if text is None and isinstance(body.get("queryInput"), dict):
        inner = body["queryInput"].get("text")
        text = inner.get("text") if isinstance(inner, dict) else None
    if not isinstance(text, str):
        raise BadInput("'text' must be a string.")
    if len(text) > MAX_PARSED:
        raise TextTooLong(f"The text has more than {MAX_PARSED:,} characters.")
    return text


def _as_yaml(document: Mapping[str, Any]) -> str:
    text = StringIO()
    YAML().dump(dict(document), text)
    return text.getvalue()
