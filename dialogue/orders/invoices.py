"""What stands on an invoice beside the order: the tax by its rate, and what was credited since.

An invoice is never taken back; money that goes back is a credit note of its own, one for each
refund. What became cheaper while it was in the warehouse needs none: the invoice has the new sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dialogue.orders.policies import ShopPolicies
from dialogue.orders.rules import vat_cents
from dialogue.orders.states import OrderStatus, PaymentKind
from dialogue.orders.views import OrderView


@dataclass(frozen=True, slots=True)
class Tax:
    """A gross amount in its parts, in cents, at one rate of value-added tax."""

    percent: int
    vat_cents: int
    gross_cents: int

    @property
    def net_cents(self) -> int:
        """What is left without the tax."""
        return self.gross_cents - self.vat_cents


@dataclass(frozen=True, slots=True)
class CreditNote:
    """Money that goes back for an invoiced order; `reason` is words for people, in English."""

    reference: str
    issued_on: date
    reason: str
    method: str
    tax: Tax


def credit_notes(order: OrderView, policies: ShopPolicies) -> tuple[CreditNote, ...]:
    """One for each refund of what the invoice is about, oldest first."""
    return tuple(
        CreditNote(
            reference=f"CN-{order.placed_at:%Y}-{order.number}-{number}",
            issued_on=day,
            reason=_reason(order, cents),
            method=method,
            tax=Tax(policies.vat_percent, vat_cents(cents, policies), cents),
        )
        for number, (day, method, cents) in enumerate(_credited(order), start=1)
    )


def _credited(order: OrderView) -> Iterator[tuple[date, str, int]]:
    """The refunds without those that only made the order cheaper, which come before all others."""
    paid = sum(p.amount_cents for p in order.payments if p.kind is PaymentKind.CHARGE)
    cheaper = max(0, paid - order.total_cents)
    for refund in sorted(order.refunds, key=lambda one: one.created_at):
        left = max(0, refund.amount_cents - cheaper)
        cheaper = max(0, cheaper - refund.amount_cents)
        if left:
            yield refund.created_at.date(), refund.method, left


def _reason(order: OrderView, cents: int) -> str:
    if order.status is OrderStatus.CANCELLED:
        return f"Order {order.number} was cancelled"
    for parcel in order.returns:
        if parcel.brings_money and parcel.refund_cents == cents:
            return f"Return {parcel.reference}: {', '.join(parcel.items)}"
    return f"Part of order {order.number} is paid back"
