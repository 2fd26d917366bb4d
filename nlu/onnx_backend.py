"""The encoder on ONNX Runtime, in fp32 or with int8 products: the fastest on most processors."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime

from nlu.tokens import least_padded, padded
from nlu.vectors import Vectors

# Of one run: what fits the cache. More rows are slower, and longer ones take much memory.
MOST_ROWS = 16
MOST_TOKENS = 1024
POOLED, STATES = "pooled", "states"  # outputs; a model without a tagger has the first alone


class OnnxBackend:
    """A `Backend` whose runs are small and go on side by side, one a thread.

    That is faster than sharing each product among the threads, because the products are small.
    """

    device = "cpu"

    def __init__(self, name: str, model: bytes, threads: int) -> None:
        """`model` is an ONNX file. Raises ValueError or RuntimeError when it is none."""
        self.name = name
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it would keep a plan for every shape
        # The fused kernel normalises a vector at a time and is six times slower than what it fuses.
        self._session = onnxruntime.InferenceSession(
            model,
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],
        )
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="onnx") if threads > 1 else None

    def encoded(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Token ids of N texts → their mean vectors (N, H)."""
        groups, runs = self._in_groups(rows, [POOLED])
        return _in_order(groups, [pooled for (pooled,) in runs])

    def encoded_with_states(self, rows: Sequence[Sequence[int]]) -> tuple[Vectors, list[Vectors]]:
        """The same, and the states of each text's tokens (T, L H)."""
        groups, runs = self._in_groups(rows, [POOLED, STATES])
        states: list[Vectors] = [np.empty(0, np.float32)] * len(rows)
        for group, (_, padded_states) in zip(groups, runs, strict=True):
            for row, own in zip(group, padded_states, strict=True):
                states[row] = own[: len(rows[row])]
        return _in_order(groups, [pooled for pooled, _ in runs]), states

    def _in_groups(
        self, rows: Sequence[Sequence[int]], outputs: list[str]
    ) -> tuple[list[list[int]], list[list[Vectors]]]:
        """Row numbers in groups, and the outputs of a run for each."""
        groups = least_padded([*map(len, rows)], MOST_ROWS, MOST_TOKENS)
        apart = self._pool is not None and len(groups) > 1
        run = self._pool.map if apart and self._pool else map

        def encode(group: list[int]) -> list[Vectors]:
            ids, mask = padded([rows[row] for row in group])
            return list(self._session.run(outputs, {"ids": ids, "mask": mask}))

        return groups, list(run(encode, groups))


def _in_order(groups: Sequence[Sequence[int]], pooled: Sequence[Vectors]) -> Vectors:
    """Vectors of groups (B, H) in the order of the rows (N, H)."""
    vectors = np.empty((sum(map(len, groups)), pooled[0].shape[1]), dtype=np.float32)
    vectors[[row for group in groups for row in group]] = np.concatenate(pooled)
    return vectors
