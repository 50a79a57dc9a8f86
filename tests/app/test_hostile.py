"""Rubbish over a real socket: each is refused properly, and nobody else notices."""

import base64
import json
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from tests.app.process import ServerProcess, server_process
from tests.app.raw import (
    BINARY,
    CLOSE,
    CONTINUATION,
    KEY,
    PING,
    PONG,
    TEXT,
    Lost,
    RawSocket,
    frame,
    upgrade,
)
from tests.app.server import Lab
from tests.app.viewer import Viewer

OPEN, GONE = "open", "gone"
"""The stream goes on; the connection ended without a word, as ours did."""
PROTOCOL_ERROR, NOT_TEXT, TOO_BIG, BAD_MESSAGE, UNKNOWN = 1002, 1007, 1009, 4400, 4404
Outcome = int | str
"""HTTP status, close code, or one of the above."""
GOOD = b'{"type":"ack","sequence":0}'
STILL_THERE = b'{"type":"still there"}'
"""Refused, in words of its own, by whoever still listens."""


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(code.to_bytes(2) + reason, CLOSE)


def sequence(text: str) -> bytes:
    """An acknowledgement of this."""
    return frame(b'{"type":"ack","sequence":' + text.encode() + b"}")


def deflated(payload: bytes) -> bytes:
    """As permessage-deflate would send it."""
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH)
    return frame(packed.removesuffix(b"\0\0\xff\xff"), TEXT, reserved=4)


def text(value: object) -> bytes:
    return frame(json.dumps(value).encode())


