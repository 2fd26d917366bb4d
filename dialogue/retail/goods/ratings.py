"""What other customers say of goods, which stands on the shop's pages and is not known here."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.questions import READ, is_question
from dialogue.retail.goods.named import ProductAction
from dialogue.retail.services import Dispatcher, Events, latest_text

FEW = 3  # words that need no sign of a question: "any reviews"
_RATED = re.compile(
    r"\b(?:stars|reviews?|ratings?|rated|testimonials?)\b"
    r"|\bwhat do (?:other )?(?:people|customers|buyers) (?:say|think)\b"
    r"|评价|好评|差评|评分|几颗?星|口碑",
    re.IGNORECASE,
)
_OF_MINE = re.compile(
    r"\b(?:write|leave|post|delete|my|genuine|real|fake|trust)\b|写|删|我的|真实|刷", re.IGNORECASE
)


def say_ratings(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """That they are on the product's page; None where they are not asked for."""
    text = latest_text(tracker)[:READ]
    if (
        not _RATED.search(text)
        or _OF_MINE.search(text)
        or not (is_question(text) or len(text.split()) <= FEW)
    ):
        return None
    dispatcher.utter_message(
        response="utter_ratings", buttons=[action.words(tracker).person_button()]
    )
    return []
