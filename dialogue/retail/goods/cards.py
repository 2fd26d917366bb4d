"""Products as cards, each with the reason why it is shown."""

from __future__ import annotations

from typing import Any

from dialogue.orders.views import ProductView
from dialogue.recommending.opinions import Alike, Named, Popular, Reason, Taste, Together
from dialogue.retail.wording import Button, Wording


def reason_words(words: Wording, reason: Reason) -> str:
    """Why a product is recommended, as a line of its card."""
    match reason:
        case Alike(other, dearer_cents, owned):
            return words.say(
                "reason_alike_owned" if owned else "reason_alike",
                name=other.name,
                difference=_difference(words, dearer_cents, other.currency),
            )
        case Together(other, owned):
            phrase = "reason_together_owned" if owned else "reason_together"
            return words.say(phrase, name=other.name)
        case Taste(category):
            return words.say("reason_taste", category=words.term(category))
        case Named(()):
            return words.say("reason_close")
        case Named(said):
            return words.say("reason_fits", words=", ".join(map(words.term, said)))
        case Popular():
            return words.say("reason_popular")


def _difference(words: Wording, dearer_cents: int, currency: str) -> str:
    if not dearer_cents:
        return words.say("reason_same_price")
    phrase = "reason_dearer" if dearer_cents > 0 else "reason_cheaper"
    return words.say(phrase, amount=words.money(abs(dearer_cents), currency))


def card(words: Wording, product: ProductView, reason: str = "", *more: Button) -> dict[str, Any]:
    """A product as a card with its two next questions, perhaps a reason, and more buttons."""
    state = words.say("card_in_stock" if product.in_stock else "card_sold_out")
    return {
        "title": product.name,
        "subtitle": f"{words.money(product.price_cents, product.currency)} · {state}"
        + (f"\n{reason}" if reason else ""),
        "buttons": [
            words.button("stock", "check_stock", product=product.sku),
            words.button("details", "product_details", product=product.sku),
            *more,
        ],
    }
