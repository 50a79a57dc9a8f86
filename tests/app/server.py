"""Starting servers, and talking to them as a page does."""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import numpy as np
import uvicorn
from websockets.sync.client import ClientConnection, connect

from app.cli.serve import configuration
from app.clients import Client
from app.main import create_app
from app.settings import Settings
from app.wire import DEFLATED, MAGIC, Array, decode, inflate
from engine import METRICS

PATIENCE = 30
"""Seconds after which a test gives up waiting. Nothing waits for so long unless it is broken."""


SOMEONE = Client("someone", "127.0.0.1")


class Server:
    """A running server and a client for its calls."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = httpx.Client(base_url=f"http://{address}", timeout=PATIENCE)

    def create(self, *runs: dict[str, Any], **more: Any) -> "Lab":
        answer = self.http.post("/api/experiments", json={"runs": runs or ({},), **more})
        assert answer.status_code == 201, answer.text
        return Lab(self, answer.json()["id"], answer.json())


@dataclass
class Lab:
    """One experiment on a server."""

    server: Server
    id: str
    created: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/experiments/{self.id}"

    def post(self, command: str, **body: Any) -> dict[str, Any]:
        answer = self.server.http.post(f"{self.path}/{command}", json=body)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def patch(self, run: int = 0, **changes: Any) -> dict[str, Any]:
        answer = self.server.http.patch(f"{self.path}/runs/{run}", json=changes)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.server.http.get(self.path).raise_for_status().json()
        return state

    def history(self) -> dict[str, Any]:
        answer = self.server.http.get(f"{self.path}/history").raise_for_status()
        table: dict[str, Any] = answer.json()
        for run in table["runs"]:  # all but the time is the same in every repetition
            assert len(run.pop("milliseconds")) == len(table["epoch"])
        return table

    @contextmanager
    def watch(
        self,
        timeline: int | None = None,
        epoch: int | None = None,
        *,
        address: str | None = None,
        deflate: bool = False,
        **options: Any,
    ) -> Iterator["Watcher"]:
        """Open a stream; `address` is that of a proxy, if it goes through one."""
        query: dict[str, int] = {"deflate": int(deflate)}
        if timeline is not None and epoch is not None:
            query |= {"timeline": timeline, "epoch": epoch}
        url = f"ws://{address or self.server.address}{self.path}/stream?{urlencode(query)}"
        with connect(url, compression=None, open_timeout=PATIENCE, **options) as socket:
            yield Watcher(socket)


@dataclass
class Frame:
    """One frame as it came."""

    header: dict[str, Any]
    arrays: dict[tuple[str, int | None], Array]


@dataclass
class Watcher:
    """A viewer that checks what every viewer may rely on: each kept epoch once, in order."""

    socket: ClientConnection
    acknowledges: bool = True
    timeline: int | None = None
    next_epoch: int | None = None
    columns: dict[str, list[Array]] = field(default_factory=lambda: {name: [] for name in METRICS})
    epochs: list[int] = field(default_factory=list)
    """Whose rows have come: all, unless the server has thinned them before."""
    states: list[dict[str, Any]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    held: float = 3600
    """What it says of how long it held each frame. So its own slowness is not the connection's."""
    beats: int = 0
    deflated: int = 0
    """Messages that came deflated."""

    def send(self, text: str) -> None:
        self.socket.send(text)

    def acknowledge(self, frame: Frame) -> None:
        sequence = frame.header["sequence"]
        self.send(json.dumps({"type": "ack", "sequence": sequence, "held": self.held}))

    def receive(self, timeout: float = PATIENCE) -> dict[str, Any] | Frame:
        """The next message; takes it into account and acknowledges it."""
        message = self.socket.recv(timeout)
        if isinstance(message, bytes):
            self.deflated += message[:4] == DEFLATED
            message = inflate(message)
        if isinstance(message, str) or message[:4] != MAGIC:
            told: dict[str, Any] = json.loads(message)
            if told["type"] == "beat":
                self.beats += 1
            else:
                self.states.append(told)
            return told
        frame = Frame(*decode(message))
        self._take(frame)
        if self.acknowledges:
            self.acknowledge(frame)
        return frame

    def until(self, condition: Callable[["Watcher"], object]) -> "Watcher":
        """Receive until the condition holds."""
        while not condition(self):
            self.receive()
        return self

    def until_epoch(self, epoch: int) -> "Watcher":
        return self.until(lambda self: self.next_epoch is not None and self.next_epoch > epoch)

    def until_frames(self, count: int) -> "Watcher":
        return self.until(lambda self: len(self.frames) >= count)

    def until_status(self, status: str) -> "Watcher":
        return self.until(lambda self: bool(self.states) and self.states[-1]["status"] == status)

    def metric(self, name: str) -> Array:
        """(R, E) of this timeline, as far as this viewer has received it."""
        return np.concatenate(self.columns[name], axis=1)

    def _take(self, frame: Frame) -> None:
        header = frame.header
        self.frames.append(frame)
        if header["timeline"] != self.timeline:
            assert self.timeline is None or header["timeline"] > self.timeline
            self.timeline = header["timeline"]
            if self.next_epoch is not None:
                self.next_epoch = 0
            self.columns = {name: [] for name in METRICS}
            self.epochs = []
        if self.next_epoch is None:
            self.next_epoch = header["first_epoch"]
        assert header["first_epoch"] == self.next_epoch
        for name in METRICS:
            values = frame.arrays[name, None]
            assert values.shape[1] == header["rows"]
            self.columns[name].append(values)
        epochs = frame.arrays["epoch", None].tolist()
        assert len(epochs) == header["rows"]
        assert header["epoch"] >= self.next_epoch - 1
        reach = [self.next_epoch - 1, *epochs, header["epoch"] + 1]
        assert all(one < other for one, other in pairwise(reach))
        self.epochs += epochs
        self.next_epoch = header["epoch"] + 1


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """A server on a free port, in a thread, for as long as the block lasts."""
    if settings.store_file is None:  # the one in the folder of data is one server's alone
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "experiments.sqlite3"
            with serving(settings.model_copy(update={"store_file": file})) as own:
                yield own
        return
    config = configuration(create_app(settings), settings)
    config.port = 0
    started = threading.Event()

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.set()

    server = Announcing(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(PATIENCE)
        port = server.servers[0].sockets[0].getsockname()[1]
        running = Server(f"127.0.0.1:{port}")
        try:
            yield running
        finally:
            running.http.close()
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def descendants(process_id: int) -> list[int]:
    """Process ids of the children of a process, and of theirs."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            child, rest = stat.read_text().split(" (", 1)
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(rest.rpartition(") ")[2].split()[1]), []).append(int(child))
    found: list[int] = []
    waiting = [process_id]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found
