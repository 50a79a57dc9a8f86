"""Input features: what the network sees of a point."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats


@dataclass(frozen=True)
class Feature:
    """One function of the plane; `compute` takes and returns (N,) arrays."""

    title: str
    compute: Callable[[Floats, Floats], Floats]


FEATURES: dict[str, Feature] = {
    "x1": Feature("x₁", lambda x1, x2: x1),
    "x2": Feature("x₂", lambda x1, x2: x2),
    "x1^2": Feature("x₁²", lambda x1, x2: x1 * x1),
    "x2^2": Feature("x₂²", lambda x1, x2: x2 * x2),
    "x1*x2": Feature("x₁x₂", lambda x1, x2: x1 * x2),
    "sin(x1)": Feature("sin x₁", lambda x1, x2: np.sin(x1)),
    "sin(x2)": Feature("sin x₂", lambda x1, x2: np.sin(x2)),
    "cos(x1)": Feature("cos x₁", lambda x1, x2: np.cos(x1)),
    "cos(x2)": Feature("cos x₂", lambda x1, x2: np.cos(x2)),
    "radius": Feature("radius", lambda x1, x2: np.hypot(x1, x2)),
}
"""Functions of planar points, in the order in which they are offered."""


def feature_matrix(
    points: Floats, names: tuple[str, ...], columns: tuple[str, ...] | None
) -> Floats:
    """(N, columns) points to (N, len(names)) features: functions of the plane, or columns."""
    if columns is not None:
        return points[:, [columns.index(name) for name in names]]
    return np.stack([FEATURES[name].compute(points[:, 0], points[:, 1]) for name in names], axis=1)
