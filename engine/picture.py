"""What can be drawn of a run at one moment: maps over the plane, layer statistics, weights."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.answers import Answers, answers
from engine.arrays import Array
from engine.checkpoint import Checkpoint, RunState
from engine.data import inputs, only_inputs, plane, with_ones
from engine.diagnostics import (
    LayerStatistics,
    UnitStatistics,
    losses_without,
    only_gradient_norms,
    statistics,
)
from engine.network import Network
from engine.passes import Evaluation, Workspace
from engine.spec import RunSpec
from engine.warp import Units, Warp, warp

Domain = tuple[float, float, float, float]
"""x1 from, to; x2 from, to."""
Map = NDArray[np.int8]
"""(cells, cells): value = q / 127 * scale. Row 0 is the top (largest x2), column 0 the left."""


@dataclass(frozen=True)
class View:
    """Which pictures to make."""

    domain: Domain | None = None
    """None: all of the data's plane."""
    cells: int = 100
    """The boundary has cells x cells values, taken at cell centres."""
    unit_stride: int = 3
    """Maps of units hold every `unit_stride`-th cell in both directions."""
    focus: tuple[tuple[int, int, int], ...] = ()
    """(run, layer, unit): units wanted in full resolution; layer 0 holds the features."""
    runs: tuple[int, ...] | None = None
    """The runs to picture, in this order; None: all."""
    detailed: tuple[int, ...] | None = None
    """Those of them that are drawn with their units and all statistics; None: all."""
    closer: tuple[tuple[int, Domain], ...] = ()
    """(run, domain): other parts of the plane of which the boundary is wanted besides."""
    answers: tuple[int, ...] = ()
    """The runs whose answers at their points are wanted."""
    warps: tuple[tuple[int, int, Units | None], ...] = ()
    """(run, layer, units): what layers see of the plane; see `engine.warp`."""


@dataclass(frozen=True)
class Detail:
    """The inside of a network. U units: features first, then each hidden layer."""

    unit_maps: NDArray[np.int8]
    """(U, s, s), s = ceil(cells / unit_stride)"""
    unit_scales: NDArray[np.float32]
    """(U,)"""
    weights: NDArray[np.float32]
    """W1 (fan_out, fan_in) row by row, b1, W2, ...; of a maxout unit the mean of its pieces."""
    unit_statistics: NDArray[np.float32]
    """(3, hidden and output units): mean, spread and flat share; see UnitStatistics"""
    ablation: NDArray[np.float32]
    """(2, 2) training and test loss with the ablated units silent, and with them speaking; (0, 2)
    where there are none"""
    focus: dict[tuple[int, int], tuple[Map, float]]
    """(layer, unit) -> map and scale, as asked for in the view"""


@dataclass(frozen=True)
class Picture:
    """One run at one moment."""

    boundary: NDArray[np.int8]
    """(outputs, cells, cells). For two classes 2p - 1, so positive means class 1; for several
    classes the probability of each; for regression the value."""
    boundary_scale: float
    statistics: LayerStatistics
    """Without detail only the gradient norms."""
    detail: Detail | None
    """None where the view asks for none."""
    closer: dict[Domain, NDArray[np.int8]] = field(default_factory=dict)
    """Domain -> boundary in the same scale, as asked for in the view"""
    answers: Answers | None = None
    warps: dict[tuple[int, Units | None], Warp] = field(default_factory=dict)
    """(layer, units) -> what it sees, as asked for in the view where there are such"""


@dataclass(frozen=True)
class Spread:
    """Where runs that differ in their seeds disagree."""

    map: Map
    """(cells, cells). Classes: the share of runs that are not with the majority, at most half.
    Regression: the standard deviation over the runs."""
    scale: float


def _grid(run: RunState, domain: Domain | None, cells: int) -> Array:
    """(features + 1, cells²) inputs at the cell centres in image order, last row ones."""
    return _grid_inputs(only_inputs(run.spec), domain, cells)


@lru_cache(maxsize=16)
def _grid_inputs(spec: RunSpec, domain: Domain | None, cells: int) -> Array:
    flat = plane(spec.data)
    left, right, bottom, top = domain or flat.domain
    centre = (np.arange(cells) + 0.5) / cells
    x1, x2 = np.meshgrid(left + (right - left) * centre, top - (top - bottom) * centre)
    points = flat.lift(np.stack([x1.ravel(), x2.ravel()], axis=1))
    result = with_ones(inputs(points, spec), np.dtype(spec.precision))
    result.flags.writeable = False
    return result


def _quantise(values: Array, floor: float) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(units, N) to signed bytes and (units,) scales: the largest size, but at least `floor`."""
    scales = np.maximum(np.abs(values).max(axis=1), floor)
    scales[~np.isfinite(scales)] = floor
    return _levels(values, scales), scales.astype(np.float32)


def _levels(values: Array, scales: Array) -> NDArray[np.int8]:
    """(units, N) to signed bytes: 127 for what is as large as its scale, or larger."""
    levels = np.rint(np.nan_to_num(values * (127.0 / scales)[:, None]))
    return np.clip(levels, -127, 127).astype(np.int8)


def render(checkpoint: Checkpoint, view: View) -> tuple[Picture, ...]:
    """One picture for each of the view's runs."""
    every = range(len(checkpoint.runs))
    runs = every if view.runs is None else view.runs
    detailed = every if view.detailed is None else view.detailed
    with np.errstate(all="ignore"):
        return tuple(
            _with_more(
                _picture(
                    checkpoint.runs[index],
                    view,
                    [(layer, unit) for r, layer, unit in view.focus if r == index],
                    checkpoint.epoch,
                    index in detailed,
                ),
                checkpoint.runs[index],
                index,
                view,
            )
            for index in runs
        )


