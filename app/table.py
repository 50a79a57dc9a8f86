"""Numbers of many rows, to which rows are added and of which rows are taken away, cheaply."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Table:
    """Numbers (..., rows), growing at the end, in blocks.

    A block that has been handed out never changes: it is replaced, or a longer one takes its place.
    """

    def __init__(self, *shape: int, dtype: type = np.float64) -> None:
        self.blocks: list[NDArray[Any]] = [np.empty((*shape, 0), dtype)]
        self.rows = 0
        self._buffer = self.blocks[0]

    @property
    def values(self) -> NDArray[Any]:
        """(..., rows)"""
        return self.of(...)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.blocks[0].shape[:-1]

    @property
    def width(self) -> int:
        """Numbers of one row."""
        return prod(self.shape)

    def of(self, *index: Any) -> NDArray[Any]:
        """(..., rows) of what `index` picks from all but the last axis."""
        return np.concatenate([block[index] for block in self.blocks], axis=-1)

    def between(self, first: int, end: int) -> NDArray[Any]:
        """(..., end - first) rows; cheap near the end."""
        parts = [self.blocks[-1][..., :0]]
        stop = self.rows
        for block in reversed(self.blocks):
            if stop <= first:
                break
            start = stop - block.shape[-1]
            parts.append(block[..., max(0, first - start) : max(0, end - start)])
            stop = start
        return np.concatenate(parts[::-1], axis=-1)

    def append(self, values: NDArray[Any]) -> None:
        """Add rows to the last block."""
        begin = self.blocks[-1].shape[-1]
        end = begin + values.shape[-1]
        if end > self._buffer.shape[-1]:
            size = max(end, 2 * self._buffer.shape[-1])
            self._buffer = np.empty((*values.shape[:-1], size), self._buffer.dtype)
            self._buffer[..., :begin] = self.blocks[-1]
        self._buffer[..., begin:end] = values
        self.blocks[-1] = self._buffer[..., :end]
        self.rows += values.shape[-1]

    def open(self) -> None:
        """Begin another block."""
        self.blocks[-1] = self.blocks[-1].copy()  # without what room was left
        self._buffer = np.empty_like(self.blocks[-1][..., :0])
        self.blocks.append(self._buffer)

    def join(self, index: int, keep: NDArray[np.bool_]) -> None:
        """Make one block of two and of their rows to be kept."""
        kept = np.compress(keep, self.pair(index), axis=-1)
        self.blocks[index : index + 2] = [kept]
        self.rows -= len(keep) - kept.shape[-1]

    def pair(self, index: int) -> NDArray[Any]:
        """A block's rows and those of the next."""
        return np.concatenate(self.blocks[index : index + 2], axis=-1)

    def regroup(self, index: int, rows: int, places: Sequence[int]) -> None:
        """Forget all but `rows` rows from block `index` on, and cut them anew at some places."""
        whole = np.concatenate(self.blocks[index:], axis=-1)
        self.rows -= whole.shape[-1] - rows
        self.blocks[index:] = [part.copy() for part in np.split(whole[..., :rows], places, axis=-1)]
        self._buffer = self.blocks[-1]

    def restore(self, blocks: Sequence[NDArray[Any]]) -> None:
        """Hold these blocks, (numbers of a row, n) each."""
        dtype = self._buffer.dtype
        self.blocks = [
            block.reshape(*self.shape, block.shape[-1]).astype(dtype) for block in blocks
        ]
        self.rows = sum(block.shape[-1] for block in blocks)
        self._buffer = self.blocks[-1]

    def copy(self) -> "Table":
        """Shares what never changes."""
        other = Table()
        other.blocks = [*self.blocks[:-1], self.blocks[-1].copy()]
        other.rows = self.rows
        other._buffer = other.blocks[-1]
        return other
