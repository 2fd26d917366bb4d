"""What forms about items of an order share: which items, and how many pieces of them."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.views import ItemView, OrderView
from dialogue.questions import is_question
from dialogue.retail.figures import FIGURE
from dialogue.retail.goods.variants import named_variant
from dialogue.retail.proof.identity import begins
from dialogue.retail.returning.answer_beside import pieces_beside, yes_beside
from dialogue.retail.returning.picking import (
    ALL_ITEMS,
    WORDS,
    Picked,
    WrongNumber,
    all_but,
    by_variant,
    count_in,
    decoded,
    keeps_some,
    mentioned,
    named_in,
    pick,
    some_go_others_stay,
    to_go,
)
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_text,
    plain_words,
)
from dialogue.retail.talk.correcting import corrects, left_of_no, meant_in
from dialogue.retail.task_slots import value_before_message
from dialogue.retail.which_order.by_goods import OrderByGoods
from dialogue.retail.which_order.choice import may_change_contents, returnable_items
from dialogue.retail.which_order.pointing import pointed

Chosen = tuple[tuple[ItemView, int], ...]
# A number of pieces and nothing else, which is no size and no order: "two", "only 3 of them".
PIECES = re.compile(
    r"(?:just|only|就|只要)?\s*(?:all\s+)?"
    rf"(?:{'|'.join(WORDS)}|all|both"
    rf"|(?:\d{{1,2}}|{FIGURE})(?:\s*[个件只双条])?)"
    r"(?:\s+(?:of (?:them|these|those)|pieces?|only))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d|hundred|thousand|dozen|[百千万]", re.IGNORECASE)
READ = 200  # characters of the wish that are looked through for goods
_TOO = re.compile(r"\btoo\b|太", re.IGNORECASE)  # "no, that's too small" wants no small one
_MEANS = re.compile(
    r"\bi (?:mean|meant|said)\b|\bwrong (?:one|item|thing)\b|^\W*(?:no,? )?not the\b"
    r"|我(?:说的?|指的?|要退的?)是|不是.{1,12}[，,]?是",
    re.IGNORECASE,
)
# "The scale is fine": that one stays.
_FINE = re.compile(
    r"[^,;.!?，；。]{0,60}\b(?:is|are) (?:fine|ok(?:ay)?|good|all right)\b|[^，；。]{0,20}没问题",
    re.IGNORECASE,
)
_FILLERS = """
    a actually and back i it its just mean meant my no of one only oh please pls return send sorry
    that the them this to want was wanted s is 我 我要 退
