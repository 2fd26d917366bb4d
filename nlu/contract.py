"""The HTTP contract of the NLU host: how a question is read and an answer written.

Whoever answers for the host keeps to it: the host itself, and what stands before its replicas on a
cluster. Holds no model.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from nlu.client import DEADLINE_HEADER

LONGEST_TEXT = 20_000  # characters
MOST_TEXTS = 512  # in one request
MOST_EMBEDDED = 64  # texts in one request for vectors
LONGEST_EMBEDDED = 2_000  # characters of one of them
LARGEST_BODY = 4_000_000  # bytes
RETRY_AFTER_S = 1
LONGEST_DEADLINE_MS = 3_600_000


class Asked(NamedTuple):
    """One text of a request."""

    text: str
    message_id: str | None
    explain: bool = False


class BadRequest(Exception):
    """A request that cannot be answered: HTTP status, and words for whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_body(request: Request) -> bytes:
    """The whole body. Raises BadRequest (413) when it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise BadRequest(413, f"the body may have at most {LARGEST_BODY} bytes")
    return bytes(body)


def read_request(body: bytes) -> tuple[list[Asked], bool]:
    """The texts of a request body, and whether it was one object and no list.

    Raises BadRequest: 400 for what is not JSON, 422 for JSON of another shape, 413 for too much.
    """
    loaded = _json(body)
    one = not isinstance(loaded, list)
    entries = [loaded] if one else loaded
    if len(entries) > MOST_TEXTS:
        raise BadRequest(413, f"at most {MOST_TEXTS} texts in one request")
    return [_asked(entry) for entry in entries], one


def read_texts(body: bytes) -> list[str]:
    """The texts of a request for vectors, ``{"texts": [...]}``; none is allowed.

    Raises BadRequest as `read_request` does.
    """
    loaded = _json(body)
    texts = loaded.get("texts") if isinstance(loaded, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadRequest(422, "the body must be an object with a list of strings, 'texts'")
    if len(texts) > MOST_EMBEDDED:
        raise BadRequest(413, f"at most {MOST_EMBEDDED} texts in one request")
    if any(len(text) > LONGEST_EMBEDDED for text in texts):
        raise BadRequest(413, f"a text may have at most {LONGEST_EMBEDDED} characters")
    return texts


def patience_s(request: Request) -> float | None:
    """How long the client waits, if it says so. Raises BadRequest when that is no number."""
    written = request.headers.get(DEADLINE_HEADER)
    if written is None:
        return None
    # Its length is bounded first: Python refuses to read a number of thousands of digits.
    sound = written.isdecimal() and len(written) <= len(str(LONGEST_DEADLINE_MS))
    if not sound or not 0 < int(written) <= LONGEST_DEADLINE_MS:
        raise BadRequest(400, f"{DEADLINE_HEADER} is a number of milliseconds above 0")
    return int(written) / 1000


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    # ASCII only, because half a surrogate pair in a text can be escaped but not encoded.
    return Response(json.dumps(value), status, media_type="application/json")


def failure(status: int, message: str) -> Response:
    """What whoever asked in vain is told; with 503 also when to ask again."""
    told = answer({"status": "failure", "code": status, "message": message}, status)
    if status == 503:
        told.headers["Retry-After"] = str(RETRY_AFTER_S)
    return told


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(400, "the body must be JSON in UTF-8") from error


def _asked(entry: Any) -> Asked:
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise BadRequest(422, "each message must be an object with a string 'text'")
    message_id = entry.get("message_id")
    if message_id is not None and not isinstance(message_id, str):
        raise BadRequest(422, "'message_id' must be a string")
    if len(entry["text"]) > LONGEST_TEXT:
        raise BadRequest(413, f"a text may have at most {LONGEST_TEXT} characters")
    explained = entry.get("explain", False)
    if not isinstance(explained, bool):
        raise BadRequest(422, "'explain' must be true or false")
    return Asked(entry["text"], message_id, explained)
