"""Stacks: runs that are trained in the same arrays, by the same NumPy calls."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import groupby
from typing import Any

import numpy as np

from engine.arrays import Array, Floats, Step, aligned, aligned_copy, run_, scalar
from engine.batches import Batch, Batches, batches_per_epoch
from engine.checkpoint import RunState
from engine.data import point_tables
from engine.facts import MAX_STACK, WIDE, stack_key
from engine.metrics import METRICS, evaluate
from engine.network import Network
from engine.optimizers import OptimizerOption
from engine.parts import frozen_mask
from engine.passes import Evaluation, Workspace
from engine.regularizers import Penalty, limit_norms_
from engine.schedules import ScheduleOption


def groups(runs: Sequence[RunState]) -> Iterator[list[int]]:
    """Indices of runs that can share a stack: equal in all but seeds, optimizer and penalties.

    Runs with the same kind of optimizer stand side by side, as `Stack` wants them.
    """
    groups: dict[object, list[int]] = {}
    for index, run in enumerate(runs):
        if run.status == "training":
            groups.setdefault(stack_key(run.spec), []).append(index)
    for members in groups.values():
        members.sort(key=lambda index: runs[index].spec.optimizer.kind)
        size = 1 if max(runs[members[0]].units) >= WIDE else MAX_STACK
        for first in range(0, len(members), size):
            yield members[first : first + size]


_Setting = tuple[OptimizerOption, ScheduleOption, int, int]
"""Optimizer, schedule, updates done, and updates since the optimizer's state was new."""


class _Updater:
    """Runs of a stack that have the same kind of optimizer: their state and their updates.

    An optimizer's coefficients are scalars, or columns (r, 1) where runs differ in their settings.
    """

    def __init__(self, states: Sequence[RunState], views: tuple[Array, Array, Array]) -> None:
        self.states = states
        self.theta, self.gradient, self.scratch = views
        self.kind = states[0].spec.optimizer
        self.per_epoch = batches_per_epoch(states[0].spec)
        lone = self.theta.ndim == 1
        each = [s.optimizer_state for s in states]
        # (S, P) or (S, r, P): each of the optimizer's arrays is contiguous.
        self.state = each[0].copy() if lone else np.stack(each, axis=1)
        # Runs with equal settings need their numbers computed only once.
        settings: list[_Setting] = [
            (s.spec.optimizer, s.spec.schedule, s.updates, s.optimizer_updates) for s in states
        ]
        self.settings = list(dict.fromkeys(settings))
        self.setting_of_run = [self.settings.index(setting) for setting in settings]
        numbers = len(self.kind.coefficients(1.0, 1))
        if len(self.settings) > 1:
            self.columns = np.empty((len(states), numbers), self.theta.dtype)
            coefficients = tuple(np.split(self.columns, numbers, axis=1))
        else:
            self.columns = np.empty((1, numbers), self.theta.dtype)
            coefficients = tuple(self.columns[0, i, ...] for i in range(numbers))
        self.moves = any(
            optimizer.counts_updates or schedule.moves_every_update
            for optimizer, schedule, *_ in self.settings
        )
        """Whether coefficients change from update to update, not just between epochs."""
        self.table: Array = self.columns[None]
        self.steps = self.kind.steps(*views[:2], tuple(self.state), self.scratch, coefficients)

    def learning_rates(self, epoch: int, done: int) -> Floats:
        """(r,) the rates in force after `done` updates of the stack."""
        rates = [
            schedule.rate(optimizer.learning_rate, epoch, updates + done, self.per_epoch)
            for optimizer, schedule, updates, _ in self.settings
        ]
        return np.array(rates)[self.setting_of_run]

    def prepare_(self, epoch: int, done: int, count: int) -> None:
        """Find the coefficients of the next `count` updates of an epoch, after `done`."""
        rows = []
        for optimizer, schedule, updates, own_updates in self.settings:
            first = updates + done
            rate = schedule.rate(optimizer.learning_rate, epoch, first, self.per_epoch)
            row = []
            for update in range(count if self.moves else 1):
                if schedule.moves_every_update:
                    at = first + update
                    rate = schedule.rate(optimizer.learning_rate, epoch, at, self.per_epoch)
                row.append(optimizer.coefficients(rate, own_updates + done + update + 1))
            rows.append(row)
        table = np.array(rows, self.theta.dtype).swapaxes(0, 1)  # (updates, settings, numbers)
        self.table = table[:, self.setting_of_run] if len(rows) > 1 else table
        np.copyto(self.columns, self.table[0])


