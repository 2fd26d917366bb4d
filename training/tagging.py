"""Teaching the token classifier (`nlu.entities.tagger`) from the annotated examples.

The encoder stays as the intents made it, so that one pass of it serves both; what is trained are
two small networks on its states.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import safetensors.numpy
import torch
from tokenizers import Encoding, Tokenizer

from nlu import bundle as files
from nlu.bundle import json_bytes
from nlu.encoder import Encoder
from nlu.entities import EntityFinder, NameLists, Patterns, Scheme, Tagger
from nlu.entities.rows import Floats, Seen, WordReader, entity_rows
from nlu.entities.words import Words, list_columns
from nlu.tokens import encodings
from nlu.types import Entity
from training.batches import padded, sorted_batches
from training.data import Example
from training.name_lists import name_lists
from training.splits import stratified
from training.spotting import ALL, SpanFigures, spotted
from training.swapping import Swapper
from training.tagger_networks import (
    Arrays,
    Flags,
    Lesson,
    Numbers,
    Sentence,
    fit_parts,
    fit_tags,
)
from training.taught_entities import Material, annotated, scheme_of

HELD_OUT = 0.15  # of the annotated examples
VARIANTS = 2  # of each message, with other values
WIDTH = 256  # principal components of the states
UNLISTED = 0.3  # of the variants do not say which words stand in lists: not every name does
SAMPLED = 400  # messages, for the principal components
AT_ONCE = 64
THRESHOLDS = (0.6, 0.7, 0.8)  # of confidence, the first of equals: an alarm for nothing is worse

# Texts → each with its tokens and their states (T, L H).
Spans = Sequence[Sequence[Entity]]  # of each message
Read = Callable[[Sequence[str]], Iterator[tuple[int, Encoding, Floats]]]


@dataclass(frozen=True)
class TaughtTagger:
    """A tagger, its files, and how one that learnt without what was held out did on that."""

    tagger: Tagger
    contents: dict[str, bytes]
    figures: dict[str, SpanFigures]


@dataclass(frozen=True)
class _Texts:
    """What is read of messages, once for all trainings; `origins` are the numbers of examples."""

    origins: tuple[int, ...]
    sentences: tuple[Sentence, ...]
    lessons: tuple[Lesson | None, ...]


def learn_tagger(
    examples: Sequence[Example],
    patterns: Patterns,
    encoder: Encoder,
    tokenizer: Tokenizer,
    device: torch.device,
    seed: int,
    *,
    everywhere: bool = False,
) -> TaughtTagger | None:
    """A tagger of the annotated examples; None when they annotate nothing that it could tell.

    `everywhere` is that of `scheme_of`. It is judged by another, which learns from all but the
    share HELD_OUT.
    """
    material = annotated(examples, everywhere=everywhere)
    examples = material.examples
    deep = encoder.depth
    layers = sorted({0, deep // 3, 2 * deep // 3, deep})
    scheme = scheme_of(examples, patterns, layers, everywhere=everywhere)
    if not (scheme.kinds or scheme.roles or scheme.groups):
        return None
    listed = name_lists()
    lists = NameLists(listed)
    finder = EntityFinder(patterns)
    read = reader_of(encoder, tokenizer, device, layers)
    hidden = {example.text for example in stratified(examples, HELD_OUT, seed).held_out}
    seen = [n for n, example in enumerate(examples) if example.text not in hidden]
    judges = [example for example in examples if example.text in hidden]

    rng = random.Random(seed)
    sample = rng.sample(examples, min(len(examples), SAMPLED))
    project, bias = _components(read, [example.text for example in sample])
    reader = WordReader(project, bias, scheme.context, lists)
    swapper = Swapper([examples[n] for n in seen], scheme.kinds, listed)
    texts = _texts(material, scheme, reader, finder, read, swapper, rng)

    def taught(numbers: Iterable[int]) -> Arrays:
        chosen = frozenset(numbers)
        rows = [row for row, origin in enumerate(texts.origins) if origin in chosen]
        lessons = [one for row in rows if (one := texts.lessons[row]) is not None]
        return {
            "project": project,
            "bias": bias,
            **fit_tags([texts.sentences[row] for row in rows], seed),
            **fit_parts(lessons, len(scheme.role_names), len(scheme.group_names), seed),
        }

    figures: dict[str, SpanFigures] = {}
    if seen and judges:
        judge = Tagger(scheme, lists, taught(seen))
        found = found_by(judge, finder, read, [example.text for example in judges])
        meant = [example.entities for example in judges]
        scheme = replace(scheme, least=_least(meant, found, scheme.kinds))
        kinds = {*scheme.kinds, *scheme.roles, *scheme.groups}
        figures = spotted(meant, _surer(found, scheme.least), kinds)
    weights = taught(range(len(examples)))
    contents = {
        files.TAGGER: safetensors.numpy.save(weights),
        files.TAGS: json_bytes(scheme.to_json()),
        files.NAME_LISTS: json_bytes(listed),
    }
    return TaughtTagger(Tagger(scheme, lists, weights), contents, figures)


def _least(meant: Spans, found: Spans, kinds: Sequence[str]) -> dict[str, float]:
    """How sure the tagger must be of each kind: what finds it best where it was held out."""

    def f1(kind: str, least: float) -> float:
        figures = spotted(meant, _surer(found, {kind: least}), (kind,))
        return figures[ALL].f1 if figures else 0.0

    return {kind: max(THRESHOLDS, key=lambda least: f1(kind, least)) for kind in kinds}


def _surer(found: Spans, least: Mapping[str, float]) -> list[list[Entity]]:
    return [[e for e in some if (e.confidence or 1.0) >= least.get(e.name, 0.0)] for some in found]


def found_by(
    tagger: Tagger, finder: EntityFinder, read: Read, texts: Sequence[str]
) -> list[tuple[Entity, ...]]:
    """The entities of some texts, as the engine finds them."""
    found: list[tuple[Entity, ...]] = [()] * len(texts)
    for row, encoding, states in read(texts):
        by_form = [finder.seen(texts[row])]
        (found[row],) = tagger.complete([texts[row]], [encoding], [states], by_form, finder.meant)
    return found


def reader_of(
    encoder: Encoder, tokenizer: Tokenizer, device: torch.device, layers: Sequence[int]
) -> Read:
    """What reads texts with an encoder; they come in an order of its own, each with its number."""

    @torch.inference_mode()
    def read(texts: Sequence[str]) -> Iterator[tuple[int, Encoding, Floats]]:
        read = encodings(tokenizer, texts)
        for rows in sorted_batches([len(one.ids) for one in read], AT_ONCE):
            ids, mask = padded([read[row].ids for row in rows], device)
            _, states = encoder.with_states(ids, mask, layers)  # (B, T, L H)
            for row, own in zip(rows, states.cpu().numpy(), strict=True):
                yield row, read[row], own[: len(read[row].ids)]

    encoder.to(device).eval()
    return read


def _components(read: Read, texts: Sequence[str]) -> tuple[Floats, Floats]:
    """What makes standardised principal components of states: a matrix (L H, K), a bias (K,)."""
    states = np.concatenate([own[1:-1] for _, _, own in read(texts)])  # (N, L H)
    mean, spread = states.mean(axis=0), states.std(axis=0) + 1e-3
    scaled = (states - mean) / spread
    _, vectors = np.linalg.eigh(scaled.T @ scaled)  # by rising variance
    project = np.ascontiguousarray(vectors[:, ::-1][:, :WIDTH] / spread[:, None], np.float32)
    return project, np.asarray(-mean @ project, np.float32)


def _texts(
    material: Material,
    scheme: Scheme,
    reader: WordReader,
    finder: EntityFinder,
    read: Read,
    swapper: Swapper,
    rng: random.Random,
) -> _Texts:
    """The examples and their variants, read."""
    examples, origins = list(material.examples), list(range(len(material.examples)))
    for number, example in enumerate(material.examples):
        examples += [swapper.swapped(example, rng) for _ in range(VARIANTS)]
        origins += [number] * VARIANTS
    sentences: dict[int, Sentence] = {}
    lessons: dict[int, Lesson | None] = {}
    for row, encoding, states in read([example.text for example in examples]):
        example, origin = examples[row], origins[row]
        by_form = finder.seen(example.text)
        (seen,) = reader.read([example.text], [encoding], [states], [by_form])
        tags = _tags(seen.words, example, scheme, material.taught[origin])
        lessons[row] = _lesson(seen, example, scheme)
        if row >= len(material.examples) and rng.random() < UNLISTED:
            seen.told[:, list_columns()] = 0.0
        sentences[row] = Sentence(seen.states, seen.told, tags)
    rows = range(len(examples))
    return _Texts(
        tuple(origins), tuple(sentences[row] for row in rows), tuple(lessons[row] for row in rows)
    )


def _tags(words: Words, example: Example, scheme: Scheme, taught: frozenset[str]) -> Flags:
    """Which tags each word may have (W, 1 + 2 K): what it is, or all that its file never says."""
    allowed = np.zeros((len(words.spans), 1 + 2 * len(scheme.kinds)), dtype=bool)
    allowed[:, 0] = True
    for number, kind in enumerate(scheme.kinds):
        if kind not in taught:
            allowed[:, 1 + 2 * number : 3 + 2 * number] = True
    for entity in example.entities:
        if entity.name in scheme.kinds and (touched := words.within(entity.start, entity.end)):
            begin = 1 + 2 * scheme.kinds.index(entity.name)
            allowed[touched.start : touched.stop] = False
            allowed[touched.start, begin] = True
            allowed[touched.start + 1 : touched.stop, begin + 1] = True
    return allowed


def _lesson(seen: Seen, example: Example, scheme: Scheme) -> Lesson | None:
    """What the entities of an example teach of roles and groups."""
    kinds = scheme.all_kinds
    entities = sorted(
        (one for one in example.entities if one.name in kinds), key=lambda one: one.start
    )
    if not entities:
        return None

    def numbers(names: Sequence[str | None], parts: Iterable[str | None]) -> Numbers:
        return np.array([names.index(part) if part in names else 0 for part in parts])

    return Lesson(
        entity_rows(seen, entities, kinds),
        numbers(scheme.role_names, (one.role for one in entities)),
        numbers(scheme.group_names, (one.group for one in entities)),
    )
