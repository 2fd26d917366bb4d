"""What one message becomes on Rasa's channels. The order of its parts and the keys are fixed.

A message is one as `transcript.message_json` gives it. First comes one of quick replies, buttons
or text; then custom, image, attachment, elements, each as an object of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def rest_messages(recipient: str, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects of the REST and callback channels. Text with buttons is not split."""
    parts: list[dict[str, Any]] = []
    buttons = message["buttons"]
    if buttons:
        parts.append({"text": message["text"], "buttons": buttons})
    else:
        parts.extend({"text": piece} for piece in _pieces(message["text"]))
    parts.extend(
        {name: message[name]} for name in ("custom", "image", "attachment") if message[name]
    )
    for element in message["elements"]:
        text = f"{element.get('title', '')} : {element.get('subtitle', '')}"
        parts.append({"text": text, "buttons": element.get("buttons", [])})
    return [
        {"recipient_id": recipient, **{k: v for k, v in part.items() if v is not None}}
        for part in parts
    ]


def socket_payloads(message: Mapping[str, Any]) -> list[Any]:
    """The payloads of `bot_uttered`. Clients look at the set of keys, so there are no others.

    Unlike in Rasa, elements are sent together as the list that clients show as a carousel (each
    as an object by itself they do not show at all), and `custom` without the key `data` is sent
    whole.
    """
    buttons = message["buttons"]
    if buttons:
        texts = _pieces(message["text"]) or [message["text"] or ""]
        payloads: list[Any] = [{"text": text, "quick_replies": []} for text in texts]
        payloads[-1]["quick_replies"] = [_quick_reply(button) for button in buttons]
    else:
        payloads = [{"text": piece} for piece in _pieces(message["text"])]
    custom = message["custom"]
    if custom:
        has_data = isinstance(custom, Mapping) and "data" in custom
        payloads.append(custom["data"] if has_data else custom)
    if message["image"]:
        payloads.append(_attachment("image", {"src": message["image"]}))
    if message["attachment"]:
        payloads.append({"attachment": message["attachment"]})
    if message["elements"]:
        generic = {"template_type": "generic", "elements": message["elements"]}
        payloads.append(_attachment("template", generic))
    return payloads


def _pieces(text: str | None) -> list[str]:
    """A text's parts between blank lines."""
    return [piece for piece in (text or "").strip().split("\n\n") if piece.strip()]


def _quick_reply(button: Mapping[str, Any]) -> dict[str, Any]:
    """Title and payload alone. A button that opens a link keeps it: Rasa cannot send such ones."""
    title = button.get("title", "")
    if "payload" not in button and button.get("url"):
        return {"type": "web_url", "title": title, "url": button["url"]}
    return {"content_type": "text", "title": title, "payload": button.get("payload", title)}


def _attachment(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"attachment": {"type": kind, "payload": payload}}
