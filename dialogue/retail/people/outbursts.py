"""Whether a message is nothing but anger, and tells nothing that could be looked into."""

from __future__ import annotations

import re

MOST_WORDS = 10
READ = 120  # characters of an outburst
_WORD = re.compile(r"[a-z*]+(?:['’][a-z]+)?|[^\W\d_]+|\d+", re.IGNORECASE)
_SAID_WITH_IT_TEXT = """
    a again all an and are at bot bunch come company for guys i is it it's its just kidding load
    man me my no of off oh people pile r really shop so such that that's the thing this time ur
    very what you you're your u
"""
_SAID_WITH_IT = frozenset(_SAID_WITH_IT_TEXT.split())
_ANGRY = re.compile(
    r"(?:bull)?shit\w*|crap\w*|bollocks|nonsense|rubbish|garbage|jokes?|ridiculous|useless|stupid"
    r"|dumb|idiot\w*|moron\w*|fuck\w*|f\*+\w*|s\*+\w*|damn\w*|bloody|hell|wtf|ffs|omg|annoying"
    r"|pathetic|sucks?|hate|waste|seriously|total\w*|complete\w*|absolute\w*|utter\w*|horrible"
    r"|terrible|awful",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?=.{0,20}(?:妈的|垃圾|傻|蠢|废物|扯淡|胡扯|离谱|可笑|有病|烦|气死))"
    r"(?:你们?|您|这|真|太|简直|就是|什么|个|是|了|吧|啊|好|他|妈的|垃圾|傻[逼子瓜]?|蠢|破|废物|扯淡|胡扯|离谱"
    r"|可笑|有病|烦|气死我?|人|机器|玩意儿?|东西|[，。！!,.\s])+"
)


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
