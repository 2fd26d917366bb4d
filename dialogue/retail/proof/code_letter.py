"""The mail with a one-time code: what it is for, and that nobody of the shop ever asks for it."""

from __future__ import annotations

from dialogue.orders.codes import LIFETIME, TRIES, Claim, Letter
from dialogue.retail.wording import Wording

_MINUTES = int(LIFETIME.total_seconds() // 60)


def letter(words: Wording, claim: Claim, code: str, form: str) -> Letter:
    """The mail to the address on file. The subject has no code."""
    phrase = f"letter_{form}"
    known = phrase in words.phrases.names
    wish = words.say(phrase if known else "letter_other", number=claim.number)
    text = words.say("letter", wish=wish, code=code, minutes=_MINUTES, tries=TRIES)
    return Letter(claim.address, words.say("letter_subject", number=claim.number), text)
