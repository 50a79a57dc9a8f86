"""What is done to a network by hand: parts frozen and dropped, weights set, the last batch shown,
training until something is reached."""

from typing import Any

import numpy as np
import pytest

from engine import RunSpec, WeightEdit, edit_weights, replay, start, train
from engine.replay import Retuning
from tests.app.process import server_process
from tests.app.server import Lab, Server

FAST = {"data": {"kind": "xor", "samples": 100}, "optimizer": "adam"}


def edit(layer: int, unit: int, input: int, value: float) -> dict[str, Any]:
    return {"layer": layer, "unit": unit, "input": input, "value": value}


def put(lab: Lab, *weights: dict[str, Any], run: int = 0) -> dict[str, Any]:
    answer = lab.server.http.patch(f"{lab.path}/runs/{run}/weights", json={"weights": weights})
    assert answer.status_code == 200, answer.text
    state: dict[str, Any] = answer.json()
    return state


def rows(lab: Lab, run: int = 0, seed: int = 0) -> dict[str, Any]:
    table = lab.server.http.get(f"{lab.path}/history", params={"run": run, "seed": seed}).json()
    (found,) = table["runs"]
    return {name: found[name] for name in ("train_loss", "test_loss", "train_accuracy")}


def by_the_engine(
    specs: list[RunSpec], edits: list[tuple[tuple[int, int], list[WeightEdit]]], epochs: int
) -> list[float]:
    """Training losses of the first run from epoch 1 on, the others being its seeds."""
    begin = start(specs)
    for position, weights in edits:
        if position == (0, 0):
            for run in range(len(specs)):
                begin = edit_weights(begin, run, weights)
    stops = [
        Retuning(position, dict(enumerate(specs)), dict.fromkeys(range(len(specs)), weights))
        for position, weights in edits
        if position > (0, 0)
    ]
    _, history = replay(begin, (epochs, 0), stops)
    found: list[float] = history["train_loss"][0].tolist()
    return found


def test_weights_that_are_set_are_set_for_all_seeds_and_again_wherever_they_are_passed(
    server: Server,
) -> None:
    lab = server.create(FAST, seeds=[3])
    lab.post("step", epochs=6)
    lab.post("step", batches=2)
    put(lab, edit(1, 2, 0, 1.5))
    state = put(lab, edit(1, 2, 0, 0.5), edit(2, 0, -1, -2))
    change = {"epoch": 6, "batch": 2, "run": 0, "changes": {}}
    weights = [edit(1, 2, 0, 0.5), edit(2, 0, -1, -2)]
    assert state["changes"] == [{**change, "weights": weights}]
    lab.post("step", epochs=4)
    straight = [rows(lab, seed=seed) for seed in range(3)]
    edits = [((6, 2), [WeightEdit.model_validate(one) for one in weights])]
    specs = [RunSpec.model_validate({**FAST, "seed": seed}) for seed in range(3)]
    assert straight[0]["train_loss"][1:] == by_the_engine(specs, edits, 10)
    assert straight[0] != straight[1]

    # Going back and on; another lane; other seeds; a link.
    lab.post("seek", epoch=3)
    lab.post("step", epochs=7)
    assert [rows(lab, seed=seed) for seed in range(3)] == straight
    lab.server.http.post(f"{lab.path}/runs", json={"lanes": [{"run": 0}]}).raise_for_status()
    assert [rows(lab, run=1, seed=seed) for seed in range(3)] == straight
    lab.server.http.put(f"{lab.path}/runs/1/seeds", json={"seeds": 1}).raise_for_status()
    assert rows(lab, run=1) == straight[0]
    link = lab.server.http.get(f"{lab.path}/export").json()
    again = server.create(*link.pop("runs"), **link)
    with again.watch() as watcher:
        watcher.until_status("paused")
    assert rows(again) == straight[0]
    assert again.state()["changes"] == lab.state()["changes"]


