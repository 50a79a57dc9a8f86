"""Which epochs are kept of a long training, and that their numbers are theirs."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history import Block, Bounds, History
from app.lane_history import BY_SEED, EXTREMES, TIME, Floats
from app.thinning import BEGINNING, block_size, series_limit
from engine import METRICS, summarize

SHARED = json.loads((Path(__file__).parents[1] / "thinned.json").read_text())
"""Also for tests/js/thinning.test.js."""


def rows_of(seed: int, members: int, epochs: int) -> Floats:
    """(members, metrics, epochs) numbers that jump, repeat, are missing or infinite at times."""
    rng = np.random.default_rng(seed)
    shape = (members, len(METRICS), epochs)
    rows = np.where(rng.random(shape) < 0.3, rng.integers(0, 4, shape), rng.normal(size=shape))
    rows[rng.random(shape) < 0.02] = np.nan
    rows[rng.random(shape) < 0.01] = np.inf
    if rng.random() < 0.5:  # classes: no R²
        rows[:, [METRICS.index("train_r2"), METRICS.index("test_r2")]] = np.nan
    rows[:, TIME] = rng.random((members, epochs))
    return rows


def feed(history: History, rows: Floats, ends: Sequence[int], first: int = 0) -> None:
    """Append the rows from epoch `first` on, in slices that end before these epochs."""
    for end in sorted({min(end, rows.shape[-1]) for end in [*ends, rows.shape[-1]]}):
        if end <= first:
            continue
        columns = {name: rows[:, place, first:end] for place, name in enumerate(METRICS)}
        history.append({"epoch": np.arange(first, end), **columns})
        first = end


def expect_rows(history: History, rows: Floats) -> None:
    """What is kept, is as it came; in a history of one seed a lane."""
    epochs = history.epochs
    for number, lane in enumerate(history.lanes):
        for place, name in enumerate(METRICS):
            if place == TIME:  # of the epochs that are left out too
                spent = np.cumsum(rows[number, TIME])[epochs]
                np.testing.assert_allclose(np.cumsum(lane.column(name)), spent, rtol=1e-9)
            else:
                np.testing.assert_array_equal(lane.column(name), rows[number, place, epochs])


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 999),
    lanes=st.integers(1, 3),
    most=st.integers(1000, 6000),
    epochs=st.integers(1, 40_000),
    ends=st.lists(st.integers(1, 40_000), max_size=8),
)
def test_thinned_by_the_rule(
    seed: int, lanes: int, most: int, epochs: int, ends: list[int]
) -> None:
    rows = rows_of(seed, lanes, epochs)
    history = History([1] * lanes, Bounds(most))
    feed(history, rows, ends)
    kept = history.epochs
    assert history.rows == len(kept) <= most
    assert history.epoch == epochs - 1
    assert (np.diff(kept) > 0).all()
    if epochs <= most:
        np.testing.assert_array_equal(kept, np.arange(epochs))
    # The latest half and the beginning are whole.
    whole = np.arange(max(0, epochs - most // 2), epochs)
    np.testing.assert_array_equal(kept[-len(whole) :], whole)
    begin = np.arange(min(epochs, BEGINNING * block_size(most)))
    np.testing.assert_array_equal(kept[: len(begin)], begin)
    expect_rows(history, rows)
    # The extremes are there, at the first epoch that has them.
    places = [METRICS.index(name) for name in EXTREMES]
    series = rows[:, places].swapaxes(0, 1).reshape(-1, epochs)
    series = series[np.isfinite(series).any(axis=1)][: series_limit(history.size)]
    for one in series:
        finite = np.isfinite(one)
        assert np.where(finite, one, np.inf).argmin() in kept
        assert np.where(finite, one, -np.inf).argmax() in kept
    # However it is sliced.
    again = History([1] * lanes, Bounds(most))
    feed(again, rows, [])
    np.testing.assert_array_equal(again.epochs, kept)
    assert again.levels == history.levels


def test_nothing_is_far_from_a_kept_epoch() -> None:
    """A million epochs: the past is equally fine, as far as a power of two allows."""
    rows = rows_of(1, 1, 1_000_000)
    history = History([1])
    feed(history, rows, range(0, 1_000_000, 7_777))
    assert 95_000 < history.rows <= 100_000
    assert np.diff(history.epochs).max() <= 64
    losses = rows[0, METRICS.index("test_loss")]
    found = summarize({"epoch": history.epochs, **history.lanes[0].for_summary()}, target=-3.5)
    finite = np.where(np.isfinite(losses), losses, np.inf)
    assert found.best == finite.min()
    assert found.best_epoch == finite.argmin()
    first = int((losses <= -3.5).argmax())
    assert found.epochs_to_target is not None
    assert first <= found.epochs_to_target


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 999),
    epochs=st.integers(1, 20_000),
    end=st.integers(0, 20_000),
    more=st.integers(0, 20_000),
)
def test_cut_and_continued(seed: int, epochs: int, end: int, more: int) -> None:
    most = 2000
    rows = rows_of(seed, 1, epochs)
    history = History([1], Bounds(most))
    feed(history, rows, [])
    before = history.epochs
    history.cut(end)
    end = min(end, epochs)
    assert history.epoch == end - 1
    np.testing.assert_array_equal(history.epochs, before[before < end])
    rows = np.concatenate([rows[..., :end], rows_of(seed + 1, 1, more)], axis=-1)
    feed(history, rows, [end + more // 3], first=end)
    assert history.rows <= most
    kept = history.epochs
    latest = kept[kept >= max(end, end + more - most // 2)]
    assert len(latest) == min(more, most // 2)
    for place in range(len(METRICS)):
        if place != TIME:
            column = history.lanes[0].column(METRICS[place])
            np.testing.assert_array_equal(column, rows[0, place, kept])


def test_lanes_that_come_later_stand_beside_the_others() -> None:
    rows = rows_of(3, 4, 9000)
    history = History([1], Bounds(2000))
    feed(history, rows[:1], [])
    history.cut(8500)
    later = History([1, 2], beside=history)
    feed(later, rows[1:, :, :8500], [5, 3333, 8499])
    assert later.levels == history.levels
    history.lanes += later.lanes
    for number in (0, 1):
        column = history.lanes[number].column("train_mae")
        place = METRICS.index("train_mae")
        np.testing.assert_array_equal(column, rows[number, place, history.epochs])
    feed(history, rows, [8700], first=8500)
    assert history.rows <= 2000
    place = BY_SEED.index("test_mae")
    each = history.lanes[2].each
    assert each is not None
    np.testing.assert_array_equal(
        each.of(slice(None), place), rows[2:, METRICS.index("test_mae")][:, history.epochs]
    )
    one = later.lanes[0].copy()
    feed(history, np.concatenate([rows, rows], axis=-1), [], first=9000)
    assert one.middle.rows < len(rows_of(0, 1, 2000)[0, 0]) + 1  # it has stayed where it was


def test_many_seeds_are_bounded_by_their_memory() -> None:
    seeds = [32] * 3
    rows = rows_of(4, sum(seeds), 6000)
    bounds = Bounds(bytes=10 * 1024 * 1024)
    history = History(seeds, bounds)
    feed(history, rows, range(0, 6000, 500))
    assert 1000 < history.most < 2000
    assert history.rows <= history.most
    used = sum(block.nbytes for lane in history.lanes for t in lane.tables for block in t.blocks)
    assert used <= bounds.bytes
    # More lanes later: fewer rows.
    small = History([1], Bounds(4000, 10 * 1024 * 1024))
    feed(small, rows[:1, :, :5000], [])
    assert small.rows > 3000
    small.make_room(seeds)
    assert small.rows <= 2000
    large = History(seeds, beside=small)
    feed(large, rows[:, :, :5000], [])
    assert large.levels == small.levels
    small.lanes += large.lanes
    feed(small, np.concatenate([rows[:1], rows]), [], first=5000)
    assert small.rows <= small.most < 2000
    place = METRICS.index("penalty")
    np.testing.assert_array_equal(small.lanes[0].column("penalty"), rows[0, place, small.epochs])


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 999),
    epochs=st.integers(1, 9000),
    steps=st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 700)), max_size=30),
)
def test_a_viewer_gets_what_is_kept_in_order(
    seed: int, epochs: int, steps: list[tuple[int, int]]
) -> None:
    """It asks for so many rows while so many epochs arrive: what it has got, has no gap but where
    rows had gone before."""
    rows = rows_of(seed, 2, epochs)
    history = History([2], Bounds(1000))
    got: list[int] = []
    cursor, arrived = -1, 0
    for come, most in [*steps, *[(0, 700)] * 20]:
        until = min(epochs, arrived + come)
        feed(history, rows[..., :until], [], first=arrived)
        arrived = until
        kept = history.epochs
        told = history.rows_after(cursor, most)
        wanted = kept[kept > cursor][:most]
        np.testing.assert_array_equal(told.epochs, wanted)
        assert len(wanted) == most or told.epoch == history.epoch
        for name, values in told.columns.items():
            assert values.shape == (1, len(wanted))
            if name in METRICS and name != "milliseconds":
                column = history.lanes[0].column(name)[np.isin(kept, wanted)]
                np.testing.assert_array_equal(values[0], column)
        low, high = told.columns["test_loss_low"], told.columns["test_loss_high"]
        assert not (low > high).any()
        got += told.epochs.tolist()
        cursor = told.epoch
    assert got == sorted(set(got))


def test_restored_from_its_blocks() -> None:
    seeds = [1, 3]
    rows = rows_of(6, sum(seeds), 6000)
    history = History(seeds, Bounds(1500))
    feed(history, rows[..., :5000], [])
    again = History(seeds, Bounds(1500))
    blocks = [block.packed() for block in history.blocks]
    again.restore(history.epoch, history.size, history.levels, blocks)
    for one in (history, again):  # they go on alike
        feed(one, rows, [], first=5000)
    assert again.levels == history.levels
    for block, other in zip(again.blocks, history.blocks, strict=True):
        assert (block.start, block.level) == (other.start, other.level)
        np.testing.assert_array_equal(block.packed(), other.packed())
    with pytest.raises(ValueError, match="reshape"):
        History([1]).restore(history.epoch, history.size, history.levels, blocks)
    with pytest.raises(ValueError, match="blocks"):
        History(seeds).restore(history.epoch, history.size, history.levels, blocks[1:])


def test_blocks_that_have_been_handed_out_do_not_change() -> None:
    rows = rows_of(6, 1, 6000)
    history = History([1], Bounds(1500))
    handed: list[tuple[Block, Floats]] = []
    for first in range(0, 6000, 250):
        feed(history, rows[..., : first + 250], [], first=first)
        handed += [(block, block.packed()) for block in history.blocks]
    for block, then in handed:
        np.testing.assert_array_equal(block.packed(), then)


def test_a_gap_is_refused_and_nothing_taken() -> None:
    rows = rows_of(5, 1, 10)
    history = History([1])
    feed(history, rows[..., :5], [])
    with pytest.raises(ValueError, match="does not follow"):
        feed(history, rows, [], first=6)
    feed(history, rows[..., :7], [], first=2)  # what comes twice is taken once
    assert history.epochs.tolist() == list(range(7))
    expect_rows(history, rows)


def test_as_the_page_does_it() -> None:
    """tests/js/thinning.test.js expects the same of the page."""
    most, epochs, lanes = SHARED["most"], SHARED["epochs"], SHARED["lanes"]
    rows = np.full((lanes, len(METRICS), epochs), np.nan)
    for lane in range(lanes):
        for place, name in enumerate(SHARED["series"]):
            # Pseudo-random and the same in both languages.
            k = np.arange(epochs) * (lane + 2) + place
            rows[lane, METRICS.index(name)] = (k * k % 10007) / 7
    history = History([1] * lanes, Bounds(most))
    feed(history, rows, [])
    assert history.epochs.tolist() == SHARED["kept"]
