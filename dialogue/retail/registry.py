"""All retail actions in one list, for the bot's own process or for an action server."""

from __future__ import annotations

from dataclasses import replace

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from dialogue.orders.read_once import ReadOnce
from dialogue.retail.changing import (
    address_again,
    addresses,
    after_refusal,
    asides,
    asking_change,
    cancelling,
    changes,
    contents,
    contents_again,
    on_its_way,
    within_change,
)
from dialogue.retail.following_up import FollowedUp, FollowUp, GoOnAction, Meant, NoAnswer
from dialogue.retail.goods import advice, buying, details, goods_again, products, stock
from dialogue.retail.goods import waiting as waiting_list
from dialogue.retail.later import notices_asked, reminders, subscriptions
from dialogue.retail.outage import Answered
from dialogue.retail.paying import (
    code_savings,
    codes,
    double_charge,
    gift_cards,
    listed_codes,
    payment_methods,
)
from dialogue.retail.people import (
    calling_back,
    handing_over,
    outbursts,
    ticket_notes,
    ticket_questions,
    tickets,
    waiting,
)
from dialogue.retail.problems import (
    after_report,
    complained,
    given_up,
    left_to_people,
    photographs,
    problem_questions,
    reports,
    side_questions,
    taken_back,
    told_problem,
    under_way,
    warranty_case,
)
from dialogue.retail.proof import proving
from dialogue.retail.returning import (
    added_goods,
    after_return,
    announced,
    asking_items,
    exchanges,
    left_over,
    money_or_swap,
    not_possible,
    off_again,
    opened_goods,
    return_terms,
    returns,
    several_swaps,
    still_returnable,
    swap_later,
    told_wish,
    variants_beside,
    withdrawals,
)
from dialogue.retail.services import RetailAction, RetailServices
from dialogue.retail.talk import (
    after_task,
    asked_beside,
    asking_back,
    conversation,
    leading,
    more_of_it,
    noises,
)
from dialogue.retail.the_shop import (
    accounts,
    asked_shortly,
    in_time,
    opening_hours,
    shipping,
    warranty_terms,
)
from dialogue.retail.viewing import (
    asked_of_order,
    invoice_details,
    invoice_questions,
    order_list,
    order_questions,
    orders,
    refund_questions,
    refund_terms,
)
from dialogue.retail.which_order import (
    asking_which,
    choosing,
    goods_of_orders,
    goods_on_sale,
    picking_one,
)

ACTIONS: tuple[type[RetailAction], ...] = (
    GoOnAction,
    choosing.ChooseOrder,
    asking_which.AskOrderNumber,
    proving.AskOrderCode,
    proving.CodeNotReceived,
    orders.OrderStatusForm,
    orders.OrderStatusAction,
    order_list.ListOrdersAction,
    orders.RefundStatusForm,
    orders.RefundStatusAction,
    orders.InvoiceForm,
    orders.InvoiceAction,
    contents.ModifyOrderForm,
    asking_change.AskChange,
    asking_change.AskModifyOrder,
    contents.ModifyOrderAction,
    changes.CancelOrderForm,
    changes.AskCancel,
    changes.CancelOrderAction,
    addresses.ChangeAddressForm,
    addresses.AskChangeAddress,
    addresses.ChangeAddressAction,
    returns.ReturnForm,
    exchanges.ExchangeForm,
    asking_items.AskItem,
    asking_items.AskPieces,
    asking_items.AskReason,
    exchanges.AskReplacement,
    returns.AskReturn,
    exchanges.AskExchange,
    returns.ReturnAction,
    payment_methods.PaymentMethodsAction,
    opening_hours.OpeningHoursAction,
    return_terms.ReturnPolicyAction,
    exchanges.ExchangeAction,
    withdrawals.WithdrawReturnForm,
    withdrawals.AskAnnouncedReturn,
    withdrawals.AskWithdrawal,
    withdrawals.WithdrawReturnAction,
    reports.ProblemForm,
    problem_questions.AskProblemDetails,
    problem_questions.AskWish,
    problem_questions.AskSettle,
    reports.ReportProblemAction,
    photographs.AskPhoto,
    photographs.PhotoSentAction,
    products.ProductSearchAction,
    advice.RecommendAction,
    stock.CheckStockAction,
    details.ProductDetailsAction,
    stock.BackInStockAction,
    codes.PromotionsAction,
    codes.PromoCodeAction,
    gift_cards.GiftCardAction,
    gift_cards.GiftCardForm,
    gift_cards.GiftBalanceAction,
    subscriptions.ChooseUpdates,
    subscriptions.ShippingUpdatesForm,
    subscriptions.ShippingUpdatesAction,
    subscriptions.NoticeAction,
    reminders.RemindMeAction,
    reminders.ReminderForm,
    reminders.SetReminderAction,
    tickets.ComplaintAction,
    tickets.ComplaintForm,
    tickets.ComplaintToldAction,
    tickets.TicketStatusAction,
    shipping.ShippingAction,
    warranty_terms.WarrantyAction,
    conversation.GreetAction,
    handing_over.RequestHumanAction,
    conversation.StopAction,
    conversation.GoodbyeAction,
    conversation.InformAction,
    conversation.UnaskedAction,
    conversation.DidYouMeanAction,
    conversation.OutOfScopeAction,
    more_of_it.AskMoreAction,
    leading.RepeatAction,
    leading.GoBackAction,
    leading.CorrectAction,
)

