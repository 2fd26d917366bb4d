"""How fast a library multiplies matrices as large as an encoder's: what an encoder cannot exceed.

The number format, the threads and the rows of a product are those of the backend, but one matrix is
multiplied again and again and so lies in the cache, and there is nothing else to do. Operations
are counted in multiplications and additions, two a pair of numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from nlu import onnx_backend
from nlu.runtime import BackendName, Runtime

Product = Callable[[], object]  # one product


class Shape(NamedTuple):
    """A product (M, K) x (K, N)."""

    rows: int
    inner: int
    columns: int

    @property
    def operations(self) -> int:
        """What one product takes."""
        return 2 * self.rows * self.inner * self.columns


def operations_of(architecture: Mapping[str, Any], lengths: Sequence[int]) -> int:
    """What an encoder needs for texts of these lengths (tokens), padding left out."""
    layers, hidden = architecture["num_hidden_layers"], architecture["hidden_size"]
    weights = layers * sum(shape.inner * shape.columns for shape in _layer(architecture, 1))
    return sum(2 * weights * tokens + 4 * layers * tokens**2 * hidden for tokens in lengths)


def roof(
    backend: BackendName, architecture: Mapping[str, Any], tokens: float, seconds: float
) -> dict[str, float]:
    """Billions of operations a second for each shape, and for a layer's products one after another.

    `tokens` are those of a mean text. The products of a full run are measured, in as many threads
    as the backend has, for about so many seconds in all.
    """
    layer = _layer(architecture, round(_most_rows(backend) * tokens))
    shapes = list(dict.fromkeys(layer))
    rates = {shape: _rate(backend, shape, seconds / len(shapes)) for shape in shapes}
    spent = sum(shape.operations / rates[shape] for shape in layer)
    return {
        **{f"{one.rows}x{one.inner}x{one.columns}": rate / 1e9 for one, rate in rates.items()},
        "layer": sum(shape.operations for shape in layer) / spent / 1e9,
    }


def _most_rows(backend: BackendName) -> int:
    """Texts of a full run. PyTorch is imported only where it is measured."""
    if "onnx" in backend:
        return onnx_backend.MOST_ROWS
    from nlu.torch_backend import MOST_ROWS

    return MOST_ROWS["cpu"]


def _layer(architecture: Mapping[str, Any], rows: int) -> list[Shape]:
    """The products of one layer: query, key, value and output, and the two of the perceptron."""
    hidden, inner = architecture["hidden_size"], architecture["intermediate_size"]
    return [
        *[Shape(rows, hidden, hidden)] * 4,
        Shape(rows, hidden, inner),
        Shape(rows, inner, hidden),
    ]


def _rate(backend: BackendName, shape: Shape, seconds: float) -> float:
    """Operations a second."""
    if "torch" in backend:
        return _side_by_side([_torch_product(backend, shape)], seconds) * shape.operations
    products = [_onnx_product(shape, "int8" in backend) for _ in range(Runtime().threads)]
    return _side_by_side(products, seconds) * shape.operations


def _side_by_side(products: Sequence[Product], seconds: float) -> float:
    """How many products a second all make together, each in a thread of its own."""

    def count(product: Product, ends: float) -> int:
        done = 0
        while time.perf_counter() < ends:
            product()
            done += 1
        return done

    for product in products:
        product()
    began = time.perf_counter()
    with ThreadPoolExecutor(len(products)) as threads:
        done = sum(threads.map(count, products, [began + seconds] * len(products)))
    return done / (time.perf_counter() - began)


def _onnx_product(shape: Shape, int8: bool) -> Product:
    rows, inner, columns = shape
    numbers = np.random.default_rng(0)
    weights: dict[str, npt.NDArray[Any]]
    if int8:
        weights = {
            "weights": numbers.integers(-127, 128, (inner, columns), dtype=np.int8),
            "scales": np.full(columns, 0.01, np.float32),  # one a channel
            "zeros": np.zeros(columns, np.int8),
        }
        node = helper.make_node(
            "DynamicQuantizeMatMul", ["in", *weights], ["out"], domain="com.microsoft"
        )
    else:
        weights = {"weights": numbers.standard_normal((inner, columns), np.float32)}
        node = helper.make_node("MatMul", ["in", *weights], ["out"])
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("in", TensorProto.FLOAT, [rows, inner])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [rows, columns])],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    sets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=sets, ir_version=onnx.IR_VERSION_2023_5_5)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    # Both ends stay where they are: to hand them over would take as long as a small product.
    ends = session.io_binding()
    ends.bind_cpu_input("in", numbers.standard_normal((rows, inner), np.float32))
    place = onnxruntime.OrtValue.ortvalue_from_shape_and_type([rows, columns], np.float32)
    ends.bind_ortvalue_output("out", place)
    return lambda: session.run_with_iobinding(ends)


def _torch_product(backend: BackendName, shape: Shape) -> Product:
    import torch

    kind = torch.bfloat16 if "bf16" in backend else torch.float32
    left = torch.randn(shape.rows, shape.inner).to(kind)
    right = torch.randn(shape.columns, shape.inner).to(kind).t()  # as a linear layer keeps it
    out = torch.empty(shape.rows, shape.columns, dtype=kind)

    def product() -> object:
        with torch.inference_mode():
            return torch.mm(left, right, out=out)

    return product
