"""The numbers of every epoch since epoch 0 of one timeline."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine import METRICS


class History:
    """Append-only: one row per epoch, without gaps, beginning with epoch 0."""

    def __init__(self, runs: int) -> None:
        self._table = np.empty((len(METRICS), runs, 256))
        self.rows = 0

    @property
    def epoch(self) -> int:
        """The last epoch with a row; -1 while there is none."""
        return self.rows - 1

    @property
    def row_bytes(self) -> int:
        """Size of one epoch's numbers."""
        metrics, runs, _ = self._table.shape
        return 8 * metrics * runs

    def append(self, columns: Mapping[str, NDArray[np.generic]]) -> None:
        """Add rows: "epoch" (E,), each metric (R, E). ValueError if they do not follow."""
        count = len(columns["epoch"])
        if count == 0:
            return
        first, last = int(columns["epoch"][0]), int(columns["epoch"][-1])
        end = self.rows + count
        if (first, last) != (self.rows, end - 1):
            raise ValueError(f"epochs {first} to {last} do not follow epoch {self.epoch}")
        capacity = self._table.shape[2]
        if end > capacity:
            grown = np.empty((*self._table.shape[:2], max(end, 2 * capacity)))
            grown[:, :, : self.rows] = self._table[:, :, : self.rows]
            self._table = grown
        for index, name in enumerate(METRICS):
            self._table[index, :, self.rows : end] = columns[name]
        self.rows = end

    def between(self, first: int, end: int) -> dict[str, NDArray[np.float64]]:
        """Each metric's (R, end - first) view of the rows from epoch `first` to before `end`."""
        return {name: self._table[index, :, first:end] for index, name in enumerate(METRICS)}
