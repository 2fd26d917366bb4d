"""Talking to the bot in a terminal."""

from __future__ import annotations

import uuid

import typer

from app.build import build
from app.settings import Settings
from app.understanding import interpreter_of
from dialogue.agent import UserMessage


def converse(settings: Settings) -> None:
    """Read lines, print answers, until an empty line or the end of input.

    Raises NotFound when there is neither a running host nor a model.
    """
    frontdesk = build(settings, interpreter=interpreter_of(settings))
    sender = f"terminal-{uuid.uuid4().hex[:8]}"
    tracker = frontdesk.agent.tracker_of(sender, [])
    try:
        while text := typer.prompt("you", default="", show_default=False).strip():
            message = UserMessage(text, sender, uuid.uuid4().hex, input_channel="terminal")
            turn = frontdesk.agent.respond(tracker, message)
            for problem in turn.problems:
                typer.echo(f"({problem})", err=True)
            for said in turn.messages:
                typer.echo(f"bot: {said.text or ''}")
                for button in said.buttons or ():
                    typer.echo(f"     [{button.get('title')}] {button.get('payload')}")
    except (EOFError, typer.Abort):
        typer.echo("")
    finally:
        frontdesk.stop()
