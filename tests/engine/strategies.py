"""Any valid run, small enough to train within a test."""

from typing import Any

from hypothesis import strategies as st

from engine import RunSpec
from engine.activations import Activation
from engine.datasets import Dataset
from engine.features import FEATURES
from engine.initializers import Initializer
from engine.optimizers import Optimizer
from tests.engine.members import kinds


def _kind(union: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(kinds(union)))


_layers = st.lists(
    st.fixed_dictionaries(
        {"units": st.integers(1, 9), "activation": _kind(Activation)},
        optional={"init": _kind(Initializer)},
    ),
    max_size=4,
)
_data = st.fixed_dictionaries(
    {
        "kind": _kind(Dataset),
        "samples": st.integers(10, 90),
        "noise": st.floats(0, 2),
        "train_fraction": st.floats(0.1, 0.9),
        "seed": st.integers(0, 2**32 - 1),
    }
)
_optimizer = st.fixed_dictionaries(
    {"kind": _kind(Optimizer), "learning_rate": st.floats(1e-6, 100, exclude_min=True)}
)


@st.composite
def specs(draw: st.DrawFn) -> RunSpec:
    """A valid run of at most 90 points and 4 layers."""
    data = draw(_data)
    losses = ["auto", "squared"] + ["cross_entropy"] * (data["kind"] != "plane")
    return RunSpec.model_validate(
        {
            "seed": draw(st.integers(0, 2**32 - 1)),
            "data": data,
            "features": draw(
                st.lists(st.sampled_from(sorted(FEATURES)), min_size=1, max_size=4, unique=True)
            ),
            "layers": draw(_layers),
            "init": draw(_kind(Initializer)),
            "loss": draw(st.sampled_from(losses)),
            "optimizer": draw(_optimizer),
            "regularization": {
                "l1": draw(st.just(0.0) | st.floats(0, 1)),
                "l2": draw(st.just(0.0) | st.floats(0, 1)),
            },
            "batch_size": draw(st.just("full") | st.integers(1, 40)),
            "precision": draw(st.sampled_from(["float32", "float64"])),
        }
    )
