"""Whether a message asks something, as far as its words show it.

A model knows what a message is about, not how it is said: "is the shirt in stock" and "the shirt
is in stock" are near each other. English shows a question by its first words (what introduces them
left aside), Chinese by words that stand anywhere; a question mark shows it in both.
"""

from __future__ import annotations

import re

READ = 400  # characters
_SPOKEN = (("啥", "什么"), ("咋", "怎么"))  # Chinese as it is spoken, and as it is written
# "Ok", "I see": what was said is heard, and nothing is agreed to where a question follows.
_HEARD = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|k|oki|alright|all right|fine|good|great|cool|right"
    r"|i see|got it|understood|hm+|uh+|oh|ah|well|thanks|thank you)\b\W*"
    r"|(?:好(?:的|吧|啊|呀|了)?|行(?:吧|啊)?|嗯+|哦+|知道了|明白了?|了解)(?:[，。,.！!~～\s]+|(?=那)))+"
    r"(?:(?:and|but|so|then|also|just|wait|first|one more thing)\b\W*"
    r"|那么?|还有|另外|请?问一?下?[，,]?)*",
    re.IGNORECASE,
)
_FIRST_CLAUSE = re.compile(r"^(?!do (?:it|that|this|so)\b)[^.!;,。！；，]{1,200}", re.IGNORECASE)
_TELL = re.compile(
    r"^\W*(?:(?:please|pls)\W+)?(?:tell me|show me|let me know|i(?:['’]d| would)? (?:\w+ )?"
    r"(?:want|like|need) to know)\b|^\W*(?:请?告诉我|我(?:还)?想(?:知道|问))",
    re.IGNORECASE,
)

_AUXILIARY = "can|could|do|does|did|is|are|was|will|would|should|must|may|has|have|am"
# What follows an auxiliary whose subject is left out: "was broken", "has a hole", "does not fit".
_TELLS = (
    r"(?:not|an?|be|been|too|very|so|to|no|never|still|already|all|just|got|come|gone|broken|torn|late"
    r"|lost|missing|wrong|fit|work|\w+ed)"
)
_ASKS = re.compile(
    r"[?？]|\bi (?:\w+ )?(?:asked|wonder\w*|want(?:ed)? to know) (?:if|wh\w+|how)\b"
    r"|我(?:是|就|只)?(?:是)?(?:想)?(?:问|(?<=想)知道)|请问|吗|呢|么\W*$|多少|多久|什么|怎么|(?<![随无])谁(?!都|也)"
    r"|哪(?!个都|一?种都)|几[天点号时种]|为何|是不是|能不能|可不可以|行不行|有没有"
    r"|(?:^\W*|\b(?:just|please|then|now|only|at least) )tell me (?:what|who|why|where|how)\b"
    r"|\b(?:what (?:then|now|next)|now what)\W*$|^\W*(?:and|but|so) (?:what )?if\b[^,.;!?]{3,60}$"
    r"|^\W*(?:(?:and|but|so|oh|ok|okay|hm+|well|wait|then|also|actually|i mean|thanks|thank you"
    r"|great)\W+){0,3}"
    # Not "what a mess", "when I opened it", "how awful", which tell.
    r"(?:what(?:['’]?s)?\b(?! (?:an?|i (?:got|have|had|wanted|ordered|need))\b)"
    r"|how\b(?=['’]?s?\s+(?:much|many|long|soon|fast|far|often|big|old|about|come|to"
    rf"|{_AUXILIARY})\b|\W*$)"
    rf"|when\b(?=['’]?s?\s+(?:{_AUXILIARY}|exactly)\b|\W*$)"
    r"|(?:where|who|why|which|whose|whats|hows|wheres|(?:to|from|with|on) (?:which|what|whom)"
    r"|until (?:when|what)|till when|by when|for how"
    r" long|since when)\b"
    rf"|(?:{_AUXILIARY})\b(?=\s+\w)(?!\s+{_TELLS}\b))",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether the text (its first 400 characters) is a question."""
    return _ASKS.search(plainly(text[:READ])) is not None


def plainly(text: str) -> str:
    """The text with the words by which Chinese asks as they are written: 啥时候 is 什么时候."""
    for spoken, written in _SPOKEN:
        text = text.replace(spoken, written)
    return text


def asks_after_ok(text: str) -> bool:
    """Whether the text takes note of what was said and asks something: "ok, and where is it?".

    Where a yes is asked for, that is none; "ok do it. Where is it?" is.
    """
    text = text[:READ]
    heard = _HEARD.match(text)
    asks = _FIRST_CLAUSE.match(text[heard.end() :]) if heard else None
    return asks is not None and (is_question(asks[0]) or _TELL.match(asks[0]) is not None)
