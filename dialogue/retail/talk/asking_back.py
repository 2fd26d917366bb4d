"""What customers ask back where a form asks them: why, what there is to choose, how much, how long.

It is no answer to the form's question, which is asked once more after a short true reply. What is
asked of the order's number and of proofs has its replies in `counter_questions`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.states import ProblemKind
from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.changing.asides import asked_aside, say_aside
from dialogue.retail.problems.remedies import sold_out
from dialogue.retail.proof.counter_questions import answer_to_counter_question, counter_question
from dialogue.retail.returning.answer_beside import kept_beside
from dialogue.retail.returning.picking import Picked, decoded, mentioned, pick
from dialogue.retail.returning.side_answers import say_on_the_side
from dialogue.retail.returning.side_questions import OF_FORM, Asked, all_asked, asked_on_the_side
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
)
from dialogue.retail.task_slots import REQUESTED_SLOT
from dialogue.retail.wording import Wording, wording

READ = 90  # who asks back asks it shortly
LISTEN = "action_listen"
REPORT = "problem_form"
HERE = frozenset({ProblemKind.DAMAGED_ITEM, ProblemKind.MISSING_ITEM, ProblemKind.WRONG_ITEM})
FORMS = frozenset(
    {
        REPORT,
        "cancel_order_form",
        "change_address_form",
        "exchange_form",
        "modify_order_form",
        "return_form",
        "withdraw_return_form",
    }
)
# Slots of which there is a reply of its own, `utter_back_…`.
REPLIED = frozenset(
    {
        "change",
        "confirmed",
        "item",
        "photo",
        "pieces",
        "problem_details",
        "replacement",
        "return_reason",
        "wish",
    }
)
# Slots whose question shows what may be chosen.
CHOICES = frozenset({"change", "item", "pieces", "replacement", "return_reason"})


class Back(StrEnum):
    """What is asked back."""

    WHY = "why"
    WAIT = "wait"
    UNSURE = "unsure"
    CHOICE = "choice"
    MONEY = "money"
    TIME = "time"
    KEEP = "keep"
    STOCK = "stock"


_WHY = re.compile(
    r"^\W*(?:(?:but|and|ok|hm+|sorry)\W+)?why(?: is that| that| do you ask)?\W*$"
    r"|\bwhy\b.{0,20}\b(?:need|ask|asking|want to know|have to know|necessary|important|matter)\b"
    r"|\bwhat (?:do you need|is|do you want) (?:it|that|this) for\b"
    r"|\b(?:does|do|would) (?:it|that|this) (?:really |even )?(?:matter|make a difference)\b"
    r"(?!\s(?:that|if|when|whether|how|what|which|for)\b)"
    r"|\bis (?:it|that|this) (?:really |even )?(?:necessary|needed|important|required)\b"
    r"|\b(?:do|must) i (?:really )?(?:have to |need to )?(?:say|tell you|answer|give a reason)\b"
    r"|^\W*(?:do i have to|must i|can i skip (?:it|this|that))(?: now)?\W*$"
    r"|不说.{0,2}(?:行|可以)吗|可以不(?:说|答|填|选)吗"
    r"|^\W*(?:为什么|为啥|干嘛|为何)(?:啊|呢|呀)?\W*$"
    r"|(?:为什么|为啥|干嘛|为何).{0,6}(?:问|知道|填|说|提供|选)"
    r"|(?:有什么|有)(?:关系|影响|区别)吗|重要吗|(?:必须|一定要?|非得).{0,3}(?:说|填|答|选)吗?",
    re.IGNORECASE,
)
_WHAT_IF = re.compile(
    r"\b(?:what|and) (?:if|when) i (?:really )?(?:do not|don['’]?t|can['’]?t|cannot|am not"
    r"|['’]?m not)"
    r" (?:know|remember|say|tell|choose|decide|sure)\b"
    r"|(?:如果|要是)?(?:我)?(?:不知道|不清楚|不确定|记不得|不记得).{0,4}(?:怎么办|咋办|呢)",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"^\W*(?:(?:well|hm+|sorry|honestly)\W+)?(?:i (?:really |still )?(?:don['’]?t|do not) know"
    r"|(?:i have )?no idea|(?:i['’]?m |i am )?not sure|dunno|idk)(?: yet| which(?: one)?"
    r"| either)?\W*$"
    r"|^\W*(?:我)?(?:也)?(?:不知道|不清楚|不确定|说不好)(?:呢|啊|呀)?\W*$",
    re.IGNORECASE,
)
_WAIT = re.compile(
    r"^\W*(?:(?:please|pls|just|ok|hm+|um+|no|oh|well)\W+){0,3}"
    r"(?:wait|hold on|hang on|(?:just )?(?:one|a) (?:moment|sec(?:ond)?|minute)"
    r"|give me (?:a|one) (?:moment|sec(?:ond)?|minute)"
    r"|(?:let me|i (?:have|need|want) to|i['’]?ll|can i) think(?: about (?:it|that))?|not yet)"
    r"(?:,? (?:a|one|just a) (?:moment|sec(?:ond)?|minute|bit))?(?: first| please| pls)?\W*$"
    r"|^\W*(?:(?:please|pls|just|ok|hm+|no|oh|well|wait|hold on|hang on|then)\W+){0,3}"
    r"(?:let me|i['’]?(?:ll| will|m going to)|gonna)(?: just| first| quickly| go)* (?:and )?"
    r"(?:check|look|have a look|see|ask|find out|search|call)\b[^,;?]{0,40}$"
    r"|^\W*(?:我)?(?:先)?去?(?:找找|看看|问问|问一下|看一下|找一下)[^，。？]{0,8}$"
    r"|^\W*(?:先?等(?:一?下|等|一会儿?)|稍等|(?:让我|我)?(?:再|先)?(?:想想|考虑(?:一下)?)|先别)(?:吧|再说)?\W*$",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"\b(?:what|which) (?:are )?(?:the |my )?(?:options?|choices|possibilities)\b"
    r"|\bwhat (?:can|could|may) i (?:choose|pick|say|answer|take)\b|\bwhat is there\W*$"
    r"|\bwhat(?:['’]s| is) (?:the )?difference\b|\bcan i have both\b"
    r"|(?:有什么|有哪些|哪些)(?:选择|选项|可选)|(?:可以|能)选(?:什么|哪)|有什么(?:区别"
    r"|不同)|两个都.{0,3}吗",
    re.IGNORECASE,
)
_WHAT_HAPPENS = re.compile(
    r"^\W*(?:and )?(?:what happens|what would happen|what if|how does|how would)\b|会怎么?样",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bhow much\b|\bwhat (?:would|will|is|does|do|about) (?:i|the|my) (?:get|money|refund"
    r"|amount)\b"
    r"|\b(?:money|refund|amount)\b.{0,30}\b(?:card|account|paypal|bank|come to|be)\b|\bin full\b"
    r"|\bfull (?:price|amount|refund)\b|\bwhat do i get\b"
    r"|(?:赔|退|多少).{0,4}(?:多少|钱|款)|全额|退到哪",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\bhow (?:long|soon|fast|quickly|many days)\b|\bwhen\b.{0,30}\b(?:get|come|comes"
    r"|arrive|arrives"
    r"|have|be|here|sent|send|money|refund|replacement|new one)\b|\bhow much time\b"
    r"|\bwh(?:at|ich)\w{0,2}(?:['’]s| is| one is| goes)? (?:the )?(?:fast|quick)(?:er|est)\b"
    r"|哪个(?:更)?快"
    r"|多久|几天|多少天|什么时候|何时|多长时间",
    re.IGNORECASE,
)
_STOCK = re.compile(
    r"\b(?:in stock|still (?:available|there|have)|sold out|any (?:left|more))\b"
    r"|有货|还有吗|还有没有|库存|卖完",
    re.IGNORECASE,
)
_KEEP = re.compile(
    r"\b(?:do|must|should|have|need|shall) (?:i|to)\b.{0,20}\b(?:send|return|post"
    r"|give)\b.{0,25}\bback\b"
    r"|\b(?:do|must|should|can|may) i\b.{0,15}\b(?:return|keep|throw)\b"
    r"|\b(?:old|broken|damaged|wrong|first|faulty) (?:one|\w+)\b.{0,20}"
    r"\b(?:sen[dt]|goes?|go|comes?) back\b"
    r"|\bsen[dt] back first\b"
    r"|(?:要|需要|用)(?:不要)?.{0,3}(?:寄回|退回)|(?:可以|能)(?:留|扔)",
    re.IGNORECASE,
)


def asked_back(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Reply where the latest message asks something back; None where it does not."""
    told = counter_question(services, dispatcher, tracker)
    aside = asked_aside(tracker) if told is None else None
    if aside is not None:
        say_aside(services, dispatcher, tracker, aside)
        return []
    asks = _asked_of_task(tracker)
    if told is not None or asks is None:
        return told
    if asks is Back.STOCK and _of_others(services, tracker):
        return None
    if isinstance(asks, Asked):
        order = current_order(services, tracker)
        for one in all_asked(tracker, asks.matter):
            say_on_the_side(services, dispatcher, tracker, one, order)
    else:
        say_back(services, dispatcher, tracker, asks)
    return [SlotSet(name, value) for name, value in kept_beside(tracker).items()]


