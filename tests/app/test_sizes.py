"""Heads and bodies without end, compressed, in pieces or slowly: refused, and nothing piles up."""

import gzip
import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from app.settings import Settings
from tests.app.server import PATIENCE, Server, serving

MEGABYTE = 1 << 20
CREATION = json.dumps({"runs": [{}]}).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    settings = Settings(workers=1, max_head_size=2048, head_seconds=0.5, max_body_size=256 * 1024)
    with serving(settings) as server:
        yield server


def pour(server: Server, head: bytes, piece: bytes) -> tuple[bytes, int]:
    """Send a head and pieces until the server answers or hangs up: its answer, and bytes sent."""
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        sent = 0
        try:
            connection.sendall(head.replace(b"HOST", server.address.encode()))
            while sent < 64 * MEGABYTE:
                connection.sendall(piece)
                sent += len(piece)
                connection.setblocking(False)
                try:
                    return connection.recv(100), sent
                except BlockingIOError:
                    connection.settimeout(PATIENCE)
        except (ConnectionError, TimeoutError):
            return b"", sent
    raise AssertionError("The server takes it without end")


ENDLESS = {
    "line": (b"GET /", b"x" * 1000, b" 431 "),
    "header": (b"GET / HTTP/1.1\r\nHost: HOST\r\nX: ", b"x" * 1000, b" 431 "),
    "headers": (b"GET / HTTP/1.1\r\nHost: HOST\r\n", b"X: y\r\n" * 200, b" 431 "),
    "chunks": (
        b"POST /api/experiments HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"2710\r\n" + b" " * 10_000 + b"\r\n",
        b" 413 ",
    ),
    "chunks that nobody reads": (
        b"GET /api/presets HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"2710\r\n" + b" " * 10_000 + b"\r\n",
        b" 200 ",
    ),
}


@pytest.mark.parametrize(("head", "piece", "status"), ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_ended(small: Server, head: bytes, piece: bytes, status: bytes) -> None:
    answer, sent = pour(small, head, piece)
    # A peer that goes on sending may see its connection reset before it sees the answer.
    assert not answer or status in answer
    assert sent < 32 * MEGABYTE
    assert small.http.get("/healthz").status_code == 200


def test_a_head_within_the_limit_is_let_in(small: Server) -> None:
    headers = {"X-Long": "x" * 1500}
    assert small.http.get("/healthz", headers=headers).status_code == 200
    assert small.http.get("/healthz", params={"x": "y" * 1500}).status_code == 200


def test_a_body_is_no_head(small: Server) -> None:
    state = {"text": "x" * 200_000}
    for _ in range(3):  # also one after another on the same connection
        assert small.http.post("/api/saved", json=state).status_code == 201


@pytest.mark.parametrize("begin", [b"", b"G", b"GET / HTTP/1.1\r\nHost: HOST\r\n"])
def test_a_head_that_does_not_come_is_not_waited_for(small: Server, begin: bytes) -> None:
    host, port = small.address.split(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection:
        connection.sendall(begin.replace(b"HOST", small.address.encode()))
        assert connection.recv(100) == b""


def test_a_body_in_pieces(small: Server) -> None:
    def post(size: int) -> httpx.Response:
        pieces = (b" " * 1024 for _ in range(size // 1024))
        return small.http.post("/api/experiments", content=_with(pieces), headers=JSON)

    assert post(100 * 1024).status_code == 201
    assert post(300 * 1024).status_code == 413


def _with(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield from pieces
    yield CREATION


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_compressed_body_is_not_unpacked(small: Server, encoding: str) -> None:
    body = gzip.compress(b" " * 100 * MEGABYTE + CREATION)
    headers = JSON | {"Content-Encoding": encoding}
    answer = small.http.post("/api/experiments", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
