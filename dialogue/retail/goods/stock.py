"""What is left of the goods, and news of what is sold out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.errors import SignInRequired
from dialogue.orders.rules import OPEN
from dialogue.orders.search import (
    PLAIN_COLOURS,
    READ,
    is_of_colour,
    is_of_size,
    mentioned_variants,
    only_one,
    query_words,
)
from dialogue.orders.views import OrderView, ProductView, VariantView
from dialogue.recommending.refining import kept_search
from dialogue.retail.goods.cards import card
from dialogue.retail.goods.conditions import (
    asked_anew,
    fits,
    fitting_variants,
    in_known_sizes,
    in_words,
    nearest,
    note,
    size_in,
)
from dialogue.retail.goods.each_of import say_stock_of_each
from dialogue.retail.goods.first_asked import answered_or_gone_on
from dialogue.retail.goods.named import (
    MAX_CARDS,
    PART,
    Meant,
    ProductAction,
    products_of,
)
from dialogue.retail.goods.search_on import refined, remember
from dialogue.retail.goods.stock_words import (
    FEW,
    alert_button,
    like_before,
    stock_counts,
    stock_lines,
    when_back,
)
from dialogue.retail.later.notice_words import ends_notices, of_all
from dialogue.retail.services import (
    Dispatcher,
    Events,
    latest_entity,
    latest_text,
    listener_of,
    viewer_of,
)
from dialogue.retail.viewing.orders import OrderStatusAction
from dialogue.retail.wording import Wording

OFF = "off"
_COMES = re.compile(
    r"\b(?:arriv\w*|com(?:e|es|ing)\b(?! back)|deliver\w*|parcel)|送到|到了|快递", re.IGNORECASE
)
# What the shelf has again, and no parcel.
_BACK = re.compile(r"\bback\b(?! to)|\b(?:in stock|available)\b|有货|补货|上架", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_HOW_MANY = re.compile(
    r"\bhow many\b|\bhow much (?:stock|is left|do you have left)\b"
    r"|还剩多少|剩几|多少件|几件(?!套)",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(
    r"\bhow long (?:un)?till?\b|\bwhen\b.{0,60}\b(?:back|available|in stock|again|come"
    r"|order it|get it)\b"
    r"|什么时候.{0,12}(?:有|补|到货|上架|买)",
    re.IGNORECASE,
)
_TELL_ME = re.compile(
    r"\b(?:tell|let|notify|inform|remind|mail|e-?mail|message|ping|alert|write|list|know|shout)\b"
    r"|通知|告诉|提醒|叫我|说一声",
    re.IGNORECASE,
)
_OFF_WHITE = frozenset({"champagne", "cream", "natural"})  # found for white, and not told as it
_TELL_ME_WHEN = re.compile(
    r"\b(?:tell|let|notify|inform|ping|alert|message|write|mail|text)\b.{0,12}\bme\b.{0,20}"
    r"\b(?:when|once|as soon as|if)\b|(?:通知|告诉|提醒)我",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.,;!?。，；！？]")
_OFF = re.compile(
    r"\bforget (?:it|that|about)\b|\b(?:don['’]?t|do not) (?:want|need) (?:it|that|this)\b"
    r"|\bno longer (?:want|need)\b"
    r"|\bstop (?:tell|writ|messag|notify|alert|inform|send|lett|that|it\b|this)|\bunsubscribe"
    r"|\b(?:leave|cancel|drop|scrap) (?:it|that)\b|\bnever ?mind\b"
    r"|\boff (?:the|that|your)\b.{0,20}\blist\b|\bno (?:more )?(?:messages?|e?-?mails?|alerts?)\b"
    r"|\b(?:don['’]?t|no longer|needn['’]?t|no need to) (?:need to |want to |have to |be )*"
    r"(?:tell|told|write|notif|message|alert|inform|let me know)"
    r"|(?:别再?|不要再?|不用再?|停止|取消)(?:给我|到货|发|缺货)*(?:通知|提醒|告诉|消息)",
    re.IGNORECASE,
)


class CheckStockAction(ProductAction):
    """Says which colours and sizes of a product can be had."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_check_stock"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """The named variant exactly; all of them in one sentence a colour otherwise."""
        told = answered_or_gone_on(self, dispatcher, tracker)
        if told is not None:
            return told
        told = say_stock_of_each(self, dispatcher, tracker)
        if told is not None:
            return told
        meant = self.meant(tracker)
        if meant.product is None:
            return self._say_of_these(dispatcher, tracker, meant) or self.ask_which(
                dispatcher, tracker, meant
            )
        product, words = meant.product, self.words(tracker)
        said = words.in_records(latest_text(tracker))
        if _TELL_ME_WHEN.search(said[:READ]):  # "coral 40 please, tell me when it's there"
            wanted = mentioned_variants(said, product.variants)
            if wanted and not any(variant.quantity for variant in wanted):
                return BackInStockAction(self.services).run(dispatcher, tracker, _domain)
        nearly = say_what_it_is_not(words, dispatcher, product, said)
        wanted = like_before(words, tracker, product, mentioned_variants(said, product.variants))
        in_words = words.variant(wanted[0].label) if len(wanted) == 1 and wanted[0].label else ""
        facts = {
            "name": product.name,
            "price": words.money(product.price_cents, product.currency),
            "variant": words.say("stock_variant", variant=in_words) if in_words else "",
        }
        if _HOW_MANY.search(said[:READ]) and any(variant.quantity for variant in wanted):
            counts = stock_counts(words, wanted)
            dispatcher.utter_message(response="utter_stock_counts", **facts, counts=counts)
        elif len(wanted) == 1 and not nearly:
            self._say_one(words, dispatcher, product, wanted[0], facts)
        elif stock_lines(words, wanted):
            dispatcher.utter_message(
                response="utter_stock_list", **facts, variants=stock_lines(words, wanted)
            )
        else:
            dispatcher.utter_message(
                response="utter_stock_none",
                **facts,
                when=when_back(words, wanted),
                buttons=[alert_button(words, product)],
            )
        one = wanted[0] if len(wanted) == 1 and not wanted[0].quantity else None
        sold_out = _told(product, one) if one else None
        return [SlotSet("product", product.sku), SlotSet("sold_out", sold_out)]

    def _say_of_these(self, dispatcher: Dispatcher, tracker: Tracker, meant: Meant) -> Events:
        """Which of several goods are in stock in the size or colour that is asked for.

        Of goods that are named those; else of those that were just shown.
        """
        words, text = self.words(tracker), latest_text(tracker)
        goods = self.services.catalogue.products()
        wanted = asked_anew(words, goods, text, None)
        own = {*query_words(_CHINESE.sub(" ", wanted.words))} - {
            *wanted.colours
        }  # "and in black?" has none
        named = meant.candidates if own and self.services.catalogue.search(wanted.words) else ()
        some = named or (() if own else self.shown(tracker))
        wanted = in_known_sizes(wanted, some)
        if not text or not some or not (wanted.colours or wanted.size):
            return []
        here = [product for product in some if fits(product, wanted)]
        lines = [stock_lines(words, fitting_variants(product, wanted)) for product in here]
        cards = [card(words, product, line) for product, line in zip(here, lines, strict=True)]
        if here:
            dispatcher.utter_message(response="utter_stock_of_these", elements=cards[:MAX_CARDS])
            return remember(wanted, here)
        near = nearest(some, wanted)[:MAX_CARDS]
        dispatcher.utter_message(
            response="utter_search_unfit",
            conditions=in_words(words, wanted, near[0].currency),
            elements=[card(words, product, note(words, product, wanted)) for product in near],
        )
        return remember(replace(wanted, colours=(), size=""), near)

    def _say_one(
        self,
        words: Wording,
        dispatcher: Dispatcher,
        product: ProductView,
        variant: VariantView,
        facts: dict[str, str],
    ) -> None:
        if variant.quantity > FEW:
            dispatcher.utter_message(response="utter_stock_yes", **facts)
        elif variant.quantity:
            dispatcher.utter_message(response="utter_stock_few", **facts, count=variant.quantity)
        else:
            dispatcher.utter_message(
                response="utter_stock_none",
                **facts,
                when=when_back(words, (variant,)),
                buttons=[alert_button(words, product, variant)],
            )


