"""All retail actions in one list, for the bot's own process or for an action server."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from dialogue.retail import (
    advice,
    changes,
    choosing,
    contents,
    conversation,
    items,
    leading,
    orders,
    problems,
    products,
    returns,
)
from dialogue.retail.services import RetailAction, RetailServices

ACTIONS: tuple[type[RetailAction], ...] = (
    choosing.ChooseOrder,
    choosing.AskOrderNumber,
    orders.OrderStatusForm,
    orders.OrderStatusAction,
    orders.ListOrdersAction,
    orders.RefundStatusForm,
    orders.RefundStatusAction,
    orders.InvoiceForm,
    orders.InvoiceAction,
    contents.ModifyOrderForm,
    contents.AskChange,
    contents.AskModifyOrder,
    contents.ModifyOrderAction,
    changes.CancelOrderForm,
    changes.AskCancel,
    changes.CancelOrderAction,
    changes.ChangeAddressForm,
    changes.AskChangeAddress,
    changes.ChangeAddressAction,
    returns.ReturnForm,
    returns.ExchangeForm,
    items.AskItem,
    items.AskPieces,
    returns.AskReplacement,
    returns.AskReturn,
    returns.AskExchange,
    returns.ReturnAction,
    returns.ExchangeAction,
    problems.ProblemForm,
    problems.AskProblemDetails,
    problems.AskWish,
    problems.ReportProblemAction,
    products.ProductSearchAction,
    advice.RecommendAction,
    products.CheckStockAction,
    products.ProductDetailsAction,
    products.BackInStockAction,
    products.PromotionsAction,
    products.PromoCodeAction,
    conversation.GreetAction,
    conversation.RequestHumanAction,
    conversation.StopAction,
    conversation.GoodbyeAction,
    conversation.InformAction,
    conversation.UnaskedAction,
    conversation.DidYouMeanAction,
    conversation.OutOfScopeAction,
    leading.RepeatAction,
    leading.GoBackAction,
    leading.CorrectAction,
)


def retail_actions(services: RetailServices) -> list[Action]:
    """One instance of each retail action over this shop."""
    return [action(services) for action in ACTIONS]


def action_executor(services: RetailServices) -> ActionExecutor:
    """An executor that knows all retail actions, to run in process or behind an action server."""
    executor = ActionExecutor()
    for action in retail_actions(services):
        executor.register_action(action)
    return executor
