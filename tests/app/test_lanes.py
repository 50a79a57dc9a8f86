"""Lanes side by side: adding and changing them, seeds, going back, and other futures."""

import csv
import io
from typing import Any

import numpy as np
import pytest

from engine import METRICS, RunSpec, replay, start, train
from engine.metrics import EXACT
from engine.replay import Retuning
from tests.app.server import Lab, Server

FAST = {"data": {"kind": "xor", "samples": 100}, "optimizer": "adam"}


def history(lab: Lab, **query: int) -> dict[str, Any]:
    answer = lab.server.http.get(f"{lab.path}/history", params=query)
    table: dict[str, Any] = answer.raise_for_status().json()
    for run in table["runs"]:
        del run["milliseconds"]
    return table


def losses(lab: Lab, run: int) -> list[float]:
    found: list[float] = history(lab, run=run, seed=0)["runs"][0]["train_loss"]
    return found


def call(lab: Lab, method: str, path: str, **body: Any) -> dict[str, Any]:
    answer = lab.server.http.request(method, f"{lab.path}/{path}", json=body or None)
    assert answer.status_code in (200, 201), answer.text
    state: dict[str, Any] = answer.json()
    return state


def refusal(lab: Lab, method: str, path: str, **body: Any) -> tuple[int, str]:
    """Status and path of the field at fault."""
    answer = lab.server.http.request(method, f"{lab.path}/{path}", json=body or None)
    return answer.status_code, answer.json().get("path", "")


def alone(spec: dict[str, Any], epochs: int) -> list[float]:
    found: list[float] = train(RunSpec.model_validate(spec), epochs).history["train_loss"].tolist()
    return found


def test_an_added_lane_catches_up_as_if_it_had_always_been_there(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=25)
    before = losses(lab, 0)
    state = call(
        lab,
        "POST",
        "runs",
        lanes=[{"changes": {"optimizer": "sgd"}}, {"changes": {"batch_size": 25}, "seeds": 3}],
    )
    assert (state["epoch"], state["last"], state["timeline"]) == (25, 25, 1)
    assert [run["seeds"] for run in state["runs"]] == [1, 1, 3]
    assert losses(lab, 0) == before
    lab.post("step", epochs=5)
    assert losses(lab, 0) == alone(FAST, 30)
    assert losses(lab, 1) == alone({**FAST, "optimizer": "sgd"}, 30)
    table = history(lab, run=2)
    assert [run["seed"] for run in table["runs"]] == [0, 1, 2]
    for seed, run in enumerate(table["runs"]):
        assert run["train_loss"] == alone({**FAST, "batch_size": 25, "seed": seed}, 30)


def test_an_added_lane_has_the_live_changes_but_where_it_differs(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=5)
    lab.patch(optimizer={"learning_rate": 0.1}, regularization={"l2": 0.01})
    lab.post("step", epochs=5)
    state = call(lab, "POST", "runs", lanes=[{"changes": {"optimizer": {"kind": "sgd"}}}])
    assert state["changes"] == [
        {
            "epoch": 5,
            "batch": 0,
            "run": 0,
            "changes": {"optimizer": {"learning_rate": 0.1}, "regularization": {"l2": 0.01}},
        },
        {"epoch": 5, "batch": 0, "run": 1, "changes": {"regularization": {"l2": 0.01}}},
    ]
    other = state["runs"][1]["spec"]
    assert (other["optimizer"]["kind"], other["regularization"]["l2"]) == ("sgd", 0.01)
    base = RunSpec.model_validate({**FAST, "optimizer": "sgd"})
    tuned = RunSpec.model_validate({**FAST, "optimizer": "sgd", "regularization": {"l2": 0.01}})
    _, rows = replay(start([base]), (10, 0), [Retuning((5, 0), {0: tuned})])
    assert losses(lab, 1)[1:] == rows["train_loss"][0].tolist()


