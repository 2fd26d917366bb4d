"""1b, socket.io: what `tests/channels/test_socketio.py` leaves open, with a real client."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from engineio.payload import Payload

from app.channels.payloads import socket_payloads
from app.transcript import event_log
from tests.channels.conftest import Open, SocketUser
from tests.conformance.conftest import Bot
from tests.conftest import wait_until

Connect = Callable[..., SocketUser]
BOTH = pytest.mark.parametrize("transport", ["polling", "websocket"])


def rendered(payload: Mapping[str, Any]) -> str:
    """What rasa-webchat makes of a payload: its own rules, in its order."""
    shown = {key: value for key, value in payload.items() if key != "metadata"}
    attachment = shown.get("attachment")
    kind = attachment.get("type") if isinstance(attachment, Mapping) else None
    inner = attachment.get("payload", {}) if isinstance(attachment, Mapping) else {}
    if set(shown) == {"text"}:
        return "text"
    if len(shown) == 2 and "text" in shown and ("quick_replies" in shown or "buttons" in shown):
        return "buttons"
    if kind == "template" and inner.get("template_type") == "generic":
        elements = inner.get("elements")
        return "carousel" if isinstance(elements, list) and elements else "custom"
    return {"video": "video", "image": "image"}.get(kind or "", "custom")


SHOWN = {
    "hello": ["text", "text"],
    "/pick": ["buttons", "buttons"],
    "/pick_quickly": ["buttons"],
    "/picture": ["image"],
    "/film": ["video"],
    "/cards": ["carousel"],
    "/json": ["custom"],
    "/everything": ["buttons", "buttons", "custom", "image", "custom", "carousel"],
}


def test_each_payload_is_what_the_widgets_strict_rules_want(
    open_house: Open, connect: Connect
) -> None:
    """text, buttons, carousel, video, image by their exact keys; anything else is custom."""
    user = connect(open_house().url)
    wanted: list[str] = []
    for message, kinds in SHOWN.items():
        wanted += kinds
        user.say(message)
        count = len(wanted)
        wait_until(lambda count=count: len(user.heard) >= count, f"{message}: {user.heard}")
    assert [rendered(payload) for payload in user.heard] == wanted
    for payload in user.heard:
        assert not {"recipient_id", "timestamp", "id", "metadata"} & set(payload)


@BOTH
def test_a_new_session_has_a_uuid4_and_is_confirmed_to_its_socket_alone(
    bot: Bot, connect: Connect, transport: str
) -> None:
    other = connect(bot.url)
    user = connect(bot.url, transports=[transport], request=False)
    user.client.emit("session_request")
    confirmed = user.confirmed.get(timeout=10)
    made = uuid.UUID(hex=confirmed)
    assert (made.hex, made.version) == (confirmed, 4)
    assert other.confirmed.empty()


@BOTH
def test_a_persistent_session_hears_its_answers(bot: Bot, connect: Connect, transport: str) -> None:
    """Where stock Rasa 3.6 with python-socketio 5.10 or newer never answers: rooms are joined."""
    user = connect(bot.url, transports=[transport])
    user.say("/faq")
    user.hears({"text": "We open at nine."})
    assert user.client.transport() == transport


def test_an_answer_of_rasas_action_server_reaches_the_socket(bot: Bot, socket: SocketUser) -> None:
    """A whole turn: socket.io client, rasa-sdk's server, and back; addressed to the sender."""
    socket.say('/look{"city": "Oslo"}')
    wait_until(lambda: socket.heard, "an answer")
    view = socket.heard[0]
    assert view["sender_id"] == socket.session_id
    assert (view["channel"], view["cities"]) == ("socketio", ["Oslo"])


def test_everything_of_an_utterance_in_rasas_order(bot: Bot, socket: SocketUser) -> None:
    socket.say("/say_parts")
    film = {"type": "video", "payload": {"title": "t", "src": "https://shop.example/t"}}
    card = {"title": "Card", "subtitle": "small", "buttons": [{"title": "Go"}]}
    socket.hears(
        {"text": "One."},
        {"text": "Two."},
        {"text": "Pick.", "quick_replies": []},
        {
            "text": "Now.",
            "quick_replies": [{"content_type": "text", "title": "A", "payload": "/a"}],
        },
        {"answer": 42},
        {"attachment": {"type": "image", "payload": {"src": "https://shop.example/a.png"}}},
        {"attachment": film},
        {
            "attachment": {
                "type": "template",
                "payload": {"template_type": "generic", "elements": [card]},
            }
        },
    )


