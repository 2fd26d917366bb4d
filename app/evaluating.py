"""`frontdesk evaluate`: which model is judged on what, and where the report goes."""

from __future__ import annotations

from pathlib import Path

from app.errors import NotFound
from app.settings import Settings
from app.understanding import model_in
from training.data import TEST_FOLDER
from training.evaluate import Evaluation
from training.formats import read_examples
from training.pipeline import evaluate, frozen_test_set
from training.registry import Registry


def evaluate_model(
    settings: Settings, version: str | None, model: Path | None, task: Path | None, out: Path | None
) -> tuple[Evaluation, Path]:
    """Judge a model; returns the figures and the report's page.

    The model is a version of ours, or a folder, or else the one that serves. It is judged on a
    file of labelled texts, or else on the project's frozen test set. Raises NotFound, SourceError,
    ModelRefused and TrainingError.
    """
    registry = Registry(settings.models_dir)
    folder = registry.path(version) if version else model_in(model or settings.models_dir)
    examples = read_examples(task) if task else frozen_test_set(settings.project)
    if not examples:
        raise NotFound(f"There is no test set in {settings.project / TEST_FOLDER}.")
    report = out or Registry(folder.parent).evaluation_path(folder.name)
    evaluation = evaluate(folder, examples, report=report, runtime=settings.runtime)
    return evaluation, report / "index.html"
