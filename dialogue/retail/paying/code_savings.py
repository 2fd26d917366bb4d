"""Several promotion codes beside each other: which saves more, which there are, reduced goods."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.extras import ShopExtras
from dialogue.orders.promotion_codes import CodeState, CodeVerdict
from dialogue.orders.views import PromotionView
from dialogue.retail.paying.amounts_named import bare_cents, worth_cents
from dialogue.retail.paying.code_questions import ABOUT_CODES, OF_ONE, told_code
from dialogue.retail.paying.codes import PromoCodeAction, PromotionsAction
from dialogue.retail.paying.codes_named import codes_in
from dialogue.retail.paying.codes_told import less, offer_line
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.wording import Wording

READ = 160  # characters of such a question
LATELY = 2  # messages within which codes were spoken of
ASKED_WORTH = "utter_codes_saving_asked"
_OURS = ABOUT_CODES | {ASKED_WORTH, "utter_codes_saving", "utter_code_reduced"}
_OF_CODES = re.compile(
    r"\b(?:codes?|coupons?|promos?|promotions?|discounts?)\b|优惠|折扣|[用个]码", re.IGNORECASE
)
_MORE = re.compile(
    r"\bsaves? (?:me |us )?(?:the )?(?:more|most)\b"
    r"|\b(?:which|what)(?:['’]?s)?\b.{0,25}\b(?:better|best|bigger|cheaper|cheapest|more off)\b"
    r"|哪.{0,6}(?:省|划算|便宜|优惠力度|折扣大)|省得?(?:更|最)?多|更划算|最划算",
    re.IGNORECASE,
)
_REDUCED = re.compile(
    r"\b(?:reduced|marked down|on sale|discounted)\b|\bsales? (?:items?|goods|articles)\b"
    r"|(?:特价|打折|降价|促销|减价)(?:的|商品|品|款)?",
    re.IGNORECASE,
)
_WHICH_ARE_THERE = re.compile(r"(?:哪些|什么|哪几个)码.{0,3}[能可好]用|码.{0,3}能用的?有哪些")


def about_savings(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Answer what is asked of several codes, or of reduced goods; None for all else."""
    text, extras = latest_text(tracker), services.extras
    if extras is None or not text or len(text) > READ:
        return None
    if _WHICH_ARE_THERE.search(text):
        return PromotionsAction(services).run(dispatcher, tracker, domain)
    offers = services.catalogue.promotions()
    named = [one for one in offers if one.code in {code.upper() for code in codes_in(text)}]
    lately = not said_within(tracker, LATELY).isdisjoint(_OURS)
    if not (named or lately or _OF_CODES.search(text)):
        return None
    if _REDUCED.search(text) and (named or lately):
        code = named[0].code if named else told_code(tracker, OF_ONE)
        dispatcher.utter_message(response="utter_code_reduced", code=code or "")
        return []
    worth = worth_cents(text) or bare_cents(text)
    asked = worth is not None and ASKED_WORTH in said_within(tracker, 1)
    if not asked and not (_MORE.search(text) and len(named) != 1):
        return None
    return _compare(PromoCodeAction(services), extras, dispatcher, tracker, named or offers, worth)


def _compare(
    action: PromoCodeAction,
    extras: ShopExtras,
    dispatcher: Dispatcher,
    tracker: Tracker,
    offers: Sequence[PromotionView],
    worth: int | None,
) -> Events:
    """Of each what it takes off goods of this worth, the most first; else the conditions."""
    words, product = action.words(tracker), action.meant(tracker)[0]
    if worth is None and product is not None:
        worth = product.price_cents
    if worth is None or not offers:
        dispatcher.utter_message(
            response=ASKED_WORTH if offers else "utter_promotions_none",
            offers="\n".join(offer_line(words, offer) for offer in offers),
        )
        return []
    kinds, viewer = {product.department} if product else set(), viewer_of(tracker)
    told = [(one, extras.codes.check(one.code, viewer, worth, kinds)) for one in offers]
    told.sort(key=lambda pair: (pair[1].state is not CodeState.VALID, -less(pair[0], worth)))
    dispatcher.utter_message(
        response="utter_codes_saving",
        amount=words.money(worth, "EUR"),
        lines="\n".join(_line(words, one, verdict, worth, kinds) for one, verdict in told),
    )
    return []


def _line(
    words: Wording,
    offer: PromotionView,
    verdict: CodeVerdict,
    worth: int,
    departments: Collection[str],
) -> str:
    """What a code takes off, and what must hold for it; or why it takes off nothing."""
    facts = {
        "code": offer.code,
        "minimum": words.money(offer.minimum_cents, "EUR"),
        "department": words.term(offer.department or ""),
        "amount": words.money(less(offer, worth), "EUR"),
    }
    if verdict.state is not CodeState.VALID:
        return words.say(f"saving_{verdict.state}", **facts)
    holds = []
    if offer.department and not departments:
        holds.append(words.say("offer_department", department=facts["department"]))
    if offer.first_order_only:
        holds.append(words.say("offer_first_order"))
    said = words.say("saving", **facts)
    return f"{said} ({words.say('between_conditions').join(holds)})" if holds else said
