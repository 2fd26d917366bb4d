"""What only goods that come back are asked for, besides the facets that everything has.

Whether the new one comes first, what if the box is gone or the bag is open, onto a gift card?
"""

from __future__ import annotations

import re
from collections.abc import Container

from dialogue.questions import is_question

OPENED, FIRST, NOT_SENT = "opened", "first", "not_sent"
OTHER_VARIANT, MONEY_WHEN, AGAIN, FETCHED = "other_variant", "money_when", "again", "fetched"
NO_BOX, STORE, PERIODS, PRINT = "no_box", "store", "periods", "print"
KEEP_BOTH, SOLD_OUT = "keep_both", "sold_out"
MISSED, WRITE, INSIDE, BRINGS = "missed", "write", "inside", "brings"
SENT, NEXT, TAGS = "sent", "next", "tags"
NO_MAIL, UNFIT, LATER = "no_mail", "unfit", "later"
ACCOUNT, QUICKER = "account", "quicker"
# These may be told as well as asked: "I washed it once", "nothing came by mail".
TELLING = frozenset(
    {ACCOUNT, LATER, MISSED, OPENED, NO_BOX, NO_MAIL, OTHER_VARIANT, PRINT, QUICKER, SENT, TAGS}
)
OTHER_WAY, DELIVERY_FEE, PRICE = "other_way", "delivery_fee", "price"
READ = 160  # characters
_INSIDE = r"(?:seeds?|sachets?|inner pack\w*|(?:\w+ )?(?:bags?|seal))"
_OPEN_INSIDE = re.compile(
    rf"\b(?:i|we|already|have|['’]ve)\b.{{0,12}}"
    r"\b(?:opened|open|unsealed|broke|broken|torn|tore|used|sown|sowed|planted)\b"
    rf".{{0,12}}\b{_INSIDE}\b"
    rf"|\b{_INSIDE} (?:\w+ )?(?:is|are|was|has been|got)\b.{{0,12}}"
    r"\b(?:open(?:ed)?|broken|torn|off|used)\b"
    r"|(?:种子|内|封条|密封|里面).{0,6}(?:已经?|都)?.{0,3}(?:拆|打开|开|撕|破|用|种)了?"
    r"|(?:拆|打开|开|撕|种)(?:了|过|开了).{0,5}(?:种子|内包装|封条|密封)",
    re.IGNORECASE,
)
_USED = re.compile(
    r"\b(?:(?:washed|worn|wore|used) (?:it|them|one|once|twice)"
    r"|(?:was|been|is) (?:washed|worn|used))\b"
    r"|(?<!没)(?:穿|洗|用)过",
    re.IGNORECASE,
)
# Of money, and of days, in words that would be taken for a question about the sum or the day.
_BEFORE_FACETS = (
    (
        UNFIT,
        re.compile(
            r"\b(?:if|in case|suppose)\b.{0,35}(?:\b(?:too (?:small|big|large|tight|loose|long"
            r"|short|wide|narrow)|wrong|not right)\b|(?:n['’]?t|\bnot) (?:\w+ )?"
            r"(?:fit|suit|work|right|good|like)\b|\b(?:hate|dislike|no good))"
            r"|\b(?:swap|exchange) (?:it |them |that |the new \w+ )?(?:again|twice|a second time)\b"
            r"|\bhow (?:many times|often)\b.{0,20}\b(?:swap|exchange)\b"
            r"|(?:如果|要是|万一).{0,14}(?:不合[身适脚]|太[大小长短紧松]|不喜欢|还是[大小])"
            r"|(?:再换一次|换几次|换第二次|还能再换)",
            re.IGNORECASE,
        ),
    ),
    (
        KEEP_BOTH,
        re.compile(
            r"\b(?:keep|have|get|take|buy) (?:them )?both\b|\bboth (?:colou?rs|sizes|of them)\b"
            r"|\b(?:keep|have) (?:it|this one|the old one) too\b"
            r"|两[个种件双条]?(?:颜色|尺码)?都(?:要|留|买)",
            re.IGNORECASE,
        ),
    ),
    (
        PERIODS,
        re.compile(
            r"\b(?:said|told|thought|was(?:n['’]?t)? it|have)\b.{0,30}"
            r"\b(?:30|thirty|14|fourteen|21) days\b.{0,60}"
            r"\b(?:why|how come|but|only|until|now)\b|\b(?:why|how come)\b.{0,15}"
            r"\b(?:only )?(?:(?:14|21|fourteen) days|(?:until|till|by)\b)"
            r"|\b(?:not|n['’]?t) (?:it )?(?:30|thirty) days\b|\b(?:30|thirty) days or\b"
            r"|(?:说|不是|有).{0,6}(?:30|三十)\s?天.{0,20}(?:为什么|怎么|只|才|吗)"
            r"|(?:为什么|怎么)(?:只|才|就).{0,3}(?:到|14|十四|21)",
            re.IGNORECASE,
        ),
    ),
    (
        OTHER_WAY,
        re.compile(
            r"\b(?:refund\w*|money|back|pa(?:y|id))\b.{0,40}\b(?:gift ?cards?|vouchers?"
            r"|(?:store )?credit(?! card)|balance)\b"
            r"|\b(?:gift ?card|voucher|store credit)\b.{0,20}\binstead\b"
            r"|(?:退|钱|换成|款).{0,14}(?:礼品卡|余额|代金券|购物卡)",
            re.IGNORECASE,
        ),
    ),
    (
        ACCOUNT,
        re.compile(
            r"\b(?:money|refund\w*|it|pay|put)\b.{0,25}\b(?:to|on|onto|into|by|via)\b.{0,12}"
            r"\b(?:other|another|different|new|wife['’]?s|husband['’]?s|else['’]?s)\b.{0,8}"
            r"\b(?:card|account|paypal|bank|iban)\b"
            r"|退到?.{0,4}(?:别的|另|其他|新).{0,4}(?:卡|账户|账号)",
            re.IGNORECASE,
        ),
    ),
    (
        DELIVERY_FEE,
        re.compile(
            # Not "do I pay for the shipping back?", which is the way back.
            r"\b(?:get|have|receive|give)\b(?! (?:to|charged)\b).{0,25}"
            r"\b(?:shipping|delivery|postage)\b.{0,20}\bback\b"
            r"|\b(?:shipping|delivery|postage)\b.{0,20}"
            r"\b(?:pa(?:id|y) back|refund\w*|returned|too)\b"
            r"|\brefund\w*\b.{0,20}\b(?:shipping|delivery)\b"
            r"|(?:运费|邮费).{0,6}(?:也|能|会|可以)?.{0,2}退(?!货)|退(?!货|回|换).{0,2}(?:运费|邮费)",
            re.IGNORECASE,
        ),
    ),
)
_OWN = (
    (
        TAGS,
        re.compile(r"\b(?:price |swing |hang ?)?tags?\b|吊牌|吊签", re.IGNORECASE),
    ),
    (
        SENT,
        re.compile(
            r"\balready\b.{0,12}\b(?:sent|posted|shipped|mailed|handed|dropped)\b"
            r"|\b(?:sent|posted|shipped) (?:it|them|the parcel) (?:already|yesterday|today|off)\b"
            r"|已经?寄|寄(?:出去?|走|回去)了",
            re.IGNORECASE,
        ),
    ),
    (
        NEXT,
        re.compile(
            r"\bwhat (?:happens|comes) (?:then|next|now|after)\b|\b(?:and|what) then\W*$"
            r"|(?:然后|接下来|之后)(?:呢|怎么)",
            re.IGNORECASE,
        ),
    ),
    (
        MISSED,
        re.compile(
            r"\b(?:if|when) i (?:\w+ )?(?:miss|forget|send (?:it|them|mine) (?:too )?late)\b"
            r"|\b(?:if|when)\b.{0,12}\b(?:too late|late with it|not in time)\b"
            r"|\b(?:if|when) i (?:don['’]?t|can['’]?t|cannot|do not) (?:make|manage|send"
            r"|return|bring|hand)\b|\bmiss(?:ed)? (?:the|that|this) (?:date|day|deadline)\b"
            r"|\bin (?:a month|(?:three|four|five|six|[3-9]|\d\d) weeks)\b|\bnext month\b"
            r"|[三四五3-9]个?(?:星期|周)[以之]?后|下个?月"
            r"|(?:错过|过了|超过|来不及|赶不上|晚了).{0,8}(?:怎么|会|呢|吗)|不寄.{0,4}(?:怎么|会)",
            re.IGNORECASE,
        ),
    ),
    (
        LATER,
        re.compile(
            # Who says no to it does not want it later.
            r"^(?!\W*(?:no|nope|nah|不)\b)(?!.{0,80}\b(?:leave|drop|forget|stop)\b).{0,120}?"
            r"(?:\bnot (?:today|now|this week|right away)\b|\b(?:next week|at the weekend|tomorrow"
            r"|in (?:a|two|2|\d) (?:weeks?|days?)|(?:after|when) (?:i['’]?m |i am )?(?:back|my"
            r" holidays?|vacation))\b|下(?:个?星期|周)|过几天|明天|(?:两|几)[天周][以之]?后)",
            re.IGNORECASE,
        ),
    ),
    (
        QUICKER,
        re.compile(
            r"\b(?:exchang\w*|swap\w*)\b.{0,20}\b(?:quick|fast|soon)(?:er)?\b|\b(?:quick|fast)er\b.{0,20}"
            r"\b(?:exchang\w*|swap\w*)|换货?.{0,6}(?:更快|快一?[点些])",
            re.IGNORECASE,
        ),
    ),
    (
        SOLD_OUT,
        re.compile(
            r"\b(?:if|when|in case)\b.{0,20}\b(?:sold out|out of stock"
            r"|(?:not|n['’]?t) (?:there|available|in stock)|gone)\b"
            r"|(?:如果|要是|万一)?(?:卖完|没货|缺货)",
            re.IGNORECASE,
        ),
    ),
    (
        NO_MAIL,
        re.compile(
            r"\b(?:nothing|no (?:e-?mail|mail|confirmation|message))\b.{0,15}"
            r"\b(?:came|come|arrived|there|mail|inbox|yet)\b"
            r"|\b(?:didn['’]?t|did not|haven['’]?t|have not)\b.{0,10}\b(?:get|got|receive\w*)\b"
            r".{0,12}\b(?:e-?mail|mail|confirmation)\b|没(?:有)?(?:收|看)到.{0,4}(?:邮件|确认|通知)",
            re.IGNORECASE,
        ),
    ),
    (
        INSIDE,
        re.compile(
            r"\b(?:put|go|goes|enclose|include|add)\b.{0,25}"
            r"\b(?:invoice|receipt|bill|slip|form|paper\w*|note|letter)\b"
            r"|\bfill (?:in|out)\b|\bwhat\b.{0,15}\b(?:in(?:side)?|into|with) the (?:parcel|box"
            r"|package)\b|(?:放|附|塞).{0,4}(?:发票|单|纸)|填.{0,3}(?:表|单)",
            re.IGNORECASE,
        ),
    ),
    (
        WRITE,
        re.compile(
            r"\b(?:what|which number|anything)\b.{0,20}\b(?:write|put)\b.{0,12}"
            r"\b(?:on|outside|parcel|box|package)\b|\bwhich number\b"
            r"|\b(?:return|exchange|parcel) number\b"
            r"|退货号|换货号|(?<!订)(?<!运)单号|编号|写(?:点|些|上)?什么|写在?哪|哪个号",
            re.IGNORECASE,
        ),
    ),
    (
        BRINGS,
        re.compile(
            r"\b(?:can|could|may|is)\b.{0,6}\b(?:my \w+|some(?:one|body)(?: else)?|any(?:one|body)"
            r"|a (?:friend|neighbou?r))\b.{0,20}\b(?:bring|drop|post|take|hand|send|mail)\b"
            r"|(?:别人|家人|朋友|邻居|老公|老婆|妈妈|爸爸|代).{0,6}(?:寄|交|送)",
            re.IGNORECASE,
        ),
    ),
    (
        PRINT,
        re.compile(
            r"\b(?:print\w*|labels?|stickers?)\b|打印|面单|标签",
            re.IGNORECASE,
        ),
    ),
    (
        PRICE,
        re.compile(
            r"\bhow much (?:more |extra )?(?:is|are|does|do)\b|\b(?:same|other|higher) price\b"
            r"|\bmore expensive\b|\bprice difference\b|多少钱|差价|补钱|加钱|更贵",
            re.IGNORECASE,
        ),
    ),
    (
        STORE,
        re.compile(
            r"\b(?:(?:in|to|at) (?:a|the|your|one of your) (?:stores?|shop|branch)"
            r"|(?:is|are) there an? (?:\w+ )?(?:store|shop|branch)|hamburg|copenhagen)\b"
            r"|门店|实体店|店里|汉堡|哥本哈根",
            re.IGNORECASE,
        ),
    ),
    (
        FIRST,
        re.compile(
            r"\bwhich (?:one )?(?:comes |goes |is )?first\b|\bold (?:one|shirt|pair|item)\b"
            r"|\b(?:send|sent|ship|shipped|get)\b.{0,40}"
            r"\b(?:first|before|right away|straight away|at the same time)\b"
            r"|先.{0,12}(?:寄|退|发|还是)|旧的",
            re.IGNORECASE,
        ),
    ),
    (
        NOT_SENT,
        re.compile(
            r"\b(?:have|has|did|do)(?:n['’]?t| not)\b.{0,12}\b(?:sen[dt]|shipped|posted|packed)\b"
            r"|还?没(?:有)?(?:寄|发)",
            re.IGNORECASE,
        ),
    ),
    (
        OTHER_VARIANT,
        re.compile(
            r"\b(?:what|which|other|another|different) (?:other )?(?:sizes?|colou?rs?|ones)\b"
            r"|\b(?:make|have|take|get|want) (?:it|them|one|ones) (?:in )?\w+ instead\b"
            r"|\brather (?:have|take) (?!(?:my|the|a|some) |money|it\b|to\b)\w+"
            r"|\bactually\b.{0,12}\b(?:have|take|want) (?!(?:my|the|a|some) |money|it\b|to\b)\w+"
            r"|(?:什么|哪些|别的|其他|另)(?:一个)?(?:尺码|颜色|款)|(?:换成|改成|改要)",
            re.IGNORECASE,
        ),
    ),
    (
        FETCHED,
        re.compile(
            r"\b(?:pick\w*|collect\w*|fetch\w*)\b.{0,15}\b(?:up|it|them|from me|at home)\b"
            r"|上门|来取|取件",
            re.IGNORECASE,
        ),
    ),
    (
        AGAIN,
        re.compile(
            r"\b(?:return|send|exchange|swap)\b.{0,25}\b(?:later|again|still|another time)\b"
            r"|\bstill\b.{0,15}\b(?:return|send|exchange|swap)\b|(?:还能?|再|以后.{0,4})[退换寄]",
            re.IGNORECASE,
        ),
    ),
    (
        NO_BOX,
        re.compile(
            r"\b(?:box|packag\w+|packing)\b.{0,25}\b(?:gone|away|lost|missing|any ?more|out)\b"
            r"|\b(?:without|threw|thrown|lost|no|n['’]?t (?:have|got|keep))\b.{0,25}"
            r"\b(?:box|packag\w+|packing)\b|\boriginal (?:box|packag\w+|packing)\b"
            r"|(?:盒子?|包装|箱子?).{0,6}(?:扔|丢|没|不在|不见)|没有?了?(?:原来的?|原)?(?:包装|盒|箱)",
            re.IGNORECASE,
        ),
    ),
    (
        OPENED,
        re.compile(
            r"\b(?:can|may|could|should) i (?:still |already |also )?(?:wear|use|wash|try)\b"
            r"|\b(?:opened|unpacked|unsealed|worn|washed|tried (?:it|them) on|used it|been used)\b"
            r"|\b(?:box|packag\w+|packing|seal|bag|tags?|(?:paper )?band|sleeve|wrapp\w+)\b.{0,25}"
            r"\b(?:open|broken|torn|off)\b|(?:盒子?|包装|吊牌|袋子?).{0,6}(?:坏|破|撕)"
            r"|(?:拆|打开|开)(?:了|过|封)|(?<![不没])(?:穿|洗|用|试)(?:了|过)",
            re.IGNORECASE,
        ),
    ),
)


def own_question(text: str, facet_of_money: bool, known: Container[str]) -> str | None:
    """Which of these is asked, of those that are known; the facets of money come before most."""
    found = (name for name, words in _BEFORE_FACETS if name in known and words.search(text))
    before = next(found, None)
    if before is not None or facet_of_money:
        return before
    return next((name for name, words in _OWN if name in known and words.search(text)), None)


def asks_first(text: str) -> bool:
    """Whether it is asked which of the two comes first, the old one or the new one."""
    return is_question(text) and own_question(text, False, (FIRST,)) is not None


def tells_use(text: str) -> bool:
    """Whether it is told that something was worn, washed or used."""
    return _USED.search(text[:READ]) is not None


def without_inside(text: str) -> str:
    """The text without what it tells of an open bag or seal: "the seal is broken"."""
    return _OPEN_INSIDE.sub(" ", text[:READ])


def opens_inside(text: str) -> bool:
    """Whether it is told that what lies inside the parcel is open, its bag or its seal."""
    return _OPEN_INSIDE.search(text[:READ]) is not None
