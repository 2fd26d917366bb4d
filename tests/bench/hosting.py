"""What the NLU host takes: `python -m tests.bench.hosting --model DIR --texts FILE --out DIR`.

`frontdesk nlu` is driven by `frontdesk load` on the same machine: by 1 to 256 clients, beside a
`transformers` pipeline called a message at a time; by twice as many messages as it can answer;
and by what makes it slower or faster (`tests.bench.scales`). Figures are medians of the rounds.
Plots are written into the folder.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from app.commands.output import say
from nlu import bundle as files
from nlu.bundle import open_bundle
from nlu.served import served_from
from tests.bench import machine, scales
from tests.bench.apart import Apart
from tests.bench.clocked import spread, spreads
from tests.bench.loads import FIGURES, Host, host_of, load, texts_file
from tests.bench.plots import medians, plot_curves
from tests.bench.rounds import taking_turns
from tests.bench.scales import Bench
from training.formats import read_texts

CLIENTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
QUICK_CLIENTS = (1, 64)
COMPARED = 64  # clients, to set beside the pipeline
PROCESSORS = ("host_processors", "generator_processors")
OUTCOMES = ("answered", "refused", "errors", "errors_by_kind", "seconds")
OVERLOAD = 2.0  # times what the host can answer
# More than the host lets wait: only so it must refuse some.
OVERLOAD_CLIENTS = 2048
OVERLOAD_DEADLINE_MS = 5000  # that of the product's own client


def main(
    model: Annotated[Path, typer.Option(help="A model's folder, or a folder of models.")],
    texts: Annotated[Path, typer.Option(help="What to ask: labelled texts or a .txt.")],
    out: Annotated[Path, typer.Option(help="Folder for the plots.")],
    seconds: Annotated[float, typer.Option(help="Of one measurement.")] = 10.0,
    rounds: Annotated[int, typer.Option(help="Measurements of each.")] = 3,
    overload_seconds: Annotated[float, typer.Option(help="Of the overload.")] = 60.0,
    quick: Annotated[bool, typer.Option(help="Only see whether it works.")] = False,
) -> None:
    """Measure, write the plots, and print one JSON object."""
    if quick:
        seconds, rounds, overload_seconds = 1.0, 1, 3.0
    folder = served_from(model)
    if folder is None:
        raise typer.BadParameter(f"no model serves from {model}")
    found: dict[str, Any] = {"machine": machine.described(), "model": folder.name}
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        asked = texts_file(scales.mixed(read_texts(texts)), home / "texts.txt")
        bench = Bench(folder, asked, home, seconds, rounds, quick)
        with host_of(folder, home) as host:
            found |= {"backend": host.health()["backend"], "idle_mb": machine.pss_mb(host.pid)}
            found |= _clients(bench, host)
            found["loaded_mb"] = machine.pss_mb(host.pid)
            capacity = max(medians(found["clients"], "messages_per_second"))
            found["overload"] = _overload(bench, host, OVERLOAD * capacity, overload_seconds)
            found["after_overload_mb"] = machine.pss_mb(host.pid)
        found["tokens"] = scales.tokens(bench)
        found["intents"] = scales.intents(bench)
        found["windows_ms"] = scales.windows(bench)
    plot_curves(out / "clients.svg", "clients", {"": found["clients"]})
    plot_curves(out / "tokens.svg", "tokens of a text", {"": found["tokens"]})
    plot_curves(out / "intents.svg", "intents", {"": found["intents"]})
    plot_curves(
        out / "windows.svg",
        "longest wait for a fuller batch, ms",
        {f"{clients} at a time": points for clients, points in found["windows_ms"].items()},
        doubling=False,
    )
    print(json.dumps(found, indent=2))


def _clients(bench: Bench, host: Host) -> dict[str, Any]:
    """The closed loop by the number of clients, and the pipeline before and after the 64."""
    labels = len(open_bundle(bench.model).json(files.LABELS))
    arguments = (str(bench.texts), str(labels))
    with Apart("tests.bench.pipeline_apart", *arguments) as pipeline:

        def one_by_one() -> float:
            return float(pipeline.ask("one", seconds=bench.seconds)["messages_per_second"])

        def measure(clients: int) -> dict[str, Any]:
            compared = clients == COMPARED
            before = one_by_one() if compared else 0.0
            spent = machine.processor_s(host.pid)
            figures = load(host.url, bench.texts, clients=clients, seconds=bench.seconds)
            spent = machine.processor_s(host.pid) - spent
            figures["host_processors"] = spent / figures["seconds"]
            per_second = figures["messages"] / figures["seconds"]
            figures["generator_processors"] = figures["processor_us"] / 1e6 * per_second
            if compared:
                figures["pipeline"] = (before + one_by_one()) / 2
                figures["to_pipeline"] = figures["messages_per_second"] / figures["pipeline"]
            return figures

        say("warming up the pipeline")
        one_by_one()
        load(host.url, bench.texts, clients=COMPARED, seconds=bench.seconds)
        turns = taking_turns(QUICK_CLIENTS if bench.quick else CLIENTS, bench.rounds, measure)
    compared = turns[COMPARED]
    return {
        "clients": {count: spreads(own, (*FIGURES, *PROCESSORS)) for count, own in turns.items()},
        "pipeline_messages_per_second": spread([one["pipeline"] for one in compared]),
        "to_pipeline": spread([one["to_pipeline"] for one in compared]),
    }


def _overload(bench: Bench, host: Host, per_second: float, seconds: float) -> dict[str, Any]:
    """An open loop of more messages a second than can be answered, and one message after it."""
    say(f"overload: {per_second:.0f} messages a second")
    figures = load(
        host.url,
        bench.texts,
        clients=OVERLOAD_CLIENTS,
        rate=per_second,
        seconds=seconds,
        deadline_ms=OVERLOAD_DEADLINE_MS,
    )
    began = time.perf_counter()
    status = httpx.post(f"{host.url}/model/parse", json={"text": "hello"}, timeout=30).status_code
    took = time.perf_counter() - began
    names = ("messages_per_second", "p50_ms", "p99_ms", "p99_refused_ms", "max_ms")
    return {
        "offered_per_second": per_second,
        "offered": round(per_second * seconds),
        **{name: figures[name] for name in (*names, *OUTCOMES)},
        "one_message_afterwards": {"status": status, "ms": round(1000 * took, 1)},
    }


if __name__ == "__main__":
    typer.run(main)
