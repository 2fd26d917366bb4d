"""What is asked, and added, after something was announced to come back, or reported.

"And until when?", "does the money go to my card?", "when does the new one come?": of the parcel
just spoken of, whatever a model takes so few words for. "2 mugs too" goes on with its order.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import ReturnKind, ReturnStatus
from dialogue.orders.views import ItemView, OrderView, ReturnView
from dialogue.questions import is_question
from dialogue.retail.returning.exchanges import ExchangeForm
from dialogue.retail.returning.items import ItemForm, returnable
from dialogue.retail.returning.off_again import WITHDRAWN, kept_instead
from dialogue.retail.returning.picking import Picked, mentioned, pick
from dialogue.retail.returning.return_terms import say_until_when
from dialogue.retail.returning.returns import ReturnForm
from dialogue.retail.returning.side_answers import about_other_goods, say_on_the_side
from dialogue.retail.returning.side_questions import NEAR, all_asked, asked_on_the_side
from dialogue.retail.returning.side_replies import Matter
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
        "utter_aside_difference",
        "utter_aside_goods_mail",
        "utter_aside_swap_no_money",
        "utter_aside_undo_now",
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
_KEPT = frozenset(
    {
        "utter_aside_keep_again",
        "utter_aside_keep_free",
        "utter_aside_kept_no_money",
        "utter_next_withdrawn",
        "utter_sure_withdrawn",
    }
)
_OF_REPORTS = frozenset({"utter_back_time", "utter_back_keep", "utter_back_money_paid"})
# Whoever says so is not done with a goodbye: it is asked whether to take it back.
_REGRETS = re.compile(
    r"\b(?:changed my mind|second thoughts|regret\w*"
    r"|keep (?:it|them|both|all)(?: after all| then)?\W*$"
    r"|don['’]?t want to (?:return|send|swap))|后悔|不[退换]了|改主意|还是留|都?留着",
    re.IGNORECASE,
)
_LATER = 8  # messages after it was announced in which it is thought over
_LATER_ON = re.compile(r"\b(?:later|afterwards)\b|以后|之后", re.IGNORECASE)
_JUST_ASKS = re.compile(r"\b(?:can|could|may) i still\b|\bif\b|还能|还可以", re.IGNORECASE)
_SWAPS = re.compile(r"\b(?:swap|exchange)\b|换", re.IGNORECASE)
_AND_THESE = re.compile(
    r"^\W*(?:and|what about|how about|but)\b.{2,40}$|^.{1,12}呢\W*$", re.IGNORECASE
)
_AGAIN = re.compile(
    r"\b(?:return|send|give)\b.{0,8}\b(?:it|them|that)\b|还是(?:要|想)?退", re.IGNORECASE
)
_SURE = re.compile(
    r"\b(?:really|sure|definitely|actually)\b.{0,20}\b(?:cancell?ed|withdrawn|gone|off|taken back"
    r"|undone|stopped)\b|\bis (?:it|that|the return) (?:cancell?ed|withdrawn|off|gone)\b"
    r"|\bit['’]?s (?:now |all )?(?:cancell?ed|withdrawn|off|gone)\b"
    r"|(?:真的|确定|已经).{0,6}(?:撤销|取消|撤回)",
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
_KEEP = re.compile(
    r"\b(?:send|return|post|give)\b.{0,25}\bback\b|\b(?:keep|throw|return) (?:it|them"
    r"|the)\b|寄回|退回|留",
    re.IGNORECASE,
)
_TOO = re.compile(
    r"\b(?:too|also|as well|plus|another|additionally|add|together|same (?:box|parcel|package))\b"
    r"|^\W*and\b|还有|一起|另外|也|再",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:other|second|third|last|remaining|rest)\b|剩下|另|最后|第[二三四]", re.IGNORECASE
)
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
    order, near = current_order(services, tracker), latest_intent(tracker) in NEAR
    short = 0 < len(text) <= READ and not latest_entity(tracker, "order_number")
    announced = announced_returns(order) if order else ()
    if order is None or not short or not near or (announced and _withdraws(tracker)):
        return None
    if announced and _thinks_again(tracker):
        return [*forget_task(tracker), FollowupAction("withdraw_return_form")]
    if announced and not said.isdisjoint(RETURNED | EXCHANGED | _TOLD):
        next_one = _next_item(services, tracker, order, said)
        parcel = max(announced, key=_age)
        return next_one or _say_of_parcel(services, dispatcher, tracker, order, parcel)
    kept = [one for one in order.returns if one.status is ReturnStatus.WITHDRAWN]
    if kept and not said.isdisjoint(WITHDRAWN | _KEPT):
        return _say_of_kept(services, dispatcher, tracker, order, max(kept, key=_age))
    if not said.isdisjoint(REPORTED | _OF_REPORTS):
        return _say_of_report(services, dispatcher, tracker, order)
    return None


def _withdraws(tracker: Tracker) -> bool:
    """Whether it is to be taken back now, and not only asked whether it could be."""
    text = latest_text(tracker)
    asks = is_question(text) and _JUST_ASKS.search(text)
    return latest_intent(tracker) == "withdraw_return" and not (asks or _LATER_ON.search(text))


def another_instead(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Take back what was announced not long ago, and begin what shall come back instead of it."""
    order, lately = current_order(services, tracker), said_within(tracker, _LATER)
    if order is None or lately.isdisjoint(RETURNED | EXCHANGED):
        return None
    return kept_instead(services, tracker, order)


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
    if asks or not _TOO.search(text) or (is_question(text) and _LATER_ON.search(text)):
        return None
    named = pick(mentioned(words.in_records(text), possible), possible)
    if not isinstance(named, Picked):
        named = _what_is_left(order, possible) if _REST.search(text) else None
    if named is None:
        return None
    swaps = said.isdisjoint(RETURNED) and latest_intent(tracker) != "return_item"
    form: type[ItemForm] = ExchangeForm if swaps else ReturnForm
    return [*forget_task(tracker), SlotSet("item", str(named)), FollowupAction(form.form)]


