"""Who gets the workers: the smallest networks beside the largest that are allowed."""

import time
from typing import Any

from tests.app.process import server_process
from tests.app.server import Server
from tests.soak.figures import at_least, jain, line, none_of, percentile
from tests.soak.generator import Plan
from tests.soak.load import Generator, run_load

HALF = 30
WINDOW = 10.0
"""Seconds over which shares are compared."""
SMALLEST: dict[str, Any] = {"data": {"kind": "xor", "samples": 10}, "layers": []}
SIZES = (
    (16, 256, 10_000),
    (8, 256, 10_000),
    (4, 256, 10_000),
    (4, 256, 5000),
    (4, 256, 2000),
    (4, 128, 2000),
    (3, 128, 1000),
    (2, 64, 1000),
)
"""Layers, units, samples."""


def largest(server: Server) -> dict[str, Any]:
    """The largest network, of some, that the server takes."""
    for layers, units, samples in SIZES:
        spec = {
            "data": {"kind": "spiral", "samples": samples},
            "layers": [{"units": units}] * layers,
            "batch_size": 100,
        }
        answer = server.http.post("/api/experiments", json={"runs": [spec]})
        if answer.status_code == 201:
            server.http.delete(f"/api/experiments/{answer.json()['id']}")
            print(f"    {layers} layers of {units} units, {samples} samples")
            return spec
    raise RuntimeError("The server takes none of these networks")


def report(minutes: float, seed: int) -> None:
    """Print how evenly worker time is shared."""
    print(f"{HALF} of the smallest and {HALF} of the largest networks, {minutes:g} minutes")
    indices: list[float] = []
    smaller: list[float] = []
    with server_process() as process:
        server = process.client()
        server.http.timeout = 60

        def look(generator: Generator) -> None:
            before: list[float] = []
            due = time.perf_counter()
            while generator.running and due < began + plan.seconds:
                time.sleep(max(0.0, due - time.perf_counter()))
                now = []
                for id in generator.ids:
                    state = server.http.get(f"/api/experiments/{id}").json()
                    if "worker_seconds" not in state:
                        return
                    now.append(state["worker_seconds"])
                if before:
                    used = [b - a for a, b in zip(before, now, strict=True)]
                    indices.append(jain(used))
                    smaller.append(sum(used[::2]) / sum(used))
                before = now
                due += WINDOW

        specs = [SMALLEST, largest(server)] * HALF
        # Nobody pauses: who does not train has no use for a share.
        plan = Plan(process.address, 60 * minutes, specs, pause_every=1e9, seed=seed)
        began = time.perf_counter()
        outcome, probe, _ = run_load(process, plan, look)
        if indices:
            at_least("Jain's index of worker CPU time, smallest", min(indices), 0.95)
            line("Share of the small ones, mean", 100 * sum(smaller) / len(smaller), unit=" %")
        else:
            print("    There is no worker_seconds in the states: not measured")
        line("Credit to frame, p99", percentile(outcome.waits, 99), unit=" ms")
        line("Answer of /healthz, p99", percentile(probe.times, 99), 50, " ms")
        none_of("Errors", outcome.errors + probe.failures)
        none_of("Dropped connections", outcome.drops)
        server.http.close()
