"""What may be asked beside a problem of a delivery, by its words."""

from __future__ import annotations

import re
from enum import StrEnum, auto

from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.problems.remedies import REDUCED

READ = 160  # characters; who asks beside something asks shortly
MOST = 2  # of what is asked in one message, so many are answered


class Side(StrEnum):
    """What is asked there."""

    HEAR = auto()  # how and where one hears of it
    FOUND = auto()  # what if it turns up after all
    BACK = auto()  # whether anything must be sent back
    ELSEWHERE = auto()  # whether it can go to another address
    LESS = auto()  # whether it may be kept for a part of the money
    AWAY = auto()  # whether what is broken may be thrown away
    PART = auto()  # whether a part is sent, or the whole
    TROUBLE = auto()  # something for the trouble
    COST = auto()
    HOW_LONG = auto()
    QUICKER = auto()  # which of the remedies is
    EITHER = auto()  # whether it is sent again or paid back
    AGAIN = auto()  # how long it takes, and what it costs, to have it sent again
    SIGNED = auto()  # who took it, or where it was left
    SEEN = auto()  # where it was seen last
    CAME = auto()  # when it came by the carrier's word, or was to come
    SHIPPING = auto()  # whether the delivery cost comes back too
    ORDER = auto()  # which order is spoken of
    WARRANTY = auto()  # whether the warranty covers it
    THEN = auto()  # what happens once it is reported
    NEEDED = auto()  # whether anything more is needed, or a photograph
    WISHED = auto()  # what was wished for
    STOCK = auto()  # whether there is any left to be sent again
    WHITHER = auto()  # where it is sent
    FAILS = auto()  # what if the new one is no better
    REPAIR = auto()
    ADVICE = auto()  # what to choose
    OURS = auto()  # whether one must see to it oneself, with the police or the carrier
    MONEY = auto()  # whether there is money for it
    PHOTO = auto()  # a photograph that is offered: it may be told
    REMARK = auto()  # what else of the order is kept: nothing is asked
    READS = auto()  # whether anybody reads it
    CALL = auto()  # whether one is called
    CANCEL = auto()  # whether what is under way can be cancelled
    OTHER = auto()  # another colour or size than was lost
    OWN = auto()  # that it broke by one's own fault
    LIMIT = auto()  # until when it may be reported


