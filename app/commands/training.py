"""Commands that make models and judge them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.output import AsJson, ModelFolder, ProjectFolder, print_result, say
from app.settings import load_settings, settings_of

commands = typer.Typer()
Recipe = Annotated[
    list[str] | None,
    typer.Option("--set", help="A setting of the recipe, name=value; may be repeated."),
]
HELD_BACK = 3  # exit status: a candidate that the gate held back


@commands.command()
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
    export: Annotated[
        bool, typer.Option(help="Write the encoder for ONNX Runtime too, the fastest to serve.")
    ] = True,
    project: ProjectFolder = None,
    as_json: AsJson = False,
) -> None:
    """Train a model from the project's examples, or from any file of labelled texts."""
    from app.goods import product_names
    from app.planning import plan_of
    from app.trained_from import note
    from training.formats import read_texts
    from training.pipeline import train as train_model
    from training.pipeline import train_task
    from training.registry import Registry

    settings = settings_of(project)
    plan = plan_of(
        settings,
        seed=seed,
        recipe=settings_of_recipe or (),
        processes=processes,
        adapters=adapters,
        export=export,
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
        products = product_names(settings)
        if settings.sells and not products:
            say("there are no goods yet (frontdesk db seed): the model will find none in messages")
        trained = train_model(
            settings.project,
            models_dir,
            plan,
            products=products,
            unlabelled=texts,
            say=say,
        )
        note(models_dir, trained.version, settings.project)
        if promote:
            Registry(models_dir).promote(trained.version)
    data = {
        "version": trained.version,
        "path": str(models_dir / trained.version),
        "promoted": promote,
        **trained.metrics,
    }
    spent = ", ".join(f"{phase} {s:.0f} s" for phase, s in trained.metrics["seconds"].items())
    say(f"time: {spent}")
    print_result(data, as_json, f"{trained.version}{' is serving' if promote else ''}")


@commands.command()
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

    plan = plan_of(load_settings(), recipe=settings_of_recipe or (), export=False)
    chosen = range(first_seed, first_seed + seeds)
    result = run_benchmark(name, data, chosen, plan, development=development, unlabelled=unlabelled)
    lines = [
        f"{key}: {value:.4f} ± {result[key + '_std']:.4f}"
        for key, value in result.items()
        if f"{key}_std" in result
    ]
    print_result(result, as_json, "\n".join(lines))


@commands.command()
def evaluate(
    version: Annotated[
        str | None, typer.Argument(help="A model; the serving one if left out.")
    ] = None,
    model: ModelFolder = None,
    task: Annotated[
        Path | None, typer.Option(help="A file of labelled texts, instead of the test set.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report.")] = None,
    project: ProjectFolder = None,
    as_json: AsJson = False,
) -> None:
    """Judge a model on sentences it never saw, and write a report."""
    from app.evaluating import evaluate_model

    evaluation, page = evaluate_model(settings_of(project), version, model, task, out)
    data = {**evaluation.to_json(), "report": str(page)}
    lines = [f"{key}: {value:.4f}" for key, value in data.items() if isinstance(value, float)]
    say(f"report: {page}")
    print_result(data, as_json, "\n".join(lines))


@commands.command()
def retrain(
    promote: Annotated[
        bool, typer.Option(help="Promote the candidate if the gate passes.")
    ] = False,
    afresh: Annotated[
        bool, typer.Option(help="Begin at the encoder, not at the serving model.")
    ] = False,
    project: ProjectFolder = None,
    as_json: AsJson = False,
) -> None:
    """Train a candidate with the labels, judge it against the serving model, and report."""
    from app.build import build
    from app.retraining import retrain as run_retraining

    frontdesk = build(settings_of(project))
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
    print_result(result, as_json, text)
    raise typer.Exit(0 if result["passed"] else HELD_BACK)