MESSAGES: dict[str, tuple[bytes, Outcome]] = {
    # Texts that are none
    "bad UTF-8": (frame(b"\xff\xfe"), NOT_TEXT),
    "truncated UTF-8": (frame(b'{"type":"\xe2\x82'), NOT_TEXT),
    "surrogate in UTF-8": (frame(b'"\xed\xa0\x80"'), NOT_TEXT),
    "overlong UTF-8": (frame(b'"\xc0\xaf"'), NOT_TEXT),
    "bad UTF-8 in fragments": (
        frame(b"{\xe2", fin=False) + frame(b"\x28}", CONTINUATION),
        NOT_TEXT,
    ),
    "good UTF-8 split in a character": (
        frame('{"type":"ß'.encode()[:-1], fin=False) + frame(b"\x9f", CONTINUATION),
        BAD_MESSAGE,
    ),
    # Sizes
    "oversized": (frame(b"x" * 65_537), TOO_BIG),
    "oversized by far": (frame(b"x" * 5_000_000), TOO_BIG),
    "announced larger than any memory": (struct.pack("!BBQ", 0x81, 0xFF, 2**62), TOO_BIG),
    "length with its highest bit": (struct.pack("!BBQ", 0x81, 0xFF, 2**63 + 5), TOO_BIG),
    "oversized in fragments": (
        frame(b"[", fin=False) + frame(b"1," * 500, CONTINUATION, fin=False) * 70,
        TOO_BIG,
    ),
    "oversized second fragment": (
        frame(b"[", fin=False) + frame(b"1" * 70_000, CONTINUATION, fin=False),
        TOO_BIG,
    ),
    "ten thousand empty fragments": (
        frame(GOOD, fin=False)
        + frame(b"", CONTINUATION, fin=False) * 10_000
        + frame(b"", CONTINUATION),
        OPEN,
    ),
    "message in one-byte fragments": (
        frame(GOOD[:1], fin=False)
        + b"".join(frame(GOOD[k : k + 1], CONTINUATION, fin=False) for k in range(1, len(GOOD)))
        + frame(b"", CONTINUATION),
        OPEN,
    ),
    "length written longer than needed": (
        struct.pack("!BBQ4s", 0x81, 0xFF, len(GOOD), bytes(4)) + GOOD,
        OPEN,
    ),
    # Frames
    "unmasked": (frame(GOOD, mask=False), PROTOCOL_ERROR),
    "reserved bit 1": (frame(GOOD, reserved=4), PROTOCOL_ERROR),
    "reserved bit 2": (frame(GOOD, reserved=2), PROTOCOL_ERROR),
    "reserved bit 3": (frame(GOOD, reserved=1), PROTOCOL_ERROR),
    "reserved opcode 3": (frame(GOOD, 3), PROTOCOL_ERROR),
    "reserved opcode 7": (frame(GOOD, 7), PROTOCOL_ERROR),
    "reserved opcode 11": (frame(GOOD, 11), PROTOCOL_ERROR),
    "reserved opcode 15": (frame(GOOD, 15), PROTOCOL_ERROR),
    "fragmented ping": (frame(b"x", PING, fin=False), PROTOCOL_ERROR),
    "fragmented close": (frame(b"", CLOSE, fin=False), PROTOCOL_ERROR),
    "ping of 126 bytes": (frame(b"x" * 126, PING), PROTOCOL_ERROR),
    "pong of 70,000 bytes": (frame(b"x" * 70_000, PONG), TOO_BIG),
    "close of 126 bytes": (close(1000, b"x" * 124), PROTOCOL_ERROR),
    "continuation of nothing": (frame(GOOD, CONTINUATION), PROTOCOL_ERROR),
    "message amid fragments": (frame(GOOD, fin=False) + frame(GOOD), PROTOCOL_ERROR),
    "ping amid fragments": (
        frame(GOOD[:5], fin=False) + frame(b"x", PING) + frame(GOOD[5:], CONTINUATION),
        OPEN,
    ),
    "a thousand pings": (frame(b"x" * 100, PING) * 1000, OPEN),
    "a thousand pongs that nobody asked for": (frame(b"x", PONG) * 1000, OPEN),
    "HTTP": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", PROTOCOL_ERROR),
    "compressed": (deflated(GOOD), PROTOCOL_ERROR),
    "compression bomb": (deflated(b"x" * 50_000_000), PROTOCOL_ERROR),
    "binary": (frame(GOOD, BINARY), BAD_MESSAGE),
    "empty binary": (frame(b"", BINARY), BAD_MESSAGE),
    # Closing
    "close with one byte": (frame(b"x", CLOSE), PROTOCOL_ERROR),
    "close without a code": (frame(b"", CLOSE), 1005),
    "close and go on": (close(1000) + frame(b"\xff") * 100, 1000),
    "close code 0": (close(0), PROTOCOL_ERROR),
    "close code 999": (close(999), PROTOCOL_ERROR),
    "close code 1004": (close(1004), PROTOCOL_ERROR),
    "close code 1005": (close(1005), PROTOCOL_ERROR),
    "close code 1006": (close(1006), PROTOCOL_ERROR),
    "close code 1015": (close(1015), PROTOCOL_ERROR),
    "close code 2000": (close(2000), PROTOCOL_ERROR),
    "close code 5000": (close(5000), PROTOCOL_ERROR),
    "close code 65535": (close(65_535), PROTOCOL_ERROR),
    "close reason in bad UTF-8": (close(1000, b"\xff\xfe"), NOT_TEXT),
    # JSON
    "empty": (frame(b""), BAD_MESSAGE),
    "spaces": (frame(b" " * 60_000), BAD_MESSAGE),
    "not JSON": (frame(b"{'type': 'ack'}"), BAD_MESSAGE),
    "half": (frame(b'{"type":"ack","sequ'), BAD_MESSAGE),
    "two at once": (frame(GOOD + GOOD), BAD_MESSAGE),
    "byte order mark": (frame(b"\xef\xbb\xbf" + GOOD), BAD_MESSAGE),
    "zero byte": (frame(GOOD + b"\0"), BAD_MESSAGE),
    "100,000 brackets": (frame(b"[" * 100_000), TOO_BIG),
    "60,000 brackets": (frame(b"[" * 60_000), BAD_MESSAGE),
    "30,000 closed brackets": (frame(b"[" * 30_000 + b"]" * 30_000), BAD_MESSAGE),
    "10,000 objects in each other": (frame(b'{"a":' * 10_000 + b"1" + b"}" * 10_000), BAD_MESSAGE),
    "deep where units belong": (
        frame(b'{"type":"focus","units":' + b"[" * 5000 + b"]" * 5000 + b"}"),
        BAD_MESSAGE,
    ),
    "null": (frame(b"null"), BAD_MESSAGE),
    "a list": (text([1, 2]), BAD_MESSAGE),
    "a number": (frame(b"1"), BAD_MESSAGE),
    "no type": (text({"sequence": 0}), BAD_MESSAGE),
    "unknown type": (text({"type": "draw"}), BAD_MESSAGE),
    "type is a number": (text({"type": 1}), BAD_MESSAGE),
    "type is a list": (text({"type": ["ack"], "sequence": 0}), BAD_MESSAGE),
    "type is a lone surrogate": (text({"type": "\ud800"}), BAD_MESSAGE),
    "very long type": (text({"type": "x" * 60_000}), BAD_MESSAGE),
    "very long key": (text({"type": "ack", "sequence": 0, "é" * 9_000: 1}), BAD_MESSAGE),
    "key is a lone surrogate": (text({"type": "ack", "sequence": 0, "\udfff": 1}), BAD_MESSAGE),
    "the same key twice": (
        frame(b'{"type":"ack","sequence":0,"sequence":999999}'),
        BAD_MESSAGE,
    ),
    "the same type twice": (frame(b'{"type":"ack","type":"focus","sequence":0}'), BAD_MESSAGE),
    "4,000 keys": (text({f"k{k}": 0 for k in range(4000)}), BAD_MESSAGE),
    # Numbers
    "NaN": (sequence("NaN"), BAD_MESSAGE),
    "infinity": (sequence("Infinity"), BAD_MESSAGE),
    "minus infinity": (sequence("-Infinity"), BAD_MESSAGE),
    "too large for a double": (sequence("1e999"), BAD_MESSAGE),
    "huge double": (sequence("1e308"), BAD_MESSAGE),
    "10,000 digits": (sequence("9" * 10_000), BAD_MESSAGE),
    "4,000 digits": (sequence("9" * 4000), BAD_MESSAGE),
    "60,000 digits after the point": (sequence("0." + "3" * 60_000), BAD_MESSAGE),
    "exponent of 10,000 digits": (sequence("1e" + "9" * 10_000), BAD_MESSAGE),
    "2 to the 63rd": (sequence(str(2**63)), BAD_MESSAGE),
    "2 to the 64th": (sequence(str(2**64)), BAD_MESSAGE),
    "negative": (sequence("-1"), BAD_MESSAGE),
    "future": (sequence("1000000"), BAD_MESSAGE),
    "broken": (sequence("0.5"), BAD_MESSAGE),
    "no number": (sequence('"x"'), BAD_MESSAGE),
    "true": (sequence("true"), BAD_MESSAGE),
    "leading zero": (sequence("00"), BAD_MESSAGE),
    # Fields
    "17 units": (text({"type": "focus", "units": [[0, 0, 0]] * 17}), BAD_MESSAGE),
    "unit of two": (text({"type": "focus", "units": [[0, 0]]}), BAD_MESSAGE),
    "unit is negative": (text({"type": "focus", "units": [[0, 0, -1]]}), BAD_MESSAGE),
    "unit is far away": (text({"type": "focus", "units": [[10**9, 10**9, 10**9]]}), OPEN),
    "unit is astronomical": (
        frame(b'{"type":"focus","units":[[0,0,' + b"9" * 4000 + b"]]}"),
        OPEN,
    ),
    "run is astronomical": (frame(b'{"type":"view","run":' + b"9" * 4000 + b"}"), OPEN),
    "65 seeds": (text({"type": "view", "seeds": [0] * 65}), BAD_MESSAGE),
    "seed 32": (text({"type": "view", "seeds": [32]}), BAD_MESSAGE),
    "no plane": (text({"type": "view", "domain": [1, 1, 0, 2]}), BAD_MESSAGE),
    "plane upside down": (text({"type": "view", "domain": [0, 1, 2, 0]}), BAD_MESSAGE),
    "plane without end": (text({"type": "view", "domain": [0, 1e300, 0, 1]}), BAD_MESSAGE),
    "plane of three": (text({"type": "view", "domain": [0, 1, 0]}), BAD_MESSAGE),
    "layer below all": (text({"type": "view", "warp": {"layer": -1}}), BAD_MESSAGE),
    "layer above all": (text({"type": "view", "warp": {"layer": 10**30}}), OPEN),
    "one unit": (text({"type": "view", "warp": {"layer": 1, "units": [0]}}), BAD_MESSAGE),
    "prototype": (text({"type": "view", "__proto__": {"x": 1}}), BAD_MESSAGE),
}
"""Bytes after a good handshake, and how it ends."""


