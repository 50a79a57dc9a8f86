"""Gradient clipping: a limit on what one batch can do."""

from abc import abstractmethod
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array, scalar
from engine.option import SHORTHAND, Option, control, described

Limit = Annotated[float, control("Limit", "Largest size allowed.", scale="log", gt=0, le=1000)]


class ClipOption(Option):
    """A way to clip gradients."""

    kind: str

    @abstractmethod
    def clip_(self, gradient: Array, scratch: Array) -> None:
        """Clip (P,) or (runs, P) gradients in place; overwrites `scratch`."""


class NoClip(ClipOption):
    """Gradients are used as they are."""

    model_config = described("None", "g")
    kind: Literal["none"] = "none"

    def clip_(self, gradient: Array, scratch: Array) -> None:
        pass


class ClipByValue(ClipOption):
    """Each component is cut off by itself, which may turn the direction.

    As `torch.nn.utils.clip_grad_value_`.
    """

    model_config = described("By value", "max(-c, min(c, g))")
    kind: Literal["value"] = "value"
    limit: Limit = 0.5

    def clip_(self, gradient: Array, scratch: Array) -> None:
        np.minimum(gradient, scalar(self.limit, gradient.dtype), out=gradient)
        np.maximum(gradient, scalar(-self.limit, gradient.dtype), out=gradient)


class ClipByNorm(ClipOption):
    """The whole gradient is shortened and keeps its direction (Pascanu et al. 2013).

    As `torch.nn.utils.clip_grad_norm_`, its 1e-6 in the divisor included.
    """

    model_config = described("By norm", "g · min(1, c / (|g| + 1e-6))")
    kind: Literal["norm"] = "norm"
    limit: Limit = 1.0

    def clip_(self, gradient: Array, scratch: Array) -> None:
        np.multiply(gradient, gradient, scratch)
        norm = np.sqrt(np.add.reduce(scratch, axis=-1, keepdims=True))
        norm += scalar(1e-6, gradient.dtype)
        shorter = np.minimum(scalar(self.limit, gradient.dtype) / norm, scalar(1.0, gradient.dtype))
        np.multiply(gradient, shorter, gradient)


GradientClip = Annotated[NoClip | ClipByValue | ClipByNorm, Field(discriminator="kind"), SHORTHAND]
