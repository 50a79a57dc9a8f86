"""Dense networks, forward and backward, for one run or a stack of runs of one architecture.

All parameters of R runs are one array `theta` (R, P). A layer's parameters are a view of it,
(R, fan_in + 1, fan_out) with the bias as last row; activations are units-first,
(R, units + 1, batch), with a row of ones last. So every product of the forward, gradient and
backward pass works on contiguous blocks. A lone run drops the first axis and uses `np.dot` on
2-D views: half the cost of `np.matmul` on 3-D, and the same bits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.activations import ActivationOption
from engine.arrays import Array
from engine.losses import Head


@dataclass(frozen=True)
class Architecture:
    """What runs must share to be trained in one stack of arrays."""

    units: tuple[int, ...]
    """Width of each layer: features, hidden layers, outputs."""
    activations: tuple[ActivationOption, ...]
    """One per hidden layer."""
    head: Head

    @property
    def parameters(self) -> int:
        """P: number of weights and biases."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.units))

    def layer_views(self, flat: Array) -> list[Array]:
        """Views (..., fan_in + 1, fan_out), one per layer, of an array (..., P)."""
        views, start = [], 0
        for fan_in, fan_out in pairwise(self.units):
            stop = start + (fan_in + 1) * fan_out
            views.append(flat[..., start:stop].reshape(*flat.shape[:-1], fan_in + 1, fan_out))
            start = stop
        return views


@dataclass(frozen=True)
class _Step:
    """One layer's views and buffers in a `Workspace`.

    In a hidden layer z, a, delta and scratch have a row more than the layer has units: in `a` it is
    the row of ones that the next layer's bias multiplies, elsewhere it is idle. With it,
    element-wise work of the backward pass runs over whole contiguous buffers, also in a stack.
    """

    weights_t: Array  # (..., fan_out, fan_in + 1)
    weights: Array  # (..., fan_in + 1, fan_out)
    gradient: Array  # (..., fan_in + 1, fan_out)
    z: Array  # (..., fan_out + 1, count)
    a: Array  # (..., fan_out + 1, count)
    delta: Array  # (..., fan_out + 1, count)
    scratch: Array  # (..., fan_out + 1, count)
    # The same without the extra row:
    unit_z: Array  # (..., fan_out, count)
    unit_a: Array  # (..., fan_out, count)
    unit_delta: Array  # (..., fan_out, count)
    unit_delta_t: Array  # (..., count, fan_out)


class Network:
    """R networks: their parameters and gradients, and the passes over a `Workspace`.

    theta and gradient are (P,) for a lone run and (R, P) for a stack.
    """

    def __init__(self, architecture: Architecture, theta: Array) -> None:
        self.architecture = architecture
        self.theta = theta
        self.gradient = np.zeros_like(theta)
        self.product: Callable[[Array, Array, Array], Array] = (
            np.dot if theta.ndim == 1 else np.matmul
        )

    def workspace(self, count: int) -> "Workspace":
        """Buffers for passes over `count` points."""
        return Workspace(self, count)


class Workspace:
    """Buffers for passes over batches of `count` points, bound to one network's parameters."""

    def __init__(self, network: Network, count: int) -> None:
        self.head = network.architecture.head
        self.activations = network.architecture.activations
        self.product = network.product
        self.scale = np.array(1.0 / count, network.theta.dtype)
        lead, dtype = network.theta.shape[:-1], network.theta.dtype
        self.steps: list[_Step] = []
        # One for all layers: what is small stays in the cache.
        widest = max(network.architecture.units[1:]) + 1
        scratch = np.empty((*lead, widest, count), dtype).reshape(-1)
        for weights, gradient in zip(
            network.architecture.layer_views(network.theta),
            network.architecture.layer_views(network.gradient),
            strict=True,
        ):
            last = len(self.steps) == len(self.activations)
            shape = (*lead, weights.shape[-1] + (not last), count)
            # Not filled: a pass that only goes forward never touches the memory of delta.
            z, a, delta = (np.empty(shape, dtype) for _ in range(3))
            z[..., -1, :], a[..., -1, :] = 0, 1
            unit_z, unit_a, unit_delta = (
                array[..., : weights.shape[-1], :] for array in (z, a, delta)
            )
            self.steps.append(
                _Step(
                    weights_t=weights.swapaxes(-1, -2),
                    weights=weights,
                    gradient=gradient,
                    z=z,
                    a=a,
                    delta=delta,
                    scratch=scratch[: z.size].reshape(shape),
                    unit_z=unit_z,
                    unit_a=unit_a,
                    unit_delta=unit_delta,
                    unit_delta_t=unit_delta.swapaxes(-1, -2),
                )
            )

    def forward_(self, x: Array) -> Array:
        """Pass (..., features + 1, count) inputs, last row ones, through all layers.

        Returns z of the output layer, (..., outputs, count): a buffer, overwritten by the next
        pass. The head is not applied.
        """
        product = self.product
        for step, activation in zip(self.steps, self.activations, strict=False):
            product(step.weights_t, x, step.unit_z)
            activation.forward_(step.unit_z, step.unit_a)
            x = step.a
        step = self.steps[-1]
        product(step.weights_t, x, step.unit_z)
        return step.unit_z

    def gradient_(self, x: Array, encoded: Array) -> None:
        """Write the gradient of the mean loss over the batch into the network's `gradient`.

        x: as in `forward_`; encoded: (..., outputs, count) targets as the head encodes them.
        """
        product = self.product
        z = self.forward_(x)
        step = self.steps[-1]
        self.head.delta_(z, encoded, self.scale, step.unit_delta)
        for below, activation in zip(self.steps[-2::-1], self.activations[::-1], strict=True):
            product(below.a, step.unit_delta_t, step.gradient)
            product(step.weights, step.unit_delta, below.delta)
            activation.backward_(below.delta, below.z, below.a, below.scratch)
            step = below
        product(x, step.unit_delta_t, step.gradient)
