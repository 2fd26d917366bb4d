"""How amounts, days, states and choices are written for customers, in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from babel import Locale
from babel.dates import format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, get_currency_symbol

from dialogue.orders.addresses import COUNTRY_CODES
from dialogue.orders.views import OrderView
from dialogue.retail.phrases import COUNT, FILE_NAME, Phrases

Button = dict[str, str]

# Chinese is written without spaces: where it touches our letters and figures.
_SHORT_TEE = re.compile(r"(?<=[白黑灰蓝红绿粉黄])[Tt]恤?(?![A-Za-z恤])")  # 白T is a white T-shirt
_BESIDE_CHINESE = re.compile(
    r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])"
)
# Countries that English names with an article.
_WITH_ARTICLE = frozenset({"AE", "BS", "CF", "DO", "GB", "GM", "MV", "NL", "PH", "SC", "US"})
_LABEL = re.compile(r"(?P<name>.*\S) \((?P<variant>[^()]+)\)", re.DOTALL)


def button(title: str, intent: str, **entities: str) -> Button:
    """A quick reply that is understood as `intent` with these entities."""
    data = json.dumps(entities, ensure_ascii=False) if entities else ""
    return {"title": title, "payload": f"/{intent}{data}"}


def money(cents: int, currency: str, locale: Locale | str = "en_GB") -> str:
    """``€49.90``; a currency that has no sign of its own by its code: ``SEK 49.90``."""
    symbol = get_currency_symbol(currency, locale)
    pattern = "¤ #,##0.00" if symbol[-1:].isalpha() else "¤#,##0.00"
    return format_currency(Decimal(cents) / 100, currency, pattern, locale)


@dataclass(frozen=True)
class Wording:
    """Says things in `language`, one of the phrases' own."""

    phrases: Phrases
    language: str

    @property
    def locale(self) -> Locale:
        """Whose customs the language follows."""
        return self.phrases.locales[self.language]

    def say(self, phrase: str, **facts: object) -> str:
        """A phrase by its name with its facts; `count` decides on its plural form.

        Raises LookupError when there is no such phrase.
        """
        forms = self.phrases.texts[self.language].get(phrase)
        if forms is None:
            raise LookupError(f"{FILE_NAME} has no phrase '{phrase}'")
        count = facts.get(COUNT)
        category = self.locale.plural_form(count) if isinstance(count, int) else "other"
        return forms.get(category, forms["other"]).format_map(facts)

    def term(self, word: str) -> str:
        """What the shop's records call something, in this language if it is known there."""
        return self.phrases.terms[self.language].get(word.casefold(), word)

    def money(self, cents: int, currency: str) -> str:
        """See `money`."""
        return money(cents, currency, self.locale)

    def day(self, when: date | datetime) -> str:
        """``Tue 24 Nov``, ``11月24日周二``."""
        return self._date(when, "day")

    def full_day(self, when: date | datetime) -> str:
        """A day far away: ``Tue 24 Nov 2026``."""
        return self._date(when, "date")

    def moment(self, when: datetime) -> str:
        """``Tue 24 Nov 14:05``, in the zone that `when` has."""
        return self._date(when, "moment")

    def listing(self, parts: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
        """``a, b and c``, ``a、b和c``."""
        words = list(parts)
        return format_list(words, style, self.locale) if words else ""

    def sentences(self, parts: Iterable[str]) -> str:
        """Sentences one after the other."""
        return self.say("between_sentences").join(parts)

    def variant(self, label: str) -> str:
        """``moss, M`` in this language."""
        known = self.term(label)
        if known != label:
            return known
        return self.say("between_colour_and_size").join(map(self.term, label.split(", ")))

    def item(self, label: str) -> str:
        """``2 × Linen Shirt (white, M)`` in this language; the article keeps its name."""
        found = _LABEL.fullmatch(label)
        if found is None:
            return label
        return self.say("item", name=found["name"], variant=self.variant(found["variant"]))

    def items(self, labels: Iterable[str]) -> str:
        """Several of them."""
        return self.listing(map(self.item, labels))

    def address(self, written: str) -> str:
        """A postal address whose country, if it ends in one, is named in this language."""
        place, comma, country = written.rpartition(", ")
        code = COUNTRY_CODES.get(country.casefold()) if comma else None
        if code is None or self.language == self.phrases.usual:
            return written
        return f"{place}, {self.locale.territories[code]}"

    def country(self, code: str) -> str:
        """A country as a sentence names it: ``the United Kingdom``."""
        name = str(self.locale.territories.get(code, code))
        article = self.language == "en" and code in _WITH_ARTICLE
        return f"the {name}" if article else name

    def contents(self, order: OrderView) -> str:
        """What is in an order, short enough for a sentence."""
        labels = [self.item(item.label) for item in order.items]
        if len(labels) > 3:
            labels = [*labels[:2], self.say("more_items", count=len(labels) - 2)]
        return self.listing(labels)

    def status(self, order: OrderView) -> str:
        """The state of an order as words that fit after ``Order 1042 is``."""
        return self.say(f"status_{order.status}")

    def button(self, phrase: str, intent: str, **entities: str) -> Button:
        """A quick reply whose title is the phrase ``button_…``."""
        return button(self.say(f"button_{phrase}"), intent, **entities)

    def order_button(self, order: OrderView, intent: str = "inform") -> Button:
        """A quick reply that names an order by number and first item."""
        first = order.items[0].name if order.items else self.day(order.placed_at)
        return button(f"{order.number} · {first}", intent, order_number=order.number)

    def person_button(self, **entities: str) -> Button:
        """A quick reply that fetches a person; it stands last."""
        return self.button("person", "human_agent", **entities)

    def status_button(self, number: str) -> Button:
        """A quick reply that asks where an order is."""
        return self.button("where_now", "order_status", order_number=number)

    def refund_button(self, number: str) -> Button:
        """A quick reply that asks for an order's refund."""
        return self.button("refund", "refund_status", order_number=number)

    def in_records(self, text: str) -> str:
        """A customer's words with the terms of their language as the shop's records have them."""
        text = _SHORT_TEE.sub("色T恤", text)
        known = self.phrases.heard.get(self.language, {}).items()
        for term, word in sorted(known, key=lambda pair: -len(pair[0])):
            text = text.replace(term, f" {word} ")
        return _BESIDE_CHINESE.sub(" ", text)

    def _date(self, when: date | datetime, kind: str) -> str:
        pattern = self.phrases.dates[self.language][kind]
        if not isinstance(when, datetime):
            when = datetime(when.year, when.month, when.day)
        return format_datetime(when, pattern, tzinfo=when.tzinfo, locale=self.locale)


def wording(phrases: Phrases, language: object) -> Wording:
    """In this language, or in the usual one when the bot does not speak it."""
    known = isinstance(language, str) and language in phrases.locales
    return Wording(phrases, str(language) if known else phrases.usual)
