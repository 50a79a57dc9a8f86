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
        effect="Larger initial weights: signals and gradients grow from layer to layer, "
        "bounded units saturate sooner.",
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

    model_config = described("Constant", "w = c")
    kind: Literal["constant"] = "constant"
    value: Annotated[
        float,
        control(
            "Value",
            "c: what every weight begins with.",
            effect="Signals begin larger, but the units of a layer stay equal whatever the value.",
            restarts=True,
            ge=-10,
            le=10,
        ),
    ] = 0.1

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return np.full((fan_in, fan_out), self.value)


class Normal(InitializerOption):
    """Normal numbers of a fixed size: with 0.01 the "small random numbers" pitfall.

    Whatever the width, so signals vanish (small) or saturate (large) in deep networks.
    """

    model_config = described("Normal", r"w \sim \mathcal{N}(0, \sigma^2)")
    kind: Literal["normal"] = "normal"
    std: Annotated[
        float,
        control(
            "Standard deviation",
            "σ: size of the weights.",
            effect="Signals stop vanishing on the way up, then begin to saturate bounded units.",
            restarts=True,
            scale="log",
            gt=0,
            le=10,
        ),
    ] = 0.01

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.normal(0.0, self.std, (fan_in, fan_out))


class Uniform(InitializerOption):
    """Uniform numbers between two fixed bounds, whatever the width.

    With 0.5 what TensorFlow Playground does.
    """

    model_config = described(
        "Uniform",
        r"w \sim \mathcal{U}({-b}, b)",
        "Smilkov et al. 2017 (TensorFlow Playground), arXiv:1708.03788",
    )
    kind: Literal["uniform"] = "uniform"
    bound: Annotated[
        float,
        control(
            "Bound",
            "b: largest size of a weight.",
            effect="Signals stop vanishing on the way up, then begin to saturate bounded units.",
            restarts=True,
            scale="log",
            gt=0,
            le=10,
        ),
    ] = 0.5

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.uniform(-self.bound, self.bound, (fan_in, fan_out))


class LecunNormal(_Gained):
    """Keeps the variance of activations level for linear and SELU units."""

    model_config = described(
        "LeCun normal",
        r"w \sim \mathcal{N}\left(0, \frac{\text{gain}^2}{\text{fan}_{\text{in}}}\right)",
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, doi:10.1007/3-540-49430-8_2",
    )
    kind: Literal["lecun_normal"] = "lecun_normal"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.normal(0.0, self._gain(gain) * sqrt(1.0 / fan_in), (fan_in, fan_out))


class XavierUniform(_Gained):
    """Keeps the variance of activations and gradients level for tanh-like units.

    As `torch.nn.init.xavier_uniform_`.
    """

    model_config = described(
        "Xavier uniform",
        r"w \sim \mathcal{U}({-b}, b)"
        "\n"
        r"b = \text{gain} \sqrt{\frac{6}{\text{fan}_{\text{in}} + \text{fan}_{\text{out}}}}",
        "Glorot and Bengio 2010, Understanding the difficulty of training deep "
        "feedforward neural networks, PMLR 9:249–256",
    )
    kind: Literal["xavier_uniform"] = "xavier_uniform"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        bound = self._gain(gain) * sqrt(6.0 / (fan_in + fan_out))
        return rng.uniform(-bound, bound, (fan_in, fan_out))


class XavierNormal(_Gained):
    """Xavier's variance with normal numbers.

    As `torch.nn.init.xavier_normal_`.
    """

    model_config = described(
        "Xavier normal",
        r"w \sim \mathcal{N}\left(0, "
        r"\frac{2\, \text{gain}^2}{\text{fan}_{\text{in}} + \text{fan}_{\text{out}}}\right)",
        "Glorot and Bengio 2010, Understanding the difficulty of training deep "
        "feedforward neural networks, PMLR 9:249–256",
    )
    kind: Literal["xavier_normal"] = "xavier_normal"

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        std = self._gain(gain) * sqrt(2.0 / (fan_in + fan_out))
        return rng.normal(0.0, std, (fan_in, fan_out))


class HeUniform(_Gained):
    """He's variance with uniform numbers, as `torch.nn.init.kaiming_uniform_` with ReLU."""

    model_config = described(
        "He uniform",
        r"w \sim \mathcal{U}({-b}, b)"
        "\n"
        r"b = \text{gain} \sqrt{\frac{3}{\text{fan}_{\text{in}}}}",
        "He, Zhang, Ren and Sun 2015, arXiv:1502.01852",
    )
    kind: Literal["he_uniform"] = "he_uniform"
    gain: Gain = sqrt(2)

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        bound = self._gain(gain) * sqrt(3.0 / fan_in)
        return rng.uniform(-bound, bound, (fan_in, fan_out))


class HeNormal(_Gained):
    """Keeps the variance level through ReLU layers, which drop half of it.

    As `torch.nn.init.kaiming_normal_` with fan_in and ReLU, whose gain is √2.
    """

    model_config = described(
        "He normal",
        r"w \sim \mathcal{N}\left(0, \frac{\text{gain}^2}{\text{fan}_{\text{in}}}\right)",
        "He, Zhang, Ren and Sun 2015, arXiv:1502.01852",
    )
    kind: Literal["he_normal"] = "he_normal"
    gain: Gain = sqrt(2)

    def weights(self, rng: np.random.Generator, fan_in: int, fan_out: int, gain: float) -> Floats:
        return rng.normal(0.0, self._gain(gain) * sqrt(1.0 / fan_in), (fan_in, fan_out))


class Orthogonal(_Gained):
    """A random rotation: keeps lengths exactly, so that very deep networks still train.

    As `torch.nn.init.orthogonal_`.
    """

    model_config = described(
        "Orthogonal",
        r"W = \text{gain} \cdot Q, \quad Q^\top Q = I",
        "Saxe, McClelland and Ganguli 2014, arXiv:1312.6120",
    )
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
