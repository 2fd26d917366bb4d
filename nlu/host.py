"""The NLU host: HTTP in Rasa's shape around one engine and its batcher.

Nothing here changes the model: it follows the pointer that `frontdesk models promote` moves, so
the host needs no endpoint that could be abused. Texts are never logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nlu.batching import Batcher, BatchingLimits
from nlu.client import DEADLINE_HEADER
from nlu.engine import Engine
from nlu.errors import InterpreterOverloaded
from nlu.explaining import explain
from nlu.metrics import HostMetrics
from nlu.runtime import Runtime
from nlu.serving import Serving

_log = logging.getLogger(__name__)

LONGEST_TEXT = 20_000  # characters
MOST_TEXTS = 512  # in one request
LARGEST_BODY = 4_000_000  # bytes
RETRY_AFTER_S = 1
LONGEST_DEADLINE_MS = 3_600_000


class Asked(NamedTuple):
    """One text of a request."""

    text: str
    message_id: str | None
    explain: bool = False


class BadRequest(Exception):
    """A request that cannot be answered: HTTP status, and words for whoever sent it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def serve(models_dir: Path, host: str, port: int, runtime: Runtime) -> None:
    """Run the host until it is told to stop (SIGINT, SIGTERM)."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    config = uvicorn.Config(
        build_app(models_dir, runtime),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


def build_app(
    models_dir: Path, runtime: Runtime, limits: BatchingLimits | None = None
) -> Starlette:
    """The host as an ASGI application; its lifespan starts the batcher and follows the pointer."""
    metrics = HostMetrics()
    batcher = Batcher(limits or BatchingLimits(), on_batch=metrics.batch_sizes.observe)
    explaining = asyncio.Lock()
    serving = Serving(models_dir, runtime, on_swap=metrics.swapped)
    metrics.waiting.set_function(lambda: batcher.waiting)

    async def parse(request: Request) -> Response:
        started = time.perf_counter()
        try:
            answer = await _parsed(request, serving, batcher, explaining)
        except BadRequest as error:
            answer = _failure(error.status, str(error))
        except InterpreterOverloaded as error:
            answer = _failure(503, str(error))
        except Exception as error:
            _log.exception("a request failed")
            answer = _failure(500, f"the model failed: {type(error).__name__}")
        metrics.answered(answer.status_code, time.perf_counter() - started)
        return answer

    async def healthz(_request: Request) -> Response:
        engine = serving.engine
        body = {
            "status": "ok" if engine else "refused" if serving.refused else "no model",
            "model_version": engine.version if engine else None,
            "device": engine.backend.device if engine else None,
            "backend": engine.backend.name if engine else None,
            "refused": serving.refused.to_json() if serving.refused else None,
            "waiting": batcher.waiting,
        }
        return _json(body, 200 if engine else 503)

    async def show_metrics(_request: Request) -> Response:
        return Response(metrics.exposition(), media_type=metrics.MEDIA_TYPE)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(batcher.run()), asyncio.create_task(serving.follow())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    routes = [
        Route("/model/parse", parse, methods=["POST"]),
        Route("/healthz", healthz),
        Route("/metrics", show_metrics),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _parsed(
    request: Request, serving: Serving, batcher: Batcher, explaining: asyncio.Lock
) -> Response:
    asked, one = read_request(await _body(request))
    engine = serving.engine
    if engine is None:
        raise InterpreterOverloaded("no model serves yet")
    if any(each.explain for each in asked):
        if not one:
            raise BadRequest(422, "'explain' goes with one text, not with a list")
        return await _explained(engine, asked[0], explaining)
    understood = await batcher.understand(
        engine, [each.text for each in asked], patience_s=_patience_s(request), bulk=not one
    )
    results = [
        replace(meaning, message_id=each.message_id).to_rasa()
        for meaning, each in zip(understood, asked, strict=True)
    ]
    return _json(results[0] if one else results, 200)


async def _explained(engine: Engine, asked: Asked, explaining: asyncio.Lock) -> Response:
    """The parse result with its explanation; one at a time, beside the live messages."""
    if explaining.locked():
        raise InterpreterOverloaded("another explanation is being made")
    async with explaining:
        explanation = await asyncio.to_thread(explain, engine, asked.text)
    meaning = replace(explanation.meaning, message_id=asked.message_id)
    return _json({**meaning.to_rasa(), "explanation": explanation.to_json()}, 200)


def read_request(body: bytes) -> tuple[list[Asked], bool]:
    """The texts of a request body, and whether it was one object and no list.

    Raises BadRequest: 400 for what is not JSON, 422 for JSON of another shape, 413 for too much.
    """
    try:
        loaded = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(400, "the body must be JSON in UTF-8") from error
    one = not isinstance(loaded, list)
    entries = [loaded] if one else loaded
    if len(entries) > MOST_TEXTS:
        raise BadRequest(413, f"at most {MOST_TEXTS} texts in one request")
    return [_asked(entry) for entry in entries], one


def _patience_s(request: Request) -> float | None:
    """How long the client waits, if it says so. Raises BadRequest when that is no number."""
    written = request.headers.get(DEADLINE_HEADER)
    if written is None:
        return None
    if not written.isdecimal() or not 0 < int(written) <= LONGEST_DEADLINE_MS:
        raise BadRequest(400, f"{DEADLINE_HEADER} is a number of milliseconds above 0")
    return int(written) / 1000


def _asked(entry: Any) -> Asked:
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise BadRequest(422, "each message must be an object with a string 'text'")
    message_id = entry.get("message_id")
    if message_id is not None and not isinstance(message_id, str):
        raise BadRequest(422, "'message_id' must be a string")
    if len(entry["text"]) > LONGEST_TEXT:
        raise BadRequest(413, f"a text may have at most {LONGEST_TEXT} characters")
    explained = entry.get("explain", False)
    if not isinstance(explained, bool):
        raise BadRequest(422, "'explain' must be true or false")
    return Asked(entry["text"], message_id, explained)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise BadRequest(413, f"the body may have at most {LARGEST_BODY} bytes")
    return bytes(body)


def _failure(status: int, message: str) -> Response:
    body = {"status": "failure", "code": status, "message": message}
    answer = _json(body, status)
    if status == 503:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _json(value: Any, status: int) -> Response:
    # ASCII only, because half a surrogate pair in a text can be escaped but not encoded.
    return Response(json.dumps(value), status, media_type="application/json")
