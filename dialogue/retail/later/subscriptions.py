"""Being told when an order moves; and telling what has happened meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.extras import ShopExtras
from dialogue.orders.states import Lateness
from dialogue.orders.subscriptions import NothingToFollow, TooManyWatches
from dialogue.questions import is_question
from dialogue.retail.extras import ExtrasAction
from dialogue.retail.problems.still_to_come import to_come
from dialogue.retail.proof.identity import OrderForm
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    current_order,
    latest_entity,
    latest_text,
    listener_of,
    viewer_of,
)
from dialogue.retail.talk.tasks import offer_left
from dialogue.retail.task_slots import REQUESTED_SLOT, forget_task
from dialogue.retail.which_order.choosing import ChooseOrder
from dialogue.retail.which_order.left import left_behind
from dialogue.retail.wording import wording

OFF = "off"
MAX_SHOWN = 4_000
EXTERNAL_TEXT = "EXTERNAL: "  # how the text of what nobody wrote begins
_NEWS = r"(?:updat\w*|noti\w+|mess\w*|alerts?|news|e?-?mails?|sms|texts?|pings?|posted)"
_TELLING = r"(?:telling|sending|writing|text\w*|pinging|it|this|that|them|these|those)"
_NEWS_ZH = "(?:通知|提醒|推送|订阅|更新|消息|短信|信息|动态|进度|提示)"
_TELL_ZH = "(?:通知|提醒|推|发(?![她他货])|报|告诉|说|吵|收)"
# Of what there shall be an end: "tell me when it's off to the courier" is a wish for news.
_OFF = re.compile(
    r"\bunsubscribe\b|\bno (?:more|further)\b(?! than)|\bnot any ?more\b"
    r"|\bno longer (?:want|need|wish)\b|\bforget (?:it|that|about)\b"
    r"|\bstop (?:bother|annoy|spamm|pester|contact|nagg)\w*|\bleave me alone\b"
    r"|\b(?:don['’]?t|do not|not) (?:want|need)\b.{0,20}\bany ?more\b"
    r"|\b(?:don['’]?t|do not) (?:want|need) (?:it|that|this|them|those)\b"
    r"|\b(?:switch|turn|shut|leav)(?:e|ed|ing)? (?:\S+ ){0,3}?off\b"
    rf"|\b(?:stop|quit|cease) (?:(?:\S+ ){{0,2}}?{_NEWS}|{_TELLING}|#?\d+)\b"
    rf"|\b(?:end|cancel) (?:\S+ ){{0,2}}?{_NEWS}\b|\b{_NEWS} off\b"
    r"|(?:^|[,.;])\W*(?:please )?(?:stop|off|quit|cancel|end)(?: (?:please|pls|now|thanks))?\W*$"
    rf"|\b(?:don['’]?t|do not) (?:want|need)(?! to miss)\b(?: \S+){{0,5}}? (?:{_NEWS}|told)\b"
    r"|\b(?:don['’]?t|do not|needn['’]?t) (?:tell|send|write|text|message|notify|update)\b"
    rf"(?=(?: me)?\W*$|(?: \S+){{0,4}}? (?:any ?more|again|{_NEWS})\b)"
    rf"|退订|(?:取消|停[止掉发]?|关[闭掉]|退掉|(?<![海清])关(?![注于心系]))[^，。；,了]{{0,8}}{_NEWS_ZH}"
    rf"|{_NEWS_ZH}(?:[就都也我全]|还是|可以|给我)*(?:停|关(?![注于])|退|取消|别(?!忘)|不[用要收想])"
    rf"|(?:别|不要|不用|不必|不想)再(?:给我|跟我)?{_TELL_ZH}"
    rf"|(?:别|不要|不用|不必)(?:给我|跟我)?{_TELL_ZH}[^，。；,]{{0,4}}[了啦]"
    r"|(?:关[闭掉]|停掉)[吧了啦]?\W*$|^\W*(?:取消|停止?|关[闭掉]|不用|别发)(?:吧|了|啦)?\W*(?:谢谢)?\W*$",
    re.IGNORECASE,
)

# "Forget it, I need nobody. Just tell me when it comes": another thing is given up.
_RATHER = re.compile(
    r"\b(?:just|only|rather) (?:tell|let|message|write|notify) (?:to )?me\b.{0,12}\b(?:when|once)\b"
    r"|(?:只要|就)(?:告诉|通知)我",
    re.IGNORECASE,
)
# "Can you tell me when it comes?" asks for the day; "tell me when it comes" is a wish for news.
_ASKS_DAY = re.compile(
    r"\b(?:can|could) you (?:please )?(?:also )?tell me (?:when|what day)\b"
    r".{0,40}\b(?:arriv\w+|com(?:es?|ing)|(?:be |get )?here|deliver\w*|will)\b",
    re.IGNORECASE,
)
# Where one would like to read it: "text me", "send me a mail".
_ELSEWHERE = re.compile(
    r"\b(?:text|sms|e-?mail|mail|whatsapp|call|phone|ring) (?:me|us)\b"
    r"|\b(?:an?|by|per|via|as) (?:text|sms|e-?mail|mail|whatsapp|phone)\b|短信|邮件|微信|打电话",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[.!;。！；]\s*|\s(?:and|but)\s", re.IGNORECASE)


class ChooseUpdates(ChooseOrder):
    """Begins the wish to be told of an order, or no longer."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_choose_updates"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """To be told no more, no order needs to be known, and no other task is left for it."""
        if latest_entity(tracker, "updates") == OFF or wants_no_more(latest_text(tracker)):
            form, extras = (tracker.active_loop or {}).get("name"), self.services.extras
            if form and form != ShippingUpdatesForm.form and extras is not None:
                tell_no_more(self.services, extras, dispatcher, tracker)
                return [*_reason_beside(tracker), FollowupAction(form)]
            left = left_behind(self.services, tracker)
            return [*left, *forget_task(tracker), SlotSet("updates", OFF)]
        begun = [*super().run(dispatcher, tracker, domain), SlotSet("updates", None)]
        if _JUST_WHERE.search(latest_text(tracker)[:MAX_SHOWN]):
            return [*begun, FollowupAction("order_status_form")]
        return begun


