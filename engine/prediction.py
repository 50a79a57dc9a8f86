"""Predictions of trained runs."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Array, Floats
from engine.checkpoint import Checkpoint, RunState, architecture
from engine.data import inputs
from engine.network import Network


def predict(checkpoint: Checkpoint, points: ArrayLike) -> Array:
    """Predict every run at (N, 2) points of the plane.

    Returns (R, N, outputs): the probability of class 1 for two classes, values for regression.
    Raises ValueError when `points` has another shape.
    """
    plane = np.asarray(points, np.float64)
    if plane.ndim != 2 or plane.shape[1] != 2:
        raise ValueError(f"points must have shape (N, 2), not {plane.shape}")
    return np.stack([_predict(run, plane) for run in checkpoint.runs])


def _predict(run: RunState, plane: Floats) -> Array:
    dtype: np.dtype[Any] = run.theta.dtype
    x = np.ascontiguousarray(
        np.hstack([inputs(plane, run.spec), np.ones((len(plane), 1))]).T, dtype
    )
    network = Network(architecture(run.spec), run.theta)
    with np.errstate(all="ignore"):
        z = network.workspace(len(plane)).forward_(x)
        return network.architecture.head.predict(z).T
