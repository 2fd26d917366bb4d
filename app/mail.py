"""Mail to customers: by SMTP, or into a local mailbox where there is no SMTP server.

A letter is sent beside the conversation and tried a few times; whoever handed it in hears how it
ended. Neither its text nor its address is logged.
"""

from __future__ import annotations

import email
import logging
import mailbox
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from app.background import Background
from app.errors import SettingsError
from dialogue.orders.codes import Letter
from dialogue.retail.proof.order_keys import is_email

_log = logging.getLogger(__name__)
TIMEOUT_S = 15.0
TRIES = 4
FIRST_PAUSE_S = 1.0
KEPT_LETTERS = 200  # in the local mailbox
PORTS = {"smtp": 25, "smtps": 465}


class Carrier(Protocol):
    """Hands a mail on, or raises."""

    def carry(self, message: EmailMessage) -> None:
        """Blocks until the mail is accepted. Raises OSError (smtplib's errors are such)."""
        ...


@dataclass(frozen=True)
class SmtpServer:
    """A mail server at ``smtp://[user:password@]host[:port]`` or ``smtps://…``.

    With `smtp` the connection is made safe (STARTTLS) when the server offers that; a password is
    never sent over one that is not.
    """

    host: str
    port: int
    safe: bool
    user: str = ""
    password: str = ""

    def carry(self, message: EmailMessage) -> None:
        """See `Carrier`."""
        trusted = ssl.create_default_context()
        server: smtplib.SMTP
        if self.safe:
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=trusted)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        with server:
            server.ehlo()
            safe = self.safe
            if not safe and server.has_extn("starttls"):
                server.starttls(context=trusted)
                server.ehlo()
                safe = True
            if self.user:
                if not safe:
                    raise smtplib.SMTPNotSupportedError("no password over an open connection")
                server.login(self.user, self.password)
            server.send_message(message)


class LocalMailbox:
    """A maildir in place of a mail server: what would be sent can be read there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, message: EmailMessage) -> None:
        """See `Carrier`. The oldest letters make room."""
        box = mailbox.Maildir(self._folder, create=True)
        self._folder.chmod(0o700)
        box.add(message)
        for _, old in _by_age(self._folder)[KEPT_LETTERS:]:
            old.unlink(missing_ok=True)

    def letters(self, count: int = 20) -> list[Letter]:
        """The newest letters first."""
        found = []
        for _, path in _by_age(self._folder)[:count]:
            with path.open("rb") as file:
                message = email.message_from_binary_file(file, policy=LINES)
            text = message.get_content()
            found.append(Letter(str(message["To"]), str(message["Subject"]), str(text)))
        return found


class Mails:
    """Sends letters from one address, beside the conversations."""

    def __init__(
        self,
        carrier: Carrier,
        sender: Address,
        background: Background,
        clock: Callable[[], datetime],
        first_pause_s: float = FIRST_PAUSE_S,
    ) -> None:
        self._carrier = carrier
        self._sender = sender
        self._background = background
        self._clock = clock
        self._first_pause_s = first_pause_s

    def send(self, letter: Letter, tell: Callable[[bool], None]) -> None:
        """See `dialogue.orders.codes.Post`."""
        self._background.run(self._send, letter, tell)

    def _send(self, letter: Letter, tell: Callable[[bool], None]) -> None:
        try:
            message = self._written(letter)
            for attempt in Retrying(
                stop=stop_after_attempt(TRIES),
                wait=wait_exponential_jitter(initial=self._first_pause_s, max=8, jitter=0.5),
                retry=retry_if_exception(_may_pass),
                reraise=True,
            ):
                with attempt:
                    self._carrier.carry(message)
        except (OSError, ValueError) as error:  # ValueError: an address that no mail can have
            _log.error("a mail could not be sent: %s", type(error).__name__)
            tell(False)
        else:
            tell(True)

    def _written(self, letter: Letter) -> EmailMessage:
        if not is_email(letter.to):
            raise ValueError("not an e-mail address")
        user, _, domain = letter.to.rpartition("@")
        message = EmailMessage(policy=LINES)
        message["From"] = self._sender
        message["To"] = Address(username=user, domain=domain)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = make_msgid(domain=self._sender.domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def smtp_server(url: str) -> SmtpServer:
    """The server that a URL names. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        if not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError
    except (KeyError, ValueError) as error:
        raise SettingsError(
            "FRONTDESK_SMTP_URL is not like smtp://user:password@mail.example.com:587"
        ) from error
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname, port, parts.scheme == "smtps", user, password)


def sender_of(address: str) -> Address:
    """The sender that a setting names. Raises SettingsError."""
    try:
        user, _, domain = address.rpartition("@")
        if not is_email(address) and not (user.isalnum() and domain == "localhost"):
            raise ValueError
        return Address(username=user, domain=domain)
    except ValueError as error:
        raise SettingsError(
            f"FRONTDESK_MAIL_FROM is not an address such as shop@example.com: {address}"
        ) from error


def _may_pass(error: BaseException) -> bool:
    """Whether a failure may be over soon: not what the server refuses for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return isinstance(error, OSError) and not isinstance(
        error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError
    )


def _by_age(folder: Path) -> list[tuple[int, Path]]:
    """The letters of a maildir, newest first."""
    places = (folder / "new", folder / "cur")
    paths = [path for place in places if place.is_dir() for path in place.iterdir()]
    return sorted(((path.stat().st_mtime_ns, path) for path in paths), reverse=True)
