"""Commands that measure a running installation."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from app.commands.output import AsJson, print_result
from app.settings import load_settings

commands = typer.Typer()
USUAL_MESSAGES = 1000


@commands.command()
def load(
    url: Annotated[
        str | None, typer.Option(help="The NLU host; FRONTDESK_NLU_URL if left out.")
    ] = None,
    clients: Annotated[int, typer.Option(min=1, help="Connections, one question each.")] = 1,
    messages: Annotated[
        int | None, typer.Option(min=1, help="Messages to count; 1000, unless --seconds is given.")
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(min=0.001, help="Go on for so long instead.")
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=1_000_000,
            help="Messages a second, at random times; latency counts from when "
            "one was due. Without it each client asks again as soon as it was answered.",
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(help="What to ask: labelled texts in any format, or a .txt, one a line."),
    ] = None,
    deadline_ms: Annotated[
        int | None,
        typer.Option(min=1, help="Wait so many milliseconds, not 30 s, and tell the host so."),
    ] = None,
    warm_up: Annotated[int, typer.Option(min=0, help="Messages before, not counted.")] = 50,
    seed: Annotated[int, typer.Option(help="Seed of the random times.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure how fast the NLU host answers many customers: messages a second, and latencies.

    Without --rate (closed loop) latency is only how long an answer takes under so many clients: a
    slow host is asked less. With it (open loop) customers do not wait for each other, so that a
    stall is felt by all who come during it.
    """
    from tqdm import tqdm

    from app.load.generator import Plan, measure
    from app.load.sentences import SENTENCES
    from training.formats import read_texts

    if messages is None and seconds is None:
        messages = USUAL_MESSAGES
    plan = Plan(
        url=url or load_settings().nlu_url,
        texts=SENTENCES if texts is None else read_texts(texts),
        clients=clients,
        messages=messages,
        seconds=math.inf if seconds is None else seconds,
        rate=rate,
        deadline_ms=deadline_ms,
        warm_up=warm_up,
        seed=seed,
    )
    with tqdm(total=messages, unit=" messages", disable=None, leave=False) as bar:
        figures = measure(plan, lambda counted: bar.update(counted - bar.n))
    print_result(figures.to_json(), as_json, figures.table())
