"""Backpropagation against central differences, as a learner would check it by hand."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import Array, Floats, Ints, run_
from engine.batches import dropout_mask
from engine.checkpoint import Checkpoint, RunState
from engine.data import inputs, split, with_ones
from engine.network import Architecture, Network
from engine.passes import Masks, Workspace
from engine.randomness import Purpose, generator
from engine.regularizers import Penalty

STEP = 1e-4
"""The differences are of fourth order: error about STEP⁴, rounding about 1e-16 / STEP."""
POINTS = 64
"""The loss is taken over the first training points: the gradient is as right or wrong on a few."""
CHUNK = 64
"""Parameters looked at in one stack of networks."""
FLOOR = 1e-8
"""Gradients smaller than this are compared absolutely: differences cannot see them."""


def check_gradients(checkpoint: Checkpoint, run: int = 0) -> tuple[float, ...]:
    """Largest relative error of the gradient of one run, by layer (hidden layers, then output).

    Computed in float64 at the run's present weights, over up to 64 training points, with
    penalties, batch statistics, and dropout and noise as their generators give them for the next
    epoch. The error of a parameter is relative to the larger of its gradient and a thousandth
    of the largest in its layer. Parameters whose differences cross a kink (ReLU at 0) are left
    out; a layer of which nothing remains gives NaN.
    """
    problem = Problem.of(checkpoint.runs[run], checkpoint.epoch)
    with np.errstate(all="ignore"):
        backprop = problem.backprop()
        count = len(problem.theta)
        differences = np.concatenate(
            [
                problem.differences(np.arange(first, min(first + CHUNK, count)))
                for first in range(0, count, CHUNK)
            ]
        )
    errors = []
    for place in problem.design.slices:
        exact, measured = backprop[place], differences[place]
        size = np.maximum(np.abs(exact), np.abs(measured))
        floor = max(1e-3 * float(np.abs(exact).max()), FLOOR)
        relative = np.abs(exact - measured) / np.maximum(size, floor)
        errors.append(float(np.nanmax(relative)) if np.isfinite(relative).any() else float("nan"))
    return tuple(errors)


@dataclass(frozen=True)
class Problem:
    """A loss as a function of the parameters alone, all else fixed."""

    design: Architecture
    theta: Floats
    running: Floats
    x: Array
    encoded: Array
    masks: Masks
    penalty: Penalty
    has_l1: bool

    @classmethod
    def of(cls, state: RunState, epoch: int) -> "Problem":
        spec = state.spec.model_copy(update={"precision": "float64"})
        design, parts, seed = spec.architecture, split(spec.data), spec.seed
        x = with_ones(inputs(parts.train_points[:POINTS], spec), np.dtype(np.float64))
        count = x.shape[1]
        options = spec.regularization
        if options.input_noise:
            rng = generator(Purpose.INPUT_NOISE, seed, epoch)
            x[:-1] += options.input_noise * rng.standard_normal((len(x) - 1, count))
        theta = state.theta.astype(np.float64)
        if options.weight_noise:
            rng = generator(Purpose.WEIGHT_NOISE, seed, epoch)
            noise = rng.standard_normal(len(theta)) * design.weight_mask()
            theta = theta + options.weight_noise * noise
        masks: list[Array | None] = []
        for index, layer in enumerate(spec.layers):
            share = spec.dropout(layer)
            rng = generator(Purpose.DROPOUT, seed, epoch, index)
            mask = dropout_mask(rng, (count, layer.units), share).T if share else None
            masks.append(None if mask is None else mask.astype(np.float64))
        targets = parts.train_targets[:POINTS]
        encoded = design.head.encode(targets, options.label_smoothing)
        running = state.running.astype(np.float64)
        penalty = Penalty(design, [options], theta)
        return cls(design, theta, running, x, encoded, masks, penalty, options.l1 > 0)

    def backprop(self) -> Floats:
        """(P,) the gradient as the engine computes it."""
        network = Network(self.design, self.theta, self.running.copy())
        Workspace(network, self.x.shape[1]).gradient_(self.x, self.encoded, self.masks)
        scratch = np.empty_like(network.theta)
        run_(self.penalty.steps(network.theta, network.gradient, scratch))
        return network.gradient

    def differences(self, chunk: Ints) -> Floats:
        """Derivative of the loss by each parameter in `chunk`; NaN where a kink is in the way."""
        offsets = STEP * np.array([1.0, -1.0, 2.0, -2.0])
        moved = np.tile(self.theta, (4, len(chunk), 1))
        moved[:, np.arange(len(chunk)), chunk] += offsets[:, None]
        stack = moved.reshape(-1, len(self.theta))
        running = np.tile(self.running, (len(stack), 1))
        workspace = Workspace(Network(self.design, stack, running), self.x.shape[1])
        z = workspace.forward_(self.x, training=True, masks=self.masks)
        encoded = np.broadcast_to(self.encoded, z.shape)
        losses = self.design.head.losses(z, encoded).mean(axis=-1) + self.penalty.value(stack)
        plus, minus, plus2, minus2 = losses.reshape(4, len(chunk))
        result: Floats = (8 * (plus - minus) - (plus2 - minus2)) / (12 * STEP)

        sides = [layer.activation.sides(layer.rows_z) for layer in workspace.passes[:-1]]
        sides.append(self.design.head.sides(z, encoded))
        crossed = np.zeros(len(chunk), bool)
        for side in sides:
            side = side.reshape(4, len(chunk), -1)
            crossed |= (side != side[0]).any(axis=(0, 2))
        if self.has_l1:
            weight = self.design.weight_mask()[chunk] > 0
            crossed |= weight & (np.abs(self.theta[chunk]) <= 2 * STEP)
        result[crossed] = np.nan
        return result
