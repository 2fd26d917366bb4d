"""What a message wants of the reminders that are set, read from its words, and how far one moves.

A classifier takes "cancel the pizza one" for a cancelled order: where reminders were just spoken
of, or their words are named, it is them that are meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from dialogue.retail.later.reminder_moves import (
    last_clause,
    moment_named,
    shift_in,
    without_reason,
)
from dialogue.retail.later.reminder_topics import Reminder, names_one, places_in, says_another
from dialogue.retail.later.when import moment_in

LIST, CANCEL, CANCEL_ALL, MOVE, SET = "list", "cancel", "cancel_all", "move", "set"
REWORD = "reword"  # another matter, the moment stays
HOW = "how"  # the reminder comes to its customer
SHORT = 8  # words of a correction: "no, make it 8 pm"
_DROP = (
    r"(?:cancel|delete|remove|drop|clear|scrap|erase|kill|get rid of|take off|forget(?: about)?)"
)
_LIST = re.compile(
    r"\b(?:what|which|show|list|see|any|are there|how many)\b.{0,40}\breminders?\b"
    r"|\breminders?\b.{0,20}\b(?:left|do i have|are set)\b|\bdid you (?:already |ever )?remind me\b"
    r"|\b(?:is|are) (?:that|this|it|those|these) all\b.{0,12}\breminders?\b"
    r"|\bwhat (?:did|do|will|shall|are|was|were|am|have)\b.{0,30}\bremind(?:ed|ing)? me"
    r"(?: (?:of|about|to))?(?: again)?\W*$|(?:让|叫|要)你提醒我?(?:的是)?(?:什么|啥|哪些)"
    r"|^\W*(?:(?:and|so|ok|now)\W+)?(?:my|all (?:my|the)) reminders?\W*$|^\W*我的提醒\W*$"
    r"|(?:哪些|什么|几个|多少个?|查看|看看|列出).{0,6}提醒|提醒.{0,4}(?:有哪些|还剩|列表)",
    re.IGNORECASE,
)
# What is asked of them where they were just spoken of: which there are, whether one is gone.
_LEFT = re.compile(
    r"\W*(?:(?:and|so|ok|but|now)\s){0,2}(?:(?:what|which)(?:['’]?s|\s\w+)?\s(?:are\s|is\s|still\s){0,2}left"
    r"|(?:what|which|how many) (?:do i|have i|did i|are|is) (?:still |now )?(?:have |got )?"
    r"(?:set|got|have|there)?"
    r"|do i (?:still |now )?have (?:any|one|some|anything)(?: (?:more|else|left|set))?"
    r"|(?:is|are) (?:there )?(?:still )?(?:any|anything|one)(?: (?:more|left|set))+"
    r"|(?:is|are|was) (?:it|that|they|the (?:old|first|other) one) (?:really |now |all |still )*"
    r"(?:gone|deleted|removed|cancell?ed|there|set|on))(?: now| yet| then)?\W*"
    r"|还[剩有](?:哪些|什么|几个|吗|没有)?\W*|(?:都)?(?:删|取消)(?:掉|除)?了(?:吗|没有?)\W*|还在吗\W*"
    r"|我?(?:都|现在)?(?:设|设置|定)了(?:些)?(?:什么|哪些|几个)\W*",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\W*(?:(?:and|so|ok|now|please)\W+){0,2}(?:list|show)(?: me)? (?:them|those|it|all|the list)"
    r"(?: all)?(?: again| now| please)*\W*|(?:再)?(?:列|看|显示)(?:一下|一遍|出来)\W*",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(
    rf"\W*(?:(?:and|so|ok|now|please)\W+){{0,2}}{_DROP} (?:them all|all(?: of them)?"
    r"|every(?:thing| one)|both(?: of them)?)(?: please| now)*\W*"
    r"|(?:全部|都|全)(?:删|取消)(?:了|掉|除)*\W*",
    re.IGNORECASE,
)
_AT_WHAT_TIME = re.compile(
    r"\W*(?:(?:and|so|ok|sorry|wait)\W+){0,2}(?:at )?(?:what time|when)"
    r"(?: (?:was|is|will) (?:it|that|this)(?: be)?)?(?: again)?\W*"
    r"|(?:是)?(?:几点|什么时候)(?:来着|提醒)?\W*",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\b(?:by|via|per|as|in) (?:an? )?(?:e-?mail|mail|sms|text|phone|chat|message)\b"
    r"|\bhow (?:do|will|does|am|would) (?:i|you|u|it|that|the reminder)\b.{0,20}"
    r"\b(?:get|come|see|know|send|remind\w*|told|notif\w+|tell)\b|(?:怎么|用什么|通过什么).{0,4}(?:提醒|通知)|(?:邮件|短信).{0,4}吗",
    re.IGNORECASE,
)
_CANCEL = re.compile(
    rf"\b{_DROP}\b.{{0,40}}\bremind"
    r"|\bstop remind|\bno (?:more|longer) remind|\bno longer (?:want|need).{0,30}remind"
    r"|\b(?:don['’]?t|do not|not|never) (?:want|need|have)\b.{0,20}\bremind|\bdon['’]?t remind"
    r"|(?:取消|删除|删掉|不用|别再|不要再?|不需要).{0,6}提醒|提醒.{0,4}(?:取消|删|不要|不用)",
    re.IGNORECASE,
)
_CANCEL_IT = re.compile(
    rf"^\W*(?:\w+[,.!]* ){{0,2}}{_DROP} (?:it|that|this)\b"
    rf"|\b{_DROP} (?:the|that) one\b|\bforget it\b"
    r"|^\W*(?:请|麻烦)?(?:把)?(?:它|这个|这条|那个|那条)?(?:删|取消|去掉)(?:除|掉|了)*(?:它|这个|这条|那个|那条|吧)*\W*$"
    r"|^\W*(?:这个|这条|它)?(?:不用|不要|不需要)(?:提醒我?)?了(?:吧)?\W*$",
    re.IGNORECASE,
)
_MOVE = re.compile(
    r"\b(?:move|change|shift|postpone|push|reschedule|delay)\b.{0,30}\bremind"
    r"|提醒.{0,4}(?:改|推迟|提前|延后)",
    re.IGNORECASE,
)
_DROPS = re.compile(rf"\b{_DROP}\b|取消|删|不要了?|不用了?|去掉", re.IGNORECASE)
# "The text should just say call the plumber".
_REWORD = re.compile(
    r"\b(?:text|wording|it|reminder|that) (?:should|must|shall|has to|needs to) "
    r"(?:just |only |rather )?(?:say|read)\b[:\s]*(.+)"
    r"|\b(?:change|make|set) (?:the|its) (?:text|wording|name|title) (?:to|into|as)\b[:\s]*(.+)"
    r"|(?:内容|文字)(?:应该|要|请)?(?:改[成为]|写|是|换成)[：:\s]*(.+)",
    re.IGNORECASE,
)
_SHIFTS = re.compile(
    r"\b(?:move|change|shift|postpone|push|reschedule|delay|make|set|bring|put)\b"
    r"|改|推迟|提前|延后|往[前后]|晚|早",
    re.IGNORECASE,
)
# "Move it to Friday": where reminders were just spoken of.
_SHIFT_IT = re.compile(
    r"^\W*(?:(?:and|please|ok|no|can you|could you|actually|but)\W+){0,3}"
    r"(?:move|change|shift|postpone|push|reschedule|delay|make|set|put)\s(?:it|that|this)\b"
    r"|^\W*(?:请|麻烦|那)?(?:把)?(?:它|这个|这条|那个|那条)?(?:改|换|推迟|提前|延后|挪)[到成至]?",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\bones?\b|那个|那条|这个|这条", re.IGNORECASE)
# "No, make it 8 pm": said after one was set, without a word of reminding.
CORRECTED = re.compile(
    r"^(?!.*remind)(?:.*\b(?:make (?:it|that)|instead|rather|better (?:at|in|on|tomorrow))\b"
    r"|(?:no|nope|actually|sorry|wait)\b)"
    r"|\bi (?:wanted|meant|said|asked for)"
    r" (?:(?:it|that|the reminder|to be reminded) )?(?:on|at|for)\b"
    r"|\bi (?:wanted|meant|said)\W*$"
    r"|我(?:要的|说的|想要的)是|还是.{0,10}(?:吧|好)",
    re.IGNORECASE | re.DOTALL,
)
ALL = re.compile(
    r"^(?!.*\bone of\b).*(?:\b(?:all|every\w*|both|reminders)\b|全部|所有|都)", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"\b(?:orders?|parcels?|returns?|refunds?|exchange|delivery|subscription|newsletter|ticket"
    r"|complaint)\b|订单|包裹|退货|退款|换货|投诉",
    re.IGNORECASE,
)


def wish_in(text: str, kept: Sequence[Reminder], now: datetime, *, spoken_of: bool) -> str | None:
    """What the words want of reminders; None where they are about something else.

    `spoken_of`: whether the talk was of reminders just before.
    """
    for wish, words in ((CANCEL, _CANCEL), (LIST, _LIST), (MOVE, _MOVE)):
        if words.search(text):
            return wish
    if spoken_of and (short := _shortly(text, kept)):
        return short
    if spoken_of and kept and rewording_in(text):
        return REWORD
    if spoken_of and says_another(text) and moment_in(text, now):
        return SET
    elsewhere = _ELSEWHERE.search(text) and not (_THE_ONE.search(text) and names_one(kept, text))
    if not kept or elsewhere:
        return None
    text = without_reason(text)
    at_last = last_clause(text)  # "tomorrow is Saturday, make it Monday"
    means_one = _means_one(text, kept, spoken_of) or _means_one(at_last, kept, spoken_of)
    return _of_one(text, now) if means_one else None


def _shortly(text: str, kept: Sequence[Reminder]) -> str | None:
    """What a few words want where reminders were just spoken of: "delete all", "what time?"."""
    if _AGAIN.fullmatch(text) or _LEFT.fullmatch(text):
        return LIST
    if not kept:
        return None
    if _AT_WHAT_TIME.fullmatch(text):
        return LIST
    if _ALL_OF_THEM.fullmatch(text):
        return CANCEL
    how = _HOW.search(text) and not _ELSEWHERE.search(text) and len(text.split()) <= SHORT + 2
    return HOW if how else None


def _means_one(text: str, kept: Sequence[Reminder], spoken_of: bool) -> bool:
    """Whether one of the reminders is pointed at: by its words, its place, or as "the one"."""
    points, named = _THE_ONE.search(text), names_one(kept, text)
    if not spoken_of:
        return bool(points and named)
    if points or named or places_in(text) or _CANCEL_IT.search(text):
        return True
    if _SHIFT_IT.search(text) and len(text.split()) <= SHORT:
        return True
    return bool(CORRECTED.search(text)) and len(text.split()) <= SHORT


def _of_one(text: str, now: datetime) -> str | None:
    if _DROPS.search(text):
        return CANCEL
    moves = _SHIFTS.search(text) or CORRECTED.search(text)
    return MOVE if shift_in(text) or (moves and moment_named(text, now)) else None


def points_at_one(text: str, kept: Sequence[Reminder]) -> bool:
    """Whether a message names one of the reminders, or at least says that one is meant."""
    return bool(_THE_ONE.search(text) or names_one(kept, text) or places_in(text))


def gives_up(text: str) -> bool:
    """Whether the reminder that is begun is not wanted: "never mind, just show them"."""
    return bool(
        re.search(r"\bnever ?mind\b|\bforget\b|\bjust (?:show|list)|算了|不设了", text, re.I)
    )


def rewording_in(text: str) -> str:
    """What a reminder shall say instead, or nothing."""
    found = _REWORD.search(text)
    return next(filter(None, found.groups())).strip(" .!\"'“”") if found else ""


def speaks_of_reminders(text: str) -> bool:
    """Whether the word itself is there."""
    return bool(re.search(r"remind|提醒", text, re.IGNORECASE))