def _of_others(services: RetailServices, tracker: Tracker) -> bool:
    """Whether goods are named that are not in the order."""
    order, named = current_order(services, tracker), latest_entity(tracker, "product")
    return named is not None and (order is None or all(i.sku != named for i in order.items))


def asks_back(tracker: Tracker) -> bool:
    """Whether the latest message asks something back, where nothing was made of it yet."""
    asked = answer_to_counter_question(tracker) or asked_aside(tracker) or _asked_of_task(tracker)
    return asked is not None


def _asked_of_task(tracker: Tracker) -> Back | Asked | None:
    form = (tracker.active_loop or {}).get("name")
    asked, text = tracker.get_slot(REQUESTED_SLOT), latest_text(tracker)
    if form not in FORMS or asked not in REPLIED or not text or len(text) > READ:
        return None
    if not is_unanswered(tracker, str(form)):
        return None
    found = ((Back.WHY, _WHY), (Back.WAIT, _WAIT), (Back.UNSURE, _WHAT_IF), (Back.CHOICE, _CHOICE))
    back = next((back for back, words in found if words.search(text)), None)
    if back is None and asked != "return_reason" and _UNSURE.search(text):
        back = Back.UNSURE
    if back is not None:
        return back
    matter = OF_FORM.get(str(form))
    return asked_on_the_side(tracker, matter) if matter else _of_what_comes(tracker, text)


