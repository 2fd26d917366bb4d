"""Which engine serves: follows the pointer, loads beside, warms up, swaps at one stroke."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.answers.entries import ANSWERS_FILE, read_entries
from nlu.bundle import MANIFEST
from nlu.engine import Engine, load_engine
from nlu.errors import ModelRefused, SourceError
from nlu.pointer import POINTER_FILE
from nlu.runtime import Runtime
from nlu.served import served_from

_log = logging.getLogger(__name__)

POLL_S = 0.5
# Of several lengths and with a date, so that the first customers pay for nothing that comes once.
WARM_UP_TEXTS = (
    "hello",
    "where is my order of last Monday?",
    "I would like to know when it is coming. " * 20,
)


@dataclass(frozen=True)
class Refused:
    """A model that was not taken up, and why."""

    version: str | None
    reason: str

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {"version": self.version, "reason": self.reason}


class Serving:
    """The engine that serves now: of the model that a folder is, or that its pointer names.

    A refused model leaves the one before in its place. What can be looked up beside the model
    stands in a file of the folder, and is followed too: a new index is made beside the old one.

    `engine` is read by every request; whoever holds an engine may finish with it after a swap.
    """

    def __init__(
        self,
        models_dir: Path,
        runtime: Runtime,
        on_swap: Callable[[str], None] = lambda _version: None,
    ) -> None:
        self.engine: Engine | None = None
        self.refused: Refused | None = None
        self._models_dir = models_dir
        self._runtime = runtime
        self._on_swap = on_swap
        self._seen: tuple[int, int] | None = None
        self._answers_seen: tuple[int, int] | None = None

    async def follow(self) -> None:
        """Keep to the pointer until cancelled."""
        while True:
            seen = self._pointer_state()
            if seen != self._seen:
                self._seen = seen
                await asyncio.to_thread(self.take_up)
            if self._state_of(ANSWERS_FILE) != self._answers_seen and self.engine is not None:
                await asyncio.to_thread(self.take_up_answers)
            await asyncio.sleep(POLL_S)

    def take_up(self) -> None:
        """Load what the pointer names, if it is not what serves already; nothing, if it is gone."""
        version = None
        try:
            folder = served_from(self._models_dir)
            if folder is None:
                self.engine = None
                return
            version = folder.name
            if self.engine is not None and self.engine.version == version:
                self.refused = None
                return
            engine = load_engine(folder, self._runtime)
            if engine.version != version:
                raise ModelRefused(f"the folder {version} holds the model {engine.version}")
            if self.engine is not None:
                self._give_answers(engine)
            engine.parse_batch(WARM_UP_TEXTS)
        except ModelRefused as error:
            self.refused = Refused(version, str(error))
            _log.error("model refused: %s", error)
            return
        except Exception as error:
            # Such as too little memory for a second model: the first one goes on serving.
            self.refused = Refused(version, f"{type(error).__name__}: {error}")
            _log.exception("model %s could not be loaded", version)
            return
        self.engine, self.refused = engine, None
        self._on_swap(version)
        backend = engine.backend
        _log.info("model %s serves by %s on %s", version, backend.name, backend.device)
        _give_memory_back()

    def take_up_answers(self) -> None:
        """Let the serving engine look up what the file holds now; a spoilt file changes nothing."""
        if self.engine is not None:
            self._give_answers(self.engine)

    def _give_answers(self, engine: Engine) -> None:
        self._answers_seen = self._state_of(ANSWERS_FILE)
        try:
            entries = read_entries(self._models_dir / ANSWERS_FILE)
            engine.answers = engine.index_with(entries, self.engine)
        except SourceError as error:
            _log.error("what can be looked up stays as it was: %s", error)
            return
        except Exception:
            _log.exception("what can be looked up stays as it was")
            return
        _log.info("%d entries can be looked up beside the model's own", len(entries))

    def _pointer_state(self) -> tuple[int, int] | None:
        return self._state_of(MANIFEST) or self._state_of(POINTER_FILE)

    def _state_of(self, name: str) -> tuple[int, int] | None:
        try:
            state = (self._models_dir / name).stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_ino


def _give_memory_back() -> None:
    """Let the C library return to the system what the old model and the loading took (glibc)."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
