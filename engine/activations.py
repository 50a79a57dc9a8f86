"""Activation functions: a = f(z), unit by unit.

`forward_` and `slope_` write f and f' into `out`; `backward_` turns the derivative by a into the
derivative by z. Arrays are (units, batch) or (runs, units, batch), contiguous along their last two
axes, or flat. A maxout unit takes several rows of z, its pieces; every other unit takes one.
"""

from abc import abstractmethod
from math import pi, sqrt
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array, scalar
from engine.option import SHORTHAND, Option, control, described


class ActivationOption(Option):
    """An activation function."""

    kind: str
    kinks: ClassVar[tuple[float, ...]] = ()
    """Where f' or f'' jumps: differences across these points do not show the gradient."""
    bounded: ClassVar[bool] = False
    """Whether f has two horizontal asymptotes, so that a unit can saturate."""
    effort: ClassVar[float] = 1
    """Time of f and f' as a multiple of tanh's, roughly."""

    @property
    def gain(self) -> float:
        """What keeps the variance level when initial weights are multiplied by it (gain "auto").

        As `torch.nn.init.calculate_gain` where it knows the function, otherwise 1.
        """
        return 1.0

    @property
    def rows(self) -> int:
        """Rows of z for each unit."""
        return 1

    @abstractmethod
    def forward_(self, z: Array, out: Array) -> None:
        """Write f(z) into `out`; `z` is kept."""

    @abstractmethod
    def slope_(self, z: Array, a: Array, out: Array) -> None:
        """Write f'(z) into `out`, given a = f(z)."""

    def backward_(self, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        """Multiply `delta` by f'(z) in place, given a = f(z); overwrites `scratch`."""
        self.slope_(z, a, scratch)
        np.multiply(delta, scratch, delta)

    def sides(self, z: Array) -> Array:
        """Which side of its kinks each z lies on, in any (..., n) shape."""
        return np.stack([z > kink for kink in self.kinks], axis=-1) if self.kinks else z[..., :0]


class Linear(ActivationOption):
    """No activation: the layer stays a linear map, and a stack of them is one linear map."""

    model_config = described("Linear", "a = z")
    kind: Literal["linear"] = "linear"

    def forward_(self, z: Array, out: Array) -> None:
        np.copyto(out, z)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        out.fill(1.0)


class Sigmoid(ActivationOption):
    """Logistic function: saturates at 0 and 1, is not zero-centred, slope at most 1/4."""

    model_config = described(
        "Sigmoid",
        r"a = \frac{1}{1 + e^{-z}}",
        "Rumelhart, Hinton and Williams 1986, doi:10.1038/323533a0",
    )
    kind: Literal["sigmoid"] = "sigmoid"
    bounded: ClassVar[bool] = True

    def forward_(self, z: Array, out: Array) -> None:
        sigmoid_(z, out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.multiply(a, a, out)
        np.subtract(a, out, out)


class Tanh(ActivationOption):
    """Hyperbolic tangent: zero-centred, saturates at -1 and 1."""

    model_config = described(
        "Tanh",
        r"a = \tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}}",
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, doi:10.1007/3-540-49430-8_2",
    )
    kind: Literal["tanh"] = "tanh"
    bounded: ClassVar[bool] = True

    @property
    def gain(self) -> float:
        return 5 / 3

    def forward_(self, z: Array, out: Array) -> None:
        np.tanh(z, out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.multiply(a, a, out)
        np.subtract(scalar(1.0, z.dtype), out, out)


class HardTanh(ActivationOption):
    """Tanh made of three straight lines: cheap, and exactly flat beyond -1 and 1.

    The slope at -1 and 1 is 0, as in PyTorch.
    """

    model_config = described(
        "Hard tanh",
        r"a = \max({-1}, \min(1, z))",
        "Collobert 2004, Large Scale Machine Learning (thesis, Paris VI)",
    )
    kind: Literal["hard_tanh"] = "hard_tanh"
    kinks: ClassVar[tuple[float, ...]] = (-1.0, 1.0)
    bounded: ClassVar[bool] = True

    def forward_(self, z: Array, out: Array) -> None:
        np.maximum(z, scalar(-1.0, z.dtype), out=out)
        np.minimum(out, scalar(1.0, z.dtype), out=out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.abs(z, out)
        np.copyto(out, out < 1)


class Softsign(ActivationOption):
    """Like tanh with slower tails: its slope falls off as 1/z²."""

    model_config = described(
        "Softsign",
        r"a = \frac{z}{1 + |z|}",
        "Bergstra, Desjardins, Lamblin and Bengio 2009, Quadratic polynomials "
        "learn better image features, technical report 1337, Université de "
        "Montréal",
    )
    kind: Literal["softsign"] = "softsign"
    kinks: ClassVar[tuple[float, ...]] = (0.0,)
    bounded: ClassVar[bool] = True

    def forward_(self, z: Array, out: Array) -> None:
        np.divide(z, 1 + np.abs(z), out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.abs(a, out)
        np.subtract(scalar(1.0, z.dtype), out, out)
        np.multiply(out, out, out)


class Relu(ActivationOption):
    """Rectified linear unit: unsaturated for z > 0, dead for z <= 0.

    The slope at 0 is 0, as in PyTorch.
    """

    model_config = described(
        "ReLU",
        r"a = \max(0, z)",
        "Nair and Hinton 2010, Rectified linear units improve restricted Boltzmann machines, ICML",
    )
    kind: Literal["relu"] = "relu"
    kinks: ClassVar[tuple[float, ...]] = (0.0,)

    @property
    def gain(self) -> float:
        return sqrt(2)

    def forward_(self, z: Array, out: Array) -> None:
        np.maximum(z, scalar(0.0, z.dtype), out=out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.sign(a, out)


class LeakyRelu(ActivationOption):
    """ReLU with a small slope for z < 0, so that no unit is ever dead."""

    model_config = described(
        "Leaky ReLU",
        r"a = \begin{cases} z & z > 0 \\ s\, z & z \le 0 \end{cases}",
        "Maas, Hannun and Ng 2013, Rectifier nonlinearities improve neural "
        "network acoustic models, ICML",
    )
    kind: Literal["leaky_relu"] = "leaky_relu"
    kinks: ClassVar[tuple[float, ...]] = (0.0,)
    slope: Annotated[
        float,
        control(
            "Slope",
            "Slope for negative inputs; 0 is ReLU.",
            effect="The more of a negative input is let through, the closer the unit comes "
            "to a linear one.",
            ge=0,
            lt=1,
        ),
    ] = 0.01

    @property
    def gain(self) -> float:
        return sqrt(2 / (1 + self.slope**2))

    def forward_(self, z: Array, out: Array) -> None:
        np.multiply(z, scalar(self.slope, z.dtype), out)
        np.maximum(z, out, out=out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        out.fill(1.0)
        np.copyto(out, scalar(self.slope, z.dtype), where=z <= 0)


class Elu(ActivationOption):
    """Exponential linear unit: smooth, with means near zero."""

    model_config = described(
        "ELU",
        r"a = \begin{cases} z & z > 0 \\ \alpha\, (e^z - 1) & z \le 0 \end{cases}",
        "Clevert, Unterthiner and Hochreiter 2015, arXiv:1511.07289",
    )
    kind: Literal["elu"] = "elu"
    effort: ClassVar[float] = 8
    kinks: ClassVar[tuple[float, ...]] = (0.0,)
    alpha: Annotated[
        float,
        control(
            "Alpha",
            "α: minus the value that very negative inputs approach.",
            effect="Negative inputs bend the unit less and shift its mean further below zero.",
            gt=0,
            le=10,
        ),
    ] = 1.0

    def forward_(self, z: Array, out: Array) -> None:
        exponential_part_(z, self.alpha, out)
        np.maximum(z, scalar(0.0, z.dtype), out=out, where=z > 0)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.add(a, scalar(self.alpha, z.dtype), out)
        np.copyto(out, scalar(1.0, z.dtype), where=z > 0)


class Selu(ActivationOption):
    """Scaled ELU, whose constants drive mean 0 and variance 1 through layers.

    Meant for LeCun normal initialization. Constants as in PyTorch.
    """

    model_config = described(
        "SELU",
        r"a = \lambda \begin{cases} z & z > 0 \\ \alpha\, (e^z - 1) & z \le 0 \end{cases}"
        "\n"
        r"\lambda \approx 1.0507, \quad \alpha \approx 1.6733",
        "Klambauer, Unterthiner, Mayr and Hochreiter 2017, arXiv:1706.02515",
    )
    kind: Literal["selu"] = "selu"
    effort: ClassVar[float] = 8
    kinks: ClassVar[tuple[float, ...]] = (0.0,)
    alpha: ClassVar[float] = 1.6732632423543772848170429916717
    scale: ClassVar[float] = 1.0507009873554804934193349852946

    @property
    def gain(self) -> float:
        return 3 / 4

    def forward_(self, z: Array, out: Array) -> None:
        exponential_part_(z, self.alpha * self.scale, out)
        np.multiply(z, scalar(self.scale, z.dtype), out=out, where=z > 0)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.add(a, scalar(self.alpha * self.scale, z.dtype), out)
        np.copyto(out, scalar(self.scale, z.dtype), where=z > 0)


class Gelu(ActivationOption):
    """Gaussian error linear unit, in its tanh form.

    As `torch.nn.GELU(approximate="tanh")`; the exact form differs by less than 0.0005.
    """

    model_config = described(
        "GELU",
        r"a = \frac{z}{2} \left(1 + \tanh u\right)"
        "\n"
        r"u = \sqrt{2 / \pi}\, \left(z + 0.044715\, z^3\right)",
        "Hendrycks and Gimpel 2016, arXiv:1606.08415",
    )
    kind: Literal["gelu"] = "gelu"
    effort: ClassVar[float] = 2
    root: ClassVar[float] = sqrt(2 / pi)
    cubic: ClassVar[float] = 0.044715

    def forward_(self, z: Array, out: Array) -> None:
        self._tanh_(z, out)
        np.add(out, scalar(1.0, z.dtype), out)
        np.multiply(out, z, out)
        np.multiply(out, scalar(0.5, z.dtype), out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        t = np.empty_like(z)
        self._tanh_(z, t)
        # f' = (1 + t)/2 + z/2 (1 - t²) √(2/π) (1 + 3 · 0.044715 z²)
        np.multiply(z, z, out)
        np.multiply(out, scalar(3 * self.cubic * self.root, z.dtype), out)
        np.add(out, scalar(self.root, z.dtype), out)
        np.multiply(out, z, out)
        np.multiply(out, 1 - t * t, out)
        np.add(out, t, out)
        np.add(out, scalar(1.0, z.dtype), out)
        np.multiply(out, scalar(0.5, z.dtype), out)

    def _tanh_(self, z: Array, out: Array) -> None:
        np.multiply(z, z, out)
        np.multiply(out, scalar(self.root * self.cubic, z.dtype), out)
        np.add(out, scalar(self.root, z.dtype), out)
        np.multiply(out, z, out)
        np.tanh(out, out)


class Silu(ActivationOption):
    """z · sigmoid(z), also called swish."""

    model_config = described(
        "SiLU",
        r"a = z\, \sigma(z) = \frac{z}{1 + e^{-z}}",
        "Elfwing, Uchibe and Doya 2017, arXiv:1702.03118; Ramachandran, Zoph "
        "and Le 2017, arXiv:1710.05941",
    )
    kind: Literal["silu"] = "silu"

    def forward_(self, z: Array, out: Array) -> None:
        sigmoid_(z, out)
        np.multiply(out, z, out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        # f' = s + a (1 - s)
        s = np.empty_like(z)
        sigmoid_(z, s)
        np.multiply(a, s, out)
        np.subtract(a, out, out)
        np.add(out, s, out)


class Mish(ActivationOption):
    """z · tanh(softplus(z)): smooth and not monotonic."""

    model_config = described("Mish", r"a = z \tanh(\ln(1 + e^z))", "Misra 2019, arXiv:1908.08681")
    kind: Literal["mish"] = "mish"
    effort: ClassVar[float] = 2

    def forward_(self, z: Array, out: Array) -> None:
        softplus_(z, out)
        np.tanh(out, out)
        np.multiply(out, z, out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        # f' = t + z (1 - t²) sigmoid(z), t = tanh(softplus(z))
        t, s = np.empty_like(z), np.empty_like(z)
        softplus_(z, t)
        np.tanh(t, t)
        sigmoid_(z, s)
        np.multiply(t, t, out)
        np.subtract(scalar(1.0, z.dtype), out, out)
        np.multiply(out, s, out)
        np.multiply(out, z, out)
        np.add(out, t, out)


class Softplus(ActivationOption):
    """A smooth ReLU, never zero; its slope is the sigmoid."""

    model_config = described(
        "Softplus",
        r"a = \ln(1 + e^z)",
        "Dugas, Bengio, Bélisle, Nadeau and Garcia 2001, Incorporating "
        "second-order functional knowledge for better option pricing, NIPS 13",
    )
    kind: Literal["softplus"] = "softplus"

    def forward_(self, z: Array, out: Array) -> None:
        softplus_(z, out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        sigmoid_(z, out)


class Sine(ActivationOption):
    """A periodic unit: fits fine detail, and aliases if its weights grow."""

    model_config = described(
        "Sine",
        r"a = \sin z",
        "Sitzmann, Martel, Bergman, Lindell and Wetzstein 2020, arXiv:2006.09661",
    )
    kind: Literal["sine"] = "sine"
    effort: ClassVar[float] = 2

    def forward_(self, z: Array, out: Array) -> None:
        np.sin(z, out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        np.cos(z, out)


class Maxout(ActivationOption):
    """The largest of several linear pieces: the unit learns its own activation function.

    Every piece has weights and a bias of its own. Of equal pieces the
    first one gets the gradient.
    """

    model_config = described(
        "Maxout",
        r"a = \max(z_1, \dots, z_k)",
        "Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013, arXiv:1302.4389",
    )
    kind: Literal["maxout"] = "maxout"
    pieces: Annotated[
        int,
        control(
            "Pieces",
            "Linear pieces of each unit.",
            effect="Each unit can bend more often, and has as many times the weights to learn.",
            restarts=True,
            step=1,
            ge=2,
            le=8,
        ),
    ] = 2

    @property
    def rows(self) -> int:
        return self.pieces

    def _pieces(self, z: Array) -> list[Array]:
        """The rows of z piece by piece: first those of every unit's first piece, and so on."""
        units = z.shape[-2] // self.pieces
        return [z[..., i * units : (i + 1) * units, :] for i in range(self.pieces)]

    def forward_(self, z: Array, out: Array) -> None:
        first, *others = self._pieces(z)
        np.copyto(out, first)
        for piece in others:
            np.maximum(out, piece, out=out)

    def slope_(self, z: Array, a: Array, out: Array) -> None:
        """1 in the row of the piece that wins, 0 in the others."""
        undecided = np.ones(a.shape, bool)
        for piece, wins in zip(self._pieces(z), self._pieces(out), strict=True):
            first = (piece == a) & undecided
            np.copyto(wins, first)
            undecided ^= first

    def backward_(self, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        """`delta` has as many rows as z here; its first rows hold the derivative by a."""
        self.slope_(z, a, scratch)
        pieces = self._pieces(delta)
        for piece in pieces[1:]:
            np.copyto(piece, pieces[0])
        np.multiply(delta, scratch, delta)

    def sides(self, z: Array) -> Array:
        winner: Array = np.argmax(np.stack(self._pieces(z), axis=-1), axis=-1)
        return winner


def sigmoid_(z: Array, out: Array) -> None:
    """Write 1 / (1 + exp(-z)), through tanh: exact symmetry, and exp cannot overflow."""
    half = scalar(0.5, z.dtype)
    np.multiply(z, half, out)
    np.tanh(out, out)
    np.multiply(out, half, out)
    np.add(out, half, out)


def softplus_(z: Array, out: Array) -> None:
    """Write ln(1 + exp(z)) as max(z, 0) + log1p(exp(-|z|)): no overflow, no loss of small values.

    np.logaddexp does the same seven times slower.
    """
    tail = np.abs(z)
    np.negative(tail, tail)
    np.exp(tail, tail)
    np.log1p(tail, tail)
    np.maximum(z, scalar(0.0, z.dtype), out=out)
    np.add(out, tail, out)


def exponential_part_(z: Array, factor: float, out: Array) -> None:
    """Write factor (exp(z) - 1) for z <= 0, and 0 for z > 0."""
    np.minimum(z, scalar(0.0, z.dtype), out=out)
    np.expm1(out, out)
    np.multiply(out, scalar(factor, z.dtype), out)


Activation = Annotated[
    Linear
    | Sigmoid
    | Tanh
    | HardTanh
    | Softsign
    | Relu
    | LeakyRelu
    | Elu
    | Selu
    | Gelu
    | Silu
    | Mish
    | Softplus
    | Sine
    | Maxout,
    Field(discriminator="kind"),
    SHORTHAND,
]
