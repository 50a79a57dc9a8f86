"""The calls of the contract."""

import csv
import io
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
import pytest

from app.formulas import explained_schema
from engine import RunSpec, train
from tests.app.server import Server

FAST = {"data": {"kind": "xor", "samples": 100}, "optimizer": "adam"}
DIVERGING = {
    "data": "plane",
    "layers": [{"units": 8, "activation": "relu"}] * 3,
    "optimizer": {"kind": "sgd", "learning_rate": 100},
}


def rows(history: dict[str, Any]) -> list[Any]:
    return [run["train_loss"] for run in history["runs"]]


def test_a_new_experiment_is_paused_at_epoch_0(server: Server) -> None:
    lab = server.create({"name": "first"})
    assert lab.created["status"] == "paused"
    assert (lab.created["epoch"], lab.created["timeline"]) == (0, 0)
    run = lab.created["runs"][0]
    assert run["units"] == [2, 4, 2, 1]
    assert run["parameters"] == 25
    assert RunSpec.model_validate(run["spec"]) == RunSpec(name="first")
    assert lab.state() == lab.created
    assert lab.history()["epoch"] == [0]


def test_step_trains_exactly_as_the_engine_does(server: Server) -> None:
    lab = server.create(FAST)
    assert lab.post("step")["epoch"] == 1
    state = lab.post("step", epochs=6)
    assert (state["epoch"], state["status"]) == (7, "paused")
    expected = train(RunSpec.model_validate(FAST), epochs=7).history["train_loss"]
    assert rows(lab.history()) == [expected.tolist()]


def test_step_by_batches(server: Server) -> None:
    lab = server.create(FAST)  # 50 training points, 5 batches
    assert (state := lab.post("step", batches=3))["epoch"] == 0
    assert state["batch"] == 3
    assert (state := lab.post("step", batches=3))["epoch"] == 1
    assert state["batch"] == 1
    lab.post("step")
    expected = train(RunSpec.model_validate(FAST), epochs=2).history["train_loss"]
    assert rows(lab.history()) == [expected.tolist()]


def test_two_steps_at_once_are_two_steps(server: Server) -> None:
    lab = server.create(FAST)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda epochs: lab.post("step", epochs=epochs), (40, 30)))
    assert lab.state()["epoch"] == 70


