"""Losses, each together with the output head it belongs to.

A loss is chosen by name; with the task of the data it gives a `Head`, which turns the outputs z of
the last layer into predictions, losses and their gradient. A pair that does not fit cannot be made.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.activations import sigmoid_
from engine.arrays import Array, Floats, scalar
from engine.option import SHORTHAND, Option, control, described


@dataclass(frozen=True)
class Task:
    """What is to be learned: one of `classes` classes, or a value (0 classes)."""

    classes: int

    @property
    def kind(self) -> Literal["regression", "binary", "multiclass"]:
        return (
            "regression" if self.classes == 0 else "binary" if self.classes == 2 else "multiclass"
        )

    @property
    def outputs(self) -> int:
        """Units of the last layer: one for two classes or a value, else one per class."""
        return self.classes if self.classes > 2 else 1


def one_hot(targets: Floats, classes: int) -> Floats:
    """(N,) class indices to (classes, N) zeros and ones."""
    hot: Floats = (np.arange(classes)[:, None] == targets).astype(np.float64)
    return hot


def softmax(z: Array) -> Array:
    """exp(z) / Σ exp(z) over the outputs, the second last axis; overflow cannot happen.

    Summed row by row: NumPy's own sum may take another order in a stack.
    """
    p: Array = np.exp(z - z.max(axis=-2, keepdims=True))
    p /= _row_sum(p)
    return p


def _row_sum(values: Array) -> Array:
    """Sum over the second last axis, kept as an axis of 1."""
    total: Array = values[..., :1, :].copy()
    for row in range(1, values.shape[-2]):
        total += values[..., row : row + 1, :]
    return total


@dataclass(frozen=True)
class Head(ABC):
    """What stands behind the last layer. z is (outputs, N) or (runs, outputs, N)."""

    task: Task

    factor: ClassVar[float] = 1.0
    """A constant of the derivative that `delta_` leaves to `scale`: one pass over it less."""

    @property
    def smooths(self) -> bool:
        """Whether label smoothing makes sense for it."""
        return False

    @abstractmethod
    def encode(self, targets: Floats, smoothing: float = 0.0) -> Floats:
        """(N,) class indices or values to the (outputs, N) form that the other methods take.

        smoothing: share of the target that is spread evenly over all classes.
        """

    @abstractmethod
    def predict(self, z: Array) -> Array:
        """Probabilities, or values for regression; shaped like z."""

    @abstractmethod
    def losses(self, z: Array, encoded: Array) -> Array:
        """Loss of each point: (N,) or (runs, N)."""

    @abstractmethod
    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        """Write scale / factor times the derivative of the summed losses by z into `out`."""

    def hits(self, z: Array, encoded: Array) -> Array | None:
        """Whether each point is classified rightly: (N,) or (runs, N); None for regression."""
        if self.task.kind == "regression":
            return None
        found = self.decide(z) == self.decide(encoded - scalar(0.5, z.dtype))
        result: Array = found
        return result

    def decide(self, z: Array) -> Array:
        """Index of the class chosen at each point: (N,) or (runs, N)."""
        chosen: Array = z[..., 0, :] > 0 if self.task.outputs == 1 else z.argmax(axis=-2)
        return chosen

    def sides(self, z: Array, encoded: Array) -> Array:
        """Which side of the loss's kinks each point lies on, in any (..., n) shape."""
        return z[..., :0]


@dataclass(frozen=True)
class SigmoidCrossEntropy(Head):
    """Two classes, p = sigmoid(z), loss -log p(true class), computed from z without overflow.

    Targets are encoded as t = 1 - 2y: the derivative is (tanh(z/2) + t) / 2.
    """

    factor: ClassVar[float] = 0.5

    @property
    def smooths(self) -> bool:
        return True

    def encode(self, targets: Floats, smoothing: float = 0.0) -> Floats:
        return ((1 - smoothing) * (1 - 2 * targets))[None]

    def predict(self, z: Array) -> Array:
        p = np.empty_like(z)
        sigmoid_(z, p)
        return p

    def losses(self, z: Array, encoded: Array) -> Array:
        # softplus(z) - y z; for y = 1 and large z the two cancel exactly before the small rest.
        losses = np.abs(z)
        np.negative(losses, losses)
        np.exp(losses, losses)
        np.log1p(losses, losses)
        y_z = np.subtract(scalar(1.0, z.dtype), encoded)
        np.multiply(y_z, scalar(0.5, z.dtype), y_z)
        np.multiply(y_z, z, y_z)
        np.subtract(np.maximum(z, scalar(0.0, z.dtype)), y_z, y_z)
        np.add(losses, y_z, losses)
        return losses[..., 0, :]

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        half = scalar(0.5, z.dtype)
        np.multiply(z, half, out)
        np.tanh(out, out)
        np.add(out, encoded, out)
        np.multiply(out, scale, out)

    def hits(self, z: Array, encoded: Array) -> Array | None:
        return np.equal(z > 0, encoded < 0)[..., 0, :]


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Head):
    """Several classes, p = softmax(z), loss -log p(true class), computed from z.

    As `torch.nn.CrossEntropyLoss`.
    """

    @property
    def smooths(self) -> bool:
        return True

    def encode(self, targets: Floats, smoothing: float = 0.0) -> Floats:
        classes = self.task.classes
        return (1 - smoothing) * one_hot(targets, classes) + smoothing / classes

    def predict(self, z: Array) -> Array:
        return softmax(z)

    def losses(self, z: Array, encoded: Array) -> Array:
        shifted = z - z.max(axis=-2, keepdims=True)
        total = _row_sum(np.exp(shifted))
        losses: Array = np.log(total) - _row_sum(shifted * encoded)
        return losses[..., 0, :]

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        np.subtract(softmax(z), encoded, out)
        np.multiply(out, scale, out)