@dataclass
class Target:
    """What is attacked, with one who just watches."""

    process: ServerProcess
    lab: Lab
    witness: Viewer

    @property
    def address(self) -> str:
        return self.process.address

    @property
    def path(self) -> str:
        return f"{self.lab.path}/stream"

    def handshake(
        self, more: str = "", *without: str, path: str = "", **headers: str | list[str]
    ) -> bytes:
        """Of the experiment; `more` is added to its path."""
        return upgrade(self.address, (path or self.path) + more, without, **headers)


HANDSHAKES: dict[str, tuple[Callable[[Target], bytes], Outcome]] = {
    "good": (lambda it: it.handshake(), OPEN),
    "without Upgrade": (lambda it: it.handshake("", "Upgrade"), 404),
    "without Connection": (lambda it: it.handshake("", "Connection"), 404),
    "without a key": (lambda it: it.handshake("", "Sec-WebSocket-Key"), 400),
    "without a version": (lambda it: it.handshake("", "Sec-WebSocket-Version"), 400),
    "without a Host": (lambda it: it.handshake("", "Host"), 403),
    "key too short": (lambda it: it.handshake(Sec_WebSocket_Key="eA=="), 400),
    "key is not base64": (lambda it: it.handshake(Sec_WebSocket_Key="ä" * 22 + "=="), 400),
    "key very long": (
        lambda it: it.handshake(Sec_WebSocket_Key=base64.b64encode(bytes(3000)).decode()),
        400,
    ),
    "two keys": (lambda it: it.handshake(Sec_WebSocket_Key=[KEY, KEY]), 400),
    "version 8": (lambda it: it.handshake(Sec_WebSocket_Version="8"), 400),
    "version is no number": (lambda it: it.handshake(Sec_WebSocket_Version="x"), 400),
    "two versions": (lambda it: it.handshake(Sec_WebSocket_Version=["13", "8"]), 400),
    "upgrade to something else": (lambda it: it.handshake(Upgrade="h2c"), 404),
    "POST": (lambda it: it.handshake().replace(b"GET", b"POST", 1), 405),
    "HTTP/1.0": (lambda it: it.handshake().replace(b"HTTP/1.1", b"HTTP/1.0", 1), OPEN),
    "HTTP/9.9": (lambda it: it.handshake().replace(b"HTTP/1.1", b"HTTP/9.9", 1), 400),
    "no method": (lambda it: b"\0" + it.handshake(), 400),
    "TLS": (lambda it: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), 400),
    "two Hosts": (lambda it: it.handshake(Host=[it.address, it.address]), 403),
    "foreign Host": (lambda it: it.handshake(Host="evil.example"), 403),
    "odd Host": (lambda it: it.handshake(Host="[::1"), 403),
    "Host with a user": (lambda it: it.handshake(Host=f"{it.address}@evil.example"), 403),
    "foreign Origin": (lambda it: it.handshake(Origin="https://evil.example"), 403),
    "Origin null": (lambda it: it.handshake(Origin="null"), 403),
    "Origin that is no address": (lambda it: it.handshake(Origin="http://[::1"), 403),
    "Origin as part of a name": (lambda it: it.handshake(Origin=f"http://{it.address}.evil"), 403),
    "two Origins": (lambda it: it.handshake(Origin=[f"http://{it.address}"] * 2), 400),
    "own Origin": (lambda it: it.handshake(Origin=f"http://{it.address}"), OPEN),
    "body announced": (lambda it: it.handshake(Content_Length="5") + b"hello", 400),
    "larger body announced": (lambda it: it.handshake(Content_Length="9" * 30), 400),
    "chunked": (lambda it: it.handshake(Transfer_Encoding="chunked") + b"0\r\n\r\n", 400),
    "header without a colon": (
        lambda it: it.handshake().replace(b"\r\n\r\n", b"\r\nrubbish\r\n\r\n"),
        400,
    ),
    "header with a zero": (lambda it: it.handshake(X="a\0b"), 400),
    "header in Latin-1": (lambda it: it.handshake(X="é" * 100), OPEN),
    "name in Latin-1": (lambda it: it.handshake().replace(b"Upgrade:", b"Upgr\xe9de:"), 400),
    "header of 200 kB": (lambda it: it.handshake(X="x" * 200_000), 431),
    "10,000 headers": (lambda it: it.handshake(X=["x"] * 10_000), 431),
    "cookies of all kinds": (lambda it: it.handshake(Cookie='client="\\""; =; client=é; ;;'), OPEN),
    "subprotocols": (lambda it: it.handshake(Sec_WebSocket_Protocol="a, ,b,é"), 400),
    "compression that is no offer": (
        lambda it: it.handshake(Sec_WebSocket_Extensions="permessage-deflate; ;=x"),
        OPEN,
    ),
    "compression offered": (
        lambda it: it.handshake(Sec_WebSocket_Extensions="permessage-deflate"),
        OPEN,
    ),
    "frames before the answer": (lambda it: it.handshake() + frame(GOOD) * 100, OPEN),
    "rubbish before the answer": (lambda it: it.handshake() + frame(b"{"), OPEN),
    "unknown experiment": (lambda it: it.handshake(path="/api/experiments/x/stream"), UNKNOWN),
    "path traversal": (
        lambda it: it.handshake(path="/api/experiments/../../etc/passwd/stream"),
        403,
    ),
    "path traversal, encoded": (
        lambda it: it.handshake(path="/api/experiments/..%2f..%2fetc/stream"),
        403,
    ),
    "id with a zero": (lambda it: it.handshake(path="/api/experiments/%00/stream"), UNKNOWN),
    "id in bad UTF-8": (lambda it: it.handshake(path="/api/experiments/%ff%fe/stream"), UNKNOWN),
    "id of raw bytes": (lambda it: it.handshake(path="/api/experiments/é/stream"), 400),
    "id of 1,000 letters": (
        lambda it: it.handshake(path=f"/api/experiments/{'x' * 1000}/stream"),
        UNKNOWN,
    ),
    "id of 10,000 letters": (
        lambda it: it.handshake(path=f"/api/experiments/{'x' * 10_000}/stream"),
        414,
    ),
    "id with half an escape": (
        lambda it: it.handshake(path="/api/experiments/%zz/stream"),
        UNKNOWN,
    ),
    "no such socket": (lambda it: it.handshake(path="/api/experiments"), 403),
    "a path of a page": (lambda it: it.handshake(path="/"), 403),
    "another server's address": (lambda it: it.handshake(path="http://evil.example/"), 403),
    "no path": (lambda it: it.handshake(path="*"), 403),
    "cursor is no number": (lambda it: it.handshake("?timeline=x&epoch=0"), BAD_MESSAGE),
    "cursor broken": (lambda it: it.handshake("?timeline=0&epoch=0.5"), BAD_MESSAGE),
    "cursor empty": (lambda it: it.handshake("?timeline=&epoch="), BAD_MESSAGE),
    "cursor of 5,000 digits": (
        lambda it: it.handshake(f"?timeline=0&epoch={'9' * 5000}"),
        BAD_MESSAGE,
    ),
    "cursor far away": (lambda it: it.handshake(f"?timeline={10**15}&epoch={10**15}"), OPEN),
    "cursor too far away": (
        lambda it: it.handshake(f"?timeline={2**63}&epoch={2**63}"),
        BAD_MESSAGE,
    ),
    "cursor negative": (lambda it: it.handshake("?timeline=-5&epoch=-99"), OPEN),
    "cursor in Arabic digits": (
        lambda it: it.handshake("?timeline=%D9%A0&epoch=%D9%A1"),
        BAD_MESSAGE,
    ),
    "cursor with underscores": (lambda it: it.handshake("?timeline=0&epoch=1_0"), BAD_MESSAGE),
    "cursor with a zero": (lambda it: it.handshake("?timeline=0&epoch=1%00"), BAD_MESSAGE),
    "cursor in bad UTF-8": (lambda it: it.handshake("?timeline=0&epoch=%ff"), BAD_MESSAGE),
    "two cursors": (lambda it: it.handshake("?epoch=1&epoch=2&timeline=0"), OPEN),
    "infinite cursor": (lambda it: it.handshake("?timeline=nan&epoch=inf"), BAD_MESSAGE),
    "1,000 parameters": (lambda it: it.handshake("?" + "a=1&" * 1000), OPEN),
    "5,000 parameters": (lambda it: it.handshake("?" + "a=1&" * 5000), 414),
}
"""What is said first, and how it ends."""


