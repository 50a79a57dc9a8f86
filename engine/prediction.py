"""Predictions of trained runs."""

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Floats, Ints
from engine.checkpoint import Checkpoint, RunState
from engine.data import inputs, split, with_ones
from engine.network import Network
from engine.passes import Workspace


def predict(checkpoint: Checkpoint, points: ArrayLike) -> Array:
    """Predict every run at (N, 2) points of the plane, or (N, columns) rows of a table.

    Returns (R, N, outputs): the probability of class 1 for two classes, of each class for several,
    values for regression. Raises ValueError when `points` has another shape, or when the runs have
    different numbers of outputs.
    """
    rows = np.asarray(points, np.float64)
    for run in checkpoint.runs:
        width = len(run.spec.data.columns or ("x1", "x2"))
        if rows.ndim != 2 or rows.shape[1] != width:
            raise ValueError(f"points must have shape (N, {width}), not {rows.shape}")
    if len({run.units[-1] for run in checkpoint.runs}) > 1:
        raise ValueError("the runs have different numbers of outputs: predict them one by one")
    return np.stack([_predict(run, rows) for run in checkpoint.runs])


def confusion(
    checkpoint: Checkpoint, run: int = 0, part: Literal["train", "test"] = "test"
) -> Ints:
    """(classes, classes) counts of a run's points: row the true class, column the one found.

    Raises ValueError for regression.
    """
    state = checkpoint.runs[run]
    task = state.spec.data.task
    if task.kind == "regression":
        raise ValueError("there are no classes in regression")
    parts = split(state.spec.data)
    points = parts.train_points if part == "train" else parts.test_points
    targets = parts.train_targets if part == "train" else parts.test_targets
    # p > 1/2 for two classes is z > 0.
    found = _predict(state, points).T - (0.5 if task.outputs == 1 else 0)
    counts = np.zeros((task.classes, task.classes), np.int64)
    np.add.at(counts, (targets.astype(int), state.spec.head.decide(found).astype(int)), 1)
    return counts


def _predict(run: RunState, rows: Floats) -> Array:
    dtype: np.dtype[Any] = run.theta.dtype
    x = with_ones(inputs(rows, run.spec), dtype)
    network = Network(run.spec.architecture, run.theta, run.running)
    with np.errstate(all="ignore"):
        z = Workspace(network, len(rows)).forward_(x)
        return network.architecture.head.predict(z).T
