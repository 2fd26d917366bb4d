"""What runs where: the model in the NLU host alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Product

pytestmark = pytest.mark.e2e


def runs_a_model(product: Product, name: str) -> bool:
    """An exported model runs on ONNX Runtime; torch comes in when a message is explained."""
    maps = (Path(f"/proc/{pid}/maps").read_text() for pid in product.pids(name))
    return any("libtorch" in loaded or "onnxruntime" in loaded for loaded in maps)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_only_the_nlu_host_loads_a_model(product: Product, name: str) -> None:
    assert runs_a_model(product, "nlu")
    assert not runs_a_model(product, name)
