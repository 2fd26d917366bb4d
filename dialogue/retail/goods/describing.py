"""Which sentences of a product's description answer a question about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from dialogue.orders.search import READ, query_words
from dialogue.orders.views import ProductView
from dialogue.questions import is_question

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that is asked of goods: by which words, and by which words it is told."""

    asked: re.Pattern[str]
    told: re.Pattern[str]


def _aspect(asked: str, told: str, chinese: str) -> Aspect:
    question = re.compile(rf"\b(?:{asked})\b|{chinese}", re.IGNORECASE)
    return Aspect(question, re.compile(rf"\b(?:{told})\b", re.IGNORECASE))


_LENGTH = r"\d[\d.,]*(?: ?[x×] ?\d[\d.,]*)*[ -]?(?:cm|mm|m|metres?|inch(?:es)?|litres?|l|ml)"
_MATERIALS = (
    r"\w*wool|merino|cashmere|cotton|linen|silk|denim|jersey|polyester|viscose|satin|fleece|down"
    r"|leather|nubuck|suede|felt|cork|rubber|bamboo|jute|seagrass|wicker|canvas|nylon|elastane"
    r"|corduroy|twill|percale|terry|velvet|paper|steel|iron|aluminium|titanium|brass|copper"
    r"|metal|ceramic|stoneware|porcelain|enamel\w*|terracotta|glass|granite|oak|walnut|beech|acacia"
    r"|wood\w*|silicone|plastic|soy|wax|made (?:of|from)|fabric|recycled|organic"
)
_MEASURE = re.compile(
    rf"(?<!\w){_LENGTH}(?!\w)|\bset of \d+|\b[\d,]+[ -]pieces?\b|\b\w+-pack\b", re.IGNORECASE
)  # "35 L" in a name
_ONE_MEASURE = re.compile(r"\d[\d.,]* ?\S+(?: [\w-]+){0,2}")
_ASPECTS = (
    _aspect(
        r"water(?: |-)?(?:proof|resistant|repellent|tight)|rain(?:proof)?|wet",
        r"water(?:proof|-resistant|-repellent|-tight|tight)|water column|splash\w*|IPX?\d+"
        r"|rain\w*|taped|leak\w*",
        "防水|防雨|漏水",
    ),
    _aspect(
        r"dish ?washer(?:[- ](?:safe|proof))?",
        r"dishwasher\w*|hand wash|wash by hand|rinse|wipe",
        "洗碗机",
    ),
    _aspect(
        r"wash(?:able|ed|ing)?|clean(?:ed|ing)?|care(?: for)?|iron(?:ed|ing)?|tumble|dry(?:er)?",
        r"(?<!-)wash\w*|dry clean\w*|dry flat|wipe|rinse|iron(?:ing)?|seasoned"
        r"|dishwasher\w*|detergent",
        "洗|清洁|保养|熨",
    ),
    _aspect(
        r"oven(?:[- ](?:safe|proof))?|induction|hobs?|microwave\w*|gas (?:hob|stove)",
        r"oven\w*|induction|hobs?|microwave\w*|heat\w*|\d+ °C",
        "烤箱|电磁炉|微波炉|明火",
    ),
    _aspect(
        r"batter(?:y|ies)|charg(?:e|es|ed|ing)|how long does (?:it|the charge) last"
        r"|rechargeable|usb",
        r"batter\w*|charg\w*|rechargeable|USB(?:-C)?|\d+ hours?|mAh",
        "电池|充电|续航",
    ),
    _aspect(
        r"made (?:of|from|out of)|materials?|fabric|leather|wool|cotton"
        r"|real|genuine",
        _MATERIALS,
        "材质|材料|面料|什么做的|皮|羊毛|棉",
    ),
    _aspect(
        r"weigh(?:s|t)?|heav(?:y|ier)|light(?:er|est|weight)?",
        r"\d[\d.,]* ?(?:k?g|kilos?)",
        "多重|重量|重吗",
    ),
    _aspect(
        r"how (?:big|large|long|wide|tall|high|deep|thick)|size|measure(?:s|ments?)?|dimensions?"
        r"|length|width|height|diameter|capacity|how much does it (?:hold|take)|volume|litres?"
        r"|(?:fits?|sleeps|for) \d+(?: people| persons?)?|bigger|larger|smaller|roomier",
        rf"{_LENGTH}|(?:true to|half a) size|people|person|holds?|fits?",
        "多大|尺寸|多长|多宽|多高|容量|大小",
    ),
    _aspect(
        r"(?:runs?|running|fits?|fitting|turns? out|comes? out) (?:\w+ ){0,2}"
        r"(?:small|large|big|tight|narrow|wide|true)|true to size|sizing|half a size"
        r"|size (?:up|down)|(?:bigger|smaller) size",
        r"true to size|half a size|size (?:up|down|more|less)|runs (?:small|large)",
        "偏大|偏小|偏码|正码|尺码准|大一码|小一码|大半码",
    ),
    _aspect(
        r"how many(?: pieces| parts| people)?|number of|pieces",
        r"sets? of \d+|\d+ pieces|\w+-(?:pack|piece)|pair|two|three|four|five|six|eight|\d+ \w+s",
        "几件|几个|几只|几套|多少[个件只]|一套",
    ),
    _aspect(
        r"(?:keep|stay|hold)s? (?:\w+ ){0,4}(?:hot|warm|cold|cool)|insulat\w+"
        r"|how long .{0,25}(?:hot|warm|cold|cool)",
        r"hot|warm|cold|double-walled|insulated|\w+ hours?",
        r"保温|保冷|保热|[热冷凉].{0,6}(?:多久|多长|小时)",
    ),
    _aspect(
        r"bulbs?|socket|dim(?:s|mable|med|ming)?|watts?",
        r"E14|E27|GU10|LEDs?|dimm\w*|bulbs?|\d+ W",
        "灯泡|灯头|调光|瓦",
    ),
    _aspect(r"bright\w*|lumens?", r"\d+ lumens?|\d+ W", "亮度|多亮"),
    _aspect(
        r"(?:warm|cold|white|yellow|daylight)(?: or \w+)? light|colou?r temperature|kelvin",
        r"(?:warm|cold)-?white|\d+ K|(?:warm|red) light",
        "暖光|冷光|白光|色温",
    ),
    _aspect(r"guarantee|warranty", r"guarantee\w*|warranty|years?", "保修|质保"),
)


