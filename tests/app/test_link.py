"""How a viewer's connection is measured, and what its frames may weigh."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.framing import coarser
from app.link import HORIZON, LEAST, MOST, START, Allowance, Link
from app.viewing import MOST_DRAWING, Wanted
from engine import RunSpec, View
from engine.facts import drawing_seconds


def follow(link: Link, rate: float, delay: float, frames: int, held: float = 0.0) -> list[float]:
    """Seconds that each of some frames, as large as allowed, is under way, one after the other."""
    now, took = 0.0, []
    for _ in range(frames):
        size = link.budget
        link.sent(size, now)
        seconds = size / rate + delay
        now += seconds + held
        link.acknowledged(link.sequence, held, now)
        took.append(seconds)
    return took


@given(rate=st.floats(9_000, 5e7), delay=st.floats(0, 0.2), held=st.floats(0, 5))
def test_frames_come_to_take_half_a_second(rate: float, delay: float, held: float) -> None:
    took = follow(Link(), rate, delay, 12, held)
    assert max(took[2:]) <= max(HORIZON * 1.5, LEAST / rate + delay + 1e-6)
    if took[-1] < HORIZON / 4 - delay:
        link = Link()
        follow(link, rate, delay, 12, held)
        assert link.budget >= min(MOST, rate * HORIZON / 8)


@given(rate=st.floats(2_000, 100_000))
def test_a_slow_connection_is_thrifty_and_has_one_frame_under_way(rate: float) -> None:
    link = Link()
    follow(link, rate, 0.05, 3)
    assert link.thrifty
    assert link.credit == 1
    assert LEAST <= link.budget < START


@given(delay=st.floats(0, 0.4))
def test_a_distant_connection_is_not_thrifty(delay: float) -> None:
    link = Link()
    assert link.credit == 1  # nothing is known
    follow(link, 1e7, delay, 3)
    assert not link.thrifty
    assert link.credit == 2


def test_a_collapse_is_felt_at_once_and_recovery_takes_a_few_frames() -> None:
    link = Link()
    follow(link, 1e7, 0.01, 6)
    wide = link.budget
    now = 100.0
    link.sent(20_000, now)
    link.acknowledged(link.sequence, 0, now + 2.5)
    assert link.budget == LEAST
    assert link.thrifty
    now += 2.5
    for _ in range(6):
        link.sent(link.budget, now)
        now += 0.02
        before = link.budget
        link.acknowledged(link.sequence, 0, now)
        assert before <= link.budget <= 4 * before
    assert link.budget > min(wide, 1_000_000) / 4
    assert not link.thrifty


def test_small_frames_do_not_lower_the_budget() -> None:
    link = Link()
    follow(link, 1e7, 0.01, 6)
    wide = link.budget
    for number in range(10):
        link.sent(500, 100.0 + number)
        link.acknowledged(link.sequence, 0, 100.3 + number)
    assert link.budget == wide


def test_what_a_page_held_is_not_the_connections_fault() -> None:
    link = Link()
    link.sent(30_000, 0.0)
    link.acknowledged(1, held=4.98, now=5.0)
    assert not link.thrifty


def test_one_acknowledgement_counts_for_all_before_it() -> None:
    link = Link()
    follow(link, 1e7, 0.01, 1)
    link.sent(10_000, 10.0)
    link.sent(10_000, 10.1)
    assert (link.credit, link.waits_since) == (0, 10.0)
    link.acknowledged(3, 0, 10.2)
    assert (link.credit, link.waits_since) == (2, None)
    link.acknowledged(1, 0, 10.3)
    assert (link.credit, link.waits_since) == (2, None)


def test_messages_beyond_the_rate_are_read_later() -> None:
    allowance = Allowance(100, 5, 0.0)
    assert [allowance.take(0.0) for _ in range(5)] == [0.0] * 5
    assert allowance.take(0.0) == pytest.approx(0.01)
    assert allowance.take(0.0) == pytest.approx(0.02)
    assert allowance.take(10.0) == 0.0
    assert [allowance.take(10.0) for _ in range(4)] == [0.0] * 4
    assert allowance.take(10.0) > 0


@pytest.mark.parametrize(("cells", "most", "found"), [(100, 50, 50), (50, 25, 25), (25, 10, 5)])
def test_a_coarser_map_shows_the_same(cells: int, most: int, found: int) -> None:
    places = np.arange(cells)
    maps = np.broadcast_to(places, (2, cells, cells)).astype(np.int8)
    small = coarser(maps, most)
    assert small.shape == (2, found, found)
    centres = (np.arange(found) + 0.5) * cells / found - 0.5
    assert np.abs(small[0, 0] - centres).max() <= 0.5
    np.testing.assert_array_equal(coarser(maps, 100), maps)


def cells(*specs: dict[str, Any]) -> int:
    wanted = Wanted(View()).sized([RunSpec.model_validate(spec) for spec in specs])
    return wanted.view.cells


def test_large_networks_are_drawn_with_fewer_cells() -> None:
    large = {"layers": [{"units": 256}] * 4}
    assert cells(*[{}] * 16) == 100
    assert cells(large) == 50
    assert cells(*[large] * 16) == 25
    assert drawing_seconds(RunSpec(), True) < MOST_DRAWING / 16
    groups = (tuple(range(16)),)
    one = Wanted(View(runs=(0,), detailed=()), groups)
    specs = [RunSpec.model_validate({"layers": [{"units": 128}] * 4})] * 16
    assert one.sized(specs).view.cells < Wanted(one.view).sized(specs).view.cells
