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

from app.table import Table
from app.thinning import block_size, cut, pair_to_join, series_limit, survivors
from engine import METRICS

Floats = NDArray[np.float64]
Epochs = NDArray[np.int32]

BANDS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "train_r2", "test_r2")
"""Metrics whose quartiles over the seeds are shown."""
BY_SEED = (*BANDS, "train_mae", "test_mae")
"""Metrics that are kept for each seed."""
EXTREMES = ("test_loss", "train_loss", "test_accuracy", "train_accuracy", "test_r2", "train_r2")
"""Metrics whose extremes are kept; the first ones first, should it be too many lanes for all."""
LOW, MIDDLE, HIGH = 0.25, 0.5, 0.75
TIME = METRICS.index("milliseconds")
LEAST = 1000


class Bounds(NamedTuple):
    """The most epochs that are kept, and fewer when they would take more memory than that."""

    epochs: int = 100_000
    bytes: int = 256 * 1024 * 1024


class LaneHistory:
    """The numbers of one lane: of its run, or medians and quartiles over its seeds.

    Instead of the milliseconds of an epoch it has those since epoch 0, which need no neighbours.
    """

    def __init__(self, seeds: int) -> None:
        self.seeds = seeds
        self.middle = Table(len(METRICS))
        self.band = Table(2, len(BANDS)) if seeds > 1 else None
        self.each = Table(seeds, len(BY_SEED)) if seeds > 1 else None
        self._spent = 0.0

    @property
    def tables(self) -> list[Table]:
        return [table for table in (self.middle, self.band, self.each) if table is not None]

    @property
    def row_bytes(self) -> int:
        """Memory of an epoch."""
        more = 2 * len(BANDS) + self.seeds * len(BY_SEED) if self.seeds > 1 else 0
        return 8 * (len(METRICS) + more)

    def append(self, rows: Floats, keep: NDArray[np.bool_] | None = None) -> None:
        """Add (seeds, metrics, E) rows; those of them that are to be kept."""
        middle = rows[0].copy() if self.seeds == 1 else quantile(rows, MIDDLE)
        middle[TIME] = self._spent + np.nancumsum(middle[TIME])
        self._spent = float(middle[TIME, -1])
        if keep is not None:
            middle, rows = middle[:, keep], rows[..., keep]
        self.middle.append(middle)
        if self.band is None or self.each is None:
            return
        banded = rows[:, [METRICS.index(name) for name in BANDS]]
        self.band.append(np.stack([quantile(banded, LOW), quantile(banded, HIGH)]))
        self.each.append(rows[:, [METRICS.index(name) for name in BY_SEED]])

    def extremes(self, index: int) -> Floats:
        """(S, n) the numbers of two neighbouring blocks whose extremes are kept."""
        return self.middle.pair(index)[[METRICS.index(name) for name in EXTREMES]]

    def regroup(self, index: int, rows: int, places: Sequence[int]) -> None:
        for table in self.tables:
            table.regroup(index, rows, places)
        self.recall()

    def recall(self) -> None:
        """Go on counting the time from the last row."""
        last = self.middle.between(max(0, self.middle.rows - 1), self.middle.rows)
        self._spent = float(last[TIME, -1]) if last.size else 0.0

    def copy(self) -> "LaneHistory":
        """Cheap: most of it is shared, and never changes."""
        other = LaneHistory(self.seeds)
        other.middle = self.middle.copy()
        other.band = self.band and self.band.copy()
        other.each = self.each and self.each.copy()
        other._spent = self._spent
        return other

    def between(self, first: int, end: int, quartiles: bool) -> Floats:
        """(metrics and quartiles if wanted, end - first) rows, as viewers get them."""
        before = min(first, 1)
        rows = self.middle.between(first - before, end)
        middle = rows[:, before:].copy()
        middle[TIME] = np.diff(rows[TIME], prepend=0.0)[before:]
        if not quartiles:
            return middle
        if self.band is None:
            sides = np.repeat(middle[[METRICS.index(name) for name in BANDS]], 2, axis=0)
        else:
            band = self.band.between(first, end)
            sides = band.swapaxes(0, 1).reshape(2 * len(BANDS), -1)
        return np.concatenate([middle, sides])

    def column(self, name: str) -> Floats:
        """(rows,) a metric. Milliseconds are those since the row before."""
        found: Floats = self.middle.of(METRICS.index(name))
        return np.diff(found, prepend=0.0) if name == "milliseconds" else found

    def of_seed(self, seed: int) -> dict[str, Floats]:
        """Each metric (rows,) of one seed; NaN where it is not kept by seed."""
        if self.each is None:
            return {name: self.column(name) for name in METRICS}
        nothing = np.full(self.middle.rows, np.nan)
        return {
            name: self.each.of(seed, BY_SEED.index(name)) if name in BY_SEED else nothing
            for name in METRICS
        }

    def for_summary(self) -> dict[str, Floats]:
        """What `engine.summarize` takes, beside the epochs."""
        names = ("test_loss", "test_accuracy", "test_r2")
        if self.each is None:
            result = {name: self.column(name)[None] for name in names}
        else:
            result = {name: self.each.of(slice(None), BY_SEED.index(name)) for name in names}
        return result | {name: self.column(name) for name in ("updates", "milliseconds")}


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


def quantile(values: Floats, share: float) -> Floats:
    """Over the first axis, with what is NaN left out, linear between neighbours.

    As `numpy.nanquantile`, which goes through Python for each column that has a NaN.
    """
    ordered = np.sort(values, axis=0)  # NaN last
    last = np.maximum(np.count_nonzero(~np.isnan(values), axis=0) - 1, 0)
    place = share * last
    below = np.floor(place).astype(np.intp)
    above = np.ceil(place).astype(np.intp)
    low = np.take_along_axis(ordered, below[None], axis=0)[0]
    high = np.take_along_axis(ordered, above[None], axis=0)[0]
    with np.errstate(invalid="ignore"):  # infinite losses
        between: Floats = low + (high - low) * (place - below)
    return np.where(below == above, low, between)
