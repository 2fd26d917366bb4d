"""What the worker does with what was sent to the HTTP API (see `app.api_jobs`)."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

from app.api_jobs import REPORT, STORIES, options_of
from app.conversation_tests import TestPlan, run_tests
from app.goods import product_names
from app.planning import plan_of
from app.settings import Settings
from app.story_evaluation import story_evaluation
from app.understanding import model_in
from training.intent_report import rasa_reports
from training.pipeline import evaluate, train
from training.reading import read_training_data
from training.registry import Registry


def train_sent(settings: Settings, folder: Path) -> dict[str, Any]:
    """Train a model from what was sent; the archive stands in the folder.

    Raises SourceError and TrainingError.
    """
    options = options_of(folder)
    models_dir = settings.models_dir if options["keep"] else folder / "models"
    project = folder / "project"
    trained = train(project, models_dir, plan_of(settings), products=product_names(settings))
    archive = f"{trained.version}.tar.gz"
    _pack(models_dir / trained.version, folder / archive)
    return {"version": trained.version, "archive": archive}


def judge_sent(settings: Settings, folder: Path) -> dict[str, Any]:
    """Let a model understand the examples that were sent; Rasa's reports stand in the folder.

    Raises SourceError, ModelRefused and TrainingError.
    """
    options = options_of(folder)
    version = options["model"]
    model = (
        Registry(settings.models_dir).path(version) if version else model_in(settings.models_dir)
    )
    examples = read_training_data(folder / "project").examples
    evaluation = evaluate(model, examples, runtime=settings.runtime)
    (folder / REPORT).write_text(json.dumps(rasa_reports(evaluation)), encoding="utf-8")
    return {"report": REPORT}


def judge_stories_sent(settings: Settings, folder: Path) -> dict[str, Any]:
    """Play the conversations that were sent; Rasa's evaluation stands in the folder.

    Custom actions are not run: what a conversation tells after one happens instead. Raises
    SourceError, and NotFound when there is no model to ask.
    """
    end_to_end = bool(options_of(folder)["e2e"])
    sent = folder / "project" / STORIES
    plan = TestPlan((sent,), understood=not end_to_end, run_actions=False)
    played = run_tests(settings, plan).played
    report = story_evaluation(played, end_to_end)
    (folder / REPORT).write_text(json.dumps(report), encoding="utf-8")
    return {"report": REPORT}


def _pack(model: Path, archive: Path) -> None:
    """A model's plain files as tar.gz, below a folder of its name."""
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        for path in sorted(model.iterdir()):
            member = tarfile.TarInfo(f"{model.name}/{path.name}")
            member.size, member.mode = path.stat().st_size, 0o644
            with path.open("rb") as content:
                packed.addfile(member, content)
