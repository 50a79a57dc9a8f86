"""The engine against scikit-learn, PyTorch, and itself in stacks.

Ours includes what `advance` always does: losses and accuracies on training and test points after
every epoch. The peers only train: no evaluation is asked of them.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from engine import RunSpec, advance, load_data, start
from tests.bench.timing import by_turns, median_ratio, verdict


@dataclass(frozen=True)
class Work:
    """One network and how fast it should be beside the peers."""

    title: str
    spec: RunSpec
    epochs: int
    sklearn: float
    torch: float


def spec(units: list[int], points: int, batch: int) -> RunSpec:
    return RunSpec.model_validate(
        {
            "data": {"kind": "circle", "samples": 2 * points, "train_fraction": 0.5},
            "layers": [{"units": width} for width in units],
            "optimizer": {"kind": "sgd", "learning_rate": 0.03},
            "batch_size": batch,
        }
    )


WORKS = [
    Work("2-4-2-1 tanh, 250 points, batch 10", spec([4, 2], 250, 10), 100, 10, 16),
    Work("2-64-64-64-1 tanh, 512 points, batch 32", spec([64, 64, 64], 512, 32), 40, 5, 10),
]
STACKS = [(16, 3.0), (64, 6.0)]


def ours(run: RunSpec, epochs: int, copies: int = 1) -> Callable[[], object]:
    """Train `copies` seeds of a run for some epochs."""
    begin = start([run.model_copy(update={"seed": seed}) for seed in range(copies)])
    return lambda: advance(begin, epochs)


def with_sklearn(run: RunSpec, epochs: int) -> Callable[[], object]:
    """`partial_fit` of an equal MLPClassifier: one call is one epoch."""
    from sklearn.neural_network import MLPClassifier

    data = load_data(run)
    model = MLPClassifier(
        [layer.units for layer in run.layers],
        activation="tanh",
        solver="sgd",
        momentum=0.0,
        alpha=0.0,
        batch_size=run.batch_size,
        learning_rate_init=run.optimizer.learning_rate,
    )
    classes = np.array([0, 1])

    def work() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(epochs):
                model.partial_fit(data.train_x, data.train_y, classes=classes)

    return work


def with_torch(run: RunSpec, epochs: int, *, loader: bool) -> Callable[[], object]:
    """An eager training loop; batches come from a DataLoader, or from indexing by hand."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    torch.set_num_threads(1)
    data = load_data(run)
    x, y = torch.tensor(data.train_x), torch.tensor(data.train_y, dtype=torch.float32)[:, None]
    modules: list[Any] = []
    for fan_in, fan_out in zip(run.units[:-1], run.units[1:], strict=True):
        modules += [torch.nn.Linear(fan_in, fan_out), torch.nn.Tanh()]
    model = torch.nn.Sequential(*modules[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=run.optimizer.learning_rate)
    loss = torch.nn.BCEWithLogitsLoss()
    assert isinstance(run.batch_size, int)
    batch = run.batch_size
    batches = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True)

    def by_hand() -> Any:
        return ((x[rows], y[rows]) for rows in torch.randperm(len(x)).split(batch))

    def work() -> None:
        for _ in range(epochs):
            for inputs, targets in batches if loader else by_hand():
                optimizer.zero_grad()
                loss(model(inputs), targets).backward()
                optimizer.step()

    return work


def report() -> None:
    """Print the comparisons with peers and of stacks."""
    print("Engine, one run, one BLAS thread (medians of rounds taken by turns)")
    for work in WORKS:
        own, sklearn, torch, by_hand = by_turns(
            ours(work.spec, work.epochs),
            with_sklearn(work.spec, work.epochs),
            with_torch(work.spec, work.epochs, loader=True),
            with_torch(work.spec, work.epochs, loader=False),
        )
        print(f"  {work.title}: {median(own) / work.epochs * 1e3:.3f} ms an epoch, evaluated")
        for peer, times, goal in (
            ("scikit-learn MLP, partial_fit", sklearn, work.sklearn),
            ("PyTorch eager, DataLoader", torch, work.torch),
            ("PyTorch eager, indexed by hand", by_hand, None),
        ):
            print(f"    {peer:32}{verdict(median_ratio(own, times), goal)}")
    print("Engine, stacked runs of 2-4-2-1, times the time of one")
    run, epochs = WORKS[0].spec, WORKS[0].epochs
    own, *stacks = by_turns(ours(run, epochs), *(ours(run, epochs, size) for size, _ in STACKS))
    for (size, goal), times in zip(STACKS, stacks, strict=True):
        ratio = verdict(median_ratio(own, times), goal, at_least=False)
        print(f"    {size:3} seeds{'':23}{ratio}")
