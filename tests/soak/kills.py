"""Workers and servers that are killed."""

import os
import signal
import time
from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Any

import psutil

from engine import RunSpec, train
from tests.app.process import ServerProcess, server_process
from tests.app.server import Lab, Server
from tests.app.viewer import Viewer, numbers
from tests.soak.figures import line, none_of, percentile

FAULTS = {
    "killed": signal.SIGKILL,
    "segmentation fault": signal.SIGSEGV,
    "hung": signal.SIGSTOP,
    "ended": signal.SIGTERM,
}
PATIENCE = 60
REDONE = 2.0
"""Seconds of training that a killed server may have to do again."""


def small_specs(count: int) -> list[dict[str, Any]]:
    """That the engine alone can train again as far."""
    return [
        {
            "seed": number,
            "data": {"kind": "spiral", "samples": 400},
            "layers": [{"units": 16}, {"units": 16}],
            "regularization": {"dropout": 0.1 * (number % 2)},
        }
        for number in range(count)
    ]


def wrong_rows(server: Server, labs: Sequence[Lab], specs: Sequence[dict[str, Any]]) -> list[str]:
    """Pause all; whose history is another one than that of the engine left alone."""
    wrong = []
    for number, (lab, spec) in enumerate(zip(labs, specs, strict=True)):
        last = lab.post("pause")["epoch"]
        table = lab.history()
        expected = train(RunSpec.model_validate(spec), epochs=last).history
        found = [numbers(table["runs"][0], k) for k in range(len(table["epoch"]))]
        if found != [numbers(expected, epoch) for epoch in table["epoch"]]:
            wrong.append(f"experiment {number}, {last} epochs")
    return wrong


def report_kills(kills: int, seed: int) -> None:
    """Print what becomes of experiments whose workers die."""
    print(f"{kills} worker kills: {', '.join(FAULTS)}")
    random = Random(seed)
    specs = small_specs(4)
    with server_process(workers=2) as process:
        server = process.client()
        labs = [server.create(spec) for spec in specs]
        viewers = [Viewer(lab) for lab in labs]
        for lab in labs:
            lab.post("play")
        times: dict[str, list[float]] = defaultdict(list)
        lost: list[str] = []
        for number in range(kills):
            fault = list(FAULTS)[number % len(FAULTS)]
            workers = process.workers()
            while len(workers) < 2:
                workers = process.workers()
            time.sleep(random.uniform(0, 0.1))  # anywhere in a slice
            began = time.perf_counter()
            os.kill(random.choice(workers), FAULTS[fault])
            # Recovered: every experiment has got further than it can have been at the kill. Two
            # epochs, as those of a slice before may still be on their way.
            for viewer in viewers:
                viewer.read_what_is_there()
            wanted = [viewer.epoch + 2 for viewer in viewers]
            for viewer, epoch in zip(viewers, wanted, strict=True):
                viewer.follow(viewer.timeline, epoch)
                if viewer.status.get("message"):
                    lost.append(viewer.status["message"])
            times[fault].append(time.perf_counter() - began)
        everything = [seconds for some in times.values() for seconds in some]
        line("Recovery of all experiments, median", percentile(everything, 50), unit=" s")
        line("p99", percentile(everything, 99), 1, " s")
        for fault, some in times.items():
            line(f"p99, {fault}", percentile(some, 99), unit=" s")
        none_of("Experiments set aside", lost)
        none_of("Not equal to an undisturbed run", wrong_rows(server, labs, specs))
        none_of("Tracebacks in the log", process.log().split("Traceback")[1:])
        for viewer in viewers:
            viewer.drop("end")
        server.http.close()


def runs(pid: int) -> bool:
    """Whether there is such a process that has not ended: init may take a while to notice."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def left(pids: Sequence[int]) -> float:
    """Seconds until none of these processes is left."""
    began = time.perf_counter()
    while any(map(runs, pids)):
        if time.perf_counter() - began > PATIENCE:
            break
        time.sleep(0.01)
    return time.perf_counter() - began


class Round:
    """A server that is killed while it trains, and what its experiments must hold afterwards."""

    def __init__(self, process: ServerProcess, labs: Sequence[Lab], random: Random) -> None:
        self.process, self.labs, self.random = process, labs, random
        self.errors: list[str] = []
        self.redone: list[float] = []

    def run(self) -> tuple[float, float]:
        """Seconds until no worker was left, and until the server was ready again."""
        names, speeds, pids = [], [], self.process.workers()
        for lab in self.labs:
            lab.post("play")
        began = time.perf_counter()
        first = [lab.state()["epoch"] for lab in self.labs]
        time.sleep(self.random.uniform(0.5, 5))
        for number, lab in enumerate(self.labs):
            names.append(f"saved {self.random.randrange(10**6)}")
            lab.patch(name=names[number])
        last = [lab.state()["epoch"] for lab in self.labs]
        seconds = time.perf_counter() - began
        speeds = [(b - a) / seconds for a, b in zip(first, last, strict=True)]
        self.process.kill()
        gone = left(pids)
        began = time.perf_counter()
        self.process.start()
        ready = time.perf_counter() - began
        for lab, name, epoch, speed in zip(self.labs, names, last, speeds, strict=True):
            answer = lab.server.http.get(lab.path)
            if answer.status_code != 200:
                self.errors.append(f"{answer.status_code} for an experiment")
                continue
            state = answer.json()
            if state["runs"][0]["spec"]["name"] != name:
                self.errors.append(f"{name!r} is {state['runs'][0]['spec']['name']!r}")
            self.redone.append(max(0.0, (epoch - state["epoch"]) / max(speed, 1e-9)))
        return gone, ready


def report_restarts(kills: int, seed: int) -> None:
    """Print what a server that is killed loses."""
    print(f"{kills} server SIGKILLs")
    specs = small_specs(4)
    with server_process(workers=2) as process:
        server = process.client()
        labs = [server.create(spec) for spec in specs]
        rounds = Round(process, labs, Random(seed))
        gone, ready = zip(*(rounds.run() for _ in range(kills)), strict=True)
        none_of("Acknowledged saves lost", rounds.errors)
        line("Training redone, longest", max(rounds.redone, default=float("nan")), REDONE, " s")
        line("Workers left, longest", max(gone), 2, " s")
        line("Server ready again, longest", max(ready), unit=" s")
        if not rounds.errors:
            none_of("Not equal to an undisturbed run", wrong_rows(server, labs, specs))
        server.http.close()