def test_lanes_that_are_added_while_playing(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        lab.post("play")
        watcher.until_epoch(30)
        state = call(lab, "POST", "runs", lanes=[{"changes": {"optimizer": "momentum"}}])
        assert state["status"] == "playing"
        watcher.until(lambda w: w.timeline == 1).until_epoch(state["epoch"] + 30)
        end = lab.post("pause")["epoch"]
    assert losses(lab, 0) == alone(FAST, end)
    assert losses(lab, 1) == alone({**FAST, "optimizer": "momentum"}, end)


def test_crowds_and_wrong_lanes_are_refused(server: Server) -> None:
    lab = server.create(*[FAST] * 15)
    assert refusal(lab, "POST", "runs", lanes=[{}, {}]) == (422, "lanes")
    wrong = [{"changes": {}}, {"changes": {"optimizer": {"learning_rate": -1}}}]
    assert refusal(lab, "POST", "runs", lanes=wrong[1:]) == (
        422,
        "lanes.0.changes.optimizer.learning_rate",
    )
    assert refusal(lab, "POST", "runs", lanes=[{"run": 15}])[0] == 404
    assert refusal(lab, "PUT", "runs/0/seeds", seeds=33) == (422, "seeds")
    assert len(lab.state()["runs"]) == 15
    answer = server.http.post("/api/experiments", json={"runs": [FAST], "seeds": [1, 2]})
    assert (answer.status_code, answer.json()["path"]) == (422, "seeds")
    answer = server.http.post("/api/experiments", json={"runs": [FAST] * 17})
    assert (answer.status_code, answer.json()["path"]) == (422, "runs")


def test_removing_and_ordering(server: Server) -> None:
    lab = server.create(*({**FAST, "seed": seed} for seed in range(4)))
    lab.post("step", epochs=4)
    assert refusal(lab, "POST", "order", runs=[0, 1, 2]) == (422, "runs")
    state = call(lab, "POST", "order", runs=[2, 0, 3, 1])
    assert [run["spec"]["seed"] for run in state["runs"]] == [2, 0, 3, 1]
    assert losses(lab, 0) == alone({**FAST, "seed": 2}, 4)
    state = call(lab, "DELETE", "runs/1")
    assert [run["spec"]["seed"] for run in state["runs"]] == [2, 3, 1]
    lab.post("step")
    assert [losses(lab, n) for n in range(3)] == [
        alone({**FAST, "seed": seed}, 5) for seed in (2, 3, 1)
    ]
    call(lab, "DELETE", "runs/1")
    call(lab, "DELETE", "runs/1")
    assert refusal(lab, "DELETE", "runs/0")[0] == 409
    assert refusal(lab, "DELETE", "runs/9")[0] == 404


def test_a_name_is_only_a_name(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=3)
    state = lab.patch(name="mine")
    assert (state["epoch"], state["timeline"], state["changes"]) == (3, 0, [])
    assert state["runs"][0]["spec"]["name"] == state["runs"][0]["base"]["name"] == "mine"
    lab.post("step")
    assert losses(lab, 0) == alone(FAST, 4)
    lab.patch(name="other", batch_size=25)
    assert lab.state()["changes"][0]["changes"] == {"batch_size": 25}
    for epoch in (0, 2):
        assert lab.post("seek", epoch=epoch)["runs"][0]["spec"]["name"] == "other"


def test_a_change_of_all_lanes_is_one(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "optimizer": "sgd"})
    lab.post("step", epochs=3)
    state = call(lab, "PATCH", "runs", regularization={"l2": 0.1})
    assert [run["spec"]["regularization"]["l2"] for run in state["runs"]] == [0.1, 0.1]
    assert [change["run"] for change in state["changes"]] == [0, 1]
    state = call(lab, "PATCH", "runs", layers=[{"units": 3}])
    assert (state["restarted"], state["epoch"]) == (["layers"], 0)
    assert refusal(lab, "PATCH", "runs", batch_size=0) == (422, "batch_size")


