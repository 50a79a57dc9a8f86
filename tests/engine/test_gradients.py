"""Backpropagation against central differences and against the slow twin, for every pairing."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from engine import Checkpoint, RunSpec, advance, check_gradients, start
from engine.activations import Activation, Tanh
from engine.arrays import Array
from engine.gradient_check import FLOOR, Problem
from tests.engine.members import kinds
from tests.engine.twin import Twin

LOSSES = [
    ("circle", "cross_entropy"),
    ("circle", "squared"),
    ("circle", "absolute"),
    ("circle", "huber"),
    ("circle", "hinge"),
    ("blobs", "cross_entropy"),
    ("blobs", "squared"),
    ("blobs", "absolute"),
    ("blobs", "huber"),
    ("blobs", "hinge"),
    ("hills", "squared"),
    ("hills", "absolute"),
    ("hills", "huber"),
]
EXTRAS: dict[str, dict[str, Any]] = {
    "plain": {},
    "batch norm": {"batch_norm": True},
    "dropout": {"dropout": 0.4},
    "residual": {"residual": True},
    "all three": {"batch_norm": True, "dropout": 0.3, "residual": True},
}


def after_some_training(**changes: Any) -> Checkpoint:
    spec = RunSpec.model_validate(
        {
            "data": {"kind": "circle", "samples": 40},
            "init": "he_normal",
            "optimizer": {"kind": "adam", "learning_rate": 0.003},
        }
        | changes
    )
    return advance(start([spec]), 2)[0]


def with_activation(activation: str, data: str, loss: str, extra: dict[str, Any]) -> Checkpoint:
    layer = {"units": 3, "activation": activation}
    return after_some_training(
        data={"kind": data, "samples": 24},
        loss=loss,
        layers=[layer, layer | extra, layer | extra],
        regularization={
            "l1": 0.01,
            "l2": 0.1,
            "label_smoothing": 0.1 if loss == "cross_entropy" else 0.0,
        },
    )


PAIRS = list(product(sorted(kinds(Activation)), EXTRAS))


@pytest.mark.parametrize(("activation", "extra"), PAIRS, ids=str)
def test_every_pairing_against_differences(activation: str, extra: str) -> None:
    for data, loss in LOSSES:
        errors = check_gradients(with_activation(activation, data, loss, EXTRAS[extra]))
        assert len(errors) == 4
        assert np.nanmax(errors) < 1e-6, (data, loss, errors)


@pytest.mark.parametrize(("activation", "extra"), PAIRS, ids=str)
def test_every_pairing_against_the_twin(activation: str, extra: str) -> None:
    """Half of the losses each, so that all pairs of two choices occur."""
    chosen = LOSSES[sum(map(ord, activation + extra)) % 2 :: 2]
    for data, loss in chosen:
        checkpoint = with_activation(activation, data, loss, EXTRAS[extra])
        (state,) = checkpoint.runs
        spec = state.spec.model_copy(update={"precision": "float64"})
        problem = Problem.of(state, checkpoint.epoch)
        twin = Twin(spec)
        values = state.theta.astype(float).tolist()
        for parameter, value in zip(
            [p for layer in twin.parameters() for p in layer], values, strict=True
        ):
            parameter.value = value
        points = list(range(len(twin.train_y)))
        masks = [None if mask is None else mask.T for mask in problem.masks]
        expected = np.concatenate(twin.gradient(points, masks))
        np.testing.assert_allclose(problem.backprop(), expected, rtol=1e-7, atol=1e-11)


ABLATED = [{"layer": 1, "unit": 1}, {"layer": 2, "unit": 0}, {"layer": 2, "unit": 2}]


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": []},
        {"layers": [{"units": 4}] * 6},
        {"layers": [{"units": 40}]},
        {"features": ["x1", "x1^2", "x1*x2", "sin(x2)"], "scaling": "whiten"},
        {"optimizer": "momentum", "precision": "float32"},
        {"regularization": {"input_noise": 0.3, "weight_noise": 0.2, "dropout": 0.2}},
        {"layers": [{"units": 3, "activation": {"kind": "leaky_relu", "slope": 0.2}}]},
        {"layers": [{"units": 3, "activation": {"kind": "elu", "alpha": 0.3}}]},
        {"layers": [{"units": 3, "activation": {"kind": "maxout", "pieces": 5}}]},
        {"data": "hills", "loss": {"kind": "huber", "threshold": 0.2}},
        {"data": "iris", "scaling": "standardize"},
        {"data": "wine", "scaling": "minmax"},
        {"layers": [{"units": 3}, {"units": 3, "residual": True}], "ablated": ABLATED},
        {"layers": [{"units": 3, "activation": "maxout"}] * 2, "ablated": ABLATED},
        {"layers": [{"units": 3, "batch_norm": True, "dropout": 0.3}] * 2, "ablated": ABLATED},
    ],
    ids=str,
)
def test_every_shape(changes: dict[str, Any]) -> None:
    assert max(check_gradients(after_some_training(**changes))) < 1e-6


def test_weights_at_zero_are_kinks_with_l1() -> None:
    spec = RunSpec.model_validate(
        {"init": "zeros", "layers": [{"units": 2}], "regularization": {"l1": 0.1}}
    )
    assert all(np.isfinite(check_gradients(start([spec]))))  # the biases can still be compared
    assert FLOOR > 0  # without it a gradient of exactly zero would be compared with rounding


def test_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: Tanh, z: Array, a: Array, out: Array) -> None:
        np.subtract(1, np.abs(a), out)

    checkpoint = after_some_training()
    assert max(check_gradients(checkpoint)) < 1e-6
    monkeypatch.setattr(Tanh, "slope_", wrong)
    errors = check_gradients(checkpoint)
    assert errors[0] > 0.01
    assert errors[-1] < 1e-6  # the layer above it does not pass through a tanh
