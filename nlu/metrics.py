"""What the NLU host tells Prometheus. Each host has its own registry: nothing is global."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    Metric,
    generate_latest,
)
from prometheus_client.registry import Collector


class HostMetrics:
    """The counters of one NLU host."""

    MEDIA_TYPE = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "frontdesk_nlu_requests", "Requests answered", ["status"], registry=registry
        )
        self._seconds = Histogram(
            "frontdesk_nlu_request_seconds",
            "Seconds from a request to its answer",
            registry=registry,
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
        )
        self.batch_sizes = Histogram(
            "frontdesk_nlu_batch_size",
            "Texts answered together",
            registry=registry,
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
        )
        self.waiting = Gauge(
            "frontdesk_nlu_waiting", "Texts that wait for a batch", registry=registry
        )
        self._swaps = Counter("frontdesk_nlu_model_swaps", "Models taken up", registry=registry)
        self._model = Info("frontdesk_nlu_model", "The model that serves", registry=registry)

    def answered(self, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(str(status)).inc()
        self._seconds.observe(seconds)

    def swapped(self, version: str) -> None:
        """Count a model that was taken up."""
        self._swaps.inc()
        self._model.info({"version": version})

    def families(self) -> list[Metric]:
        """Everything as it stands now, to be sent to another process."""
        return list(self._registry.collect())

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)


def joint_exposition(replicas: Mapping[str, Sequence[Metric]]) -> bytes:
    """The metrics of several hosts in one text; a label `replica` says whose each is."""
    joint: dict[str, Metric] = {}
    for replica, families in replicas.items():
        for one in families:
            family = joint.setdefault(one.name, Metric(one.name, one.documentation, one.type))
            family.samples += [
                sample._replace(labels={**sample.labels, "replica": replica})
                for sample in one.samples
            ]
    registry = CollectorRegistry()
    registry.register(_Collected(joint.values()))
    return generate_latest(registry)


class _Collected(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
