"""What is wrong with a delivery by its facts, and what its customer may choose."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from dialogue.orders import rules
from dialogue.orders.errors import (
    OrderAlreadyCancelled,
    OrderError,
    ProblemAlreadyReported,
)
from dialogue.orders.states import Lateness, OrderStatus, ProblemKind, Remedy, ShipmentStatus
from dialogue.orders.views import ItemView, OrderView, ShipmentView
from dialogue.retail.services import (
    RetailServices,
)
from dialogue.retail.which_order.choice import late_parcels
from dialogue.retail.wording import Button, Wording

MAX_DETAILS = 2_000  # characters of what a customer tells
_CHOICES = {
    Remedy.WAIT: "wait",
    Remedy.REPLACEMENT: "replacement",
    Remedy.REFUND: "money_back",
}  # what the buttons are called
_GIVE = r"\b(?:send|ship|post|mail|give|get|want(?:ed)?|need|like|have)\b"
_PIECE = r"(?:ones?|sets?|pairs?|pieces?|parcels?|packages?)\b"
_NO_GOODS = r"(?:address|answer|chance|code|date|day|number|order|person|question|way|week)\b"
REDUCED = (
    r"\b(?:money|something|a bit|percent|euros?|%|€) off\b|\bpartial (?:refund|reimburs\w+)\b"
    r"|\b(?:refund|pay)\b.{0,12}\bpart (?:of|back)\b|\bpart of (?:the|my) (?:money|price)\b"
    r"|\b(?:some|part|half|bit) of (?:it|the (?:money|price)|my money) back\b"
    r"|\b(?:some|a few|couple of|\d+) ?(?:money|euros?|€|quid|percent|%) back\b"
    r"|\bsome (?:money )?back\b|\bprice (?:cut|reduction)\b"
    r"|\bkeep\b.{0,30}\b(?:cheaper|discount|half price|reduced|less)\b"
    r"|\bhalf (?:of )?(?:the|my|its) (?:price|money)\b"
    r"|退一半|一半的?[钱款]|(?:退|便宜)(?:给)?我?(?:一点|一些|点|部分)|部分退款|打个?折|^reduction$"
)
_WISHES = {
    wish: re.compile(words, re.IGNORECASE)
    for wish, words in {
        Remedy.REFUND: (
            r"refund|\bmy money\b|(?<!worth )\bthe (?:money|cash)\b|\bmoney back\b|reimburs"
            r"|\b(?:want(?:ed)?|prefer|need|take) (?:the |my )?(?:money|cash)\b"
            r"|\b(?:pay|paid)\b.{0,30}\bback\b"
            r"|\b(?:don['’]?t|do not) (?:want|need) (?:it|them|that|the \w+)"
            r" any ?more\W*$|\bno longer (?:want|need) (?:it|them|that|the \w+)\W*$"
            r"|(?:^|(?<=[.,;!?]\s))money(?: back)?(?:,? (?:please|pls))?\s*(?:[.,;!]|$)"
            r"|退款|退钱|钱退"
        ),
        Remedy.REPLACEMENT: (
            r"\breplac|\bresend|\bre-send|\bone more\b(?! (?:thing|question|time)\b)"
            r"|\b(?:send|sent|ship|shipped|post|mail|mailed|deliver|delivered)\b.{0,30}\bagain\b"
            rf"|(?<!to )\b(?:another|new)\s+{_PIECE}"
            rf"|{_GIVE}(?:(?!\bnot\b).){{0,20}}\b(?:another|new)\s+(?!{_NO_GOODS})\w"
            r"|^\W*(?:(?:then|ok|just|yes|well|please)\W+){0,3}"
            rf"(?:an?|one|another|1) new (?!{_NO_GOODS})\w"
            r"|^\W*(?:(?:a|the|just|ok|yes)\W+){0,2}new(?: one)?,? (?:please|pls|plz)\b"
            r"|\bthe missing (?:parts?|pieces?|bits?|things?|items?|ones?)\b"
            r"|重发|重新(?:发|寄|送|来)|补发|补寄|再[发寄]|换.{0,2}新|换一|(?:换|发|寄)个?对的"
        ),
        Remedy.REDUCTION: REDUCED,
        # Not "have to wait", and not "wait, what?".
        Remedy.WAIT: (
            r"(?<!have to )(?<!had to )(?<!made me )"
            r"\bwait\b(?!\s+(?:no|a (?:minute|moment|second))\b)"
            r"|\b(?:keep|go on|with|mind) waiting\b|patien|等(?!了|不|.{0,4}多久)"
        ),
    }.items()
}
# "Post me what was not in the box": it asks for goods where nothing else is asked for.
_SENT = re.compile(
    r"(?<!\bdid you )(?<!\bby )(?<!\bvia )(?<!\be-)\b(?:send|post|ship|mail|deliver)\b"
    r"(?!.*\bback\b)",
    re.IGNORECASE,
)
# A no that asks ("can't you send it again?"), and a wait that only begins a sentence.
_NO_NO = re.compile(
    r"\bwhy (?:not|don'?t you)\b|\b(?:ca|could|wo|would)n'?t you\b|(?:n'?t|\bnot)(?=\s+mind\b)"
    r"|^\W*wait\s*(?:[,!.?]+(?=\s*\w)|(?=(?:what|actually|sorry|i|no)\b))|能不能|可不可以|要不要?|行不行|不如|不然",
    re.IGNORECASE,
)
_WANTS_GOODS = re.compile(
    r"\b(?:want|like|need|prefer|take|have|get)\b(?: \w+){0,2} (?:the|my|an?) (?:\w+ ){0,2}"
    r"(?:ones?|pair|colou?r|size)\b|\b(?:want|like|need)\b.{0,25}\bagain\b"
    r"|\b(?:right|correct|proper) (?:one|thing|item|colou?r|size|article)s?\b"
    r"|\bwhat i (?:had )?(?:ordered|bought|paid for)\b"
    r"|(?:想|要).{0,4}(?:对的|正确的|[色码]的|原来的)",
    re.IGNORECASE,
)
_IF = re.compile(r"\bif\b", re.IGNORECASE)
_NO_WISH = re.compile(
    r"\b(?:not|never|\w+n['’]?t|no|instead|keep|discount|vouchers?|talk|speak|person|complain\w*)\b"
    r"|不|别|折扣|人工",
    re.IGNORECASE,
)
_GOODS = (Remedy.REPLACEMENT, Remedy.REFUND)
FOR_GOODS = (*_GOODS, Remedy.REDUCTION)  # what may be wished of goods that arrived
# What stands before something that is not wished, or only asked about, in the same clause.
_NOT_WISHED = re.compile(
    r"(?:(?:n't|\b(?:do|does|did|wo|ca)nt|\bnot|\bcannot|\bnever|\bwithout|\bwhy|\bwhen|\bhow long"
    r"|\bno (?:need|point|use)|\bif (?:you|they|i|we)\b(?!\s+(?:can|could|would|please|just)\b)"
    r"|\bwould it (?:take|cost))(?:\s+(?!so\b|but\b|please\b|then\b)[\w'-]+){0,4}"
    r"|\bno|\bkeep|\b(?:instead of|rather than)(?:\s+\w+)?)\s*$"
    r"|(?:[不别甭勿]|没必要)[^，。,；！？请]{0,4}$",
    re.IGNORECASE,
)
_IF_WAITING = re.compile(
    r"\b(?:what|and|but|so)\b.{0,30}\b(?:if|when)\b.{0,40}\b(?:wait\w*|never|\w+n['’]?t|not)\b"
    r"|如果.{0,8}(?:等|不到|没到).{0,8}(?:呢|怎|会)|等的话",
    re.IGNORECASE,
)
# "Nobody has it", "I looked": an answer to whether it may be at a neighbour's.
_GONE = re.compile(
    r"\b(?:nobody|no[ -]?one|nowhere|nothing (?:there|here)|neither|none of"
    r"|no (?:luck|sign|(?:\w+ )?neighbou?rs?)|looked"
    r"|checked|asked)\b"
    r"|(?:n['’]?t|\bnot)\s+(?:there|here|have|got|seen|find|found|anywhere|with)\b"
    r"|没有?人|都没|没[有看找收见]|[找问看]过|不在",
    re.IGNORECASE,
)
_DROPS = re.compile(
    r"\b(?:never ?mind|forget|leave|drop|stop|cancel|no need)\b|算了|不用|不必|别", re.IGNORECASE
)
_PARCEL = (
    r"\b(?:it|(?:the|my) (?:(?:old|first|lost|missing|other|original) )?(?:one|parcel|package))"
)
_FOUND = re.compile(
    r"\bfound (?:it|them|the (?:parcel|package)|my (?:parcel|package))\b|\b(?:turned|showed) up\b"
    r"|\b(?:got|have) it (?:now|back|after all)\b"
    rf"|{_PARCEL}(?:['’]s| is| was| has)? (?:just|finally) (?:arrived|come|came|been found)\b"
    rf"|{_PARCEL}(?:['’]s| is| was) (?:here|there|at|with)\b.{{0,15}}(?:now|after all|neighbou?r)"
    r"|\bneighbou?rs? (?:has|have|had|took|got) (?:it|the parcel|my)\b"
    r"|找到了|(?:刚|已经|终于)收到了?|在邻居|邻居.{0,4}(?:代?收|拿)了",
    re.IGNORECASE,
)
# What others say of it, what is only supposed, and an order's number: none of it was found.
_NOT_FOUND = re.compile(
    r"\b(?:says?|said|claims?|marked|status|tracking|supposed\w*|but|if|unless)\b|\?|？|\d{4}"
    r"|显示|但|如果|吗",
    re.IGNORECASE,
)
_OR_ELSE = re.compile(
    r"\bif\b.{0,60}\b(?:otherwise|else|if not|or)\b"
    r"|\b(?:otherwise|or else|if not)\b.{0,30}\b(?:money|refund)"
    r"|(?:有货|有的话|能).{0,20}(?:没有|否则|不然|不行)|(?:否则|不然|没货|没有)(?:的话)?.{0,6}退",
    re.IGNORECASE,
)
_CLAUSE = 80  # characters before a word in which a no may stand


def asks_what_waiting_brings(text: str) -> bool:
    """Whether it is asked what becomes of a parcel that is waited for: no decision yet."""
    return _IF_WAITING.search(text[:MAX_DETAILS]) is not None


def says_gone(text: str) -> bool:
    """Whether the text says that a parcel was looked for and is not there."""
    text = text[:MAX_DETAILS]
    return _GONE.search(text) is not None and _DROPS.search(text) is None


def says_found(text: str) -> bool:
    """Whether the text says that a parcel is there after all."""
    text = text[:MAX_DETAILS]
    doubt = _NOT_FOUND.search(text) or _GONE.search(text)
    return doubt is None and _FOUND.search(text) is not None


_SECOND_THOUGHT = re.compile(
    r"\b(?:no wait|wait no|actually|rather|on second thoughts?|scratch that|sorry no)\b"
    r"|(?:算了|不[，,]?)?还是|改成|不对",
    re.IGNORECASE,
)


def wish_in(text: str) -> Remedy | None:
    """What the text asks for, if it is exactly one thing; what it does not want does not count."""
    told = _NO_NO.sub(" ", text[:MAX_DETAILS].replace("’", "'"))
    if _wished(_WISHES[Remedy.REDUCTION], _IF.sub(" ", told)):  # "if I get some money off"
        return Remedy.REDUCTION  # which names the money, too
    meant = [wish for wish, words in _WISHES.items() if _wished(words, told)]
    if not meant and _wished(_SENT, told):
        return Remedy.REPLACEMENT
    if len(meant) > 1:  # "send it again.. no, actually I'd rather have the money"
        after = _SECOND_THOUGHT.split(told)[-1]
        meant = [wish for wish in meant if after != told and _wished(_WISHES[wish], after)]
    return meant[0] if len(meant) == 1 else None


def wants_goods(text: str) -> bool:
    """Whether goods are wished for by what they are: "I want the white one", "white again"."""
    text = text[:MAX_DETAILS]
    return _WANTS_GOODS.search(text) is not None and _NO_WISH.search(text) is None


def asks_for_either(text: str) -> bool:
    """Whether the text names both that it is sent again and the money back."""
    return all(_WISHES[wish].search(text[:MAX_DETAILS]) for wish in _GOODS)


def or_else(text: str) -> bool:
    """Whether goods are wished for if there are any, and else the money."""
    told = text[:MAX_DETAILS]
    both = all(_WISHES[one].search(told) for one in (Remedy.REPLACEMENT, Remedy.REFUND))
    return both and _OR_ELSE.search(told) is not None


def _wished(words: re.Pattern[str], told: str) -> bool:
    """Whether one of the words stands there without a no before it."""
    return any(
        not _NOT_WISHED.search(told[max(0, found.start() - _CLAUSE) : found.start()])
        for found in words.finditer(told)
    )


def remedies_for(services: RetailServices, late: ShipmentView | None) -> tuple[Remedy, ...]:
    """What may be chosen; for what has arrived there is nothing to wait for."""
    if late is None:
        return FOR_GOODS
    deliveries = services.policies.deliveries
    lost = late.lateness is Lateness.LOST
    return deliveries.when_lost if lost else deliveries.when_delayed


def remedy_buttons(
    services: RetailServices, words: Wording, order: OrderView, late: ShipmentView, intent: str
) -> list[Button]:
    """What may be chosen for a late parcel; a lost one is only sent again if all is in stock."""
    remedies = remedies_for(services, late)
    lost = late.lateness is Lateness.LOST
    if lost and Remedy.REPLACEMENT in remedies and not_there_again(services, order, late):
        remedies = tuple(one for one in remedies if one is not Remedy.REPLACEMENT)
    about = {} if intent == "inform" else {"order_number": order.number}
    return [words.button(_CHOICES[one], intent, **about, wish=one) for one in remedies]


def late_parcel(
    order: OrderView, kind: ProblemKind, lines: Collection[int] = ()
) -> ShipmentView | None:
    """The parcel that a missing delivery is about: a lost one first, then one that is delayed.

    Where the customer named goods, by their `lines`, it is the one that holds them; None where
    they are in none that is late.
    """
    if kind is not ProblemKind.DELIVERY_NOT_RECEIVED:
        return None
    late = [*late_parcels(order, Lateness.LOST), *late_parcels(order, Lateness.DELAYED)]
    if said_delivered(order, lines):
        late = [one for one in late if not set(lines).isdisjoint(one.lines)]
    return late[0] if late else None


def said_delivered(order: OrderView, lines: Collection[int]) -> ShipmentView | None:
    """The parcel with some of these goods that is delivered by what its carrier says."""
    came = [one for one in order.shipments if one.status is ShipmentStatus.DELIVERED]
    return next((one for one in came if not set(lines).isdisjoint(one.lines)), None)


def not_due(order: OrderView, kind: ProblemKind) -> bool:
    """Whether everything that has left is still on its way, and in time."""
    return (
        kind is ProblemKind.DELIVERY_NOT_RECEIVED
        and bool(order.shipments)
        and late_parcel(order, kind) is None
        and all(
            parcel.status in (ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY)
            for parcel in order.shipments
        )
    )


def not_there_again(services: RetailServices, order: OrderView, parcel: ShipmentView) -> list[str]:
    """What of a parcel cannot be sent again, for there are too few pieces."""
    return sold_out(services, [item for item in order.items if item.line in parcel.lines])


def sold_out(services: RetailServices, items: Iterable[ItemView]) -> list[str]:
    """Of which goods there are too few pieces to send them again."""
    missing = []
    for item in items:
        product = services.catalogue.product(item.sku)
        here = [v for v in product.variants if v.label == item.variant] if product else []
        if not here or here[0].quantity < item.quantity:
            missing.append(item.label)
    return missing


def why_no_problem(
    services: RetailServices, order: OrderView, kind: ProblemKind
) -> OrderError | None:
    """Why such a problem of this order cannot be recorded, or None."""
    if order.status is OrderStatus.CANCELLED:
        return OrderAlreadyCancelled(order.number)
    for problem in order.problems:
        if problem.kind is kind:
            return ProblemAlreadyReported(order.number, problem.reference)
    try:
        rules.check_problem(
            order.number,
            order.status,
            kind,
            order.delivered_on,
            services.clock().date(),
            services.policies,
        )
    except OrderError as error:
        return error
    return None


def as_late(parcel: ShipmentView) -> str:
    """What a colleague reads of a late parcel."""
    return f"Parcel {parcel.tracking_number} is late."
