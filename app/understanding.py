"""One parse from the command line: by the running host, or by the model loaded here."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from app.errors import NotFound
from app.settings import Settings
from nlu.client import NluClient
from nlu.errors import InterpreterUnavailable
from nlu.served import served_from
from nlu.types import Interpreter, Understanding

if TYPE_CHECKING:
    from nlu.engine import Engine


def interpreter_of(settings: Settings, model: Path | None = None) -> Interpreter:
    """What understands this project's messages: its host, or its model (or a given one) here.

    Raises NotFound when neither is there, and ModelRefused.
    """
    if model is None and _host_is_ours(settings):
        return NluClient(settings.nlu_url, deadline_s=settings.nlu_deadline_s)
    return _engine(settings, model)


def parse_once(settings: Settings, text: str, model: Path | None = None) -> Understanding:
    """Understand `text`, with the model of a folder or else as the host does.

    Raises NotFound when neither a host nor a model is there, and ModelRefused.
    """
    if model is None and _host_is_ours(settings):
        with contextlib.suppress(InterpreterUnavailable), _host(settings) as host:
            return host.parse(text)
    return _engine(settings, model).parse(text)


def explain_once(settings: Settings, text: str, model: Path | None = None) -> dict[str, Any]:
    """Why `text` is understood as it is; raises as `parse_once` does."""
    if model is None and _host_is_ours(settings):
        with contextlib.suppress(InterpreterUnavailable), _host(settings) as host:
            return host.explain(text)
    from nlu.explaining import explain  # noqa: PLC0415 - torch

    return explain(_engine(settings, model), text).to_json()


def model_in(folder: Path) -> Path:
    """The model that a folder is, or that serves from it. Raises NotFound."""
    found = served_from(folder)
    if found is None:
        raise NotFound(f"There is no model in {folder}: run `frontdesk train --promote`.")
    return found


def _host_is_ours(settings: Settings) -> bool:
    """Whether a host answers and serves our model, not another project's on the same address.

    Where no model of ours is on this machine, whatever the host serves is meant.
    """
    try:
        answer = httpx.get(f"{settings.nlu_url}/healthz", timeout=1.0).json()
        serves = answer.get("model_version")
    except (httpx.HTTPError, ValueError, AttributeError):
        return False
    ours = served_from(settings.models_dir)
    return ours is None or serves is None or serves == ours.name


def _host(settings: Settings) -> contextlib.closing[NluClient]:
    return contextlib.closing(NluClient(settings.nlu_url, deadline_s=1.0))


def _engine(settings: Settings, model: Path | None) -> Engine:
    # torch is loaded only when there is no host to ask.
    from nlu.engine import load_engine  # noqa: PLC0415

    return load_engine(model_in(model or settings.models_dir), settings.runtime)
