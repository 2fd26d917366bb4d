"""The proof that lets somebody look: an order's number and e-mail address, together."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker

from dialogue.retail.services import Dispatcher, RetailServices, order_known, viewer_of


def identify(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> dict[str, Any]:
    """The slots that change once number and e-mail address are looked at together."""
    viewer = viewer_of(tracker)
    number, email = tracker.get_slot("order_number"), tracker.get_slot("order_email")
    if not viewer.signed_in:
        number, email = _with_the_other(tracker, number, email)
    if number is None or order_known(services, tracker):
        return {}
    if viewer.signed_in:
        dispatcher.utter_message(response="utter_order_not_in_account", number=number)
        return {"order_number": None}
    if email is None:
        return {}
    looked_at = services.attempts.take(number, email, tracker.sender_id)
    right = services.store.prove(number, email)  # the same work, also when it does not count
    if not looked_at:
        dispatcher.utter_message(response="utter_too_many_attempts")
        return {"order_number": None, "order_email": None, "proof_blocked": True}
    if not right:
        services.attempts.missed(number, email)
        dispatcher.utter_message(response="utter_wrong_pair")
        return {"order_number": None, "order_email": None}
    services.attempts.proven(number)
    proven = sorted({*viewer.proven_orders, number})
    return {"order_number": number, "order_email": email, "proven_orders": proven}


def _with_the_other(
    tracker: Tracker, number: str | None, email: str | None
) -> tuple[str | None, str | None]:
    """A pair of which one half was put right after it did not fit; the other stays as it was said.

    The same number once more is the answer to our question, and the address is asked for then.
    """
    before = {name: _said_in_form(tracker, name) for name in ("order_number", "order_email")}
    if number is None and email not in (None, before["order_email"]):
        return before["order_number"], email
    if email is None and number not in (None, before["order_number"]):
        return number, before["order_email"]
    return number, email


def _said_in_form(tracker: Tracker, slot: str) -> str | None:
    """What the active form knew last in a slot before the latest message."""
    events = list(tracker.events)
    while events and events.pop().get("event") != "user":
        pass
    for event in reversed(events):
        if event.get("event") == "active_loop":
            return None
        if event.get("event") == "slot" and event.get("name") == slot and event.get("value"):
            return str(event["value"])
    return None
