"""No message is lost, doubled or out of order, whatever the network and the tabs do."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.conftest import wait_until
from tests.widget.conftest import Visitor
from tests.widget.fake_server import FakeServer

NewTab = Callable[[], Visitor]


def everything_said(server: FakeServer) -> list[str]:
    return [message["text"] for message in server.conversation.messages]


def pass_time(page: Page, seconds: int, step: int = 5) -> None:
    """Let the page's clock run; the network stays real and gets a moment after each step."""
    for _ in range(0, seconds, step):
        page.clock.run_for(step * 1000)
        page.wait_for_timeout(15)


def test_an_answer_comes_by_itself(visitor: Visitor) -> None:
    visitor.visit().open().ask("Hello?")
    visitor.sees("Hello?", "You said: Hello?")
    visitor.online()


@pytest.mark.parametrize("seed", [1, 2])
def test_lost_and_doubled_events_and_broken_streams_change_nothing(
    visitor: Visitor, server: FakeServer, seed: int
) -> None:
    visitor.visit().open().ask("Begin")
    chance = random.Random(seed)
    server.random = random.Random(seed)
    server.faults.drop, server.faults.double = 0.3, 0.3
    for number in range(80):
        server.say(chance.choice(["bot", "agent", "system"]), f"message {number}")
        if chance.random() < 0.1:
            server.cut()
        if chance.random() < 0.2:
            visitor.page.wait_for_timeout(chance.randrange(30))
    server.faults.drop = server.faults.double = 0
    server.cut()
    shown = visitor.page.locator("[data-role]")
    expect(shown).to_have_count(82)
    texts = [text.removesuffix("\n") for text in shown.all_inner_texts()]
    assert [int(text.split("message ")[1].split()[0]) for text in texts[2:]] == list(range(80))


