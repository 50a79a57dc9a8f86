"""The numbers of one lane over the epochs: of its run, or of all of its seeds."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.table import Table
from engine import METRICS

Floats = NDArray[np.float64]

BANDS = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "train_r2", "test_r2")
"""Metrics whose quartiles over the seeds are shown."""
BY_SEED = (*BANDS, "train_mae", "test_mae")
"""Metrics that are kept for each seed."""
EXTREMES = ("test_loss", "train_loss", "test_accuracy", "train_accuracy", "test_r2", "train_r2")
"""Metrics whose extremes are kept; the first ones first, should it be too many lanes for all."""
TIME = METRICS.index("milliseconds")
LOW, MIDDLE, HIGH = 0.25, 0.5, 0.75


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
