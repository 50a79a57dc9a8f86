"""The points of a run, split, and as the network sees them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.arrays import Array, Floats
from engine.datasets import DatasetOption
from engine.features import FeatureName, feature_matrix
from engine.losses import LossOption
from engine.randomness import Purpose, generator
from engine.spec import RunSpec


@dataclass(frozen=True)
class Split:
    """Points of the plane and their targets, in the order in which they are used."""

    train_points: Floats
    """(N, 2)"""
    train_targets: Floats
    """(N,) class indices or values"""
    test_points: Floats
    test_targets: Floats


@dataclass(frozen=True)
class Data:
    """Inputs (N, features), in the precision of the run, and targets (N,).

    Targets are int64 class indices, or floats for regression.
    """

    train_x: Array
    train_y: Array
    test_x: Array
    test_y: Array


@lru_cache(maxsize=64)
def split(data: DatasetOption) -> Split:
    """Draw the points and part them; equal data settings give equal points. Read-only."""
    points, targets = data.points()
    order = generator(Purpose.SPLIT, data.seed).permutation(len(points))
    # At least one point on each side.
    train = min(max(round(data.train_fraction * len(points)), 1), len(points) - 1)
    parts = (order[:train], order[train:])
    result = Split(points[parts[0]], targets[parts[0]], points[parts[1]], targets[parts[1]])
    for array in vars(result).values():
        array.flags.writeable = False
    return result


def inputs(points: Floats, spec: RunSpec) -> Floats:
    """(N, 2) points of the plane to the (N, features) float64 inputs of a run's network."""
    return feature_matrix(points, spec.features)


@lru_cache(maxsize=64)
def point_tables(
    data: DatasetOption, features: tuple[FeatureName, ...], loss: LossOption, precision: str
) -> tuple[Array, Array]:
    """Training and test points as (N, features + 1 + outputs): inputs, a one, encoded targets."""
    parts, head = split(data), loss.head(data.task)
    assert head is not None, "validated by RunSpec"
    tables = []
    for points, targets in (
        (parts.train_points, parts.train_targets),
        (parts.test_points, parts.test_targets),
    ):
        x = feature_matrix(points, features)
        table = np.hstack([x, np.ones((len(x), 1)), head.encode(targets).T]).astype(precision)
        table.flags.writeable = False
        tables.append(table)
    return tables[0], tables[1]


def load_data(spec: RunSpec) -> Data:
    """The data of a run as its network sees them."""
    parts = split(spec.data)
    dtype: np.dtype[Any] = np.dtype(spec.precision)
    target_dtype = dtype if spec.data.task == "regression" else np.dtype(np.int64)
    return Data(
        inputs(parts.train_points, spec).astype(dtype),
        parts.train_targets.astype(target_dtype),
        inputs(parts.test_points, spec).astype(dtype),
        parts.test_targets.astype(target_dtype),
    )
