"""How each layer fares: activations, gradients, weights, and how far the next update moves them."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.activations import ActivationOption
from engine.arrays import Array, run_
from engine.checkpoint import RunState
from engine.data import inputs, split, with_ones
from engine.facts import model_facts
from engine.network import Network
from engine.passes import LayerPass, Workspace
from engine.regularizers import Penalty
from engine.stack import Stack

Numbers = NDArray[np.float32]

BINS = 20
OPERATIONS = 4e8
FEWEST = 200
"""Points."""
QUIET_SLOPE = 0.05
"""A bounded unit is saturated where its slope is below this share of its slope at zero ..."""
QUIET_SHARE = 0.95
"""... for at least this share of the training points."""


@dataclass(frozen=True)
class LayerStatistics:
    """One number per layer, hidden layers first, then the output, over the training points.

    In a large network over every k-th of them, so that a pass is no more than OPERATIONS. Dropout
    and noise are off. What does not apply to a layer is NaN.
    """

    mean: Numbers
    """(L,) mean activation over units and points; of predictions in the output layer"""
    spread: Numbers
    """(L,) standard deviation of the same"""
    dead: Numbers
    """(L,) share of units with slope 0 at every point"""
    saturated: Numbers
    """(L,) share of units that are nearly flat at nearly every point, where these are bounded"""
    gradient_norm: Numbers
    """(L,) norm of the gradient of training loss and penalties by all of the layer's parameters"""
    weight_norm: Numbers
    """(L,) norm of the weights, without biases"""
    update_ratio: Numbers
    """(L,) norm of the change that the next update makes to the weights, by `weight_norm`"""
    histogram: Numbers
    """(L, BINS) share of the activations in each of equal bins"""
    histogram_range: Numbers
    """(L, 2) where the bins begin and end"""


STATISTICS = tuple(field.name for field in fields(LayerStatistics))
_WIDTHS = {"histogram": (BINS,), "histogram_range": (2,)}


def no_statistics(layers: int) -> LayerStatistics:
    """What stands for a run that has ended: NaN throughout."""
    return LayerStatistics(
        **{
            name: np.full((layers, *_WIDTHS.get(name, ())), np.nan, np.float32)
            for name in STATISTICS
        }
    )


@dataclass(frozen=True)
class UnitStatistics:
    """One number per hidden and output unit, over the same points."""

    mean: Numbers
    """(U,) mean activation; of the prediction in the output layer"""
    spread: Numbers
    """(U,) standard deviation of the same"""
    flat: Numbers
    """(U,) share of the points at which a hidden unit's slope is 0, so that it does not learn from
    them; NaN in the output layer"""


def layer_statistics(run: RunState, epoch: int) -> LayerStatistics:
    """Statistics of a run after `epoch` epochs."""
    return statistics(run, epoch)[0]


def statistics(run: RunState, epoch: int) -> tuple[LayerStatistics, UnitStatistics]:
    """Statistics of the layers and units of a run after `epoch` epochs."""
    network, workspace, x = _with_gradient(run)
    # What the page shows is the network at test: running averages, no masks.
    predictions = network.architecture.head.predict(workspace.forward_(x))
    activations: list[Array] = [layer.unit_a for layer in workspace.passes[:-1]]
    histograms = [_histogram(values) for values in (*activations, predictions)]
    slopes = [_slopes(layer) for layer in workspace.passes[:-1]]
    flat = [
        _flatness(layer, slope) for layer, slope in zip(workspace.passes, slopes, strict=False)
    ] + [(np.nan, np.nan)]
    weights = [view.weights[:-1] for view in network.architecture.views(run.theta)]
    columns: dict[str, Any] = {
        "mean": [values.mean() for values in (*activations, predictions)],
        "spread": [values.std() for values in (*activations, predictions)],
        "dead": [dead for dead, _ in flat],
        "saturated": [saturated for _, saturated in flat],
        "gradient_norm": _gradient_norms(network),
        "weight_norm": [_norm(weight) for weight in weights],
        "update_ratio": _update_ratios(run, epoch),
        "histogram": [shares for shares, _ in histograms],
        "histogram_range": [limits for _, limits in histograms],
    }
    layers = LayerStatistics(
        **{name: np.array(column, np.float32) for name, column in columns.items()}
    )
    rows = (*activations, predictions)
    units = UnitStatistics(
        mean=np.concatenate([values.mean(axis=1) for values in rows], dtype=np.float32),
        spread=np.concatenate([values.std(axis=1) for values in rows], dtype=np.float32),
        flat=np.concatenate(
            [
                np.zeros(len(values)) if slope is None else (slope == 0).mean(axis=1)
                for values, slope in zip(activations, slopes, strict=True)
            ]
            + [np.full(len(predictions), np.nan)],
            dtype=np.float32,
        ),
    )
    return layers, units


