"""What is on offer, and why a promotion code does not work."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.orders.extras import ShopExtras
from dialogue.orders.promotion_codes import LONGEST, CodeState, CodeVerdict
from dialogue.orders.search import only_one
from dialogue.orders.views import ProductView, PromotionView
from dialogue.retail.extras import ExtrasAction
from dialogue.retail.goods.named import cards_of, products_of
from dialogue.retail.paying.amounts_named import worth_cents
from dialogue.retail.paying.code_questions import (
    OF_ONE,
    asks_again,
    asks_for_another,
    asks_for_two,
    asks_of_listed,
    asks_price_with,
    asks_price_with_code,
    asks_until,
    asks_which,
    asks_why,
    costs_with,
    fails,
    goes_on,
    place_of,
    says_ordered_before,
    told_code,
)
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_entity,
    latest_text,
    viewer_of,
)
from dialogue.retail.wording import Wording, button

_TOGETHER = re.compile(
    r"\b(?:both|two|combin\w*|together|stack\w*|at once)\b|一起|叠加|两个|同时", re.IGNORECASE
)
READ = 2_000  # characters of a message that are looked through for a code
_SIGNS = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9]{4,}(?![A-Za-z0-9_-])")  # 用COSY15
MANY = 100  # pieces from which on a number is none of goods
LOOKED_BACK = 4  # messages in which the code may stand that is still spoken of
_LOOKS = re.compile(r"(?=.*[A-Za-z])(?=.*\d)|[A-Z]+$")


class PromotionsAction(RetailAction):
    """The codes that work today."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_promotions"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """The largest reduction first; of a code that is named what holds for it."""
        text = latest_text(tracker)
        named = any(not code.isalpha() for code in codes_in(text))
        if named or asks_for_two(text) or asks_which(tracker):
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
        viewer, worth = viewer_of(tracker), worth_cents(text)
        named = codes_in(text)
        if self._of_codes(extras, dispatcher, tracker, named):
            return []
        if not named and (says_ordered_before(tracker) or asks_why(tracker)):
            named = [told_code(tracker) or ""]
            if self._is_for_the_first(extras, dispatcher, tracker, named[0]):
                return []
        departments = self._departments(text)
        before = _code_before(tracker) if worth is not None else None
        named = named or [latest_entity(tracker, "code") or before or ""]
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
        if self._may_be_ordered(dispatcher, tracker, verdicts):
            return []
        code = min(verdicts, key=lambda one: _STRANGE.get(verdicts[one].state, 0))
        self._explain(self.words(tracker), dispatcher, code, verdicts[code])
        return []

    def _of_codes(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, named: list[str]
    ) -> bool:
        """Answer what is asked beside whether a code works; False where nothing is."""
        text, certain = latest_text(tracker), any(not code.isalpha() for code in named)
        two = asks_for_two(text) or (not certain and asks_for_another(tracker))
        if two or (len(named) > 1 and certain and _TOGETHER.search(text[:READ])):
            dispatcher.utter_message(response="utter_codes_together")
            return True
        if not named and self._without_code(extras, dispatcher, tracker):
            return True
        if certain and asks_price_with_code(tracker) and self._meant(tracker)[1]:
            offer = extras.codes.check(named[0], viewer_of(tracker)).offer
            return offer is not None and self._tell_price(extras, dispatcher, tracker, offer)
        if certain or not asks_which(tracker):
            return False
        said = self._departments(self.words(tracker).in_records(text), certainly=False)
        self._tell_fitting(extras, dispatcher, tracker, worth_cents(text), said)
        return True

    def _of_told(self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker) -> bool:
        """Answer what else is asked of the code that was just told; False where nothing is."""
        verdict = extras.codes.check(told_code(tracker, OF_ONE) or "", viewer_of(tracker))
        offer, words = verdict.offer, self.words(tracker)
        if offer is None or verdict.state is not CodeState.VALID:
            return False
        facts = {"code": offer.code, "ended": words.full_day(offer.ends_on)}
        if asks_price_with(tracker):
            return self._tell_price(extras, dispatcher, tracker, offer)
        if asks_again(tracker):
            ways = (offer.first_order_only, "first_only"), (offer.once_per_customer, "once")
            way = next((name for holds, name in ways if holds), "again")
            dispatcher.utter_message(response=f"utter_code_{way}", **facts)
            return True
        if asks_until(tracker):
            dispatcher.utter_message(response="utter_code_until", **facts)
            return True
        return False

    def _without_code(self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker) -> bool:
        """Answer what is asked of a code that was told, or of those that were listed."""
        listed = asks_of_listed(tracker)
        if listed and place_of(latest_text(tracker)) is not None:
            return self._of_listed(extras, dispatcher, tracker)
        if self._of_told(extras, dispatcher, tracker):
            return True
        return listed and self._of_listed(extras, dispatcher, tracker)

    def _of_listed(self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker) -> bool:
        """How long the code that is pointed at is valid, or what goods cost with the best one."""
        offers = self.services.catalogue.promotions()
        place = place_of(latest_text(tracker))
        if place is not None and place < len(offers):
            offers = (offers[place],)
        if not offers:
            return False
        if not costs_with(latest_text(tracker)):
            ended = self.words(tracker).full_day(offers[0].ends_on)
            facts = {"code": offers[0].code, "ended": ended}
            dispatcher.utter_message(response="utter_code_until", **facts)
            return True
        product, count = self._meant(tracker)[0], _count(tracker)
        if product is None:
            return self._tell_price(extras, dispatcher, tracker, offers[0])
        worth, viewer = product.price_cents * count, viewer_of(tracker)

        def saved(offer: PromotionView) -> tuple[bool, bool, int]:
            verdict = extras.codes.check(offer.code, viewer, worth, {product.department})
            fits = verdict.state is not CodeState.OTHER_GOODS
            return verdict.state is CodeState.VALID, fits, _less(offer, worth)

        return self._tell_price(extras, dispatcher, tracker, max(offers, key=saved))

    def _meant(self, tracker: Tracker) -> tuple[ProductView | None, tuple[ProductView, ...]]:
        """The product that is named, else the one spoken of; and all that the words may mean."""
        catalogue, words = self.services.catalogue, self.words(tracker)
        text = _SIGNS.sub(_without_codes, latest_text(tracker)[:READ])
        found = catalogue.search(words.in_records(text))
        before = catalogue.product(str(tracker.get_slot("product")))
        product = catalogue.product(latest_entity(tracker, "product") or "") or only_one(found)
        product = product or (found[0].product if len(found) == 1 else None)
        return product or (None if found else before), products_of(found)

    def _tell_price(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, offer: PromotionView
    ) -> bool:
        """What the product that is named, else the one spoken of, costs with a code."""
        words = self.words(tracker)
        product, found = self._meant(tracker)
        if product is None:
            dispatcher.utter_message(
                response="utter_which_of_these" if found else "utter_which_product",
                elements=cards_of(words, found),
            )
            return True
        count = _count(tracker)
        worth = product.price_cents * count
        verdict = extras.codes.check(offer.code, viewer_of(tracker), worth, {product.department})
        if verdict.state is not CodeState.VALID:
            self._explain(words, dispatcher, offer.code, verdict)
            return True
        dispatcher.utter_message(
            response="utter_code_price_several" if count > 1 else "utter_code_price",
            code=offer.code,
            name=product.name,
            count=count,
            price=words.money(worth, product.currency),
            reduced=words.money(max(0, worth - _less(offer, worth)), product.currency),
        )
        return True

    def _departments(self, text: str, certainly: bool = True) -> set[str]:
        """Where the one product that the text names is sold; else what comes nearest to it."""
        found = self.services.catalogue.search(_SIGNS.sub(_without_codes, text[:READ]))
        if certainly:
            certain = only_one(found)
            return set() if certain is None else {certain.department}
        return {match.product.department for match in found if match.score >= found[0].score}

    def _tell_fitting(
        self,
        extras: ShopExtras,
        dispatcher: Dispatcher,
        tracker: Tracker,
        worth: int | None,
        departments: set[str],
    ) -> None:
        """Of today's codes those that this customer may use for these goods; or that none fits."""
        words, viewer = self.words(tracker), viewer_of(tracker)
        offers = self.services.catalogue.promotions()
        verdicts = [extras.codes.check(one.code, viewer, worth, departments) for one in offers]
        fitting = [
            offer
            for offer, verdict in zip(offers, verdicts, strict=True)
            if verdict.state is CodeState.VALID
        ]
        if not offers:
            dispatcher.utter_message(response="utter_promotions_none")
            return
        named = worth is not None or departments
        response = "utter_codes_fitting" if fitting else "utter_codes_none_fit"
        dispatcher.utter_message(
            response=response if named else "utter_promotions",
            offers="\n".join(offer_line(words, offer) for offer in fitting or offers),
        )

    def _is_for_the_first(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, code: str
    ) -> bool:
        """Tell who has ordered before, by a guest's own word, that a code is not for them."""
        verdict = extras.codes.check(code, viewer_of(tracker))
        first = verdict.offer is not None and verdict.offer.first_order_only
        if not first or not says_ordered_before(tracker):
            return False
        dispatcher.utter_message(response="utter_code_not_first", code=code)
        return True

    def _may_be_ordered(
        self, dispatcher: Dispatcher, tracker: Tracker, verdicts: dict[str, CodeVerdict]
    ) -> bool:
        """Tell a guest, whose orders are not known, when a code for first orders fails."""
        offers = [one.offer for one in verdicts.values() if one.state is CodeState.VALID]
        first = next((one for one in offers if one and one.first_order_only), None)
        if first is None or viewer_of(tracker).signed_in or not fails(latest_text(tracker)):
            return False
        words = self.words(tracker)
        dispatcher.utter_message(
            response="utter_code_for_first",
            code=first.code,
            meant=first.code,
            minimum=words.money(first.minimum_cents, "EUR"),
        )
        return True

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


def _less(offer: PromotionView, worth: int) -> int:
    """By how many cents a code reduces goods of this worth."""
    return offer.amount_cents or (worth * offer.percent + 50) // 100


def _count(tracker: Tracker) -> int:
    """How many pieces are named; one unless it says more."""
    said = latest_entity(tracker, "quantity") or ""
    return int(said) if said.isdecimal() and 0 < int(said) < MANY else 1


def about_codes(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Answer what goes on about promotion codes, whatever it was taken for."""
    named = any(not code.isalpha() for code in codes_in(latest_text(tracker)))
    if not goes_on(tracker, named):
        return None
    return PromoCodeAction(services).run(dispatcher, tracker, domain)


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
