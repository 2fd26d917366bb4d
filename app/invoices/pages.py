"""Where the links to invoices lead."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import or_, select

from app.database import Database
from app.errors import Unavailable
from app.invoices.links import InvoiceLinks, LinkRefused
from app.invoices.paper import credit_notes_pdf, invoice_pdf
from app.limits import Limits
from app.models import Conversation
from dialogue.orders.errors import OrderNotFound, OrdersUnavailable
from dialogue.orders.invoices import credit_notes
from dialogue.orders.policies import ShopPolicies
from dialogue.orders.protocol import OrderStore


def invoice_pages(
    links: InvoiceLinks,
    store: OrderStore,
    policies: ShopPolicies,
    database: Database,
    limits: Limits,
) -> Blueprint:
    """The blueprint at `/invoices`."""
    pages = Blueprint("invoices", __name__, url_prefix="/invoices")

    @pages.get("/<token>")
    @limits.per_address("60 per minute")
    def paper(token: str) -> Response:
        opened = links.open(token)
        if not _goes_on(database, opened.sender):
            raise LinkRefused
        try:
            invoice = store.invoice(opened.viewer, opened.number)
        except OrderNotFound as error:
            raise LinkRefused from error
        except OrdersUnavailable as error:
            raise Unavailable(
                "The invoice cannot be fetched just now. Please try again."
            ) from error
        credits = credit_notes(invoice.order, policies)
        draw, name = invoice_pdf, invoice.reference
        if opened.paper == "credits":
            if not credits:
                raise LinkRefused
            draw, name = credit_notes_pdf, f"credit-notes-{invoice.reference}"
        covered = not opened.viewer.signed_in
        drawn = draw(invoice, credits, policies.seller, covered=covered)
        response = Response(drawn, mimetype="application/pdf")
        response.headers.set("Content-Disposition", "attachment", filename=f"{name}.pdf")
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return pages


def _goes_on(database: Database, sender: str) -> bool:
    """Whether the conversation is still its customer's: a widget's is while it has its token."""
    with database.read() as session:
        kept = or_(Conversation.channel != "widget", Conversation.token_hash.is_not(None))
        named = or_(Conversation.id == sender, Conversation.external_id == sender)
        return session.scalar(select(Conversation.id).where(named, kept).limit(1)) is not None