def outcome(raw: RawSocket, expected: Outcome) -> Outcome:
    """How the stream is after what has been sent."""
    if expected == OPEN:
        raw.send(frame(STILL_THERE))
    try:
        code, reason = raw.closing()
    except Lost:
        return GONE
    return OPEN if (code, "still there" in reason) == (BAD_MESSAGE, True) else code


def first_outcome(raw: RawSocket, expected: Outcome) -> Outcome:
    """How it is after a handshake."""
    try:
        status, _ = raw.response()
    except Lost:
        return GONE
    return outcome(raw, expected) if status == 101 else status


def name_of(data: bytes) -> str:
    return f"{len(data)} bytes"


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with server_process(workers=1) as process:
        server = process.client()
        lab = server.create({"data": {"kind": "xor", "samples": 100}})
        lab.post("play", epochs_per_second=500)
        witness = Viewer(lab)
        yield Target(process, lab, witness)
        witness.drop("end")
        server.http.close()


@pytest.fixture(autouse=True)
def nobody_noticed(target: Target) -> Iterator[None]:
    """The witness goes on, the server is healthy and calm."""
    before = len(target.process.log())
    yield
    witness = target.witness
    witness.follow(witness.timeline, witness.epoch + 2)
    assert target.lab.server.http.get("/healthz").status_code == 200
    log = target.process.log()[before:]
    assert "Traceback" not in log
    assert "ERROR" not in log


