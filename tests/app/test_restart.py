"""Servers are killed, stopped and started again on the same store; nothing acknowledged is lost."""

import io
import json
import logging
import os
import resource
import shutil
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
        self.process = Process(folder, NEURAL_PLAYGROUND_WORKERS="2", **environment)
        super().__init__(self.process.address.removeprefix("http://"))

    def restart(self) -> None:
        """SIGKILL, and a new one on the same port."""
        self.process.kill()
        self.process.start()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Mortal]:
    server = Mortal(tmp_path)
    yield server
    server.http.close()
    server.process.stop()


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


def settings_of(folder: Path, **more: Any) -> Settings:
    return Settings(workers=1, store_file=folder / "experiments.sqlite3", **more)


def left_by_a_kill(settings: Settings, folder: Path) -> Settings:
    """What a server that is killed now leaves behind: its files as they are."""
    assert settings.store_file
    folder.mkdir()
    for file in settings.store_file.parent.glob(f"{settings.store_file.name}*"):
        shutil.copy(file, folder)
    return settings_of(folder)


def commands(lab: Lab) -> list[Callable[[], object]]:
    """One of every kind, in an order in which each has something to do."""
    http, path = lab.server.http, lab.path
    fork = {"run": 1, "epoch": 6, "changes": {"batch_size": 20}}
    return [
        lambda: lab.post("step", epochs=5),
        lambda: lab.post("step", batches=3),
        lambda: lab.patch(1, optimizer={"learning_rate": 0.003}),
        lambda: lab.post("step", epochs=4),
        lambda: http.post(
            f"{path}/runs", json={"lanes": [{"changes": {"seed": 9}}]}
        ).raise_for_status(),
        lambda: lab.post("order", runs=[2, 0, 1]),
        lambda: http.put(f"{path}/runs/0/seeds", json={"seeds": 2}).raise_for_status(),
        lambda: lab.patch(0, name="first"),
        lambda: lab.post("seek", epoch=3),
        lambda: lab.post("seek", epoch=8),
        lambda: http.post(f"{path}/fork", json=fork).raise_for_status(),
        lambda: http.delete(f"{path}/runs/0").raise_for_status(),
        lambda: lab.post("step", epochs=300),
        lambda: lab.post("reset", new_weights=True),
        lambda: http.delete(path).raise_for_status(),
    ]


def test_the_places_gone_back_to_survive_a_kill(server: Mortal) -> None:
    lab = server.create(SPEC)
    lab.post("step", epochs=9)
    lab.post("seek", epoch=4)
    lab.post("step")
    lab.post("fork", epoch=5)
    lab.post("step", epochs=3)
    lab.post("seek", epoch=6)
    before = lab.state()
    server.restart()
    after = lab.state()
    assert after["rewinds"] == before["rewinds"] == [{"epoch": 4, "batch": 0, "before": 9}]
    assert after["runs"][1]["forked"] == {"epoch": 5, "batch": 0}
    assert lab.post("step")["rewinds"][-1] == {"epoch": 6, "batch": 0, "before": 8}


def test_every_acknowledged_command_survives_a_kill(tmp_path: Path) -> None:
    # Only commands are stored; what is trained besides would be an hour later.
    server = Mortal(
        tmp_path,
        NEURAL_PLAYGROUND_SAVE_SECONDS="3600",
        NEURAL_PLAYGROUND_MAX_EXPERIMENTS_PER_CLIENT="16",
    )
    try:
        labs = [server.create(SPEC, SPEC, seeds=[1, 3]) for _ in range(16)]
        for count, lab in enumerate(labs):
            for command in commands(lab)[:count]:
                command()
        before = [known(lab) for lab in labs[:-1]]
        timelines = [lab.state()["timeline"] for lab in labs[:-1]]
        labs[0].post("play")
        server.restart()
        assert labs[0].state()["status"] == "playing"
        for lab, state, timeline in zip(labs[1:-1], before[1:], timelines[1:], strict=True):
            assert known(lab) == state
            assert lab.state()["timeline"] == timeline + UNCLEAN
        assert server.http.get(labs[-1].path).status_code == 404
    finally:
        server.http.close()
        server.process.stop()


def test_a_playing_experiment_plays_on_to_the_same_bits(server: Mortal) -> None:
    lab = server.create(SPEC)
    lab.post("play")
    reached = 0
    for more in (30, 200):
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


