"""When the stores are open: a no for Sundays, and no promise for public holidays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.later.when import SHOP_ZONE
from dialogue.retail.services import Dispatcher, Events, RetailAction, latest_text
from dialogue.retail.the_shop.staff_hours import back_at, closing_at

READ = 300  # characters that are looked through
_SUNDAY = re.compile(r"\bsundays?\b|\bsun\b|周日|星期日|星期天|礼拜天|礼拜日", re.IGNORECASE)
_HOLIDAY = re.compile(
    r"\b(?:public |bank )?holidays?\b|\bchristmas\b|\bx-?mas\b|\bnew year\w*\b|\beaster\b"
    r"|\b(?:2[456]|31)(?:st|th)?\W{1,2}(?:of )?dec\w*|\bdec\w* (?:the )?(?:2[456]|31)\b"
    r"|12月(?:2[456]|31)"
    r"|\b(?:boxing|may|labou?r|reformation) day\b|圣诞|元旦|新年|复活节|节假日|假期|节日",
    re.IGNORECASE,
)

_BY_PHONE = re.compile(
    r"\b(?:call|phone|ring|telephone|hotline)\b|电话|打给", re.IGNORECASE
)  # the hours of the people, with the number
_TODAY = re.compile(r"\btoday\b|今[天日]", re.IGNORECASE)
_TOMORROW = re.compile(r"\btomorrow\b|明[天日早晚]", re.IGNORECASE)
_NOW = re.compile(
    r"(?=.{0,200}\b(?:open|closed)\b).{0,200}"
    r"\b(?:now|at the moment|currently|still(?: open)?\W*$)"
    r"|(?:现在|此刻|这会儿|目前).{0,12}(?:开|关|营业)|还(?:开着|在营业)",
    re.IGNORECASE,
)
_STORE = re.compile(
    r"\b(?:stores?|shops?|branch\w*|hamburg|copenhagen)\b|店|汉堡|哥本哈根", re.IGNORECASE
)
_PEOPLE = re.compile(
    r"\b(?:staff|agents?|colleagues?|humans?|people|support|service|chat)\b|客服|人工|同事|真人|在线",
    re.IGNORECASE,
)
_SUNDAYS = 6  # as `date.weekday` counts


class OpeningHoursAction(RetailAction):
    """The hours of the stores and of the people."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_opening_hours"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Of a day that is special the answer for it, with when they are open otherwise."""
        text = latest_text(tracker)[:READ]
        if _BY_PHONE.search(text):
            dispatcher.utter_message(response="utter_contact_details")
            return []
        if _HOLIDAY.search(text):
            dispatcher.utter_message(response="utter_open_on_holidays")
            return []
        if _PEOPLE.search(text) and not _STORE.search(text) and not _SUNDAY.search(text):
            dispatcher.utter_message(response="utter_opening_hours")
            return []
        if _NOW.search(text):
            self._say_now(dispatcher, tracker)
            if not _STORE.search(text):
                dispatcher.utter_message(response="utter_opening_hours")
            return []
        day = self._day(text)
        closed = day is not None and day.weekday() == _SUNDAYS
        if closed or _SUNDAY.search(text):
            dispatcher.utter_message(response="utter_open_on_sunday")
        if day is not None and not closed:
            dispatcher.utter_message(
                response="utter_open_that_day", day=self.words(tracker).day(day)
            )
        elif day is None and not _SUNDAY.search(text):
            dispatcher.utter_message(response="utter_opening_hours")
        return []

    def _say_now(self, dispatcher: Dispatcher, tracker: Tracker) -> None:
        """Whether the stores are open at this hour, else when they are again."""
        hours, now = self.services.policies.shop_hours, self.services.clock()
        opens = back_at(hours, now)
        if opens is not None:
            when = self.words(tracker).moment(opens)
            dispatcher.utter_message(response="utter_closed_now", when=when)
        else:
            closes = closing_at(hours, now).strftime("%H:%M")
            dispatcher.utter_message(response="utter_open_now", closes=closes)

    def _day(self, text: str) -> date | None:
        """Today or tomorrow, where it is asked of one of them."""
        today = self.services.clock().astimezone(SHOP_ZONE).date()
        if _TOMORROW.search(text):
            return today + timedelta(days=1)
        return today if _TODAY.search(text) else None