@pytest.mark.parametrize("name", MESSAGES)
def test_a_hostile_message(target: Target, name: str) -> None:
    data, expected = MESSAGES[name]
    with RawSocket(target.address) as raw:
        raw.open(target.address, target.path)
        with suppress(Lost):
            raw.send(data)
        assert outcome(raw, expected) == expected


@pytest.mark.parametrize("name", HANDSHAKES)
def test_a_hostile_handshake(target: Target, name: str) -> None:
    make, expected = HANDSHAKES[name]
    with RawSocket(target.address) as raw:
        raw.send(make(target))
        assert first_outcome(raw, expected) == expected


@pytest.mark.parametrize("size", [1, 20, 100])
def test_half_a_handshake(target: Target, size: int) -> None:
    with RawSocket(target.address) as raw:
        raw.send(target.handshake()[:size])
        raw.socket.shutdown(socket.SHUT_WR)
        assert first_outcome(raw, 400) in (400, GONE)


@pytest.mark.parametrize("how", [socket.SHUT_WR, socket.SHUT_RDWR])
@pytest.mark.parametrize(
    "data", [frame(GOOD)[:1], frame(GOOD)[:-3], frame(GOOD, fin=False)], ids=name_of
)
def test_half_a_message(target: Target, data: bytes, how: int) -> None:
    with RawSocket(target.address) as raw:
        raw.open(target.address, target.path)
        raw.send(data)
        raw.socket.shutdown(how)
        with pytest.raises(Lost):
            raw.closing()


