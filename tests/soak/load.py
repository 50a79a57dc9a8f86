"""Sixty learners, ten minutes."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from random import Random
from typing import Any

from tests.app.process import ROOT, ServerProcess, server_process
from tests.soak.figures import line, none_of, percentile
from tests.soak.generator import Outcome, Plan
from tests.soak.probe import HealthProbe, lag_percentile, metrics

LEARNERS = 60
KINDS = ("circle", "xor", "gaussian", "spiral", "moons", "rings", "checkerboard", "heart")
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "nadam")


def class_specs(count: int, seed: int) -> list[dict[str, Any]]:
    """What learners of a class choose: small networks on small data."""
    random = Random(seed)
    return [
        {
            "seed": random.randrange(1000),
            "data": {"kind": random.choice(KINDS), "samples": random.choice((200, 500, 1000))},
            "layers": [
                {"units": random.choice((2, 4, 8, 16))} for _ in range(random.randint(1, 4))
            ],
            "optimizer": {"kind": random.choice(OPTIMIZERS), "learning_rate": 0.003},
        }
        for _ in range(count)
    ]


class Generator:
    """The learners, in their own process."""

    def __init__(self, plan: Plan) -> None:
        command = [sys.executable, "-m", "tests.soak.generator"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(plan)))
        self._process.stdin.close()
        self._output = self._process.stdout
        self.ids: list[str] = json.loads(self._output.readline())
        """Of the experiments; all of them play."""

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def outcome(self) -> Outcome:
        """Wait for it."""
        with self._process:
            return Outcome(**json.loads(self._output.readline()))


def run_load(
    server: ServerProcess, plan: Plan, meanwhile: Callable[[Generator], None] = lambda _: None
) -> tuple[Outcome, HealthProbe, float | None]:
    """What learners and /healthz find, and the event loop's p99 lag in ms if /metrics tells it."""
    generator = Generator(plan)
    before = metrics(server.address)
    with HealthProbe(server.address) as probe:
        meanwhile(generator)
        outcome = generator.outcome()
    return outcome, probe, lag_percentile(before, metrics(server.address), 99)


def print_load(outcome: Outcome, probe: HealthProbe, lag: float | None) -> None:
    """The figures of the first goal."""
    pauses = outcome.pauses
    line("Pause to acknowledgement, median", percentile(pauses, 50), unit=" ms")
    line("p99", percentile(pauses, 99), 200, " ms")
    line("longest", max(pauses, default=float("nan")), unit=" ms")
    line("Play to acknowledgement, p99", percentile(outcome.plays, 99), unit=" ms")
    if lag is not None:
        line("Lag of the event loop, p99 (bucket)", lag, 50, " ms")
    goal = 50 if lag is None else None
    line("Answer of /healthz, p99", percentile(probe.times, 99), goal, " ms")
    none_of("Errors", outcome.errors + probe.failures)
    none_of("Dropped connections", outcome.drops)
    line(
        "Frames taken, of those offered", 100 * outcome.frames / max(outcome.offered, 1), unit=" %"
    )
    line("Credit to frame, p99", percentile(outcome.waits, 99), unit=" ms")
    line("Size of a frame", outcome.bytes / max(outcome.frames, 1) / 1000, unit=" kB")
    line("The generator's own lateness, p99", percentile(outcome.late, 99), unit=" ms")
    line("CPU of the generator", 100 * outcome.cpu_share, unit=" %")


def report(minutes: float, seed: int) -> None:
    """Print what a class of sixty finds."""
    print(f"{LEARNERS} learners for {minutes:g} minutes, 5 frames/s offered to each")
    with server_process() as server:
        plan = Plan(server.address, 60 * minutes, class_specs(LEARNERS, seed), seed=seed)
        outcome, probe, lag = run_load(server, plan)
        print_load(outcome, probe, lag)
        line("Epochs of all", outcome.epochs / plan.seconds, unit="/s")
        none_of("Tracebacks in the log", server.log().split("Traceback")[1:])
