"""Initial weights of a layer. Biases always start at zero."""

from abc import abstractmethod
from math import sqrt
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Floats
from engine.option import SHORTHAND, Option, control, described

Gain = Annotated[
    Annotated[float, Field(gt=0, le=100)] | Literal["auto"],
    control(
        "Gain",
        "Multiplies the weights; 'auto' takes the factor that suits the layer's activation.",
        advanced=True,
        restarts=True,
    ),
]


class InitializerOption(Option):
    """A distribution of initial weights."""

    kind: str

    @abstractmethod
    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        """Draw a (fan_in, fan_out) matrix in float64, whatever the precision of the run.

        gain: what the layer's activation asks for; used where the option's own gain is "auto".
        """


class _Gained(InitializerOption):
    """Base of the distributions that follow from the layer's width."""

    gain: Gain = 1.0

    def _gain(self, wanted: float) -> float:
        return wanted if self.gain == "auto" else float(self.gain)


class Zeros(InitializerOption):
    """All weights zero. All units of a layer then stay equal: the symmetry pitfall."""

    model_config = described("Zeros", "w = 0")
    kind: Literal["zeros"] = "zeros"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return np.zeros((fan_in, fan_out))


class Constant(InitializerOption):
    """All weights equal: as symmetric as zeros, but signals pass."""

    model_config = described("Constant", "w = value")
    kind: Literal["constant"] = "constant"
    value: Annotated[
        float, control("Value", "What every weight begins with.", restarts=True, ge=-10, le=10)
    ] = 0.1

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return np.full((fan_in, fan_out), self.value)


class Normal(InitializerOption):
    """Normal numbers of a fixed size: with 0.01 the "small random numbers" pitfall.

    Whatever the width, so signals vanish (small) or saturate (large) in deep networks.
    """

    model_config = described("Normal", "w ~ N(0, std²)")
    kind: Literal["normal"] = "normal"
    std: Annotated[
        float,
        control(
            "Standard deviation", "Size of the weights.", scale="log", restarts=True, gt=0, le=10
        ),
    ] = 0.01

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.normal(0.0, self.std, (fan_in, fan_out))


class Uniform(InitializerOption):
    """Uniform numbers between two fixed bounds, whatever the width.

    With 0.5 what TensorFlow Playground does.
    """

    model_config = described("Uniform", "w ~ U(-bound, bound)")
    kind: Literal["uniform"] = "uniform"
    bound: Annotated[
        float,
        control("Bound", "Largest size of a weight.", scale="log", restarts=True, gt=0, le=10),
    ] = 0.5

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.uniform(-self.bound, self.bound, (fan_in, fan_out))


class LecunNormal(_Gained):
    """Keeps the variance of activations level for linear and SELU units (LeCun et al. 1998)."""

    model_config = described("LeCun normal", "w ~ N(0, gain² / fan_in)")
    kind: Literal["lecun_normal"] = "lecun_normal"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.normal(0.0, self._gain(gain) * sqrt(1.0 / fan_in), (fan_in, fan_out))


class XavierUniform(_Gained):
    """Keeps the variance of activations and gradients level for tanh-like units.

    Glorot and Bengio 2010; `torch.nn.init.xavier_uniform_`.
    """

    model_config = described(
        "Xavier uniform", "w ~ U(-b, b), b = gain · sqrt(6 / (fan_in + fan_out))"
    )
    kind: Literal["xavier_uniform"] = "xavier_uniform"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        bound = self._gain(gain) * sqrt(6.0 / (fan_in + fan_out))
        return rng.uniform(-bound, bound, (fan_in, fan_out))


class XavierNormal(_Gained):
    """Xavier's variance with normal numbers.

    Glorot and Bengio 2010; `torch.nn.init.xavier_normal_`.
    """

    model_config = described("Xavier normal", "w ~ N(0, gain² · 2 / (fan_in + fan_out))")
    kind: Literal["xavier_normal"] = "xavier_normal"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        std = self._gain(gain) * sqrt(2.0 / (fan_in + fan_out))
        return rng.normal(0.0, std, (fan_in, fan_out))


class HeUniform(_Gained):
    """He's variance with uniform numbers; `torch.nn.init.kaiming_uniform_` with ReLU."""

    model_config = described("He uniform", "w ~ U(-b, b), b = gain · sqrt(3 / fan_in)")
    kind: Literal["he_uniform"] = "he_uniform"
    gain: Gain = sqrt(2)

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        bound = self._gain(gain) * sqrt(3.0 / fan_in)
        return rng.uniform(-bound, bound, (fan_in, fan_out))


class HeNormal(_Gained):
    """Keeps the variance level through ReLU layers, which drop half of it.

    He et al. 2015; `torch.nn.init.kaiming_normal_` with fan_in and ReLU, whose gain is √2.
    """

    model_config = described("He normal", "w ~ N(0, gain² / fan_in), gain = √2")
    kind: Literal["he_normal"] = "he_normal"
    gain: Gain = sqrt(2)

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.normal(0.0, self._gain(gain) * sqrt(1.0 / fan_in), (fan_in, fan_out))


class Orthogonal(_Gained):
    """A random rotation: keeps lengths exactly, so that very deep networks still train.

    Saxe et al. 2014; `torch.nn.init.orthogonal_`.
    """

    model_config = described("Orthogonal", "W = gain · Q, QᵀQ = I")
    kind: Literal["orthogonal"] = "orthogonal"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        tall = rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
        q, r = np.linalg.qr(tall)
        q = q * np.sign(np.diagonal(r))  # without it Q would not be uniform over rotations
        rotation: Floats = self._gain(gain) * (q if fan_in >= fan_out else q.T)
        return rotation


Initializer = Annotated[
    Zeros
    | Constant
    | Normal
    | Uniform
    | LecunNormal
    | XavierUniform
    | XavierNormal
    | HeUniform
    | HeNormal
    | Orthogonal,
    Field(discriminator="kind"),
    SHORTHAND,
]
