"""What whoever runs Gatebook can measure: requests, commands, batches, the queue and the feed's readers."""

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.clerk import BatchReport

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """The counters of one process, in a registry of its own so that tests can have many."""

    def __init__(self) -> None:
        """Make counters at zero."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "gatebook_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "gatebook_request_seconds", "Time to the answer's start", buckets=SECONDS, registry=self.registry
        )
        self.commands = Counter("gatebook_commands", "Commands by outcome", ["outcome"], registry=self.registry)
        self.batch_size = Histogram("gatebook_batch_size", "Commands per commit", buckets=SIZES, registry=self.registry)
        self.commit_seconds = Histogram(
            "gatebook_commit_seconds", "Time of a commit", buckets=SECONDS, registry=self.registry
        )
        self.queue = Gauge("gatebook_queue", "Commands that wait for the clerk", registry=self.registry)
        self.listeners = Gauge("gatebook_feed_listeners", "Open feeds", registry=self.registry)

    def heard(self, report: BatchReport) -> None:
        """Count one batch of the clerk."""
        self.batch_size.observe(report.size)
        self.commit_seconds.observe(report.commit_seconds)
        for outcome in report.outcomes:
            self.commands.labels(outcome).inc()

    def text(self) -> bytes:
        """Return all of them in Prometheus' text form."""
        return generate_latest(self.registry)


class Measure:
    """Counts requests by route (never by address: it may hold a pass)."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Wrap `app`."""
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.metrics.seconds.observe(time.perf_counter() - started)
                self.metrics.requests.labels(scope["method"], _route(scope), str(message["status"])).inc()
            await send(message)

        await self.app(scope, receive, counted)


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    return str(getattr(route, "path", "other"))
