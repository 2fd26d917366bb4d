"""Commands of whoever keeps an installation: models that serve, databases, people."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.output import AsJson, print_result, say
from app.settings import load_settings

models = typer.Typer(no_args_is_help=True, help="Trained models: list, promote, roll back.")
db = typer.Typer(no_args_is_help=True, help="The databases.")
agents = typer.Typer(no_args_is_help=True, help="The people at the desk.")


@models.command("list")
def models_list(as_json: AsJson = False) -> None:
    """List the models, the newest first."""
    from app.build import build

    frontdesk = build(load_settings())
    listed, serving = frontdesk.versions.listed(), frontdesk.versions.serving()
    data = {"serving": serving, "models": [version.to_json() for version in listed]}
    lines = [
        f"{'*' if version.version == serving else ' '} {version.version}"
        f"  accuracy {version.accuracy:.3f}"
        if version.accuracy is not None
        else f"{'*' if version.version == serving else ' '} {version.version}"
        for version in listed
    ]
    print_result(data, as_json, "\n".join(lines) or "No model yet: run `frontdesk train`.")


@models.command("promote")
def models_promote(version: str, as_json: AsJson = False) -> None:
    """Serve a model from now on."""
    from app.build import build

    build(load_settings()).versions.promote(version, "command line")
    print_result({"serving": version}, as_json, f"{version} is promoted.")


@models.command("rollback")
def models_rollback(as_json: AsJson = False) -> None:
    """Serve the model that served before."""
    from app.build import build

    version = build(load_settings()).versions.rollback("command line")
    print_result({"serving": version}, as_json, f"Rolled back to {version}.")


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring both databases to the newest revision."""
    from app.setup_home import prepare_databases

    prepare_databases(load_settings().model_copy(update={"demo_shop": False}))


@db.command("seed")
def db_seed() -> None:
    """Fill the order database with the demonstration shop, once."""
    from app.setup_home import prepare_databases

    prepare_databases(load_settings().model_copy(update={"demo_shop": True}))


@agents.command("add")
def agents_add(
    username: str,
    name: Annotated[str, typer.Option(help="The name customers see.")],
    role: Annotated[str, typer.Option(help="agent or admin")] = "agent",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Make an account for the desk."""
    from app.clock import utc_now
    from app.database import Database
    from app.setup_home import prepare_databases
    from app.staff import StaffAccounts

    settings = load_settings()
    prepare_databases(settings)
    StaffAccounts(Database(settings.transcript_url), utc_now).add(username, name, password, role)
    say(f"{username} may sign in at the desk.")
