"""The numbers of every epoch since epoch 0 of one timeline, lane by lane."""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from engine import METRICS

Floats = NDArray[np.float64]

BANDS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "train_r2", "test_r2")
"""Metrics whose quartiles over the seeds are shown."""
BY_SEED = (*BANDS, "train_mae", "test_mae")
"""Metrics that are kept for each seed."""
LOW, MIDDLE, HIGH = 0.25, 0.5, 0.75


class Table:
    """Numbers (..., epochs) of a lane, growing at the end."""

    def __init__(self, *shape: int) -> None:
        self._values = np.empty((*shape, 256))
        self.rows = 0

    @property
    def values(self) -> Floats:
        """(..., rows): a view."""
        return self._values[..., : self.rows]

    @property
    def width(self) -> int:
        """Numbers of one row."""
        return prod(self._values.shape[:-1])

    def append(self, values: Floats) -> None:
        end = self.rows + values.shape[-1]
        capacity = self._values.shape[-1]
        if end > capacity:
            grown = np.empty((*self._values.shape[:-1], max(end, 2 * capacity)))
            grown[..., : self.rows] = self.values
            self._values = grown
        self._values[..., self.rows : end] = values
        self.rows = end

    def cut(self, rows: int) -> None:
        """Forget all but the first rows."""
        self.rows = min(self.rows, rows)

    def copy(self) -> "Table":
        other = Table(*self._values.shape[:-1])
        other.append(self.values)
        return other


class LaneHistory:
    """The numbers of one lane: of its run, or medians and quartiles over its seeds."""

    def __init__(self, seeds: int) -> None:
        self.seeds = seeds
        self.middle = Table(len(METRICS))
        self.band = Table(2, len(BANDS)) if seeds > 1 else None
        self.each = Table(seeds, len(BY_SEED)) if seeds > 1 else None

    @property
    def tables(self) -> list[Table]:
        """All that it has."""
        return [table for table in (self.middle, self.band, self.each) if table is not None]

    def append(self, rows: Floats) -> None:
        """Add (seeds, metrics, E) rows."""
        if self.band is None or self.each is None:
            self.middle.append(rows[0])
            return
        self.middle.append(quantile(rows, MIDDLE))
        banded = rows[:, [METRICS.index(name) for name in BANDS]]
        self.band.append(np.stack([quantile(banded, LOW), quantile(banded, HIGH)]))
        self.each.append(rows[:, [METRICS.index(name) for name in BY_SEED]])

    def cut(self, rows: int) -> None:
        for table in self.tables:
            table.cut(rows)

    def copy(self) -> "LaneHistory":
        other = LaneHistory(self.seeds)
        other.middle = self.middle.copy()
        other.band = self.band and self.band.copy()
        other.each = self.each and self.each.copy()
        return other

    def column(self, name: str) -> Floats:
        """(rows,) a metric, or the "_low" or "_high" quartile of one."""
        found: Floats
        for side, suffix in enumerate(("_low", "_high")):
            if name.endswith(suffix):
                metric = name.removesuffix(suffix)
                if self.band is None:
                    return self.column(metric)
                found = self.band.values[side, BANDS.index(metric)]
                return found
        found = self.middle.values[METRICS.index(name)]
        return found

    def of_seed(self, seed: int) -> dict[str, Floats]:
        """Each metric (rows,) of one seed; NaN where it is not kept by seed."""
        if self.each is None:
            return {name: self.column(name) for name in METRICS}
        nothing = np.full(self.middle.rows, np.nan)
        return {
            name: self.each.values[seed, BY_SEED.index(name)] if name in BY_SEED else nothing
            for name in METRICS
        }

    def for_summary(self) -> dict[str, Floats]:
        """What `engine.summarize` takes."""
        names = ("test_loss", "test_accuracy", "test_r2")
        if self.each is None:
            result = {name: self.column(name)[None] for name in names}
        else:
            result = {name: self.each.values[:, BY_SEED.index(name)] for name in names}
        return result | {name: self.column(name) for name in ("updates", "milliseconds")}


class History:
    """Append-only but for `cut`: a row per epoch, without gaps, beginning with epoch 0."""

    def __init__(self, seeds: Sequence[int]) -> None:
        """seeds: how many each lane has."""
        self.lanes = [LaneHistory(count) for count in seeds]
        self.rows = 0

    @property
    def epoch(self) -> int:
        """The last epoch with a row; -1 while there is none."""
        return self.rows - 1

    @property
    def names(self) -> list[str]:
        """The columns that viewers get: quartiles only where there are several seeds."""
        if all(lane.seeds == 1 for lane in self.lanes):
            return list(METRICS)
        return [*METRICS, *(f"{name}{side}" for name in BANDS for side in ("_low", "_high"))]

    @property
    def row_bytes(self) -> int:
        """Size of one epoch's numbers on their way to a viewer."""
        return 8 * len(self.names) * len(self.lanes)

    def append(self, columns: Mapping[str, NDArray[np.generic]]) -> None:
        """Add rows: "epoch" (E,), each metric (members, E), the seeds of each lane in turn.

        Epochs that have a row keep it. ValueError when rows would be missing in between.
        """
        epochs = columns["epoch"]
        if len(epochs) == 0:
            return
        first = int(epochs[0])
        if first > self.rows:
            raise ValueError(f"epoch {first} does not follow epoch {self.epoch}")
        known = self.rows - first
        if known >= len(epochs):
            return
        table = np.stack([columns[name] for name in METRICS], axis=1)[..., known:]
        begin = 0
        for lane in self.lanes:
            lane.append(table[begin : begin + lane.seeds].astype(np.float64))
            begin += lane.seeds
        self.rows += table.shape[-1]

    def cut(self, rows: int) -> None:
        """Forget all but the first rows."""
        self.rows = min(self.rows, rows)
        for lane in self.lanes:
            lane.cut(rows)

    def between(self, first: int, end: int) -> dict[str, Floats]:
        """Each column's (lanes, end - first) rows from epoch `first` to before `end`."""
        return {
            name: np.stack([lane.column(name)[first:end] for lane in self.lanes])
            for name in self.names
        }

    def epoch_at(self, row: int) -> int:
        """The epoch of a row."""
        return row

    @property
    def columns(self) -> int:
        """Numbers of one row, as `packed` gives them."""
        return sum(table.width for lane in self.lanes for table in lane.tables)

    def packed(self, first: int, end: int) -> Floats:
        """Rows `first` to before `end` of all that is kept, (columns, rows)."""
        tables = [table.values for lane in self.lanes for table in lane.tables]
        return np.concatenate([rows[..., first:end].reshape(-1, end - first) for rows in tables])

    def unpack(self, packed: Floats) -> None:
        """Add rows as `packed` gave them. ValueError when they are of other lanes."""
        if len(packed) != self.columns:
            raise ValueError(f"{len(packed)} columns, not {self.columns}")
        begin = 0
        for lane in self.lanes:
            for table in lane.tables:
                rows = packed[begin : begin + table.width]
                table.append(rows.reshape(*table.values.shape[:-1], -1))
                begin += table.width
        self.rows += packed.shape[-1]


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