def test_a_gap_is_filled_from_the_database_without_a_new_stream(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Begin")
    visitor.online()
    streams = len(server.calls("GET", "/stream"))
    server.faults.drop = 1
    server.say("bot", "lost on the way")
    wait_until(server.streams_read, "the stream has passed the message over")
    server.faults.drop = 0
    server.say("bot", "arrives")
    visitor.sees("Begin", "You said: Begin", "lost on the way", "arrives")
    assert len(server.calls("GET", "/stream")) == streams


def test_an_answer_whose_event_is_lost_is_fetched_all_the_same(
    newcomer: Visitor, server: FakeServer
) -> None:
    newcomer.page.clock.install()
    newcomer.visit().open().ask("Begin")
    server.faults.drop = 1
    newcomer.type("And this?")
    pass_time(newcomer.page, 10)
    newcomer.sees("Begin", "You said: Begin", "And this?", "You said: And this?")


def test_a_connection_that_breaks_after_the_commit_sends_nothing_twice(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Begin")
    server.faults.lose_answers_to_posts = 3
    visitor.ask("Only once, please")
    wait_until(lambda: server.faults.lose_answers_to_posts < 3, "an answer was lost")
    visitor.ask("And then this")
    assert server.conversation.texts() == ["Begin", "Only once, please", "And then this"]
    visitor.sees(*everything_said(server))


def test_messages_written_quickly_arrive_in_the_order_of_writing(
    visitor: Visitor, server: FakeServer
) -> None:
    server.answer = lambda text: []
    server.faults.refuse_posts = [(503, "unavailable", {})] * 2
    visitor.visit().open()
    written = [f"line {number}" for number in range(12)]
    for text in written:
        visitor.type(text)
    wait_until(lambda: server.conversations and server.conversation.texts() == written, "all sent")
    visitor.sees(*written)
    expect(visitor.page.locator("[data-state=queued]")).to_have_count(0)


def test_what_is_written_offline_waits_and_survives_a_reload(
    newcomer: Visitor, server: FakeServer, context: BrowserContext
) -> None:
    newcomer.visit().open().ask("Begin")
    context.set_offline(True)
    expect(newcomer.status).to_contain_text("You are offline")
    server.faults.down = True
    server.cut()
    newcomer.type("first")
    newcomer.type("second")
    expect(newcomer.page.locator("[data-state=queued] .end").last).to_have_text(
        "Waiting to be sent"
    )
    stored = newcomer.page.evaluate("Object.keys(localStorage).filter((k) => k.includes(':out:'))")
    context.set_offline(False)
    newcomer.visit()
    newcomer.sees("first", "second")
    server.faults.down = False
    wait_until(lambda: len(everything_said(server)) == 6, "both are sent and answered")
    assert server.conversation.texts() == ["Begin", "first", "second"]
    newcomer.sees(*everything_said(server))
    sent = [m["client_msg_id"] for m in server.conversation.messages if m["role"] == "customer"]
    assert sent[1:] == sorted(key.split(":out:")[1] for key in stored)
    assert all(uuid.UUID(one).version == 7 for one in sent)
    assert (
        newcomer.page.evaluate("Object.keys(localStorage).some((k) => k.includes(':out:'))")
        is False
    )


def test_the_queue_has_an_end_and_says_so(visitor: Visitor, server: FakeServer) -> None:
    server.faults.down = True
    visitor.visit().open()
    for number in range(50):
        visitor.type(f"line {number}")
    visitor.type("one too many")
    expect(visitor.notice).to_contain_text("Many messages are waiting already")
    expect(visitor.composer).to_have_value("one too many")
    assert visitor.page.locator("[data-state=queued]").count() == 50


def test_a_long_outage_is_knocked_at_seldom_and_outlived(
    newcomer: Visitor, server: FakeServer
) -> None:
    newcomer.page.clock.install()
    newcomer.visit().open().ask("Begin")
    server.faults.down = True
    server.cut()
    known = len(server.requests)
    pass_time(newcomer.page, 600, step=10)
    expect(newcomer.status).to_contain_text("We can't be reached just now")
    knocks = len(server.requests) - known
    assert 15 < knocks < 150, "some twenty to eighty in ten minutes, by chance"
    server.say("bot", "said meanwhile")
    server.faults.down = False
    pass_time(newcomer.page, 35)
    newcomer.sees("Begin", "You said: Begin", "said meanwhile")
    newcomer.online()


@pytest.mark.parametrize("event", ["online", "visibilitychange"])
def test_the_network_or_the_reader_coming_back_ends_the_wait_at_once(
    newcomer: Visitor, server: FakeServer, event: str
) -> None:
    newcomer.page.clock.install()
    newcomer.visit().open().ask("Begin")
    server.faults.down = True
    server.cut()
    pass_time(newcomer.page, 120, step=10)
    server.faults.down = False
    server.say("bot", "said meanwhile")
    target = "window" if event == "online" else "document"
    newcomer.page.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
    newcomer.sees("Begin", "You said: Begin", "said meanwhile")


def test_a_reader_who_comes_back_while_a_connection_hangs_gets_another(
    newcomer: Visitor, server: FakeServer
) -> None:
    page = newcomer.page
    page.clock.install()
    newcomer.visit().open().ask("Begin")
    page.evaluate("Math.random = () => 0.99")  # of each wait the longest
    server.faults.down = True
    server.cut()
    pass_time(page, 60, step=10)
    hanging: list[Route] = []

    def never_answered(route: Route) -> None:
        hanging.append(route)

    page.route("**/stream*", never_answered, times=1)
    while not hanging:
        pass_time(page, 2, step=2)
    server.faults.down = False
    server.say("bot", "said meanwhile")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    newcomer.sees("Begin", "You said: Begin", "said meanwhile")


def test_a_dead_line_is_noticed_by_its_silence(newcomer: Visitor, server: FakeServer) -> None:
    newcomer.page.clock.install()
    server.faults.silent_streams = True
    newcomer.visit().open().ask("Begin")
    streams = len(server.calls("GET", "/stream"))
    pass_time(newcomer.page, 30)
    assert len(server.calls("GET", "/stream")) == streams, "it may yet speak"
    for _ in range(8):  # on a busy machine an answer takes some of the page's seconds
        pass_time(newcomer.page, 5)
    assert len(server.calls("GET", "/stream")) > streams


def test_a_reconnecting_stream_says_where_it_was(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open().ask("Begin")
    visitor.online()
    server.cut()
    server.say("bot", "after the break")
    visitor.sees("Begin", "You said: Begin", "after the break")
    assert server.calls("GET", "/stream")[-1].headers["Last-Event-Id"] == "2"


def test_history_is_there_after_a_reload_and_longer_than_a_page(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Begin")
    for number in range(450):
        server.say("bot", f"old {number}")
    visitor.visit()
    expect(visitor.page.locator("[data-role=bot]")).to_have_count(451)
    assert visitor.texts() == everything_said(server)


def test_two_tabs_hold_one_stream_and_show_the_same(new_tab: NewTab, server: FakeServer) -> None:
    one, other = new_tab().visit().open(), new_tab().visit().open()
    one.ask("from one")
    other.sees("from one", "You said: from one")
    other.ask("from the other")
    one.sees("from one", "You said: from one", "from the other", "You said: from the other")
    server.say("agent", "to both", agent_name="Anna")
    for tab in (one, other):
        expect(tab.log).to_contain_text("to both")
        tab.online()
    assert len(server.streams) == 1
    assert len(server.calls("POST", "/session")) == 1


def test_when_the_tab_with_the_stream_closes_another_takes_over(
    new_tab: NewTab, server: FakeServer
) -> None:
    tabs = [new_tab().visit().open() for _ in range(3)]
    tabs[0].ask("Begin")
    tabs[0].page.close()
    server.say("bot", "for those who are left")
    for tab in tabs[1:]:
        tab.sees("Begin", "You said: Begin", "for those who are left")
    wait_until(lambda: len(server.streams) == 1, "one stream again")
    tabs[1].ask("still here")
    tabs[2].sees(
        "Begin", "You said: Begin", "for those who are left", "still here", "You said: still here"
    )


def test_a_tab_that_sleeps_with_the_lead_is_not_waited_for(
    new_tab: NewTab, server: FakeServer
) -> None:
    sleeper = new_tab().visit().open()
    sleeper.ask("Begin")
    other = new_tab().visit().open()
    other.sees("Begin", "You said: Begin")
    sleep = "setTimeout(() => { const end = Date.now() + 3500; while (Date.now() < end); })"
    sleeper.page.evaluate(f"() => {{ {sleep} }}")
    other.ask("Anybody there?")
    assert server.conversation.texts() == ["Begin", "Anybody there?"]
    assert len(server.calls("GET", "/stream")) == 2, "the other tab has taken the lead"
    sleeper.sees(*everything_said(server))
    wait_until(lambda: len(server.streams) == 1, "one stream again")


def test_what_two_tabs_write_offline_is_all_sent(
    new_tab: NewTab, server: FakeServer, context: BrowserContext
) -> None:
    server.answer = lambda text: []
    one, other = new_tab().visit().open(), new_tab().visit().open()
    context.set_offline(True)
    written = [f"line {number}" for number in range(8)]
    for text, tab in zip(written, [one, other] * 4, strict=True):
        tab.type(text)
    context.set_offline(False)
    wait_until(lambda: server.conversations and server.conversation.texts() == written, "all sent")
    one.sees(*written)
    other.sees(*written)


def test_tabs_agree_on_what_is_unread(new_tab: NewTab, server: FakeServer) -> None:
    one, other = new_tab().visit().open(), new_tab().visit()
    one.ask("Begin")
    one.page.keyboard.press("Escape")
    server.say("bot", "news")
    for tab in (one, other):
        expect(tab.launcher).to_have_accessible_name("Open chat, 1 unread message")
    one.launcher.click()
    expect(other.launcher).to_have_accessible_name("Open chat")


def test_without_locks_or_channels_every_tab_manages_alone(
    context: BrowserContext, new_tab: NewTab, server: FakeServer
) -> None:
    """As on a page without https, where browsers offer neither."""
    context.add_init_script(
        "delete Navigator.prototype.locks; delete window.BroadcastChannel;"
        "delete Crypto.prototype.randomUUID;"
    )
    one = new_tab().visit().open()
    one.ask("Begin")
    other = new_tab().visit().open()
    other.ask("Again")
    one.sees(*everything_said(server))
    other.sees(*everything_said(server))
    assert server.conversation.texts() == ["Begin", "Again"]


def test_without_storage_the_chat_still_works(
    context: BrowserContext, newcomer: Visitor, server: FakeServer
) -> None:
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new Error('forbidden'); } });"
    )
    newcomer.visit().open().ask("Hello?")
    newcomer.sees("Hello?", "You said: Hello?")
