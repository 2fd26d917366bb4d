"""When the stores are open: a no for Sundays, and no promise for public holidays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.policies import Hours
from dialogue.retail.later.when import SHOP_ZONE
from dialogue.retail.services import Dispatcher, Events, RetailAction, latest_text, said_within
from dialogue.retail.the_shop.staff_hours import back_at, closing_at, hours_of

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
# Of the people at the telephone, not of the stores.
_PEOPLE = re.compile(
    r"\b(?:customer (?:service|support|care)|support|service|hot ?line|phones?|telephone|staffed"
    r"|(?:any|some)(?:one|body)|colleagues?|people|call|reach(?:able)?|answer|staff|agents?|humans?|chat)\b|客服|电话|有人|人工|同事|真人|在线",
    re.IGNORECASE,
)
_DAYS = tuple(
    re.compile(rf"\b{english}s?\b|(?:周|星期|礼拜){chinese}", re.IGNORECASE)
    for english, chinese in (
        ("mon(?:day)?", "一"),
        ("tue(?:s|sday)?", "二"),
        ("wed(?:nesday)?", "三"),
        ("thu(?:rs|rsday)?", "四"),
        ("fri(?:day)?", "五"),
        ("sat(?:urday)?", "六"),
    )
)
_IN_GENERAL = re.compile(r"\b(?:when|hours|times?)\b|几点|时间", re.IGNORECASE)
_RIGHT_NOW = re.compile(r"\b(?:now|at the moment|currently)\b|现在|此刻|目前", re.IGNORECASE)
LOOKED_BACK = 2  # messages; what was told since then need not be told whole again
_AWAY = {"open": "closed", "people": "no_people"}
ABOUT_HOURS = ("utter_opening_hours", "utter_open_", "utter_closed_now", "utter_contact_details")
_WHOLE = "utter_opening_hours"
_CONTACT = "utter_contact_details"
_SUNDAYS = 6  # as `date.weekday` counts


def names_time(text: str) -> bool:
    """Whether a text names a day, or asks of now."""
    times = (_SUNDAY, _HOLIDAY, _TODAY, _TOMORROW, _RIGHT_NOW, *_DAYS)
    return any(one.search(text[:READ]) for one in times)


class OpeningHoursAction(RetailAction):
    """The hours of the stores and of the people."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_opening_hours"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Of a day that is special the answer for it, with when they are open otherwise."""
        text = latest_text(tracker)[:READ]
        lately = said_within(tracker, LOOKED_BACK)
        of_people = not _STORE.search(text) and (_PEOPLE.search(text) or _CONTACT in lately)
        if of_people and _RIGHT_NOW.search(text):
            self._say_now(dispatcher, tracker, self.services.policies.people, "people")
            return []
        named = [day for day, words in enumerate(_DAYS) if words.search(text)]
        known = _told_by_itself(text, bool(named))
        if known is not None:
            dispatcher.utter_message(response=known)
            return []
        if _NOW.search(text):
            self._say_now(dispatcher, tracker, self.services.policies.shop_hours, "open")
            if not _STORE.search(text) and _WHOLE not in lately:
                dispatcher.utter_message(response=_WHOLE)
            return []
        if len(named) == 1 and (not _IN_GENERAL.search(text) or _WHOLE in lately):
            self._say_weekday(dispatcher, tracker, named[0])
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
            dispatcher.utter_message(response=_WHOLE)
        return []

    def _say_now(
        self, dispatcher: Dispatcher, tracker: Tracker, hours: tuple[Hours, ...], whose: str
    ) -> None:
        """Whether the stores or the people are there at this hour, else when they are again."""
        now = self.services.clock()
        opens = back_at(hours, now)
        if opens is not None:
            when = self.words(tracker).moment(opens)
            dispatcher.utter_message(response=f"utter_{_AWAY[whose]}_now", when=when)
        else:
            closes = closing_at(hours, now).strftime("%H:%M")
            dispatcher.utter_message(response=f"utter_{whose}_now", closes=closes)

    def _say_weekday(self, dispatcher: Dispatcher, tracker: Tracker, weekday: int) -> None:
        """The hours of one day of the week, of the stores and of the people."""
        policies = self.services.policies
        stores, people = (
            hours_of(hours, weekday) for hours in (policies.shop_hours, policies.people)
        )
        if stores is None or people is None:
            dispatcher.utter_message(response=_WHOLE)
            return
        dispatcher.utter_message(
            response="utter_open_on_weekday",
            day=self.words(tracker).locale.days["format"]["wide"][weekday],
            opens=f"{stores.opens:%H:%M}",
            closes=f"{stores.closes:%H:%M}",
            begins=f"{people.opens:%H:%M}",
            ends=f"{people.closes:%H:%M}",
        )

    def _day(self, text: str) -> date | None:
        """Today or tomorrow, where it is asked of one of them."""
        today = self.services.clock().astimezone(SHOP_ZONE).date()
        if _TOMORROW.search(text):
            return today + timedelta(days=1)
        return today if _TODAY.search(text) else None


def _told_by_itself(text: str, names_day: bool) -> str | None:
    """The response that answers whatever the day is: how one orders by phone, holidays, people."""
    if _BY_PHONE.search(text):
        return _CONTACT
    if _HOLIDAY.search(text):
        return "utter_open_on_holidays"
    of_stores = _STORE.search(text) or _SUNDAY.search(text)
    return _WHOLE if _PEOPLE.search(text) and not of_stores and not names_day else None
