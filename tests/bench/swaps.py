"""Whether swaps and deaths of the host are felt: `python -m tests.bench.swaps --model DIR`.

A host with two versions of one model is driven by 16 clients and by lists of texts while the one
and the other are promoted in turn: no request may fail, no list be answered by two versions, and
memory may not grow. Then the host of a whole running product is killed under load: how soon do
those who wait for it know, are the product's own clients answered in time all the same, and how
long is it away?
"""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from app.commands.output import say
from app.load.sentences import SENTENCES
from nlu.bundle import Bundle, open_bundle, write_bundle
from nlu.served import served_from
from tests.bench import machine
from tests.bench.deaths import deaths
from tests.bench.loads import Host, host_of, report_of, started_load, texts_file
from tests.conftest import wait_until
from training.registry import Registry

CLIENTS = 16
LIST = 64  # texts of a list request
SERVES_WITHIN_S = 60.0
# What an allocator keeps of dead engines levels off; an engine that is kept is far more than this.
GROWTH = 0.05  # share
FIRST, LAST = slice(2, 7), slice(-5, None)  # swaps 3 to 7, and the last five


def main(
    model: Annotated[Path, typer.Option(help="A model's folder, or a folder of models.")],
    swaps: Annotated[int, typer.Option(help="Promotions under load.")] = 20,
    pace: Annotated[float, typer.Option(help="Seconds from one to the next.")] = 6.0,
    kills: Annotated[int, typer.Option(help="Times that the host is killed.")] = 3,
    quick: Annotated[bool, typer.Option(help="Only see whether it works.")] = False,
) -> None:
    """Measure, and print one JSON object."""
    if quick:
        swaps, kills = 4, 1
    folder = served_from(model)
    if folder is None:
        raise typer.BadParameter(f"no model serves from {model}")
    found: dict[str, Any] = {"machine": machine.described(), "model": folder.name}
    # Redis' socket lies in the home, and the path of a socket may not be long.
    with tempfile.TemporaryDirectory(prefix="fd-") as temporary:
        home = Path(temporary)
        registry, versions = _two_versions(open_bundle(folder), home / "models")
        with host_of(home / "models", home) as host:
            found["swaps"] = _swaps(host, registry, versions, home, swaps, pace)
        found["deaths"] = deaths(home, kills)
    print(json.dumps(found, indent=2))


def _two_versions(bundle: Bundle, models_dir: Path) -> tuple[Registry, tuple[str, str]]:
    """One model under two names, the first of them promoted."""
    now = datetime.now(UTC)
    versions = [
        write_bundle(
            models_dir,
            bundle.contents,
            created_at=now + timedelta(seconds=number),
            data_version=bundle.manifest.data_version,
            code_version=bundle.manifest.code_version,
            encoder=bundle.manifest.encoder,
            metrics={},
        ).version
        for number in range(2)
    ]
    registry = Registry(models_dir)
    registry.promote(versions[0])
    return registry, (versions[0], versions[1])


@dataclass
class _Lists:
    """Asks lists of texts until told to stop, and counts the versions in each answer."""

    url: str
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> Counter[str]:
        """How many answers were of one version, were mixed, or failed."""
        counted: Counter[str] = Counter(of_one_version=0, mixed=0, failed=0)
        body = [{"text": SENTENCES[n % len(SENTENCES)]} for n in range(LIST)]
        with httpx.Client(base_url=self.url, timeout=30) as http:
            while not self.stopped.is_set():
                try:
                    answer = http.post("/model/parse", json=body).raise_for_status().json()
                except httpx.HTTPError:
                    counted["failed"] += 1
                else:
                    versions = {one["model_version"] for one in answer}
                    counted["of_one_version" if len(versions) == 1 else "mixed"] += 1
        return counted


def _swaps(
    host: Host, registry: Registry, versions: tuple[str, str], home: Path, swaps: int, pace: float
) -> dict[str, Any]:
    """Promote the two in turn while the host is asked by everybody."""
    texts = texts_file(SENTENCES, home / "texts.txt")
    lists = _Lists(host.url)
    before = machine.pss_mb(host.pid)
    memory, took = [], []
    with ThreadPoolExecutor(1) as threads:
        answers = threads.submit(lists.ask)
        seconds = (swaps + 2) * pace
        load = started_load(host.url, texts, clients=CLIENTS, seconds=seconds)
        try:
            time.sleep(pace)
            for number in range(1, swaps + 1):
                began = time.monotonic()
                registry.promote(versions[number % 2])
                _wait_until_serving(host, versions[number % 2])
                took.append(time.monotonic() - began)
                time.sleep(max(0.0, pace - took[-1]))
                memory.append(machine.pss_mb(host.pid))
                say(f"swap {number} of {swaps}: {took[-1]:.1f} s, {memory[-1]:.0f} MB")
            under_load = load.poll() is None
            report = report_of(load)
        finally:
            lists.stopped.set()
    growth = statistics.median(memory[LAST]) / statistics.median(memory[FIRST] or memory) - 1
    return {
        "clients": CLIENTS,
        "seconds_to_serve": [round(one, 2) for one in took],
        "load": report,
        "lists": dict(answers.result()),
        "memory_mb": {"before": round(before, 1), "after_each": [round(one, 1) for one in memory]},
        "growth_percent": round(100 * growth, 1),
        "verdict": "grows" if growth > GROWTH else "does not grow",
        "under_load_to_the_end": under_load,
    }


def _wait_until_serving(host: Host, version: str) -> None:
    wait_until(
        lambda: host.health().get("model_version") == version, f"{version} serves", SERVES_WITHIN_S
    )


if __name__ == "__main__":
    typer.run(main)
