"""What runs where: the model in the NLU host alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Product

pytestmark = pytest.mark.e2e


def loaded(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.parametrize("name", ["web", "worker"])
def test_only_the_nlu_host_loads_torch(product: Product, name: str) -> None:
    assert any("libtorch" in loaded(pid) for pid in product.pids("nlu"))
    assert not any("libtorch" in loaded(pid) for pid in product.pids(name))