def _what_is_left(order: OrderView, possible: tuple[ItemView, ...]) -> Picked | None:
    """What may still come back of the articles that are announced: "the third one too"."""
    labels = [label for one in announced_returns(order) for label in one.items]
    left = [item for item in possible if any(item.name in label for label in labels)]
    return Picked({left[0].line: None}) if len(left) == 1 else None


def _say_of_parcel(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
    parcel: ReturnView,
    matter: Matter | None = None,
) -> Events | None:
    swaps = parcel.kind is ReturnKind.EXCHANGE
    matter = matter or (Matter.SWAPPED if swaps else Matter.ANNOUNCED)
    if (told := _say_of_these(services, dispatcher, tracker, order)) is not None:
        return told
    asked = asked_on_the_side(tracker, matter)
    if asked is None or about_other_goods(services, tracker, order, parcel):
        return None
    if asked.response == COMES and latest_intent(tracker) == "refund_status":
        return None  # which says it of this order
    for one in all_asked(tracker, matter):
        say_on_the_side(services, dispatcher, tracker, one, order, parcel)
    return []


def _say_of_kept(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    order: OrderView,
    parcel: ReturnView,
) -> Events | None:
    """Of what was taken back: that it is so, what money that means, how long it may come back."""
    if _SWAPS.search(latest_text(tracker)):
        return [*forget_task(tracker), FollowupAction("exchange_form")]
    if _SURE.search(latest_text(tracker)):
        dispatcher.utter_message(response="utter_sure_withdrawn", reference=parcel.reference)
        return []
    text = latest_text(tracker)
    if latest_intent(tracker) == "return_item" and _AGAIN.search(text) and not is_question(text):
        lines = {i.line: None for i in returnable(services, order) if _holds(parcel, i)}
        item = [SlotSet("item", str(Picked(lines)))] if len(lines) == 1 else []
        return [*forget_task(tracker), *item, FollowupAction("return_form")]
    return _say_of_parcel(services, dispatcher, tracker, order, parcel, Matter.KEPT)


def _say_of_these(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> Events | None:
    """Until when other goods of the order may come back: "and the mugs?"."""
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    text = words.in_records(latest_text(tracker))
    asks = _AND_THESE.search(text)
    if asks and _REST.search(text):  # "what about the third one?"
        left = _what_is_left(order, returnable(services, order))
        lines = left.pieces if left else {}
        text = " ".join(one.name for one in order.items if one.line in lines)
    if not asks or not mentioned(text, returnable(services, order)):
        return None
    say_until_when(services, words, dispatcher, order, may_begin=True, said=text)
    return []


def _holds(parcel: ReturnView, item: ItemView) -> bool:
    return any(item.name in label for label in parcel.items)


def _age(parcel: ReturnView) -> tuple[datetime, str]:
    return parcel.created_at, parcel.reference


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
