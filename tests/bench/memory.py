"""How much memory each process holds."""

from __future__ import annotations

from tests.bench.machine import pss_mb
from tests.e2e.conftest import Product


def measure_memory(product: Product) -> dict[str, float]:
    """Proportional set size (shared pages divided among their users) by program, in MB."""
    return {
        name: round(sum(pss_mb(pid) for pid in product.pids(name)), 1)
        for name in ("redis", "nlu", "web", "worker")
    }
