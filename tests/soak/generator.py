"""Learners who train all at once, in a process of their own: `python -m tests.soak.generator`.

Reads a `Plan` from stdin as JSON. Prints the experiments' ids as soon as all play, and at the end
what came of it, each as a line of JSON. Everything happens on a schedule made beforehand, however
late the server is (open loop), and times count from when a thing was due.
"""

import asyncio
import json
import secrets
import struct
import sys
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from random import Random
from time import perf_counter, process_time
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PREFIX = struct.Struct("<4sI")
LATE = 30
"""Seconds after the end that answers may still take."""


@dataclass(frozen=True)
class Plan:
    """What the learners do."""

    address: str
    seconds: float
    specs: list[dict[str, Any]]
    """One learner for each."""
    frames_per_second: float = 5
    """Frames offered to each: so often gives it one credit back."""
    pause_every: float = 10
    paused_for: float = 1
    seed: int = 0


@dataclass
class Outcome:
    """What came of it. Times in milliseconds."""

    pauses: list[float] = field(default_factory=list)
    plays: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    """From a credit given back while playing to the next frame."""
    late: list[float] = field(default_factory=list)
    """Of the generator itself."""
    offered: int = 0
    frames: int = 0
    bytes: int = 0
    epochs: int = 0
    drops: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu_share: float = 0.0


def client_cookie() -> dict[str, str]:
    """A header that makes who sends it a client of its own."""
    return {"Cookie": f"client={secrets.token_urlsafe(16)}"}


def header_of(frame: bytes) -> dict[str, Any]:
    """The JSON header alone."""
    length = PREFIX.unpack_from(frame)[1]
    header: dict[str, Any] = json.loads(frame[PREFIX.size : PREFIX.size + length])
    return header


class Learner:
    """One experiment, its viewer and its clicks."""

    def __init__(self, plan: Plan, number: int, http: httpx.AsyncClient, out: Outcome) -> None:
        self._plan, self._http, self._out = plan, http, out
        self._spec = plan.specs[number]
        self._random = Random(f"{plan.seed}/{number}")
        self._cookie = client_cookie()
        self._unacknowledged: deque[tuple[int, float]] = deque()
        """Frames, and when they came."""
        self._credit_at: float | None = None
        self._playing = False
        self._place = (-1, -1)
        self.id = ""

    async def open(self) -> None:
        """Create it, watch it, play."""
        body = {"runs": [self._spec]}
        answer = await self._http.post("/api/experiments", json=body, headers=self._cookie)
        answer.raise_for_status()
        self.id = answer.json()["id"]
        self._socket = await connect(
            f"ws://{self._plan.address}/api/experiments/{self.id}/stream",
            additional_headers=self._cookie,
            compression=None,
            ping_interval=None,
            max_size=1 << 24,
        )
        await self._post("play")
        self._playing = True

    async def run(self, begin: float) -> None:
        """All that it does from `begin` on."""
        end = begin + self._plan.seconds
        reading = asyncio.create_task(self._read(self._socket))
        try:
            await asyncio.gather(self._acknowledge(begin, end), self._click(begin, end))
            if reading.done():
                reading.result()
        except ConnectionClosed as closed:
            self._out.drops.append(f"{closed.rcvd} {closed.sent}")
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await self._socket.close()
            await self._http.delete(f"/api/experiments/{self.id}", headers=self._cookie)

    async def _read(self, socket: ClientConnection) -> None:
        out = self._out
        while True:
            message = await socket.recv()
            if isinstance(message, str):
                state = json.loads(message)
                if state.get("message"):
                    out.errors.append(state["message"])
                continue
            header = header_of(message)
            if self._credit_at is not None:
                out.waits.append(1000 * (perf_counter() - self._credit_at))
                self._credit_at = None
            out.frames += 1
            out.bytes += len(message)
            self._unacknowledged.append((header["sequence"], perf_counter()))
            self._follow(header)

    def _follow(self, header: dict[str, Any]) -> None:
        timeline, epoch = self._place
        after = header["first_epoch"] - 1
        if timeline == header["timeline"] and after != epoch:
            self._out.errors.append(f"after epoch {epoch} came what follows {after}")
        self._out.epochs += header["rows"]
        self._place = header["timeline"], header["epoch"]

    async def _acknowledge(self, begin: float, end: float) -> None:
        """One frame at each tick."""
        period = 1 / self._plan.frames_per_second
        due = begin + period * self._random.random()
        while due < end:
            await asyncio.sleep(due - perf_counter())
            self._out.late.append(1000 * max(0.0, perf_counter() - due))
            self._out.offered += self._playing
            if self._unacknowledged:
                sequence, came = self._unacknowledged.popleft()
                if self._playing:
                    self._credit_at = perf_counter()
                held = perf_counter() - came
                ack = {"type": "ack", "sequence": sequence, "held": held}
                await self._socket.send(json.dumps(ack))
            due += period

    async def _click(self, begin: float, end: float) -> None:
        """Pause, a little later Play, again and again."""
        plan = self._plan
        due = begin + plan.pause_every * self._random.random()
        while due + plan.paused_for < end:
            await asyncio.sleep(due - perf_counter())
            await self._post("pause")
            self._out.pauses.append(1000 * (perf_counter() - due))
            self._playing, self._credit_at = False, None
            again = due + plan.paused_for
            await asyncio.sleep(again - perf_counter())
            await self._post("play")
            self._out.plays.append(1000 * (perf_counter() - again))
            self._playing = True
            due += plan.pause_every

    async def _post(self, command: str) -> None:
        url = f"/api/experiments/{self.id}/{command}"
        try:
            answer = await self._http.post(url, headers=self._cookie)
        except httpx.HTTPError as error:
            self._out.errors.append(f"{command}: {error!r}")
            return
        if answer.status_code != 200:
            self._out.errors.append(f"{command}: {answer.status_code} {answer.text[:200]}")


async def generate(plan: Plan) -> Outcome:
    """Let all learners work."""
    out = Outcome()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    url = f"http://{plan.address}"
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=LATE) as http:
        learners = [Learner(plan, number, http, out) for number in range(len(plan.specs))]
        for learner in learners:
            await learner.open()
        print(json.dumps([learner.id for learner in learners]), flush=True)
        begin, used = perf_counter(), process_time()
        ended = await asyncio.gather(
            *(learner.run(begin) for learner in learners), return_exceptions=True
        )
        out.errors += [repr(error) for error in ended if error is not None]
        out.cpu_share = (process_time() - used) / (perf_counter() - begin)
    return out


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        print(json.dumps(asdict(asyncio.run(generate(Plan(**json.load(sys.stdin)))))))
