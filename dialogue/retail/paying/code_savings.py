"""Several promotion codes beside each other: which saves more, which there are, reduced goods."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.extras import ShopExtras
from dialogue.orders.promotion_codes import CodeState, CodeVerdict
from dialogue.orders.search import query_words, words_of
from dialogue.orders.views import PromotionView
from dialogue.questions import is_question
from dialogue.retail.paying.amounts_named import bare_cents, worth_cents
from dialogue.retail.paying.code_questions import (
    ABOUT_CODES,
    OF_ONE,
    asks_until,
    fails,
    ordered_before,
    told_code,
)
from dialogue.retail.paying.codes import PromoCodeAction, PromotionsAction
from dialogue.retail.paying.codes_named import codes_in, without_codes
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
    r"\b(?:reduced|marked down|on sale|discounted)\b"
    r"|\bsales? (?:items?|goods|articles|stuff|things?|products?)\b"
    r"|(?:特价|打折|降价|促销|减价)(?:的|商品|品|款)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:and|or|with|in (?:the|my) (?:basket|cart))\b|[,，、;.?!和跟]", re.IGNORECASE
)
# "Is that why", "so the lamp doesn't count?", "is that outdoor gear?".
_COUNTS = re.compile(
    r"\bis (?:that|it) why\b|\bcounts?\b|\bbelongs?\b|\bin the (?:basket|cart)\b"
    r"|\b(?:is|are|isn['’]?t) (?:that|it|this|they|the [\w -]{2,30}) (?:\w+ )?"
    r"(?:outdoor|home|kitchen|clothing|electronics)\b|算不?算|也算|不算|属于|是因为",
    re.IGNORECASE,
)
# Whether shipping counts towards the amount from which a code works.
_SHIPPING = re.compile(
    r"\b(?:with|include|includes|including|plus) or (?:without|excluding|not) (?:the )?"
    r"(?:shipping|delivery|postage)\b"
    r"|\b(?:shipping|delivery|postage)\b(?: costs?| fees?)?.{0,20}"
    r"\b(?:counts?|counted|part of|towards?|added|included? in)\b"
    r"|\b(?:counts?|includ\w+)\b.{0,12}\b(?:shipping|delivery|postage)\b"
    r"|(?:算不?算|[包含]不[包含]|包不包括|包括|包含|[算含]上?).{0,2}(?:运费|邮费|配送费)"
    r"|(?:运费|邮费|配送费).{0,4}(?:算(?!多少)|[包含]|计入|加进去|一起)",
    re.IGNORECASE,
)
# Offers to come, and a code for who subscribes.
_TO_COME = re.compile(
    r"\b(?:black friday|cyber (?:monday|week)|(?:sales?|offers?|discounts?|promotions?)"
    r" (?:coming|soon|planned)|(?:coming|next|upcoming|future) (?:offers?|promotions?|discounts?"
    r"|codes?)|(?:coming|next|upcoming|future|winter|summer|spring|christmas) sales?)\b"
    r"|\bwhen (?:is|are|will|do|does)\b.{0,20}\bsales?\b(?!.{0,8}\b(?:end|over|finish))"
    r"|黑五|黑色星期五|双十[一二]|(?:下次|什么时候|何时).{0,4}(?:打折|促销|活动|优惠)",
    re.IGNORECASE,
)
_BY_NEWSLETTER = re.compile(
    r"\b(?:newsletters?|subscri\w+|(?:for|if i|when i) sign(?:ing)? up)\b|电子报|订阅", re.I
)
_FIRST = re.compile(r"\bfirst\b|\bnever (?:ordered|bought)\b|第一次|首[单次]|没买过", re.I)
_NEVER = re.compile(r"\b(?:never|didn['’]?t|haven['’]?t|not) (?:even )?used?\b|没用过|没有用", re.I)
_USED_UP = frozenset({"utter_code_used"})
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
    if not (named or lately or _OF_CODES.search(text) or _TO_COME.search(text)):
        return None
    action, told = PromoCodeAction(services), told_code(tracker, OF_ONE)
    code = named[0].code if named else told
    if _say_shortly(action, dispatcher, tracker, code, known=bool(named)):
        return []
    offer = next((one for one in offers if one.code == code and one.department), None)
    counted = None
    if offer is not None and _COUNTS.search(text):
        counted = _say_which_count(action, dispatcher, tracker, offer)
    worth = worth_cents(text) or bare_cents(text)
    asked = worth is not None and ASKED_WORTH in said_within(tracker, 1)
    if counted is None and (asked or (_MORE.search(text) and len(named) != 1)):
        return _compare(action, extras, dispatcher, tracker, named or offers, worth)
    return counted


def _of_offers_to_come(text: str) -> str | None:
    """What answers a question about offers that nobody has told of yet; None for all else."""
    if not is_question(text) or fails(text):
        return None
    if _BY_NEWSLETTER.search(text) and _OF_CODES.search(text):
        return "utter_newsletter_code"
    return "utter_sales_to_come" if _TO_COME.search(text) else None


def _say_shortly(
    action: PromoCodeAction,
    dispatcher: Dispatcher,
    tracker: Tracker,
    code: str | None,
    *,
    known: bool,
) -> bool:
    """Answer what is asked of reduced goods, of shipping, and by who has ordered before or not."""
    text, lately, words = latest_text(tracker), said_within(tracker, LATELY), action.words(tracker)
    offers = action.services.catalogue.promotions()
    unknown = _of_offers_to_come(text)
    if unknown is not None:
        dispatcher.utter_message(response=unknown)
        return True
    offer = next((one for one in offers if one.code == code), None)
    if offer is not None and offer.minimum_cents and _SHIPPING.search(text):
        minimum = words.money(offer.minimum_cents, "EUR")
        facts = {"code": offer.code, "meant": offer.code, "minimum": minimum}
        dispatcher.utter_message(response="utter_code_shipping", **facts)
        return True
    if _REDUCED.search(text) and (known or not lately.isdisjoint(_OURS)):
        if offer is not None and asks_until(tracker):  # "until when, and for sale items too?"
            ended = words.full_day(offer.ends_on)
            dispatcher.utter_message(response="utter_code_until", code=offer.code, ended=ended)
        dispatcher.utter_message(response="utter_code_reduced", code=code or "")
        return True
    insists = _insists(text, lately)
    if insists is not None:
        dispatcher.utter_message(response=insists)
        return True
    if not known and ordered_before(text) and _OF_CODES.search(text) and is_question(text):
        return action.tell_others(dispatcher, tracker)
    return False


def _insists(text: str, lately: set[str]) -> str | None:
    """What answers somebody who says that it is a first order after all, or a code never used."""
    if _FIRST.search(text) and "utter_code_not_first" in lately:
        return "utter_code_first_insists"
    used = _NEVER.search(text) and not lately.isdisjoint(_USED_UP)
    return "utter_code_used_insists" if used else None


def _say_which_count(
    action: PromoCodeAction, dispatcher: Dispatcher, tracker: Tracker, offer: PromotionView
) -> Events | None:
    """Of the goods that are named whether a code counts them; None where none surely are.

    What is called by a word counts if all goods of that name are of one department.
    """
    words = action.words(tracker)
    text = without_codes(words.in_records(latest_text(tracker)))
    every = action.services.catalogue.products()
    skus = tuple(dict.fromkeys(map(str, tracker.get_latest_entity_values("product"))))
    named = action.services.catalogue.products(skus) if skus else ()

    def line(name: str, department: str) -> str:
        phrase = "code_counts" if department == offer.department else "code_counts_not"
        return words.say(phrase, name=name, department=words.term(department))

    lines = [line(one.name, one.department) for one in named]
    for part in () if lines else _BETWEEN.split(text):
        said = query_words(part)
        names = [words_of(f"{one.name} {one.category}") for one in every]
        known = [word for word in said if any(word in name for name in names)]
        whole = [one for one in every if known and words_of(one.name).issuperset(known)]
        for word in [" ".join(known)] if whole else known:
            kinds = {o.department for o in every if words_of(o.name).issuperset(word.split())}
            if len(kinds) == 1 and word not in (offer.department or ""):
                lines.append(line(words.term(word), kinds.pop()))
    if not lines:
        return None
    dispatcher.utter_message(
        response="utter_code_counts",
        code=offer.code,
        department=words.term(offer.department or ""),
        lines="\n".join(lines),
    )
    return []


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
