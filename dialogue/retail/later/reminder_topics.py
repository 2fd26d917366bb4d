"""What a reminder is about, and which of several the words of a message mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from dialogue.orders.search import query_words
from dialogue.retail.later.when import moment_in
from nlu.entities import times
from nlu.entities.moments import HOURS

MAX_ABOUT = 200
MOST_THANKS = 8  # characters that tell nothing before a question: "thanks. can you …"
Reminder = dict[str, str]  # its `name`, the moment `at` in ISO 8601, and what it is `about`

_ABOUT = re.compile(
    r"(?:remind\w*|nudge|note|forget|reminder)\b.*?\b(?:to|that|about)\s+(.+)"
    r"|\b(?:remind me|reminder) of\s+(.+)|\bremind(?: me|er)?\b[^:：]{0,30}(?:[:：]\s+|：)(.+)",
    re.IGNORECASE,
)
# "And in two hours about the candles", "set another one for tomorrow evening to water the plants".
_ANOTHER = re.compile(
    r"\W*(?:(?:and|also|plus|then|ok|okay|please|can you|could you|yes)\W+){0,3}"
    r"(?:(?:set|make|add|create|put|i need|i want)\s+(?:me\s+|up\s+|in\s+)?)?"
    r"(?:an?\s+|another|one\s+more|one|second|more|new|reminder|again|also|\s)*"
    r"(?:for|on|at|about|of)?\s*",
    re.IGNORECASE,
)
_AND_ABOUT = re.compile(
    r"\W*(?:and|also|plus)\s+(?:another\s+)?(?:one\s+)?(?:about|of|to remember)\s+(.+)",
    re.IGNORECASE,
)
_SAYS_ANOTHER = re.compile(
    r"\W*(?:(?:and|also|plus)\b|(?:[\w,]+\s){0,4}(?:another|one more|a second)"
    r"(?:\s(?:one|reminder|for|at|in|on|to|about|tomorrow|to(?:day|night))\b))"
    r"|\W*(?:还有|再|另外)",
    re.IGNORECASE,
)
_AFTER_TIME = re.compile(
    r"(?:\s+(?:in the )?(?:morning|noon|afternoon|evening|night)\b)?"
    r"(?:\s+at\s+[\w:.]+)?(?:\W*\b(?:to|that|about|of|for)\s+|\s?:\s+)(.+)",
    re.IGNORECASE,
)
_AND = re.compile(
    r",?\s+and\s+(?:also\s+|then\s+|another\s+(?:one\s+)?)?|[，,；;]\s*(?:还有|再|另外|然后)?",
    re.IGNORECASE,
)
_TIME_FIRST_CHINESE = re.compile(
    r"(?:还有|再|另外|然后|设置?|加|定|来|[一]?个|提醒|[，,\s]|大?后天|[明今][天早晚]"
    r"|早上|上午|中午|下午|傍晚|晚上|下?个?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|[零一二三四五六七八九十两半\d]{1,3}个?半?(?:(?:分钟|小时|钟头|天|周)[之以]?后|[点时]半?))+"
)
_ABOUT_CHINESE = re.compile(r"(?:提醒我?|记得|叫我)(.{2,})")
# Words that ask for a reminder and say nothing of its matter.
_ASKING_WORDS = """
    about alright another cancel change clear create delete don drop forget just later make
    many maybe more move nudge ok okay one ping please pls postpone push remember remind remindme
    reminded reminder reminding remove reschedule set shift something stop tell thanks that then
    this today tomorrow tonight up
