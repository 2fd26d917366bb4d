"""Drawing an invoice, and the credit notes to it, as PDF.

Latin, Greek and Cyrillic letters are set in DejaVu Sans, which stands beside this module. Chinese
ones name a font and embed none, which would be megabytes: a reader shows them in the Chinese font
of its machine, and leaves them out where there is none. Other scripts become question marks.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from dialogue.orders.invoices import CreditNote, Tax
from dialogue.orders.policies import Seller
from dialogue.orders.states import OrderStatus
from dialogue.orders.views import InvoiceView, OrderView
from dialogue.retail.wording import money

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD, CHINESE = "DejaVuSans", "DejaVuSans-Bold", "STSong-Light"
LINE = colors.HexColor("#c9ced6")
SOFT = colors.HexColor("#5b6470")
WIDTHS = [86 * mm, 28 * mm, 28 * mm, 28 * mm]
PADDING = 6  # points, which reportlab puts around a frame's and a cell's content
COVERED = (
    "The address is covered because this order was looked up as a guest. "
    "Sign in to the shop for the invoice with the full address."
)

_PLAIN = ParagraphStyle("plain", fontName=PLAIN, fontSize=9, leading=13)
_STYLES = {
    "plain": _PLAIN,
    "right": ParagraphStyle("right", _PLAIN, alignment=TA_RIGHT),
    "bold": ParagraphStyle("bold", _PLAIN, fontName=BOLD),
    "bold right": ParagraphStyle("bold right", _PLAIN, fontName=BOLD, alignment=TA_RIGHT),
    "soft": ParagraphStyle("soft", _PLAIN, textColor=SOFT, fontSize=8, leading=11),
    "title": ParagraphStyle("title", _PLAIN, fontName=BOLD, fontSize=18, leading=24),
}


def invoice_pdf(
    invoice: InvoiceView, credits: Sequence[CreditNote], seller: Seller, *, covered: bool = False
) -> bytes:
    """An invoice; `covered` says why the buyer's address is not to be read."""
    order = invoice.order
    rows = [
        (item.name, item.variant, item.quantity, item.unit_cents, item.unit_cents * item.quantity)
        for item in order.items
    ]
    story = [
        *_head(seller, "Invoice", invoice.reference, invoice.issued_on, order),
        _lines(rows, order),
        Spacer(0, 6 * mm),
        _taxes([Tax(invoice.vat_percent, invoice.vat_cents, order.total_cents)], order.currency),
        Spacer(0, 6 * mm),
        _text(f"Payment: {order.method}." if order.method else "Not paid yet.", "plain"),
    ]
    if order.status is OrderStatus.CANCELLED and not credits:
        story.append(_text("The order was cancelled: nothing is to be paid.", "plain"))
    for note in credits:
        amount = money(note.tax.gross_cents, order.currency)
        said = f"{note.reason}; {amount} is credited by {note.reference} of {_day(note.issued_on)}."
        story.append(_text(said, "plain"))
    return _built(story, seller, invoice.reference, covered=covered)


def credit_notes_pdf(
    invoice: InvoiceView, credits: Sequence[CreditNote], seller: Seller, *, covered: bool = False
) -> bytes:
    """All credit notes to an invoice, a page each."""
    order, story = invoice.order, list[Any]()
    for note in credits:
        gross = note.tax.gross_cents
        story += [PageBreak()] if story else []
        story += [
            *_head(seller, "Credit note", note.reference, note.issued_on, order),
            _text(f"To invoice {invoice.reference} of {_day(invoice.issued_on)}", "plain"),
            Spacer(0, 4 * mm),
            _table(
                [["Reason", "", "", "Amount"]],
                [[note.reason, "", "", money(gross, order.currency)]],
            ),
            Spacer(0, 6 * mm),
            _taxes([note.tax], order.currency),
            Spacer(0, 6 * mm),
            _text(f"Paid back by {note.method}.", "plain"),
        ]
    return _built(story, seller, f"Credit notes to {invoice.reference}", covered=covered)


