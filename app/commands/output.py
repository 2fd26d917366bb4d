"""What all commands share: how they print, and the options that several have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ModelFolder = Annotated[
    Path | None, typer.Option("--model", help="A model's folder, or a folder of models.")
]
ProjectFolder = Annotated[
    Path | None,
    typer.Option("--project", help="The bot's folder: a shop's, or a Rasa project."),
]


def say(text: str) -> None:
    """Tell a person something, on standard error."""
    typer.echo(text, err=True)


def print_result(data: dict[str, Any], as_json: bool, text: str) -> None:
    """Print a result: one JSON object, or words."""
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else text)