"""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ASKING = frozenset({*_ASKING_WORDS.split(), *HOURS, *_ORDINALS, "last", "hour", "minute", "half"})
_NTH = rf"(?P<{{}}>{'|'.join(_ORDINALS)}|tenth|[1-9]0?(?:st|nd|rd|th)|last|latest|newest)"
_PLACE = re.compile(
    rf"\b{_NTH.format('one')}\s(?:one|reminder)\b"
    rf"|\b(?:cancel|delete|remove|drop|clear|scrap|move|change|shift|postpone|push|make)\s"
    rf"(?:the\s|my\s)?{_NTH.format('deed')}\b(?!\s(?:of\s(?!the\s|my\s|them|these)|\w+\sone\b))"
    r"|(?:\bnumber\s|\bno\.?\s?|#)(?P<number>[1-9]|one|two|three|four|five|six)\b"
    r"|(?P<chinese>第[一二三四五六七八九十\d]|最后一?|最新)[个条]",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\W*(?:(?:do\s)?(?:this|that|it|them|these|those)|something|me)?(?:\s+(?:again|once more))?\W*"
    r"|再?[一两]?[次遍下][吧哦啊]?\W*",
    re.IGNORECASE,
)
_ASKING_CHINESE = re.compile(
    r"[零一二三四五六七八九十两半\d]+个?半?(?:分钟|小时|钟头)|再?过|再等?"
    r"|提醒|取消|删除|删掉|设置|设个|不用|不要|别再|推迟|稍后|等会儿?|一会儿?|到时候|这件事|一下|一个|个"
    r"|今天|明天|后天|今晚|明晚|明早|早上|上午|中午|下午|傍晚|晚上|分钟|小时|[周星期礼拜]{1,2}[一二三四五六日天]"
    r"|[零一二三四五六七八九十两半\d]+[点时天周]半?|[那这][个条]|[我您你请把的了吧再]"
)
_NAMES = re.compile(
    r"\b(?:about|of|for)\s+(.+)|\b(\w+)\s(?:reminders?|ones?)\b|(?:取消|删除|删掉|别再|不用|不要再)(.*)(?:提醒|那个)",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
_AT_END = re.compile(r"(?<=\w)\s+at\s\d{1,2}(?:[:.]\d\d)?\W*$", re.IGNORECASE)
_WHEN_IT_COMES = re.compile(
    r"\b(?:remind|tell|notify|message|ping|let) (?:me|us)\b.{0,20}\b(?:when|once|as soon as)"
    r" (?:it|(?:the|my) (?:\w+ )?(?:parcel|package|order|delivery))\b.{0,20}"
    r"\b(?:arriv\w+|comes?|delivered|here|ships?|shipped|sent|moves?)\b"
    r"|(?:包裹|快递|订单)[^，。,]{0,6}(?:到|送达|发出|发货|签收)[^，。,]{0,8}"
    r"(?:跟我说|告诉我?|通知我?|提醒我?|说一声|叫我)",
    re.IGNORECASE,
)
# A question beside the matter: "remind me to be home, and what happens if I'm not in?".
_ASKS_BESIDE = re.compile(
    r"(?:[,;]?\s+(?:and|but)\s+|[.!?;]\s*(?:and |but )?)"
    r"(?:what happens|what will happen|what would happen|what if|what about)\b.*$"
    r"|[.!?;]\s*(?:and |but |so )?(?:what|when|where|who|how|why|will|does|do|is|are|can)\b.*$"
    r"|[，,。；！]?(?:那|但是?|不过|还有|另外)?(?:如果|要是|万一)[^，。]{1,12}[，,]?[^，。]{0,6}"
    r"(?:怎么办|咋办|会怎样|怎么样|呢)\W*$",
    re.IGNORECASE,
)
_ASKED_AGAIN = ("remind me ", "提醒我")
_ANY_DAY = datetime(2026, 1, 1)  # where it only matters where a time stands


def about_in(text: str) -> str:
    """What one wants to be reminded of, without the time at its end.

    The whole text where it says so in no usual way, and nothing where it only asks for a reminder.
    """
    found = _ABOUT.search(text) or _ABOUT_CHINESE.search(text) or _AND_ABOUT.match(text)
    about = next(filter(None, found.groups())) if found else _after_time(text)
    about = _without_time_first(_AT_END.sub("", about))
    for entity in times.find(about, _ANY_DAY):
        if entity.end >= len(about.rstrip(" .!?")) and entity.start > 3:
            about = about[: entity.start]
            break
    about = re.sub(r"[\s,;:，]*(?:\b(?:at|on|by|in|pls|please)\b)?[\s,.!?。！]*$", "", about)
    says_nothing = _POINTING.fullmatch(about) or (not found and not _topic(about))
    return "" if says_nothing else about.strip()[:MAX_ABOUT]


def told_and_asked(text: str) -> tuple[str, str]:
    """What a message tells, and the question beside it; of a question alone that is all."""
    asks = _ASKS_BESIDE.search(text)
    told = text[: asks.start()].strip() if asks else ""
    if asks is None or len(told) <= MOST_THANKS or "remind" in asks[0]:
        return text, ""
    return text[: asks.start()], asks[0].strip(" ,.;!?，。；！")


def _without_time_first(about: str) -> str:
    """提醒我明天下午三点打电话 is about 打电话."""
    time_first = _TIME_FIRST_CHINESE.match(about)
    matter = about[time_first.end() :] if time_first else ""
    return matter if len(matter) > 1 else about


def when_it_comes(text: str) -> bool:
    """Whether the moment is when a parcel comes, which the messages about orders tell of."""
    return _WHEN_IT_COMES.search(text) is not None


def each_in(text: str) -> list[str]:
    """Two reminders of one message, each in words of its own; else the message.

    "In a minute to take the cake out, and on Friday at eight to pack": each has its time.
    """
    for joint in _AND.finditer(text):
        first, second = text[: joint.start()], text[joint.end() :]
        if _names_a_time(first) and about_in(first) and _begins_with_time(second):
            return [first, f"{_ASKED_AGAIN[bool(_CHINESE.search(second))]}{second}"]
    return [text]


def says_another(text: str) -> bool:
    """Whether one more is wanted: "and tomorrow at nine …", "set another one …"."""
    if not _SAYS_ANOTHER.match(text):
        return False
    return _after_time(text) != text or _AND_ABOUT.match(text) is not None


def names_one(kept: Sequence[Reminder], text: str) -> bool:
    """Whether the text has a word of the matter of one of them."""
    topic = _topic(text)
    return any(topic & _topic(one["about"]) for one in kept)


def places_in(text: str) -> list[int]:
    """The places in a list that the text names: "the second one" is 1, "the last one" -1."""
    return [_place(found) for found in _PLACE.finditer(text)]


def fitting(kept: Sequence[Reminder], text: str) -> list[Reminder]:
    """Those at the places, or with the matter, that the text names; all when it names none."""
    places = places_in(text)
    if places:
        return [kept[at] for at in dict.fromkeys(places) if -1 <= at < len(kept)]
    topic = _topic(text)
    found = [one for one in kept if topic & _topic(one["about"])]
    named = _NAMES.search(text)
    names_another = named and _topic(" ".join(filter(None, named.groups())))
    return found or ([] if names_another else list(kept))


def _after_time(text: str) -> str:
    """What follows a time with which one more reminder is asked for, else the whole text."""
    chinese = _TIME_FIRST_CHINESE.match(text)
    if chinese and _CHINESE.search(text[chinese.end() :]):
        return text[chinese.end() :]
    begins = _ANOTHER.match(text)
    first = next(iter(times.find(text, _ANY_DAY)), None)
    if first is None or begins is None or not begins[0].strip() or first.start > begins.end():
        return text
    after = _AFTER_TIME.match(text[first.end :])
    return after[1] if after else text


def _begins_with_time(text: str) -> bool:
    """Whether a time comes first and then a matter."""
    chinese = _TIME_FIRST_CHINESE.match(text)
    if chinese and _CHINESE.search(text[chinese.end() :]):
        return _names_a_time(text)
    first = next(iter(times.find(text, _ANY_DAY)), None)
    starts = first is not None and len(text[: first.start].split()) <= 1
    return bool(first and starts and _AFTER_TIME.match(text[first.end :]))


def _names_a_time(text: str) -> bool:
    return moment_in(text, _ANY_DAY.replace(tzinfo=UTC)) is not None


def _place(found: re.Match[str]) -> int:
    written = (found["one"] or found["deed"] or found["number"] or found["chinese"]).lower()
    if written.startswith(("最", "last", "latest", "newest")):
        return -1
    if written.startswith("第"):
        return (
            "一二三四五六七八九十".find(written[1])
            if not written[1].isdecimal()
            else int(written[1]) - 1
        )
    if written in HOURS:
        return HOURS[written] - 1
    figures = re.match(r"\d+", written)
    return int(figures[0]) - 1 if figures else (*_ORDINALS, "tenth").index(written)


def _topic(text: str) -> set[str]:
    """The words that tell one matter from another; of Chinese, each two signs that touch."""
    for entity in reversed(list(times.find(text, _ANY_DAY))):
        text = f"{text[: entity.start]} {text[entity.end :]}"
    chinese = _CHINESE.findall(_ASKING_CHINESE.sub(" ", text))
    pairs = {run[at : at + 2] for run in chinese for at in range(len(run) - 1)}
    words = {word for word in query_words(text) if not _CHINESE.search(word)}
    return pairs | words - _ASKING
