"""The two encoders of a model: which of its files hold each."""

from __future__ import annotations

from dataclasses import dataclass

from nlu import bundle as files


@dataclass(frozen=True)
class Part:
    """An encoder of a model: its weights, whose names begin with `prefix`, the key under which
    its architecture is described, and its ONNX files by the backend that runs each."""

    weights: str
    prefix: str
    architecture: str
    exports: tuple[tuple[str, str], ...]


CLASSIFIER = Part(
    files.CLASSIFIER,
    "encoder.",
    "architecture",
    (("onnx-int8", files.ONNX_INT8), ("onnx", files.ONNX)),
)
EMBEDDER = Part(files.EMBEDDER, "", "embedder", (("onnx-int8", files.EMBEDDER_ONNX),))
