"""Training: pure, the same bits however it is cut or stacked, and equal to the slow twin."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Checkpoint, RunSpec, advance, load_data, start, train
from engine.arrays import Array, run_
from engine.metrics import EXACT, METRICS
from engine.regularizers import Penalty, Regularization
from tests.engine.strategies import specs
from tests.engine.twin import Twin

SMALL: dict[str, Any] = {"data": {"kind": "xor", "samples": 50}, "layers": [{"units": 3}]}


def small(**changes: Any) -> RunSpec:
    return RunSpec.model_validate(SMALL | changes)


def same(one: Checkpoint, two: Checkpoint) -> bool:
    """Equal to the last bit, NaN included."""
    return (one.epoch, one.batch) == (two.epoch, two.batch) and all(
        (a.spec, a.status, a.message, a.updates, a.optimizer_updates)
        == (b.spec, b.status, b.message, b.updates, b.optimizer_updates)
        and a.running.tobytes() == b.running.tobytes()
        and a.theta.tobytes() == b.theta.tobytes()
        and a.optimizer_state.tobytes() == b.optimizer_state.tobytes()
        for a, b in zip(one.runs, two.runs, strict=True)
    )


@given(specs())
@settings(max_examples=150, deadline=None)
def test_any_run_trains_without_a_warning(spec: RunSpec) -> None:
    begin = start([spec])
    copy = pickle.dumps(begin)
    end, frames = advance(begin, 3)
    assert pickle.dumps(begin) == copy, "the input was changed"
    assert end.runs[0].theta.dtype == spec.precision
    assert np.isfinite(end.runs[0].theta).all()
    assert len(frames.history["epoch"]) == end.epoch
    assert end.status != "training" or end.epoch == 3
    assert np.isfinite(frames.history["train_loss"]).all()


@given(st.lists(specs(), min_size=1, max_size=4), st.lists(st.integers(0, 3), max_size=4))
@settings(max_examples=60, deadline=None)
def test_sliced_equals_straight(some: list[RunSpec], slices: list[int]) -> None:
    straight, frames = advance(start(some), sum(slices) + 1)
    cut = start(some)
    rows: list[dict[str, Array]] = []
    for epochs in [*slices, 1]:
        if cut.status != "diverged":
            cut, part = advance(cut, epochs)
            rows += [part.history] if epochs else []
    assert same(cut, straight)
    for name in EXACT:
        np.testing.assert_array_equal(
            np.concatenate([row[name] for row in rows], axis=1), frames.history[name]
        )


@given(st.lists(specs(), min_size=2, max_size=3), st.integers(1, 9), st.data())
@settings(max_examples=60, deadline=None)
def test_stacked_equals_alone(some: list[RunSpec], copies: int, data: st.DataObject) -> None:
    """Runs that differ in seed, rate or anything else do not change one another's bits."""
    runs = [
        run.model_copy(
            update={
                "seed": data.draw(st.integers(0, 5)),
                "optimizer": run.optimizer.model_copy(
                    update={"learning_rate": data.draw(st.floats(1e-4, 0.1))}
                ),
            }
        )
        for run in some
        for _ in range(copies)
    ]
    together, frames = advance(start(runs), 2)
    for index, run in enumerate(runs):
        alone, lone_frames = advance(start([run]), 2)
        if together.epoch == alone.epoch:
            assert together.runs[index].theta.tobytes() == alone.runs[0].theta.tobytes()
        count = len(lone_frames.history["epoch"])
        for name in EXACT:
            np.testing.assert_array_equal(
                frames.history[name][index, :count], lone_frames.history[name][0]
            )


@pytest.mark.parametrize("units", [8, 16, 33, 64])
def test_wider_stacks_keep_their_bits(units: int) -> None:
    runs = [small(seed=seed, layers=[{"units": units}] * 2) for seed in range(5)]
    together, _ = advance(start(runs), 3)
    for index, run in enumerate(runs):
        alone, _ = advance(start([run]), 3)
        assert together.runs[index].theta.tobytes() == alone.runs[0].theta.tobytes()


