"""What the first words about a delivery say of what is wrong with it, and what is wished for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.orders.states import ProblemKind, Remedy
from dialogue.orders.views import ItemView
from dialogue.retail.problems.remedies import FOR_GOODS, wish_in
from dialogue.retail.returning.picking import mentioned

READ = 300  # characters that are looked through
ALONE = 7  # words of an answer that only says what is wished
MORE = 3  # words, or Chinese signs, that are more than a hesitation
_SIGN = re.compile(r"[\u4e00-\u9fff]")
_UNDECIDED = re.compile(
    r"\b(?:know|sure|idea|decide|decided|think(?:ing)?|matter|either|neither|both|whatever|care"
    r"|choose|understand|mean|first|later|wait|moment|person|human|help)\b"
    r"|不知道|不确定|随便|都行|都可以|再想|考虑|等等|人工",
    re.IGNORECASE,
)
# What is wrong with it, so that nobody need ask: not only that it "is broken".
_DEFECT = re.compile(
    r"\b(?:torn|tears? in|rip(?:ped)?|holes?|crack(?:s|ed)?|chip(?:ped|s)?|scratch(?:ed"
    r"|es)?|dent(?:s|ed)?"
    r"|stain(?:s|ed)?|leak(?:s|ed|ing)?|smashed|shattered|snapped|bent|burst|frayed|mould(?:y|ed)?"
    r"|in (?:two |a thousand |many )?pieces"
    r"|(?:came|come|comes|fell|falls|broke|broken) (?:off|apart)"
    r"|stopped working|no longer works?|flickers?|flickering|dead on arrival)\b"
    r"|\b(?:does|do|did|will|wo|can|is|are)(?: not|n['’]?t) (?:work(?:ing)?|turn on"
    r"|switch on|charge|charging"
    r"|close|start|open)\b"
    r"|裂|破了|碎了|有洞|个洞|划痕|凹|漏水|漏了|不能用|没反应|开不了|打不开|断了|不工作|充不了",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"\b(?:arrived|came|was|were|is|are|got)(?: \w{1,12})? (?:broken|damaged|defective"
    r"|faulty)\b|坏了",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:got|received|sent|came|delivered|have)\b.{0,15}\b(?:the|a|something) wrong\b"
    r"(?! (?:number|address|code|price|mail|e-?mail|invoice))|发错|寄错",
    re.IGNORECASE,
)
# What does not work and was not bought.
_NO_GOODS = re.compile(
    r"\b(?:codes?|vouchers?|cards?|web ?sites?|pages?|apps?|log ?in|passwords?|accounts?|links?"
    r"|buttons?|payments?|pay|paypal|checkout|tracking|chat|bot|e-?mails?|invoices?)\b"
    r"|优惠码|网站|页面|密码|账户|链接|付款",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:is|are|was|were) (?:still )?missing\b|\bmissing from\b"
    r"|\b(?:was|were|is|are)(?: not|n['’]?t) (?:in (?:the|my) (?:box|parcel|package|order)"
    r"|included)\b"
    r"|\b(?:has|had|there (?:is|are|was|were)) no \w+(?: \w+)? in (?:it|there|the \w+)\b"
    r"|\bonly (?:got|received)\b"
    r"|\bonly (?:one|two|three|four|half|some|\d{1,2})\b.{0,40}\b(?:in (?:it|there|the"
    r" (?:box|parcel"
    r"|package))|inside|came|arrived)\b|少了|缺了|漏发|(?<!还)没发(?!货|出)",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\binstead of\b|\bbut (?:i )?(?:had )?(?:ordered|wanted|bought)\b"
    r"|\bwrong (?:size|colou?r|model|kind)\b.{0,60}\bi (?:had )?(?:ordered|wanted|bought)\b"
    r"|\b(?:i )?ordered\b.{0,60}\b(?:but|and)\b"
    r".{0,20}\b(?:got|received|came|sent|arrived|have)\b|而不是|但我?(?:订|买|要)的|发成了?|寄成",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:sent|got|received|delivered)\b.{0,20}\bwrong\b|\bnot what i (?:ordered|bought)\b"
    r"|(?:发|寄|送|配)错|(?:东西|商品|货|里面)(?:的)?(?:东西)?(?:都|全)?不对|不是我[买订要]的",
    re.IGNORECASE,
)
# Who says one of these knows what shall become of the goods.
_SENDS_BACK = re.compile(
    r"\b(?:return|returning|exchange|exchanging|swap|swapping)\b|\b(?:send|bring"
    r"|give)\b.{0,40}\bback\b"
    r"|退货|换货|想退|要退|退掉|退回|寄回",
    re.IGNORECASE,
)
_WISHES = re.compile(
    r"\b(?:want|like|need|prefer|please|pls|can|could|would|give|send|replace|keep)\b|请|想|要"
    r"|给我|补|退|换",
    re.IGNORECASE,
)
# "Is it a problem when the glass has a crack?", "what if it tears?": nothing is told.
_ASKS = re.compile(
    r"^\W*(?:what if|if|is it|do you|does it|will it|can it|would it)\b|如果|要是", re.IGNORECASE
)

# "Forgot to say, the tray is cracked as well": more of the same.
_ALSO = re.compile(
    r"\b(?:also|as well|too|forgot|another thing|one more thing|besides)\b|也|还有|忘了", re.I
)


def adds(text: str) -> bool:
    """Whether a text goes on with what was told before."""
    return _ALSO.search(text[:READ]) is not None


def problem_told(text: str) -> ProblemKind | None:
    """The kind of problem that the words tell of goods, where they do not send them back."""
    text = text[:READ]
    if _SENDS_BACK.search(text) or _ASKS.search(text) or _NO_GOODS.search(text):
        return None
    if _WRONG.search(text):
        return ProblemKind.WRONG_ITEM
    if _MISSING.search(text):
        return ProblemKind.MISSING_ITEM
    damaged = _DEFECT.search(text) or _BROKEN.search(text)
    return ProblemKind.DAMAGED_ITEM if damaged else None


def wrong_told(text: str) -> ProblemKind | None:
    """That something else came than was bought, where the words say so and ask for nothing."""
    said = _WRONG.search(text[:READ]) and not _ASKS.search(text[:READ])
    return ProblemKind.WRONG_ITEM if said else None


def names_problem(text: str) -> bool:
    """Whether what may be wrong with goods is named, if only in a question."""
    said = (_DEFECT, _BROKEN, _MISSING, _INSTEAD)
    return any(words.search(text[:READ]) for words in said)


def tells_enough(kind: str, text: str, items: Sequence[ItemView], said: str) -> bool:
    """Whether a first message names the goods, and what is wrong with them.

    `said` is the text in the language of the records.
    """
    text = text[:READ]
    named = len(items) == 1 or mentioned(said, items) or _one_by_variant(said, items)
    if not named or _ASKS.search(text):
        return False
    if kind == ProblemKind.WRONG_ITEM:
        return _INSTEAD.search(text) is not None
    if kind == ProblemKind.MISSING_ITEM:
        return bool(mentioned(said, items)) and _MISSING.search(text) is not None
    return kind == ProblemKind.DAMAGED_ITEM and _DEFECT.search(text) is not None


def tells_wrong(text: str) -> bool:
    """Whether what came and what was ordered are told: "I ordered white and they sent black"."""
    return _INSTEAD.search(text[:READ]) is not None


def tells_more(text: str) -> bool:
    """Whether a text that names no remedy tells something: not "whatever", not "I'm not sure"."""
    text = text[:READ]
    long = len(text.split()) > MORE or len(_SIGN.findall(text)) > MORE
    return long and _UNDECIDED.search(text) is None


def _one_by_variant(said: str, items: Sequence[ItemView]) -> bool:
    """Whether a colour that is said is that of only one of the goods: "I ordered the white one"."""
    words = set(re.findall(r"[^\W\d_]{3,}", said[:READ].casefold()))
    return sum(bool(words & set(re.findall(r"\w{3,}", i.variant.casefold()))) for i in items) == 1


def wish_told(text: str) -> Remedy | None:
    """The remedy for which a first message asks."""
    wish = wish_in(text) if _WISHES.search(text[:READ]) else None
    return wish if wish in FOR_GOODS else None


def wish_alone(text: str) -> bool:
    """Whether a short answer only says what shall be done, and nothing of what happened."""
    text = text[:READ]
    short = len(text.split()) <= ALONE
    told = any(words.search(text) for words in (_DEFECT, _BROKEN, _MISSING, _INSTEAD))
    return short and not told and wish_told(text) is not None
