"""A message that is nothing but anger, and tells nothing that could be looked into; a sorry for it.

No ticket is opened for it unless that is wished.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.services import Dispatcher, Events, RetailServices, latest_text

MOST_WORDS = 10
READ = 120  # characters of an outburst
_WORD = re.compile(r"[a-z*]+(?:['’][a-z]+)?|[^\W\d_]+|\d+", re.IGNORECASE)
_SAID_WITH_IT_TEXT = """
    a again all an and are ever at bot bunch come company for guys i is it it's its just kidding
    load man me my no of off oh people pile r really shop so such that that's the thing this time ur
    very what you you're your u
"""
_SAID_WITH_IT = frozenset(_SAID_WITH_IT_TEXT.split())
_ANGRY = re.compile(
    r"(?:bull)?shit\w*|crap\w*|bollocks|nonsense|rubbish|garbage|jokes?|ridiculous|useless|stupid(?:est)?"
    r"|dumb(?:est)?|idiot\w*|moron\w*|fuck\w*|f\*+\w*|s\*+\w*|damn\w*|bloody|hell|wtf|ffs|omg|annoying"
    r"|pathetic|sucks?|hate|waste|seriously|total\w*|complete\w*|absolute\w*|utter\w*|horrible"
    r"|terrible|awful",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?=.{0,20}(?:妈的|垃圾|傻|蠢|废物|扯淡|胡扯|离谱|可笑|有病|烦|气死))"
    r"(?:你们?|您|这|真|太|简直|就是|什么|个|是|了|吧|啊|好|他|妈的|垃圾|傻[逼子瓜]?|蠢|破|废物|扯淡|胡扯|离谱"
    r"|可笑|有病|烦|气死我?|人|机器|玩意儿?|东西|[，。！!,.\s])+"
)

ANGER_ASIDE = "utter_anger_aside"
_SORRY = re.compile(
    r"\bsorry\b.{0,40}\b(?:angry|rude|upset|frustrated|harsh|annoyed|unfair|mean|swear\w*|shout\w*"
    r"|yell\w*|temper)\b|(?:不好意思|抱歉|对不起).{0,12}(?:生气|着急|激动|凶|骂|态度)",
    re.IGNORECASE,
)


def about_anger(
    _services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Answer an outburst or a sorry for one, whatever it was taken for; None for all else."""
    text = latest_text(tracker)
    if is_outburst(text):
        dispatcher.utter_message(response=ANGER_ASIDE)
    elif _SORRY.search(text[:READ]):
        dispatcher.utter_message(response="utter_sorry_accepted")
    else:
        return None
    return []


def is_outburst(text: str) -> bool:
    """ "This is bullshit", 你们真垃圾: not "the lamp is rubbish", which says what is wrong."""
    text = text.strip()
    if len(text) > READ:
        return False
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    angry = [word for word in words if _ANGRY.fullmatch(word)]
    others = set(words) - set(angry) - _SAID_WITH_IT
    if angry and not others and len(words) <= MOST_WORDS:
        return True
    return _CHINESE.fullmatch(text) is not None
