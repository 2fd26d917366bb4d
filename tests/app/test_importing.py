"""What an import makes of a Rasa bot's history: for the desk, for the bot, for training."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.build import Frontdesk
from app.clock import utc_now
from app.database import Database, migrate
from app.importing.log import entries_of
from app.importing.reading import Broken, read_event
from app.importing.run import Importer, Summary, source_of
from app.models import AuditEvent, Conversation, Event, Message
from app.retraining import example_of
from app.transcript import event_log
from tests.app import rasa_history as rasa
from tests.app.conftest import DeskUser

Import = Callable[..., Summary]


@pytest.fixture
def bring(frontdesk: Frontdesk, tmp_path: Path) -> Import:
    """Import histories from a broker's file."""

    def run(*histories: tuple[str, list[Any]], dry_run: bool = False) -> Summary:
        path = tmp_path / "stream.jsonl"
        path.unlink(missing_ok=True)
        rasa.write_lines(path, histories)
        return import_file(frontdesk.database, path, dry_run=dry_run)

    return run


def import_file(database: Database, path: Path, *, dry_run: bool = False) -> Summary:
    importer = Importer(database, utc_now, lambda *_: None, dry_run=dry_run)
    return importer.run(source_of(str(path)), lambda _: None)


def conversation_of(database: Database, sender: str, channel: str = "rest") -> Conversation:
    with database.read() as session:
        return session.scalars(
            select(Conversation).where(
                Conversation.external_id == sender, Conversation.channel == channel
            )
        ).one()


def messages_of(database: Database, conversation_id: str) -> list[Message]:
    with database.read() as session:
        query = select(Message).where(Message.conversation_id == conversation_id)
        return list(session.scalars(query.order_by(Message.seq)))