TWINS = {
    "sgd": {"optimizer": "sgd"},
    "momentum": {"optimizer": "momentum"},
    "adam": {"optimizer": {"kind": "adam", "learning_rate": 0.05}},
    "relu": {"layers": [{"units": 4, "activation": "relu"}] * 2, "init": "he_normal"},
    "sigmoid and linear": {
        "layers": [{"units": 3, "activation": "sigmoid"}, {"units": 2, "activation": "linear"}]
    },
    "squared": {"loss": "squared"},
    "regression": {"data": {"kind": "plane", "samples": 50}},
    "penalties": {"regularization": {"l1": 0.01, "l2": 0.1}},
    "full batch": {"batch_size": "full"},
    "linear model": {"layers": [], "features": ["x1", "x1*x2"]},
    "classes": {"data": {"kind": "blobs", "samples": 50}},
    "smooth labels": {"regularization": {"label_smoothing": 0.2}},
    "dropout": {
        "layers": [{"units": 4}, {"units": 4, "dropout": 0.5}],
        "regularization": {"dropout": 0.25},
    },
    "batch normalization": {
        "layers": [{"units": 3, "batch_norm": True, "activation": "relu"}],
        "optimizer": "momentum",
    },
    "residual": {"layers": [{"units": 2, "residual": True}, {"units": 2, "residual": True}]},
    "maxout": {"layers": [{"units": 2, "activation": {"kind": "maxout", "pieces": 3}}]},
    "frozen": {
        "layers": [{"units": 3, "batch_norm": True}, {"units": 2, "activation": "maxout"}],
        "frozen": [
            {"layer": 1, "unit": 2},
            {"layer": 2, "unit": 1},
            {"layer": 2, "unit": 0, "input": 1},
            {"layer": 2, "unit": 0, "input": -1},
            {"layer": 3, "unit": 0, "input": 1},
        ],
        "optimizer": {"kind": "momentum", "learning_rate": 0.02},
        "regularization": {"l2": 0.1},
    },
    "a frozen layer": {
        "layers": [{"units": 3}, {"units": 2}],
        "frozen": [{"layer": 2}],
        "optimizer": {"kind": "adam", "learning_rate": 0.05},
    },
    "ablated": {
        "layers": [
            {"units": 3, "batch_norm": True, "activation": "sigmoid"},
            {"units": 3, "residual": True, "dropout": 0.4, "activation": "softplus"},
        ],
        "ablated": [
            {"layer": 1, "unit": 0},
            {"layer": 2, "unit": 2},
            {"layer": 2, "unit": 0},
        ],
        "optimizer": {"kind": "momentum", "learning_rate": 0.02},
    },
    "everything": {
        "data": {"kind": "blobs", "samples": 50},
        # Not Adam: it makes steps of full size out of the bias's gradient, which is only rounding.
        "optimizer": {"kind": "momentum", "learning_rate": 0.02},
        "regularization": {"l1": 0.01, "l2": 0.1, "dropout": 0.2, "label_smoothing": 0.1},
        "layers": [
            {"units": 3, "batch_norm": True, "activation": "maxout"},
            {"units": 3, "batch_norm": True, "residual": True, "activation": "silu"},
        ],
    },
}


