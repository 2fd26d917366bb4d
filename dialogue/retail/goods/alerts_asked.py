"""Questions about the list of goods that a customer waits for: who is on it, and how it is told."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_text,
    said_within,
    viewer_of,
)
from dialogue.retail.wording import wording

SHORT = 90  # characters of a message that may be meant
SOON = 3  # messages after an alert was spoken of
_LISTED = re.compile(
    r"\bam i (?:still |now |already )?on (?:the|your|that|any|a|some) (?:\w+ )?list\b"
    r"|\b(?:which|what)\b[^?.!]{0,30}\b(?:do i wait|am i waiting|i(?:['’]?m| am) waiting) for\b"
    r"|\b(?:which|what|show|see|list)\b[^?.!]{0,20}\b(?:stock |my )(?:alerts|waiting list)\b"
    r"|\b(?:which|what) alerts\b|\bwhat(?:['’]s| is) on my (?:waiting |alert )?list\b"
    r"|登记了(?:哪些|什么|吗)|我在(?:通知)?名单|在?等(?:哪些|什么)(?:商品|东西|货|到货)"
    r"|到货通知.{0,6}(?:哪些|有什么|列表|名单)",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\bhow (?:will|do|would|are|can|am) (?:you|i)\b.{0,20}"
    r"\b(?:tell|told|know|notif\w+|inform\w*|reach|contact|write|hear|find out)\b"
    r"|\bwhere (?:will|do) (?:you|i)\b.{0,15}\b(?:tell|hear|write|see it)\b"
    r"|\b(?:by|per|via|as an?|send (?:me )?an?) (?:e-?mail|mail|text|sms|phone)\b"
    r"|(?:怎么|如何|在哪).{0,3}(?:通知|告诉|联系)|(?:发|用)(?:邮件|短信)",
    re.IGNORECASE,
)
_NOTED = frozenset({"utter_alert_noted", "utter_alerts_list"})


def about_alerts(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Tell which goods the customer waits for, and how they hear of them; None for all else."""
    text = latest_text(tracker)
    if len(text) > SHORT or services.extras is None:
        return None
    how = _HOW.search(text) and not said_within(tracker, SOON).isdisjoint(_NOTED)
    if not how and not _LISTED.search(text):
        return None
    viewer = viewer_of(tracker)
    if not viewer.signed_in:
        dispatcher.utter_message(response="utter_alerts_list_guest")
        return []
    names = services.extras.subscriptions.alerts(viewer)
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response="utter_alerts_list" if names else "utter_alerts_list_none",
        names=words.listing(names),
    )
    return []