def test_seeds_share_a_lane(server: Server) -> None:
    lab = server.create({**FAST, "seed": 7}, FAST, seeds=[5, 1])
    lab.post("step", epochs=12)
    rows = [alone({**FAST, "seed": 7 + seed}, 12) for seed in range(5)]
    assert [run["train_loss"] for run in history(lab, run=0)["runs"]] == rows
    with lab.watch() as watcher:
        watcher.until_epoch(12)
        frame = watcher.frames[0].arrays
        names = ("train_loss_low", "train_loss", "train_loss_high")
        for name, share in zip(names, (0.25, 0.5, 0.75), strict=True):
            np.testing.assert_allclose(
                frame[name, None][0], np.quantile(rows, share, axis=0), rtol=1e-12
            )
        np.testing.assert_array_equal(frame["train_loss_low", None][1], alone(FAST, 12))
    state = call(lab, "PUT", "runs/0/seeds", seeds=2)
    assert (state["runs"][0]["seeds"], state["epoch"]) == (2, 12)
    assert [run["train_loss"] for run in history(lab, run=0)["runs"]] == rows[:2]
    state = call(lab, "PUT", "runs/0/seeds", seeds=1)
    assert losses(lab, 0) == rows[0]
    assert all(loss is not None for loss in history(lab, run=0)["runs"][0]["updates"])


def test_another_seed_and_where_seeds_disagree_are_pictured(server: Server) -> None:
    lab = server.create(FAST, FAST, seeds=[3, 1])
    lab.post("step", epochs=3)
    with lab.watch() as watcher:
        watcher.until(lambda w: w.frames and w.frames[-1].header["picture_epoch"] == 3)
        first = watcher.frames[-1].arrays["boundary", 0]
        watcher.send('{"type":"view","run":0,"seeds":[2],"spread":true}')
        watcher.until(lambda w: w.frames[-1].header["runs"][0]["seed"] == 2)
        frame = watcher.frames[-1]
        assert (frame.arrays["boundary", 0] != first).any()
        assert frame.arrays["spread", 0].shape == (50, 50)
        assert frame.header["runs"][0]["spread_scale"] == 0.5
        assert ("spread", 1) not in frame.arrays
    direct = server.create({**FAST, "seed": 2})
    direct.post("step", epochs=3)
    with direct.watch() as watcher:
        watcher.until(lambda w: w.frames and w.frames[-1].header["picture_epoch"] == 3)
        np.testing.assert_array_equal(
            watcher.frames[-1].arrays["boundary", 0], frame.arrays["boundary", 0]
        )


def test_fingerprints_tell_what_lanes_share(server: Server) -> None:
    lab = server.create(
        FAST,
        {**FAST, "optimizer": "sgd", "regularization": {"l2": 0.1}},
        {**FAST, "seed": 1},
        {**FAST, "data": {"kind": "xor", "samples": 100, "seed": 1}},
        {**FAST, "init": "he_normal"},
    )
    marks = [run["fingerprints"] for run in lab.created["runs"]]
    same = [{name for name in marks[0] if mark[name] == marks[0][name]} for mark in marks[1:]]
    assert same == [
        {"points", "weights", "batches"},
        {"points"},
        {"weights", "batches"},
        {"points", "batches"},
    ]


def test_going_back_is_exact_and_going_on_repeats_it(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "optimizer": "sgd"})
    lab.post("step", epochs=20)
    lab.patch(1, optimizer={"learning_rate": 0.2})
    lab.post("step", epochs=20)
    whole = history(lab)
    end = lab.state()
    for epoch in (31, 7, 20, 0, 39):
        state = lab.post("seek", epoch=epoch)
        assert (state["epoch"], state["batch"], state["last"]) == (epoch, 0, 40)
        assert (state["status"], state["timeline"]) == ("paused", 0)
        assert len(state["changes"]) == (epoch >= 20)
        assert history(lab) == whole
        with lab.watch() as watcher:
            while not (watcher.frames and watcher.frames[-1].header["picture_epoch"] == epoch):
                watcher.receive()
    lab.post("seek", epoch=11)
    lab.post("step", epochs=29)
    assert history(lab) == whole
    reached = lab.state()
    for key in ("epoch", "batch", "runs", "changes", "timeline"):
        assert reached[key] == end[key]
    assert refusal(lab, "POST", "seek", epoch=41) == (422, "epoch")
    assert refusal(lab, "POST", "seek", epoch=4, batch=5) == (422, "batch")
    assert lab.post("seek", epoch=4, batch=4)["batch"] == 4
    lab.post("step", epochs=36)
    assert history(lab) == whole