def count(database: Database, model: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_messages_have_their_numbers_times_buttons_images_and_what_was_understood(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    summary = bring(("maya", rasa.whole()))
    assert (summary.conversations, summary.new, summary.messages, summary.broken) == (1, 1, 6, 0)
    assert summary.events == len(rasa.whole())
    found = messages_of(frontdesk.database, conversation_of(frontdesk.database, "maya").id)
    assert [(m.seq, m.role, m.text, m.payload) for m in found] == [
        (1, "customer", "hello there", None),
        (2, "bot", "Hi! Shall I look your order up?", None),
        (3, "customer", "Yes, please", "/affirm"),  # the button's title, and what it sent
        (4, "bot", "Here it is.", None),
        (5, "customer", "ship to Oslo", None),
        (6, "bot", "It is on its way.", None),
    ]
    assert found[0].created_at == datetime(2023, 11, 14, 22, 13, 21, tzinfo=UTC)
    assert found[1].data["buttons"] == [{"title": "Yes, please", "payload": "/affirm"}]
    assert found[1].data["metadata"] == {"utter_action": "utter_greet"}
    assert found[3].data["image"] == "https://shop.example/parcel.png"
    assert [m.reply_to for m in found] == [None, 1, None, 3, None, 5]
    assert (found[4].intent, found[4].confidence) == ("order_status", 0.4)
    assert found[4].understanding["entities"][0]["value"] == "Oslo"
    assert [i["name"] for i in found[4].understanding["intent_ranking"]] == [
        "order_status",
        "other",
    ]


def test_an_imported_conversation_is_over_and_nothing_of_it_waits_for_the_bot(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    bring(("maya", rasa.whole()), ("unanswered", rasa.whole()[:4]))
    row = conversation_of(frontdesk.database, "maya")
    assert (row.status, row.owner, row.last_seq) == ("closed", "bot", 6)
    assert row.event_count == len(rasa.whole())
    assert row.lowest_confidence == 0.4
    assert row.created_at.timestamp() == rasa.BEGAN
    assert row.updated_at.timestamp() == pytest.approx(rasa.BEGAN + 90_001.3)
    assert frontdesk.conversations.overdue(timedelta(0)) == []
    with frontdesk.database.read() as session:
        states = set(session.execute(select(Message.role, Message.state)).tuples())
    assert states == {("customer", "answered"), ("bot", None)}


def test_old_messages_are_not_delivered_to_a_callback(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    bring(("maya", [rasa.user(1, "hello", "greet", input_channel="callback"), rasa.bot(2, "Hi.")]))
    found = messages_of(
        frontdesk.database, conversation_of(frontdesk.database, "maya", "callback").id
    )
    assert [m.state for m in found] == ["answered", None]


def test_the_event_log_is_rasas_and_folds_to_the_tracker(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    unknown = rasa.event("flow_started", 61, flow_id="x", stack=[1, 2])
    summary = bring(("maya", [*rasa.whole(), unknown]))
    assert summary.unknown_events == {"flow_started": 1}
    row = conversation_of(frontdesk.database, "maya")
    with frontdesk.database.read() as session:
        log = event_log(session, row.id)
    assert log == [*rasa.whole(), unknown]
    tracker = frontdesk.agent.tracker_of("maya", log)
    assert tracker.events[-1].to_json() == unknown
    assert tracker.latest_message is not None
    assert tracker.latest_message.text == "ship to Oslo"


def test_the_conversation_goes_on_where_the_customer_left_it(
    database_url: str, frontdesk: Frontdesk, bring: Import, web: Flask
) -> None:
    unknown = rasa.event("flow_started", 90_002, flow_id="x")
    bring(("maya", [*rasa.whole(), unknown]))
    answer = web.test_client().post(
        "/webhooks/rest/webhook", json={"sender": "maya", "message": "hello"}
    )
    assert answer.status_code == 200
    assert answer.json[0]["text"]
    row = conversation_of(frontdesk.database, "maya")
    assert row.status == "open"
    found = messages_of(frontdesk.database, row.id)
    assert [m.seq for m in found] == list(range(1, len(found) + 1))
    assert (found[6].text, found[6].state) == ("hello", "answered")
    with frontdesk.database.read() as session:
        tracker = frontdesk.agent.tracker_of("maya", event_log(session, row.id))
    assert sum(e.KIND == "session_started" for e in tracker.events) == 3  # of today, too
    # Rasa's bot, which still runs elsewhere, hears something: it is added at the end.
    later = [rasa.user(90_100, "still there?", "greet"), rasa.bot(90_101, "Yes.")]
    summary = bring(("maya", [*rasa.whole(), unknown, *later]))
    assert (summary.grown, summary.messages, summary.events) == (1, 2, 2)
    said = [m.text for m in messages_of(frontdesk.database, row.id)]
    assert said[6] == "hello"
    assert said[-2:] == ["still there?", "Yes."]


def test_the_same_import_again_adds_nothing_and_what_is_new_is_added(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    bring(("maya", rasa.first_session()), ("eve", rasa.first_session()))
    again = bring(("maya", rasa.first_session()), ("eve", rasa.first_session()))
    assert (again.new, again.grown, again.unchanged) == (0, 0, 2)
    assert (again.messages, again.events) == (0, 0)
    grown = bring(("maya", rasa.whole()), ("eve", rasa.first_session()))
    assert (grown.grown, grown.unchanged, grown.messages) == (1, 1, 2)
    row = conversation_of(frontdesk.database, "maya")
    found = messages_of(frontdesk.database, row.id)
    assert [m.seq for m in found] == [1, 2, 3, 4, 5, 6]
    assert found[5].reply_to == 5
    with frontdesk.database.read() as session:
        assert event_log(session, row.id) == rasa.whole()


def test_an_event_that_was_delivered_twice_is_there_once(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    one = rasa.user(1, "hello", "greet")
    summary = bring(("maya", [one, one, rasa.bot(2, "Hi.")]))
    assert (summary.messages, summary.events) == (2, 2)


def test_events_without_a_time_are_as_many_as_were_found(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    listens = rasa.event("action", None, name="action_listen")
    history = [rasa.user(5, "hello", "greet"), listens, rasa.bot(None, "Hi."), listens]
    for one in history[2:]:
        one["timestamp"] = None
    assert bring(("maya", history)).events == 4
    assert bring(("maya", history)).events == 0
    found = messages_of(frontdesk.database, conversation_of(frontdesk.database, "maya").id)
    assert found[1].created_at == found[0].created_at


def test_older_events_that_come_later_are_put_where_they_belong_and_labels_stay(
    database_url: str, frontdesk: Frontdesk, bring: Import, agent: DeskUser
) -> None:
    bring(("maya", rasa.second_session()))  # what a Redis tracker store still had
    row = conversation_of(frontdesk.database, "maya")
    (shipped, _) = messages_of(frontdesk.database, row.id)
    agent.post(f"/desk/messages/{shipped.id}/label", kind="correct", intent="order_status")
    summary = bring(("maya", rasa.whole()))
    assert (summary.grown, summary.messages) == (1, 4)
    found = messages_of(frontdesk.database, row.id)
    assert [m.text for m in found] == [
        "hello there",
        "Hi! Shall I look your order up?",
        "Yes, please",
        "Here it is.",
        "ship to Oslo",
        "It is on its way.",
    ]
    assert [m.seq for m in found] == [1, 2, 3, 4, 5, 6]
    assert [m.reply_to for m in found] == [None, 1, None, 3, None, 5]
    assert found[4].id == shipped.id
    assert [label.text for label in frontdesk.labels.collect()] == ["ship to Oslo"]
    with frontdesk.database.read() as session:
        assert event_log(session, row.id) == rasa.whole()
    changed = conversation_of(frontdesk.database, "maya")
    assert (changed.event_count, changed.last_seq) == (len(rasa.whole()), 6)
    assert changed.created_at.timestamp() == rasa.BEGAN


def test_older_events_of_a_conversation_that_has_gone_on_here_are_added_at_its_end(
    database_url: str, frontdesk: Frontdesk, bring: Import, web: Flask
) -> None:
    bring(("maya", rasa.second_session()))
    web.test_client().post("/webhooks/rest/webhook", json={"sender": "maya", "message": "hello"})
    row = conversation_of(frontdesk.database, "maya")
    before = [(m.seq, m.text) for m in messages_of(frontdesk.database, row.id)]
    bring(("maya", rasa.whole()))
    after = [(m.seq, m.text) for m in messages_of(frontdesk.database, row.id)]
    assert after[: len(before)] == before
    assert after[len(before)][1] == "hello there"


def test_who_talks_to_us_already_keeps_that_conversation_and_the_history_stands_beside_it(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    live = frontdesk.sessions.by_sender("rest", "maya")
    assert bring(("maya", rasa.whole())).new == 1
    assert bring(("maya", rasa.whole())).unchanged == 1
    assert messages_of(frontdesk.database, live) == []
    assert conversation_of(frontdesk.database, "maya", "imported").last_seq == 6


def test_a_channel_that_cannot_be_named_here_is_imported(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    bring(("a", [rasa.user(1, "hello", "greet", input_channel="x" * 40)]), ("b", [rasa.bot(1, "")]))
    bring(("b", [rasa.bot(2, "Anybody there?")]))
    assert conversation_of(frontdesk.database, "a", "imported").last_seq == 1
    assert conversation_of(frontdesk.database, "b", "imported").last_seq == 1


def test_what_no_person_said_is_no_message_and_a_colleague_who_spoke_is(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    external = rasa.user(1, "EXTERNAL: parcel_arrived", "parcel_arrived", 1.0)
    external["metadata"] = {"is_external": True}
    colleague = rasa.event("agent", 3, text="I am Jo.", data={})
    bring(("maya", [external, rasa.bot(2, "A parcel is there."), colleague]))
    found = messages_of(frontdesk.database, conversation_of(frontdesk.database, "maya").id)
    assert [(m.role, m.text) for m in found] == [
        ("bot", "A parcel is there."),
        ("agent", "I am Jo."),
    ]


def test_a_dry_run_tells_all_and_writes_nothing(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    summary = bring(("maya", rasa.whole()), dry_run=True)
    assert (summary.new, summary.messages) == (1, 6)
    assert [count(frontdesk.database, model) for model in (Conversation, Event, Message)] == [0] * 3
    bring(("maya", rasa.first_session()))
    assert bring(("maya", rasa.whole()), dry_run=True).messages == 2
    assert count(frontdesk.database, Message) == 4


def test_an_import_is_in_the_audit_log(
    database_url: str, frontdesk: Frontdesk, bring: Import
) -> None:
    bring(("maya", rasa.whole()))
    with frontdesk.database.read() as session:
        (entry,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "import"))
    assert entry.detail["messages"] == 6
    assert "maya" not in json.dumps(entry.detail)


def test_the_desk_lists_opens_and_labels_it_and_training_gets_the_label(
    database_url: str, frontdesk: Frontdesk, bring: Import, agent: DeskUser
) -> None:
    hostile = "<script>alert(1)</script> mail me at eve@example.org"
    spoken = [
        rasa.user(1, hostile, "<b>intent</b>", 0.3),
        rasa.bot(2, "<i>no</i>", buttons=[{"title": "<u>", "payload": "/x"}], elements=[{}]),
    ]
    bring(("maya", rasa.whole()), ("eve", spoken))
    listed = agent.get("/desk/?status=closed").text
    assert "maya" in listed
    assert "ship to Oslo" in listed
    assert "15 Nov 2023 23:13" in listed
    history = conversation_of(frontdesk.database, "maya")
    opened = agent.get(f"/desk/conversations/{history.id}").text
    for shown in (
        "14 Nov 2023 22:13:21",
        "Yes, please</span>",
        "image: <code>https://shop.example",
    ):
        assert shown in opened
    assert "&lt;script&gt;" in agent.get("/desk/?low_confidence=1").text
    row = conversation_of(frontdesk.database, "eve")
    page = agent.get(f"/desk/conversations/{row.id}").text
    assert "<script>alert" not in page
    assert "<i>no</i>" not in page
    assert "eve@example.org" in page  # as in conversations that were held here
    message = messages_of(frontdesk.database, row.id)[0]
    answer = agent.post(f"/desk/messages/{message.id}/label", kind="correct", intent="complaint")
    assert answer.status_code == 303
    (label,) = frontdesk.labels.collect()
    example = example_of(label)
    assert (example.intent, label.predicted) == ("complaint", "<b>intent</b>")
    assert "eve@example.org" not in example.text


def test_what_stands_nowhere_else_is_stored_all_the_same(
    database_url: str, frontdesk: Frontdesk, bring: Import, agent: DeskUser
) -> None:
    odd = rasa.user(1, "half \ud83d a pair, nothing \x00, and " + "long " * 2_000, "i" * 300)
    slot = rasa.event("slot", 2, name="\x00\udc00", value={"deep": ["\ud83d"]})
    summary = bring(("maya", [odd, slot]))
    assert (summary.messages, summary.broken) == (1, 0)
    row = conversation_of(frontdesk.database, "maya")
    (message,) = messages_of(frontdesk.database, row.id)
    assert message.text.startswith("half ? a pair, nothing , and long")
    assert agent.get(f"/desk/conversations/{row.id}").status_code == 200


def test_a_batch_that_fails_leaves_nothing_half_written(
    frontdesk: Frontdesk, bring: Import
) -> None:
    with frontdesk.database.write() as session:
        session.execute(
            text(
                "CREATE TRIGGER no BEFORE INSERT ON message WHEN NEW.text = 'It is on its way.' "
                "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    with pytest.raises(IntegrityError):
        bring(("maya", rasa.whole()))
    assert [count(frontdesk.database, model) for model in (Conversation, Event, Message)] == [0] * 3


def test_events_are_not_published_to_our_own_broker(frontdesk: Frontdesk, bring: Import) -> None:
    told: list[str] = []
    frontdesk.database.tell_events(lambda sender, _: told.append(sender))
    bring(("maya", rasa.whole()))
    assert told == []


@tried(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_in_whatever_parts_and_order_a_history_comes_it_ends_the_same(
    tmp_path: Path, rng: random.Random
) -> None:
    """Any parts of a log, each in its order, imported one after the other."""
    url = f"sqlite:///{tmp_path / f'{rng.getrandbits(64)}.db'}"
    migrate(url)
    database = Database(url)
    history = rasa.whole()
    parts: list[list[Any]] = [[], [], []]
    for one in history:
        for part in rng.sample(parts, rng.randint(1, 3)):
            part.append(one)
    for number, part in enumerate(parts):
        path = rasa.write_lines(tmp_path / f"{rng.getrandbits(64)}-{number}", [("maya", part)])
        import_file(database, path)
    with database.read() as session:
        (row,) = session.scalars(select(Conversation))
        assert event_log(session, row.id) == history
    said = [(m.seq, m.reply_to, m.created_at.timestamp()) for m in messages_of(database, row.id)]
    expected = [1, 1.2, 60.5, 60.8, 90_001, 90_001.2]
    answers = [None, 1, None, 3, None, 5]
    for (seq, reply_to, at), (number, due) in zip(said, enumerate(expected, 1), strict=True):
        assert (seq, reply_to) == (number, answers[number - 1])
        assert at == pytest.approx(rasa.BEGAN + due)
    database.close()


_plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_keys = st.sampled_from(
    (
        *("text", "timestamp", "metadata", "name", "value", "data", "parse_data", "validate"),
        *("entities", "entity", "intent", "confidence", "intent_ranking", "buttons", "date_time"),
    )
)
_objects = st.recursive(
    _plain,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=6,
)
_kinds = st.sampled_from(("user", "bot", "agent", "slot", "action", "form", "reminder", "odd"))


@tried(suppress_health_check=[HealthCheck.too_slow])
@given(_kinds, st.dictionaries(_keys, _objects, max_size=6))
def test_whatever_an_event_says_it_is_read_or_broken(kind: str, more: dict[str, Any]) -> None:
    try:
        found = read_event({**more, "event": kind})
    except Broken:
        return
    (entry,) = entries_of([found], utc_now())
    json.dumps(found.event.to_json())
    if entry.message is not None:
        assert entry.message["role"] in {"customer", "bot", "agent"}
        for guess in (entry.message.get("understanding") or {}).get("intent_ranking", ()):
            assert isinstance(guess["confidence"], float | int)


def test_an_imported_conversation_is_taken_over_like_any_other(
    database_url: str, frontdesk: Frontdesk, bring: Import, agent: DeskUser
) -> None:
    bring(("maya", rasa.whole()))
    row = conversation_of(frontdesk.database, "maya")
    agent.post(f"/desk/conversations/{row.id}/take-over")
    agent.post(f"/desk/conversations/{row.id}/messages", text="Did it arrive?")
    assert messages_of(frontdesk.database, row.id)[-1].text == "Did it arrive?"
