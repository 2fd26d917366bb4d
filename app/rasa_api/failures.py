"""Errors in the words of Rasa's HTTP API."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from app.errors import AppError, BadInput, NotFound, Unauthorized, Unavailable
from dialogue.actions.runner import PROTOCOL_VERSION
from dialogue.errors import EventError, NoSuchName
from nlu.errors import ModelRefused, SourceError
from training.errors import TrainingError

_log = logging.getLogger(__name__)
REASONS = {
    400: "BadRequest",
    401: "NotAuthenticated",
    403: "NotAuthorized",
    404: "NotFound",
    406: "NotAcceptable",
    409: "Conflict",
    413: "PayloadTooLarge",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
}
STATUSES: dict[type[Exception], int] = {
    BadInput: 400,
    NotFound: 404,
    NoSuchName: 404,
    EventError: 400,
    SourceError: 400,
    ModelRefused: 400,
    TrainingError: 400,
}


class NotAllowed(AppError):
    """Whoever asks is known, and may not do this."""

    status = 403
    code = "not_authorized"


class NotAcceptable(AppError):
    """The answer cannot be had in the wanted form."""

    status = 406
    code = "not_acceptable"


class NoModel(AppError):
    """No model serves."""

    status = 409
    code = "no_model"


def tell_failures(api: Blueprint) -> None:
    """Let the blueprint answer each error with Rasa's body."""

    @api.errorhandler(AppError)
    def app_error(error: AppError) -> Response:
        response = failure(STATUSES.get(type(error), error.status), str(error))
        if isinstance(error, Unavailable):
            response.headers["Retry-After"] = "3"
        if isinstance(error, Unauthorized):
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    @api.errorhandler(EventError)
    @api.errorhandler(NoSuchName)
    @api.errorhandler(SourceError)
    @api.errorhandler(ModelRefused)
    @api.errorhandler(TrainingError)
    def bad_input(error: Exception) -> Response:
        status = next(found for kind, found in STATUSES.items() if isinstance(error, kind))
        return failure(status, str(error))

    @api.errorhandler(RateLimitExceeded)
    def too_often(error: RateLimitExceeded) -> Response:
        response = failure(429, "That was too often. Please wait a little.")
        response.headers.extend(
            (name, value) for name, value in error.get_headers() if name.lower() == "retry-after"
        )
        return response

    @api.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        return failure(error.code or 500, error.description or error.name)

    @api.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        _log.error("%s %s failed", request.method, request.path, exc_info=error)
        return failure(500, "Something went wrong on our side.")


def failure(status: int, message: str) -> Response:
    """An answer with Rasa's error body and this status."""
    response = jsonify(failure_body(status, message))
    response.status_code = status
    return response


def failure_body(status: int, message: str) -> dict[str, Any]:
    """Rasa's error body."""
    phrase = HTTPStatus(status).phrase.title().replace(" ", "")
    return {
        "version": PROTOCOL_VERSION,
        "status": "failure",
        "message": message,
        "reason": REASONS.get(status, phrase),
        "details": {},
        "help": None,
        "code": status,
    }
