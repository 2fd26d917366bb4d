"""When the customer leads the talk: say it again, go back to something, it was meant otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders import rules
from dialogue.orders.rules import order_number
from dialogue.retail.proof.order_keys import number_in
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
from dialogue.retail.talk.correcting import meant_in
from dialogue.retail.talk.tasks import (
    LEFT,
    called,
    gone_on_with,
    intent_of,
    intents_named,
    kept_aside,
    kept_wishes,
    named_wish,
    wish,
)
from dialogue.retail.task_slots import FORM_OF_INTENT, REQUESTED_SLOT, TASK_SLOTS, forget_task
from dialogue.retail.which_order.left import DECIDING, left_wish
from dialogue.retail.which_order.pointing import order_naming, orders_meant
from dialogue.retail.wording import Wording, button, wording

# A part of a form in the customer's words; the phrase `part_…` is what its button is called.
_PARTS = (
    ("new_address", r"address|street|postcode|地址"),
    ("order_email", r"e-?mail|邮箱"),
    ("return_reason", r"reason|why|原因"),
    ("pieces", r"how many|pieces|quantity|数量|几件"),
    ("replacement", r"size|colou?r|replacement|instead|尺码|颜色"),
    ("change", r"change|size|colou?r|改"),
    ("wish", r"wish|refund|replacement|愿望"),
    ("item", r"item|article|product|商品|东西"),
    ("order_number", r"order|number|订单|单号"),
)
LONGEST_OF_ANOTHER = 60  # characters
_OTHER_ORDER = re.compile(
    r"\b(?:and|what about|how about|other|another|same|also)\b|另|还有|那|呢|也", re.IGNORECASE
)
_TOO = re.compile(r"\b(?:too|as well|also)\b|也", re.IGNORECASE)
# The answer is wanted in fewer words, not another time: "too long", "in short please".
_SHORTER = re.compile(
    r"^\W*(?:(?:ok|hm+|sorry|so|and|please|can you|could you)\W+){0,3}"
    r"(?:what did you say\W+(?:\w+ ){0,2}too long|(?:\w+ ){0,2}too (?:long to read|much text)"
    r"|(?:your|the) (?:answer|text|message) (?:is|was) (?:way |much )?too long"
    r"|(?:say|make|put|keep) (?:it|that) short(?:er)?"
    r"|(?:what(?:['’]?s| is) )?(?:(?:the|a|your) )?short(?:er|est)? (?:answer|version)"
    r"|in short|in one (?:sentence|word|line)|in (?:a few|fewer) words|briefly|tl;?dr)"
    r"(?:\W+(?:just )?(?:please|pls|then|yes or no|in short|say it shorter|shorter))*\W*$"
    r"|^\W*(?:(?:太长了?|说?得?简[单短]一?[点些]|简短|一句话(?:说|概括)?|长话短说)"
    r"(?:吧|呢|说|行吗|好吗|\W)*)+$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d][.!?])\s+|(?<=\d[.!?])\s+(?=[A-Z])|(?<=[。！？])|\n")
_ASSUMED = "utter_order_assumed"
_OWN_WORDING = (
    "utter_repeated",
    "utter_said_before",
    "utter_answered_before",
    "utter_asked_often",
    "utter_next_wish",
)


# What tells the state of an order again, and changes nothing.
_TELLERS = (("utter_status_", "action_order_status"), ("utter_refund_", "action_refund_status"))
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class RepeatAction(RetailAction):
    """Says again what the bot said last, in other words where there are some."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_repeat"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Inside a form its question comes by itself, so only what stood before it is said."""
        said = [event for event in _last_answer(tracker) if not _is_own(event)]
        words = self.words(tracker)
        if (tracker.active_loop or {}).get("name"):
            said = said[:-1]
        elif not said:
            dispatcher.utter_message(response="utter_nothing_said_yet")
            return []
        anew = _told_anew(said, words)
        if said and not anew and _SHORTER.match(latest_text(tracker)[:LONGEST_OF_ANOTHER]):
            _say_in_short(dispatcher, tracker, domain, words, said)
            return []
        dispatcher.utter_message(response="utter_repeated")
        if anew:
            return [FollowupAction(anew)]
        for event in said:
            data = event.get("data") or {}
            dispatcher.utter_message(
                text=_other_words(event, tracker, domain, words),
                buttons=list(data.get("buttons") or ()) or None,
                elements=list(data.get("elements") or ()) or None,
            )
        return []


class GoBackAction(RetailAction):
    """Goes on with what was left for something else, or one step back in a form."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_go_back"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """A part that a button names; a wish that the words name; the latest that was left."""
        form = (tracker.active_loop or {}).get("name")
        part = latest_entity(tracker, "part")
        if form and part in _steps(form, domain):
            dispatcher.utter_message(response="utter_one_step_back")
            return _without(tracker, part)
        text, words = latest_text(tracker), self.words(tracker)
        kept = named_wish(text, kept_wishes(tracker, LEFT))
        present = left_wish(self.services, tracker)
        named = intents_named(text)
        here = present is not None and intent_of(present) in named
        if kept is None and named and not here:
            kept = wish(named[0])
        if kept is not None and not here:
            dispatcher.utter_message(response="utter_going_on", what=called(words, kept))
            return _changed_over(tracker, present, kept)
        if form is None:
            dispatcher.utter_message(response="utter_nothing_to_go_back_to")
            return []
        before = None if here else _step_before(form, tracker, domain)
        if before is None:
            what = called(words, present) if present else ""
            dispatcher.utter_message(response="utter_still_at_it", what=what)
            return []
        dispatcher.utter_message(response="utter_one_step_back")
        return _without(tracker, before)


