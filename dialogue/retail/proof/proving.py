"""The second proof: a code in the mail of the order's customer, before anything is changed.

Number and e-mail address let a guest look. Whoever wants to change what becomes of money or of a
parcel also types the code that goes to the address on file. A customer whom the shop's token
vouches for needs none for the orders of the account: the token lives for an hour at most, and only
the shop's own signed-in page gets one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from dialogue.orders.codes import Claim, Delivery, Letter, OneTimeCodes, Verdict, code_in, masked
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.views import Viewer
from dialogue.questions import is_question
from dialogue.retail.facets import Facet, facet_in
from dialogue.retail.proof.code_letter import letter
from dialogue.retail.proof.order_keys import resembles_number
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailAction,
    RetailServices,
    latest_intent,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.talk.tasks import LEFT, gone_on_with, kept_wishes, order_of
from dialogue.retail.wording import Button, Wording

CODE, PROOFS = "order_code", "change_proofs"
NOT_RECEIVED = "code_not_received"
CHECKED = "checked"  # all that the slot ever holds; the code itself is in no slot
_AGAIN = "again"
_RESET = "utter_reset_password"
SOON = 3  # messages after it was told how a password is set anew


def may_change(services: RetailServices, tracker: Tracker) -> bool:
    """Whether the viewer may change the conversation's order, and not only look at it."""
    number = str(tracker.get_slot("order_number"))
    account = Viewer(customer_id=viewer_of(tracker).customer_id)
    if account.signed_in and services.store.sees(account, number):
        return True
    proofs = tracker.get_slot(PROOFS)
    proof = proofs.get(number) if isinstance(proofs, Mapping) else None
    return (
        isinstance(proof, Mapping)
        and proof.get("conversation") == tracker.sender_id
        and float(proof.get("until") or 0) > services.clock().timestamp()
    )


def told_code(tracker: Tracker, other_wish: bool) -> dict[str, Any]:
    """What an answer gives for the code that was asked for; `other_wish`: it asks for something.

    Six digits are the code whatever the words around them were taken for.
    """
    text, intent = latest_text(tracker), latest_intent(tracker)
    if intent == NOT_RECEIVED:
        return {CODE: _AGAIN}
    code = code_in(text)
    if code and not other_wish and code != str(tracker.get_slot("order_number")):
        return {CODE: code}
    return {CODE: text} if intent == "inform" and resembles_number(text) else {}


def checked_code(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    value: object,
    claim: Claim | None = None,
) -> dict[str, Any]:
    """The slots after a typed code: a proof, or nothing; after too many tries the wish ends."""
    claim, codes = claim or claim_of(services, tracker), services.codes
    if claim is None or codes is None or value == _AGAIN:
        return {CODE: None}
    code = code_in(str(value))
    if code is None:
        dispatcher.utter_message(response="utter_code_odd")
        return {CODE: None}
    match codes.check(claim, code):
        case Verdict.RIGHT:
            proof = {"conversation": tracker.sender_id, "until": codes.proven_until()}
            kept = tracker.get_slot(PROOFS)
            kept = kept if isinstance(kept, Mapping) else {}
            return {CODE: CHECKED, PROOFS: {**kept, claim.number: proof}}
        case Verdict.WRONG:
            dispatcher.utter_message(response="utter_code_wrong")
            return {CODE: None}
        case Verdict.TOO_OFTEN:
            dispatcher.utter_message(response="utter_code_too_many_tries")
            return {CODE: None, "proof_blocked": True}


