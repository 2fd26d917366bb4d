"""What the NLU host tells Prometheus. Each host has its own registry: nothing is global."""

from __future__ import annotations

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    generate_latest,
)


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
            buckets=(1, 2, 4, 8, 16, 32, 64),
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

    def exposition(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)
