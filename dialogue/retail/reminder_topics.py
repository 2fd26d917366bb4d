"""What a reminder is about, and which of several the words of a message mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from dialogue.orders.search import query_words
from nlu.entities import times
from nlu.entities.moments import HOURS

MAX_ABOUT = 200
Reminder = dict[str, str]  # its `name`, the moment `at` in ISO 8601, and what it is `about`

_ABOUT = re.compile(
    r"(?:remind\w*|nudge|note|forget|reminder)\b.*?\b(?:to|that|about)\s+(.+)", re.IGNORECASE
)
_ABOUT_CHINESE = re.compile(r"(?:提醒我?|记得|叫我)(.{2,})")
# Words that ask for a reminder and say nothing of its matter.
_ASKING_WORDS = """
    about another cancel change clear create delete don drop forget later make many
    more move nudge one ping please pls postpone push remember remind remindme reminded reminder
    reminding remove reschedule set shift something stop tell thanks that then this today tomorrow
    tonight up
"""
_ASKING = frozenset(_ASKING_WORDS.split()) | frozenset(HOURS)
_POINTING = re.compile(
    r"\W*(?:(?:do\s)?(?:this|that|it|them|these|those)|something|me)?(?:\s+again)?\W*",
    re.IGNORECASE,
)
_ASKING_CHINESE = re.compile(
    r"提醒|取消|删除|删掉|设置|设个|不用|不要|别再|推迟|稍后|等会儿?|一会儿?|到时候|这件事|一下|一个|个"
    r"|今天|明天|后天|今晚|明晚|明早|早上|上午|中午|下午|傍晚|晚上|分钟|小时|[周星期礼拜]{1,2}[一二三四五六日天]"
    r"|[零一二三四五六七八九十两半\d]+[点时天周]半?|[我您你请把的了吧再]"
)
_NAMES = re.compile(
    r"\b(?:about|of|for)\s+(.+)|\b(\w+)\sreminders?\b|(?:取消|删除|删掉|别再|不用|不要再)(.*)提醒",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


def about_in(text: str) -> str:
    """What one wants to be reminded of, without the time at its end.

    The whole text where it says so in no usual way, and nothing where it only asks for a reminder.
    """
    found = _ABOUT.search(text) or _ABOUT_CHINESE.search(text)
    about = found[1] if found else text
    for entity in times.find(about, datetime(2026, 1, 1)):  # any day: only where it stands
        if entity.end >= len(about.rstrip(" .!?")) and entity.start > 3:
            about = about[: entity.start]
            break
    about = re.sub(r"[\s,;:，]*(?:\b(?:at|on|by|in|pls|please)\b)?[\s,.!?。！]*$", "", about)
    says_nothing = _POINTING.fullmatch(about) or (not found and not _topic(about))
    return "" if says_nothing else about.strip()[:MAX_ABOUT]


def fitting(kept: Sequence[Reminder], text: str) -> list[Reminder]:
    """Those whose matter the text names; all when it names none."""
    topic = _topic(text)
    found = [one for one in kept if topic & _topic(one["about"])]
    named = _NAMES.search(text)
    names_another = named and _topic(" ".join(filter(None, named.groups())))
    return found or ([] if names_another else list(kept))


def _topic(text: str) -> set[str]:
    """The words that tell one matter from another; of Chinese, each two signs that touch."""
    for entity in reversed(list(times.find(text, datetime(2026, 1, 1)))):
        text = f"{text[: entity.start]} {text[entity.end :]}"
    chinese = _CHINESE.findall(_ASKING_CHINESE.sub(" ", text))
    pairs = {run[at : at + 2] for run in chinese for at in range(len(run) - 1)}
    words = {word for word in query_words(text) if not _CHINESE.search(word)}
    return pairs | words - _ASKING