def _picture(
    run: RunState, view: View, focus: Sequence[tuple[int, int]], epoch: int, detailed: bool
) -> Picture:
    network = Network(run.spec.architecture, run.theta, run.running)
    grid = _grid(run, view.domain, view.cells)
    detail = None
    layer_statistics: LayerStatistics
    if detailed:
        workspace = Workspace(network, view.cells**2)
        z = workspace.forward_(grid)
        layers = [grid[:-1], *(layer.unit_a for layer in workspace.passes[:-1])]
        layer_statistics, units = statistics(run, epoch)
        detail = _detail(run, view, focus, layers, units)
    else:  # nothing but the outputs: twice as fast
        z = Evaluation(network, grid).outputs()
        layer_statistics = only_gradient_norms(run)
    boundary, boundary_scales = _quantise(_meaning(run, z), 1.0)
    if run.spec.data.task.kind == "regression":  # one scale for all of the map
        boundary_scales = boundary_scales.max(keepdims=True)
    return Picture(
        boundary=boundary.reshape(-1, view.cells, view.cells),
        boundary_scale=float(boundary_scales.max()),
        statistics=layer_statistics,
        detail=detail,
    )


def _meaning(run: RunState, z: Array) -> Array:
    """(outputs, N) of the last layer to what a boundary shows; see `Picture`."""
    output = run.spec.head.predict(z)
    return 2 * output - 1 if run.spec.data.task.kind == "binary" else output


def _with_more(picture: Picture, run: RunState, index: int, view: View) -> Picture:
    """With what is drawn only where it is asked for."""
    closer = {}
    if domains := [domain for of, domain in view.closer if of == index]:
        network = Network(run.spec.architecture, run.theta, run.running)
        scale = np.array([picture.boundary_scale])
        for domain in domains:
            z = Evaluation(network, _grid(run, domain, view.cells)).outputs()
            shape = (-1, view.cells, view.cells)
            closer[domain] = _levels(_meaning(run, z), scale).reshape(shape)
    seen = {
        (layer, units): warp(run, layer, units) for of, layer, units in view.warps if of == index
    }
    return replace(
        picture,
        closer=closer,
        answers=answers(run) if index in view.answers else None,
        warps={key: value for key, value in seen.items() if value is not None},
    )


def _detail(
    run: RunState,
    view: View,
    focus: Sequence[tuple[int, int]],
    layers: Sequence[Array],
    units: UnitStatistics,
) -> Detail:
    """layers: (units, cells²) activations, features first."""
    cells, stride = view.cells, view.unit_stride
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
    shapes = zip(run.units[1:], run.weights, strict=True)
    return Detail(
        unit_maps=np.concatenate(maps).reshape(-1, side, side),
        unit_scales=np.concatenate(scales),
        weights=np.concatenate(
            [_mean_piece(part, units) for units, pair in shapes for part in pair],
            dtype=np.float32,
        ),
        unit_statistics=np.stack([units.mean, units.spread, units.flat]),
        ablation=losses_without(run),
        focus=sharp,
    )


def render_spread(checkpoint: Checkpoint, runs: Sequence[int], view: View) -> Spread:
    """Where some runs disagree that share all but their seeds."""
    states = [checkpoint.runs[index] for index in runs]
    first = states[0].spec
    grid = _grid(states[0], view.domain, view.cells)
    outputs = []
    with np.errstate(all="ignore"):
        for run in states:
            network = Network(run.spec.architecture, run.theta, run.running)
            z = Evaluation(network, grid).outputs()
            outputs.append(network.architecture.head.predict(z))
        values = np.stack(outputs)
        if first.data.task.kind == "regression":
            spread, scales = _quantise(values.std(axis=0)[:1], 1e-6)
            return Spread(spread.reshape(view.cells, view.cells), float(scales[0]))
        if first.data.task.kind == "binary":
            ones = (values[:, 0] > 0.5).mean(axis=0)
            majority = np.maximum(ones, 1 - ones)
        else:
            found = values.argmax(axis=1)
            majority = np.max(
                [(found == one).mean(axis=0) for one in range(first.data.task.classes)], axis=0
            )
    levels = np.rint(np.minimum(1 - majority, 0.5) * 254).astype(np.int8)
    return Spread(levels.reshape(view.cells, view.cells), 0.5)


def _mean_piece(part: Array, units: int) -> Array:
    """Weights or biases of a layer, flat, with the mean over the pieces of each unit."""
    flat: Array = part.reshape(-1, units, *part.shape[1:]).mean(axis=0).ravel()
    return flat
