"""Batch normalization of z before the activation (Ioffe and Szegedy 2015).

As `torch.nn.BatchNorm1d`: biased variance over the batch in training, running averages at test
with an unbiased variance and a share of 0.1 for each new batch, epsilon 1e-5. A batch of one
point has no spread: its normalized values are 0 (PyTorch refuses it).
"""

from typing import Any

import numpy as np

from engine.arrays import Array, Step, product, scalar

EPSILON = 1e-5
SHARE = 0.1


def _columns(array: Array) -> tuple[Array, Array]:
    """The two rows of (..., 2, rows) as columns (..., rows, 1), to go with z."""
    return array[..., 0, :, None], array[..., 1, :, None]


class BatchNorm:
    """One layer's normalization, as steps over fixed arrays.

    norms: (..., 2, rows) gamma and beta, and where their gradients go; running, statistics:
    (..., 2, rows) mean and variance, running ones and the batch's; z, delta: (..., rows, count).
    Sums over a batch are products with a column, which costs a third of a reduction.
    """

    def __init__(
        self,
        norms: tuple[Array, Array],
        running: Array,
        statistics: Array,
        z: Array,
        delta: Array,
    ) -> None:
        dtype: np.dtype[Any] = z.dtype
        *lead, rows, count = z.shape
        (gamma, beta), (gamma_gradient, beta_gradient) = map(_columns, norms)
        mean, variance = _columns(statistics)
        running_mean, running_variance = _columns(running)
        epsilon = scalar(EPSILON, dtype)
        spread, factor = (np.empty((*lead, rows, 1), dtype) for _ in range(2))
        means = np.empty_like(norms[1])
        mean_gamma, mean_beta = _columns(means)
        normal, square = (np.empty((*lead, rows, count), dtype) for _ in range(2))
        # In a stack one column serves all runs.
        ones = np.ones((count, 1), dtype)
        shares = np.full((count, 1), 1.0 / count, dtype)
        per_point = np.array(1.0 / count, dtype)

        self.training: list[Step] = [
            product(z, shares, mean),
            (np.subtract, (z, mean, normal)),
            (np.multiply, (normal, normal, square)),
            product(square, shares, variance),
            (np.add, (variance, epsilon, spread)),
            (np.sqrt, (spread, spread)),
            (np.divide, (normal, spread, normal)),
            (np.multiply, (normal, gamma, z)),
            (np.add, (z, beta, z)),
        ]
        """Normalize z by the statistics of the batch."""
        self.inference: list[Step] = [
            (np.add, (running_variance, epsilon, factor)),
            (np.sqrt, (factor, factor)),
            (np.divide, (gamma, factor, factor)),
            (np.subtract, (z, running_mean, z)),
            (np.multiply, (z, factor, z)),
            (np.add, (z, beta, z)),
        ]
        """Normalize z by the running statistics."""
        self.backward: list[Step] = [
            (np.multiply, (delta, normal, square)),
            product(square, ones, gamma_gradient),
            product(delta, ones, beta_gradient),
            (np.multiply, (norms[1], per_point, means)),
            (np.multiply, (normal, mean_gamma, square)),
            (np.subtract, (delta, square, delta)),
            (np.subtract, (delta, mean_beta, delta)),
            (np.divide, (gamma, spread, factor)),
            (np.multiply, (delta, factor, delta)),
        ]
        """Turn the derivative by the normalized z into that by z; write gamma's and beta's."""


def move_running(running: Array, statistics: Array, weights: Array) -> list[Step]:
    """Steps that mix the statistics of a batch into the running ones, of all layers at once.

    running, statistics: (..., Q), the latter overwritten; weights: (Q,) from `mixed`.
    """
    kept = scalar(1 - SHARE, running.dtype)
    return [
        (np.multiply, (statistics, weights, statistics)),
        (np.multiply, (running, kept, running)),
        (np.add, (running, statistics, running)),
    ]


def mixed(count: int) -> tuple[float, float]:
    """What the mean and the biased variance of a batch of `count` are multiplied by."""
    return SHARE, SHARE * count / max(count - 1, 1)
