"""Sweeps over HTTP: they run in what the experiments leave over."""

import asyncio
import csv
import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

import httpx
import pytest

from app import worker
from app.runner import Runner
from app.settings import Settings
from app.sweeps import Sweeps
from engine import SweepResult, SweepSpec, sweep
from tests.app.server import PATIENCE, SOMEONE, Server, descendants, serving

BASE = {"data": {"kind": "xor", "samples": 60}, "layers": [{"units": 3}]}
SMALL: dict[str, Any] = {
    "base": BASE,
    "optimizers": ["sgd", "adam"],
    "learning_rates": [0.01, 0.1],
    "seeds": 6,
    "epochs": 10,
}
LONG: dict[str, Any] = SMALL | {"epochs": 20_000}


@pytest.fixture
def one_worker() -> Iterator[Server]:
    settings = Settings(
        workers=1, max_sweeps_per_client=2, max_sweeps=1, kept_sweeps=2, sweep_slice_seconds=0.02
    )
    with serving(settings) as server:
        yield server


def create(server: Server, spec: dict[str, Any]) -> dict[str, Any]:
    answer = server.http.post("/api/sweeps", json=spec)
    assert answer.status_code == 201, answer.text
    state: dict[str, Any] = answer.json()
    return state


def read(server: Server, id: str) -> dict[str, Any]:
    state: dict[str, Any] = server.http.get(f"/api/sweeps/{id}").raise_for_status().json()
    return state


def until(server: Server, id: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The state of a sweep, once the condition holds."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        state = read(server, id)
        if condition(state):
            return state
        time.sleep(0.01)
    raise AssertionError(f"waited in vain: {state['status']} {state['done']} {state['message']}")


def is_beyond(share: float) -> Callable[[dict[str, Any]], bool]:
    return lambda state: bool(state["done"] > share * state["total"])


def has_ended(state: dict[str, Any]) -> bool:
    return bool(state["status"] != "running")


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    return problem


def test_a_sweep_finds_what_the_engine_finds(server: Server) -> None:
    created = create(server, SMALL)
    assert (created["status"], created["done"], created["total"]) == ("running", 0, 24 * 10)
    assert created["result"] is None
    assert created["spec"]["validation_fraction"] == 0.25
    state = until(server, created["id"], has_ended)
    assert (state["status"], state["done"], state["message"]) == ("finished", 24 * 10, "")
    expected = sweep(SweepSpec.model_validate(SMALL))
    assert SweepResult.model_validate(state["result"]) == expected
    path = f"/api/sweeps/{created['id']}/result"
    assert SweepResult.model_validate(server.http.get(path).json()) == expected
    table = server.http.get(path, headers={"Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == 24
    assert float(rows[0]["validation_loss"]) == expected.optimizers[0].rates[0].validation_losses[0]


def test_the_schema_describes_a_sweep(server: Server) -> None:
    schema = server.http.get("/api/sweeps/schema").json()
    assert set(schema["properties"]) == set(SweepSpec.model_fields)
    assert "SweepState" in server.http.get("/openapi.json").json()["components"]["schemas"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"seeds": 0}, "seeds"),
        ({"base": {"layers": [{"units": 0}]}}, "base.layers.0.units"),
        ({"optimizers": ["sgd", {"kind": "adam", "beta1": 2}]}, "optimizers.1.beta1"),
        ({"learning_rates": {"low": 0}}, "learning_rates.low"),
        ({"learning_rates": [0.1, -1]}, "learning_rates.1"),
        ({"base": {"layers": [{"units": 256}] * 9}, "seeds": 64}, "seeds"),
        ({"base": {"layers": [{"units": 64}] * 4}, "epochs": 100_000}, "epochs"),
    ],
)
def test_what_is_wrong_is_named(server: Server, changes: dict[str, Any], path: str) -> None:
    problem = refused(server.http.post("/api/sweeps", json=SMALL | changes), 422)
    assert problem["path"] == path


