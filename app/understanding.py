"""One parse from the command line: by the running host, or by the model loaded here."""

from __future__ import annotations

from pathlib import Path

from app.errors import NotFound
from app.settings import Settings
from nlu.client import NluClient
from nlu.errors import InterpreterUnavailable
from nlu.served import served_from
from nlu.types import Understanding


def parse_once(settings: Settings, text: str, model: Path | None = None) -> Understanding:
    """Understand `text`, with the model of a folder or else as the host does.

    Raises NotFound when neither a host nor a model is there, and ModelRefused.
    """
    if model is None:
        client = NluClient(settings.nlu_url, deadline_s=1.0)
        try:
            return client.parse(text)
        except InterpreterUnavailable:
            pass
        finally:
            client.close()
    # torch is loaded only when there is no host to ask.
    from nlu.engine import load_engine  # noqa: PLC0415

    return load_engine(model_in(model or settings.models_dir), settings.device).parse(text)


def model_in(folder: Path) -> Path:
    """The model that a folder is, or that serves from it. Raises NotFound."""
    found = served_from(folder)
    if found is None:
        raise NotFound(f"There is no model in {folder}: run `frontdesk train --promote`.")
    return found
