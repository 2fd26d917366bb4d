"""The long work of the HTTP API: trainings and tests, in a folder of their own each.

The web process writes what was sent and queues a job; the worker does it in a child process with
the code of `frontdesk train` and `frontdesk evaluate`, and the web process hands out what came of
it. Nothing that a client sent is ever unpacked or unpickled.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from app.background import apart
from app.errors import BadInput
from app.settings import Settings
from dialogue.project import CONFIG_KEYS
from dialogue.story_reader import STORY_KEYS
from nlu.errors import SourceError
from nlu.source import line_of, read_yaml

OPTIONS = "options.json"
REPORT = "report.json"
STORIES = "test_stories.yml"
KEPT_S = 24 * 60 * 60.0
TRAININGS = ("retrain", "api_train")  # what counts as a training


def new_folder(settings: Settings, sent: bytes, **options: Any) -> Path:
    """A job's folder: the project that was sent, and the options. Its name is the job's id.

    Raises BadInput for what is no YAML with examples; there is no folder then.
    """
    folder = settings.home / "api_jobs" / uuid.uuid4().hex
    project = folder / "project"
    project.mkdir(parents=True, mode=0o700)
    try:
        apart(_write_project, project, sent)
    except (BadInput, SourceError) as error:
        drop_folder(folder)
        raise BadInput(without_folder(str(error), folder)) from error
    (folder / OPTIONS).write_text(json.dumps(options), encoding="utf-8")
    return folder


def new_test_folder(settings: Settings, sent: bytes, **options: Any) -> Path:
    """The same for conversation tests. Raises BadInput for what is no YAML with stories."""
    folder = settings.home / "api_jobs" / uuid.uuid4().hex
    stories = folder / "project" / STORIES
    stories.parent.mkdir(parents=True, mode=0o700)
    stories.write_bytes(sent)
    try:
        loaded = apart(read_yaml, stories)
        told = loaded.get("stories") if isinstance(loaded, Mapping) else None
        if not isinstance(told, list) or not told:
            raise BadInput("The body must be YAML with conversations under 'stories'.")
    except (BadInput, SourceError) as error:
        drop_folder(folder)
        raise BadInput(without_folder(str(error), folder)) from error
    (folder / OPTIONS).write_text(json.dumps(options), encoding="utf-8")
    return folder


def options_of(folder: Path) -> dict[str, Any]:
    """The options of a job."""
    options: dict[str, Any] = json.loads((folder / OPTIONS).read_text(encoding="utf-8"))
    return options


def drop_folder(folder: Path) -> None:
    """The job is done and over."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep(settings: Settings, is_active: Callable[[str], bool], now: datetime) -> None:
    """Drop the folders that nobody came for: the web process stopped while it waited."""
    for folder in (settings.home / "api_jobs").glob("*"):
        age = now.timestamp() - folder.stat().st_mtime
        if age > KEPT_S and not is_active(folder.name):
            drop_folder(folder)


def folder_of(settings: Settings, job_id: str) -> Path:
    """The folder of a job."""
    return settings.home / "api_jobs" / job_id


def without_folder(message: str, folder: Path) -> str:
    """An error's message with the sent file's plain name in place of where we put it."""
    return message.replace(f"{folder / 'project'}/", "")


def _write_project(project: Path, sent: bytes) -> None:
    """The sections of one merged file as the files of a project, each on the lines it had."""
    whole = project / "sent.yml"
    whole.write_bytes(sent)
    loaded = read_yaml(whole)
    if not isinstance(loaded, Mapping) or not loaded.get("nlu"):
        raise BadInput("The body must be YAML with examples under 'nlu'.")
    whole.unlink()
    begins = [(line_of(loaded, key) or 0, str(key)) for key in loaded]
    if len({line for line, _ in begins}) != len(begins):
        raise BadInput("Each section of the body must begin on a line of its own.")
    lines = sent.decode("utf-8").splitlines()
    files: dict[str, list[str]] = {}
    for at, (line, key) in enumerate(begins):
        end = begins[at + 1][0] - 1 if at + 1 < len(begins) else len(lines)
        for name in _files_of(key):
            written = files.setdefault(name, [""] * len(lines))
            written[line - 1 : end] = lines[line - 1 : end]
    (project / "data").mkdir()
    for name, written in files.items():
        (project / name).write_text("\n".join(written) + "\n", encoding="utf-8")


def _files_of(section: str) -> tuple[str, ...]:
    """Where Rasa's projects keep a section."""
    if section == "version":
        return "data/nlu.yml", "data/stories.yml", "domain.yml"
    if section == "nlu":
        return ("data/nlu.yml",)
    if section in STORY_KEYS:
        return ("data/stories.yml",)
    return ("config.yml",) if section in CONFIG_KEYS else ("domain.yml",)
