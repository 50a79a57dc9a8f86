"""Any valid run, small enough to train within a test."""

from typing import Any

from hypothesis import strategies as st

from engine import RunSpec
from engine.activations import Activation
from engine.datasets import Custom, Dataset, PlanarOption
from engine.features import FEATURES
from engine.gradient_clip import GradientClip
from engine.initializers import Initializer
from engine.losses import Loss, LossOption
from engine.optimizers import Optimizer
from engine.scaling import Scaling
from engine.schedules import Schedule
from tests.engine.members import kinds, members, stored, stored_table


def _kind(union: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(kinds(union)))


_off_or = st.just(0.0)


def _share(largest: float) -> st.SearchStrategy[float]:
    return _off_or | st.floats(0, largest)


@st.composite
def _data(draw: st.DrawFn) -> dict[str, Any]:
    member = draw(st.sampled_from(members(Dataset)))
    data: dict[str, Any] = {
        "kind": member.model_fields["kind"].default,
        "train_fraction": draw(st.floats(0.1, 0.9)),
        "validation_fraction": draw(_share(0.5)),
        "label_noise": draw(_share(0.5)),
        "seed": draw(st.integers(0, 2**32 - 1)),
    }
    if issubclass(member, PlanarOption):
        data |= {"samples": draw(st.integers(10, 90)), "noise": draw(st.floats(0, 2))}
    if member is Custom:
        data["id"] = draw(st.sampled_from([stored(), stored_table()]))
        data["standardize"] = draw(st.booleans())
    if "imbalance" in member.model_fields:
        data["imbalance"] = draw(_share(0.95))
    if "classes" in member.model_fields:
        data["classes"] = draw(st.integers(2, 8))
    return data


@st.composite
def _layers(draw: st.DrawFn, width: int) -> list[dict[str, Any]]:
    layers = []
    for _ in range(draw(st.integers(0, 3))):
        residual = width <= 64 and draw(st.booleans())
        width = width if residual else draw(st.integers(1, 9))
        layers.append(
            {
                "units": width,
                "activation": draw(_kind(Activation)),
                "init": draw(st.none() | _kind(Initializer)),
                "dropout": draw(st.none() | st.floats(0, 0.95)),
                "batch_norm": draw(st.booleans()),
                "residual": residual,
            }
        )
    return layers


@st.composite
def _held(draw: st.DrawFn, units: tuple[int, ...]) -> dict[str, Any]:
    """Frozen and ablated parts of a network with such layers, mostly none."""
    frozen, ablated = [], []
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        layer = draw(st.integers(1, len(units) - 1))
        unit = draw(st.none() | st.integers(0, units[layer] - 1))
        below = st.none() | st.integers(-1, units[layer - 1] - 1)
        frozen.append({"layer": layer, "unit": unit, "input": draw(below) if unit else None})
    for _ in range(draw(st.sampled_from([0, 0, 1, 3])) if len(units) > 2 else 0):
        layer = draw(st.integers(1, len(units) - 2))
        ablated.append({"layer": layer, "unit": draw(st.integers(0, units[layer] - 1))})
    return {"frozen": frozen, "ablated": ablated}


@st.composite
def specs(draw: st.DrawFn) -> RunSpec:
    """A valid run of few points and layers."""
    data = draw(_data())
    features = draw(
        st.lists(st.sampled_from(sorted(FEATURES)), min_size=1, max_size=4, unique=True)
    )
    bare = RunSpec.model_validate({"data": data, "features": features, "layers": []})
    heads = {}
    for member in members(Loss):
        loss = member()
        assert isinstance(loss, LossOption)
        if (head := loss.head(bare.data.task)) is not None:
            heads[loss] = head
    loss = draw(st.sampled_from(list(heads)))
    smooths = heads[loss].smooths
    table = bare.data.columns is not None
    layers = draw(_layers(bare.units[0]))
    units = (bare.units[0], *(layer["units"] for layer in layers), bare.units[-1])
    return RunSpec.model_validate(
        {
            "seed": draw(st.integers(0, 2**32 - 1)),
            "data": data,
            "features": features,
            "scaling": draw(_kind(Scaling)),
            "layers": layers,
            "init": draw(_kind(Initializer)),
            "loss": loss,
            "optimizer": {
                "kind": draw(_kind(Optimizer)),
                "learning_rate": draw(st.floats(1e-6, 100, exclude_min=True)),
            },
            "schedule": {"kind": draw(_kind(Schedule)), "warmup": draw(st.integers(0, 3))},
            "layer_rates": draw(st.sampled_from(["equal", "fan_in"])),
            "gradient_clip": draw(_kind(GradientClip)),
            "regularization": {
                "l1": draw(_share(1)),
                "l2": draw(_share(1)),
                "max_norm": draw(_share(5)),
                "dropout": draw(_share(0.95)),
                "input_noise": draw(_share(1)),
                "weight_noise": draw(_share(1)),
                "label_smoothing": draw(_share(0.9)) if smooths else 0.0,
            },
            "batch_size": draw(st.just("full") | st.integers(64 if table else 1, 99)),
            "precision": draw(st.sampled_from(["float32", "float64"])),
            "early_stopping": {"patience": draw(st.integers(0, 2))},
            **draw(_held(units)),
        }
    )
