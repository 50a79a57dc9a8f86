"""Experiments to start from: what is worth seeing or comparing, with settings that show it."""

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
    """One run or several side by side, ready to play."""

    id: str
    title: str
    description: Annotated[str, Field(description="What to look for.")]
    group: Literal["start", "compare"] = "compare"
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


def _start(id: str, title: str, description: str, base: dict[str, Any], **more: Any) -> Preset:
    """A single run."""
    return Preset(
        id=id,
        title=title,
        description=description,
        group="start",
        runs=[complete(base)],
        seeds=[1],
        **more,
    )


def _layers(count: int, units: int, **settings: Any) -> list[dict[str, Any]]:
    return [{"units": units} | settings] * count


def _sgd(rate: float) -> dict[str, Any]:
    return {"kind": "sgd", "learning_rate": rate}


def _deep(activation: str, init: str = "xavier_uniform") -> dict[str, Any]:
    return {"layers": _layers(8, 8, activation=activation), "init": init}


_SPIRAL = {"kind": "spiral", "samples": 500, "noise": 0.1}
_FEW_POINTS: dict[str, Any] = {
    "data": {"kind": "moons", "samples": 100, "noise": 0.3, "label_noise": 0.15},
    "layers": _layers(2, 24, activation="relu"),
    "init": "he_normal",
    "optimizer": {"kind": "adam", "learning_rate": 0.01},
}
"""And a network large enough to learn them by heart."""

PRESETS = (
    _start(
        "circle",
        "A circle",
        "Four units draw a line each, and together they close a curve around the middle. Point at "
        "a unit to see its line.",
        {"data": {"kind": "circle"}, "layers": _layers(1, 4)},
    ),
    _start(
        "xor-linear",
        "XOR without a hidden layer",
        "One straight line cannot part these points, however long it is trained: about half of "
        "them stay on the wrong side.",
        {"data": {"kind": "xor"}, "layers": []},
        epochs_per_second=50,
    ),
    _start(
        "xor-hidden",
        "XOR with a hidden layer",
        "The same points with one layer of four units between: each folds the plane once, and that "
        "is enough.",
        {"data": {"kind": "xor"}, "layers": _layers(1, 4)},
    ),
    _start(
        "features",
        "Features instead of layers",
        "No hidden layer at all, but x₁² and x₂² go in: a straight line among the squares is a "
        "circle in the plane.",
        {"data": {"kind": "circle"}, "features": ["x1^2", "x2^2"], "layers": []},
        epochs_per_second=50,
    ),
    _start(
        "spiral",
        "The spiral, three layers deep",
        "Each layer bends what the layer before has found. Watch the maps from left to right: "
        "lines, then corners, then the spiral.",
        {
            "data": _SPIRAL,
            "layers": _layers(3, 8),
            "optimizer": {"kind": "adam", "learning_rate": 0.01},
        },
    ),
    _start(
        "classes",
        "Four classes",
        "One output for each class; the softmax turns them into probabilities that add up to one.",
        {
            "data": {"kind": "spirals", "classes": 4, "samples": 600, "noise": 0.05},
            "layers": _layers(2, 12),
            "optimizer": {"kind": "adam", "learning_rate": 0.02},
        },
    ),
    _start(
        "regression",
        "Waves to fit",
        "Not classes but a height at every point, below zero in one colour and above in the other. "
        "The network finds the waves from samples.",
        {
            "data": {"kind": "sine", "samples": 500},
            "layers": _layers(2, 12),
            "optimizer": {"kind": "adam", "learning_rate": 0.01},
        },
    ),
    _start(
        "rate-too-high",
        "Learning rate too high",
        "Every update overshoots the valley by more than the one before, until the numbers "
        "overflow. Divide the rate by ten and start again.",
        {
            "data": {"kind": "plane"},
            "features": ["x1", "x2", "x1^2", "x2^2"],
            "layers": [],
            "optimizer": _sgd(0.006),
        },
        epochs_per_second=2,
        shown=Shown(log=True),
    ),
    _start(
        "vanishing-sigmoid",
        "Vanishing gradients",
        "Eight layers of sigmoids: the gradient shrinks on its way down, so that the first layer "
        "hardly moves. Change the activation to ReLU and see.",
        {"data": _SPIRAL, **_deep("sigmoid"), "optimizer": _sgd(0.1)},
        shown=Shown(chart="gradients"),
    ),
    _start(
        "dead-relu",
        "Dead ReLUs",
        "A few steps that were too long have pushed units below zero for every point: no gradient "
        "comes through any more. The table of layers counts them. Try leaky ReLU.",
        {
            "data": {"kind": "circle", "noise": 0.2},
            "layers": _layers(3, 8, activation="relu"),
            "init": "he_normal",
            "optimizer": _sgd(1.0),
        },
        epochs_per_second=10,
    ),
    _start(
        "learned-by-heart",
        "Overfitting",
        "Fifty points, some with the wrong label, and far too many weights: the training loss "
        "goes to zero while the test loss rises. Show the test points.",
        _FEW_POINTS,
    ),
    _start(
        "cured",
        "Overfitting, cured",
        "The same points and network with L2: small weights draw smooth boundaries, so that wrong "
        "labels are left aside.",
        {**_FEW_POINTS, "regularization": {"l2": 0.02}},
    ),
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
        _FEW_POINTS,
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
