"""What a short message wants of the notices that a customer has asked for, read from its words.

A classifier takes "take me off" for a parcel that is refused, and 取消通知 for a cancelled order:
where notices were just spoken of, or their words are named, it is them that are meant.
"""

from __future__ import annotations

import re
from enum import StrEnum

from dialogue.questions import is_question

SHORT = 90  # characters of a message that may be meant
MOST_WORDS = 16
LONGEST = 300  # characters of one that says more than that


class Wanted(StrEnum):
    """What is wanted of notices: how and of what they come, or that there is an end of them."""

    HOW = "how"
    STATE = "state"
    STOP = "stop"


_SENTENCES = re.compile(r"[.,;!，。；！]")
_LEAD = r"^\W*(?:(?:and|so|but|ok(?:ay)?|oh|hm+|wait|then|well|now|no|yes)\W+){0,3}"
_NAMES = re.compile(
    r"\b(?:updates?|notif\w+|notices?|alerts?|pings?|(?:tracking|shipping) (?:messages|mails)"
    r"|(?:the|that|your|any|waiting) list|tell(?:ing)? me|messag(?:es?|ing)"
    r"|writ(?:e|ing) (?:to )?me)\b"
    r"|通知|名单|推送|订阅|动态|到货提醒|物流提醒|登记",
    re.IGNORECASE,
)
_GOODS = re.compile(
    r"\b(?:stock|back|goods|products?|list)\b|到货|缺货|补货|商品|名单|登记", re.IGNORECASE
)
_ORDERS = re.compile(
    r"\b(?:orders?|shipping|delivery|tracking|parcel|package)\b|物流|订单|包裹|快递|发货",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\bhow (?:will|do|would|are|can|am) (?:you|i)\b.{0,20}"
    r"\b(?:tell|told|know|notif\w+|inform\w*|reach|contact|write|hear|find out|get (?:it|them|those"
    r"|the (?:updates|alerts|messages|news)))\b"
    r"|\bwhere (?:will|do) (?:you|i)\b.{0,15}\b(?:tell|hear|write|see it|get (?:it|them))\b"
    r"|\b(?:by|per|via|as an?|send (?:me )?an?) (?:e-?mail|mail|text|sms|phone)\b"
    r"|^\W*(?:by |an? )?(?:e-?mail|mail|text|sms)(?: or (?:e-?mail|mail|text|sms|phone|here))?\W*$"
    r"|(?:怎么|如何|在哪).{0,3}(?:通知|告诉|联系|收到|收)|(?:发|用)(?:邮件|短信)"
    r"|^\W*(?:是)?(?:邮件|短信|发邮件|发短信)(?:还是.{1,6})?(?:吗|么|呢)?\W*$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\bam i (?:still |now |already |really |not )?(?:on|off) (?:the|your|that|any|a|some)"
    r" (?:\w+ )?list\b"
    r"|\bi(?:['’]?m| am) (?:still |now |really )?(?:on|off) (?:the|your|that|any)"
    r" (?:\w+ )?list\W*\?"
    r"|\b(?:which|what)\b[^?.!]{0,30}\b(?:do i wait|am i waiting|i(?:['’]?m| am) waiting) for\b"
    r"|\b(?:which|what|show|see|list)\b[^?.!]{0,20}\b(?:stock |my )(?:alerts|waiting list)\b"
    r"|\b(?:which|what) alerts\b|\bwhat(?:['’]s| is) on my (?:waiting |alert )?list\b"
    r"|登记了(?:哪些|什么|吗)|我.{0,3}在.{0,3}名单|还在名单|名单.{0,4}(?:有我|吗|没)"
    r"|在?等(?:哪些|什么)(?:商品|东西|货|到货)|到货通知.{0,6}(?:哪些|有什么|列表|名单)",
    re.IGNORECASE,
)
# Whether they come, where they were just spoken of.
_STATE = re.compile(
    _LEAD + r"(?:am i|i['’]?m|i am|is it|are they|it['’]?s|its|they['’]?re)"
    r" (?:\w+ )?(?:on|off)(?: (?:it|that|there))?(?: (?:now|again|then|yet))?\W*$"
    r"|" + _LEAD + r"(?:am i|are you|will (?:i|you)|do i|do you|did you|have you|would (?:i|you))"
    r" (?:\w+ ){0,3}?(?:registered|signed up|subscribed|notified|told|tell\w*|notify|message|write"
    r"|writing|hear|get (?:it|them|one|those|messages|updates)|noted|stop(?:ped)?|cancell?(?:ed)?"
    r"|remove[d]?|take me off|taken me off|turn(?:ed)? (?:it|them|that) (?:on|off))\b"
    r"|"
    + _LEAD
    + r"(?:is|was|are|were) (?:it|that|they|those) (?:really |now |all |still )*(?:stopped"
    r"|cancell?ed|(?:turned |switched )?(?:on|off))\b"
    r"|" + _LEAD + r"i (?:won['’]?t|will not|don['’]?t|do not|shouldn['’]?t) (?:now |still )?(?:get"
    r"|receive|hear) (?:any\w*|nothing|messages|updates|more|those|them|it|from you)\b"
    r"|还会.{0,4}(?:通知|告诉|提醒|发)|(?:不会|还会)再?(?:收到|有).{0,6}(?:吗|吧|么)|(?:关|停|取消|退订|删|登记|开)(?:掉|好|上|成功)?了(?:吗|没|么)"
    r"|(?:关掉|取消|登记)了?没有?\W*$|还(?:有|在).{0,4}(?:通知|名单|登记)",
    re.IGNORECASE,
)
# Whether the notices that are named come, and an end of them.
_NAMED = r"(?:updates?|notif\w+|notices?|alerts?|messages|list)"
_NAMED_ZH = "(?:通知|推送|订阅|提醒|名单)"
_NAMED_STATE = re.compile(
    _LEAD
    + rf"(?:are|is|did you (?:turn|switch|stop))\b.{{0,25}}\b{_NAMED}\s(?:(?:still|now|really)\s)*"
    r"(?:on|off|active|stopped|cancell?ed|running|set)(?: (?:now|again|yet|for \S+(?: \S+)?))?\W*$"
    rf"|{_NAMED_ZH}.{{0,4}}(?:关|停|取消|开|登记)(?:掉|好|上)?了?(?:吗|么|没)|还会.{{0,4}}{_NAMED_ZH}"
    rf"|(?:关|停|取消|开|登记)(?:掉|好|上)?了.{{0,4}}{_NAMED_ZH}(?:了)?(?:吗|么|没)",
    re.IGNORECASE,
)
_NAMED_STOP = re.compile(
    r"\b(?:stop|cancel|end|delete|remove|unsubscribe|turn|switch|shut|take|no more"
    r"|don['’]?t want)\b"
    rf".{{0,20}}\b{_NAMED}\b|\b(?:stop|quit) (?:telling|messaging|writing|notifying)\b"
    rf"|(?:取消|停[掉止了]?|关[掉闭]?|退订|删[掉除]?).{{0,6}}{_NAMED_ZH}|{_NAMED_ZH}.{{0,2}}(?:取消|停|关|退订|删)",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"(?<!n['’]t )(?<!dont )(?<!not )(?<!need to )(?<!stop )\b(?:tell|let|notify|remind|mail"
    r"|e-?mail|message|ping|alert|inform)\s(?:me|us)\b"
    r"|(?<![别要用再停止消掉])(?:通知|告诉|提醒|叫)一?[声下]?(?:我|咱)",
    re.IGNORECASE,
)
_KEEP = re.compile(
    r"\b(?:do not|don['’]?t|dont|not|never)\s(?:\w+\s)?(?:stop|cancel|remove|delete|turn|take|drop"
    r"|end)\b|\bkeep\b(?! me| us)|(?:别|不要|不用|不想)(?:取消|停|关|删|退订)|保留|别忘",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:turn|switch|shut|take|get|leave)\s(?:\S+\s){0,3}?off\b"
    r"|\b(?:it|them|that|those|these|this|updates|messages|notifications|mean|meant) off\b"
    r"|\bnot on\W{1,3}off\b"
    r"|\b(?:did not|didn['’]?t|don['’]?t|do not|never) (?:want|ask for|wish|need)"
    r" (?:it|them|that|those|this|these|updates|messages|any)\b"
    r"|\b(?:off|out) (?:of )?(?:the|that"
    r"|your) (?:\w+ )?list\b"
    r"|\b(?:remove|delete|unsubscribe|undo|scrap|cancel|stop|quit|end)\b"
    r"|\bdrop\b(?! (?:me|us|a (?:line|note|mail|message))\b)"
    r"|\bnever\s?mind\b|\bforget (?:it|that|about)\b|\bleave (?:it|that)\b"
    r"|\b(?:do not|don['’]?t|dont|no longer|needn['’]?t|no need to)\s(?:want |need |have |to |be )*"
    r"(?:tell|told|write|notif\w+|message|alert\w*|inform\w*|bother|ping|it|that|them|this|those"
    r"|updates|messages)\b"
    r"|\bno (?:more|longer)\b|\bnot any ?more\b|\bnot needed\b|^\W*off(?: please| again| now)*\W*$"
    r"|取消|停(?!车|电)|关[掉闭了]|退订|不[用要需想](?:要|再)?(?:了|吧|给我|通知|告诉|提醒|发|收|到货)"
    r"|别再?(?:给我|跟我)?(?:发|通知|告诉|提醒|推)|算了|删[掉除了]|撤[销掉回]|[移去拿退]掉|移除|退出",
    re.IGNORECASE,
)
# "Can you tell me …?", "tell me …, ok?": asked for, in the form of a question.
_ASKED_FOR = re.compile(
    r"\b(?:can|could|would|may|might|mind|possible|please|pls|want|like|wish|need|way|sign up"
    r"|subscribe|subscription|set (?:it|this|that) up)\b|\bwill you\b"
    r"|(?:^|[.,;:!?]\s*|\b(?:and|then|so|ok|but|just|also|you|to)\s)(?:tell|let|notify|message|ping"
    r"|inform|alert|text|mail|e-?mail|write|send|keep|advise)\b"
    r"|[讲说]给我|跟我[讲说]|告知|能不能|可不可以|可以|能|麻烦|请|帮我|想|要(?!是)|好吗|行吗|(?<![别不停])(?:通知|告诉|提醒|叫)一?[声下]?我",
    re.IGNORECASE,
)
_NOT_WISHED = re.compile(
    r"\b(?:did|do|does|would|could)(?:n['’]?t| not) (?:want|need|like|wish|please)\b"
    r"|不[想要能]|没[想要]",
    re.IGNORECASE,
)
_ASKS = re.compile(
    _LEAD + r"(?:are|is|am|did|do|does|has|have|was|were|why|when|what|which|who|where|how|if)\b"
    r"|(?:了|呢)(?:吗|么|没有?)?[?？]\W*$|(?:了|着)(?:吗|么|没有?)\W*$|为什么|怎么|什么",
    re.IGNORECASE,
)
# Of which there may be an end too.
_OTHERWISE = re.compile(
    r"\b(?:returns?|refunds?|exchange|account|reminders?|remind|tickets?|complaint|newsletter"
    r"|queue|person|human|colleague|chat|codes?|invoice|address|payment|subscription)\b"
    r"|退货|退款|换货|账[户号]|投诉|排队|人工|客服|发票|地址|付款|优惠|邮件订阅",
    re.IGNORECASE,
)
_AN_ORDER = re.compile(
    r"\b(?:orders?|parcel|package|purchase)\b|订单|包裹|下单|[这那]单", re.IGNORECASE
)
_ALL = re.compile(r"\b(?:all|everything|every|any)\b|都|全部|所有|一切", re.IGNORECASE)
_TOO = re.compile(r"\b(?:too|as well|also|either)\b|也", re.IGNORECASE)


