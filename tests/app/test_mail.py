"""Mail to customers, with a real SMTP server at the other end."""

from __future__ import annotations

import email
import re
import threading
from collections.abc import Iterator
from email.headerregistry import Address
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from app.background import Background
from app.build import Frontdesk, one_time_codes
from app.clock import utc_now
from app.errors import SettingsError
from app.mail import Carrier, LocalMailbox, Mails, sender_of, smtp_server
from app.settings import Settings
from dialogue.orders.codes import Letter
from tests.app.conftest import WidgetUser
from tests.conftest import free_port, wait_until

LETTER = Letter("maya@example.com", "Your code for order 1042", "It is\n\n    482913\n")


class Inbox:
    """What an SMTP server does with mail: it says `answers`, one after the other, then accepts."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.messages: list[bytes] = []
        self.tries = 0

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        self.tries += 1
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.messages.append(envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def server() -> Iterator[Controller]:
    controller = Controller(Inbox(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def inbox(server: Controller) -> Inbox:
    server.handler.__init__()
    return server.handler


def mail(carrier: Carrier, letter: Letter = LETTER) -> bool:
    """Send a letter and wait for how it ended."""
    told, ended = [], threading.Event()

    def tell(sent: bool) -> None:
        told.append(sent)
        ended.set()

    mails = Mails(
        carrier, Address(username="shop", domain="example.com"), Background(), utc_now, 0.01
    )
    mails.send(letter, tell)
    assert ended.wait(20)
    return told[0]


def url_of(server: Controller) -> str:
    return f"smtp://{server.hostname}:{server.port}"


def test_a_letter_reaches_the_server(server: Controller, inbox: Inbox) -> None:
    assert mail(smtp_server(url_of(server)))
    message = email.message_from_bytes(inbox.messages[0], policy=default)
    assert (message["To"], message["From"]) == (LETTER.to, "shop@example.com")
    assert message["Subject"] == LETTER.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert "482913" in message.get_content()


def test_chinese_arrives_as_it_was_written(server: Controller, inbox: Inbox) -> None:
    assert mail(smtp_server(url_of(server)), Letter(LETTER.to, "订单 1042 的验证码", "您好！"))
    message = email.message_from_bytes(inbox.messages[0], policy=default)
    assert (message["Subject"], message.get_content().strip()) == ("订单 1042 的验证码", "您好！")


def test_what_the_server_puts_off_is_tried_again(server: Controller, inbox: Inbox) -> None:
    inbox.answers = ["451 later", "450 greylisted"]
    assert mail(smtp_server(url_of(server)))
    assert (inbox.tries, len(inbox.messages)) == (3, 1)


def test_what_the_server_refuses_for_good_is_told_and_not_tried_again(
    server: Controller, inbox: Inbox
) -> None:
    inbox.answers = ["550 no such mailbox"]
    assert not mail(smtp_server(url_of(server)))
    assert inbox.tries == 1


def test_a_server_that_is_away_is_told() -> None:
    assert not mail(smtp_server(f"smtp://127.0.0.1:{free_port()}"))


@pytest.mark.parametrize(
    "address", ["maya@example.com\nBcc: all@example.com", "", "@", "a b@example.com", "x" * 400]
)
def test_an_address_that_is_none_is_told_and_injects_nothing(
    server: Controller, inbox: Inbox, address: str
) -> None:
    assert not mail(smtp_server(url_of(server)), Letter(address, "Code", "482913"))
    assert inbox.messages == []


def test_no_password_goes_over_an_open_connection(server: Controller, inbox: Inbox) -> None:
    assert not mail(smtp_server(f"smtp://shop:secret@{server.hostname}:{server.port}"))
    assert inbox.messages == []


@pytest.mark.parametrize(
    "url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://h:x", "smtp://h/path"]
)
def test_a_server_that_is_none_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="FRONTDESK_SMTP_URL"):
        smtp_server(url)


@pytest.mark.parametrize("address", ["", "shop", "@example.com", "shop@com", "a b@example.com"])
def test_a_sender_that_is_none_is_named(address: str) -> None:
    with pytest.raises(SettingsError, match="FRONTDESK_MAIL_FROM"):
        sender_of(address)


def test_a_password_may_have_any_letters() -> None:
    found = smtp_server("smtps://shop%40example.com:a%2Fb%3A@mail.example.com")
    assert (found.user, found.password, found.port) == ("shop@example.com", "a/b:", 465)


def test_the_local_mailbox_keeps_the_newest_and_is_the_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.mail.KEPT_LETTERS", 3)
    box = LocalMailbox(tmp_path / "mail")
    assert box.letters() == []
    for n in range(5):
        assert mail(box, Letter(LETTER.to, f"Letter {n}", LETTER.text))
    assert [letter.subject for letter in box.letters()] == ["Letter 4", "Letter 3", "Letter 2"]
    assert (tmp_path / "mail").stat().st_mode & 0o077 == 0


def test_a_guest_cancels_with_a_code_from_the_demonstrations_mailbox(
    web: Flask, frontdesk: Frontdesk
) -> None:
    guest = WidgetUser(web.test_client())
    number, address = _an_order(frontdesk)
    guest.say(f'/cancel_order{{"order_number": "{number}"}}')
    assert "Shall I cancel" in guest.say(f'/inform{{"email": "{address}"}}')[-1]["text"]
    asked = guest.say("/affirm")[-1]
    assert "six digits" in asked["text"] and address not in str(asked)
    assert any(b.get("url", "").endswith("/shop/mailbox") for b in asked["buttons"])
    page = web.test_client().get("/shop/mailbox")
    wait_until(lambda: number in web.test_client().get("/shop/mailbox").text, "the mail is there")
    page = web.test_client().get("/shop/mailbox").text
    assert "Nobody who works for us will ever ask" in page
    code = re.findall(r"^ {4}(\d{6})$", page, re.MULTILINE)[0]
    assert "cancelled" in guest.say(f"the code is {code}")[-1]["text"]


def test_a_letter_is_shown_as_text(web: Flask, settings: Settings) -> None:
    mail(LocalMailbox(settings.mail_folder), Letter(LETTER.to, "<b>hm</b>", "<script>x()</script>"))
    page = web.test_client().get("/shop/mailbox").text
    assert "<script>x()" not in page and "&lt;script&gt;x()" in page and "<b>hm" not in page


def test_with_a_mail_server_no_page_shows_mails(settings: Settings) -> None:
    sending = settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    codes = one_time_codes(sending, utc_now)
    assert codes is not None and codes.mailbox_page == ""
    assert not sending.local_mail


def test_a_shop_of_its_own_without_a_mail_server_sends_no_codes(settings: Settings) -> None:
    own = settings.model_copy(update={"demo_shop": False})
    assert one_time_codes(own, utc_now) is None


def _an_order(frontdesk: Frontdesk) -> tuple[str, str]:
    """An order in the warehouse, with its customer's address."""
    from sqlalchemy import create_engine, text

    engine = create_engine(frontdesk.settings.order_database_url)
    with engine.connect() as connection:
        number, address = connection.execute(
            text("SELECT number, email FROM shop_orders WHERE status = 'processing' LIMIT 1")
        ).one()
    engine.dispose()
    return str(number), address
