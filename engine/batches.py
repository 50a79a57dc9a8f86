"""The batches of an epoch: points in their order, with the noise and masks that go with them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from engine.arrays import Array
from engine.data import point_tables, split
from engine.network import Masks
from engine.randomness import Purpose, generator
from engine.spec import RunSpec

ORDERS = 8
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
    """All batches of an epoch, each contiguous and units-first, for R runs of one architecture."""

    def __init__(self, specs: Sequence[RunSpec]) -> None:
        self.specs = specs
        spec = specs[0]
        self.dtype: np.dtype[Any] = np.dtype(spec.precision)
        self.lead = () if len(specs) == 1 else (len(specs),)
        self.tables = [point_tables(spec)[0] for spec in specs]
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
        self.orders: dict[int, Array] = {}
        self.every = self._views()

    def _buffers(self, rows: int) -> tuple[Array, Array]:
        """For whole batches (whole, ..., rows, size) and for the rest (..., rows, rest)."""
        shape = (*self.lead, rows)
        return (
            np.empty((self.whole, *shape, self.size), self.dtype),
            np.empty((*shape, self.rest), self.dtype),
        )

    def order(self, seed: int, epoch: int) -> Array:
        """(points,) order of the training points in an epoch. Drawn for several epochs at once."""
        block, row = divmod(epoch, ORDERS)
        if self.order_block != block:
            self.order_block, self.orders = block, {}
        if seed not in self.orders:
            rng = generator(Purpose.BATCH_ORDER, seed, block)
            plain = np.tile(np.arange(self.points), (ORDERS, 1))
            self.orders[seed] = rng.permuted(plain, axis=1, out=plain)
        order: Array = self.orders[seed][row]
        return order

    def _lay_out_(self, table: Array, run: int, buffers: tuple[Array, Array]) -> None:
        """Cut a (points, rows) table into batches."""
        blocks, rest = buffers
        place = (run,) if self.lead else ()
        cut = self.whole * self.size
        blocks[:, *place] = table[:cut].reshape(self.whole, self.size, -1).swapaxes(1, 2)
        if self.rest:
            rest[place] = table[cut:].T

    def prepare_(self, epoch: int) -> None:
        """Draw everything for the epoch after `epoch` completed ones, into `every`."""
        for run, (spec, table) in enumerate(zip(self.specs, self.tables, strict=True)):
            if self.count > 1:  # the order within one full batch would only change rounding
                table = table.take(self.order(spec.seed, epoch), axis=0)
            if size := spec.regularization.input_noise:
                rng = generator(Purpose.INPUT_NOISE, spec.seed, epoch)
                table = table.copy() if self.count == 1 else table
                shape = (self.points, self.rows - 1)
                table[:, : self.rows - 1] += size * rng.standard_normal(shape, self.dtype.type)
            self._lay_out_(table, run, (self.blocks, self.rest_block))
            for index, (layer, buffers) in enumerate(zip(spec.layers, self.dropped, strict=True)):
                if buffers is not None:
                    rng = generator(Purpose.DROPOUT, spec.seed, epoch, index)
                    mask = dropout_mask(rng, (self.points, layer.units), spec.dropout(layer))
                    self._lay_out_(mask.astype(self.dtype), run, buffers)
            if self.weight_noise is not None:
                rng = generator(Purpose.WEIGHT_NOISE, spec.seed, epoch)
                noise = rng.standard_normal((self.count, len(self.weight_mask)))
                noise *= spec.regularization.weight_noise * self.weight_mask
                self.weight_noise[:, *((run,) if self.lead else ())] = noise

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
