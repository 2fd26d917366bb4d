"""`make bench`: starts the product in a fresh home, measures it, prints JSON.

The first start trains, so this takes some minutes. Figures for people go to RESULTS.md by hand,
with the machine they were measured on.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.answers import measure_answers
from tests.bench.host import measure_host
from tests.bench.memory import measure_memory
from tests.bench.understanding import measure_understanding
from tests.conftest import free_port
from tests.e2e.conftest import Product


def main() -> None:
    """Run every measurement, one after the other, and print what was found."""
    os.environ["FRONTDESK_RATE_LIMITS"] = "false"  # all clients share one address here
    home = Path(tempfile.mkdtemp(prefix="fd-bench-"))
    product = Product(home, free_port(), free_port())
    found: dict[str, object] = {}
    try:
        started = time.monotonic()
        product.start()
        found["first_start_s"] = round(time.monotonic() - started, 1)
        product.stop()
        started = time.monotonic()
        product.banner = ""
        product.start()
        found["later_start_s"] = round(time.monotonic() - started, 1)
        found["understanding"] = measure_understanding(product)
        found["idle_memory_mb"] = measure_memory(product)
        found["order_status_1_client"] = measure_answers(product, clients=1, messages=200)
        found["order_status_50_clients"] = measure_answers(product, clients=50, messages=20)
        found["nlu_host"] = measure_host(product)
        found["loaded_memory_mb"] = measure_memory(product)
    finally:
        product.stop()
        shutil.rmtree(home, ignore_errors=True)
    json.dump(found, sys.stdout, indent=2)
    print()


main()
