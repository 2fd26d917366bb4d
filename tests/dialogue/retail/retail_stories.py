"""A customer at the keyboard: talks to the real bot over a real shop, without a model.

Understanding is a list of words that the stories use; everything behind it is the product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from dialogue.agent import Agent, BotMessage, Turn, UserMessage
from dialogue.orders.codes import Letter
from dialogue.orders.database import reading
from dialogue.orders.models import Order
from dialogue.orders.seed import demo_customers
from dialogue.orders.states import OrderStatus
from dialogue.orders.store import SqlOrderStore
from dialogue.orders.views import OrderView, Viewer
from nlu.types import Entity, Feeling, IntentScore, RetrievalHit, Understanding

PROJECT = Path(__file__).parents[3] / "data"
TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)

# The first that is found decides; the order is from the particular to the general.
MEANINGS = (
    (r"gift voucher", "gift_card"),
    (
        r"until when|how do i send|bring the parcel|the label|who pays|write on|怎么寄",
        "return_policy",
    ),
    (
        r"keep it after all|take .*back\b.*|cancel (the|that|my) (return|exchange)|cancel r-",
        "withdraw_return",
    ),
    (r"ticket", "ticket_status"),
    (r"keep me posted", "shipping_updates"),
    (r"remind", "remind_me"),
    (r"never mind|forget it", "stop"),
    (r"say that again|what did you say|说一遍", "repeat_that"),
    (r"^(so |and |ok, )?(back to|go back|let's go on|回到)", "go_back"),
    (r"\bi meant\b|^not .*,|^actually (size|the)|^no, the|^make that|不是.*是", "correct_that"),
    (r"when \S+ comes", "order_status"),
    (r"a person|human", "human_agent"),
    (r"didn't get the code|no code|resend", "code_not_received"),
    (r"gift wrap", "faq"),
    (r"opening hours|open on", "opening_hours"),
    (r"do you take", "payment_methods"),
    (r"deliver to|shipping", "shipping_options"),
    (r"weather", "out_of_scope"),
    (r"mumble|mutter", "nlu_fallback"),
    (r"all my orders", "list_orders"),
    (r"refund\b(?! please)", "refund_status"),
    (r"invoice", "get_invoice"),
    (r"cancel", "cancel_order"),
    (r"send it (to|somewhere)|new address|address of", "change_address"),
    (r"add .* to my order", "modify_order"),
    (r"never arrived|not here", "delivery_not_received"),
    (r"is missing", "missing_item"),
    (r"broken|cracked", "damaged_item"),
    (r"wrong thing", "wrong_item"),
    (r"swap|exchange", "exchange_item"),
    (r"send .*back|return", "return_item"),
    (r"where is|track", "order_status"),
    (r"in stock|have it in", "check_stock"),
    (r"made of|details", "product_details"),
    (r"back again|tell me when", "back_in_stock"),
    (r"suggest|gift for|like this|goes with|recommend|cheaper", "recommend_product"),
    (r"looking for|do you sell", "product_search"),
    (r"my code|the code", "promo_code_problem"),
    (r"discount|offers", "ask_promotions"),
    (r"terrible service", "complaint"),
    (r"^(hi|hello)\b", "greet"),
    (r"^(yes|sure|ok)\b", "affirm"),
    (r"^no\b|^不", "deny"),
)


# What the model says may be meant by muttering; nobody is asked whether they meant to greet.
MEANT = ("order_status", "greet", "refund_status", "cancel_order")


# What comes near to a message with "perhaps", not surely enough to be told.
NEAR = (
    RetrievalHit("faq/gift_wrapping", 0.4, "From €3.90.", "do you wrap gifts"),
    RetrievalHit("faq/care.md#wool", 0.2, "By hand.", "Care › Wool", "https://shop.example/#wool"),
    RetrievalHit("faq/desk-1", 0.15, "Soon."),
    RetrievalHit("faq/climate", 0.05, "Yes.", "is it green"),
)


class Words:
    """An interpreter of the few sentences that the stories use; anything else informs.

    It takes every number of four to six digits for an order's, postcodes included.
    """

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """The intent of the first pattern found; order numbers and e-mail addresses."""
        lowered = text.casefold()
        intent = next((name for words, name in MEANINGS if re.search(words, lowered)), "inform")
        entities = [
            Entity(name, found.group(1), found.start(1), found.end(1))
            for name, pattern in (
                ("order_number", r"(?<!R-)(?<!\d)(\d{4,6})\b"),
                ("email", r"(\S+@\S+\.\w+)"),
                ("time", r"\b(\d+ ?(?:[ap]m|in the evening))\b"),
            )
            for found in re.finditer(pattern, text)
        ]
        second = "list_orders" if intent == "order_status" else "order_status"
        ranking = [IntentScore(intent, 0.9), IntentScore(second, 0.06)]
        if intent == "nlu_fallback":
            ranking += [IntentScore("greet", 0.03), IntentScore("cancel_order", 0.02)]
        hits = (RetrievalHit("faq/gift_wrapping", 0.8),) if intent == "faq" else ()
        if "perhaps" in lowered:
            hits = NEAR
        heard = Understanding(
            text,
            tuple(ranking),
            tuple(entities),
            retrieval=hits,
            conformal_set=MEANT if "mutter" in lowered else (),
            message_id=message_id,
        )
        if intent == "out_of_scope":
            heard = replace(heard, out_of_scope_score=0.99)
        if "worst shop" in lowered:
            return replace(heard, sentiment=Feeling("negative", 0.9), model_version="words")
        return heard

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        """Each text by itself."""
        return [self.parse(text) for text in texts]


class Taken(Words):
    """The same interpreter, which takes everything for one intent."""

    def __init__(self, intent: str) -> None:
        self.intent = intent

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """The entities as they are, the intent as it was given."""
        ranking = (IntentScore(self.intent, 0.9),)
        return replace(super().parse(text, message_id), intent_ranking=ranking)


class Letterbox:
    """What was mailed, to whom; `works` says whether mail can be sent."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.works = True

    def send(self, letter: Letter, tell: Callable[[bool], None]) -> None:
        self.letters.append(letter)
        tell(self.works)

    @property
    def code(self) -> str:
        """The code in the latest letter."""
        return re.findall(r"^ {4}(\d{6})$", self.letters[-1].text, re.MULTILINE)[0]


