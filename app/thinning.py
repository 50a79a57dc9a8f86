"""Which epochs a history keeps of too many. Pure; `static/js/thinning.js` does the same.

Epochs from 0 on are cut into blocks of `size << level` epochs, each beginning at a multiple of its
length. A block of level 0 has every epoch. When one row too many would be kept, two neighbours of
level L become one block of level L + 1: of its rows those stay whose epoch is a multiple of
2 ** (L + 1), and of each series those with its smallest and largest finite value (the first of
equals). So an extreme of a series is never lost. Taken are the oldest two of the lowest level that
can be joined, so that the past is about equally fine everywhere, but not among the first BEGINNING
blocks of level 0, nor among the latest half of `most` epochs: these stay whole.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCKS = 128
"""So many blocks of level 0 fit at least."""
BEGINNING = 8


def block_size(most: int) -> int:
    """Epochs of a block of level 0: a power of two."""
    return 1 << max(2, (most // BLOCKS).bit_length() - 1)


def series_limit(size: int) -> int:
    """Of so many series the extremes are kept: they are a quarter of a block at most."""
    return max(1, size // 8)


def pair_to_join(levels: Sequence[int], size: int, epoch: int, most: int) -> int | None:
    """The first of the two blocks to be joined next; None when there are no two.

    epoch: the last one. Where nothing is left to be joined between beginning and latest half, as
    after billions of epochs, these are no longer whole.
    """
    found = _pair(levels, size, BEGINNING * size, epoch + 1 - most // 2)
    return _pair(levels, size, 0, epoch + 1) if found is None else found


def _pair(levels: Sequence[int], size: int, begin: int, end: int) -> int | None:
    found, start = None, 0
    for index, level in enumerate(levels[:-2]):  # the last one is not full
        span = size << level
        if start >= end:
            break
        within = begin <= start and start + 2 * span <= end
        joins = levels[index + 1] == level and start % (2 * span) == 0
        if within and joins and (found is None or level < levels[found]):
            found = index
        start += span
    return found


def survivors(epochs: NDArray[np.int32], level: int, series: Floats) -> NDArray[np.bool_]:
    """(n,) which rows of a block stay. series: (S, n), whose extremes are kept."""
    keep: NDArray[np.bool_] = epochs % (1 << level) == 0
    if len(epochs) == 0 or len(series) == 0:
        return keep
    finite = np.isfinite(series)
    some = finite.any(axis=1)
    keep[np.where(finite, series, np.inf).argmin(axis=1)[some]] = True
    keep[np.where(finite, series, -np.inf).argmax(axis=1)[some]] = True
    return keep


def cut(levels: Sequence[int], size: int, end: int) -> list[int]:
    """The levels of blocks for the epochs before `end`: one in which it lies falls to pieces."""
    kept: list[int] = []
    start = 0
    for level in levels:
        stop = min(end, start + (size << level))
        while start < stop:
            while level and start + (size << level) > end:
                level -= 1
            kept.append(level)
            start += size << level
    return kept
