"""Names for the array types that the engine passes around, and constants in their precision."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
"""An array in the precision of the run (float32 or float64)."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@lru_cache
def scalar(value: float, dtype: np.dtype[Any]) -> Array:
    """`value` as a 0-d array: an operand that NumPy need not convert anew at each call."""
    result = np.array(value, dtype)
    result.flags.writeable = False
    return result


LINE = 64
"""Bytes of a cache line: element-wise work on arrays that begin at one is up to twice as fast."""


def aligned(shape: Sequence[int], dtype: np.dtype[Any]) -> Array:
    """An array, not filled, that begins at a cache line."""
    size = prod(shape) * dtype.itemsize
    flat = np.empty(size + LINE, np.uint8)
    first = -flat.ctypes.data % LINE
    return flat[first : first + size].view(dtype).reshape(shape)


def aligned_copy(array: Array) -> Array:
    """A copy that begins at a cache line."""
    copy = aligned(array.shape, array.dtype)
    copy[...] = array
    return copy


Step = tuple[Callable[..., object], Sequence[Any]]
"""A call with its operands bound. Operands that change from pass to pass stand in a list."""


def product(left: Array, right: Array, out: Array) -> Step:
    """The matrix product. 2-D arrays' own method costs half of np.matmul, for the same bits."""
    if left.ndim == 2 and right.ndim == 2:
        return left.dot, (right, out)
    return np.matmul, (left, right, out)


def run_(steps: Iterable[Step]) -> None:
    """Take the steps in their order."""
    for function, operands in steps:
        function(*operands)