def test_quick_replies_go_before_buttons(bot: Bot, socket: SocketUser) -> None:
    """Of quick_replies, buttons and text one is sent, in that preference."""
    socket.say("/both_kinds")
    reply = {"content_type": "text", "title": "Quick", "payload": "/greet"}
    socket.hears(
        {"text": "Choose.", "quick_replies": []}, {"text": "Now.", "quick_replies": [reply]}
    )


def test_a_responses_metadata_stays_here(bot: Bot, socket: SocketUser) -> None:
    """Metadata that could drive the widget (linkTarget, …) does not arrive, as in stock Rasa."""
    socket.say("/greet")
    one = {"content_type": "text", "title": "One", "payload": "/greet"}
    socket.hears(
        {"text": "Hello {name}.", "quick_replies": [one]},
        {"attachment": {"type": "image", "payload": {"src": "https://shop.example/old.png"}}},
    )


def message_of(**parts: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("text", "image", "attachment", "custom"))
    return {**empty, "buttons": [], "elements": [], **parts}


def test_a_button_without_a_payload_sends_its_title() -> None:
    """Where Rasa raises: title alone is sent; extra keys are dropped."""
    buttons = [{"title": "Yes", "type": "postback", "x": 1}, {"title": "No", "payload": "/deny"}]
    assert socket_payloads(message_of(text="Sure?", buttons=buttons)) == [
        {
            "text": "Sure?",
            "quick_replies": [
                {"content_type": "text", "title": "Yes", "payload": "Yes"},
                {"content_type": "text", "title": "No", "payload": "/deny"},
            ],
        }
    ]


def test_a_carousels_elements_keep_all_their_keys() -> None:
    """title, subtitle, image_url, default_action, buttons; all of them in one list."""
    cards = [
        {
            "title": "Tent",
            "subtitle": "for two",
            "image_url": "https://shop.example/tent.png",
            "default_action": {"type": "web_url", "url": "https://shop.example/tent"},
            "buttons": [{"type": "postback", "title": "Take it", "payload": "/take"}],
        },
        {"title": "Stove", "default_action": {"type": "postback", "payload": "/s", "title": "S"}},
    ]
    (payload,) = socket_payloads(message_of(elements=cards))
    assert payload["attachment"]["payload"] == {"template_type": "generic", "elements": cards}


def test_what_the_widget_sends_is_understood(bot: Bot, connect: Connect) -> None:
    """`session_request {session_id: null}`, then `{message, customData, session_id}`, no metadata;
    with the id it has stored the session goes on."""
    user = connect(bot.url, request=False)
    user.client.emit("session_request", {"session_id": None})
    session_id = user.confirmed.get(timeout=10)
    said = {"message": "/faq", "customData": {"language": "en"}, "session_id": session_id}
    user.emit(said)
    user.hears({"text": "We open at nine."})
    user.leave()
    again = connect(bot.url, session_id)
    assert again.session_id == session_id
    again.emit({**said, "message": "/faq"})
    wait_until(lambda: again.heard, "an answer in the same session")
    frontdesk = bot.frontdesk
    conversation_id = frontdesk.sessions.by_sender("socketio", session_id)
    with frontdesk.database.read() as session:
        log = event_log(session, conversation_id)
    users = [event for event in log if event["event"] == "user"]
    assert [event["metadata"] for event in users] == [{"language": "en"}] * 2
    assert {event["input_channel"] for event in users} == {"socketio"}


def test_the_engine_speaks_version_four(bot: Bot) -> None:
    """Engine.IO 4 (socket.io-client 3 and 4): its open packet, its packets joined by \\x1e."""
    address = f"{bot.url}/socket.io/"
    opened = httpx.get(address, params={"EIO": "4", "transport": "polling"})
    (packet,) = Payload(encoded_payload=opened.text).packets
    assert {"sid", "upgrades", "pingInterval", "pingTimeout"} <= set(packet.data)
    assert packet.data["upgrades"] == ["websocket"]
    sid = packet.data["sid"]
    query = {"EIO": "4", "transport": "polling", "sid": sid}
    joined = '40\x1e42["session_request",{"session_id":"s9"}]'
    assert httpx.post(address, params=query, content=joined).text == "OK"
    heard = ""
    while "session_confirm" not in heard:
        heard += httpx.get(address, params=query, timeout=10).text
    assert '42["session_confirm","s9"]' in heard
    httpx.post(address, params=query, content="41")


def test_polling_and_upgrade_lose_nothing_under_way(bot: Bot, connect: Connect) -> None:
    """A client that begins by polling and is upgraded hears all answers, once and in order."""
    user = connect(bot.url)
    threads = [threading.Thread(target=user.say, args=("/faq",)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: len(user.heard) >= 5, "five answers")
    time.sleep(0.2)
    assert user.heard == [{"text": "We open at nine."}] * 5
    assert user.client.transport() == "websocket"