@dataclass(frozen=True)
class Hinge(Head):
    """Two classes, loss max(0, 1 - y z) with y = ±1: only the margin counts.

    z is no log-odds; as "probability" the share (z + 1) / 2 of the way across the margin is shown.
    """

    def encode(self, targets: Floats, smoothing: float = 0.0) -> Floats:
        return (2 * targets - 1)[None]

    def predict(self, z: Array) -> Array:
        return np.clip((z + 1) / 2, 0, 1)

    def losses(self, z: Array, encoded: Array) -> Array:
        losses: Array = np.maximum(1 - z * encoded, scalar(0.0, z.dtype))
        return losses[..., 0, :]

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        np.multiply(encoded, z * encoded < 1, out)
        np.multiply(out, -scale, out)

    def hits(self, z: Array, encoded: Array) -> Array | None:
        return np.equal(z > 0, encoded > 0)[..., 0, :]

    def sides(self, z: Array, encoded: Array) -> Array:
        return z * encoded < 1


@dataclass(frozen=True)
class MulticlassHinge(Head):
    """Several classes, loss Σ max(0, 1 - z(true) + z(other)) / classes (Weston, Watkins 1999).

    As `torch.nn.MultiMarginLoss`. The softmax of z is shown as "probability".
    """

    def encode(self, targets: Floats, smoothing: float = 0.0) -> Floats:
        return one_hot(targets, self.task.classes)

    def predict(self, z: Array) -> Array:
        return softmax(z)

    def _margins(self, z: Array, encoded: Array) -> Array:
        """1 - z(true) + z for the other classes, 0 for the true one."""
        true = _row_sum(z * encoded)
        margins: Array = (1 - true + z) * (1 - encoded)
        return margins

    def losses(self, z: Array, encoded: Array) -> Array:
        over = np.maximum(self._margins(z, encoded), scalar(0.0, z.dtype))
        return _row_sum(over)[..., 0, :] / scalar(self.task.classes, z.dtype)

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        over = (self._margins(z, encoded) > 0).astype(z.dtype)
        np.subtract(over, encoded * _row_sum(over), out)
        np.multiply(out, scale / scalar(self.task.classes, z.dtype), out)

    def sides(self, z: Array, encoded: Array) -> Array:
        return self._margins(z, encoded) > 0


@dataclass(frozen=True)
class Pointwise(Head):
    """A function of the difference between prediction and target, averaged over the outputs.

    The prediction is z itself for values, and a probability (sigmoid, softmax) for classes.
    """

    error: "ErrorOption"

    @property
    def smooths(self) -> bool:
        return self.task.kind != "regression"

    def encode(self, targets: Floats, smoothing: float = 0.0) -> Floats:
        classes = self.task.classes
        if self.task.kind == "multiclass":
            return (1 - smoothing) * one_hot(targets, classes) + smoothing / classes
        if self.task.kind == "binary":
            return ((1 - smoothing) * targets + smoothing / 2)[None]
        return targets[None]

    def predict(self, z: Array) -> Array:
        if self.task.kind == "multiclass":
            return softmax(z)
        p = z.copy()
        if self.task.kind == "binary":
            sigmoid_(z, p)
        return p

    def losses(self, z: Array, encoded: Array) -> Array:
        total = _row_sum(self.error.value(self.predict(z) - encoded))
        return total[..., 0, :] / scalar(self.task.outputs, z.dtype)

    def delta_(self, z: Array, encoded: Array, scale: Array, out: Array) -> None:
        p = self.predict(z)
        slope = self.error.slope(p - encoded)
        np.multiply(slope, scale / scalar(self.task.outputs, z.dtype), out)
        if self.task.kind == "binary":
            np.multiply(out, p - p * p, out)
        elif self.task.kind == "multiclass":
            np.multiply(p, out - _row_sum(p * out), out)

    def sides(self, z: Array, encoded: Array) -> Array:
        difference = self.predict(z) - encoded
        above = [difference > kink for kink in self.error.kinks]
        return np.stack(above, axis=-1) if above else z[..., :0]


class LossOption(Option):
    """A loss."""

    kind: str

    @abstractmethod
    def head(self, task: Task) -> Head | None:
        """The head of this loss for a task, or None where the loss makes no sense for it."""