def test_weights_set_before_training_are_what_it_begins_with(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "optimizer": "sgd"})
    before = lab.state()["runs"][0]["fingerprints"]["weights"]
    state = put(lab, edit(1, 0, 0, 3))
    assert state["changes"] == [
        {"epoch": 0, "batch": 0, "run": 0, "changes": {}, "weights": [edit(1, 0, 0, 3)]}
    ]
    marks = [run["fingerprints"]["weights"] for run in state["runs"]]
    assert marks[0] != before == marks[1]
    # Other settings of the same network; a lane of its own; Reset.
    lab.patch(batch_size=25)
    lab.post("step", epochs=5)
    spec = RunSpec.model_validate({**FAST, "batch_size": 25})
    edits = [((0, 0), [WeightEdit(layer=1, unit=0, input=0, value=3)])]
    assert rows(lab)["train_loss"][1:] == by_the_engine([spec], edits, 5)
    assert rows(lab)["train_loss"][0] != train(spec, 0).history["train_loss"][0]
    straight = rows(lab)
    lab.server.http.post(f"{lab.path}/runs", json={"lanes": [{"run": 0}]}).raise_for_status()
    assert rows(lab, run=2) == straight
    lab.post("seek", epoch=0)
    lab.post("step", epochs=5)
    assert rows(lab) == straight
    assert lab.post("reset")["changes"] == state["changes"] + [{**state["changes"][0], "run": 2}]
    lab.post("step", epochs=5)
    assert rows(lab) == straight
    assert lab.post("reset", new_weights=True)["changes"] == []


def test_weights_go_with_the_network_that_had_them(server: Server) -> None:
    lab = server.create(FAST)
    put(lab, edit(1, 0, 0, 3))
    assert lab.patch(layers=[{"units": 8}])["changes"] == []
    lab.post("step", epochs=3)
    put(lab, edit(1, 7, 0, 3))
    state = lab.server.http.post(
        f"{lab.path}/runs", json={"lanes": [{"changes": {"layers": [{"units": 4}]}}]}
    ).json()
    assert [change["run"] for change in state["changes"]] == [0]


@pytest.mark.parametrize(
    ("weights", "path"),
    [
        ([edit(1, 0, 0, 1), edit(4, 0, 0, 1)], "weights.1"),
        ([edit(1, 4, 0, 1)], "weights.0"),
        ([edit(3, 0, 2, 1)], "weights.0"),
        ([edit(0, 0, 0, 1)], "weights.0.layer"),
        ([edit(1, 0, -2, 1)], "weights.0.input"),
        ([edit(1, 0, 0, 2e6)], "weights.0.value"),
        ([{"layer": 1, "unit": 0, "input": 0}], "weights.0.value"),
        ([edit(1, 0, 0, 1) | {"name": "w"}], "weights.0.name"),
        ([], "weights"),
        ([edit(1, 0, 0, 1)] * 1001, "weights"),
    ],
    ids=lambda value: str(value)[:80],
)
def test_weights_that_cannot_be_set_are_refused(
    server: Server, weights: list[dict[str, Any]], path: str
) -> None:
    lab = server.create(FAST)
    answer = lab.server.http.patch(f"{lab.path}/runs/0/weights", json={"weights": weights})
    assert (answer.status_code, answer.json()["path"]) == (422, path)
    assert lab.state()["changes"] == []


def test_changes_that_cannot_be_made_are_refused_by_their_path(server: Server) -> None:
    for epoch in (0, 2):
        change = {"epoch": epoch, "weights": [edit(1, 9, 0, 1)]}
        answer = server.http.post("/api/experiments", json={"runs": [FAST], "changes": [change]})
        assert (answer.status_code, answer.json()["path"]) == (422, "changes.0.weights.0")