def losses_without(run: RunState) -> Numbers:
    """(2, 2) training and test loss as the run is, and with its ablated units speaking again.

    (0, 2) where none is ablated, or the network is too large to be evaluated with each picture.
    """
    most = max(FEWEST, int(OPERATIONS / model_facts(run.spec).forward_operations))
    parts = split(run.spec.data)
    if not run.spec.ablated or len(parts.train_targets) + len(parts.test_targets) > most:
        return np.empty((0, 2), np.float32)
    speaking = replace(run, spec=run.spec.model_copy(update={"ablated": ()}))
    rows = [Stack([one]).evaluate()[0, :2] for one in (run, speaking)]
    return np.array(rows, np.float32)


def only_gradient_norms(run: RunState) -> LayerStatistics:
    """The one statistic by which runs are compared, at a third of the cost; NaN for the rest."""
    network, _, _ = _with_gradient(run)
    norms = np.array(_gradient_norms(network), np.float32)
    return replace(no_statistics(len(norms)), gradient_norm=norms)


def _with_gradient(run: RunState) -> tuple[Network, Workspace, Array]:
    """A network with the gradient of training loss and penalties, and its training points."""
    # Batch normalization moves its running averages in a training pass: let it move a copy.
    network = Network(run.spec.architecture, run.theta, run.running.copy())
    dtype: np.dtype[Any] = run.theta.dtype
    parts = split(run.spec.data)
    most = max(FEWEST, int(OPERATIONS / model_facts(run.spec).forward_operations))
    some = slice(None, None, -(-len(parts.train_targets) // most))
    x = with_ones(inputs(parts.train_points[some], run.spec), dtype)
    workspace = Workspace(network, x.shape[1])
    encoded = network.architecture.head.encode(parts.train_targets[some]).astype(dtype)
    workspace.gradient_(x, encoded)
    penalty = Penalty(network.architecture, [run.spec.regularization], run.theta)
    run_(penalty.steps(network.theta, network.gradient, np.empty_like(network.theta)))
    return network, workspace, x


def _gradient_norms(network: Network) -> list[float]:
    return [_norm(network.gradient[place]) for place in network.architecture.slices]


def _norm(values: Array) -> float:
    return float(np.linalg.norm(values.astype(np.float64)))


def _histogram(values: Array) -> tuple[Array, tuple[float, float]]:
    """Shares in BINS equal bins, and where these begin and end."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(low) or not np.isfinite(high):
        return np.full(BINS, np.nan), (np.nan, np.nan)
    if high - low < 1e-6 * max(1.0, abs(low)):  # all equal: one bar in the middle
        low, high = low - 0.5, high + 0.5
    counts, _ = np.histogram(values.astype(np.float64), BINS, (low, high))
    return counts / values.size, (low, high)


def _slope(activation: ActivationOption, z: Array, a: Array) -> Array:
    """f'(z), shaped like z."""
    slope = np.empty_like(z)
    activation.slope_(z, a, slope)
    return slope


def _slopes(layer: LayerPass) -> Array | None:
    """(units, N); None for several pieces, one of which always passes the gradient on."""
    activation = layer.activation
    return None if activation.rows > 1 else _slope(activation, layer.rows_z, layer.unit_f)


def _flatness(layer: LayerPass, slope: Array | None) -> tuple[float, float]:
    """Shares of dead and of saturated units."""
    if slope is None:
        return 0.0, np.nan
    activation, z = layer.activation, layer.rows_z
    dead = float((slope == 0).all(axis=1).mean())
    if not activation.bounded:
        return dead, np.nan
    zero = np.zeros((1, 1), z.dtype)
    middle = np.empty_like(zero)
    activation.forward_(zero, middle)
    quiet = slope < QUIET_SLOPE * _slope(activation, zero, middle)
    return dead, float((quiet.mean(axis=1) >= QUIET_SHARE).mean())


def _update_ratios(run: RunState, epoch: int) -> list[float]:
    """How far the first update of the next epoch moves each layer's weights, by their norm."""
    design = run.spec.architecture
    if run.status != "training":
        return [np.nan] * len(design.layers)
    stack = Stack([run])
    stack.train_(epoch, 0, 1)
    ratios = []
    for before, after in zip(
        design.views(run.theta), design.views(stack.network.theta), strict=True
    ):
        norm = _norm(before.weights[:-1])
        moved = _norm(after.weights[:-1] - before.weights[:-1])
        ratios.append(moved / norm if norm else np.nan)
    return ratios
