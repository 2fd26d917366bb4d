"""What shall stand on an invoice beside what stands there: noted, completed, and handed over."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.orders.errors import OrderNotFound
from dialogue.orders.views import OrderView
from dialogue.questions import is_question
from dialogue.retail.people.tickets_told import Facts
from dialogue.retail.people.tickets_told import told as bot_told
from dialogue.retail.people.waiting import ASKED_FOR_PERSON, QUEUE_LEFT
from dialogue.retail.proof.order_keys import email_in
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    current_order,
    latest_entity,
    latest_intent,
    latest_text,
    plain_words,
    said_within,
    viewer_of,
)
from dialogue.retail.wording import Button, Wording, button, wording

READ = 500  # characters that are looked through
LONGEST = 200  # of what is said back
SOON = 3  # messages after an invoice in which details are meant for it
LOOKED_BACK = 6  # messages in which details may stand that belong together
DETAILS = re.compile(
    r"\b(?:compan\w*|business\w*|firm\w*|employer\w*)\b"
    r"|\b(?:vat|tax) (?:id|number|no)"
    r"|公司|抬头|税号",
    re.IGNORECASE,
)
_VAT = re.compile(
    r"(?<![A-Za-z])(?:AT|BE|CZ|DE|DK|ES|FI|FR|GB|IE|IT|LU|NL|PL|PT|SE)\s?[A-Z]?\s?"
    r"(?:\d[\s.]?){7,11}[A-Z\d]{0,3}\b"
)
_COMPANY = re.compile(
    r"\b(?:[^\W\d_][\w&.'’-]*\s+){1,5}(?:Ltd|Limited|GmbH|UG|AG|KG|OHG|Inc|LLC|LLP|PLC|B\.?V|N\.?V"
    r"|S\.?A\.?R\.?L|S\.?A|S\.?L|S\.?r\.?l|S\.?p\.?A|ApS|A/S|AB|Oy|Sp\. z o\.o|GbR|e\.?K|e\.?V)\b"
    r"|\b(?:compan\w*|business|firm)(?:['’]?s)?(?: name)?\s*(?:is|:|=|called)\s*\S.{2,}"
    r"|(?:公司|抬头)(?:名称|名字?)?\s*(?:是|为|叫|写|开|：|:)\s*(?!公司|个人|什么|哪|错)\S{2,}"
    r"|[\u4e00-\u9fff]{2,20}(?:有限|股份|集团|责任)公司",
    re.IGNORECASE,
)
_FIRM = re.compile(r"\b(?:compan\w*|business\w*|firm\w*|employer\w*|vat|tax)\b|公司|税号", re.I)
_NO_VAT = re.compile(
    r"\b(?:no|without(?: an?)?|don['’]?t have(?: an?)?|haven['’]?t(?: got)?(?: an?)?)\s+(?:vat|tax)"
    r"|(?:没有|无)税号|^\W*(?:there (?:is|['’]s) (?:none|no)|none"
    r"|(?:i|we) (?:don['’]?t have|have) (?:one|none|any)"
    r"|没有|无)\W*$",
    re.IGNORECASE,
)
# Another person's name or address on it, or a wrong one.
_OTHER = re.compile(
    r"\b(?:wrong|another|other|different|not my|old|misspel\w+|correct|right|my \w{2,15}['’]?s"
    r"|maiden) (?:billing )?(?:name|address)\b|\b(?:in|on|under|to) (?:the )?name of\b"
    r"|\bmade out to\b"
    r"|\b(?:name|address)\b.{0,40}\b(?:should|must|shall|needs? to|has to|is)\b.{0,10}"
    r"\b(?:be|say|read|wrong|misspel\w+)\b|\b(?:change|correct|fix|update)\b.{0,20}\b(?:name|address)\b"
    r"|(?:名字|姓名|地址).{0,6}(?:错|改|换|应该)|(?:开|写|改)成?.{0,10}(?:名字|名下)",
    re.IGNORECASE,
)
_ON_IT = re.compile(r"\b(?:invoice|bill|receipt|on (?:it|there|that))\b|发票", re.IGNORECASE)
# "Should be Jana Berg", "in the name of Jana Berg".
_PERSON = re.compile(
    r"\b(?:(?:should|must|shall|has to|needs to) (?:be|say|read)|name of|made out to|name is)\W+"
    r"(?-i:[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,3})"
    r"|(?:名字|姓名|抬头).{0,8}?(?:是|为|成)\s*(?!.{0,12}公司)(?:个人|\S{2,})",
    re.IGNORECASE,
)
ASKED, NOTED = "utter_invoice_details_missing", "utter_invoice_details_noted"
NOT_PASSED = "utter_invoice_details_not_passed"
REMEMBERED = 8  # messages in which what was noted may be asked about or passed on
# "Nah, forget it": nothing shall stand there.
_GIVES_UP = re.compile(
    r"^\W*(?:(?:nah|no|nope|ok|oh|well|actually|sorry)\W+){0,3}(?:forget (?:it|that)|never ?mind"
    r"|leave it|no need|not (?:needed|necessary)|don['’]?t (?:bother|need (?:it|that))|stop)\b"
    r"|^\W*(?:那|还是)?(?:算了|不用了|不需要了?|不要了)",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\b(?:too|as well|also|both)\b|也|都", re.IGNORECASE)
_QUEUES = (QUEUE_LEFT, *ASKED_FOR_PERSON)
_NOT_THAT = re.compile(r"^\W*(?:(?:no|nope|not that|i mean\w*)\b|不|我是说)", re.IGNORECASE)
WHICH, REASON = "utter_invoice_details_which", "invoice_details"
SHOWN_OR_NOTED = frozenset(
    {
        "utter_invoice",
        "utter_invoice_credited",
        "utter_invoice_details",
        "utter_invoice_pdf",
        ASKED,
        NOTED,
    }
)
_ABOUT_INVOICES = SHOWN_OR_NOTED | {NOT_PASSED, WHICH}
_ANSWERS = frozenset(
    {"affirm", "change_address", "correct_that", "deny", "inform", "nlu_fallback", "out_of_scope"}
)
_WANTS = _ANSWERS | {
    "complaint",
    "faq",
    "get_invoice",
    "modify_order",
    "update_account",
    "wrong_item",
}


def more_details(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Note what is typed for the invoice that was just spoken of; ask for what is still missing."""
    text, order = latest_text(tracker)[:READ], _order_spoken_of(services, tracker)
    if order is None or said_within(tracker, SOON).isdisjoint(_ABOUT_INVOICES):
        return None
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    if _GIVES_UP.match(text) and said_within(tracker, 1) & {ASKED, NOTED, NOT_PASSED, WHICH}:
        dispatcher.utter_message(response="utter_stopped")
        return []
    which = WHICH in said_within(tracker, 1)
    asked = ASKED in said_within(tracker, 1) or which  # once: what is answered is what there is
    tells = bool(text) and not is_question(text)
    answers = asked and tells and latest_intent(tracker) in _ANSWERS
    of_it = not {ASKED, NOTED}.isdisjoint(said_within(tracker, 2)) or DETAILS.search(text)
    without = bool(tells and of_it and _NO_VAT.search(text))
    wants = latest_intent(tracker) in _WANTS and says_other(text) and not _of_delivery(tracker)
    elsewhere = email_in(text) is not None and not is_question(text)
    if not (_tells(text) or answers or without or wants or elsewhere):
        return None
    says = answers or without or elsewhere or _tells(text)
    told = [*_told_before(tracker), *([text] if says else [])]
    of_company = DETAILS.search(text) or _COMPANY.search(text)
    enough = without or (elsewhere and not of_company) or (answers and not (which and of_company))
    say_details(words, dispatcher, order, told, text, enough=enough)
    return []


