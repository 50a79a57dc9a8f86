"""Dense networks, for one run or a stack of runs of one architecture.

All parameters of R runs are one array `theta` (R, P). A layer's weights are a view of it,
(R, fan_in + 1, rows) with the bias as last row. A lone run drops the first axis.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from engine.activations import ActivationOption
from engine.arrays import Array, Floats, Ints, Step, aligned_copy
from engine.losses import Head


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
    silent: tuple[int, ...] = ()
    """Units whose output is 0, whatever enters them."""

    @cached_property
    def rows(self) -> int:
        """Rows of z: more than units where a unit has several pieces."""
        return self.units * self.activation.rows

    @cached_property
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

    @cached_property
    def parameters(self) -> int:
        """P: number of learned numbers."""
        return sum(layer.parameters for layer in self.layers)

    @cached_property
    def running(self) -> int:
        """Q: number of running averages kept by batch normalization."""
        return sum(2 * layer.rows for layer in self.layers if layer.batch_norm)

    @cached_property
    def slices(self) -> list[slice]:
        """Each layer's place in (..., P)."""
        ends = list(accumulate(layer.parameters for layer in self.layers))
        return [
            slice(end - layer.parameters, end) for end, layer in zip(ends, self.layers, strict=True)
        ]

    def views(self, flat: Array) -> list[LayerViews]:
        """Views of an array (..., P), one per layer."""
        views = []
        for place, layer in zip(self.slices, self.layers, strict=True):
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

    @cached_property
    def turned(self) -> Ints:
        """(P,) where each parameter comes from when the weights of every layer are transposed."""
        order = np.arange(self.parameters)
        for layer in self.views(order):
            layer.weights[...] = layer.weights.T.copy().reshape(layer.weights.shape)
        return order

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


NARROW = 32
"""Up to this width transposed weights are copied: BLAS takes twice as long without."""


class Network:
    """R networks: their parameters and gradients.

    theta and gradient are (P,) for a lone run and (R, P) for a stack; running likewise with Q.
    """

    def __init__(self, architecture: Architecture, theta: Array, running: Array) -> None:
        self.architecture = architecture
        self.theta = theta
        self.running = running
        self.gradient = aligned_copy(np.zeros_like(theta))
        self.turning: list[Step] = []
        """To be taken whenever theta has changed, before `turned` is used."""
        self.turned = [view.weights.swapaxes(-1, -2) for view in architecture.views(theta)]
        """Each layer's weights as (..., rows, fan_in + 1)."""
        if max(architecture.units) <= NARROW:
            copy = np.empty_like(theta)
            self.turning.append((theta.take, (architecture.turned, -1, copy, "clip")))
            self.turned = [
                part.weights.reshape(turned.shape)
                for part, turned in zip(architecture.views(copy), self.turned, strict=True)
            ]
