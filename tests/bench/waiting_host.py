"""The NLU host with texts that wait for company, which the product never lets them do by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from nlu.host import Host, leave_threads_to_batches, limits_for
from nlu.runtime import Runtime


def main(
    model: Annotated[Path, typer.Argument(help="A model's folder.")],
    port: Annotated[int, typer.Argument(help="Port to listen on.")],
    wait_ms: Annotated[float, typer.Argument(help="Longest wait for a fuller batch.")],
) -> None:
    """Serve until told to stop."""
    leave_threads_to_batches()
    runtime = Runtime()
    limits = replace(limits_for(runtime), max_wait_s=wait_ms / 1000)
    app = Host(model, runtime, limits)
    uvicorn.run(app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5)


if __name__ == "__main__":
    typer.run(main)
