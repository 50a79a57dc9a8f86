"""Names for the array types that the engine passes around, and constants in their precision."""

from functools import lru_cache
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
