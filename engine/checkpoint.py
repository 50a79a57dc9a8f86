"""`Checkpoint`: everything that a run's future depends on, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import Array
from engine.randomness import Purpose, generator
from engine.spec import RunSpec

Status = Literal["training", "finished", "diverged"]


@dataclass(frozen=True)
class Best:
    """The best test loss so far, kept while early stopping is on."""

    loss: float
    epoch: int
    theta: Array
    running: Array


@dataclass(frozen=True)
class RunState:
    """One run at one moment. The arrays belong to it and are not written to."""

    spec: RunSpec
    theta: Array
    """(P,) all that is learned, layer by layer: weights (fan_in + 1, rows) with the bias last,
    then gamma and beta where there is batch normalization."""
    optimizer_state: Array
    """(S, P), one row per name in the optimizer's `state`."""
    running: Array
    """(Q,) running means and variances of batch normalization, layer by layer."""
    updates: int = 0
    """Updates done since epoch 0."""
    optimizer_updates: int = 0
    """Updates done since `optimizer_state` was new."""
    best: Best | None = None
    status: Status = "training"
    message: str = ""
    """What happened and what to try, when finished or diverged."""

    @property
    def units(self) -> tuple[int, ...]:
        """Width of each layer: features, hidden layers, outputs."""
        return self.spec.units

    @property
    def weights(self) -> list[tuple[Array, Array]]:
        """[(W (fan_out, fan_in), b (fan_out,)), ...] as PyTorch's Linear has them; copies.

        A maxout layer's rows are those of every unit's first piece, then of the second, ...
        """
        views = self.spec.architecture.views(self.theta)
        return [(view.weights[:-1].T.copy(), view.weights[-1].copy()) for view in views]


@dataclass(frozen=True)
class Checkpoint:
    """R runs after `epoch` epochs and `batch` updates of the next one."""

    runs: tuple[RunState, ...]
    epoch: int = 0
    batch: int = 0

    @property
    def status(self) -> Status:
        """training while any run is; diverged once every run has, else finished."""
        statuses = {run.status for run in self.runs}
        if "training" in statuses:
            return "training"
        return "finished" if "finished" in statuses else "diverged"

    def weights(self, run: int = 0) -> list[tuple[Array, Array]]:
        """[(W (fan_out, fan_in), b (fan_out,)), ...] of one run, as PyTorch's Linear has them."""
        return self.runs[run].weights


def initial_state(spec: RunSpec) -> RunState:
    """A run before its first update. Equal seeds give equal weights layer by layer."""
    design = spec.architecture
    theta = np.zeros(design.parameters)
    inits = [layer.init or spec.init for layer in spec.layers] + [spec.init]
    for index, (layer, view, init) in enumerate(
        zip(design.layers, design.views(theta), inits, strict=True)
    ):
        rng = generator(Purpose.WEIGHTS, spec.seed, index)
        gain = layer.activation.gain
        pieces = [
            init.weights(rng, layer.fan_in, layer.units, gain) for _ in range(layer.activation.rows)
        ]
        view.weights[:-1] = np.hstack(pieces)
        if view.norm is not None:
            view.norm[0] = 1  # gamma
    return RunState(
        spec,
        theta.astype(spec.precision),
        initial_optimizer_state(spec),
        design.initial_running().astype(spec.precision),
    )


def initial_optimizer_state(spec: RunSpec) -> Array:
    """(S, P) as the optimizer begins."""
    begin = np.array(list(spec.optimizer.state.values()), spec.precision)
    return np.repeat(begin[:, None], spec.architecture.parameters, axis=1)


def start(specs: Sequence[RunSpec]) -> Checkpoint:
    """Epoch 0 of R runs. Raises ValueError when there is none."""
    if not specs:
        raise ValueError("at least one run is needed")
    return Checkpoint(tuple(initial_state(spec) for spec in specs))
