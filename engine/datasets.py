"""Data sets in the plane. Points lie in [-6, 6]²; class 1 is the positive, blue one.

The clean positions are drawn before the noise, so that moving the noise moves the same points.
"""

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Floats
from engine.option import SHORTHAND, Option, control, described
from engine.randomness import Purpose, generator

Task = Literal["binary", "regression"]
DOMAIN = (-6.0, 6.0, -6.0, 6.0)
"""x1 from, to; x2 from, to: the part of the plane that is shown."""


class DatasetOption(Option):
    """A data set."""

    task: ClassVar[Task] = "binary"

    samples: Annotated[
        int, control("Samples", "Number of points, training and test together.", ge=10, le=10_000)
    ] = 500
    noise: Annotated[
        float,
        control(
            "Noise",
            "Standard deviation of the noise added to each coordinate, in units of the plane.",
            step=0.05,
            ge=0,
            le=2,
        ),
    ] = 0.1
    train_fraction: Annotated[
        float,
        control(
            "Training share",
            "Share of the points to train on; the others only test what was learned.",
            step=0.05,
            ge=0.1,
            le=0.9,
        ),
    ] = 0.5
    seed: Annotated[
        int,
        control(
            "Data seed",
            "Draws other points of the same kind. Equal data settings give equal points.",
            advanced=True,
            ge=0,
            le=2**32 - 1,
        ),
    ] = 0

    @abstractmethod
    def draw(self, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        """`count` points without noise: (count, 2) positions and (count,) targets."""

    def points(self) -> tuple[Floats, Floats]:
        """All points: (samples, 2) positions with noise, and (samples,) class indices or values."""
        rng = generator(Purpose.POINTS, self.seed)
        position, target = self.draw(rng, self.samples)
        return position + self.noise * rng.standard_normal(position.shape), target


def _halves(count: int) -> Floats:
    """(count,) class indices, as even as can be: 1 for the first half, then 0."""
    return (np.arange(count) < (count + 1) // 2).astype(np.float64)


class Circle(DatasetOption):
    """A disc of class 1 inside a ring of class 0: no straight line separates them."""

    model_config = described("Circle", "class 1 where radius < 2.5, class 0 where 3.5 < radius < 5")
    kind: Literal["circle"] = "circle"

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        label = _halves(count)
        radius = np.where(label == 1, rng.uniform(0.0, 2.5, count), rng.uniform(3.5, 5.0, count))
        angle = rng.uniform(0.0, 2 * np.pi, count)
        return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), label


class Xor(DatasetOption):
    """Four squares, opposite ones alike: the problem that one layer cannot solve."""

    model_config = described("XOR", "class 1 where x₁x₂ > 0")
    kind: Literal["xor"] = "xor"

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        label = _halves(count)
        size = rng.uniform(0.3, 5.0, (count, 2))
        sign = rng.choice([-1.0, 1.0], count)
        return size * np.stack([sign, np.where(label == 1, sign, -sign)], axis=1), label


class Gaussian(DatasetOption):
    """Two round normal clouds: a straight line is the best boundary there is."""

    model_config = described("Gaussian", "class 1 ~ N((2, 2), I), class 0 ~ N((-2, -2), I)")
    kind: Literal["gaussian"] = "gaussian"

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        label = _halves(count)
        centre = np.where(label == 1, 2.0, -2.0)[:, None]
        return centre + rng.standard_normal((count, 2)), label


class Spiral(DatasetOption):
    """Two interleaved spirals: the classic hard one (Lang and Witbrock 1988)."""

    model_config = described("Spiral", "radius 5t, angle 3.5πt (+ π for class 0), 0 ≤ t < 1")
    kind: Literal["spiral"] = "spiral"

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        label = _halves(count)
        turn = np.empty(count)
        for value in (0, 1):
            members = np.flatnonzero(label == value)
            turn[members] = np.arange(len(members)) / len(members)
        angle = 3.5 * np.pi * turn + np.where(label == 1, 0.0, np.pi)
        return 5 * turn[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), label


class Plane(DatasetOption):
    """Regression: the target is a tilted plane, which a linear model fits exactly."""

    model_config = described("Plane", "y = (x₁ + x₂) / 10")
    kind: Literal["plane"] = "plane"
    task: ClassVar[Task] = "regression"

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        position = rng.uniform(-5.0, 5.0, (count, 2))
        return position, position.sum(axis=1) / 10


Dataset = Annotated[
    Circle | Xor | Gaussian | Spiral | Plane, Field(discriminator="kind"), SHORTHAND
]
