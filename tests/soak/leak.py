"""Half an hour of coming and going: nothing may grow."""

import time
from random import Random

from tests.app.process import ServerProcess, server_process
from tests.app.server import Lab
from tests.app.viewer import Viewer
from tests.soak.figures import line, none_of, slope
from tests.soak.probe import descriptors, memory, metric, metrics

WARM_UP = 1 / 3
"""Of the time, that does not count for the slope."""
WAYS = ("close", "end", "reset")


def tasks(process: ServerProcess) -> float | None:
    """Of asyncio, if /metrics tells."""
    return metric(metrics(process.address), "tasks")


def settled(process: ServerProcess, goal: int) -> int:
    """Open files, once those of connections that have ended are closed."""
    until = time.perf_counter() + 15
    while (found := descriptors(process)) > goal and time.perf_counter() < until:
        time.sleep(0.1)
    return found


def report(minutes: float, seed: int, connects: int) -> None:
    """Print what a server keeps of viewers and experiments that have gone."""
    print(f"{connects} connects in {minutes:g} minutes")
    random = Random(seed)
    times: list[float] = []
    sizes: list[float] = []
    # The four that last train on: what is kept of their past has to be full within the warm-up.
    bounds = {"max_history_epochs": 1000, "kept_bytes": 0}
    rate = {"requests_per_second": 10_000, "requests_burst": 10_000}
    with server_process(workers=2, **bounds, **rate) as process:
        server = process.client()
        lasting = [server.create({"data": {"kind": "xor", "samples": 100}}) for _ in range(4)]

        def visit(lab: Lab) -> None:
            viewer = Viewer(lab)
            viewer.follow(viewer.timeline, viewer.epoch + 1)
            viewer.drop(random.choice(WAYS))

        for lab in lasting:
            lab.post("play", epochs_per_second=20)
            visit(lab)
        first_files, first_tasks = settled(process, 0), tasks(process)
        began = time.perf_counter()
        for number in range(connects):
            due = began + 60 * minutes * number / connects
            time.sleep(max(0.0, due - time.perf_counter()))
            if number % 10:
                lab = random.choice(lasting)
                if lab.state()["status"] != "playing":
                    lab.post("play", epochs_per_second=20)
                visit(lab)
            else:
                passing = server.create({"seed": number, "data": {"kind": "xor", "samples": 100}})
                visit(passing)
                server.http.delete(passing.path).raise_for_status()
            if number % 10 == 0:
                times.append((time.perf_counter() - began) / 3600)
                sizes.append(memory(process))
        last_files, last_tasks = settled(process, first_files), tasks(process)
        warm = int(WARM_UP * len(times))
        line("Memory at the end", sizes[-1], unit=" MB")
        line("Slope after warm-up", slope(times[warm:], sizes[warm:]), 5, " MB/h")
        line("More file descriptors than at the start", last_files - first_files, 0)
        if first_tasks is None or last_tasks is None:
            print("    There are no tasks in /metrics: not measured")
        else:
            line("More asyncio tasks than at the start", last_tasks - first_tasks, 0)
        none_of("Tracebacks in the log", process.log().split("Traceback")[1:])
        server.http.close()
