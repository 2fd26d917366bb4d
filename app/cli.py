"""The `frontdesk` command. Results go to standard output, progress and errors to standard error.

Exit status: 0 done, 1 failed, 2 wrong use, 3 a candidate that the gate held back.
"""

from __future__ import annotations

import sys

import typer

from app.commands import (
    checking,
    conversations,
    keeping,
    measuring,
    processes,
    texts,
    training,
)
from app.errors import AppError
from nlu.errors import NluError
from training.errors import TrainingError

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
for group in (processes, training, checking, texts, measuring):
    app.add_typer(group.commands)
app.add_typer(keeping.models, name="models")
app.add_typer(texts.labels, name="labels")
app.add_typer(conversations.conversations, name="conversations")
app.add_typer(keeping.db, name="db")
app.add_typer(keeping.agents, name="agents")


def main() -> None:
    """Run the command; an error of ours becomes one line and exit status 1."""
    try:
        app()
    except (AppError, NluError, TrainingError, OSError) as error:
        typer.echo(f"frontdesk: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
