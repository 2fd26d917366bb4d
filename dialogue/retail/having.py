"""What there is not: a thing that no article is."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from dialogue.orders.lacking import lacking
from dialogue.orders.search import price_limit_cents
from dialogue.recommending.refining import Sought, leave_out
from dialogue.recommending.wishes import heard
from dialogue.retail.goods import ProductAction, cards_of
from dialogue.retail.search_on import remember
from dialogue.retail.services import Dispatcher, Events, latest_text


def say_lacking(action: ProductAction, dispatcher: Dispatcher, tracker: Tracker) -> Events | None:
    """That the shop has no such thing, and then what comes near it at the price."""
    words, text = action.words(tracker), latest_text(tracker)
    if heard(text).compares or action.pointed_at(tracker) is not None:
        return None
    wanted = lacking(leave_out(words.in_records(text))[0], action.services.catalogue.products())
    if wanted is None:
        return None
    limit = price_limit_cents(text)
    near = [one for one in wanted.near if limit is None or one.price_cents <= limit]
    sought = words.term(wanted.sought)
    if not near:
        dispatcher.utter_message(response="utter_search_lacking", sought=sought)
        return [SlotSet("product", None), SlotSet("sought", None)]
    dispatcher.utter_message(
        response=f"utter_search_lacking_{'for' if wanted.for_it else 'near'}",
        sought=sought,
        elements=cards_of(words, near),
    )
    return remember(Sought(wanted.kind, limit_cents=limit), near)
