"""The socket.io channel, line by line of its contract, with a real client."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
import websocket
from socketio.exceptions import ConnectionError as Refused

from app.channels.engine import MOST_BYTES
from app.channels.socket_io import TOO_OFTEN, SocketChannel
from app.rasa_files.credentials import SocketIo
from app.transcript import event_log
from tests.app.conftest import WidgetUser
from tests.channels.conftest import House, Open, SocketUser
from tests.conftest import RedisServer, wait_until

GREETING = ({"text": "Hello!"}, {"text": "How can I help?"})
KEY = "a key that only the project and its page share"


def conversation_of(house: House, session_id: str) -> str:
    return house.frontdesk.sessions.by_sender("socketio", session_id)


def user_events(house: House, session_id: str) -> list[dict[str, Any]]:
    with house.frontdesk.database.read() as session:
        log = event_log(session, conversation_of(house, session_id))
    return [event for event in log if event["event"] == "user"]


def asked(house: House, user: SocketUser, **more: Any) -> dict[str, Any]:
    """The event of a message that the user says with these keys."""
    before = len(user.heard)
    user.say("hello", **more)
    wait_until(lambda: len(user.heard) >= before + 2, "an answer")
    return user_events(house, user.session_id)[-1]


def test_the_health_probe(house: House) -> None:
    answer = httpx.get(f"{house.url}/webhooks/socketio/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_it_is_attached_at_the_root_under_its_path(house: House, open_house: Open) -> None:
    opened = httpx.get(f"{house.url}/socket.io/?EIO=4&transport=polling")
    assert opened.status_code == 200 and opened.text.startswith("0{")
    other = open_house("socketio: {socketio_path: /chat/socket}\n")
    assert httpx.get(f"{other.url}/chat/socket/?EIO=4&transport=polling").status_code == 200
    assert httpx.get(f"{other.url}/socket.io/?EIO=4&transport=polling").status_code == 404


def test_a_project_that_does_not_name_it_has_none(open_house: Open) -> None:
    house = open_house("rest:\n")
    assert httpx.get(f"{house.url}/socket.io/?EIO=4&transport=polling").status_code == 404
    assert httpx.get(f"{house.url}/webhooks/socketio/").status_code == 404


@pytest.mark.parametrize(
    "data", [(), (None,), ({},), ({"session_id": None},), ({"session_id": ""},)]
)
def test_a_session_without_an_id_gets_a_new_one(house: House, connect, data: tuple) -> None:
    """session_request: the id missing or null, or no payload at all -> a uuid4 in hex."""
    user = connect(house.url, request=False)
    user.client.emit("session_request", *data)
    confirmed = user.confirmed.get(timeout=10)
    assert isinstance(confirmed, str)
    assert len(confirmed) == 32 and int(confirmed, 16)


def test_a_session_is_confirmed_with_its_bare_id(house: House, connect) -> None:
    assert connect(house.url, "my-session").session_id == "my-session"


@pytest.mark.parametrize("wrong", [["a"], {"$ne": ""}, True, "x" * 256, "a\0b"])
def test_an_id_that_can_be_none_is_replaced(house: House, connect, wrong: Any) -> None:
    confirmed = connect(house.url, wrong).session_id
    assert isinstance(confirmed, str) and len(confirmed) == 32


def test_a_persistent_session_is_the_sender(house: House, connect) -> None:
    user = connect(house.url, "tab-1")
    user.say("hello")
    user.hears(*GREETING)
    assert user_events(house, "tab-1")[0]["input_channel"] == "socketio"


def test_a_message_without_its_session_is_dropped(house: House, connect, caplog) -> None:
    user = connect(house.url, "tab-1")
    user.emit({"message": "hello"})
    wait_until(lambda: "without 'session_id' is dropped" in caplog.text, "a warning")
    assert user.heard == []
    user.say("hello")
    user.hears(*GREETING)


def test_a_message_of_a_session_that_was_not_asked_for_is_answered(house: House, connect) -> None:
    user = connect(house.url, request=False)
    user.session_id = "never-requested"
    user.say("hello")
    user.hears(*GREETING)


def test_without_persistence_the_sender_is_the_socket(open_house: Open, connect) -> None:
    house = open_house("socketio:\n")
    one, other = connect(house.url, "same"), connect(house.url, "same")
    assert one.session_id == other.session_id == "same"
    one.emit({"message": "hello"})
    one.hears(*GREETING)
    assert other.heard == []
    assert user_events(house, one.client.get_sid("/"))[0]["text"] == "hello"


def test_events_namespace_and_path_are_the_credentials(open_house: Open, connect) -> None:
    house = open_house(
        "socketio: {user_message_evt: asked, bot_message_evt: answered, namespace: /chat,"
        " session_persistence: true, socketio_path: /bot.io}\n"
    )
    user = connect(house.url, namespace="/chat", path="bot.io", events=("asked", "answered"))
    user.say("hello")
    user.hears(*GREETING)
    with pytest.raises(Refused):
        connect(house.url, path="bot.io")


def test_text_is_split_on_blank_lines(house: House, connect) -> None:
    user = connect(house.url)
    user.say("hello")
    user.hears({"text": "Hello!"}, {"text": "How can I help?"})


def test_buttons_are_the_last_parts_quick_replies(house: House, connect) -> None:
    """Title and payload survive alone; a link stays one."""
    user = connect(house.url)
    user.say("/pick")
    user.hears(
        {"text": "There is a choice.", "quick_replies": []},
        {
            "text": "Which one?",
            "quick_replies": [
                {"content_type": "text", "title": "The picture", "payload": "/picture"},
                {"type": "web_url", "title": "Our site", "url": "https://shop.example/"},
            ],
        },
    )


def test_quick_replies_are_sent_like_buttons(house: House, connect) -> None:
    user = connect(house.url)
    user.say("/pick_quickly")
    reply = {"content_type": "text", "title": "A film", "payload": "/film"}
    user.hears({"text": "Quickly!", "quick_replies": [reply]})


def test_an_image_is_an_attachment(house: House, connect) -> None:
    user = connect(house.url)
    user.say("/picture")
    payload = {"src": "https://shop.example/tiger.png"}
    user.hears({"attachment": {"type": "image", "payload": payload}})


def test_elements_are_one_template_with_a_list(house: House, connect) -> None:
    """A carousel: an array, where stock Rasa sends objects that no client shows."""
    user = connect(house.url)
    user.say("/cards")
    wait_until(lambda: user.heard, "the cards")
    assert len(user.heard) == 1
    attachment = user.heard[0].pop("attachment")
    assert user.heard[0] == {}
    assert set(attachment) == {"type", "payload"} and attachment["type"] == "template"
    assert set(attachment["payload"]) == {"template_type", "elements"}
    assert attachment["payload"]["template_type"] == "generic"
    assert [element["title"] for element in attachment["payload"]["elements"]] == ["Tent", "Stove"]


def test_an_attachment_is_sent_as_it_is(house: House, connect) -> None:
    user = connect(house.url)
    user.say("/film")
    payload = {"title": "How to pitch a tent", "src": "https://shop.example/tent"}
    user.hears({"attachment": {"type": "video", "payload": payload}})


def test_custom_is_sent_by_its_data_else_whole(house: House, connect) -> None:
    """And never into a room that it names."""
    other, user = connect(house.url, "somebody_else"), connect(house.url)
    user.say("/json_data")
    user.hears({"kind": "rating", "stars": 5})
    user.say("/json")
    user.hears({"kind": "rating", "stars": 5}, {"handoff_host": "agent.example"})
    assert other.heard == []


def test_the_order_of_a_messages_parts(house: House, connect) -> None:
    user = connect(house.url)
    user.say("/everything")
    wait_until(lambda: len(user.heard) >= 6, "all parts")
    one, two, custom, image, attachment, element = user.heard
    assert one == {"text": "One.", "quick_replies": []}
    assert (two["text"], len(two["quick_replies"])) == ("Two.", 1)
    assert custom == {"answer": 42}
    kinds = [each["attachment"]["type"] for each in (image, attachment, element)]
    assert kinds == ["image", "file", "template"]


def test_no_payload_has_another_key(house: House, connect) -> None:
    user = connect(house.url)
    for message, count in (("hello", 2), ("/pick", 4), ("/picture", 5), ("/cards", 6)):
        user.say(message)
        wait_until(lambda count=count: len(user.heard) == count, f"{count} payloads")
    for payload in user.heard:
        assert set(payload) in ({"text"}, {"text", "quick_replies"}, {"attachment"})


def test_metadata_is_an_object_or_json_of_one(house: House, connect) -> None:
    user = connect(house.url)
    assert asked(house, user, metadata={"page": "/a"})["metadata"] == {"page": "/a"}
    assert asked(house, user, metadata=json.dumps({"page": "/b"}))["metadata"] == {"page": "/b"}


def test_metadata_that_is_no_json_is_left_out_and_the_message_answered(
    house: House, connect, caplog
) -> None:
    assert not asked(house, connect(house.url), metadata="{no").get("metadata")
    assert "metadata that is no JSON" in caplog.text


def test_metadata_that_is_too_much_is_left_out_and_the_message_answered(
    house: House, connect, caplog
) -> None:
    user = connect(house.url)
    assert not asked(house, user, metadata={"page": "x" * 3000}).get("metadata")
    assert "2048 bytes" in caplog.text and "xxx" not in caplog.text


def test_custom_data_is_merged_into_the_metadata_which_goes_before_it(
    house: House, connect
) -> None:
    """customData is what rasa-webchat sends."""
    user = connect(house.url)
    assert asked(house, user, customData={"language": "en"})["metadata"] == {"language": "en"}
    both = asked(house, user, customData={"a": 1, "b": 1}, metadata={"b": 2})
    assert both["metadata"] == {"a": 1, "b": 2}
    assert asked(house, user, customData="vip")["metadata"] == {"customData": "vip"}


def test_the_metadata_key_is_the_credentials(open_house: Open, connect) -> None:
    house = open_house("socketio: {session_persistence: true, metadata_key: extra}\n")
    event = asked(house, connect(house.url), extra={"a": 1}, metadata={"b": 2})
    assert event["metadata"] == {"a": 1}


@pytest.mark.parametrize("data", [None, "hello", 7, [], {}, {"message": 7}, {"message": None}])
def test_what_is_no_message_is_dropped_and_the_socket_goes_on(
    house: House, connect, data: Any
) -> None:
    user = connect(house.url)
    if isinstance(data, dict):
        data = {"session_id": user.session_id, **data}
    user.emit(data)
    user.say("hello")
    user.hears(*GREETING)


def test_a_text_that_is_too_long_is_told(house: House, connect) -> None:
    user = connect(house.url)
    user.say("x" * 5000)
    wait_until(lambda: user.heard, "words about it")
    assert set(user.heard[0]) == {"text"} and "too long" in user.heard[0]["text"]


# With `jwt_key`.


@pytest.fixture
def locked(open_house: Open) -> House:
    return open_house(f"socketio: {{session_persistence: true, jwt_key: {KEY}}}\n")


def token(key: str = KEY, algorithm: str = "HS256", **claims: Any) -> str:
    claims = claims or {"sub": "page"}
    return "Bearer " + jwt.encode(claims, key, algorithm=algorithm)


def test_a_signed_token_connects(locked: House, connect) -> None:
    later = datetime.now(UTC) + timedelta(minutes=1)
    for auth in ({"token": token()}, {"token": token(exp=later)}):
        user = connect(locked.url, auth=auth)
        user.say("hello")
        user.hears(*GREETING)


@pytest.mark.parametrize(
    "auth",
    [
        None,
        {},
        "Bearer x",
        {"token": None},
        {"token": 7},
        {"token": ["Bearer"]},
        {"token": "Bearer nonsense"},
        {"token": token("another key that is as long as the first one")},
        {"token": token(algorithm="HS512")},
        {"token": token(exp=datetime.now(UTC) - timedelta(minutes=1))},
        {"token": "Bearer " + jwt.encode({"sub": "x"}, None, algorithm="none")},
    ],
)
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_without_one_the_connection_is_refused(
    locked: House, connect, auth: Any, transport: str
) -> None:
    with pytest.raises(Refused):
        connect(locked.url, auth=auth, transports=[transport])


def test_an_event_before_the_connection_is_let_in_does_nothing(locked: House) -> None:
    """A client that never says who it is sends its message straight away."""
    opened = httpx.get(f"{locked.url}/socket.io/?EIO=4&transport=polling")
    sid = json.loads(opened.text[1:])["sid"]
    packet = "42" + json.dumps(["user_uttered", {"message": "hello", "session_id": "s"}])
    httpx.post(f"{locked.url}/socket.io/?EIO=4&transport=polling&sid={sid}", content=packet)
    time.sleep(0.3)
    assert locked.frontdesk.sessions.find("socketio", "s")[1] is None


# What enters a conversation later.


def test_a_person_reaches_the_socket_as_plain_text_once_and_in_order(house: House, connect) -> None:
    user = connect(house.url, "s1")
    user.say("hello")
    user.hears(*GREETING)
    said = [f"This is Anna.\n\nLine {number}" for number in range(20)]
    house.say(conversation_of(house, "s1"), *said)
    joined = {"text": "Anna has joined the chat."}
    user.hears(*GREETING, joined, *({"text": text} for text in said))


def test_every_socket_of_a_session_hears_and_no_other(house: House, connect) -> None:
    tabs = [connect(house.url, "s1", transports=[t]) for t in ("polling", "websocket")]
    stranger = connect(house.url, "s2")
    tabs[0].say("hello")
    for tab in tabs:
        tab.hears(*GREETING)
    assert stranger.heard == []


def test_what_is_said_before_a_sessions_first_message_is_heard(house: House, connect) -> None:
    """A session that was asked for hears, for example, an external event's answer."""
    user = connect(house.url, "s1")
    house.say(conversation_of(house, "s1"), "Good morning.")
    user.hears({"text": "Anna has joined the chat."}, {"text": "Good morning."})