def test_the_past_can_be_gone_back_to_after_a_kill(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with serving(settings) as server:
        lab = server.create(SPEC)
        lab.post("step", epochs=20)
        lab.patch(optimizer={"learning_rate": 0.01})
        lab.post("step", epochs=20)
        with serving(left_by_a_kill(settings, tmp_path / "killed")) as next_server:
            again = Lab(next_server, lab.id, {})
            again.post("seek", epoch=10)
            again.post("step", epochs=30)
            assert again.history() == lab.history()


def test_training_is_stored_while_it_goes_on(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, save_seconds=0.1)
    log = tmp_path / "experiments.sqlite3-wal"

    def written() -> int:
        return log.stat().st_mtime_ns

    with serving(settings) as server:
        lab = server.create(SPEC)
        lab.post("play")
        reached = until_epoch(lab, 300)
        for _ in range(2):  # the first may have been begun before
            before = written()
            wait_until(lambda before=before: written() != before)  # type: ignore[misc]
        killed = left_by_a_kill(settings, tmp_path / "killed")
        lab.post("pause")
    with closing(sqlite3.connect(str(killed.store_file))) as database:
        (stored,) = database.execute("SELECT sum(length(rows)) FROM history").fetchone()
    assert stored / 8 / len(METRICS) > reached


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


@pytest.mark.parametrize("damage", ["nonsense", "half", "newer", "folder", "read only"])
def test_a_server_starts_though_its_store_cannot_be_used(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings, file = settings_of(tmp_path), tmp_path / "experiments.sqlite3"
    with serving(settings) as server:
        lab = server.create(SPEC)
        lab.post("step", epochs=300)
    if damage == "nonsense":
        file.write_bytes(b"not a database at all" * 1000)
    elif damage == "half":
        content = file.read_bytes()
        file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    elif damage == "newer":
        with closing(sqlite3.connect(file)) as database:
            database.execute(f"PRAGMA user_version = {VERSION + 1}")
    elif damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        settings = settings.model_copy(update={"store_file": Path("/proc/no/file")})
    with serving(settings) as server:
        assert server.http.get(lab.path).status_code == 404
        assert server.create(SPEC).post("step", epochs=5)["epoch"] == 5
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors
    assert all(str(settings.store_file) in error for error in errors)


def test_a_damaged_store_is_put_aside(tmp_path: Path) -> None:
    settings, file = settings_of(tmp_path), tmp_path / "experiments.sqlite3"
    file.write_bytes(b"not a database at all" * 1000)
    with serving(settings) as server:
        lab = server.create(SPEC)
    with serving(settings) as server:
        assert server.http.get(lab.path).status_code == 200
    assert (tmp_path / "experiments.sqlite3.damaged").read_bytes().startswith(b"not a database")


def test_a_full_disk_is_survived(server: Mortal) -> None:
    lab = server.create(SPEC)
    process = server.process.process_id
    _, most = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (10_000, most))
    assert lab.post("step", epochs=300)["epoch"] == 300
    assert server.process.said.count("cannot be stored just now") == 1
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, most))
    lab.post("step", epochs=1)
    assert "can be stored again" in server.process.said
    server.restart()
    assert lab.state()["epoch"] == 301


def test_one_damaged_experiment_leaves_the_others_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_of(tmp_path)
    with serving(settings) as server:
        broken, whole = server.create(SPEC), server.create(SPEC)
        broken.post("play")
        whole.post("play")
    with closing(sqlite3.connect(tmp_path / "experiments.sqlite3")) as database, database:
        database.execute("UPDATE experiments SET arrays = x'00' WHERE id = ?", (broken.id,))
    with serving(settings) as server:
        assert server.http.get(broken.path).status_code == 404
        until_epoch(Lab(server, whole.id, {}), 50)
    assert "cannot be read" in caplog.text


def test_what_another_kind_of_processor_began_goes_on_and_says_so(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    with serving(settings) as server:
        lab = server.create(SPEC)
        lab.post("step", epochs=3)
    with closing(sqlite3.connect(tmp_path / "experiments.sqlite3")) as database, database:
        (arrays,) = database.execute("SELECT arrays FROM experiments").fetchone()
        database.execute("UPDATE experiments SET arrays = ?", (as_from_elsewhere(arrays),))
    with serving(settings) as server:
        lab.server = server
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
    with serving(Settings(workers=1, max_experiments=2, spare_seconds=0)) as server:
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
    settings = Settings(
        workers=1, max_experiments=2, spare_seconds=0, store_file=file, max_stored_bytes=size
    )
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
        assert "another server or program uses it" in caplog.text
        assert lab.post("step")["epoch"] == 1
