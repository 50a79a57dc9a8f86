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
    stride = Stride()
    assert stride.pieces(0.04) == 1
    for _ in range(6):
        pieces = stride.pieces(0.04)
        stride.measured(pieces, 0.004 + 0.0003 * pieces)
    assert 0.03 < 0.004 + 0.0003 * stride.pieces(0.04) < 0.05
    assert stride.pieces(0.01) < stride.pieces(0.04) / 3
    stride.measured(pieces, 0.03, drawing=0.01)
    assert stride.pieces(0.04) == pytest.approx(pieces * 2 / 3, abs=1)
    stride.measured(pieces, 10.0)
    assert stride.pieces(0.04) == 1


def test_an_estimate_spares_the_first_try() -> None:
    assert Stride(0.001).pieces(0.0405) == 40
    assert Stride(7.0).pieces(0.04) == 1
