"""Servers are killed, stopped and started again on the same store; nothing acknowledged is lost."""

import io
import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from app.archive import VERSION
from app.record import ELSEWHERE, UNCLEAN
from app.settings import Settings
from engine import METRICS, RunSpec, train
from tests.app.server import PATIENCE, Lab, Server, descendants, serving
from tests.browser.serving import Server as Process

SPEC = {"data": {"kind": "spiral", "samples": 200}, "layers": [{"units": 8}] * 2}
EXACT = [name for name in METRICS if name != "milliseconds"]


class Mortal(Server):
    """A server in a process of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.process = Process(folder, **environment)
        super().__init__(self.process.address.removeprefix("http://"))

    def restart(self) -> None:
        """SIGKILL, and a new one on the same port."""
        self.process.kill()
        self.process.start()


@pytest.fixture
def new_server(tmp_path: Path) -> Iterator[Callable[..., Mortal]]:
    servers: list[Mortal] = []

    def start(**environment: str) -> Mortal:
        servers.append(Mortal(tmp_path, NEURAL_PLAYGROUND_WORKERS="2", **environment))
        return servers[-1]

    yield start
    for server in servers:
        server.http.close()
        server.process.stop()


@pytest.fixture
def server(new_server: Callable[..., Mortal]) -> Mortal:
    return new_server()


def known(lab: Lab) -> dict[str, Any]:
    """All that a restart may not change."""
    state = lab.state()
    del state["timeline"]
    return {**state, "history": lab.history()}


def until_epoch(lab: Lab, epoch: int) -> int:
    """Wait for an epoch; which one it is then."""
    with lab.watch() as watcher:
        watcher.until_epoch(epoch)
    return int(lab.state()["epoch"])


def until_paused(lab: Lab) -> Lab:
    with lab.watch() as watcher:
        watcher.until_status("paused")
    return lab


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def expect_undisturbed(lab: Lab, spec: dict[str, Any]) -> None:
    """The history is that of a run that nothing happened to."""
    table = lab.history()
    expected = train(RunSpec.model_validate(spec), epochs=table["epoch"][-1]).history
    for name in EXACT:
        column = np.array(table["runs"][0][name], float)
        np.testing.assert_array_equal(column, expected[name], err_msg=name)


def test_every_acknowledged_command_survives_a_kill(server: Mortal) -> None:
    lab = server.create(SPEC, {**SPEC, "name": "other"}, seeds=[1, 3])
    fork = {"run": 1, "epoch": 6, "changes": {"batch_size": 20}}
    commands: list[Callable[[], object]] = [
        lambda: lab.post("step", epochs=5),
        lambda: lab.post("step", batches=3),
        lambda: lab.patch(1, optimizer={"learning_rate": 0.003}),
        lambda: lab.post("step", epochs=4),
        lambda: server.http.post(f"{lab.path}/runs", json={"lanes": [{"changes": {"seed": 9}}]}),
        lambda: lab.post("order", runs=[2, 0, 1]),
        lambda: server.http.put(f"{lab.path}/runs/0/seeds", json={"seeds": 2}),
        lambda: lab.patch(0, name="first"),
        lambda: lab.post("seek", epoch=3),
        lambda: lab.post("seek", epoch=8),
        lambda: server.http.post(f"{lab.path}/fork", json=fork),
        lambda: server.http.delete(f"{lab.path}/runs/0"),
        lambda: lab.post("step", epochs=300),
        lambda: lab.post("reset", new_weights=True),
    ]
    timeline = 0
    for command in [lambda: None, *commands]:
        command()
        before = known(lab)
        server.restart()
        assert known(lab) == before
        assert lab.state()["timeline"] >= timeline + UNCLEAN
        timeline = lab.state()["timeline"]
    server.http.delete(lab.path)
    server.restart()
    assert server.http.get(lab.path).status_code == 404
    assert not server.process.said


def test_a_playing_experiment_plays_on_to_the_same_bits(server: Mortal) -> None:
    lab = server.create(SPEC)
    lab.post("play")
    reached = 0
    for more in (30, 200, 60):
        reached = until_epoch(lab, reached + more)
        server.restart()
        assert lab.state()["status"] == "playing"
        reached = until_epoch(lab, reached)
    lab.post("pause")
    expect_undisturbed(lab, SPEC)


def test_one_on_its_way_arrives_after_a_kill(server: Mortal) -> None:
    change = {"epoch": 500, "changes": {"optimizer": {"learning_rate": 0.01}}}
    lab = server.create(SPEC, epoch=700, changes=[change])
    until_epoch(lab, 50)
    server.restart()
    state = until_paused(lab).state()
    assert (state["epoch"], len(state["changes"])) == (700, 1)
    with serving(Settings(workers=1)) as undisturbed:
        twin = undisturbed.create(SPEC, epoch=700, changes=[change])
        assert until_paused(twin).history() == lab.history()


def test_the_past_can_be_gone_back_to_after_a_kill(server: Mortal) -> None:
    lab = server.create(SPEC)
    lab.post("step", epochs=20)
    lab.patch(optimizer={"learning_rate": 0.01})
    lab.post("step", epochs=20)
    rows = lab.history()
    server.restart()
    lab.post("seek", epoch=10)
    lab.post("step", epochs=30)
    assert lab.history() == rows


def test_training_is_stored_while_it_goes_on(new_server: Callable[..., Mortal]) -> None:
    server = new_server(NEURAL_PLAYGROUND_SAVE_SECONDS="0.1")
    file = server.process.store_file
    log = file.with_name(f"{file.name}-wal")
    lab = server.create(SPEC)
    lab.post("play")
    reached = until_epoch(lab, 300)
    for _ in range(2):  # the first may have been begun before
        before = log.stat().st_mtime_ns
        wait_until(lambda before=before: log.stat().st_mtime_ns != before)
    server.process.kill()
    with closing(sqlite3.connect(file)) as database:
        (size,) = database.execute("SELECT sum(length(rows)) FROM history").fetchone()
    assert size / 8 / len(METRICS) > reached
    server.process.start()


def test_no_worker_outlives_a_killed_server(server: Mortal) -> None:
    server.create(SPEC).post("play")
    workers = descendants(server.process.process_id)
    assert len(workers) >= 2
    server.process.kill()
    wait_until(lambda: not any(map(is_alive, workers)))
    server.process.start()


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_a_server_that_is_stopped_tells_its_viewers_and_keeps_all(server: Mortal) -> None:
    playing, paused = server.create(SPEC), server.create(SPEC)
    paused.post("step", epochs=7)
    playing.post("play")
    before = known(paused)
    with playing.watch() as watcher:
        watcher.until_epoch(100)
        os.kill(server.process.process_id, 15)
        with pytest.raises(ConnectionClosed) as closed:
            watcher.until(lambda _: False)
    assert watcher.states[-1]["type"] == "closing"
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    server.process.stop()
    server.process.start()
    assert known(paused) == before
    assert paused.state()["timeline"] == paused.created["timeline"]
    with playing.watch(watcher.timeline, watcher.next_epoch and watcher.next_epoch - 1) as again:
        again.until(lambda _: again.next_epoch is not None)
        assert again.timeline == watcher.timeline
        assert again.frames[0].header["first_epoch"] == watcher.next_epoch
    playing.post("pause")
    expect_undisturbed(playing, SPEC)


@pytest.mark.parametrize("damage", ["nonsense", "half", "newer", "folder"])
def test_a_server_starts_though_its_store_cannot_be_used(server: Mortal, damage: str) -> None:
    lab = server.create(SPEC)
    lab.post("step", epochs=300)
    server.process.stop()
    file = server.process.store_file
    if damage == "nonsense":
        file.write_bytes(b"not a database at all" * 1000)
    elif damage == "half":
        content = bytearray(file.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        file.write_bytes(content)
    elif damage == "newer":
        with closing(sqlite3.connect(file)) as database:
            database.execute(f"PRAGMA user_version = {VERSION + 1}")
    else:
        file.unlink()
        file.mkdir()
    server.process.start()
    assert server.http.get(lab.path).status_code == 404
    other = server.create(SPEC)
    assert other.post("step", epochs=5)["epoch"] == 5
    assert server.process.said.count(str(file)) >= 1
    assert "Traceback" not in server.process.said
    if damage == "nonsense":  # moved aside: from now on it is as before
        server.restart()
        assert other.state()["epoch"] == 5


def test_one_damaged_experiment_leaves_the_others_alone(server: Mortal) -> None:
    broken, whole = server.create(SPEC), server.create(SPEC)
    broken.post("play")
    whole.post("play")
    server.process.kill()
    with closing(sqlite3.connect(server.process.store_file)) as database, database:
        database.execute("UPDATE experiments SET arrays = x'00' WHERE id = ?", (broken.id,))
    server.process.start()
    assert server.http.get(broken.path).status_code == 404
    until_epoch(whole, 50)
    assert "cannot be read" in server.process.said


def test_what_another_kind_of_processor_began_goes_on_and_says_so(server: Mortal) -> None:
    lab = server.create(SPEC)
    lab.post("step", epochs=3)
    server.process.stop()
    file = server.process.store_file
    with closing(sqlite3.connect(file)) as database, database:
        (arrays,) = database.execute("SELECT arrays FROM experiments").fetchone()
        elsewhere = as_from_elsewhere(arrays)
        database.execute("UPDATE experiments SET arrays = ?", (elsewhere,))
    server.process.start()
    assert lab.state()["message"] == ELSEWHERE
    assert lab.post("step", epochs=1)["epoch"] == 4


def as_from_elsewhere(arrays: bytes) -> bytes:
    """The same checkpoint with the mark of another machine."""
    with np.load(io.BytesIO(arrays)) as file:
        content = {name: file[name] for name in file.files}
    header = {**json.loads(content["header"].tobytes()), "machine": "0" * 16}
    content["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    target = io.BytesIO()
    np.savez(target, allow_pickle=False, **content)
    return target.getvalue()


def test_who_is_let_go_comes_back_when_asked_for() -> None:
    with serving(Settings(workers=1, max_experiments=2)) as server:
        labs = [server.create({**SPEC, "seed": seed}) for seed in range(2)]
        for lab in labs:
            lab.post("step", epochs=3)
        before = [lab.history() for lab in labs]
        timelines = [lab.state()["timeline"] for lab in labs]
        server.create(SPEC)
        for lab, rows, timeline in zip(labs, before, timelines, strict=True):
            assert lab.history() == rows
            assert lab.state()["timeline"] == timeline  # viewers have missed nothing
            assert lab.post("step")["epoch"] == 4


def test_the_store_is_bounded(tmp_path: Path) -> None:
    size = 400_000
    file = tmp_path / "experiments.sqlite3"
    settings = Settings(workers=1, max_experiments=2, store_file=file, max_stored_bytes=size)
    spec = {**SPEC, "layers": [{"units": 40}] * 3}
    with serving(settings) as server:
        labs = [server.create({**spec, "seed": seed}) for seed in range(20)]
        found = [server.http.get(lab.path).status_code for lab in labs]
        kept = found.index(200)
        assert 5 < kept < 19
        assert set(found[:kept]) == {404}
        assert set(found[kept:]) == {200}
        labs[-1].post("step", epochs=3)
    assert file.stat().st_size < 1.5 * size
    with serving(settings) as server:
        labs[-1].server = server
        assert labs[-1].state()["epoch"] == 3


def test_two_servers_do_not_share_a_store(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(workers=1, store_file=tmp_path / "experiments.sqlite3")
    with serving(settings) as first, caplog.at_level(logging.ERROR):
        lab = first.create(SPEC)
        with serving(settings) as second:
            assert second.http.get(lab.path).status_code == 404
            assert second.create(SPEC).post("step")["epoch"] == 1
        assert "will not outlive the server" in caplog.text
        assert lab.post("step")["epoch"] == 1