def code_of_left(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> Events:
    """Takes up the wish that was left while its code was under way, once the code is typed.

    After "when do I get the money back?" in the middle of a guest's cancellation six digits are
    still the code, and no order's number. The proof counts, and so does the yes that was said.
    """
    left = [] if (tracker.active_loop or {}).get("name") else kept_wishes(tracker, LEFT)[:1]
    number = order_of(left[0]) if left else None
    code = code_under_way(services, tracker, number) if number else None
    claim = claim_of(services, tracker, number) if code else None
    if claim is None:
        return []
    known = early_code(services, dispatcher, tracker, code, claim)
    kept = [SlotSet(name, value) for name, value in known.items() if name == PROOFS]
    going_on = [] if "proof_blocked" in known else gone_on_with(tracker, left[0])
    return [*kept, SlotSet("order_number", number), *going_on, FollowupAction("action_listen")]


def early_code(
    services: RetailServices,
    dispatcher: Dispatcher,
    tracker: Tracker,
    code: str | None,
    claim: Claim,
) -> dict[str, Any]:
    """`checked_code` where another question stands: whether it was right is said."""
    known = checked_code(services, dispatcher, tracker, code, claim)
    if PROOFS in known:
        dispatcher.utter_message(response="utter_code_right")
    elif "proof_blocked" not in known:
        dispatcher.utter_message(response="utter_code_once_more")
    return known


def code_under_way(services: RetailServices, tracker: Tracker, number: str) -> str | None:
    """The six digits of the latest message, where a code was sent for this order and not used."""
    text = latest_text(tracker)[:READ]
    code = code_in(text)
    if code is None or code == number or services.codes is None or speaks_of_orders(tracker):
        return None
    claim = claim_of(services, tracker, number)
    return code if claim and services.codes.waiting(claim) is not None else None


def speaks_of_orders(tracker: Tracker) -> bool:
    """Whether the latest message has the word: its figures are an order's number then."""
    return _ORDER.search(latest_text(tracker)[:READ]) is not None


def claim_of(services: RetailServices, tracker: Tracker, number: str | None = None) -> Claim | None:
    """What a code of this conversation proves; None while the order may not even be seen.

    The order is the conversation's, if no other is given. The address is the one on file, never
    one that was written in the conversation.
    """
    number = number or str(tracker.get_slot("order_number"))
    try:
        address = services.store.contact(viewer_of(tracker), number)
    except OrderNotFound:
        return None
    return Claim(tracker.sender_id, number, address)


READ = 500  # characters that are looked through
_ORDER = re.compile(r"\borders?\b|订单|单号", re.IGNORECASE)
_HOW_LONG = re.compile(
    r"\bhow long\b.*\b(?:valid|good|last|work|code)\b|\buntil when\b|\bexpires?\b|有效|过期",
    re.IGNORECASE,
)

_OF_THE_CODE = re.compile(
    r"\b(?:which|what) (?:mail ?box|inbox|e-?mail|mail|address)\b|哪个(?:邮箱|地址)"
    r"|\bwithout (?:the|a|any|this|that) code\b|不用?要?验证码",
    re.IGNORECASE,
)
_ASIDE = frozenset({Facet.WHERE, Facet.WHY, Facet.WHO, Facet.HOW_LONG, Facet.UNTIL})
_MISSED = re.compile(
    r"n['’]?t\b|\b(?:not|never|no code|nothing|again|new)\b|没|再|重", re.IGNORECASE
)


class AskOrderCode(RetailAction):
    """Sends a code when none is waiting, or when it did not arrive, and asks for it."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_ask_order_code"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Where it went is told with the address covered; that it did not go is told as well."""
        claim, codes = claim_of(self.services, tracker), self.services.codes
        words = self.words(tracker)
        if claim is None:
            return []
        if codes is None:
            dispatcher.utter_message(
                response="utter_code_impossible",
                buttons=[words.person_button(), _never_mind(words)],
            )
            return []
        waiting = codes.waiting(claim)
        again = latest_intent(tracker) == NOT_RECEIVED and not _only_asks(latest_text(tracker))
        if again and waiting is not None and _HOW_LONG.search(latest_text(tracker)[:READ]):
            dispatcher.utter_message(response="utter_code_lasts")
            again = False  # a new one would spoil the one that they have
        if waiting is not None and not again:
            self._remind(words, dispatcher, codes, claim, waiting)
        elif codes.send(claim, self._letter(tracker, claim)):
            first = not again and not _asked_before(tracker)
            dispatcher.utter_message(
                response="utter_code_sent" if first else "utter_code_sent_again",
                number=claim.number,
                address=masked(claim.address),
                buttons=_buttons(words, codes),
            )
        else:
            dispatcher.utter_message(
                response="utter_code_no_more",
                buttons=[words.person_button(), _never_mind(words)],
            )
        return []

    def _remind(
        self,
        words: Wording,
        dispatcher: Dispatcher,
        codes: OneTimeCodes,
        claim: Claim,
        delivery: Delivery,
    ) -> None:
        failed = delivery is Delivery.FAILED
        dispatcher.utter_message(
            response="utter_code_not_sent" if failed else "utter_code_waiting",
            address=masked(claim.address),
            buttons=(
                [
                    words.button("try_again", NOT_RECEIVED),
                    words.person_button(),
                    _never_mind(words),
                ]
                if failed
                else _buttons(words, codes)
            ),
        )

    def _letter(self, tracker: Tracker, claim: Claim) -> Any:
        form = (tracker.active_loop or {}).get("name") or ""
        words = self.words(tracker)

        def write(code: str) -> Letter:
            return letter(words, claim, code, form)

        return write


class CodeNotReceived(RetailAction):
    """A code is missed that no wish is waiting for, or the mail with a link for the password."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_code_not_received"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, _domain: Any) -> Events:
        """Inside a form that wants something else its question is simply asked again."""
        in_form = bool((tracker.active_loop or {}).get("name"))
        if not in_form and _RESET in said_within(tracker, SOON):
            dispatcher.utter_message(response="utter_reset_mail_missing")
            return []
        dispatcher.utter_message(response="utter_did_not_fit" if in_form else "utter_no_code_due")
        return []


def _only_asks(text: str) -> bool:
    """Whether it is asked where the code stands, or why it is needed: none is missed."""
    aside = facet_in(text) in _ASIDE or _OF_THE_CODE.search(text[:READ])
    return bool(aside) and is_question(text) and not _MISSED.search(text[:READ])


def _asked_before(tracker: Tracker) -> bool:
    """Whether this wish has asked for a code before."""
    for event in reversed(tracker.events):
        if event.get("event") == "active_loop" and event.get("name"):
            return False
        if event.get("event") == "bot" and (event.get("metadata") or {}).get(
            "utter_action", ""
        ).startswith("utter_code_"):
            return True
    return False


def _buttons(words: Wording, codes: OneTimeCodes) -> list[Button]:
    page = codes.mailbox_page
    shown = [{"title": words.say("button_mailbox"), "url": page}] if page else []
    return [
        *shown,
        words.button("no_code", NOT_RECEIVED),
        words.person_button(),
        _never_mind(words),
    ]


def _never_mind(words: Wording) -> Button:
    return words.button("never_mind", "stop")