@pytest.mark.parametrize("changes", TWINS.values(), ids=TWINS)
def test_equals_the_slow_twin(changes: dict[str, Any]) -> None:
    """25 training points in batches of 10: the last batch of each epoch is a short one."""
    spec = small(precision="float64", **changes)
    twin = Twin(spec)
    checkpoint = start([spec])
    for epoch in range(4):
        twin.epoch(epoch)
        checkpoint, frames = advance(checkpoint)
        if not any(layer.batch_norm for layer in spec.layers):
            for part in ("train", "test"):
                loss = frames.history[f"{part}_loss"][0, 0]
                assert loss == pytest.approx(twin.mean_loss(part), rel=1e-9)
    theirs = [parameter.value for layer in twin.parameters() for parameter in layer]
    np.testing.assert_allclose(checkpoint.runs[0].theta, theirs, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("batches", [1, 2, 3, 4, 7])
def test_single_batches_add_up_to_epochs(batches: int) -> None:
    specs = [small(), small(batch_size=7), small(batch_size="full")]  # 3, 4 and 1 updates an epoch
    checkpoint = start(specs)
    while checkpoint.epoch < 5:
        before = checkpoint
        checkpoint, frames = advance(checkpoint, 0, batches=batches)
        assert len(frames.history["epoch"]) == checkpoint.epoch - before.epoch
    checkpoint, _ = advance(checkpoint, 2) if checkpoint.batch else advance(checkpoint, 1)
    straight, _ = advance(start(specs), checkpoint.epoch)
    assert same(checkpoint, straight)


def test_history_counts_every_epoch_once() -> None:
    result = train(small(), 12)
    assert result.history["epoch"].tolist() == list(range(13))
    assert set(result.history) == {"epoch", *METRICS}
    assert all(len(values) == 13 for values in result.history.values())
    assert result.checkpoint.epoch == 12
    _, frames = advance(advance(start([small()]), 7)[0], 5)
    assert frames.history["epoch"].tolist() == [8, 9, 10, 11, 12]
    np.testing.assert_array_equal(frames.history["train_loss"][0], result.history["train_loss"][8:])


def test_accuracy_counts_right_classes() -> None:
    spec = small(data={"kind": "gaussian", "samples": 200, "noise": 0.0})
    result = train(spec, 40)
    data = load_data(spec)
    weights = result.checkpoint.weights()
    hidden = np.tanh(data.test_x @ weights[0][0].T + weights[0][1])
    z = hidden @ weights[1][0].T + weights[1][1]
    expected = float(((z[:, 0] > 0) == (data.test_y == 1)).mean())
    assert result.history["test_accuracy"][-1] == pytest.approx(expected)
    assert expected > 0.95


def test_zero_weights_never_break_their_symmetry() -> None:
    spec = small(init="zeros", layers=[{"units": 4}])
    (weight, bias), _ = train(spec, 20).checkpoint.weights()
    assert (weight == weight[0]).all()
    assert (bias == bias[0]).all()


def test_l1_does_not_freeze_a_weight_at_zero() -> None:
    """TensorFlow Playground's L1 kills a weight for good; here it moves on when the data pull."""
    spec = small(init="zeros", layers=[], data="gaussian", regularization={"l1": 0.01})
    (weight, _) = train(spec, 30).checkpoint.weights()[0]
    assert (np.abs(weight) > 0.1).all()


def test_biases_are_not_penalised() -> None:
    theta = np.ones((1, 3 * 2 + 3 * 1))
    design = small(layers=[{"units": 2}]).architecture
    penalty = Penalty(design, [Regularization(l1=0.5, l2=0.25)], theta)
    gradient = np.zeros_like(theta)
    run_(penalty.steps(theta, gradient, np.empty_like(theta)))
    for layer in design.views(gradient[0]):
        assert (layer.weights[:-1] == 0.75).all()
        assert (layer.weights[-1] == 0).all()
    assert penalty.value(theta)[0] == pytest.approx(6 * 0.5 + 6 * 0.25 / 2)


DIVERGING: dict[str, Any] = {
    "data": "plane",
    "layers": [{"units": 8, "activation": "relu"}],
    "optimizer": {"kind": "sgd", "learning_rate": 1.0},
    "init": "he_normal",
}


def test_divergence_keeps_the_last_finite_state() -> None:
    spec = RunSpec.model_validate(DIVERGING)
    end, frames = advance(start([spec]), 200)
    (run,) = end.runs
    assert run.status == end.status == "diverged"
    assert f"epoch {end.epoch + 1}" in run.message
    assert "learning rate" in run.message
    assert np.isfinite(run.theta).all()
    assert len(frames.history["epoch"]) == end.epoch < 200
    straight, _ = advance(start([spec]), end.epoch)
    assert straight.status == "training"
    assert straight.runs[0].theta.tobytes() == run.theta.tobytes()
    again, none = advance(end, 5)  # it stays where it is
    assert again.epoch == end.epoch
    assert len(none.history["epoch"]) == 0


def test_a_diverged_run_leaves_its_company_alone() -> None:
    good = RunSpec.model_validate(DIVERGING | {"optimizer": {"kind": "sgd", "learning_rate": 1e-3}})
    bad = RunSpec.model_validate(DIVERGING)
    end, frames = advance(start([bad, good]), 30)
    alone, lone = advance(start([good]), 30)
    assert [run.status for run in end.runs] == ["diverged", "training"]
    assert end.status == "training"
    assert end.runs[1].theta.tobytes() == alone.runs[0].theta.tobytes()
    np.testing.assert_array_equal(frames.history["train_loss"][1], lone.history["train_loss"][0])
    assert np.isnan(frames.history["train_loss"][0, -1])


@pytest.mark.parametrize(("epochs", "batches"), [(-1, 0), (0, -1)])
def test_negative_counts_are_refused(epochs: int, batches: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        advance(start([small()]), epochs, batches=batches)


def test_no_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        start([])