class CorrectAction(RetailAction):
    """Something else was meant, and the form, if there is one, has not found what."""

    def name(self) -> str:
        """Rasa's name."""
        return "action_correct"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: Any) -> Events:
        """Another wish; another order for the last one; a part of the form; or ask which."""
        form = (tracker.active_loop or {}).get("name")
        text, words = meant_in(latest_text(tracker)), self.words(tracker)
        other = self._other_wish(tracker, text, form)
        if other is not None:
            dispatcher.utter_message(response="utter_going_on", what=called(words, other))
            return _changed_over(tracker, None, other)
        if form is None:
            again = self._same_for_another(tracker, text)
            if again is not None:
                return gone_on_with(tracker, again)
            dispatcher.utter_message(response="utter_correct_unclear")
            return []
        steps = [step for step in _steps(form, domain) if tracker.get_slot(step) is not None]
        for part, named in _PARTS:
            if part in steps and re.search(named, text, re.IGNORECASE):
                dispatcher.utter_message(response="utter_one_step_back")
                return _without(tracker, part)
        if not any(part in steps for part, _ in _PARTS):
            return []  # nothing is answered yet: it is asked again
        dispatcher.utter_message(
            response="utter_correct_what",
            buttons=[
                button(words.say(f"part_{part}"), "go_back", part=part)
                for part, _ in _PARTS
                if part in steps
            ],
        )
        return []

    def _other_wish(self, tracker: Tracker, text: str, form: str | None) -> dict[str, Any] | None:
        """ "Not cancel. Return": another wish about the same order, named by its verb."""
        verbs = ("return_item", "exchange_item", "cancel_order", "get_invoice")
        named = [one for one in intents_named(text) if one in verbs]
        before = form or FORM_OF_INTENT.get(_last_wish(tracker) or "")
        if len(named) != 1 or FORM_OF_INTENT[named[0]] == before:
            return None
        number = tracker.get_slot("order_number")
        return wish(named[0], None, **({"order_number": str(number)} if number else {}))

    def _same_for_another(self, tracker: Tracker, text: str) -> dict[str, Any] | None:
        """The last wish once more, for the order that was meant."""
        last = _last_wish(tracker)
        viewer = viewer_of(tracker)
        if last is None:
            return None
        number = number_in(text) if latest_entity(tracker, "order_number") else None
        if number is None and viewer.signed_in:
            recent = self.services.store.recent_orders(viewer, limit=10)
            present = tracker.get_slot("order_number")
            shown = tracker.get_slot("shown_orders") or ()
            number = next(iter(orders_meant(text, shown, recent, present)), None)
        valid = order_number(number) if number else None
        return wish(last, None, order_number=valid) if valid else None


def in_short(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, domain: Any
) -> Events | None:
    """ "Too long", whatever it was taken for: the answer before, in one sentence."""
    text = latest_text(tracker)
    said = [event for event in _last_answer(tracker) if not _is_own(event)]
    if not said or len(text) > LONGEST_OF_ANOTHER or not _SHORTER.match(text):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    _say_in_short(dispatcher, tracker, domain, words, said)
    return []


def _say_in_short(
    dispatcher: Dispatcher,
    tracker: Tracker,
    domain: Any,
    words: Wording,
    said: Sequence[Mapping[str, Any]],
) -> None:
    """The first sentence of an answer, which says the main thing, with its buttons."""
    told = [e for e in said if (e.get("metadata") or {}).get("utter_action") != _ASSUMED]
    main = (told or said)[0]
    buttons = (main.get("data") or {}).get("buttons")
    before = (main.get("metadata") or {}).get("answer")  # said in short already
    text = _other_words(main, tracker, domain, words) or ""
    first = before or _SENTENCE_END.split(text)[0]
    dispatcher.utter_message(response="utter_in_short", answer=first, buttons=buttons or None)


