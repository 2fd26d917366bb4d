"""How the NLU host is replicated on a Ray cluster. Imports no Ray: these are only its numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nlu.batching import BatchingLimits
from nlu.runtime import Runtime

CHECKS = 5  # of a replica's health, while a request has patience


@dataclass(frozen=True)
class Scale:
    """As many replicas as the load asks for, from `min_replicas` to `max_replicas`.

    Each takes `gpus` of a card (0.25: four share one; 0: it runs on the CPU) and `cpus`
    processors. `address` is where a cluster already runs; without one, a local cluster is started.
    """

    min_replicas: int = 2
    max_replicas: int = 2
    gpus: float = 0.0
    cpus: float = 1.0
    address: str = ""


def deployment_options(scale: Scale, limits: BatchingLimits) -> dict[str, Any]:
    """Ray Serve's settings for our replicas, from our own.

    A replica batches and refuses by itself, and it knows how long its queue takes. So Ray sends it
    more than it can take: what waits, what is at work, and what is just being refused. Only where
    no replica is left does Ray keep requests itself.
    """
    many: dict[str, Any] = {"num_replicas": scale.min_replicas}
    if scale.max_replicas > scale.min_replicas:
        bounds = {"min_replicas": scale.min_replicas, "max_replicas": scale.max_replicas}
        # With twice as many all its batches would always be full and at work.
        target = limits.at_once * limits.max_batch // 2
        many = {"autoscaling_config": {**bounds, "target_ongoing_requests": target}}
    return {
        **many,
        "ray_actor_options": {"num_cpus": scale.cpus, "num_gpus": scale.gpus},
        "max_ongoing_requests": limits.max_waiting + (limits.at_once + 1) * limits.max_batch,
        "max_queued_requests": limits.max_waiting,
        # Whoever asks a dead replica's successor should still be waiting when it is there.
        "health_check_period_s": limits.patience_s / CHECKS,
        # The check's own text waits in the queue, at most as long as any other.
        "health_check_timeout_s": 2 * limits.patience_s,
        "graceful_shutdown_timeout_s": 2 * limits.patience_s,
    }


def replica_runtime(scale: Scale, runtime: Runtime) -> Runtime:
    """How a replica runs its model: on what Ray gives it, whatever else the machine has."""
    device = "cuda" if scale.gpus else "cpu"
    return replace(runtime, device=device, threads=max(1, round(scale.cpus)))
