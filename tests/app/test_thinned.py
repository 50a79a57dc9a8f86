"""What viewers and files have of a history that has been thinned."""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pytest

from app.settings import Settings
from engine import RunSpec, summarize, train
from tests.app.server import Lab, Server, serving

FAST = {"data": {"kind": "xor", "samples": 20}, "layers": [{"units": 2}], "optimizer": "adam"}
BOUND = 1000
EPOCHS = 3600


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(Settings(workers=1, max_history_epochs=BOUND)) as running:
        yield running


def train_on(lab: Lab, epoch: int, by: int = 400) -> None:
    """A step at a time, so that whoever watches can follow."""
    with lab.watch() as watcher:
        while (now := lab.state()["epoch"]) < epoch:
            lab.post("step", epochs=min(by, epoch - now))
            watcher.until_epoch(lab.state()["epoch"])


def test_who_follows_gets_all_and_who_comes_late_what_is_kept(server: Server) -> None:
    lab = server.create(FAST)
    expected = train(RunSpec.model_validate(FAST), epochs=EPOCHS).history
    with lab.watch() as watcher:
        for end in range(400, EPOCHS + 1, 400):
            lab.post("step", epochs=400)
            watcher.until_epoch(end)
        assert watcher.epochs == list(range(EPOCHS + 1))
        np.testing.assert_array_equal(watcher.metric("test_loss")[0], expected["test_loss"])

    table = lab.history()
    kept = table["epoch"]
    assert BOUND // 2 < len(kept) <= BOUND
    assert kept[-BOUND // 2 :] == list(range(EPOCHS + 1 - BOUND // 2, EPOCHS + 1))
    assert table["runs"][0]["test_loss"] == expected["test_loss"][kept].tolist()
    for timeline, epoch in ((None, None), (0, 5), (0, EPOCHS // 2 + 1), (0, EPOCHS - 3)):
        with lab.watch(timeline, epoch) as watcher:
            watcher.until_epoch(EPOCHS)
            assert watcher.epochs == [one for one in kept if epoch is None or one > epoch]
            losses = watcher.metric("train_loss")[0]
            np.testing.assert_array_equal(losses, expected["train_loss"][watcher.epochs])

    answer = server.http.get(f"{lab.path}/history", headers={"accept": "text/csv"})
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(line["epoch"]) for line in lines] == kept
    assert [float(line["test_loss"]) for line in lines] == table["runs"][0]["test_loss"]
    target = float(expected["test_loss"][700])
    path = f"{lab.path}/summary?target={target}"
    told = server.http.get(path).json()["runs"][0]
    exact = summarize(expected, target)
    assert (told["best"], told["best_epoch"]) == (exact.best, exact.best_epoch)
    assert told["final"] == exact.final
    reached = next(epoch for epoch in kept if expected["test_loss"][epoch] <= target)
    assert told["epochs_to_target"] == reached
    assert told["updates_to_target"] == expected["updates"][reached]


def test_going_back_to_an_epoch_that_is_not_kept(server: Server) -> None:
    lab = server.create(FAST)
    train_on(lab, 2600)
    expected = train(RunSpec.model_validate(FAST), epochs=2600).history
    before = lab.history()["epoch"]
    gone = next(epoch for epoch in range(1001, 2600) if epoch not in before)
    with lab.watch() as watcher:
        watcher.until_epoch(2600)
        assert lab.post("seek", epoch=gone)["epoch"] == gone
        assert lab.state()["last"] == 2600
        assert lab.history()["epoch"] == before  # nothing is forgotten yet
        lab.patch(optimizer={"learning_rate": 0.002})
        lab.post("step", epochs=30)
        watcher.until(lambda w: w.timeline == 1).until_epoch(gone + 30)
        wanted = [epoch for epoch in before if epoch <= gone] + [*range(gone + 1, gone + 31)]
        assert watcher.epochs == wanted == lab.history()["epoch"]
        past = watcher.metric("train_loss")[0, :-30]
        np.testing.assert_array_equal(past, expected["train_loss"][wanted[:-30]])


def test_lanes_added_later_have_the_same_epochs(server: Server) -> None:
    lab = server.create(FAST)
    train_on(lab, 2200)
    kept = lab.history()["epoch"]
    other = {**FAST, "seed": 5}
    body = {"lanes": [{"run": 0, "changes": {"seed": 5}}, {"run": 0, "changes": {}, "seeds": 3}]}
    assert server.http.post(f"{lab.path}/runs", json=body).status_code < 300
    table = lab.history()
    assert table["epoch"] == kept
    expected = train(RunSpec.model_validate(other), epochs=2200).history["test_loss"]
    assert table["runs"][1]["test_loss"] == expected[kept].tolist()
    assert [len(run["train_loss"]) for run in table["runs"]] == [len(kept)] * 5
    lab.post("step", epochs=300)
    with lab.watch() as watcher:
        watcher.until_epoch(2500)
        assert watcher.epochs == lab.history()["epoch"]
        assert len(watcher.epochs) <= BOUND
        assert watcher.metric("test_loss").shape == (3, len(watcher.epochs))
