"""`frontdesk up`: everything a fresh machine needs, then the processes, then the addresses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from app.errors import AppError
from app.own_actions import own_actions
from app.rasa_files.credentials import read_channels
from app.rasa_files.endpoints import project_endpoints
from app.settings import Settings
from app.setup_home import ADMIN, prepare_admin, prepare_databases
from app.supervisor import refuse_taken_port, supervise
from app.trained_from import is_outdated
from dialogue.project import load_project
from nlu.bundle import read_manifest
from nlu.errors import ModelRefused, SourceError
from training.registry import Registry


def start(settings: Settings, say: Callable[[str], None], *, train: bool = False) -> int:
    """Prepare, train if there is no model yet or if asked to, run until stopped.

    `say` is told, a line each, what of a project is read otherwise than its writer may think.
    Returns an exit status. Raises SourceError for a mistake in the project's files.
    """
    refuse_taken_port(settings.host, settings.port, "FRONTDESK_PORT or --port")
    refuse_taken_port(*settings.nlu_address, "FRONTDESK_NLU_URL")
    project = load_project(settings.project)
    endpoints = project_endpoints(settings.project, settings.variables)
    channels = read_channels(settings.project, settings.variables)
    warnings = (f"warning: {warning}" for warning in (*project.warnings, *channels.warnings))
    for line in dict.fromkeys((*warnings, *endpoints.notes)):
        say(line)
    actions = own_actions(settings, endpoints, project.domain, say)
    if actions is not None:
        say(f"actions: {actions.module} of the project runs at {actions.url}")
        settings = settings.model_copy(update={"action_endpoint": actions.url})
    prepare_everything(settings, say, train=train)

    def ready(seconds: float) -> None:
        say(_banner(settings, seconds))

    status = supervise(settings, ready, actions)
    say("Stopped. Nothing is lost: the next start goes on from here.")
    return status


def prepare_everything(
    settings: Settings, say: Callable[[str], None], *, train: bool = False
) -> None:
    """Databases, an administrator, and a model: each only when it is missing.

    A model that serves is used, also when the project has changed since: that is told, or with
    `train` a new one is made.
    """
    prepare_databases(settings)
    prepare_admin(settings)
    serving = Registry(settings.models_dir).serving()
    if serving is None:
        say("The first start trains the bot: the shop's takes half an hour or more on two cores.")
        _train(settings)
        return
    try:
        read_manifest(settings.models_dir / serving)
    except ModelRefused as error:
        say(f"{error}. A new model is trained in its place, which takes its time.")
        _train(settings)
        return
    if train:
        say("Training the bot anew: the shop's takes half an hour or more on two cores.")
        _train(settings)
        return
    try:
        if is_outdated(settings.models_dir, serving, settings.project):
            say(
                f"The project has changed since {serving} was trained from it: "
                "`frontdesk up --train` (or `frontdesk train --promote`) trains it anew."
            )
    except SourceError as error:
        say(f"warning: {error}: the model that was trained before it serves")


def _train(settings: Settings) -> None:
    """Train in a process of its own, so that its memory is given back."""
    command = [sys.executable, "-P", "-m", "app.cli", "train", "--promote"]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, check=False, env=settings.environment()
    )
    if done.returncode != 0:
        raise AppError("Training failed; the lines above say why.")


def _banner(settings: Settings, seconds: float) -> str:
    if settings.admin_password:
        password = "as set in FRONTDESK_ADMIN_PASSWORD"  # noqa: S105 - words, no password
    else:
        password = f"{settings.first_admin_password} (until it is changed)"
    lines = [
        "",
        f"Frontdesk is ready ({seconds:.1f} s).",
        f"  shop with the widget   {settings.own_url}/shop/"
        if settings.demo_shop
        else f"  chat with the bot      {settings.own_url}/",
        f"  agents' desk           {settings.own_url}/desk/",
        f"  sign in as             {ADMIN}",
        f"  password               {password}",
        "Ctrl-C stops it.",
        "",
    ]
    if not settings.demo_shop and not settings.rasa_project:
        del lines[2]
    return "\n".join(lines)
