"""What whoever runs the server sees of it: logs, metrics, readiness."""

import asyncio
import json
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.cli.serve import raise_file_limit
from app.logs import short
from app.main import create_app
from app.metrics import LAGS
from app.settings import Settings
from tests.app.server import PATIENCE, Lab, Server

ROOT = Path(__file__).parents[2]
SECRET = "Zm9vYmFyYmF6cXV4MTIzNA"


@contextmanager
def logged(tmp_path: Path, *settings: str) -> Iterator[tuple[Server, Path]]:
    """A server in a process of its own, and the file that its log goes to."""
    log = tmp_path / "log"
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0", "--workers", "1"]
    environment = ["env", *settings, f"NEURAL_PLAYGROUND_DATA={tmp_path}"]
    with (
        log.open("w") as stream,
        subprocess.Popen(
            [*environment, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=stream, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://(\S+)", line)
            assert found, line + log.read_text()
            server = Server(found[1])
            with server.http:
                yield server, log
            process.terminate()
            assert process.wait(PATIENCE) in (0, -signal.SIGTERM)
        finally:
            process.kill()


def make_mistakes(server: Server, lab: Lab) -> None:
    """What clients do wrong."""
    http = server.http
    http.cookies["client"] = SECRET
    assert http.post("/api/experiments", content="{").status_code in (400, 415)
    wrong = {"runs": [{"optimizer": {"kind": "adam", "learning_rate": -1}}]}
    assert http.post("/api/experiments", json=wrong).status_code == 422
    with suppress(httpx.TransportError):  # refused before it has all been sent
        assert http.post("/api/experiments", content=b"x" * 2_000_000).status_code == 413
    assert http.get(f"/api/experiments/{SECRET}?token={SECRET}").status_code == 404
    assert http.put(lab.path).status_code == 405
    assert http.post(f"{lab.path}/seek", json={"epoch": 10**30}).status_code == 422
    stream = f"ws://{server.address}{lab.path}/stream"
    for text in ("{", '{"type":"ack","sequence":99}', '{"type":"focus"}', "x" * 70_000, b"\xff"):
        with connect(stream, compression=None) as viewer, suppress(ConnectionClosed):
            viewer.send(text)
            for _ in viewer:
                pass
    with (
        connect(f"{stream}?epoch={SECRET}", compression=None) as viewer,
        pytest.raises(ConnectionClosed, match="whole numbers"),
    ):
        viewer.recv(PATIENCE)
    host, _, port = server.address.partition(":")
    abrupt = struct.pack("ii", 1, 0)
    for rubbish in (
        b"\xff\xfe\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /api/schema HTTP/1.1\r\nHo",
    ):
        with socket.create_connection((host, int(port)), PATIENCE) as peer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, abrupt)  # closes by a reset
            peer.sendall(rubbish)
    with connect(stream, compression=None) as viewer:
        viewer.recv(PATIENCE)
        viewer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, abrupt)
        viewer.socket.shutdown(socket.SHUT_RDWR)
    assert http.get("/healthz").status_code == 200


def test_mistakes_of_clients_leave_no_traceback_and_no_secret(tmp_path: Path) -> None:
    settings = ["NEURAL_PLAYGROUND_LOG_FORMAT=json", "NEURAL_PLAYGROUND_UNWATCHED_SECONDS=0.2"]
    with logged(tmp_path, *settings) as (server, log):
        lab = server.create()
        make_mistakes(server, lab)
        lab.post("play")
        with server.create().watch() as other:  # something that goes on meanwhile
            other.socket.send('{"type":"view"}')
            while "nobody watched" not in log.read_text():
                server.http.get("/healthz")
    text = log.read_text()
    assert "Traceback" not in text
    assert SECRET not in text
    assert lab.id not in text
    events = [json.loads(line) for line in text.splitlines()]
    assert all(event.keys() >= {"time", "level", "logger", "message"} for event in events)
    assert any(short(lab.id) in event["message"] for event in events)
    assert not [event for event in events if event["level"] == "ERROR"]


def test_the_level_and_the_plain_format(tmp_path: Path) -> None:
    with logged(tmp_path, "NEURAL_PLAYGROUND_LOG_LEVEL=warning") as (server, log):
        host, _, port = server.address.partition(":")
        with socket.create_connection((host, int(port)), PATIENCE) as peer:
            peer.sendall(b"\xff\r\n\r\n")
            peer.recv(1000)
    lines = log.read_text().splitlines()
    assert [line for line in lines if " WARNING uvicorn.error: " in line]
    assert not [line for line in lines if " INFO " in line]


def test_unready_before_the_start_and_from_the_stop_on() -> None:
    app = create_app(Settings(workers=1))
    runner = app.state.runner

    async def scenario() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        answers = []
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answers.append(await client.get("/healthz"))
            await runner.start()
            answers.append(await client.get("/healthz"))
            await runner.stop()
            answers.append(await client.get("/healthz"))
        return answers

    before, ready, after = asyncio.run(scenario())
    assert (before.status_code, ready.status_code, after.status_code) == (503, 200, 503)
    assert "not started" in before.json()["detail"]
    assert "stopping" in after.json()["detail"]
    assert ready.json() == {"status": "ok", "version": app.state.assets.version}


def numbers(server: Server) -> dict[str, float]:
    """Every sample of /metrics."""
    answer = server.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_metrics_count_what_happens(server: Server) -> None:
    before = numbers(server)
    lab = server.create()
    with lab.watch() as watcher:
        lab.post("step", epochs=5)
        watcher.until_epoch(5)
        during = numbers(server)
    assert during["playground_viewers"] >= 1
    assert during["playground_clients"] >= 1
    assert during['playground_experiments{status="paused"}'] >= 1
    assert during["playground_tasks"] > 1

    def more(name: str) -> float:
        return during[f"playground_{name}"] - before.get(f"playground_{name}", 0)

    assert more("slices_total") >= 1
    assert more("worker_seconds_total") > 0
    assert more("frames_sent_total") >= 1
    assert more("frame_bytes_total") > 1000
    assert more('requests_total{status="2xx"}') >= 3
    assert more('requests_total{status="1xx"}') == 1
    assert more("pictures_skipped_total") >= 0
    assert during[f'playground_loop_lag_seconds_bucket{{le="{LAGS[-1]:.1f}"}}'] > 0
    if sys.platform == "linux":
        assert during["process_resident_memory_bytes"] > 1e6
    assert server.http.get("/api/nothing").status_code == 404
    after = numbers(server)
    name = 'playground_requests_total{status="4xx"}'
    assert after[name] == during[name] + 1


def test_the_server_may_open_as_many_files_as_the_system_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
        raise_file_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(hard, 65_536)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("setting", ["log_format", "log_level"])
def test_wrong_words_are_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=setting):
        Settings.model_validate({setting: "loud"})
