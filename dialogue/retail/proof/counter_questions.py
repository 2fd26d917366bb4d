"""Questions back to what a form asks for: why, whether that is safe, where it stands."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from dialogue.orders.codes import masked
from dialogue.questions import is_question
from dialogue.retail.proof.proving import CODE, NOT_RECEIVED, claim_of
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_entity,
    latest_intent,
    latest_text,
    viewer_of,
)
from dialogue.retail.task_slots import REQUESTED_SLOT

READ = 100  # characters; who asks back asks shortly
SHORT = 14  # words
_THING = (
    r"(?:numbers?|codes?|e-?mails?|mails?|mail ?box|inbox|address|reason"
    r"|photo\w*|picture|phone|telephone"
    r"|details?|information|info|data)"
)
_SAFE = re.compile(
    rf"\b(?:is|are)\s(?:it|that|this|those|my {_THING})\s(?:\w+\s)?(?:safe|secure|private)\b"
    r"|^\W*(?:safe|secure)\W*$|\bwho\s(?:else\s)?(?:(?:can|will|could|gets? to)\s)?"
    r"(?:sees?|reads?|gets?|has)\s(?:it|that|this|them|access|my)\b"
    r"|\bwhat\s(?:do|will|are)\s(?:you|u)\s(?:do|doing|use)\b.{0,10}\b(?:it|that|with|for)\b"
    r"|\bdo\s(?:you|u)\s(?:keep|store|save|share|sell)\s(?:it|that|this|my|them)\b"
    r"|安全吗|安不安全|保密吗|泄露|谁.{0,3}看",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^\W*(?:and\s|but\s|so\s|ok\s)?(?:why|what for|how come)(?:\s(?:that|this|so))?\W*$"
    r"|\b(?:why|what|y)\b.{0,12}\b(?:you|u|i)\s(?:\w+\s)?"
    r"(?:need|want|ask\w*|have to|must|give|require)\b"
    rf"|\bwhy\s(?:an?\s|the\s|my\s|this\s|that\s)?{_THING}\b|\bwhat(?:['’]?s|\sis)\b.{{0,25}}\bfor\W*$"
    r"|\b(?:do|must)\si\s(?:really\s)?(?:have to|need to|must)(?:\s\w+){0,3}\W*$|^\W*must i\W*$"
    rf"|\b(?:do|must|should)\s(?:i|you|u)\s(?:really\s)?(?:need|want|have)\s(?:\w+\s)?{_THING}\b"
    r"|\bis\s(?:it|that|this)\s(?:really\s)?(?:necessary|needed|required)\b"
    r"|为什么[要需问]|为啥|跟你.{0,3}关系|关你.{0,3}事|干[嘛吗什]|有什么用|做什么用|^\W*为什么\W*$|(?:必须|一定要|非要).{0,6}吗",
    re.IGNORECASE,
)
_WHERE = re.compile(
    rf"\bwhere\b.{{0,25}}\b(?:it|that|this|{_THING}|one)\b|^\W*(?:and\s)?where\W*$"
    rf"|\b(?:which|what|what kind of)\s{_THING}\b"
    r"|哪(?:里|儿)?.{0,3}(?:找|看|有)|在哪|哪个[号邮码单]",
    re.IGNORECASE,
)
_LACKS = re.compile(
    r"\b(?:do(?:es)?n['’]?t|do not|can['’]?t|cannot|haven['’]?t|not)\s(?:\w+\s)?"
    r"(?:have|know|remember|find|got)\b|\bno (?:idea|clue)\b|\b(?:have|got) no (?!orders?\b)"
    r"|\b(?:lost|deleted|forgot\w*)\b"
    r"|手边没有|不在手边|没有(?:了|订单号|号码|邮件|邮箱|单号)|^\W*我?没有\W*$|找不到|不记得|忘[了记]|不知道",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|^\W*(?:and|but|so)?\s*(?:wh(?:at|ich|ere|y|o)|how|can|could|do|does|is|must|should|if)\b"
    r"|don['’]?t (?:have|know)|no idea|lost|deleted|哪|怎么|什么|吗|没有|找不到|忘",
    re.IGNORECASE,
)
_VALID = re.compile(
    r"\bhow long\b.{0,25}\b(?:valid|good|last|work|works|hold|use|have)\b|\b(?:expires?|run out)\b"
    r"|多久.{0,4}(?:有效|过期|失效)|有效期|什么时候(?:过期|失效)|(?:有效|管用)多久",
    re.IGNORECASE,
)
# When the mail comes; not when the order does, or the money.
_SOON = re.compile(
    r"\bhow (?:long|soon|fast|quick\w*)\b|\bwhen\b.{0,25}\b(?:come|comes|arrive\w*|get|be here)\b"
    r"|多久|几分钟|什么时候"
    r"|^\W*(?:(?:no|sorry|but|hm+)\W+){0,2}(?:it|the (?:mail|code|e-?mail)|nothing)\s"
    r"(?:has|did|is)\s?(?:n['’]?t| not)?.{0,6}\b(?:arrived?|come|came|here|there)\b.{0,10}$"
    r"|^\W*还没.{0,2}(?:到|收到).{0,2}$",
    re.IGNORECASE,
)
_OF_THE_ORDER = re.compile(
    r"\b(?:orders?|parcels?|package|money|refund\w*|deliver\w*|back)\b|订单|包裹|快递|钱|退款",
    re.IGNORECASE,
)
_MAIL = re.compile(r"\b(?:why|what).{0,20}\be?-?mail\b|(?:为什么|为啥).{0,6}邮箱", re.IGNORECASE)
_WHAT_IF = re.compile(
    r"\bwhat (?:happens|would happen|if)\b.{0,25}"
    r"\b(?:don['’]?t|do not|won['’]?t|not|without|refuse)\b"
    r"|\bwithout (?:the|a|that|any|this) (?:code|number|e-?mail|mail)\b"
    r"|不用?要?验证码.{0,4}(?:可以|行|能)"
    r"|(?:不说|不给|不填|不提供).{0,6}(?:会怎么?样|怎么办|可以吗|行吗)"
    r"|^\W*(?:我?(?:不(?:想|愿意?|方便))(?:给|说|提供|填|告诉你?)(?:你|了|的)*)\W*$",
    re.IGNORECASE,
)
# The code before it is asked for: the question for a yes says that one comes.
_WHY_CODE = re.compile(
    r"\b(?:why|what)\b.{0,20}\bcode\b|\bcode\b.{0,12}\b(?:what for|why|necessary|needed)\b"
    r"|为什么.{0,6}验证码|验证码.{0,6}(?:干嘛|做什么|干什么|有什么用)",
    re.IGNORECASE,
)
# The order is to be found by the address alone, or by a name.
_BY_NAME = re.compile(
    r"\b(?:only|just) (?:have|got|know|remember) (?:my|the) (?:\w+ )?"
    r"(?:e-?mail|mail|name|address)\b"
    r"|\b(?:only|just) my (?:e-?mail|name|mail)\b"
    r"|\b(?:find|look|search|check|use|do|go|try)\b.{0,25}"
    r"\b(?:with|by|from|for|via|using|under) (?:my |the )?(?:e-?mail|mail|name|that)\b"
    r"|\bmy (?:full |last )?name(?: is|['’]s)\b|\b(?:phone|telephone|mobile)(?: number)?\b"
    r"|^\W*(?:but )?i (?:have )?(?:ordered|bought)\b.{3,}"
    r"|我叫|手机号|电话号码|我.{0,6}(?:买|订)了|游客"
    r"|(?:只有|只记得|只知道).{0,4}(?:邮箱|邮件|名字|姓名)|(?:用|按|靠|凭)(?:我的)?(?:邮箱|邮件|名字|姓名).{0,6}(?:查|找)",
    re.IGNORECASE,
)
_KINDS = (
    ("valid", _VALID),
    ("soon", _SOON),
    ("what_if", _WHAT_IF),
    ("safe", _SAFE),
    ("why", _WHY),
    ("where", _WHERE),
    ("lacks", _LACKS),
    ("by_name", _BY_NAME),
)
# What is answered, by the slot that is asked for: only what is true of it.
_ANSWERS = {
    "order_number": {
        "by_name": "utter_not_by_email",
        "why": "utter_why_order_number",
        "safe": "utter_safe_order_number",
        "where": "utter_where_order_number",
        "lacks": "utter_where_order_number",
        "what_if": "utter_without_order_keys",
    },
    "order_email": {
        "why": "utter_where_order_email",
        "safe": "utter_where_order_email",
        "where": "utter_where_order_email",
        "lacks": "utter_lacks_order_email",
        "what_if": "utter_without_order_keys",
    },
    CODE: {
        "why": "utter_why_order_code",
        "safe": "utter_safe_order_code",
        "where": "utter_where_order_code",
        "lacks": "utter_where_order_code",
        "valid": "utter_valid_order_code",
        "soon": "utter_code_soon",
        "what_if": "utter_why_order_code",
    },
    "new_address": {
        "why": "utter_why_new_address",
        "safe": "utter_why_new_address",
        "lacks": "utter_lacks_new_address",
    },
    "return_reason": dict.fromkeys(("why", "what_if"), "utter_back_return_reason"),
    "photo": {"safe": "utter_safe_photo"},
    "problem_details": {"safe": "utter_safe_problem_details"},
}
_OWN = {
    "why": "utter_why_own_order",
    "safe": "utter_why_own_order",
    "where": "utter_where_own_order",
    "lacks": "utter_where_own_order",
}


def counter_question(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker
) -> Events | None:
    """Say why something is asked for, or where it is found; the form then asks once more."""
    response = answer_to_counter_question(tracker)
    if response is None:
        return None
    asked = tracker.get_slot(REQUESTED_SLOT)
    claim = claim_of(services, tracker) if asked == CODE else None
    dispatcher.utter_message(response=response, address=masked(claim.address) if claim else "")
    return []


def answer_to_counter_question(tracker: Tracker) -> str | None:
    """The response to a question back to what the active form asks; None where it is none."""
    text, asked = latest_text(tracker), tracker.get_slot(REQUESTED_SLOT)
    if not (tracker.active_loop or {}).get("name") or len(text) > READ:
        return None
    if len(text.split()) > SHORT or latest_entity(tracker, "order_number"):
        return None
    viewer = viewer_of(tracker)
    if not viewer.signed_in and asked in ("confirmed", CODE) and _WHY_CODE.search(text):
        return "utter_why_order_code"
    own = asked == "order_number" and viewer.signed_in
    mail = asked == "order_number" and _MAIL.search(text) is not None  # which is asked for next
    answers = _OWN if own else _ANSWERS.get("order_email" if mail else str(asked), {})
    kind = next((name for name, said in _KINDS if said.search(text)), "")
    again = latest_intent(tracker) == NOT_RECEIVED and not is_question(text)  # a new one is sent
    if kind == "soon" and (_OF_THE_ORDER.search(text) or again):
        return None
    return answers.get(kind)


def did_not_fit(tracker: Tracker) -> str:
    """What is said to words that answer nothing; to a guest's question, where the number stands."""
    asked, text = tracker.get_slot(REQUESTED_SLOT), latest_text(tracker)[:READ]
    pair = asked in ("order_number", "order_email") and not viewer_of(tracker).signed_in
    return f"utter_where_{asked}" if pair and _ASKS.search(text) else "utter_did_not_fit"
