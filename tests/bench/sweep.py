"""A fair race of eight optimizers over worker processes, against peers that train as many epochs.

The peers are timed on a sample of the runs, one job per core at a time, and scaled up: all of it
would take them minutes to hours. They only train; ours evaluates after every epoch, chooses the
rates, tests and ranks, and starts its worker processes anew each time.
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from typing import Any

from app.executors import worker_processes
from engine import RunSpec, SweepSpec, sweep
from tests.bench.engine import with_sklearn, with_torch
from tests.bench.timing import by_turns, median_ratio, verdict

RACE = SweepSpec.model_validate(
    {
        "base": {"data": {"kind": "spiral", "samples": 500}, "layers": [{"units": 8}] * 2},
        "optimizers": [
            "sgd",
            "momentum",
            "nesterov",
            "adagrad",
            "rmsprop",
            "adam",
            "adamw",
            "nadam",
        ],
        "seeds": 16,
        "epochs": 200,
    }
)
TORCH: dict[str, dict[str, Any]] = {
    "sgd": {"optimizer": "SGD"},
    "momentum": {"optimizer": "SGD", "momentum": 0.9},
    "nesterov": {"optimizer": "SGD", "momentum": 0.9, "nesterov": True},
    "adagrad": {"optimizer": "Adagrad"},
    "rmsprop": {"optimizer": "RMSprop"},
    "adam": {"optimizer": "Adam"},
    "adamw": {"optimizer": "AdamW"},
    "nadam": {"optimizer": "NAdam"},
}
# The solvers that it has.
SKLEARN: dict[str, dict[str, Any]] = {
    "sgd": {},
    "momentum": {"momentum": 0.9, "nesterovs_momentum": False},
    "nesterov": {"momentum": 0.9},
    "adam": {"solver": "adam"},
}
SAMPLE_EPOCHS = 20
GOAL = 25
Job = tuple[str, str, RunSpec]


def train(job: Job) -> None:
    """A sample of one peer's work, in a process of its own."""
    peer, kind, run = job
    if peer == "sklearn":
        with_sklearn(run, SAMPLE_EPOCHS, **SKLEARN[kind])()
    else:
        with_torch(run, SAMPLE_EPOCHS, loader=peer == "loader", **TORCH[kind])()


def jobs(peer: str, cores: int) -> list[Job]:
    """As many jobs of each optimizer that the peer has as there are cores, at rate 0.01."""
    kinds = SKLEARN if peer == "sklearn" else TORCH
    middle = RACE.rates.index(0.01) * RACE.seeds
    runs: dict[str, int] = {
        optimizer.kind: number * len(RACE.rates) * RACE.seeds + middle
        for number, optimizer in enumerate(RACE.optimizers)
    }
    return [(peer, kind, RACE.run(runs[kind] + seed)) for kind in kinds for seed in range(cores)]


def report() -> None:
    """Print everything about sweeps."""
    cores = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    peers = {
        "scikit-learn MLP, partial_fit": "sklearn",
        "PyTorch eager, DataLoader": "loader",
        "PyTorch eager, indexed by hand": "by hand",
    }
    with ProcessPoolExecutor(cores, context) as pool:

        def sampled(peer: str) -> Callable[[], object]:
            return lambda: list(pool.map(train, jobs(peer, cores)))

        own, *samples = by_turns(race(cores), *map(sampled, peers.values()), rounds=3)
    epochs = RACE.count * RACE.epochs
    print(
        f"Fair race on {cores} cores: {len(RACE.optimizers)} optimizers x {len(RACE.rates)} rates "
        f"x {RACE.seeds} seeds x {RACE.epochs} epochs\n"
        "(2-8-8-1, 500 points of spiral, batch 10), start of the worker processes included"
    )
    print(f"  {median(own):.1f} s, {epochs / median(own):,.0f} epochs/s")
    for (title, peer), times in zip(peers.items(), samples, strict=True):
        sample = len(jobs(peer, cores)) * SAMPLE_EPOCHS
        scaled = [seconds * epochs / sample for seconds in times]
        ratio = verdict(median_ratio(own, scaled), GOAL)
        print(f"    {title:32}{ratio}   {median(scaled):.0f} s, scaled from {sample} epochs")


def race(cores: int) -> Callable[[], object]:
    """The whole race, in new worker processes."""

    def work() -> None:
        with worker_processes(cores) as executor:
            sweep(RACE, executor.map, workers=cores)

    return work
