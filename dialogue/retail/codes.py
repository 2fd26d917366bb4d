"""What is on offer, and why a promotion code does not work."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.extras import ShopExtras
from dialogue.orders.promotion_codes import LONGEST, CodeState, CodeVerdict
from dialogue.orders.search import only_one
from dialogue.orders.views import PromotionView
from dialogue.retail.extras import ExtrasAction
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    latest_entity,
    latest_text,
    viewer_of,
)
from dialogue.retail.wording import Wording, button
from nlu.entities import amounts

READ = 2_000  # characters of a message that are looked through for a code
_SIGNS = re.compile(r"(?<![\w-])[A-Za-z0-9]{4,}(?![\w-])")
_TOGETHER = re.compile(
    r"\b(?:both|two|several|combin\w*|together|stack\w*|at once|more than one)\b"
    r"|一起|叠加|两个|同时",
    re.IGNORECASE,
)
LOOKED_BACK = 4  # messages in which the code may stand that is still spoken of
_LOOKS = re.compile(r"(?=.*[A-Za-z])(?=.*\d)|[A-Z]+$")


class PromotionsAction(RetailAction):
    """The codes that work today."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_promotions"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """The largest reduction first; of a code that is named what holds for it."""
        if any(not code.isalpha() for code in codes_in(latest_text(tracker))):
            return PromoCodeAction(self.services).run(dispatcher, tracker, domain)
        offers = self.services.catalogue.promotions()
        if offers:
            words = self.words(tracker)
            lines = "\n".join(offer_line(words, offer) for offer in offers)
            dispatcher.utter_message(response="utter_promotions", offers=lines)
        else:
            dispatcher.utter_message(response="utter_promotions_none")
        return []


class PromoCodeAction(ExtrasAction):
    """Why a code may not work."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_promo_code"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """The exact reason for the code that was named; the usual ones without one."""
        text = latest_text(tracker)
        if _TOGETHER.search(text[:READ]):
            dispatcher.utter_message(response="utter_codes_together")
            return []
        viewer, worth, departments = viewer_of(tracker), _worth_cents(text), self._departments(text)
        before = _code_before(tracker) if worth is not None else None
        named = codes_in(text) or [latest_entity(tracker, "code") or before or ""]
        attempts, verdicts = self.services.attempts, dict[str, CodeVerdict]()
        for code in filter(None, named[:5]):
            if not attempts.may_try_code(tracker.sender_id):
                dispatcher.utter_message(response="utter_codes_too_many")
                return []
            verdicts[code] = extras.codes.check(code, viewer, worth, departments)
            if verdicts[code].state is CodeState.UNKNOWN:  # codes that are not public are secrets
                attempts.missed_code(tracker.sender_id)
        if all(code.isalpha() for code in verdicts):  # somebody may just be shouting
            shouted = (CodeState.UNKNOWN,)
            verdicts = {c: one for c, one in verdicts.items() if one.state not in shouted}
        if not verdicts:
            dispatcher.utter_message(response="utter_code_reasons")
            return []
        code = min(verdicts, key=lambda one: _STRANGE.get(verdicts[one].state, 0))
        self._explain(self.words(tracker), dispatcher, code, verdicts[code])
        return []

    def _departments(self, text: str) -> set[str]:
        """Where the one product that the text names is sold."""
        certain = only_one(self.services.catalogue.search(_SIGNS.sub(_without_codes, text[:READ])))
        return set() if certain is None else {certain.department}

    def _explain(
        self, words: Wording, dispatcher: Dispatcher, code: str, verdict: CodeVerdict
    ) -> None:
        offer = verdict.offer
        if offer is None:
            dispatcher.utter_message(
                response=f"utter_code_{verdict.state}", code=code.upper()[:LONGEST], longest=LONGEST
            )
            return
        dispatcher.utter_message(
            response=f"utter_code_{verdict.state}",
            code=code.upper()[:LONGEST],
            meant=offer.code,
            offer=offer_line(words, offer),
            minimum=words.money(offer.minimum_cents, "EUR"),
            lacking=words.money(verdict.lacking_cents, "EUR"),
            department=words.term(offer.department or ""),
            starts=words.day(offer.starts_on),
            ended=words.day(offer.ends_on),
            order=verdict.order,
            buttons=(
                [
                    button(
                        words.say("button_try_code", code=offer.code),
                        "promo_code_problem",
                        code=offer.code,
                    )
                ]
                if verdict.state is CodeState.MISSPELT
                else []
            ),
        )


# Of several words that may be codes, the one of which there is most to say.
_STRANGE = {CodeState.MISSPELT: 1, CodeState.UNKNOWN: 2, CodeState.TOO_LONG: 3}


def codes_in(text: str) -> list[str]:
    """The words of a text that look like codes: letters with figures, or capitals alone."""
    words = [word for word in _SIGNS.findall(text[:READ]) if _is_like_a_code(word)]
    return sorted(words, key=str.isalpha)  # capitals alone may be shouted words: they come last


def _is_like_a_code(word: str) -> bool:
    return len(word) > LONGEST or _LOOKS.match(word) is not None


def _code_before(tracker: Tracker) -> str | None:
    """The code of one of the last few messages: "and for 60 euros?" goes on about it."""
    said = [event for event in tracker.events if event.get("event") == "user"][-LOOKED_BACK:-1]
    named = [codes_in(str(event.get("text") or "")) for event in said]
    return next((codes[0] for codes in reversed(named) if codes), None)


def offer_line(words: Wording, offer: PromotionView) -> str:
    """A promotion in one line with its conditions."""
    conditions = [words.say("offer_until", day=words.full_day(offer.ends_on))]
    if offer.minimum_cents:
        conditions.append(words.say("offer_from", amount=words.money(offer.minimum_cents, "EUR")))
    if offer.department:
        conditions.append(words.say("offer_department", department=words.term(offer.department)))
    if offer.first_order_only:
        conditions.append(words.say("offer_first_order"))
    if offer.once_per_customer:
        conditions.append(words.say("offer_once"))
    return words.say(
        "offer",
        code=offer.code,
        title=words.term(offer.title),
        conditions=words.say("between_conditions").join(conditions),
    )


def _without_codes(found: re.Match[str]) -> str:
    return " " if _is_like_a_code(found[0]) else found[0]


def _worth_cents(text: str) -> int | None:
    """The amount of money that the text names, in cents of the shop's currency."""
    found = next(amounts.money(text[:READ]), None)
    return None if found is None else _cents(str(found.value))


def _cents(value: str) -> int | None:
    found = re.match(r"(\d{1,7})(?:\.(\d{1,2}))?\s*EUR", value)
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None
