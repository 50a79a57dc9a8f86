"""Slice lengths and speed limits, with a clock of our own."""

import pytest

from app.pace import Pace, Stride


@pytest.mark.parametrize("rate", [0.3, 1, 7, 25, 60, 333.3, 10_000])
def test_a_limit_is_met_whatever_the_scheduler_does(rate: float) -> None:
    pace = Pace(rate, now=0.0)
    now, epochs, slices = 0.0, 0, 0
    while now < 100:
        now = max(now, pace.due()) + (0.003 if slices % 3 else 0.02)  # never quite in time
        epochs += pace.take(10**9, now)
        slices += 1
    assert epochs == pytest.approx(rate * now, abs=max(2, rate / 20))
    assert slices <= 27 * now + 2


def test_a_stalled_run_does_not_rush_to_catch_up() -> None:
    pace = Pace(100, now=0.0)
    assert pace.take(1000, now=60.0) <= 30


def test_slow_networks_take_what_they_can() -> None:
    pace = Pace(1000, now=0.0)
    assert pace.take(3, now=1.0) == 3
    assert pace.due() <= 1.0


def test_without_a_limit_everything_is_due() -> None:
    pace = Pace(None, now=5.0)
    assert pace.due() == 5.0
    assert pace.take(123, now=5.0) == 123


def test_strides_approach_the_slice_time() -> None:
    stride = Stride(0.04)
    for _ in range(6):
        stride.measured(stride.epochs, 0.004 + 0.0003 * stride.epochs)
    assert 0.03 < 0.004 + 0.0003 * stride.epochs < 0.05
    stride.measured(stride.epochs, 10.0)
    assert stride.epochs == 1