class ErrorOption(LossOption):
    """A loss made of the difference between prediction and target."""

    @property
    def kinks(self) -> tuple[float, ...]:
        """Differences at which the slope, or its slope, jumps."""
        return ()

    @abstractmethod
    def value(self, difference: Array) -> Array:
        """Loss of each difference."""

    @abstractmethod
    def slope(self, difference: Array) -> Array:
        """Its derivative."""

    def head(self, task: Task) -> Head | None:
        return Pointwise(task, self)


class CrossEntropy(LossOption):
    """Minus the logarithm of the probability given to the true class."""

    model_config = described(
        "Cross-entropy",
        r"L = -\ln p_{y}",
        "Bishop 2006, Pattern Recognition and Machine Learning, section 4.3",
    )
    kind: Literal["cross_entropy"] = "cross_entropy"

    def head(self, task: Task) -> Head | None:
        if task.kind == "binary":
            return SigmoidCrossEntropy(task)
        return SoftmaxCrossEntropy(task) if task.kind == "multiclass" else None


class Squared(ErrorOption):
    """The squared difference. For classes it is taken from the probability (Brier score).

    No factor 1/2, as `torch.nn.MSELoss`; TensorFlow Playground has it.
    """

    model_config = described(
        "Squared error",
        r"L = \frac{1}{K} \sum_{k=1}^{K} (\hat y_k - y_k)^2",
        "Brier 1950 (for classes), Verification of forecasts expressed in terms "
        "of probability, Monthly Weather Review 78:1–3",
    )
    kind: Literal["squared"] = "squared"

    def value(self, difference: Array) -> Array:
        return np.square(difference)

    def slope(self, difference: Array) -> Array:
        doubled: Array = difference * scalar(2.0, difference.dtype)
        return doubled


class Absolute(ErrorOption):
    """The size of the difference: outliers pull no harder than others. As `torch.nn.L1Loss`."""

    model_config = described(
        "Absolute error",
        r"L = \frac{1}{K} \sum_{k=1}^{K} |\hat y_k - y_k|",
        "Hastie, Tibshirani and Friedman 2009, The Elements of Statistical Learning, section 10.6",
    )
    kind: Literal["absolute"] = "absolute"

    @property
    def kinks(self) -> tuple[float, ...]:
        return (0.0,)

    def value(self, difference: Array) -> Array:
        return np.abs(difference)

    def slope(self, difference: Array) -> Array:
        return np.sign(difference)


class Huber(ErrorOption):
    """Squared near zero, straight beyond: smooth, and calm about outliers.

    As `torch.nn.HuberLoss`; with several classes the mean over them.
    """

    model_config = described(
        "Huber",
        r"L = \begin{cases} \frac{1}{2} d^2 & |d| \le \delta \\ "
        r"\delta\, (|d| - \frac{1}{2} \delta) & |d| > \delta \end{cases}"
        "\n"
        r"d = \hat y - y",
        "Huber 1964, doi:10.1214/aoms/1177703732",
    )
    kind: Literal["huber"] = "huber"
    threshold: Annotated[
        float,
        control(
            "Threshold",
            "δ: from here on the loss grows in a straight line.",
            effect="More of the differences count as squares, so that outliers pull harder again.",
            gt=0,
            le=100,
        ),
    ] = 1.0

    @property
    def kinks(self) -> tuple[float, ...]:
        return (-self.threshold, self.threshold)

    def value(self, difference: Array) -> Array:
        size = np.abs(difference)
        capped = np.minimum(size, scalar(self.threshold, size.dtype))
        value: Array = capped * (size - capped * scalar(0.5, size.dtype))
        return value

    def slope(self, difference: Array) -> Array:
        limit = scalar(self.threshold, difference.dtype)
        return np.clip(difference, -limit, limit)


class HingeLoss(LossOption):
    """Punishes only points within or beyond the margin, as a support vector machine does.

    The second form is for several classes, as `torch.nn.MultiMarginLoss`.
    """

    model_config = described(
        "Hinge",
        r"L = \max(0, 1 - y z), \quad y = \pm 1"
        "\n"
        r"L = \frac{1}{K} \sum_{k \ne y} \max(0, 1 - z_y + z_k)",
        "Cortes and Vapnik 1995, doi:10.1007/BF00994018; Weston and Watkins "
        "1999 (several classes), Support vector machines for multi-class "
        "pattern recognition, ESANN",
    )
    kind: Literal["hinge"] = "hinge"

    def head(self, task: Task) -> Head | None:
        if task.kind == "binary":
            return Hinge(task)
        return MulticlassHinge(task) if task.kind == "multiclass" else None


class Auto(LossOption):
    """Follows the task: cross-entropy for classes, squared error for regression."""

    model_config = described("Automatic", r"L = -\ln p_{y}" "\n" r"L = (\hat y - y)^2")
    kind: Literal["auto"] = "auto"

    def head(self, task: Task) -> Head | None:
        return (Squared() if task.kind == "regression" else CrossEntropy()).head(task)


Loss = Annotated[
    Auto | CrossEntropy | Squared | Absolute | Huber | HingeLoss,
    Field(discriminator="kind"),
    SHORTHAND,
]
