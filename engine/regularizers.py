"""Regularization: what is added to the loss, or done to the network, against overfitting."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np

from engine.arrays import Array, Step, scalar
from engine.network import Architecture
from engine.option import Option, control


class Regularization(Option):
    """Against overfitting; 0 is off. Biases are never penalised."""

    l1: Annotated[
        float,
        control(
            "L1",
            "Adds the size of every weight to the loss: drives useless weights to "
            "exactly zero. At zero the slope taken is 0, so a weight can come back.",
            effect="More weights become zero, then the boundary loses detail, then nothing "
            "is learned.",
            formula=r"L + \lambda_1 \sum |w|",
            source="Tibshirani 1996, Regression shrinkage and selection via the lasso, J. R. "
            "Statist. Soc. B 58:267–288",
            scale="log",
            ge=0,
            le=10,
        ),
    ] = 0.0
    l2: Annotated[
        float,
        control(
            "L2",
            "Adds the square of every weight to the loss: keeps all weights small and "
            "the boundary smooth.",
            effect="Smaller weights and a smoother boundary, then a flat one.",
            formula=r"L + \frac{\lambda_2}{2} \sum w^2",
            source="Krogh and Hertz 1991, A simple weight decay can improve generalization, NIPS 4",
            scale="log",
            ge=0,
            le=10,
        ),
    ] = 0.0
    max_norm: Annotated[
        float,
        control(
            "Max norm",
            "After each update the incoming weights of a unit are shortened to this length.",
            effect="A looser limit: from some length on it never acts. 0 is off, small "
            "values bind most.",
            formula=r"w \leftarrow w\, \min\left(1, \frac{c}{\| w \|}\right)",
            source="Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, JMLR "
            "15:1929–1958",
            advanced=True,
            scale="log",
            ge=0,
            le=100,
        ),
    ] = 0.0
    dropout: Annotated[
        float,
        control(
            "Dropout",
            "Share of each hidden layer's units left out of every training pass; the others are "
            "scaled up to make up for them. A layer's own value goes first.",
            effect="Units learn to do without each other; too much, and the network is too "
            "small for its task.",
            formula=r"a \leftarrow \frac{m\, a}{1 - p}" "\n" r"m \sim \text{Bernoulli}(1 - p)",
            source="Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, JMLR "
            "15:1929–1958",
            step=0.05,
            ge=0,
            le=0.95,
        ),
    ] = 0.0
    input_noise: Annotated[
        float,
        control(
            "Input noise",
            "Standard deviation of noise added to the scaled inputs, drawn anew every epoch.",
            effect="Like training on blurred points: a smoother boundary, which at last "
            "ignores fine detail.",
            formula=r"x + \sigma \varepsilon, \quad \varepsilon \sim \mathcal{N}(0, I)",
            source="Bishop 1995, Training with noise is equivalent to Tikhonov "
            "regularization, doi:10.1162/neco.1995.7.1.108",
            advanced=True,
            step=0.05,
            ge=0,
            le=5,
        ),
    ] = 0.0
    weight_noise: Annotated[
        float,
        control(
            "Weight noise",
            "Standard deviation of noise on the weights while a gradient is taken: favours "
            "solutions that do not depend on exact weights.",
            effect="Flatter valleys are preferred; too much, and gradients are mostly noise.",
            formula=r"g = \nabla L(w + \sigma \varepsilon)"
            "\n"
            r"\varepsilon \sim \mathcal{N}(0, I)",
            source="Murray and Edwards 1994, doi:10.1109/72.317730",
            advanced=True,
            scale="log",
            ge=0,
            le=5,
        ),
    ] = 0.0
    label_smoothing: Annotated[
        float,
        control(
            "Label smoothing",
            "Share of the target spread evenly over all classes: keeps the network from being "
            "too sure.",
            effect="Probabilities stay further from 0 and 1, and the undecided band gets wider.",
            formula=r"y_k \leftarrow (1 - \alpha)\, y_k + \frac{\alpha}{K}",
            source="Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2015, arXiv:1512.00567",
            advanced=True,
            step=0.05,
            ge=0,
            le=0.9,
        ),
    ] = 0.0

    @property
    def shape(self) -> object:
        """What runs in one stack must agree in: all but the sizes of the penalties."""
        return (self.l1 > 0, self.l2 > 0, self.model_copy(update={"l1": 0.0, "l2": 0.0}))


class Penalty:
    """The penalties of R runs of one architecture, to be added to gradients (P,) or (R, P)."""

    def __init__(
        self, architecture: Architecture, options: Sequence[Regularization], theta: Array
    ) -> None:
        mask = architecture.weight_mask().astype(theta.dtype)
        l1, l2 = (
            np.array([getattr(option, name) for option in options], theta.dtype)[:, None] * mask
            for name in ("l1", "l2")
        )
        self.l1 = l1.reshape(theta.shape) if l1.any() else None
        self.l2 = l2.reshape(theta.shape) if l2.any() else None

    def steps(self, theta: Array, gradient: Array, scratch: Array) -> list[Step]:
        """Add the derivative of the penalties to `gradient`; overwrites `scratch`."""
        steps: list[Step] = []
        if self.l2 is not None:
            steps.append((np.multiply, (theta, self.l2, scratch)))
            steps.append((np.add, (gradient, scratch, gradient)))
        if self.l1 is not None:
            steps.append((np.sign, (theta, scratch)))
            steps.append((np.multiply, (scratch, self.l1, scratch)))
            steps.append((np.add, (gradient, scratch, gradient)))
        return steps

    def value(self, theta: Array) -> Array:
        """What the penalties add to the loss: () or (R,)."""
        total = np.zeros(theta.shape[:-1], theta.dtype)
        if self.l2 is not None:
            total = total + (self.l2 * theta * theta).sum(axis=-1) / 2
        if self.l1 is not None:
            total = total + (self.l1 * np.abs(theta)).sum(axis=-1)
        return total


def limit_norms_(architecture: Architecture, theta: Array, limit: float) -> None:
    """Shorten the incoming weights of every unit to at most `limit`; biases are left alone."""
    for layer in architecture.views(theta):
        weights = layer.weights[..., :-1, :]
        # Row by row: NumPy's own sum may take another order in a stack.
        squares = np.zeros_like(weights[..., 0, :])
        for row in range(weights.shape[-2]):
            squares += weights[..., row, :] * weights[..., row, :]
        norms = np.sqrt(squares)
        bound = scalar(limit, theta.dtype)
        shorter = np.where(norms > bound, bound / np.where(norms > 0, norms, 1), 1)
        np.multiply(weights, shorter.astype(theta.dtype)[..., None, :], weights)
