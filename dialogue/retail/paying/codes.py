"""What is on offer, and why a promotion code does not work."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.extras import ShopExtras
from dialogue.orders.promotion_codes import CodeState, CodeVerdict
from dialogue.orders.search import only_one
from dialogue.retail.paying.amounts_named import bare_cents, worth_cents
from dialogue.retail.paying.code_prices import CodePrices, others_waiting
from dialogue.retail.paying.code_questions import (
    OF_ONE,
    asks_again,
    asks_for_another,
    asks_for_others,
    asks_for_two,
    asks_how,
    asks_of_listed,
    asks_price_with,
    asks_until,
    asks_which,
    asks_why,
    costs_with,
    fails,
    goes_on,
    names_goods,
    names_use,
    only_of_cards,
    ordered_before,
    place_of,
    says_ordered_before,
    tells_worth,
    told_code,
    with_card,
)
from dialogue.retail.paying.codes_named import (
    READ,
    code_before,
    codes_in,
    spelled_in,
    without_codes,
)
from dialogue.retail.paying.codes_told import explain, offer_line
from dialogue.retail.paying.gift_cards import GiftCardAction
from dialogue.retail.paying.listed_codes import of_placed_order
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    viewer_of,
)
from dialogue.retail.talk.tasks import WAITING

_TOGETHER = re.compile(
    r"\b(?:both|two|combin\w*|together|stack\w*|at once)\b|一起|叠加|两个|同时", re.IGNORECASE
)
# What putting a code onto an order that is placed may be taken for.
_MAY_ADD = frozenset({"modify_order", "order_status", "inform", "nlu_fallback", "out_of_scope"})
# Of several words that may be codes, the one of which there is most to say.
_STRANGE = {CodeState.MISSPELT: 1, CodeState.UNKNOWN: 2, CodeState.TOO_LONG: 3}


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


class PromoCodeAction(CodePrices):
    """Why a code may not work."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_promo_code"

    def answer(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
    ) -> Events:
        """The exact reason for the code that was named; the usual ones without one."""
        text = latest_text(tracker)
        if only_of_cards(text) and not with_card(tracker):
            return GiftCardAction(self.services).answer(extras, dispatcher, tracker, _domain)
        viewer, worth = viewer_of(tracker), worth_cents(text)
        worth = bare_cents(text) if worth is None and tells_worth(tracker) else worth
        named = codes_in(text) or spelled_in(text, self.services.catalogue.promotions())
        if self._of_codes(extras, dispatcher, tracker, named):
            product, rest = self.meant(tracker)[0], others_waiting(tracker)
            told = [] if rest is None else [SlotSet(WAITING, rest or None)]
            return told if product is None else [*told, SlotSet("product", product.sku)]
        if not named and (says_ordered_before(tracker) or asks_why(tracker)):
            named = [told_code(tracker) or ""]
            if self._is_for_the_first(dispatcher, tracker, named[0]):
                return []
        departments = self._departments(self.words(tracker).in_records(text))
        before = told_code(tracker) or code_before(tracker) if worth is not None else None
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
            how = asks_how(text)
            dispatcher.utter_message(response="utter_code_how" if how else "utter_code_reasons")
            return []
        if not self._may_be_ordered(dispatcher, tracker, verdicts):
            code = min(verdicts, key=lambda one: _STRANGE.get(verdicts[one].state, 0))
            self._tell(dispatcher, tracker, code, verdicts[code], departments)
        return []

    def _tell(
        self,
        dispatcher: Dispatcher,
        tracker: Tracker,
        code: str,
        verdict: CodeVerdict,
        departments: set[str],
    ) -> None:
        """Yes for the goods that are named, no for an order placed; else what holds for it."""
        words = self.words(tracker)
        if verdict.state is CodeState.VALID and of_placed_order(tracker):
            dispatcher.utter_message(response="utter_code_afterwards")
            return
        if verdict.state is not CodeState.VALID or verdict.offer is None or not departments:
            explain(words, dispatcher, code, verdict)
            return
        dispatcher.utter_message(
            response="utter_code_fits",
            code=verdict.offer.code,
            meant=code,
            offer=offer_line(words, verdict.offer),
        )

    def _of_codes(
        self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker, named: list[str]
    ) -> bool:
        """Answer what is asked beside whether a code works; False where nothing is."""
        text, certain = latest_text(tracker), any(not code.isalpha() for code in named)
        two = asks_for_two(text) or (not certain and asks_for_another(tracker))
        beside = certain and told_code(tracker) not in (None, named[0].upper())
        two |= (len(named) > 1 or beside) and certain and _TOGETHER.search(text[:READ]) is not None
        if two or with_card(tracker):
            which = "_and_card" if with_card(tracker) else "s_together"
            dispatcher.utter_message(response=f"utter_code{which}")
            return True
        if len(named) == 1 and self._is_for_the_first(dispatcher, tracker, named[0]):
            return True
        if not named and self._without_code(extras, dispatcher, tracker):
            return True
        if certain:
            return self.for_goods(extras, dispatcher, tracker, named[0])
        if not asks_which(tracker):
            return False
        said = self._departments(self.words(tracker).in_records(text), certainly=False)
        one = only_one(self.services.catalogue.search(self.words(tracker).in_records(text)))
        worth = worth_cents(text) or (one.price_cents if one is not None else None)
        self._tell_fitting(extras, dispatcher, tracker, worth, said)
        return True

    def _of_told(self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker) -> bool:
        """Answer what else is asked of the code that was just told; False where nothing is."""
        verdict = extras.codes.check(told_code(tracker, OF_ONE) or "", viewer_of(tracker))
        offer, words = verdict.offer, self.words(tracker)
        if offer is None or verdict.state is not CodeState.VALID:
            return False
        facts = {"code": offer.code, "ended": words.full_day(offer.ends_on)}
        if asks_price_with(tracker):
            return self.tell_price(extras, dispatcher, tracker, offer)
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
        if asks_for_others(tracker):
            return self.tell_others(dispatcher, tracker)
        if names_goods(tracker):
            return self._of_named_goods(extras, dispatcher, tracker)
        listed = asks_of_listed(tracker)
        if listed and place_of(latest_text(tracker)) is not None:
            return self._of_listed(extras, dispatcher, tracker)
        if self._of_told(extras, dispatcher, tracker):
            return True
        return listed and self._of_listed(extras, dispatcher, tracker)

    def tell_others(self, dispatcher: Dispatcher, tracker: Tracker) -> bool:
        """Today's codes but the one just told, and none for first orders for who has ordered."""
        words = self.words(tracker)
        told = told_code(tracker) if asks_for_others(tracker) else None
        old, today = ordered_before(latest_text(tracker)), self.services.catalogue.promotions()
        before = told_code(tracker)
        if old and any(one.code == before and one.first_order_only for one in today):
            dispatcher.utter_message(response="utter_code_not_first", code=before)
        offers = [
            offer for offer in today if offer.code != told and not (old and offer.first_order_only)
        ]
        dispatcher.utter_message(
            response="utter_promotions" if offers else "utter_promotions_none",
            offers="\n".join(offer_line(words, offer) for offer in offers),
        )
        return True

    def _of_named_goods(self, extras: ShopExtras, dispatcher: Dispatcher, tracker: Tracker) -> bool:
        """What the goods that are named cost with the code just told, else with the best one."""
        told = told_code(tracker, OF_ONE)
        offer = extras.codes.check(told, viewer_of(tracker)).offer if told else None
        if offer is None:
            return self.with_the_best(extras, dispatcher, tracker)
        return self.tell_price(extras, dispatcher, tracker, offer)

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
        return self.with_the_best(extras, dispatcher, tracker, offers)

    def _departments(self, text: str, certainly: bool = True) -> set[str]:
        """Where the one product that the text names is sold; else what comes nearest to it."""
        found = self.services.catalogue.search(without_codes(text))
        certain = only_one(found)
        if certain is not None:
            return {certain.department}
        best = {match.product.department for match in found if match.score >= found[0].score}
        return best if not certainly or (len(best) == 1 and names_use(text)) else set()

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

    def _is_for_the_first(self, dispatcher: Dispatcher, tracker: Tracker, code: str) -> bool:
        """Tell who has ordered before, by a guest's own word, that a code is not for them."""
        offers = self.services.catalogue.promotions()
        first = any(one.code == code.upper() and one.first_order_only for one in offers)
        if not first or not ordered_before(latest_text(tracker)):
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


def about_codes(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """Answer what goes on about promotion codes, whatever it was taken for."""
    offers = services.catalogue.promotions()
    named = [code.upper() for code in codes_in(latest_text(tracker)) if not code.isalpha()]
    named = named or spelled_in(latest_text(tracker), offers)  # "and with the cosy code?"
    known = {offer.code for offer in offers} & {*named}
    placed = bool(named) and of_placed_order(tracker) and latest_intent(tracker) in _MAY_ADD
    if not placed and not goes_on(tracker, bool(named), bool(known)):
        return None
    return PromoCodeAction(services).run(dispatcher, tracker, domain)
