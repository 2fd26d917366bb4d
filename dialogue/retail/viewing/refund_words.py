"""What may be asked of a refund, by its words."""

from __future__ import annotations

import re

from dialogue.retail.returning.side_questions import NEAR

FASTER = re.compile(
    r"\b(?:faster|sooner|quicker|speed (?:it|that|this) up|hurry|earlier)\b"
    r"|(?:快|早)一?[点些]|加[快急]|急用|急着用|提前",
    re.IGNORECASE,
)
MEANT = NEAR | {"cancel_order", "get_invoice"}
# Right after a refund was told, what surely means something else all the same.
OTHERWISE = frozenset(
    {
        "complaint",
        "goodbye",
        "greet",
        "human_agent",
        "list_orders",
        "praise",
        "remind_me",
        "return_item",
        "stop",
        "thank",
    }
)
# "And the puzzle? I didn't get the money either" is no parcel that is missing.
OF_MONEY = re.compile(
    r"\b(?:money|refund\w*|paid back)\b|退款|(?:收|拿|看|退|等)(?:到|回)?.{0,3}钱"
    r"|钱.{0,4}(?:没|到|退)",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"\b(?:can|could|may|please|rather|instead|send|go|transfer|pay)\b.{0,40}"
    r"\b(?:paypal|vouchers?|gift cards?|store credit"
    r"|(?:other|another|new|different|bank) (?:card|account)|iban)\b"
    r"|(?:退|转|换|打)到?.{0,8}(?:贝宝|paypal|支付宝|微信|别的|其他|另|银行|账户)",
    re.IGNORECASE,
)
# "Did it go to my card or PayPal?" asks only which way it went.
WENT = re.compile(
    r"\b(?:did|does|do|was|is|has|will)\b.{0,20}\b(?:go|goes|gone|going|went|paid|sent|come|comes)\b"
    r"|到的?是",
    re.IGNORECASE,
)
# "Why to a gift card?", 为啥退礼品卡: no question of how long it takes.
TO_METHOD = re.compile(
    r"\bwhy\b.{0,25}\b(?:gift card|paypal|card|bank|account)\b"
    r"|(?:为什么|为啥|怎么).{0,6}(?:退|到).{0,6}(?:卡|账户|贝宝|paypal)",
    re.IGNORECASE,
)
# Where money may go that was refused: "to my new account, please", or a yes to passing it on.
TO = re.compile(
    r"\b(?:to|on|onto|into|via|by|use)\b.{0,25}\b(?:account|paypal|card|bank|iban)\b"
    r"|\b[A-Z]{2}\d{2}(?: ?\d{4}){3}|\bpass (?:it|that|this|me) on\b"
    r"|\btell (?:them|a person|a colleague)\b"
    r"|(?:退|转|打|汇)(?:到|给|去).{0,10}(?:账户|账号|银行|卡|贝宝|paypal)|转(?:告|给)?(?:同事|人工)",
    re.IGNORECASE,
)
WHY = re.compile(r"\bwhy\b|为什么|怎么会|为何", re.IGNORECASE)
# Of money that is on its way: it is not there, or for long.
NOT_THERE = re.compile(
    r"(?:\b(?:nothing|not|never|no money)|n['’]t)\b.{0,25}\b(?:come|came|there|here"
    r"|arrived?|received?|got|get|see|seen|shows?|yet)\b"
    r"|\b(?:it['’]?s|has|have|already)\b.{0,12}\b(?:been|gone)?\b.{0,12}\b(?:days?|weeks?|months?)\b"
    r"|\b(?:still )?(?:waiting|nothing)\W*$"
    r"|没(?:有)?(?:到|收到|看到|查到|见到)|(?:查|看)了.{0,12}没|(?:什么|东西|钱)(?:都|也)?没(?:有|了)?\W*$|(?:好几|\d+|两|三)(?:天|周|个?星期)了",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"\bhow much\b|\bwhat (?:sum|amount)\b|多少", re.IGNORECASE)
