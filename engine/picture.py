"""What can be drawn of a run at one moment: maps over the plane, layer statistics, weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Array, Floats
from engine.checkpoint import Checkpoint, RunState, architecture
from engine.data import inputs, split
from engine.datasets import DOMAIN
from engine.features import FeatureName, feature_matrix
from engine.network import Network
from engine.regularizers import Penalty

Map = NDArray[np.int8]
"""(cells, cells): value = q / 127 * scale. Row 0 is the top (largest x2), column 0 the left."""

QUIET_SLOPE = 0.05
"""A bounded unit is saturated where its slope is below this share of its slope at zero ..."""
QUIET_SHARE = 0.95
"""... for at least this share of the training points."""


@dataclass(frozen=True)
class View:
    """Which pictures to make."""

    domain: tuple[float, float, float, float] = DOMAIN
    """x1 from, to; x2 from, to."""
    cells: int = 100
    """The boundary has cells x cells values, taken at cell centres."""
    unit_stride: int = 3
    """Maps of units hold every `unit_stride`-th cell in both directions."""
    focus: tuple[tuple[int, int, int], ...] = ()
    """(run, layer, unit): units wanted in full resolution; layer 0 holds the features."""


@dataclass(frozen=True)
class Picture:
    """One run at one moment. U units: features first, then each hidden layer; L layers."""

    boundary: NDArray[np.int8]
    """(outputs, cells, cells). For two classes 2p - 1, so positive means class 1."""
    boundary_scale: float
    unit_maps: NDArray[np.int8]
    """(U, s, s), s = ceil(cells / unit_stride)"""
    unit_scales: NDArray[np.float32]
    """(U,)"""
    layer_mean: NDArray[np.float32]
    """(L,) mean activation over units and training points; of hidden layers, then the output."""
    layer_spread: NDArray[np.float32]
    """(L,) standard deviation of the same"""
    layer_dead: NDArray[np.float32]
    """(L,) share of units with slope 0 at every training point; NaN for the output"""
    layer_saturated: NDArray[np.float32]
    """(L,) share of units that are nearly flat at nearly every training point; NaN where the
    activation is not bounded"""
    layer_gradient_norm: NDArray[np.float32]
    """(L,) norm of the gradient of the training loss with penalties, by weights and biases"""
    weights: NDArray[np.float32]
    """(P,) W1 (fan_out, fan_in) row by row, b1, W2, ..."""
    focus: dict[tuple[int, int], tuple[Map, float]]
    """(layer, unit) -> map and scale, as asked for in the view"""


@lru_cache(maxsize=16)
def _grid(
    names: tuple[FeatureName, ...], domain: tuple[float, float, float, float], cells: int
) -> Floats:
    """(features + 1, cells²) inputs at the cell centres in image order, last row ones."""
    left, right, bottom, top = domain
    centre = (np.arange(cells) + 0.5) / cells
    x1, x2 = np.meshgrid(left + (right - left) * centre, top - (top - bottom) * centre)
    points = np.stack([x1.ravel(), x2.ravel()], axis=1)
    return np.vstack([feature_matrix(points, names).T, np.ones(cells * cells)])


def _quantise(values: Array, floor: float) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(units, N) to signed bytes and (units,) scales: the largest size, but at least `floor`."""
    scales = np.maximum(np.abs(values).max(axis=1), floor)
    scales[~np.isfinite(scales)] = floor
    levels = np.rint(np.nan_to_num(values * (127.0 / scales)[:, None]))
    return np.clip(levels, -127, 127).astype(np.int8), scales.astype(np.float32)


def render(checkpoint: Checkpoint, view: View) -> tuple[Picture, ...]:
    """One picture per run."""
    with np.errstate(all="ignore"):
        return tuple(
            _picture(run, view, [(layer, unit) for r, layer, unit in view.focus if r == index])
            for index, run in enumerate(checkpoint.runs)
        )


def _picture(run: RunState, view: View, focus: Sequence[tuple[int, int]]) -> Picture:
    network = Network(architecture(run.spec), run.theta)
    cells, stride = view.cells, view.unit_stride
    grid = _grid(run.spec.features, view.domain, cells).astype(run.theta.dtype)
    pass_ = network.workspace(cells * cells)
    output = network.architecture.head.predict(pass_.forward_(grid))
    if run.spec.data.task == "binary":
        output = 2 * output - 1
    boundary, boundary_scales = _quantise(output, 1.0)
    layers = [grid[:-1], *(step.unit_a for step in pass_.steps[:-1])]
    maps, scales = zip(
        *(
            _quantise(
                values.reshape(-1, cells, cells)[:, ::stride, ::stride].reshape(len(values), -1),
                1.0,
            )
            for values in layers
        ),
        strict=True,
    )
    sharp = {}
    for layer, unit in focus:
        if layer < len(layers) and unit < len(layers[layer]):
            values, scale = _quantise(layers[layer][unit : unit + 1], 1.0)
            sharp[layer, unit] = (values.reshape(cells, cells), float(scale[0]))
    side = -(-cells // stride)
    return Picture(
        boundary=boundary.reshape(-1, cells, cells),
        boundary_scale=float(boundary_scales.max()),
        unit_maps=np.concatenate(maps).reshape(-1, side, side),
        unit_scales=np.concatenate(scales),
        **_layer_statistics(run),
        weights=np.concatenate(
            [part.ravel() for pair in run.weights for part in pair], dtype=np.float32
        ),
        focus=sharp,
    )


def _layer_statistics(run: RunState) -> dict[str, NDArray[np.float32]]:
    """The `layer_...` fields of a picture, over the training points."""
    network = Network(architecture(run.spec), run.theta)
    head, dtype = network.architecture.head, run.theta.dtype
    parts = split(run.spec.data)
    x = inputs(parts.train_points, run.spec)
    x = np.ascontiguousarray(np.hstack([x, np.ones((len(x), 1))]).T, dtype)
    pass_ = network.workspace(x.shape[1])
    pass_.gradient_(x, np.ascontiguousarray(head.encode(parts.train_targets), dtype))
    Penalty(network.architecture, [run.spec.regularization], run.theta).add_gradient_(
        network.theta, network.gradient, np.empty_like(network.theta)
    )
    rows = []
    for step, activation in zip(pass_.steps, network.architecture.activations, strict=False):
        slope = np.ones_like(step.unit_z)
        activation.backward_(slope, step.unit_z, step.unit_a, np.empty_like(slope))
        saturated = np.nan
        if activation.bounded:
            zero = np.zeros((1, 1), dtype)
            at_zero, middle = np.ones_like(zero), np.empty_like(zero)
            activation.forward_(zero, middle)
            activation.backward_(at_zero, zero, middle, np.empty_like(zero))
            saturated = float(((slope < QUIET_SLOPE * at_zero).mean(axis=1) >= QUIET_SHARE).mean())
        dead = float((slope == 0).all(axis=1).mean())
        rows.append((step.unit_a.mean(), step.unit_a.std(), dead, saturated))
    prediction = head.predict(pass_.steps[-1].unit_z)
    rows.append((prediction.mean(), prediction.std(), np.nan, np.nan))
    columns = np.array(rows, np.float32).T
    norms = [np.linalg.norm(step.gradient) for step in pass_.steps]
    return {
        "layer_mean": columns[0],
        "layer_spread": columns[1],
        "layer_dead": columns[2],
        "layer_saturated": columns[3],
        "layer_gradient_norm": np.array(norms, np.float32),
    }
