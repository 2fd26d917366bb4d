"""How sure the bot must be to act on its best guess: the FallbackClassifier of a Rasa project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.errors import SourceError
from nlu.source import line_of, nearest, read_yaml

CONFIG = "config.yml"
COMPONENT = "FallbackClassifier"
KEYS = ("name", "threshold", "ambiguity_threshold")


@dataclass(frozen=True)
class Sureness:
    """Below `threshold`, or with less than `ambiguity` to the next guess, the bot asks again.

    The default follows from costs alone, because confidences are calibrated (Chow 1970): a wrong
    answer costs as much as a right one is worth, asking again a fifth of that, and
    (1 - 0.2) / (1 + 1) = 0.4.
    """

    threshold: float = 0.4
    ambiguity: float = 0.0


def read_sureness(project_dir: Path) -> Sureness:
    """What `config.yml` of a project says, the default when it says nothing.

    Its own defaults are Rasa's: 0.3 and 0.1. Raises SourceError for a key that the component
    does not have, and for what is no number from 0 to 1.
    """
    file = project_dir / CONFIG
    if not file.is_file():
        return Sureness()
    loaded = read_yaml(file)
    pipeline = loaded.get("pipeline") if isinstance(loaded, dict) else None
    for component in pipeline or ():
        name = component.get("name") if isinstance(component, dict) else component
        if name == COMPONENT:
            options = component if isinstance(component, dict) else {}
            for key in options:
                if key not in KEYS:
                    hint = nearest(str(key), KEYS)
                    raise SourceError(
                        f"{COMPONENT} has no '{key}'{hint}", str(file), line_of(options, key)
                    )
            return Sureness(
                _share(options, "threshold", 0.3, file),
                _share(options, "ambiguity_threshold", 0.1, file),
            )
    return Sureness()


def _share(options: Any, key: str, default: float, file: Path) -> float:
    value = options.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SourceError(f"'{key}' must be a number from 0 to 1", str(file), line_of(options, key))
    return float(value)