def test_nothing_follows_for_a_socket_that_leaves_while_it_asks(house: House) -> None:
    f, started = house.frontdesk, []

    class LeavesMeanwhile:
        def find(self, channel: str, sender: str) -> tuple[str, int | None]:
            at_once._disconnect("sid")
            return f.sessions.find(channel, sender)

    class Started:
        def run(self, function: Any, *_arguments: Any) -> None:
            started.append(function)

    at_once = SocketChannel(
        SocketIo(session_persistence=True),
        LeavesMeanwhile(),
        f.conversations,
        f.database,
        f.live,
        f.redis,
        Started(),
        f.limits,
        [],
        polling=True,
    )
    at_once._connect("sid", {"REMOTE_ADDR": "127.0.0.1"})
    at_once._session_request("sid", {"session_id": "s1"})
    assert started == []


def test_a_session_that_comes_back_hears_what_it_missed_and_nothing_twice(
    house: House, connect
) -> None:
    user = connect(house.url, "s1")
    user.say("hello")
    user.hears(*GREETING)
    user.leave()
    watched = house.frontdesk.live._inboxes
    wait_until(lambda: conversation_of(house, "s1") not in watched, "the socket is gone")
    house.say(conversation_of(house, "s1"), "Are you still there?")
    again = connect(house.url, "s1")
    again.hears({"text": "Anna has joined the chat."}, {"text": "Are you still there?"})
    third = connect(house.url, "s1")
    house.say(conversation_of(house, "s1"), "Hello?")
    wait_until(lambda: {"text": "Hello?"} in third.heard, "the last words")
    assert {"text": "Are you still there?"} not in third.heard