def _reason_beside(tracker: Tracker) -> Events:
    """The reason of a return that stands before it: "I don't like it. And did you stop them?"."""
    first, *others = _PARTS.split(latest_text(tracker)[:MAX_SHOWN], maxsplit=1)
    asked = tracker.get_slot(REQUESTED_SLOT) == "return_reason"
    says_it = asked and others and not is_question(first) and not wants_no_more(first)
    return [SlotSet("return_reason", first.strip())] if says_it else []


def wants_no_more(text: str) -> bool:
    """Whether a wish about updates is to get none: "turn them off", 别再通知我."""
    text = text[:MAX_SHOWN]
    return _OFF.search(text) is not None and _RATHER.search(text) is None


# "No, where is it", and "just tell me when it comes today": asked once, and no messages wished.
_JUST_WHERE = re.compile(
    r"\b(?:no|wait|rather|actually|never ?mind|instead)\b.{0,30}\bwhere (?:it|that|they|is)\b"
    r"|\b(?:tell me|let me know|know)\b.{0,12}\b(?:when|what time)\b.{0,40}"
    r"\b(?:com(?:es?|ing)|arriv\w+|here|deliver\w*)\b"
    r".{0,12}\b(?:today|tonight|tomorrow|this (?:morning|afternoon|evening|week))\b"
    r"|(?:算了|不用了?|还是).{0,10}(?:在哪|到哪)"
    r"|(?:告诉我|知道).{0,10}(?:今天|今晚|明天).{0,8}(?:什么时候|几点)",
    re.IGNORECASE,
)


class ShippingUpdatesForm(OrderForm):
    """Only the order itself; nothing to be told no more."""

    form = "shipping_updates_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> list[str]:
        """See `OrderForm.required_slots`."""
        if tracker.get_slot("updates") == OFF:
            return []
        return await super().required_slots(domain_slots, dispatcher, tracker, domain)