def test_the_past_is_reached_after_being_thinned(server: Server) -> None:
    lab = server.create({**FAST, "layers": [{"units": 128}, {"units": 128}]})
    lab.post("step", epochs=60)
    whole = history(lab)
    lab.post("seek", epoch=33)
    lab.patch(name="cut")  # a name does not cut the future off
    lab.post("step", epochs=27)
    table = history(lab)
    table["runs"][0]["name"] = ""
    assert table == whole


def test_a_change_after_going_back_makes_another_future(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=30)
    whole = losses(lab, 0)
    lab.post("seek", epoch=10)
    state = lab.patch(optimizer={"learning_rate": 0.1})
    assert (state["epoch"], state["last"], state["timeline"]) == (10, 10, 1)
    assert losses(lab, 0) == whole[:11]
    lab.post("step", epochs=20)
    assert losses(lab, 0)[11:] != whole[11:]
    export = lab.server.http.get(f"{lab.path}/export").json()
    again = server.create(*export.pop("runs"), **export)
    with again.watch() as watcher:
        watcher.until_status("paused").until_epoch(30)
    assert history(again) == history(lab)


def test_where_it_was_gone_back_to_and_forked_is_told_while_that_past_lasts(
    server: Server,
) -> None:
    def marks(state: dict[str, Any]) -> tuple[list[tuple[int, int]], list[int | None]]:
        rewinds = [(one["epoch"], one["before"]) for one in state["rewinds"]]
        forks = [run["forked"] and run["forked"]["epoch"] for run in state["runs"]]
        return rewinds, forks

    lab = server.create(FAST)
    lab.post("step", epochs=30)
    lab.post("seek", epoch=5)
    assert marks(lab.post("seek", epoch=10)) == ([], [None])  # only looked at so far
    with lab.watch() as second:  # hears of it too
        assert marks(lab.post("step", epochs=2)) == ([(10, 30)], [None])
        second.until(lambda w: w.states and w.states[-1]["rewinds"])
    lab.post("seek", epoch=4)
    assert marks(lab.post("seek", epoch=12)) == ([(10, 30)], [None])  # there and back
    assert marks(lab.post("step", epochs=8)) == ([(10, 30)], [None])
    lab.post("seek", epoch=15)
    state = lab.patch(optimizer={"learning_rate": 0.1})  # another future begins there
    assert (marks(state), state["last"]) == (([(10, 30), (15, 20)], [None]), 15)
    lab.post("step", epochs=5)

    state = lab.post("fork", epoch=12)
    assert marks(state) == ([(10, 30)], [None, 12])  # the fork says that it was gone back
    assert marks(lab.post("order", runs=[1, 0])) == ([(10, 30)], [12, None])
    answer = server.http.put(f"{lab.path}/runs/0/seeds", json={"seeds": 2})
    assert marks(answer.json()) == ([(10, 30)], [12, None])
    lab.post("step", epochs=3)
    lab.post("seek", epoch=11)
    assert marks(lab.patch(0, batch_size=20)) == ([(10, 30), (11, 15)], [None, None])
    lab.post("step", epochs=3)
    for turn in range(40):
        lab.post("seek", epoch=12 + turn)
        lab.post("step", epochs=2)
    rewinds, _ = marks(lab.state())
    assert len(rewinds) == 32
    assert rewinds[-1] == (51, 52)
    assert marks(lab.post("reset")) == ([], [None, None])


