"""One parse from the command line: by the running host, or by the model loaded here."""

from __future__ import annotations

from app.errors import NotFound
from app.settings import Settings
from nlu.client import NluClient
from nlu.errors import InterpreterUnavailable
from nlu.types import Understanding
from training.registry import Registry


def parse_once(settings: Settings, text: str) -> Understanding:
    """Understand `text`. Raises NotFound when neither a host nor a model is there."""
    client = NluClient(settings.nlu_url, deadline_s=1.0)
    try:
        return client.parse(text)
    except InterpreterUnavailable:
        pass
    finally:
        client.close()
    registry = Registry(settings.models_dir)
    serving = registry.serving()
    if serving is None:
        raise NotFound("There is no model yet: run `frontdesk train --promote`.")
    # torch is loaded only when there is no host to ask.
    from nlu.engine import load_engine  # noqa: PLC0415

    return load_engine(registry.path(serving), device=settings.device).parse(text)
