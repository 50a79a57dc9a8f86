"""The batches of an epoch: points in their order, with the noise and masks that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from engine.arrays import Array, Floats, Ints
from engine.data import point_tables, split
from engine.passes import Masks
from engine.randomness import Purpose, generator
from engine.spec import RunSpec

ORDERS = 16
"""Epochs whose batch orders come from one generator: making one costs as much as three orders."""


def batch_size(spec: RunSpec) -> int:
    """Points per update."""
    count = len(split(spec.data).train_targets)
    return count if spec.batch_size == "full" else min(spec.batch_size, count)


def batches_per_epoch(spec: RunSpec) -> int:
    """Updates in one epoch; a shorter last batch is an update of its own."""
    return -(-len(split(spec.data).train_targets) // batch_size(spec))


class Batch(NamedTuple):
    """What one update learns from. Leading axes: none for a lone run, (R,) for a stack."""

    x: Array
    """(..., features + 1, size), last row ones"""
    encoded: Array
    """(..., outputs, size)"""
    masks: Masks | None
    """Dropout; None when no layer has it."""
    weight_noise: Array | None
    """(..., P)"""


class Batches:
    """All batches of an epoch, each contiguous and units-first, for R runs of one architecture.

    tables: each run's training points, as `point_tables` gives them.
    """

    def __init__(self, specs: Sequence[RunSpec], tables: Sequence[Array]) -> None:
        self.specs = specs
        spec = specs[0]
        self.dtype: np.dtype[Any] = np.dtype(spec.precision)
        self.lead = () if len(specs) == 1 else (len(specs),)
        self.tables = tables
        # Runs on the same points: their batches are gathered in one go.
        self.shared = len(tables) > 1 and all(table is tables[0] for table in tables)
        self.points, columns = self.tables[0].shape
        self.rows = spec.units[0] + 1
        self.size = batch_size(spec)
        self.whole, self.rest = divmod(self.points, self.size)
        self.count = self.whole + (self.rest > 0)
        self.weight_mask = spec.architecture.weight_mask()
        self.blocks, self.rest_block = self._buffers(columns)
        self.dropped = [
            self._buffers(layer.units) if spec.dropout(layer) else None for layer in spec.layers
        ]
        self.weight_noise: Array | None = None
        if spec.regularization.weight_noise:
            shape = (self.count, *self.lead, len(self.weight_mask))
            self.weight_noise = np.empty(shape, self.dtype)
        self.order_block = -1
        self.orders = np.empty((len(specs), ORDERS, self.points), np.int64)
        self.every = self._views()

    def _buffers(self, rows: int) -> tuple[Array, Array]:
        """For whole batches (whole, ..., rows, size) and for the rest (..., rows, rest)."""
        shape = (*self.lead, rows)
        return (
            np.empty((self.whole, *shape, self.size), self.dtype),
            np.empty((*shape, self.rest), self.dtype),
        )

    def epoch_orders(self, epoch: int) -> Array:
        """(R, points) orders of the training points in an epoch, drawn for several at once."""
        block, row = divmod(epoch, ORDERS)
        if self.order_block != block:
            self.order_block = block
            self.orders[...] = np.arange(self.points)
            seeds = [spec.seed for spec in self.specs]
            for run, seed in enumerate(seeds):
                if seed in seeds[:run]:
                    self.orders[run] = self.orders[seeds.index(seed)]
                else:
                    rng = generator(Purpose.BATCH_ORDER, seed, block)
                    rng.permuted(self.orders[run], axis=1, out=self.orders[run])
        orders: Array = self.orders[:, row]
        return orders

    def _lay_out_(self, tables: Array, buffers: tuple[Array, Array]) -> None:
        """Cut (..., points, rows) tables into batches."""
        blocks, rest = buffers
        cut = self.whole * self.size
        parts = tables[..., :cut, :].reshape(*self.lead, self.whole, self.size, -1)
        blocks[...] = parts.swapaxes(-1, -2).swapaxes(0, -3)  # the batches first, then the runs
        if self.rest:
            rest[...] = tables[..., cut:, :].swapaxes(-1, -2)

    def _of_runs(self, arrays: Sequence[Array]) -> Array:
        """One array of each run in one: (..., *shape)."""
        return np.stack(arrays) if self.lead else arrays[0]

    def _shuffled(self, epoch: int) -> Array:
        """(..., points, columns) tables in the order of an epoch."""
        if self.count == 1:  # the order within one full batch would only change rounding
            return self._of_runs(self.tables)
        orders = self.epoch_orders(epoch)
        if self.shared:
            return self.tables[0].take(orders, axis=0)
        pairs = zip(self.tables, orders, strict=True)
        return self._of_runs([table.take(order, axis=0) for table, order in pairs])

    def prepare_(self, epoch: int) -> None:
        """Draw everything for the epoch after `epoch` completed ones, into `every`."""
        spec = self.specs[0]
        tables = self._shuffled(epoch)
        if size := spec.regularization.input_noise:
            shape = (self.points, self.rows - 1)
            noise = [
                rng.standard_normal(shape, self.dtype.type)
                for rng in self._generators(Purpose.INPUT_NOISE, epoch)
            ]
            tables = tables.copy() if self.count == 1 else tables
            tables[..., : self.rows - 1] += size * self._of_runs(noise)
        self._lay_out_(tables, (self.blocks, self.rest_block))
        for index, (layer, buffers) in enumerate(zip(spec.layers, self.dropped, strict=True)):
            if buffers is not None:
                shape, share = (self.points, layer.units), spec.dropout(layer)
                masks = [
                    dropout_mask(rng, shape, share).astype(self.dtype)
                    for rng in self._generators(Purpose.DROPOUT, epoch, index)
                ]
                self._lay_out_(self._of_runs(masks), buffers)
        if self.weight_noise is not None:
            scale = spec.regularization.weight_noise * self.weight_mask
            shape = (self.count, len(scale))
            generators = self._generators(Purpose.WEIGHT_NOISE, epoch)
            noise = [rng.standard_normal(shape) * scale for rng in generators]
            self.weight_noise[...] = self._of_runs(noise).swapaxes(0, -2)

    def _generators(self, purpose: Purpose, *key: int) -> list[np.random.Generator]:
        """One of each run."""
        return [generator(purpose, spec.seed, *key) for spec in self.specs]

    def _views(self) -> list[Batch]:
        """The batches as views of the buffers, which `prepare_` fills anew."""
        batches = []
        for index in range(self.count):
            whole = index < self.whole
            block = self.blocks[index] if whole else self.rest_block
            masks = None
            if any(self.dropped):
                masks = [
                    None if buffers is None else buffers[0][index] if whole else buffers[1]
                    for buffers in self.dropped
                ]
            noise = None if self.weight_noise is None else self.weight_noise[index]
            x, encoded = block[..., : self.rows, :], block[..., self.rows :, :]
            batches.append(Batch(x, encoded, masks, noise))
        return batches


def dropout_mask(rng: np.random.Generator, shape: tuple[int, int], share: float) -> Array:
    """Inverted dropout: 0 with probability `share`, otherwise 1 / (1 - share).

    Srivastava et al. 2014; scaled in training, so that nothing is to be done at test.
    """
    return (rng.random(shape, np.float32) >= share) / (1 - share)


@dataclass(frozen=True)
class UpdateBatch:
    """What one update learns from, in numbers."""

    points: Ints
    """(size,) indices into the training points"""
    dropped: tuple[Floats | None, ...]
    """For each hidden layer the share of the points for which each unit is left out, (units,);
    None where there is no dropout."""


def batch_of(spec: RunSpec, epoch: int, index: int) -> UpdateBatch:
    """Update `index` of the epoch after `epoch` completed ones, as `Batches` lays it out."""
    batches = Batches([spec], [point_tables(spec)[0]])
    points, place = batches.points, slice(index * batches.size, (index + 1) * batches.size)
    order = np.arange(points) if batches.count == 1 else batches.epoch_orders(epoch)[0]
    dropped: list[Floats | None] = []
    for number, layer in enumerate(spec.layers):
        share = spec.dropout(layer)
        rng = generator(Purpose.DROPOUT, spec.seed, epoch, number)
        mask = dropout_mask(rng, (points, layer.units), share)[place] if share else None
        dropped.append(None if mask is None else (mask == 0).mean(axis=0))
    return UpdateBatch(order[place].copy(), tuple(dropped))
