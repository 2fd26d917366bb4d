"""Commands about texts: what one means and why, a talk, labelled files, labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.output import AsJson, ModelFolder, ProjectFolder, print_result, say
from app.settings import load_settings, settings_of

commands = typer.Typer()
labels = typer.Typer(no_args_is_help=True, help="What people said the bot should have understood.")


@commands.command()
def parse(
    text: str,
    model: ModelFolder = None,
    project: ProjectFolder = None,
    as_json: AsJson = False,
) -> None:
    """Ask the running NLU host what a text means; without a host, load the model here."""
    from app.understanding import parse_once

    result = parse_once(settings_of(project), text, model).to_rasa()
    ranking = result["intent_ranking"][:3]
    lines = [f"{guess['confidence']:.3f}  {guess['name']}" for guess in ranking]
    lines += [_entity_line(entity) for entity in result["entities"]]
    print_result(result, as_json, "\n".join(lines))


@commands.command()
def classify(
    file: Annotated[Path, typer.Argument(help="JSON Lines with `text`, and perhaps `time`.")],
    model: ModelFolder = None,
    follow: Annotated[
        bool, typer.Option(help="Go on with what is added to the file, until interrupted.")
    ] = False,
    chart: Annotated[
        Path | None, typer.Option(help="Draw the labels' shares over time: .png, .svg or .html.")
    ] = None,
) -> None:
    """Label each text of a file, which may still grow: JSON Lines in, JSON Lines out.

    A broken line is told with its place and left out; the exit status is 1 when there was one.
    """
    from app.streams.monitor import monitor

    skipped = monitor(load_settings(), file, model, follow=follow, chart=chart)
    if skipped:
        say(f"{skipped} line{'' if skipped == 1 else 's'} left out")
    raise typer.Exit(1 if skipped else 0)


@commands.command()
def explain(
    text: str,
    model: ModelFolder = None,
    project: ProjectFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say why a text is understood as it is: words, nearest examples, other guesses."""
    from app.understanding import explain_once

    result = explain_once(settings_of(project), text, model)
    words = "  ".join(f"{word['text']} {word['weight']:+.2f}" for word in result["words"])
    lines = [result["reason"], words, *map(_entity_line, result["entities"]), "torn between:"]
    lines += [f"  {s['confidence']:.3f}  {s['name']}" for s in result["torn_between"]]
    lines += ["nearest examples:"]
    lines += [
        f"  {near['cosine']:.2f}  {near['text']}  ({near['label']}, {near['source']})"
        for near in result["nearest"]
    ]
    print_result(result, as_json, "\n".join(lines))


def _entity_line(entity: dict[str, Any]) -> str:
    parts = ", ".join(f"{part} {entity[part]}" for part in ("role", "group") if part in entity)
    return f"       {entity['entity']} = {entity['value']}{parts and f' ({parts})'}"


@commands.command()
def chat(project: ProjectFolder = None) -> None:
    """Talk to the bot in this terminal, as a guest. An empty line ends it."""
    from app.terminal import converse

    converse(settings_of(project))


@commands.command()
def convert(
    source: Annotated[Path, typer.Argument(help="A file or folder of labelled texts.")],
    target: Annotated[Path, typer.Argument(help="What to write; its ending names the format.")],
    split: Annotated[
        str | None, typer.Option(help="Which split, where a format has several.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Turn labelled texts from one format into another: YAML, CSV, JSON Lines, CLINC, the hub's."""
    from training.formats import read_examples, write_examples

    examples = read_examples(source, split)
    write_examples(examples, target, split)
    data = {"examples": len(examples), "written": str(target)}
    print_result(data, as_json, f"{len(examples)} examples written to {target}")


@labels.command("export")
def labels_export(file: Annotated[Path, typer.Argument(help="A .jsonl file to write.")]) -> None:
    """Write the newest label of every labelled message, redacted, one JSON object a line."""
    from app.build import build
    from app.label_files import export_labels

    count = export_labels(build(load_settings()).labels.collect(), file)
    say(f"{count} labels written to {file}")


@labels.command("import")
def labels_import(
    file: Annotated[Path, typer.Argument(help="A file of labelled texts, in any format.")],
) -> None:
    """Learn from labels made elsewhere; all of the file or nothing of it."""
    from app.build import build

    count = build(load_settings()).imported_labels.add(file)
    say(f"{count} labels are new or changed")
