"""The apostrophes that people leave out when they type: "isnt" is "isn't"."""

from __future__ import annotations

import re

_NOT = "ai|are|ca|could|did|does|do|had|has|have|is|must|need|should|was|were|wo|would"
_ENDINGS = (
    (re.compile(rf"\b({_NOT})nt\b", re.IGNORECASE), r"\1n't"),
    (re.compile(r"\b(what|where|how|that|there|who|when|here)s\b", re.IGNORECASE), r"\1's"),
    (re.compile(r"\b(i|you|we|they)ve\b", re.IGNORECASE), r"\1've"),
    (re.compile(r"\b(you|they)re\b", re.IGNORECASE), r"\1're"),
    (re.compile(r"\b(you|they|it|that)ll\b", re.IGNORECASE), r"\1'll"),
    # These are words of their own, or German ("im Hof 3"): only before what shows them.
    (re.compile(r"\b(i)d (?=(?:also )?(?:like|love|prefer|rather|want|need)\b)", re.I), r"\1'd "),
    (
        re.compile(r"\b(i)ll (?=(?:just )?(?:take|have|keep|wait|send|pay|do|be|try)\b)", re.I),
        r"\1'll ",
    ),
    (
        re.compile(r"\b(i)m (?=(?:not|so|still|sorry|sure|just|waiting|looking|trying)\b)", re.I),
        r"\1'm ",
    ),
)


def with_apostrophes(text: str) -> str:
    """The text with the apostrophes of its contractions.

    What has them stays as it is, and so does what may be another word.
    """
    for contracted, written in _ENDINGS:
        text = contracted.sub(written, text)
    return text
