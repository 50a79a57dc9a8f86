"""Runs whose trajectories PyTorch has computed once: what they are, and where the numbers lie."""

from pathlib import Path
from typing import Any

from engine import RunSpec

FILE = Path(__file__).with_name("trajectories.npz")
STEPS = 60

_BASE: dict[str, Any] = {
    "data": {"kind": "circle", "samples": 60},
    "layers": [{"units": 5}, {"units": 3}],
    "optimizer": {"kind": "sgd", "learning_rate": 0.3},
    "batch_size": "full",
    "precision": "float64",
}


def _layers(activation: str) -> list[dict[str, Any]]:
    return [{"units": 5, "activation": activation}, {"units": 3, "activation": activation}]


_CHANGES: dict[str, dict[str, Any]] = {
    "optimizer sgd": {},
    "optimizer momentum": {"optimizer": {"kind": "momentum", "learning_rate": 0.05}},
    "optimizer momentum 0.5": {
        "optimizer": {"kind": "momentum", "learning_rate": 0.05, "momentum": 0.5}
    },
    "optimizer adam": {"optimizer": {"kind": "adam", "learning_rate": 0.05}},
    "optimizer adam betas": {
        "optimizer": {
            "kind": "adam",
            "learning_rate": 0.05,
            "beta1": 0.5,
            "beta2": 0.9,
            "epsilon": 1e-3,
        }
    },
    "activation linear": {"layers": _layers("linear"), "data": "gaussian"},
    "activation tanh": {"layers": _layers("tanh")},
    "activation relu": {"layers": _layers("relu"), "init": "he_normal"},
    "activation sigmoid": {
        "layers": _layers("sigmoid"),
        "optimizer": {"kind": "adam", "learning_rate": 0.05},
    },
    "loss cross_entropy binary": {"loss": "cross_entropy"},
    "loss squared binary": {"loss": "squared"},
    "loss squared regression": {
        "data": "plane",
        "loss": "squared",
        "optimizer": {"kind": "sgd", "learning_rate": 0.05},
    },
    "l1": {"regularization": {"l1": 0.003}},
    "l2": {"regularization": {"l2": 0.03}},
    "no hidden layer": {"layers": [], "features": ["x1", "x2", "x1^2", "x2^2"]},
}

CASES = {name: RunSpec.model_validate(_BASE | changes) for name, changes in _CHANGES.items()}
"""name -> run; every member of every family occurs in one."""
