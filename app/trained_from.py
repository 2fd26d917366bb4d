"""Which state of a project each model was trained from, kept beside the models.

A model's own data version counts agents' labels too; this is the project's files alone, so that
`frontdesk up` can say when they are newer than what serves.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from training.feelings import read_feelings
from training.reading import read_training_data

FILE = "trained_from.json"


def state_of(project: Path) -> str:
    """What a project teaches, as a hash: examples and what stands with them, and the pipeline."""
    data = read_training_data(project)
    digest = hashlib.sha256(data.version.encode())
    feelings = read_feelings(project)
    for name in sorted(feelings):
        for example in feelings[name]:
            digest.update(f"{name}\0{example.text}\0{example.intent}\n".encode())
    for name in ("config.yml", "config.yaml"):
        if (project / name).is_file():
            digest.update((project / name).read_bytes())
    return digest.hexdigest()


def note(models_dir: Path, version: str, project: Path) -> None:
    """Remember that a model was trained from the project as it is now."""
    path = models_dir / FILE
    known = {**_read(path), version: state_of(project)}
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(known, indent=1), encoding="utf-8")
    beside.replace(path)


def is_outdated(models_dir: Path, version: str, project: Path) -> bool:
    """Whether the project has changed since; False where nothing is known of the model."""
    known = _read(models_dir / FILE).get(version)
    return known is not None and known != state_of(project)


def _read(path: Path) -> dict[str, str]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}
