"""The `frontdesk` command. Results go to standard output, progress and errors to standard error.

Exit status: 0 done, 1 failed, 2 wrong use, 3 a candidate that the gate held back.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.errors import AppError
from app.settings import load_settings
from nlu.errors import NluError
from training.errors import TrainingError

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
models = typer.Typer(no_args_is_help=True, help="Trained models: list, promote, roll back.")
labels = typer.Typer(no_args_is_help=True, help="What people said the bot should have understood.")
db = typer.Typer(no_args_is_help=True, help="The databases.")
agents = typer.Typer(no_args_is_help=True, help="The people at the desk.")
app.add_typer(models, name="models")
app.add_typer(labels, name="labels")
app.add_typer(db, name="db")
app.add_typer(agents, name="agents")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ModelFolder = Annotated[
    Path | None, typer.Option("--model", help="A model's folder, or a folder of models.")
]
Recipe = Annotated[
    list[str] | None,
    typer.Option("--set", help="A setting of the recipe, name=value; may be repeated."),
]
HELD_BACK = 3


def main() -> None:
    """Run the command; an error of ours becomes one line and exit status 1."""
    try:
        app()
    except (AppError, NluError, TrainingError, OSError) as error:
        typer.echo(f"frontdesk: {error}", err=True)
        sys.exit(1)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _print(data: dict[str, Any], as_json: bool, text: str) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else text)


@app.command()
def up(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    project: Annotated[Path | None, typer.Option(help="Folder with the bot's YAML.")] = None,
) -> None:
    """Start everything on this machine, and keep it running until Ctrl-C."""
    from app.first_start import start

    given: dict[str, Any] = {"host": host, "port": port, "project": project}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    raise typer.Exit(start(settings, _say))


@app.command()
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
    command = [sys.executable, "-m", "gunicorn"]
    for name, value in options.items():
        command += [name, value]
    # The process becomes gunicorn, so that signals reach it directly.
    os.execve(sys.executable, [*command, "app.web:application()"], environment)  # noqa: S606


@app.command()
def nlu(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    model: ModelFolder = None,
) -> None:
    """Run the NLU host: it serves the promoted model and follows every promotion."""
    from nlu.host import serve

    settings = load_settings()
    own_host, own_port = settings.nlu_address
    serve(model or settings.models_dir, host or own_host, port or own_port, device=settings.device)


@app.command()
def worker() -> None:
    """Run the worker for background jobs such as retraining."""
    from app.worker import work

    work(load_settings())


@app.command()
def actions(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 5055,
) -> None:
    """Run the retail actions as a rasa-sdk action server, for FRONTDESK_ACTION_ENDPOINT."""
    from app.action_server import serve

    serve(load_settings(), host, port)


@app.command()
def prepare() -> None:
    """Do what must be done before the processes start: databases, administrator, first model."""
    from app.first_start import prepare_everything

    prepare_everything(load_settings(), _say)


@app.command()
def train(
    task: Annotated[
        Path | None, typer.Option(help="A file of labelled texts, instead of the project.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of models to write to."),
    ] = None,
    test: Annotated[
        Path | None, typer.Option(help="With --task: a file that judges and never teaches.")
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", help="With --task: the earlier model to go on from.")
    ] = None,
    replay: Annotated[
        float, typer.Option(min=0, max=1, help="With --from: share of its examples learnt again.")
    ] = 0.0,
    unlabelled: Annotated[
        Path | None,
        typer.Option(help="A file of sentences without labels, one a line, to learn from too."),
    ] = None,
    promote: Annotated[bool, typer.Option(help="Serve the new model at once.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    settings_of_recipe: Recipe = None,
    processes: Annotated[int, typer.Option(min=1, help="Processes that share each batch.")] = 1,
    adapters: Annotated[
        Path | None, typer.Option(help="Folder for the adapters alone, with lora_rank set.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a model from the project's examples, or from any file of labelled texts."""
    from app.planning import plan_of
    from training.formats import read_texts
    from training.pipeline import train as train_model
    from training.pipeline import train_task
    from training.registry import Registry

    settings = load_settings()
    plan = plan_of(
        settings,
        seed=seed,
        recipe=settings_of_recipe or (),
        processes=processes,
        adapters=adapters,
    )
    models_dir = out or settings.models_dir
    texts = () if unlabelled is None else read_texts(unlabelled)
    if task is not None:
        trained = train_task(
            task, models_dir, plan, test=test, start=start, replay=replay, unlabelled=texts
        )
        promote = True
    elif test or start or replay:
        raise typer.BadParameter("--test, --from and --replay belong to --task")
    else:
        trained = train_model(settings.project, models_dir, plan, unlabelled=texts)
        if promote:
            Registry(models_dir).promote(trained.version)
    data = {
        "version": trained.version,
        "path": str(models_dir / trained.version),
        "promoted": promote,
        **trained.metrics,
    }
    spent = ", ".join(f"{phase} {s:.0f} s" for phase, s in trained.metrics["seconds"].items())
    _say(f"time: {spent}")
    _print(data, as_json, f"{trained.version}{' is serving' if promote else ''}")


