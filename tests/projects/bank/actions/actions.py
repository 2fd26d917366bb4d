"""What the help desk does for a customer."""

import logging
import zlib
from typing import Any, Dict, List, Text

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ConversationPaused, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.accounts import BALANCES, show

logger = logging.getLogger(__name__)

OF_A_REQUEST = (
    "amount",
    "recipient",
    "account",
    "purpose",
    "confirm_transfer",
    "card_digits",
    "block_reason",
    "complaint_topic",
    "complaint_text",
)

# How we ask whether an intent was meant.
PHRASES = {
    "check_balance": "see your balance",
    "transfer_money": "send money",
    "block_card": "block a card",
    "complain": "make a complaint",
    "ask_opening_hours": "know our opening hours",
    "ask_account_fees": "know what the account costs",
    "ask_foreign_fees": "know what your card costs abroad",
    "ask_card_delivery": "know when your card arrives",
    "ask_card_limit": "know the limits of your card",
    "ask_human": "talk to a colleague",
}


def forgotten(*slots: Text) -> List[Dict[Text, Any]]:
    return [SlotSet(slot, None) for slot in slots]


class ActionCheckBalance(Action):
    def name(self) -> Text:
        return "action_check_balance"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        asked = [name for name in tracker.get_latest_entity_values("account") if name in BALANCES]
        for account in asked or BALANCES:
            dispatcher.utter_message(
                response="utter_balance", account=account, balance=show(BALANCES[account])
            )
        return []


class ActionMakeTransfer(Action):
    def name(self) -> Text:
        return "action_make_transfer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        if tracker.get_slot("confirm_transfer"):
            logger.info("a transfer was made in conversation %s", tracker.sender_id)
            dispatcher.utter_message(
                response="utter_transfer_done", shown_amount=show(tracker.get_slot("amount"))
            )
        else:
            dispatcher.utter_message(response="utter_transfer_dropped")
        return forgotten("amount", "recipient", "account", "purpose", "confirm_transfer")


class ActionBlockCard(Action):
    def name(self) -> Text:
        return "action_block_card"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        digits = tracker.get_slot("card_digits")
        dispatcher.utter_message(response="utter_card_blocked", digits=digits)
        return forgotten("card_digits", "block_reason")


class ActionFileComplaint(Action):
    def name(self) -> Text:
        return "action_file_complaint"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        number = zlib.crc32(tracker.sender_id.encode()) % 90000 + 10000
        # Written for an older version of the SDK, where a response was a template.
        dispatcher.utter_message(template="utter_complaint_filed", number=number)
        return forgotten("complaint_topic", "complaint_text")


class ActionForgetRequest(Action):
    def name(self) -> Text:
        return "action_forget_request"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        return forgotten(*OF_A_REQUEST)


class ActionHandover(Action):
    """A colleague goes on; until the customer starts over, the bot is silent."""

    def name(self) -> Text:
        return "action_handover"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        dispatcher.utter_message(response="utter_handover")
        return [ConversationPaused()]


class ActionDefaultFallback(ActionHandover):
    def name(self) -> Text:
        return "action_default_fallback"


class ActionDefaultAskAffirmation(Action):
    """Ask in words, not with the name of an intent."""

    def name(self) -> Text:
        return "action_default_ask_affirmation"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        ranking = tracker.latest_message.get("intent_ranking", [])
        names = [guess.get("name") for guess in ranking if guess.get("name") in PHRASES]
        if not names:
            dispatcher.utter_message(response="utter_ask_rephrase")
            return []
        dispatcher.utter_message(
            response="utter_did_you_mean",
            phrase=PHRASES[names[0]],
            buttons=[
                {"title": "Yes", "payload": f"/{names[0]}"},
                {"title": "No", "payload": "/out_of_scope"},
            ],
        )
        return []
