"""Where the outcome of a training may be sent: to the hosts that the settings list, no others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from app.errors import BadInput

TIMEOUT_S = 60.0


def check_callback(url: str, hosts: Sequence[str]) -> str:
    """The address itself, if its host (or `host:port`) is listed. Raises BadInput."""
    try:
        parts = urlsplit(url)
        named = {parts.hostname, f"{parts.hostname}:{parts.port}"}
    except ValueError as error:
        raise BadInput("'callback_url' is no address.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise BadInput("'callback_url' must be an http(s) address without a password.")
    if not named.intersection(hosts):
        raise BadInput(
            f"'callback_url': the host {parts.hostname} is not listed in "
            "FRONTDESK_API_CALLBACK_HOSTS."
        )
    return url


def send_file(url: str, path: Path, filename: str) -> None:
    """Post a file; redirects are not followed. Raises httpx.HTTPError."""
    with path.open("rb") as content:
        headers = {"filename": filename, "Content-Type": "application/gzip"}
        httpx.post(url, content=content, headers=headers, timeout=TIMEOUT_S).raise_for_status()


def send_json(url: str, body: dict[str, object]) -> None:
    """Post an object; redirects are not followed. Raises httpx.HTTPError."""
    httpx.post(url, json=body, timeout=TIMEOUT_S).raise_for_status()
