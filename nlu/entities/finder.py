"""All entities of a message that have a form, each character belonging to one of them at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from nlu.entities import amounts, contacts, goods, order_numbers, parcels, times
from nlu.entities.goods import Goods
from nlu.entities.order_numbers import ORDER_NUMBER
from nlu.entities.patterns import Patterns, matches
from nlu.entities.signs import DIGITS, signs
from nlu.redact import personal_spans
from nlu.types import Entity

REGEX_EXTRACTOR = "RegexEntityExtractor"
SYNONYM_MAPPER = "EntitySynonymMapper"
HINT = "RegexFeaturizer"  # what it finds is no entity
EXTRACTOR = "FrontdeskEntityExtractor"
MOST_CHARACTERS = 4_000  # a message's rest is not searched
KNOWN = frozenset(
    (
        *(ORDER_NUMBER, contacts.EMAIL_ADDRESS, contacts.PHONE_NUMBER, times.TIME, amounts.MONEY),
        *(amounts.QUANTITY, amounts.ORDINAL, goods.PRODUCT),
        *(parcels.TRACKING_NUMBER, parcels.POSTCODE),
    )
)
_DIGITS_OR_ADDRESS = DIGITS | {"@"}


class EntityFinder:
    """Finds entities by their form. Of two that overlap, the longer one counts.

    What a project's data says of an entity replaces what is known of it here.
    """

    def __init__(self, patterns: Patterns, clock: Callable[[], datetime] = datetime.now) -> None:
        """`clock` tells the local time, by which "tomorrow" is read.

        Raises ModelRefused when a pattern is no regular expression.
        """
        compiled = patterns.compiled()
        wanted = KNOWN if patterns.wanted is None else KNOWN & patterns.wanted
        known = {ORDER_NUMBER} & wanted  # with a pattern of its own it is found in our way too
        self._order_numbers = [one for one in compiled if one[0] in known]
        self._order_numbers = self._order_numbers or [order_numbers.DEFAULT]
        self._given = [one for one in compiled if one[0] not in known]
        self._hints = patterns.hints
        self._sought = wanted - {name for name, _ in self._given}
        self._synonyms = {form.lower(): value for form, value in patterns.synonyms.items()}
        self._goods = Goods(patterns.products)
        self._counted = amounts.counted(self._goods.nouns, self._goods.firsts)
        self._pointed_at = amounts.pointed_at(self._goods.nouns)
        self._clock = clock

    def find(self, text: str) -> tuple[Entity, ...]:
        """The entities of `text` from left to right."""
        return tuple(one for one in self.seen(text) if one.extractor != HINT)

    def seen(self, text: str) -> tuple[Entity, ...]:
        """The same, and the hints among them; those may lie over entities."""
        text = text[:MOST_CHARACTERS]
        chosen: list[Entity] = []
        for entity in sorted(
            self._candidates(text), key=lambda one: (one.start - one.end, one.start)
        ):
            if all(
                entity.end <= other.start
                or other.end <= entity.start
                or (entity.extractor == HINT) != (other.extractor == HINT)
                for other in chosen
            ):
                chosen.append(entity)
        return tuple(sorted(chosen, key=lambda entity: entity.start))

    def _candidates(self, text: str) -> Iterator[Entity]:
        for pattern in self._given:
            extractor = HINT if pattern[0] in self._hints else REGEX_EXTRACTOR
            yield from (self._told(one, extractor) for one in matches(pattern, text))
        for entity in self._known(text):
            if entity.name in self._sought:
                yield self._told(entity, EXTRACTOR)

    def _told(self, entity: Entity, extractor: str) -> Entity:
        return self.meant(replace(entity, extractor=extractor))

    def meant(self, entity: Entity) -> Entity:
        """The entity with what its value stands for by the synonyms."""
        value = self._synonyms.get(str(entity.value).lower())
        if value is None:
            return entity
        return replace(entity, value=value, processors=(*entity.processors, SYNONYM_MAPPER))

    def _known(self, text: str) -> Iterator[Entity]:
        """What is known of entities without a project's saying it."""
        seen = signs(text)
        sought = self._sought
        if amounts.MONEY in sought and seen & amounts.MONEY_SIGNS:
            yield from amounts.money(text)
        if amounts.ORDINAL in sought and seen & amounts.ORDINAL_SIGNS:
            yield from amounts.ordinals(text, self._pointed_at)
        if amounts.QUANTITY in sought and seen & amounts.QUANTITY_SIGNS:
            yield from amounts.quantities(text, self._counted)
        if times.TIME in sought and times.may_hold_one(seen):
            yield from times.find(text, self._clock().replace(second=0, microsecond=0))
        if goods.PRODUCT in sought:
            yield from self._goods.find(text)
        if seen & _DIGITS_OR_ADDRESS:
            personal = personal_spans(text)
            yield from parcels.tracking_numbers(text)
            yield from contacts.find(text, personal)
            yield from parcels.postcodes(text)
            yield from order_numbers.find(text, self._order_numbers, personal)
        elif self._order_numbers != [order_numbers.DEFAULT]:
            yield from order_numbers.find(text, self._order_numbers, ())
