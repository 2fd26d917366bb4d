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
        groups = least_padded([*map(len, rows)], MOST_ROWS, MOST_TOKENS)
        apart = self._pool is not None and len(groups) > 1
        run = self._pool.map if apart and self._pool else map
        encoded = list(run(lambda group: self._run([rows[row] for row in group]), groups))
        vectors = np.empty((len(rows), encoded[0].shape[1]), dtype=np.float32)
        vectors[[row for group in groups for row in group]] = np.concatenate(encoded)
        return vectors

    def _run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        ids, mask = padded(rows)
        (pooled,) = self._session.run(None, {"ids": ids, "mask": mask})
        return np.asarray(pooled)
