"""Nothing lost, doubled or out of order (points 1 to 3 and 7 of the delivery contract)."""

from __future__ import annotations

import random
import threading
import time
import uuid
from datetime import timedelta

from app.build import Frontdesk
from app.channels.sse import conversation_frames
from app.transcript import message_json, messages_after
from tests.app.conftest import Clock, DeskUser, Phrases, WidgetUser, events_of
from tests.conftest import wait_until


def read_after(frontdesk: Frontdesk, conversation_id: str):
    def read(seq: int) -> list[dict]:
        with frontdesk.database.read() as session:
            return [message_json(m) for m in messages_after(session, conversation_id, seq)]

    return read


def test_a_message_posted_again_and_again_is_one_row_and_one_answer(
    database_url: str, customer: WidgetUser
) -> None:
    client_msg_id = str(uuid.uuid4())
    first = customer.post("hello", client_msg_id)
    assert first.status_code == 201
    wait_until(lambda: len(customer.messages()) >= 2, "an answer")
    told = customer.messages()
    again = [customer.post("hello", client_msg_id) for _ in range(random.randint(5, 20))]
    assert {answer.status_code for answer in again} == {200}
    assert all(answer.json == first.json for answer in again)
    time.sleep(0.3)
    assert customer.messages() == told
    assert [m["role"] for m in told].count("customer") == 1


def test_the_same_message_posted_at_the_same_moment_is_one_row(
    database_url: str, frontdesk: Frontdesk, customer: WidgetUser
) -> None:
    client_msg_id = str(uuid.uuid4())
    posted = []

    def post() -> None:
        posted.append(frontdesk.conversations.post(customer.conversation_id, "hi", client_msg_id))

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.created for one in posted) == 1
    assert len({one.seq for one in posted}) == 1


def test_eight_writers_number_their_messages_without_a_gap(
    database_url: str, frontdesk: Frontdesk, customer: WidgetUser
) -> None:
    writers, each = 8, 25

    def write() -> None:
        for _ in range(each):
            frontdesk.conversations.post(customer.conversation_id, "hello", str(uuid.uuid4()))

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # The bot may answer some of them meanwhile: its messages take their turn in the same row.
    seen: list[dict] = []
    while page := customer.messages(len(seen)):
        seen += page
    assert [m["seq"] for m in seen] == list(range(1, len(seen) + 1))
    assert sum(m["role"] == "customer" for m in seen) == writers * each


def test_two_messages_at_once_are_both_answered_in_order(customer: WidgetUser) -> None:
    customer.post("hello")
    customer.post("thanks")
    wait_until(
        lambda: sum(m["role"] == "bot" for m in customer.messages()) >= 2, "both are answered"
    )
    said = [(m["role"], m["text"]) for m in customer.messages()]
    assert [text for role, text in said if role == "customer"] == ["hello", "thanks"]


def test_a_stream_replays_what_was_missed_and_goes_on_live(
    frontdesk: Frontdesk, customer: WidgetUser
) -> None:
    customer.say("hello")
    known = customer.messages()
    frames = conversation_frames(
        frontdesk.live,
        customer.conversation_id,
        1,
        read_after(frontdesk, customer.conversation_id),
        "",
    )
    assert "retry:" in next(frames)
    replayed = [events_of(next(frames))[0] for _ in known[1:]]
    assert [frame["id"] for frame in replayed] == [str(m["seq"]) for m in known[1:]]
    posted = customer.post("thanks").json
    for frame in frames:
        if frame.startswith("id:"):
            assert events_of(frame)[0]["data"] == posted
            break
    frames.close()


def test_the_stream_over_http_starts_where_the_client_says(customer: WidgetUser) -> None:
    customer.say("hello")
    last = customer.messages()[-1]["seq"]
    for where in ({"Last-Event-ID": str(last - 1)}, {}):
        url = "/api/v1/stream" if where else f"/api/v1/stream?after={last - 1}"
        answer = customer.client.get(url, headers={**customer.headers, **where}, buffered=False)
        body = ""
        for piece in answer.response:
            body += piece if isinstance(piece, str) else piece.decode()
            if f"id: {last}" in body:
                break
        answer.close()
        assert f"id: {last - 1}\n" not in body


def test_a_message_left_waiting_by_a_crash_is_answered_later(
    frontdesk: Frontdesk, customer: WidgetUser, clock: Clock
) -> None:
    # The process died after the commit and before the turn: nobody called answer_pending.
    frontdesk.conversations.post(customer.conversation_id, "hello", str(uuid.uuid4()))
    clock.shift = timedelta(seconds=5)
    wait_until(lambda: len(customer.messages()) >= 2, "the sweeper had it answered")
    assert customer.messages()[1]["role"] == "bot"


class SlowPhrases(Phrases):
    """An interpreter in which a turn can be held up in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = threading.Event(), threading.Event()

    def parse(self, text: str, message_id: str | None = None):
        self.asked.set()
        assert self.go_on.wait(10)
        return super().parse(text, message_id)


def test_a_bot_that_is_taken_over_in_mid_thought_says_nothing(
    frontdesk: Frontdesk, customer: WidgetUser, agent: DeskUser, monkeypatch
) -> None:
    slow = SlowPhrases()
    monkeypatch.setattr(frontdesk.agent, "interpreter", slow)
    customer.post("hello")
    assert slow.asked.wait(10)
    agent.post(f"/desk/conversations/{customer.conversation_id}/take-over")
    slow.go_on.set()
    agent.post(f"/desk/conversations/{customer.conversation_id}/messages", text="Anna here")
    wait_until(lambda: customer.messages()[-1]["text"] == "Anna here", "Anna speaks")
    time.sleep(0.3)
    assert not [m for m in customer.messages() if m["role"] == "bot"]


def test_while_a_human_speaks_the_bot_is_silent_and_afterwards_it_answers(
    customer: WidgetUser, agent: DeskUser
) -> None:
    customer.say("hello")
    here = f"/desk/conversations/{customer.conversation_id}"
    agent.post(f"{here}/take-over")
    customer.post("where is my order")
    agent.post(f"{here}/messages", text="I will look.")
    time.sleep(0.3)
    roles = [m["role"] for m in customer.messages()]
    assert roles[-3:] == ["system", "customer", "agent"]
    assert customer.messages()[-1]["agent_name"] == "Anna"
    agent.post(f"{here}/hand-back")
    assert customer.say("thanks")
