"""An exchange: another size or colour for what comes back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders.errors import (
    OrderError,
    OutOfStock,
)
from dialogue.orders.views import ItemView, OrderView, VariantView
from dialogue.questions import is_question
from dialogue.retail.goods.variants import (
    differs,
    named_variant,
    other_variants,
    say_sold_out,
    variant_in,
    variants_of,
    wanted_at_once,
)
from dialogue.retail.problems.still_to_come import lines_to_come
from dialogue.retail.proof.identity import begins
from dialogue.retail.returning.items import PIECES, READ, ItemForm, returnable
from dialogue.retail.returning.picking import (
    Picked,
    WrongNumber,
    count_in,
    decoded,
    named_in,
)
from dialogue.retail.returning.returns import (
    chosen_to_return,
    say_conditions,
    say_not_returnable,
    say_why_it_stays,
)
from dialogue.retail.returning.several_swaps import several_swaps
from dialogue.retail.returning.side_answers import say_at_once
from dialogue.retail.returning.side_replies import Matter
from dialogue.retail.returning.swap_later import named_to_come, say_swap_later
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    once_for,
    viewer_of,
)
from dialogue.retail.talk.correcting import corrects, meant_in
from dialogue.retail.task_slots import forget_task, value_before_message
from dialogue.retail.viewing.orders import ChangeAction
from dialogue.retail.which_order.choice import may_change_contents
from dialogue.retail.wording import Button, Wording, button

# The only other one, without its name.
_TAKES = re.compile(
    r"^\W*(?:yes|yeah|ok(?:ay)?|sure|fine)\b|\b(?:that|this|the other) one\b|\btake (?:it|that)\b"
    r"|^\W*(?:好|可以|行|就(?:这|那)个|要?(?:这|那|另)一?个)",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[,;.!?，；。！？]|\bbut\b|但", re.IGNORECASE)
_REFUSED = re.compile(r"\b(?<!why )not\b|n['’]t\b|\bnever\b|不(?!同|一样)", re.IGNORECASE)
_PIECES_BESIDE = re.compile(
    rf"\W*+(?:(?:yes|ok|和|要)\W++)?({PIECES.pattern})(?![\w-])", re.IGNORECASE
)
SHORT = 5  # words of a message that is little else than a colour or a size


class ExchangeForm(ItemForm):
    """The order, which item, for which other variant, and a yes."""

    form = "exchange_form"

    def possible(self, order: OrderView) -> tuple[ItemView, ...]:
        """What may come back today."""
        return returnable(self.services, order)

    def named(self, said: str, possible: tuple[ItemView, ...]) -> Picked | WrongNumber | None:
        """By its name first: a colour or a size may be of what is wished instead."""
        return named_in(said, possible, names_first=True)

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Without another variant to be had there is nothing to choose and to confirm."""
        needed = super().slots_for(tracker, own)
        chosen = chosen_to_return(self.services, tracker)
        if len(chosen) != 1 or other_variants(self.services, chosen[0][0]):
            return needed
        return [slot for slot in needed if slot == "item"]

    def validate_item(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """One item at a time; each is exchanged for something of its own."""
        found = super().validate_item(value, dispatcher, tracker, domain)
        if len(decoded(found["item"])) > 1:
            dispatcher.utter_message(response="utter_one_item_at_a_time")
            return {"item": None}
        return found

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """What the very wish asks as well is answered first; it may name several variants."""
        events: Events = await super().get_validation_events(dispatcher, tracker, domain)
        if not begins(tracker) or not latest_text(tracker):
            return events
        order = current_order(self.services, tracker)
        told = say_at_once(self.services, dispatcher, tracker, order, Matter.EXCHANGE)
        more = several_swaps(self.services, dispatcher, tracker, domain) or []
        tracker.slots.update({one["name"]: one["value"] for one in more})
        return [*events, *told, *more]

    def extract_order_number(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """ "The moss one" is a variant of what is swapped, where one was asked for."""
        chosen = chosen_to_return(self.services, tracker)
        asked = tracker.get_slot("requested_slot") in ("replacement", "confirmed")
        if asked and len(chosen) == 1 and not latest_entity(tracker, "order_number"):
            said = self.words(tracker).in_records(meant_in(latest_text(tracker)))
            if named_variant(self.services, said, chosen[0][0]) is not None:
                return {}
        return super().extract_order_number(dispatcher, tracker, domain)

    def extract_replacement(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """What the very wish names, or another variant than the one chosen before."""
        begun = self.begun_with(tracker)
        lines = begun.pieces if begun else decoded(tracker.get_slot("item"))
        if not tracker.get_slot("requested_slot") and not tracker.get_slot("replacement"):
            of_it = [item for item in self.items(tracker) if item.line in lines]
            said = self.words(tracker).in_records(meant_in(latest_text(tracker)))
            named = wanted_at_once(self.services, said, of_it[0]) if len(of_it) == 1 else None
            return {"replacement": named.label} if named else {}
        chosen, label = chosen_to_return(self.services, tracker), tracker.get_slot("replacement")
        if (named := self._before_pieces(tracker)) is not None:
            return {"replacement": named.label}
        if tracker.get_slot("requested_slot") != "confirmed" or len(chosen) != 1:
            return {}
        if label != value_before_message(tracker, "replacement"):
            return {}  # it has been read already
        item, before = chosen[0][0], str(label)
        said = self.words(tracker).in_records(meant_in(latest_text(tracker)))
        if not corrects(tracker) and not self._says_another(tracker, said, item):
            return {}
        other = self._beside_chosen(said, item, before)
        return {"replacement": other.label} if other else {}

    def _beside_chosen(self, said: str, item: ItemView, before: str) -> VariantView | None:
        """ "In L": what is not named stays as it was chosen, or as the item has it."""
        others = (replace(item, variant=before), item)
        found = [variant_in(self.services, said, one) for one in others]
        return next((v for v in found if v and v.label not in (before, item.variant)), None)

    def _before_pieces(self, tracker: Tracker) -> VariantView | None:
        """The variant that is named where the number of pieces is asked for: "then moss"."""
        chosen = chosen_to_return(self.services, tracker)
        said = self.words(tracker).in_records(meant_in(latest_text(tracker)))
        if tracker.get_slot("requested_slot") != "pieces" or len(chosen) != 1 or not said:
            return None
        item, before = chosen[0][0], value_before_message(tracker, "replacement")
        named = named_variant(self.services, said, item)
        both = self._beside_chosen(said, item, str(before)) if named and before else None
        return both or named

    def validate_pieces(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """A variant is no number of pieces."""
        named = self._before_pieces(tracker)
        if named is None or PIECES.fullmatch(str(value)):
            return super().validate_pieces(value, dispatcher, tracker, domain)
        counts = (_PIECES_BESIDE.match(part) for part in _CLAUSES.split(str(value)[:READ]))
        if count := next(filter(None, counts), None):  # "just one, and in L"
            return super().validate_pieces(count[1], dispatcher, tracker, domain)
        if named.quantity and is_question(latest_text(tracker)):
            variant = self.words(tracker).variant(named.label)
            dispatcher.utter_message(response="utter_variant_there", variant=variant)
        return {"pieces": None}

    def _says_another(self, tracker: Tracker, said: str, item: ItemView) -> bool:
        """Whether little else than a colour or a size stands where a yes is asked for."""
        short = len(said.split()) <= SHORT and latest_intent(tracker) in ("deny", "inform")
        return short and named_variant(self.services, said, item) is not None

    def validate_replacement(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """The one variant that the words can mean, if there are enough pieces of it."""
        chosen = chosen_to_return(self.services, tracker)
        if len(chosen) != 1:
            return {"replacement": None}
        item, pieces = chosen[0]
        words, others = self.words(tracker), variants_of(self.services, item)
        said = words.in_records(meant_in(_wanted_of(str(value))))
        if PIECES.fullmatch(said) and not other_variants(self.services, item, pieces):
            fewer = count_in(said, pieces)
            if fewer and fewer < pieces:
                return {"replacement": None, "item": str(Picked({item.line: fewer}))}
        found = variant_in(self.services, said, item)
        if found is None and len(others) == 1 and _TAKES.search(said) and not is_question(said):
            found = others[0]
        if found is None or differs(tracker, found):
            dispatcher.utter_message(response="utter_replacement_unclear")
            found = None
        elif found.quantity < pieces:
            say_sold_out(words, dispatcher, item, found, pieces)
            found = None
        return {"replacement": found.label if found else None}


def _wanted_of(text: str) -> str:
    """The text without what it says no to: "the sage is not my colour"."""
    clauses = _CLAUSES.split(text)
    left = [one for one in clauses if not _REFUSED.search(one)]
    return text if len(left) == len(clauses) else " ".join(left).strip()


class AskReplacement(RetailAction):
    """Asks for which variant, with those in stock as buttons."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_replacement"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """At most twelve buttons; more can be named."""
        words = self.words(tracker)
        for item, pieces in chosen_to_return(self.services, tracker)[:1]:
            others = other_variants(self.services, item, pieces)
            dispatcher.utter_message(
                response="utter_ask_which_replacement" if others else "utter_none_has_so_many",
                item=words.item(item.pieces(pieces)),
                buttons=[
                    button(words.variant(v.label), "inform", replacement=v.label)
                    for v in others[:12]
                ]
                or self._fewer(words, item),
            )
        return []

    def _fewer(self, words: Wording, item: ItemView) -> list[Button]:
        """The numbers of pieces, at most three, that one other variant has; or the money."""
        most = max((v.quantity for v in variants_of(self.services, item)), default=0)
        only = [
            button(words.say("button_only", count=n), "inform", replacement=str(n))
            for n in range(most, max(0, most - 3), -1)
        ]
        return [*only, words.button("return_instead", "return_item", item=str(item.line))]


class AskExchange(RetailAction):
    """Shows what would be swapped for what and asks for a yes."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_exchange_form_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Name the item and its replacement."""
        words, chosen = self.words(tracker), chosen_to_return(self.services, tracker)[:1]
        say_conditions(self.services, words, dispatcher, chosen)
        for item, pieces in chosen:
            dispatcher.utter_message(
                response="utter_confirm_exchange",
                item=words.item(item.pieces(pieces)),
                replacement=words.variant(str(tracker.get_slot("replacement"))),
            )
        return []


class ExchangeAction(ChangeAction):
    """Sets the replacement aside after a yes; says why not when there is none."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_exchange_item"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Of an order that was changed to and is still with us, the contents are changed."""
        order, item = current_order(self.services, tracker), tracker.get_slot("item")
        here = order is not None and may_change_contents(order, self.services.policies)
        if not here or order is None or tracker.get_slot("confirmed") is not None:
            return super().run(dispatcher, tracker, domain)
        dispatcher.utter_message(response="utter_modify_order_form_instead", number=order.number)
        known = [SlotSet("order_number", order.number), SlotSet("item", item)]
        return [*forget_task(tracker), *known, FollowupAction("modify_order_form")]

    def answer(self, dispatcher: Dispatcher, tracker: Tracker, order: OrderView) -> None:
        """Announce, keep, or explain."""
        chosen, confirmed = chosen_to_return(self.services, tracker), tracker.get_slot("confirmed")
        words = self.words(tracker)
        if confirmed is False:
            dispatcher.utter_message(response="utter_return_dropped")
            return
        if not chosen:
            if confirmed is True:  # nothing is left in a turn that is taken again: the key knows
                self._announce(dispatcher, tracker, order, None, 0, None)
            elif lines_to_come(order) and not returnable(self.services, order):
                lines = named_to_come(words, tracker, order)
                say_swap_later(self.services, words, dispatcher, order, lines)
            else:
                named = decoded(tracker.get_slot("item"))
                say_not_returnable(self.services, words, dispatcher, order, named)
            return
        item, pieces = chosen[0]
        wanted = self._wanted(item, pieces, tracker.get_slot("replacement"))
        if wanted is None or confirmed is not True:
            dispatcher.utter_message(
                response="utter_no_other_variant",
                item=words.item(item.label),
                buttons=[
                    words.button("return_it", "return_item", order_number=order.number),
                    words.button("when_there_is", "back_in_stock", product=item.sku),
                    words.person_button(),
                ],
            )
        else:
            self._announce(dispatcher, tracker, order, item, pieces, wanted)

    def _wanted(self, item: ItemView, pieces: int, label: str | None) -> VariantView | None:
        others = other_variants(self.services, item, pieces)
        return next((variant for variant in others if variant.label == label), None)

    def _announce(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        order: OrderView,
        item: ItemView | None,
        pieces: int,
        wanted: VariantView | None,
    ) -> None:
        words = self.words(tracker)
        try:
            parcel = self.services.store.request_exchange(
                viewer_of(tracker),
                order.number,
                item.line if item else 0,
                wanted.colour if wanted else "",
                wanted.size if wanted else "",
                pieces,
                once_for(tracker, order),
            )
        except OrderError as error:
            if isinstance(error, OutOfStock) and item is not None and wanted is not None:
                say_sold_out(words, dispatcher, item, wanted, pieces)
            else:
                say_why_it_stays(self.services, words, dispatcher, error, order)
        else:
            dispatcher.utter_message(
                response="utter_exchange_announced",
                number=order.number,
                reference=parcel.reference,
                item=words.items(parcel.items),
                replacement=words.items(parcel.replacements),
                days=self.services.policies.returns.replacement_kept_days,
            )
