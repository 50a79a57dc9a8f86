"""Initial weights of a layer. Biases always start at zero."""

from abc import abstractmethod
from math import sqrt
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Floats
from engine.option import SHORTHAND, Option, described


class InitializerOption(Option):
    """A distribution of initial weights."""

    @abstractmethod
    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Floats:
        """Draw a (fan_in, fan_out) matrix in float64, whatever the precision of the run."""


class XavierUniform(InitializerOption):
    """Keeps the variance of activations and gradients level for tanh-like units.

    Glorot and Bengio 2010; gain 1, as `torch.nn.init.xavier_uniform_`.
    """

    model_config = described("Xavier uniform", "w ~ U(-b, b), b = sqrt(6 / (fan_in + fan_out))")
    kind: Literal["xavier_uniform"] = "xavier_uniform"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Floats:
        bound = sqrt(6.0 / (fan_in + fan_out))
        return rng.uniform(-bound, bound, (fan_in, fan_out))


class HeNormal(InitializerOption):
    """Keeps the variance level through ReLU layers, which drop half of it.

    He et al. 2015; `torch.nn.init.kaiming_normal_` with fan_in and ReLU.
    """

    model_config = described("He normal", "w ~ N(0, 2 / fan_in)")
    kind: Literal["he_normal"] = "he_normal"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Floats:
        return rng.normal(0.0, sqrt(2.0 / fan_in), (fan_in, fan_out))


class Zeros(InitializerOption):
    """All weights zero. All units of a layer then stay equal: the symmetry pitfall."""

    model_config = described("Zeros", "w = 0")
    kind: Literal["zeros"] = "zeros"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Floats:
        return np.zeros((fan_in, fan_out))


Initializer = Annotated[XavierUniform | HeNormal | Zeros, Field(discriminator="kind"), SHORTHAND]
