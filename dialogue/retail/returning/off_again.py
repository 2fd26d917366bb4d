"""Whether a return that was announced is off again, and what shall come back in its stead.

"The shirt's return is cancelled now, right?": it stays announced until it is taken back. "Then I
keep it, but can I send a mug back instead?" wants both, one after the other; so does "wrong size,
I need XL" after a swap.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.states import ReturnStatus
from dialogue.orders.views import OrderView, ReturnView
from dialogue.questions import is_question
from dialogue.retail.goods.variants import named_variant
from dialogue.retail.returning.items import returnable
from dialogue.retail.returning.picking import WORDS, Picked, count_in, to_go
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.correcting import corrects, meant_in
from dialogue.retail.talk.tasks import WAITING, kept_wishes, wish
from dialogue.retail.task_slots import forget_task
from dialogue.retail.which_order.choice import announced_returns
from dialogue.retail.which_order.pointing import parcels_meant
from dialogue.retail.wording import Wording, button, wording

READ = 200  # characters
SOON = 2  # messages after one was taken back
WITHDRAWN = frozenset({"utter_return_withdrawn", "utter_exchange_withdrawn"})
_OFF = re.compile(
    r"\b(?:returns?|exchange|swap|R-?\s?\d{4,6})\b.{0,25}"
    r"\b(?:cancell?ed|withdrawn|taken back|off|gone|undone|stopped)\b"
    r"|\b(?:stays?|remains?) (?:here )?with me\b|\bi (?:can )?keep the [\w -]{2,30}, right\b"
    r"|(?:退货|换货|R-\d+).{0,6}(?:取消|撤销|撤回|作废)|(?:留|归)(?:在我|我)",
    re.IGNORECASE,
)
_KEEPS = re.compile(
    r"\bkeep(?:ing)? (?:it|them|this|that|the [\w-]+)\b|\bchanged my mind\b"
    r"|(?<!不)留(?:着|下|了)|后悔|[那就]不退了",
    re.IGNORECASE,
)
_NOT_KEPT = re.compile(r"(?:n['’]t|\b(?:dont|not|no longer|can i|could i))\b.{0,12}$|不$", re.I)
_BACK = re.compile(
    r"\b(?:return|swap|exchange|(?:send|give|bring)\b.{0,40}\bback)\b|退|换", re.IGNORECASE
)
_SWAP = re.compile(r"\b(?:swap|exchange)\b|换", re.IGNORECASE)
_NO = re.compile(r"(?:n['’]t|\b(?:dont|not|nothing|no))\b|不|别", re.IGNORECASE)
# "Cancel the other one too", after one was taken back.
_OTHER_TOO = re.compile(
    r"\b(?:cancel|withdraw|undo|keep|take)\b.{0,20}\b(?:other|second|rest|too|as well|both|all)\b"
    r"|\b(?:the )?(?:other|second) (?:one|return|exchange|swap)\b.{0,12}\b(?:too|also|as well)\b"
    r"|(?:另|其[他它]|第二|剩下).{0,12}(?:取消|撤|留|不[退换])|(?:取消|撤|留).{0,8}(?:另|其[他它]|第二|剩下)",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"\bi meant?\b|\binstead\b|\brather\b|\b(?:wrong|other) (?:size|colou?r)\b|\bmake (?:it|that)\b"
    r"|\bshould (?:be|have been)\b|\bchange (?:it|that) to\b|\b(?:mistake|mistyped)\b"
    r"|[换退选]错|搞混|不对|是要|改成?|换成|还是[要换]|要的是|应该是",
    re.IGNORECASE,
)
# Little else than a number: "only one of them actually", "I want all three gone", 只退一个.
_PIECES = re.compile(
    rf"^\W*(?:(?:no|oh|wait|sorry|actually|i|meant|want(?:ed)?|to|send|return|make|it|that|just|only)"
    rf"\W+){{0,8}}(?:all )?(?:{'|'.join(WORDS)}|\d{{1,2}})"
    r"(?: of (?:them|those|these|it))?"
    r"(?: (?:back|gone|actually|please|pls|instead|then|now|only)){0,3}\W*$"
    r"|^\W*(?:不|我)?(?:只|就)?(?:要|想)?退[一二两三四五六1-9][个件只双](?:就(?:行|好))?\W*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[,;.!?，；。！？]|\b(?:but|and|then|just|only)\b|但|再|改")


def asks_if_off(text: str) -> bool:
    """Whether it is asked if something announced does not come back any more."""
    return is_question(text[:READ]) and _OFF.search(text[:READ]) is not None


def say_if_off(
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    text: str,
    new: ReturnView | None = None,
) -> bool:
    """Say it of the goods that are named, else of all but the `new` return; False if none is."""
    announced = [one for one in announced_returns(order) if one != new]
    kept = [one for one in order.returns if one.status is ReturnStatus.WITHDRAWN]
    said = words.in_records(text[:READ])
    named = parcels_meant(said, order, announced)
    off = parcels_meant(said, order, kept)
    still = named or (() if off else announced)
    for parcel in still:
        dispatcher.utter_message(
            response="utter_still_announced",
            reference=parcel.reference,
            items=words.items(parcel.items),
            buttons=[words.button("withdraw", "withdraw_return", order_number=order.number)],
        )
    for parcel in sorted(off or kept, key=_age)[-1:] if not still else ():
        dispatcher.utter_message(response="utter_sure_withdrawn", reference=parcel.reference)
    return bool(still or kept)


def kept_instead(services: RetailServices, tracker: Tracker, order: OrderView) -> Events | None:
    """Take the latest return back first; what shall come back instead of it waits its turn."""
    text, announced = latest_text(tracker)[:READ], announced_returns(order)
    keeps = _KEEPS.search(text)
    another = _another_variant(services, tracker, order) if announced else None
    another = another or (_other_pieces(tracker, order) if announced else None)
    if another is not None:
        return another
    if not announced or keeps is None or _NOT_KEPT.search(text[: keeps.start()]):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    parts = [one for one in _PARTS.split(text) if not _KEEPS.search(one) and not _NO.search(one)]
    back = next((one for one in parts if _BACK.search(one)), None)
    found = _holding(services, tracker, order, words.in_records(back)) if back else None
    if back is None or found is None:
        return None
    of_it = [
        one
        for part in _PARTS.split(text)
        if _KEEPS.search(part)
        for one in parcels_meant(words.in_records(part), order, announced)
    ]
    parcel = max(of_it or announced, key=_age)
    intent = "exchange_item" if _SWAP.search(back) else "return_item"
    later = wish(intent, None, order_number=found[0], item=found[1])
    return _withdrawn_first(tracker, order, parcel, later)


def _another_variant(services: RetailServices, tracker: Tracker, order: OrderView) -> Events | None:
    """Take the latest one back first and swap its goods for the variant that is meant instead.

    "Oh no, I meant S", after an exchange for M; "can I get an M instead?" after a return.
    """
    text = latest_text(tracker)[:READ]
    parcel = max(announced_returns(order), key=_age)
    goods = [one for one in order.items if any(one.name in label for label in parcel.items)]
    if len(goods) != 1 or not (_MEANT.search(text) or corrects(tracker)):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    found = named_variant(services, words.in_records(meant_in(text)), goods[0])
    if found is None or not found.quantity or any(found.label in o for o in parcel.replacements):
        return None
    line, label = str(goods[0].line), found.label
    later = wish("exchange_item", None, order_number=order.number, item=line, replacement=label)
    return _withdrawn_first(tracker, order, parcel, later)


def _other_pieces(tracker: Tracker, order: OrderView) -> Events | None:
    """Another number of what was announced last: "only one of them actually", "all three".

    Fewer are announced anew, once the return is taken back; of more, those that are left.
    """
    text = latest_text(tracker)[:READ]
    parcel = max(announced_returns(order), key=_age)
    goods = [one for one in order.items if any(one.name in label for label in parcel.items)]
    if len(goods) != 1 or parcel.replacements or is_question(text) or not _PIECES.search(text):
        return None
    item = goods[0]
    several = re.match(r"(\d+) × ", parcel.items[0])
    now = int(several[1]) if several else 1
    count = count_in(text, now + item.returnable)
    if not count or count == now or count > now + item.returnable:
        return None
    if count > now:
        more = SlotSet("item", str(Picked({item.line: count - now})))
        return [*forget_task(tracker), more, FollowupAction("return_form")]
    pieces = str(Picked({item.line: count}))
    later = wish("return_item", None, order_number=order.number, item=pieces)
    return _withdrawn_first(tracker, order, parcel, later)


def _withdrawn_first(
    tracker: Tracker, order: OrderView, parcel: ReturnView, later: dict[str, Any]
) -> Events:
    return [
        *forget_task(tracker),
        SlotSet("order_number", order.number),
        SlotSet("announced_return", parcel.reference),
        SlotSet(WAITING, [later, *kept_wishes(tracker, WAITING)]),
        FollowupAction("withdraw_return_form"),
    ]


def other_too(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """After one was taken back, the other one: where none is left, that is said."""
    text = latest_text(tracker)[:READ]
    lately = not said_within(tracker, SOON).isdisjoint(WITHDRAWN)
    named = latest_entity(tracker, "order_number") or re.search(r"\border\b|订单", text, re.I)
    if not lately or named or not _OTHER_TOO.search(text) or is_question(text):
        return None
    viewer, order = viewer_of(tracker), current_order(services, tracker)
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    left = [one for one in (*((order,) if order else ()), *recent) if announced_returns(one)]
    if left:
        number = SlotSet("order_number", left[0].number)
        return [*forget_task(tracker), number, FollowupAction("withdraw_return_form")]
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response="utter_no_other_announced",
        buttons=[button(words.say("title_cancel_order"), "cancel_order"), words.person_button()],
    )
    return []


def _holding(
    services: RetailServices, tracker: Tracker, order: OrderView, said: str
) -> tuple[str, str] | None:
    """The order that holds the goods which are named, this one first, and these as slots do."""
    viewer = viewer_of(tracker)
    recent = services.store.recent_orders(viewer, limit=10) if viewer.signed_in else ()
    for one in (order, *recent):
        goods = to_go(said, returnable(services, one))
        if goods is not None:
            return one.number, str(goods)
    return None


def _age(parcel: ReturnView) -> tuple[datetime, str]:
    return parcel.created_at, parcel.reference