def names_notices(text: str) -> bool:
    """Whether notices are named: "stop the alerts", and not only "stop it"."""
    return _NAMES.search(text[:SHORT]) is not None


def about_goods(text: str) -> bool:
    """Whether it names those that tell of goods."""
    return _GOODS.search(text[:SHORT]) is not None


def about_orders(text: str) -> bool:
    """Whether it names those that tell of an order."""
    return _ORDERS.search(text[:SHORT]) is not None


def ends_in_passing(text: str) -> bool:
    """Whether a message begins with an end of messages and goes on with something else."""
    first, *others = re.split(r"[,.;!，。；]", text[:LONGEST], maxsplit=2)
    return len(others) == 2 and ends_notices(first, spoken_of=False) and not about_goods(first)


def turned_off(text: str) -> bool:
    """Whether what can be turned off is meant, which only notices can: "turn them off again"."""
    found = re.search(
        r"\b(?:turn|switch) (?:it|them|that|those|these) off\b|关掉(?:它|吧|它们)"
        r"|\b(?:stop|quit) (?:writing|texting|messaging|telling|notifying|updating) (?:to )?me\b"
        r"|(?:别|不要)再给我(?:发|写)(?:消息|通知|信息)?",
        text[:SHORT],
        re.I,
    )
    return found is not None


