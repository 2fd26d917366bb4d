"""The bank's books, or what a demo needs of them."""

from typing import Dict, Optional, Text

BALANCES: Dict[Text, float] = {"current": 2480.15, "savings": 7300.00}
CARDS = ("4321", "9876")
PAYEES = ("Anna Berg", "Ben Olsen", "Clara Diaz", "City Gas", "Tom Price")

TRANSFER_LIMIT = 5000.0
# From this amount on the law wants to know what the money is for.
PURPOSE_NEEDED_FROM = 1000.0


def find_payee(written: Text) -> Optional[Text]:
    """The payee whose full name or first name this is."""
    wanted = written.strip().lower()
    for payee in PAYEES:
        if wanted in (payee.lower(), payee.split()[0].lower()):
            return payee
    return None


def read_amount(written: Text) -> Optional[float]:
    """'1,250.50 euros' -> 1250.5; None if that is no amount."""
    figures = "".join(sign for sign in str(written) if sign.isdigit() or sign == ".")
    try:
        amount = float(figures)
    except ValueError:
        return None
    return round(amount, 2) if amount > 0 else None


def show(amount: float) -> Text:
    """1250.5 -> '1,250.50'."""
    return f"{amount:,.2f}"
