"""A bad network between a client and a server: a TCP proxy whose faults can be switched.

Faults hold for open connections and for new ones. Every random number comes from the seed.
"""

import asyncio
import random
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from typing import Any, Self

BUFFER = 16 * 1024
"""Bytes that a kernel buffer of the proxy holds at least, so that a stall is soon felt."""
READ_AHEAD = 256 * 1024
"""Bytes under way in one direction of a connection."""
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends RST."""


@dataclass
class Faults:
    """What goes wrong in one direction. Nothing by default."""

    delay: float = 0.0
    """Seconds that every byte is under way."""
    jitter: float = 0.0
    """Up to so many seconds more, drawn for each piece; the order stays."""
    rate: float | None = None
    """Bytes per second of each connection."""
    piece: int | None = None
    """Most bytes that are passed on at a time."""
    frozen: bool = False
    """A black hole: takes everything, passes nothing on until it is thawed."""
    stalled: bool = False
    """Takes nothing: the sender's buffers fill."""


class Direction:
    """One direction of all connections, and its faults."""

    def __init__(self, run: Callable[[Coroutine[Any, Any, None]], None], seed: int) -> None:
        self._run = run
        self._random = random.Random(seed)
        self._changed = asyncio.Event()
        self.faults = Faults()
        self.passed = 0
        """Bytes that have been passed on."""

    def set(self, **faults: Any) -> None:
        """Change some faults; in effect when this returns."""
        assert faults.keys() <= {field.name for field in fields(Faults)}
        self._run(self._set(faults))

    def heal(self) -> None:
        """No faults any more."""
        self.set(**vars(Faults()))

    async def _set(self, faults: dict[str, Any]) -> None:
        for name, value in faults.items():
            setattr(self.faults, name, value)
        self._changed.set()
        self._changed = asyncio.Event()

    async def _while(self, holds: Callable[[], bool]) -> None:
        while holds():
            await self._changed.wait()

    async def pump(self, source: socket.socket, sink: socket.socket) -> None:
        """Pass bytes on until the source ends; then end the sink's input as well."""
        loop = asyncio.get_running_loop()
        under_way: deque[tuple[float, bytes]] = deque()
        news, room = asyncio.Event(), asyncio.Event()
        held = 0

        async def take() -> None:
            nonlocal held
            due = 0.0
            while True:
                await self._while(lambda: self.faults.stalled)
                while held >= READ_AHEAD:
                    room.clear()
                    await room.wait()
                data = await loop.sock_recv(source, BUFFER)
                late = self.faults.delay + self.faults.jitter * self._random.random()
                due = max(due, loop.time() + late)
                held += len(data)
                under_way.append((due, data))
                news.set()
                if not data:
                    return

        async def give() -> None:
            nonlocal held
            free = 0.0
            while True:
                while not under_way:
                    news.clear()
                    await news.wait()
                due, data = under_way[0]
                await asyncio.sleep(due - loop.time())
                if not data:
                    await self._while(lambda: self.faults.frozen)
                    sink.shutdown(socket.SHUT_WR)
                    return
                at = 0
                while at < len(data):
                    await self._while(lambda: self.faults.frozen)
                    rate, most = self.faults.rate, self.faults.piece or BUFFER
                    if rate is not None:
                        most = min(most, max(1, int(rate / 20)))
                    piece = data[at : at + most]
                    if rate is not None:
                        free = max(free, loop.time()) + len(piece) / rate
                        await asyncio.sleep(free - loop.time())
                    elif self.faults.piece is not None:
                        await asyncio.sleep(0)
                    await loop.sock_sendall(sink, piece)
                    self.passed += len(piece)
                    at += len(piece)
                held -= len(data)
                under_way.popleft()
                room.set()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(take())
            tasks.create_task(give())


class Proxy:
    """Passes TCP connections on to a server, under an address of its own, in its own thread."""

    def __init__(self, host: str, port: int, seed: int = 0) -> None:
        self._server = (host, port)
        self._loop = asyncio.new_event_loop()
        self._connections: dict[asyncio.Task[None], tuple[socket.socket, socket.socket]] = {}
        self.up = Direction(self._wait, seed)
        """From clients to the server."""
        self.down = Direction(self._wait, seed + 1)
        """From the server to clients."""
        self.accepted = 0
        """Connections so far."""
        self._listener: socket.socket | None = None
        self._own = (host, 0)
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.plug_in()
        self.address = f"{self._own[0]}:{self._own[1]}"
        self.url = f"http://{self.address}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Break everything and end the thread."""
        self.pull()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def heal(self) -> None:
        """No faults any more in both directions."""
        self.up.heal()
        self.down.heal()

    def pull(self) -> None:
        """Break all connections and refuse new ones."""
        self._wait(self._pull())

    def plug_in(self) -> None:
        """Let connections through again."""
        self._wait(self._listen())

    def drop(self) -> None:
        """End all open connections in an orderly way, with what is under way lost."""
        self._wait(self._end(reset=False))

    def reset(self) -> None:
        """End all open connections with RST on both sides."""
        self._wait(self._end(reset=True))

    def half_close(self, *, up: bool) -> None:
        """Tell the server (`up`), or the clients, that nothing more comes from the other side."""
        self._wait(self._half_close(up))

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        listener = socket.create_server(self._own)
        listener.setblocking(False)
        self._own = listener.getsockname()
        self._listener = listener
        self._accepting = asyncio.create_task(self._accept(listener))

    async def _pull(self) -> None:
        if self._listener is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
            self._listener.close()
            self._listener = None
        await self._end(reset=False)

    async def _end(self, *, reset: bool) -> None:
        tasks = list(self._connections)
        for task in tasks:
            for side in self._connections[task]:
                if reset:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # for the callbacks that close the sockets

    async def _half_close(self, up: bool) -> None:
        for client, server in self._connections.values():
            with suppress(OSError):
                (server if up else client).shutdown(socket.SHUT_WR)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(listener)
            self.accepted += 1
            server = socket.socket()
            for side in (client, server):
                side.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                side.setblocking(False)
            task = asyncio.create_task(self._pass_on(client, server))
            self._connections[task] = (client, server)
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        for side in self._connections.pop(task):
            side.close()
        if not task.cancelled():
            task.exception()  # one side broke the connection

    async def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        await asyncio.get_running_loop().sock_connect(server, self._server)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.up.pump(client, server))
            tasks.create_task(self.down.pump(server, client))


@contextmanager
def between(address: str, seed: int = 0) -> Iterator[Proxy]:
    """A proxy before the server at `address` ("host:port", or the URL of its page)."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    with Proxy(host, int(port), seed) as proxy:
        yield proxy
