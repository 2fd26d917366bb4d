"""What is asked of gift cards, by its words, and the response that answers it."""

from __future__ import annotations

import re

READ = 300  # characters that are looked through
BUY, BUY_BY_PEOPLE = "utter_gift_card_buy", "utter_gift_card_buy_by_people"
AMOUNT, VALID = "utter_gift_card_amount", "utter_gift_card_valid"
SOLD_IN_STORE = "utter_gift_card_sold_in_store"
# "Can I buy a jacket with it" is about using a card.
_PAYS_WITH = re.compile(
    r"\b(?:with|using|by) (?:it|them|one|(?:a|the|my|this|gift) (?:gift )?(?:cards?|vouchers?))\b"
    r"|\buse (?:it|them|(?:the|my) (?:gift )?card)\b|[用拿].{0,6}[买购]",
    re.IGNORECASE,
)
# What else is asked of gift cards, and the response; the first that fits answers.
_REST = r"(?:the rest|remain\w*|remainder|left ?over|unused|what['’]?s left|not used)"
_TOPICS = (
    (
        r"^\W*(?:(?:and|also|ok|what about|how about|maybe)\W+)*(?:one |a card )?(?:for |with "
        r"|of |over )?"
        r"(?:€ ?\d{1,4}|\d{1,4}(?:[.,]\d\d)? ?(?:€|eur\b|euros?\b))(?: (?:card|voucher|please"
        r"|too))*\W*$"
        r"|^\W*(?:那)?\d{1,4} ?(?:欧元?|€)的?(?:行|可以|有)?[吗呢]?\W*$",
        AMOUNT,
    ),
    (
        r"\b(?:an?|for|one) (?:€ ?)?\d{1,4} ?(?:€|eur\b|euros?\b)? (?:gift )?(?:cards?|vouchers?)\b"
        r"|\bwhat amounts?\b|\b(?:buy|get|have) (?:one|a card|it) (?:for|of|with|over) [€$]?\d"
        r"|面额|[买购].{0,4}\d+(?:欧元?|元|块)?的",
        AMOUNT,
    ),
    (
        r"\bhow (?:fast|quick\w*|soon|long)\b.{0,25}\b(?:come|arrive|get|there|sent|delivered"
        r"|receive)\b"
        r"|\bwhen (?:does|will|do|would) (?:it|she|he|i|they|the (?:gift )?card)\b.{0,15}"
        r"\b(?:come|arrive|get|receive|sent)\b|\b(?:straight|directly) to (?:my|a|the) \w+\b"
        r"|(?:送|发)(?:给|到)?.{0,3}(?:朋友|别人|家人|对方)"
        r"|(?:多久|什么时候|几天).{0,4}(?:发货|发给|发到|能?收到|能?到(?!期|账|款))",
        "utter_gift_card_fast",
    ),
    (
        r"\b(?:with|add|include|write|put)\b.{0,20}\b(?:message|note|greeting|words|text)\b"
        r"|留言|祝福|写(?:几|点|句)",
        "utter_gift_card_words",
    ),
    (
        r"\b(?:use|enter|combine|pay with)\b.{0,10}\b(?:two|2|three|3|several|both|more than one)"
        r"(?: of (?:them|these)|\W*$| (?:together|at once|for one))",
        "utter_gift_card_part_payment",
    ),
    (
        r"\b(?:it|that|this|they|cards?|vouchers?)\b.{0,15}\b(?:pays?|covers?|includes?)\b.{0,15}"
        r"\b(?:shipping|delivery|postage)\b"
        r"|\b(?:(?:use[ds]?|spend|spent) (?:it|them|one|(?:\w+ ){0,2}(?:cards?|vouchers?))"
        r"|(?:it|cards?|vouchers?) (?:\w+ )?(?:works?|counts?|good|valid|goes))\b.{0,12}"
        r"\b(?:for|on|towards?)\b.{0,12}\b(?:shipping|delivery|postage)\b"
        r"|\b(?:shipping|delivery|postage)\b.{0,30}\b(?:with|by|from|off|using) (?:it|them"
        r"|(?:a|the|my|this) (?:gift )?(?:card|voucher)|gift ?cards?)\b"
        r"|(?:抵|[用拿]来付?|用于|用在|[能来够卡]付|可以付|包括|包含)[^，。]{0,6}(?:运费|邮费|配送费)"
        r"|(?:运费|邮费|配送费).{0,8}(?:抵|用.{0,3}卡)",
        "utter_gift_card_shipping",
    ),
    (
        r"\b(?:by|in the|per|via|through the) (?:post|letter)\b|\bpost(?:ed)? (?:it|them|one)\b"
        r"|\b(?:physical|plastic|printed|paper|real) (?:gift )?(?:cards?|vouchers?|one|form)\b"
        r"|\bprint\w* (?:it|them|one|out|the card)\b|\ban envelope\b|\bletterbox\b"
        r"|邮寄|快递寄|寄(?:到|给|过来|出)|实体卡|纸质|打印",
        "utter_gift_card_by_post",
    ),
    (
        r"\btop(?:ped)? (?:it |(?:my|the|a) card )?up\b|\b(?:re-?load|re-?charge|load)\b"
        r"|\b(?:put|add)\b.{0,12}\b(?:money|\d{1,4}(?: ?(?:€|euros?|eur))?)\b.{0,12}"
        r"\b(?:on|to|onto) (?:it|that|(?:my|the|this) (?:gift )?(?:card|voucher))\b|充值|续费",
        "utter_gift_card_top_up",
    ),
    (
        r"\bexpir\w*|\bruns? out\b|\bpast its date\b|过期|到期",
        VALID,
    ),
    (
        rf"\b{_REST}\b.{{0,40}}\b(?:lost|lose|gone|forfeit\w*|disappears?|vanish\w*|stays?|kept"
        rf"|keep"
        r"|later|next time|wasted|void|another (?:time|order))\b"
        rf"|\b(?:lose|what happens (?:to|with)) (?:\w+ ){{0,2}}{_REST}\b"
        r"|\b(?:use|spend) (?:it|the (?:gift )?card|everything|the whole \w+) ?(?:up )?(?:all )?"
        r"(?:at once|in one (?:go|order)|several times|for (?:two|several) orders)\b"
        r"|(?:剩|余额|余下|没用完|用不完|花不完).{0,8}(?:作废|没了|清零|浪费|还能|还可以|怎么办|下次|还在)"
        r"|一次(?:性)?(?:用|花)完|分(?:几|两|多)次",
        "utter_gift_card_rest",
    ),
    (
        r"\b(?:(?:does|do|did|is|was|will)(?:n['’]?t| not)|won['’]?t|cannot|can['’]?t)"
        r" (?:\w+ )?"
        r"(?:work\w*|accept\w*|valid|go through|recogni[sz]ed)\b"
        r"|\b(?:invalid|rejected|refused|declined|error)\b|用不了|不能用|无效|不被接受|失败",
        "utter_gift_card_fails",
    ),
    (
        r"\b(?:send\w*|sent|arrive|gets? there|deliver\w*|come|choose|pick|set|schedul\w*)\b.{0,40}"
        r"\b(?:(?:certain|particular|specific|later|exact|given|own) (?:date|day|time)"
        r"|the (?:date|day)\b"
        r"|on (?:her|his|their|the|my) (?:birthday|day)|on (?:the )?\d{1,2}(?:st|nd|rd|th)?\b)"
        r"|(?:指定|选择?|定时|定个?).{0,6}(?:日期|时间|哪天|那天|[日号])"
        r"|(?:发|送|寄|到).{0,6}\d[号日]|\d[号日].{0,6}(?:发|送|寄|到)"
        r"|生日(?:那天|当天).{0,6}(?:发|送|寄|到)",
        "utter_gift_card_day",
    ),
    (
        r"\b(?:sell|sold|buy|bought|get)\b.{0,30}\b(?:in|at) (?:the |a |your |one of your )?"
        r"(?:stores?|branch|hamburg|copenhagen)\b|\bstores?\b.{0,15}\bsells?\b"
        r"|(?:门店|实体店|店里|汉堡|哥本哈根)[^，。]{0,6}[卖买]",
        SOLD_IN_STORE,
    ),
    (
        r"\b(?:where|how|which page|can|could|may|do)\b.{0,30}\b(?:buy|purchase)\b"
        r"|\b(?:want|like|trying|going|wish|need) to (?:\w+ )?(?:buy|purchase|order)\b"
        r"|\b(?:buy|get|order|purchase)\b.{0,30}\b(?:in (?:the|this) chat|from you|through you"
        r"|(?:on|over) the (?:web)?site|right here|here\W*$)"
        r"|\bwhere exactly\W*$|\bwhich (?:page|button|menu)\b"
        r"|\b(?:not|n['’]t|nt) (?:yet )?(?:bought|buy|have one|got one)\b"
        r"|(?:怎么|哪[里儿个]?|如何|想要?|能|可以|还没|直接).{0,8}(?:[买购](?!的)|下单)"
        r"|[买购].{0,2}(?:[一两几]|\d+)?张|[买购]礼品卡|[买购].{0,8}(?:送人|哪)|点哪|哪个(?:页面|网页)",
        BUY,
    ),
    (
        r"\b(?:lost|stolen|stole|deleted|misplaced|threw|thrown)\b"
        r"|\b(?:lose|delete) (?:it|them|the (?:gift )?card|the (?:code|mail))\b|\bcan['’]?t find\b"
        r"|丢|找不到|弄没|删|被偷",
        "utter_gift_card_lost",
    ),
    (
        r"\bcash\b|\bpa(?:y|id) out\b|\breal money\b|\bgive (?:it|that|them|the card) back\b"
        r"|\b(?:swap|turn|change|exchange|get)\b.{0,20}\b(?:for|into|to|in) (?:the )?money\b"
        r"|现金|提现|变现|换成?钱|退卡|退钱|(?:可以|能|支持|给)退[吗么？?]",
        "utter_gift_card_in_cash",
    ),
    (
        r"^(?!.{0,200}(?:\b(?:returns?|exchang\w*|bring|open\w*)\b|[退换开])).{0,200}?"
        r"(?:\b(?:stores?|till|counter|branch|in person|offline|hamburg|copenhagen)\b"
        r"|门店|实体店|店里|汉堡|哥本哈根)",
        "utter_gift_card_in_store",
    ),
    (
        r"\bif i (?:buy|order|spend|pay)\b.{0,30}\d|\bcosts? (?:more|less)\b"
        r"|\b(?:several|two|three|many) (?:gift )?(?:cards|vouchers)\b"
        r"|\bcombine\b|\bthe (?:rest|difference)\b|\bnot enough\b|差额|不够|几张|一起用",
        "utter_gift_card_part_payment",
    ),
)
_TOPIC = tuple((re.compile(words, re.IGNORECASE), response) for words, response in _TOPICS)


def topic_of(text: str) -> str | None:
    """The response to what a text asks of cards; None where it asks none of these."""
    found = [response for words, response in _TOPIC if words.search(text[:READ])]
    pays = _PAYS_WITH.search(text[:READ]) is not None
    return next((one for one in found if one not in (BUY, SOLD_IN_STORE) or not pays), None)