def say_what_it_is_not(
    words: Wording, dispatcher: Dispatcher, product: ProductView, said: str
) -> bool:
    """That it does not come in the colour or in the size that is asked for.

    Whether a colour is near the one that is asked for: who wants white is not told yes for cream.
    """
    named = size_in(said)
    if _lacks_size(product, named):
        dispatcher.utter_message(response="utter_stock_no_size", name=product.name, size=named)
    elif named and not any(variant.size for variant in product.variants):
        dispatcher.utter_message(response="utter_stock_one_size", name=product.name)
    colours = [word for word in query_words(said) if word in PLAIN_COLOURS]
    like_it = [
        v.colour for word in colours for v in product.variants if is_of_colour(word, v.colour)
    ]
    nearly = bool(like_it) and "white" in colours and _OFF_WHITE.issuperset(like_it)
    if colours and (nearly or not like_it):
        colour = words.term(" ".join(colours))
        dispatcher.utter_message(response="utter_stock_no_colour", name=product.name, colour=colour)
    return nearly


def _lacks_size(product: ProductView, size: str) -> bool:
    sizes = {variant.size for variant in product.variants if variant.size}
    return bool(sizes and size) and not any(is_of_size(size, one) for one in sizes)


class BackInStockAction(ProductAction):
    """When something is expected back, and a note for signed-in customers who wait for it, or no
    longer do."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_back_in_stock"

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Only what is really sold out is waited for: the variant told last, if it is not named."""
        text = latest_text(tracker)[:READ]
        ended = _OFF.search(text) or ends_notices(text, spoken_of=True)
        if latest_entity(tracker, "updates") == OFF or ended:
            return self.tell_no_more(dispatcher, tracker)
        meant = self.meant(tracker)
        product, words = meant.product or self._just_told(tracker, meant), self.words(tracker)
        if product is None:
            return self.ask_which(dispatcher, tracker, meant)
        named = (latest_entity(tracker, "colour"), latest_entity(tracker, "size"))
        said = words.in_records(latest_text(tracker)) or " ".join(
            filter(None, named)
        )  # a button names it
        lacks = _lacks_size(product, size_in(said))
        wanted = mentioned_variants(said, product.variants)
        told = [v for v in wanted if _told(product, v) == tracker.get_slot("sold_out")]
        sold_out = [v for v in told or wanted if not v.quantity and not lacks]
        ordered = self._ordered(tracker, product, sold_out=bool(sold_out))
        if ordered is not None:  # "tell me when my gloves come" is about the parcel
            OrderStatusAction(self.services).answer(dispatcher, tracker, ordered)
            return [SlotSet("product", product.sku), SlotSet("order_number", ordered.number)]
        if lacks:
            say_what_it_is_not(words, dispatcher, product, said)
        elif not sold_out:
            here = stock_lines(words, wanted)
            dispatcher.utter_message(
                response="utter_back_already" if here else "utter_back_already_one",
                name=product.name,
                variants=here,
            )
        if not sold_out:
            return [SlotSet("product", product.sku)]
        if _ASKS_WHEN.search(said[:READ]) and not _TELL_ME.search(said[:READ]):
            only = sold_out[0] if len(sold_out) == 1 else None
            dispatcher.utter_message(
                response="utter_stock_none",
                name=product.name,
                variant=words.say("notice_variant", variant=words.variant(only.label))
                if only and only.label
                else "",
                when=when_back(words, sold_out),
                buttons=[alert_button(words, product, only)],
            )
            return [SlotSet("product", product.sku)]
        try:
            for variant in sold_out:
                self.services.catalogue.alert(
                    viewer_of(tracker),
                    product.sku,
                    variant.colour,
                    variant.size,
                    listener_of(tracker),
                )
        except SignInRequired:
            response, about = "utter_alert_guest", words.say("about_back", name=product.name)
            buttons = [words.button("remind_to_look", "remind_me", reminder_about=about)]
        else:  # what a shop behind an API tells, it tells by its own ways
            response = "utter_alert_noted" if self.services.extras else "utter_alert_by_shop"
            buttons = []
        one = words.variant(sold_out[0].label) if len(sold_out) == 1 else ""
        dispatcher.utter_message(
            response=response,
            name=product.name,
            variant=words.say("notice_variant", variant=one) if one else "",
            sku=product.sku,
            when=when_back(words, sold_out),
            buttons=buttons,
        )
        return [SlotSet("product", product.sku)]

    def _just_told(self, tracker: Tracker, meant: Meant) -> ProductView | None:
        """The one told of before, if what is named is one of its sold-out variants."""
        before = self.services.catalogue.product(str(tracker.get_slot("product")))
        if before is None or before not in meant.candidates:
            return None
        said = self.words(tracker).in_records(latest_text(tracker))[:READ]
        named = mentioned_variants(said, before.variants)
        narrowed = len(named) < len(before.variants)
        return before if narrowed and not any(one.quantity for one in named) else None

    def _ordered(
        self, tracker: Tracker, product: ProductView, *, sold_out: bool
    ) -> OrderView | None:
        """The customer's latest order of a product, if it is on its way or asked after so."""
        viewer = viewer_of(tracker)
        if not viewer.signed_in:
            return None
        recent = self.services.store.recent_orders(viewer, limit=10)
        held = [o for o in recent if any(item.sku == product.sku for item in o.items)]
        comes = _COMES.search(latest_text(tracker)[:READ]) is not None
        if sold_out:  # what comes is then the goods, unless a parcel with them is due
            return next((o for o in held if comes and o.status in OPEN), None)
        back = _BACK.search(latest_text(tracker)[:READ]) is not None
        return next((o for o in held if comes or (o.status in OPEN and not back)), None)

    def named_for_sure(self, tracker: Tracker) -> tuple[ProductView, ...]:
        """The goods that the latest message or its button names; what it is about is no name."""
        told = [part for part in _CLAUSE.split(latest_text(tracker)[:READ]) if part.strip()]
        ends = [part for part in told if _OFF.search(part)] or told  # "I take the mug. Forget it"
        said = latest_entity(tracker, "product") if ends == told else None
        known = self.services.catalogue.product(said) if said else None
        if known is not None:
            return (known,)
        text = said or self.words(tracker).in_records(" ".join(ends))
        matches = self.services.catalogue.search(text)
        certain = only_one(matches)
        named = [match for match in matches if match.coverage >= PART]
        return (certain,) if certain else products_of(named)

    def tell_no_more(self, dispatcher: Dispatcher, tracker: Tracker) -> Events:
        """Of the goods that are named, else of those spoken of, or else of all that there are."""
        extras, viewer = self.services.extras, viewer_of(tracker)
        if extras is None:
            dispatcher.utter_message(response="utter_done_by_people")
            return []
        forget, text = extras.subscriptions.forget_alerts, latest_text(tracker)
        named = [product.sku for product in self.named_for_sure(tracker)]
        spoken_of = tracker.get_slot("product")
        names = forget(viewer, named) if named else ()
        if not named and text and spoken_of and not of_all(text):
            names = forget(viewer, [str(spoken_of)])
        if not named and not names:
            names = forget(viewer)
        others = () if names else extras.subscriptions.alerts(viewer)
        dispatcher.utter_message(
            response="utter_alerts_off"
            if names
            else "utter_alerts_other"
            if others
            else "utter_alerts_none",
            names=self.words(tracker).listing(names or others),
        )
        return []


def asks_when_back(tracker: Tracker) -> bool:
    """Whether it is asked when what was just told to be sold out is there again."""
    asked = _ASKS_WHEN.search(latest_text(tracker)[:READ])
    return asked is not None and tracker.get_slot("sold_out") is not None


def asks_for_colour(action: ProductAction, tracker: Tracker) -> bool:
    """Whether a colour of one product is asked for: "the blue one", "in blue?" of that spoken of.

    Of goods that were asked for in place of it, their colours are.
    """
    asked, sought = refined(action, tracker), kept_search(tracker.get_slot("sought"))
    if asked is None or not asked.colours or asked.about_price:
        return False
    in_place = sought is not None and sought.like is not None
    spoken_of = tracker.get_slot("product") is not None and not in_place
    return spoken_of or action.pointed_at(tracker) is not None


def _told(product: ProductView, variant: VariantView) -> str:
    """What the conversation remembers of a variant that it was told is sold out."""
    return f"{product.sku} {variant.label}"
