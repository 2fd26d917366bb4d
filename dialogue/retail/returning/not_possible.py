"""What is said after something could not come back, or not be swapped, and what nobody here knows.

"I was in hospital", "only one of them?" after a return that came too late; "then for something
else?" where there is no other size or colour; a question that no table answers is no reason.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.reasons import reason_in
from dialogue.orders.states import ReturnReason
from dialogue.questions import is_question
from dialogue.retail.goods.variants import named_variant
from dialogue.retail.returning.answer_beside import says_why
from dialogue.retail.returning.returns import chosen_to_return
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import wording

READ = 120  # characters
SOON = 3  # messages after it was refused
_NOT_RETURNABLE = {
    "utter_not_returnable_too_late": "utter_refused_too_late",
    "utter_not_returnable_not_delivered": "utter_refused_not_here",
    "utter_not_returnable_not_sent": "utter_refused_not_here",
    "utter_not_here_yet": "utter_refused_not_here",
    "utter_not_here_yet_expected": "utter_refused_not_here",
}
_PLEAD, _LEFT = "utter_refused_plea", "utter_refused_left"
_NO_SWAP, _NO_OTHER = "utter_swap_only_variants", "utter_no_other_variant"
_INSISTS = re.compile(
    r"\bexception\b|\bwhy\b|\bhow come\b|\banyway\b|\bstill\b|\bplease\b.{0,20}\b(?:return|take)"
    r"|\bwho (?:decides|says|can)\b|\bonly (?:one|two)\b|\bnothing (?:you can|to) do\b"
    r"|为什么|为啥|通融|破例|例外|怎么不|谁(?:决定|说了算)|只退",
    re.IGNORECASE,
)
_PLEADS = re.compile(
    r"\b(?:hospital|ill|sick|injured|surgery|holidays?|vacation|abroad|travell?ing"
    r"|(?:was|were) away|funeral|died|forgot"
    r"|didn['’]?t know|did not know|(?:was|is) a (?:gift|present)"
    r"|only (?:a (?:few|couple)|one|two|\d+) (?:days?|weeks?)|come on|just this once)\b"
    r"|住院|生病|出差|旅游|度假|国外|去世|忘了|不知道|才过|就过|礼物|求|拜托|帮帮忙",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\bexception\b|\bwho (?:decides|says|can)\b|通融|破例|例外|谁(?:决定|说了算)", re.I
)
# "So there is nothing to be done?"
_NOTHING = re.compile(
    r"\bnothing\b.{0,30}\b(?:do|done|about)\b|\b(?:do|done) nothing\b|\bwhat (?:now|then)\b"
    r"|\b(?:no|any(?:thing)?|other|some) (?:other )?(?:way|chance|option|possib\w+|solution)\b"
    r"|\b(?:stuck|left) with (?:it|them|the|this|that)\b"
    r"|\banything (?:i|you|we|else)\b.{0,15}\bdo\b"
    r"|\bwhat (?:can|could|should|do|shall) i do\b"
    r"|没(?:有)?(?:办法|别的办法|辙)|怎么办|只能(?:留|认)|什么都(?:不能|做不了)|别的办法",
    re.IGNORECASE,
)
_OWN = frozenset({"damaged_item", "human_agent", "warranty", "wrong_item"})
_ELSE = re.compile(
    r"\b(?:another|others?|else|different|swap|exchange|same (?:price|one)|instead|new one)\b"
    r"|别的|其他|其它|换|同价",
    re.IGNORECASE,
)
_FOR_ELSE = frozenset(
    {
        "ask_more",
        "check_stock",
        "exchange_item",
        "faq",
        "inform",
        "modify_order",
        "nlu_fallback",
        "out_of_scope",
        "product_search",
        "recommend_product",
        "return_policy",
    }
)
# What is asked there is answered by any words, which a question is not.
_ANY_WORDS = frozenset({("return_form", "return_reason"), ("exchange_form", "replacement")})
_NO_REASON = frozenset({"inform", "nlu_fallback"})
_NO_VARIANT = _NO_REASON | {"product_details"}
# "Why is it so small?" is a reason all the same.
_TELLS_WHY = re.compile(
    r"\b(?:so|that|too) \w+\W*$|\bdid i (?:ever|even)\b|怎么(?:这么|那么)|这么", re.IGNORECASE
)


def insists(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Why it can't come back, and who could make an exception, soon after it was refused."""
    text, refused = latest_text(tracker), said_within(tracker, SOON) & set(_NOT_RETURNABLE)
    if not refused or not 0 < len(text) <= READ or latest_intent(tracker) in _OWN:
        return None
    if latest_entity(tracker, "order_number") or reason_in(text) is ReturnReason.DAMAGED:
        return None
    response = _NOT_RETURNABLE[refused.pop()]
    if _NOTHING.search(text) and response == "utter_refused_too_late":
        response = _LEFT
    elif response == "utter_refused_too_late" and _WHO.search(text):
        response = _PLEAD
    elif not (is_question(text) and _INSISTS.search(text)):
        if response != "utter_refused_too_late" or not _PLEADS.search(text):
            return None
        response = _PLEAD
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    faulty = [words.button("warranty", "warranty")] if response == _LEFT else []
    dispatcher.utter_message(
        response=response,
        days=services.policies.returns.days,
        buttons=[*faulty, words.person_button()],
    )
    return []


def nothing_to_swap(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say what a swap is, to who wants another article for one that has no other variant."""
    text, order = latest_text(tracker), current_order(services, tracker)
    lately = said_within(tracker, SOON)
    if order is None or lately.isdisjoint({_NO_OTHER, _NO_SWAP}) or not 0 < len(text) <= READ:
        return None
    if latest_intent(tracker) not in _FOR_ELSE or not _ELSE.search(text):
        return None
    if latest_entity(tracker, "product") or latest_entity(tracker, "order_number"):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response=_NO_SWAP,
        buttons=[
            words.button("return_it", "return_item", order_number=order.number),
            words.button("faulty", "damaged_item", order_number=order.number),
        ],
    )
    return []


def asks_unknown(services: RetailServices, tracker: Tracker) -> bool:
    """Whether where any words would answer something is asked that is no answer."""
    text, form = latest_text(tracker), (tracker.active_loop or {}).get("name")
    waits = (form, tracker.get_slot(REQUESTED_SLOT)) in _ANY_WORDS
    intents = _NO_VARIANT if form == "exchange_form" else _NO_REASON
    if not waits or latest_intent(tracker) not in intents or not is_question(text):
        return False
    if form == "exchange_form":
        chosen = chosen_to_return(services, tracker)
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        said = words.in_records(text[:READ])
        return len(chosen) == 1 and named_variant(services, said, chosen[0][0]) is None
    return not says_why(text) and not _TELLS_WHY.search(text[:READ])


def unknown(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say that a colleague knows it; the form asks again."""
    if not asks_unknown(services, tracker):
        return None
    dispatcher.utter_message(response="utter_aside_unknown")
    return []