class Stack:
    """Runs of one architecture and batch size, trained in the same arrays."""

    def __init__(self, states: Sequence[RunState]) -> None:
        self.states = states
        self.specs = [state.spec for state in states]
        self.spec = self.specs[0]
        self.lone = len(states) == 1
        self.dtype: np.dtype[Any] = np.dtype(self.spec.precision)
        self.architecture = self.spec.architecture
        theta = self._stacked([s.theta for s in states])
        self.network = Network(self.architecture, theta, self._stacked([s.running for s in states]))
        self.scratch = aligned(theta.shape, theta.dtype)
        self.updaters = self._updaters()
        self.updates = 0
        self.penalty = Penalty(self.architecture, [s.regularization for s in self.specs], theta)
        tables = [point_tables(spec) for spec in self.specs]
        self.batches = Batches(self.specs, [learned for learned, _ in tables])
        self.batch = Workspace(self.network, self.batches.size)
        self.rest = Workspace(self.network, self.batches.rest) if self.batches.rest else self.batch
        self.points = [every for _, every in tables]
        self.after_gradient = self._after_gradient()

    @cached_property
    def _evaluation(self) -> tuple[Evaluation, Array]:
        """Passes over all points, and their encoded targets. Not all stacks are evaluated."""
        points, rows = self._stacked(self.points), self.batches.rows
        evaluation = Evaluation(self.network, points[..., :rows, :])
        return evaluation, np.ascontiguousarray(points[..., rows:, :])

    def _stacked(self, arrays: Sequence[Array]) -> Array:
        return aligned_copy(arrays[0] if self.lone else np.stack(arrays))

    def _updaters(self) -> list[_Updater]:
        """One for each stretch of runs with the same kind of optimizer."""
        arrays = (self.network.theta, self.network.gradient, self.scratch)
        if self.lone:
            return [_Updater(self.states, arrays)]
        updaters = []
        first = 0
        for _, same in groupby(self.states, key=lambda state: state.spec.optimizer.kind):
            members = list(same)
            last = first + len(members)
            theta, gradient, scratch = (array[first:last] for array in arrays)
            updaters.append(_Updater(members, (theta, gradient, scratch)))
            first = last
        return updaters

    def _layer_rates(self) -> Array | None:
        """(P,) factors of each parameter's step, where layers have rates of their own."""
        if self.spec.layer_rates == "equal":
            return None
        rates = np.empty(self.architecture.parameters)
        for place, layer in zip(self.architecture.slices, self.architecture.layers, strict=True):
            rates[place] = layer.fan_in**-0.5
        return rates.astype(self.dtype)

    def _frozen(self) -> Array | None:
        """Which parameters keep their values, shaped like theta; None where none do."""
        if not any(spec.frozen for spec in self.specs):
            return None
        masks = [frozen_mask(self.architecture, spec.frozen) for spec in self.specs]
        return masks[0] if self.lone else np.stack(masks)

    def learning_rates(self, epoch: int) -> Floats:
        """(R,) the rate in force at the next update."""
        return np.concatenate([u.learning_rates(epoch, self.updates) for u in self.updaters])

    def _after_gradient(self) -> list[Step]:
        """From the gradient of a batch to the next parameters, but for changing coefficients."""
        theta, gradient, scratch = self.network.theta, self.network.gradient, self.scratch
        steps: list[Step] = []
        steps += self.penalty.steps(theta, gradient, scratch)
        frozen = self._frozen()
        if frozen is not None:  # their gradients do not count when it is clipped
            zero = scalar(0.0, self.dtype)
            steps.append((partial(np.copyto, where=frozen), (gradient, zero)))
        steps += self.spec.gradient_clip.steps(gradient)
        before, rates = np.empty_like(theta), self._layer_rates()
        if rates is not None:
            steps.append((np.copyto, (before, theta)))
        for updater in self.updaters:
            steps += updater.steps
        if rates is not None:
            steps.append((np.subtract, (theta, before, theta)))
            steps.append((np.multiply, (theta, rates, theta)))
            steps.append((np.add, (theta, before, theta)))
        if limit := self.spec.regularization.max_norm:
            steps.append((limit_norms_, (self.architecture, theta, limit)))
        if frozen is not None:
            steps.append((partial(np.copyto, where=frozen), (theta, theta.copy())))
        return steps

    def train_(self, epoch: int, first: int, last: int) -> None:
        """Do updates `first` to `last` (exclusive) of the epoch after `epoch` completed ones."""
        if first >= last:
            return
        self.batches.prepare_(epoch)
        for updater in self.updaters:
            updater.prepare_(epoch, self.updates, last - first)
        moving = [(u.columns, u.table) for u in self.updaters if u.moves]
        for index, batch in enumerate(self.batches.every[first:last]):
            self.gradient_(batch)
            for columns, table in moving:
                columns[...] = table[index]
            run_(self.after_gradient)
            self.updates += 1

    def gradient_(self, batch: Batch) -> None:
        """The gradient of the loss of a batch, taken at noisy weights if there is such noise."""
        x, encoded, masks, noise = batch
        workspace = self.batch if x.shape[-1] == self.batches.size else self.rest
        if noise is None:
            workspace.gradient_(x, encoded, masks)
            return
        theta = self.network.theta
        clean = theta.copy()
        np.add(theta, noise, theta)
        workspace.gradient_(x, encoded, masks)
        np.copyto(theta, clean)

    def evaluate(self) -> Floats:
        """(R, len(METRICS)) numbers of the present parameters; schedule and time left open."""
        evaluation, encoded = self._evaluation
        z = evaluation.outputs()
        result = evaluate(self.architecture.head, z, encoded, self.batches.points)
        result[:, METRICS.index("penalty")] = self.penalty.value(self.network.theta)
        result[:, METRICS.index("updates")] = [s.updates + self.updates for s in self.states]
        return result

    def finite(self) -> Array:
        """(R,) whether all parameters of a run are finite."""
        finite: Array = np.isfinite(np.atleast_2d(self.network.theta)).all(axis=1)
        return finite

    def snapshot(self, run: int) -> tuple[Array, Array]:
        """Copies of a run's parameters and running averages."""
        place = () if self.lone else (run,)
        return self.network.theta[place].copy(), self.network.running[place].copy()

    def result(self) -> list[RunState]:
        """The runs as they are now."""
        results: list[RunState] = []
        for updater in self.updaters:
            for index, state in enumerate(updater.states):
                theta, running = self.snapshot(len(results))
                place = () if self.lone else (index,)
                results.append(
                    replace(
                        state,
                        theta=theta,
                        running=running,
                        optimizer_state=updater.state[:, *place].copy(),
                        updates=state.updates + self.updates,
                        optimizer_updates=state.optimizer_updates + self.updates,
                    )
                )
        return results
