"""Stacks: runs that are trained in the same arrays, by the same NumPy calls."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.arrays import Array, Floats
from engine.checkpoint import RunState, architecture
from engine.data import point_tables, split
from engine.network import Network, Workspace
from engine.randomness import Purpose, generator
from engine.regularizers import Penalty
from engine.spec import RunSpec

METRICS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
"""Numbers of each epoch, in the order of a row. Losses are without penalties."""

WIDE = 64
"""From this width on BLAS and the caches decide, and stacking costs more than it saves."""
MAX_STACK = 64
ORDERS = 8
"""Epochs whose batch orders come from one generator: making one costs as much as three orders."""


def _batch_size(spec: RunSpec, count: int) -> int:
    return count if spec.batch_size == "full" else min(spec.batch_size, count)


def batches_per_epoch(spec: RunSpec) -> int:
    """Updates in one epoch; a shorter last batch is an update of its own."""
    count = len(split(spec.data).train_targets)
    return -(-count // _batch_size(spec, count))


def groups(runs: Sequence[RunState]) -> Iterator[list[int]]:
    """Indices of runs that can share a stack: equal in all but numbers and seeds."""
    groups: dict[object, list[int]] = {}
    for index, run in enumerate(runs):
        if run.status == "training":
            groups.setdefault(_stack_key(run.spec), []).append(index)
    for members in groups.values():
        size = 1 if max(runs[members[0]].units) >= WIDE else MAX_STACK
        for first in range(0, len(members), size):
            yield members[first : first + size]


def _stack_key(spec: RunSpec) -> object:
    points = split(spec.data)
    return (
        architecture(spec).units,
        tuple(layer.activation for layer in spec.layers),
        type(spec.head),
        spec.optimizer.kind,
        spec.regularization.parts,
        spec.batch_size,
        spec.precision,
        len(points.train_targets),
        len(points.test_targets),
    )


class Stack:
    """Runs of one architecture, optimizer kind and batch size, trained in the same arrays."""

    def __init__(self, states: Sequence[RunState]) -> None:
        self.states = states
        self.specs = [state.spec for state in states]
        spec = self.specs[0]
        self.dtype: np.dtype[Any] = np.dtype(spec.precision)
        self.lone = len(states) == 1
        self.architecture = architecture(spec)
        self.network = Network(self.architecture, self._stacked([s.theta for s in states]))
        self.scratch = np.empty_like(self.network.theta)
        # (S, P) or (S, R, P): each of the optimizer's arrays is contiguous.
        self.optimizer_state = np.ascontiguousarray(
            np.moveaxis(self._stacked([s.optimizer_state for s in states]), -2, 0)
        )
        self.updates = 0
        self.penalty = Penalty(
            self.architecture, [s.regularization for s in self.specs], self.network.theta
        )
        self._load_points()
        # Runs with equal settings of the optimizer need them computed only once.
        settings = [
            (s.spec.optimizer, s.spec.schedule, s.updates, s.optimizer_updates) for s in states
        ]
        self.settings = list(dict.fromkeys(settings))
        self.setting_of_run = [self.settings.index(setting) for setting in settings]
        self.coefficients: tuple[Array, ...] = ()
        self.coefficient_values: list[tuple[float, ...]] = []
        self.order_block = -1
        self.orders: dict[int, Array] = {}

    def _stacked(self, arrays: Sequence[Array]) -> Array:
        return arrays[0].copy() if self.lone else np.stack(arrays)

    def _load_points(self) -> None:
        """Tables of the training points, and all points units-first for evaluation."""
        tables = [
            point_tables(spec.data, spec.features, spec.loss, spec.precision) for spec in self.specs
        ]
        self.tables = [train for train, _ in tables]
        every = [np.vstack(pair).T for pair in tables]
        rows = self.architecture.units[0] + 1
        self.rows = rows
        self.train_count = len(self.tables[0])
        everything = self._stacked(every)
        self.every_x = np.ascontiguousarray(everything[..., :rows, :])
        self.every_encoded = np.ascontiguousarray(everything[..., rows:, :])
        self.evaluation = self.network.workspace(everything.shape[-1])
        self.batch_size = _batch_size(self.specs[0], self.train_count)
        whole, rest = divmod(self.train_count, self.batch_size)
        self.whole, self.batches = whole, whole + (rest > 0)
        shape = (*self.network.theta.shape[:-1], self.tables[0].shape[1])
        self.blocks = np.empty((whole, *shape, self.batch_size), self.dtype)
        self.batch = self.network.workspace(self.batch_size)
        self.rest_block = np.empty((*shape, rest), self.dtype)
        self.rest = self.network.workspace(rest) if rest else None

    def _order(self, seed: int, epoch: int) -> Array:
        """(N,) order of the training points in an epoch. Drawn for several epochs in one go."""
        block, row = divmod(epoch, ORDERS)
        if self.order_block != block:
            self.order_block, self.orders = block, {}
        if seed not in self.orders:
            rng = generator(Purpose.BATCH_ORDER, seed, block)
            plain = np.tile(np.arange(self.train_count), (ORDERS, 1))
            self.orders[seed] = rng.permuted(plain, axis=1, out=plain)
        order: Array = self.orders[seed][row]
        return order

    def _shuffle_(self, epoch: int) -> None:
        """Lay out the batches of an epoch, each contiguous and units-first."""
        cut = self.whole * self.batch_size
        for run, (spec, table) in enumerate(zip(self.specs, self.tables, strict=True)):
            if self.batches > 1:  # the order within one full batch would only change rounding
                table = table.take(self._order(spec.seed, epoch), axis=0)
            place = () if self.lone else (run,)
            self.blocks[:, *place] = (
                table[:cut].reshape(self.whole, self.batch_size, -1).swapaxes(1, 2)
            )
            if self.rest is not None:
                self.rest_block[place] = table[cut:].T

    def _batches(self, first: int, last: int) -> Iterator[tuple[Workspace, Array]]:
        for index in range(first, min(last, self.whole)):
            yield self.batch, self.blocks[index]
        if self.rest is not None and first < last == self.batches:
            yield self.rest, self.rest_block

    def _coefficients(self, epoch: int) -> tuple[Array, ...]:
        """The optimizer's numbers for the next update: scalars, or columns where runs differ."""
        values = [
            optimizer.coefficients(
                schedule.rate(optimizer.learning_rate, epoch, updates + self.updates),
                optimizer_updates + self.updates + 1,
            )
            for optimizer, schedule, updates, optimizer_updates in self.settings
        ]
        if values != self.coefficient_values:
            self.coefficient_values = values
            if len(values) == 1:
                self.coefficients = tuple(np.array(value, self.dtype) for value in values[0])
            else:
                columns = np.array(values, self.dtype)[self.setting_of_run]
                self.coefficients = tuple(columns[:, i : i + 1] for i in range(columns.shape[1]))
        return self.coefficients

    def train_(self, epoch: int, first: int, last: int) -> None:
        """Do updates `first` to `last` (exclusive) of the epoch after `epoch` completed ones."""
        self._shuffle_(epoch)
        network, update_ = self.network, self.specs[0].optimizer.update_
        theta, gradient, state = network.theta, network.gradient, self.optimizer_state
        for workspace, block in self._batches(first, last):
            workspace.gradient_(block[..., : self.rows, :], block[..., self.rows :, :])
            self.penalty.add_gradient_(theta, gradient, self.scratch)
            update_(theta, gradient, state, self.scratch, self._coefficients(epoch))
            self.updates += 1

    def evaluate(self) -> Floats:
        """(R, len(METRICS)) numbers of the present parameters."""
        head, count = self.architecture.head, self.train_count
        z = self.evaluation.forward_(self.every_x)
        losses = np.atleast_2d(head.losses(z, self.every_encoded))
        hits = head.hits(z, self.every_encoded)
        result = np.full((len(losses), len(METRICS)), np.nan)
        tested = losses.shape[1] - count
        result[:, 0] = np.add.reduce(losses[:, :count], axis=1) / count
        result[:, 1] = np.add.reduce(losses[:, count:], axis=1) / tested
        if hits is not None:
            hits = np.atleast_2d(hits)
            result[:, 2] = np.count_nonzero(hits[:, :count], axis=1) / count
            result[:, 3] = np.count_nonzero(hits[:, count:], axis=1) / tested
        return result

    def finite(self) -> Array:
        """(R,) whether all parameters of a run are finite."""
        finite: Array = np.isfinite(np.atleast_2d(self.network.theta)).all(axis=1)
        return finite

    def result(self) -> list[RunState]:
        """The runs as they are now."""
        theta = np.atleast_2d(self.network.theta)
        optimizer_state = self.optimizer_state.reshape(-1, *theta.shape)
        return [
            replace(
                state,
                theta=theta[run].copy(),
                optimizer_state=optimizer_state[:, run].copy(),
                updates=state.updates + self.updates,
                optimizer_updates=state.optimizer_updates + self.updates,
            )
            for run, state in enumerate(self.states)
        ]
