"""What asks for nothing of the shop: small talk, nonsense, swearing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from retail_stories import NEAR, Customer, Words

from nlu.types import IntentScore, Understanding

NewCustomer = Callable[..., Customer]


class Unsure(Words):
    """Takes everything for one intent, not surely; a question on wrapping comes near."""

    def __init__(self, intent: str, confidence: float) -> None:
        self.score = IntentScore(intent, confidence)

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        heard = super().parse(text, message_id)
        return replace(heard, intent_ranking=(self.score,), retrieval=NEAR)


@pytest.mark.parametrize(
    ("intent", "said", "told"),
    [
        ("check_stock", "you there?", "Yes, I'm here."),
        ("nlu_fallback", "nothing just looking", "take your time"),
        ("nlu_fallback", "how r u doing", "All is well here"),
        ("bot_challenge", "do you speak chinese", "English and Chinese"),
        ("deny", "no i dont want to talk to a machine", "there are people too"),
    ],
)
def test_what_is_only_talk_is_answered_as_such(
    customer: NewCustomer, intent: str, said: str, told: str
) -> None:
    assert told in customer().says_as(intent, said).text


def test_nonsense_brings_no_odd_questions(customer: NewCustomer) -> None:
    guest = customer()
    guest.agent.interpreter = Unsure("thank", 0.4)
    assert "didn't understand that" in guest.says("flurb").text
    guest.agent.interpreter = Unsure("out_of_scope", 0.6)
    assert guest.says("meow").text.startswith("That is outside")
    assert "Do you wrap gifts" not in guest.offered
    assert "Do you wrap gifts" in guest.says("wrapping").offered


def test_after_swearing_a_person_is_offered_and_no_more(customer: NewCustomer) -> None:
    guest = customer().says("no way, worst shop ever")
    assert guest.text.startswith("I'm sorry that this went so badly")
    assert "I'm here if you need me" not in guest.text
