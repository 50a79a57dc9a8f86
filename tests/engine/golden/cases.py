"""Runs whose trajectories PyTorch has computed once: what they are, and where the numbers lie."""

from pathlib import Path
from typing import Any

from engine import RunSpec
from engine.activations import Activation
from engine.optimizers import Optimizer
from engine.schedules import Schedule
from tests.engine.members import kinds

FILE = Path(__file__).with_name("trajectories.npz")
STEPS = 60

_BASE: dict[str, Any] = {
    "data": {"kind": "circle", "samples": 60},
    "layers": [{"units": 5}, {"units": 3}],
    "optimizer": {"kind": "sgd", "learning_rate": 0.3},
    "batch_size": "full",
    "precision": "float64",
}
_RATES = {
    "momentum": 0.05,
    "nesterov": 0.05,
    "adagrad": 0.1,
    "adadelta": 1.0,
    "rmsprop": 0.01,
    "adam": 0.05,
    "adamw": 0.05,
    "nadam": 0.05,
    "amsgrad": 0.05,
    "lion": 0.01,
}
# Saturating or one-sided functions learn this problem only with steps of their own size.
_ADAM = {"kind": "adam", "learning_rate": 0.03}


def _layers(activation: object, **more: object) -> list[dict[str, Any]]:
    return [{"units": 4, "activation": activation, **more}] * 2


_CHANGES: dict[str, dict[str, Any]] = {
    "optimizer sgd": {},
    **{
        f"optimizer {kind}": {"optimizer": {"kind": kind, "learning_rate": rate}}
        for kind, rate in _RATES.items()
    },
    "optimizer momentum 0.5": {
        "optimizer": {"kind": "momentum", "learning_rate": 0.05, "momentum": 0.5}
    },
    "optimizer adam betas": {"optimizer": {**_ADAM, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}},
    "optimizer adamw decay": {
        "optimizer": {"kind": "adamw", "learning_rate": 0.05, "weight_decay": 0.3}
    },
    "optimizer rmsprop momentum": {
        "optimizer": {"kind": "rmsprop", "learning_rate": 0.005, "momentum": 0.8, "alpha": 0.9}
    },
    "optimizer lion decay": {
        "optimizer": {"kind": "lion", "learning_rate": 0.01, "weight_decay": 0.1}
    },
    **{
        f"activation {kind}": {
            "layers": _layers(kind),
            "optimizer": _ADAM,
            "init": "xavier_uniform",
            "data": {"kind": "gaussian", "samples": 60, "noise": 1.0}
            if kind == "linear"
            else _BASE["data"],
        }
        for kind in sorted(kinds(Activation))
    },
    "activation leaky_relu 0.3": {
        "layers": _layers({"kind": "leaky_relu", "slope": 0.3}),
        "optimizer": _ADAM,
    },
    "activation elu 0.5": {"layers": _layers({"kind": "elu", "alpha": 0.5}), "optimizer": _ADAM},
    "activation maxout 3": {
        "layers": _layers({"kind": "maxout", "pieces": 3}),
        "optimizer": _ADAM,
    },
    "loss cross_entropy binary": {"loss": "cross_entropy"},
    "loss squared binary": {"loss": "squared"},
    "loss absolute binary": {"loss": "absolute"},
    "loss huber binary": {"loss": {"kind": "huber", "threshold": 0.3}},
    "loss hinge binary": {"loss": "hinge", "optimizer": {"kind": "sgd", "learning_rate": 0.05}},
    **{
        f"loss {kind} multiclass": {
            "loss": kind,
            "data": {"kind": "blobs", "samples": 60, "classes": 4},
            "optimizer": {"kind": "sgd", "learning_rate": 0.05},
        }
        for kind in ("cross_entropy", "squared", "absolute", "huber", "hinge")
    },
    **{
        f"loss {kind} regression": {
            "loss": kind,
            "data": {"kind": "hills", "samples": 60},
            "optimizer": {"kind": "sgd", "learning_rate": 0.05},
        }
        for kind in ("auto", "squared", "absolute", "huber")
    },
    **{
        f"schedule {kind}": {
            "schedule": {"kind": kind},
            "optimizer": {"kind": "sgd", "learning_rate": 0.3},
        }
        for kind in sorted(kinds(Schedule))
    },
    "schedule step short": {"schedule": {"kind": "step", "every": 7, "gamma": 0.7}},
    "schedule cosine short": {"schedule": {"kind": "cosine", "epochs": 60, "end": 0.1}},
    "schedule one_cycle short": {"schedule": {"kind": "one_cycle", "epochs": 60}},
    "schedule inverse_time warm": {
        "schedule": {"kind": "inverse_time", "decay": 0.05, "warmup": 10}
    },
    "schedule search short": {"schedule": {"kind": "search_then_converge", "tau": 20}},
    "l1": {"regularization": {"l1": 0.003}},
    "l2": {"regularization": {"l2": 0.03}},
    "max norm": {"regularization": {"max_norm": 0.9}},
    "label smoothing binary": {"regularization": {"label_smoothing": 0.2}},
    "label smoothing multiclass": {
        "regularization": {"label_smoothing": 0.2},
        "data": {"kind": "blobs", "samples": 60},
        "optimizer": {"kind": "sgd", "learning_rate": 0.05},
    },
    "clip value": {"gradient_clip": {"kind": "value", "limit": 0.02}},
    "clip norm": {"gradient_clip": {"kind": "norm", "limit": 0.05}},
    # Not with Adam: a bias before the normalization has no gradient but rounding, of which Adam
    # makes steps of full size.
    "batch norm": {
        "layers": _layers("tanh", batch_norm=True),
        "optimizer": {"kind": "momentum", "learning_rate": 0.05},
    },
    "batch norm relu": {
        "layers": _layers("relu", batch_norm=True),
        "optimizer": {"kind": "sgd", "learning_rate": 0.1},
    },
    "residual": {
        "layers": [{"units": 4}, {"units": 4, "residual": True}, {"units": 4, "residual": True}]
    },
    "layer rates": {"layer_rates": "fan_in", "optimizer": {"kind": "momentum"}},
    "no hidden layer": {"layers": [], "features": ["x1", "x2", "x1^2", "x2^2"]},
    "table": {"data": "iris", "scaling": "standardize", "optimizer": _ADAM},
}

CASES = {name: RunSpec.model_validate(_BASE | changes) for name, changes in _CHANGES.items()}
"""name -> run; every member of every family occurs in one."""
assert set(_RATES) | {"sgd"} == kinds(Optimizer)
