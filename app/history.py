"""The numbers of the epochs of one timeline, lane by lane.

Of up to `Bounds.epochs` epochs every one is kept. Beyond, older ones are thinned as
`app/thinning.py` says: rows are always those of real epochs, the latest half of the bound is whole,
and the smallest and the largest loss, accuracy and R² of every lane stay. What is kept follows from
the rows alone, however they are cut into slices.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.lane_history import BANDS, Floats, LaneHistory
from app.table import Table
from app.thinning import block_size, cut, pair_to_join, series_limit, survivors
from engine import METRICS

Epochs = NDArray[np.int32]

LEAST = 1000


class Bounds(NamedTuple):
    """The most epochs that are kept, and fewer when they would take more memory than that."""

    epochs: int = 100_000
    bytes: int = 256 * 1024 * 1024


class Block(NamedTuple):
    """Some epochs of a history, as they are kept together."""

    start: int
    level: int
    arrays: tuple[NDArray[Any], ...]
    """(..., rows) of each table, epochs first."""

    @property
    def rows(self) -> int:
        return len(self.arrays[0])

    def packed(self) -> Floats:
        """(numbers of a row, rows)"""
        return np.concatenate(
            [array.reshape(-1, self.rows).astype(np.float64) for array in self.arrays]
        )


class Rows(NamedTuple):
    """What a viewer gets of the epochs up to `epoch`."""

    epoch: int
    """The last epoch told of: between it and the last row none is kept."""
    epochs: Epochs
    columns: dict[str, Floats]
    """(lanes, rows) by name."""


class History:
    """Append-only but for `cut`: rows of epochs in their order, beginning with epoch 0."""

    def __init__(
        self, seeds: Sequence[int], bounds: Bounds | None = None, beside: "History | None" = None
    ) -> None:
        """seeds: how many each lane has. beside: take the rows of its epochs only, and all of them,
        so that the lanes can be put beside its own."""
        self.lanes = [LaneHistory(count) for count in seeds]
        self.epoch = -1
        """The last epoch known, whether its row is kept or not; -1 while there is none."""
        self.bounds = bounds or Bounds()
        self.size = block_size(self.most)
        """Epochs of a block of level 0."""
        self.levels: list[int] = [0]
        """Of the blocks that all tables have; the last one may be partly filled."""
        self._ahead: list[int] = []
        """Levels of the next blocks, the first one last."""
        if beside:
            self.lay_out(beside.size, beside.levels)
        self._keeping = beside.epochs if beside else None
        self._epochs = Table(dtype=np.int32)

    @property
    def rows(self) -> int:
        return self._epochs.rows

    @property
    def epochs(self) -> Epochs:
        """(rows,) whose rows are kept, ascending."""
        return self._epochs.values

    @property
    def most(self) -> int:
        """Rows that are kept at most."""
        return self._most(0)

    def _most(self, more_bytes: int) -> int:
        row = 4 + more_bytes + sum(lane.row_bytes for lane in self.lanes)
        return max(LEAST, min(self.bounds.epochs, self.bounds.bytes // row))

    @property
    def names(self) -> list[str]:
        """The columns that viewers get: quartiles only where there are several seeds."""
        if all(lane.seeds == 1 for lane in self.lanes):
            return list(METRICS)
        return [*METRICS, *(f"{name}{side}" for name in BANDS for side in ("_low", "_high"))]

    @property
    def row_bytes(self) -> int:
        """Size of one epoch's numbers on their way to a viewer."""
        return 4 + 8 * len(self.names) * len(self.lanes)

    def append(self, columns: Mapping[str, NDArray[np.generic]]) -> None:
        """Add rows: "epoch" (E,), each metric (members, E), the seeds of each lane in turn.

        Epochs that are known stay as they are. ValueError when some would be missing in between.
        """
        epochs = np.asarray(columns["epoch"], np.int32)
        if len(epochs) == 0:
            return
        if epochs[0] > self.epoch + 1:
            raise ValueError(f"epoch {epochs[0]} does not follow epoch {self.epoch}")
        known = self.epoch + 1 - int(epochs[0])
        epochs = epochs[known:]
        table = np.stack([columns[name] for name in METRICS], axis=1)[..., known:]
        while len(epochs):
            count = min(len(epochs), self._room())
            self._add(epochs[:count], table[..., :count].astype(np.float64))
            epochs, table = epochs[count:], table[..., count:]

    def cut(self, end: int) -> None:
        """Forget all epochs from `end` on."""
        if end > self.epoch:
            return
        self.epoch = end - 1
        levels = cut(self.levels, self.size, end)
        same = next((k for k, level in enumerate(levels) if level != self.levels[k]), len(levels))
        # The last block of which epochs stay may lose some of them.
        self._regroup(self.size, levels, max(0, min(same, len(levels) - 1)))

    def lay_out(self, size: int, levels: Sequence[int]) -> None:
        """Have the blocks of another history, before there is a row."""
        self.size, self.levels, self._ahead = size, list(levels[:1]), list(levels[:0:-1])

    def make_room(self, seeds: Sequence[int]) -> None:
        """Keep no more than would fit beside more lanes, of so many seeds."""
        most = self._most(sum(LaneHistory(count).row_bytes for count in seeds))
        self._refine(most)
        while self.rows > most:
            self._thin(most)

    @property
    def blocks(self) -> list[Block]:
        """All that is kept, in arrays that do not change: others will take their place."""
        starts = np.cumsum([0, *(self.size << level for level in self.levels)])
        every = zip(*(table.blocks for table in self._tables()), strict=True)
        return [
            Block(int(start), level, arrays)
            for start, level, arrays in zip(starts, self.levels, every, strict=False)
        ]

    def restore(
        self, epoch: int, size: int, levels: Sequence[int], blocks: Sequence[Floats]
    ) -> None:
        """Be what another one was: `blocks` as `Block.packed` gave them, or flattened.

        ValueError when they are of other lanes, or some are missing.
        """
        tables = self._tables()
        places = np.cumsum([table.width for table in tables])
        if len(blocks) != len(levels):
            raise ValueError(f"{len(blocks)} blocks, not {len(levels)}")
        parts = [np.split(block.reshape(places[-1], -1), places[:-1]) for block in blocks]
        for number, table in enumerate(tables):
            table.restore([part[number] for part in parts])
        for lane in self.lanes:
            lane.recall()
        self.epoch, self.size, self.levels = epoch, size, list(levels)

    def rows_after(self, epoch: int, most: int) -> Rows:
        """The first rows of later epochs, at most so many."""
        first = self._row_after(epoch)
        end = min(self.rows, first + most)
        epochs = self._epochs.between(first, end)
        names = self.names
        quartiles = len(names) > len(METRICS)
        values = np.stack([lane.between(first, end, quartiles) for lane in self.lanes])
        columns = {name: values[:, place] for place, name in enumerate(names)}
        last = self.epoch if end == self.rows else int(epochs[-1])
        return Rows(last, epochs, columns)

    def _row_after(self, epoch: int) -> int:
        """The number of rows up to an epoch."""
        row = self.rows
        for block in reversed(self._epochs.blocks):
            if len(block) and block[0] <= epoch:
                return row - len(block) + int(np.searchsorted(block, epoch, "right"))
            row -= len(block)
        return 0

    def _room(self) -> int:
        """For how many rows there is room in the last block, once there is some."""
        most = self.most
        if self._keeping is None:
            self._refine(most)
            while self.rows >= most:
                self._thin(most)
        room = self._reach(self.epoch + 1) - self.epoch - 1
        return room if self._keeping is not None else min(room, most - self.rows)

    def _reach(self, epoch: int) -> int:
        """The end of the last block, once there are blocks up to an epoch."""
        end = sum(self.size << level for level in self.levels)
        while end <= epoch:
            self.levels.append(self._ahead.pop() if self._ahead else 0)
            for table in self._tables():
                table.open()
            end += self.size << self.levels[-1]
        return end

    def _refine(self, most: int) -> None:
        """Have smaller blocks if fewer rows fit than before, as with more lanes."""
        if (size := block_size(most)) < self.size:
            finer = self.size // size
            levels = [level for level in self.levels for _ in range(finer)]
            self._regroup(size, cut(levels, size, self.epoch + 1))

    def _add(self, epochs: Epochs, table: Floats) -> None:
        keep = None if self._keeping is None else np.isin(epochs, self._keeping)
        begin = 0
        for lane in self.lanes:
            lane.append(table[begin : begin + lane.seeds], keep)
            begin += lane.seeds
        self._epochs.append(epochs if keep is None else epochs[keep])
        self.epoch = int(epochs[-1])

    def _thin(self, most: int) -> None:
        index = pair_to_join(self.levels, self.size, self.epoch, most)
        if index is None:
            raise RuntimeError("There is nothing to be thinned")  # blocks are too few for that
        level = self.levels[index] + 1
        extremes = np.stack([lane.extremes(index) for lane in self.lanes], axis=1)
        series = extremes.reshape(-1, extremes.shape[-1])
        series = series[np.isfinite(series).any(axis=1)][: series_limit(self.size)]
        keep = survivors(self._epochs.pair(index), level, series)
        self.levels[index : index + 2] = [level]
        for table in self._tables():
            table.join(index, keep)

    def _regroup(self, size: int, levels: Sequence[int], index: int = 0) -> None:
        """Cut all that is known into other blocks; the first `index` ones are the same."""
        self.size, self.levels = size, list(levels) or [0]
        starts = np.cumsum([0, *(size << level for level in self.levels)])
        epochs = np.concatenate(self._epochs.blocks[index:])
        rows = int(np.searchsorted(epochs, self.epoch, "right"))
        places = np.searchsorted(epochs[:rows], starts[index + 1 : -1]).tolist()
        self._epochs.regroup(index, rows, places)
        for lane in self.lanes:
            lane.regroup(index, rows, places)

    def _tables(self) -> list[Table]:
        return [self._epochs, *(table for lane in self.lanes for table in lane.tables)]
