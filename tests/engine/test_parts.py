"""Frozen and ablated parts: what stays, what is silent, and what goes on."""

from typing import Any

import numpy as np
import pytest

from engine import RunSpec, View, advance, predict, render, retune, start, train
from engine.optimizers import Optimizer
from engine.parts import frozen_mask
from engine.spec import fitting
from tests.engine.members import members

LAYERS = [
    {"units": 4, "batch_norm": True},
    {"units": 4, "residual": True, "activation": "maxout", "dropout": 0.2},
]
FROZEN = [
    {"layer": 1, "unit": 1},
    {"layer": 2, "unit": 3},
    {"layer": 2, "unit": 0, "input": 2},
    {"layer": 3, "unit": 0, "input": -1},
]


def spec_of(**changes: Any) -> RunSpec:
    data = {"kind": "moons", "samples": 60, "noise": 0.8}
    return RunSpec.model_validate({"data": data, "layers": LAYERS} | changes)


@pytest.mark.parametrize("optimizer", [m.model_fields["kind"].default for m in members(Optimizer)])
def test_frozen_parameters_keep_their_bits(optimizer: str) -> None:
    """Under any optimizer, with decay, penalties, max-norm, noise and rates of their own."""
    spec = spec_of(
        frozen=FROZEN,
        optimizer={"kind": optimizer},
        layer_rates="fan_in",
        gradient_clip="norm",
        regularization={"l1": 0.01, "l2": 0.1, "max_norm": 0.3, "weight_noise": 0.1},
    )
    begin = start([spec])
    end, _ = advance(begin, 3)
    before, after = begin.runs[0].theta, end.runs[0].theta
    held = frozen_mask(spec.architecture, spec.frozen)
    # Three weights, bias, gamma and beta; two pieces of unit 3, of one weight; the last bias.
    assert held.sum() == (3 + 2) + 2 * 5 + 2 + 1
    assert after[held].tobytes() == before[held].tobytes()
    moved = after != before
    assert moved[~held].mean() > 0.9


def test_the_rest_of_a_clipped_network_learns_as_if_the_frozen_had_no_gradient() -> None:
    changes: dict[str, Any] = {"optimizer": "sgd", "gradient_clip": {"kind": "norm", "limit": 0.01}}
    frozen, free = spec_of(**changes, frozen=[{"layer": 3}]), spec_of(**changes)
    held = frozen_mask(frozen.architecture, frozen.frozen)
    begin = start([free, frozen])
    end, _ = advance(begin, 0, batches=1)
    moves = [run.theta - first.theta for run, first in zip(end.runs, begin.runs, strict=True)]
    # The whole step has the length of the limit; without the last layer so has the rest of it.
    lengths = [float(np.linalg.norm(move[~held].astype(float))) for move in moves]
    assert lengths[1] == pytest.approx(0.01 * frozen.optimizer.learning_rate, rel=1e-3)
    assert lengths[0] < 0.9 * lengths[1]


def test_freezing_and_thawing_live_keeps_weights_and_optimizer() -> None:
    begun, _ = advance(start([spec_of()]), 3)
    frozen, restarted = retune(begun, 0, spec_of(frozen=FROZEN, ablated=[{"layer": 1, "unit": 0}]))
    assert restarted == ()
    assert frozen.runs[0].theta.tobytes() == begun.runs[0].theta.tobytes()
    assert frozen.runs[0].optimizer_state.tobytes() == begun.runs[0].optimizer_state.tobytes()
    later, _ = advance(frozen, 3)
    held = frozen_mask(spec_of().architecture, frozen.runs[0].spec.frozen)
    thawed, restarted = retune(later, 0, spec_of())
    assert restarted == ()
    free, _ = advance(thawed, 1)
    assert (free.runs[0].theta[held] != begun.runs[0].theta[held]).all()


def test_an_ablated_unit_says_nothing_and_learns_nothing() -> None:
    spec = spec_of(ablated=[{"layer": 1, "unit": 2}, {"layer": 2, "unit": 2}], optimizer="sgd")
    begin = start([spec])
    end, _ = advance(begin, 3)
    (picture,) = render(end, View(cells=20, unit_stride=1, focus=((0, 1, 2),)))
    assert picture.detail is not None
    maps = picture.detail.unit_maps
    silent = 2 + np.array([2, 4 + 2])
    assert not maps[silent].any()
    assert maps[np.delete(np.arange(10), silent)].any(axis=(1, 2)).all()
    assert not picture.detail.focus[1, 2][0].any()
    for layer in (0, 1):
        (before, bias_before), (after, bias_after) = (
            checkpoint.weights()[layer] for checkpoint in (begin, end)
        )
        np.testing.assert_array_equal(after[2], before[2])
        assert bias_after[2] == bias_before[2]
        assert (after[0] != before[0]).any()


def test_what_enters_an_ablated_unit_does_not_matter() -> None:
    spec = spec_of(ablated=[{"layer": 1, "unit": 2}])
    begin = start([spec])
    (run,) = begin.runs
    theta = run.theta.copy()
    view = spec.architecture.views(theta)[0]
    view.weights[:, 2] = 7
    other = type(begin)((type(run)(spec, theta, run.optimizer_state, run.running),))
    points = np.random.default_rng(0).uniform(-6, 6, (50, 2))
    np.testing.assert_array_equal(predict(begin, points), predict(other, points))
    free = start([spec_of()])
    assert (predict(free, points) != predict(begin, points)).any()


def test_a_network_without_a_voice_still_has_its_bias() -> None:
    every = [{"layer": 1, "unit": unit} for unit in range(4)]
    result = train(spec_of(layers=LAYERS[:1], ablated=every), 30)
    points = np.random.default_rng(0).uniform(-6, 6, (50, 2))
    answers = predict(result.checkpoint, points)
    assert (answers == answers[0, 0]).all()


def test_parts_that_are_not_there_are_left_out() -> None:
    spec = spec_of(frozen=FROZEN, ablated=[{"layer": 1, "unit": 0}, {"layer": 2, "unit": 3}])
    assert fitting(spec) == spec
    small = fitting(spec.model_copy(update={"layers": spec.layers[:1]}))
    # What was layer 2 is now the output, with one unit.
    assert [(part.layer, part.unit) for part in small.frozen] == [(1, 1), (2, 0)]
    assert [(part.layer, part.unit) for part in small.ablated] == [(1, 0)]
    assert RunSpec.model_validate(small.model_dump()) == small
