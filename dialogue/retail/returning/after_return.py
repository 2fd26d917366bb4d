"""What is asked, and added, after something was announced to come back, or reported.

"And until when?", "does the money go to my card?", "when does the new one come?": of the parcel
just spoken of, whatever a model takes so few words for. "2 mugs too" goes on with its order.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import ReturnKind
from dialogue.orders.views import OrderView, ReturnView
from dialogue.questions import is_question
from dialogue.retail.returning.exchanges import ExchangeForm
from dialogue.retail.returning.items import ItemForm, returnable
from dialogue.retail.returning.picking import Picked, mentioned, pick
from dialogue.retail.returning.return_terms import hand_in_until
from dialogue.retail.returning.returns import ReturnForm
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.asking_back import say_how_long
from dialogue.retail.task_slots import forget_task
from dialogue.retail.which_order.choice import announced_returns
from dialogue.retail.wording import wording

READ = 100  # who goes on says it shortly
SOON = 3  # messages after it was announced, or last asked about
RETURNED = frozenset({"utter_return_announced", "utter_return_announced_postage"})
COMES = "utter_return_money_comes"
EXCHANGED = frozenset({"utter_exchange_announced"})
REPORTED = frozenset({"utter_problem_reported", "utter_problem_added"})
_TOLD = frozenset(
    {
        "utter_how_to_send_exchange",
        "utter_how_to_send_return",
        "utter_how_to_send_return_postage",
        "utter_new_one_comes",
        "utter_old_one_first",
        "utter_refund_after_return",
        COMES,
        "utter_return_money_goes",
    }
)
_OF_REPORTS = frozenset({"utter_back_time", "utter_back_keep", "utter_back_money_paid"})
# What so few words may be taken for; a wish that is clear in itself is left alone.
_NEAR = frozenset(
    {
        "affirm",
        "ask_promotions",
        "back_in_stock",
        "check_stock",
        "correct_that",
        "deny",
        "delivery_not_received",
        "exchange_item",
        "faq",
        "gift_card",
        "goodbye",
        "help",
        "inform",
        "list_orders",
        "modify_order",
        "nlu_fallback",
        "opening_hours",
        "order_status",
        "out_of_scope",
        "payment_methods",
        "product_details",
        "product_search",
        "recommend_product",
        "refund_status",
        "repeat_that",
        "return_item",
        "return_policy",
        "shipping_options",
        "shipping_updates",
        "stop",
        "store_location",
    }
)
# Whoever says so is not done with a goodbye: it is asked whether to take it back.
_REGRETS = re.compile(
    r"\b(?:changed my mind|second thoughts|regret\w*"
    r"|keep (?:it|them|both|all)(?: after all| then)?\W*$"
    r"|don['’]?t want to (?:return|send|swap))|后悔|不[退换]了|改主意|还是留|都?留着",
    re.IGNORECASE,
)
_LATER = 8  # messages after it was announced in which it is thought over
_OTHER_VARIANT = re.compile(
    r"\b(?:what|which|other|another|different) (?:other )?(?:sizes?|colou?rs?|ones)\b"
    r"|\b(?:make|have|take|get|want) (?:it|them|one|ones) (?:in )?\w+ instead\b"
    r"|(?:什么|哪些|别的|其他|另)(?:一个)?(?:尺码|颜色|款)|(?:换成|改成|改要)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:money|refund(?:ed)?|paid|amount|euros?|cash)\b|\b(?:my|the) (?:card|account"
    r"|paypal|bank)\b"
    r"|钱|退款|到账|款|退到",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\bwhen\b|\bhow (?:long|soon|fast|quickly|many (?:days|weeks))\b|\bwhat day\b"
    r"|什么时候|何时|多久|几天|多少天|哪天",
    re.IGNORECASE,
)
_GET = re.compile(
    r"\b(?:get|have|receive|come|comes|arrive|arrives|be here|take|takes|leave|leaves|ship|shipped"
    r"|send|sent|deliver|delivered)\b|到|发|收|寄",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till?|by|before) (?:when|what day|which day)\b|\bhow (?:long|many days"
    r"|much time) (?:do|have) i\b"
    r"|\b(?:deadline|last day|latest)\b|截止|期限|最晚|最迟|什么时候之前|几号之前|到什么时候",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:where(?!['’]s| is| are| was)|which (?:shop|store|place|carrier|address"
    r"|post office))\b|\bwhat address\b"
    r"|\b(?:labels?|stickers?|print(?:er)?|box|pack(?:ed|ing)?|parcel shop|post office"
    r"|postage|courier|pick(?:ed)? up)\b"
    r"|\bhow do i (?:send|do|return|post|ship)\b|\b(?:do|must) i (?:have to )?pay\b"
    r"|\bis (?:it|that|this) free\b"
    r"|\bwhat (?:does|will|would) (?:it|that) cost\b|"
    r"\bcosts? (?:me |us )?(?:anything|something|extra|money)\b"
    r"|哪里|哪儿|地址|面单|标签|打印|包装|怎么寄|运费|免费|要钱|收费",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\b(?:first|before|wait|old one|right away|straight away|both)\b|先|旧的|等",
    re.IGNORECASE,
)
_KEEP = re.compile(
    r"\b(?:send|return|post|give)\b.{0,25}\bback\b|\b(?:keep|throw|return) (?:it|them"
    r"|the)\b|寄回|退回|留",
    re.IGNORECASE,
)
_TOO = re.compile(
    r"\b(?:too|also|as well|plus|another|additionally)\b|^\W*and\b|还有|另外|也|再",
    re.IGNORECASE,
)
# Of what is asked of every return, not of a card game or a first aid kit.
_NO_GOODS = re.compile(r"\b(?:card|first|set|pack|box|one|new|old)\b", re.IGNORECASE)
_ELSE = re.compile(
    r"\b(?:others?|something else|other order|policy|in general|my order|tracking"
    r"|open(?:ing)?|clos(?:e|ed|ing)|stores?|you (?:there|here|sell|have))\b|别的|其他|规则",
    re.IGNORECASE,
)


def after_return(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer what is asked of the parcel that was announced last, or begin the next item."""
    said, text = said_within(tracker, SOON), latest_text(tracker)
    order, near = current_order(services, tracker), latest_intent(tracker) in _NEAR
    short = 0 < len(text) <= READ and not latest_entity(tracker, "order_number")
    if order is None or not short or not near:
        return None
    announced = announced_returns(order)
    if announced and _thinks_again(tracker):
        return [*forget_task(tracker), FollowupAction("withdraw_return_form")]
    if announced and not said.isdisjoint(RETURNED | EXCHANGED | _TOLD):
        next_one = _next_item(services, tracker, order, said)
        if next_one is not None:
            return next_one
        parcel = max(announced, key=lambda one: (one.created_at, one.reference))
        return _say_of_parcel(services, dispatcher, tracker, order, parcel)
    if not said.isdisjoint(REPORTED | _OF_REPORTS):
        return _say_of_report(services, dispatcher, tracker, order)
    return None