def test_an_old_conversation_of_which_nothing_is_noted_is_not_told_again(
    house: House, connect
) -> None:
    user = connect(house.url, "s1")
    user.say("hello")
    user.hears(*GREETING)
    user.leave()
    house.frontdesk.redis.flushall()
    again = connect(house.url, "s1")
    again.say("/picture")
    again.hears(
        {"attachment": {"type": "image", "payload": {"src": "https://shop.example/tiger.png"}}}
    )


def test_a_socket_that_asks_for_another_session_hears_that_one_alone(house: House, connect) -> None:
    user = connect(house.url, "s1")
    user.say("hello")
    user.hears(*GREETING)
    user.session_id = user.request_session("s2")
    house.say(conversation_of(house, "s1"), "For the first.")
    user.say("hello")
    user.hears(*GREETING, *GREETING)


def test_messages_of_one_socket_keep_their_order(house: House, connect) -> None:
    user = connect(house.url, "s1")
    for number in range(20):
        user.say(f"message {number}")
    wait_until(lambda: len(user_events(house, "s1")) == 20, "twenty turns", 30)
    said = [event["text"] for event in user_events(house, "s1")]
    assert said == [f"message {number}" for number in range(20)]


# Doors.


def test_a_session_named_like_a_widget_or_rest_conversation_opens_neither(
    house: House, connect
) -> None:
    client = house.app.test_client()
    customer = WidgetUser(client)
    customer.say("hello")
    httpx.post(f"{house.url}/webhooks/rest/webhook", json={"sender": "u1", "message": "hello"})
    before = customer.messages()
    for name in (customer.conversation_id, customer.token, "u1"):
        user = connect(house.url, name)
        user.say("/picture")
        wait_until(lambda user=user: user.heard, "an answer")
        assert len(user.heard) == 1
    assert customer.messages() == before