def test_a_fork_that_is_put_back_says_where_it_was_forked(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=9)
    before = lab.post("fork", epoch=4)
    lab.post("step", epochs=2)
    call(lab, "DELETE", "runs/1")
    lane = {"base": before["runs"][1]["base"], "seeds": 1, "forked": {"epoch": 4, "batch": 0}}
    ahead = {**lane, "forked": {"epoch": 7}}  # where nothing has been yet
    state = call(lab, "PUT", "runs", lanes=[{"run": 0}, lane, ahead], changes=[])
    forked = [run["forked"] for run in state["runs"]]
    assert forked == [None, {"epoch": 4, "batch": 0}, None]


def test_a_fork_with_nothing_changed_is_the_original(server: Server) -> None:
    lab = server.create({**FAST, "optimizer": "nadam"})
    lab.post("step", epochs=30)
    whole = losses(lab, 0)
    state = lab.post("fork", run=0, epoch=12)
    assert (state["epoch"], state["last"], len(state["runs"])) == (12, 12, 2)
    lab.post("step", epochs=18)
    assert losses(lab, 0) == losses(lab, 1) == whole


def test_a_fork_goes_on_from_the_same_state_with_other_settings(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=30)
    state = lab.post("fork", run=0, epoch=12, changes={"name": "slow", "optimizer": {"beta1": 0}})
    assert [change["epoch"] for change in state["changes"]] == [12]
    lab.post("step", epochs=8)
    before = RunSpec.model_validate(FAST)
    after = RunSpec.model_validate({**FAST, "optimizer": {"kind": "adam", "beta1": 0}})
    _, rows = replay(start([before]), (20, 0), [Retuning((12, 0), {0: after})])
    assert losses(lab, 1)[1:] == rows["train_loss"][0].tolist()
    assert losses(lab, 0) == alone(FAST, 20)
    lab.post("seek", epoch=5)  # before the fork both are one
    lab.post("step", epochs=15)
    assert losses(lab, 1)[1:] == rows["train_loss"][0].tolist()
    assert refusal(lab, "POST", "fork", epoch=3, changes={"layers": []}) == (422, "changes.layers")
    assert refusal(lab, "POST", "fork", epoch=3, changes={"batch_size": 0}) == (
        422,
        "changes.batch_size",
    )
    assert refusal(lab, "POST", "fork", epoch=99) == (422, "epoch")


def test_a_diverged_lane_can_be_taken_back(server: Server) -> None:
    diverging = {
        "data": "plane",
        "layers": [{"units": 8, "activation": "relu"}] * 3,
        "optimizer": {"kind": "sgd", "learning_rate": 100},
    }
    lab = server.create({**diverging, "optimizer": "adam"}, diverging)
    lab.post("step", epochs=10)
    assert [run["diverged"] for run in lab.state()["runs"]] == [0, 1]
    state = lab.post("seek", epoch=0)
    assert [run["status"] for run in state["runs"]] == ["training", "training"]
    call(lab, "DELETE", "runs/0")
    lab.post("step", epochs=10)
    state = lab.state()
    assert state["status"] == "diverged"
    state = call(lab, "POST", "runs", lanes=[{"changes": {"optimizer": "adam"}}])
    assert state["status"] == "paused"
    assert lab.post("step", epochs=3)["epoch"] == state["epoch"] + 3


def test_the_summary_is_that_of_the_numbers(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "optimizer": "sgd"}, seeds=[3, 1])
    lab.post("step", epochs=40)
    path = f"{lab.path}/summary?target=0.65"
    first, second = server.http.get(path).json()["runs"]
    tests = [run["test_loss"] for run in history(lab, run=0)["runs"]]
    reached = [next(epoch for epoch, loss in enumerate(seed) if loss <= 0.65) for seed in tests]
    assert (first["reached"], first["epochs_to_target"]) == (1, np.median(reached))
    assert first["best"] == np.median([min(seed) for seed in tests])
    assert first["final"] == np.median([seed[-1] for seed in tests])
    assert first["updates_to_target"] == 5 * np.median(reached)
    assert first["milliseconds_to_target"] > 0
    assert (second["reached"], second["epochs_to_target"]) == (0, None)
    answer = server.http.get(path, headers={"Accept": "text/csv"})
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["seeds"] for row in table] == ["3", "1"]
    assert float(table[0]["best"]) == first["best"]


