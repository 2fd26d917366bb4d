"""The types that flow out of `nlu`: what a message means, in Rasa's JSON at process borders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, runtime_checkable

FALLBACK_INTENT = "nlu_fallback"
OUT_OF_SCOPE_INTENT = "out_of_scope"
ALL_RETRIEVAL_INTENTS = "all_retrieval_intents"  # beside the response selectors
DEFAULT_SELECTOR = "default"
FEELINGS = ("sentiment", "urgency")  # that a model may read beside the intent


@dataclass(frozen=True, slots=True)
class IntentScore:
    """One intent of a ranking; `confidence` is a calibrated probability in [0, 1]."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the message, `text[start:end]`, and the value it stands for.

    `processors` changed the value after it was found. What Duckling's dimensions say of it more
    than a value is `details`: with them it is written as Duckling's entities are.
    """

    name: str
    value: Any
    start: int
    end: int
    role: str | None = None
    group: str | None = None
    extractor: str | None = None
    confidence: float | None = None
    role_confidence: float | None = None
    group_confidence: float | None = None
    processors: tuple[str, ...] = ()  # what changed the value after it was found
    details: Mapping[str, Any] | None = field(default=None, hash=False)
    text: str | None = None  # as it is written, with `details`

    def to_rasa(self) -> dict[str, Any]:
        """Rasa's entity object; absent optional keys are left out."""
        data: dict[str, Any] = {
            "entity": self.name,
            "value": self.value,
            "start": self.start,
            "end": self.end,
        }
        optional = {
            "role": self.role,
            "group": self.group,
            "extractor": self.extractor,
            "confidence_entity" if self.details is None else "confidence": self.confidence,
            "confidence_role": self.role_confidence,
            "confidence_group": self.group_confidence,
            "processors": list(self.processors) or None,
            "additional_info": None if self.details is None else dict(self.details),
            "text": self.text,
        }
        data.update({key: value for key, value in optional.items() if value is not None})
        return data

    @classmethod
    def from_rasa(cls, data: dict[str, Any]) -> Entity:
        """Read Rasa's entity object. Raises KeyError without `entity`."""
        return cls(
            name=data["entity"],
            value=data.get("value"),
            start=data.get("start", 0),
            end=data.get("end", 0),
            role=data.get("role"),
            group=data.get("group"),
            extractor=data.get("extractor"),
            confidence=data.get("confidence_entity", data.get("confidence")),
            role_confidence=data.get("confidence_role"),
            group_confidence=data.get("confidence_group"),
            processors=tuple(data.get("processors") or ()),
            details=data.get("additional_info"),
            text=data.get("text"),
        )


@dataclass(frozen=True, slots=True)
class RetrievalHit:
    """An entry of the retrieval index, for example ``faq/gift_wrapping``.

    `score` is the calibrated probability in [0, 1] that it answers the question. What is not
    answered by a response of the domain brings its own `text`, and perhaps the `title` of the
    place that it was read from with a `link` to it.
    """

    key: str
    score: float
    text: str | None = None
    title: str | None = None
    link: str | None = None

    def to_rasa(self) -> dict[str, Any]:
        """An entry of a response selector's ranking; Rasa's own has no `responses`."""
        entry: dict[str, Any] = {"confidence": self.score, "intent_response_key": self.key}
        own = {"text": self.text, "title": self.title, "link": self.link}
        response = {name: value for name, value in own.items() if value is not None}
        return {**entry, "responses": [response]} if response else entry

    @classmethod
    def from_rasa(cls, data: dict[str, Any]) -> RetrievalHit:
        """The reverse of `to_rasa`; texts of Rasa's own selectors are its domain's responses."""
        own: dict[str, Any] = next(iter(data.get("responses") or ()), {})
        return cls(
            data["intent_response_key"],
            data["confidence"],
            own.get("text"),
            own.get("title"),
            own.get("link"),
        )


@dataclass(frozen=True, slots=True)
class Embedded:
    """Unit vectors, one a text; only those of the same model version can be compared."""

    vectors: list[list[float]]
    model_version: str


