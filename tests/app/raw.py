"""A WebSocket by hand (RFC 6455), to say what no client library would say."""

import os
import socket
import struct
from typing import NamedTuple, Self

from tests.app.server import PATIENCE

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Lost(Exception):
    """The other side has gone without another word."""


class Message(NamedTuple):
    """A frame as it came; the server never splits messages."""

    opcode: int
    payload: bytes


def frame(
    payload: bytes, opcode: int = TEXT, *, fin: bool = True, reserved: int = 0, mask: bool = True
) -> bytes:
    """A frame's bytes; `reserved` are its three reserved bits."""
    first = fin << 7 | reserved << 4 | opcode
    size, masked = len(payload), mask << 7
    if size < 126:
        head = struct.pack("!BB", first, masked | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, masked | 126, size)
    else:
        head = struct.pack("!BBQ", first, masked | 127, size)
    if not mask:
        return head + payload
    key = os.urandom(4)
    whole = int.from_bytes((key * (size // 4 + 1))[:size])
    return head + key + (int.from_bytes(payload) ^ whole).to_bytes(size)


def upgrade(
    address: str, path: str, without: tuple[str, ...] = (), **headers: str | list[str]
) -> bytes:
    """A handshake. Headers are given as `Sec_WebSocket_Key=`; a list repeats one."""
    fields: dict[str, str | list[str]] = {
        "Host": address,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"GET {path} HTTP/1.1"]
    for name, value in fields.items():
        if name not in without:
            lines += [f"{name}: {one}" for one in ([value] if isinstance(value, str) else value)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


class RawSocket:
    """A connection to a server."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self._buffer = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """As it is. Raises Lost."""
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Lost from error

    def open(self, address: str, path: str, **headers: str | list[str]) -> None:
        """Shake hands."""
        self.send(upgrade(address, path, (), **headers))
        status, _ = self.response()
        assert status == 101, status

    def response(self) -> tuple[int, str]:
        """Status and head of an HTTP response; its body is left where it is. Raises Lost."""
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        self._buffer[:] = rest
        text = head.decode("latin-1")
        return int(text.split(" ", 2)[1]), text

    def body(self, head: str) -> bytes:
        """The body that follows this head."""
        lengths = [line for line in head.lower().splitlines() if line.startswith("content-length:")]
        return self._take(int(lengths[0].partition(":")[2]))

    def message(self, pings: bool = False) -> Message:
        """The next frame; pings are answered, and passed over if not wanted. Raises Lost."""
        while True:
            first, second = self._take(2)
            size = second & 127
            if size >= 126:
                size = int.from_bytes(self._take(2 if size == 126 else 8))
            payload = self._take(size)
            if first & 15 == PING:
                self.send(frame(payload, PONG))
            if pings or first & 15 != PING:
                return Message(first & 15, payload)

    def ready(self) -> bool:
        """Whether something has come that has not been taken."""
        if not self._buffer:
            self.socket.setblocking(False)
            try:
                self._more()
            except (BlockingIOError, Lost):
                pass
            finally:
                self.socket.settimeout(PATIENCE)
        return bool(self._buffer)

    def closing(self) -> tuple[int, str]:
        """Code and reason with which the server closes, after whatever comes before. Raises Lost.

        1005 is for a close without a code.
        """
        while (message := self.message()).opcode != CLOSE:
            pass
        if not message.payload:
            return 1005, ""
        return int.from_bytes(message.payload[:2]), message.payload[2:].decode()

    def reset(self) -> None:
        """End it with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _more(self) -> None:
        try:
            data = self.socket.recv(1 << 16)
        except (BlockingIOError, TimeoutError):
            raise
        except OSError as error:
            raise Lost from error
        if not data:
            raise Lost
        self._buffer += data