def say_told_at_once(
    words: Wording, dispatcher: Dispatcher, tracker: Tracker, order: OrderView
) -> None:
    """With an invoice: note what shall stand on it instead, where that was told with the wish."""
    text, noted = _begun_with(tracker), noted_last(tracker)
    if noted and said_within(tracker, 1) & {NOTED, NOT_PASSED} and _NOT_THAT.match(text):
        say_details(words, dispatcher, order, [str(noted.get("told"))], text, enough=True)
    elif _tells(text) or _OTHER.search(text):
        say_details(words, dispatcher, order, [text] if _tells(text) else [], text)
    elif noted and str(noted.get("number")) != order.number and not is_passed_on(tracker):
        say_not_passed(words, dispatcher, noted)  # which is still asked


def say_not_passed(words: Wording, dispatcher: Dispatcher, noted: Facts) -> None:
    """That what was noted waits for a yes to pass it on."""
    facts = {name: str(noted.get(name) or "") for name in ("number", "told")}
    dispatcher.utter_message(response=NOT_PASSED, buttons=_pass_on(words), **facts)


def noted_last(tracker: Tracker) -> Facts | None:
    """What was noted for an invoice in the last messages: its order's `number`, what was `told`."""
    if NOTED not in said_within(tracker, REMEMBERED):
        return None
    return next((one for one in bot_told(tracker) if one.get("utter_action") == NOTED), None)


