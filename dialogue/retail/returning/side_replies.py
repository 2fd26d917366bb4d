"""Which response answers what is asked on the side of goods that come back.

One table for the forms, and for the time after something was announced or taken back.
"""

from __future__ import annotations

from enum import StrEnum

from dialogue.retail.facets import Facet
from dialogue.retail.returning.own_questions import (
    ACCOUNT,
    AGAIN,
    BRINGS,
    DELIVERY_FEE,
    FETCHED,
    FIRST,
    INSIDE,
    KEEP_BOTH,
    LATER,
    MISSED,
    MONEY_WHEN,
    NEXT,
    NO_BOX,
    NO_MAIL,
    NOT_SENT,
    OPENED,
    OTHER_VARIANT,
    OTHER_WAY,
    PERIODS,
    PRICE,
    PRINT,
    QUICKER,
    SENT,
    SOLD_OUT,
    STORE,
    TAGS,
    UNFIT,
    WRITE,
)


class Matter(StrEnum):
    """What is spoken of: the forms by what they prepare, and what was done."""

    RETURN = "return"
    EXCHANGE = "exchange"
    WITHDRAWAL = "withdrawal"
    ANNOUNCED = "announced"
    SWAPPED = "swapped"
    KEPT = "kept"


RETURN_UNTIL = "utter_aside_return_until"
_WAY, UNDO, MAIL = "utter_back_way", "utter_aside_undo", "utter_aside_goods_mail"
SWAP_TIME, KEEP_AGAIN = "utter_aside_swap_time", "utter_aside_keep_again"
SENT_RETURN, SENT_SWAP = "utter_how_to_send_return", "utter_how_to_send_exchange"
COMES, NEW_COMES = "utter_return_money_comes", "utter_new_one_comes"
_FETCHED = "utter_faq/return_pickup_at_home"
_NO_PRINTER = "utter_aside_no_printer"
_NO_BOX = "utter_faq/return_without_packaging"
_STORE = "utter_faq/return_in_store"
_TAGS = "utter_faq/try_on_at_home"
_INSIDE, _BRINGS = "utter_aside_nothing_inside", "utter_aside_anybody_brings"
_SET_ASIDE = "utter_aside_set_aside"
MISSED_DAY = "utter_aside_missed"
_MONEY = {
    ACCOUNT: "utter_aside_other_account",
    OTHER_WAY: "utter_faq/store_credit",
    DELIVERY_FEE: "utter_aside_delivery_fee",
}
REPLIES: dict[Matter, dict[str, str]] = {
    Matter.RETURN: {
        TAGS: _TAGS,
        SENT: "utter_faq/lost_return_number",
        NEXT: _WAY,
        MISSED: RETURN_UNTIL,
        LATER: RETURN_UNTIL,
        PRICE: "utter_back_money",
        QUICKER: SWAP_TIME,
        FIRST: "utter_aside_money_when",
        WRITE: _WAY,
        INSIDE: _INSIDE,
        BRINGS: _BRINGS,
        NO_MAIL: MAIL,
        PERIODS: RETURN_UNTIL,
        **_MONEY,
        Facet.COST: "utter_aside_return_free",
        Facet.REFUND: "utter_back_money",
        MONEY_WHEN: "utter_aside_money_when",
        Facet.DIFFERENCE: "utter_aside_difference",
        Facet.UNTIL: RETURN_UNTIL,
        Facet.HOW_LONG: "utter_aside_money_when",
        Facet.WHEN: "utter_aside_money_when",
        Facet.WHERE: _WAY,
        Facet.WHO: _WAY,
        Facet.HOW: _WAY,
        Facet.MAIL: MAIL,
        Facet.UNDO: UNDO,
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
        PRINT: _NO_PRINTER,
        STORE: _STORE,
    },
    Matter.EXCHANGE: {
        TAGS: _TAGS,
        UNFIT: "utter_aside_swap_unfit",
        NEXT: "utter_aside_swap_way",
        MISSED: "utter_aside_swap_until",
        LATER: "utter_aside_swap_until",
        SOLD_OUT: _SET_ASIDE,
        WRITE: "utter_aside_swap_way",
        INSIDE: _INSIDE,
        BRINGS: _BRINGS,
        NO_MAIL: MAIL,
        KEEP_BOTH: "utter_aside_swap_both",
        PRICE: "utter_aside_swap_price",
        PERIODS: "utter_aside_swap_until",
        Facet.COST: "utter_aside_swap_free",
        Facet.REFUND: "utter_aside_swap_no_money",
        MONEY_WHEN: "utter_aside_swap_no_money",
        Facet.UNTIL: "utter_aside_swap_until",
        Facet.HOW_LONG: SWAP_TIME,
        Facet.WHEN: SWAP_TIME,
        FIRST: "utter_aside_swap_first",
        Facet.WHERE: "utter_aside_swap_way",
        Facet.WHO: "utter_aside_swap_way",
        Facet.HOW: "utter_aside_swap_way",
        Facet.MAIL: MAIL,
        Facet.UNDO: UNDO,
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
        PRINT: _NO_PRINTER,
        STORE: _STORE,
    },
    Matter.WITHDRAWAL: {
        SENT: "utter_aside_keep_sent",
        NEXT: "utter_next_withdrawn",
        Facet.COST: "utter_aside_keep_free",
        Facet.REFUND: "utter_aside_keep_no_money",
        MONEY_WHEN: "utter_aside_keep_no_money",
        Facet.UNTIL: KEEP_AGAIN,
        Facet.UNDO: KEEP_AGAIN,
        AGAIN: KEEP_AGAIN,
        Facet.WHERE: "utter_next_withdrawn",
        Facet.HOW: "utter_next_withdrawn",
        Facet.WHO: "utter_next_withdrawn",
        Facet.MAIL: MAIL,
        NOT_SENT: "utter_aside_keep_not_sent",
    },
    Matter.ANNOUNCED: {
        TAGS: _TAGS,
        SENT: "utter_aside_sent_already",
        MISSED: MISSED_DAY,
        LATER: SENT_RETURN,
        PRICE: "utter_return_money_goes",
        FIRST: COMES,
        WRITE: SENT_RETURN,
        INSIDE: _INSIDE,
        BRINGS: _BRINGS,
        NO_MAIL: MAIL,
        PERIODS: "utter_aside_two_periods",
        **_MONEY,
        Facet.COST: SENT_RETURN,
        Facet.REFUND: "utter_return_money_goes",
        MONEY_WHEN: COMES,
        Facet.DIFFERENCE: "utter_aside_difference",
        Facet.UNTIL: SENT_RETURN,
        Facet.HOW_LONG: COMES,
        Facet.WHEN: COMES,
        Facet.WHERE: SENT_RETURN,
        Facet.WHO: SENT_RETURN,
        Facet.HOW: SENT_RETURN,
        Facet.MAIL: MAIL,
        Facet.UNDO: "utter_aside_undo_now",
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
        PRINT: _NO_PRINTER,
        STORE: _STORE,
    },
    Matter.SWAPPED: {
        TAGS: _TAGS,
        UNFIT: "utter_aside_swap_unfit",
        SENT: NEW_COMES,
        MISSED: MISSED_DAY,
        LATER: SENT_SWAP,
        SOLD_OUT: NEW_COMES,
        WRITE: SENT_SWAP,
        INSIDE: _INSIDE,
        BRINGS: _BRINGS,
        NO_MAIL: MAIL,
        KEEP_BOTH: "utter_aside_swap_both",
        PRICE: "utter_aside_swap_price",
        PERIODS: "utter_aside_two_periods",
        Facet.COST: SENT_SWAP,
        Facet.REFUND: "utter_aside_swap_no_money",
        MONEY_WHEN: "utter_aside_swap_no_money",
        Facet.UNTIL: SENT_SWAP,
        Facet.HOW_LONG: NEW_COMES,
        Facet.WHEN: NEW_COMES,
        FIRST: "utter_old_one_first",
        OTHER_VARIANT: "utter_exchange_other_variant",
        Facet.WHERE: SENT_SWAP,
        Facet.WHO: SENT_SWAP,
        Facet.HOW: SENT_SWAP,
        Facet.MAIL: MAIL,
        Facet.UNDO: "utter_aside_undo_now",
        OPENED: "utter_aside_opened",
        FETCHED: _FETCHED,
        NO_BOX: _NO_BOX,
        PRINT: _NO_PRINTER,
        STORE: _STORE,
    },
    Matter.KEPT: {
        SENT: "utter_aside_kept_sent",
        Facet.COST: "utter_aside_keep_free",
        Facet.REFUND: "utter_aside_kept_no_money",
        MONEY_WHEN: "utter_aside_kept_no_money",
        Facet.UNTIL: KEEP_AGAIN,
        Facet.UNDO: KEEP_AGAIN,
        AGAIN: KEEP_AGAIN,
        Facet.WHERE: "utter_next_withdrawn",
        Facet.HOW: "utter_next_withdrawn",
        Facet.MAIL: MAIL,
        NOT_SENT: "utter_aside_keep_not_sent",
    },
}