# What a message may be meant for, whatever it was taken for, in a form too.
MEANT: tuple[Meant, ...] = (
    (reminders.means_reminders, reminders.RemindMeAction),
    (gift_cards.means_gift_card, gift_cards.GiftCardAction),
)
# What a form's question may be met with and is no answer to it: one of those below answers it.
NO_ANSWERS: tuple[NoAnswer, ...] = (
    left_over.means_left,
    announced.means_announced,
    refund_terms.means_refund_terms,
    money_or_swap.means_the_other,
    opened_goods.means_opened,
    several_swaps.means_several,
    variants_beside.asks_variants,
    given_up.gives_up_wish,
    complained.means_complaint,
    swap_later.means_swap_later,
    taken_back.means_taken_back,
    under_way.means_parcels,
    side_questions.means_beside,
    added_goods.means_more,
    not_possible.asks_unknown,
)
ANYWHERE: tuple[FollowUp, ...] = (
    photographs.about_photographs,
    refund_terms.refund_terms,
    double_charge.passed_by_a_yes,
    double_charge.about_double_charge,
    ticket_notes.mail_noted,
    given_up.given_up,
    complained.complained,
    money_or_swap.the_other,
    opened_goods.opened_goods,
    several_swaps.several_swaps,
    variants_beside.variants_beside,
    added_goods.added_goods,
    left_over.about_left,
    announced.about_announced,
    swap_later.swap_later,
    taken_back.taken_back,
    ticket_questions.passed_on,
    ticket_questions.asked_of_ticket,
    outbursts.about_anger,
    after_report.settled,
    after_report.more_of_it,
    after_report.another_remedy,
    after_report.after_report,
    side_questions.beside_problem,
    under_way.about_parcels,
    ticket_notes.about_ticket,
    calling_back.called_back,
    calling_back.calls_now,
    waiting.about_waiting,
    notices_asked.ended_in_passing,
    notices_asked.about_notices,
    cancelling.about_cancelling,
    within_change.within_change,
    goods_on_sale.goods_on_sale,
    after_refusal.another_day,
    told_wish.from_country,
    asking_back.asked_back,
    told_wish.back_to_it,
    told_wish.only_asks_terms,
    shipping.customs_elsewhere,
    accounts.of_accounts,
    asked_beside.done_by_people,
    asked_beside.of_points,
    asked_beside.side_question,
    picking_one.picks_one,
    not_possible.unknown,
    left_to_people.left_in_form,
)
# What a short message may go on with where no form is active; the first that does is done.
FOLLOW_UPS: tuple[FollowUp, ...] = (
    warranty_case.asked_of_case,
    warranty_case.warranty_case,
    after_return.another_instead,
    off_again.other_too,
    still_returnable.still_returnable,
    invoice_questions.passed_on,
    invoice_questions.after_details,
    order_list.sum_of_orders,
    asked_shortly.asked_shortly,
    return_terms.terms_of_goods,
    in_time.in_time,
    noises.no_words,
    leading.in_short,
    not_possible.insists,
    not_possible.nothing_to_swap,
    asked_of_order.asked_what_paid,
    tickets.wants_no_complaint,
    buying.buys,
    waiting_list.about_waiting_list,
    invoice_questions.vat_of_shown,
    after_return.after_return,
    on_its_way.on_its_way,
    refund_questions.about_refund,
    asked_of_order.asked_refund_of,
    cancelling.thought_again,
    asides.after_change,
    after_refusal.after_refusal,
    listed_codes.of_listed_codes,
    code_savings.about_savings,
    codes.about_codes,
    address_again.another_address,
    address_again.address_of_left,
    address_again.where_it_goes,
    contents_again.next_item,
    within_change.more_of_it,
    invoice_details.more_details,
    goods_again.about_goods,
    after_task.after_task,
    order_list.older_orders,
    asked_of_order.asked_of_order,
    order_questions.about_order,
    refund_questions.left_of_refund,
    goods_of_orders.order_with,
    leading.same_of_another,
    told_problem.told_problem,
    told_wish.told_return,
    left_to_people.left_to_people,
)


def retail_actions(services: RetailServices) -> list[Action]:
    """One instance of each retail action over this shop, which also answers when it is away."""
    services = replace(services, store=ReadOnce(services.store))
    return [
        Answered(FollowedUp(action(services), MEANT, ANYWHERE, FOLLOW_UPS, NO_ANSWERS))
        for action in ACTIONS
    ]


def action_executor(services: RetailServices) -> ActionExecutor:
    """An executor that knows all retail actions, to run in process or behind an action server."""
    executor = ActionExecutor()
    for action in retail_actions(services):
        executor.register_action(action)
    return executor