def _thinks_again(tracker: Tracker) -> bool:
    """Whether what was announced not long ago shall stay with the customer after all."""
    lately = said_within(tracker, _LATER)
    again = _REGRETS.search(latest_text(tracker)) is not None
    return again and not lately.isdisjoint(RETURNED | EXCHANGED)


def _next_item(
    services: RetailServices, tracker: Tracker, order: OrderView, said: set[str]
) -> Events | None:
    """Begin the same once more for what is named of this order: "and two of the mugs too"."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    text, possible = latest_text(tracker), returnable(services, order)
    asks = is_question(text) and not re.search(r"\b(?:can|could|may) (?:i|you|we)\b|可以|能", text)
    if asks or not _TOO.search(text):
        return None
    named = pick(mentioned(words.in_records(text), possible), possible)
    if not isinstance(named, Picked):
        return None
    swaps = said.isdisjoint(RETURNED) and latest_intent(tracker) != "return_item"
    form: type[ItemForm] = ExchangeForm if swaps else ReturnForm
    return [*forget_task(tracker), SlotSet("item", str(named)), FollowupAction(form.form)]


def _say_of_parcel(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
    parcel: ReturnView,
) -> Events | None:
    text = latest_text(tracker)
    if not is_question(text) or _ELSE.search(text):
        return None
    words, policies = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)), services.policies
    response = _asked_of(text, parcel)
    if response == COMES and latest_intent(tracker) == "refund_status":
        return None  # which says it of this order
    if response is None or _names_others(services, tracker, words.in_records(text), order, parcel):
        return None
    dispatcher.utter_message(
        response=response,
        number=order.number,
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
    return []


def _names_others(
    services: RetailServices, tracker: Tracker, said: str, order: OrderView, parcel: ReturnView
) -> bool:
    """Whether goods of the customer are named, and none that are in the parcel."""
    viewer = viewer_of(tracker)
    orders = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else (order,)
    goods = [item for one in orders for item in one.items]
    said = _NO_GOODS.sub(" ", said)
    inside = [item for item in order.items if any(item.name in label for label in parcel.items)]
    return bool(mentioned(said, goods)) and not mentioned(said, inside)


def _asked_of(text: str, parcel: ReturnView) -> str | None:
    """The response to what is asked of a parcel to come; None where nothing is."""
    way = f"utter_how_to_send_{parcel.kind}{'_postage' if parcel.postage_cents else ''}"
    swaps = parcel.kind is ReturnKind.EXCHANGE
    if _UNTIL.search(text):
        return way
    if _MONEY.search(text) and not swaps:
        return COMES if _WHEN.search(text) else "utter_return_money_goes"
    if _WHERE.search(text):
        return way
    if swaps and (asked := _asked_of_swap(text)):
        return asked
    if _WHEN.search(text) and (_GET.search(text) or len(text.split()) < 4):
        return "utter_new_one_comes" if swaps else COMES
    return None


def _asked_of_swap(text: str) -> str | None:
    """What is asked of an exchange alone: another one than chosen, which of the two goes first."""
    if _OTHER_VARIANT.search(text):
        return "utter_exchange_other_variant"
    return "utter_old_one_first" if _FIRST.search(text) else None


def _say_of_report(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> Events | None:
    """What becomes of a reported problem: no date is known before a colleague has looked at it."""
    text = latest_text(tracker)
    if not is_question(text) or _ELSE.search(text):
        return None
    if _KEEP.search(text):
        dispatcher.utter_message(response="utter_back_keep")
    elif _WHEN.search(text) and (_GET.search(text) or _MONEY.search(text) or len(text.split()) < 4):
        words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
        say_how_long(services, words, dispatcher, order)
    elif _MONEY.search(text) or re.search(r"\bhow much\b|多少", text, re.IGNORECASE):
        dispatcher.utter_message(response="utter_back_money_paid")
    else:
        return None
    return []