# What is asked of a product and no description tells, with the answer that does; typed with slips.
_SERVICES = (
    (re.compile(r"\b(?:warrant\w+|guarant\w+)\b|保修|质保"), "warranty", "utter_warranty"),
    (
        re.compile(r"\bdeliver(?:y|ed)\b|\bshipp(?:ing|ed)\b|运费|配送"),
        "delivery",
        "utter_shipping_options",
    ),
    (
        re.compile(r"\brefund\w*|\breturned\b|\breturn (?:it|them)\b|\bi return\b|退货"),
        "refund",
        "utter_return_policy",
    ),
)
_INCLUDED_IN = re.compile(r"\b(?:included|supplied) (?:with|in)\b", re.IGNORECASE)
_PARTS = re.compile(
    r"\b(?:(?:come|comes|came|sold|delivered|supplied) with|includes?|needs? (?:an? |any )?extra)\b"
    r"[^,.;!?]{1,30}|\b(?:an?|the|any) [\w ]{2,20} included\b"
    r"|[^，。？！,?!]{1,20}是(?:自带|附带|附送)的?|(?:自带|附带|附送|包含)[^，。？！,?!]{0,20}"
    r"|带[^，。？！,?!]{1,16}吗",
    re.IGNORECASE,
)
# What may be asked beside a question about goods: "which colours, and do you wrap it?".
_WRAPPING = r"\b(?:gift[- ]?)?wrap(?:ped|ping)?\b(?! dress)|礼[品物]?包装|包装"
RETURN_IN_STORE = "utter_faq/return_in_store"
_ALSO = tuple(
    (re.compile(asked, re.IGNORECASE), response)
    for asked, response in (
        (
            r"\bdeliver(?:y|ed)? (?:time|cost|fee|take)|\bshipping\b|\bdelivery\b"
            r"|\bhow (?:long|soon|fast|quick\w*)\b.{0,25}\b(?:deliver\w*|ship\w*|arrive|get here)\b"
            r"|\bwhen\b.{0,20}\b(?:arrive|delivered|get here)\b|运费|配送|送货"
            r"|[多几][久天].{0,4}(?:到|送)",
            "utter_shipping_options",
        ),
        (
            _WRAPPING,
            "utter_faq/gift_wrapping",
        ),
        (
            r"\b(?:send|ship|deliver)\w*\b.{0,20}\b(?:straight|direct(?:ly)?)\b"
            r"|\b(?:send|ship|deliver)\w* (?:it |them |this |that )?(?:straight |directly )?to"
            r" (?:him|her|them|(?:my|his|her|their|a|another|some(?:one|body)) \w+)\b"
            r"|直接.{0,3}(?:寄|送|发)(?:到|给)|(?:寄|送|发)给(?:[他她]|别人|朋友)",
            "utter_faq/send_to_someone_else",
        ),
        (
            r"\b(?:without|no|hide|leave out) (?:(?:an?|the|any) )?(?:bill|invoice|receipt|prices?"
            r"|price tags?)\b|(?:不要|不放|别放|没有)(?:账单|发票|小票|价格)",
            "utter_faq/price_not_on_slip",
        ),
        (
            r"\b(?:return|bring|take|give|exchange)\b.{0,20}\b(?:in|to|at) (?:the |your |a )?"
            r"(?:\w+ )?(?:store|shop|branch|hamburg|copenhagen)\b"
            r"|(?:[去到在拿].{0,4}|汉堡|哥本哈根)(?:门店|实体店|店里?|汉堡|哥本哈根).{0,6}(?:退|换)",
            RETURN_IN_STORE,
        ),
        (
            r"\b(?:can|could|may) (?:i|he|she|they) .{0,12}"
            r"\b(?:return|send|exchange) (?:it|them|this)\b"
            r"|(?:能|可以)(?:再|包)?(?:退|换(?![个成一]))|不喜欢.{0,6}(?:退|换(?![个成一]))",
            "utter_return_policy",
        ),
    )
)
# "I mean the blanket, not the delivery".
_DENIED = re.compile(
    r"(?:不是|没有?)(?:在|要)?(?:问|说|指)?的?\s*(?:保修|质保|运费|邮费|配送|退货|包装)"
    r"|\b(?:not|(?:isn|don|didn|wasn)['’]?t (?:mean|ask(?:ing)?|talk(?:ing)?)(?: about)?)"
    r" (?:about |the |your |for )*"
    r"(?:shipping|delivery|warranty|guarantee|returns?|wrapping|postage)"
    r"(?: (?:costs?|fees?|times?))?\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[?？,，].*\w|\band (?:how|what|is|does|can|do)\b", re.IGNORECASE)