def test_pages_of_other_origins_connect_only_when_they_are_named(open_house: Open) -> None:
    house = open_house(allowed_origins=["https://shop.example"])
    for origin in ("https://shop.example", house.url):
        answer = _handshake(house, origin)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        websocket.create_connection(_websocket_of(house), origin=origin).close()
    for origin in ("https://evil.example", "null", "http://["):
        assert _handshake(house, origin).status_code == 400
        with pytest.raises(websocket.WebSocketBadStatusException):
            websocket.create_connection(_websocket_of(house), origin=origin)
    anyone = open_house(allowed_origins=["*"])
    assert _handshake(anyone, "null").status_code == 200


def _websocket_of(house: House) -> str:
    return house.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"


def _handshake(house: House, origin: str) -> httpx.Response:
    address = f"{house.url}/socket.io/?EIO=4&transport=polling"
    return httpx.get(address, headers={"Origin": origin})


def test_who_sends_too_often_is_told_and_cut_off(open_house: Open, connect) -> None:
    house = open_house(rate_limits=True)
    user = connect(house.url, "s1")
    for number in range(70):
        if user.client.connected:
            user.say(f"message {number}")
    wait_until(lambda: not user.client.connected, "the socket is cut off")
    assert {"text": TOO_OFTEN} in user.heard
    assert len(user_events(house, "s1")) <= 60