def _of_what_comes(tracker: Tracker, text: str) -> Back | None:
    """Money, time and whether it comes back: of goods; a parcel under way has its own talk."""
    if not (is_question(text) or _STOCK.search(text)):
        return None
    found: tuple[tuple[Back, re.Pattern[str]], ...] = ()
    if (tracker.active_loop or {}).get("name") == REPORT and tracker.get_slot(
        "problem_kind"
    ) in HERE:
        found = ((Back.KEEP, _KEEP), (Back.TIME, _TIME), (Back.MONEY, _MONEY))
        if tracker.get_slot(REQUESTED_SLOT) == "wish":
            found = (*found, (Back.STOCK, _STOCK), (Back.CHOICE, _WHAT_HAPPENS))
    return next((back for back, words in found if words.search(text)), None)


def say_back(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, asks: Back
) -> None:
    """The reply; the form's question comes by itself."""
    asked = str(tracker.get_slot(REQUESTED_SLOT))
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    order = current_order(services, tracker)
    if asks is Back.WAIT:
        dispatcher.utter_message(response="utter_back_wait")
    elif asks in (Back.WHY, Back.UNSURE):
        dispatcher.utter_message(response=f"utter_back_{asked}")
    elif asks is Back.CHOICE:
        response = "utter_back_choice" if asked in CHOICES else f"utter_back_{asked}"
        dispatcher.utter_message(response=response)
    elif asks is Back.MONEY:
        say_money(words, dispatcher, tracker, order)
    elif asks is Back.STOCK and order is not None:
        goods = [item for item, _ in _goods(words, tracker, order)] or list(order.items)
        say_stock(services, words, dispatcher, goods)
    elif asks is Back.TIME and order is not None:
        say_how_long(services, words, dispatcher, order)
    else:
        dispatcher.utter_message(response="utter_back_keep" if order else "utter_back_wish")


def say_money(
    words: Wording, dispatcher: Dispatcher, tracker: Tracker, order: OrderView | None
) -> None:
    """What would be paid back for the goods that are spoken of, as far as they are known."""
    if order is None:
        dispatcher.utter_message(response="utter_back_money_paid")
        return
    goods = _goods(words, tracker, order)
    worth = sum(
        rules.item_refund_cents(i.unit_cents, n, order.subtotal_cents, order.discount_cents)
        for i, n in goods
    )
    dispatcher.utter_message(
        response="utter_back_money" if goods else "utter_back_money_paid",
        items=words.items(item.pieces(pieces) for item, pieces in goods),
        amount=words.money(worth, order.currency),
        method=words.term(order.method) if order.method else "",
    )


def say_stock(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, goods: Sequence[ItemView]
) -> None:
    """Whether these goods can be sent again."""
    gone = sold_out(services, goods)
    dispatcher.utter_message(
        response="utter_back_sold_out" if gone else "utter_back_in_stock",
        items=words.items(gone or [item.label for item in goods]),
    )


def _goods(words: Wording, tracker: Tracker, order: OrderView) -> list[tuple[ItemView, int]]:
    """What is known of the goods that the form is about, with their pieces."""
    lines = decoded(tracker.get_slot("item"))
    if (tracker.active_loop or {}).get("name") == REPORT:
        told = words.in_records(str(tracker.get_slot("problem_details") or ""))
        found = pick(mentioned(told, order.items), order.items)
        lines = dict(found.pieces) if isinstance(found, Picked) else lines
    pieces = tracker.get_slot("pieces") if len(lines) == 1 else None
    said = int(str(pieces)) if str(pieces).isdecimal() else None
    only = len(order.items) == 1
    return [
        (item, lines.get(item.line) or said or item.quantity)
        for item in order.items
        if only or item.line in lines
    ]


def say_how_long(
    services: RetailServices, words: Wording, dispatcher: Dispatcher, order: OrderView
) -> None:
    """How long a replacement and a refund take, once a colleague has looked at the report."""
    policies = services.policies
    dispatcher.utter_message(
        response="utter_back_time",
        method=words.term(order.method),
        days=words.say("working_days", count=policies.refunds.days_for(order.method)),
    )


def is_unanswered(tracker: Tracker, form: str) -> bool:
    """Whether nothing was done about the latest message but that the form looks at it."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return not (event.get("metadata") or {}).get("is_external")
        if event.get("event") == "action" and event.get("name") not in (LISTEN, form):
            return False
    return False