_SIDES: tuple[tuple[Side, re.Pattern[str]], ...] = tuple(
    (side, re.compile(words, re.IGNORECASE))
    for side, words in (
        (
            Side.READS,
            r"\b(?:some|any)(?:one|body)\b.{0,20}\b(?:reads?|looks?|sees?|cares?|deals?|checks?)\b"
            r"|\b(?:will|do|does)\b.{0,20}\b(?:colleagues?|people|human|manager|boss|team)\b.{0,12}"
            r"\b(?:reads?|looks?|sees?)\b|(?:真的?)?(?:会)?有人.{0,4}(?:看|处理|管)",
        ),
        (
            Side.OWN,
            r"\bmy (?:own )?(?:fault|mistake|bad)\b"
            r"|\bi (?:\w+ )?(?:dropped|knocked|spilled|smashed)\b"
            r"|我(?:自己)?(?:不小心)?(?:摔|打碎|弄坏|碰)",
        ),
        (
            Side.LIMIT,
            r"\btime limit\b|\bdead ?line\b|\btoo late\b"
            r"|\b(?:how long|until when|by when)\b.{0,30}\b(?:report|claim|tell you)\b"
            r"|期限|来得及|太晚",
        ),
        (
            Side.OTHER,
            r"\b(?:instead of|rather than) (?!the (?:money|refund)|a refund|money|waiting)"
            r"|\b(?:other|another|different) (?:colou?r|size|kind|model|one)\b"
            r"|换(?:个|种)?(?:颜色|尺码|款)",
        ),
        (
            Side.CALL,
            r"\b(?:call|ring|phone) me\b|打(?:我)?电话(?:给我|吗)|给我(?:回|打)",
        ),
        (
            Side.CANCEL,
            r"\b(?:can|could|may) (?:i|we|you)\b.{0,15}\bcancel\b"
            r"|\bcancel (?:the|my) (?:late|lost|missing|order|parcel|rest)\b"
            r"|(?:能|可以)取消|取消(?:订单|这单|包裹)",
        ),
        (
            Side.HEAR,
            r"\bhow (?:will|do|would|can|does|are|is)\b.{0,30}\b(?:hear|reach|contact|answer|write"
            r"|reply|tell|get back|let me know|inform|notif\w+)\b"
            r"|\b(?:by|via|per|through) (?:e-?mail|mail|phone|telephone|sms|text|chat|post)\b"
            r"|\b(?:e-?mail|mail|call|phone|write|ring|text) me\b"
            r"|\b(?:send|get) (?:me )?an? e?-?mail\b"
            r"|\b(?:my|an|the) (?:e-?mail|address|mail)\b.{0,12}\b(?:have|need|got)\b"
            r"|\b(?:have|need|got) my (?:e-?mail|address|mail|number)\b"
            r"|\bhere in (?:the|this) chat\b"
            r"|(?:怎么|如何|用什么).{0,6}(?:通知|联系|回复|告诉|知道)|(?:发|用|是)(?:邮件|短信|电话)|打电话给我",
        ),
        (
            Side.PHOTO,
            r"^\W*(?:(?:i (?:have|took|made|can (?:send|show)|could send|attach(?:ed)?|will send)"
            r"|here(?:['’]?s| is| are)|see|this is|should i send|shall i send)\W+)"
            r"(?:you )?(?:\w+ )?(?:photo\w*|pictures?|pics?|screenshots?|images?|video)"
            r"(?: (?:of|if|for) [\w ]{1,30})?\W*$"
            r"|^\W*我?(?:有|可以发|拍了|发)(?:张)?(?:照片|图片|截图)",
        ),
        (
            Side.FAILS,
            r"\b(?:what if|and if)\b.{0,40}\b(?:breaks?|broken|fails?|damaged|torn|wrong|lost"
            r"|missing|the same|happens?|defective|faulty)\b.{0,12}\b(?:too|again|as well|next)\b"
            r"|\b(?:what if|and if)\b.{0,12}\b(?:new|next|second|replacement)\b.{0,20}"
            r"\b(?:breaks?|broken|fails?|damaged|torn|wrong|lost|defective|faulty)\b"
            r"|(?:又|再|还是?).{0,3}(?:坏|丢|破|错).{0,4}(?:怎么|呢|咋)",
        ),
        (Side.REPAIR, r"\b(?:repair\w*|mend(?:ed|ing)?)\b|\bfix (?:it|them|that)\b|维修|能修|修好"),
        (
            Side.ADVICE,
            r"\bwhat(?:['’]?s| is) (?:the )?best\b"
            r"|\bwhat (?:would|do|should|can) (?:you|i) (?:\w+ )?(?:recommend|suggest|advise|choose"
            r"|take)\b|\b(?:which|what)(?: one)? (?:is|would be|should i)\b.{0,15}"
            r"\b(?:better|best|take|choose)\b|(?:推荐|建议).{0,4}(?:哪|选|什么)|哪个(?:更)?好",
        ),
        (
            Side.OURS,
            r"\bpolice\b|\binsur\w+"
            r"|\b(?:call|contact|ask|ring|phone|write to)"
            r" (?:the |your )?(?:carrier|courier|driver|post)\b"
            r"|报警|保险|(?:找|联系|问)快递",
        ),
        (
            Side.WHITHER,
            r"^\W*(?:(?:and|so|ok)\W+)?(?:to )?(?:which|what) address\b"
            r"|\bwhere (?:do|will|does|would) (?:you|it|they|the new \w+)\b.{0,10}"
            r"\b(?:send|sent|go|deliver\w*|ship\w*)\b|(?:寄|发|送)到(?:哪|什么地址)",
        ),
        (
            Side.STOCK,
            r"\b(?:in stock|sold out|out of stock|(?:still )?available|any (?:more )?left)\b"
            r"|\bdo you (?:still |even )?have (?:it|them|any|one|more)\b|有货|还有吗|库存|卖完",
        ),
        (
            Side.LESS,
            REDUCED,
        ),
        (
            Side.AWAY,
            r"\b(?:throw|chuck|put|toss)\b.{0,30}\b(?:away|out|bin|trash|rubbish)\b"
            r"|\b(?:bin|dump|toss|chuck|trash|recycle|dispose of|get rid of)"
            r" (?:it|them|the|that|this|my)\b|扔|丢掉|处理掉",
        ),
        (
            Side.TROUBLE,
            r"\bfor (?:the|my|all this|all the) (?:trouble|wait|waiting|delay|hassle)\b|\bon top\b"
            r"|\bcompensat\w+|\b(?:voucher|discount|goodwill)\b"
            r"|\b(?:get|give|receive|offer)\b.{0,12}\b(?:something|anything|sth)\b"
            r"(?! (?:back|new|else)\b)"
            r"|\bmake up for\b|补偿|赔偿|代金券|优惠券",
        ),
        (
            Side.NEEDED,
            r"\b(?:do|must|should|have|need|shall) (?:i|to|we)\b"
            r"(?!.*\b(?:back|return|pay|costs?|get)\b)"
            r".{0,25}\b(?:anything|something|sth)\b"
            r"|\byou need\b.{0,15}\b(?:anything|something|more|from me)\b|\bwhat do you need\b"
            r"|\b(?:anything|something|what) (?:else|more)\b.{0,20}\b(?:need|do|send)\b"
            r"|\b(?:do|must|should|have|need|shall|send|want|is)\b.{0,30}"
            r"\b(?:photo\w*|pictures?|pics?|images?)\b"
            r"|要(?:不要|我)?(?:拍|发|传)照|(?:还要|还需要|需要我?|要不要|用不用|要我).{0,8}"
            r"(?:做什么|什么|提供|照片|图片|拍照|凭证)",
        ),
        (
            Side.SHIPPING,
            r"\b(?:shipping|delivery|postage)\b.{0,20}\b(?:back|refund\w*|too|also)\b"
            r"|\b(?:back|refund\w*)\b.{0,20}\b(?:shipping|delivery|postage)\b"
            r"|(?:运费|邮费).{0,6}退|退.{0,6}(?:运费|邮费)",
        ),
        (Side.ORDER, r"\b(?:which|what) order\b|哪个订单|哪一单"),
        (Side.WARRANTY, r"\b(?:warranty|guarantee)\b|保修|质保"),
        (
            Side.WISHED,
            r"\bwhat (?:did|have|was) i\b.{0,15}"
            r"\b(?:ask(?:ed)?|want(?:ed)?|wish(?:ed)?|choose|chose|pick(?:ed)?|say|said"
            r"|request(?:ed)?)\b|\bdid i (?:ask|choose|say|pick|want)\b"
            r"|\bwhat(?:['’]?s| is| was) my (?:wish|choice|request)\b"
            r"|我(?:刚才)?(?:选|要|说)的是?(?:什么|哪|退款|重发|补发)",
        ),
        (
            Side.THEN,
            r"\bwhat (?:happens|will happen|would happen|do you do|will you do|are you going to do"
            r"|do they do|will they do|happens then|comes next)\b"
            r"(?!.{0,20}(?:n['’]?t|not|never|find|turns?)\b)(?! (?:to|with) )"
            r"|\bwhat (?:happens|comes|is) next\b|\bhow does (?:it|that|this) (?:work|go on)\b"
            r"|\btell me what you\b.{0,20}\bdo\b"
            r"|\b(?:search|look|wait)\b.{0,20}\bfirst\b|\b(?:right|straight) away\b"
            r"|(?:登记|上报|报)(?:了|以)?后?.{0,4}(?:会怎|怎么|然后)"
            r"|(?:然后|接下来|之后)(?:会|呢|怎)|你们(?:打算|会|要)怎么",
        ),
        (
            Side.CAME,
            r"\b(?:when|what (?:day|date|time)|which day)\b.{0,30}\b(?:was|were|did|supposed)\b"
            r".{0,25}\b(?:deliver\w*|supposed|due|come|came|arriv\w*|dropped|expected|be here)\b"
            r"|\bwhen should\b.{0,20}\bhave\b"
            r"|\b(?:the|which|what) (?:day|date|time|hour)\b.{0,40}"
            r"\b(?:deliver\w*|supposed|due|came|arrived)\b"
            r"|\bwhat (?:does|do|did|has) (?:the |your )?(?:carrier|courier|tracking|driver)\b"
            r".{0,12}\b(?:say|said|write|tell|show)\b"
            r"|(?:什么时候|哪天|几[号点]).{0,8}(?:送达|签收|送到|投递|该到)(?:的|了|$|\W)"
            r"|(?:本来|应该).{0,4}(?:什么时候|哪天)"
            r"|(?:快递|物流)(?:公司)?(?:怎么说|显示)",
        ),
        (
            Side.SIGNED,
            r"\bwho\b.{0,15}\b(?:signed|accepted|took)\b|\bsignature\b|\bproof of delivery\b"
            r"|\bwhere\b.{0,25}\b(?:left|put|dropped)\b|签[收字名]|放在?(?:哪|了哪)",
        ),
        (
            Side.SEEN,
            r"\b(?:where|when)\b.{0,25}\b(?:last|seen|stuck|scanned)\b"
            r"|\blast (?:seen|scan\w*|known|update)\b"
            r"|\b(?:is|was) (?:it|that|the \w+) (?:really|definitely|actually) (?:lost|gone)\b"
            r"|\bwho\b.{0,12}\b(?:lost|has|had|stole)\b|\bwhat(?:['’]?s| has| have| is)?\b"
            r".{0,15}\bhappen(?:ed|ing)\b|\b(?:check|look)\b.{0,12}\bagain\b|\bare you sure\b"
            r"|\b(?:why|how come)\b.{0,40}\b(?:lost|late|delayed|missing|long|that|come|arrived?"
            r"|here)\b|^\W*(?:but )?(?:why|how come)\W*$"
            r"|\bhow (?:can|could|did|does)\b.{0,30}\b(?:lost?|happen\w*|vanish\w*|disappear\w*)\b"
            r"|最后.{0,8}(?:哪|看到|扫描|更新)|卡在哪|(?:谁|怎么会?).{0,4}(?:弄)?丢|再(?:查|看)一?[下次遍]"
            r"|为什么.{0,6}(?:丢|没到|晚|慢|久)",
        ),
        (
            Side.AGAIN,
            r"\b(?:how long|how soon|when)\b.{0,40}\b(?:new one|replacement|sen[dt]|resend)\b"
            r"|\b(?:new one|replacement|sen[dt]|resend)\b[^.;!]{0,25}\b(?:how (?:long|soon)|when)\b"
            r"|(?:多久|什么时候|几天).{0,8}(?:重发|补发|重新)|(?:重发|补发|重新).{0,10}(?:多久|什么时候|几天)",
        ),
        (
            Side.FOUND,
            r"\b(?:turns?|turned|shows?) up\b|\bwhat if\b(?!.{0,20}(?:n['’]?t|not|never)\b).{0,25}"
            r"\b(?:find|found|comes?|arrives?)\b"
            r"|\bif (?:it|(?:the|my) (?:parcel|package|old|first|other|lost|original)|they|i)"
            r"\b(?!.{0,12}(?:n['’]?t|not|never)\b)"
            r".{0,25}\b(?:comes?|arrives?|find|found|still)\b"
            r"|(?:如果|万一|要是|之后|后来).{0,8}(?:又?到了|找到|出现|收到)",
        ),
        (
            Side.ELSEWHERE,
            r"\b(?:other|another|different|new|wrong|old) add?ress\b|\badd?ress\b.{0,15}\bchanged\b"
            r"|\b(?:moved|somewhere else|to (?:my|a) (?:work|office|neighbou?r|pick-?up)\w*)\b"
            r"|(?:别的|另一?个|其他|新)(?:的)?地址|地址.{0,4}(?:变|换|改)|搬家",
        ),
        (
            Side.PART,
            r"\bonly\b.{0,25}\b(?:or|missing|part|parts|piece|pieces)\b|\bor the whole\b"
            r"|\bthe whole (?:thing|kit|set|order|article)\b|\bjust one\b|\bnot all of\b"
            r"|(?:只|就)(?:补|发|寄).{0,8}(?:还是|吗)|整(?:套|个|份)",
        ),
        (
            Side.BACK,
            r"\b(?:send|give|bring|post|ship|return)\b[^.,;!?]{0,30}\b(?<!money )back\b"
            r"|\bdo with (?:the|it|them|that)\b"
            r"|\b(?:you|they) (?:want|need)\b(?!.{0,20}\b(?:box|pack\w+|carton|money)\b)"
            r".{0,30}\bback\b"
            r"|\b(?:what about|happens? (?:to|with))\b.{0,12}\b(?:old|broken|torn|damaged|faulty"
            r"|wrong|first|defective)\b"
            r"|\b(?:keep|throw)\b.{0,15}\b(?:it|them|that|away|the)\b|\breturn (?:it|them|the)\b"
            r"|(?:要|需要|用)(?:不用)?(?:寄|退|送)回|怎么处理.{0,6}(?:坏|错)|(?:坏|错)的.{0,8}(?:怎么|要)",
        ),
    )
)
KEEPS = re.compile(
    r"\b(?:i|we)(?:['’]?ll)? (?:will )?keep\b|\bi['’]m keeping\b|\bthe rest (?:is|was) fine\b"
    r"|\b(?:all|everything) else\b|\bthe others?\b|我?(?:留着|留下)|其他的?(?:没问题|不用|留)",
    re.IGNORECASE,
)
_QUICKER = re.compile(
    r"\b(?:quicker|faster|sooner|quickest|fastest)\b|哪个.{0,3}快|更快|快一点", re.IGNORECASE
)
# "No, I mean the day the tracking says it was delivered": a question that is corrected.
_MEANT_DAY = re.compile(
    r"\W*(?:(?:no|sorry|but)\W+){0,2}(?:i (?:mean|meant)\W+)?the (?:day|date|time|hour)\b"
    r"|\W*(?:不是?[，,]?)?我(?:是?问|说)的?是?.{0,4}(?:哪天|日期|时间)",
    re.IGNORECASE,
)
_ALSO_TOLD = (
    Side.CALL,
    Side.CANCEL,
    Side.OTHER,
    Side.OWN,
    Side.HEAR,
    Side.ELSEWHERE,
    Side.TROUBLE,
    Side.PHOTO,
)
# What may be asked by itself, or at the end of another sentence.
_PARTS = re.compile(
    r"(?<=[?？,，;；.。!])\s*"
    r"|\s+(?=(?:and|but|or) (?:how|when|until|till|who|does|do|is|are|what|where|will|can|must)\b)"
)
_LONG_ENOUGH = re.compile(r"\w\W+\w+\W+\w|[\u4e00-\u9fff]{3}")
_OF_FACET = {
    Facet.COST: Side.COST,
    Facet.HOW_LONG: Side.HOW_LONG,
    Facet.WHEN: Side.HOW_LONG,
    Facet.UNTIL: Side.HOW_LONG,
    Facet.MAIL: Side.HEAR,
    Facet.REFUND: Side.MONEY,
}


def asked_beside(text: str) -> list[Side]:
    """What is asked, the first first: two of "what happens then, and do I have to pay?".

    How one hears of it, an address and a day that is corrected may also be told.
    """
    parts = [part for part in _PARTS.split(text) if _LONG_ENOUGH.search(part)]
    each = list(dict.fromkeys(filter(None, map(_asked_in, parts))))
    whole = _asked_in(text)
    if len(each) > 1:
        return each[:MOST]
    return [whole] if whole else each


def _asked_in(text: str) -> Side | None:
    asks = is_question(text)
    found = next((side for side, words in _SIDES if words.search(text)), None)
    if found is None and asks:
        facet = facet_in(text)
        found = Side.QUICKER if _QUICKER.search(text) else _OF_FACET.get(facet) if facet else None
    told = found in _ALSO_TOLD or (found is Side.CAME and _MEANT_DAY.match(text))
    return found if asks or told else None


def only_asks(text: str) -> bool:
    """Whether the message has no other part than its question."""
    parts = r"[.,;!，。；！]|\b(?:and|but)\b|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
    return not re.search(parts, text.strip(" .!?？"), re.IGNORECASE)
