"""New settings for a run that has begun: what goes on, and what starts anew."""

from typing import Any

import numpy as np
import pytest

from engine import Checkpoint, RunSpec, advance, retune, start

BASE = RunSpec.model_validate({"data": {"kind": "xor", "samples": 50}, "layers": [{"units": 3}]})


def changed(**changes: Any) -> RunSpec:
    return RunSpec.model_validate(BASE.model_dump() | changes)


@pytest.fixture
def trained() -> Checkpoint:
    return advance(start([BASE, BASE]), 4)[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": {"kind": "adam", "learning_rate": 0.2}},
        {"regularization": {"l2": 0.1}},
        {"batch_size": 5},
        {"data": {"kind": "spiral", "samples": 80, "noise": 0.4}},
        {"loss": "squared"},
        {"layers": [{"units": 3, "activation": "relu"}]},
        {"name": "faster"},
        {"regularization": {"dropout": 0.3, "max_norm": 1.0}},
        {"schedule": {"kind": "cosine", "epochs": 40}},
        {"gradient_clip": "norm"},
        {"scaling": "standardize"},
        {"early_stopping": {"patience": 5}},
    ],
    ids=str,
)
def test_goes_on_from_the_same_weights(trained: Checkpoint, changes: dict[str, Any]) -> None:
    tuned, restarted = retune(trained, 1, changed(**changes))
    assert restarted == ()
    assert tuned.epoch == 4
    assert tuned.runs[0] is trained.runs[0]
    old, new = trained.runs[1], tuned.runs[1]
    assert new.spec == changed(**changes)
    np.testing.assert_array_equal(new.theta, old.theta)
    np.testing.assert_array_equal(new.optimizer_state, old.optimizer_state)
    assert (new.updates, new.optimizer_updates) == (old.updates, old.optimizer_updates)
    assert advance(tuned, 2)[0].epoch == 6


def test_another_optimizer_starts_with_fresh_state_on_the_same_weights(trained: Checkpoint) -> None:
    tuned, restarted = retune(trained, 0, changed(optimizer="momentum"))
    assert restarted == ()
    new = tuned.runs[0]
    np.testing.assert_array_equal(new.theta, trained.runs[0].theta)
    assert new.optimizer_state.shape == (1, len(new.theta))
    assert not new.optimizer_state.any()
    assert (new.updates, new.optimizer_updates) == (12, 0)


def test_precision_is_cast(trained: Checkpoint) -> None:
    tuned, restarted = retune(trained, 0, changed(precision="float64"))
    assert restarted == ()
    assert tuned.runs[0].theta.dtype == np.float64
    np.testing.assert_array_equal(tuned.runs[0].theta, trained.runs[0].theta)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"seed": 7}, "seed"),
        ({"features": ["x1", "x1*x2"]}, "features"),
        ({"layers": [{"units": 4}]}, "layers"),
        ({"layers": []}, "layers"),
        ({"layers": [{"units": 3, "batch_norm": True}]}, "layers"),
        ({"layers": [{"units": 3, "activation": "maxout"}]}, "layers"),
        ({"data": "iris"}, "data.kind"),
        ({"init": "he_normal"}, "init"),
        ({"layers": [{"units": 3, "init": "zeros"}]}, "init"),
    ],
    ids=str,
)
def test_starts_anew_and_says_why(trained: Checkpoint, changes: dict[str, Any], path: str) -> None:
    tuned, restarted = retune(trained, 0, changed(**changes))
    assert path in restarted
    fresh = start([changed(**changes)]).runs[0]
    assert tuned.runs[0].theta.tobytes() == fresh.theta.tobytes()
    assert tuned.runs[0].updates == 0


def test_before_the_first_update_every_change_is_just_another_start() -> None:
    tuned, restarted = retune(start([BASE]), 0, changed(seed=7, layers=[{"units": 9}]))
    assert restarted == ()
    fresh = start([changed(seed=7, layers=[{"units": 9}])])
    assert tuned.runs[0].theta.tobytes() == fresh.runs[0].theta.tobytes()


def test_a_diverged_run_can_go_on() -> None:
    wild = changed(
        data="plane",
        loss="auto",
        optimizer={"kind": "sgd", "learning_rate": 90.0},
        layers=[{"units": 3, "activation": "relu"}],
        init="he_normal",
    )
    end, _ = advance(start([wild]), 50)
    assert end.status == "diverged"
    calm = wild.model_copy(update={"optimizer": BASE.optimizer})
    tuned, _ = retune(end, 0, calm)
    assert tuned.status == "training"
    assert advance(tuned, 3)[0].epoch == end.epoch + 3
