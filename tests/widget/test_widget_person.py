"""Whose conversation it is: tokens, sign-in at the shop, signing out, and the next visitor."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import jwt
from playwright.sync_api import BrowserContext, expect

from tests.conftest import wait_until
from tests.widget.conftest import Visitor
from tests.widget.fake_server import SHOP_SECRET, Conversation, FakeServer

NewTab = Callable[[], Visitor]


def vouched(customer: str, life_s: int = 600, secret: str = SHOP_SECRET) -> str:
    """What the shop's server says of a signed-in customer."""
    claims = {"sub": customer, "aud": "frontdesk", "exp": int(time.time()) + life_s}
    return jwt.encode(claims, secret, algorithm="HS256")


def asked_in_turn(*identities: str | None) -> str:
    """Settings with a `getIdentity` that gives these answers, the last one for ever."""
    given = json.dumps(identities)
    return (
        f"{{ getIdentity: async () => {{ const all = {given};"
        " window.asked = (window.asked ?? 0) + 1;"
        " return all[Math.min(window.asked, all.length) - 1]; } }"
    )


def everything_stored(visitor: Visitor) -> str:
    return str(
        visitor.page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    )


def test_no_credential_stands_in_an_address_or_a_cookie(
    newcomer: Visitor, server: FakeServer, context: BrowserContext
) -> None:
    identity = vouched("1")
    server.settings = asked_in_turn(identity)
    newcomer.visit().open().ask("Hello?")
    newcomer.online()
    token = server.conversation.token
    for request in server.requests:
        assert token not in request.query and identity not in request.query
        assert "Cookie" not in request.headers
        assert "Referer" not in request.headers
    assert context.cookies() == []
    assert token in everything_stored(newcomer)
    assert identity not in everything_stored(newcomer), "the shop's word stays in memory"


def test_a_signed_in_customer_begins_as_themselves(visitor: Visitor, server: FakeServer) -> None:
    server.settings = asked_in_turn(vouched("1"))
    visitor.visit().open().ask("Hello?")
    assert server.conversation.customer == "1"


