"""Gradient clipping: a limit on what one batch can do."""

from abc import abstractmethod
from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Array, Step, product, scalar
from engine.option import SHORTHAND, Option, control, described

Limit = Annotated[
    float,
    control(
        "Limit",
        "c: largest size allowed.",
        effect="Fewer gradients are cut; high enough, it never acts.",
        scale="log",
        gt=0,
        le=1000,
    ),
]


class ClipOption(Option):
    """A way to clip gradients."""

    kind: str

    @abstractmethod
    def steps(self, gradient: Array) -> list[Step]:
        """Clip (P,) or (runs, P) gradients in place, whenever they are taken."""


class NoClip(ClipOption):
    """Gradients are used as they are."""

    model_config = described("None", r"g \leftarrow g")
    kind: Literal["none"] = "none"

    def steps(self, gradient: Array) -> list[Step]:
        return []


class ClipByValue(ClipOption):
    """Each component is cut off by itself, which may turn the direction.

    As `torch.nn.utils.clip_grad_value_`.
    """

    model_config = described(
        "By value",
        r"g_i \leftarrow \max({-c}, \min(c, g_i))",
        "Goodfellow, Bengio and Courville 2016, Deep Learning, section 10.11.1",
    )
    kind: Literal["value"] = "value"
    limit: Limit = 0.5

    def steps(self, gradient: Array) -> list[Step]:
        limit = scalar(self.limit, gradient.dtype)
        return [
            (partial(np.minimum, out=gradient), (gradient, limit)),
            (partial(np.maximum, out=gradient), (gradient, -limit)),
        ]


class ClipByNorm(ClipOption):
    """The whole gradient is shortened and keeps its direction.

    As `torch.nn.utils.clip_grad_norm_`, its 1e-6 in the divisor included.
    """

    model_config = described(
        "By norm",
        r"g \leftarrow g\, \min\left(1, \frac{c}{\| g \| + 10^{-6}}\right)",
        "Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063",
    )
    kind: Literal["norm"] = "norm"
    limit: Limit = 1.0

    def steps(self, gradient: Array) -> list[Step]:
        dtype: np.dtype[Any] = gradient.dtype
        square = np.empty((*gradient.shape[:-1], 1, 1), dtype)
        norm = square[..., 0]
        return [
            # As a product it costs a third of a sum.
            product(gradient[..., None, :], gradient[..., :, None], square),
            (np.sqrt, (norm, norm)),
            (np.add, (norm, scalar(1e-6, dtype), norm)),
            (np.divide, (scalar(self.limit, dtype), norm, norm)),
            (partial(np.minimum, out=norm), (norm, scalar(1.0, dtype))),
            (np.multiply, (gradient, norm, gradient)),
        ]


GradientClip = Annotated[NoClip | ClipByValue | ClipByNorm, Field(discriminator="kind"), SHORTHAND]
