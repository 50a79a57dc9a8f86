"""Dense networks, forward and backward, for one run or a stack of runs of one architecture.

All parameters of R runs are one array `theta` (R, P). A layer's weights are a view of it,
(R, fan_in + 1, rows) with the bias as last row; activations are units-first,
(R, units + 1, batch), with a row of ones last. So every product of the forward, gradient and
backward pass works on contiguous blocks. A lone run drops the first axis and uses `np.dot` on
2-D views: half the cost of `np.matmul` on 3-D, and the same bits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from engine.activations import ActivationOption
from engine.arrays import Array, Floats
from engine.batch_norm import BatchNorm
from engine.losses import Head

Masks = Sequence[Array | None]
"""For each hidden layer what its activations are multiplied by, (..., units, batch), or None."""


@dataclass(frozen=True)
class Layer:
    """One layer's shape. The output layer is linear; its head is not part of it."""

    fan_in: int
    units: int
    activation: ActivationOption
    batch_norm: bool = False
    residual: bool = False
    dropout: bool = False
    """Whether it can get masks; the share dropped is not part of the shape."""

    @property
    def rows(self) -> int:
        """Rows of z: more than units where a unit has several pieces."""
        return self.units * self.activation.rows

    @property
    def parameters(self) -> int:
        """Weights and biases, then gamma and beta."""
        return (self.fan_in + 1) * self.rows + 2 * self.rows * self.batch_norm


@dataclass(frozen=True)
class LayerViews:
    """One layer's part of an array (..., P)."""

    weights: Array
    """(..., fan_in + 1, rows), bias last"""
    norm: Array | None
    """(..., 2, rows): gamma, beta"""


@dataclass(frozen=True)
class Architecture:
    """What runs must share to be trained in one stack of arrays."""

    layers: tuple[Layer, ...]
    """Hidden layers, then the output layer."""
    head: Head

    @property
    def units(self) -> tuple[int, ...]:
        """Width of each layer: features, hidden layers, outputs."""
        return (self.layers[0].fan_in, *(layer.units for layer in self.layers))

    @property
    def parameters(self) -> int:
        """P: number of learned numbers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def running(self) -> int:
        """Q: number of running averages kept by batch normalization."""
        return sum(2 * layer.rows for layer in self.layers if layer.batch_norm)

    def slices(self) -> list[slice]:
        """Each layer's place in (..., P)."""
        ends = list(accumulate(layer.parameters for layer in self.layers))
        return [
            slice(end - layer.parameters, end) for end, layer in zip(ends, self.layers, strict=True)
        ]

    def views(self, flat: Array) -> list[LayerViews]:
        """Views of an array (..., P), one per layer."""
        views = []
        for place, layer in zip(self.slices(), self.layers, strict=True):
            part = flat[..., place]
            split = (layer.fan_in + 1) * layer.rows
            lead = flat.shape[:-1]
            views.append(
                LayerViews(
                    part[..., :split].reshape(*lead, layer.fan_in + 1, layer.rows),
                    part[..., split:].reshape(*lead, 2, layer.rows) if layer.batch_norm else None,
                )
            )
        return views

    def running_views(self, flat: Array) -> list[Array | None]:
        """Views (..., 2, rows) of an array (..., Q): running mean and variance of each layer."""
        views: list[Array | None] = []
        start = 0
        for layer in self.layers:
            stop = start + 2 * layer.rows * layer.batch_norm
            part = (
                flat[..., start:stop].reshape(*flat.shape[:-1], 2, -1) if layer.batch_norm else None
            )
            views.append(part)
            start = stop
        return views

    def weight_mask(self) -> Floats:
        """(P,) ones for weights, zeros for biases and for gamma and beta."""
        mask = np.zeros(self.parameters)
        for layer in self.views(mask):
            layer.weights[:-1] = 1
        return mask

    def initial_running(self) -> Floats:
        """(Q,) running means 0 and variances 1."""
        running = np.zeros(self.running)
        for view in self.running_views(running):
            if view is not None:
                view[1] = 1
        return running


class Network:
    """R networks: their parameters and gradients, and the passes over a `Workspace`.

    theta and gradient are (P,) for a lone run and (R, P) for a stack; running likewise with Q.
    """

    def __init__(self, architecture: Architecture, theta: Array, running: Array) -> None:
        self.architecture = architecture
        self.theta = theta
        self.running = running
        self.gradient = np.zeros_like(theta)
        self.product: Callable[[Array, Array, Array], Array] = (
            np.dot if theta.ndim == 1 else np.matmul
        )

    def workspace(self, count: int) -> "Workspace":
        """Buffers for passes over `count` points."""
        return Workspace(self, count)


