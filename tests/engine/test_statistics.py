"""Statistics of the layers after every epoch."""

from typing import Any

import numpy as np

from engine import STATISTICS, LayerStatistics, RunSpec, View, advance, start, train
from engine.arrays import Array
from engine.diagnostics import BINS

SMALL: dict[str, Any] = {"data": {"kind": "xor", "samples": 50}}
SPECS = [
    RunSpec.model_validate(SMALL | {"layers": [{"units": 3, "batch_norm": True}, {"units": 4}]}),
    RunSpec.model_validate(SMALL | {"optimizer": "adam", "regularization": {"dropout": 0.2}}),
    RunSpec.model_validate(SMALL | {"optimizer": "momentum"}),
]


def equal(one: dict[str, Array], two: LayerStatistics | dict[str, Array], epoch: int) -> None:
    """Those of one epoch are equal, bit for bit."""
    for name in STATISTICS:
        other = two[name][epoch] if isinstance(two, dict) else getattr(two, name)
        np.testing.assert_array_equal(one[name][epoch], other)


def test_statistics_of_every_epoch_are_those_of_its_picture() -> None:
    begin = start(SPECS)
    _, frames = advance(begin, 4, statistics=True)
    checkpoint = begin
    for epoch in range(4):
        checkpoint, pictured = advance(checkpoint, 1, view=View(cells=4))
        for table, picture in zip(frames.statistics, pictured.pictures, strict=True):
            equal(table, picture.statistics, epoch)
    assert frames.statistics[0]["mean"].shape == (4, 3)
    assert frames.statistics[0]["histogram"].shape == (4, 3, BINS)


def test_statistics_are_the_same_however_training_is_cut() -> None:
    for spec in SPECS:
        straight = train(spec, 5, statistics=True)
        checkpoint, frames = advance(start([spec]), 0, statistics=True)
        parts = [frames.statistics[0]]
        for batches in (1, 2, 5, 4):  # three updates an epoch
            checkpoint, frames = advance(checkpoint, 0, batches=batches, statistics=True)
            parts.append(frames.statistics[0])
        checkpoint, frames = advance(checkpoint, 1, statistics=True)
        parts.append(frames.statistics[0])
        for name in STATISTICS:
            cut = np.concatenate([part[name] for part in parts])
            np.testing.assert_array_equal(cut, straight.statistics[name][: len(cut)])
        assert checkpoint.epoch == len(cut) - 1 == 5


def test_statistics_change_nothing_and_are_off_by_default() -> None:
    plain, frames = advance(start(SPECS), 3)
    watched, _ = advance(start(SPECS), 3, statistics=True)
    assert frames.statistics == ()
    assert train(SPECS[0], 1).statistics == {}
    for one, two in zip(plain.runs, watched.runs, strict=True):
        assert one.theta.tobytes() == two.theta.tobytes()
        assert one.running.tobytes() == two.running.tobytes()


def test_a_run_that_has_ended_has_no_statistics() -> None:
    wild = {"data": "plane", "layers": [{"units": 8, "activation": "relu"}], "init": "he_normal"}
    rates = [{"optimizer": {"kind": "sgd", "learning_rate": rate}} for rate in (1.0, 0.001)]
    begin = start([RunSpec.model_validate(wild | rate) for rate in rates])
    end, frames = advance(begin, 30, statistics=True)
    assert [run.status for run in end.runs] == ["diverged", "training"]
    lost = np.isnan(frames.history["train_loss"])
    assert lost[0, -1]
    for table, missing in zip(frames.statistics, lost, strict=True):
        np.testing.assert_array_equal(np.isnan(table["weight_norm"][:, 0]), missing)
    _, frames = advance(end, 2, statistics=True)
    assert np.isnan(frames.statistics[0]["mean"]).all()
    assert np.isfinite(frames.statistics[1]["mean"]).all()
