"""Where an NLU host is, and what is sent to it, encoded ahead of time."""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import urlsplit

from app.errors import BadInput

PATH = "/model/parse"


class Target(NamedTuple):
    """The address of an NLU host, and the path that parses there."""

    host: str
    port: int
    path: str


class Request(NamedTuple):
    """One question, ready to be sent: between the two parts there is room for more headers."""

    head: bytes
    body: bytes


def target_of(url: str) -> Target:
    """The host that a URL names. Raises BadInput where it is no `http` URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError as error:
        raise BadInput(f"{url} is no URL: {error}") from error
    if parts.scheme != "http" or not parts.hostname:
        raise BadInput(f"the URL of an NLU host begins with http://, not as {url}")
    return Target(parts.hostname, port, parts.path.rstrip("/") + PATH)


def request_of(text: str, target: Target) -> Request:
    """The question what a text means, as Rasa's clients put it."""
    body = json.dumps({"text": text}).encode()
    host = f"[{target.host}]" if ":" in target.host else target.host
    head = (
        f"POST {target.path} HTTP/1.1\r\n"
        f"Host: {host}:{target.port}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
    )
    return Request(head.encode(), b"\r\n" + body)