@dataclass(frozen=True, slots=True)
class Feeling:
    """How a message sounds, for example ``negative``; `confidence` is a calibrated probability."""

    name: str
    confidence: float

    @classmethod
    def from_rasa(cls, data: Any) -> Feeling | None:
        """Read `name` and `confidence`, or a name alone; None for anything else."""
        if isinstance(data, str):
            return cls(data, 1.0)
        if not isinstance(data, Mapping) or not isinstance(data.get("name"), str):
            return None
        confidence = data.get("confidence", 1.0)
        return cls(data["name"], confidence if isinstance(confidence, float) else 1.0)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message means.

    `intent_ranking` is sorted by falling confidence, except that a decision (out of scope,
    fallback) is put first as Rasa's FallbackClassifier does. `out_of_scope_score` is the
    probability in [0, 1] that the message belongs to no known intent. `conformal_set` holds the
    intents among which the true one is with the model's chosen confidence; empty if unknown.
    `sentiment` and `urgency` are None where the model has not learnt to read them, `language`
    (ISO 639-1) where the message is in none for sure. `retrieval_intents` are all that the model
    knows; with `one_selector` Rasa's selector `default` chooses among the keys of all of them.
    """

    text: str
    intent_ranking: tuple[IntentScore, ...] = ()
    entities: tuple[Entity, ...] = ()
    retrieval: tuple[RetrievalHit, ...] = ()
    sentiment: Feeling | None = None
    urgency: Feeling | None = None
    language: str | None = None
    out_of_scope_score: float | None = None
    conformal_set: tuple[str, ...] = ()
    model_version: str | None = None
    message_id: str | None = None
    metadata: Any = field(default_factory=dict)  # any JSON
    # Of the model more than of the message.
    retrieval_intents: tuple[str, ...] = field(default=(), compare=False)
    one_selector: bool = field(default=False, compare=False)

    @property
    def intent(self) -> IntentScore | None:
        """The decided intent, or None when there is no ranking."""
        return self.intent_ranking[0] if self.intent_ranking else None

    def to_rasa(self) -> dict[str, Any]:
        """Rasa's parse result and our keys: out-of-scope score, conformal set, feelings, ..."""
        ranking = [{"name": i.name, "confidence": i.confidence} for i in self.intent_ranking]
        return {
            "text": self.text,
            "intent": ranking[0] if ranking else {"name": None, "confidence": 0.0},
            "entities": [entity.to_rasa() for entity in self.entities],
            "text_tokens": _token_spans(self.text),
            "intent_ranking": ranking,
            "response_selector": _response_selector(self),
            "message_id": self.message_id,
            "metadata": self.metadata,
            "out_of_scope_score": self.out_of_scope_score,
            "conformal_set": list(self.conformal_set),
            "sentiment": None if self.sentiment is None else asdict(self.sentiment),
            "urgency": None if self.urgency is None else asdict(self.urgency),
            "language": self.language,
            "model_version": self.model_version,
        }

    @classmethod
    def from_rasa(cls, data: dict[str, Any]) -> Understanding:
        """Read a parse result of ours or of Rasa. Raises KeyError without `text`."""
        ranking = data.get("intent_ranking") or (
            [data["intent"]] if (data.get("intent") or {}).get("name") else []
        )
        selectors = data.get("response_selector") or {}
        hits = [
            RetrievalHit.from_rasa(hit)
            for name, selector in selectors.items()
            if name != ALL_RETRIEVAL_INTENTS
            for hit in selector.get("ranking", ())
        ]
        return cls(
            text=data["text"],
            intent_ranking=tuple(IntentScore(i["name"], i["confidence"]) for i in ranking),
            entities=tuple(Entity.from_rasa(entity) for entity in data.get("entities", ())),
            retrieval=tuple(sorted(hits, key=lambda hit: -hit.score)),
            sentiment=Feeling.from_rasa(data.get("sentiment")),
            urgency=Feeling.from_rasa(data.get("urgency")),
            language=data.get("language"),
            out_of_scope_score=data.get("out_of_scope_score"),
            conformal_set=tuple(data.get("conformal_set") or ()),
            model_version=data.get("model_version"),
            message_id=data.get("message_id"),
            metadata=data.get("metadata") or {},
            retrieval_intents=tuple(selectors.get(ALL_RETRIEVAL_INTENTS) or ()),
            one_selector=DEFAULT_SELECTOR in selectors,
        )


class Interpreter(Protocol):
    """Turns text into an `Understanding`. Implemented by the host's client and by the engine.

    `parse` may be called from several threads at once. It raises `InterpreterUnavailable`
    when no answer could be had in time; it never raises for odd text (empty, binary, long).
    """

    def parse(self, text: str, message_id: str | None = None) -> Understanding:
        """Understand one message."""
        ...


@runtime_checkable
class BatchInterpreter(Protocol):
    """An `Interpreter` that also understands several texts at once, at about the cost of one."""

    def parse_batch(self, texts: Sequence[str]) -> list[Understanding]:
        """Understand each text. Raises InterpreterUnavailable."""
        ...


def _token_spans(text: str) -> list[list[int]]:
    """Start and end offsets of the whitespace tokens of `text`."""
    spans, position = [], 0
    for token in text.split():
        start = text.index(token, position)
        position = start + len(token)
        spans.append([start, position])
    return spans


def _response_selector(meaning: Understanding) -> dict[str, Any]:
    """Rasa's `response_selector` object: an entry a retrieval intent (the key before the /), or
    one for all of them."""
    selectors: dict[str, Any] = {}
    for hit in meaning.retrieval:
        name = DEFAULT_SELECTOR if meaning.one_selector else hit.key.split("/", 1)[0]
        entry = hit.to_rasa()
        if name not in selectors:
            best = {"responses": [], **entry, "utter_action": f"utter_{hit.key}"}
            selectors[name] = {"response": best, "ranking": []}
        selectors[name]["ranking"].append(entry)
    found = {hit.key.split("/", 1)[0] for hit in meaning.retrieval}
    return {ALL_RETRIEVAL_INTENTS: sorted({*meaning.retrieval_intents, *found}), **selectors}
