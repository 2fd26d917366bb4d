"""Commands that run a process: the product as a whole, and each of its parts."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from app.commands.output import ModelFolder, ProjectFolder, say
from app.errors import SettingsError
from app.settings import load_settings, settings_of

commands = typer.Typer()


@commands.command()
def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    project: ProjectFolder = None,
    train: Annotated[bool, typer.Option("--train", help="Train from the project first.")] = False,
) -> None:
    """Start everything on this machine, and keep it running until Ctrl-C.

    A Rasa project is run as it is, with its own action server. The model that serves is used; the
    first start trains one.
    """
    from app.first_start import start

    given: dict[str, Any] = {"host": host, "port": port, "project": project}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    raise typer.Exit(start(settings, say, train=train))


@commands.command()
def web() -> None:
    """Run the web process: gunicorn with gevent."""
    settings = load_settings()
    environment = settings.environment()
    if settings.web_workers > 1:
        folder = settings.home / "metrics"
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.db"):
            stale.unlink()
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    bind = f"[{settings.host}]" if ":" in settings.host else settings.host
    options = {
        "--worker-class": "gevent",
        "--workers": str(settings.web_workers),
        "--worker-connections": "10000",
        "--bind": f"{bind}:{settings.port}",
        "--graceful-timeout": "4",
        "--keep-alive": "30",
        "--name": "frontdesk",
    }
    command = [sys.executable, "-P", "-m", "gunicorn"]
    for name, value in options.items():
        command += [name, value]
    # The process becomes gunicorn, so that signals reach it directly.
    os.execve(sys.executable, [*command, "app.web:application()"], environment)  # noqa: S606


@commands.command()
def nlu(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    model: ModelFolder = None,
    ray: Annotated[bool, typer.Option("--ray", help="Replicas on a Ray cluster.")] = False,
) -> None:
    """Run the NLU host: it serves the promoted model and follows every promotion."""
    settings = load_settings()
    own_host, own_port = settings.nlu_address
    place = model or settings.models_dir, host or own_host, port or own_port, settings.runtime
    if ray:
        try:
            from nlu.ray_host import serve as serve_replicas
        except ModuleNotFoundError as error:
            raise SettingsError(f"--ray needs more ({error}): pip install '.[scale]'") from error
        serve_replicas(*place, settings.scale)
        return
    from nlu.host import serve

    serve(*place)


@commands.command()
def worker() -> None:
    """Run the worker for background jobs such as retraining."""
    from app.worker import work

    work(load_settings())


@commands.command()
def actions(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 5055,
) -> None:
    """Run the retail actions as a rasa-sdk action server, for FRONTDESK_ACTION_ENDPOINT."""
    from app.action_server import serve

    serve(load_settings(), host, port)


@commands.command()
def prepare(project: ProjectFolder = None) -> None:
    """Do what must be done before the processes start: databases, administrator, first model."""
    from app.first_start import prepare_everything

    prepare_everything(settings_of(project), say)
