"""Commands about conversations that were held elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.output import AsJson, ProjectFolder, print_result
from app.settings import settings_of

conversations = typer.Typer(no_args_is_help=True, help="Conversations from elsewhere.")


@conversations.command("import")
def conversations_import(
    source: Annotated[
        str,
        typer.Argument(
            help="SQLAlchemy's URL of a database, a redis:// URL, or a file of JSON Lines."
        ),
    ],
    prefix: Annotated[
        str | None, typer.Option(help="Rasa's key_prefix, for a Redis tracker store.")
    ] = None,
    project: ProjectFolder = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing, and tell what would be.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring conversations of a Rasa bot to the desk, to be read and labelled there.

    SOURCE is a tracker store (SQL or Redis; database or socket in the URL), or what an event broker
    published (the table of `sql`, or a file with a JSON object a line). Redis has the latest
    session of each conversation only. Nothing in the source is changed. The same import again adds
    what is new. A broken row is told with its place and left out; the exit status is 1 when there
    was one.
    """
    from tqdm import tqdm

    from app.clock import utc_now
    from app.database import Database
    from app.importing.run import Importer, source_of
    from app.setup_home import prepare_databases

    settings = settings_of(project)
    opened = source_of(source, prefix)
    total = opened.total()
    prepare_databases(settings)
    database = Database(settings.transcript_url)

    def tell(place: str, reason: str) -> None:
        with tqdm.external_write_mode():
            typer.echo(f"frontdesk: {place} {reason}", err=True)

    importer = Importer(database, utc_now, tell, dry_run=dry_run)
    try:
        with tqdm(
            total=total, unit=f" {opened.unit}", unit_scale=True, disable=None, leave=False
        ) as bar:
            summary = importer.run(opened, bar.update)
    finally:
        database.close()
    text = summary.table()
    print_result(summary.to_json(), as_json, f"{text}\nnothing was written" if dry_run else text)
    raise typer.Exit(1 if summary.broken else 0)
