"""Where an engine's time goes: its parts, and the operators of its encoder on ONNX Runtime.

Each part is timed where the engine calls it. Operators are timed by ONNX Runtime itself, in a
second engine, because that makes it slower.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, cast
from unittest import mock

import onnxruntime
import typer

from nlu.engine import Engine, load_engine
from nlu.runtime import BackendName, Runtime
from nlu.tokens import tokenized
from tests.bench.clocked import clocked, turns
from training.formats import read_texts

BATCH = 256
WARM_UP_S = 0.5
LEAST_SHOWN = 0.5  # percent


def main(
    model: Annotated[Path, typer.Argument(help="A model's folder.")],
    texts: Annotated[Path, typer.Argument(help="What to ask.")],
    backend: Annotated[str, typer.Argument(help="A backend on ONNX Runtime.")] = "onnx-int8",
    seconds: Annotated[float, typer.Argument(help="For how long, each.")] = 5.0,
) -> None:
    """Print both profiles."""
    runtime = Runtime("cpu", cast(BackendName, backend))
    batches = turns(read_texts(texts), BATCH)
    found = {
        "parts_percent": _parts(load_engine(model, runtime), batches, seconds),
        "operators_percent": _operators(model, runtime, batches, seconds),
    }
    print(json.dumps(found))


def _parts(engine: Engine, batches: Iterator[list[str]], seconds: float) -> dict[str, float]:
    """Shares of the time of `parse_batch`, in percent."""
    spent: dict[str, float] = defaultdict(float)

    def timed(part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any) -> Any:
            began = time.perf_counter()
            result = call(*arguments)
            spent[part] += time.perf_counter() - began
            return result

        return wrapped

    changed: Any = engine
    changed.backend.encoded = timed("encoding", engine.backend.encoded)
    changed.ngrams = timed("letters", engine.ngrams)
    with mock.patch("nlu.engine.tokenized", timed("tokenizing", tokenized)):
        clocked(engine.parse_batch, batches, WARM_UP_S)
        spent.clear()
        whole = sum(clocked(engine.parse_batch, batches, seconds))
    return _percent({**spent, "the rest": whole - sum(spent.values())}, whole)


def _operators(
    model: Path, runtime: Runtime, batches: Iterator[list[str]], seconds: float
) -> dict[str, float]:
    """Shares of the time of ONNX Runtime's runs by operator, in percent."""
    with tempfile.TemporaryDirectory() as folder:

        class Profiling(onnxruntime.SessionOptions):
            """As the backend sets them, and profiled."""

            def __init__(self) -> None:
                super().__init__()
                self.enable_profiling = True
                self.profile_file_prefix = str(Path(folder) / "profile")

        with mock.patch.object(onnxruntime, "SessionOptions", Profiling):
            engine = load_engine(model, runtime)
        clocked(engine.parse_batch, batches, seconds)
        session = cast(Any, engine.backend)._session
        events = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    spent: dict[str, float] = defaultdict(float)
    whole = 0.0
    for event in events:
        if event["name"].endswith("_kernel_time"):
            spent[event["args"]["op_name"]] += event["dur"]
        elif event["name"] == "model_run":
            whole += event["dur"]
    return _percent({**spent, "between them": whole - sum(spent.values())}, whole)


def _percent(spent: dict[str, float], whole: float) -> dict[str, float]:
    """The largest first, the smallest together."""
    shares = sorted(((100 * one / whole, name) for name, one in spent.items()), reverse=True)
    small = sum(share for share, _ in shares if share < LEAST_SHOWN)
    shown = {name: round(share, 1) for share, name in shares if share >= LEAST_SHOWN}
    return {**shown, **({"others": round(small, 1)} if small else {})}


if __name__ == "__main__":
    typer.run(main)
