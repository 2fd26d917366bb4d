"""A yes, or a correction and what it means: "not the shirt, the socks", "1043 and not 1042"."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.retail.services import latest_intent, latest_text

CORRECTION = "correct_that"
MAX_TEXT = 2_000

# The part that was not meant, up to where the sentence goes on.
_NOT_MEANT = re.compile(
    r"\b(?:and\s+)?(?:not|instead of|rather than)\s+(?!only\b|sure\b|yet\b|a problem\b)[^,;.!?—–]*?"
    r"(?=\s*(?:[,;.!?—–]|\bbut\b|$))"
    r"|\bi\s(?:do not|don['’]?t|dont|didn['’]?t|did not)\s(?:mean|want\sto"
    r"\s(?:return|send|cancel|exchange|swap|change)\b)[^,;.!?—–]*?(?=\s*(?:[,;.!?—–]|\bbut\b|$))"
    # "The mugs stay", "I keep the mugs".
    r"|(?:(?<=[,;.!?—–])|\band\b|\bbut\b|^)[^,;.!?—–]*?\b(?:stays?|keep(?:ing)?)\b[^,;.!?—–]*"
    r"|不是[^，。,；]*?(?=[，。,；]|是|而是|$)"
    r"|我?不(?:是|想|要)[^，。,；]{1,20}?(?=[，。,；]\s*(?:我|而)?是?(?:想|要|说)[退换]?)",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:keep|leave|stay|don't|dont|do not|stop|cancel|thanks?|thank you|never|forget|drop"
    r"|second thoughts?|not (?:going|coming|sending))\b"
    r"|留|不要|别|不了|不用|不必|不需要|不想|算了|取消|谢",
    re.IGNORECASE,
)
# Chinese is written without spaces: each of its letters counts as a word.
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+")
_LEADING = re.compile(
    r"^\W*(?:(?:no|nope|wait|sorry|oops|actually|hang on|hm+|oh|correction|i meant|i mean"
    r"|my mistake|make that|make it|rather|but)\b[\s,:.!]*)+",
    re.IGNORECASE,
)

LONGEST_YES = 60
LONGEST_AND = 160  # of a yes that is said with something more
_YES_AND = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|ok|okay|sure|please do|do it|go ahead|好的?|是的?|可以|行|对|嗯)"
    r"(?:\s(?:please|pls|do it|do that|change it))*[\s,.;!，。！、]*"
    r"(?:(?:and|also|plus|then|but|另外|还有|然后|顺便|再|同时)\b|(?:另外|还有|然后|顺便|再|同时|把))",
    re.IGNORECASE,
)
_SURELY = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|please do|do it|go ahead)\b|^\W*(?:好的|是的|可以|确定|对)", re.I
)
# "Yes, but only if it is free": no yes before it is known.
_CONDITION = re.compile(
    r"\b(?:only|but) (?:if|when|once)\b|\b(?:unless|provided|as long as|assuming)\b"
    r"|\bif (?!(?:it['’]?s |that['’]?s )?(?:possible|ok(?:ay)?|you|u)\b)"
    r"|如果|要是|只要|除非|前提",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok(?:ay)?|please do|do it|go ahead)\b"
    r"|^\W*(?:是|对|好|可以|确定|嗯)",
    re.IGNORECASE,
)
_YET = re.compile(
    r"\b(?:but|not|no|except|only|instead|wait|rather|other|another)\b|n['’]?t\b|\d|[?？]"
    r"|不|别|只|但|另|换成",
    re.IGNORECASE,
)
# Why it shall go: no more than the yes that it is said with.
_UNWANTED = re.compile(
    r"(?:\b(?:because|since|cause|as)\s+)?\bi(?:\s+really)?\s+(?:don['’]?t|do not|no longer)"
    r"\s+(?:want|need)\s+(?:it|this|that|them)(?:\s+(?:any ?more|now|after all))*"
    r"|(?:因为)?我?(?:已经|现在)?(?:不(?:想|需)?要|用不[上着])了?",
    re.IGNORECASE,
)
# 取消吧 to "shall I cancel it?"
_LOSES = re.compile(r"^\W*(?:那|就|请|帮我)*取消(?:掉|了)?(?:它|订单|这单)?[吧呗]\W*$")

_NONE = re.compile(
    r"\W*(?:(?:no|oh|actually|sorry)\W+)?(?:none|neither|nothing)(?: of (?:them|these|those|it))?"
    r"(?: (?:after all|please|thanks|any ?more))?\W*"
    r"|\W*(?:不[，,]?)?(?:哪个)?都不(?:退|换|要|是)了?\W*",
    re.IGNORECASE,
)


def agrees(text: str) -> bool:
    """Whether a short text is a yes and nothing else: "yes cancel it pls"."""
    return len(text) <= LONGEST_YES and bool(_YES.search(text)) and not _YET.search(text)


def agrees_to_lose(text: str) -> bool:
    """Whether a short text is a yes to giving something up: "yes, I don't want it any more"."""
    if len(text) > LONGEST_YES:
        return False
    said = _UNWANTED.sub("", text)
    return agrees(text) or bool((_YES.search(text) and agrees(said)) or _LOSES.match(said))


def said_beside_yes(text: str) -> str | None:
    """What is said after "yes, and", which is another wish; None where nothing is."""
    yes = _YES_AND.match(text[:LONGEST_AND])
    return None if yes is None or len(text) > LONGEST_AND else text[yes.end() :]


def says_yes(text: str) -> bool:
    """Whether a text begins with a yes that is no mere "ok"."""
    return _SURELY.match(text[:LONGEST_AND]) is not None


def says_none(text: str) -> bool:
    """Whether a text says that none of what is offered is meant, and nothing else."""
    return _NONE.fullmatch(text[:LONGEST_AND]) is not None


def sets_condition(text: str) -> bool:
    """Whether a yes shall only count if something is so."""
    return _CONDITION.search(text[:LONGEST_AND]) is not None


def corrects(tracker: Tracker) -> bool:
    """Whether the latest message replaces something: by its intent, or a no that goes on."""
    intent, text = latest_intent(tracker), latest_text(tracker)
    goes_on = len(_WORD.findall(text)) > 2 and not _REFUSES.search(text)
    return intent == CORRECTION or (intent == "deny" and goes_on)


def meant_in(text: str) -> str:
    """The words of a correction without what was not meant; all of them when nothing is left."""
    return left_of_no(text) or text[:MAX_TEXT].strip()


def left_of_no(text: str) -> str:
    """What a text says after its no and beside what is not meant: the "L" of "no, L, not M"."""
    return _LEADING.sub("", _NOT_MEANT.sub(" ", text[:MAX_TEXT])).strip(" ,;.!?，。")
