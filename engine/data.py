"""The points of a run: split, as the network sees them, and as they are shown."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine.arrays import Array, Floats, Ints
from engine.datasets import DOMAIN, DatasetOption
from engine.features import feature_matrix
from engine.losses import Head
from engine.randomness import Purpose, generator
from engine.scaling import ScalingOption
from engine.spec import RunSpec


@dataclass(frozen=True)
class Split:
    """Points and their targets, in the order in which they are used. Read-only.

    With a validation share the test part is the validation points; see `held_out`.
    """

    train_points: Floats
    """(N, 2) in the plane, or (N, columns) of a table"""
    train_targets: Floats
    """(N,) class indices or values"""
    test_points: Floats
    test_targets: Floats


@dataclass(frozen=True)
class Plane:
    """How points lie in the plane that is drawn: planar points as they are, tables projected.

    A table is shown in its first two principal components after standardizing: the best flat view
    of it. A map over the plane is the slice through the table's mean.
    """

    shift: Floats
    """(columns,)"""
    to_plane: Floats
    """(columns, 2)"""
    from_plane: Floats
    """(2, columns)"""
    domain: tuple[float, float, float, float]
    """x1 from, to; x2 from, to."""

    def place(self, points: Floats) -> Floats:
        """(N, columns) points to (N, 2) positions."""
        placed: Floats = (points - self.shift) @ self.to_plane
        return placed

    def lift(self, positions: Floats) -> Floats:
        """(N, 2) positions to the points of the slice: (N, columns)."""
        lifted: Floats = positions @ self.from_plane + self.shift
        return lifted


@dataclass(frozen=True)
class Data:
    """Inputs (N, features), in the precision of the run, and targets (N,).

    Targets are int64 class indices, or floats for regression.
    """

    train_x: Array
    train_y: Array
    test_x: Array
    test_y: Array


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array


def part_sizes(data: DatasetOption, count: int) -> tuple[int, int, int]:
    """Of `count` points: how many train, validate (0 without a validation share), and test."""
    least = 2 if data.validation_fraction else 1  # at least one point in each part
    learn = min(max(round(data.train_fraction * count), least), count - 1)
    if not data.validation_fraction:
        return learn, 0, count - learn
    validation = min(max(round(data.validation_fraction * learn), 1), learn - 1)
    return learn - validation, validation, count - learn


def _parted(data: DatasetOption) -> tuple[Floats, Floats, tuple[Ints, Ints, Ints]]:
    """All points and targets, and the indices of those that train, validate and test."""
    points, targets = data.points()
    order = generator(Purpose.SPLIT, data.seed).permutation(len(points))
    train, validation, _ = part_sizes(data, len(points))
    learn = train + validation
    return points, targets, (order[:train], order[train:learn], order[learn:])


@lru_cache(maxsize=64)
def split(data: DatasetOption) -> Split:
    """Draw the points and part them; equal data settings give equal points.

    A validation share parts the training points once more, and leaves the test points out.
    """
    points, targets, (train, validation, test) = _parted(data)
    judge = validation if len(validation) else test
    parts = (points[train], targets[train], points[judge], targets[judge])
    return Split(*(_frozen(part) for part in parts))


def held_out(data: DatasetOption) -> tuple[Floats, Floats]:
    """The test points proper and their targets, which a validation share keeps from all runs."""
    points, targets, (_, _, test) = _parted(data)
    return points[test], targets[test]


@lru_cache(maxsize=64)
def plane(data: DatasetOption) -> Plane:
    """The plane in which a data set is drawn."""
    if data.columns is None:
        return Plane(np.zeros(2), np.eye(2), np.eye(2), DOMAIN)
    points = split(data).train_points
    mean, spread = points.mean(axis=0), points.std(axis=0)
    spread = np.where(spread > 1e-12, spread, 1.0)
    _, _, rotation = np.linalg.svd((points - mean) / spread, full_matrices=False)
    axes = np.zeros((2, points.shape[1]))  # one column, or one point, has no second direction
    found = rotation[:2]
    axes[: len(found)] = (
        found * np.sign(found[np.arange(len(found)), np.abs(found).argmax(axis=1)])[:, None]
    )
    to_plane = axes.T / spread[:, None]
    extent = 1.1 * float(np.abs((data.points()[0] - mean) @ to_plane).max()) or 1.0
    return Plane(mean, to_plane, axes * spread, (-extent, extent, -extent, extent))


@lru_cache(maxsize=64)
def _fitted(
    data: DatasetOption, names: tuple[str, ...], scaling: ScalingOption
) -> tuple[Floats, Floats]:
    shift, matrix = scaling.fit(feature_matrix(split(data).train_points, names, data.columns))
    return shift, matrix


def inputs(points: Floats, spec: RunSpec) -> Floats:
    """(N, columns) points to the (N, features) float64 inputs of a run's network."""
    x = feature_matrix(points, spec.inputs, spec.data.columns)
    if spec.scaling.kind == "none":
        return x
    shift, matrix = _fitted(spec.data, spec.inputs, spec.scaling)
    scaled: Floats = (x - shift) @ matrix
    return scaled


def with_ones(x: Floats, dtype: np.dtype[Any]) -> Array:
    """(N, features) inputs to the (features + 1, N) that a network takes, last row ones."""
    return np.ascontiguousarray(np.hstack([x, np.ones((len(x), 1))]).T, dtype)


@lru_cache(maxsize=64)
def _tables(spec: RunSpec, head: Head, smoothing: float) -> tuple[Array, Array]:
    parts, dtype = split(spec.data), np.dtype(spec.precision)
    tables = [
        np.vstack([with_ones(inputs(points, spec), dtype), head.encode(targets, smoothed)])
        for points, targets, smoothed in (
            (parts.train_points, parts.train_targets, smoothing),
            (parts.train_points, parts.train_targets, 0.0),
            (parts.test_points, parts.test_targets, 0.0),
        )
    ]
    learned, train, test = (table.astype(dtype) for table in tables)
    return _frozen(np.ascontiguousarray(learned.T)), _frozen(np.hstack([train, test]))


_LINEAR = RunSpec(layers=())


def only_inputs(spec: RunSpec) -> RunSpec:
    """What decides a network's inputs, and nothing else of a spec: equal for runs that share them.

    A copy, which is not validated again: this is asked for before every slice and picture.
    """
    shared = {name: getattr(spec, name) for name in ("data", "features", "scaling", "precision")}
    return _LINEAR.model_copy(update=shared)


def point_tables(spec: RunSpec) -> tuple[Array, Array]:
    """What a run trains on, and what it is evaluated on.

    Training points as (N, features + 1 + outputs): inputs, a one, encoded (smoothed) targets.
    All points, training first, as (features + 1 + outputs, N) with targets not smoothed.
    """
    return _tables(only_inputs(spec), spec.head, spec.regularization.label_smoothing)


def load_data(spec: RunSpec) -> Data:
    """The data of a run as its network sees them."""
    parts = split(spec.data)
    dtype: np.dtype[Any] = np.dtype(spec.precision)
    target_dtype = dtype if spec.data.task.kind == "regression" else np.dtype(np.int64)
    return Data(
        inputs(parts.train_points, spec).astype(dtype),
        parts.train_targets.astype(target_dtype),
        inputs(parts.test_points, spec).astype(dtype),
        parts.test_targets.astype(target_dtype),
    )
