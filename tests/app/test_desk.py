"""The agent's work: finding, reading, labelling, taking over."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import select

from app.build import Frontdesk
from app.models import Label, Message
from nlu.types import Feeling
from tests.app.conftest import PASSWORD, DeskUser, Phrases, WidgetUser


def message_id(frontdesk: Frontdesk, customer: WidgetUser, seq: int = 1) -> int:
    with frontdesk.database.read() as session:
        query = select(Message.id).where(
            Message.conversation_id == customer.conversation_id, Message.seq == seq
        )
        return session.scalars(query).one()


def test_the_list_finds_conversations_by_word_status_intent_and_confidence(
    database_url: str, agent: DeskUser, web: Flask
) -> None:
    one, other = WidgetUser(web.test_client()), WidgetUser(web.test_client())
    one.say("hello")
    other.say("talk to a human")
    assert one.conversation_id in agent.get("/desk/?search=HELLO").text
    assert other.conversation_id not in agent.get("/desk/?search=HELLO").text
    waiting = agent.get("/desk/?status=waiting").text
    assert other.conversation_id in waiting
    assert one.conversation_id not in waiting
    assert one.conversation_id in agent.get("/desk/?intent=greet").text
    assert one.conversation_id not in agent.get("/desk/?low_confidence=1").text
    assert one.conversation_id not in agent.get("/desk/?to=2001-01-01").text


def test_the_urgent_are_waited_on_first_and_shown(
    database_url: str, agent: DeskUser, web: Flask, interpreter: Phrases
) -> None:
    human = "talk to a human"
    interpreter.heard["HURRY"] = {"urgency": Feeling("urgent", 0.9), "language": "zh"}
    interpreter.heard["BAD"] = {"sentiment": Feeling("negative", 0.8)}
    interpreter.heard["unsure"] = {"sentiment": Feeling("positive", 0.4)}
    users = {word: WidgetUser(web.test_client()) for word in ("unsure", "BAD", "HURRY")}
    for word, user in users.items():
        user.say(word)
        user.say(human)
    page = agent.get("/desk/?status=waiting").text
    places = [page.index(user.conversation_id) for user in users.values()]
    assert places == sorted(places, reverse=True)
    for word in ("urgent</span>", "unhappy</span>", 'lang="zh"'):
        assert page.count(word) == 1
    assert "happy</span>" not in page.replace("unhappy", "")
    transcript = agent.get(f"/desk/conversations/{users['HURRY'].conversation_id}").text
    assert 'title="urgency: 0.90"' in transcript


def test_a_transcript_shows_what_was_understood_and_the_events_behind_it(
    agent: DeskUser, customer: WidgetUser
) -> None:
    customer.say("where is my order")
    page = agent.get(f"/desk/conversations/{customer.conversation_id}").text
    for expected in ("order_status", "0.900", "praise", "phrases", "events", "action_listen"):
        assert expected in page


def test_a_message_is_explained_to_agents_alone_and_escaped(
    agent: DeskUser, customer: WidgetUser, frontdesk: Frontdesk, web: Flask
) -> None:
    text = "where is <script>alert(1)</script> my order"
    customer.say(text)
    asked: list[str] = []

    def explain(said: str) -> dict:
        asked.append(said)
        words = [{"text": word, "weight": n - 1.0} for n, word in enumerate(said.split())]
        return {
            "reason": "order_status with probability 0.90.",
            "explained": "order_status",
            "words": words,
            "torn_between": [{"name": "order_status", "confidence": 0.9}],
            "conformal_set": ["order_status"],
            "nearest": [
                {"text": "<b>where", "label": "order_status", "source": "a.yml:3", "cosine": 0.97}
            ],
            "model_version": "newer",
        }

    frontdesk.explanations._explain = explain
    number = message_id(frontdesk, customer)
    page = agent.get(f"/desk/conversations/{customer.conversation_id}").text
    assert f"/desk/messages/{number}/why" in page
    why = agent.get(f"/desk/messages/{number}/why")
    assert why.status_code == 200 and asked == [text]
    assert "<script>" not in why.text and "&lt;b&gt;where" in why.text
    for expected in ("for-4", "against-1", "a.yml:3", "0.900", "newer", "phrases"):
        assert expected in why.text
    stranger = web.test_client().get(f"/desk/messages/{number}/why")
    assert stranger.status_code == 302 and "login" in stranger.location


def test_without_a_host_the_desk_says_so(
    agent: DeskUser, customer: WidgetUser, frontdesk: Frontdesk
) -> None:
    customer.say("hello")
    answer = agent.client.get(
        f"/desk/messages/{message_id(frontdesk, customer)}/why",
        headers={"X-Requested-With": "fetch"},
    )
    assert answer.status_code == 503
    assert "cannot be explained" in answer.text
    bot = message_id(frontdesk, customer, seq=2)
    assert agent.client.get(f"/desk/messages/{bot}/why").status_code == 404


@pytest.mark.parametrize(
    ("kind", "intent", "meant"),
    [("confirm", "", "greet"), ("correct", "thank", "thank"), ("out_of_scope", "", "out_of_scope")],
)
def test_a_label_is_kept_with_who_and_when(
    database_url: str,
    agent: DeskUser,
    customer: WidgetUser,
    frontdesk: Frontdesk,
    kind,
    intent,
    meant,
) -> None:
    customer.say("hello")
    path = f"/desk/messages/{message_id(frontdesk, customer)}/label"
    assert agent.post(path, kind=kind, intent=intent).status_code == 303
    with frontdesk.database.read() as session:
        label = session.scalars(select(Label)).one()
        assert (label.kind, label.intent, label.staff.username) == (kind, meant, "anna")
        assert label.created_at.tzinfo is not None


def test_the_newest_label_counts_and_the_older_stays(
    agent: DeskUser, customer: WidgetUser, frontdesk: Frontdesk
) -> None:
    customer.say("hello")
    path = f"/desk/messages/{message_id(frontdesk, customer)}/label"
    agent.post(path, kind="correct", intent="thank")
    agent.post(path, kind="correct", intent="goodbye")
    assert [label.intent for label in frontdesk.labels.collect()] == ["goodbye"]
    with frontdesk.database.read() as session:
        assert len(session.scalars(select(Label)).all()) == 2


def test_labels_are_redacted_before_anyone_trains_on_them(
    agent: DeskUser, customer: WidgetUser, frontdesk: Frontdesk
) -> None:
    customer.say("write to maya@example.com or call +49 30 901820")
    agent.post(f"/desk/messages/{message_id(frontdesk, customer)}/label", kind="out_of_scope")
    text = frontdesk.labels.collect()[0].text
    assert "maya@example.com" not in text
    assert "901820" not in text


@pytest.mark.parametrize(
    "fields", [{"kind": "wrong"}, {"kind": "correct", "intent": "no_such_intent"}, {}]
)
def test_a_wrong_label_is_refused(
    agent: DeskUser, customer: WidgetUser, frontdesk: Frontdesk, fields: dict
) -> None:
    customer.say("hello")
    answer = agent.post(f"/desk/messages/{message_id(frontdesk, customer)}/label", **fields)
    assert answer.status_code == 422


def test_only_a_customers_message_can_be_labelled(
    agent: DeskUser, customer: WidgetUser, frontdesk: Frontdesk
) -> None:
    customer.say("hello")
    path = f"/desk/messages/{message_id(frontdesk, customer, 2)}/label"
    assert agent.post(path, kind="out_of_scope").status_code == 422


def test_an_agent_must_take_over_before_speaking(agent: DeskUser, customer: WidgetUser) -> None:
    customer.say("hello")
    here = f"/desk/conversations/{customer.conversation_id}"
    assert agent.post(f"{here}/messages", text="hi").status_code == 409
    agent.post(f"{here}/take-over")
    assert agent.post(f"{here}/messages", text="hi").status_code == 303
    agent.post(f"{here}/hand-back")
    assert agent.post(f"{here}/messages", text="hi").status_code == 409


def test_what_the_application_says_is_in_the_customers_language(
    agent: DeskUser, customer: WidgetUser, interpreter: Phrases, web: Flask
) -> None:
    half_a_pair = Feeling("\ud83d", 0.9)  # the turn cannot be stored
    interpreter.heard["你好"] = {"language": "zh"}
    interpreter.heard["坏了"] = {"language": "zh", "sentiment": half_a_pair}
    interpreter.known["坏了"] = "greet"
    customer.say("你好")
    assert customer.say("坏了")[0]["text"] == "抱歉，我们这边出了点问题，同事会来查看。"
    first = WidgetUser(web.test_client()).say("坏了")
    assert first[0]["text"].startswith("抱歉")
    here = f"/desk/conversations/{customer.conversation_id}"
    agent.post(f"{here}/take-over")
    agent.post(f"{here}/hand-back")
    told = [said["text"] for said in customer.messages() if said["role"] == "system"]
    assert told == ["Anna 加入了对话。", "现在由智能助手继续为您服务。"]


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "javascript:x"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_customer_typed_is_escaped_on_the_desk(
    agent: DeskUser, customer: WidgetUser, text: str
) -> None:
    customer.say(text)
    for path in ("/desk/", f"/desk/conversations/{customer.conversation_id}"):
        page = agent.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in page.split("{{7*7}}")[0][-2:]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(web: Flask, agent) -> None:
    wrong = DeskUser(web.test_client(), "anna", "not the password")
    unknown = DeskUser(web.test_client(), "nobody", "not the password")
    assert wrong.login.status_code == unknown.login.status_code == 401
    strip = lambda page: page.replace("anna", "").replace("nobody", "")  # noqa: E731
    tokens = r'value="[^"]*"|content="[^"]*"'
    import re

    assert re.sub(tokens, "", strip(wrong.login.text)) == re.sub(
        tokens, "", strip(unknown.login.text)
    )


def test_the_sixth_try_to_sign_in_is_too_many(settings, interpreter, clock) -> None:
    from app.build import build
    from app.web import create_app

    strict = build(settings.model_copy(update={"rate_limits": True}), interpreter=interpreter)
    strict.staff.add("anna", "Anna", PASSWORD)
    web = create_app(strict)
    tries = [DeskUser(web.test_client(), "anna", f"wrong {n}").login for n in range(6)]
    assert [answer.status_code for answer in tries] == [401] * 5 + [429]
    assert int(tries[-1].headers["Retry-After"]) > 0
    strict.stop()


def test_a_changed_password_ends_every_other_session(
    web: Flask, agent: DeskUser, frontdesk: Frontdesk
) -> None:
    other = DeskUser(web.test_client(), "anna", PASSWORD)
    assert other.get("/desk/").status_code == 200
    agent.get("/desk/password")
    changed = agent.post("/desk/password", current=PASSWORD, new="another good password")
    assert changed.status_code == 302
    started = time.monotonic()
    assert other.get("/desk/").status_code == 302
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/desk\\@evil", "x"])
def test_signing_in_never_leads_to_another_site(web: Flask, agent, target: str) -> None:
    user = DeskUser(web.test_client(), "nobody", "x")
    user.client.get("/desk/login")
    answer = user.client.post(
        "/desk/login",
        query_string={"next": target},
        data={"csrf_token": user.csrf, "username": "anna", "password": PASSWORD},
    )
    assert answer.status_code == 302
    assert answer.location.startswith("/desk/")


def test_who_takes_over_reads_in_short_what_it_is_about(
    database_url: str, agent: DeskUser, web: Flask
) -> None:
    customer = WidgetUser(web.test_client())
    customer.say("hello <b>there</b>")
    customer.say("talk to a human")
    page = agent.get(f"/desk/conversations/{customer.conversation_id}").text
    short = page[page.index('class="briefing"') : page.index("</section>")]
    assert "hello &lt;b&gt;there&lt;/b&gt;" in short
    assert "talk to a human" not in short