@app.command()
def benchmark(
    name: Annotated[str, typer.Argument(help="banking77, banking77-10, clinc150, hwu64, hwu64-10")],
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    seeds: Annotated[int, typer.Option(min=1, help="How many trainings, each with a seed.")] = 1,
    first_seed: Annotated[int, typer.Option(help="The first of the seeds.")] = 0,
    settings_of_recipe: Recipe = None,
    development: Annotated[
        bool, typer.Option(help="Judge on a part of the training data, to choose a recipe by.")
    ] = False,
    unlabelled: Annotated[
        bool,
        typer.Option(help="Ten-shot: read the other training sentences, without their labels."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the classifier on a public data set."""
    from app.planning import plan_of
    from training.benchmark import benchmark as run_benchmark

    plan = plan_of(load_settings(), recipe=settings_of_recipe or ())
    chosen = range(first_seed, first_seed + seeds)
    result = run_benchmark(name, data, chosen, plan, development=development, unlabelled=unlabelled)
    lines = [
        f"{key}: {value:.4f} ± {result[key + '_std']:.4f}"
        for key, value in result.items()
        if f"{key}_std" in result
    ]
    _print(result, as_json, "\n".join(lines))


@app.command()
def evaluate(
    version: Annotated[
        str | None, typer.Argument(help="A model; the serving one if left out.")
    ] = None,
    model: ModelFolder = None,
    task: Annotated[
        Path | None, typer.Option(help="A file of labelled texts, instead of the test set.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report.")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge a model on sentences it never saw, and write a report."""
    from app.evaluating import evaluate_model

    evaluation, page = evaluate_model(load_settings(), version, model, task, out)
    data = {**evaluation.to_json(), "report": str(page)}
    lines = [f"{key}: {value:.4f}" for key, value in data.items() if isinstance(value, float)]
    _say(f"report: {page}")
    _print(data, as_json, "\n".join(lines))


@app.command()
def parse(text: str, model: ModelFolder = None, as_json: AsJson = False) -> None:
    """Ask the running NLU host what a text means; without a host, load the model here."""
    from app.understanding import parse_once

    result = parse_once(load_settings(), text, model).to_rasa()
    ranking = result["intent_ranking"][:3]
    lines = [f"{guess['confidence']:.3f}  {guess['name']}" for guess in ranking]
    lines += [f"       {e['entity']} = {e['value']}" for e in result["entities"]]
    _print(result, as_json, "\n".join(lines))


@app.command()
def explain(text: str, model: ModelFolder = None, as_json: AsJson = False) -> None:
    """Say why a text is understood as it is: words, nearest examples, other guesses."""
    from app.understanding import explain_once

    result = explain_once(load_settings(), text, model)
    words = "  ".join(f"{word['text']} {word['weight']:+.2f}" for word in result["words"])
    lines = [result["reason"], words, "torn between:"]
    lines += [f"  {s['confidence']:.3f}  {s['name']}" for s in result["torn_between"]]
    lines += ["nearest examples:"]
    lines += [
        f"  {near['cosine']:.2f}  {near['text']}  ({near['label']}, {near['source']})"
        for near in result["nearest"]
    ]
    _print(result, as_json, "\n".join(lines))


@app.command()
def chat() -> None:
    """Talk to the bot in this terminal, as a guest. An empty line ends it."""
    from app.terminal import converse

    converse(load_settings())


@app.command()
def validate(
    task: Annotated[
        Path | None, typer.Option(help="A file of labelled texts, instead of the project.")
    ] = None,
    test: Annotated[Path | None, typer.Option(help="With --task: the file that judges.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check the project's files; every mistake is named with file and line."""
    from app.checks import check_project, check_task

    found = check_task(task, test) if task else check_project(load_settings().project)
    data = {"problems": list(found.problems), "warnings": list(found.warnings)}
    lines = [*found.problems, *(f"warning: {warning}" for warning in found.warnings)]
    _print(data, as_json, "\n".join(lines) or "All is sound.")
    raise typer.Exit(1 if found.problems else 0)


@app.command()
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
    _print(data, as_json, f"{len(examples)} examples written to {target}")


@app.command()
def retrain(
    promote: Annotated[
        bool, typer.Option(help="Promote the candidate if the gate passes.")
    ] = False,
    afresh: Annotated[
        bool, typer.Option(help="Begin at the encoder, not at the serving model.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Train a candidate with the labels, judge it against the serving model, and report."""
    from app.build import build
    from app.retraining import retrain as run_retraining

    frontdesk = build(load_settings())
    try:
        result = run_retraining(frontdesk, promote=promote, afresh=afresh, progress=None)
    finally:
        frontdesk.stop()
    text = "\n".join(
        [
            f"candidate {result['version']}: {'passes' if result['passed'] else 'is held back'}",
            *[f"- {reason}" for reason in result["reasons"]],
            f"report: {result['report']}",
            *(["promoted"] if result["promoted"] else []),
        ]
    )
    _print(result, as_json, text)
    raise typer.Exit(0 if result["passed"] else HELD_BACK)


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
    _print(data, as_json, "\n".join(lines) or "No model yet: run `frontdesk train`.")


@models.command("promote")
def models_promote(version: str, as_json: AsJson = False) -> None:
    """Serve a model from now on."""
    from app.build import build

    build(load_settings()).versions.promote(version, "command line")
    _print({"serving": version}, as_json, f"{version} is promoted.")


@models.command("rollback")
def models_rollback(as_json: AsJson = False) -> None:
    """Serve the model that served before."""
    from app.build import build

    version = build(load_settings()).versions.rollback("command line")
    _print({"serving": version}, as_json, f"Rolled back to {version}.")


@labels.command("export")
def labels_export(file: Annotated[Path, typer.Argument(help="A .jsonl file to write.")]) -> None:
    """Write the newest label of every labelled message, redacted, one JSON object a line."""
    from app.build import build
    from app.label_files import export_labels

    count = export_labels(build(load_settings()).labels.collect(), file)
    _say(f"{count} labels written to {file}")


@labels.command("import")
def labels_import(
    file: Annotated[Path, typer.Argument(help="A file of labelled texts, in any format.")],
) -> None:
    """Learn from labels made elsewhere; all of the file or nothing of it."""
    from app.build import build

    count = build(load_settings()).imported_labels.add(file)
    _say(f"{count} labels are new or changed")


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
    _say(f"{username} may sign in at the desk.")


if __name__ == "__main__":
    main()
