"""A short question that goes on with the last answer: "how long do you keep it there?"

Read by itself it is about nothing, or about something else. Read together with the question before
it, it has its topic: a question is put after those that it goes on with, as in open-retrieval
conversational question answering (Qu et al., SIGIR 2020). A project's `goes_on:` says which intents
are such topics, and which intent goes on with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dialogue.domain import Domain
from dialogue.events import BotUttered, FollowupAction, UserUttered
from dialogue.excerpt import part_of
from dialogue.tracker import Tracker
from dialogue.yaml_source import YamlFile
from nlu.errors import InterpreterUnavailable
from nlu.labels import intent_of
from nlu.types import (
    FALLBACK_INTENT,
    OUT_OF_SCOPE_INTENT,
    IntentScore,
    Interpreter,
    Understanding,
)

SURE = 0.6  # probability from which a question means by itself what it seems to
FOUND = 0.8  # score of an answer that is the topic's own, where nothing was decided
MOST_WORDS = 9
MOST_SIGNS = 14  # of Chinese
LOOKED_BACK = 6  # messages
LONGEST = 200  # characters

_KEYS = ("after", "means", "reads", "unless", "weak", "names")
_UNDECIDED = (FALLBACK_INTENT, OUT_OF_SCOPE_INTENT)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ASKS = re.compile(
    r"[?？]\s*$|[吗呢么]\s*$"
    r"|^(?:(?:oh|ok|okay|hm+|well|so|and|but|then|also|even)\b[\s,]*){0,2}"
    r"(?:how|what|whats|when|where|which|who|whose|why|till|until|is|are|do|does|did|can|could|will"
    r"|would|must|should|may|has|have|if|for|with|from|to|even)\b"
    r"|^(?:and|but|also|even)\b|^(?:为什么|为何|多久|多少|多长|什么|怎么|哪|那|可以|能|要|需要|还)",
    re.IGNORECASE,
)
# What leans on the question before it, whatever it is about.
_LEANS = re.compile(
    r"^(?:oh |ok |but |and )?even (?:if|when|with|for)\b|^(?:and|but) if\b"
    r"|^(?:and|but|so)\b[^?]{0,60}\bthen\W*$"
    r"|^那.{0,10}呢\W*$",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|that|this|they|them|their|those|these|there|he|she|him|her)\b"
    r"|^(?:and|but|also|even|what about|how about)\b|[它这那]",
    re.IGNORECASE,
)
_WHY = re.compile(r"\bwhy\b|\bhow come\b|为什么|为何|为啥", re.IGNORECASE)
# What adds one thing to what was asked: "and copenhagen?", "what about lamps?".
_ADDS = re.compile(r"^(?:and|but|what about|how about)(?: [^\W\d_]+){1,3}\W*$", re.IGNORECASE)
# Words that name nothing a question could be about.
_OF_NO_TOPIC_EN = """
    a about again all also always am an and any anything are as at be been but by can come comes
    cost costs could did do does done either else even exactly extra far fast few for free from get
    gets give go goes got had happen happens has have he her here him his how i if in is it its just
    keep keeps last lasts less long many may me mean means more much must my need needs no not of oh
    ok okay on one only or our out over pay please quickly really same shall she should so some
    something soon still take takes than that the their them then there these they this those till
    to too until up us usually was we well what whats when where which who whose why will with work
    works would yes you your
