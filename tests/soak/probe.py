"""Looking at a server from outside while it is under load."""

import http.client
import re
import threading
import time
from types import TracebackType
from typing import Self

import httpx
import psutil

from tests.app.process import ServerProcess

PERIOD = 0.05
BUCKET = re.compile(r'^(\w*loop_lag\w*)_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)


class HealthProbe:
    """Asks /healthz again and again, on a schedule: milliseconds from when a call was due.

    What the event loop is late by is less than this.
    """

    def __init__(self, address: str) -> None:
        self.times: list[float] = []
        self.failures: list[str] = []
        self._address = address
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=30)
        due = time.perf_counter()
        while not self._ended.wait(max(0.0, due - time.perf_counter())):
            try:
                connection.request("GET", "/healthz")
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.failures.append(str(answer.status))
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
            self.times.append(1000 * (time.perf_counter() - due))
            due += PERIOD
        connection.close()


def metrics(address: str) -> str:
    """What /metrics says; empty where there is none."""
    answer = httpx.get(f"http://{address}/metrics")
    return answer.text if answer.status_code == 200 else ""


def metric(text: str, name: str) -> float | None:
    """A value out of /metrics whose name contains this one."""
    found = re.search(rf"^\w*{name}\w* (\S+)$", text, re.MULTILINE)
    return None if found is None else float(found[1])


def lag_percentile(before: str, after: str, share: float) -> float | None:
    """Milliseconds of lag of the event loop between two looks at /metrics, as its histogram tells.

    The upper bound of the bucket in which the percentile lies; None where there is no histogram.
    """
    counts = [
        {float(bound): float(count) for _, bound, count in BUCKET.findall(text)}
        for text in (before, after)
    ]
    if not counts[1]:
        return None
    grown = {bound: count - counts[0].get(bound, 0.0) for bound, count in counts[1].items()}
    wanted = share / 100 * max(grown.values())
    return 1000 * min(bound for bound, count in grown.items() if count >= wanted)


def tree(server: ServerProcess) -> list[psutil.Process]:
    """The server and all below it."""
    process = psutil.Process(server.pid)
    return [process, *process.children(recursive=True)]


def memory(server: ServerProcess) -> float:
    """MB that the server and its workers have of memory."""
    total = 0
    for process in tree(server):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def descriptors(server: ServerProcess) -> int:
    """Open files of the server itself."""
    count: int = psutil.Process(server.pid).num_fds()
    return count
