"""Backpropagation against central differences, for every activation and loss."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from engine import RunSpec, advance, check_gradients, start
from engine.activations import Activation, Tanh
from engine.arrays import Array
from tests.engine.members import kinds

LOSSES = [("circle", "cross_entropy"), ("circle", "squared"), ("plane", "squared")]


def checked(**changes: Any) -> tuple[float, ...]:
    spec = RunSpec.model_validate(
        {"data": {"kind": "circle", "samples": 60}, "init": "he_normal"} | changes
    )
    return check_gradients(advance(start([spec]), 2)[0])


@pytest.mark.parametrize(
    ("activation", "pair"), list(product(sorted(kinds(Activation)), LOSSES)), ids=str
)
def test_every_activation_with_every_loss(activation: str, pair: tuple[str, str]) -> None:
    data, loss = pair
    errors = checked(
        data={"kind": data, "samples": 60},
        loss=loss,
        layers=[{"units": 5, "activation": activation}, {"units": 3, "activation": activation}],
        regularization={"l1": 0.01, "l2": 0.1},
    )
    assert len(errors) == 3
    assert max(errors) < 1e-6


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": []},
        {"layers": [{"units": 4}] * 6},
        {"layers": [{"units": 40}]},
        {"features": ["x1", "x1^2", "x1*x2", "sin(x2)"]},
        {"optimizer": "momentum", "precision": "float32"},
    ],
    ids=str,
)
def test_every_shape(changes: dict[str, Any]) -> None:
    assert max(checked(**changes)) < 1e-6


def test_zero_weights_are_all_kinks_with_l1() -> None:
    spec = RunSpec.model_validate(
        {"init": "zeros", "layers": [{"units": 2}], "regularization": {"l1": 0.1}}
    )
    assert all(np.isfinite(check_gradients(start([spec]))))  # the biases can still be compared


def test_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: Tanh, delta: Array, z: Array, a: Array, scratch: Array) -> None:
        np.multiply(delta, 1 - np.abs(a), delta)

    assert max(checked()) < 1e-6
    monkeypatch.setattr(Tanh, "backward_", wrong)
    errors = checked()
    assert errors[0] > 0.01
    assert errors[-1] < 1e-6  # the layer above it does not pass through a tanh
