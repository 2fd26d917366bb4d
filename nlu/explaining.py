"""Why a message was understood as it was: words, nearest examples, and what else it might mean.

The words are weighed by integrated gradients (Sundararajan et al. 2017): how much each added to
the log-probability of the intent, on the way from a text of nothing but padding to this one. The
weights add up to what the whole text added.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from nlu.neighbours import Neighbour
from nlu.tokens import encodings, tokenized
from nlu.types import FALLBACK_INTENT, OUT_OF_SCOPE_INTENT, IntentScore, Understanding

if TYPE_CHECKING:
    from nlu.engine import Engine

STEPS = 24  # on the way from padding to the text; the sum is then right within a hundredth
ROWS_AT_ONCE = 8
NEAREST = 5
TORN_BETWEEN = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, `text[start:end]`, and what it added (nats); 0 beyond what is read."""

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class Explanation:
    """`meaning` is what is explained; the words speak for or against the intent `explained`.

    `total` is what the whole text added to the log-probability of `explained`, in nats.
    """

    meaning: Understanding
    explained: str | None
    reason: str
    words: tuple[Word, ...]
    total: float
    torn_between: tuple[IntentScore, ...]
    nearest: tuple[Neighbour, ...]

    def to_json(self) -> dict[str, Any]:
        """One object; `intent` is what was decided."""
        decided = self.meaning.intent
        return {
            "text": self.meaning.text,
            "intent": decided.name if decided else None,
            "entities": [entity.to_rasa() for entity in self.meaning.entities],
            "explained": self.explained,
            "reason": self.reason,
            "words": [asdict(word) for word in self.words],
            "total": self.total,
            "torn_between": [asdict(score) for score in self.torn_between],
            "conformal_set": list(self.meaning.conformal_set),
            "out_of_scope_score": self.meaning.out_of_scope_score,
            "nearest": [one.to_json() for one in self.nearest],
            "model_version": self.meaning.model_version,
        }


def explain(engine: Engine, text: str) -> Explanation:
    """Explain what a model makes of a text. Takes some tenths of a second on a processor.

    Nothing of the engine is changed, so messages may be understood at the same time.
    """
    meaning = engine.parse(text)
    guesses = [s for s in meaning.intent_ranking if s.name in engine.labels.intents]
    if not guesses:
        return Explanation(meaning, None, _reason(engine, meaning), (), 0.0, (), ())
    best = guesses[0].name
    if not engine.readable(text, tokenized(engine.tokenizer, [text])[0]):
        torn = tuple(guesses[:TORN_BETWEEN])
        return Explanation(meaning, best, _reason(engine, meaning), (), 0.0, torn, ())
    words, total = _weighed(engine, text, best)
    (nearest,) = engine.nearest_examples([text], NEAREST)
    torn = tuple(guesses[:TORN_BETWEEN])
    return Explanation(meaning, best, _reason(engine, meaning), words, total, torn, nearest)


def _reason(engine: Engine, meaning: Understanding) -> str:
    """The decision in words."""
    decisions, decided = engine.decisions, meaning.intent
    guesses = [s for s in meaning.intent_ranking if s.name in engine.labels.intents]
    if decided is None or not guesses:
        return "There is no word in it that the model can read."
    best = guesses[0]
    if decided.name == OUT_OF_SCOPE_INTENT and decisions.outside is not None:
        return (
            f"Out of scope: the score {meaning.out_of_scope_score or 0.0:.2f} reaches "
            f"{decisions.outside:.2f}. The best guess would be {best.name}."
        )
    if decided.name == FALLBACK_INTENT:
        least = decisions.fallback or 0.0
        if best.confidence < least:
            words = f"{best.confidence:.2f} is below {least:.2f}"
        else:
            words = f"the next guess is nearer than {decisions.ambiguity:.2f}"
        return f"Not sure enough: {words}. The best guess would be {best.name}."
    if meaning.retrieval and decided.confidence != best.confidence:
        return f"The stored question {meaning.retrieval[0].key} is near, so it was answered."
    return f"{best.name} with probability {best.confidence:.2f}."


def _weighed(engine: Engine, text: str, intent: str) -> tuple[tuple[Word, ...], float]:
    """Each word's weight for an intent, and their sum."""
    # Loaded only when somebody asks why: a host without a GPU has no other use for PyTorch.
    import torch  # noqa: PLC0415
    from captum.attr import IntegratedGradients  # noqa: PLC0415
    from torch import Tensor  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    from nlu.classifier import load_classifier  # noqa: PLC0415

    classifier = load_classifier(engine.bundle)
    (encoding,) = encodings(engine.tokenizer, [text])
    ids = torch.tensor([encoding.ids])  # (1, T)
    special = torch.tensor([encoding.special_tokens_mask]).bool()
    padding = torch.where(special, ids, torch.zeros_like(ids))  # (1, T)
    columns = list(engine.labels.columns(intent))
    within = [at for name in engine.labels.intents for at in engine.labels.columns(name)]
    letters = torch.from_numpy(engine.ngrams.by_word(text)).float()  # (W, C)
    constant = torch.from_numpy(engine.ngrams.bias)  # (C,)

    def log_chance(embedded: Tensor, spelt: Tensor) -> Tensor:
        mask = torch.ones(embedded.shape[:2], dtype=torch.long)
        logits = classifier.head(classifier.encoder.from_embeddings(embedded, mask))  # (B, C)
        logits = (logits + spelt.sum(dim=1) + constant) / engine.decisions.temperature
        among = functional.log_softmax(logits[:, within], dim=-1)  # (B, C')
        chosen = [within.index(column) for column in columns]
        return among[:, chosen].logsumexp(dim=-1)  # (B,)

    with torch.no_grad():
        layer = classifier.encoder.word_embeddings
        # (1, T, H) and (1, W, C): words as they are encoded, and as they are spelt.
        whole = layer(ids), letters[None]
        nothing = layer(padding), torch.zeros_like(letters)[None]
        total = float(log_chance(*whole) - log_chance(*nothing))
    moved = IntegratedGradients(log_chance).attribute(
        whole, nothing, n_steps=STEPS, internal_batch_size=ROWS_AT_ONCE
    )
    # (T,) and (W,): what each token and each spelling added.
    added, spelt = (each.sum(dim=-1)[0].detach().double().numpy() for each in moved)
    words = []
    for number, found in enumerate(re.finditer(r"\S+", text)):
        start, end = found.span()
        inside = [
            added[at]
            for at, (first, last) in enumerate(encoding.offsets)
            if first < end and start < last
        ]
        words.append(Word(found.group(), start, end, float(sum(inside) + spelt[number])))
    return tuple(words), total
