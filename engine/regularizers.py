"""Regularization: what is added to the loss, or done to the network, against overfitting."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from engine.arrays import Array
from engine.network import Architecture
from engine.option import Option, control


class Regularization(Option):
    """Penalties on the weights; 0 is off. Biases are never penalised."""

    l1: Annotated[
        float,
        control(
            "L1",
            "Adds l1 · Σ|w| to the loss: drives useless weights to exactly zero. "
            "At zero the slope taken is 0, so a weight can come back.",
            scale="log",
            ge=0,
            le=10,
        ),
    ] = 0.0
    l2: Annotated[
        float,
        control(
            "L2",
            "Adds l2/2 · Σw² to the loss: keeps all weights small and the boundary smooth.",
            scale="log",
            ge=0,
            le=10,
        ),
    ] = 0.0

    @property
    def parts(self) -> tuple[bool, ...]:
        """Which penalties are on; runs in one stack must agree in this."""
        return (self.l1 > 0, self.l2 > 0)


class Penalty:
    """The penalties of R runs of one architecture, to be added to gradients (P,) or (R, P)."""

    def __init__(
        self, architecture: Architecture, options: Sequence[Regularization], theta: Array
    ) -> None:
        weights = np.ones(theta.shape[-1], theta.dtype)
        for view in architecture.layer_views(weights):
            view[-1] = 0  # biases are never penalised
        l1, l2 = (
            np.array([getattr(option, name) for option in options], theta.dtype)[:, None] * weights
            for name in ("l1", "l2")
        )
        self.l1 = l1.reshape(theta.shape) if l1.any() else None
        self.l2 = l2.reshape(theta.shape) if l2.any() else None

    def add_gradient_(self, theta: Array, gradient: Array, scratch: Array) -> None:
        """Add the derivative of the penalties to `gradient`; overwrites `scratch`."""
        if self.l2 is not None:
            np.multiply(theta, self.l2, scratch)
            np.add(gradient, scratch, gradient)
        if self.l1 is not None:
            np.sign(theta, scratch)
            np.multiply(scratch, self.l1, scratch)
            np.add(gradient, scratch, gradient)

    def value(self, theta: Array) -> Array:
        """What the penalties add to the loss: () or (R,)."""
        total = np.zeros(theta.shape[:-1], theta.dtype)
        if self.l2 is not None:
            total = total + (self.l2 * theta * theta).sum(axis=-1) / 2
        if self.l1 is not None:
            total = total + (self.l1 * np.abs(theta)).sum(axis=-1)
        return total