def of_all(text: str) -> bool:
    """Whether all of them are meant."""
    return _ALL.search(text[:SHORT]) is not None


def of_another(text: str) -> bool:
    """Whether it goes on with one more: "the slippers too"."""
    return _TOO.search(text[:SHORT]) is not None


def only_asks(text: str) -> bool:
    """Whether it asks of notices, and asks for none: "are they really off?"."""
    text = text[:LONGEST]
    parts = [part for part in _SENTENCES.split(text) if part.strip()]
    if any(_STATE.search(o) and is_question(o) and not _ASKED_FOR.search(o) for o in parts):
        return True
    asks = is_question(text) or any(is_question(part) for part in parts)
    return asks and not _ASKED_FOR.search(_NOT_WISHED.sub(" ", text))


def wanted_in(text: str, *, spoken_of: bool) -> Wanted | None:
    """What a message wants of notices; `spoken_of`: whether they just were, and need no name."""
    if not text or len(text) > SHORT or len(text.split()) > MOST_WORDS or _OTHERWISE.search(text):
        return None
    if spoken_of and _HOW.search(text):
        return Wanted.HOW
    state = _LISTED.search(text) or _NAMED_STATE.search(text)
    parts = _SENTENCES.split(text)
    asks = any(_STATE.search(part) for part in parts)
    if state or (spoken_of and (asks or _KEEP.search(text))):
        return Wanted.STATE
    return Wanted.STOP if ends_notices(text, spoken_of=spoken_of) else None


def ends_notices(text: str, *, spoken_of: bool) -> bool:
    """Whether it is to be the end of them, and no wish for one."""
    text = text[:SHORT]
    if _ASKS.search(text) or _KEEP.search(text) or _WISH.search(text):
        return False
    if not spoken_of:
        return _NAMED_STOP.search(text) is not None
    an_order = _AN_ORDER.search(text) and not names_notices(text)
    return _STOP.search(text) is not None and not an_order
