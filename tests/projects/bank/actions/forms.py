"""What the forms accept, and how they ask."""

from typing import Any, Dict, List, Optional, Text

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.accounts import (
    BALANCES,
    CARDS,
    PURPOSE_NEEDED_FROM,
    TRANSFER_LIMIT,
    find_payee,
    read_amount,
    show,
)


def covers(
    account: Optional[Text], amount: Optional[float], dispatcher: CollectingDispatcher
) -> bool:
    """Whether the money is there, as far as we know both; says so if it is not."""
    balance = BALANCES.get(account or "")
    if balance is None or amount is None or amount <= balance:
        return True
    dispatcher.utter_message(
        response="utter_not_enough_money", balance=show(balance), account=account
    )
    return False


class ValidateTransferForm(FormValidationAction):
    def name(self) -> Text:
        return "validate_transfer_form"

    async def required_slots(
        self,
        domain_slots: List[Text],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> List[Text]:
        # The SDK also asks before the amount was validated; then it is what the customer wrote.
        amount = read_amount(tracker.get_slot("amount") or "")
        if amount is None or amount < PURPOSE_NEEDED_FROM:
            return domain_slots
        return [*domain_slots[:-1], "purpose", domain_slots[-1]]

    def validate_amount(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        amount = read_amount(slot_value)
        if amount is None:
            dispatcher.utter_message(response="utter_wrong_amount")
        elif amount > TRANSFER_LIMIT:
            dispatcher.utter_message(response="utter_amount_too_large", limit=show(TRANSFER_LIMIT))
            amount = None
        elif not covers(tracker.get_slot("account"), amount, dispatcher):
            amount = None
        return {"amount": amount}

    def validate_recipient(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        payee = find_payee(slot_value)
        if payee is None:
            dispatcher.utter_message(response="utter_unknown_recipient", recipient=slot_value)
        return {"recipient": payee}

    def validate_account(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        account = str(slot_value).lower()
        if account not in BALANCES:
            dispatcher.utter_message(response="utter_unknown_account")
            return {"account": None}
        amount = read_amount(tracker.get_slot("amount") or "")
        return {"account": account if covers(account, amount, dispatcher) else None}


class AskConfirmTransfer(Action):
    def name(self) -> Text:
        return "action_ask_transfer_form_confirm_transfer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        dispatcher.utter_message(
            response="utter_confirm_transfer", shown_amount=show(tracker.get_slot("amount"))
        )
        return []


class ValidateBlockCardForm(FormValidationAction):
    def name(self) -> Text:
        return "validate_block_card_form"

    def validate_card_digits(
        self,
        slot_value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> Dict[Text, Any]:
        if slot_value in CARDS:
            return {"card_digits": slot_value}
        dispatcher.utter_message(response="utter_unknown_card", digits=slot_value)
        return {"card_digits": None}
