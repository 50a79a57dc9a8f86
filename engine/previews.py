"""What settings mean before anything is trained: pictures of functions, rates and first weights."""

from typing import NamedTuple

import numpy as np

from engine.activations import ActivationOption
from engine.arrays import Floats
from engine.batches import batches_per_epoch
from engine.checkpoint import initial_state
from engine.spec import RunSpec

REACH = 4.0
"""Activations are drawn from -REACH to REACH."""
CURVE_POINTS = 81
RATE_POINTS = 241
BINS = 21
SHORTEST = 100
"""Epochs of a schedule that are drawn at least, where it does not say more."""


class ActivationCurve(NamedTuple):
    """a = f(z) and f'(z); empty where the function is learned (maxout)."""

    z: list[float]
    value: list[float]
    slope: list[float]


class RateCurve(NamedTuple):
    """The rate in force; `epoch` may have fractions."""

    epoch: list[float]
    rate: list[float]


class FirstWeights(NamedTuple):
    """The weights that a layer begins with, biases apart."""

    fan_in: int
    units: int
    counts: list[int]
    """In equal bins from -reach to reach."""
    reach: float
    mean: float
    std: float


class Preview(NamedTuple):
    """Of one run."""

    activations: list[ActivationCurve]
    """Of each hidden layer."""
    schedule: RateCurve
    weights: list[FirstWeights]
    """Of each layer, the output layer last."""


def preview(spec: RunSpec) -> Preview:
    """What a run begins with and what is in store for it. Raises DataError as its data do."""
    return Preview(
        [activation_curve(layer.activation) for layer in spec.layers],
        rate_curve(spec),
        first_weights(spec),
    )


def activation_curve(activation: ActivationOption) -> ActivationCurve:
    """The function by itself."""
    if activation.rows > 1:
        return ActivationCurve([], [], [])
    z = np.linspace(-REACH, REACH, CURVE_POINTS)[None, :]
    value, slope = np.empty_like(z), np.empty_like(z)
    activation.forward_(z, value)
    activation.slope_(z, value, slope)
    return ActivationCurve(z[0].tolist(), value[0].tolist(), slope[0].tolist())


def rate_curve(spec: RunSpec) -> RateCurve:
    """Over the epochs in which the schedule and its warm-up do something."""
    schedule, initial = spec.schedule, spec.optimizer.learning_rate
    per_epoch = batches_per_epoch(spec)
    epochs = max(schedule.span(per_epoch), 2 * schedule.warmup) or SHORTEST
    updates = np.unique(np.linspace(0, max(epochs * per_epoch, 1), RATE_POINTS).astype(int))
    rates = [schedule.rate(initial, at // per_epoch, at, per_epoch) for at in updates.tolist()]
    return RateCurve((updates / per_epoch).tolist(), rates)


def first_weights(spec: RunSpec) -> list[FirstWeights]:
    """All layers on one scale, so that their spreads can be compared."""
    weights = [layer.astype(np.float64) for layer, _ in initial_state(spec).weights]
    reach = max(float(np.abs(layer).max()) for layer in weights) or 1.0
    return [_first_weights(layer, reach) for layer in weights]


def _first_weights(weights: Floats, reach: float) -> FirstWeights:
    counts, _ = np.histogram(weights, BINS, (-reach, reach))
    rows, fan_in = weights.shape
    return FirstWeights(
        fan_in, rows, counts.tolist(), reach, float(weights.mean()), float(weights.std())
    )