"""
_OF_NO_TOPIC = frozenset(_OF_NO_TOPIC_EN.split())
_OF_NO_TOPIC_ZH = re.compile(
    r"多少钱|多少|多久|多长时间|什么时候|什么|为什么|为何|怎么样|怎么|怎样|哪里|哪儿|在哪|哪|几天|几|免费|收费|花钱|要钱|另外"
    r"|额外|可以|需要|一定|必须|必要|这个|那个|那里|这里|这样|那样|它们|它|你们|我们|你|我|谁|能|会|要|是|有|也|还|都|的|了|吗|呢|么"
    r"|那|这|不|没|行|请问|请|啊|呀|得|给|到|又|就|只|最|长|快|时间"
)


@dataclass(frozen=True)
class GoingOn:
    """`after`: the intents that are topics. `means`: the intent of what goes on with one.

    `reads`: topics that are answered by an action which looks at the words of each question.

    `unless`: intents that even a short question surely means by itself. `weak`: those that it is
    often taken for, however sure it seems. `names`: entities that give it a topic of its own.
    """

    after: frozenset[str] = frozenset()
    means: str = ""
    reads: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Topic:
    """What was asked before: its words, its intent, of a retrieval intent the answer's key.

    `answer` is what was said to it.
    """

    text: str
    intent: str
    key: str | None = None
    answer: str = ""

    def is_of(self, meaning: Understanding) -> bool:
        """Whether a message is of this topic."""
        first = meaning.intent
        if first is None or first.name != self.intent:
            return False
        return self.key is None or self.key == _key(meaning, self.intent)


def read_going_on(files: Iterable[YamlFile], domain: Domain) -> GoingOn:
    """The `goes_on:` of a project. Raises SourceError for what is no such entry."""
    known = GoingOn()
    for file in files:
        if file.content.get("goes_on") is None:
            continue
        node = file.mapping(file.content, "goes_on", "goes_on")
        file.only_keys(node, _KEYS, "goes_on")
        named: dict[str, frozenset[str]] = {}
        for key in ("after", "reads", "unless", "weak", "names"):
            what, names = (
                ("entity", domain.entities) if key == "names" else ("intent", domain.intents)
            )
            found = file.names(node, key, key) if key in node else ()
            for name in found:
                if name not in names:
                    raise file.unknown(what, name, names, node, key)
            named[key] = frozenset(found)
        means = file.text(node, "means", "the intent of what goes on")
        if means not in domain.intents:
            raise file.unknown("intent", means, domain.intents, node, "means")
        known = GoingOn(means=means, **named)
    return known


def with_topic(
    meaning: Understanding, tracker: Tracker, known: GoingOn, interpreter: Interpreter
) -> Understanding:
    """The meaning of a message, which may be a short question about what was asked before it.

    Such a one costs one more call; where that fails, the message alone has been understood.
    """
    topic = topic_of(tracker, known)
    if topic is None or not may_go_on(meaning, topic, known):
        return meaning
    try:
        both = interpreter.parse(together(topic, meaning.text))
    except InterpreterUnavailable:
        return meaning
    return gone_on(meaning, both, topic, known)


def topic_of(tracker: Tracker, known: GoingOn) -> Topic | None:
    """What the last answer was about; None where no question could go on with it."""
    if tracker.active_loop_name is not None or tracker.paused:
        return None
    said: list[str] = []
    asked: list[UserUttered] = []  # about one topic, the latest first
    for event in reversed(tracker.applied):
        if isinstance(event, BotUttered) and event.message.text:
            said.insert(0, event.message.text)
        if isinstance(event, FollowupAction) and not asked:
            return None  # something else was meant, and answered in the topic's place
        if not isinstance(event, UserUttered):
            continue
        if event.intent in known.after and not event.is_external:
            if asked and (event.intent != asked[0].intent or _whole(asked[-1])):
                break
            asked.append(event)
        elif event.intent != known.means or len(asked) > LOOKED_BACK:
            break
        elif not asked:
            said = []  # more of the answer that is looked for
    return replace(_topic(asked), answer=" ".join(said)) if asked else None


def may_go_on(meaning: Understanding, topic: Topic, known: GoingOn) -> bool:
    """Whether it is worth while to read a message together with the topic."""
    text, first = meaning.text.strip(), meaning.intent
    named = any(entity.name in known.names for entity in meaning.entities)
    if first is None or named or not _is_short(text) or _ASKS.search(text) is None:
        return False
    same, sure = topic.is_of(meaning), first.confidence >= SURE
    if sure and first.name in known.unless:
        return False
    if _names_nothing(text) or first.name in _UNDECIDED or not sure:
        return True
    if same:
        return topic.key is not None
    weak = first.name in known.weak and _POINTS.search(text) is not None
    return weak or _ADDS.search(text) is not None


def together(topic: Topic, text: str) -> str:
    """The question, put after the one that it may go on with."""
    ends = "" if topic.text.endswith(("?", "？", ".", "!")) else "?"
    return f"{topic.text}{ends} {text}"


def gone_on(
    meaning: Understanding, both: Understanding, topic: Topic, known: GoingOn
) -> Understanding:
    """What a message means, of which `both` is the meaning together with the topic."""
    first = both.intent
    if first is None:
        return meaning
    same = topic.is_of(both) or (
        first.name in _UNDECIDED
        and topic.key is not None
        and any(hit.key == topic.key and hit.score >= FOUND for hit in both.retrieval[:1])
    )
    going_on = IntentScore(known.means, first.confidence)
    more = replace(meaning, intent_ranking=(going_on, *meaning.intent_ranking))
    again = replace(meaning, intent_ranking=both.intent_ranking, retrieval=both.retrieval)
    bare = _names_nothing(meaning.text)
    if not same:
        if not bare or first.name not in known.after:
            return meaning
        # Another answer, or a neighbour of the topic: ways to pay for instalments.
        other = _key(both, first.name) is not None and not _WHY.search(meaning.text)
        return again if other else more
    reads = topic.intent in known.reads and not _WHY.search(meaning.text)
    if part_of(topic.answer, meaning.text):
        return again if reads else more
    if (topic.is_of(meaning) and topic.key is None) or _means_something(meaning, known):
        return meaning
    return again if reads else more


def _means_something(meaning: Understanding, known: GoingOn) -> bool:
    """Whether a message is surely understood by itself, as what is no mere semblance."""
    first = meaning.intent
    if first is None or first.name in _UNDECIDED or first.name in known.weak:
        return False
    return first.confidence >= SURE and not _names_nothing(meaning.text)


def _topic(asked: Sequence[UserUttered]) -> Topic:
    """The latest question; one that went on with others is put after the first of them."""
    latest, first = asked[0], asked[-1]
    meaning, intent = latest.understanding, str(latest.intent)
    key = _key(meaning, intent)
    texts = [_words_of(one) for one in ((first,) if latest is first else (first, latest))]
    return Topic(" ".join(texts)[-LONGEST:], intent, key)


def _words_of(event: UserUttered) -> str:
    """What was written; of a button, whose words are those of its name, the name."""
    text = str(event.text or "").strip()
    if not text.startswith("/"):
        return text
    name = _key(event.understanding, str(event.intent)) or str(event.intent)
    return name.rpartition("/")[2].replace("_", " ")


def _whole(event: UserUttered) -> bool:
    """Whether a question names what it is about, and so goes on with none."""
    text = str(event.text or "")
    return not _names_nothing(text) and not _ADDS.search(text)


def _key(meaning: Understanding, intent: str) -> str | None:
    keys = (hit.key for hit in meaning.retrieval)
    return next((key for key in keys if intent_of(key) == intent), None)


def _is_short(text: str) -> bool:
    if text.startswith("/") or len(text) > LONGEST:
        return False
    signs = len(_CHINESE.findall(text))
    return signs <= MOST_SIGNS if signs else len(_WORD.findall(text)) <= MOST_WORDS


def _names_nothing(text: str) -> bool:
    """Whether a text has no topic of its own, or leans on that of another."""
    if _LEANS.search(text):
        return True
    if _CHINESE.search(text):
        return not _WORD.findall(_OF_NO_TOPIC_ZH.sub("", text))
    words = (word.casefold().replace("’", "'").split("'")[0] for word in _WORD.findall(text))
    return all(word in _OF_NO_TOPIC for word in words)