def is_passed_on(tracker: Tracker) -> bool:
    """Whether a person was asked for since something was noted, who is still waited for."""
    said = (str(one.get("utter_action")) for one in bot_told(tracker))
    since = itertools.takewhile(lambda one: one != NOTED, said)
    return next((one != QUEUE_LEFT for one in since if one in _QUEUES), False)


def say_details(
    words: Wording,
    dispatcher: Dispatcher,
    order: OrderView,
    told: Sequence[str],
    text: str,
    *,
    enough: bool = False,
) -> None:
    """Say back what was told, or ask for what is missing unless it is `enough`."""
    known, all_told = {"company_name": _COMPANY, "vat_id": _VAT}, ", ".join(told)
    lacking = [name for name, form in known.items() if not form.search(all_told)]
    named = _PERSON.search(all_told) and not _FIRM.search(f"{all_told} {text}")
    if named:
        lacking = []
    elif not DETAILS.search(f"{all_told} {text}") and not _COMPANY.search(all_told):
        lacking = ["person_name"]
    missing = lacking and not enough
    dispatcher.utter_message(
        response=ASKED if missing else NOTED,
        number=order.number,
        told=all_told[:LONGEST],
        missing=words.listing(words.say(f"missing_{name}") for name in lacking),
        buttons=_pass_on(words),
    )


def asks_details_first(services: RetailServices, dispatcher: Dispatcher, tracker: Tracker) -> bool:
    """Ask what shall stand on an invoice where a colleague is to put it there and nobody said."""
    order = current_order(services, tracker) if _pressed_pass_on(tracker) else None
    if order is None or _details_told(tracker, order):
        return False
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(response=WHICH, number=order.number, buttons=_pass_on(words))
    return True


def _order_spoken_of(services: RetailServices, tracker: Tracker) -> OrderView | None:
    """The order of whose invoice was spoken last, which another question may have left."""
    if _ALSO.search(latest_text(tracker)[:READ]):
        return current_order(services, tracker)
    said = (one for one in bot_told(tracker) if one.get("utter_action") in _ABOUT_INVOICES)
    number = next((one["number"] for one in said if one.get("number")), None)
    try:
        return services.store.order(viewer_of(tracker), str(number))
    except OrderNotFound:
        return current_order(services, tracker)


def _pass_on(words: Wording) -> list[Button]:
    return [button(words.say("button_pass_on"), "human_agent", reason=REASON)]


def _pressed_pass_on(tracker: Tracker) -> bool:
    """Whether a colleague is to put something on the invoice; with orders out of reach, too."""
    return not latest_text(tracker) and latest_entity(tracker, "reason") == REASON


def _details_told(tracker: Tracker, order: OrderView) -> bool:
    """Whether what shall stand there was asked or told."""
    spoken_of = (one for one in bot_told(tracker) if one.get("number") == order.number)
    told = any(one.get("utter_action") in (ASKED, NOTED, WHICH) for one in spoken_of)
    return told or any(_told_before(tracker))


def _of_delivery(tracker: Tracker) -> bool:
    """Whether an address is to be changed, and nothing says that it is that of the invoice."""
    if _ON_IT.search(latest_text(tracker)[:READ]):
        return False
    named = latest_entity(tracker, "order_number") is not None
    return named or latest_intent(tracker) in ("change_address", "update_account")


def says_other(text: str) -> bool:
    """Whether something else shall stand on an invoice that is spoken of."""
    return bool(DETAILS.search(text) or _OTHER.search(text))


def _tells(text: str) -> bool:
    said = (_COMPANY, _VAT) if is_question(text) else (_COMPANY, _VAT, _PERSON)
    return any(words.search(text) for words in said)


def _begun_with(tracker: Tracker) -> str:
    """The message that wished for the invoice: the latest, or that which began the form."""
    begun = (tracker.active_loop or {}).get("trigger_message") or {}
    said = [event for event in tracker.events if event.get("event") == "user"]
    wished = [one for one in said if _intent(one) == "get_invoice"][-1:]
    return plain_words((wished or [begun])[0].get("text") or "")[:READ]


def _intent(event: Mapping[str, Any]) -> str | None:
    parsed = event.get("parse_data") or {}
    return (parsed.get("intent") or {}).get("name")


def _told_before(tracker: Tracker) -> Iterator[str]:
    """What was noted last; else the earlier messages of the last few that tell details."""
    noted = [one for one in bot_told(tracker) if one.get("utter_action") == NOTED][:1]
    if noted and not {NOTED}.isdisjoint(said_within(tracker, SOON)):
        yield str(noted[0].get("told") or "")
        return
    said = [event for event in tracker.events if event.get("event") == "user"][-LOOKED_BACK:-1]
    texts = [plain_words(event.get("text") or "")[:READ] for event in said]
    yield from (text for text in texts if _tells(text))