def test_a_handshake_byte_by_byte(target: Target) -> None:
    with RawSocket(target.address) as raw:
        raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in target.handshake():
            raw.send(bytes([byte]))
        assert raw.response()[0] == 101
        for byte in frame(GOOD):
            raw.send(bytes([byte]))
        assert outcome(raw, OPEN) == OPEN


def test_a_frame_before_the_handshake_is_answered(target: Target) -> None:
    """A client has to wait for the answer (RFC 6455, 4.1); which of the two happens is open."""
    with RawSocket(target.address) as raw:
        raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in target.handshake() + frame(GOOD):
            raw.send(bytes([byte]))
        assert first_outcome(raw, OPEN) in (OPEN, PROTOCOL_ERROR)


def test_compression_offered_and_used_though_not_negotiated(target: Target) -> None:
    with RawSocket(target.address) as raw:
        raw.open(target.address, target.path, Sec_WebSocket_Extensions="permessage-deflate")
        raw.send(deflated(b" " * 1_000_000))
        assert outcome(raw, PROTOCOL_ERROR) == PROTOCOL_ERROR


def test_a_thousand_requests_at_once(target: Target) -> None:
    with RawSocket(target.address) as raw:
        request = f"GET /healthz HTTP/1.1\r\nHost: {target.address}\r\n\r\n".encode()
        raw.send(request * 1000)
        for _ in range(1000):
            status, head = raw.response()
            assert status == 200
            raw.body(head)