def test_a_killed_server_sets_the_weights_again() -> None:
    with server_process(workers=1) as process:
        lab = process.client().create(FAST)
        put(lab, edit(1, 0, 0, 3))
        lab.post("step", epochs=3)
        put(lab, edit(2, 1, 3, -1))
        lab.post("step", epochs=3)
        straight, changes = rows(lab), lab.state()["changes"]
        process.kill()
        process.start()
        assert lab.state()["changes"] == changes
        lab.post("seek", epoch=1)
        lab.post("step", epochs=5)
        assert rows(lab) == straight
        lab.server.http.close()


def test_parts_are_frozen_and_dropped_live(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=5)
    parts: dict[str, Any] = {"frozen": [{"layer": 1}], "ablated": [{"layer": 1, "unit": 3}]}
    state = lab.patch(**parts)
    assert (state["restarted"], state["epoch"]) == ([], 5)
    spec = state["runs"][0]["spec"]
    assert spec["frozen"] == [{"layer": 1, "unit": None, "input": None}]
    assert spec["ablated"] == parts["ablated"]
    lab.post("step", epochs=5)
    before, after = (RunSpec.model_validate({**FAST, **part}) for part in ({}, parts))
    _, history = replay(start([before]), (10, 0), [Retuning((5, 0), {0: after})])
    assert rows(lab)["train_loss"][1:] == history["train_loss"][0].tolist()


def test_parts_go_with_the_layers_that_they_are_in(server: Server) -> None:
    frozen = [{"layer": 1, "unit": 3}, {"layer": 2}, {"layer": 3, "unit": 0, "input": 1}]
    lab = server.create({**FAST, "frozen": frozen, "ablated": [{"layer": 2, "unit": 1}]})
    spec = lab.patch(layers=[{"units": 3}, {"units": 1}])["runs"][0]["spec"]
    assert [part["layer"] for part in spec["frozen"]] == [2]
    assert spec["ablated"] == []
    answer = lab.server.http.patch(
        f"{lab.path}/runs/0", json={"layers": [], "ablated": [{"layer": 1, "unit": 0}]}
    )
    assert (answer.status_code, answer.json()["path"]) == (422, "ablated")


def last_batch(lab: Lab, run: int = 0) -> dict[str, Any]:
    answer = lab.server.http.get(f"{lab.path}/runs/{run}/batch")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_last_batch_is_that_of_the_latest_update(server: Server) -> None:
    layers = [{"units": 4, "dropout": 0.5}, {"units": 2}]
    spec = {**FAST, "layers": layers, "batch_size": 1}
    lab = server.create(spec, {**FAST, "batch_size": 25})
    nothing = {"epoch": 0, "batch": 0, "points": [], "dropped": [], "shares": []}
    assert last_batch(lab) == nothing
    seen = []
    for count in range(1, 51):
        lab.post("step", batches=1)
        found = last_batch(lab)
        assert (found["epoch"], found["batch"]) == divmod(count, 50)
        (point,) = found["points"]
        seen.append(point)
        # With one point it is plain which units are left out.
        assert found["shares"][1] == found["dropped"][1] == []
        assert found["dropped"][0] == [k for k, share in enumerate(found["shares"][0]) if share]
    assert sorted(seen) == list(range(50))
    other = last_batch(lab, run=1)["points"]  # has waited for the first at the end of the epoch
    assert (len(other), len(set(other))) == (25, 25)
    # The batch size of the update, not of those to come.
    lab.patch(0, batch_size=10)
    assert last_batch(lab)["points"] == seen[-1:]


def test_the_last_batch_of_no_run_is_unknown(server: Server) -> None:
    lab = server.create(FAST)
    assert lab.server.http.get(f"{lab.path}/runs/1/batch").status_code == 404


def until(lab: Lab, **goals: Any) -> dict[str, Any]:
    """Play until it pauses by itself."""
    state = lab.post("play", until=goals)
    assert {name: goal for name, goal in state["until"].items() if goal} == goals
    with lab.watch() as watcher:
        watcher.until_status("paused")
    state = lab.state()
    assert state["until"] is None
    return state


