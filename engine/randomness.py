"""Random numbers that depend on what they are for, never on what was drawn before.

A generator is made from (purpose, seed, key...), used and dropped. So no generator state lives in
a checkpoint, any slice of a run can be computed on its own, and runs with equal seeds share
initial weights and batch order whatever their other settings are.
"""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What random numbers are for. The values are part of every run's bits: never renumber."""

    POINTS = 1
    SPLIT = 2
    WEIGHTS = 3
    BATCH_ORDER = 4
    LABEL_NOISE = 5
    DROPOUT = 6
    INPUT_NOISE = 7
    WEIGHT_NOISE = 8
    SIGN_FLIPS = 9
    BOOTSTRAP = 10


def generator(purpose: Purpose, seed: int, *key: int) -> np.random.Generator:
    """A fresh generator (PCG64) for one purpose; `key` is, for example, the epoch or the layer."""
    return np.random.default_rng((purpose, seed, *key))
