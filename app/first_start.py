"""`frontdesk up`: everything a fresh machine needs, then the processes, then the addresses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from app.errors import AppError
from app.settings import Settings
from app.setup_home import ADMIN, prepare_admin, prepare_databases
from app.supervisor import refuse_taken_port, supervise
from nlu.bundle import read_manifest
from nlu.errors import ModelRefused
from training.registry import Registry


def start(settings: Settings, say: Callable[[str], None]) -> int:
    """Prepare, train if there is no model yet, run until stopped. Returns an exit status."""
    refuse_taken_port(settings.host, settings.port, "FRONTDESK_PORT or --port")
    refuse_taken_port(*settings.nlu_address, "FRONTDESK_NLU_URL")
    prepare_everything(settings, say)

    def ready(seconds: float) -> None:
        say(_banner(settings, seconds))

    status = supervise(settings, ready)
    say("Stopped. Nothing is lost: the next start goes on from here.")
    return status


def prepare_everything(settings: Settings, say: Callable[[str], None]) -> None:
    """Databases, an administrator, and a model: each only when it is missing."""
    prepare_databases(settings)
    prepare_admin(settings)
    serving = Registry(settings.models_dir).serving()
    if serving is None:
        say("The first start trains the bot from its examples; this takes a few minutes.")
        _train(settings)
        return
    try:
        read_manifest(settings.models_dir / serving)
    except ModelRefused as error:
        say(f"{error}. A new model is trained in its place, which takes a few minutes.")
        _train(settings)


def _train(settings: Settings) -> None:
    """Train in a process of its own, so that its memory is given back."""
    command = [sys.executable, "-m", "app.cli", "train", "--promote"]
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
        f"  shop with the widget   {settings.own_url}/shop/",
        f"  agents' desk           {settings.own_url}/desk/",
        f"  sign in as             {ADMIN}",
        f"  password               {password}",
        "Ctrl-C stops it.",
        "",
    ]
    if not settings.demo_shop:
        del lines[2]
    return "\n".join(lines)
