"""Experiments to start from: what is worth comparing, with settings that show it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.changes import complete, merge
from app.messages import Seeds
from engine import RunSpec


class Shown(BaseModel):
    """How the page shows it at first."""

    chart: Literal["loss", "accuracy", "gradients", "rate"] = "loss"
    axis: Literal["epochs", "updates", "gradients", "milliseconds"] = "epochs"
    log: bool = False


class Preset(BaseModel):
    """Runs side by side, ready to play."""

    id: str
    title: str
    description: Annotated[str, Field(description="What to look for.")]
    group: Literal["compare"] = "compare"
    runs: list[RunSpec]
    seeds: list[Seeds]
    epochs_per_second: float | None = None
    shown: Shown = Shown()


def _preset(
    id: str,
    title: str,
    description: str,
    base: dict[str, Any],
    lanes: dict[str, dict[str, Any]],
    seeds: int = 1,
    **more: Any,
) -> Preset:
    """lanes: what each changes in `base`, by its name."""
    runs = [complete(merge(base, {"name": name} | changes)) for name, changes in lanes.items()]
    return Preset(
        id=id,
        title=title,
        description=description,
        runs=runs,
        seeds=[seeds] * len(runs),
        **more,
    )


def _layers(count: int, units: int, **settings: Any) -> list[dict[str, Any]]:
    return [{"units": units} | settings] * count


def _sgd(rate: float) -> dict[str, Any]:
    return {"kind": "sgd", "learning_rate": rate}


def _deep(activation: str, init: str = "xavier_uniform") -> dict[str, Any]:
    return {"layers": _layers(8, 8, activation=activation), "init": init}


_SPIRAL = {"kind": "spiral", "samples": 500, "noise": 0.1}

PRESETS = (
    _preset(
        "optimizer-race",
        "Optimizer race",
        "Six optimizers learn the spiral from the same weights. Who turns the corner first, and "
        "who gets there at all?",
        {"data": _SPIRAL, "layers": _layers(2, 8)},
        {
            "SGD": {"optimizer": _sgd(0.1)},
            "Momentum": {"optimizer": {"kind": "momentum", "learning_rate": 0.05}},
            "Adagrad": {"optimizer": {"kind": "adagrad", "learning_rate": 0.1}},
            "RMSprop": {"optimizer": {"kind": "rmsprop", "learning_rate": 0.01}},
            "Adam": {"optimizer": {"kind": "adam", "learning_rate": 0.01}},
            "Lion": {"optimizer": {"kind": "lion", "learning_rate": 0.003}},
        },
    ),
    _preset(
        "ill-conditioned",
        "A narrow valley",
        "A linear model on features of very different size, all points in one batch: the loss is "
        "a long, narrow valley. Plain SGD crawls along it; standardized inputs make it round, "
        "and momentum gathers speed along it.",
        {
            "data": {"kind": "plane", "samples": 500},
            "features": ["x1", "x2", "x1^2", "x2^2", "x1*x2"],
            "layers": [],
            "batch_size": "full",
        },
        {
            "SGD": {"optimizer": _sgd(0.001)},
            "SGD, standardized": {"optimizer": _sgd(0.1), "scaling": "standardize"},
            "Momentum": {"optimizer": {"kind": "momentum", "learning_rate": 0.001}},
            "Adam": {"optimizer": {"kind": "adam", "learning_rate": 0.02}},
            "Adam, standardized": {
                "optimizer": {"kind": "adam", "learning_rate": 0.02},
                "scaling": "standardize",
            },
        },
        epochs_per_second=50,
        shown=Shown(log=True),
    ),
    _preset(
        "activations",
        "Activations, eight layers deep",
        "On its way down through eight layers the sigmoid's gradient shrinks to less than a "
        "thousandth: look at the gradient norm by layer. ReLU and its kin pass it on.",
        {"data": _SPIRAL, "optimizer": {"kind": "adam", "learning_rate": 0.003}},
        {
            "Sigmoid": _deep("sigmoid"),
            "Tanh": _deep("tanh"),
            "ReLU": _deep("relu", "he_normal"),
            "Leaky ReLU": _deep("leaky_relu", "he_normal"),
            "SELU": _deep("selu", "lecun_normal"),
            "GELU": _deep("gelu", "he_normal"),
        },
        shown=Shown(chart="gradients"),
    ),
    _preset(
        "initializations",
        "Where to begin",
        "With zeros all units of a layer stay equal for ever; tiny weights hardly pass anything "
        "on; Xavier and He keep signals at their size.",
        {
            "data": _SPIRAL,
            "layers": _layers(4, 12, activation="relu"),
            "optimizer": {"kind": "adam", "learning_rate": 0.005},
        },
        {
            "Zeros": {"init": "zeros"},
            "Small random": {"init": {"kind": "normal"}},
            "Xavier": {"init": "xavier_normal"},
            "He": {"init": "he_normal"},
        },
    ),
    _preset(
        "batch-size",
        "Batch size",
        "One point, sixteen, or all of them per update. By epochs small batches win; switch the "
        "axis to milliseconds and look again.",
        {
            "data": {"kind": "moons", "samples": 400},
            "layers": _layers(2, 6),
            "optimizer": _sgd(0.05),
        },
        {
            "1": {"batch_size": 1},
            "16": {"batch_size": 16},
            "Full": {"batch_size": "full"},
        },
        shown=Shown(axis="milliseconds"),
    ),
    _preset(
        "overfitting",
        "Cures for overfitting",
        "A large network learns fifty points by heart, wrong labels and all: its test loss rises "
        "while the training loss falls. Dropout slows that down, L2 stops it; more data is the "
        "best cure.",
        {
            "data": {"kind": "moons", "samples": 100, "noise": 0.3, "label_noise": 0.15},
            "layers": _layers(2, 24, activation="relu"),
            "init": "he_normal",
            "optimizer": {"kind": "adam", "learning_rate": 0.01},
        },
        {
            "No cure": {},
            "Dropout": {"regularization": {"dropout": 0.5}},
            "L2": {"regularization": {"l2": 0.02}},
            "Ten times the data": {"data": {"samples": 1000}},
        },
        seeds=4,
    ),
    _preset(
        "batch-norm",
        "Batch normalization at high rates",
        "At a gentle rate all four seeds of both networks learn. At a high one most of the plain "
        "network's break down; normalized layer by layer, all of them keep learning.",
        {"data": {"kind": "rings", "samples": 500}, "init": "he_normal", "batch_size": 32},
        {
            f"{title}, {rate:g}": {
                "layers": _layers(4, 8, activation="relu", batch_norm=norm),
                "optimizer": _sgd(rate),
            }
            for title, norm in (("Plain", False), ("Normalized", True))
            for rate in (0.03, 1.0)
        },
        seeds=4,
    ),
    _preset(
        "schedules",
        "Learning-rate schedules",
        "The same optimizer, slowed down in different ways: a rate that falls settles into the "
        "valley where a constant one keeps jumping about.",
        {
            "data": {"kind": "spiral", "samples": 500, "noise": 0.2},
            "layers": _layers(2, 8),
            "optimizer": {"kind": "adam", "learning_rate": 0.03},
        },
        {
            "Constant": {"schedule": "constant"},
            "Step": {"schedule": "step"},
            "Exponential": {"schedule": "exponential"},
            "Inverse time": {"schedule": "inverse_time"},
            "Cosine": {"schedule": "cosine"},
            "One cycle": {"schedule": "one_cycle"},
        },
        seeds=4,
    ),
)
