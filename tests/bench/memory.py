"""How much memory each process holds."""

from __future__ import annotations

import re
from pathlib import Path

from tests.e2e.conftest import Product


def measure_memory(product: Product) -> dict[str, float]:
    """Proportional set size (shared pages divided among their users) by program, in MB."""
    return {
        name: round(sum(_pss_mb(pid) for pid in product.pids(name)), 1)
        for name in ("redis", "nlu", "web", "worker")
    }


def _pss_mb(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    return int(found.group(1)) / 1024 if found else 0.0