# Of money that was refused.
CLOSED = re.compile(
    r"\b(?:account|card|bank)\b.{0,25}\b(?:closed|cancel\w*|expired?|blocked|lost|stolen|changed"
    r"|gone|replaced|no longer|new|old)\b"
    r"|\b(?:closed|cancelled|changed|lost|new|switched) (?:my |the |that )?"
    r"(?:account|card|bank)s?\b"
    r"(?!.{0,20}[?])|(?:卡|账户|银行).{0,6}(?:注销|销户|过期|丢|没了|不用了|换|冻结|关)",
    re.IGNORECASE,
)
NEEDED = re.compile(
    r"\bneed\b.{0,20}\b(?:from|of) me\b|\bwhat (?:do|else do|must|should|can|shall)\b.{0,15}"
    r"\b(?:need|do|send|give|tell|know)\b|\biban\b|\b(?:bank|account) (?:details|number|data)\b"
    r"|\bwhat now\b|需要(?:我|什么)|要我(?:做|提供)|提供什么|怎么办|账号",
    re.IGNORECASE,
)
AGAIN = re.compile(r"\b(?:again|retry|once more|re-?send)\b|再(?:试|退|打|转)|重新", re.IGNORECASE)
UNKNOWN = frozenset({"nlu_fallback", "out_of_scope", "promo_code_problem", "repeat_that"})
IF_NOT = re.compile(
    r"\b(?:what if|and if|if)\b.{0,30}(?:n['’]?t|\bnot|\bnever|\bnothing)\b"
    r"|(?:如果|要是|万一).{0,12}(?:没|不)",
    re.IGNORECASE,
)
WAY = re.compile(
    r"\b(?:by|to|on|with|onto|via) (?:my |the |which |what )?(?:card|paypal|bank|account|invoice)\b"
    r"(?! game)"
    r"|\bwhich (?:card|account|way)\b|\bwhere (?:does|did|will|do)\b"
    r"|(?:卡(?!牌)|贝宝|paypal|账户|哪里|哪张).{0,6}(?:吗|呢|[?？])|退到哪",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"\bwhen\b.{0,15}\b(?:did|was|have)\b.{0,15}\b(?:sen[dt]|start\w*|pa(?:y|id)|book\w*|do|done)\b"
    r"|\bsince when\b"
    r"|\b(?:is|was|has|have|did)\b.{0,15}\b(?:it|that|the money|the refund)\b.{0,15}"
    r"\b(?:sent|gone out|been (?:sent|paid)|processed|left|started|paid(?: out)?)\b"
    r"|什么时候(?:退|汇|发)出?的|哪天退的|已经(?:退|汇|发)(?:出|了)",
    re.IGNORECASE,
)
LESS = re.compile(
    r"\bwhy\b.{0,30}\b(?:only|so little|that (?:much|little)|less|not (?:all|everything|more))\b"
    r"|\bis (?:that|this|it) (?:all|everything)\b"
    r"|\b(?:whole|full|entire|complete|total) (?:amount|sum|price|money)\b"
    r"|\bwhere(?:['’]?s| is| are) the (?:rest|remaining|other|difference|missing)\b"
    r"|\b(?:keep|kept|deduct\w*|withh\w+|hold|held)\b.{0,25}\b(?:fees?|costs?|shipping|delivery|postage|money)\b"
    r"|\bi (?:had )?paid (?:\w+ )?[€$]?\d|\b\d+(?:[.,]\d\d)? (?:is|are|was|were) missing\b"
    r"|\b(?:is|are|was|were|includ(?:es?|ing)|and|with|what about) (?:the |my )?"
    r"(?:shipping|delivery|postage)\b(?! (?:now|today))"
    r"|\bless than\b.{0,20}\bpaid\b|\bpaid more\b"
    r"|\b(?:shipping|delivery|postage)\b.{0,25}\b(?:not|n['’]t|also|too|included|refunded|back|part)\b"
    r"|(?:只|才)退|这么少|少了|比.{0,6}少|剩下的|其余的|付了\s?\d|(?:运费|邮费).{0,8}退|退.{0,4}(?:运费|邮费)",
    re.IGNORECASE,
)
SURE = re.compile(
    r"^\W*(?:are you|really|is that) (?:\w+ )?(?:sure|certain|true)\b|确定吗|真的吗", re.I
)
WHAT_FOR = re.compile(
    r"\bwhat (?:was|is|were) (?:it|that|this) (?:\w+ )?for\b"
    r"|\bwhat(?:['’]?s| is| was) in (?:it|that)\b"
    r"|\b(?:for|of) which (?:order|article|goods)\b|是(?:什么|哪个|哪件).{0,6}(?:退款|的钱)",
    re.IGNORECASE,
)
ALSO = re.compile(r"\b(?:and|also|what about|how about)\b|呢|还有", re.IGNORECASE)
ANOTHER = re.compile(
    r"^\W*(?:oh |ah |no |sorry |wait |i )*(?:sorry|mean|meant|no|not|and|what about|how about)\b"
    r"|^\W*(?:不|我(?:说|问|是)|那)|[那这][个单笔]"
    r"|\b(?:one|another|also) for (?:the|my|a)\b"
    r"|\b(?:my|the|a) refunds? (?:for|of)\b|\bmoney (?:for|of|back for)\b|退款",
    re.IGNORECASE,
)
# Of money that is said to be with the bank, in anger: "you took my money and I have nothing".
ACCUSES = re.compile(r"\b(?:scam\w*|fraud\w*|crooks?|thie(?:f|ves)|stole)\b|骗", re.IGNORECASE)
DIGITS = re.compile(
    r"\b(?:last|final) (?:\w+ )?(?:digits|numbers)\b"
    r"|\bwhich (?:of my )?(?:bank )?(?:cards?|accounts?)\b"
    r"|尾号|后四位|哪[张个](?:银行)?(?:卡|账户|账号)",
    re.IGNORECASE,
)
