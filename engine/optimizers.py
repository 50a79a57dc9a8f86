"""Optimizers: from a gradient to a change of the parameters.

An optimizer is two functions. `coefficients` does the arithmetic on its own settings, in Python
floats, for one run and one update. `update_` does the arithmetic on arrays, in place, with those
numbers as scalars, or as (runs, 1) columns where the runs of a stack differ. So a run gets the
same bits alone and in company, and the array code cannot depend on one run's settings.
"""

from abc import abstractmethod
from math import sqrt
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array
from engine.option import SHORTHAND, Option, control, described

Coefficients = tuple[Array, ...]
"""Scalars (0-d) or (runs, 1) columns in the precision of the run, as `coefficients` orders them."""

LearningRate = Annotated[
    float,
    control(
        "Learning rate",
        "How far each update moves the weights. Too small crawls, too large diverges.",
        scale="log",
        gt=0,
        le=100,
    ),
]
BETA1 = "How much of the running mean of gradients is kept at each update."
BETA2 = "How much of the running mean of squared gradients is kept at each update."


class OptimizerOption(Option):
    """An optimizer."""

    state: ClassVar[tuple[str, ...]] = ()
    """Names of the arrays, shaped like the parameters and starting at zero, that it carries."""

    learning_rate: LearningRate = 0.01

    @abstractmethod
    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        """The numbers that `update_` needs at the given rate and update (counted from 1)."""

    @staticmethod
    @abstractmethod
    def update_(
        theta: Array, gradient: Array, state: Array, scratch: Array, coefficients: Coefficients
    ) -> None:
        """One update in place.

        theta, gradient, scratch: (P,) or (runs, P); state: one such array per name in `state`,
        along the first axis. `gradient` and `scratch` are overwritten.
        """


class Sgd(OptimizerOption):
    """Stochastic gradient descent: a step straight down the gradient of the batch."""

    model_config = described("SGD", "w ← w - η g")
    kind: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 0.03

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate,)

    @staticmethod
    def update_(
        theta: Array, gradient: Array, state: Array, scratch: Array, coefficients: Coefficients
    ) -> None:
        (rate,) = coefficients
        np.multiply(gradient, rate, gradient)
        np.subtract(theta, gradient, theta)


class Momentum(OptimizerOption):
    """Heavy-ball momentum: past gradients keep rolling (Polyak 1964).

    As `torch.optim.SGD(momentum=...)`: the rate multiplies the velocity, not the gradient that
    enters it (Sutskever et al. 2013 write it the other way; the two differ when the rate changes).
    """

    model_config = described("Momentum", "v ← μ v + g;  w ← w - η v")
    kind: Literal["momentum"] = "momentum"
    learning_rate: LearningRate = 0.01
    momentum: Annotated[
        float,
        control(
            "Momentum", "Share of the velocity kept at each update; 0 is plain SGD.", ge=0, lt=1
        ),
    ] = 0.9
    state: ClassVar[tuple[str, ...]] = ("velocity",)

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        return (rate, self.momentum)

    @staticmethod
    def update_(
        theta: Array, gradient: Array, state: Array, scratch: Array, coefficients: Coefficients
    ) -> None:
        rate, momentum = coefficients
        velocity = state[0]
        np.multiply(velocity, momentum, velocity)
        np.add(velocity, gradient, velocity)
        np.multiply(velocity, rate, scratch)
        np.subtract(theta, scratch, theta)


class Adam(OptimizerOption):
    """Adaptive moments: each weight gets its own step size (Kingma and Ba 2015).

    As `torch.optim.Adam`: epsilon is added after the bias-corrected root (TensorFlow adds it
    before the correction, which makes early steps differ).
    """

    model_config = described(
        "Adam",
        "m ← β₁ m + (1-β₁) g;  v ← β₂ v + (1-β₂) g²;  "
        "w ← w - η (m / (1-β₁ᵗ)) / (sqrt(v / (1-β₂ᵗ)) + ε)",
    )
    kind: Literal["adam"] = "adam"
    learning_rate: LearningRate = 0.01
    beta1: Annotated[float, control("Beta 1", BETA1, advanced=True, ge=0, lt=1)] = 0.9
    beta2: Annotated[float, control("Beta 2", BETA2, advanced=True, ge=0, lt=1)] = 0.999
    epsilon: Annotated[
        float,
        control(
            "Epsilon",
            "Keeps the division finite; larger values make Adam behave more like momentum.",
            scale="log",
            advanced=True,
            gt=0,
            le=1,
        ),
    ] = 1e-8
    state: ClassVar[tuple[str, ...]] = ("mean", "square")

    def coefficients(self, rate: float, update: int) -> tuple[float, ...]:
        step_size = rate / (1 - self.beta1**update)
        root = sqrt(1 - self.beta2**update)
        return (
            self.beta1,
            1 - self.beta1,
            self.beta2,
            1 - self.beta2,
            root,
            self.epsilon,
            step_size,
        )

    @staticmethod
    def update_(
        theta: Array, gradient: Array, state: Array, scratch: Array, coefficients: Coefficients
    ) -> None:
        beta1, rest1, beta2, rest2, root, epsilon, step_size = coefficients
        mean, square = state
        np.multiply(mean, beta1, mean)
        np.multiply(gradient, rest1, scratch)
        np.add(mean, scratch, mean)
        np.multiply(square, beta2, square)
        np.multiply(gradient, gradient, gradient)
        np.multiply(gradient, rest2, gradient)
        np.add(square, gradient, square)
        np.sqrt(square, scratch)
        np.divide(scratch, root, scratch)
        np.add(scratch, epsilon, scratch)
        np.divide(mean, scratch, scratch)
        np.multiply(scratch, step_size, scratch)
        np.subtract(theta, scratch, theta)


Optimizer = Annotated[Sgd | Momentum | Adam, Field(discriminator="kind"), SHORTHAND]