def test_pause_answers_with_the_last_epoch(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        assert lab.post("play")["status"] == "playing"
        watcher.until_epoch(20)
        state = lab.post("pause")
        assert state["status"] == "paused"
        watcher.until_epoch(state["epoch"])
        assert lab.state()["epoch"] == state["epoch"] == lab.history()["epoch"][-1]


def test_reset_and_play_again_gives_identical_rows(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=30)
    before = lab.history()
    state = lab.post("reset")
    assert (state["epoch"], state["timeline"], state["status"]) == (0, 1, "paused")
    lab.post("step", epochs=30)
    assert lab.history() == before


def test_reset_while_playing_goes_on_playing(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        lab.post("play")
        watcher.until_epoch(5)
        assert lab.post("reset")["status"] == "playing"
        watcher.until(lambda w: w.timeline == 1).until_epoch(5)


def test_new_weights_draw_a_seed_that_lanes_share(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "optimizer": "sgd"}, {**FAST, "seed": 5})
    runs = lab.post("reset", new_weights=True)["runs"]
    seeds = [run["spec"]["seed"] for run in runs]
    assert seeds[0] == seeds[1]
    assert seeds[0] not in (0, seeds[2])
    assert seeds[2] != 5


def test_a_speed_limit_is_kept(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        assert lab.post("play", epochs_per_second=50)["epochs_per_second"] == 50
        watcher.until_epoch(20)
        assert lab.post("play")["epochs_per_second"] is None
        watcher.until_epoch(200)
        lab.post("pause")


def test_a_live_change_keeps_the_weights(server: Server) -> None:
    lab = server.create(FAST)
    lab.post("step", epochs=40)
    state = lab.patch(optimizer={"learning_rate": 1e-6})
    assert state["restarted"] == []
    assert state["runs"][0]["spec"]["optimizer"]["learning_rate"] == 1e-6
    assert state["changes"] == [
        {"epoch": 40, "batch": 0, "run": 0, "changes": {"optimizer": {"learning_rate": 1e-6}}}
    ]
    lab.post("step")
    losses = rows(lab.history())[0]
    assert losses[41] == pytest.approx(losses[40], rel=1e-2)
    assert losses[40] < 0.9 * losses[0]


def test_a_change_of_shape_restarts_everything(server: Server) -> None:
    lab = server.create(FAST, FAST)
    lab.post("step", epochs=3)
    state = lab.patch(1, layers=[{"units": 3}])
    assert state["restarted"] == ["layers"]
    assert (state["epoch"], state["timeline"], state["changes"]) == (0, 1, [])
    assert [run["units"] for run in state["runs"]] == [[2, 4, 2, 1], [2, 3, 1]]
    assert lab.history()["epoch"] == [0]


def test_a_change_before_training_leaves_no_trace(server: Server) -> None:
    lab = server.create(FAST)
    state = lab.patch(optimizer={"kind": "sgd"})
    assert (state["changes"], state["restarted"]) == ([], [])
    lab.post("step", epochs=3)
    direct = server.create({**FAST, "optimizer": "sgd"})
    direct.post("step", epochs=3)
    assert lab.history() == direct.history()


def test_catching_up_reproduces_a_changed_run_bit_for_bit(server: Server) -> None:
    lab = server.create(FAST, {**FAST, "seed": 3})
    lab.post("step", epochs=12)
    lab.patch(0, optimizer={"learning_rate": 0.1})
    lab.post("step", epochs=5)
    lab.post("step", batches=2)
    lab.patch(1, optimizer="momentum", regularization={"l2": 0.01})
    lab.post("step", epochs=4)
    state = lab.patch(1, batch_size=25)
    again = server.create(FAST, {**FAST, "seed": 3}, changes=state["changes"], epoch=state["epoch"])
    assert again.created["status"] == "playing"
    with again.watch() as watcher:
        watcher.until_status("paused").until_epoch(state["epoch"])
    reached = again.state()
    for key in ("epoch", "batch", "runs", "changes"):
        assert reached[key] == state[key]
    assert again.history() == lab.history()
    for one in (lab, again):
        one.post("step", epochs=2)
    assert again.history() == lab.history()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"epoch": 5, "changes": {"layers": []}}, "changes.0.changes"),
        ({"epoch": 5, "changes": {"batch_size": 0}}, "changes.0.changes.batch_size"),
        ({"epoch": 50, "changes": {"batch_size": 5}}, "changes.0.epoch"),
        ({"epoch": 5, "run": 1, "changes": {}}, "changes.0.run"),
    ],
)
def test_changes_that_cannot_be_caught_up_with(
    server: Server, changes: dict[str, object], path: str
) -> None:
    body = {"runs": [FAST], "changes": [changes], "epoch": 10}
    answer = server.http.post("/api/experiments", json=body)
    assert answer.status_code == 422
    assert answer.json()["path"] == path


def test_a_diverged_run_keeps_its_last_finite_state(server: Server) -> None:
    lab = server.create(DIVERGING)
    with lab.watch() as watcher:
        lab.post("play")
        watcher.until_status("diverged")
    state = lab.state()
    assert "smaller learning rate" in state["runs"][0]["message"]
    history = lab.history()
    assert history["epoch"][-1] == state["epoch"]
    assert all(math.isfinite(loss) for loss in rows(history)[0])
    for command in ("play", "step"):
        answer = server.http.post(f"{lab.path}/{command}")
        assert answer.status_code == 409
    state = lab.patch(optimizer={"learning_rate": 1e-3})
    assert state["status"] == "paused"
    assert lab.post("step")["status"] == "paused"


def test_other_runs_go_on_when_one_diverges(server: Server) -> None:
    lab = server.create(DIVERGING, {**DIVERGING, "optimizer": "adam"})
    state = lab.post("step", epochs=10)
    assert (state["status"], state["epoch"]) == ("paused", 10)
    assert [run["status"] for run in state["runs"]] == ["diverged", "training"]
    lost, kept = rows(lab.history())
    assert lost[10] is None
    assert math.isfinite(kept[10])


