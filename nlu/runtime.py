"""Where and how a model is to be run: what a setting can say of it. Loads nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

BackendName = Literal["auto", "onnx-int8", "onnx", "torch-bf16", "torch"]


@dataclass(frozen=True)
class Runtime:
    """`device` is ``auto``, ``cpu``, ``cuda`` or ``cuda:1``.

    `backend` ``auto`` is whichever is fastest here; `threads` are those of ONNX Runtime.
    """

    device: str = "auto"
    backend: BackendName = "auto"
    threads: int = os.cpu_count() or 1