class Customer:
    """One conversation, from the customer's side."""

    def __init__(
        self,
        agent: Agent,
        engine: Engine,
        name: str = "guest",
        letterbox: Letterbox | None = None,
    ) -> None:
        self.letterbox = letterbox or Letterbox()
        self.agent = agent
        self.engine = engine
        self.tracker = agent.tracker_of(f"conversation-of-{name}", [])
        self.trusted: dict[str, Any] = {"customer_id": None}
        self.heard: tuple[BotMessage, ...] = ()
        self.turn: Turn | None = None
        self.said = 0

    def sign_in(self, first_name: str) -> Customer:
        """What the conversation service does after it has checked the shop's token."""
        self.trusted = {"customer_id": self.id_of(first_name)}
        return self

    def says(self, text: str, metadata: Mapping[str, Any] | None = None) -> Customer:
        self.said += 1
        message = UserMessage(
            text, self.tracker.sender_id, f"m{self.said}", metadata=metadata or {}
        )
        self.turn = self.agent.respond(self.tracker, message, trusted_slots=self.trusted)
        assert self.turn.problems == (), self.turn.problems
        self.heard = self.turn.messages
        return self

    def says_as(self, intent: str, text: str) -> Customer:
        """Say something that is taken for this intent."""
        words = self.agent.interpreter
        self.agent.interpreter = Taken(intent)
        try:
            return self.says(text)
        finally:
            self.agent.interpreter = words

    def types_the_code(self) -> Customer:
        """What the customer does who has the order's mailbox."""
        return self.says(self.letterbox.code)

    def presses(self, title: str) -> Customer:
        """Press the button that was offered under this title, or the one that begins so."""
        for message in self.heard:
            buttons = [*message.buttons, *(b for e in message.elements or () for b in e["buttons"])]
            for button in buttons:
                if button["title"].startswith(title):
                    return self.says(button["payload"])
        raise AssertionError(f"no button {title!r} in {self.offered}")

    @property
    def text(self) -> str:
        """Everything the bot answered."""
        return "\n".join(message.text or "" for message in self.heard)

    @property
    def offered(self) -> list[str]:
        """The titles of all buttons."""
        return [button["title"] for message in self.heard for button in message.buttons]

    @property
    def form(self) -> str | None:
        """The form that waits for an answer."""
        return self.tracker.current_state(include_events=False)["active_loop"].get("name")

    def slot(self, name: str) -> Any:
        return self.tracker.slots.get(name)

    def id_of(self, first_name: str) -> int:
        return next(c.id for c in demo_customers(self.engine) if c.first_name == first_name)

    def number(self, first_name: str, status: OrderStatus) -> str:
        """The newest order of a demonstration customer in this state."""
        query = (
            select(Order.number)
            .where(Order.customer_id == self.id_of(first_name), Order.status == status)
            .order_by(Order.placed_at.desc())
        )
        with reading(self.engine) as session:
            return str(session.scalars(query).first())

    def order(self, number: str) -> OrderView:
        """The order as the database has it now."""
        viewer = Viewer(proven_orders=frozenset({number}))
        return SqlOrderStore(self.engine).order(viewer, number)


def hears_entities(someone: Customer, **named: str) -> Customer:
    """From now on these words are entities in what the customer says, and no order's number."""
    parse = Words().parse

    def with_them(text: str, message_id: str | None = None) -> Any:
        meaning = parse(text, message_id)
        found = [
            Entity(name, value, text.index(value), text.index(value) + len(value))
            for name, value in named.items()
            if value in text
        ]
        others = [one for one in meaning.entities if one.value not in named.values()]
        return replace(meaning, entities=(*others, *found))

    someone.agent.interpreter.parse = with_them  # type: ignore[method-assign]
    return someone


def hears(someone: Customer, **notice: str) -> None:
    """Something happens that the customer is told of."""
    turn = someone.agent.trigger(
        someone.tracker, "EXTERNAL_notice", (Entity("notice", notice, 0, 0),), "rest"
    )
    assert turn.problems == ()
    someone.turn, someone.heard = turn, turn.messages
