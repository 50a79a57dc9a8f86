"""Losses, each together with the output head it belongs to.

A loss is chosen by name; with the task of the data it gives a `Head`, which turns the outputs z of
the last layer into predictions, losses and their gradient. A pair that does not fit cannot be made.
"""

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array, Floats, scalar
from engine.datasets import Task
from engine.option import SHORTHAND, Option, described


class Head(ABC):
    """What stands behind the last layer. z is (outputs, N) or (runs, outputs, N)."""

    outputs: ClassVar[int] = 1

    @abstractmethod
    def encode(self, targets: Floats) -> Floats:
        """(N,) class indices or values to the (outputs, N) form that the other methods take."""

    @abstractmethod
    def predict(self, z: Array) -> Array:
        """Probabilities, or values for regression; shaped like z."""

    @abstractmethod
    def losses(self, z: Array, encoded: Array) -> Array:
        """Loss of each point: (N,) or (runs, N)."""

    @abstractmethod
    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        """Write `scale` times the derivative of the summed losses by z into `out`."""

    @abstractmethod
    def hits(self, z: Array, encoded: Array) -> Array | None:
        """Whether each point is classified rightly: (N,) or (runs, N); None for regression."""


class SigmoidCrossEntropy(Head):
    """Two classes, p = sigmoid(z), loss -log p(true class), computed from z without overflow."""

    # Encoded as t = 1 - 2y: the loss is softplus(t z) and the derivative (tanh(z/2) + t) / 2.
    def encode(self, targets: Floats) -> Floats:
        return (1 - 2 * targets)[None]

    def predict(self, z: Array) -> Array:
        half = scalar(0.5, z.dtype)
        p: Array = np.tanh(z * half) * half + half
        return p

    def losses(self, z: Array, encoded: Array) -> Array:
        # softplus(m) = max(m, 0) + log1p(exp(-|m|)), which np.logaddexp computes 7 times slower.
        margin = np.multiply(z, encoded)
        small = np.log1p(np.exp(-np.abs(margin)))
        losses: Array = np.maximum(margin, scalar(0.0, z.dtype), out=margin) + small
        return losses[..., 0, :]

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        half = scalar(0.5, z.dtype)
        np.multiply(z, half, out)
        np.tanh(out, out)
        np.add(out, encoded, out)
        np.multiply(out, half, out)
        np.multiply(out, scale, out)

    def hits(self, z: Array, encoded: Array) -> Array | None:
        return np.equal(z > 0, encoded < 0)[..., 0, :]


class SigmoidSquared(Head):
    """Two classes, p = sigmoid(z), loss (p - y)²: the Brier score."""

    def encode(self, targets: Floats) -> Floats:
        return targets[None]

    def predict(self, z: Array) -> Array:
        half = scalar(0.5, z.dtype)
        p: Array = np.tanh(z * half) * half + half
        return p

    def losses(self, z: Array, encoded: Array) -> Array:
        losses: Array = np.square(self.predict(z) - encoded)[..., 0, :]
        return losses

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        p = self.predict(z)
        np.subtract(p, encoded, out)
        np.multiply(out, p - p * p, out)
        np.multiply(out, scalar(2.0, z.dtype), out)
        np.multiply(out, scale, out)

    def hits(self, z: Array, encoded: Array) -> Array | None:
        return np.equal(z > 0, encoded > 0.5)[..., 0, :]


class IdentitySquared(Head):
    """Regression, the output is z itself, loss (z - y)²; as `torch.nn.MSELoss`."""

    def encode(self, targets: Floats) -> Floats:
        return targets[None]

    def predict(self, z: Array) -> Array:
        return z.copy()

    def losses(self, z: Array, encoded: Array) -> Array:
        losses: Array = np.square(z - encoded)[..., 0, :]
        return losses

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        np.subtract(z, encoded, out)
        np.multiply(out, scalar(2.0, z.dtype), out)
        np.multiply(out, scale, out)

    def hits(self, z: Array, encoded: Array) -> Array | None:
        return None


class LossOption(Option):
    """A loss."""

    kind: str

    @abstractmethod
    def head(self, task: Task) -> Head | None:
        """The head of this loss for a task, or None where the loss makes no sense for it."""


class CrossEntropy(LossOption):
    """Minus the logarithm of the probability given to the true class."""

    model_config = described("Cross-entropy", "-log p(true class)")
    kind: Literal["cross_entropy"] = "cross_entropy"

    def head(self, task: Task) -> Head | None:
        return SigmoidCrossEntropy() if task == "binary" else None


class Squared(LossOption):
    """The squared difference. For classes it is taken from the probability (Brier score).

    No factor 1/2, as in PyTorch; TensorFlow Playground has it.
    """

    model_config = described("Squared error", "(prediction - target)²")
    kind: Literal["squared"] = "squared"

    def head(self, task: Task) -> Head | None:
        return SigmoidSquared() if task == "binary" else IdentitySquared()


class Auto(LossOption):
    """Follows the task: cross-entropy for classes, squared error for regression."""

    model_config = described("Automatic", "cross-entropy for classes, squared error for values")
    kind: Literal["auto"] = "auto"

    def head(self, task: Task) -> Head | None:
        return SigmoidCrossEntropy() if task == "binary" else IdentitySquared()


Loss = Annotated[Auto | CrossEntropy | Squared, Field(discriminator="kind"), SHORTHAND]
