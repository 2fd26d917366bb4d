"""Invoices and credit notes as PDF, and the links that open them."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from app.build import Frontdesk, invoice_links
from app.invoices.paper import credit_notes_pdf, invoice_pdf
from dialogue.orders.database import reading
from dialogue.orders.errors import OrdersUnavailable
from dialogue.orders.invoices import credit_notes
from dialogue.orders.models import Order
from dialogue.orders.policies import Seller, ShopPolicies
from dialogue.orders.rules import vat_cents
from dialogue.orders.states import OrderStatus, PaymentKind, PaymentStatus, ReturnKind, ReturnStatus
from dialogue.orders.views import (
    AddressView,
    InvoiceView,
    ItemView,
    OrderView,
    PaymentView,
    ReturnView,
    Viewer,
)
from tests.app.conftest import MAYA, WidgetUser

POLICIES = ShopPolicies(seller=Seller(name="Larkspur GmbH", city="Leipzig", vat_id="DE999999999"))
ORDERED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def payment(kind: PaymentKind, cents: int, days: int = 0) -> PaymentView:
    at = ORDERED + timedelta(days=days)
    return PaymentView(kind, PaymentStatus.SETTLED, "card", cents, "EUR", at, at, None)


def order(*refunds: int, recipient: str = "Maya Lindqvist", lines: int = 2, **more) -> OrderView:
    """An order of €20.00 a line, €4.00 off, €4.95 for shipping; refunded day after day."""
    items = tuple(
        ItemView(n, f"S{n}", f"Linen Shirt {n}", "white, M", 2, 1000, None, 2)
        for n in range(1, lines + 1)
    )
    total = 2000 * lines - 400 + 495
    made = OrderView(
        number="1042",
        status=OrderStatus.DELIVERED,
        placed_at=ORDERED,
        expected_on=date(2026, 3, 6),
        currency="EUR",
        subtotal_cents=2000 * lines,
        discount_cents=400,
        shipping_cents=495,
        total_cents=total,
        address=AddressView(recipient, "Storgatan 1", "211 42", "Malmö", "SE"),
        items=items,
        payments=(
            payment(PaymentKind.CHARGE, total),
            *(payment(PaymentKind.REFUND, cents, n) for n, cents in enumerate(refunds, start=1)),
        ),
    )
    return dataclasses.replace(made, **more)


def invoice_of(made: OrderView) -> InvoiceView:
    vat = vat_cents(made.total_cents, POLICIES)
    return InvoiceView("INV-2026-1042", date(2026, 3, 2), made, POLICIES.vat_percent, vat)


def text_of(pdf: bytes) -> str:
    assert pdf.startswith(b"%PDF-")
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def drawn(made: OrderView, **more) -> str:
    notes = credit_notes(made, POLICIES)
    return text_of(invoice_pdf(invoice_of(made), notes, POLICIES.seller, **more))


# --- on paper


def test_an_invoice_names_all_that_one_must() -> None:
    text = drawn(order())
    for part in (
        "Invoice",
        "INV-2026-1042",
        "2 March 2026",
        "Larkspur GmbH",
        "VAT ID DE999999999",
        "Maya Lindqvist",
        "211 42 Malmö, SE",
        "Linen Shirt 1 (white, M)",
        "€10.00",
        "€20.00",
        "Discount",
        "−€4.00",
        "Shipping",
        "€4.95",
        "€40.95",
        "VAT 19 %",
        "€6.54",
        "€34.41",
        "Payment: card.",
    ):
        assert part in text, part
    assert "credited" not in text


@pytest.mark.parametrize(
    "name",
    [
        "Łucja Żółć-Ðjúroviç Ấn",
        "Γιώργος Παπαδόπουλος",
        "Юлія Їжакевич",
        "王小明 Wang",
        "<b>Bobby</b> & <img src='file:///etc/passwd'/> {x}",
        "</para><a href='javascript:alert(1)'>x",
    ],
)
def test_every_name_stands_as_it_was_written(name: str) -> None:
    assert name in drawn(order(recipient=name)).replace("\n", " ")


def test_letters_that_no_font_here_has_do_no_harm() -> None:
    text = drawn(order(recipient="علي\x00\u202e 😀 \ud800 Ali"))
    assert "Ali" in text and "?" in text


def test_a_long_order_takes_several_pages_and_adds_up() -> None:
    made = order(lines=80)
    pdf = invoice_pdf(invoice_of(made), (), POLICIES.seller)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) > 1
    assert "Linen Shirt 80" in text_of(pdf) and "€1,600.95" in text_of(pdf)


def test_a_word_of_a_thousand_letters_fits() -> None:
    assert "w" * 20 in drawn(order(recipient="w" * 1000))


def test_what_is_returned_is_credited_and_the_rest_is_not() -> None:
    back = ReturnView(
        "R-00007",
        ReturnKind.RETURN,
        ReturnStatus.RECEIVED,
        ORDERED,
        ("Linen Shirt 1",),
        (),
        1800,
        "EUR",
    )
    made = order(1800, returns=(back,))
    (note,) = credit_notes(made, POLICIES)
    assert (note.reference, note.issued_on) == ("CN-2026-1042-1", date(2026, 3, 3))
    assert (note.tax.gross_cents, note.tax.vat_cents, note.tax.net_cents) == (1800, 287, 1513)
    assert "CN-2026-1042-1" in drawn(made)
    text = text_of(credit_notes_pdf(invoice_of(made), (note,), POLICIES.seller))
    for part in ("Credit note", "To invoice INV-2026-1042", "R-00007", "€18.00", "€2.87"):
        assert part in text, part


def test_a_cancelled_order_is_credited_whole() -> None:
    made = order(4095, status=OrderStatus.CANCELLED)
    (note,) = credit_notes(made, POLICIES)
    assert note.tax.gross_cents == made.total_cents
    assert "was cancelled" in drawn(made)
    unpaid = order(status=OrderStatus.CANCELLED, payments=())
    assert credit_notes(unpaid, POLICIES) == ()
    assert "nothing is to be paid" in drawn(unpaid)


def test_what_became_cheaper_in_the_warehouse_is_no_credit() -> None:
    paid = (payment(PaymentKind.CHARGE, 6095), payment(PaymentKind.REFUND, 2000, 1))
    made = order(payments=paid)
    assert credit_notes(made, POLICIES) == ()
    later = order(payments=(*paid, payment(PaymentKind.REFUND, 500, 2)))
    assert [note.tax.gross_cents for note in credit_notes(later, POLICIES)] == [500]


def test_every_credit_note_is_a_page() -> None:
    made = order(500, 700)
    notes = credit_notes(made, POLICIES)
    pdf = credit_notes_pdf(invoice_of(made), notes, POLICIES.seller)
    assert [note.reference for note in notes] == ["CN-2026-1042-1", "CN-2026-1042-2"]
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 2


# --- behind a link


def number_of(frontdesk: Frontdesk, status: OrderStatus) -> str:
    query = select(Order.number).where(Order.customer_id == MAYA, Order.status == status)
    assert frontdesk.orders is not None
    with reading(frontdesk.orders._engine) as session:
        return str(session.scalars(query.order_by(Order.number)).first())


def links_in(said: list[dict]) -> list[str]:
    urls = [b["url"] for one in said for b in one["buttons"] if b.get("url")]
    return ["/invoices/" + url.split("/invoices/")[1] for url in urls]


@pytest.fixture
def maya(web: Flask, identity) -> WidgetUser:
    return WidgetUser(web.test_client(), identity())


def test_the_chat_gives_a_link_that_opens_for_a_quarter_of_an_hour(
    maya: WidgetUser, frontdesk: Frontdesk, web: Flask, clock
) -> None:
    number = number_of(frontdesk, OrderStatus.DELIVERED)
    said = maya.say("Invoice", payload=f'/get_invoice{{"order_number": "{number}"}}')
    link = links_in(said)[0]
    browser = web.test_client()
    answer = browser.get(link)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    text = text_of(answer.data)
    assert "Larkspur GmbH" in text and number in text and "Lindqvist" in text
    assert "looked up as a guest" not in text
    clock.shift = timedelta(minutes=16)
    late = browser.get(link)
    assert late.status_code == 410 and "ask for the invoice again" in late.text


def test_while_the_orders_are_away_the_link_says_so(
    maya: WidgetUser, frontdesk: Frontdesk, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = number_of(frontdesk, OrderStatus.DELIVERED)
    said = maya.say("Invoice", payload=f'/get_invoice{{"order_number": "{number}"}}')

    def away(*_asked: object) -> None:
        raise OrdersUnavailable("stopped")

    assert frontdesk.shop is not None
    monkeypatch.setattr(frontdesk.shop.store, "invoice", away)
    answer = web.test_client().get(links_in(said)[0])
    assert answer.status_code == 503 and "stopped" not in answer.text


def test_a_cancelled_order_comes_with_its_credit_note(
    maya: WidgetUser, frontdesk: Frontdesk, web: Flask
) -> None:
    number = number_of(frontdesk, OrderStatus.CANCELLED)
    said = maya.say("Invoice", payload=f'/get_invoice{{"order_number": "{number}"}}')
    assert "credit note" in said[-1]["text"]
    invoice, credits = (web.test_client().get(link) for link in links_in(said))
    assert "Credit note" in text_of(credits.data) and "was cancelled" in text_of(invoice.data)


def test_the_link_dies_with_the_conversation(
    maya: WidgetUser, frontdesk: Frontdesk, web: Flask
) -> None:
    number = number_of(frontdesk, OrderStatus.DELIVERED)
    link = links_in(maya.say("I", payload=f'/get_invoice{{"order_number": "{number}"}}'))[0]
    maya.client.delete("/api/v1/session", headers=maya.headers)
    assert web.test_client().get(link).status_code == 403


def test_what_is_forged_opens_nothing(
    customer: WidgetUser, frontdesk: Frontdesk, web: Flask
) -> None:
    links = invoice_links(frontdesk.settings, frontdesk.clock)
    number, sender = number_of(frontdesk, OrderStatus.DELIVERED), customer.conversation_id

    def opens(viewer: Viewer, number: str = number, sender: str = sender, paper="invoice"):
        link = links.link(sender, viewer, number, paper)
        return web.test_client().get("/invoices/" + link.rsplit("/", 1)[1])

    assert opens(Viewer(MAYA)).status_code == 200
    assert opens(Viewer(MAYA + 1)).status_code == 403, "another customer's order"
    assert opens(Viewer(MAYA), "999999").status_code == 403
    assert opens(Viewer(MAYA), sender="nobody").status_code == 403
    good = links.link(sender, Viewer(MAYA), number, "invoice").rsplit("/", 1)[1]
    for token in (
        good[:-3],
        "x" + good,
        good.replace(".", ""),
        "x" * 5_000,
        "{}.x",
    ):
        assert web.test_client().get(f"/invoices/{token}").status_code == 403
    guest = opens(Viewer(None, frozenset({number})))
    assert guest.status_code == 200
    text = text_of(guest.data)
    assert "Lindqvist" not in text and "•••" in text and "looked up as a guest" in text


def test_a_stranger_is_given_no_link(customer: WidgetUser, frontdesk: Frontdesk) -> None:
    number = number_of(frontdesk, OrderStatus.DELIVERED)
    said = customer.say("Invoice", payload=f'/get_invoice{{"order_number": "{number}"}}')
    assert links_in(said) == []