class ShippingUpdatesAction(ExtrasAction):
    """Has this conversation told of an order from now on, or no longer."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_shipping_updates"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """What will be told, and when it ends."""
        done = [*forget_task(tracker), SlotSet("updates", None)]
        if tracker.get_slot("updates") == OFF:
            tell_no_more(self.services, extras, dispatcher, tracker)
            offer_left(self.words(tracker), dispatcher, tracker)
            return done
        order = current_order(self.services, tracker)
        if order is None:
            return done
        words = self.words(tracker)
        expected = words.day(order.expected_on)
        late = any(one.lateness is not Lateness.ON_TIME for one in to_come(order))
        if not late and _ASKS_DAY.search(_wished(tracker)):
            follow = words.button("updates", "shipping_updates", order_number=order.number)
            dispatcher.utter_message(
                response="utter_updates_day",
                number=order.number,
                expected=expected,
                buttons=[follow],
            )
            offer_left(words, dispatcher, tracker)
            return done
        response = "utter_updates_on_late" if late else "utter_updates_on"
        try:
            extras.subscriptions.follow(viewer_of(tracker), order.number, listener_of(tracker))
        except NothingToFollow:
            response = "utter_updates_over"
        except TooManyWatches:
            response = "utter_updates_many"
        dispatcher.utter_message(
            response=response,
            number=order.number,
            expected=expected,
        )
        if response.startswith("utter_updates_on") and _ELSEWHERE.search(_wished(tracker)):
            dispatcher.utter_message(response="utter_updates_mail")
        offer_left(words, dispatcher, tracker)
        return done


def _wished(tracker: Tracker) -> str:
    """The message that wished to be told of an order."""
    begun = (tracker.active_loop or {}).get("trigger_message") or {}
    return str(begun.get("text") or latest_text(tracker))[:MAX_SHOWN]


def tell_no_more(
    services: RetailServices, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker
) -> None:
    """No more news of the order that the message names, else of any."""
    number = latest_entity(tracker, "order_number")
    left = extras.subscriptions.unfollow(listener_of(tracker), number)
    dispatcher.utter_message(
        response="utter_updates_off" if left else "utter_updates_none",
        orders=wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT)).listing(left),
    )


class NoticeAction(RetailAction):
    """Tells what has happened: goods are back, an order moved, a reminder, a ticket is closed.

    All that is told comes with the event, so that who forges one hears only their own words.
    """

    def name(self) -> str:
        """Rasa's name."""
        return "action_notice"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """One response for each kind of news."""
        values = list(tracker.get_latest_entity_values("notice"))
        text = str((tracker.latest_message or {}).get("text") or "")
        if not text.startswith(EXTERNAL_TEXT) or not values or not isinstance(values[-1], Mapping):
            dispatcher.utter_message(response="utter_ask_rephrase")
            return []
        told = {str(key): str(value)[:MAX_SHOWN] for key, value in values[-1].items()}
        return self._tell(dispatcher, tracker, told)

    def _tell(self, dispatcher: Dispatcher, tracker: Tracker, told: dict[str, str]) -> Events:
        idle = not (tracker.active_loop or {}).get("name")
        words = self.words(tracker)
        match told.get("kind"):
            case "stock":
                variant = words.variant(told.get("variant", ""))
                dispatcher.utter_message(
                    response="utter_notice_stock",
                    name=told.get("product", ""),
                    variant=words.say("notice_variant", variant=variant) if variant else "",
                    sku=told.get("sku", ""),
                )
                return [SlotSet("product", told.get("sku"))] if idle else []
            case "order":
                dispatcher.utter_message(
                    response=f"utter_notice_order_{told.get('what')}",
                    number=told.get("number", ""),
                    expected=words.day(date.fromisoformat(told["expected"])),
                    tracking=told.get("tracking", ""),
                )
                return [SlotSet("order_number", told.get("number"))] if idle else []
            case "reminder":
                about = told.get("about", "")
                dispatcher.utter_message(
                    response="utter_notice_reminder",
                    about=about,
                    buttons=[words.button("remind_later", "remind_me", reminder_about=about)],
                )
            case "ticket":
                dispatcher.utter_message(
                    response="utter_ticket_answered"
                    if told.get("answer")
                    else "utter_ticket_closed",
                    ticket=told.get("ticket", ""),
                    closed=words.day(date.fromisoformat(told["closed"])),
                    answer=told.get("answer", ""),
                )
        return []
