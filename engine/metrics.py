"""The numbers of each epoch."""

import numpy as np

from engine.arrays import Array, Floats
from engine.losses import Head

METRICS = (
    "train_loss",
    "test_loss",
    "train_accuracy",
    "test_accuracy",
    "train_r2",
    "test_r2",
    "train_mae",
    "test_mae",
    "penalty",
    "learning_rate",
    "updates",
    "milliseconds",
)
"""Numbers of each epoch, in the order of a row.

Losses are without penalties, which `penalty` holds: the sum of train_loss and penalty is what
training makes small. Accuracy is for classes; R² and the mean absolute error are for values; what
does not apply is NaN. `learning_rate` is the one in force at the epoch's first update,
`milliseconds` the time the epoch took, shared evenly among the runs of its stack; it alone depends
on the machine and its load.
"""
EXACT = tuple(name for name in METRICS if name != "milliseconds")
"""The metrics that are equal, bit for bit, in every repetition."""


def evaluate(head: Head, z: Array, encoded: Array, train: int) -> Floats:
    """(R, len(METRICS)) numbers of (..., outputs, N) outputs, the first `train` of them training.

    Columns that do not follow from the outputs, or are of no points, are NaN.
    """
    losses = np.atleast_2d(head.losses(z, encoded))
    runs, count = losses.shape
    result = np.full((runs, len(METRICS)), np.nan)
    parts = [part for part in ((0, 0, train), (1, train, count)) if part[1] < part[2]]
    for part, first, last in parts:
        result[:, part] = np.add.reduce(losses[:, first:last], axis=1) / (last - first)
    hits = head.hits(z, encoded)
    if hits is not None:
        hits = np.atleast_2d(hits)
        for part, first, last in parts:
            right = np.count_nonzero(hits[:, first:last], axis=1)
            result[:, 2 + part] = right / (last - first)
        return result
    wanted = encoded.reshape(runs, count).astype(np.float64)
    missed = z.reshape(runs, count) - wanted
    for part, first, last in parts:
        error, target = missed[:, first:last], wanted[:, first:last]
        spread = np.square(target - target.mean(axis=1, keepdims=True)).sum(axis=1)
        squares = np.square(error).sum(axis=1)
        result[:, 4 + part] = 1 - squares / np.where(spread > 0, spread, np.nan)
        result[:, 6 + part] = np.abs(error).mean(axis=1)
    return result
