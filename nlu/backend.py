"""Backends: what multiplies the matrices. Each turns token ids into vectors, and no more.

Everything after that, the heads and the decisions, is a few small products in numpy and the same
for all. Which backend is fastest depends on the processor, so it is measured where it is to run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from nlu import bundle as files
from nlu.bundle import Bundle
from nlu.errors import ModelRefused
from nlu.head import normalised
from nlu.parts import CLASSIFIER, EMBEDDER, Part
from nlu.runtime import Runtime
from nlu.vectors import Vectors

_log = logging.getLogger(__name__)

MEASURED_S = 0.15  # each backend, at start
ALIKE = 0.95  # cosine
SAMPLE = tuple(tuple(range(10, 10 + n)) for n in range(6, 38))  # token ids of 32 texts


class Backend(Protocol):
    """An encoder at work. `encoded` may be called from several threads at once."""

    name: str
    device: str

    def encoded(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Token ids of N texts, none empty → their mean vectors (N, H), as long as they are."""
        ...

    def encoded_with_states(self, rows: Sequence[Sequence[int]]) -> tuple[Vectors, list[Vectors]]:
        """The same, and from the same pass what each text's tokens were in the layers that the
        model's tagger reads (T, L H). Only for a model that has a tagger."""
        ...


Maker = Callable[[Bundle, Runtime], Backend]


def load_embedder(bundle: Bundle, runtime: Runtime) -> Backend | None:
    """A backend with the encoder in whose space answers are found, if the model has one.

    On a card where there is one, else exported if it was.
    """
    if files.EMBEDDER not in bundle.contents:
        return None
    makers = _makers(bundle, EMBEDDER)
    if wants_gpu(runtime):
        found = makers["torch-bf16"](bundle, runtime)
        if found.device.startswith("cuda"):
            return found
    return makers["onnx-int8" if "onnx-int8" in makers else "torch"](bundle, runtime)


def load_backend(bundle: Bundle, runtime: Runtime) -> Backend:
    """The backend that the runtime names, or with ``auto`` the one that is fastest here.

    Raises ModelRefused when the model was not exported for the backend.
    """
    makers = _makers(bundle, CLASSIFIER)
    if runtime.backend != "auto":
        if runtime.backend not in makers:
            raise ModelRefused(f"{bundle.path} was not exported for {runtime.backend}")
        return makers[runtime.backend](bundle, runtime)
    exported = [name for name in makers if name.startswith("onnx")]
    if wants_gpu(runtime):
        found = makers["torch-bf16"](bundle, runtime)
        # A card may be there and a PyTorch that cannot use it.
        if found.device.startswith("cuda") or not exported:
            return found
    # PyTorch is loaded only where there is nothing else: it takes seconds and much memory.
    return _fastest([makers[name](bundle, runtime) for name in exported or ("torch",)])


def wants_gpu(runtime: Runtime) -> bool:
    """Whether a model is to run on a card: it is asked for, or there is one and nothing is said."""
    return runtime.device.startswith("cuda") or (runtime.device == "auto" and has_gpu())


def has_gpu() -> bool:
    """Whether this machine has an NVIDIA card, found out without loading PyTorch."""
    return Path("/proc/driver/nvidia/version").exists()


def _makers(bundle: Bundle, part: Part) -> Mapping[str, Maker]:
    """What can run this encoder of the model."""
    exported = {name: _onnx(name, file) for name, file in part.exports if file in bundle.contents}
    return {**exported, "torch-bf16": _torch(part, "bf16"), "torch": _torch(part, "fp32")}


def _onnx(name: str, file: str) -> Maker:
    def make(bundle: Bundle, runtime: Runtime) -> Backend:
        from nlu.onnx_backend import OnnxBackend  # noqa: PLC0415 - only whoever uses it

        return OnnxBackend(name, bundle.contents[file], runtime.threads)

    return make


def _torch(part: Part, precision: Literal["fp32", "bf16"]) -> Maker:
    def make(bundle: Bundle, runtime: Runtime) -> Backend:
        from nlu.torch_backend import TorchBackend  # noqa: PLC0415 - seconds, and much memory

        return TorchBackend(bundle, part, precision, runtime.device)

    return make


def _fastest(backends: Sequence[Backend]) -> Backend:
    """The one that encodes a sample soonest."""
    reference = backends[-1]  # the most exact one
    sound = [one for one in backends if one is reference or _alike(one, reference)]
    if len(sound) == 1:
        return reference
    rates = {backend.name: _texts_per_second(backend) for backend in sound}
    said = ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items())
    best = max(sound, key=lambda backend: rates[backend.name])
    _log.info("backends measured, texts a second: %s; %s serves", said, best.name)
    return best


def _alike(backend: Backend, reference: Backend) -> bool:
    """Whether both give like vectors: products of eight bits overflow on some old processors."""
    vectors = (normalised(one.encoded(SAMPLE)) for one in (backend, reference))
    least = float(np.prod(list(vectors), axis=0).sum(axis=1).min())
    if least < ALIKE:
        _log.warning("%s encodes otherwise on this processor: cosine %.3f", backend.name, least)
    return least >= ALIKE


def _texts_per_second(backend: Backend) -> float:
    rounds, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < MEASURED_S:
        backend.encoded(SAMPLE)
        rounds += 1
    return rounds * len(SAMPLE) / spent
