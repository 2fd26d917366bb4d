"""How promotion codes are told: what one offers, and why it works or does not."""

from __future__ import annotations

from dialogue.orders.promotion_codes import LONGEST, CodeState, CodeVerdict
from dialogue.orders.views import PromotionView
from dialogue.retail.services import Dispatcher
from dialogue.retail.wording import Wording, button


def explain(
    words: Wording,
    dispatcher: Dispatcher,
    code: str,
    verdict: CodeVerdict,
    *,
    name: str = "",
    price: str = "",
) -> None:
    """Why a code works or does not; of goods that are named, and their price, why not for them."""
    offer = verdict.offer
    if offer is None:
        dispatcher.utter_message(
            response=f"utter_code_{verdict.state}", code=code.upper()[:LONGEST], longest=LONGEST
        )
        return
    of_goods = bool(name) and verdict.state in (CodeState.MINIMUM, CodeState.OTHER_GOODS)
    dispatcher.utter_message(
        response=f"utter_code_{verdict.state}{'_of' if of_goods else ''}",
        name=name,
        price=price,
        code=code.upper()[:LONGEST],
        meant=offer.code,
        offer=offer_line(words, offer),
        minimum=words.money(offer.minimum_cents, "EUR"),
        lacking=words.money(verdict.lacking_cents, "EUR"),
        department=words.term(offer.department or ""),
        starts=words.day(offer.starts_on),
        ended=words.day(offer.ends_on),
        order=verdict.order,
        buttons=(
            [
                button(
                    words.say("button_try_code", code=offer.code),
                    "promo_code_problem",
                    code=offer.code,
                )
            ]
            if verdict.state is CodeState.MISSPELT
            else []
        ),
    )


def less(offer: PromotionView, worth: int) -> int:
    """By how many cents a code reduces goods of this worth."""
    return offer.amount_cents or (worth * offer.percent + 50) // 100


def offer_line(words: Wording, offer: PromotionView) -> str:
    """A promotion in one line with its conditions."""
    conditions = [words.say("offer_until", day=words.full_day(offer.ends_on))]
    if offer.minimum_cents:
        conditions.append(words.say("offer_from", amount=words.money(offer.minimum_cents, "EUR")))
    if offer.department:
        conditions.append(words.say("offer_department", department=words.term(offer.department)))
    if offer.first_order_only:
        conditions.append(words.say("offer_first_order"))
    if offer.once_per_customer:
        conditions.append(words.say("offer_once"))
    return words.say(
        "offer",
        code=offer.code,
        title=words.term(offer.title),
        conditions=words.say("between_conditions").join(conditions),
    )