def test_history_by_lane_and_seed(server: Server) -> None:
    lab = server.create(FAST, FAST, seeds=[2, 1])
    lab.post("step", epochs=2)
    assert [(run["run"], run["seed"]) for run in history(lab)["runs"]] == [(0, 0), (0, 1), (1, 0)]
    assert history(lab, run=1)["runs"][0]["updates"] == [0, 5, 10]
    assert server.http.get(f"{lab.path}/history?run=1&seed=1").status_code == 404
    answer = server.http.get(f"{lab.path}/history?run=0", headers={"Accept": "text/csv"})
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["seed"], row["epoch"]) for row in table] == [
        (seed, epoch) for seed in "01" for epoch in "012"
    ]
    assert set(METRICS) < set(table[0])


@pytest.mark.parametrize("optimizers", [("sgd", "adam", "rmsprop", "lion")])
def test_a_lane_in_company_is_the_lane_alone(server: Server, optimizers: tuple[str, ...]) -> None:
    specs: list[dict[str, Any]] = [{**FAST, "optimizer": kind} for kind in optimizers]
    specs.append({**FAST, "layers": [{"units": 70, "activation": "relu", "dropout": 0.2}]})
    specs.append({**FAST, "batch_size": "full"})
    lab = server.create(*specs, seeds=[1, 2, 1, 1, 1, 1])
    lab.post("step", epochs=7)
    lab.post("step", batches=3)
    lab.post("step", epochs=5)
    for number, spec in enumerate(specs):
        expected = train(RunSpec.model_validate(spec), 12).history
        (found,) = history(lab, run=number, seed=0)["runs"]
        for name in EXACT if number != 1 else ("train_loss", "test_loss", "test_accuracy"):
            np.testing.assert_array_equal(
                np.array(found[name], float), np.array(expected[name], float)
            )


def made_again(state: dict[str, Any], number: int, place: int) -> dict[str, Any]:
    """What makes a run again, for PUT .../runs."""
    run = state["runs"][number]
    changes = [one for one in state["changes"] if one["run"] == number]
    return {
        "lane": {"base": run["base"], "seeds": run["seeds"]},
        "changes": [{**one, "run": place} for one in changes],
    }


def test_a_run_that_was_taken_away_comes_back_to_the_same_bits(server: Server) -> None:
    lab = server.create(
        FAST, {**FAST, "optimizer": "sgd"}, {**FAST, "batch_size": 20}, seeds=[1, 2, 1]
    )
    lab.post("step", epochs=6)
    call(lab, "PATCH", "runs/1", name="Mine", optimizer={"learning_rate": 0.3})
    lab.post("step", batches=3)
    call(lab, "PATCH", "runs/1/weights", weights=[{"layer": 1, "unit": 0, "input": -1, "value": 2}])
    before = lab.post("step", epochs=14)
    known = history(lab)
    call(lab, "DELETE", "runs/1")
    again = made_again(before, 1, 1)
    state = call(
        lab, "PUT", "runs", lanes=[{"run": 0}, again["lane"], {"run": 1}], changes=again["changes"]
    )
    for key in ("runs", "changes", "epoch", "batch"):
        assert state[key] == before[key]
    assert history(lab) == known
    lab.post("step", epochs=5)
    other = server.create(FAST, {**FAST, "optimizer": "sgd"}, seeds=[1, 2])
    other.post("step", epochs=6)
    call(other, "PATCH", "runs/1", optimizer={"learning_rate": 0.3})
    other.post("step", batches=3)
    weights = [{"layer": 1, "unit": 0, "input": -1, "value": 2}]
    call(other, "PATCH", "runs/1/weights", weights=weights)
    other.post("step", epochs=19)
    assert losses(lab, 1) == losses(other, 1)