def test_data_are_points_of_the_plane(server: Server) -> None:
    lab = server.create({"data": {"kind": "circle", "samples": 60}}, {"data": "plane"})
    data = server.http.get(f"{lab.path}/data").json()
    assert (data["task"], data["classes"], data["domain"]) == ("binary", 2, [-6, 6, -6, 6])
    assert np.shape(data["train"]["x"]) == (30, 2)
    assert set(data["test"]["y"]) == {0, 1}
    assert server.http.get(f"{lab.path}/data?run=1").json()["task"] == "regression"
    assert server.http.get(f"{lab.path}/data?run=2").status_code == 404


def test_history_as_csv(server: Server) -> None:
    lab = server.create({**FAST, "name": 'a "quoted", name'}, {"data": "plane"})
    lab.post("step", epochs=2)
    answer = server.http.get(f"{lab.path}/history", headers={"Accept": "text/csv"})
    table = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["epoch"] for row in table] == ["0", "1", "2"] * 2
    assert table[0]["name"] == 'a "quoted", name'
    assert [float(row["train_loss"]) for row in table[:3]] == rows(lab.history())[0]
    assert table[3]["train_accuracy"] == ""


def test_delete(server: Server) -> None:
    lab = server.create(FAST)
    with lab.watch() as watcher:
        watcher.until_epoch(0)
        assert server.http.delete(lab.path).status_code == 204
        with pytest.raises(Exception, match="4404"):
            watcher.until(lambda _: False)
    answer = server.http.get(lab.path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_schema_and_datasets(server: Server) -> None:
    schema = server.http.get("/api/schema").json()
    assert schema == explained_schema()
    thumbnails = server.http.get("/api/datasets").json()
    kinds = set(schema["properties"]["data"]["discriminator"]["mapping"])
    assert set(thumbnails) == kinds - {"custom"}
    for thumbnail in thumbnails.values():
        assert thumbnail["title"]
        assert np.shape(thumbnail["x"]) == (len(thumbnail["y"]), 2)


def test_healthz(server: Server) -> None:
    assert server.http.get("/healthz").json()["status"] == "ok"


def test_every_call_is_described(server: Server) -> None:
    paths = server.http.get("/openapi.json").json()["paths"]
    assert {(method, path) for path, calls in paths.items() for method in calls} == {
        ("get", "/api/schema"),
        ("get", "/api/datasets"),
        ("get", "/api/presets"),
        ("get", "/api/glossary"),
        ("post", "/api/previews"),
        ("get", "/api/sweeps/schema"),
        ("post", "/api/sweeps"),
        ("get", "/api/sweeps/{id}"),
        ("delete", "/api/sweeps/{id}"),
        ("get", "/api/sweeps/{id}/result"),
        ("post", "/api/experiments"),
        ("get", "/api/experiments/{id}"),
        ("delete", "/api/experiments/{id}"),
        ("post", "/api/experiments/{id}/play"),
        ("post", "/api/experiments/{id}/pause"),
        ("post", "/api/experiments/{id}/step"),
        ("post", "/api/experiments/{id}/reset"),
        ("patch", "/api/experiments/{id}/runs/{run}"),
        ("patch", "/api/experiments/{id}/runs/{run}/weights"),
        ("get", "/api/experiments/{id}/runs/{run}/batch"),
        ("get", "/api/experiments/{id}/data"),
        ("get", "/api/experiments/{id}/history"),
        ("get", "/api/experiments/{id}/summary"),
        ("get", "/api/experiments/{id}/export"),
        ("post", "/api/experiments/{id}/seek"),
        ("post", "/api/experiments/{id}/fork"),
        ("post", "/api/experiments/{id}/order"),
        ("post", "/api/experiments/{id}/runs"),
        ("put", "/api/experiments/{id}/runs"),
        ("patch", "/api/experiments/{id}/runs"),
        ("delete", "/api/experiments/{id}/runs/{run}"),
        ("put", "/api/experiments/{id}/runs/{run}/seeds"),
        ("post", "/api/saved"),
        ("get", "/api/saved/{id}"),
        ("post", "/api/data"),
        ("get", "/api/data/{id}"),
    }
    for calls in paths.values():
        for call in calls.values():
            assert call["description"]
            assert "application/problem+json" in call["responses"]["422"]["content"]


def problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("run", "path"),
    [
        ('{"optimizer": {"kind": "adam", "learning_rate": -1}}', "optimizer.learning_rate"),
        ('{"optimizer": {"kind": "adam", "learning_rate": NaN}}', "optimizer.learning_rate"),
        ('{"data": {"kind": "xor", "noise": Infinity}}', "data.noise"),
        ('{"data": {"kind": "xor", "noise": 1e999}}', "data.noise"),
        ('{"optimizer": {"kind": "adam", "momentum": 1}}', "optimizer.momentum"),
        ('{"optimizer": "adamm"}', "optimizer"),
        ('{"optimizer": {"learning_rate": 1}}', "optimizer"),
        (
            '{"layers": [{}, {"activation": {"kind": "relu", "slop": 1}}]}',
            "layers.1.activation.slop",
        ),
        ('{"layers": [{"init": {"kind": "zeros", "scale": 1}}]}', "layers.0.init.scale"),
        ('{"schedule": {"kind": "constant", "rate": 1}}', "schedule.rate"),
        ('{"batch_size": 0}', "batch_size"),
        ('{"batch_size": null}', "batch_size"),
        ('{"features": ["x1", "x3"]}', "features.1"),
        ('{"lerning_rate": 1}', "lerning_rate"),
    ],
)
def test_a_refused_field_is_named(server: Server, run: str, path: str) -> None:
    answer = server.http.post(
        "/api/experiments",
        content=f'{{"runs": [{run}]}}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422
    assert problem(answer)["path"] == f"runs.0.{path}"
    lab = server.create()
    answer = server.http.patch(
        f"{lab.path}/runs/0", content=run, headers={"Content-Type": "application/json"}
    )
    if path == "optimizer" and "learning_rate" in run:
        assert answer.status_code == 200  # the kind is known
    else:
        assert answer.status_code == 422
        assert problem(answer)["path"] == path


@pytest.mark.parametrize(
    ("body", "status"),
    [("{", 400), ("[" * 100_000, 400), ("[]", 422), ('{"runs": []}', 422), ("", 422)],
)
def test_bodies_that_are_wrong_altogether(server: Server, body: str, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    answer = server.http.post("/api/experiments", content=body, headers=headers)
    assert answer.status_code == status
    problem(answer)


def test_other_refusals(server: Server) -> None:
    lab = server.create()
    http = server.http
    assert problem(http.post("/api/experiments", content='{"runs":[{}]}'))["status"] == 415
    assert problem(http.get("/api/nothing"))["status"] == 404
    assert problem(http.put("/api/experiments"))["status"] == 405
    assert problem(http.patch(f"{lab.path}/runs/1", json={"seed": 1}))["status"] == 404
    for speed in (0, -1, 1e9, "fast"):
        answer = http.post(f"{lab.path}/play", json={"epochs_per_second": speed})
        assert problem(answer)["path"] == "epochs_per_second"
    assert problem(http.post("/api/experiments", json={"runs": [{}] * 65}))["path"] == "runs"
    big = problem(http.post("/api/experiments", json={"runs": [{"name": "x" * 2_000_000}]}))
    assert big["status"] == 413


def test_a_preview_says_what_settings_mean(server: Server) -> None:
    spec = {"layers": [{"units": 3}, {"units": 2}], "schedule": {"kind": "cosine", "epochs": 40}}
    found = server.http.post("/api/previews", json=spec).json()
    assert [layer["units"] for layer in found["weights"]] == [3, 2, 1]
    assert len(found["activations"]) == 2
    assert found["schedule"]["rate"][0] > found["schedule"]["rate"][-1]
    refused = server.http.post("/api/previews", json={"layers": [{"units": 256}] * 17})
    assert (refused.status_code, refused.json()["path"]) == (422, "layers")