def test_a_message_that_is_too_large_closes_the_socket(house: House) -> None:
    raw = websocket.create_connection(_websocket_of(house))
    raw.recv()
    raw.send("40")
    raw.recv()
    closed = False
    try:
        for first in (True, *[False] * 1000):  # one message in many pieces
            kind = websocket.ABNF.OPCODE_TEXT if first else websocket.ABNF.OPCODE_CONT
            raw.send_frame(websocket.ABNF.create_frame("x" * 1024, kind, fin=0))
            raw.settimeout(0.001)
            try:
                closed = raw.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE
            except websocket.WebSocketTimeoutException:
                continue
            if closed:
                break
    except (OSError, websocket.WebSocketException):
        closed = True
    assert closed


@pytest.mark.parametrize("body", ["4" + "x" * MOST_BYTES, "2", "6"])
def test_a_polled_body_that_may_not_be_is_refused_at_once(house: House, body: str) -> None:
    """Too large, or of a kind that clients do not send; nobody waits for a poll after it."""
    opened = httpx.get(f"{house.url}/socket.io/?EIO=4&transport=polling")
    sid = json.loads(opened.text[1:])["sid"]
    address = f"{house.url}/socket.io/?EIO=4&transport=polling&sid={sid}"
    assert httpx.post(address, content=body).status_code == 400


def test_an_old_client_is_told_that_its_protocol_is_not_spoken(house: House) -> None:
    answer = httpx.get(f"{house.url}/socket.io/?EIO=3&transport=polling")
    assert answer.status_code == 400
    assert "unsupported version" in answer.text


def test_without_redis_what_is_said_comes_a_little_later(
    open_house: Open, connect, own_redis: RedisServer
) -> None:
    house = open_house(redis_url=own_redis.url)
    user = connect(house.url, "s1")
    user.say("hello")
    user.hears(*GREETING)
    own_redis.kill()
    house.say(conversation_of(house, "s1"), "Redis is away.")
    wait_until(lambda: {"text": "Redis is away."} in user.heard, "the words")
    assert user.heard.count({"text": "Redis is away."}) == 1


# The real web process.


def test_both_transports_work_in_the_real_web_process(run_web, connect) -> None:
    web = run_web()
    for transports in (["polling"], ["websocket"], None):
        user = connect(web.url, transports=transports)
        user.say("hello")
        user.hears(*GREETING)
    assert user.client.transport() == "websocket", "polling is upgraded"


def test_with_several_workers_websockets_hear_everything_once(run_web, connect) -> None:
    """Sockets of one session are in different processes; polling is refused, and says so."""
    web = run_web(FRONTDESK_WEB_WORKERS="3")
    tabs = [connect(web.url, "s1", transports=["websocket"]) for _ in range(8)]
    tabs[0].say("hello")
    tabs[1].say("/picture")
    image = {"attachment": {"type": "image", "payload": {"src": "https://shop.example/tiger.png"}}}
    for tab in tabs:
        wait_until(lambda tab=tab: len(tab.heard) >= 3, "three payloads")
    time.sleep(1)
    for tab in tabs:
        assert sorted(map(str, tab.heard)) == sorted(map(str, (*GREETING, image)))
        assert tab.heard == tabs[0].heard, "the same order everywhere"
    with pytest.raises(Refused):
        connect(web.url, transports=["polling"])
