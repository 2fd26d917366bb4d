"""The part of an answer that answers another question about the same: an extract of it.

A question asks for a kind of thing (how long, how much, why), which a sentence has in it or not, as
in extractive question answering by the type of the answer (Li and Roth, COLING 2002).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

READ = 300  # characters of a question
MOST_SENTENCES = 2
_NUMBER = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|ten|twelve|few)"
_NUMBER_ZH = r"[\d一二两三四五六七八九十几半]"
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])\s*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SIGNS = re.compile(r"[\u4e00-\u9fff]+")
_ORDINARY_WORDS = """
    about all also and any anything are but can cost does even for from get has have her him his how
    its long many may more much must need not one only other our out pay please really should some
    something take than that the their them then there they this those till was what when where
    which who why will with work would yes you your 什么 怎么 可以 需要 多少 多久 你们 我们 这个
    那个 时候
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
# What a question asks for, and what a sentence that tells it has in it.
_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(
            r"\bhow (?:long|soon|fast|quick|many (?:days|weeks))\b|\bwhen\b|\b(?:un)?till?\b"
            r"|多久|多长|几天|什么时候|何时",
            re.IGNORECASE,
        ),
        re.compile(
            rf"\b{_NUMBER}(?: (?:to|or|and|working|more) ?{_NUMBER}?)?[ -](?:working )?"
            r"(?:minute|hour|day|week|month|year)s?\b|\bat once\b|\bsame day\b|\bimmediately\b"
            rf"|{_NUMBER_ZH}\s*个?(?:分钟|小时|工作日|天|日|周|月|年)|立即|马上|当天",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(
            r"\bhow much\b|\b(?:costs?|free|price|fees?|expensive|extra|charge)\b"
            r"|\b(?:do|must|have to) (?:i )?pay\b"
            r"|多少钱|免费|收费|花钱|要钱|费用|运费",
            re.IGNORECASE,
        ),
        re.compile(
            r"[€$%]|\b(?:free|costs?|percent|price|fees?|nothing)\b|免费|欧|费|元|折",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(
            r"\b(?:need|bring|have to|must|necessary|required?)\b|需要|必须|带", re.IGNORECASE
        ),
        re.compile(
            r"\b(?:bring|needs?|needed|must|have to|show|required?|enough)\b"
            r"|需要|必须|请带|出示|凭",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"\bwhy\b|\bhow come\b|为什么|为何", re.IGNORECASE),
        re.compile(
            r"\b(?:because|since|so that|therefore|reason)\b|因为|由于|因此|所以", re.IGNORECASE
        ),
    ),
    (
        re.compile(r"\bwhere\b|哪里|哪儿|在哪", re.IGNORECASE),
        re.compile(r"\b(?:at|in|on|under) [A-Z]|\S\.example\b|\bpage\b|汉堡|哥本哈根|页面"),
    ),
    (
        re.compile(r"\bhow (?:do|can|could|to|would|must)\b|怎么|怎样|如何", re.IGNORECASE),
        re.compile(
            r"\b(?:choose|click|press|write|send|bring|book|open|enter|sign|ask|tell|put|add|show"
            r"|please)\b|请|选择|点击|填写|登录|在.{1,20}里",
            re.IGNORECASE,
        ),
    ),
)


def part_of(answer: str, question: str) -> str:
    """The sentences of an answer that answer another question about the same; empty if none do."""
    question = question[:READ]
    sentences = list(dict.fromkeys(one.strip() for one in _SENTENCE.split(answer) if one.strip()))
    fitting = _of_its_kind(question, sentences) or _of_its_words(question, sentences)
    return " ".join(map(_whole, fitting[:MOST_SENTENCES]))


def _whole(sentence: str) -> str:
    """A sentence by itself, which may have been a part of one."""
    ended = re.sub(r"[;；]$", lambda end: "." if end[0] == ";" else "。", sentence.strip())
    return ended[:1].upper() + ended[1:]


def _of_its_kind(question: str, sentences: Sequence[str]) -> list[str]:
    for asks, tells in _KINDS:
        if asks.search(question):
            fitting = [one for one in sentences if tells.search(one)]
            shared = _of_its_words(question, fitting)
            return shared or fitting
    return []


def _of_its_words(question: str, sentences: Sequence[str]) -> list[str]:
    """Those that share the most of the question's words that say something, at least one."""
    words = _words(question)
    shared = [sum(_holds(one, word) for word in words) for one in map(_words, sentences)]
    most = max(shared, default=0)
    return [one for one, count in zip(sentences, shared, strict=True) if most and count == most]


def _holds(words: set[str], word: str) -> bool:
    """Whether the word is among these in some form: "dry" and "dryer", "keep" and "keeps"."""
    return any(one.startswith(word) or word.startswith(one) for one in words)


def _words(text: str) -> set[str]:
    """The words that say something, of Chinese pairs of signs."""
    latin = {word.casefold() for word in _WORD.findall(text)}
    pairs = {run[at : at + 2] for run in _SIGNS.findall(text) for at in range(len(run) - 1)}
    return (latin | pairs) - _ORDINARY
