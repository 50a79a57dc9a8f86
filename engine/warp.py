"""What a layer sees of the plane: a grid and the points at the places where it has put them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.answers import first_points
from engine.arrays import Array, Floats
from engine.checkpoint import RunState
from engine.data import inputs, only_inputs, plane, with_ones
from engine.network import Network
from engine.passes import Workspace
from engine.spec import RunSpec

LINES = 51
"""Of the grid, in each direction: from edge to edge of the plane."""
Units = tuple[int, int]


@dataclass(frozen=True)
class Warp:
    """Places in the chosen plane of a layer's activations."""

    grid: NDArray[np.float32]
    """(2, LINES²): of the grid's crossings, from the top left corner, row by row"""
    points: NDArray[np.float32]
    """(2, n): of the same points as in `Answers`"""
    train: int
    """How many of them are training points."""
    shares: tuple[float, float]
    """Share of the training points' variance along each axis."""
    line: tuple[float, float, float] | None
    """a, b, c: the output changes sign where a u + b v + c = 0. Only where the layer before the
    output has at most two units, and there are two classes."""


@lru_cache(maxsize=16)
def _grid(spec: RunSpec) -> Array:
    """(features + 1, LINES²) inputs at the crossings of the grid over the plane, last row ones."""
    flat = plane(spec.data)
    left, right, bottom, top = flat.domain
    x1, x2 = np.meshgrid(np.linspace(left, right, LINES), np.linspace(top, bottom, LINES))
    points = flat.lift(np.stack([x1.ravel(), x2.ravel()], axis=1))
    result = with_ones(inputs(points, spec), np.dtype(spec.precision))
    result.flags.writeable = False
    return result


def warp(run: RunState, layer: int, units: Units | None) -> Warp | None:
    """What a layer sees; layer 0 are the features, the last one is the output before its head.

    units: which two make the plane; None takes the plane in which the training points spread most.
    None where there is no such layer or unit.
    """
    spec = run.spec
    if layer >= len(spec.units) or max(units or (0,)) >= spec.units[layer]:
        return None
    x, _, train = first_points(spec)
    network = Network(spec.architecture, run.theta, run.running)
    both = np.hstack([_grid(only_inputs(spec)), x])
    seen = _activations(network, both, layer).astype(np.float64)
    learned = seen[:, LINES**2 : LINES**2 + train]
    shift = np.zeros(len(seen))
    if units is None:
        shift, axes = _principal(learned)
    else:
        axes = np.eye(len(seen))[:, list(units)]
    placed = (seen.T - shift) @ axes
    variance = placed[LINES**2 : LINES**2 + train].var(axis=0) / (learned.var(axis=1).sum() or 1.0)
    places = np.nan_to_num(placed.T, posinf=0.0, neginf=0.0).astype(np.float32)
    return Warp(
        places[:, : LINES**2],
        places[:, LINES**2 :],
        train,
        (float(np.nan_to_num(variance[0])), float(np.nan_to_num(variance[1]))),
        _line(run, layer, shift, axes),
    )


def _activations(network: Network, x: Array, layer: int) -> Array:
    """(units, N) of one layer; of the output what its head gets."""
    if layer == 0:
        return x[:-1]
    workspace = Workspace(network, x.shape[1])
    z = workspace.forward_(x)
    return z if layer == len(workspace.passes) else workspace.passes[layer - 1].unit_a


def _principal(seen: Floats) -> tuple[Floats, Floats]:
    """Mean (units,) and axes (units, 2) in which (units, N) activations spread most.

    Along each axis the unit with the largest weight grows. One unit has no second axis.
    """
    mean = seen.mean(axis=1)
    away = np.nan_to_num(seen - mean[:, None], posinf=0.0, neginf=0.0)
    _, found = np.linalg.eigh(away @ away.T)
    axes = np.zeros((len(seen), 2))
    first = found[:, ::-1][:, :2]
    largest = first[np.abs(first).argmax(axis=0), np.arange(first.shape[1])]
    axes[:, : first.shape[1]] = first * np.where(largest < 0, -1.0, 1.0)
    return np.nan_to_num(mean, posinf=0.0, neginf=0.0), axes


def _line(
    run: RunState, layer: int, shift: Floats, axes: Floats
) -> tuple[float, float, float] | None:
    spec = run.spec
    before_output = layer == len(spec.units) - 2
    if not before_output or spec.units[layer] > 2 or spec.data.task.kind != "binary":
        return None
    if np.linalg.matrix_rank(axes) < spec.units[layer]:  # a unit against itself
        return None
    weights, bias = run.weights[-1]
    a, b = (weights[0] @ axes).tolist()
    found = (a, b, float(weights[0] @ shift + bias[0]))
    return found if np.isfinite(found).all() else None
