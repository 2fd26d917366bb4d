"""The NLU host on a Ray cluster: the same HTTP contract, answered by replicas of the host.

Each replica is a whole host: an engine, a batcher and an eye on the pointer of its own. Ray Serve
does what takes more than one: it starts replicas, watches them, replaces them, and shares the
requests out. `nlu.ray_door` sees to it that none is lost when a replica dies.

Batches are made by our batcher and not by `@serve.batch`, which would do less: ours knows
deadlines, lets single messages go before lists, puts texts of like length together, and never
mixes two models in one batch.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import ray
from prometheus_client import Metric
from ray import serve as ray_serve
from ray.serve.config import HTTPOptions
from ray.serve.exceptions import RayServeException
from ray.serve.schema import LoggingConfig
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nlu.batching import BatchingLimits
from nlu.errors import NluError
from nlu.host import Host, leave_threads_to_batches, limits_for, log_to_stderr
from nlu.metrics import HostMetrics, joint_exposition
from nlu.ray_door import CALLBACK
from nlu.runtime import Runtime
from nlu.scale import Scale, deployment_options, replica_runtime

_log = logging.getLogger(__name__)

APPLICATION = "frontdesk-nlu"
DEPLOYMENT = "host"
LOCAL_STORE_BYTES = 100_000_000  # shared memory of a local cluster, which the host hardly uses
STOP_S = 30  # at most, until this process ends; then a local cluster ends with it
QUIET = LoggingConfig(enable_access_log=False)


class Replica:
    """A host as Ray Serve runs it."""

    def __init__(self, models_dir: Path, runtime: Runtime, limits: BatchingLimits) -> None:
        log_to_stderr()
        leave_threads_to_batches()
        self._host = Host(models_dir, runtime, limits)
        # Ray sends requests once this is done: not before the model that there is can answer.
        self._host.serving.take_up()

    def __serve_build_asgi_app__(self) -> Starlette:
        """The host's application; only its metrics are those of all replicas."""
        routes = [Route("/metrics", self._metrics), *self._host.routes]
        return Starlette(routes=routes, lifespan=self._host.lifespan)

    async def check_health(self) -> None:
        """Raises when Ray is to put another replica in this one's place."""
        await self._host.check()

    def families(self) -> tuple[str, Sequence[Metric]]:
        """The name of this replica, and its own metrics."""
        return ray_serve.get_replica_context().replica_tag, self._host.metrics.families()

    async def _metrics(self, _request: Request) -> Response:
        everyone = ray_serve.get_deployment_handle(DEPLOYMENT, APPLICATION)
        told = await everyone.broadcast("families").results_async(return_exceptions=True)
        # One that has just died says nothing.
        by_replica = dict(one for one in told if not isinstance(one, Exception))
        return Response(joint_exposition(by_replica), media_type=HostMetrics.MEDIA_TYPE)


def serve(models_dir: Path, host: str, port: int, runtime: Runtime, scale: Scale) -> None:
    """Run replicas of the host until told to stop (SIGINT, SIGTERM).

    A cluster that was there before stays, with whatever else it runs. Raises ConnectionError when
    there is none at the address, and NluError when the replicas do not start.
    """
    log_to_stderr()
    _connect(scale)
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        _deploy(models_dir, host, port, runtime, scale)
        _log.info("replicas answer on %s:%d", host, port)
        while True:
            signal.pause()
    except KeyboardInterrupt:
        for stop in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stop, signal.SIG_IGN)
        # Whoever tells every process to stop kills the cluster too, and Ray waits for it for ever.
        signal.alarm(STOP_S)
    finally:
        with contextlib.suppress(RayServeException):  # there is none yet
            ray_serve.delete(APPLICATION)
        ray.shutdown()


def _connect(scale: Scale) -> None:
    """Join the cluster, or start one on this machine, as large as the replicas need."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anybody
    environment = {"env_vars": CALLBACK}
    if scale.address:
        ray.init(address=scale.address, runtime_env=environment)
        return
    ray.init(
        address="local",
        num_cpus=math.ceil(scale.max_replicas * scale.cpus),
        object_store_memory=LOCAL_STORE_BYTES,
        include_dashboard=False,
        runtime_env=environment,
    )


def _deploy(models_dir: Path, host: str, port: int, runtime: Runtime, scale: Scale) -> None:
    """Put the replicas up, or those in their place that are up already, and wait for them."""
    runtime = replica_runtime(scale, runtime)
    limits = limits_for(runtime)
    options = deployment_options(scale, limits)
    deployed = ray_serve.deployment(name=DEPLOYMENT, logging_config=QUIET, **options)
    replica = deployed(ray_serve.ingress()(Replica))
    # Another process's working folder is another; a link may lead elsewhere on another machine.
    bound = replica.bind(models_dir.absolute(), runtime, limits)
    ray_serve.start(http_options=HTTPOptions(host=host, port=port), logging_config=QUIET)
    try:
        ray_serve.run(bound, name=APPLICATION, route_prefix="/")
    except RuntimeError as error:
        raise NluError(f"Ray Serve could not start the replicas: {error}") from error
