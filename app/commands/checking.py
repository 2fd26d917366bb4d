"""Commands that check a project: its files, and the conversations that it should hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.output import AsJson, ModelFolder, ProjectFolder, print_result, say
from app.settings import settings_of

commands = typer.Typer()


@commands.command()
def test(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders; all `test_*.yml` of the project if left out."),
    ] = None,
    project: ProjectFolder = None,
    model: ModelFolder = None,
    understood: Annotated[
        bool, typer.Option(help="Messages mean what the tests say; no model is asked.")
    ] = False,
    as_heard: Annotated[
        bool,
        typer.Option(
            "--as-heard",
            help="Go on with what the model understood; only what the bot does and says decides.",
        ),
    ] = False,
    actions: Annotated[
        str | None, typer.Option(help="URL of the action server, /webhook included.")
    ] = None,
    no_actions: Annotated[
        bool,
        typer.Option(
            "--no-actions",
            help="Custom actions are not run; what a test tells after one happens instead.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for failed_test_stories.yml.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play Rasa conversation tests, and show expected beside actual where one fails.

    Compared are intents and marked entities, every action until the bot listens, and, where a test
    tells them, `slot_was_set`, `active_loop` and `bot:` texts (any wording of the response). Where
    the intent or an entity is wrong, the conversation fails and goes on as the test meant it;
    with `--as-heard` it goes on as it was understood, as a customer would have it.

    A test that begins with `slot_was_set` begins with these slots. In the shop each conversation
    has a shop of its own, freshly seeded, and with `metadata: {customer: 1}` that customer is
    signed in. Nothing touches the conversations of the running bot. The exit status is 1 when a
    conversation fails.
    """
    from app.conversation_tests import TestPlan, run_tests
    from dialogue.testing.report import as_text, figures, write_failed

    plan = TestPlan(
        places=tuple(files or ()),
        model=model,
        understood=understood,
        as_heard=as_heard,
        actions=actions,
        run_actions=not no_actions,
    )
    tested = run_tests(settings_of(project), plan)
    for note in tested.notes:
        say(f"note: {note}")
    if out is not None:
        say(f"failed conversations: {write_failed(tested.played, out)}")
    print_result(figures(tested.played), as_json, as_text(tested.played))
    raise typer.Exit(0 if all(one.passed for one in tested.played) else 1)


@commands.command()
def validate(
    project: ProjectFolder = None,
    task: Annotated[
        Path | None, typer.Option(help="A file of labelled texts, instead of the project.")
    ] = None,
    test: Annotated[Path | None, typer.Option(help="With --task: the file that judges.")] = None,
    fail_on_warnings: Annotated[
        bool, typer.Option("--fail-on-warnings", help="Warnings make the exit status 1 too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the project's files; every mistake is named with file and line."""
    from app.checks import check_project, check_task

    found = check_task(task, test) if task else check_project(settings_of(project).project)
    data = {"problems": list(found.problems), "warnings": list(found.warnings)}
    lines = [*found.problems, *(f"warning: {warning}" for warning in found.warnings)]
    print_result(data, as_json, "\n".join(lines) or "All is sound.")
    raise typer.Exit(1 if found.problems or (fail_on_warnings and found.warnings) else 0)