def _head(seller: Seller, title: str, reference: str, issued: date, order: OrderView) -> list[Any]:
    """Who sells, who buys, and what paper this is."""
    town = _joined(" ", seller.postcode, seller.city)
    vat_id = seller.vat_id and f"VAT ID {seller.vat_id}"
    buyer = order.address
    place = f"{buyer.postcode} {buyer.city}, {buyer.country}"
    told = [("Number", reference), ("Date", _day(issued)), ("Order", order.number)]
    told.append(("Ordered on", _day(order.placed_at.date())))
    facts = [[_text(name, "soft"), _text(value, "right")] for name, value in told]
    sides = Table(
        [
            [
                [
                    _text("Buyer", "soft"),
                    *(_text(line, "plain") for line in (buyer.recipient, buyer.street, place)),
                ],
                Table(
                    facts,
                    colWidths=[26 * mm, 54 * mm],
                    style=[("RIGHTPADDING", (0, 0), (-1, -1), 0)],
                ),
            ]
        ],
        colWidths=[90 * mm, 80 * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ],
    )
    return [
        _text(seller.name, "bold"),
        _text(_joined(", ", seller.street, town, seller.country), "soft"),
        _text(_joined(" · ", seller.email, vat_id), "soft"),
        Spacer(0, 10 * mm),
        _text(title, "title"),
        Spacer(0, 3 * mm),
        sides,
        Spacer(0, 8 * mm),
    ]


def _lines(rows: Iterable[tuple[str, str, int, int, int]], order: OrderView) -> Table:
    """What was bought, what was taken off, what it costs."""
    written = [
        [
            f"{name} ({variant})" if variant else name,
            str(quantity),
            money(unit, order.currency),
            money(sum_cents, order.currency),
        ]
        for name, variant, quantity, unit, sum_cents in rows
    ]
    if order.discount_cents:
        written.append(["Discount", "", "", f"−{money(order.discount_cents, order.currency)}"])
    written.append(["Shipping", "", "", money(order.shipping_cents, order.currency)])
    total = ["Total", "", "", money(order.total_cents, order.currency)]
    return _table([["Article", "Pieces", "Price", "Sum"]], written, total)


def _taxes(taxes: Sequence[Tax], currency: str) -> Table:
    """The tax by its rate; prices contain it."""
    rows = [
        [
            f"VAT {tax.percent} %",
            *(money(cents, currency) for cents in (tax.net_cents, tax.vat_cents, tax.gross_cents)),
        ]
        for tax in taxes
    ]
    return _table([["Contained in it", "Net", "VAT", "With VAT"]], rows)


def _table(heads: list[list[str]], rows: list[list[str]], total: list[str] | None = None) -> Table:
    written = [[_text(cell, _side(at, "soft")) for at, cell in enumerate(row)] for row in heads]
    written += [[_text(cell, _side(at, "plain")) for at, cell in enumerate(row)] for row in rows]
    if total is not None:
        written.append([_text(cell, _side(at, "bold")) for at, cell in enumerate(total)])
    style: list[Any] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ]
    if total is not None:
        style.append(("LINEABOVE", (0, -1), (-1, -1), 1, colors.black))
    return Table(written, colWidths=WIDTHS, repeatRows=len(heads), style=TableStyle(style))


def _side(column: int, style: str) -> str:
    """Amounts stand on the right."""
    if column == 0:
        return style
    return "bold right" if style == "bold" else "right"


def _built(story: list[Any], seller: Seller, title: str, *, covered: bool) -> bytes:
    if covered:
        story += [Spacer(0, 4 * mm), _text(COVERED, "soft")]
    file = io.BytesIO()
    paper = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=20 * mm - PADDING,
        rightMargin=20 * mm - PADDING,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=title,
        author=seller.name,
    )
    paper.build(story)
    return file.getvalue()


def _joined(between: str, *parts: str) -> str:
    """What of the parts there is."""
    return between.join(part for part in parts if part)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _text(text: str, style: str) -> Paragraph:
    """A paragraph of whatever somebody wrote: nothing in it is markup."""
    letters, runs = _letters(), []
    shown = "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable() or c == " ")
    for chinese, run in groupby(shown, key=lambda c: ord(c) not in letters and _is_chinese(c)):
        known = "".join(c if chinese or ord(c) in letters else "?" for c in run)
        runs.append(f'<font name="{CHINESE}">{escape(known)}</font>' if chinese else escape(known))
    return Paragraph("".join(runs), _STYLES[style])


@cache
def _letters() -> frozenset[int]:
    """Register the fonts, once; returns what the embedded ones can write."""
    plain = TTFont(PLAIN, FONTS / "DejaVuSans.ttf")
    pdfmetrics.registerFont(plain)
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "DejaVuSans-Bold.ttf"))
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    return frozenset(plain.face.charToGlyph)


def _is_chinese(letter: str) -> bool:
    """Whether the readers' Chinese font has it: what the national standard GBK names."""
    try:
        letter.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
