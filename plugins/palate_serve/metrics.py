"""What Prometheus is told: requests, latency and errors by place, the run, and events."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palate_serve.service import Service
    from palate_serve.writer import Writer

TYPE = b"text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.25, 1.0, 4.0)


class Metrics:
    """Counters of one worker; of all workers together where PROMETHEUS_MULTIPROC_DIR says where they meet."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self._registry}
        self._requests = Counter(
            "palate_requests_total", "Requests answered", ["method", "path", "status"], **own
        )
        self._seconds = Histogram(
            "palate_request_seconds", "Seconds until an answer", ["path"], buckets=_BUCKETS, **own
        )
        self._waiting = Gauge(
            "palate_events_waiting", "Posts of events not on disk yet", multiprocess_mode="livesum", **own
        )
        self._events = Gauge("palate_events", "Events in the log", multiprocess_mode="livemax", **own)
        self._run = Gauge(
            "palate_run", "1 for the run that is served", ["run"], multiprocess_mode="livemax", **own
        )
        self._named: str | None = None
        self._kept: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def observe(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count one answer; `path` is that of the route, so that no id becomes a label."""
        key = (method, path, status)
        pair = self._kept.get(key)
        if pair is None:
            pair = self._requests.labels(method, path, status), self._seconds.labels(path)
            self._kept[key] = pair
        pair[0].inc()
        pair[1].observe(seconds)

    def page(self, service: Service, writer: Writer) -> bytes:
        """All of it as text."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        self._waiting.set(writer.waiting)
        self._events.set(service.users.count)
        if self._named not in (None, service.run.name):
            self._run.labels(self._named).set(0)
        self._named = service.run.name
        self._run.labels(self._named).set(1)
        registry = self._registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return generate_latest(registry)
