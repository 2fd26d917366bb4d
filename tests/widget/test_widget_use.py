"""The widget in people's hands: mouse, keyboard, screen reader; and what it says in trouble."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.conftest import wait_until
from tests.widget.conftest import CHOICES, GOODS, Visitor
from tests.widget.fake_server import FakeServer


def offering(text: str) -> list[dict[str, Any]]:
    if text.startswith("/"):
        return [{"text": f"You chose {text}"}]
    return [{"text": "Shall I?", "buttons": CHOICES}]


# --- beginning


def test_nothing_is_asked_of_the_server_before_the_first_message(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open()
    expect(visitor.panel).to_contain_text("I'm the automatic assistant of the shop")
    for starter in ("Where is my order?", "Cancel an order", "Return something", "Talk to a human"):
        expect(visitor.page.get_by_role("button", name=starter)).to_be_visible()
    assert server.requests == []
    visitor.press("Where is my order?")
    visitor.sees("Where is my order?", "You said: Where is my order?")
    expect(visitor.page.get_by_role("button", name="Cancel an order")).to_be_hidden()


def test_the_shop_names_itself_and_says_how_to_begin(visitor: Visitor, server: FakeServer) -> None:
    server.settings = json.dumps(
        {"shopName": "Larkspur", "greeting": "Hi!", "starters": ["One", "Two"], "accent": "#4f46a5"}
    )
    visitor.visit().open()
    expect(visitor.panel).to_have_accessible_name("Chat with Larkspur")
    expect(visitor.panel).to_contain_text("Hi!")
    starters = visitor.page.get_by_role("group", name="Ways to start").get_by_role("button")
    assert starters.all_inner_texts() == ["One", "Two"]
    background = "(e) => getComputedStyle(e).backgroundColor"
    assert visitor.launcher.evaluate(background) == "rgb(79, 70, 165)"


def test_it_works_on_a_shop_of_another_origin_under_a_strict_policy(
    visitor: Visitor, server: FakeServer
) -> None:
    shop = FakeServer()
    shop.start()
    problems: list[str] = []
    visitor.page.on("console", lambda line: problems.append(line.text))
    visitor.page.goto(f"{shop.url}/host?chat={server.url}")
    visitor.open().ask("Hello?")
    visitor.sees("Hello?", "You said: Hello?")
    assert len(server.conversation.messages) == 2
    assert [p for p in problems if "favicon" not in p and "404" not in p] == []
    shop.stop()


def test_commands_given_before_the_script_is_there_are_done(
    visitor: Visitor, server: FakeServer
) -> None:
    server.settings = (
        "{}; window.frontdesk = function () { (frontdesk.q = frontdesk.q || []).push(arguments); };"
        "window.early = window.frontdesk; frontdesk('open'); frontdesk('nonsense')"
    )
    visitor.visit()
    expect(visitor.panel).to_be_visible()
    visitor.page.evaluate("window.early('close')")
    expect(visitor.panel).to_be_hidden()
    visitor.page.evaluate("window.frontdesk('open')")
    expect(visitor.panel).to_be_visible()


def test_the_script_included_twice_makes_one_chat(visitor: Visitor) -> None:
    visitor.visit()
    visitor.page.add_script_tag(url="/widget.js")
    visitor.open().ask("Hello?")
    assert visitor.page.locator("#frontdesk-widget").count() == 1


# --- keyboard and screen reader


def test_everything_can_be_done_with_the_keyboard(visitor: Visitor, server: FakeServer) -> None:
    server.answer = offering
    visitor.visit()
    keys = visitor.page.keyboard
    keys.press("Tab")
    keys.press("Tab")
    expect(visitor.launcher).to_be_focused()
    keys.press("Enter")
    expect(visitor.composer).to_be_focused()
    keys.type("first line")
    keys.press("Shift+Enter")
    keys.type("second line")
    keys.press("Enter")
    visitor.sees("first line\nsecond line", "Shall I?")
    expect(visitor.composer).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    expect(visitor.page.get_by_role("button", name="Yes, please")).to_be_focused()
    keys.press("Space")
    visitor.sees("first line\nsecond line", "Shall I?", "Yes, please", "You chose /affirm")
    expect(visitor.composer).to_be_focused()
    keys.press("Escape")
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()


def test_every_stop_of_the_keyboard_can_be_seen(visitor: Visitor, server: FakeServer) -> None:
    server.answer = lambda text: [{"text": "These:", "elements": GOODS, "buttons": CHOICES}]
    visitor.visit().open().ask("Jackets")
    outlined = """() => {
      const at = document.querySelector("#frontdesk-widget").shadowRoot.activeElement;
      const line = at.closest(".line") ?? at;
      const style = getComputedStyle(line);
      return style.outlineStyle !== "none" || style.boxShadow !== "none";
    }"""
    for _ in range(12):
        visitor.page.keyboard.press("Shift+Tab")
        if visitor.page.evaluate("document.activeElement.id") != "frontdesk-widget":
            break
        assert visitor.page.evaluate(outlined)


def test_a_screen_reader_finds_its_way(visitor: Visitor, server: FakeServer) -> None:
    server.answer = offering
    visitor.visit()
    expect(visitor.launcher).to_have_attribute("aria-expanded", "false")
    visitor.open().ask("Please do")
    expect(visitor.launcher).to_have_attribute("aria-expanded", "true")
    expect(visitor.launcher).to_have_accessible_name("Close chat")
    expect(visitor.log).to_have_attribute("aria-live", "polite")
    expect(visitor.log).to_have_accessible_name("Conversation")
    expect(visitor.composer).to_have_accessible_name("Your message")
    expect(visitor.page.get_by_role("group", name="Suggested answers")).to_be_visible()
    assert visitor.log.locator("[data-role=customer]").inner_text().startswith("You:")
    assert visitor.log.locator("[data-role=bot]").inner_text().startswith("Assistant:")
    unnamed = visitor.page.get_by_role("button", name=re.compile("^$"))
    expect(unnamed).to_have_count(0)


def test_a_message_keeps_its_element_so_that_it_is_read_out_once(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open()
    server.faults.down = True
    visitor.type("Hello?")
    message = visitor.page.locator("[data-role=customer]")
    message.evaluate("(element) => { element.dataset.mark = 'same'; }")
    server.faults.down = False
    expect(message).to_have_attribute("data-state", "sent")
    expect(message).to_have_attribute("data-mark", "same")


def test_an_input_method_may_use_enter_for_itself(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open()
    visitor.composer.fill("こんにち")
    for detail in ("isComposing: true", "keyCode: 229"):
        visitor.composer.evaluate(
            "(field) => field.dispatchEvent(new KeyboardEvent('keydown',"
            f" {{ key: 'Enter', bubbles: true, composed: true, {detail} }}))"
        )
    expect(visitor.composer).to_have_value("こんにち")
    visitor.composer.press("Enter")
    visitor.sees("こんにち", "You said: こんにち")


# --- answers


def test_choices_vanish_when_one_is_taken_and_say_what_they_mean(
    visitor: Visitor, server: FakeServer
) -> None:
    server.answer = offering
    visitor.visit().open().ask("Please do")
    visitor.press("Yes, please")
    visitor.sees("Please do", "Shall I?", "Yes, please", "You chose /affirm")
    expect(visitor.page.get_by_role("button", name="Yes, please")).to_have_count(0)
    post = server.posts()[-1]
    assert (post["text"], post["payload"]) == ("Yes, please", "/affirm")


def test_choices_vanish_when_something_else_is_written(
    visitor: Visitor, server: FakeServer
) -> None:
    server.answer = offering
    visitor.visit().open().ask("Please do")
    server.answer = lambda text: [{"text": "All right."}]
    visitor.ask("rather not")
    expect(visitor.page.get_by_role("button", name="Yes, please")).to_have_count(0)


def test_links_that_are_offered_stay_in_their_own_message(
    visitor: Visitor, server: FakeServer
) -> None:
    pdf = {"title": "Invoice as PDF", "url": "https://shop.example/invoice"}
    server.answer = lambda text: [
        {"text": "Invoice I-1", "buttons": [pdf, {"title": "Other details", "payload": "/other"}]},
        {"text": "Order 1043 is on its way.", "buttons": CHOICES},
    ]
    visitor.visit().open().ask("Invoice for 1042, and where is 1043?")
    link = visitor.log.locator(".message", has_text="Invoice I-1").get_by_role("link")
    expect(link).to_have_attribute("href", pdf["url"])
    choices = visitor.page.get_by_role("group", name="Suggested answers").locator(".choice")
    assert choices.all_inner_texts() == ["Yes, please", "No"]
    server.answer = lambda text: [{"text": "You're welcome!"}]
    visitor.ask("thanks")
    expect(link).to_be_visible()
    expect(choices).to_have_count(0)


def test_cards_stand_in_a_row_and_their_buttons_stay(visitor: Visitor, server: FakeServer) -> None:
    server.answer = lambda text: [{"text": "These:", "elements": GOODS}]
    visitor.visit().open().ask("Jackets")
    row = visitor.page.get_by_role("list", name="Suggestions")
    expect(row.get_by_role("listitem")).to_have_count(5)
    assert row.evaluate("(list) => list.scrollWidth > list.clientWidth")
    visitor.press("Sizes 1")
    wait_until(lambda: server.posts()[-1].get("payload") == "/check_stock1", "the card's payload")
    expect(visitor.page.get_by_role("button", name="Sizes 1").first).to_be_attached()


def test_the_product_that_the_page_shows_goes_along(visitor: Visitor, server: FakeServer) -> None:
    server.settings = '{"product": "CL-JA-01"}'
    visitor.visit().open().ask("how big is it")
    assert server.posts()[-1]["product"] == "CL-JA-01"
    visitor.page.evaluate("window.frontdesk('look', 'HK-LI-05')")
    visitor.ask("and this one")
    assert server.posts()[-1]["product"] == "HK-LI-05"
    visitor.page.evaluate("window.frontdesk('look', null)")
    visitor.ask("where is my order")
    assert "product" not in server.posts()[-1]


def test_links_in_answers_are_links_and_lead_out_safely(
    visitor: Visitor, server: FakeServer
) -> None:
    server.answer = lambda text: [{"text": "See https://track.example/1042 or help@shop.example."}]
    visitor.visit().open().ask("https://mine.example stays text")
    links = visitor.log.get_by_role("link")
    hrefs = [one.get_attribute("href") for one in links.all()]
    assert hrefs == ["https://track.example/1042", "mailto:help@shop.example"]
    assert {one.get_attribute("rel") for one in links.all()} == {"noopener noreferrer"}


def test_a_person_is_named_and_their_typing_shown(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open().ask("A person, please")
    visitor.online()
    server.conversation.owner = "human"
    server.note("owner", owner="human", agent_name="Anna")
    server.say("system", "Anna has joined the chat.")
    expect(visitor.status).to_have_text("Anna is with you")
    server.note("typing", role="agent", on=True)
    expect(visitor.page.locator(".typing")).to_contain_text("Anna is writing …")
    server.say("agent", "Hello, this is Anna.", agent_name="Anna")
    expect(visitor.page.locator(".typing .dots")).to_have_count(0)
    expect(visitor.page.locator("[data-role=agent] .name")).to_contain_text("Anna")
    expect(visitor.page.locator("[data-role=system]")).to_have_text("Anna has joined the chat.")


def test_the_bots_typing_is_shown_until_it_answers(visitor: Visitor, server: FakeServer) -> None:
    server.answer = lambda text: []
    visitor.visit().open().type("Hello?")
    visitor.online()
    dots = visitor.page.locator(".typing .dots")
    server.note("typing", role="bot", on=True)
    expect(dots).to_be_visible()
    server.note("typing", role="bot", on=False)
    expect(dots).to_have_count(0)
    server.note("typing", role="bot", on=True)
    expect(dots).to_be_visible()
    server.say("bot", "Here I am.")
    expect(dots).to_have_count(0)


def test_an_open_chat_stays_open_on_the_next_page_without_taking_the_focus(
    visitor: Visitor,
) -> None:
    visitor.visit().open()
    visitor.visit()
    expect(visitor.panel).to_be_visible()
    expect(visitor.composer).not_to_be_focused()
    visitor.page.get_by_role("button", name="Close chat").first.click()
    visitor.visit()
    expect(visitor.panel).to_be_hidden()


def test_someone_reading_further_up_is_not_dragged_down(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Begin")
    for number in range(30):
        server.say("bot", f"line {number}")
    expect(visitor.page.locator("[data-role=bot]").last).to_be_in_viewport()
    visitor.page.locator(".scroller").evaluate("(element) => element.scrollTo(0, 0)")
    server.say("bot", "news")
    pill = visitor.page.get_by_role("button", name="New messages")
    expect(pill).to_be_visible()
    expect(visitor.page.get_by_text("news", exact=True)).not_to_be_in_viewport()
    pill.click()
    expect(visitor.page.get_by_text("news", exact=True)).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_what_is_at_the_end_stays_in_sight_while_one_writes_at_length(
    visitor: Visitor, server: FakeServer
) -> None:
    visitor.visit().open().ask("Begin")
    for number in range(30):
        server.say("bot", f"line {number}")
    last = visitor.page.get_by_text("line 29", exact=True)
    expect(last).to_be_in_viewport()
    visitor.composer.fill("a long thought " * 60)
    expect(last).to_be_in_viewport()


# --- trouble, in plain words


def test_too_long_a_text_is_counted_and_not_sent(visitor: Visitor, server: FakeServer) -> None:
    visitor.visit().open()
    count, send = visitor.page.locator(".count"), visitor.page.get_by_role("button", name="Send")
    visitor.composer.fill("x" * 3000)
    expect(count).to_have_text("")
    visitor.composer.fill("x" * 3700)
    expect(count).to_have_text("300 characters left")
    visitor.composer.fill("😀" * 4000)
    expect(count).to_have_text("0 characters left")
    expect(send).to_be_enabled()
    visitor.composer.fill("x" * 4001)
    expect(count).to_have_text("1 character too many")
    expect(send).to_be_disabled()
    visitor.composer.press("Enter")
    assert server.posts() == []


@pytest.mark.parametrize(
    ("status", "code", "words", "can_retry"),
    [
        (413, "too_long", "Not sent: longer than 4,000 characters.", False),
        (422, "invalid", "Not sent: we could not read it.", True),
        (403, "forbidden", "Not sent: something went wrong on our side.", True),
    ],
)
def test_a_refused_message_says_why_and_holds_nothing_up(
    visitor: Visitor, server: FakeServer, status: int, code: str, words: str, can_retry: bool
) -> None:
    visitor.visit().open().ask("Begin")
    server.faults.refuse_posts = [(status, code, {})]
    visitor.type("refused")
    failed = visitor.page.locator("[data-state=failed]")
    expect(failed).to_contain_text(words)
    visitor.ask("the next one")
    assert server.conversation.texts() == ["Begin", "the next one"]
    again = visitor.page.get_by_role("button", name="Try again")
    expect(again).to_have_count(int(can_retry))
    if can_retry:
        again.click()
        said = ("Begin", "the next one", "refused")
        visitor.sees(*(text for each in said for text in (each, f"You said: {each}")))
        assert server.conversation.texts() == list(said)
    else:
        visitor.press("Delete")
    expect(failed).to_have_count(0)


@pytest.mark.parametrize(
    ("refused", "status", "code", "words"),
    [
        ("refuse_posts", 429, "too_many", "That was a lot at once."),
        ("refuse_posts", 503, "unavailable", "We can't take messages just now."),
        ("refuse_sessions", 429, "too_many", "That was a lot at once."),
        ("refuse_sessions", 500, "failed", "We can't take messages just now."),
    ],
)
def test_a_server_in_trouble_is_asked_again_later(
    visitor: Visitor, server: FakeServer, refused: str, status: int, code: str, words: str
) -> None:
    setattr(server.faults, refused, [(status, code, {"Retry-After": "1"})])
    visitor.visit().open().type("Hello?")
    expect(visitor.notice).to_contain_text(words)
    visitor.sees("Hello?", "You said: Hello?")
    expect(visitor.notice).to_have_text("")


def test_a_server_that_cannot_be_reached_is_told_in_plain_words(
    visitor: Visitor, server: FakeServer
) -> None:
    server.faults.down = True
    visitor.visit().open().type("Hello?")
    expect(visitor.notice).to_have_text(
        "We can't be reached just now. Your message is kept and will be sent."
    )
    server.faults.down = False
    visitor.sees("Hello?", "You said: Hello?")
