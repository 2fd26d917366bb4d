"""A return or an exchange that was not understood, and who asks only how returns go.

"Can the espresso maker still go back?", "the same shirt one size down, order 90001": the goods and
the verb say what a model is not sure of. "Who pays the postage, and until when?" needs no order.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.addresses import COUNTRIES, countries_in
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.own_questions import asks_first
from dialogue.retail.returning.picking import Picked, mentioned, pick
from dialogue.retail.returning.side_answers import say_cost, say_terms
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.talk.leading import GoBackAction
from dialogue.retail.talk.tasks import LEFT, intent_of, kept_wishes
from dialogue.retail.task_slots import REQUESTED_SLOT, forget_task, leave_form
from dialogue.retail.which_order.pointing import order_naming
from dialogue.retail.wording import wording

READ = 120  # characters
SOON = 2  # messages after the terms were told
_TOLD = frozenset({"utter_return_terms", "utter_return_terms_money", "utter_return_policy"})
FROM_HERE, FROM_ELSEWHERE = "utter_return_from_country", "utter_return_from_elsewhere"
_FROM = frozenset({FROM_HERE, FROM_ELSEWHERE})
_FROM_THERE = re.compile(r"\b(?:from|in)\b|从|在|呢", re.IGNORECASE)
_SENDS = re.compile(
    r"\b(?:returns?|returning|send\w*\b.{0,20}\bback)\b.{0,20}\b(?:from|in)\b"
    r"|\b(?:from|in)\b.{0,30}\b(?:returns?|returning|send\w*\b.{0,20}\bback)\b"
    r"|[从在].{2,10}(?:退货|寄回|退回)",
    re.IGNORECASE,
)
_UNDECIDED = frozenset({"nlu_fallback", "out_of_scope", "inform", "product_details"})
_BACK = re.compile(
    r"\b(?:return(?:ed)?|send\b.{0,30}\bback|go(?:es)? back|give back|bring back)\b"
    r"|(?<!不)退(?!款)",
    re.IGNORECASE,
)
_INVOICE = re.compile(r"\b(?:invoice|receipt|bill)\b|发票", re.IGNORECASE)
_SWAP = re.compile(
    r"\b(?:exchange|swap|instead of|(?:one|a) size (?:up|down|bigger|smaller|larger))\b"
    r"|\b(?:bigger|smaller|larger) size\b|换",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"\b(?:returns?|returning|send\w*\b.{0,20}\bback|exchang\w+|swap\w*)\b|退|寄回|换货",
    re.IGNORECASE,
)
_FIRST_OF_SWAP = re.compile(
    r"\b(?:exchang\w+|swap\w*|new one|replacement)\b|换|新的", re.IGNORECASE
)
_BACK_TO_IT = re.compile(
    r"^\W*(?:(?:and|so|ok|now|then|but)\W+)*"
    r"(?:what about|how about|back to|now|go on with|continue)(?: with)? "
    r"(?:the|my|that) (?:return|exchange|swap)(?: now| then)?\W*$"
    r"|^\W*(?:那)?(?:退货|换货)呢\W*$|^\W*(?:继续|接着)[退换]货?吧?\W*$",
    re.IGNORECASE,
)
_MINE = re.compile(r"\b(?:my|mine)\b|我的|还没", re.IGNORECASE)
_JUST_ASKS = re.compile(
    r"\b(?:just|only) (?:asking|wondering|curious|a question|want(?:ed)? to know)\b"
    r"|\b(?:no|without an?|(?:do|have)n['’]?t (?:have|got|placed)(?: an?y?)?)"
    r" order(?! number)\b|(?:就|只是?)(?:想)?(?:问|了解)|没有?(?:下过)?订单(?!号)|还没(?:买|下单)",
    re.IGNORECASE,
)
_TERMS = frozenset(
    {Facet.COST, Facet.UNTIL, Facet.HOW_LONG, Facet.WHEN, Facet.WHERE, Facet.WHO, Facet.HOW}
)
_FORMS = frozenset({"return_form", "exchange_form", "refund_status_form", "order_status_form"})
_OF_RETURNS = frozenset({"return_item", "exchange_item", "return_policy", "nlu_fallback"})


def only_asks_terms(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Tell how returns go to who asks only that; a number that was asked for is not any more."""
    text, form = latest_text(tracker)[:READ], (tracker.active_loop or {}).get("name")
    waits = tracker.get_slot(REQUESTED_SLOT) == "order_number" and form in _FORMS
    if not text or (form is not None and not waits) or re.search(r"\d{4}", text):
        return None
    if form is None and asks_first(text) and _FIRST_OF_SWAP.search(text):
        dispatcher.utter_message(response="utter_aside_swap_first")
        return []
    if not (waits and _JUST_ASKS.search(text)) and not _asks_terms(services, tracker, text):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    money = latest_intent(tracker) == "refund_status"
    say_terms(services, words, dispatcher, viewer_of(tracker), of_money=money)
    return leave_form(tracker)