def test_training_pauses_exactly_where_its_goal_is_reached(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", batches=3)
    history = train(RunSpec.model_validate(FAST), 400).history
    ends = 0
    for goal in (0.6, 0.5, 0.43):
        ends += 1 + int((history["test_loss"][ends + 1 :] <= goal).argmax())
        assert 0 < ends < 400
        assert until(lab, test_loss=goal, epoch=400)["epoch"] == ends
        assert rows(lab)["test_loss"] == history["test_loss"][: ends + 1].tolist()
    state = until(lab, epoch=400, test_loss=0.01)
    assert (state["epoch"], state["batch"]) == (400, 0)
    assert rows(lab)["test_loss"] == history["test_loss"].tolist()
    lab.post("seek", epoch=0)
    ends = int((history["train_accuracy"][1:] >= 0.75).argmax()) + 1
    assert until(lab, epoch=400, train_accuracy=0.75)["epoch"] == ends < 400


def test_of_several_seeds_the_median_counts_and_of_several_runs_the_named_one(
    server: Server,
) -> None:
    lab = server.create({**FAST, "optimizer": "sgd"}, FAST, seeds=[1, 3])
    specs = [RunSpec.model_validate({**FAST, "seed": seed}) for seed in range(3)]
    losses = np.stack([train(spec, 200).history["train_loss"] for spec in specs])
    wanted = int((np.median(losses, axis=0) <= 0.6).argmax())
    lab.post("play", until={"train_loss": 0.6, "run": 1}, epochs_per_second=1)
    # Another order, another speed: the goal is the same.
    lab.server.http.post(f"{lab.path}/order", json={"runs": [1, 0]}).raise_for_status()
    again = lab.post("play", until={"train_loss": 0.6, "run": 0}, epochs_per_second=1)
    state = lab.post("play")
    assert again["until"] == state["until"]
    assert (state["until"]["train_loss"], state["until"]["run"]) == (0.6, 0)
    with lab.watch() as watcher:
        watcher.until_status("paused")
    assert lab.state()["epoch"] == wanted


def test_a_goal_can_be_taken_back_and_goes_with_pausing(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("play", until={"epoch": 9_000_000})
    assert lab.post("play", until=None)["until"] is None
    lab.post("play", until={"epoch": 9_000_000})
    assert lab.post("pause")["until"] is None
    lab.post("play", until={"epoch": 9_000_000})
    answer = lab.server.http.post(f"{lab.path}/play", json={"until": {"epoch": 3}})
    lab.post("pause")
    assert answer.status_code in (200, 422)  # as far as it has got by then


@pytest.mark.parametrize(
    ("goals", "path"),
    [
        ({}, "until"),
        ({"run": 0}, "until"),
        ({"epoch": 2}, "until.epoch"),
        ({"epoch": 0}, "until.epoch"),
        ({"test_loss": -1}, "until.test_loss"),
        ({"test_accuracy": 1.5}, "until.test_accuracy"),
        ({"epoch": 50, "run": 2}, "until.run"),
        ({"test_accuracy": 0.9, "run": 1}, "until.test_accuracy"),
        ({"loss": 1}, "until.loss"),
    ],
    ids=str,
)
def test_what_cannot_be_reached_is_refused(
    server: Server, goals: dict[str, Any], path: str
) -> None:
    lab = server.create(FAST, {"data": "plane"})
    lab.post("step", epochs=2)
    answer = lab.server.http.post(f"{lab.path}/play", json={"until": goals})
    assert (answer.status_code, answer.json()["path"]) == (422, path)
    assert lab.state()["status"] == "paused"


def test_a_killed_server_still_pauses_where_it_was_to() -> None:
    with server_process(workers=1) as process:
        lab = process.client().create(FAST)
        lab.post("play", until={"epoch": 40}, epochs_per_second=20)
        process.kill()
        process.start()
        with lab.watch() as watcher:
            watcher.until_status("paused")
        assert lab.state()["epoch"] == 40
        lab.server.http.close()
