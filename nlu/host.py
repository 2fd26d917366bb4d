"""The NLU host: HTTP in Rasa's shape around one engine and its batcher.

Nothing here changes the model: it follows the pointer that `frontdesk models promote` moves, so
the host needs no endpoint that could be abused. Texts are never logged.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from threadpoolctl import threadpool_limits

from nlu.backend import wants_gpu
from nlu.batching import Batcher, BatchingLimits
from nlu.contract import (
    Asked,
    BadRequest,
    answer,
    failure,
    patience_s,
    read_body,
    read_request,
    read_texts,
)
from nlu.engine import Engine
from nlu.errors import InterpreterOverloaded, ModelRefused
from nlu.explaining import explain
from nlu.metrics import HostMetrics
from nlu.runtime import Runtime
from nlu.serving import Serving

_log = logging.getLogger(__name__)

PARSE = "/model/parse"
EMBED = "/model/embed"
MOST_EMBEDDING = 32  # requests for vectors that wait, one being answered at a time
FULL = failure(503, "too many messages are waiting")
GPU_BATCH = 512  # texts; on a processor as many as one run of ONNX Runtime takes are enough


def serve(models_dir: Path, host: str, port: int, runtime: Runtime) -> None:
    """Run the host until it is told to stop (SIGINT, SIGTERM)."""
    log_to_stderr()
    leave_threads_to_batches()
    config = uvicorn.Config(
        Host(models_dir, runtime),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


def limits_for(runtime: Runtime) -> BatchingLimits:
    """Batches that suit what the model runs on: large ones on a card, one a thread elsewhere."""
    if wants_gpu(runtime):
        return BatchingLimits(max_batch=GPU_BATCH)
    least = BatchingLimits().at_once
    return BatchingLimits(at_once=max(least, runtime.threads))


def leave_threads_to_batches() -> None:
    """Let this process multiply numpy's matrices in one thread each.

    Every processor has a batch at work already. From some 80 intents on numpy would wake a thread
    for each of them over a head's small product, and throughput falls by two fifths.
    """
    threadpool_limits(1, user_api="blas")


def log_to_stderr() -> None:
    """Show from now on what happens, in lines with their time."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


class Host:
    """One engine that follows the pointer, its batcher, and the HTTP around them.

    It is an ASGI application, with these `routes`; its lifespan runs the batcher and follows the
    pointer.
    """

    def __init__(
        self, models_dir: Path, runtime: Runtime, limits: BatchingLimits | None = None
    ) -> None:
        self.metrics = HostMetrics()
        self.serving = Serving(models_dir, runtime, on_swap=self.metrics.swapped)
        on_batch = self.metrics.batch_sizes.observe
        self.batcher = Batcher(limits or limits_for(runtime), on_batch=on_batch)
        self.metrics.waiting.set_function(lambda: self.batcher.waiting)
        self._explaining = asyncio.Lock()
        self._embedding, self._to_embed = asyncio.Lock(), 0
        self.routes = [
            Route(PARSE, self._parse, methods=["POST"]),
            Route(EMBED, self._embed, methods=["POST"]),
            Route("/healthz", self._healthz),
            Route("/metrics", self._metrics),
        ]
        self._application = Starlette(routes=self.routes, lifespan=self.lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. The one that counts does not go through a framework's layers, which
        take as long as all the rest of the HTTP; and when the queue is full it is not even read:
        under overload most are refused, and what that takes is lost to those who wait.
        """
        if scope["type"] != "http" or scope["path"] != PARSE or scope["method"] != "POST":
            await self._application(scope, receive, send)
            return
        if self.batcher.full:
            self.metrics.answered(FULL.status_code, 0.0)
            told = FULL
        else:
            told = await self._parse(Request(scope, receive, send))
        await told(scope, receive, send)

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: object) -> AsyncIterator[None]:
        """While it lasts, questions are answered and promotions followed."""
        jobs = (self.batcher.run(), self.serving.follow())
        tasks = [asyncio.create_task(job) for job in jobs]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def check(self) -> None:
        """Ask the engine, among the others who wait. Raises what the engine raises.

        To have no model yet is no fault, nor is a long queue.
        """
        if self.serving.engine is not None:
            with contextlib.suppress(InterpreterOverloaded):
                await self.batcher.understand(self.serving.engine, ["hello"])

    async def _parse(self, request: Request) -> Response:
        return await self._told(self._parsed, request)

    async def _embed(self, request: Request) -> Response:
        return await self._told(self._embedded, request)

    async def _told(
        self, answered: Callable[[Request], Awaitable[Response]], request: Request
    ) -> Response:
        """The answer, or in the contract's words why there is none; counted either way."""
        started = time.perf_counter()
        try:
            told = await answered(request)
        except BadRequest as error:
            told = failure(error.status, str(error))
        except InterpreterOverloaded as error:
            told = failure(503, str(error))
        except Exception as error:
            _log.exception("a request failed")
            told = failure(500, f"the model failed: {type(error).__name__}")
        self.metrics.answered(told.status_code, time.perf_counter() - started)
        return told

    async def _parsed(self, request: Request) -> Response:
        asked, one = read_request(await read_body(request))
        engine = self.serving.engine
        if engine is None:
            raise InterpreterOverloaded("no model serves yet")
        if any(each.explain for each in asked):
            if not one:
                raise BadRequest(422, "'explain' goes with one text, not with a list")
            return await self._explained(engine, asked[0])
        understood = await self.batcher.understand(
            engine, [each.text for each in asked], patience_s=patience_s(request), bulk=not one
        )
        results = [
            replace(meaning, message_id=each.message_id).to_rasa()
            for meaning, each in zip(understood, asked, strict=True)
        ]
        return answer(results[0] if one else results)

    async def _embedded(self, request: Request) -> Response:
        """Vectors of texts: beside the live messages, one request at a time."""
        texts = read_texts(await read_body(request))
        engine = self.serving.engine
        if engine is None:
            raise InterpreterOverloaded("no model serves yet")
        if self._to_embed >= MOST_EMBEDDING:
            raise InterpreterOverloaded("too many texts are waiting to be embedded")
        self._to_embed += 1
        try:
            async with self._embedding:
                vectors = await asyncio.to_thread(engine.embed, texts) if texts else ()
        except ModelRefused as error:
            raise BadRequest(501, "the serving model has no embedder") from error
        finally:
            self._to_embed -= 1
        rounded = [[round(float(value), 6) for value in row] for row in vectors]
        return answer({"model_version": engine.version, "vectors": rounded})

    async def _explained(self, engine: Engine, asked: Asked) -> Response:
        """The parse result with its explanation; one at a time, beside the live messages."""
        if self._explaining.locked():
            raise InterpreterOverloaded("another explanation is being made")
        async with self._explaining:
            explanation = await asyncio.to_thread(explain, engine, asked.text)
        meaning = replace(explanation.meaning, message_id=asked.message_id)
        return answer({**meaning.to_rasa(), "explanation": explanation.to_json()})

    async def _healthz(self, _request: Request) -> Response:
        engine, refused = self.serving.engine, self.serving.refused
        body = {
            "status": "ok" if engine else "refused" if refused else "no model",
            "model_version": engine.version if engine else None,
            "device": engine.backend.device if engine else None,
            "backend": engine.backend.name if engine else None,
            "refused": refused.to_json() if refused else None,
            "waiting": self.batcher.waiting,
        }
        return answer(body, 200 if engine else 503)

    async def _metrics(self, _request: Request) -> Response:
        return Response(self.metrics.exposition(), media_type=self.metrics.MEDIA_TYPE)
