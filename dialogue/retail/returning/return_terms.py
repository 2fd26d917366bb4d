"""What is told of sending back: how an announced parcel goes, else the shop's terms."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders import rules
from dialogue.orders.views import OrderView
from dialogue.retail.facets import facet_in
from dialogue.retail.returning.deadlines import hand_in_until, return_until
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.picking import mentioned, with_shirts_apart
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.which_order.choice import announced_returns
from dialogue.retail.which_order.pointing import reference_in
from dialogue.retail.wording import Wording

READ = 300  # characters that are looked through
_UNTIL_WHEN = re.compile(
    r"\b(?:until|till?|by) when\b|\bhow (?:long|many days|much time|late)\b"
    r"|\b(?:deadline|last day|latest|time limit|too late|still|days|weeks)\b"
    r"|多久|几天|多少天|什么时候|何时|截止|期限|最晚|最迟|来得及|还能",
    re.IGNORECASE,
)


# What is asked of a parcel that is to go: how, where, with what on it, at whose cost.
_OF_THE_WAY = re.compile(
    r"\b(?:how|where|when|labels?|post|postage|bring|drop|pays?|costs?|free|write|print\w*|pack\w*"
    r"|box|hand|money|card|refund|new one|replacement|until)\b"
    r"|怎么|如何|哪里|哪儿|在哪|标签|面单|邮费|运费|免费|付|写|打印|包装|寄到|寄给|送到",
    re.IGNORECASE,
)
# Of what comes back a form knows more than the terms, which are told to who asks for them.
_FORMS = frozenset({"exchange_form", "return_form", "withdraw_return_form"})
_OF_TERMS = re.compile(
    rf"\b(?:policy|terms|rules?|conditions?|in general|returns|returnable|used|worn|unopened"
    rf"|costs?|pays?|free|charged?)\b|政策|规则|条件|规定|费|{_UNTIL_WHEN.pattern}",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:others?|(?:some|any)thing else|the rest|policy|terms|rules?|in general)\b"
    r"|其他|其它|别的|剩下|政策|规则",
    re.IGNORECASE,
)
SOON = 2  # messages after the terms were told
NAMED = 0.3  # of the name of goods that is said
_TERMS_TOLD = ("utter_return_policy", "utter_return_of_", "utter_faq/return_", "utter_faq/try_on")
_GOES_ON = frozenset({"ask_more", "inform", "nlu_fallback", "out_of_scope", "return_policy"})
_OF_THESE = re.compile(
    r"^\W*(?:and|or|also|what about|how about|for example|e\.?g)\b|\b(?:example|instance)\b"
    r"|\b(?:opened|tried|used|worn|wore|washed|unsealed|returnable|send|return|give)\b"
    r"|比如|例如|呢|拆|用过|穿过|试过|退",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_OTHER_WISH = re.compile(
    r"\b(?:do you (?:have|sell)|looking for|show me|in stock|how much|price|buy"
    r"|want to (?:return|send)|i (?:need|want)|my order)\b|有货|多少钱|想买|我要退|我的订单",
    re.IGNORECASE,
)


def _is_of_terms(text: str) -> bool:
    """Whether the terms answer it: by its words, or as its cost, way or time is asked."""
    return _OF_TERMS.search(text) is not None or facet_in(text) is not None


class ReturnPolicyAction(RetailAction):
    """How returns work; of a parcel that is announced, how that one goes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_return_policy"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """The announced parcel; else until when what was ordered may come back, and the terms."""
        order, text = self._order(tracker), latest_text(tracker)[:READ]
        if order is not None and self._of_the_parcel(tracker, order, text):
            self._say_the_way(dispatcher, tracker, order)
            return []
        if (tracker.active_loop or {}).get("name") in _FORMS and not _is_of_terms(text):
            dispatcher.utter_message(response="utter_aside_unknown")
            return []
        order = current_order(self.services, tracker)
        if order is not None and _UNTIL_WHEN.search(text):
            say_until_when(self.services, self.words(tracker), dispatcher, order)
        dispatcher.utter_message(response="utter_return_policy")
        return []

    def _order(self, tracker: Tracker) -> OrderView | None:
        """The order spoken of; else the only one of the latest with just one parcel to come."""
        order, viewer = current_order(self.services, tracker), viewer_of(tracker)
        if order is not None or not viewer.signed_in:
            return order
        recent = self.services.store.recent_orders(viewer, limit=10)
        parcels = [order for order in recent for _ in announced_returns(order)]
        return parcels[0] if len(parcels) == 1 else None

    def _of_the_parcel(self, tracker: Tracker, order: OrderView, text: str) -> bool:
        """Whether the way of what is announced is asked about, and not what else may come back."""
        asks = _OF_THE_WAY.search(text) or _UNTIL_WHEN.search(text)
        if not announced_returns(order) or not asks or _OTHERS.search(text):
            return False
        said = self.words(tracker).in_records(text)
        parcels = " ".join(name for one in announced_returns(order) for name in one.items)
        named = [item for item in returnable(self.services, order) if mentioned(said, [item])]
        return all(item.name in parcels for item in named)

    def _say_the_way(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        words, policies = self.words(tracker), self.services.policies
        parcels, named = announced_returns(order), reference_in(latest_text(tracker))
        for parcel in [one for one in parcels if one.reference == named] or parcels:
            postage = "_postage" if parcel.postage_cents else ""
            dispatcher.utter_message(
                response=f"utter_how_to_send_{parcel.kind}{postage}",
                reference=parcel.reference,
                items=words.items(parcel.items),
                replacement=words.items(parcel.replacements),
                last_day=words.day(hand_in_until(parcel, policies)),
                amount=words.money(parcel.refund_cents, parcel.currency),
                postage=words.money(parcel.postage_cents, parcel.currency),
                method=words.term(order.method),
                days=words.say("working_days", count=policies.refunds.days_for(order.method)),
                buttons=[words.button("withdraw", "withdraw_return", order_number=order.number)],
            )


def terms_of_goods(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Whether goods that are named just after the terms may come back: "and swimwear?"."""
    text = latest_text(tracker)[:READ]
    after = any(one.startswith(_TERMS_TOLD) for one in said_within(tracker, SOON))
    if not after or _OTHER_WISH.search(text) or latest_entity(tracker, "order_number"):
        return None
    if not (_OF_THESE.search(text) or latest_intent(tracker) in _GOES_ON):
        return None
    found = next(iter(services.catalogue.search(text)), None)
    if found is None or found.coverage < NAMED:
        return None
    product, policies = found.product, services.policies
    if not {*_WORD.findall(text.casefold())} & {*_WORD.findall(product.name.casefold())}:
        return None  # "shipping" is no skipping rope
    article = rules.Article(product.sku, product.category)
    days = rules.return_days(article, policies)
    kind = (rules.return_condition(article, policies) or "goods") if days else "none"
    dispatcher.utter_message(response=f"utter_return_of_{kind}", item=product.name, days=days)
    return []


def say_until_when(
    services: RetailServices,
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    *,
    may_begin: bool = False,
    said: str = "",
) -> None:
    """Until when what is left of an order may come back, with a button to begin it.

    Of goods that are `said`, only these.
    """
    policies, number = services.policies, order.number
    begin = [words.button("return_it", "return_item", order_number=number)] if may_begin else []
    left = with_shirts_apart(said, returnable(services, order))
    named = [item for item in left if mentioned(said, [item])]
    for last_day, items in groupby(
        sorted(named or left, key=lambda one: return_until(one, policies)),
        key=lambda one: return_until(one, policies),
    ):
        dispatcher.utter_message(
            response="utter_return_until",
            number=number,
            items=words.items(item.pieces(item.returnable) for item in items),
            last_day=words.day(last_day),
            buttons=begin,
        )
