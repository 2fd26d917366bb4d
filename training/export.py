"""The fine-tuned encoder for ONNX Runtime: whole, and in eight bits where that costs nothing.

The products of quantised layers are integer ones, their inputs quantised as they come (dynamic
quantisation), and each output channel of a weight has a scale of its own. Embeddings are quantised
too, which makes them and the file a quarter as large.
"""

from __future__ import annotations

import copy
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import safetensors.torch
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from nlu import bundle as files
from nlu.backend import Backend
from nlu.encoder import Encoder, Pretrained
from nlu.head import normalised
from nlu.onnx_backend import POOLED, STATES, OnnxBackend
from nlu.tokens import MAX_TOKENS, tokenized
from training.data import Example
from training.errors import TrainingError
from training.fitting import Ground
from training.index import unit_vectors
from training.learning import Learnt
from training.tagging import TaughtTagger

LARGEST_LOSS = 0.003  # of accuracy, for which int8 is taken
SAME = 0.9999  # cosine
COMPARED = 16  # sentences
OPSET = 20  # the first that knows GELU


@dataclass(frozen=True)
class Exported:
    """Files for a bundle, and the accuracy and size of each that was tried."""

    contents: dict[str, bytes]
    figures: dict[str, dict[str, Any]]


def exported(
    learnt: Learnt,
    ground: Ground,
    judges: Sequence[Example],
    taught: TaughtTagger | None,
    threads: int,
) -> Exported:
    """The encoder in fp32, and in int8 if that finds the intents of `judges` nearly as often.

    The judges are in scope, and best held out from training. With a tagger, the states that it
    reads are written too. Raises TrainingError when what was written gives other vectors than the
    encoder.
    """
    right = _accuracy(learnt, ground, judges)
    layers = () if taught is None else taught.tagger.scheme.layers
    whole = _onnx(learnt.classifier.encoder, layers)
    texts = [example.text for example in judges[:COMPARED]]
    tokenizer, encoder = ground.pretrained.tokenizer, learnt.classifier.encoder
    own = unit_vectors(texts, encoder, tokenizer, torch.device("cpu"))
    theirs = OnnxBackend(files.ONNX, whole, threads).encoded(tokenized(tokenizer, texts))
    if (own * normalised(theirs)).sum(axis=1).min() < SAME:
        raise TrainingError("ONNX Runtime encodes otherwise than PyTorch: the export failed")
    contents = {files.ONNX: whole, files.ONNX_INT8: _int8(whole)}
    figures = {
        name: {"accuracy": right(OnnxBackend(name, content, threads)), "bytes": len(content)}
        for name, content in contents.items()
    }
    if figures[files.ONNX]["accuracy"] - figures[files.ONNX_INT8]["accuracy"] > LARGEST_LOSS:
        del contents[files.ONNX_INT8]
    return Exported(contents, figures)


def embedder(pretrained: Pretrained, *, export: bool) -> dict[str, bytes]:
    """The encoder as it was published, for finding answers: its weights in half precision, and if
    it is to be exported in int8."""
    weights = {
        name: tensor.half().contiguous() if tensor.is_floating_point() else tensor.contiguous()
        for name, tensor in pretrained.encoder.cpu().state_dict().items()
    }
    contents = {files.EMBEDDER: bytes(safetensors.torch.save(weights))}
    if export:
        contents[files.EMBEDDER_ONNX] = _int8(_onnx(pretrained.encoder))
    return contents


def _accuracy(
    learnt: Learnt, ground: Ground, judges: Sequence[Example]
) -> Callable[[Backend], float]:
    """How a backend's accuracy is found, as a fraction."""
    texts = [example.text for example in judges]
    truth = np.array([ground.classes.intents.index(example.intent) for example in judges])
    rows = tokenized(ground.pretrained.tokenizer, texts)
    letters = learnt.ngrams(texts)  # (N, C)
    head = learnt.classifier.head.as_it_serves()

    def accuracy(backend: Backend) -> float:
        pooled = backend.encoded(rows)  # (N, H)
        logits = head(pooled, normalised(pooled)) + letters
        found = ground.classes.intent_logits(logits, learnt.decisions.temperature)
        return float((found.argmax(axis=1) == truth).mean())

    return accuracy


class _WithStates(nn.Module):
    """An encoder that gives the states of some layers too."""

    def __init__(self, encoder: Encoder, layers: Sequence[int]) -> None:
        super().__init__()
        self.encoder = encoder
        self.layers = layers

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        return self.encoder.with_states(ids, mask, self.layers)


def _onnx(encoder: Encoder, layers: Sequence[int] = ()) -> bytes:
    """An ONNX file: `ids` (B, T) and `mask` (B, T) → `pooled` (B, H), and with `layers` their
    `states` (B, T, L H)."""
    own = copy.deepcopy(encoder).cpu().float().eval()
    # Plain attention gives a graph that ONNX Runtime fuses best.
    own.transformer.set_attn_implementation("eager")  # type: ignore[operator]
    texts, tokens = torch.export.Dim("texts"), torch.export.Dim("tokens", max=MAX_TOKENS)
    ids, mask = torch.full((2, 8), 7), torch.ones(2, 8, dtype=torch.long)  # two tensors, not one
    with _among_themselves():
        program = torch.onnx.export(
            _WithStates(own, layers).eval() if layers else own,
            (ids, mask),
            input_names=["ids", "mask"],
            output_names=[POOLED, STATES] if layers else [POOLED],
            dynamic_shapes=({0: texts, 1: tokens}, {0: texts, 1: tokens}),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None  # noqa: S101 - no file was asked for
    return bytes(program.model_proto.SerializeToString())


def _int8(whole: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder, _among_themselves():
        path = Path(folder) / files.ONNX_INT8
        quantize_dynamic(
            onnx.load_from_string(whole),
            path,
            per_channel=True,
            weight_type=QuantType.QInt8,
            # A product of two activations, as in attention, stays as it is.
            extra_options={"MatMulConstBOnly": True},
        )
        return path.read_bytes()


@contextmanager
def _among_themselves() -> Iterator[None]:
    """Leave unsaid what the exporters warn of in each other: nobody who trains can act on it."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