def test_a_guest_who_signs_in_keeps_the_conversation(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open().ask("Hello?")
    assert server.conversation.customer is None
    before = server.conversation.token
    server.settings = asked_in_turn(vouched("1"))
    visitor.visit()
    visitor.sees("Hello?", "You said: Hello?")
    assert server.conversation.customer == "1"
    assert server.conversation.token != before, "the guest's token was replaced"
    visitor.ask("Still here?")
    visitor.visit()
    visitor.sees("Hello?", "You said: Hello?", "Still here?", "You said: Still here?")


def test_identify_as_a_command_works_without_a_new_page_and_in_every_tab(
    new_tab: NewTab, server: FakeServer
) -> None:
    one, other = new_tab().visit().open(), new_tab().visit().open()
    one.ask("Hello?")
    before = server.conversation.token
    one.online()
    other.page.evaluate("(jwt) => window.frontdesk('identify', jwt)", vouched("2"))
    wait_until(lambda: server.conversation.customer == "2", "the server knows")
    assert server.conversation.token != before
    for tab, said in ((one, "One?"), (other, "Two?")):
        tab.ask(said)  # with the new token, and read from the stream that it opened
    for tab in (one, other):
        tab.sees("Hello?", "You said: Hello?", "One?", "You said: One?", "Two?", "You said: Two?")
    assert len(server.conversations) == 1


def test_a_stale_sign_in_is_asked_for_again(visitor: Visitor, server: FakeServer) -> None:
    server.settings = asked_in_turn(vouched("1", life_s=-60), vouched("1"))
    visitor.visit().open().ask("Hello?")
    assert server.conversation.customer == "1"
    assert visitor.page.evaluate("window.asked") == 2


def test_a_sign_in_that_cannot_be_verified_leaves_a_guest(
    visitor: Visitor, server: FakeServer
) -> None:
    server.settings = asked_in_turn(vouched("1", secret="somebody else's secret, not the shop's"))
    visitor.visit().open().ask("Hello?")
    assert server.conversation.customer is None
    visitor.visit()
    visitor.sees("Hello?", "You said: Hello?")
    visitor.ask("Still here?")


def test_a_shop_that_cannot_say_who_is_here_does_not_stop_a_guest(
    visitor: Visitor, server: FakeServer
) -> None:
    server.settings = "{ getIdentity: async () => { throw new Error('down'); } }"
    visitor.visit().open().ask("Hello?")
    visitor.sees("Hello?", "You said: Hello?")


def test_a_customers_conversation_is_shown_to_nobody_before_the_shop_says_who_is_here(
    visitor: Visitor, server: FakeServer
) -> None:
    server.settings = asked_in_turn(vouched("1"))
    visitor.visit().open().ask("My secret")
    server.settings = "{ getIdentity: async () => { throw new Error('down'); } }"
    visitor.visit()
    expect(visitor.panel).to_contain_text("Loading your conversation")
    visitor.page.wait_for_timeout(300)
    assert visitor.texts() == []


def test_another_customer_finds_nothing_of_the_one_before(
    visitor: Visitor, server: FakeServer
) -> None:
    server.settings = asked_in_turn(vouched("1"))
    visitor.visit().open().ask("My secret")
    before = server.conversation
    server.settings = asked_in_turn(vouched("2"))
    visitor.visit()
    wait_until(lambda: before.closed, "the first conversation is closed")
    expect(visitor.notice).to_contain_text("Your sign-in at the shop has changed")
    assert visitor.texts() == []
    assert before.token not in everything_stored(visitor)
    visitor.ask("Hello?")
    visitor.sees("Hello?", "You said: Hello?")
    assert server.conversation.customer == "2"


def test_a_guest_after_a_customer_finds_nothing_though_the_shop_forgot_to_reset(
    visitor: Visitor, server: FakeServer
) -> None:
    server.settings = asked_in_turn(vouched("1"))
    visitor.visit().open().ask("My secret")
    before = server.conversation
    server.settings = asked_in_turn(None)
    visitor.visit()
    wait_until(lambda: before.closed, "the first conversation is closed")
    assert visitor.texts() == []


def test_reset_forgets_everything_in_every_tab(new_tab: NewTab, server: FakeServer) -> None:
    one, other = new_tab().visit().open(), new_tab().visit().open()
    one.ask("My secret")
    other.sees("My secret", "You said: My secret")
    before = server.conversation
    other.page.evaluate("window.frontdesk('reset')")
    wait_until(lambda: before.closed, "the server has closed it")
    for tab in (one, other):
        tab.sees()
        expect(tab.page.get_by_role("button", name="Cancel an order")).to_be_visible()
    assert "token" not in everything_stored(one)
    wait_until(lambda: not server.streams, "no stream is left")
    one.ask("Hello?")
    other.sees("Hello?", "You said: Hello?")
    assert server.conversation.token != before.token


def test_what_was_still_unsent_is_forgotten_too(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open().ask("Hello?")
    server.faults.refuse_posts = [(503, "unavailable", {"Retry-After": "2"})]
    visitor.type("unsent secret")
    expect(visitor.notice).to_contain_text("We can't take messages just now")
    visitor.page.evaluate("window.frontdesk('reset')")
    visitor.sees()
    assert "secret" not in everything_stored(visitor)
    visitor.ask("Somebody else")
    assert server.conversation.texts() == ["Somebody else"]


def test_a_new_chat_is_begun_after_asking(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open().ask("Hello?")
    before: Conversation = server.conversation
    visitor.press("Start a new chat")
    expect(visitor.page.get_by_role("button", name="Start anew")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    visitor.sees("Hello?", "You said: Hello?")
    visitor.press("Start a new chat")
    visitor.press("Start anew")
    visitor.sees()
    expect(visitor.composer).to_be_focused()
    wait_until(lambda: before.closed, "the first one is closed")


def test_a_chat_closed_by_the_server_is_said_to_be_over(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Hello?")
    visitor.online()
    before = server.conversation
    with server.changed:
        before.closed = True
        del server.conversations[before.token]
        server.changed.notify_all()
    expect(visitor.notice).to_contain_text("That chat has ended.")
    streams = len(server.calls("GET", "/stream"))
    visitor.page.wait_for_timeout(700)
    assert len(server.calls("GET", "/stream")) == streams, "a closed stream is not opened again"
    visitor.ask("Another one")
    visitor.sees("Another one", "You said: Another one")


def test_a_token_the_server_does_not_know_begins_afresh(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Hello?")
    server.conversations.clear()
    visitor.visit()
    expect(visitor.page.get_by_role("button", name="Cancel an order")).to_be_visible()
    visitor.ask("Hello again?")
    visitor.sees("Hello again?", "You said: Hello again?")


def test_a_message_to_a_conversation_that_is_over_begins_another(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Hello?")
    server.conversations.clear()
    visitor.type("And this?")
    visitor.sees("And this?", "You said: And this?")
    assert server.conversation.texts() == ["And this?"]


def test_a_chat_that_is_too_long_goes_on_in_a_new_one(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open().ask("Hello?")
    server.faults.refuse_posts = [(422, "chat_too_long", {})]
    visitor.type("And this?")
    refused = visitor.page.locator("[data-state=failed]")
    expect(refused).to_contain_text("this chat has become very long")
    before = server.conversation
    refused.get_by_role("button", name="Start a new chat").click()
    visitor.sees("And this?", "You said: And this?")
    wait_until(lambda: before.closed, "the long one is closed")
    assert server.conversation.texts() == ["And this?"]
