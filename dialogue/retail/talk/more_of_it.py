"""What goes on with the last answer: the sentence of it that answers, or that no more is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.services import Dispatcher, Events, RetailAction, latest_intent, latest_text

READ = 300  # characters that are looked through
MOST_SENTENCES = 2
MOST_TURNS = 6  # that are looked back
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
            r"\bhow much\b|\b(?:costs?|free|price|fees?|expensive|extra|charged?)\b|\bpay\b"
            r"|多少钱|免费|收费|花钱|要钱|费用|运费",
            re.IGNORECASE,
        ),
        re.compile(
            r"[€$%]|\b(?:free|costs?|percent|price|fees?|charged?|pays?|nothing)\b|免费|欧|费|元|折",
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


class AskMoreAction(RetailAction):
    """Of the last answer what answers the question; else that this is all that is known."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_more"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """At most two sentences, which have been said before, but in reply to another question."""
        before, since = _said(tracker)
        told = of_it(latest_text(tracker)[:READ], before)
        if told and told not in since:
            dispatcher.utter_message(text=told)
        else:
            dispatcher.utter_message(response="utter_all_that_is_known")
        return []


def of_it(question: str, answer: str) -> str:
    """The sentences of an answer that answer another question about the same; empty if none do."""
    sentences = [one for one in _SENTENCE.split(answer) if one.strip()]
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


def _said(tracker: Tracker) -> tuple[str, str]:
    """What was answered to the questions that this one goes on with, and what was said since.

    These are one question or several of one intent, the latest first.
    """
    topic, going_on = "", latest_intent(tracker)
    turns: list[list[str]] = [[]]
    before: list[str] = []
    since: list[str] = []
    for event in reversed(tracker.events):
        if event.get("event") == "bot" and event.get("text"):
            turns[-1].insert(0, str(event["text"]))
        elif event.get("event") == "user":
            name = str(((event.get("parse_data") or {}).get("intent") or {}).get("name"))
            if name not in (going_on, topic or name) or len(turns) > MOST_TURNS:
                break
            if name != going_on:
                topic = name
                before += turns[-1]
            elif not topic:
                since += turns[-1]
            turns.append([])
    return " ".join(before), " ".join(since)