def from_country(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """What it costs to send back from a country that is named; the form asks again."""
    text, form = latest_text(tracker)[:READ], (tracker.active_loop or {}).get("name")
    of_returns = form in ("return_form", "exchange_form")
    of_returns = of_returns or not said_within(tracker, SOON).isdisjoint(_TOLD | _FROM)
    named = countries_in(text) if is_question(text) else []
    if not named or not (_SENDS.search(text) or (of_returns and _FROM_THERE.search(text))):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response=FROM_HERE if named[0] in COUNTRIES else FROM_ELSEWHERE,
        country=words.country(named[0]),
        cost=say_cost(services, words, viewer_of(tracker)),
    )
    return []


def _asks_terms(services: RetailServices, tracker: Tracker, text: str) -> bool:
    """Whether the terms are asked about and no goods of one's own."""
    facet, intent = facet_in(text), latest_intent(tracker)
    if not is_question(text) or _MINE.search(text) or _named(services, tracker, text):
        return False
    if intent == "refund_status":
        guest = not viewer_of(tracker).signed_in
        return guest and (facet in (Facet.HOW_LONG, Facet.WHEN) or "多久" in text)
    if intent == "return_policy" and not (tracker.active_loop or {}).get("name"):
        return False  # which tells them by itself
    told = not said_within(tracker, SOON).isdisjoint(_TOLD)
    return intent in _OF_RETURNS and facet in _TERMS and bool(told or _RETURNS.search(text))


def back_to_it(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """ "So what about the return?": on with the one that is open, or that was left."""
    text, form = latest_text(tracker)[:READ], (tracker.active_loop or {}).get("name")
    if not _BACK_TO_IT.search(text) or latest_intent(tracker) not in _OF_RETURNS:
        return None
    if form in ("return_form", "exchange_form"):
        return []  # which asks again
    left = [intent_of(one) for one in kept_wishes(tracker, LEFT)]
    if form is not None or not {"return_item", "exchange_item"} & set(left):
        return None
    return GoBackAction(services).run(dispatcher, tracker, domain)


def told_return(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Begin the return or the exchange of goods that are named, where nothing was understood."""
    text = latest_text(tracker)[:READ]
    invoice = latest_intent(tracker) == "get_invoice"
    if invoice and not _INVOICE.search(meant_in(text)):
        text = meant_in(text)  # "not the invoice, I return it"
    elif not text or not _is_undecided(tracker, text):
        return None
    swaps = _SWAP.search(text) is not None
    order = _named(services, tracker, text) if swaps or _BACK.search(text) else None
    if order is None:
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response="utter_order_assumed", number=order.number, contents=words.contents(order)
    )
    goods = pick(mentioned(words.in_records(text), order.items), order.items)
    item = [SlotSet("item", str(goods))] if isinstance(goods, Picked) else []
    form = "exchange_form" if swaps else "return_form"
    number = SlotSet("order_number", order.number)
    return [*forget_task(tracker), number, *item, FollowupAction(form)]


def _is_undecided(tracker: Tracker, text: str) -> bool:
    """Whether a model is not sure of it, or takes what is told for a question about the terms."""
    intent = latest_intent(tracker)
    return intent in _UNDECIDED or (intent == "return_policy" and not is_question(text))


def _named(services: RetailServices, tracker: Tracker, text: str) -> OrderView | None:
    """The only order of a signed-in customer with the goods, or the number, that the text names."""
    viewer = viewer_of(tracker)
    if not viewer.signed_in:
        return None
    said = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).in_records(text)
    recent = services.store.recent_orders(viewer, limit=10)
    found = [order for order in recent if re.search(rf"(?<!\d){order.number}(?!\d)", said)]
    here = [order for order in recent if returnable(services, order)]
    return found[0] if len(found) == 1 else order_naming(said, recent) or order_naming(said, here)
