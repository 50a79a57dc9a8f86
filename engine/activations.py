"""Activation functions: a = f(z), unit by unit.

`forward_` writes into `out`; `backward_` multiplies `delta` by f'(z) in place. Arrays are
(units, batch) or (runs, units, batch) and contiguous along their last two axes.
"""

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array, scalar
from engine.option import SHORTHAND, Option, described


class ActivationOption(Option):
    """An activation function."""

    kinks: ClassVar[tuple[float, ...]] = ()
    """Where f' jumps: finite differences across these points say nothing about the gradient."""
    bounded: ClassVar[bool] = False
    """Whether f has two horizontal asymptotes, so that a unit can saturate."""

    @abstractmethod
    def forward_(self, z: Array, out: Array) -> None:
        """Write f(z) into `out`; `z` is kept."""

    @abstractmethod
    def backward_(self, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        """Multiply `delta` by f'(z) in place, given a = f(z); overwrites `scratch`."""


class Linear(ActivationOption):
    """No activation: the layer stays a linear map, and a stack of them is one linear map."""

    model_config = described("Linear", "a = z")
    kind: Literal["linear"] = "linear"

    def forward_(self, z: Array, out: Array) -> None:
        np.copyto(out, z)

    def backward_(self, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        pass


class Tanh(ActivationOption):
    """Hyperbolic tangent: zero-centred, saturates at -1 and 1 (LeCun et al. 1998)."""

    model_config = described("Tanh", "a = tanh(z)")
    kind: Literal["tanh"] = "tanh"
    bounded: ClassVar[bool] = True

    def forward_(self, z: Array, out: Array) -> None:
        np.tanh(z, out)

    def backward_(self, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        # delta (1 - a^2) as delta - delta a^2: no scalar operand, which NumPy would first convert.
        np.multiply(a, a, scratch)
        np.multiply(scratch, delta, scratch)
        np.subtract(delta, scratch, delta)


class Relu(ActivationOption):
    """Rectified linear unit: cheap and unsaturated for z > 0, dead for z <= 0 (Nair, Hinton 2010).

    The slope at 0 is 0, as in PyTorch.
    """

    model_config = described("ReLU", "a = max(0, z)")
    kind: Literal["relu"] = "relu"
    kinks: ClassVar[tuple[float, ...]] = (0.0,)

    def forward_(self, z: Array, out: Array) -> None:
        np.maximum(z, scalar(0.0, z.dtype), out=out)

    def backward_(self, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        np.sign(a, scratch)
        np.multiply(delta, scratch, delta)


class Sigmoid(ActivationOption):
    """Logistic function: saturates at 0 and 1, is not zero-centred, slope at most 1/4."""

    model_config = described("Sigmoid", "a = 1 / (1 + exp(-z))")
    kind: Literal["sigmoid"] = "sigmoid"
    bounded: ClassVar[bool] = True

    def forward_(self, z: Array, out: Array) -> None:
        # Through tanh: exact symmetry, and exp cannot overflow.
        half = scalar(0.5, z.dtype)
        np.multiply(z, half, out)
        np.tanh(out, out)
        np.multiply(out, half, out)
        np.add(out, half, out)

    def backward_(self, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        np.multiply(a, a, scratch)
        np.subtract(a, scratch, scratch)
        np.multiply(delta, scratch, delta)


Activation = Annotated[Linear | Tanh | Relu | Sigmoid, Field(discriminator="kind"), SHORTHAND]
