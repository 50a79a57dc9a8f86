"""Early stopping, max-norm, noise, dropout, batch normalization, layer rates, confusion: what they
do to a run as a whole. Their formulas are checked in test_golden and test_gradients."""

from typing import Any, Literal

import numpy as np
import pytest

from engine import RunSpec, advance, confusion, load_data, predict, start, train
from engine.batches import Batches, batch_of, dropout_mask
from engine.data import point_tables, split
from engine.metrics import EXACT


def spec_of(**changes: Any) -> RunSpec:
    return RunSpec.model_validate(
        {"data": {"kind": "moons", "samples": 60, "noise": 0.8}} | changes
    )


def test_early_stopping_takes_back_the_best_weights() -> None:
    spec = spec_of(
        layers=[{"units": 24}] * 2,
        optimizer={"kind": "adam", "learning_rate": 0.05},
        early_stopping={"patience": 15},
    )
    result = train(spec, 2000)
    (run,) = result.checkpoint.runs
    losses = result.history["test_loss"]
    assert run.status == "finished"
    assert len(losses) == result.checkpoint.epoch + 1 < 2000
    best = int(np.argmin(losses[1:])) + 1
    assert best == result.checkpoint.epoch - 15
    assert f"epoch {best}" in run.message
    straight, _ = advance(start([spec]), best)
    assert straight.runs[0].theta.tobytes() == run.theta.tobytes()
    again, frames = advance(result.checkpoint, 5)
    assert again.epoch == result.checkpoint.epoch
    assert len(frames.history["epoch"]) == 0


def test_early_stopping_needs_its_least_gain() -> None:
    patient = spec_of(early_stopping={"patience": 30, "min_delta": 0.0})
    greedy = spec_of(early_stopping={"patience": 30, "min_delta": 0.2})
    assert train(greedy, 400).checkpoint.epoch < train(patient, 400).checkpoint.epoch


def test_who_stops_early_leaves_its_company_alone() -> None:
    stops = spec_of(early_stopping={"patience": 1, "min_delta": 1.0})
    goes_on = spec_of(seed=3)
    together, frames = advance(start([stops, goes_on]), 20)
    alone, lone = advance(start([goes_on]), 20)
    assert [run.status for run in together.runs] == ["finished", "training"]
    assert together.runs[1].theta.tobytes() == alone.runs[0].theta.tobytes()
    for name in EXACT:
        np.testing.assert_array_equal(frames.history[name][1], lone.history[name][0])


def test_max_norm_holds_after_every_update() -> None:
    spec = spec_of(
        regularization={"max_norm": 0.7},
        optimizer={"kind": "sgd", "learning_rate": 1.0},
        layers=[{"units": 5}],
    )
    checkpoint = start([spec])
    for _ in range(10):
        checkpoint, _ = advance(checkpoint, 0, batches=1)
        for weight, _ in checkpoint.weights():
            assert (np.linalg.norm(weight, axis=1) <= 0.7 * (1 + 1e-6)).all()


