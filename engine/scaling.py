"""Scaling of inputs: an affine map, fitted on the training part only."""

from abc import abstractmethod
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from engine.arrays import Floats
from engine.option import SHORTHAND, Option, described


class ScalingOption(Option):
    """A scaling of inputs."""

    kind: str

    @abstractmethod
    def fit(self, x: Floats) -> tuple[Floats, Floats]:
        """From (N, features) training inputs: shift (features,) and matrix (features, features).

        The network then sees (x - shift) @ matrix. Constant columns become 0, never infinite.
        """


def _safe(size: Floats) -> Floats:
    """Divisors: 1 where a column does not vary."""
    return np.where(size > 1e-12, size, 1.0)


class Unscaled(ScalingOption):
    """Inputs reach the network as they are."""

    model_config = described("None", r"x \leftarrow x")
    kind: Literal["none"] = "none"

    def fit(self, x: Floats) -> tuple[Floats, Floats]:
        return np.zeros(x.shape[1]), np.eye(x.shape[1])


class Center(ScalingOption):
    """Every input gets mean 0."""

    model_config = described(
        "Centre",
        r"x \leftarrow x - \bar x",
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, doi:10.1007/3-540-49430-8_2",
    )
    kind: Literal["center"] = "center"

    def fit(self, x: Floats) -> tuple[Floats, Floats]:
        return x.mean(axis=0), np.eye(x.shape[1])


class Standardize(ScalingOption):
    """Every input gets mean 0 and standard deviation 1: round valleys instead of long ones."""

    model_config = described(
        "Standardize",
        r"x \leftarrow \frac{x - \bar x}{\sigma}",
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, doi:10.1007/3-540-49430-8_2",
    )
    kind: Literal["standardize"] = "standardize"

    def fit(self, x: Floats) -> tuple[Floats, Floats]:
        return x.mean(axis=0), np.diag(1 / _safe(x.std(axis=0)))


class MinMax(ScalingOption):
    """Every input is stretched to [-1, 1]."""

    model_config = described(
        "Min-max", r"x \leftarrow 2\, \frac{x - x_{\min}}{x_{\max} - x_{\min}} - 1"
    )
    kind: Literal["minmax"] = "minmax"

    def fit(self, x: Floats) -> tuple[Floats, Floats]:
        low, high = x.min(axis=0), x.max(axis=0)
        return (low + high) / 2, np.diag(2 / _safe(high - low))


class Whiten(ScalingOption):
    """Rotated to the principal axes and scaled there: no correlations remain (by SVD).

    Directions that hardly vary (less than 1e-6 of the largest) become 0.
    """

    model_config = described(
        "Whiten",
        r"x \leftarrow \sqrt{N}\, (x - \bar x)\, V S^{-1}" "\n" r"X - \bar x = U S V^\top",
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, doi:10.1007/3-540-49430-8_2",
    )
    kind: Literal["whiten"] = "whiten"

    def fit(self, x: Floats) -> tuple[Floats, Floats]:
        mean = x.mean(axis=0)
        _, sizes, rotation = np.linalg.svd(x - mean, full_matrices=False)
        # The sign of a principal axis is arbitrary: make its largest part positive.
        largest = np.abs(rotation).argmax(axis=1)
        rotation = rotation * np.sign(rotation[np.arange(len(rotation)), largest])[:, None]
        kept = sizes > 1e-6 * max(sizes.max(initial=0.0), 1e-12)
        factor = np.where(kept, np.sqrt(len(x)) / np.where(kept, sizes, 1.0), 0.0)
        matrix = np.zeros((x.shape[1], x.shape[1]))
        matrix[:, : len(sizes)] = rotation.T * factor
        return mean, matrix


Scaling = Annotated[
    Unscaled | Center | Standardize | MinMax | Whiten, Field(discriminator="kind"), SHORTHAND
]
