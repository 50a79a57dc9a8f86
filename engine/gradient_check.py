"""Backpropagation against central differences, as a learner would check it by hand."""

from dataclasses import replace

import numpy as np

from engine.arrays import Floats, Ints
from engine.checkpoint import Checkpoint, architecture
from engine.data import inputs, split
from engine.network import Architecture, Network
from engine.regularizers import Penalty

STEP = 1e-4
"""The differences are of fourth order: error about STEP⁴, rounding about 1e-16 / STEP."""
POINTS = 64
"""The loss is taken over the first training points: the gradient is as right or wrong on a few."""
CHUNK = 64
"""Parameters looked at in one stack of networks."""


def check_gradients(checkpoint: Checkpoint, run: int = 0) -> tuple[float, ...]:
    """Largest relative error of the gradient of one run, by layer (hidden layers, then output).

    Computed in float64 at the run's present weights, over up to 64 training points, with
    penalties. The error of a parameter is relative to the larger of its gradient and a thousandth
    of the largest in its layer. Parameters whose differences cross a kink (ReLU at 0) are left
    out; a layer of which nothing remains gives NaN.
    """
    state = checkpoint.runs[run]
    spec = state.spec.model_copy(update={"precision": "float64"})
    state = replace(state, spec=spec, theta=state.theta.astype(np.float64))
    design = architecture(spec)
    parts = split(spec.data)
    x = inputs(parts.train_points[:POINTS], spec)
    x = np.ascontiguousarray(np.hstack([x, np.ones((len(x), 1))]).T)
    encoded = design.head.encode(parts.train_targets[:POINTS])

    network = Network(design, state.theta)
    network.workspace(x.shape[1]).gradient_(x, encoded)
    penalty = Penalty(design, [spec.regularization], network.theta)
    penalty.add_gradient_(network.theta, network.gradient, np.empty_like(network.theta))
    backprop = network.gradient

    differences = np.empty_like(backprop)
    for first in range(0, design.parameters, CHUNK):
        chunk = np.arange(first, min(first + CHUNK, design.parameters))
        differences[chunk] = _differences(design, state.theta, chunk, x, encoded, penalty)
    errors = []
    for exact, measured in zip(
        design.layer_views(backprop), design.layer_views(differences), strict=True
    ):
        size = np.maximum(np.abs(exact), np.abs(measured))
        floor = max(1e-3 * np.abs(exact).max(), np.finfo(np.float64).tiny)
        relative = np.abs(exact - measured) / np.maximum(size, floor)
        errors.append(float(np.nanmax(relative)) if np.isfinite(relative).any() else float("nan"))
    return tuple(errors)


def _differences(
    design: Architecture, theta: Floats, chunk: Ints, x: Floats, encoded: Floats, penalty: Penalty
) -> Floats:
    """Derivative of the loss by each parameter in `chunk`; NaN where a kink is in the way."""
    offsets = STEP * np.array([1.0, -1.0, 2.0, -2.0])
    moved = np.tile(theta, (4, len(chunk), 1))
    moved[:, np.arange(len(chunk)), chunk] += offsets[:, None]
    stack = moved.reshape(-1, len(theta))
    pass_ = Network(design, stack).workspace(x.shape[1])
    losses = design.head.losses(pass_.forward_(x), encoded).mean(axis=-1) + penalty.value(stack)
    plus, minus, plus2, minus2 = losses.reshape(4, len(chunk))
    result: Floats = (8 * (plus - minus) - (plus2 - minus2)) / (12 * STEP)

    crossed = np.zeros(len(chunk), bool)
    for step, activation in zip(pass_.steps, design.activations, strict=False):
        z = step.unit_z.reshape(4, len(chunk), -1)
        for kink in activation.kinks:
            above = z > kink
            crossed |= (above != above[0]).any(axis=(0, 2))
    if penalty.l1 is not None:
        crossed |= (np.abs(theta[chunk]) <= 2 * STEP) & (penalty.l1[chunk] > 0)
    result[crossed] = np.nan
    return result