"""
_NAMING = frozenset({*_FILLERS.split(), *WORDS})
COUNT = re.compile(r"[0-9]{1,6}")  # anything else has not been checked yet


class ItemForm(OrderByGoods):
    """A form about items of an order: some pieces of one line, or several lines at once."""

    about_whole_orders = False

    @abstractmethod
    def possible(self, order: OrderView) -> tuple[ItemView, ...]:
        """The items that the form can be about."""

    def named(self, said: str, possible: tuple[ItemView, ...]) -> Picked | WrongNumber | None:
        """What the very wish names of the items."""
        return named_in(said, possible)

    def names_something(self, tracker: Tracker) -> bool:
        """Also an item by its name, or another variant of it, when that was asked for."""
        asked, items = tracker.get_slot("requested_slot"), self.items(tracker)
        said = self.words(tracker).in_records(latest_text(tracker))
        if (asked == "item" and mentioned(said, items)) or some_go_others_stay(said, items):
            return True
        left = left_of_no(said)
        if asked in ("replacement", "change") and left and not _TOO.search(said):
            chosen = chosen_pieces(items, tracker.get_slot("item"), None)
            if len(chosen) == 1 and named_variant(self.services, left, chosen[0][0]):
                return True
        return super().names_something(tracker)

    def items(self, tracker: Tracker) -> tuple[ItemView, ...]:
        """The items of the conversation's order that the form can be about."""
        order = current_order(self.services, tracker)
        return self.possible(order) if order else ()

    def slots_for(self, tracker: Tracker, own: list[str]) -> list[str]:
        """Nothing when nothing is possible; which and how many only when that is a question."""
        possible, wanted = self.items(tracker), decoded(tracker.get_slot("item"))
        lines = {item.line for item in possible}
        if not possible:
            return []
        if wanted and lines.isdisjoint(wanted):
            return ["item"]  # it is known, and the form cannot be about it
        needless = {"item"} if len(possible) == 1 and not self._begun_in_vain(tracker) else set()
        if not asks_pieces(possible, tracker.get_slot("item")):
            needless.add("pieces")
        return [slot for slot in own if slot not in needless]

    def extract_item(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """What the very wish names, "send the socks of order 1042 back", or a correction."""
        text, asked = latest_text(tracker), tracker.get_slot("requested_slot")
        if not text or asked == "item":
            return {}
        again = self._recounted(tracker)
        if again and decoded(tracker.get_slot("item")).get(again[0]) is not None:
            return {"item": str(Picked(dict([again])))}
        said = self.words(tracker).in_records(text)
        others = (
            corrects(tracker)
            or self._names_only(tracker)
            or self._but(tracker)
            or some_go_others_stay(said, self.items(tracker))
        )
        if asked and not yes_beside(tracker) and others:
            found = self._corrected(tracker)
            return {"item": str(found)} if found else {}
        if tracker.get_slot("item") or asked:
            return {}
        possible = self.items(tracker)
        named = self._impossible(said, tracker) or self.named(said, possible)
        return {"item": str(named)} if isinstance(named, Picked) else {}

    def _outdated(self, tracker: Tracker) -> dict[str, Any]:
        """Also the item, which is the one that is named of the other order."""
        other = self.other_order(tracker)
        if other is None:
            return super()._outdated(tracker)
        said = self.words(tracker).in_records(meant_in(latest_text(tracker)))
        found = pick(mentioned(said, other.items), other.items)
        item = str(found) if isinstance(found, Picked) else None
        return {**super()._outdated(tracker), "item": item}

    async def get_validation_events(
        self, dispatcher: Dispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Also what the very wish named, once it is proven of which order."""
        known = value_before_message(tracker, "order_number") is not None
        before = self.items(tracker) if known else ()
        events: Events = await super().get_validation_events(dispatcher, tracker, domain)
        trigger = (tracker.active_loop or {}).get("trigger_message") or {}
        possible = self.items(tracker)
        if before or not possible or begins(tracker) or tracker.get_slot("item"):
            return events
        said = self.words(tracker).in_records(plain_words(trigger.get("text") or "")[:READ])
        named = self.named(said, possible)
        if not isinstance(named, Picked):
            return events
        tracker.slots["item"] = str(named)
        return [*events, SlotSet("item", str(named))]

    def _asks_whether_done(self, tracker: Tracker) -> bool:
        return self.other_order(tracker) is None and super()._asks_whether_done(tracker)

    def begun_with(self, tracker: Tracker) -> Picked | None:
        """The items and pieces that the very wish is about: named in it, or the only ones."""
        if not latest_text(tracker) or tracker.get_slot("requested_slot"):
            return None
        possible = self.items(tracker)
        said = self.words(tracker).in_records(latest_text(tracker))
        named = self.named(said, possible)
        if isinstance(named, Picked):
            return named
        return Picked({possible[0].line: None}) if len(possible) == 1 else None

    def _begun_in_vain(self, tracker: Tracker) -> bool:
        """Whether the very wish names something that the form cannot be about."""
        if tracker.get_slot("requested_slot") or not latest_text(tracker):
            return False
        said = self.words(tracker).in_records(latest_text(tracker))
        return self._impossible(said, tracker) is not None

    def _impossible(self, words: str, tracker: Tracker) -> Picked | None:
        """What the words name of the order, if the form cannot be about any of it."""
        order = current_order(self.services, tracker)
        items = order.items if order else ()
        found = pick(mentioned(words, items), items)
        if tracker.get_slot("requested_slot") != "item" and decoded(words):  # of `extract_item`
            found = pick(words, items)
        lines = {found.item.line} if isinstance(found, WrongNumber) else set()
        lines |= set(found.pieces) if isinstance(found, Picked) else set()
        if not lines or not lines.isdisjoint(item.line for item in self.items(tracker)):
            return None
        return Picked(dict.fromkeys(lines))

    def extract_pieces(
        self, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Another number than the one said before, "make that two", or one beside a question."""
        if beside := pieces_beside(tracker):
            return {"pieces": beside}
        again = self._recounted(tracker)
        return {"pieces": str(again[1])} if again else {}

    def _recounted(self, tracker: Tracker) -> tuple[int, int] | None:
        """Of the only line that is chosen, another number of pieces: "no, only two"."""
        asked, text = tracker.get_slot("requested_slot"), latest_text(tracker)
        words = meant_in(text)
        if asked in (None, "pieces", "item") or not PIECES.fullmatch(words):
            return None
        chosen = chosen_pieces(self.items(tracker), tracker.get_slot("item"), None)
        again = corrects(tracker) or words != text.strip()
        if not again or len(chosen) != 1 or chosen[0][0].returnable < 2:
            return None
        item = chosen[0][0]
        count = count_in(words, item.returnable)
        return None if count is None else (item.line, count)

    def _but(self, tracker: Tracker) -> Picked | None:
        """Of several that are chosen, what is left when some stay: "I keep the scale"."""
        possible, wanted = self.items(tracker), tracker.get_slot("item")
        chosen = [item for item, _ in chosen_pieces(possible, wanted, None)]
        return all_but(self.words(tracker).in_records(latest_text(tracker)), chosen)

    def _names_only(self, tracker: Tracker) -> bool:
        """Whether goods are named to another question, and little else: "the towel, I meant"."""
        asked, text = tracker.get_slot("requested_slot"), latest_text(tracker)[:READ]
        if asked not in ("return_reason", "confirmed", "pieces") or is_question(text):
            return False
        words = self.words(tracker).in_records(text)
        if not mentioned(words, self.items(tracker)):
            return False
        left = set(re.findall(r"[^\W_]+", words.casefold())) - _NAMING
        own = {_singular(one) for item in self.items(tracker) for one in _tokens(item.label)}
        return _MEANS.search(text) is not None or {_singular(one) for one in left} <= own

    def _corrected(self, tracker: Tracker) -> Picked | None:
        """The items that a correction names or points at, if they are others than before."""
        if (rest := self._but(tracker)) is not None:
            return rest
        possible = self.items(tracker)
        meant = meant_in(latest_text(tracker))
        plain = _FINE.sub(" ", meant)
        others = mentioned(self.words(tracker).in_records(plain), possible)
        words = self.words(tracker).in_records(plain if others else meant)
        whole = self.words(tracker).in_records(latest_text(tracker))
        goes = to_go(whole, possible) if keeps_some(whole) else None
        named = goes or pick(mentioned(words, possible), possible)
        if not isinstance(named, Picked):
            before = decoded(tracker.get_slot("item"))
            lines = [item.line for item in possible]
            only = next(iter(before)) if len(before) == 1 else None
            present = lines.index(only) if only in lines else None
            by_colour = None if "order" in words.casefold() else by_variant(words, possible)
            places = () if "order" in words.casefold() else pointed(words, len(possible), present)
            if places:
                named = Picked({possible[place].line: None for place in places})
            elif by_colour is not None:
                named = Picked({by_colour.line: None})
        same = isinstance(named, Picked) and set(named.pieces) == set(
            decoded(tracker.get_slot("item"))
        )
        return named if isinstance(named, Picked) and (not same or _tells_pieces(named)) else None

    def validate_item(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """Lines and pieces from a button, or in the customer's words."""
        possible = self.items(tracker)
        if str(value) == ALL_ITEMS:
            return {"item": str(Picked({item.line: item.returnable for item in possible}))}
        whole = self.words(tracker).in_records(str(value))
        if (rest := all_but(whole, possible)) is not None:
            return {"item": str(rest), **self.outdated_by(rest, tracker)}
        words = self.words(tracker).in_records(meant_in(str(value)))
        found = self._impossible(words, tracker) or pick(words, possible)
        found = found or named_in(words, possible)
        if found is None:
            places = pointed(words, len(possible))
            found = Picked({possible[place].line: None for place in places}) if places else None
            coloured = None if found else by_variant(words, possible)
            found = Picked({coloured.line: None}) if coloured else found
        if isinstance(found, Picked):
            return {"item": str(found), **self.outdated_by(found, tracker)}
        if isinstance(found, WrongNumber):
            say_wrong_number(dispatcher, found.item)
            if found.alone:  # which item is clear: how many is asked next, if that is a question
                one = Picked({found.item.line: None})
                return {"item": str(one), **self.outdated_by(one, tracker)}
        elif not begins(tracker):
            dispatcher.utter_message(response="utter_item_unclear")
        return {"item": None}

    def outdated_by(self, found: Picked, tracker: Tracker) -> dict[str, Any]:
        """What was said of another item."""
        before = decoded(value_before_message(tracker, "item"))
        if not before or set(before) == set(found.pieces):
            return {}
        new = tracker.slots_to_validate()
        return {
            name: None
            for name in ("pieces", "replacement", "change")
            if tracker.get_slot(name) is not None and name not in new
        }

    def validate_pieces(
        self, value: Any, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> dict[str, Any]:
        """A number of pieces between one and those that are left."""
        chosen = chosen_pieces(self.items(tracker), tracker.get_slot("item"), None)
        if len(chosen) != 1:
            return {"pieces": None}
        item, left = chosen[0]
        count = count_in(str(value), left)
        asked = tracker.get_slot("requested_slot") == "pieces"
        if asked and tracker.get_slot("item") != value_before_message(tracker, "item"):
            return {"pieces": None}  # another item was named
        if count is None and not _NUMBER.search(str(value)):
            dispatcher.utter_message(response="utter_did_not_fit")
            return {"pieces": None}
        if count is None or not 1 <= count <= left:
            say_wrong_number(dispatcher, item)
            return {"pieces": None}
        return {"pieces": str(count)}


def _tokens(label: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", label.casefold()))


def _singular(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word


def form_items(services: RetailServices, tracker: Tracker) -> tuple[ItemView, ...]:
    """The items that the active form can be about."""
    order = current_order(services, tracker)
    if order is None:
        return ()
    if (tracker.active_loop or {}).get("name") == "modify_order_form":
        return changeable(services, order)
    return returnable(services, order)


def returnable(services: RetailServices, order: OrderView) -> tuple[ItemView, ...]:
    """The items of an order that may be sent back today."""
    return returnable_items(order, services.clock().date(), services.policies)


def changeable(services: RetailServices, order: OrderView) -> tuple[ItemView, ...]:
    """The items of an order in the warehouse that may still change."""
    return order.items if may_change_contents(order, services.policies) else ()


def chosen_pieces(possible: tuple[ItemView, ...], wanted: str | None, pieces: str | None) -> Chosen:
    """The items that the form is about so far, with their pieces: the named, or the only one."""
    picked = decoded(wanted)
    if len(possible) == 1 and (not picked or possible[0].line in picked):
        picked = {possible[0].line: picked.get(possible[0].line)}
    chosen = []
    for item in possible:
        if item.line in picked:
            count = picked[item.line]
            if count is None:
                said = COUNT.fullmatch(str(pieces)) if len(picked) == 1 else None
                count = int(said[0]) if said else item.returnable
            chosen.append((item, min(count, item.returnable)))
    return tuple(chosen)


def asks_pieces(possible: tuple[ItemView, ...], wanted: str | None) -> bool:
    """Whether it is one line of several pieces of which no number was said."""
    chosen = chosen_pieces(possible, wanted, None)
    if len(chosen) != 1:
        return False
    item, _ = chosen[0]
    return item.returnable > 1 and decoded(wanted).get(item.line) is None


def _tells_pieces(picked: Picked) -> bool:
    return any(count is not None for count in picked.pieces.values())


def say_wrong_number(dispatcher: Dispatcher, item: ItemView) -> None:
    """So many pieces there are, and not more."""
    response = "utter_pieces_wrong" if item.returnable > 1 else "utter_pieces_only_one"
    dispatcher.utter_message(response=response, item=item.name, left=item.returnable)