def test_dropout_masks_are_inverted_and_keyed() -> None:
    mask = dropout_mask(np.random.default_rng(1), (400, 50), 0.3)
    np.testing.assert_allclose(np.unique(mask), [0, 1 / 0.7], rtol=1e-6)
    assert (mask == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert mask.mean() == pytest.approx(1, abs=0.02)

    def masks(epoch: int, **changes: Any) -> list[np.ndarray[Any, Any]]:
        spec = spec_of(layers=[{"units": 6}], regularization={"dropout": 0.5}, **changes)
        batches = Batches([spec], [point_tables(spec)[0]])
        batches.prepare_(epoch)
        return [
            batch.masks[0].copy()
            for batch in batches.every
            if batch.masks and batch.masks[0] is not None
        ]

    first = masks(0)
    assert len(first) == 3
    for one, two in zip(first, masks(0, optimizer="sgd"), strict=True):
        np.testing.assert_array_equal(one, two)  # lanes share what is dropped
    assert not np.array_equal(first[0], masks(1)[0])
    assert not np.array_equal(first[0], masks(0, seed=1)[0])


@pytest.mark.parametrize("size", [8, "full"])
def test_a_batch_is_told_as_it_was_learned_from(size: int | str) -> None:
    spec = spec_of(batch_size=size, layers=[{"units": 5, "dropout": 0.4}, {"units": 3}])
    table = point_tables(spec)[0]
    batches = Batches([spec], [table])
    for epoch in (0, 3, 17):
        batches.prepare_(epoch)
        for index, batch in enumerate(batches.every):
            told = batch_of(spec, epoch, index)
            x = table[told.points, : batches.rows]
            np.testing.assert_array_equal(x.T, batch.x)
            assert batch.masks is not None
            (mask, none), (share, no_share) = batch.masks, told.dropped
            assert none is no_share is None
            assert mask is not None
            assert share is not None
            np.testing.assert_allclose(share, (mask == 0).mean(axis=-1))


def test_dropout_and_noise_are_off_at_test() -> None:
    noisy = {"dropout": 0.5, "input_noise": 1.0, "weight_noise": 0.5}
    quiet, loud = spec_of(), spec_of(regularization=noisy)
    _, before = advance(start([quiet, loud]), 0)
    for name in ("train_loss", "test_loss"):
        assert before.history[name][0, 0] == before.history[name][1, 0]
    points = split(quiet.data).test_points
    one, two = predict(start([quiet, loud]), points)
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("option", ["input_noise", "weight_noise"])
def test_noise_changes_training(option: str) -> None:
    plain, noisy = spec_of(), spec_of(regularization={option: 0.3})
    end, _ = advance(start([plain, noisy]), 2)
    assert end.runs[0].theta.tobytes() != end.runs[1].theta.tobytes()


def test_batch_normalization_learns_where_plain_sigmoids_vanish() -> None:
    deep = [{"units": 8, "activation": "sigmoid"}] * 6
    normal = [layer | {"batch_norm": True} for layer in deep]
    data, sgd = {"kind": "circle", "samples": 200}, {"kind": "sgd", "learning_rate": 0.3}
    plain, with_norm = (
        train(spec_of(data=data, layers=layers, optimizer=sgd), 60).history["train_loss"][-1]
        for layers in (deep, normal)
    )
    assert plain > 0.6
    assert with_norm < 0.2


def test_batches_of_one_point_can_be_normalized() -> None:
    spec = spec_of(batch_size=1, layers=[{"units": 3, "batch_norm": True}])
    assert np.isfinite(train(spec, 3).history["train_loss"]).all()


def test_layer_rates_divide_by_the_root_of_fan_in() -> None:
    common = {"batch_size": "full", "optimizer": "sgd", "precision": "float64"}
    features = ["x1", "x2", "x1^2", "x2^2"]
    equal, scaled = (
        spec_of(**common, features=features, layers=[{"units": 9}], layer_rates=rates)
        for rates in ("equal", "fan_in")
    )
    begin = start([equal, scaled])
    end, _ = advance(begin, 1)
    for layer, fan_in in enumerate((4, 9)):
        steps = [end.weights(run)[layer][0] - begin.weights(run)[layer][0] for run in (0, 1)]
        np.testing.assert_allclose(steps[1], steps[0] / np.sqrt(fan_in), rtol=1e-9)


@pytest.mark.parametrize("data", ["moons", "blobs", "digits"])
def test_confusion_counts_every_point(data: str) -> None:
    spec = RunSpec.model_validate({"data": data, "scaling": "minmax"})
    result = train(spec, 5)
    parts: list[Literal["train", "test"]] = ["train", "test"]
    for part in parts:
        counts = confusion(result.checkpoint, 0, part)
        targets = getattr(load_data(spec), f"{part}_y")
        assert counts.sum(axis=1).tolist() == np.bincount(targets).tolist()
        accuracy = np.trace(counts) / counts.sum()
        assert accuracy == pytest.approx(result.history[f"{part}_accuracy"][-1])


def test_confusion_is_for_classes() -> None:
    with pytest.raises(ValueError, match="regression"):
        confusion(start([RunSpec.model_validate({"data": "plane"})]))


def test_regression_has_r2_and_mean_absolute_error() -> None:
    spec = RunSpec.model_validate({"data": "plane", "precision": "float64"})
    result = train(spec, 5)
    data = load_data(spec)
    found = predict(result.checkpoint, split(spec.data).test_points)[0, :, 0]
    missed = found - data.test_y
    history = result.history
    assert history["test_mae"][-1] == pytest.approx(np.abs(missed).mean())
    r2 = 1 - (missed**2).sum() / ((data.test_y - data.test_y.mean()) ** 2).sum()
    assert history["test_r2"][-1] == pytest.approx(r2)
    assert np.isnan(history["test_accuracy"]).all()


def test_penalty_rate_and_updates_are_told() -> None:
    spec = spec_of(
        regularization={"l1": 0.01, "l2": 0.1}, schedule={"kind": "step", "every": 2, "gamma": 0.1}
    )
    result = train(spec, 5)
    history = result.history
    weights = [weight.astype(float) for weight, _ in result.checkpoint.weights()]
    penalty = sum(0.01 * np.abs(w).sum() + 0.05 * (w**2).sum() for w in weights)
    assert history["penalty"][-1] == pytest.approx(penalty, rel=1e-5)
    np.testing.assert_allclose(history["learning_rate"], [0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-4])
    assert history["updates"].tolist() == [0, 3, 6, 9, 12, 15]
    assert (history["milliseconds"][1:] > 0).all()


def test_the_divergence_message_names_the_gradient() -> None:
    wild = RunSpec.model_validate(
        {
            "data": "plane",
            "layers": [{"units": 8, "activation": "relu"}],
            "optimizer": {"kind": "sgd", "learning_rate": 2.0},
        }
    )
    (run,) = train(wild, 100).checkpoint.runs
    assert run.status == "diverged"
    assert "norm of the gradient" in run.message
