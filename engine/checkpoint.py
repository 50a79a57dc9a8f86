"""`Checkpoint`: everything that a run's future depends on, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from engine.arrays import Array
from engine.network import Architecture
from engine.randomness import Purpose, generator
from engine.spec import RunSpec

Status = Literal["training", "diverged"]


def architecture(spec: RunSpec) -> Architecture:
    """The network that a spec describes."""
    return Architecture(spec.units, tuple(layer.activation for layer in spec.layers), spec.head)


@dataclass(frozen=True)
class RunState:
    """One run at one moment. The arrays belong to it and are not written to."""

    spec: RunSpec
    theta: Array
    """(P,) all weights and biases, layer by layer as (fan_in + 1, fan_out), bias last."""
    optimizer_state: Array
    """(S, P), one row per name in the optimizer's `state`."""
    updates: int = 0
    """Updates done since epoch 0."""
    optimizer_updates: int = 0
    """Updates done since `optimizer_state` was zero."""
    status: Status = "training"
    message: str = ""
    """What happened and what to try, when diverged."""

    @property
    def units(self) -> tuple[int, ...]:
        """Width of each layer: features, hidden layers, outputs."""
        return self.spec.units

    @property
    def weights(self) -> list[tuple[Array, Array]]:
        """[(W (fan_out, fan_in), b (fan_out,)), ...] as PyTorch's Linear has them; copies."""
        views = architecture(self.spec).layer_views(self.theta)
        return [(view[:-1].T.copy(), view[-1].copy()) for view in views]


@dataclass(frozen=True)
class Checkpoint:
    """R runs after `epoch` epochs and `batch` updates of the next one."""

    runs: tuple[RunState, ...]
    epoch: int = 0
    batch: int = 0

    @property
    def status(self) -> Status:
        """diverged once every run is."""
        return "diverged" if all(run.status == "diverged" for run in self.runs) else "training"

    def weights(self, run: int = 0) -> list[tuple[Array, Array]]:
        """[(W (fan_out, fan_in), b (fan_out,)), ...] of one run, as PyTorch's Linear has them."""
        return self.runs[run].weights


def initial_state(spec: RunSpec) -> RunState:
    """A run before its first update. Equal seeds give equal weights layer by layer."""
    network = architecture(spec)
    theta = np.zeros(network.parameters)
    inits = [layer.init or spec.init for layer in spec.layers] + [spec.init]
    for index, (view, (fan_in, fan_out), init) in enumerate(
        zip(network.layer_views(theta), pairwise(spec.units), inits, strict=True)
    ):
        view[:-1] = init.weights(generator(Purpose.WEIGHTS, spec.seed, index), fan_in, fan_out)
    rows = len(spec.optimizer.state)
    return RunState(
        spec, theta.astype(spec.precision), np.zeros((rows, len(theta)), spec.precision)
    )


def start(specs: Sequence[RunSpec]) -> Checkpoint:
    """Epoch 0 of R runs. Raises ValueError when there is none."""
    if not specs:
        raise ValueError("at least one run is needed")
    return Checkpoint(tuple(initial_state(spec) for spec in specs))
