"""The command line, as it is typed."""

import csv
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from app.cli import main
from engine import (
    STATISTICS,
    RunSpec,
    SweepResult,
    advance,
    load_checkpoint,
    save_checkpoint,
    start,
    sweep,
    train,
)
from engine.sweep_spec import LogGrid
from tests.app.server import PATIENCE, descendants

COMMAND = [sys.executable, "-m", "app.cli"]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and the line it printed when it was ready."""
    command = [*COMMAND, "serve", "--port", "0", "--workers", "1", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline()
        finally:
            process.kill()


def address(line: str) -> str:
    return next(word for word in line.split() if word.startswith("http://"))


def wait_until_gone(process_ids: list[int]) -> None:
    """Returns when none of the processes exists any more; fails if that takes too long."""
    for process_id in process_ids:
        try:
            handle = os.pidfd_open(process_id)
        except ProcessLookupError:
            continue
        ready, _, _ = select.select([handle], [], [], PATIENCE)
        os.close(handle)
        assert ready, f"process {process_id} lives on"


def test_serve_prints_its_address_and_stops_politely() -> None:
    with started() as (process, line):
        url = address(line)
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/healthz").json()["status"] == "ok"
        created = httpx.post(f"{url}/api/experiments", json={"runs": [{}]}).json()
        stream = f"{url.replace('http', 'ws')}/api/experiments/{created['id']}/stream"
        workers = descendants(process.pid)
        assert workers
        with connect(stream, compression=None) as viewer:
            viewer.recv(PATIENCE)
            process.send_signal(signal.SIGINT)
            *_, last = viewer  # until it is closed
            assert json.loads(last)["type"] == "closing"
        assert process.wait(PATIENCE) == 0
        wait_until_gone(workers)


def test_workers_die_with_a_killed_server() -> None:
    with started() as (process, _):
        workers = descendants(process.pid)
        assert len(workers) >= 2
        process.kill()
        process.wait(PATIENCE)
        wait_until_gone(workers)


def test_a_taken_port(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 1
    assert f"port {port} of 127.0.0.1 is taken" in capsys.readouterr().err


def test_a_wrong_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEURAL_PLAYGROUND_SLICE_SECONDS", "long")
    assert main(["serve"]) == 1
    assert "slice_seconds" in capsys.readouterr().err


def test_train_writes_the_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, output = tmp_path / "spec.json", tmp_path / "history.csv"
    spec.write_text('{"optimizer": "sgd", "layers": [{"units": 3}, {}]}')
    settings = ["--set", "optimizer.kind=adam", "--set", "optimizer.learning_rate=0.02"]
    settings += ["--set", "layers.1.units=5", "--set", "data=xor"]
    assert main(["train", str(spec), "--epochs", "20", "--output", str(output), *settings]) == 0
    expected = train(
        RunSpec.model_validate(
            {
                "optimizer": {"kind": "adam", "learning_rate": 0.02},
                "layers": [{"units": 3}, {"units": 5}],
                "data": "xor",
            }
        ),
        epochs=20,
    ).history
    with output.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["train_loss"]) for row in rows] == expected["train_loss"].tolist()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("epoch 20 of 20: training loss ")
    output = tmp_path / "history.json"
    assert main(["train", str(spec), "--epochs", "2", "--output", str(output)]) == 0
    assert json.loads(output.read_text())["epoch"] == [0, 1, 2]


def test_a_resumed_run_is_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    spec, first, second, whole = (
        tmp_path / name for name in ("spec.json", "first.npz", "second.npz", "whole.npz")
    )
    history = tmp_path / "rest.json"
    spec.write_text('{"optimizer": "adam", "regularization": {"dropout": 0.1}, "data": "xor"}')
    assert main(["train", str(spec), "--epochs", "7", "--output", str(first)]) == 0
    resumed = ["train", "--resume", str(first), "--epochs", "15", "--statistics"]
    assert main([*resumed, "--output", str(second), "--output", str(history)]) == 0
    assert main(["train", str(spec), "--epochs", "15", "--output", str(whole)]) == 0
    one, two = load_checkpoint(second), load_checkpoint(whole)
    assert one.epoch == two.epoch == 15
    assert one.runs[0].theta.tobytes() == two.runs[0].theta.tobytes()
    assert one.runs[0].optimizer_state.tobytes() == two.runs[0].optimizer_state.tobytes()
    rest = json.loads(history.read_text())
    assert rest["epoch"] == list(range(8, 16))
    straight = train(one.runs[0].spec, 15, statistics=True)
    assert rest["train_loss"] == straight.history["train_loss"][8:].tolist()
    assert rest["train_r2"] == [None] * 8
    assert set(rest["statistics"]) == set(STATISTICS)
    shares = straight.statistics["histogram"][8:]
    assert rest["statistics"]["histogram"] == shares.tolist()


def test_what_cannot_be_resumed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refusal(*arguments: str) -> str:
        assert main(["train", *arguments]) == 1
        return capsys.readouterr().err

    saved, two, noise = (tmp_path / name for name in ("one.npz", "two.npz", "noise.npz"))
    save_checkpoint(advance(start([RunSpec()]), 3)[0], saved)
    save_checkpoint(start([RunSpec(), RunSpec()]), two)
    noise.write_bytes(b"noise")
    assert "is at epoch 3 already" in refusal("--resume", str(saved), "--epochs", "3")
    assert "give no others" in refusal("--resume", str(saved), "--set", "seed=1")
    assert "holds 2 runs" in refusal("--resume", str(two))
    assert "noise.npz: the file is damaged" in refusal("--resume", str(noise))
    assert "none.npz: No such file" in refusal("--resume", str(tmp_path / "none.npz"))
    assert "name a SPEC.json" in refusal()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "history.txt"], "as .csv or .json, a checkpoint as .npz"),
        (["--output", "nowhere/history.csv"], "there is no folder nowhere"),
        (["--output", "history.csv", "--statistics"], "needs a .json file"),
    ],
)
def test_wrong_outputs_are_refused_before_training(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["train", "nothing.json", *arguments]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "setting", "message"),
    [
        ("{", "seed=1", "is not JSON"),
        ('{"seed": -1}', "seed=1", "seed: Should be greater than or equal to 0"),
        ("{}", "optimizer.learning_rate=0", "optimizer.learning_rate: Should be greater than 0"),
        ("{}", "layers.0.unit=3", "layers.0.unit: There is no such setting"),
        ("{}", "seed", "write it as PATH=VALUE"),
    ],
)
def test_train_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, setting: str, message: str
) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(text)
    assert main(["train", str(spec), "--set", setting]) == 1
    assert message in capsys.readouterr().err


def test_train_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "nothing.json"]) == 1
    assert "nothing.json: No such file" in capsys.readouterr().err


def race(tmp_path: Path, *more: str) -> int:
    """A small sweep through the command line."""
    file = tmp_path / "sweep.json"
    base = {"data": {"kind": "xor", "samples": 60}, "layers": [{"units": 3}]}
    file.write_text(json.dumps({"base": base, "optimizers": ["sgd", "adam"], "epochs": 5}))
    return main(["sweep", str(file), "--set", "learning_rates.count=3", "--workers", "2", *more])


def test_sweep_prints_and_writes_what_the_engine_finds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "result.json"
    assert race(tmp_path, "--set", "seeds=40", "--output", str(output)) == 0
    result = SweepResult.model_validate_json(output.read_text())
    assert (result.spec.seeds, result.spec.learning_rates) == (40, LogGrid(count=3))
    assert result == sweep(result.spec)
    printed = capsys.readouterr().out
    assert "240 of 240 runs\n" in printed
    assert result.verdict in printed
    for optimizer in result.optimizers:
        assert re.search(rf"{optimizer.title} +{optimizer.best_rate:g} ", printed)


def test_sweep_writes_a_row_per_run(tmp_path: Path) -> None:
    output = tmp_path / "result.csv"
    assert race(tmp_path, "--set", "seeds=2", "--output", str(output)) == 0
    with output.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 2 * 3 * 2
    assert sum(row["test_loss"] != "" for row in rows) == 2 * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "seeds=0"], "seeds: Should be greater than or equal to 1"),
        (["--set", "base.layers.0.unit=3"], "base.layers.0.unit: There is no such setting"),
        (["--set", "learning_rates.low=7"], "learning_rates.high: The highest rate is below"),
        (["--output", "result.txt"], "written as .csv or .json"),
        (["--workers", "0"], "at least one"),
    ],
)
def test_sweep_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert race(tmp_path, *arguments) == 1
    assert message in capsys.readouterr().err
