"""What the server counts, for Prometheus.

What happens often only adds to a counter; the rest is looked up when somebody asks.
"""

import asyncio
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.messages import Status

if TYPE_CHECKING:
    from app.scheduler import Scheduler

LAG_PAUSE = 0.05
"""Seconds of the short sleep whose delay is the event loop's lag."""
LAGS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5)
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")

# A second number for each, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics(Collector):
    """Counters of one server, with a registry of their own."""

    def __init__(self, scheduler: "Scheduler") -> None:
        self._scheduler = scheduler
        self.waiting: Callable[[], int] = lambda: 0
        """How many clients wait for room on a full server."""
        self._registry = registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"playground_{name}", text, labels, registry=registry)

        self.slices = counter("slices", "Slices of training done.")
        self.worker_seconds = counter(
            "worker_seconds", "Worker CPU time: slices, pictures and all else."
        )
        self.frames = counter("frames_sent", "Frames sent to viewers.")
        self.frame_bytes = counter("frame_bytes", "Bytes of these frames.")
        self.pictures_skipped = counter(
            "pictures_skipped", "Pictures drawn and not sent to a viewer, as a later one was there."
        )
        self.saves = counter("store_saves", "Experiments written to the store.")
        self._restarts = counter("worker_restarts", "Workers replaced, by what befell.", "reason")
        requests = counter("requests", "Requests answered, and sockets opened (1xx).", "status")
        self._requests = [requests.labels(name) for name in CLASSES]
        self._lag = Histogram(
            "playground_loop_lag_seconds",
            "By how much a short sleep on the event loop was late.",
            buckets=LAGS,
            registry=registry,
        )
        registry.register(self)
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)

    def restarted(self, reason: str) -> None:
        """A worker had to be replaced."""
        self._restarts.labels(reason).inc()

    def answered(self, status: int) -> None:
        """A request has been answered."""
        self._requests[min(max(status // 100, 1), len(CLASSES)) - 1].inc()

    async def measure_lag(self) -> None:
        """Until cancelled."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(LAG_PAUSE)
            self._lag.observe(max(0.0, time.perf_counter() - begun - LAG_PAUSE))

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What is there right now. To be called on the event loop."""
        experiments = list(self._scheduler.experiments.values())

        def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
            return GaugeMetricFamily(f"playground_{name}", text, value)

        by_status = GaugeMetricFamily(
            "playground_experiments", "Experiments by status.", labels=["status"]
        )
        tally = Tally(experiment.status for experiment in experiments)
        for status in get_args(Status):
            by_status.add_metric([status], tally[status])
        yield by_status
        streams = len(self._scheduler.streams)
        yield gauge("viewers", "Open streams.", streams)
        clients = {experiment.client.key for experiment in experiments}
        yield gauge("clients", "Clients that have experiments.", len(clients))
        yield gauge("waiting", "Clients that wait for room.", self.waiting())
        queue = self._scheduler.queue
        yield gauge("queue", "Calls and experiments that wait for a worker.", queue)
        tasks = len(asyncio.all_tasks()) if _on_loop() else 0
        yield gauge("tasks", "Tasks of the event loop.", tasks)

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self._registry)


class Counted:
    """Counts the answers of an application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_count(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                self._metrics.answered(message["status"])
            elif message["type"] == "websocket.accept":
                self._metrics.answered(101)
            await send(message)

        await self._app(scope, receive, send_and_count)


def _on_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
