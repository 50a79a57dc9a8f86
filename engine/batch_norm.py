"""Batch normalization of z before the activation (Ioffe and Szegedy 2015).

As `torch.nn.BatchNorm1d`: biased variance over the batch in training, running averages at test
with an unbiased variance and a share of 0.1 for each new batch, epsilon 1e-5. A batch of one
point has no spread: its normalized values are 0 (PyTorch refuses it).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.arrays import Array, scalar

EPSILON = 1e-5
SHARE = 0.1

Product = Callable[[Array, Array, Array], Array]


def _columns(array: Array) -> tuple[Array, Array]:
    """The two rows of (..., 2, rows) as columns (..., rows, 1), to go with z."""
    return array[..., 0, :, None], array[..., 1, :, None]


class BatchNorm:
    """One layer's normalization for batches of `count` points. z is (..., rows, count).

    parameters: (..., 2, rows) gamma and beta, gradient likewise; running: (..., 2, rows) mean and
    variance. Sums over a batch are products with a column, which costs a third of a reduction.
    """

    def __init__(
        self, parameters: Array, gradient: Array, running: Array, count: int, product: Product
    ) -> None:
        self.product = product
        self.gamma, self.beta = _columns(parameters)
        self.gamma_gradient, self.beta_gradient = _columns(gradient)
        self.running = running
        dtype: np.dtype[Any] = parameters.dtype
        self.statistics = np.empty_like(running)
        self.mean, self.variance = _columns(self.statistics)
        *lead, _, rows = parameters.shape
        self.inverse, self.factor = (np.empty((*lead, rows, 1), dtype) for _ in range(2))
        self.normal, self.square = (np.empty((*lead, rows, count), dtype) for _ in range(2))
        # In a stack one column serves all runs.
        self.ones = np.ones((count, 1), dtype)
        self.shares = np.full((count, 1), 1.0 / count, dtype)
        self.per_point = np.array(1.0 / count, dtype)
        unbiased = SHARE * count / max(count - 1, 1)
        self.mixed = np.array([[SHARE], [unbiased]], dtype)

    def forward_(self, z: Array, training: bool) -> None:
        """Normalize z in place."""
        epsilon = scalar(EPSILON, z.dtype)
        if not training:
            mean, variance = _columns(self.running)
            np.subtract(z, mean, z)
            np.multiply(z, self.gamma / np.sqrt(variance + epsilon), z)
            np.add(z, self.beta, z)
            return
        normal, square, inverse = self.normal, self.square, self.inverse
        self.product(z, self.shares, self.mean)
        np.subtract(z, self.mean, normal)
        np.multiply(normal, normal, square)
        self.product(square, self.shares, self.variance)
        np.add(self.variance, epsilon, inverse)
        np.sqrt(inverse, inverse)
        np.reciprocal(inverse, inverse)
        np.multiply(normal, inverse, normal)
        np.multiply(normal, self.gamma, z)
        np.add(z, self.beta, z)
        np.multiply(self.statistics, self.mixed, self.statistics)
        np.multiply(self.running, scalar(1 - SHARE, z.dtype), self.running)
        np.add(self.running, self.statistics, self.running)

    def backward_(self, delta: Array) -> None:
        """Turn the derivative by the normalized z into that by z; write gamma's and beta's."""
        square, factor = self.square, self.factor
        np.multiply(delta, self.normal, square)
        self.product(square, self.ones, self.gamma_gradient)
        self.product(delta, self.ones, self.beta_gradient)
        np.multiply(self.gamma_gradient, self.per_point, factor)
        np.multiply(self.normal, factor, square)
        np.subtract(delta, square, delta)
        np.multiply(self.beta_gradient, self.per_point, factor)
        np.subtract(delta, factor, delta)
        np.multiply(self.inverse, self.gamma, factor)
        np.multiply(delta, factor, delta)
