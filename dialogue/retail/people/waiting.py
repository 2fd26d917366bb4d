"""What customers ask and say while their conversation waits for one of the shop's people."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

from dialogue.domain import LANGUAGE_SLOT
from dialogue.questions import is_question
from dialogue.retail.services import (
    Dispatcher,
    Events,
    RetailServices,
    latest_intent,
    latest_text,
    said_within,
)
from dialogue.retail.task_slots import FORM_OF_INTENT
from dialogue.retail.the_shop.staff_hours import back_at
from dialogue.retail.wording import wording

IN_QUEUE = "in_queue"  # the slot in which only the application says so
READ = 300
SHORT = 10  # words with which one gives waiting up
SOON = 4  # messages after asking for a person, in which what is told is for that person
CONTACT = "utter_contact_details"
QUEUE_LEFT = "utter_queue_left"
ASKED_FOR_PERSON = ("utter_human_requested", "utter_human_later")
_AM_I_STILL = re.compile(
    r"\b(?:am i|are we|i['’]?m)\b.{0,20}\b(?:still|waiting|in (?:the|a|your) (?:queue|line))\b"
    r"|\bstill\b.{0,15}\b(?:waiting|(?:queue|line))\b"
    r"|\b(?:is|will)\b.{0,10}\b(?:some(?:one|body)|any(?:one|body)|a colleague|a person)\b.{0,20}"
    r"\b(?:coming|come|still|answer)\b|\bdid (?:you|that|it)\b.{0,20}\b(?:cancel|queue|out)\b"
    r"|(?:还在|还要|在)(?:等|排队).{0,6}[吗么没]|还(?:会|有).{0,4}(?:人|同事|客服).{0,6}[吗么]",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"\b(?:am i|are we|i['’]?m|still)\b.{0,25}\b(?:waiting|in (?:the|a) (?:queue|line))\b"
    r"|\b(?:is|are) there (?:some|any)(?:one|body)\b"
    r"|\b(?:why|how come)\b.{0,20}\b(?:nobody|no[ -]one|closed|not? (?:people|staff|person))\b"
    r"|为什么.{0,4}没有?人"
    r"|\bany(?:one|body)\b.{0,10}\b(?:there|here|home|coming|around)\b"
    r"|\b(?:is|will|when)\b.{0,20}\b(?:some(?:one|body)|any(?:one|body)|colleague|person|agent"
    r"|human)s?\b.{0,30}\b(?:com(?:e|ing)|there|here|answer\w*|repl\w+|on (?:the|their) way"
    r"|free|back)\b"
    r"|\bhow long\b.{0,40}\b(?:wait|some(?:one|body)|person|agent|human|colleague|queue)\b"
    r"|\b(?:what|if|will|do|did|how|why)\b.{0,40}\b(?:queue|line)\b|(?:排队|队列).{0,3}[吗么没]"
    r"|\b(?:do i|must i|should i|can i|may i)\b.{0,15}\b(?:stay|wait|close|leave)\b"
    r"(?!.{0,20}\b(?:order|review|parcel))"
    r"|^\W*(?:hello|hi|hey)\W*[?？]+\W*$"
    r"|^\W*(?:(?:hello|hi|hey)\W+){0,2}(?:any|some)(?:one|body)\W*$"
    r"|\b(?:can['’]?t|cannot) wait\b|\b(?:tired|sick) of waiting\b"
    r"|^\W*(?:[\w'’]+\W+){0,3}too long\W*$"
    r"|等不(?:了|及|下去)|太久了"
    r"|(?:还在|还要|一直)(?:等|排队)|有人吗|在吗|等多久|什么时候.{0,8}(?:人|客服|同事)|(?:可以|能).{0,2}关"
    r"|有人.{0,4}来",
    re.IGNORECASE,
)
# How many wait, and how long that takes: nobody knows.
_HOW_LONG = re.compile(
    r"\bhow many\b.{0,30}\b(?:ahead|before|in front|waiting|queue|line)\b"
    r"|\bhow long\b.{0,40}\b(?:wait|some(?:one|body)|person|agent|human|colleague|queue)\b"
    r"|\bhow long\b.{0,10}\b(?:it|this|that)\b.{0,10}\b(?:takes?|be|lasts?)\b"
    r"|^\W*(?:and |so |ok |but )?how long(?: (?:roughly|about|approximately|then|now))?\W*$"
    r"|\b(?:what|which)(?:['’]?s| is)? (?:my )?(?:place|position|number|spot)\b.{0,20}$"
    r"|\b(?:am i|my turn|i['’]?m) (?:next|soon|first)\b|\bwhen\b.{0,15}\bmy turn\b"
    r"|\bwait(?:ing)? time\b"
    r"|\b(?:take|be|wait|here)\b.{0,15}\b(?:all (?:night|day|evening|weekend)|forever|ages|hours)\b"
    r"|(?:要|得|还要|还得|大概|大约)等?(?:多久|多长时间|几分钟)"
    r"|等多[久长]|多久.{0,6}(?:轮到|回复|有人)"
    r"|前面.{0,6}(?:几|多少)|排(?:在)?第?几|第几[个位]|几个人.{0,4}排|轮到我",
    re.IGNORECASE,
)
# What else is asked of the person waited for, and what is answered.
_ASIDE = tuple(
    (response, re.compile(words, re.IGNORECASE))
    for response, words in (
        (
            CONTACT,
            r"\b(?:tele)?phone\b|\b(?:can|could|may) i\b.{0,10}\b(?:call|ring)\b"
            r"|\b(?:number|someone|somebody|anyone|anybody) to (?:call|ring)\b|电话|热线",
        ),
        (
            "utter_waiting_hear",
            r"\bhow (?:will|do|would|can|does)\b.{0,20}\b(?:reach|contact|find|hear|get|see|notify"
            r"|tell)\b.{0,20}\b(?:me|answer|reply|them|you|message)\b"
            r"|\bclos(?:e|ed|ing) (?:the|this|my) (?:window|chat|tab|page|browser|app|laptop)\b"
            r"|\bif i (?:close|leave|shut|go)\b(?!.{0,12}\b(?:queue|line)\b)"
            r"|^\W*(?:and |so )?(?:do|will) i get an? e?-?mail\W*$|^\W*by e?-?mail\W*$"
            r"|怎么(?:联系|找|通知|回复)|关(?:掉|了|闭)?(?:窗口|页面|网页|聊天)|^\W*(?:会)?发邮件吗",
        ),
        (
            "utter_waiting_person",
            r"\b(?:real|actual|true) (?:person|human|people)\b"
            r"|\b(?:is|are) (?:it|that|they|he|she) an? (?:person|human|bot)\b|真人|是人吗",
        ),
    )
)
# Whether what is written here reaches them.
_REACHES = re.compile(
    r"\b(?:did|do|does|can|will|has|have)\b.{0,15}\b(?:colleagues?|they|some(?:one|body)|any(?:one"
    r"|body)|person|agent|team)\b.{0,20}\b(?:get|got|see|seen|saw|read|receive\w*)\b"
    r"|\bhow (?:do|will|would|does|can) (?:they|he|she|(?:the|your) \w+)\b.{0,10}\bknow\b"
    r"|\b(?:did|does|has|have|will|is)\b.{0,30}\b(?:get|got|gone|go|passed|sent|come|came)"
    r" (?:on )?to (?:your |the |a )?(?:colleagues?|team|person|people|them)\b"
    r"|(?:同事|客服|他们|有人).{0,6}(?:收到|看到|看见|知道).{0,2}(?:吗|没|么)",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\W*(?:(?:ok(?:ay)?|oh|ah|nah|actually|no|well|thanks?|then|i)\W+)*"
    r"(?:never\s?mind|no need|not needed|forget it|leave it|take me (?:out|off)|stop waiting"
    r"|(?:no longer|don['’]?t) (?:need|want) (?:to wait|(?:an?|the|your|any)?\s?(?:agent"
    r"|person|human|colleague|help|one|body)))\b"
    r"|.{0,30}\b(?:out of|off) (?:the|that|your) (?:queue|line|list)\b"
    r"|.{0,40}\b(?:solved|sorted|fixed|resolved|found|figured|worked|works)(?: (?:it|that|out"
    r"|myself|itself|already|now|by myself|on my own))*\W*$"
    r"|(?:it['’]?s|all) (?:fine|good|ok(?:ay)?|done) now\b|(?:no longer|not) (?:needed|necessary)\b"
    r"|\W*(?:(?:ok(?:ay)?|oh|actually|no|well|thanks?)\W+){0,3}"
    r"i?\W*(?:don['’]?t|do not|no longer) need (?:to (?:talk|speak)"
    r"|(?:this|it|that|them|him|her) (?:any ?more|now))\b"
    r"|(?:cancel|stop|drop) (?:it|that|the (?:request|call|queue|waiting|person|agent|human))\W*$"
    r"|.{0,6}(?:算了|不用了|不需要了|不等了|不用等|不排队|不找人工|不用人工|不需要人工|取消(?:排队|人工))"
    r"|.{0,8}(?:解决了|搞定了|弄好了|处理好了)(?!吗|没)",
    re.IGNORECASE,
)
# Out of it in so many words, wherever it stands in a message: "that's too long. leave the queue".
_LINE = r"(?:queue|waiting (?:list|line|room)|line)"
_LEAVES = re.compile(
    r"\b(?:leave|quit|exit|cancel|end|stop|drop)(?: me)?(?: (?:from|out of))?"
    rf" (?:the|this|your|that|my) {_LINE}\b"
    rf"|\b(?:out of|off|from) (?:the|this|your|that) {_LINE}\b"
    r"|\b(?:take|get|remove|pull) me (?:out|off)(?: of (?:it|there|this))?\W*$"
    r"|\b(?:stop|quit|cancel|end) (?:the )?(?:waiting|queu(?:e)?ing)\b"
    r"|\b(?:don['’]?t|do not|no longer|not|won['’]?t|will not|not going to)"
    r" (?:(?:want|wanna|like|wish|feel like) )?(?:to )?(?:wait\w*|queue|be waiting)"
    r"(?: (?:any ?more|any longer|that long|so long|this long|here|for (?:this|that|them|it|you"
    r"|(?:a|your|the) (?:colleague|person|agent|human))|now))*\W*$"
    r"|(?:退出|离开|取消|移出|踢出|不想|不要|不)(?:再)?(?:了)?(?:人工)?(?:排队|队列|队伍|排了|等了|等下去|再等)",
    re.IGNORECASE,
)
# Not to be put out of it, or asked about it.
_STAYS = re.compile(
    r"\b(?:don['’]?t|do not|not|never|without|if|when|before|did|have you|has|was|am|are|why|how"
    r"|what|happens)\b.{0,30}\b(?:leave|quit|exit|cancel|drop|take|taken|took|get|remove\w*|out|off"
    rf"|in)\b.{{0,20}}\b{_LINE}\b|(?:别|不要|不想|没)(?:把我|让我)?(?:退出|离开|移出|踢)|(?:了|没有)[吗么]|会不会",
    re.IGNORECASE,
)
# The same beside a question of its own: "ok leave it then. How long can I return things?"
_NO_MORE_BESIDE = re.compile(
    r"\W*(?:(?:ok(?:ay)?|oh|ah|nah|hm+|actually|no|well|thanks?|then|sorry)\W+)*"
    r"(?:(?:never\s?mind|forget (?:it|that|the (?:person|colleague|queue))|leave it|leave that)"
    r"(?: then| now| please| again)*\W*$"
    r"|i (?:no longer|don['’]?t|do not) (?:need|want) (?:to (?:wait|talk|speak)\b.{0,30}"
    r"|(?:an?|the|your|any) (?:agent|person|human|colleague|one)(?: any ?more| now)*\W*$"
    r"|any(?:one|body)(?: any ?more| now)*\W*$))"
    r"|.{0,6}(?:算了不用了|算了|不等了|不用等了?|不排队了?|不(?:需要|用)?(?:找|转)?人工了?|不用转了?)吧?\W*$",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.,;!?，。；！？])\s*|\s(?=(?:and|but) )", re.IGNORECASE)
_OF_WAITING = frozenset({"affirm", "deny", "human_agent", "inform", "nlu_fallback", "stop"})
_WISHES = frozenset({"list_orders", *FORM_OF_INTENT})
_CLAUSE = re.compile(r"[.,;!?:，。；！？]|\s(?:so|and|but)\s", re.IGNORECASE)
_NOT_YET = re.compile(
    r"\b(?:not|n['’]t|never(?!\s?mind)|nothing|isn['’]?t|wasn['’]?t|hasn['’]?t|un)\b.{0,20}\b(?:solved"
    r"|sorted|fixed|resolved|found|figured|worked)\b|[?？]|(?:没|未|还没|不)(?:有)?(?:被)?(?:解决|搞定|弄好|处理)",
    re.IGNORECASE,
)


def about_waiting(
    services: RetailServices, dispatcher: Dispatcher, tracker: Tracker, _domain: Any
) -> Events | None:
    """Say that the conversation waits and until when, or take it out of the queue.

    Who gives up waiting leaves it at once. None where the message is not about waiting.
    """
    if not means_waiting(services, tracker):
        return None
    if _asks_whether_it_reaches(tracker):
        dispatcher.utter_message(response="utter_waiting_read")
        return []
    if not tracker.get_slot(IN_QUEUE):
        left = has_left_queue(tracker)
        dispatcher.utter_message(response="utter_queue_not_in" if left else "utter_queue_none")
        return []
    if _gives_up(tracker):
        out = leave_queue(dispatcher)
        return None if _asks_else(tracker) else out  # which is answered as well
    aside, how_long = _aside(tracker), _HOW_LONG.search(_text(tracker))
    if aside is not None and not (how_long and aside == CONTACT):
        dispatcher.utter_message(response=aside)
        return []
    asked = "utter_waiting_how_long" if how_long else "utter_still_waiting"
    back = back_at(services.policies.people, services.clock())
    words = wording(services.phrases, tracker.get_slot(LANGUAGE_SLOT))
    dispatcher.utter_message(
        response=f"{asked}_later" if back else asked,
        when=words.moment(back) if back else "",
    )
    if aside is not None:
        dispatcher.utter_message(response=aside)
    return []


def leave_queue(dispatcher: Dispatcher) -> Events:
    """The custom part tells the application to take the conversation out of the queue."""
    dispatcher.utter_message(response=QUEUE_LEFT, json_message={"handoff": False})
    return []


def means_waiting(_services: RetailServices, tracker: Tracker) -> bool:
    """Whether the latest message is about waiting for a person, while it waits for one or did."""
    if _asks_whether_it_reaches(tracker):
        return True
    if not tracker.get_slot(IN_QUEUE):
        if latest_intent(tracker) == "human_agent" and _leaves(_text(tracker)):
            return True  # who is not in it is not put there by that
        return has_left_queue(tracker) and bool(_AM_I_STILL.search(_text(tracker)))
    asks = any(said.search(_text(tracker)) for said in (_STILL, _HOW_LONG))
    return asks or _aside(tracker) is not None or _gives_up(tracker)


def _aside(tracker: Tracker) -> str | None:
    """The response to what is asked of the person waited for, while no form asks anything."""
    text = _text(tracker)
    if (tracker.active_loop or {}).get("name") or not is_question(text):
        return None
    return next((response for response, said in _ASIDE if said.search(text)), None)


def _asks_whether_it_reaches(tracker: Tracker) -> bool:
    waits = bool(tracker.get_slot(IN_QUEUE)) or was_asked_for(tracker)
    return waits and _REACHES.search(_text(tracker)) is not None


def was_asked_for(tracker: Tracker) -> bool:
    """Whether a person was asked for in one of the last few messages: what is told is for them."""
    lately = not said_within(tracker, SOON).isdisjoint(ASKED_FOR_PERSON)
    return lately and not has_left_queue(tracker)


def has_left_queue(tracker: Tracker) -> bool:
    """Whether the customer gave up waiting for a person, and has asked for none since."""
    for event in reversed(tracker.events):
        said = (event.get("metadata") or {}).get("utter_action")
        if event.get("event") == "bot" and said in (QUEUE_LEFT, *ASKED_FOR_PERSON):
            return bool(said == QUEUE_LEFT)
    return False


def asks_how_long(text: str) -> bool:
    """Whether a text asks how long one waits for a person."""
    return _HOW_LONG.search(text[:READ]) is not None


def _gives_up(tracker: Tracker) -> bool:
    """Inside a form it is the form that is given up, unless it says that the queue is meant."""
    text = _text(tracker)
    if _leaves(text):
        return True
    in_form = (tracker.active_loop or {}).get("name")
    ends = not in_form and bool(_NO_MORE.match(text)) and not _NOT_YET.search(text)
    if ends and len(text.split()) <= SHORT:
        return True
    clauses = [one.strip() for one in _SENTENCES.split(text) if one.strip()]
    alone = [one for one in clauses if not is_question(one)]
    return (
        not in_form
        and len(clauses) > 1
        and any(_NO_MORE_BESIDE.match(one) and not _NOT_YET.search(one) for one in alone)
    )


def _asks_else(tracker: Tracker) -> bool:
    """Whether a message that gives waiting up also asks or wants something that is no waiting."""
    if latest_intent(tracker) in _OF_WAITING:
        return False
    wishes = latest_intent(tracker) in _WISHES
    sentences = [one for one in _SENTENCES.split(_text(tracker)) if re.search(r"\w", one)]
    rest = [one for one in sentences if is_question(one) or (wishes and not _NO_MORE.match(one))]
    return any(not _STILL.search(one) and not _HOW_LONG.search(one) for one in rest)


def _leaves(text: str) -> bool:
    return any(_LEAVES.search(one) and not _STAYS.search(one) for one in _CLAUSE.split(text))


def _text(tracker: Tracker) -> str:
    return latest_text(tracker)[:READ]
