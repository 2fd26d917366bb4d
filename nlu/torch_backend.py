"""The encoder on PyTorch: on a GPU, and wherever a model was not exported."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Literal

import numpy as np
import safetensors.torch
import torch

from nlu import bundle as files
from nlu.bundle import Bundle
from nlu.encoder import Encoder, chosen_device
from nlu.parts import Part
from nlu.tokens import fewest_runs, least_padded, padded
from nlu.vectors import Vectors

MOST_ROWS = {"cpu": 64, "cuda": 1024}  # of one pass; more gain nothing
MOST_TOKENS = {"cpu": 8_192, "cuda": 65_536}


class TorchBackend:
    """A `Backend` around an `Encoder`. Its threads are those that PyTorch was given.

    One call encodes at a time: PyTorch shares each product among all its threads, and several
    calls would have as many threads each.
    """

    def __init__(
        self, bundle: Bundle, part: Part, precision: Literal["fp32", "bf16"], device: str
    ) -> None:
        """With one of a model's encoders."""
        self.name = "torch" if precision == "fp32" else "torch-bf16"
        self._where = chosen_device(device)
        self.device = str(self._where)
        encoder = Encoder.from_config(bundle.json(files.ENCODER)[part.architecture])
        weights = safetensors.torch.load(bundle.contents[part.weights])
        own = {n: w for n, w in weights.items() if n.startswith(part.prefix)}
        encoder.load_state_dict({n.removeprefix(part.prefix): w for n, w in own.items()})
        kind = torch.bfloat16 if precision == "bf16" else torch.float32
        self._encoder = encoder.to(device=self._where, dtype=kind).eval()
        self._layers: list[int] = (
            bundle.json(files.TAGS)["layers"] if files.TAGS in bundle.contents else []
        )
        self._turn = threading.Lock()

    def encoded(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Token ids of N texts → their mean vectors (N, H)."""
        return self._encoded(rows, ())[0]

    def encoded_with_states(self, rows: Sequence[Sequence[int]]) -> tuple[Vectors, list[Vectors]]:
        """The same, and the states of each text's tokens (T, L H)."""
        return self._encoded(rows, self._layers)

    @torch.inference_mode()
    def _encoded(
        self, rows: Sequence[Sequence[int]], layers: Sequence[int]
    ) -> tuple[Vectors, list[Vectors]]:
        kind = self._where.type
        grouped = fewest_runs if kind == "cuda" else least_padded
        groups = grouped([*map(len, rows)], MOST_ROWS[kind], MOST_TOKENS[kind])
        states: list[Vectors] = [np.empty(0, np.float32)] * len(rows)
        pooled = []
        with self._turn:
            for group in groups:
                ids, mask = (
                    torch.from_numpy(array).to(self._where, non_blocking=True)
                    for array in padded([rows[row] for row in group])
                )  # (B, T) each
                if not layers:
                    pooled.append(self._encoder(ids, mask).float())  # (B, H)
                    continue
                mean, told = self._encoder.with_states(ids, mask, layers)
                pooled.append(mean.float())
                # Padding stays where it is: states are the most that there is to copy.
                real = told[mask.bool()].float().cpu().numpy()  # (all T, L H)
                ends = np.cumsum([len(rows[row]) for row in group])
                for row, own in zip(group, np.split(real, ends[:-1]), strict=True):
                    states[row] = own
        vectors = np.empty((len(rows), self._encoder.width), dtype=np.float32)
        vectors[[row for group in groups for row in group]] = torch.cat(pooled).cpu().numpy()
        return vectors, states
