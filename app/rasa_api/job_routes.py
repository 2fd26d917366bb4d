"""`/model/train` and `/model/test/…`: long work, which the worker does while we wait."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from flask import Blueprint, Response, g, jsonify, request, send_file

from app import api_jobs
from app.background import Background
from app.errors import AppError, BadInput
from app.jobs import TIMEOUT_S, Jobs
from app.rasa_api import callbacks
from app.rasa_api.asking import flag, number
from app.rasa_api.failures import failure_body
from app.rasa_api.model_routes import version_of
from app.settings import Settings

_log = logging.getLogger(__name__)
POLL_S = 0.5
PATIENCE_S = 30.0  # until we look whether there is a worker at all


class JobFailed(AppError):
    """A training or a test that was begun gave nothing."""

    status = 500
    code = "failed"


@dataclass(frozen=True)
class JobServices:
    """What the routes work with."""

    settings: Settings
    jobs: Jobs
    background: Background
    pause: Callable[[float], None] = time.sleep


def job_routes(api: Blueprint, services: JobServices) -> None:
    """Add the routes to the blueprint."""
    settings = services.settings

    @api.post("/model/train")
    def train() -> Response | tuple[str, int]:
        url = _callback(settings)
        folder = api_jobs.new_folder(
            settings, request.get_data(), keep=flag("save_to_default_model_directory", True)
        )
        _begin(services.jobs, folder, "api_train", "train_sent_job")
        if url is not None:
            services.background.run(_send_outcome, services, url, folder)
            return "", 204
        result = _awaited(services, folder)
        name = str(result["archive"])
        packed = (folder / name).open("rb")
        size = (folder / name).stat().st_size
        api_jobs.drop_folder(folder)  # the open file lasts as long as somebody reads it
        response = send_file(packed, mimetype="application/gzip", download_name=name)
        response.content_length = size
        response.headers["filename"] = name
        return response

    @api.post("/model/test/intents")
    def test_intents() -> Response:
        if "cross_validation_folds" in request.args:
            number("cross_validation_folds", 2, 20)
            raise BadInput("'cross_validation_folds' is not offered: test a trained model.")
        asked = request.args.get("model")
        folder = api_jobs.new_folder(
            settings, request.get_data(), model=version_of(asked) if asked else None
        )
        return _tested(services, folder, "api_test", "test_sent_job")

    @api.post("/model/test/stories")
    def test_stories() -> Response:
        folder = api_jobs.new_test_folder(settings, request.get_data(), e2e=flag("e2e", False))
        return _tested(services, folder, "api_test_stories", "test_sent_stories_job")


def _tested(services: JobServices, folder: Path, kind: str, function: str) -> Response:
    """The report of a test, as soon as the worker has written it."""
    _begin(services.jobs, folder, kind, function)
    try:
        _awaited(services, folder)
        return jsonify(json.loads((folder / api_jobs.REPORT).read_text(encoding="utf-8")))
    finally:
        api_jobs.drop_folder(folder)


def _begin(jobs: Jobs, folder: Path, kind: str, function: str) -> None:
    """Queue the job of a folder. Raises what `Jobs.enqueue` raises; the folder is gone then."""
    try:
        jobs.enqueue(kind, f"app.worker.{function}", folder.name, by=g.caller.name)
    except AppError:
        api_jobs.drop_folder(folder)
        raise


def _awaited(services: JobServices, folder: Path) -> Mapping[str, Any]:
    """The result of a folder's job, as soon as it is there. Without one the folder is gone.

    Raises JobFailed, and Unavailable when nobody can tell how far the job is.
    """
    try:
        return _outcome(services, folder)
    except AppError:
        api_jobs.drop_folder(folder)
        raise


def _outcome(services: JobServices, folder: Path) -> Mapping[str, Any]:
    jobs, error = services.jobs, "It took too long."
    for polls in range(round(TIMEOUT_S / POLL_S)):
        job = jobs.show(folder.name)
        if job["state"] == "done":
            result: Mapping[str, Any] = job["result"]
            return result
        if job["state"] == "failed":
            error = job["error"]
            break
        if job["state"] == "queued" and polls * POLL_S >= PATIENCE_S and not jobs.workers():
            error = "No worker runs that could do it."
            jobs.fail(folder.name, error)
            break
        services.pause(POLL_S)
    raise JobFailed(error)


def _send_outcome(services: JobServices, url: str, folder: Path) -> None:
    try:
        try:
            name = str(_awaited(services, folder)["archive"])
            callbacks.send_file(url, folder / name, name)
        except AppError as error:
            callbacks.send_json(url, failure_body(500, str(error)))
    except httpx.HTTPError as error:
        problem = type(error).__name__  # its words may hold the address, and that a secret
        _log.error("the outcome of job %s cannot be sent: %s", folder.name, problem)
    finally:
        api_jobs.drop_folder(folder)


def _callback(settings: Settings) -> str | None:
    url = request.args.get("callback_url")
    return None if url is None else callbacks.check_callback(url, settings.api_callback_hosts)