@pytest.mark.parametrize("on", [0, 7])
def test_a_change_is_taken_out_of_a_run_as_if_it_had_never_been(server: Server, on: int) -> None:
    lab, other = (server.create(FAST, {**FAST, "optimizer": "sgd"}) for _ in range(2))
    edits = [{"layer": 1, "unit": 0, "input": 0, "value": 3}]
    for one in (lab, other):
        one.post("step", epochs=9)
        call(one, "PATCH", "runs/1", optimizer={"learning_rate": 0.3})
        one.post("step", epochs=9, batches=2)
    before = lab.state()
    call(lab, "PATCH", "runs/1/weights", weights=edits)
    again = made_again(before, 1, 1)
    if on:
        for one in (lab, other):
            one.post("step", epochs=on)
    state = call(lab, "PUT", "runs", lanes=[{"run": 0}, again["lane"]], changes=again["changes"])
    assert state["changes"] == before["changes"]
    for one in (lab, other):
        one.post("step", epochs=12)
    assert history(lab) == history(other)


def test_runs_made_where_the_experiment_went_back_to_change_again_later(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "optimizer": "sgd"})
    lab.post("step", epochs=6)
    call(lab, "PATCH", "runs/1", optimizer={"learning_rate": 0.3})
    before = lab.post("step", epochs=6)
    known = history(lab)
    lab.post("seek", epoch=2)
    again = made_again(before, 1, 0)
    state = call(lab, "PUT", "runs", lanes=[again["lane"], {"run": 0}], changes=again["changes"])
    assert (state["epoch"], state["last"], state["changes"]) == (2, 2, [])
    state = lab.post("step", epochs=10)
    assert state["changes"] == again["changes"]
    assert history(lab, run=0)["runs"][0]["train_loss"] == known["runs"][1]["train_loss"]
    assert history(lab, run=1)["runs"][0]["train_loss"] == known["runs"][0]["train_loss"]


def test_arrangements_that_cannot_be_are_refused_by_their_path(server: Server) -> None:
    lab = server.create(FAST, FAST)
    lab.post("step", epochs=3)
    before = lab.state()
    change = {"epoch": 1, "run": 1, "changes": {"batch_size": 5}}
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"lanes": []}, 422, "lanes"),
        ({"lanes": [{}]}, 422, "lanes.0"),
        ({"lanes": [{"run": 0, "base": FAST}]}, 422, "lanes.0"),
        ({"lanes": [{"run": 0}, {"run": 0}]}, 422, "lanes"),
        ({"lanes": [{"run": 2}]}, 404, ""),
        ({"lanes": [{"run": 0}] + 16 * [{"base": FAST}]}, 422, "lanes"),
        ({"lanes": [{"run": 0}, {"base": {"batch_size": 0}}]}, 422, "lanes.1.base.batch_size"),
        ({"lanes": [{"run": 0}, {"base": FAST, "seeds": 33}]}, 422, "lanes.1.seeds"),
        ({"lanes": [{"run": 0}, {"run": 1}], "changes": [change]}, 422, "changes.0.run"),
        (
            {
                "lanes": [{"base": FAST}, {"base": FAST}],
                "changes": [{**change, "changes": {"seed": 9}}],
            },
            422,
            "changes.0.changes",
        ),
        (
            {
                "lanes": [{"run": 0}, {"base": {**FAST, "layers": 100 * [{"units": 4}]}}],
            },
            422,
            "lanes.1.base.layers",
        ),
    ]
    for body, status, path in cases:
        assert refusal(lab, "PUT", "runs", **body) == (status, path), body
    assert {**lab.state(), "worker_seconds": 0} == {**before, "worker_seconds": 0}


def test_a_run_comes_back_while_the_others_play_on(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "optimizer": "sgd"})
    lab.post("step", epochs=4)
    again = made_again(lab.state(), 1, 0)
    lab.post("play")
    call(lab, "DELETE", "runs/1")
    state = call(lab, "PUT", "runs", lanes=[again["lane"], {"run": 0}])
    assert state["status"] == "playing"
    epoch = lab.post("pause")["epoch"]
    lab.post("step", epochs=1)
    assert losses(lab, 0) == alone({**FAST, "optimizer": "sgd"}, epoch + 1)
    assert losses(lab, 1) == alone(FAST, epoch + 1)
