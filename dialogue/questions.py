"""Whether a message asks something, as far as its words show it.

A model knows what a message is about, not how it is said: "is the shirt in stock" and "the shirt
is in stock" are near each other. English shows a question by its first words (what introduces them
left aside), Chinese by words that stand anywhere; a question mark shows it in both.
"""

from __future__ import annotations

import re

READ = 400  # characters

_AUXILIARY = "can|could|do|does|did|is|are|was|will|would|should|must|may|has|have|am"
# What follows an auxiliary whose subject is left out: "was broken", "has a hole", "does not fit".
_TELLS = (
    r"(?:not|an?|be|been|too|very|so|to|no|never|still|already|all|just|got|come|gone|broken|torn|late"
    r"|lost|missing|wrong|fit|work|\w+ed)"
)
_ASKS = re.compile(
    r"[?？]|\bi (?:\w+ )?(?:asked|wonder\w*|want(?:ed)? to know) (?:if|wh\w+|how)\b"
    r"|我(?:是|就|只)?(?:是)?(?:想)?(?:问|(?<=想)知道)|吗|呢|么\W*$|多少|多久|什么|啥|怎么|哪(?!个都|一?种都)|几[天点号时]|为何|是不是|能不能|可不可以|有没有"
    r"|^\W*(?:(?:and|but|so|oh|ok|okay|hm+|well|wait|then|also|i mean|thanks|thank you"
    r"|great)\W+){0,3}"
    # Not "what a mess", "when I opened it", "how awful", which tell.
    r"(?:what(?:['’]?s)?\b(?! (?:an?|i (?:got|have|had|wanted|ordered|need))\b)"
    r"|how\b(?=['’]?s?\s+(?:much|many|long|soon|fast|far|often|big|old|about|come|to"
    rf"|{_AUXILIARY})\b|\W*$)"
    rf"|when\b(?=['’]?s?\s+(?:{_AUXILIARY}|exactly)\b|\W*$)"
    r"|(?:where|who|why|which|whose|whats|hows|wheres|until (?:when|what)|till when|by when|for how"
    r" long|since when)\b"
    rf"|(?:{_AUXILIARY})\b(?=\s+\w)(?!\s+{_TELLS}\b))",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether the text (its first 400 characters) is a question."""
    return _ASKS.search(text[:READ]) is not None
