"""What settings mean before anything is trained."""

import numpy as np
import pytest

from engine import RunSpec, advance, preview, start
from engine.activations import Activation, ActivationOption, Maxout
from engine.previews import activation_curve
from engine.schedules import Schedule
from tests.engine.members import example, kinds, members


@pytest.mark.parametrize("member", members(Activation))
def test_slopes_are_those_of_the_curve(member: type[ActivationOption]) -> None:
    option = example(member)
    assert isinstance(option, ActivationOption)
    curve = activation_curve(option)
    if isinstance(option, Maxout):
        assert curve.z == []
        return
    z, value, slope = map(np.array, curve)
    difference = np.gradient(value, z)
    steps = np.abs(z[:, None] - np.array(option.kinks)).min(axis=1, initial=np.inf)
    smooth = steps > z[1] - z[0] + 1e-9
    np.testing.assert_allclose(slope[smooth][1:-1], difference[smooth][1:-1], atol=0.02)


SHORT: dict[str, dict[str, float]] = {
    "constant": {},
    "step": {"every": 3},
    "exponential": {"gamma": 0.8},
    "inverse_time": {"decay": 0.2},
    "search_then_converge": {"tau": 10},
    "cosine": {"epochs": 20},
    "one_cycle": {"epochs": 20},
}
"""Schedules of so few updates that each of them is drawn."""


@pytest.mark.parametrize("kind", sorted(kinds(Schedule)))
@pytest.mark.parametrize("warmup", [0, 3])
def test_the_rates_are_those_in_force(kind: str, warmup: int) -> None:
    spec = RunSpec.model_validate(
        {
            "data": {"kind": "xor", "samples": 40},  # two updates an epoch
            "schedule": {"kind": kind, "warmup": warmup, **SHORT[kind]},
        }
    )
    curve = preview(spec).schedule
    rates = dict(zip(curve.epoch, curve.rate, strict=True))
    _, frames = advance(start([spec]), 6)
    # An epoch's numbers hold the rate of its first update.
    drawn = [rates[epoch] for epoch in range(6)]
    assert drawn == pytest.approx(frames.history["learning_rate"][0].tolist())


def test_weights_are_those_that_training_begins_with() -> None:
    spec = RunSpec.model_validate(
        {"layers": [{"units": 30}, {"units": 5, "init": "zeros"}], "init": "he_normal", "seed": 3}
    )
    first, zeros, last = preview(spec).weights
    weights, _ = start([spec]).weights()[0]
    assert (first.fan_in, first.units, sum(first.counts)) == (2, 30, 60)
    assert (first.mean, first.std) == pytest.approx((weights.mean(), weights.std()))
    assert first.reach == zeros.reach == last.reach
    assert zeros.std == 0
    assert max(zeros.counts) == 5 * 30
    expected, _ = np.histogram(weights.astype(float), 21, (-first.reach, first.reach))
    assert first.counts == expected.tolist()