def test_unknown_sweeps(server: Server) -> None:
    for path in ("/api/sweeps/nothing", "/api/sweeps/nothing/result"):
        refused(server.http.get(path), 404)
    refused(server.http.delete("/api/sweeps/nothing"), 404)


def test_only_so_many_at_a_time(one_worker: Server) -> None:
    http = one_worker.http
    first = create(one_worker, LONG)
    problem = refused(http.post("/api/sweeps", json=SMALL), 503)
    assert "as many sweeps" in problem["detail"]
    refused(http.get(f"/api/sweeps/{first['id']}/result"), 409)
    assert http.delete(f"/api/sweeps/{first['id']}").status_code == 204
    refused(http.get(f"/api/sweeps/{first['id']}"), 404)
    kept = []
    for _ in range(3):
        kept.append(create(one_worker, SMALL)["id"])
        until(one_worker, kept[-1], has_ended)
    # Two that have ended are kept.
    refused(http.get(f"/api/sweeps/{kept[0]}"), 404)
    assert read(one_worker, kept[1])["status"] == "finished"


def test_killed_workers_change_no_number(one_worker: Server) -> None:
    spec = SMALL | {"epochs": 400}
    id = create(one_worker, spec)["id"]
    for share in (0.1, 0.4, 0.7):
        until(one_worker, id, is_beyond(share))
        for child in descendants(os.getpid()):
            for process_id in descendants(child):  # below the fork server
                os.kill(process_id, signal.SIGKILL)
    state = until(one_worker, id, has_ended)
    assert state["done"] == state["total"]
    expected = sweep(SweepSpec.model_validate(spec))
    assert SweepResult.model_validate(state["result"]) == expected


def test_a_sweep_goes_on_beside_an_experiment_that_wants_every_slot(one_worker: Server) -> None:
    """Neither stands still: the experiment goes first, the sweep gets the worker now and then."""
    id = create(one_worker, LONG)["id"]
    until(one_worker, id, lambda state: state["done"] > 0)
    lab = one_worker.create({"data": {"kind": "spiral", "samples": 300}})
    assert lab.post("step", epochs=3)["epoch"] == 3
    with lab.watch() as watcher:
        lab.post("play")
        for epoch in (30, 300):
            watcher.until_epoch(epoch)
            before = read(one_worker, id)["done"]
            while read(one_worker, id)["done"] == before:
                watcher.receive()
        lab.post("pause")
        watcher.until_status("paused")
    assert one_worker.http.delete(f"/api/sweeps/{id}").status_code == 204


def test_the_server_stops_in_the_middle_of_a_sweep() -> None:
    with serving(Settings(workers=2)) as server:
        id = create(server, LONG)["id"]
        until(server, id, lambda state: state["done"] > 0)


class Failing(Executor):
    """Fails at every slice of a sweep."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if args[0].__name__ == "sweep_slice":
            future.set_exception(self._error)
        else:
            future.set_result(function(*args, **kwargs))
        return future


@pytest.mark.parametrize(
    ("error", "message"),
    [(BrokenExecutor(), "crashed its worker"), (ValueError("odd"), "ValueError('odd')")],
)
def test_what_cannot_be_done_fails_alone(error: Exception, message: str) -> None:
    async def scenario() -> None:
        runner = Runner(Settings(workers=1), lambda: Failing(error))
        sweeps = Sweeps(runner)
        await runner.start()
        sweep = sweeps.start(SweepSpec.model_validate(SMALL), SOMEONE)
        async with asyncio.timeout(PATIENCE):
            while sweep.status == "running":
                await runner.call(SOMEONE, worker.process_id)  # by turns with the sweep
        assert sweep.status == "failed"
        assert message in sweep.message
        experiment = await runner.create([SweepSpec().base], [], client=SOMEONE)
        await runner.step(experiment, epochs=1, batches=0)
        assert experiment.history.epoch == 1
        await runner.stop()

    asyncio.run(scenario())