_SLIP = 80.0  # the likeness from which on a word of six letters and more is taken for another


def service_asked(question: str) -> str | None:
    """The response to a question on warranty, delivery or returns; None when it is on none."""
    text = _DENIED.sub(" ", question[:READ]).casefold()
    words = [word for word in query_words(text) if len(word) > 5]
    for asked, word, response in _SERVICES:
        if asked.search(text) or any(fuzz.ratio(one, word) >= _SLIP for one in words):
            return response
    return None


def also_asked(text: str) -> list[str]:
    """The responses to what a message about goods asks of delivery, wrapping and returns."""
    text = _DENIED.sub(" ", text[:READ])
    found = [response for asked, response in _ALSO if asked.search(text)]
    return [one for one in found if RETURN_IN_STORE not in found or one != "utter_return_policy"]


def without_parts(text: str) -> str:
    """A text without what may come with goods: the bulb in "does the lamp come with a bulb"."""
    within = _INCLUDED_IN.search(text[:READ])
    return text[within.end() :] if within else _PARTS.sub(" ", text[:READ])


def without_services(text: str) -> str:
    """A text without "gift wrap" and "shipping", whose words are in or near the names of goods."""
    return re.sub(rf"{_WRAPPING}|\bshipping\b", " ", text, flags=re.IGNORECASE)


def asks_wrapping(text: str) -> bool:
    """Whether a text speaks of wrapping a present."""
    return re.search(_WRAPPING, text[:READ], re.IGNORECASE) is not None


# Words of questions about a product as a whole.
_ABOUT_ALL = frozenset(
    """
    about again article called cost describe description detail details first good info
    information item
    last look name product say see second tell third
    """.split()  # noqa: SIM905  a list of words is read more easily
)


@dataclass(frozen=True, slots=True)
class Described:
    """What a description tells of a question: `told` in its own words, empty when nothing.

    `lacks` says that it was asked for more than that.
    """

    asked: bool
    told: str = ""
    lacks: bool = False


def sentences_of(product: ProductView) -> list[str]:
    """The sentences of a product's description."""
    return _SENTENCE.split(product.description)


def asks_aspect(text: str) -> bool:
    """Whether a text asks what goods are: their size, their material, their care."""
    return any(aspect.asked.search(text[:READ]) for aspect in _ASPECTS)


def _only_asked(told: list[str], asked: list[Aspect]) -> list[str]:
    """Of a sentence that lists measures those that were asked for: "2.1 kg" of all of them."""
    if len(told) != 1 or not asked:
        return told
    parts = re.split(r", |\.$", told[0])
    fitting = [part for part in parts if any(aspect.told.search(part) for aspect in asked)]
    told_all = all(any(aspect.told.search(part) for part in fitting) for aspect in asked)
    measures = told_all and all(_ONE_MEASURE.fullmatch(part) for part in fitting)
    return [f"{', '.join(fitting)}."] if fitting and measures else told


def _words_in(text: str) -> list[str]:
    """The words of a text; what is written with a hyphen or without it is one word."""
    return query_words(text.replace("-", ""))


# Asked in Chinese, whose words nothing parts; the price is told with the description.
_PRICED = re.compile("多少钱|什么价|怎么卖|价[格钱]")


def described(question: str, product: ProductView) -> Described:
    """The sentences of a product's description that tell what is asked, in their order."""
    name = product.name.casefold().split()
    words = [word for word in question[:READ].split() if word.casefold().strip("?!.,") not in name]
    left = " ".join(words)
    asked = [aspect for aspect in _ASPECTS if aspect.asked.search(left)]
    named = set(_words_in(left))
    told = [
        sentence
        for sentence in sentences_of(product)
        if any(aspect.told.search(sentence) for aspect in asked)
        or named.intersection(_words_in(sentence))
    ]
    measure = _MEASURE.search(product.name)
    if measure is not None and any(aspect.told.search(measure[0]) for aspect in asked):
        told = [f"{measure[0]}.", *told]
    asks = is_question(question) and bool(named - _ABOUT_ALL) and not _PRICED.search(question)
    said = " ".join(_only_asked(told, asked))
    lacks = _SEVERAL.search(left) is not None and any(not one.told.search(said) for one in asked)
    return Described(bool(asked) or asks, said, lacks)
