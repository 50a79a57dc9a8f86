"""What comparisons rest on: replays, summaries, fingerprints."""

from typing import Any

import numpy as np
import pytest

from engine import (
    Checkpoint,
    Retuning,
    RunSpec,
    advance,
    fingerprints,
    replay,
    retune,
    start,
    summarize,
    train,
)
from engine.metrics import EXACT


def spec_of(**changes: Any) -> RunSpec:
    return RunSpec.model_validate({"data": {"kind": "xor", "samples": 60}} | changes)


SLOW = spec_of(optimizer={"kind": "adam", "learning_rate": 0.001})
FULL = spec_of(batch_size="full")
DIVERGING = spec_of(
    data="plane",
    layers=[{"activation": "relu"}] * 3,
    optimizer={"kind": "sgd", "learning_rate": 100},
)


def same(one: Checkpoint, other: Checkpoint) -> bool:
    return (one.epoch, one.batch) == (other.epoch, other.batch) and all(
        np.array_equal(a.theta, b.theta)
        and np.array_equal(a.optimizer_state, b.optimizer_state)
        and (a.spec, a.status, a.updates) == (b.spec, b.status, b.updates)
        for a, b in zip(one.runs, other.runs, strict=True)
    )


def test_a_replay_is_advancing_and_retuning() -> None:
    begin = start([spec_of(), FULL])
    there, first = advance(begin, 4, batches=2)
    there, _ = retune(there, 0, SLOW)
    there, second = advance(there, 3)
    again, rows = replay(begin, (7, 0), [Retuning((4, 2), {0: SLOW})])
    assert same(there, again)
    for name in EXACT:
        both = np.concatenate([first.history[name], second.history[name]], axis=1)
        np.testing.assert_array_equal(rows[name], both)
    np.testing.assert_array_equal(rows["epoch"], np.arange(1, 8))


@pytest.mark.parametrize("stops", [[(2, 0), (2, 1), (5, 2)], [(0, 1), (4, 2), (4, 3), (6, 0)]])
def test_a_replay_in_pieces_is_the_same(stops: list[tuple[int, int]]) -> None:
    retunings = [Retuning((2, 0), {1: SLOW}), Retuning((4, 2), {0: SLOW, 1: FULL})]
    begin = start([spec_of(), spec_of(seed=1)])
    whole, _ = replay(begin, (7, 0), retunings)
    checkpoint, here = begin, (0, 0)
    for stop in [*stops, (7, 0)]:
        between = [one for one in retunings if here < one.position <= stop]
        checkpoint, _ = replay(checkpoint, stop, between)
        here = stop
    assert same(checkpoint, whole)


def test_a_lane_alone_stops_in_mid_epoch_where_it_stops_in_company() -> None:
    together, _ = replay(start([spec_of(), FULL]), (3, 2), [])
    alone, _ = replay(start([FULL]), (3, 2), [])
    assert alone.runs[0].updates == together.runs[1].updates == 4
    np.testing.assert_array_equal(alone.runs[0].theta, together.runs[1].theta)


def test_a_replay_of_ended_runs_fills_up_with_nan() -> None:
    checkpoint, rows = replay(start([DIVERGING]), (50, 0), [])
    assert checkpoint.runs[0].status == "diverged"
    assert checkpoint.epoch == 50
    losses = rows["train_loss"][0]
    assert len(losses) == 50
    assert np.isnan(losses[-1])
    revived = DIVERGING.model_copy(update={"optimizer": SLOW.optimizer})
    checkpoint, rows = replay(start([DIVERGING]), (60, 0), [Retuning((50, 0), {0: revived})])
    assert checkpoint.runs[0].status == "training"
    assert np.isfinite(rows["train_loss"][0, 50:]).all()


def test_no_way_back() -> None:
    checkpoint, _ = advance(start([spec_of()]), 2)
    with pytest.raises(ValueError, match="trained on"):
        replay(checkpoint, (1, 0))


def history_of(test_loss: list[list[float]]) -> dict[str, np.ndarray[Any, Any]]:
    losses = np.array(test_loss)
    count = losses.shape[1]
    return {
        "test_loss": losses,
        "test_accuracy": 1 - losses,
        "test_r2": np.full(losses.shape, np.nan),
        "updates": 10.0 * np.arange(count),
        "milliseconds": np.array([0.0, *[2.0] * (count - 1)]),
    }


def test_summaries_by_hand() -> None:
    history = history_of([[0.9, 0.5, 0.2, 0.3], [0.9, 0.2, 0.3, 0.1], [0.9, 0.8, 0.7, 0.6]])
    summary = summarize(history, 0.25, [False] * 3)
    assert summary.reached == pytest.approx(2 / 3)
    assert summary.epochs_to_target == 2
    assert summary.updates_to_target == 20
    assert summary.milliseconds_to_target == 4
    assert (summary.best, summary.best_epoch) == (0.2, 3)
    assert summary.final == 0.3
    assert summary.accuracy == pytest.approx(0.7)
    assert summary.r2 is None
    assert summary.stability == pytest.approx(np.std([0.9, 0.5, 0.2, 0.3]))


def test_summaries_of_what_the_engine_gives() -> None:
    whole = train(spec_of(), 60).history
    summary = summarize(whole, 0.7)
    losses = whole["test_loss"]
    assert summary.final == losses[-1]
    assert summary.best == losses.min()
    assert summary.best_epoch == losses.argmin()
    assert summary.epochs_to_target == next(e for e in range(61) if losses[e] <= 0.7)
    _, rows = replay(start([spec_of()]), (60, 0))
    assert summarize(rows, 0.7).best_epoch == summary.best_epoch


def test_a_diverged_seed_counts_as_the_worst() -> None:
    nan = np.nan
    history = history_of([[0.9, 0.1, nan, nan], [0.9, 0.8, nan, nan], [0.9, 0.6, 0.4, 0.2]])
    summary = summarize(history, 0.3, [True, True, False])
    assert summary.final is None
    assert summary.reached == pytest.approx(2 / 3)
    assert summarize(history, 0.05, [True, True, False]).epochs_to_target is None
    assert summarize(history, 0.3, [True, False, False]).final == 0.8


def test_stability_is_of_the_last_tenth() -> None:
    wild, calm = [1.0, 5.0] * 90, [2.0] * 20
    assert summarize(history_of([wild + calm]), 0.1, [False]).stability == 0


def test_fingerprints_follow_what_they_name() -> None:
    marks = fingerprints(spec_of())
    assert fingerprints(SLOW) == marks
    assert all(len(mark) == 8 for mark in (marks.points, marks.weights, marks.batches))
    seeded = fingerprints(spec_of(seed=1))
    assert seeded.points == marks.points
    assert seeded.weights != marks.weights
    assert seeded.batches != marks.batches
    wider = fingerprints(spec_of(layers=[{"units": 9}]))
    assert (wider.points, wider.batches) == (marks.points, marks.batches)
    smaller = fingerprints(spec_of(batch_size=5))
    assert smaller.batches != marks.batches
    noisier = fingerprints(spec_of(data={"kind": "xor", "samples": 60, "noise": 0.4}))
    assert noisier.points != marks.points
