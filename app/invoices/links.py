"""Links to invoices: signed, for a quarter of an hour, and dead when the conversation is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from itsdangerous import BadData, URLSafeSerializer

from app.errors import AppError
from dialogue.orders.views import Viewer

LIFETIME = timedelta(minutes=15)
LONGEST = 1_000  # characters of a token
Paper = Literal["invoice", "credits"]


class LinkRefused(AppError):
    """A link that opens nothing: forged, of a conversation that is over, or for no such paper."""

    status = 403
    code = "refused"

    def __init__(self) -> None:
        super().__init__("This link opens nothing. Please ask for the invoice in the chat.")


class LinkExpired(AppError):
    """A link was right, and is too old."""

    status = 410
    code = "expired"


@dataclass(frozen=True)
class Opened:
    """What a good link is for: whose conversation, whose order, which paper."""

    sender: str
    viewer: Viewer
    number: str
    paper: Paper


class InvoiceLinks:
    """Makes and reads the links. Only an order that the viewer may see is ever put in one."""

    def __init__(self, secret: str, outer_url: str, clock: Callable[[], datetime]) -> None:
        self._serializer = URLSafeSerializer(secret, salt="invoice link")
        self._outer_url = outer_url
        self._clock = clock

    def link(self, sender: str, viewer: Viewer, number: str, paper: Paper) -> str:
        """An address for the customer of conversation `sender`, who may see order `number`."""
        until = int((self._clock() + LIFETIME).timestamp())
        token = self._serializer.dumps([sender, viewer.customer_id, number, paper, until])
        return f"{self._outer_url}/invoices/{token}"

    def open(self, token: str) -> Opened:
        """What a token is for. Raises LinkRefused for a forged one, LinkExpired for an old one."""
        try:
            signed = self._serializer.loads(token[:LONGEST])
            sender, customer_id, number, paper, until = signed
        except (BadData, ValueError, TypeError) as error:
            raise LinkRefused from error
        if self._clock().timestamp() > until:
            raise LinkExpired("This link is too old. Please ask for the invoice again in the chat.")
        proven = frozenset({number}) if customer_id is None else frozenset[str]()
        return Opened(sender, Viewer(customer_id, proven), number, paper)