def same_of_another(
    services: RetailServices, _dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """ "And my other order, 2014?" wants of it what was wanted of the one before.

    So does "and the gloves too", of the one order that holds them.
    """
    text, last = latest_text(tracker), _last_wish(tracker)
    number = latest_entity(tracker, "order_number") or _order_with_too(services, tracker, text)
    valid = order_number(str(number)) if number else None
    short = 0 < len(text) <= LONGEST_OF_ANOTHER and not intents_named(text)
    if not short or last is None or valid is None or latest_intent(tracker) != "nlu_fallback":
        return None
    if _OTHER_ORDER.search(text) is None:
        return None
    return gone_on_with(tracker, wish(last, None, order_number=valid))


def _order_with_too(services: RetailServices, tracker: Tracker, text: str) -> str | None:
    """The number of the other order still to come whose goods are named: "and the gloves too"."""
    viewer = viewer_of(tracker)
    if not viewer.signed_in or not _TOO.search(text[:LONGEST_OF_ANOTHER]):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    recent = services.store.recent_orders(viewer, limit=10)
    present = tracker.get_slot("order_number")
    others = [o for o in recent if o.number != present and o.status in rules.OPEN]
    other = order_naming(words.in_records(text), others)
    return other.number if other else None


def _changed_over(
    tracker: Tracker, present: Mapping[str, Any] | None, kept: Mapping[str, Any]
) -> Events:
    """Leave the form, keep its wish aside unless the other takes its place, and go on there."""
    forms = {FORM_OF_INTENT.get(intent_of(one), "") for one in (present or {}, kept)}
    aside = kept_aside(tracker, present) if present and not forms <= DECIDING else []
    events = [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None), *forget_task(tracker), *aside]
    on = gone_on_with(tracker, kept)
    if aside:
        left = [one for one in aside[0]["value"] if intent_of(one) != intent_of(kept)]
        on[0] = SlotSet(LEFT, left or None)
    return [*events, *on]


def _last_answer(tracker: Tracker) -> list[Mapping[str, Any]]:
    """What the bot said between the latest message and the one before it."""
    found: list[Mapping[str, Any]] = []
    messages = 0
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            messages += 1
            if messages == 2 and found:
                break
        elif event.get("event") == "bot" and messages:
            found.insert(0, event)
    return found


def _is_own(event: Mapping[str, Any]) -> bool:
    return (event.get("metadata") or {}).get("utter_action") in _OWN_WORDING


def _other_words(
    event: Mapping[str, Any], tracker: Tracker, domain: Any, words: Wording
) -> str | None:
    """Another wording of a response with the same facts; the same words where there is none."""
    said: str | None = event.get("text")
    facts = event.get("metadata") or {}
    responses = domain.get("responses") or {} if isinstance(domain, Mapping) else {}
    for text in _texts(responses.get(str(facts.get("utter_action"))), words):
        filled = re.sub(
            r"{([^\n{}]+)}", lambda one: str({**tracker.slots, **facts}.get(one[1], one[0])), text
        )
        if filled != said and "{" not in filled:
            return filled
    return said


def _told_anew(said: Sequence[Mapping[str, Any]], words: Wording) -> str | None:
    """What tells it in the language that is wished now: its days and buttons are in another."""
    chinese = [bool(_CHINESE.search(str(event.get("text")))) for event in said]
    first = str((said[0].get("metadata") or {}).get("utter_action")) if said else ""
    if not said or chinese[0] == (words.language == "zh"):
        return None
    return next((name for start, name in _TELLERS if first.startswith(start)), None)


def _texts(variations: Any, words: Wording) -> Iterator[str]:
    """The texts without conditions in the language of these words."""
    wanted = None if words.language == words.phrases.usual else words.language
    for one in variations or ():
        if one.get("text") and not one.get("condition") and one.get("language") == wanted:
            yield str(one["text"])


def _last_wish(tracker: Tracker) -> str | None:
    """The intent of the latest wish about an order."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            name = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            if name in FORM_OF_INTENT:
                return str(name)
    return None


def _steps(form: str, domain: Any) -> list[str]:
    """The slots of a form, in order."""
    return list(((domain.get("forms") or {}).get(form) or {}).get("required_slots") or ())


def _step_before(form: str, tracker: Tracker, domain: Any) -> str | None:
    """The slot that was filled before the one asked for."""
    steps = _steps(form, domain)
    asked = tracker.get_slot(REQUESTED_SLOT)
    done = steps[: steps.index(asked)] if asked in steps else []
    may = [one for one in done if one in TASK_SLOTS and tracker.get_slot(one) is not None]
    return may[-1] if may else None


def _without(tracker: Tracker, part: str) -> Events:
    """Forget a part of a form and what depends on it, so that the form asks for it again."""
    after = {
        "order_number": ("item", "pieces", "replacement", "change", "order_email"),
        "item": ("pieces", "replacement", "change"),
    }
    names = (part, "confirmed", *after.get(part, ()))
    return [SlotSet(name, None) for name in names if tracker.get_slot(name) is not None]