class LayerPass:
    """One layer's views and buffers for batches of `count` points.

    In a hidden layer z, f, a, delta and scratch have a row more than needed: in `a` it is the row
    of ones that the next layer's bias multiplies, elsewhere it is idle. With it, element-wise work
    of the backward pass runs over whole contiguous buffers, also in a stack.
    """

    def __init__(
        self,
        network: Network,
        layer: Layer,
        views: tuple[LayerViews, LayerViews, Array | None],
        count: int,
        scratch: Array,
    ) -> None:
        parameters, gradient, running = views
        lead, dtype = network.theta.shape[:-1], network.theta.dtype
        self.product = network.product
        self.activation = layer.activation
        self.residual = layer.residual
        self.weights = parameters.weights
        self.weights_t = parameters.weights.swapaxes(-1, -2)
        self.gradient = gradient.weights
        self.norm: BatchNorm | None = None
        if parameters.norm is not None and gradient.norm is not None and running is not None:
            self.norm = BatchNorm(parameters.norm, gradient.norm, running, count, network.product)

        units, rows = layer.units, layer.rows
        hidden = layer is not network.architecture.layers[-1]
        tall = max(rows, units + hidden)
        # Not filled: a pass that only goes forward never touches the memory of delta.
        z, delta = (np.empty((*lead, tall, count), dtype) for _ in range(2))
        a = np.empty((*lead, units + hidden, count), dtype)
        z[..., -1, :], a[..., -1, :] = 0, 1
        # Where the activation is not what the next layer sees, it needs a place of its own.
        separate = layer.residual or layer.dropout
        f = np.zeros_like(a) if separate else a
        self.separate = separate
        self.rows_z = z[..., :rows, :]
        self.a, self.unit_a = a, a[..., :units, :]
        self.unit_f = f[..., :units, :]
        self.delta = delta[..., : units + hidden, :]
        self.unit_delta = delta[..., :units, :]
        self.rows_delta = delta[..., :rows, :]
        self.rows_delta_t = self.rows_delta.swapaxes(-1, -2)
        # What the activation's derivative is taken over.
        whole = layer.activation.rows == 1
        self.slope_delta = delta if whole else self.rows_delta
        self.slope_z = z if whole else self.rows_z
        self.slope_f = f if whole else self.unit_f
        self.scratch = scratch[: self.slope_z.size].reshape(self.slope_z.shape)
        self.carry = np.empty_like(self.unit_delta) if layer.residual else None

    def forward_(self, x: Array, training: bool, mask: Array | None) -> Array:
        """From (..., fan_in + 1, count) to what the next layer sees."""
        self.product(self.weights_t, x, self.rows_z)
        if self.norm is not None:
            self.norm.forward_(self.rows_z, training)
        self.activation.forward_(self.rows_z, self.unit_f)
        if self.separate:
            if mask is not None:
                np.multiply(self.unit_f, mask, self.unit_a)
            else:
                np.copyto(self.unit_a, self.unit_f)
            if self.residual:
                np.add(self.unit_a, x[..., :-1, :], self.unit_a)
        return self.a

    def backward_(self, mask: Array | None) -> None:
        """From the derivative by `a`, in `delta`, to that by what the weights gave."""
        if self.carry is not None:
            np.copyto(self.carry, self.unit_delta)
        if mask is not None:
            np.multiply(self.unit_delta, mask, self.unit_delta)
        self.activation.backward_(self.slope_delta, self.slope_z, self.slope_f, self.scratch)
        if self.norm is not None:
            self.norm.backward_(self.rows_delta)

    def write_gradient_(self, x: Array) -> None:
        """The gradient of weights and biases, given the layer's input and its delta."""
        self.product(x, self.rows_delta_t, self.gradient)


class Workspace:
    """Buffers for passes over batches of `count` points, bound to one network's parameters."""

    def __init__(self, network: Network, count: int) -> None:
        design = network.architecture
        self.head = design.head
        self.product = network.product
        self.scale = np.array(self.head.factor / count, network.theta.dtype)
        # One scratch for all layers: what is small stays in the cache.
        tallest = max(max(layer.rows, layer.units + 1) for layer in design.layers)
        scratch = np.empty((*network.theta.shape[:-1], tallest, count), network.theta.dtype)
        views = zip(
            design.views(network.theta),
            design.views(network.gradient),
            design.running_views(network.running),
            strict=True,
        )
        self.passes = [
            LayerPass(network, layer, view, count, scratch.reshape(-1))
            for layer, view in zip(design.layers, views, strict=True)
        ]
        self.no_masks: Masks = [None] * len(self.passes)

    def forward_(self, x: Array, *, training: bool = False, masks: Masks | None = None) -> Array:
        """Pass (..., features + 1, count) inputs, last row ones, through all layers.

        training: whether batch normalization takes the batch's own statistics, and moves its
        running averages. Returns z of the output layer, (..., outputs, count): a buffer,
        overwritten by the next pass. The head is not applied.
        """
        *hidden, last = self.passes
        for layer, mask in zip(hidden, masks or self.no_masks, strict=False):
            x = layer.forward_(x, training, mask)
        self.product(last.weights_t, x, last.rows_z)
        return last.rows_z

    def gradient_(self, x: Array, encoded: Array, masks: Masks | None = None) -> None:
        """Write the gradient of the mean loss over the batch into the network's `gradient`.

        x: as in `forward_`; encoded: (..., outputs, count) targets as the head encodes them.
        """
        masks = masks or self.no_masks
        z = self.forward_(x, training=True, masks=masks)
        *hidden, above = self.passes
        self.head.delta_(z, encoded, self.scale, above.rows_delta)
        above.write_gradient_(hidden[-1].a if hidden else x)
        for index in range(len(hidden) - 1, -1, -1):
            layer = hidden[index]
            self.product(above.weights, above.rows_delta, layer.delta)
            if above.carry is not None:
                np.add(layer.unit_delta, above.carry, layer.unit_delta)
            layer.backward_(masks[index])
            layer.write_gradient_(hidden[index - 1].a if index else x)
            above = layer
